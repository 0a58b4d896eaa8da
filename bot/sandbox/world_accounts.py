"""The made-up world: its API keys, its accounts, and which of them provoke trouble."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from re import findall
from unicodedata import normalize


class Trouble(Enum):
    """One kind of trouble the statistics API can give; the value is its name in switches and on the wire."""

    TOKEN_EXPIRED = "token-expired"  # noqa: S105 - the name of a trouble, not a secret
    FORBIDDEN = "forbidden"
    PLAN = "plan"
    RATE_LIMITED = "rate-limited"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server-error"
    BAD_GATEWAY = "bad-gateway"
    SLOW = "slow"
    HANG = "hang"
    RESET = "reset"
    HTML = "html"
    TRUNCATED = "truncated"
    PARTIAL = "partial"
    ALL_FAILED = "all-failed"
    UNAVAILABLE = "unavailable"
    NOTHING_AVAILABLE = "nothing-available"
    MIXED = "mixed"


class KeyState(Enum):
    """What an API key is good for."""

    VALID = "valid"
    AGENCY = "an agency's"
    WITHOUT_OWNER = "without owner"
    WITHOUT_PLAN = "without API plan"


# The first is the key of PostPost's own samples.
KEYS = {
    "YOUR_API_KEY": KeyState.VALID,
    "demo": KeyState.VALID,
    "demo-2": KeyState.VALID,
    "agency": KeyState.AGENCY,
    "key-without-owner": KeyState.WITHOUT_OWNER,
    "key-without-plan": KeyState.WITHOUT_PLAN,
}


@dataclass(frozen=True, slots=True)
class WorldAccount:
    """One LinkedIn account connected to the made-up PostPost customer."""

    platform_id: str  # PostPost's connection id, "linkedin-" and the member's
    display_name: str
    daily_impressions: int = 400  # on an average weekday of its first year
    post_every: int = 3  # days between two posts
    followers: int = 900  # on the day it started
    started: date = date(2022, 6, 1)  # no figures before this day (UTC)
    token_life: timedelta = timedelta(days=52, hours=4)  # left on the LinkedIn token, counted from now; negative: over
    trouble: Trouble | None = None
    listed: bool = True  # in the connections without asking for the troubled ones

    @property
    def healthy(self) -> bool:
        """True when nothing is wrong with it: it owns every post that nobody else is known to own."""
        return self.trouble is None

    @property
    def token_status(self) -> str:
        """PostPost's word for the token: `expiring_soon` under 7 days (PostPost's documentation, connections)."""
        if self.token_life <= timedelta(0):
            return "expired"
        return "expiring_soon" if self.token_life < timedelta(days=7) else "valid"

    @property
    def slug(self) -> str:
        """The last part of its LinkedIn profile's address, ASCII letters, digits and hyphens."""
        letters = normalize("NFKD", self.display_name).encode("ascii", "ignore").decode().lower()
        return "-".join(findall("[a-z0-9]+", letters))


def _troubled(name: str, display_name: str, trouble: Trouble) -> WorldAccount:
    return WorldAccount(f"linkedin-{name}", display_name, trouble=trouble, listed=False)


SAMPLE_ACCOUNT = "linkedin-Tz9W5i6ZYG"

