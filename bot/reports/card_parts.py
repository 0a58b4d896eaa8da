"""Parts that cards share: account names, buttons, the period menu, what failed, the footer, the metadata."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.blockkit.actions import CSV, PERIOD, REFRESH, RETRY, SHARE, period_id
from bot.blockkit.builders import OPTION_VALUE_LIMIT, Block, Element, button, fits, moment, one_line, option, section, select
from bot.parsing.queries import AccountQuery, to_text
from bot.reports.figures import listed
from bot.reports.messages import PARTS_RETRY_LABEL, RATE_BASIS, RATE_FORMULA, UTC_DAYS
from bot.statistics.metrics import ALL_METRICS, Failed, Figures, RateBasis
from bot.statistics.reports import Account, AccountReport, Freshness, Period

RECALLED = "from a moment ago"
CACHED = {"": "live", "part": "in part from cache", "all": "from cache"}
FOOTER_FETCHED = "fetched {moment}, {source}"
SHARE_LABEL = "Share to channel"
REFRESH_LABEL = "Refresh"
PARTS_FAILED = ":warning: LinkedIn did not give {what} just now. {others}"
OTHERS = "The other figures are as LinkedIn gives them."
FAILED_SEVERAL = ":warning: Not everything could be fetched just now: {what}."
PARTS_AND_MORE = "{n} more"
NONE_AT_ALL = ":warning: LinkedIn gave none of these figures just now."
CHOOSE = "Other days"
LAST_DAYS = "{days} days"


CSV_LABEL = "CSV"

#: The name of the metadata by which a card is found again in a thread (Slack's documentation: "Message metadata").
EVENT_TYPE = "linkedin_stats_card"

#: A name in a headline; long ones leave room for the figures.
NAME_LIMIT = 60

#: So many accounts or posts are named in one line; the rest is counted.
MOST_NAMED = 8


def account_name(account: Account) -> str:
    """The account's name on one line, or its id where the name is blank (foreign text, not escaped)."""
    return one_line(account.name, NAME_LIMIT) or one_line(account.platform_id, NAME_LIMIT)


def main_buttons(words: str, *, private: bool) -> list[Element]:
    """Share (while only one person sees the card), Refresh and CSV; none when the words do not fit into a button."""
    if not fits(words):
        return []
    always = [button(REFRESH, REFRESH_LABEL, words), button(CSV, CSV_LABEL, words)]
    return [button(SHARE, SHARE_LABEL, words, primary=True), *always] if private else always


def retry(failed: Sequence[str], words: str, *, all_failed: bool) -> Block:
    """What could not be fetched, with a button that asks again."""
    bold = listed(f"*{name}*" for name in failed)
    text = NONE_AT_ALL if all_failed else PARTS_FAILED.format(what=bold, others=OTHERS)
    return section(text, button(RETRY, PARTS_RETRY_LABEL, words) if fits(words) else None)


def retry_several(names: Sequence[str], words: str) -> list[Block]:
    """Accounts or posts (escaped) of which something could not be fetched, with a button that asks for all of it again; none, no block."""
    if not names:
        return []
    more = len(names) - MOST_NAMED
    text = FAILED_SEVERAL.format(what=listed([*names[:MOST_NAMED], PARTS_AND_MORE.format(n=more)] if more > 0 else names))
    return [section(text, button(RETRY, PARTS_RETRY_LABEL, words) if fits(words) else None)]


def has_failed(figures: Figures) -> bool:
    """Whether any of these figures could not be fetched."""
    return any(isinstance(figure, Failed) for figure in figures.values())


def metadata(kind: str, words: str, *, private: bool) -> Mapping[str, Any] | None:
    """What a card in a channel says about itself: the question's words and ``kind``, "post" or "account"; None for a private card."""
    return None if private else {"event_type": EVENT_TYPE, "event_payload": {"words": words, "kind": kind}}


def source(freshness: Freshness) -> str:
    """Live, cached or recalled. How long the service caches is never said: its own pages disagree."""
    if not freshness.recalled:
        return CACHED[freshness.cached]
    return f"{RECALLED}, {CACHED[freshness.cached]}" if freshness.cached else RECALLED


def footer(freshness: Freshness, basis: RateBasis | None, *, by_days: bool) -> str:
    """A card's last line in mrkdwn. ``basis`` None leaves out the rate's formula; ``by_days`` says the figures cover whole UTC days."""
    fetched = FOOTER_FETCHED.format(moment=moment(freshness.fetched_at), source=source(freshness))
    parts = [UTC_DAYS, fetched] if by_days else [fetched[0].upper() + fetched[1:]]
    if basis is not None:
        parts.append(RATE_FORMULA.format(basis=RATE_BASIS[basis]))
    return " · ".join(parts)


CHOICES = (7, 28, 90)


def period_choice(report: AccountReport, today: date) -> list[Element]:
    """A menu whose value is the same question for another period; buttons where the words are too long for a menu's 150 characters."""
    metrics = () if report.metrics == ALL_METRICS else report.metrics
    question = to_text(AccountQuery(account=report.account.platform_id, metrics=metrics, daily=report.by_day))
    values = {days: f"{question} {days}d" for days in CHOICES}
    if max(map(len, values.values())) > OPTION_VALUE_LIMIT:
        return [button(period_id(days), LAST_DAYS.format(days=days), value) for days, value in values.items() if fits(value)]
    options = {days: option(LAST_DAYS.format(days=days), value) for days, value in values.items()}
    return [select(PERIOD, CHOOSE, tuple(options.values()), options.get(_last_days(report.period, today)))]


def _last_days(period: Period, today: date) -> int:
    """How many days up to yesterday the period is; 0 when it ends elsewhere."""
    return period.days if period.last == today - timedelta(days=1) else 0
