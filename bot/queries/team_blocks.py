"""Cards of several accounts: two side by side, a team with its sums, a board that ranks fairly."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.reports import card_parts
from bot.reports.account_blocks import ALL_POSTS, account_fields, account_headline, account_story, filling_in
from bot.reports.chart import draw_versus
from bot.reports.figure_tables import more_figures, side_names, versus_grid
from bot.reports.figures import NOUNS, RATE_BASIS, RATE_NAME, days, direction, find_gaps, gap_notes, length_notes, listed, noun, rate_asked
from bot.reports.files import NO_SUM_OF_REACH, first_notes, sides_freshness, sum_notes, team_name
from bot.reports.tables import Grid, table
from bot.reports.team_tables import TOTALS_ONLY, may_rank_higher, score_text, team_table
from bot.slack.builders import Block, Message, context, escape, header, message_text, one_line
from bot.slack.numbers import count, period_label
from bot.statistics.comparison_reports import RankedRow, TeamReport, VersusReport, ranked
from bot.statistics.metrics import ADDITIVE_METRICS, Metric, Ranking, RateBasis, Value, View, change_between
from bot.statistics.reports import AccountReport

VERSUS = "{left} vs. {right}"
UNLIKE = "{left} has {n} and {right} has {m}: the differences are per day, not between the totals."
BOARD_TITLE = "{name} · {leader}"
NOBODY_LEADS = "nobody ranked"
ONE_MORE_ROW = "… and 1 more account: the file has them all."
MORE_ROWS = "… and {n} more accounts: the file has them all."
_MOST_ROWS = 60
_MOST_FAILED = 5
#: Characters of each side in a headline, to leave room for the figures.
_SIDE_LIMIT = 44


def build_versus_card(report: VersusReport, *, today: date, words: str, private: bool = True) -> Message:
    """Two accounts or two periods as one native table; with differences only where the days are comparable and all reported."""
    grid, names = versus_grid(report, today), side_names(report, today)
    left, right = report.left, report.right
    when = (
        f"{period_label(left.period, today)} vs. {period_label(right.period, today)}"
        if left.period != right.period
        else period_label(left.period, today)
    )
    title = _versus_title(report, names, when)
    blocks: list[Block] = [header(title), context(f"{when} · {ALL_POSTS}"), table(grid)]
    two = left.account != right.account
    gaps = [gap for side in (left, right) for gap in gap_notes(side, find_gaps(side), today, beside_another=two)]
    notes = [*_versus_notes(report, names), *gaps]
    notes += dict.fromkeys(note for side in (left, right) for note in filling_in(side))
    drawn = draw_versus(report, names, today)
    blocks += [drawn.block] if drawn.block else []
    notes += drawn.notes
    if notes:
        blocks.append(context("\n".join(notes)))
    blocks += card_parts.retry_several(
        [escape(name) for name, side in zip(names, (left, right), strict=True) if card_parts.has_failed(side.figures)], words
    )
    basis = left.basis if rate_asked(report.metrics, left.basis) else None
    blocks += card_parts.card_buttons(words, [left.figures, right.figures], private=private)
    blocks.append(context(card_parts.footer(sides_freshness(report, today), basis, by_days=True)))
    story = f"{escape(title)}: {'; '.join(_row_sentences(grid, unlike=not report.comparable))}."
    return Message(message_text(" ".join([story, *notes])), tuple(blocks), card_parts.metadata("versus", words, private=private))


def _versus_title(report: VersusReport, names: tuple[str, str], when: str) -> str:
    """The sides and their first figure: "Acme · Nov 1–28 vs. Oct 1–28 · 72,685 vs. 76,818 impressions, down 5.4%"."""
    left, right = report.left, report.right
    sides = VERSUS.format(left=one_line(names[0], _SIDE_LIMIT), right=one_line(names[1], _SIDE_LIMIT))
    same = left.account == right.account
    title = f"{card_parts.account_name(left.account)} · {sides}" if same else f"{sides}, {when}" if left.period == right.period else sides
    metric = report.metrics[0]
    counts = [figure.count for side in (left, right) if isinstance(figure := side.figures.get(metric), Value)]
    if len(counts) < len(names) or not report.whole(metric):
        return title
    moved = change_between(metric, Value(counts[0]), Value(counts[1]), (left.period.days, right.period.days))
    figures = VERSUS.format(left=count(counts[0]), right=noun(metric, counts[1]))
    return f"{title} · {figures}, {direction(moved)}" if same and moved and not moved.new else f"{title} · {figures}"


def _versus_notes(report: VersusReport, names: tuple[str, str]) -> list[str]:
    left, right = report.left.period, report.right.period
    unlike = UNLIKE.format(left=escape(names[0]), n=days(left.days), right=escape(names[1]), m=days(right.days))
    notes = [] if report.comparable else [unlike]
    lacking = [NOUNS[metric] for metric in report.metrics if not report.whole(metric)]
    return [*notes, f"LinkedIn didn't report every day, so there is no difference for {listed(lacking)}."] if lacking else notes


def _row_sentences(grid: Grid, *, unlike: bool) -> Iterator[str]:
    for name, left, right, *rest in grid.rows:
        line = f"{name.text} {left.text} vs. {right.text}"
        here, there, moved = rest if unlike else (None, None, None)
        if here and there and moved and here.value is not None and there.value is not None:
            change = f", {moved.text}" if moved.value is not None else ""
            line = f"{line} (per day {here.text} vs. {there.text}{change})"
        yield line


def build_team_card(report: TeamReport, *, today: date, words: str, private: bool = True) -> Message:
    """A team's sums with their changes and a row for each account, or a board; ``private``: only the person who asked sees it."""
    board, added = report.view is View.BOARD and not report.totals_only, tuple(one for one in report.metrics if one in ADDITIVE_METRICS)
    summed = card_parts.sum_report(card_parts.sum_name(report.reports, report.failed), report.reports, added)
    title = _board_title(report, team_name(report)) if board else _with_most(report, _team_title(report, summed))
    before = period_label(report.period.before, today)
    blocks: list[Block] = [header(title), context(f"{period_label(report.period, today)} vs. {before} · activity on all posts")]
    if not board and summed.metrics:
        blocks.append(account_fields(summed, find_gaps(summed)))
    blocks += _table(report, today)
    notes = [
        *_notes(report, board=board),
        *map(escape, card_parts.without_figures_notes(report.reports)),
        *card_parts.missing_total_notes(report.reports, report.metrics),
    ]
    notes += [*length_notes(report.reports[0], today), *gap_notes(summed, find_gaps(summed), today)]
    notes += dict.fromkeys(note for one in report.reports for note in filling_in(one))
    blocks += [context("\n".join(notes))] if notes else []
    blocks += [context(line) for line in _failed(report)]
    blocks += card_parts.retry_several(_lost(report), words)
    basis = report.basis if rate_asked(report.metrics, report.basis) else None
    blocks += card_parts.card_buttons(words, [one.figures for one in report.reports], private=private)
    blocks.append(context(card_parts.footer(card_parts.freshness(report.reports), basis, by_days=True)))
    summary = _board_story(report) if board else account_story(summed, find_gaps(summed), today, card_parts.no_total(report.reports))
    sentences = [escape(title) + ".", summary, *(note for note in notes if note not in summary), *_failed(report)]
    story = " ".join(filter(None, sentences))
    return Message(message_text(story), tuple(blocks), card_parts.metadata(report.view.value, words, private=private))


