"""Sources of settings besides the environment: `.env`, and a folder with one file a setting; and unknown names."""

import os
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import SettingsError

SECRETS_FOLDER_VARIABLE = "SECRETS_DIR"
ENV_FILE = ".env"
#: With or without the byte order mark of Windows' editors.
ENCODING = "utf-8-sig"
#: The prefixes of this bot's settings.
OWN_PREFIXES = ("SLACK_", "POSTPOST_", "PUBLORA_")
#: The least similarity (1: the same) and length of a typo of a setting's name: HOST and PORT are similar to too many names. The standard
#: library's measure, not that of ``bot.parsing.text``: its library would slow every command's start.
_SLIP, _SHORTEST_SLIP = 0.84, 6

FOLDER_REMEDY = "Name a folder with one file per setting, or leave SECRETS_DIR out (/run/secrets is read anyway)."
FILE_REMEDY = "Put a UTF-8 text file there with only the value in it, which the bot's user may read."
ENV_REMEDY = "It must be a text file in UTF-8, as .env.example is; without one the environment counts alone."
NO_FILE = "it isn't a file"


def given_names(known: Collection[str]) -> set[str]:
    """Every name in the environment, `.env` and the folder of secret files, in capitals."""
    given = {*os.environ, *(dotenv_values(ENV_FILE, encoding=ENCODING) if Path(ENV_FILE).is_file() else ())}
    folder = secrets_folder(known)
    given |= {file.name for file in folder.iterdir() if file.is_file()} if folder else set()
    return {name.upper() for name in given}


def unknown(known: Collection[str], *, ignored: Collection[str] = ()) -> Iterator[str]:
    """A sentence for each name that is given for this bot and not ``known``."""
    for name in sorted(given_names(known) - {*known, *ignored}):
        near = get_close_matches(name, known, n=1, cutoff=_SLIP) if len(name) >= _SHORTEST_SLIP else []
        if near or name.startswith(OWN_PREFIXES):
            yield f"{name} isn't a setting of this bot, so it isn't used." + (f" Did you mean {near[0]}?" if near else "")


def check_env_file() -> None:
    """Raises SettingsError when there is a `.env` and it cannot be read."""
    file = Path(ENV_FILE)
    reason = _unreadable(file) if file.exists() else ""
    if reason and reason != NO_FILE:
        raise SettingsError(f"The file .env can't be read: {reason}.", remedy=ENV_REMEDY)


def secrets_folder(known: Collection[str]) -> Path | None:
    """The folder of secret files, or None; raises SettingsError: it, or a setting's file in it (``known``), cannot be read."""
    given = os.environ.get(SECRETS_FOLDER_VARIABLE, "").strip()
    folder = Path(given or "/run/secrets")
    try:
        files = list(folder.iterdir())
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not given:
            return None
        raise SettingsError(f"SECRETS_DIR must be a folder that can be read: {_why(error)}.", remedy=FOLDER_REMEDY) from None
    for file in files:
        if file.name.upper() in known and (reason := _unreadable(file)):
            raise SettingsError(f"{file.name.upper()} can't be read from its file {file}: {reason}.", remedy=FILE_REMEDY)
    return folder


def _unreadable(file: Path) -> str:
    if file.is_dir():
        return "it is a folder"
    if not file.is_file():
        # Reading a pipe would wait for a writer.
        return NO_FILE
    try:
        file.read_text(encoding=ENCODING)
    except UnicodeDecodeError:
        return "it isn't text in UTF-8"
    except OSError as error:
        return _why(error)
    return ""


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
