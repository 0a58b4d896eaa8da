"""An account's card: a period's figures with their change, the period before, the chart of both, and the day of most of the change."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.reports import figures as say
from bot.reports.card_parts import account_name, card_buttons, footer, metadata, period_choice, post_link, retry
from bot.reports.chart import draw
from bot.reports.figure_tables import daily_table
from bot.reports.goals import card_goals
from bot.slack.builders import TEXT_LIMIT, Block, Element, Message, button, context, escape, fields, fits, header, one_line, shorten_mrkdwn
from bot.slack.numbers import count, period_label, points, rate, short_day, signed
from bot.statistics.aggregate import PostsShare, largest_day, posts_share
from bot.statistics.metrics import Failed, Figure, Metric, Rate, Value
from bot.statistics.reports import AccountReport, Period, id_word
from bot.subscriptions.goal import Progress

WEEKLY, WEEKLY_CHOICE = "Make It Weekly", "Make it weekly"
ALL_POSTS = "activity on all posts"
DAY_IS_YOUNG = "{day} may still grow: it's under a day old."
NO_REACH_BY_DAY = "Members reached has no figure by day: LinkedIn counts people over a whole period."

UNTITLED_ONE, UNTITLED = "1 post", "{n} posts"
MORE_POSTS = "{n} more"
NEW_POST = "a new post ({posts}) brought {change}, other posts {others}."
NEW_POSTS = "new posts ({posts}) brought {change}, other posts {others}."
AT_LEAST, AT_MOST, UP_TO = "at least {n}", "at most {n}", "up to {n}"
#: The new posts that are named at most, and characters of each title.
_LONG, _SHORT = (2, 35), (1, 18)
_MOST_TITLES = 1
_TITLE_LIMIT = 35
#: Beside a count that is of no period.
AS_OF_NOW = "now"
_WEEK = 7


def _weekly_choice(platform_id: str) -> list[tuple[str, Element]]:
    """The choice that opens the form of a digest of this account (a command of bot/digests); none when the id does not fit into it."""
    words = f"digest new {id_word(platform_id)}"
    return [(WEEKLY_CHOICE, button("digest.new", WEEKLY, words))] if fits(words) else []


def build_account_card(
    report: AccountReport, *, today: date, words: str, private: bool = True, goals: Sequence[Progress] | None = ()
) -> Message:
    """The card of an account's period.

    Its buttons carry ``words``, the canonical question. While only the person who asked sees it (``private``) it can be shared, and has no
    metadata. ``goals`` are None where they could not be read in time.
    """
    gaps, changes = say.find_gaps(report), change_notes(report, today)
    of_posts = [ALL_POSTS] if any(metric.definition.of_posts for metric in report.metrics) else []
    drawn = () if report.rate_only else draw(report, today, takeaway=not changes).blocks
    table = daily_table(report, today) if report.by_day else None
    blocks = [header(account_headline(report, gaps)), context(" · ".join([_days(report, today), *of_posts])), account_fields(report, gaps)]
    blocks += [*drawn, *([table] if table else [])]
    blocks += _trouble(report, words, today)
    aims = card_goals(goals, today)
    blocks += [context("\n".join(aims))] if aims else []
    if notes := [*changes, *say.length_notes(report, today), *say.gap_notes(report, gaps, today), *_notes(report)]:
        blocks.append(context("\n".join(notes)))
    more = _weekly_choice(report.account.platform_id)
    blocks += card_buttons(words, [report.figures], private=private, beside=period_choice(report, today), more=more)
    basis = report.basis if say.rate_asked(report.metrics, report.basis) else None
    blocks.append(context(footer(report.freshness, basis, by_days=True)))
    story = " ".join([account_story(report, gaps, today), *filling_in(report)])
    text = shorten_mrkdwn("\n".join([story, *aims]), TEXT_LIMIT - 1)
    return Message(text, tuple(blocks), metadata("account", words, private=private))


def account_headline(report: AccountReport, gaps: say.Gaps) -> str:
    """What, how much, against when, in plain text: "Acme · 45,230 impressions, up 12% (+4,850) vs. the week before"."""
    asked = say.asked(report.figures, report.metrics)
    known = say.first_known(asked)
    figures = _moved(report, gaps, *known) if known else say.nothing(asked)
    if known and report.rate_only:
        figures = _rate_moved(report, gaps, f" vs. {_before_phrase(report)}")
    return f"{account_name(report.account)} · {figures}"


def _rate_moved(report: AccountReport, gaps: say.Gaps, against: str) -> str:
    """The rate alone, with how far it moved ``against`` what: "engagement rate 3.11% of impressions, +0.12 pts vs. the week before"."""
    text, moved = f"{say.RATE_NAME.lower()} {say.account_rate(report, gaps)}", say.rate_moved(report, gaps)
    return text if moved is None else f"{text}, {points(moved)}{against}"


def _moved(report: AccountReport, gaps: say.Gaps, metric: Metric, figure: Value) -> str:
    text = _counted(report, gaps, metric, figure)
    moved = report.moved(metric)
    if moved is None:
        return text
    if moved.new:
        return f"{text}, {say.direction(moved)}"
    preposition = "vs." if moved.sign else "from"
    return f"{text}, {say.change_words(moved)} {preposition} {_before_phrase(report)}"


def _counted(report: AccountReport, gaps: say.Gaps, metric: Metric, figure: Value) -> str:
    """A metric with its number; with missing days it says how many were reported."""
    text = say.noun(metric, figure.count)
    return f"{text} ({say.coverage(gaps.now[metric], report.period.days)})" if metric in gaps.now else text


def account_fields(report: AccountReport, gaps: say.Gaps, *, before: bool = True) -> Block:
    """The asked metrics, each with its change, and the rate when all its parts were asked for; with ``before`` what each was before too."""
    texts = [
        say.field(metric, figure, *_comparison(report, gaps, metric, figure, before=before))
        for metric, figure in say.asked(report.figures, () if report.rate_only else report.metrics)
    ]
    texts += [f"*{metric.definition.lifetime}*\n{say.state(figure)}\n{AS_OF_NOW}" for metric, figure in report.lifetime.items()]
    if say.rate_asked(report.metrics, report.basis):
        texts.append(f"*{say.RATE_NAME}*\n{_rate(report, gaps, before=before)}")
    if len(texts) % 2 and len(report.summed) > 1:
        # A sum has no reach: the number of its accounts makes the fields even for two columns.
        texts.append(f"*Accounts*\n{escape(report.account.name.partition(' account')[0])}")
    return fields(texts)


def _comparison(report: AccountReport, gaps: say.Gaps, metric: Metric, figure: Figure, *, before: bool) -> tuple[str, str]:
    """A figure's change and earlier value, or the missing days that prevent a comparison of a part with a whole."""
    if isinstance(figure, Value) and metric in gaps.now:
        return "", f"({_covered(gaps.now[metric], report.period)})"
    if report.before is None or report.before_figures is None:
        return "", ""
    if isinstance(figure, Value) and metric in gaps.before:
        return "", say.WAS.format(what=_covered(gaps.before[metric], report.before))
    change, was = say.field_change(report, metric)
    return change, was if before else ""


