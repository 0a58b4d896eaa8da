"""The help: what can be asked, with examples that can be pasted. Each page is written once; showing it again costs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.blockkit.builders import Block, Message, code, context, header, section
from bot.reports.figures import RATE_BASIS, listed
from bot.statistics.metrics import Metric, RateBasis

HELP_TITLE = "LinkedIn statistics in Slack"
HELP_INTRO = (
    "Ask for a post or an account; only you see the answer until you share it. "
    "In a thread, mention me with the same words; in a direct message, just write them."
)
HELP_MORE = "More on one of these: {topics}"


#: The slash command, as the manifest registers it.
COMMAND: Final = "/linkedin-stats"


@dataclass(frozen=True, slots=True)
class Topic:
    """One chapter of the help: ``lines`` are mrkdwn, ``examples`` are words that work as they stand."""

    title: str
    lines: tuple[str, ...]
    examples: tuple[str, ...]


TOPICS: Final[Mapping[str, Topic]] = {
    "posts": Topic(
        "A post",
        (
            "Paste its link or its URN: its figures since publication, the engagement rate (of {basis}), and what LinkedIn does not know.",
            "Links of the feed, of `/posts/…` and of *Embed this post* all work. LinkedIn gives posts lifetime figures only.",
        ),
        (
            "https://www.linkedin.com/feed/update/urn:li:share:7434685316856377344/",
            "urn:li:ugcPost:7429953213384187904 impressions comments",
        ),
    ),
    "accounts": Topic(
        "An account",
        (
            "Name an account, a period, or both: activity on all its posts, each figure with its change against the period before.",
            "A name with spaces goes in quotes; `accounts` lists the names.",
            'LinkedIn calls these figures best effort; reshares, reactions and comments "are not consistent with UI at the moment".',
        ),
        ("accounts", "last week", "28d"),
    ),
    "periods": Topic(
        "A period",
        (
            "Without one it is the last 7 whole days. LinkedIn counts days in UTC, and a day is whole when it is over there.",
            "A range is at most 365 days long.",
            "`this week`, `this month` and `this year` are compared with the same days of the one before; of unlike lengths, per day.",
        ),
        ("yesterday", "last month", "90 days", "1-15 nov", "since monday", "Q3"),
    ),
    "metrics": Topic(
        "Some figures only, or every day",
        (f"{listed(f'`{metric.definition.word}`' for metric in Metric)} choose figures; `daily` adds a table by day.",),
        ("impressions comments last week", "28d reactions daily"),
    ),
    "default": Topic(
        "The channel's account",
        ("`default` and a name sets the account this channel is about; `default` alone says which it is.",),
        ("default",),
    ),
    "compare": Topic(
        "Side by side",
        (
            "Paste up to ten posts and they are compared in one table, which sorts by a press on a column.",
            "`vs` sets two accounts or two periods side by side; an unfinished month is set against the same days of the other month.",
        ),
        ("urn:li:share:7434685316856377344 urn:li:ugcPost:7429953213384187904", "vs last month"),
    ),
    "team": Topic(
        "The team",
        (
            "`team` adds up what can be added over all accounts (reach never), with a row for each; `totals` leaves the rows out.",
            (
                "`board` ranks them by engagement rate, or with `growth` by the growth of impressions. A place takes "
                "500 impressions, or `min 1000`."
            ),
            "`group sales = ann, bob` names some accounts, and `team sales` asks for them. `groups` lists the groups.",
            "`opt out` and its name takes an account out of all this and of digests, `opt in` back in.",
            "That is up to an administrator and the person it is linked to (`link @ann acme`), who alone still see its card.",
        ),
        ("team last week", "board last month", "board growth 28d min 1000", "groups"),
    ),
    "top": Topic(
        "The best posts",
        (
            "`top` ranks the known posts published in a period by engagement rate or a figure you name, with their lifetime figures.",
            "Known are posts made through PostPost and those asked for here; add `team` or a group for more than one account.",
        ),
        ("top 28d", "top team last month impressions"),
    ),
    "export": Topic(
        "A file",
        (
            (
                "`csv` or `xlsx` among your words sends the answer as a file as well; so does *CSV* under a card. It "
                "says what the message says."
            ),
            "The file of a private answer comes to your direct messages, that of a shared one into its thread.",
        ),
        ("last week csv", "board last month xlsx"),
    ),
    "sharing": Topic(
        "Sharing",
        ("Press *Share to channel* under a card, or add `share` to your words to answer in the channel at once.",),
        ("last week share",),
    ),
    "digests": Topic(
        "Digests",
        (
            "A summary of accounts, posted to a channel on a schedule: say which accounts, when, in which time zone and channel.",
            "Without a zone it is yours; `digest` alone opens the form. You see a preview before anything is set up.",
            (
                "`digest list` shows their ids. With one: `digest show`, `edit`, `move`, `pause`, `resume`, `skip`, "
                "`now`, `history`, `delete`."
            ),
        ),
        (
            "digest every monday 9:00",
            "digest all weekdays 8:30 Europe/Berlin",
            "digest every other friday 16:00",
            "digest first working day of the month 9am",
            "digest list",
        ),
    ),
    "status": Topic(
        "Is everything well?",
        ("`status` says whether Slack, the statistics service, the database, the clock and the digests are, and what to do where not.",),
        ("status",),
    ),
    "alerts": Topic(
        "Alerts",
        (
            "Word in a channel when a figure moved far enough (`+50% week`) or crossed a line (`> 20 day`), and when all is well again.",
            (
                "Only whole UTC days are checked, every day at nine of your zone, or `at 8:30`, `weekdays`, never in "
                "`quiet 20:00-8:00`. `min 500` leaves out what is small, `cooldown 3 days` is how long it is silent after it spoke."
            ),
            "It watches an account, a group or the `team`, and figures or the `engagement` rate; what is unknown never fires.",
            "`alert list` shows their ids. With one: `alert test`, `pause`, `resume`, `snooze`, `delete`.",
        ),
        ("alert impressions +50% week min 500", "alert comments > 20 day", "alert team reactions -30% month at 8:30", "alert list"),
    ),
    "goals": Topic(
        "Goals",
        (
            "So many of a figure in every week, month or quarter, for an account, a group or the `team`; saying it again changes it.",
            "Cards and digests tell how far it is, beside how much of the time is over. When it is reached, I say so once in the channel.",
            "`goals` lists them, and `goal delete` with the same words ends one.",
        ),
        ("goal impressions 50,000 month", "goal team reactions 1k week", "goals"),
    ),
    "permissions": Topic(
        "Who may ask",
        (
            "Guests and channels shared with other companies are answered once an administrator has allowed them.",
            "`allow here`, `allow @name` and `allow #channel` do it; `forbid` takes it back.",
            "`permissions` says what holds here, and who changed what and when.",
        ),
        ("permissions", "allow here"),
    ),
    "unfurl": Topic(
        "Previews of links",
        (
            "Links to your accounts' posts can show a small preview below the message, for everybody in the channel.",
            "It is off until an administrator writes `unfurl on`; `unfurl` alone says how it is.",
        ),
        ("unfurl",),
    ),
    "workflow": Topic(
        "In a workflow",
        (
            "Workflow Builder has the step *Get LinkedIn statistics*: a post or an account goes in.",
            "Its figures, a first line, a summary and the post's link come out, for the steps that follow; what is unknown is left out.",
        ),
        ("help workflow",),
    ),
}


def example(words: str) -> str:
    """Words as a command that can be pasted, in code."""
    return code(f"{COMMAND} {words}")


def _chapter(topic: Topic, basis: RateBasis) -> Block:
    return section("\n".join([f"*{topic.title}*", *_lines(topic, basis), *(example(words) for words in topic.examples)]))


def _lines(topic: Topic, basis: RateBasis) -> list[str]:
    return [line.replace("{basis}", RATE_BASIS[basis]) for line in topic.lines]


def _told(topic: Topic) -> str:
    return f"{topic.title}: {COMMAND} {topic.examples[0]}"


def _whole(basis: RateBasis) -> Message:
    chapters = [_chapter(topic, basis) for topic in TOPICS.values()]
    topics = context(HELP_MORE.format(topics=" ".join(example(f"help {name}") for name in TOPICS)))
    text = "\n".join([HELP_INTRO, *map(_told, TOPICS.values())])
    return Message(text, (header(HELP_TITLE), section(HELP_INTRO), *chapters, topics))


def _alone(topic: Topic, basis: RateBasis) -> Message:
    text = "\n".join([topic.title, *_lines(topic, basis), *(f"{COMMAND} {words}" for words in topic.examples)])
    return Message(text, (_chapter(topic, basis), context(example("help"))))


def build_help(topic: str = "", basis: RateBasis = RateBasis.IMPRESSIONS) -> Message:
    """The help, or one topic of it; an unknown topic gives the whole. ``basis`` is what an engagement rate is a rate of."""
    return _page(topic if topic in TOPICS else "", basis)


@cache
def _page(topic: str, basis: RateBasis) -> Message:
    return _alone(TOPICS[topic], basis) if topic else _whole(basis)
