"""The made-up world: accounts, their posts and their figures, consistent by date and the same for the same seed.

Nothing here asks what time it is: every question about "now" takes the moment. Days are UTC days, as LinkedIn counts them.
Windows are half-open (`start` to before `end`) and should end at the moment's day at the latest.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b

from bot.sandbox.world_accounts import ACCOUNTS, FOREIGN_POST, KEYS, POST_TROUBLES, SAMPLE_ACCOUNT, KeyState, Trouble, WorldAccount
from bot.sandbox.world_figures import METRICS, Day, Figures, Series, age_of, between, chance, level, post_figures, series_of

__all__ = [
    "ACCOUNTS",
    "FOREIGN_POST",
    "KEYS",
    "METRICS",
    "POST_TROUBLES",
    "SAMPLE_ACCOUNT",
    "SAMPLE_POSTS",
    "Day",
    "Figures",
    "KeyState",
    "Plan",
    "Post",
    "Trouble",
    "World",
    "WorldAccount",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KNOWN_DAYS = 60  # how far back the service's own list of posts goes
_PARTIAL = 0.08  # part of the posts that another platform refused
_UGC_SHARE = 0.4  # part of the posts whose id is a ugcPost's (those with pictures, say)

_TITLES = (
    "What a year of warehouse robots taught us about patience",
    "We are hiring: three engineers who like hard floors and soft grippers",
    "Behind the scenes: how a pallet finds its way at 3 a.m.",
    "Five questions to ask before you automate anything",
    "Our new gripper handles eggs. Here is the failed one that did not",
    "Meet the team: the people who answer when a robot calls",
    "Why we publish our incident reports",
    "A customer asked for less automation. They were right",
    "From prototype to production in 19 weeks: the honest timeline",
    "Notes from the trade fair: what everybody copied this year",
    "The spreadsheet that saved us a hire",
    "How we price, and why we stopped hiding it",
    "Today's small win: 41% fewer support calls after rewriting one page",
    "Remote, hybrid, workshop: what actually works for hardware teams",
    "A short thread on batteries, cold stores & <very> honest numbers",
    "Thank you for 10 years. Here is what we would do again",
)

# What posts are made of, day by day: text, pictures, a video, a document.
_MEDIA: tuple[tuple[str, ...], ...] = ((), ("stand.jpg", "team.PNG"), ("tour.mp4",), ("report.pdf",))

# The posts of PostPost's own samples; the first one's figures are the samples' too.
SAMPLE_POSTS = {7_123_456_789_012_345_678: SAMPLE_ACCOUNT, 123: "linkedin-ABC"}
_SAMPLE_FIGURES: dict[int, Figures] = {
    7_123_456_789_012_345_678: {"IMPRESSION": 15_420, "MEMBERS_REACHED": 8_234, "RESHARE": 23, "REACTION": 456, "COMMENT": 89}
}


@dataclass(frozen=True, slots=True)
class Post:
    """One post made through the service."""

    number: int  # LinkedIn's id: the Unix time in ms above its 22 low bits
    kind: str  # "share" or "ugcPost"
    platform_id: str
    content: str
    published: datetime  # aware, UTC
    status: str = "published"  # or "partially_published": another platform refused it

    @property
    def urn(self) -> str:
        """LinkedIn's name for the post, as the statistics take it."""
        return f"urn:li:{self.kind}:{self.number}"

    @property
    def media(self) -> tuple[str, ...]:
        """Addresses of its pictures, its video or its document; none of a text."""
        place = self.published.toordinal() % len(_MEDIA)
        return tuple(f"https://media.example/{self.group_id}/{name}" for name in _MEDIA[place])

    @property
    def scheduled(self) -> datetime:
        """When it was due; it went out at that moment."""
        return self.published

    @property
    def created(self) -> datetime:
        """When it was written."""
        return self.published - timedelta(days=1)

    @property
    def group_id(self) -> str:
        """The service's own id of the post: 24 hexadecimal digits."""
        return blake2b(self.urn.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """One post that never reached LinkedIn, or has not yet."""

    platform_id: str
    content: str
    status: str  # "scheduled", "draft" or "failed"; "partially_published" where it failed on LinkedIn only
    scheduled: datetime | None  # aware, UTC; None for a draft
    created: datetime  # aware, UTC

    @property
    def group_id(self) -> str:
        """The service's own id of the post: 24 hexadecimal digits."""
        return blake2b(f"{self.platform_id} {self.status}".encode(), digest_size=12).hexdigest()


class World:
    """Accounts, posts and figures. The same seed gives the same world on every machine and every day."""

    def __init__(self, seed: int = 1, accounts: tuple[WorldAccount, ...] = ACCOUNTS) -> None:
        self.seed = seed
        self.accounts = accounts
        self._by_id = {account.platform_id: account for account in accounts}
        self._series: dict[str, Series] = {}

    def account(self, platform_id: str) -> WorldAccount | None:
        """The account with this connection id, or None."""
        return self._by_id.get(platform_id)

    def day(self, platform_id: str, day: date) -> Day:
        """What happened on one UTC day, not before the account's first. Raises KeyError for an unknown account."""
        return self._series_of(platform_id).day(day)

    def total(self, platform_id: str, metric: str, start: date, end: date) -> int:
        """`metric` over the UTC days from `start` to before `end`. Raises KeyError for an unknown account or metric."""
        return self._series_of(platform_id).total(metric, start, end) if start < end else 0

    def new_followers(self, platform_id: str, start: date, end: date) -> int:
        """Followers won over the UTC days from `start` to before `end`. Raises KeyError for an unknown account."""
        return self._series_of(platform_id).new_followers(start, end) if start < end else 0

    def followers(self, platform_id: str, today: date) -> int:
        """All followers at the beginning of `today` (UTC). Raises KeyError for an unknown account."""
        account = self._by_id[platform_id]
        return account.followers + self.new_followers(platform_id, account.started, today)

    def posts(self, platform_id: str, now: datetime, days: int = _KNOWN_DAYS) -> list[Post]:
        """The posts `platform_id` published in the `days` before `now`, newest first. Raises KeyError if unknown."""
        known, first = _posts_until(self.seed, self._by_id[platform_id], now.astimezone(UTC).date(), days), now - timedelta(days=days)
        return [post for post in known if first <= post.published <= now]

    def plans(self, now: datetime) -> list[Plan]:
        """What the default account planned: one post to come, one draft, one that failed; of another world's accounts nothing."""
        if SAMPLE_ACCOUNT not in self._by_id:
            return []
        day = datetime.combine(now.astimezone(UTC).date(), time(9, tzinfo=UTC))
        moments = {"scheduled": day + timedelta(days=2), "draft": None, "failed": day - timedelta(days=6)}
        created = day - timedelta(days=9)
        return [
            Plan(SAMPLE_ACCOUNT, title, status, moment, created) for (status, moment), title in zip(moments.items(), _TITLES, strict=False)
        ]

    def owner(self, number: int) -> str | None:
        """The connection id of the account the post `number` is known to belong to, or None when any account may own it."""
        if number in SAMPLE_POSTS:
            return SAMPLE_POSTS[number]
        post = self.post(number)
        return post.platform_id if post else None

    def post(self, number: int) -> Post | None:
        """The post with this LinkedIn id if the world published it (or will), else None."""
        day = _day_of(number)
        made = (_post_on(self.seed, account, day) for account in self.accounts) if day else ()
        return next((post for post in made if post is not None and post.number == number), None)

    def post_figures(self, number: int, now: datetime) -> Figures:
        """Lifetime figures of any share or ugcPost at `now`; a post that is not published yet has none but zeros."""
        if number in _SAMPLE_FIGURES:
            return dict(_SAMPLE_FIGURES[number])
        post = self.post(number)
        potential = self._potential(post) if post else 400 * 30 ** chance(self.seed, number)
        return post_figures(self.seed, number, potential, age_of(number, now))

    def _potential(self, post: Post) -> float:
        # Half of an account's activity is on posts older than these, so an account's total is always above theirs.
        account = self._by_id[post.platform_id]
        usual = level(account, post.published.date()) * account.post_every / 2
        return usual * between(0.2, 1.2, chance(self.seed, post.number, "luck"))

    def _series_of(self, platform_id: str) -> Series:
        if platform_id not in self._series:
            self._series[platform_id] = series_of(self.seed, self._by_id[platform_id])
        return self._series[platform_id]


@lru_cache(maxsize=1_000)
def _posts_until(seed: int, account: WorldAccount, today: date, days: int) -> tuple[Post, ...]:
    """The posts of so many days and of this one, the newest first."""
    made = (_post_on(seed, account, today - timedelta(days=back)) for back in range(days + 1))
    return tuple(post for post in made if post is not None)


@lru_cache(maxsize=100_000)
def _post_on(seed: int, account: WorldAccount, day: date) -> Post | None:
    name = account.platform_id
    offset = int(chance(seed, name, "offset") * account.post_every)
    if not account.listed or day < account.started or (day.toordinal() + offset) % account.post_every:
        return None
    # One hour of the day per account, so that an account posting daily always has a post under 24 h old.
    minutes = int(between(6 * 60, 17 * 60, chance(seed, name, "hour")))
    published = datetime.combine(day, time(tzinfo=UTC)) + timedelta(minutes=minutes)
    low_bits = int(chance(seed, name, day, "id") * 2**22)
    number = (int(published.timestamp() * 1000) << 22) | low_bits
    kind = "ugcPost" if chance(seed, name, day, "kind") < _UGC_SHARE else "share"
    title = int(chance(seed, name, "title") * len(_TITLES)) + day.toordinal() // account.post_every
    status = "partially_published" if chance(seed, name, day, "status") < _PARTIAL else "published"
    return Post(number, kind, name, _TITLES[title % len(_TITLES)], published, status)


def _day_of(number: int) -> date | None:
    try:
        return (_EPOCH + timedelta(milliseconds=number >> 22)).date()
    except OverflowError:
        return None
