"""A digest's message: a summary built like an account's card, with the sum of its accounts; and the messages of its thread."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from bot.digests.command import DigestOptions, intro_text, options_of, subject_words
from bot.digests.manage_blocks import digest_buttons
from bot.digests.reports import DigestReport, DigestSection, largest_first, shown
from bot.digests.rows import account_rows, best_notes, best_posts, new_followers, warning_notes
from bot.reports import card_parts
from bot.reports import figures as say
from bot.reports.account_blocks import NO_REACH_BY_DAY, account_fields, account_story, change_notes, filling_in
from bot.reports.card_parts import footer
from bot.reports.chart import draw
from bot.reports.figure_tables import daily_table
from bot.reports.goals import MOST_ON_A_CARD, goal_lines
from bot.reports.team_tables import may_rank_higher, score_text
from bot.slack import builders
from bot.slack.numbers import NumberFormat, count, current_format, period_label, rate, signed
from bot.statistics.aggregate import counted
from bot.statistics.comparison_reports import USUAL_MINIMUM, TeamReport, ranked
from bot.statistics.metrics import Metric, Ranking, RateBasis, View
from bot.statistics.reports import AccountReport, Freshness
from bot.subscriptions.subscription import Subscription

#: The name of the metadata by which a digest is found again in its channel and its thread (Slack's documentation: "Message metadata").
EVENT_TYPE = "linkedin_stats_digest"
#: Up to this many accounts each have a table in the thread; with more only the sum has.
_MOST_TABLES = 5
#: All text of a message stays under 10,000 characters, also below a preview's words: goals,
#: posts and followers get what the figures, the table, the warnings and the notes leave.
_ALL_TEXT = 9_500
_WARNINGS = 2_000
_NOTES = 1_200
_HEAD = 1_400
_LEAST_ROOM = 60
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def build_digest(report: DigestReport, *, digest: Subscription, today: date) -> tuple[builders.Message, tuple[builders.Message, ...]]:
    parts, options = shown(report.content or digest.content), options_of(digest.rule)
    same = _same_for_all(SharedReport(report), parts, today, current_format())
    headline = f"{options.title or 'LinkedIn'}, {same.in_short}"
    head = [
        builders.header(headline),
        *([builders.section(intro_text(options))] if options.intro else []),
        builders.context(_about(report, same.whole, today)),
    ]
    # Goals are of the channel.
    goals = goal_lines(report.goals[:MOST_ON_A_CARD], today, with_subject=report.several) if DigestSection.GOALS in parts else ()
    coming = scheduled_posts(report) if DigestSection.SCHEDULED in parts else ()
    lines, buttons = [*goals, *same.lines, *coming], builders.actions(digest_buttons(digest))
    text = _cut(lines, min(builders.TEXT_LIMIT, _ALL_TEXT - builders.text_size([*head, buttons]) - same.size))
    rest, story = (*([builders.section(text)] if text else []), *same.notes), _story(report, same, lines, options=options)
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"digest": digest.id, "words": same.words}}
    if options.only_headline:
        short = "\n".join([f"{builders.escape(headline)}. {intro_text(options)}".strip(), *warning_notes(report, _WARNINGS)])
        below = builders.Message(story, (*same.figures, *rest, same.footer))
        return builders.Message(short, (*head, *same.warnings, buttons), metadata), (below, *same.details)
    return builders.Message(story, (*head, *same.figures, *same.warnings, *rest, buttons, same.footer), metadata), same.details


class SharedReport:
    """A digest's report, compared by identity: the digests of one run share it, and what is the same for all of them is built once."""

    def __init__(self, report: DigestReport) -> None:
        self.report = report
        self._shared = (report.accounts, report.failed, report.best.posts, report.followers)

    def __hash__(self) -> int:
        return hash(tuple(map(id, self._shared)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharedReport) and all(mine is its for mine, its in zip(self._shared, other._shared, strict=True))


class _SameForAll(Struct, frozen=True):
    """What the digests of one run with the same accounts have in common."""

    whole: AccountReport
    #: The headline without its title, in plain text: "Nov 16–22, 7 of 8 accounts: 71,480 impressions, up 9%".
    in_short: str
    #: The sentences about the figures, and those of them about figures that are missing; escaped.
    story: str
    unknowns: tuple[str, ...]
    figures: tuple[builders.Block, ...]
    warnings: tuple[builders.Block, ...]
    lines: tuple[str, ...]
    best: tuple[str, ...]
    notes: tuple[builders.Block, ...]
    footer: builders.Block
    #: The characters of these blocks.
    size: int
    #: The question that follow-ups continue.
    words: str
    details: tuple[builders.Message, ...]


@lru_cache(maxsize=16)
def _same_for_all(shared: SharedReport, parts: frozenset[DigestSection], today: date, _format: NumberFormat) -> _SameForAll:
    report = shared.report
    whole = combined(report)
    gaps, rows = say.find_gaps(whole), account_rows(report, today) if report.shows_each and DigestSection.ACCOUNTS in parts else []
    changes = change_notes(whole, today, short=bool(rows))
    drawn = draw(whole, today, takeaway=not changes).blocks if DigestSection.CHART in parts else []
    # With a table of the accounts the figures are short.
    figures = [account_fields(whole, gaps, before=not rows), *drawn, *rows]
    warnings = [builders.section("\n".join(warned))] if (warned := warning_notes(report, _WARNINGS)) else []
    best = list(best_notes(report)) if DigestSection.BEST in parts else []
    if DigestSection.BOARD in parts and report.shows_each:
        best.append(f"Board by engagement rate, from {say.noun(Metric.IMPRESSION, USUAL_MINIMUM)} up.")
    unknowns = [*card_parts.missing_total_notes(report.accounts), *filling_in(whole)]
    sentences = [*changes, *say.length_notes(whole, today), *say.gap_notes(whole, gaps, today), *unknowns, *best]
    of_some = f", {card_parts.sum_name(report.accounts, report.failed)}" if card_parts.is_partial(report.accounts, report.failed) else ""
    notes, last = [builders.context(_cut(sentences, _NOTES))] if sentences else [], builders.context(_footer(report, whole, parts))
    return _SameForAll(
        whole=whole,
        in_short=f"{period_label(whole.period, today)}{of_some}: {_first_figure(report, whole, gaps)}",
        story=account_story(whole, gaps, today, card_parts.no_total(report.accounts)),
        unknowns=tuple(unknowns),
        figures=tuple(figures),
        warnings=tuple(warnings),
        lines=tuple(_lines(report, whole, parts)),
        best=tuple(best),
        notes=tuple(notes),
        footer=last,
        size=builders.text_size([*figures, *warnings, *notes, last]),
        words=subject_words([one.account.platform_id for one in report.accounts], report.period),
        details=tuple(_details(report, whole, today)) if DigestSection.DETAILS in parts else (),
    )


def _first_figure(report: DigestReport, whole: AccountReport, gaps: say.Gaps) -> str:
    """The first metric that has a figure, with its change; without any total a sentence that the accounts have figures."""
    known = say.first_known(say.asked(whole.figures, whole.metrics))
    if known is None:
        return card_parts.no_total(report.accounts)
    metric, figure = known
    text = say.noun(metric, figure.count)
    if metric in gaps.now:
        return f"{text} ({say.coverage(gaps.now[metric], whole.period.days)})"
    moved = whole.moved(metric)
    return f"{text}, {say.direction(moved)}" if moved else text


def _about(report: DigestReport, whole: AccountReport, today: date) -> str:
    parts = [builders.escape(card_parts.account_name(whole.account))]
    if whole.before is not None:
        before, moved = period_label(whole.before, today), whole.moved(Metric.IMPRESSION)
        by = f"vs. {before} ({signed(moved.absolute)})" if moved and not moved.per_day else ""
        parts.append(by or f"vs. {before}")
    parts.append(builders.escape(report.schedule_words))
    if report.late is not None and report.late >= _MINUTE:
        late = f"{report.late // _MINUTE} min" if report.late < 2 * _HOUR else f"{report.late // _HOUR} h"
        parts.append(f"posted {late} late")
    return " · ".join(filter(None, parts))


def _lines(report: DigestReport, whole: AccountReport, parts: frozenset[DigestSection]) -> Iterator[str]:
    if DigestSection.BOARD in parts:
        yield from board(report)
    if DigestSection.BEST in parts:
        yield from best_posts(report)
    if DigestSection.FOLLOWERS in parts:
        yield from new_followers(report)
    if whole.summed and whole.basis is RateBasis.REACH:
        yield card_parts.RATE_NOT_ADDED


def _cut(lines: Sequence[str], room: int) -> str:
    """The lines within ``room`` characters; "" where not even a useful part of one fits."""
    return builders.shorten_mrkdwn("\n".join(lines), room) if room >= _LEAST_ROOM else ""


def digest_freshness(report: DigestReport, parts: frozenset[DigestSection]) -> Freshness:
    posts = report.best.posts if DigestSection.BEST in parts else ()
    accounts = [(card_parts.account_name(one.account), one.freshness) for one in report.accounts]
    return card_parts.combined_freshness([*accounts, *((card_parts.post_name(one.report), one.report.freshness) for one in posts)])


def _footer(report: DigestReport, whole: AccountReport, parts: frozenset[DigestSection]) -> str:
    """The sources of the figures, and the basis of the accounts' and posts' rates, also where their sum has no rate."""
    basis = whole.basis if say.rate_asked(report.accounts[0].metrics, whole.basis) else None
    line = footer(digest_freshness(report, parts), basis, by_days=True)
    notes = ["reach isn't added up"] if len(counted(report.accounts)) > 1 and DigestSection.ACCOUNTS in parts else []
    return " · ".join([line, *notes, *(["sums alone, no account's own figures"] if report.several and report.totals_only else [])])


def _story(report: DigestReport, same: _SameForAll, lines: Sequence[str], *, options: DigestOptions) -> str:
    """The digest in sentences, escaped, for notifications and screen readers; warnings are not cut off."""
    said = f"{intro_text(options)} {same.story}".strip()
    head = _cut([f"{builders.escape(options.title) or 'LinkedIn summary'}. {said}", *same.unknowns], _HEAD)
    warnings = warning_notes(report, builders.MESSAGE_LIMIT - len(head) - 1)
    return builders.message_text("\n".join([head, *warnings, *lines, *same.best]))


def _details(report: DigestReport, whole: AccountReport, today: date) -> Iterator[builders.Message]:
    """The tables by day: of all accounts together, and of each if they are few."""
    over = counted(report.accounts)
    each = over if report.shows_each and 1 < len(over) <= _MOST_TABLES else ()
    for one in (whole, *each):
        if (table := daily_table(one, today)) is None:
            continue
        title = builders.escape(f"{card_parts.account_name(one.account)}, {period_label(one.period, today)}, by day")
        notes = [NO_REACH_BY_DAY] if any(not metric.definition.by_day for metric in one.metrics) else []
        blocks = [
            builders.section(f"*{title}*"),
            table,
            *(builders.context(note) for note in [*notes, *say.gap_notes(one, say.find_gaps(one), today)]),
        ]
        story = account_story(one, say.find_gaps(one), today, card_parts.no_total(report.accounts) if one is whole else "")
        yield builders.Message(f"{title}. {story}", tuple(blocks))


#: Characters of an account's name in a command.
_NAME_LIMIT = 38


def combined(report: DigestReport) -> AccountReport:
    """The only account's report, or the sum over all that have figures, without reach, which cannot be added up."""
    over, accounts = counted(report.accounts), card_parts.sum_name(report.accounts, report.failed)
    if len(over) > 1:
        return card_parts.sum_report(accounts, over)
    (one,) = over
    if not card_parts.is_partial(report.accounts, report.failed):
        return one
    name = f"{accounts} ({builders.one_line(card_parts.account_name(one.account), _NAME_LIMIT)})"
    return replace(one, account=replace(one.account, name=name))


SCHEDULED_UNKNOWN = "*Scheduled for the next 7 days* PostPost's list couldn't be read this time."

_MOST_FIRST, _MOST_PLACES, _MOST_SCHEDULED, _MOST_ACCOUNTS = 3, 4, 5, 2
#: Characters of a scheduled post's first words.
_SCHEDULED_LIMIT = 50


def board_report(report: DigestReport) -> TeamReport:
    return TeamReport(View.BOARD, "", report.period, largest_first(report.accounts), report.failed, basis=report.basis)


def board(report: DigestReport) -> Iterator[str]:
    if not report.shows_each:
        yield "*Board* n/a: this bot shows the team's sums alone." if report.several else "*Board* n/a: it takes several accounts."
        return
    ranking = board_report(report)
    places = ranked(ranking.reports, Ranking.RATE, ranking.minimum, lambda score: score_text(Ranking.RATE, score))
    placed = [
        (one, builders.escape(card_parts.account_name(one.report.account)), rate(one.score)) for one in places if one.score is not None
    ]
    first = [name for one, name, _ in placed if one.place == 1]
    minimum = say.noun(Metric.IMPRESSION, ranking.minimum)
    if not first:
        yield f"*Board* nobody ranked: it takes {minimum} and an engagement rate."
        return
    unsure = may_rank_higher(ranking)
    names, best = say.some_of(first, _MOST_FIRST), placed[0][2]
    if unsure:
        yield f"*Board* {names} with {best}, {', '.join(unsure)}"
    elif len(placed) == 1:
        yield f"*Board* {names} with {best}, the only one that is ranked."
    else:
        yield f"*Board* :trophy: {names} {'leads' if len(first) == 1 else 'lead'} with {best}. Congratulations!"
    below = [f"{one.place}{'=' if one.tied else ''}. {name} {score}" for one, name, score in placed]
    below = below[len(first) :]
    without = [f"{count(number)} not ranked"] if (number := len(places) - len(placed)) else []
    more = [f"{len(below) - _MOST_PLACES} more"] if len(below) > _MOST_PLACES else []
    if lines := [*below[:_MOST_PLACES], *more, *without]:
        yield " · ".join(lines)


def scheduled_posts(report: DigestReport) -> Iterator[str]:
    """The posts that are to come, the next first; whether there are none, or their list could not be read."""
    if not report.scheduled:
        yield "*Scheduled for the next 7 days* nothing" if report.scheduled is not None else SCHEDULED_UNKNOWN
        return
    yield f"*Scheduled for the next 7 days* {'1 post' if len(report.scheduled) == 1 else f'{count(len(report.scheduled))} posts'}"
    for post in report.scheduled[:_MOST_SCHEDULED]:
        words = builders.escape(builders.one_line(post.content, _SCHEDULED_LIMIT)) or card_parts.UNTITLED
        accounts = say.some_of([builders.escape(card_parts.account_name(one)) for one in post.accounts], _MOST_ACCOUNTS)
        yield f"• {builders.moment(post.at)} {words} ({accounts})"
    if (more := len(report.scheduled) - _MOST_SCHEDULED) > 0:
        yield f"… and {count(more)} more"