def _covered(gone: frozenset[date], period: Period) -> str:
    return f"{period.days - len(gone)} of {say.days(period.days)}"


def _rate(report: AccountReport, gaps: say.Gaps, *, before: bool) -> str:
    now, earlier, moved = say.account_rate(report, gaps), say.rate_before(report, gaps), say.rate_moved(report, gaps)
    shown = now.removesuffix(f" of {say.RATE_BASIS[report.basis]}")
    if not isinstance(earlier, Rate):
        return shown
    return say.field_lines(shown, "" if moved is None else points(moved), say.WAS.format(what=rate(earlier.fraction)) if before else "")


def account_story(report: AccountReport, gaps: say.Gaps, today: date, no_total: str = "") -> str:
    """The card in sentences, escaped: figures, changes, unknowns, missing days; ``no_total``: what to say of a sum without any total."""
    asked = say.asked(report.figures, report.metrics)
    known = list(_known_figures(report, gaps, asked))
    if known and report.rate_only:
        known = list(filter(None, (_rate_moved(report, gaps, ""), say.rate_is_of(report.figures, report.basis))))
    elif known and say.rate_asked(report.metrics, report.basis):
        known.append(f"{say.RATE_NAME.lower()} {say.account_rate(report, gaps)}")
    known += _lifetime_words(report)
    days = _days(report, today, in_words=True)
    story = f"{escape(account_name(report.account))}, {days}: {'; '.join(known) or no_total or say.nothing(asked)}."
    unknowns = say.unknowns(asked) if known or not no_total else []
    return " ".join([story, *say.length_notes(report, today), *unknowns, *say.gap_notes(report, gaps, today)])


def _lifetime_words(report: AccountReport) -> list[str]:
    """The counts as they are now: "4,312 followers now", or why there is none."""
    return [
        f"{say.state(figure)} {metric.definition.lifetime.lower()} {AS_OF_NOW}"
        if isinstance(figure, Value)
        else f"{metric.definition.lifetime.lower()} {say.state(figure)}"
        for metric, figure in report.lifetime.items()
    ]


def _known_figures(report: AccountReport, gaps: say.Gaps, asked: say.AskedFigures) -> Iterator[str]:
    for metric, figure in asked:
        if isinstance(figure, Value):
            text, moved = _counted(report, gaps, metric, figure), report.moved(metric)
            yield f"{text}, {say.change_words(moved)}" if moved else text