def _team_title(report: TeamReport, summed: AccountReport) -> str:
    """Whose sum it is, over how many accounts, and the first sum with its change: "7 of 8 accounts · 62,643 impressions, up 14% …"."""
    figures = account_headline(summed, find_gaps(summed)) if summed.metrics else summed.account.name
    if not any(isinstance(figure, Value) for figure in summed.figures.values()) and (none := card_parts.no_total(report.reports)):
        figures = BOARD_TITLE.format(name=summed.account.name, leader=none)
    return f"{team_name(report)}, {figures}" if report.name or report.meant else figures


def _with_most(report: TeamReport, title: str) -> str:
    """The title with who has the most, where one figure is asked for and all have the same days of it."""
    metric = report.metrics[0]
    counted = [(figure.count, one.account) for one in report.reports if isinstance(figure := one.figures.get(metric), Value)]
    most = max((number for number, _ in counted), default=0)
    unlike = len({find_gaps(one).now.get(metric) for one in report.reports}) > 1
    if len(report.metrics) > 1 or report.totals_only or len(counted) == 1 or not most or unlike:
        return title
    names = _named([card_parts.account_name(account) for number, account in counted if number == most])
    return f"{title} · most: {names} with {count(most)}"


def _table(report: TeamReport, today: date) -> list[Block]:
    if report.totals_only:
        return []
    # The last row is the total.
    most = _MOST_ROWS if report.most is None else max(report.most, 1) + (len(report.reports) > 1)
    shown, more = team_table(report, today, min(most, _MOST_ROWS))
    notes = [ONE_MORE_ROW if more == 1 else MORE_ROWS.format(n=more)] if more else []
    notes += more_figures(report.metrics)
    return [shown, *([context("\n".join(notes))] if notes else [])]


