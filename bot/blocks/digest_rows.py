"""A digest's lists: a row for each account, the best posts, new followers, what failed, whose access ends."""

from collections.abc import Iterator
from datetime import date

from bot.blocks.account_sum import told_without
from bot.blocks.figures import noun
from bot.blocks.kit import Block, Element, context, data_table, raw_number, raw_text
from bot.blocks.mrkdwn import escape, one_line
from bot.blocks.naming import account_state
from bot.blocks.numbers import MINUS, count, percent, rate, signed
from bot.blocks.parts import account_name
from bot.blocks.words import (
    CAPTION,
    COLUMNS,
    DIGEST_ROWS_BEST_POST,
    DIGEST_ROWS_FAILED,
    DIGEST_ROWS_FOLLOWERS,
    DIGEST_ROWS_LIFETIME,
    DIGEST_ROWS_MORE_ROWS,
    DIGEST_ROWS_NEW,
    DIGEST_ROWS_NEWEST,
    DIGEST_ROWS_UNKNOWN,
    DIGEST_ROWS_WARNING,
    DIGEST_ROWS_WITHOUT,
    FAILED_MORE,
    FIGURES_NO_FIGURES,
    FIGURES_NOT_FETCHED,
    FOLLOWERS_MORE,
    FOLLOWERS_OF,
    NEXT_POST,
    NO_FIGURE,
    UNTITLED,
    WARNING_MORE,
)
from bot.domain.digest_reports import BestPost, DigestReport
from bot.domain.metrics import Change, Failed, Figure, Metric, Rate, Value, change, engagement_rate
from bot.domain.periods import label
from bot.domain.reports import AccountReport

_MOST_ROWS = 60
_PAGE = 10
_NAME_LIMIT = 40
_TITLE_LIMIT = 80
_MOST_POSTS = 3
_MOST_LISTED = 8


def account_rows(report: DigestReport, today: date) -> list[Block]:
    """The accounts as a native table, those that failed among them; a note tells how many found no room."""
    rows = [[raw_text(title) for title in COLUMNS]]
    rows += [_row(one) for one in report.accounts[:_MOST_ROWS]]
    room = max(0, _MOST_ROWS - len(report.accounts))
    rows += [_unknown_row(account_name(one.account), FIGURES_NOT_FETCHED) for one in report.failed[:room]]
    more = len(report.accounts) + len(report.failed) - (len(rows) - 1)
    table = data_table(CAPTION.format(period=label(report.period, today)), rows, _PAGE)
    return [table, context(DIGEST_ROWS_MORE_ROWS.format(n=more))] if more else [table]


def _row(one: AccountReport) -> list[Element]:
    if one.nothing_reported:
        return _unknown_row(account_name(one.account), FIGURES_NO_FIGURES)
    impressions, before = one.figures.get(Metric.IMPRESSION), (one.before_figures or {}).get(Metric.IMPRESSION)
    return [
        raw_text(one_line(account_name(one.account), _NAME_LIMIT)),
        _number(impressions),
        _moved(change(impressions, before)),
        _rate(one),
        _number(one.figures.get(Metric.MEMBERS_REACHED)),
    ]


def _unknown_row(name: str, why: str) -> list[Element]:
    return [
        raw_text(one_line(name, _NAME_LIMIT) or DIGEST_ROWS_UNKNOWN),
        raw_text(why),
        *(raw_text(DIGEST_ROWS_UNKNOWN) for _ in COLUMNS[2:]),
    ]


def _number(figure: Figure | None) -> Element:
    if isinstance(figure, Value):
        return raw_number(figure.count, count(figure.count))
    return raw_text(FIGURES_NOT_FETCHED if isinstance(figure, Failed) else DIGEST_ROWS_UNKNOWN)


