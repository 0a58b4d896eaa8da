"""LinkedIn accounts as the statistics service knows them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

#: Every LinkedIn connection's id starts with this (PostPost's documentation).
PLATFORM_PREFIX = "linkedin-"


class TokenStatus(StrEnum):
    """The service's own word on an account's LinkedIn token; decide on it, never on dates."""

    VALID = "valid"
    EXPIRING_SOON = "expiring_soon"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    """One LinkedIn account.

    ``platform_id`` starts with "linkedin-" and may be up to any length; ``name`` is foreign text (escape it) and falls back to the id;
    ``username`` is LinkedIn's handle or "". ``expires_in`` is the service's own words ("5 days") or "".
    """

    platform_id: str
    name: str
    username: str = ""
    token: TokenStatus = TokenStatus.UNKNOWN
    expires_in: str = ""
    profile_url: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """The accounts known now.

    ``complete`` is False when the service's own list could not be read, so that only configured accounts are here.
    """

    accounts: tuple[Account, ...]
    complete: bool = True

    def get(self, platform_id: str) -> Account | None:
        """The account of this id, compared exactly; None when unknown."""
        return next((account for account in self.accounts if account.platform_id == platform_id), None)


T = TypeVar("T")


class Same(Generic[T]):
    """Equal to another one that holds the same object. It keeps the object, so that no other takes its place in memory."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value
