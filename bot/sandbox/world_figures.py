"""The arithmetic of the made-up world: every figure is a function of a seed, a name and a date alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from math import exp
from struct import unpack

from bot.sandbox.world_accounts import SAMPLE_ACCOUNT, WorldAccount

METRICS = ("IMPRESSION", "MEMBERS_REACHED", "RESHARE", "REACTION", "COMMENT")
_ADDITIVE = tuple(metric for metric in METRICS if metric != "MEMBERS_REACHED")
_WEEKDAYS = (0.95, 1.20, 1.25, 1.15, 0.90, 0.40, 0.35)  # Monday first: people read LinkedIn at work
_YEARLY_GROWTH = 0.6
_GROWTH_HOURS = 40.0
# Reach over days is their p-norm: more days reach more people, but fewer than the days' sum, and never fewer than one day.
_REACH_NORM = 1.25
_ROUNDING = 1e-6  # far above the error of adding up a century of days, far below one member

# PostPost's documentation shows one account total and two of its days: they are January 2024 of the sample account.
_SAMPLE_MONTH = tuple(date(2024, 1, 1) + timedelta(days=n) for n in range(31))
_SAMPLE_TOTALS = {"IMPRESSION": 45_230, "RESHARE": 89, "REACTION": 1_234, "COMMENT": 256}
_SAMPLE_REACH = 22_150
_SAMPLE_DAYS = {date(2024, 1, 15): 1_200, date(2024, 1, 16): 980}

Figures = dict[str, int]


@lru_cache(maxsize=100_000)
def chances(seed: int, *parts: object) -> tuple[float, ...]:
    """Eight numbers in [0, 1) that are always the same for the same seed and parts."""
    digest = blake2b("|".join(map(str, (seed, *parts))).encode(), digest_size=64).digest()
    return tuple(number / 2**64 for number in unpack(">8Q", digest))


def chance(seed: int, *parts: object) -> float:
    """A number in [0, 1) that is always the same for the same seed and parts."""
    return chances(seed, *parts)[0]


def between(low: float, high: float, at: float) -> float:
    """The number at `at` of the way from `low` to `high`, for `at` in [0, 1)."""
    return low + (high - low) * at


def level(account: WorldAccount, day: date) -> float:
    """Impressions of an average weekday of `account` around `day`, grown since it started."""
    return account.daily_impressions * (1 + _YEARLY_GROWTH * (day - account.started).days / 365)


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one UTC day on all posts of an account."""

    counts: Figures  # the metrics that add up over days
    reached: float  # members, before rounding
    followers: int  # new ones


@lru_cache(maxsize=100_000)
def make_day(seed: int, account: WorldAccount, day: date) -> Day:
    """The figures of `account` on `day`: the week's rhythm, slow growth, a good or bad week, a good or bad day."""
    name, week = account.platform_id, day.isocalendar()[:2]
    mood, liked, shared, talked, seen, followed, spare, other = chances(seed, name, day)
    luck = between(0.82, 1.18, chance(seed, name, week)) * between(0.75, 1.25, mood)
    impressions = int(level(account, day) * _WEEKDAYS[day.weekday()] * luck)
    reactions = int(impressions * between(0.018, 0.036, liked))
    # A small account has a comment now and then: rounding down every day would leave it without any for ever.
    counts = {
        "IMPRESSION": impressions,
        "RESHARE": int(reactions * between(0.0, 0.14, shared) + spare),
        "REACTION": reactions,
        "COMMENT": int(reactions * between(0.10, 0.30, talked) + other),
    }
    reached = float(int(impressions * between(0.62, 0.78, seen)))
    return Day(counts, reached, int(impressions * between(0.001, 0.006, followed) + other))


def _shares(total: int, weights: list[int]) -> list[int]:
    """`total` split in the weights' proportion into whole numbers whose sum is `total` (largest remainders)."""
    exact = [total * weight / sum(weights) for weight in weights]
    whole = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: whole[index] - exact[index])
    for index in by_remainder[: total - sum(whole)]:
        whole[index] += 1
    return whole


