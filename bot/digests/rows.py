"""A digest's lists: a row for each account, best posts, new followers, and warnings (whole lines; the rest is counted)."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from bot.digests.reports import DigestReport, largest_first
from bot.reports.card_parts import FAILED_MORE, ONE_FAILED_MORE, SOME, account_name, post_link, posts_filling_in, without_figures_notes
from bot.reports.figure_tables import account_rate_cell
from bot.reports.figures import COVERAGE, NO_FIGURE, NO_FIGURES_AT_LINKEDIN, NOT_FETCHED_FIGURE, coverage, find_gaps, listed, noun, some_of
from bot.reports.files import coverage_notes, most_seen
from bot.reports.notice_blocks import account_state
from bot.reports.tables import DIGEST_PAGE, NO_BUTTON, OPEN, SMALL, element, growth_cell
from bot.reports.team_tables import open_account
from bot.slack.builders import Block, Element, context, escape, one_line, text_size
from bot.slack.interactive import data_table, raw_number, raw_text
from bot.slack.numbers import count, period_label, rate, signed
from bot.statistics.aggregate import counted, uncounted
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM
from bot.statistics.metrics import Failed, Figure, Metric, MetricChange, Rate, Value, engagement_rate
from bot.statistics.reports import Account, AccountReport, PostReport

COLUMNS = ("Account", "Impressions", "Change", "Engagement", "Reach", OPEN)
DIGEST_ROWS_UNKNOWN = "n/a"
MORE_ROWS = "… and {n} more accounts are in the totals but have no row here."
ONE_MORE_ROW = "… and 1 more account is in the totals but has no row here."
MORE_WITHOUT = "… and {n} more accounts without figures have no row here."
ONE_MORE_WITHOUT = "… and 1 more account without figures has no row here."
NO_BEST_POST = "*Best post* n/a: no known post with at least {minimum} impressions has an engagement rate."
NO_BEST_FETCHED = "*Best post* unknown: no fetched post with at least {minimum} impressions has an engagement rate."
NOT_LOOKED_AT = "{n} posts left out: their {accounts} failed."
READ = "{read} of {all} posts read, because other calls to LinkedIn are kept for questions: another one may be better."
ONE_POST_FAILED = "1 known post couldn't be fetched: it may be better."
DIGEST_WARNINGS_LINE = ":warning: {warning}"
WARNING_MORE = ":warning: … and {n} more accounts must be reconnected in PostPost soon."
ONE_WARNING_MORE = ":warning: … and 1 more account must be reconnected in PostPost soon."

_MOST_ROWS = 60
#: Characters of all rows at most, to leave room for the rest of the message.
_ROOM = 4_500
_NAME_LIMIT = 40
#: Characters of a title: with the account's name and the figures two lines on a phone.
_TITLE_LIMIT = 32
_MOST_LISTED = 3


def account_rows(report: DigestReport, today: date) -> list[Block]:
    """The accounts as a table, the largest first, and how many found no room; those that failed or have no figures get theirs first."""
    numbers = itertools.count()

    def row(account: Account, cells: list[Element]) -> list[Element]:
        # The name, which can be typed instead, begins the row: again it would take the room of other rows.
        return [*cells, open_account(next(numbers), account, report.period, NO_BUTTON) or raw_text(NO_BUTTON)]

    known = [row(one.account, _row(one)) for one in largest_first(counted(report.accounts))]
    without = [row(account, _unknown_row(account, NO_FIGURES_AT_LINKEDIN, DIGEST_ROWS_UNKNOWN)) for account in uncounted(report.accounts)]
    failed = [row(one.account, _unknown_row(one.account, NOT_FETCHED_FIGURE, NO_BUTTON)) for one in report.failed]
    failed_shown = _fitting(failed, ())
    without_shown = _fitting(without, failed_shown)
    known_shown = _fitting(known, (*failed_shown, *without_shown))
    unlike = report.accounts[0].is_unlike
    titles = ["Change per day" if unlike and title == "Change" else title for title in COLUMNS]
    rows = [[raw_text(title) for title in titles], *known_shown, *without_shown, *failed_shown]
    table = data_table(f"Accounts, {period_label(report.period, today)}, most impressions first", rows, DIGEST_PAGE)
    notes = [
        *_more(len(known) - len(known_shown), ONE_MORE_ROW, MORE_ROWS),
        *_more(len(failed) + len(without) - len(failed_shown) - len(without_shown), ONE_MORE_WITHOUT, MORE_WITHOUT),
    ]
    return [table, context("\n".join(notes))] if notes else [table]


def _fitting(rows: Sequence[list[Element]], beside: Sequence[list[Element]]) -> Sequence[list[Element]]:
    size, most = text_size(beside), _MOST_ROWS - len(beside)
    for place, row in enumerate(rows[:most]):
        size += text_size(row)
        if size > _ROOM:
            return rows[:place]
    return rows[:most]


def _more(number: int, one: str, several: str) -> list[str]:
    return [one if number == 1 else several.format(n=number)] if number else []


def _row(one: AccountReport) -> list[Element]:
    impressions, gaps = one.figures.get(Metric.IMPRESSION), find_gaps(one)
    return [
        raw_text(one_line(account_name(one.account), _NAME_LIMIT)),
        _number(impressions, coverage(gaps.now.get(Metric.IMPRESSION), one.period.days)),
        _moved(None if Metric.IMPRESSION in gaps.now else one.moved(Metric.IMPRESSION)),
        element(account_rate_cell(one, gaps)),
        _number(one.figures.get(Metric.MEMBERS_REACHED)),
    ]


def _unknown_row(account: Account, why: str, other: str) -> list[Element]:
    return [raw_text(one_line(account_name(account), _NAME_LIMIT)), raw_text(why), *(raw_text(other) for _ in COLUMNS[2:-1])]


def _number(figure: Figure | None, covered: str = "") -> Element:
    if isinstance(figure, Value):
        return raw_number(figure.count, f"{count(figure.count)} ({covered})" if covered else count(figure.count))
    return raw_text(NOT_FETCHED_FIGURE if isinstance(figure, Failed) else DIGEST_ROWS_UNKNOWN)


def _moved(moved: MetricChange | None) -> Element:
    if moved is None:
        return raw_text(DIGEST_ROWS_UNKNOWN)
    if moved.new:
        return raw_text("new")
    if moved.percent is None:
        return raw_text(SMALL) if moved.per_day else raw_number(moved.absolute, signed(moved.absolute))
    return element(growth_cell(moved))


def best_posts(report: DigestReport) -> Iterator[str]:
    """The best posts, each with its link, in mrkdwn; nothing where no post of the period is known."""
    if _best_left_out(report):
        yield "The best posts are left out this time: what is left of this hour's calls to LinkedIn is kept for people's questions."
    found = report.best
    if found.asked and not found.posts:
        lacking = found.failed or found.asked < found.reachable or found.most_seen
        yield (NO_BEST_FETCHED if lacking else NO_BEST_POST).format(minimum=count(USUAL_POST_MINIMUM))
    for best in found.posts:
        place = f"{best.place}=" if best.tied else "Best post" if best.place == 1 else f"{best.place}."
        post = best.report
        yield f"*{place}* {post_link(post.post, post.title, _TITLE_LIMIT)}, {escape(account_name(post.account))}: {_lifetime(post)}"


def best_notes(report: DigestReport) -> Iterator[str]:
    if sentences := best_among(report):
        yield " ".join(sentences)
    yield from coverage_notes(report.best.coverage)
    yield from posts_filling_in([one.report for one in report.best.posts])


def _best_left_out(report: DigestReport) -> bool:
    """Whether there were posts to look at, and none was: what is left of the hour's calls is kept."""
    return bool(report.best.reachable and not report.best.asked)