def _notes(report: TeamReport, *, board: bool) -> list[str]:
    notes = [*first_notes(report), *([TOTALS_ONLY] if report.totals_only else [])]
    if board:
        growth = f"the growth of impressions{' per day' if report.reports[0].is_unlike else ''}"
        by = f"engagement rate (of {RATE_BASIS[report.basis]})" if report.ranking is Ranking.RATE else growth
        before = "" if report.ranking is Ranking.RATE else " in the period before"
        notes.append(f"Ranked by {by}, from {noun(Metric.IMPRESSION, report.minimum)} up{before}. Equal rates share a rank.")
        if without := [escape(card_parts.account_name(one.report.account)) for one in _places(report) if one.place is None]:
            notes.append(f"Not ranked: {_named(without)}.")
    if len(report.reports) > 1 and any(not metric.definition.additive for metric in report.metrics):
        notes.append(NO_SUM_OF_REACH)
        if report.basis is RateBasis.REACH and rate_asked(report.metrics, report.basis):
            notes.append(card_parts.RATE_NOT_ADDED)
    notes += sum_notes(report)
    return notes


def _named(names: Sequence[str]) -> str:
    more = len(names) - card_parts.MOST_NAMED
    return ", ".join([*names[: card_parts.MOST_NAMED], f"{more} more"] if more > 0 else names)


def _failed(report: TeamReport) -> list[str]:
    lines = [f":warning: {escape(card_parts.account_name(one.account))}: {escape(one.sentence)}" for one in report.failed[:_MOST_FAILED]]
    more = len(report.failed) - len(lines)
    counted = card_parts.ONE_FAILED_MORE if more == 1 else card_parts.FAILED_MORE.format(n=more)
    return [*lines, counted] if more else lines


def _lost(report: TeamReport) -> list[str]:
    lost = [one.account for one in report.failed if one.passing]
    return [
        escape(card_parts.account_name(one))
        for one in [*lost, *(one.account for one in report.reports if card_parts.has_failed(one.figures))]
    ]


def _places(report: TeamReport) -> tuple[RankedRow, ...]:
    return ranked(report.reports, report.ranking, report.minimum, lambda score: score_text(report.ranking, score))


def _board_title(report: TeamReport, name: str) -> str:
    """The leader; where others may rank higher, the first of those with complete figures, and the number of the others."""
    first = [one for one in _places(report) if one.place == 1]
    if not first:
        return BOARD_TITLE.format(name=name, leader=NOBODY_LEADS)
    names, score = _named([card_parts.account_name(one.report.account) for one in first]), _scored(report, first[0])
    if unsure := may_rank_higher(report):
        return BOARD_TITLE.format(name=name, leader=", ".join((f"{names} with {score}", *unsure)))
    return BOARD_TITLE.format(name=name, leader=(f"{names} leads with {score}" if len(first) == 1 else f"{names} lead with {score}"))


def _scored(report: TeamReport, one: RankedRow) -> str:
    text = NOBODY_LEADS if one.score is None else score_text(report.ranking, one.score)
    growth = "impressions per day" if report.reports[0].is_unlike else "impressions"
    return f"{text} {RATE_NAME.lower() if report.ranking is Ranking.RATE else growth}"


def _board_story(report: TeamReport) -> str:
    parts = [
        f"{one.place}{'=' if one.tied else ''}. {escape(card_parts.account_name(one.report.account))} {_scored(report, one)}"
        for one in _places(report)[: report.most]
        if one.place is not None
    ]
    return "; ".join(parts) + "." if parts else ""