def _sample_counts(metric: str, generated: list[Day]) -> list[int]:
    fixed = _SAMPLE_DAYS if metric == "IMPRESSION" else {}
    free = [index for index, day in enumerate(_SAMPLE_MONTH) if day not in fixed]
    parts = _shares(_SAMPLE_TOTALS[metric] - sum(fixed.values()), [generated[i].counts["IMPRESSION"] for i in free])
    split = {_SAMPLE_MONTH[index]: part for index, part in zip(free, parts, strict=True)} | fixed
    return [split[day] for day in _SAMPLE_MONTH]


def _sample_month(seed: int, account: WorldAccount) -> dict[date, Day]:
    generated = [make_day(seed, account, day) for day in _SAMPLE_MONTH]
    columns = {metric: _sample_counts(metric, generated) for metric in _ADDITIVE}
    norm = sum(count**_REACH_NORM for count in columns["IMPRESSION"]) ** (1 / _REACH_NORM)
    return {
        day: Day(
            {metric: columns[metric][index] for metric in _ADDITIVE},
            columns["IMPRESSION"][index] * _SAMPLE_REACH / norm,
            generated[index].followers,
        )
        for index, day in enumerate(_SAMPLE_MONTH)
    }


class Series:
    """The days of one account from its first on, with running sums, so that every window costs the same."""

    __slots__ = ("_account", "_days", "_pinned", "_seed", "_sums")

    def __init__(self, seed: int, account: WorldAccount) -> None:
        self._seed, self._account = seed, account
        self._pinned = _sample_month(seed, account) if account.platform_id == SAMPLE_ACCOUNT else {}
        self._days: list[Day] = []
        self._sums: dict[str, list[float]] = {name: [0] for name in (*_ADDITIVE, "reach", "followers")}

    def day(self, day: date) -> Day:
        """The figures of one day on or after the account's first."""
        self._reach_to(day + timedelta(days=1))
        return self._days[(day - self._account.started).days]

    def total(self, metric: str, start: date, end: date) -> int:
        """The account's `metric` over the UTC days from `start` to before `end`; members reached are never added up."""
        if metric == "MEMBERS_REACHED":
            return int(self._sum("reach", start, end) ** (1 / _REACH_NORM) + _ROUNDING)
        return int(self._sum(metric, start, end))

    def new_followers(self, start: date, end: date) -> int:
        """Followers won over the UTC days from `start` to before `end`."""
        return int(self._sum("followers", start, end))

    def _sum(self, name: str, start: date, end: date) -> float:
        self._reach_to(end)
        first, last = ((day - self._account.started).days for day in (start, end))
        return self._sums[name][max(last, 0)] - self._sums[name][max(first, 0)]

    def _reach_to(self, end: date) -> None:
        while (day := self._account.started + timedelta(days=len(self._days))) < end:
            made = self._pinned.get(day) or make_day(self._seed, self._account, day)
            self._days.append(made)
            added = {**made.counts, "reach": made.reached**_REACH_NORM, "followers": made.followers}
            for name, amount in added.items():
                self._sums[name].append(self._sums[name][-1] + amount)


@lru_cache(maxsize=1_000)
def series_of(seed: int, account: WorldAccount) -> Series:
    """The account's days, the same object for every world with this seed."""
    return Series(seed, account)


def post_figures(seed: int, number: int, potential: float, age: timedelta) -> Figures:
    """Lifetime figures of the post `number`: they grow with its age towards `potential` impressions, fast at first."""
    hours = max(age / timedelta(hours=1), 0.0)
    liked, shared, talked, seen, *_ = chances(seed, number, "figures")
    impressions = int(potential * (1 - exp(-hours / _GROWTH_HOURS)))
    reactions = int(impressions * between(0.012, 0.042, liked))
    return {
        "IMPRESSION": impressions,
        "MEMBERS_REACHED": int(impressions * between(0.48, 0.68, seen)),
        "RESHARE": int(reactions * between(0.02, 0.12, shared)),
        "REACTION": reactions,
        "COMMENT": int(reactions * between(0.08, 0.28, talked)),
    }


def age_of(number: int, now: datetime) -> timedelta:
    """How old the post `number` is at `now`: LinkedIn's ids hold the Unix time in milliseconds above their 22 low bits."""
    return timedelta(milliseconds=max(int(now.timestamp() * 1000) - (number >> 22), 0))
