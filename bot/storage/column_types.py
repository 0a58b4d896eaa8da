"""How values are stored: moments in UTC, members of an enumeration, names in their order; tokens and keys encrypted (AES-256-GCM)."""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from bot.errors import StoreError
from bot.settings.values import KEY_SIZE

E = TypeVar("E", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware on both sides: PostgreSQL's timestamptz; in SQLite text of one width, whose order is the order in time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the driver wants it. Raises ValueError: it has no zone; nobody can tell when that is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone: a moment in the database must be aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class EnumColumn(TypeDecorator[E], Generic[E]):
    """Stores a member of an enumeration as its value."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the same on every database
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:  # noqa: ARG002 - the same on every database
        return None if value is None else self.words(value)


class NameList(TypeDecorator[tuple[str, ...]]):
    """Names in their order, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the same on every database
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - the same on every database
        return None if value is None else tuple(json.loads(value))


#: What every encrypted text begins with.
VERSION: Final = "v1"
#: Bytes of the number that is used once with a key.
_NONCE_SIZE: Final = 12

KEY_MISSING = "What is stored of workspace {team} was encrypted with the key {key}, which isn't in `ENCRYPTION_KEYS`. Nothing was changed."
DAMAGED = "What is stored of workspace {team} can't be decrypted: it was changed, or belongs to another row. Nothing was changed."
DAMAGED_REMEDY = "Restore the database from a backup."


def new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_SIZE)).decode()


class Cipher:
    """Encrypts with the first of the keys and decrypts with any of them; each is 32 bytes in URL-safe base64."""

    def __init__(self, keys: Sequence[str]) -> None:
        # Imported here: only a bot of many workspaces has something to encrypt.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        raw = [base64.urlsafe_b64decode(key) for key in keys]
        self._keys = {_key_id(key): AESGCM(key) for key in raw}
        self._newest = _key_id(raw[0])

    def encrypt(self, text: str, *, team: str, column: str) -> str:
        """The text encrypted, to be stored in this workspace's row in this column."""
        nonce = secrets.token_bytes(_NONCE_SIZE)
        sealed = self._keys[self._newest].encrypt(nonce, text.encode(), _identity(team, column))
        return f"{VERSION}.{self._newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str, *, team: str, column: str) -> str:
        """The text as it was. Raises StoreError: its key is not among the keys, or it was changed or belongs to another row or column."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        version, _, rest = stored.partition(".")
        key, _, sealed = rest.partition(".")
        if version == VERSION and key not in self._keys:
            raise StoreError(KEY_MISSING.format(team=team, key=key), remedy="Put that key back at the end of `ENCRYPTION_KEYS`.")
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return self._keys[key].decrypt(raw[:_NONCE_SIZE], raw[_NONCE_SIZE:], _identity(team, column)).decode()
        except (InvalidTag, KeyError, ValueError):
            raise StoreError(DAMAGED.format(team=team), remedy=DAMAGED_REMEDY) from None

    def is_newest(self, stored: str) -> bool:
        return stored.startswith(f"{VERSION}.{self._newest}.")


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


def _identity(team: str, column: str) -> bytes:
    return f"{column} of {team}".encode()
