"""Cards of several posts: named ones side by side, the best of a period, and an account's best posting times."""

from collections.abc import Sequence
from datetime import date

from bot.reports import card_parts, files
from bot.reports import figures as say
from bot.reports.figure_tables import more_figures
from bot.reports.figures import NOUNS, RATE_BASIS, RATE_NAME, some_of
from bot.reports.post_blocks import PERIOD_IGNORED, posts_grid, posts_table
from bot.reports.tables import table
from bot.slack.builders import TEXT_LIMIT, Block, Message, button, context, escape, fits, header, message_text, section, shorten_mrkdwn
from bot.slack.interactive import RETRY
from bot.slack.numbers import count, period_label, rate
from bot.statistics.comparison_reports import FEWEST_POSTS, ComparisonReport, FailedPost, TimesReport, TopReport
from bot.statistics.metrics import NAMES, Failed, Figure, Metric, Rate, Value, engagement_rate
from bot.statistics.reports import PostReport

AS_ASKED = "{n} posts, in the order you named them"
FAILED_POST = ":warning: {post}: {sentence}"
NO_POSTS = "I don't know a post of {name} published {period}."
ONE_NOT_RANKED = "The one known post of {name} published {period} couldn't be ranked: its figures are unknown or too small."
KNOWN, NEWEST_KNOWN = "{known} known posts", "newest {asked} of {known} known posts"
NONE_RANKED = "None of the {among} of {name} published {period} could be ranked: their figures are unknown or too small."

_STORY_TITLE = 50


def build_comparison_card(report: ComparisonReport, *, words: str, private: bool = True) -> Message:
    """Posts side by side as one native table, each with its link; ``words`` and ``private`` as for a post's card."""
    number = len(report.posts) + len(report.failed)
    blocks: list[Block] = [header(_headline(report, number))]
    grid = posts_grid(report.posts, report.metrics, report.basis, report.failed)
    blocks.append(posts_table(report.posts, grid, next(iter(report.metrics), None), AS_ASKED.format(n=number), report.failed))
    blocks += [
        context(FAILED_POST.format(post=escape(card_parts.post_of(one.post)), sentence=escape(one.sentence))) for one in report.failed[:5]
    ]
    blocks += card_parts.retry_several(_lost(report), words)
    notes = [files.LIFETIME_NOTE, *([PERIOD_IGNORED] if report.period_ignored else []), *card_parts.posts_filling_in(report.posts)]
    blocks.append(context("\n".join([*more_figures(report.metrics), *notes])))
    blocks += card_parts.card_buttons(words, [post.figures for post in report.posts], private=private)
    blocks.append(context(_footer(report.posts, with_rate=say.rate_asked(report.metrics, report.basis))))
    story = f"{number} posts compared, lifetime figures: {'; '.join(_post_text(post) for post in report.posts)}."
    return Message(_short(story, report.failed, notes[1:]), tuple(blocks), card_parts.metadata("comparison", words, private=private))


def build_top_card(report: TopReport, today: date, *, words: str, private: bool = True) -> Message:
    """The best known posts published in a period, with lifetime figures and notes on what is unknown."""
    name, days = report.name or files.BEST_OF_ALL_ACCOUNTS, period_label(report.period, today)
    title = f"Best posts of {name}, {days}"
    by = f"by {NOUNS[report.metric]}" if report.metric else f"by engagement rate of {RATE_BASIS[report.basis]}"
    blocks: list[Block] = [header(title)]
    again = ["figures of 1 post" if report.again == 1 else f"figures of {report.again} posts"] if report.again else []
    reading = files.coverage_notes(report.coverage)
    # One retry button for both: an action id may appear only once in a message.
    ask_again = [section(reading[0], button(RETRY, "Ask Again", words) if fits(words) and not again else None)] if reading else []
    if not report.posts:
        form = ONE_NOT_RANKED if report.known == 1 == report.asked else NONE_RANKED if report.asked else NO_POSTS
        of_known = NEWEST_KNOWN if report.known > report.asked else KNOWN
        among = files.most_seen(report.most_seen) if report.most_seen else of_known.format(asked=report.asked, known=count(report.known))
        none = form.format(among=among, name=escape(name), period=days)
        notes = [*(files.minimum_notes(report) if report.asked else []), files.WHAT_IS_KNOWN]
        blocks += [section(none), *ask_again, context("\n".join(notes)), *card_parts.retry_several(again, words)]
        # Without any figure there is nothing to share; if a retry may help, that is the only button.
        blocks += [] if again or reading else card_parts.card_buttons(words, [], private=False)
        return Message(" ".join([none, *reading, *notes]), tuple(blocks), card_parts.metadata("top", words, private=private))
    metrics, places, first = report.posts[0].metrics, _places(report), report.posts[0]
    if places.count(1) == 1 and first.title:
        figure = f"{_ranked_by(first, report.metric)} {NOUNS[report.metric] if report.metric else RATE_NAME.lower()}"
        blocks = [header(f"{title} · “{card_parts.post_name(first)}” leads with {figure}")]
    grid = posts_grid(report.posts, metrics, report.basis)
    blocks += [posts_table(report.posts, grid, report.metric, f"{by[0].upper()}{by[1:]}, highest first"), *ask_again]
    notes = [
        f"Published {days}. The figures are for each post's lifetime, not for the period.",
        *files.ranking_notes(report),
        *card_parts.posts_filling_in(report.posts),
        files.WHAT_IS_KNOWN,
    ]
    blocks += [context("\n".join([*more_figures(metrics), *notes])), *card_parts.retry_several(again, words)]
    blocks += [*card_parts.card_buttons(words, [], private=private), context(_footer(report.posts, with_rate=True))]
    places_text = "; ".join(f"{place}. {_post_text(post)}" for place, post in zip(places, report.posts, strict=True))
    story = f"{escape(title)}, {by}: {places_text}."
    return Message(_short(story, (), [*reading, *notes]), tuple(blocks), card_parts.metadata("top", words, private=private))


