"""A digest's lists: a row for each account, the best posts, new followers."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.blocks.figures import listed, noun
from bot.blocks.kit import Block, Element, context, data_table, raw_number, raw_text, text_size
from bot.blocks.mrkdwn import escape, one_line
from bot.blocks.numbers import MINUS, count, percent, rate, signed
from bot.blocks.parts import account_name
from bot.blocks.words import (
    CAPTION,
    COLUMNS,
    DIGEST_ROWS_BEST_POST,
    DIGEST_ROWS_FOLLOWERS,
    DIGEST_ROWS_FOLLOWERS_EACH,
    DIGEST_ROWS_FOLLOWERS_OF_SOME,
    DIGEST_ROWS_LIFETIME,
    DIGEST_ROWS_NEW,
    DIGEST_ROWS_NEWEST,
    DIGEST_ROWS_UNKNOWN,
    FIGURES_NO_FIGURES,
    FIGURES_NOT_FETCHED,
    FOLLOWERS_MORE,
    FOLLOWERS_OF,
    MORE_ROWS,
    MORE_WITHOUT,
    NEXT_POST,
    NO_FIGURE,
    ONE_MORE_ROW,
    ONE_MORE_WITHOUT,
    SOME,
    UNTITLED,
)
from bot.domain.digest_reports import BestPost, DigestReport, largest_first
from bot.domain.metrics import Change, Failed, Figure, Metric, Rate, Value, change, engagement_rate
from bot.domain.periods import label
from bot.domain.reports import AccountReport
from bot.domain.totals import counted, uncounted

_MOST_ROWS = 60
#: So many characters at most stand in all of the rows, that there be room for the rest of the message.
_ROOM = 4_500
_PAGE = 10
_NAME_LIMIT = 40
_TITLE_LIMIT = 80
_MOST_POSTS = 3
_MOST_LISTED = 8


def account_rows(report: DigestReport, today: date) -> list[Block]:
    """The accounts as a native table, the largest first, those without figures below; a note tells how many found no room.

    What is wrong with an account nobody shall miss: those that failed, and those that LinkedIn has no figure of, have their rows first.
    """
    over = counted(report.accounts)
    failed = [_unknown_row(account_name(one.account), FIGURES_NOT_FETCHED) for one in report.failed]
    without = [_unknown_row(account_name(account), FIGURES_NO_FIGURES) for account in uncounted(report.accounts)]
    known = [_row(one) for one in largest_first(over)]
    failed_shown = _fitting(failed, ())
    without_shown = _fitting(without, failed_shown)
    known_shown = _fitting(known, (*failed_shown, *without_shown))
    rows = [[raw_text(title) for title in COLUMNS], *known_shown, *without_shown, *failed_shown]
    table = data_table(CAPTION.format(period=label(report.period, today)), rows, _PAGE)
    notes = [
        *_more(len(known) - len(known_shown), ONE_MORE_ROW, MORE_ROWS),
        *_more(len(failed) + len(without) - len(failed_shown) - len(without_shown), ONE_MORE_WITHOUT, MORE_WITHOUT),
    ]
    return [table, context("\n".join(notes))] if notes else [table]


def _fitting(rows: Sequence[list[Element]], beside: Sequence[list[Element]]) -> Sequence[list[Element]]:
    """The first of the rows, as many as have room beside these."""
    size, most = text_size(beside), _MOST_ROWS - len(beside)
    for place, row in enumerate(rows[:most]):
        size += text_size(row)
        if size > _ROOM:
            return rows[:place]
    return rows[:most]


def _more(number: int, one: str, several: str) -> list[str]:
    return [one if number == 1 else several.format(n=number)] if number else []


def _row(one: AccountReport) -> list[Element]:
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
    """One line of new followers: all of them, then by account, the most first; none where no figure is known."""
    known = [(number, one.account) for one in report.accounts if (number := report.followers.get(one.account.platform_id)) is not None]
    if not known:
        return
    total, every = count(sum(number for number, _ in known)), len(report.accounts) + len(report.failed)
    if every == 1:
        yield DIGEST_ROWS_FOLLOWERS.format(total=total)
        return
    form = DIGEST_ROWS_FOLLOWERS_EACH if len(known) == every else DIGEST_ROWS_FOLLOWERS_OF_SOME
    known.sort(key=lambda pair: -pair[0])
    told = [FOLLOWERS_OF.format(name=escape(account_name(account)), n=count(number)) for number, account in known[:_MOST_LISTED]]
    if rest := [number for number, _ in known[_MOST_LISTED:]]:
        told.append(FOLLOWERS_MORE.format(n=len(rest), followers=count(sum(rest))))
    yield form.format(total=total, accounts=SOME.format(n=len(known), all=every), each=listed(told))
