"""The right figures of a random world, by the rules alone: exact fractions, half up at the last step, own formatting."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.accuracy.service import BY_DAY, FAILED, METRICS, NULL, WEEK, FakeAccount, FakePost

ENGAGEMENTS = ("REACTION", "COMMENT", "RESHARE")


def written(number: int) -> str:
    """A count with a comma between thousands."""
    digits = str(number)
    parts: list[str] = []
    while digits:
        digits, part = digits[:-3], digits[-3:]
        parts.insert(0, part)
    return ",".join(parts)


def half_up(value: Fraction, places: int) -> str:
    """A number of 0 or more with so many decimals."""
    scaled = floor(value * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    return f"{written(whole)}.{rest:0{places}d}" if places else written(whole)


def figure(account: FakeAccount, metric: str, days: Sequence[date]) -> Any:
    """A metric's sum over the reported days, else NULL or FAILED."""
    if metric == "MEMBERS_REACHED":
        return account.reach(days[0], days[-1])
    series = account.days[metric]
    if not isinstance(series, dict):
        return series
    reported = [series[day] for day in days if day in series]
    return sum(reported) if reported else NULL


def missing(account: FakeAccount, metric: str, days: Sequence[date]) -> set[date]:
    """The days without a count; of reach, which has no days, those of which nothing at all was reported."""
    if metric not in account.days:
        every = [series for series in account.days.values() if isinstance(series, dict)]
        return {day for day in days if every and not any(day in series for series in every)}
    series = account.days[metric]
    return {day for day in days if day not in series} if isinstance(series, dict) else set()


def rate_of(figures: dict[str, Any], basis: str) -> Fraction | None:
    """The engagement rate as a fraction; None where a part is missing or the basis is 0."""
    asked = (*ENGAGEMENTS, basis)
    parts = [part for metric in asked if isinstance(part := figures.get(metric), int)]
    if len(parts) < len(asked) or not parts[-1]:
        return None
    return Fraction(sum(parts[:3]), parts[-1])


def account_rate(account: FakeAccount, basis: str, days: Sequence[date] = WEEK) -> Fraction | None:
    """The rate of an account's period: n/a unless all its parts are over the same days."""
    parts = [*ENGAGEMENTS, *([basis] if basis in BY_DAY else [])]
    if len({frozenset(missing(account, metric, days)) for metric in parts}) > 1:
        return None
    if basis not in BY_DAY and any(missing(account, metric, days) for metric in parts):
        return None
    return rate_of({metric: figure(account, metric, days) for metric in METRICS}, basis)


def summed(accounts: Sequence[FakeAccount], metric: str, days: Sequence[date]) -> Any:
    """The sum over accounts: only days that every one of them reported; no sum where one of them has no figure."""
    every = [account.days[metric] for account in accounts]
    if any(not isinstance(series, dict) or not any(day in series for day in days) for series in every):
        return None
    shared = [day for day in days if all(day in series for series in every)]
    return sum(series[day] for series in every for day in shared) if shared else None


def so_far(unit: str, today: date) -> tuple[list[date], list[date]]:
    """The days of this week, month, quarter or year that are over, and the same days of the one before, found day by day."""
    past = [today - timedelta(days=back) for back in range(800, 0, -1)]
    now = [day for day in past if _name(unit, day) == _name(unit, today)]
    if not now:
        return [], []
    earlier = [day for day in past if day < now[0] and _name(unit, day) == _name(unit, now[0] - timedelta(days=1))]
    return now, [day for day in earlier if _place(unit, day) <= _place(unit, now[-1])]


def _name(unit: str, day: date) -> tuple[int, ...]:
    iso = day.isocalendar()
    return {"week": (iso.year, iso.week), "month": (day.year, day.month), "quarter": (day.year, -(-day.month // 3)), "year": (day.year,)}[
        unit
    ]


def _place(unit: str, day: date) -> tuple[int, ...]:
    """Where in its unit a day is."""
    month_of_quarter = (day.month - 1) % 3
    return {"week": (day.isoweekday(),), "month": (day.day,), "quarter": (month_of_quarter, day.day), "year": (day.month, day.day)}[unit]


def percent_text(exact: Fraction) -> str:
    """A movement of so many per cent without its sign: no decimals from 10 on."""
    if exact >= 10:
        return half_up(exact, 0)
    text = half_up(exact, 1)
    return text.removesuffix(".0") if text != "0.0" else "<0.1"


def average_text(exact: Fraction) -> str:
    """An average per day: no decimals from 100 on, one from 10 on, else two; none that are zeros."""
    if exact >= 100:
        return half_up(exact, 0)
    text = half_up(exact, 1 if exact >= 10 else 2)
    if exact and not Fraction(text):
        return "<0.01"
    return text.rstrip("0").rstrip(".")


def nothing_but_unknown(account: FakeAccount, days: Sequence[date]) -> str:
    """FAILED when no figure came and one of them failed, NULL when LinkedIn has none, "" when there is one."""
    every = [figure(account, metric, days) for metric in METRICS]
    if any(isinstance(one, int) for one in every):
        return ""
    return FAILED if FAILED in every else NULL


def best(posts: Sequence[FakePost], basis: str, wanted: int, minimum: int = 100) -> list[tuple[Fraction, FakePost]]:
    """The best by rate of the ten most seen posts, as far as they have enough impressions; ties the newer first."""
    seen = [post for post in posts if isinstance(post.figures["IMPRESSION"], int)]
    most_seen = sorted(seen, key=lambda post: (-post.figures["IMPRESSION"], -post.number))[:10]
    enough = [post for post in most_seen if post.figures["IMPRESSION"] >= minimum]
    rated = [(rate, post) for post in enough if (rate := rate_of(post.figures, basis)) is not None]
    return sorted(rated, key=lambda pair: (-pair[0], -pair[1].number))[:wanted]