def _lost(report: ComparisonReport) -> list[str]:
    failed = [escape(card_parts.post_of(one.post)) for one in report.failed if one.passing]
    return failed + [escape(card_parts.post_name(post, _STORY_TITLE)) for post in report.posts if card_parts.has_failed(post.figures)]


def _headline(report: ComparisonReport, number: int) -> str:
    """The number of posts, and the leader by the first figure that differs; no leader while a figure has failed."""
    compared = f"{number} posts compared"
    if report.failed:
        return compared
    for metric in report.metrics:
        if any(isinstance(post.figures.get(metric, say.MISSING), Failed) for post in report.posts):
            return compared
        counts = [(figure.count, post) for post in report.posts if isinstance(figure := post.figures.get(metric), Value)]
        most = max((number for number, _ in counts), default=0)
        best = [post for number, post in counts if number == most]
        if len(counts) > 1 and len(best) == 1:
            title = card_parts.post_name(best[0], _STORY_TITLE)
            return f"{compared} · {title} leads with {say.noun(metric, most)}"
    return compared


def _places(report: TopReport) -> list[int]:
    """Each post's place: equal shown figures share one, and the next one counts them all (1, 2, 2, 4)."""
    read = [_ranked_by(post, report.metric) for post in report.posts]
    return [read.index(text) + 1 for text in read]


def _ranked_by(post: PostReport, metric: Metric | None) -> str:
    if metric is not None:
        figure = post.figures.get(metric)
        return count(figure.count) if isinstance(figure, Value) else ""
    engagement = engagement_rate(post.figures, post.basis)
    return rate(engagement.fraction) if isinstance(engagement, Rate) else ""


def _post_text(post: PostReport) -> str:
    """One post as a part of a sentence, escaped: its first figure, its rate, and unknown figures."""
    asked = say.asked(post.figures, post.metrics)
    figures = [say.noun(metric, figure.count) if isinstance(figure, Value) else _unknown(metric, figure) for metric, figure in asked]
    if say.rate_asked(post.metrics, post.basis):
        engagement = engagement_rate(post.figures, post.basis)
        figures.append(f"{RATE_NAME.lower()} {rate(engagement.fraction) if isinstance(engagement, Rate) else 'n/a'}")
    title = escape(card_parts.post_name(post, _STORY_TITLE))
    return f"{title} ({escape(card_parts.account_name(post.account))}): {', '.join(figures)}"


def _unknown(metric: Metric, figure: Figure) -> str:
    return f"{NAMES[metric].lower()} {say.state(figure)}"


def _short(story: str, failed: Sequence[FailedPost], notes: Sequence[str]) -> str:
    lost = [FAILED_POST.format(post=escape(card_parts.post_of(one.post)), sentence=escape(one.sentence)) for one in failed[:2]]
    return message_text(" ".join([shorten_mrkdwn(story, 2_200), *lost, *notes]))


def _footer(posts: Sequence[PostReport], *, with_rate: bool) -> str:
    return card_parts.footer(card_parts.post_freshness(posts), posts[0].basis if with_rate else None, by_days=False)


TIMES_TITLE = "Best times of {name}"
NO_TIMES = "No weekday and hour has {fewest} or more posts with a rate yet, so I can't name a best time."
#: Times with the highest median that the headline names.
_MOST_FIRST = 2
#: Times that the notification names.
_MOST_NAMED = 5


def build_times_card(report: TimesReport, today: date, *, words: str, private: bool = True) -> Message:
    name, days = card_parts.account_name(report.account), period_label(report.period, today)
    best = report.best
    first = [files.time_text(one) for one in report.times if best and one.is_hour and rate(one.rate) == rate(best.rate)]
    title = TIMES_TITLE.format(name=name)
    if best:
        title = f"Best times of {name} · {some_of(first, _MOST_FIRST)}, median {rate(best.rate)}"
    blocks: list[Block] = [header(title), context(f"Posts published {days} · times in {escape(report.zone)}")]
    none = NO_TIMES.format(fewest=FEWEST_POSTS) if report.known else f"I don't know a post of {escape(name)} published {days}."
    blocks += [] if best else [section(none)]
    if report.times or report.formats:
        blocks.append(table(files.times_grid(report, today)))
    notes = files.times_notes(report)
    blocks.append(context("\n".join(map(escape, notes))))
    blocks += card_parts.card_buttons(words, [], private=private and bool(report.times or report.formats))
    if report.freshness:
        blocks.append(context(card_parts.footer(report.freshness, report.basis, by_days=False)))
    named = "; ".join(f"{files.time_text(time)} {rate(time.rate)} ({count(time.posts)} posts)" for time in report.times[:_MOST_NAMED])
    story = f"{escape(TIMES_TITLE.format(name=name))}, {days}, times in {escape(report.zone)}: {named}."
    lines = [story] if named else [f"{escape(TIMES_TITLE.format(name=name))}: {none}"]
    return Message(
        shorten_mrkdwn(" ".join([*lines, *map(escape, notes)]), TEXT_LIMIT - 1),
        tuple(blocks),
        card_parts.metadata("times", words, private=private),
    )
