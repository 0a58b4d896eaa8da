"""A copy of the SQLite database while the bot runs: complete, consistent, private, and never half there."""

import contextlib
import os
import sqlite3
from pathlib import Path

from bot.errors import StoreError
from bot.storage.db_errors import told_plainly

ITSELF = "A backup over the database itself would destroy it."
ITSELF_REMEDY = "Name another file for the backup."
NOT_WRITTEN = "The backup could not be written: {reason}."
NOT_WRITTEN_REMEDY = "Name a file in a folder that exists and that the bot's user may write."


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy the database at ``source`` to ``target``, which is replaced in one step when the copy is complete.

    Blocks: call it in a thread. Readers and writers of ``source`` go on meanwhile.

    Raises:
        StoreError: the target is the database itself, or cannot be written.
    """
    target = target.expanduser().absolute()
    if target.exists() and target.samefile(source):
        raise StoreError(ITSELF, remedy=ITSELF_REMEDY)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _write(source, draft)
        draft.replace(target)
    except OSError as error:
        raise StoreError(NOT_WRITTEN.format(reason=(error.strerror or type(error).__name__).lower()), remedy=NOT_WRITTEN_REMEDY) from error
    finally:
        draft.unlink(missing_ok=True)


def _write(source: Path, draft: Path) -> None:
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with told_plainly(), contextlib.closing(sqlite3.connect(source)) as live, contextlib.closing(sqlite3.connect(draft)) as copy:
            # All pages in one step: one read transaction, which a busy writer cannot send back to its start.
            live.backup(copy, pages=-1)
            # A backup is one file: without this it would need its write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