def _moved(moved: Change | None) -> Element:
    if moved is None:
        return raw_text(DIGEST_ROWS_UNKNOWN)
    if moved.new:
        return raw_text(DIGEST_ROWS_NEW)
    if moved.percent is None:
        return raw_number(moved.absolute, signed(moved.absolute))
    sign = "+" if moved.absolute > 0 else MINUS if moved.absolute else ""
    return raw_number(round(moved.percent * 100, 2), f"{sign}{percent(moved.percent)}")


def _rate(one: AccountReport) -> Element:
    engagement = engagement_rate(one.figures, one.basis)
    if not isinstance(engagement, Rate):
        return raw_text(DIGEST_ROWS_UNKNOWN)
    return raw_number(round(engagement.fraction * 100, 4), rate(engagement.fraction))


def best_posts(report: DigestReport) -> Iterator[str]:
    """The best posts, each with its link, in mrkdwn; none where the service names none."""
    for place, best in enumerate(report.best[:_MOST_POSTS], start=1):
        form = DIGEST_ROWS_BEST_POST if place == 1 else NEXT_POST
        yield form.format(place=place, post=_link(best), name=escape(account_name(best.account)), figures=_lifetime(best))
    if report.best and (said := newest_of(report)):
        yield said


def newest_of(report: DigestReport) -> str:
    """That the best were looked for among the newest posts only; "" where among all."""
    if report.posts_asked >= report.posts_known:
        return ""
    return DIGEST_ROWS_NEWEST.format(asked=count(report.posts_asked), known=count(report.posts_known))


def _link(best: BestPost) -> str:
    title = escape(one_line(best.title, _TITLE_LIMIT)).replace("|", "¦") or UNTITLED
    return f"<{best.post.url}|{title}>"


def _lifetime(best: BestPost) -> str:
    impressions = best.figures.get(Metric.IMPRESSION)
    told = [noun(Metric.IMPRESSION, impressions.count)] if isinstance(impressions, Value) else []
    if isinstance(best.rate, Rate):
        told.append(rate(best.rate.fraction))
    return f"{', '.join(told) or NO_FIGURE} {DIGEST_ROWS_LIFETIME}"


def new_followers(report: DigestReport) -> Iterator[str]:
    """One line of new followers by account; none where no figure is known."""
    known = [(one.account, number) for one in report.accounts if (number := report.followers.get(one.account.platform_id)) is not None]
    if not known:
        return
    if len(report.accounts) == 1:
        yield DIGEST_ROWS_FOLLOWERS.format(each=count(known[0][1]))
        return
    told = [FOLLOWERS_OF.format(name=escape(account_name(account)), n=count(number)) for account, number in known[:_MOST_LISTED]]
    more = len(known) - len(told)
    yield DIGEST_ROWS_FOLLOWERS.format(each=" · ".join([*told, FOLLOWERS_MORE.format(n=more)] if more else told))


def failed_accounts(report: DigestReport) -> Iterator[str]:
    """A line for each account that could not be fetched: why, and how to mend it."""
    for failed in report.failed[:_MOST_LISTED]:
        yield DIGEST_ROWS_FAILED.format(name=escape(account_name(failed.account)), sentence=escape(failed.sentence))
    if (more := len(report.failed) - _MOST_LISTED) > 0:
        yield FAILED_MORE.format(n=more)


def without_figures(report: DigestReport) -> Iterator[str]:
    """The accounts that LinkedIn has no figure of, in one line."""
    return (DIGEST_ROWS_WITHOUT.format(sentence=escape(sentence)) for sentence in told_without(report.accounts))


def token_warnings(report: DigestReport) -> Iterator[str]:
    """A line for each account whose access ends soon; one that failed has said so already."""
    failed = {one.account.platform_id for one in report.failed}
    ending = [warning.account for warning in report.warnings if warning.account.platform_id not in failed]
    for account in ending[:_MOST_LISTED]:
        yield DIGEST_ROWS_WARNING.format(name=escape(account_name(account)), state=escape(account_state(account)))
    if (more := len(ending) - _MOST_LISTED) > 0:
        yield WARNING_MORE.format(n=more)
