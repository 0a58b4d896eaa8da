"""Answers as data: those of assistants (Slackbot and others), with typed arguments instead of words, and the workflow step's outputs.

Each question becomes a text of the command's grammar, and its figures come from the same services. Nothing here changes anything. An
account that opted out is in no answer, whoever asks: an assistant may show its answer to others.
"""

import html
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final

from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.access.visibility import AccountChoiceNeeded, Sources
from bot.errors import NotUnderstood
from bot.parsing import parser, vocabulary
from bot.parsing.queries import AccountQuery, CompareQuery, PostQuery, Query, TopQuery, VersusQuery
from bot.queries.handler import render
from bot.queries.service import ComparisonService, QueryService, fetchers
from bot.reports import figures as say
from bot.reports.card_parts import account_name
from bot.reports.figures import find_gaps, gap_notes, same_days
from bot.reports.files import Report, report_tables
from bot.reports.tables import Cell
from bot.slack.builders import Message, quoted
from bot.slack.numbers import period_label, rate_digits
from bot.slack.request import RenderedResult, Request
from bot.statistics.metrics import Metric, Rate, Value, engagement_rate
from bot.statistics.posts import find_posts
from bot.statistics.reports import FULL_ID, AccountReport, PostReport, period_text

OTHER_QUESTION_REMEDY = (
    "Give a post as its link, URN or number, an account by its name, and a period like `last week`, `28d` or `november`."
)
#: Accounts that are named where one must be chosen.
MOST_NAMED = 20
#: Characters of one argument; a link to a post has some 200.
LONGEST: Final = 500
#: A reader of JSON keeps whole numbers exact up to this one: larger ones are written as text.
LARGEST_EXACT: Final = 2**53 - 1

_PERIOD = 'Days, such as "last week", "28d", "november" or "2026-11-01..2026-11-15"; left empty it is the last seven whole days (UTC).'


class ToolArguments(BaseModel):
    """What a tool takes; anything else is refused."""

    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)

    def words(self) -> str:
        """The question in the command's grammar."""
        return ""


class PostArguments(ToolArguments):
    """A post."""

    post: str = Field(min_length=1, max_length=LONGEST, description="A LinkedIn post: its link, URN or number.")
    account: str = Field("", max_length=LONGEST, description="Whose post it is, where that isn't known.")

    def words(self) -> str:
        return _joined(self.post, _named(self.account))


class AccountArguments(ToolArguments):
    """An account's period."""

    account: str = Field("", max_length=LONGEST, description="The name or id of a LinkedIn account; left empty it is the usual one.")
    period: str = Field("", max_length=LONGEST, description=_PERIOD)

    def words(self) -> str:
        return _joined(_named(self.account), self.period) or vocabulary.ACCOUNT


class CompareArguments(ToolArguments):
    """Posts, or two accounts."""

    items: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]] = Field(
        min_length=2, max_length=parser.MOST_POSTS, description="Two to ten LinkedIn posts (links, URNs), or the names of two accounts."
    )
    period: str = Field("", max_length=LONGEST, description=f"For accounts. {_PERIOD}")

    def words(self) -> str:
        if any(find_posts(item).posts for item in self.items):
            return _joined(*self.items)
        return _joined(f" {vocabulary.VERSUS_SIGN} ".join(map(_named, self.items)), self.period)


class TopArguments(ToolArguments):
    """The best posts."""

    account: str = Field(
        "", max_length=LONGEST, description="The name of an account or of a group of accounts; left empty the usual account."
    )
    period: str = Field("", max_length=LONGEST, description=_PERIOD)
    metric: str = Field(
        "", max_length=LONGEST, description='What they are ranked by, such as "impressions"; left empty the engagement rate.'
    )
    count: int = Field(vocabulary.MOST_TOP, ge=1, le=vocabulary.MOST_TOP, description="How many posts at most.")

    def words(self) -> str:
        # "Share" alone is the command's word for an answer that everybody sees.
        metric = vocabulary.METRIC_WORDS.get(f"{self.metric.strip().lower()}s")
        named = vocabulary.METRIC_NAMES[metric] if metric else self.metric.replace("_", " ")
        return _joined(vocabulary.TOP, str(self.count), self.period, _named(self.account), named)


