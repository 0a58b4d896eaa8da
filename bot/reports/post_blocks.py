"""A post's card: lifetime figures since publication, and the rate."""

from datetime import date

from bot.reports import figures as say
from bot.reports.card_parts import account_name, card_buttons, footer, metadata, retry
from bot.reports.figure_tables import OPEN_ON_LINKEDIN
from bot.reports.figures import NOUNS, RATE_NAME, AskedFigures
from bot.slack.builders import Block, Message, button, code, context, escape, fields, fits, header, moment_day, one_line
from bot.slack.interactive import COMPARE, OPEN
from bot.slack.numbers import age, long_day, rate
from bot.statistics.metrics import Rate, RateBasis, UnknownRate, Value, engagement_rate
from bot.statistics.reports import PostReport

POST_HEADLINE = "Post by {name} · {figures}"
ENGAGED = "{rate} engaged"
ENGAGED_OF_REACH = "{rate} of reach engaged"
PUBLISHED = "Posted {day}, {age}"
LIFETIME_FIGURES = "lifetime figures"
POST_STORY = "Post by {name}{day}, lifetime figures: {figures}."
PERIOD_IGNORED = "LinkedIn gives only lifetime figures for posts, so I left out the period."
MATCHED_BY_TIME = "Matched by time: the link has another number, and this is the one known post from that moment."
POST_IS_YOUNG = "Published less than 24 hours ago: the figures may still grow."
COMPARE_LABEL, COMPARE_CHOICE = "Compare", "Compare with other posts"
#: The first words of a post: two lines of a phone's heading.
TITLE_LIMIT = 60


def build_post_card(report: PostReport, *, today: date, words: str, private: bool = True) -> Message:
    """The card of one post; buttons carry ``words``. ``private``: only one person sees it, and it can be shared, without metadata."""
    engagement, asked = post_engagement(report), say.asked(report.figures, report.metrics)
    failed, notes = _trouble(asked, words), _notes(report)
    title, published = one_line(report.title, TITLE_LIMIT), post_published(report, today)
    byline = f"{escape(account_name(report.account))} · {published}" if title else published
    blocks = [header(title or post_headline(report, engagement)), context(byline)]
    blocks += [fields(_fields(() if report.rate_only else asked, engagement)), *failed]
    blocks += [context("\n".join(notes))] if notes else []
    compare = [(COMPARE_CHOICE, button(COMPARE, COMPARE_LABEL, words))] if fits(words) else []
    on_linkedin = [button(OPEN, OPEN_ON_LINKEDIN, url=report.post.url)]
    blocks += card_buttons(words, [report.figures], private=private, beside=on_linkedin, more=compare)
    small = footer(report.freshness, report.basis if engagement else None, by_days=False)
    blocks.append(context(f"{small} · {code(report.post.urn)}"))
    story = " ".join([post_story(report, engagement), *notes])
    return Message(story, tuple(blocks), metadata("post", words, private=private))


def post_headline(report: PostReport, engagement: Rate | UnknownRate | None) -> str:
    """Whose post and how much, in plain text: "Post by Acme · 15,420 impressions, 3.68% engaged"."""
    figures = _headline(say.asked(report.figures, report.metrics), engagement, alone=report.rate_only)
    return POST_HEADLINE.format(name=account_name(report.account), figures=figures)


def post_engagement(report: PostReport) -> Rate | UnknownRate | None:
    """The engagement rate; None where not all of its parts were asked for."""
    return engagement_rate(report.figures, report.basis) if say.rate_asked(report.metrics, report.basis) else None


def _headline(asked: AskedFigures, engagement: Rate | UnknownRate | None, *, alone: bool) -> str:
    """The first asked metric that is known, and the rate when there is one; or the rate ``alone``."""
    known = say.first_known(asked)
    if known is None:
        return say.nothing(asked)
    text = say.noun(known[0], known[1].count)
    if alone and engagement is not None:
        return f"{RATE_NAME.lower()} {say.rate_words(engagement)}"
    if not isinstance(engagement, Rate):
        return text
    form = ENGAGED if engagement.basis is RateBasis.IMPRESSIONS else ENGAGED_OF_REACH
    return f"{text}, {form.format(rate=rate(engagement.fraction))}"


def post_published(report: PostReport, today: date) -> str:
    if report.published_at is None:
        return LIFETIME_FIGURES[0].upper() + LIFETIME_FIGURES[1:]
    day = report.published_at.date()
    return f"{PUBLISHED.format(day=moment_day(report.published_at, long_day(day)), age=age(day, today))} · {LIFETIME_FIGURES}"


def _fields(asked: AskedFigures, engagement: Rate | UnknownRate | None) -> list[str]:
    texts = [say.field(metric, figure) for metric, figure in asked]
    if engagement is not None:
        texts.append(f"*{RATE_NAME}*\n{rate(engagement.fraction) if isinstance(engagement, Rate) else say.rate_words(engagement)}")
    return texts


def _trouble(asked: AskedFigures, words: str) -> list[Block]:
    failed = [NOUNS[metric] for metric in say.failed(asked)]
    return [retry(failed, words, all_failed=len(failed) == len(asked))] if failed else []


def _notes(report: PostReport) -> list[str]:
    made_of = say.rate_is_of(report.figures, report.basis) if report.rate_only else ""
    notes = [*([f"{made_of}."] if made_of else []), *([PERIOD_IGNORED] if report.period_ignored else [])]
    if report.matched_by_time:
        notes.append(MATCHED_BY_TIME)
    if report.filling_in:
        notes.append(POST_IS_YOUNG)
    return notes


def post_story(report: PostReport, engagement: Rate | UnknownRate | None) -> str:
    """Whose post, when, how much, and what is unknown, in sentences, escaped."""
    asked = say.asked(report.figures, report.metrics)
    known = [say.noun(metric, figure.count) for metric, figure in asked if isinstance(figure, Value)]
    if known and engagement is not None and report.rate_only:
        known = [f"{RATE_NAME.lower()} {say.rate_words(engagement)}"]
    elif known and engagement is not None:
        known.append(f"{RATE_NAME.lower()} {say.rate_words(engagement)}")
    day = f" of {long_day(report.published_at.date())}" if report.published_at else ""
    name = escape(account_name(report.account))
    story = POST_STORY.format(name=name, day=day, figures="; ".join(known) or say.nothing(asked))
    return " ".join([story, *say.unknowns(asked)])
