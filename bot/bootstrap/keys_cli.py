"""keys new · rotate: what the tokens and keys of many workspaces are encrypted with."""

import argparse
from datetime import datetime

from bot.errors import SettingsError
from bot.settings import MAKE_A_KEY, Settings
from bot.storage.database import open_database
from bot.storage.encryption import Cipher, new_key
from bot.storage.workspaces import WorkspaceStore

NO_KEYS = "ENCRYPTION_KEYS isn't set."
ROTATED = "{done:,} of {every:,} tokens and keys are encrypted anew; all are encrypted with the newest key now."


def add_keys_commands(keys: argparse.ArgumentParser) -> None:
    """Put the commands under ``keys``; each sets ``work`` to the coroutine function that gives what is to be printed."""
    commands = keys.add_subparsers(required=True, metavar="COMMAND")
    about = "print a new key for ENCRYPTION_KEYS"
    commands.add_parser("new", help=about, description=f"{about.capitalize()}.").set_defaults(work=make_key)
    about = "encrypt anew with the first of ENCRYPTION_KEYS what was encrypted with another, also while the bot runs"
    commands.add_parser("rotate", help=about, description=f"{about[0].upper()}{about[1:]}.").set_defaults(work=rotate_keys)


async def make_key(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # every command takes all three
    """A new key."""
    return new_key()


async def rotate_keys(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    """How many texts were encrypted anew.

    Raises:
        SettingsError: there is no key.
        StoreError: something cannot be decrypted.
    """
    if not settings.encryption_keys:
        raise SettingsError(NO_KEYS, remedy=MAKE_A_KEY)
    async with open_database(settings.database_url) as database:
        done, every = await WorkspaceStore(database, Cipher(settings.encryption()), lambda: now).encrypt_anew()
    return ROTATED.format(done=done, every=every)
