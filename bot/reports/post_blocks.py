"""A post's card: lifetime figures since publication, and the rate; posts side by side, as a grid and as the table on the screen."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from bot.reports import figures as say
from bot.reports.card_parts import account_name, card_buttons, footer, metadata, post_of, retry
from bot.reports.figure_tables import screen_metrics
from bot.reports.tables import OPEN as OPEN_LABEL
from bot.reports.tables import Cell, Grid, figure_cell, named_briefly, on_screen, rate_cell, table, words_cell
from bot.slack import builders
from bot.slack.interactive import COMPARE, OPEN, OPEN_ON_LINKEDIN, action_cell, open_button
from bot.slack.numbers import NumberFormat, age, current_format, long_day, rate
from bot.statistics.comparison_reports import FailedPost
from bot.statistics.metrics import NAMES, POST_METRICS, Failed, Metric, Rate, RateBasis, UnknownRate, Value, engagement_rate
from bot.statistics.posts import PostRef
from bot.statistics.reports import PostReport, Same

POST_COLUMNS: Final = ("Post", "Account", "Published")
LIFETIME_FIGURES = "lifetime figures"
PERIOD_IGNORED = "LinkedIn gives only lifetime figures for posts, so I left out the period."
#: The first words of a post: two lines of a phone's heading.
TITLE_LIMIT = 60


def build_post_card(report: PostReport, *, today: date, words: str, private: bool = True) -> builders.Message:
    """The card of one post; buttons carry ``words``. ``private``: only one person sees it, and it can be shared, without metadata."""
    return _card(Same(report), today, words, private, current_format())


@lru_cache(maxsize=64)
def _card(same: Same[PostReport], today: date, words: str, private: bool, _: NumberFormat) -> builders.Message:
    report = same.value
    engagement, asked = post_engagement(report), say.asked(report.figures, report.metrics)
    failed, notes = [say.NOUNS[metric] for metric in say.failed(asked)], _notes(report)
    title, published = builders.one_line(report.title, TITLE_LIMIT), post_published(report, today)
    byline = f"{builders.escape(account_name(report.account))} · {published}" if title else published
    blocks = [builders.header(title or post_headline(report, engagement)), builders.context(byline)]
    blocks += [builders.fields(_fields(() if report.rate_only else asked, engagement))]
    blocks += [retry(failed, words, all_failed=len(failed) == len(asked))] if failed else []
    blocks += [builders.context("\n".join(notes))] if notes else []
    compare = [("Compare with other posts", builders.button(COMPARE, "Compare", words))] if builders.fits(words) else []
    on_linkedin = [builders.button(OPEN, OPEN_ON_LINKEDIN, url=report.post.url)]
    blocks += card_buttons(words, [report.figures], private=private, beside=on_linkedin, more=compare)
    small = footer(report.freshness, report.basis if engagement else None, by_days=False)
    blocks.append(builders.context(f"{small} · {builders.code(report.post.urn)}"))
    story = " ".join([post_story(report, engagement), *notes])
    return builders.Message(story, tuple(blocks), metadata("post", words, private=private))


def post_headline(report: PostReport, engagement: Rate | UnknownRate | None) -> str:
    """Whose post and how much, in plain text: "Post by Acme · 15,420 impressions, 3.68% engaged"."""
    figures = _headline(say.asked(report.figures, report.metrics), engagement, alone=report.rate_only)
    return f"Post by {account_name(report.account)} · {figures}"


def post_engagement(report: PostReport) -> Rate | UnknownRate | None:
    """The engagement rate; None where not all of its parts were asked for."""
    return engagement_rate(report.figures, report.basis) if say.rate_asked(report.metrics, report.basis) else None


def _headline(asked: say.AskedFigures, engagement: Rate | UnknownRate | None, *, alone: bool) -> str:
    """The first asked metric that is known, and the rate when there is one; or the rate ``alone``."""
    known = say.first_known(asked)
    if known is None:
        return say.nothing(asked)
    text = say.noun(known[0], known[1].count)
    if alone and engagement is not None:
        return f"{say.RATE_NAME.lower()} {say.rate_words(engagement)}"
    if not isinstance(engagement, Rate):
        return text
    of_reach = "" if engagement.basis is RateBasis.IMPRESSIONS else " of reach"
    return f"{text}, {rate(engagement.fraction)}{of_reach} engaged"


def post_published(report: PostReport, today: date) -> str:
    if report.published_at is None:
        return LIFETIME_FIGURES[0].upper() + LIFETIME_FIGURES[1:]
    day = report.published_at.date()
    return f"Posted {builders.moment_day(report.published_at, long_day(day))}, {age(day, today)} · {LIFETIME_FIGURES}"


def _fields(asked: say.AskedFigures, engagement: Rate | UnknownRate | None) -> list[str]:
    texts = [say.field(metric, figure) for metric, figure in asked]
    if engagement is not None:
        texts.append(f"*{say.RATE_NAME}*\n{rate(engagement.fraction) if isinstance(engagement, Rate) else say.rate_words(engagement)}")
    return texts


def _notes(report: PostReport) -> list[str]:
    made_of = say.rate_is_of(report.figures, report.basis) if report.rate_only else ""
    notes = [*([f"{made_of}."] if made_of else []), *([PERIOD_IGNORED] if report.period_ignored else [])]
    if report.matched_by_time:
        notes.append("Matched by time: the link has another number, and this is the one known post from that moment.")
    if report.filling_in:
        notes.append("Published less than 24 hours ago: the figures may still grow.")
    return notes


def post_story(report: PostReport, engagement: Rate | UnknownRate | None) -> str:
    """Whose post, when, how much, and what is unknown, in sentences, escaped."""
    asked = say.asked(report.figures, report.metrics)
    known = [say.noun(metric, figure.count) for metric, figure in asked if isinstance(figure, Value)]
    if known and engagement is not None and report.rate_only:
        known = [f"{say.RATE_NAME.lower()} {say.rate_words(engagement)}"]
    elif known and engagement is not None:
        known.append(f"{say.RATE_NAME.lower()} {say.rate_words(engagement)}")
    day = f" of {long_day(report.published_at.date())}" if report.published_at else ""
    name = builders.escape(account_name(report.account))
    story = f"Post by {name}{day}, lifetime figures: {'; '.join(known) or say.nothing(asked)}."
    return " ".join([story, *say.unknowns(asked)])


def posts_grid(
    posts: Sequence[PostReport],
    metrics: Sequence[Metric],
    basis: RateBasis,
    failed: Sequence[FailedPost] = (),
    caption: str = "Posts",
    *,
    links: bool = False,
) -> Grid:
    """A row for each post: title, account, day, lifetime figures, rate, with ``links`` its URN and address; a failed one has no figures."""
    with_rate = say.rate_asked(tuple(metrics), basis)
    figures = (*(NAMES[metric] for metric in metrics), *((say.RATE_NAME,) if with_rate else ()))
    rows = [(*_post_row(post, metrics, with_rate=with_rate), *_links(post.post, links=links)) for post in posts]
    unknown = tuple(figure_cell(Failed()) for _ in figures)
    rows += [
        (words_cell(post_of(one.post)), Cell(say.NOTHING), _published(one.post.published_at), *unknown, *_links(one.post, links=links))
        for one in failed
    ]
    return Grid(caption, (*POST_COLUMNS, *figures, *(("URN", "Link") if links else ())), tuple(rows))


def _links(post: PostRef, *, links: bool) -> tuple[Cell, ...]:
    return (Cell(post.urn), Cell(post.url)) if links else ()


def _post_row(post: PostReport, metrics: Sequence[Metric], *, with_rate: bool) -> tuple[Cell, ...]:
    return (
        words_cell(post.title or post_of(post.post)),
        words_cell(account_name(post.account)),
        _published(post.published_at),
        *(figure_cell(post.figures.get(metric, Failed())) for metric in metrics),
        *((rate_cell(engagement_rate(post.figures, post.basis)),) if with_rate else ()),
    )


def _published(moment: datetime | None) -> Cell:
    return Cell(say.NOTHING) if moment is None else Cell(long_day(moment.date()), moment.date())


def posts_table(
    posts: Sequence[PostReport], grid: Grid, ranked_by: Metric | None, caption: str, failed: Sequence[FailedPost] = ()
) -> builders.Block:
    """The posts' table with a button to LinkedIn a row; the ranking figure comes first, and a column for the account, or the day."""
    several = len({post.account.platform_id for post in posts}) > 1
    metrics = posts[0].metrics if posts else POST_METRICS
    title, account, published = POST_COLUMNS
    basis = posts[0].basis if posts else RateBasis.IMPRESSIONS
    columns = (title, *screen_metrics(metrics, ranked_by, basis), account if several else published)
    opens = [_open(number, post.post, post.title) for number, post in enumerate(posts)]
    opens += [_open(number, one.post, "") for number, one in enumerate(failed, start=len(posts))]
    return table(named_briefly(on_screen(grid, columns, caption)), opens)


def _open(number: int, post: PostRef, title: str) -> builders.Element:
    about = builders.one_line(title, builders.LABEL_LIMIT) or post.urn
    return action_cell(open_button(number, post.url, about, OPEN_LABEL), post.url)