class AssistantQueries:
    """Answers the questions of assistants with figures. Every method raises BotError."""

    def __init__(self, sources: Sources, queries: QueryService, comparisons: ComparisonService) -> None:
        self._accounts, self._permissions = sources.accounts, sources.permissions
        self._visibility, self._clock = sources.visibility, sources.clock
        self._fetch = fetchers(queries, comparisons)

    async def answer(self, what: str, kinds: tuple[type[Query], ...], request: Request) -> tuple[RenderedResult, dict[str, Any]]:
        """The card and its figures as data, for a question of these kinds; ``what`` they ask for stands in the refusal of another."""
        await self._permissions.check(request.context)
        now, context = self._clock(), request.context
        visibility = await self._visibility.public(context.team, context.channel, context)
        parsed = parser.parse_text(request.text, now.date(), now)
        query = parser.to_query(parsed, visibility.visible(await self._accounts.accounts()))
        if not isinstance(query, kinds) or not isinstance(query, PostQuery | AccountQuery | CompareQuery | VersusQuery | TopQuery):
            raise NotUnderstood(f"Those arguments don't ask for {what}.", remedy=OTHER_QUESTION_REMEDY)
        query = replace(query, share=False, export="")
        try:
            result = await self._fetch[type(query)](query, request, visibility)
        except AccountChoiceNeeded as choice:
            names = ", ".join(account.name for account in choice.directory.accounts[:MOST_NAMED])
            raise NotUnderstood("There are several accounts, and none is named.", remedy=f"Name one: {names}.") from None
        return render(result, query, request, now.date()), as_data(result.report, now.date())


def as_data(report: Report, today: date) -> dict[str, Any]:
    """A report as JSON: the tables and notes of its file. An unknown figure is the word for it, never 0 or nothing."""
    title, grids, notes = report_tables(report, today)
    tables = [
        {"caption": grid.caption, "columns": list(grid.columns), "rows": [[_value(cell) for cell in row] for row in grid.rows]}
        for grid in grids
    ]
    period = getattr(report, "period", None)
    return {"title": title, **({"period": period_text(period)} if period else {}), "tables": tables, "notes": list(notes)}


def _value(cell: Cell) -> str | float:
    if cell.value is None:
        return cell.text
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    if cell.points or cell.percent:
        return cell.points or f"{cell.percent}%"
    return str(cell.value) if abs(cell.value) > LARGEST_EXACT else cell.value


def _named(account: str) -> str:
    """An account in the command's grammar, as a name whatever its words mean there."""
    name = account.strip().strip('"')
    return name if FULL_ID.fullmatch(name) else quoted(name) or name


def _joined(*parts: str) -> str:
    return " ".join(filter(None, map(str.strip, parts)))


UNKNOWN = "unknown"

NUMBERS: Final[Mapping[Metric, str]] = {metric: metric.definition.output for metric in Metric}
#: The engagement rate in per cent, with two decimals.
RATE = "engagement_rate"
ACCOUNT = "account"
PERIOD = "period"
LINK = "link"
#: Slack's markup for mentions and links is written in angle brackets: text that a later step may post must have none.
_NO_MARKUP = str.maketrans({"<": "‹", ">": "›"})

Outputs = dict[str, str | int | float]


def build_outputs(report: PostReport | AccountReport, card: Message, today: date) -> Outputs:
    asked = say.asked(report.figures, report.metrics)
    outputs: Outputs = {
        "first_line": _plain(str(card.blocks[0]["text"]["text"])),
        "summary": _plain(html.unescape(card.text)),
        ACCOUNT: _plain(account_name(report.account)),
        PERIOD: "since publication" if isinstance(report, PostReport) else period_label(report.period, today),
    }
    outputs |= {NUMBERS[metric]: figure.count for metric, figure in asked if isinstance(figure, Value)}
    if isinstance(report, AccountReport):
        now = report.lifetime.items()
        outputs |= {metric.definition.lifetime.lower(): figure.count for metric, figure in now if isinstance(figure, Value)}
    if (rate := _rate(report)) is not None:
        outputs[RATE] = rate
    if isinstance(report, PostReport):
        outputs[LINK] = report.post.url
    if unknown := " ".join(_unknown(report, asked, today)):
        outputs[UNKNOWN] = _plain(html.unescape(unknown))
    return outputs


def _rate(report: PostReport | AccountReport) -> float | None:
    """The engagement rate in per cent as on the card; None when the card shows none."""
    if isinstance(report, AccountReport) and not same_days(report, find_gaps(report)):
        return None
    rate = engagement_rate(report.figures, report.basis) if say.rate_asked(report.metrics, report.basis) else None
    if not isinstance(rate, Rate):
        return None
    # A rate that two decimals would round to 0 keeps its first two digits.
    return float(rate_digits(rate.fraction) or f"{float(rate.fraction * 100):.2g}")


def _unknown(report: PostReport | AccountReport, asked: say.AskedFigures, today: date) -> Iterator[str]:
    yield from say.unknowns(asked)
    if isinstance(report, AccountReport):
        yield from gap_notes(report, find_gaps(report), today)


def _plain(text: str) -> str:
    return text.translate(_NO_MARKUP)
