"""The help: five topics with a button each, every one short enough for one screen of a phone, with examples that can be pasted."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.reports.figures import RATE_BASIS, listed
from bot.slack.builders import Message, actions, button, context, header, section
from bot.slack.interactive import COMMAND, HELP, example, help_id
from bot.statistics.metrics import Metric, RateBasis

HELP_TITLE = "LinkedIn statistics in Slack"
HELP_INTRO = (
    "Ask for a post or an account; only you see the answer until you share it. "
    "In a thread, mention me with the same words; in a direct message, just write them."
)


class Chapter(Struct, frozen=True):
    """A part of a topic: ``text`` is mrkdwn, ``examples`` are words that work as they stand."""

    title: str
    text: str
    examples: tuple[str, ...] = ()


class Topic(Struct, frozen=True):
    """One page of the help; ``summary`` says in a line what is on it."""

    title: str
    summary: str
    chapters: tuple[Chapter, ...]

    @property
    def examples(self) -> tuple[str, ...]:
        return tuple(words for chapter in self.chapters for words in chapter.examples)


TOPICS: Final[Mapping[str, Topic]] = {
    "figures": Topic(
        "Posts and accounts",
        "Impressions, reactions, engagement rate and more, for any period",
        (
            Chapter(
                "A post",
                "Paste its link or URN: its figures since publication and the engagement rate (of {basis}). "
                "LinkedIn gives posts lifetime figures only.",
                ("urn:li:share:7434685316856377344",),
            ),
            Chapter(
                "An account",
                "Name an account, a period, or both. A name with spaces goes in quotes. LinkedIn calls these figures best effort; "
                'reshares, reactions and comments "are not consistent with UI at the moment".',
                ("accounts",),
            ),
            Chapter(
                "A period",
                "Without one it is the last 7 whole days in UTC; 365 days at most. "
                "`this month` is compared with the same days of the last.",
                ("last week", "1-15 nov"),
            ),
            Chapter(
                "Some figures, or every day",
                f"{listed(f'`{metric.definition.word}`' for metric in Metric)} choose figures; `daily` adds a table by day.",
                ("28d reactions daily",),
            ),
            Chapter("The channel's account", "`default` and a name sets this channel's account, for questions that name none."),
        ),
    ),
    "compare": Topic(
        "Compare and rank",
        "Posts, accounts and periods side by side, the team, the best posts",
        (
            Chapter(
                "Side by side",
                "Paste up to ten posts to compare them in one table. `vs` compares two accounts or two periods; "
                "an unfinished month is compared with the same days of the other.",
                ("vs last month",),
            ),
            Chapter(
                "The team",
                "`team` adds up what can be added over all accounts (reach never); `totals` leaves the rows out. `board` ranks them by "
                "engagement rate, or by `growth` of impressions. From 500 impressions up, or `min 1000`.",
                ("team last week", "board growth 28d"),
            ),
            Chapter("Groups", "`group sales = ann, bob` names some accounts, and `team sales` asks for them.", ("groups",)),
            Chapter(
                "The best posts",
                "`top` ranks the most seen posts of a period by engagement rate, or all by a figure you name. I know posts made through "
                "PostPost and those asked for here. `best times` shows at which weekdays and hours an account's posts did best.",
                ("top team last month", "best times"),
            ),
        ),
    ),
    "digests": Topic(
        "Digests and files",
        "A summary on a schedule, sharing an answer, CSV and XLSX",
        (
            Chapter(
                "Digests",
                "A summary posted to a channel on a schedule. `digest` opens the form; in words, say accounts, days, time, time zone and "
                "channel. You see a preview first.",
                ("digest every monday 9:00", "digest all weekdays 8:30 Europe/Berlin", "digest first working day of the month 9am"),
            ),
            Chapter(
                "What it has",
                "Several channels (`in #marketing and #sales`), `title`, `intro`, `with board`, `with scheduled posts`, `only headline` "
                "with the rest in its thread, `skip when unchanged`.",
                ("digest edit with board only headline",),
            ),
            Chapter(
                "Change a digest",
                "`digest list` shows yours with buttons. With an id: `digest edit`, `move`, `pause`, `resume`, `skip`, `now`, `history`, "
                "`delete`.",
            ),
            Chapter("Share", "Share a card with its button, or add `share` to answer in the channel at once.", ("last week share",)),
            Chapter(
                "A file",
                "`csv` or `xlsx` among your words sends the answer as a file too: to your direct messages, or into the thread of a shared "
                "answer.",
                ("last week csv",),
            ),
        ),
    ),
    "alerts": Topic(
        "Alerts, goals, new posts",
        "Messages when a figure moves, a goal is reached or a post goes live",
        (
            Chapter(
                "Alerts",
                "A message when a figure moves a lot (`+50% week`), crosses a limit (`> 20 day`) or is `unusual` for its weekday, and "
                "when it is normal again: for an account, a group or the `team`, on whole UTC days.",
                ("alert impressions +50% week min 500", "alert comments > 20 day"),
            ),
            Chapter(
                "Who hears of it, and when",
                "`for @name` mentions people. `min 500`, `cooldown 3 days` and `quiet 20:00-8:00` keep it silent; `at 8:30` is when "
                "I check.",
            ),
            Chapter(
                "Change an alert",
                "`alert` opens the form, `alert list` shows their ids. With one: `alert edit`, `test`, `pause`, `resume`, `snooze`, "
                "`delete`.",
            ),
            Chapter(
                "Goals",
                "A number to reach every week, month or quarter. Cards and digests say how far it is; I say once when it is reached. "
                "`goals` lists them.",
                ("goal impressions 50,000 month",),
            ),
            Chapter(
                "New posts",
                "`watch acme in #marketing` says when a post made through PostPost goes live; figures follow in the thread after "
                "24 h, 72 h and 7 days. `watch` opens the form, `watches` lists them, `unwatch acme` ends one.",
                ("watch team",),
            ),
        ),
    ),
    "settings": Topic(
        "Settings",
        "Who may ask, opting out, link previews, workflows, status",
        (
            Chapter(
                "Who may ask",
                "Guests and channels shared with other companies are answered once an administrator writes `allow here`, `allow @name` or "
                "`allow #channel`; `forbid` takes it back.",
                ("permissions",),
            ),
            Chapter(
                "Clients of an agency",
                "With `client`, a managed user's id in PostPost, and `here`, an administrator gives a channel to one client: it sees this "
                "client's accounts alone, no other channel does. `client nobody here` takes it back.",
                ("clients",),
            ),
            Chapter(
                "Opting out",
                "`opt out` and a name takes an account out of team answers and digests, `opt in` back in: for administrators "
                "and the person it is linked to (`link @ann acme`).",
            ),
            Chapter(
                "Link previews",
                "Links to your accounts' posts can show a small preview to everybody. Off until an administrator writes `unfurl on`.",
                ("unfurl",),
            ),
            Chapter(
                "Workflow Builder", "The step *Get LinkedIn statistics* takes a post or an account and gives its figures to the next steps."
            ),
            Chapter("Does everything work?", "`status` checks Slack, the statistics service, the database and the clock.", ("status",)),
        ),
    ),
}


def _text(chapter: Chapter, basis: RateBasis) -> str:
    return chapter.text.replace("{basis}", RATE_BASIS[basis])


def _overview() -> Message:
    rows = [
        section(
            f"*{topic.title}*\n{topic.summary}",
            button(help_id(number), "Open", f"{HELP} {name}") | {"accessibility_label": f"Open help on {topic.title}"},
        )
        for number, (name, topic) in enumerate(TOPICS.items(), start=1)
    ]
    lines = [f"{topic.title}: {topic.summary} ({COMMAND} {HELP} {name})" for name, topic in TOPICS.items()]
    typed = context(f"Or type it: {example(f'{HELP} {next(iter(TOPICS))}')}")
    return Message("\n".join([HELP_INTRO, *lines]), (header(HELP_TITLE), section(HELP_INTRO), *rows, typed))


def _topic(topic: Topic, basis: RateBasis) -> Message:
    lines = [
        line
        for chapter in topic.chapters
        for line in (f"{chapter.title}: {_text(chapter, basis)}", *(f"{COMMAND} {words}" for words in chapter.examples))
    ]
    chapters = [
        section("\n".join([f"*{chapter.title}*", _text(chapter, basis), *map(example, chapter.examples)])) for chapter in topic.chapters
    ]
    return Message("\n".join([topic.title, *lines]), (header(topic.title), *chapters, actions([button(HELP, "All Topics", HELP)])))


def build_help(topic: str = "", basis: RateBasis = RateBasis.IMPRESSIONS) -> Message:
    """The list of topics, or one of them; an unknown topic gives the list. ``basis`` is what an engagement rate is a rate of."""
    return _page(topic if topic in TOPICS else "", basis)


@cache
def _page(topic: str, basis: RateBasis) -> Message:
    page = _topic(TOPICS[topic], basis) if topic else _overview()
    # With ids of its own a page stays the same for whoever asks, and is checked once.
    return replace(page, blocks=tuple(block | {"block_id": f"{topic or HELP}.{number}"} for number, block in enumerate(page.blocks)))
