"""Turns errors of the database drivers into StoreErrors in plain words, never with a password or a row's values in them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreError

LOCKED = "The bot's database was locked for too long by another program."
LOCKED_REMEDY = "Try again in a moment. If it happens again, close other programs that have the database open."
FULL = "The disk with the bot's database is full."
FULL_REMEDY = "Ask the person who runs this bot to free some space."
READ_ONLY = "The bot can't write its database: it is read-only."
READ_ONLY_REMEDY = "Ask the person who runs this bot to let its user write the database and the folder around it."
DAMAGED = "The bot's database file isn't a SQLite database, or it is damaged."
DAMAGED_REMEDY = "Name another file, or put a backup in its place."
BUSY = "The bot's database is too busy right now."
BUSY_REMEDY = "Try again in a moment."
UNREACHABLE = "The bot can't reach PostgreSQL{place}."
UNREACHABLE_REMEDY = "Ask the person who runs this bot whether it is running."
REFUSED = "PostgreSQL refuses the bot's user or password{place}."
REFUSED_REMEDY = "Set a user and a password that PostgreSQL accepts."
NO_SUCH_DATABASE = "PostgreSQL has no database of the bot's name for it{place}."
NO_SUCH_DATABASE_REMEDY = "Create it with `createdb`, or name another."
NOT_PERMITTED_REMEDY = "Make that user the owner of the database, or give it the rights to create and change tables."

#: Words of SQLite's messages (SQLite's documentation: "Result and Error Codes") → what to say, and what to do.
_SQLITE = (
    ("locked", LOCKED, LOCKED_REMEDY),
    ("disk is full", FULL, FULL_REMEDY),
    ("readonly", READ_ONLY, READ_ONLY_REMEDY),
    ("not a database", DAMAGED, DAMAGED_REMEDY),
    ("malformed", DAMAGED, DAMAGED_REMEDY),
    ("unable to open", "The bot's database file can't be opened.", READ_ONLY_REMEDY),
)

#: Beginnings of SQLSTATE codes (PostgreSQL's documentation: "PostgreSQL Error Codes"), the longer before the shorter.
_POSTGRESQL = (
    ("28", REFUSED, REFUSED_REMEDY),
    ("3D000", NO_SUCH_DATABASE, NO_SUCH_DATABASE_REMEDY),
    ("42501", "PostgreSQL doesn't let the bot's user do this{place}.", NOT_PERMITTED_REMEDY),
    ("25006", READ_ONLY, READ_ONLY_REMEDY),
    ("53100", FULL, FULL_REMEDY),
    ("53", BUSY, BUSY_REMEDY),
    ("55P03", LOCKED, LOCKED_REMEDY),
    ("57014", BUSY, BUSY_REMEDY),
    ("40", BUSY, BUSY_REMEDY),
    ("57P", UNREACHABLE, UNREACHABLE_REMEDY),
    ("08", UNREACHABLE, UNREACHABLE_REMEDY),
)

#: libpq gives no SQLSTATE when connecting fails: its own words tell a refused user or a missing database from an unreachable server.
_LIBPQ = (
    ("authentication failed", REFUSED, REFUSED_REMEDY),
    ("no password supplied", REFUSED, REFUSED_REMEDY),
    ("role ", REFUSED, REFUSED_REMEDY),
    ("does not exist", NO_SUCH_DATABASE, NO_SUCH_DATABASE_REMEDY),
    ("too many clients", BUSY, BUSY_REMEDY),
)


@contextmanager
def as_store_errors(place: str = "") -> Iterator[None]:
    """Raises what the database's driver raises inside as a StoreError; any other exception propagates.

    ``place``: the database's address (" at host:5432"), for the person who starts the bot; "" in answers to others. Raises StoreError: with
    the driver's own error as its cause, for the log.
    """
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
        raise store_error(error, place) from error


def store_error(error: Exception, place: str = "") -> StoreError:
    """The StoreError for a driver's error; a general one where the error is unknown."""
    original = error.orig if isinstance(error, DBAPIError) else error
    message, code = str(original), getattr(original, "sqlstate", None)
    if isinstance(error, PoolTimeout):
        found = [(BUSY, BUSY_REMEDY)]
    elif isinstance(original, sqlite3.Error):
        found = [(sentence, remedy) for words, sentence, remedy in _SQLITE if words in message]
    elif code is not None:
        found = [(sentence, remedy) for start, sentence, remedy in _POSTGRESQL if code.startswith(start)]
    elif type(original).__name__ in {"OperationalError", "ConnectionTimeout"}:
        found = [*((sentence, remedy) for words, sentence, remedy in _LIBPQ if words in message), (UNREACHABLE, UNREACHABLE_REMEDY)]
    else:
        found = []
    return StoreError(found[0][0].format(place=place), remedy=found[0][1]) if found else StoreError()
