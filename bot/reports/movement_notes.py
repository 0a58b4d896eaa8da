"""Which day brought the most of a change, and what was posted on it: facts beside each other, without a guess at the cause."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.blockkit.builders import escape, one_line
from bot.blockkit.numbers import period_label, signed
from bot.reports.figures import NOUNS, asked, first_known, listed
from bot.statistics.aggregate import largest_day
from bot.statistics.reports import AccountReport, Period

ONE_DAY = "Of the change in {figure}, {day} brought {change} and the other {n} days {others}."
POSTED = "Posted on that day: {posts}."
UNTITLED_ONE, UNTITLED = "1 post", "{n} posts"
MORE_POSTS = "{n} more"
_MOST_TITLES: Final = 1
_TITLE_LIMIT: Final = 35


def change_notes(report: AccountReport, today: date) -> list[str]:
    """The day that brought the most of the headline figure's change, and its known posts (mrkdwn); none where days are missing."""
    known = first_known(asked(report.figures, report.metrics))
    if known is None or report.before is None or report.rate_only:
        return []
    metric, _ = known
    series = (report.daily or {}).get(metric)
    share = largest_day(series, report.period, report.before) if series is not None else None
    if share is None:
        return []
    sentence = ONE_DAY.format(
        figure=NOUNS[metric],
        day=period_label(Period(share.day, share.day), today),
        change=signed(share.change),
        n=report.period.days - 1,
        others=signed(share.others),
    )
    posts = report.posted.get(share.day, ())
    return [f"{sentence} {POSTED.format(posts=_named(posts))}" if posts else sentence]


def _named(titles: Sequence[str]) -> str:
    """Posts by their first lines, one at most, the rest counted."""
    shown = [f"“{escape(one_line(title, _TITLE_LIMIT))}”" for title in titles if title][:_MOST_TITLES]
    left = len(titles) - len(shown)
    if not shown:
        return UNTITLED_ONE if left == 1 else UNTITLED.format(n=left)
    return listed([*shown, *([MORE_POSTS.format(n=left)] if left else [])])