# The first is the default; the second is the other account of PostPost's samples.
ACCOUNTS = (
    WorldAccount(SAMPLE_ACCOUNT, "Acme Robotics", daily_impressions=850, post_every=1, followers=4_100),
    WorldAccount("linkedin-ABC", "Ann Lee", daily_impressions=520, post_every=2, followers=1_850),
    WorldAccount("linkedin-Zo8YkQ2m1L", "Zoë Müller-Łukasik", daily_impressions=310, followers=1_240),
    WorldAccount("linkedin-Rd5kX0a7tQ", "Ruth & Dan <R&D>", daily_impressions=190, post_every=4, followers=610),
    WorldAccount("linkedin-An7Rv3raXw", "Bob Rivera", daily_impressions=440, followers=2_020, started=date(2023, 2, 15)),
    WorldAccount("linkedin-Kf3Mn5ahPz", "Kofi Mensah", daily_impressions=35, post_every=5, followers=140),
    WorldAccount("linkedin-So0nExp1re", "Sam Okafor", daily_impressions=270, token_life=timedelta(days=2, hours=12)),
    WorldAccount("linkedin-Expired401", "Elena Petrova", token_life=timedelta(days=-3), trouble=Trouble.TOKEN_EXPIRED),
    _troubled("Forbidden403", "Frida Forbidden", Trouble.FORBIDDEN),
    _troubled("NoPlan403", "Nils Noplan", Trouble.PLAN),
    _troubled("RateLimit429", "Rita Ratelimit", Trouble.RATE_LIMITED),
    _troubled("Timeout504", "Tim Timeout", Trouble.TIMEOUT),
    _troubled("Error500", "Ernst Error", Trouble.SERVER_ERROR),
    _troubled("Gateway502", "Greta Gateway", Trouble.BAD_GATEWAY),
    _troubled("Slow", "Sloane Slow", Trouble.SLOW),
    _troubled("Hang", "Hanna Hang", Trouble.HANG),
    _troubled("Reset", "Reza Reset", Trouble.RESET),
    _troubled("Html", "Hugo Html", Trouble.HTML),
    _troubled("Truncated", "Trude Truncated", Trouble.TRUNCATED),
    _troubled("Partial", "Pat Partial", Trouble.PARTIAL),
    _troubled("AllFailed", "Alf Allfailed", Trouble.ALL_FAILED),
    _troubled("Unavailable", "Una Unavailable", Trouble.UNAVAILABLE),
    _troubled("NoFigures", "Nora Nofigures", Trouble.NOTHING_AVAILABLE),
    _troubled("Mixed", "Nora Mixed", Trouble.MIXED),
)

# What the agency's key sees: its own accounts, and those of the users that it manages, by their ids.
AGENCY_ACCOUNTS = (
    WorldAccount("linkedin-Nw1Stud10a", "Northwind Studio", daily_impressions=610, post_every=2, followers=2_700),
    WorldAccount("linkedin-Nw2N0raxyz", "Nora North", daily_impressions=330, followers=1_480),
)
CLIENTS = {
    "6626a1f5e4b0c91a2d3f4567": (
        WorldAccount("linkedin-Gl1W0rksab", "Globex Works", daily_impressions=1_200, post_every=1, followers=8_900),
        WorldAccount("linkedin-Gl2G1nacde", "Gina Globex", daily_impressions=290, followers=960),
    ),
    "6626a1f5e4b0c91a2d3f4568": (WorldAccount("linkedin-In1Paperfg", "Initech Paper", daily_impressions=150, post_every=4, followers=520),),
}

# Posts that provoke trouble whichever healthy account asks: the last three digits name it.
FOREIGN_POST = 7_300_000_000_000_000_001
POST_TROUBLES = {
    FOREIGN_POST: Trouble.ALL_FAILED,
    7_300_000_000_000_000_002: Trouble.PARTIAL,
    7_300_000_000_000_000_003: Trouble.UNAVAILABLE,
    7_300_000_000_000_000_004: Trouble.NOTHING_AVAILABLE,
    7_300_000_000_000_000_005: Trouble.MIXED,
    7_300_000_000_000_000_006: Trouble.SLOW,
    7_300_000_000_000_000_007: Trouble.HANG,
    7_300_000_000_000_000_008: Trouble.RESET,
    7_300_000_000_000_000_009: Trouble.HTML,
    7_300_000_000_000_000_010: Trouble.TRUNCATED,
    7_300_000_000_000_000_401: Trouble.TOKEN_EXPIRED,
    7_300_000_000_000_000_403: Trouble.FORBIDDEN,
    7_300_000_000_000_000_429: Trouble.RATE_LIMITED,
    7_300_000_000_000_000_500: Trouble.SERVER_ERROR,
    7_300_000_000_000_000_502: Trouble.BAD_GATEWAY,
    7_300_000_000_000_000_504: Trouble.TIMEOUT,
}
