"""Encrypts tokens and keys for their row and column (AES-256-GCM): "v1." + the key's id + "." + base64(nonce + encrypted text)."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from bot.errors import StoreError
from bot.settings.values import KEY_SIZE

#: What every encrypted text begins with.
VERSION: Final = "v1"
#: Bytes of the number that is used once with a key.
_NONCE_SIZE: Final = 12

KEY_MISSING = "What is stored of workspace {team} was encrypted with the key {key}, which isn't in `ENCRYPTION_KEYS`. Nothing was changed."
KEY_MISSING_REMEDY = "Put that key back at the end of `ENCRYPTION_KEYS`."
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
            raise StoreError(KEY_MISSING.format(team=team, key=key), remedy=KEY_MISSING_REMEDY)
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