def best_among(report: DigestReport) -> list[str]:
    """Notes: the rule; that only the newest posts were searched, only a part of them was, or some could not be fetched."""
    if _best_left_out(report):
        return []
    notes, found = [], report.best
    if found.posts or found.most_seen:
        rule, minimum = found.most_seen and most_seen(found.most_seen), count(USUAL_POST_MINIMUM)
        notes.append(f"Best by lifetime rate, among the {rule}." if rule else f"Best by lifetime rate, {minimum}+ impressions.")
    if found.asked and found.candidates < found.known:
        notes.append(f"The best of the newest {count(found.candidates)} of {count(found.known)} known posts.")
    if skipped := found.candidates - found.reachable:
        accounts = "account" if len(report.failed) == 1 else "accounts"
        notes.append("1 post left out: its account failed." if skipped == 1 else NOT_LOOKED_AT.format(n=count(skipped), accounts=accounts))
    if found.asked < found.reachable:
        notes.append(READ.format(read=count(found.asked), all=count(found.reachable)))
    if failed := found.failed:
        notes.append(ONE_POST_FAILED if failed == 1 else f"{count(failed)} known posts couldn't be fetched: one of them may be better.")
    return notes


def _lifetime(post: PostReport) -> str:
    impressions, engagement = post.figures.get(Metric.IMPRESSION), engagement_rate(post.figures, post.basis)
    parts = [noun(Metric.IMPRESSION, impressions.count)] if isinstance(impressions, Value) else []
    if isinstance(engagement, Rate):
        parts.append(rate(engagement.fraction))
    return ", ".join(parts) or NO_FIGURE