def _days(report: AccountReport, today: date, *, in_words: bool = False) -> str:
    days = period_label(report.period, today)
    if report.before is None:
        return days
    before = period_label(report.before, today)
    return f"{days} vs. {_before_phrase(report)} ({before})" if in_words else f"{days} vs. {before}"


def _before_phrase(report: AccountReport) -> str:
    days, unit = report.period.days, report.period.to_date
    if unit and report.is_unlike and report.before:
        return f"the first {say.days(report.before.days)} of the {unit} before"
    if unit:
        return f"the same day of the {unit} before" if days == 1 else f"the same days of the {unit} before"
    if days == 1:
        return "the day before"
    return "the week before" if days == _WEEK else f"the {days} days before"


def _trouble(report: AccountReport, words: str, today: date) -> list[Block]:
    now = say.failed(say.asked(report.figures, report.metrics))
    failed = [say.NOUNS[metric] for metric in now]
    all_failed = len(now) == len(report.metrics)
    if report.before is not None and report.before_figures and not all_failed:
        before = [metric for metric, figure in report.before_figures.items() if isinstance(figure, Failed) and metric not in now]
        failed += [f"{say.NOUNS[metric]} of {period_label(report.before, today)}" for metric in before]
    return [retry(failed, words, all_failed=all_failed)] if failed else []


def _notes(report: AccountReport) -> list[str]:
    notes = [NO_REACH_BY_DAY] if report.by_day and any(not metric.definition.by_day for metric in report.metrics) else []
    made_of = say.rate_is_of(report.figures, report.basis) if report.rate_only else ""
    return [*([f"{made_of}."] if made_of else []), *notes, *filling_in(report)]


def filling_in(report: AccountReport) -> list[str]:
    """The sentence that the period's last day may still grow; none where it ended over a day ago or nothing of it is known."""
    known = any(isinstance(figure, Value) for figure in report.figures.values())
    return day_filling_in(report.period.last, report.freshness.fetched_at) if known else []


def day_filling_in(day: date, fetched_at: datetime) -> list[str]:
    """The sentence that this day may still grow; none where it ended over a day before its figures were fetched."""
    if day < fetched_at.date() - timedelta(days=1):
        return []
    return [DAY_IS_YOUNG.format(day=short_day(day))]


def change_notes(report: AccountReport, today: date, *, short: bool = False) -> list[str]:
    """What brought the headline's change (mrkdwn): its largest day, the posts of the period. ``short``: beside other accounts' figures."""
    known = say.first_known(say.asked(report.figures, report.metrics))
    if known is None or report.before is None or report.rate_only:
        return []
    metric, _ = known
    series = (report.daily or {}).get(metric)
    day, posts = largest_day(series, report.period, report.before) if series is not None else None, posts_share(report, metric)
    figure = f"Of the change in {say.NOUNS[metric]}, "
    if day is None:
        return [f"{figure}{_posts_note(posts, short=short)}"] if posts else []
    label = period_label(Period(day.day, day.day), today)
    notes = [figure + f"{label} brought {signed(day.change)} and the other {report.period.days - 1} days {signed(day.others)}."]
    if (titles := report.posted.get(day.day, ())) and not (short and posts):
        notes.append(f"Posted on that day: {_posts(titles)}.")
    if posts:
        note = _posts_note(posts, short=short)
        notes.append(note[0].upper() + note[1:])
    return [" ".join(notes)]


def _posts_note(share: PostsShare, *, short: bool) -> str:
    """What posts of the period brought at most or at least, and what that leaves for everything else: both add up to the change."""
    most, limit = _SHORT if short else _LONG
    links = [f"{post_link(one.post, one.title, limit)} {count(number)}" for one, number in share.posts]
    shown = ", ".join([*links[:most], *([MORE_POSTS.format(n=len(links) - most)] if len(links) > most else [])])
    bounds = (UP_TO, AT_LEAST) if share.at_most else (AT_LEAST, AT_MOST)
    change, others = (bound.format(n=signed(number)) for bound, number in zip(bounds, (share.change, share.others), strict=True))
    return (NEW_POST if len(links) == 1 else NEW_POSTS).format(posts=shown, change=change, others=others)


def _posts(titles: Sequence[str]) -> str:
    """Posts by their first lines, one at most, the rest counted."""
    shown = [f"“{escape(one_line(title, _TITLE_LIMIT))}”" for title in titles if title][:_MOST_TITLES]
    left = len(titles) - len(shown)
    if not shown:
        return UNTITLED_ONE if left == 1 else UNTITLED.format(n=left)
    return say.listed([*shown, *([MORE_POSTS.format(n=left)] if left else [])])
