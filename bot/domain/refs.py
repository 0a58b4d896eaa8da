"""What people paste, read as a post."""

from dataclasses import dataclass
from enum import StrEnum


class PostKind(StrEnum):
    """The kinds of LinkedIn ids a post goes by; the statistics take the first two."""

    SHARE = "share"
    UGC_POST = "ugcPost"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post by kind and number."""

    kind: PostKind
    number: int

    @property
    def urn(self) -> str:
        """LinkedIn's URN, as the statistics API takes it."""
        return f"urn:li:{self.kind}:{self.number}"

    @property
    def url(self) -> str:
        """The post's page (LinkedIn's own form, built from the URN)."""
        return f"https://www.linkedin.com/feed/update/{self.urn}/"