def new_followers(report: DigestReport) -> Iterator[str]:
    """The line of new followers: the sum over the days that every account reported, then each account, the most first."""
    known = [(won, one.account) for one in report.accounts if (won := report.followers.get(one.account.platform_id))]
    every, days = len(report.accounts) + len(report.failed), report.period.days
    # Where only sums may be shown, a sum of one account would be that account's own figure.
    if not known or (report.totals_only and len(known) == 1 < every):
        return
    common = frozenset.intersection(*(frozenset(won) for won, _ in known))
    total = count(sum(won[day] for won, _ in known for day in common)) if common else NO_FIGURE
    notes = [SOME.format(n=len(known), all=every)] if len(known) < every else []
    notes += [COVERAGE.format(reported=len(common), days=days)] if len(common) < days else []
    line = f"*New followers* {total} ({', '.join(notes)})" if notes else f"*New followers* {total}"
    if not report.shows_each:
        yield line
        return
    counts = sorted(((sum(won.values()), len(won), account) for won, account in known), key=lambda each: -each[0])
    parts = [_followers_of(account, number, reported, days) for number, reported, account in counts[:_MOST_LISTED]]
    if rest := counts[_MOST_LISTED:]:
        parts.append(f"{len(rest)} more with {count(sum(number for number, _, _ in rest))}")
    yield f"{line}: {listed(parts)}"


def _followers_of(account: Account, number: int, reported: int, days: int) -> str:
    in_part = f" ({reported} of {days} days)" if reported != days else ""
    return f"{escape(account_name(account))} {count(number)}{in_part}"


#: Accounts with the same problem that are named, and characters of each name; the rest is counted.
_NAMED: Final = 4
_DIGEST_WARNINGS_NAME_LIMIT: Final = 40
_SENTENCE_LIMIT: Final = 300
#: Characters of a line that counts the rest, at most.
_COUNT: Final = 90


class _WarningLine(Struct, frozen=True):
    """One warning in mrkdwn, escaped, and how many accounts it is about."""

    text: str
    accounts: int


def warning_notes(report: DigestReport, room: int) -> list[str]:
    """The warnings in escaped mrkdwn, at most ``room`` characters with line ends, failed accounts' first; the rest is counted."""
    failed = [(one.account, one.sentence) for one in report.failed]
    gone = {one.account.platform_id for one in report.failed}
    ending = [account for account in report.ending if account.platform_id not in gone]
    without = [
        _WarningLine(DIGEST_WARNINGS_LINE.format(warning=escape(warning)), len(uncounted(report.accounts)))
        for warning in without_figures_notes(report.accounts)
    ]
    kinds = (
        (_grouped(failed), ONE_FAILED_MORE, FAILED_MORE),
        (without, ":warning: … and 1 more account has no figures.", ":warning: … and {n} more accounts have no figures."),
        (_grouped((one, f"LinkedIn {account_state(one)}") for one in ending), ONE_WARNING_MORE, WARNING_MORE),
    )
    notes: list[str] = []
    for place, (lines, one_more, more) in enumerate(kinds, start=1):
        reserved = _COUNT * (len(kinds) - place)
        notes += _digest_warnings_fitting(lines, room - reserved - sum(len(line) + 1 for line in notes), one_more, more)
    return notes


def _grouped(sentences: Iterable[tuple[Account, str]]) -> list[_WarningLine]:
    groups: dict[str, list[Account]] = {}
    for account, sentence in sentences:
        groups.setdefault(one_line(sentence, _SENTENCE_LIMIT), []).append(account)
    return [_WarningLine(_line(accounts, sentence), len(accounts)) for sentence, accounts in groups.items()]


def _line(accounts: Sequence[Account], sentence: str) -> str:
    who = some_of([one_line(account_name(account), _DIGEST_WARNINGS_NAME_LIMIT) for account in accounts], _NAMED)
    return DIGEST_WARNINGS_LINE.format(warning=escape(f"{who}: {sentence}"))


def _digest_warnings_fitting(lines: Sequence[_WarningLine], room: int, one_more: str, more: str) -> list[str]:
    notes: list[str] = []
    left = sum(line.accounts for line in lines)
    for line in lines:
        left -= line.accounts
        after = _more(left, one_more, more)
        if sum(map(len, [*notes, line.text, *after])) + len(notes) + 1 + len(after) > room:
            left += line.accounts
            break
        notes.append(line.text)
    return [*notes, *_more(left, one_more, more)]
