"""The card of an account's best posting times: a table, and the number of posts."""

from datetime import date

from bot.blockkit.builders import TEXT_LIMIT, Block, Message, context, escape, header, section, shorten_mrkdwn
from bot.blockkit.numbers import count, period_label, rate
from bot.reports.card_parts import account_name, card_buttons, footer, metadata
from bot.reports.files import time_text, times_grid, times_notes
from bot.reports.tables import table
from bot.statistics.posting_times import FEWEST_POSTS, PostingTime, TimesReport

TIMES_TITLE = "Best times of {name}"
TIMES_HEADLINE = "Best times of {name} · {time}, median {rate}"
PUBLISHED_IN = "Posts published {period} · times in {zone}"
NO_TIMES = "No weekday and hour has {fewest} or more posts with a rate yet, so I can't name a best time."
NO_KNOWN_POSTS = "I don't know a post of {name} published {period}."
TIMES_STORY = "{title}, {period}, times in {zone}: {times}."
ONE_TIME = "{time} {rate} ({posts} posts)"
#: Times that the notification names.
_MOST_NAMED = 5


def build_times_card(report: TimesReport, today: date, *, words: str, private: bool = True) -> Message:
    """The card; ``words`` and ``private`` as for an account's card."""
    name, days = account_name(report.account), period_label(report.period, today)
    best = report.best
    title = TIMES_HEADLINE.format(name=name, time=time_text(best), rate=rate(best.rate)) if best else TIMES_TITLE.format(name=name)
    blocks: list[Block] = [header(title), context(PUBLISHED_IN.format(period=days, zone=escape(report.zone)))]
    none = NO_TIMES.format(fewest=FEWEST_POSTS) if report.known else NO_KNOWN_POSTS.format(name=escape(name), period=days)
    blocks += [] if best else [section(none)]
    if report.times or report.formats:
        blocks.append(table(times_grid(report, today)))
    notes = times_notes(report)
    blocks.append(context("\n".join(map(escape, notes))))
    blocks += card_buttons(words, [], private=private and bool(report.times or report.formats))
    if report.freshness:
        blocks.append(context(footer(report.freshness, report.basis, by_days=False)))
    named = "; ".join(_named(time) for time in report.times[:_MOST_NAMED])
    story = TIMES_STORY.format(title=escape(TIMES_TITLE.format(name=name)), period=days, zone=escape(report.zone), times=named)
    lines = [story] if named else [f"{escape(TIMES_TITLE.format(name=name))}: {none}"]
    return Message(
        shorten_mrkdwn(" ".join([*lines, *map(escape, notes)]), TEXT_LIMIT - 1), tuple(blocks), metadata("times", words, private=private)
    )


def _named(time: PostingTime) -> str:
    return ONE_TIME.format(time=time_text(time), rate=rate(time.rate), posts=count(time.posts))
