"""The workflow step's outputs, as manifest.yml names them: figures as numbers, an unknown one left out and named in ``unknown``."""

import html
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from bot.reports import figures as say
from bot.reports.card_parts import account_name
from bot.reports.gaps import find_gaps, gap_notes, same_days
from bot.slack.builders import Message
from bot.slack.numbers import period_label, rate_digits
from bot.statistics.metrics import Metric, Rate, Value, engagement_rate
from bot.statistics.reports import AccountReport, PostReport

UNKNOWN = "unknown"
LIFETIME = "since publication"

#: The step's callback id in manifest.yml.
STEP: Final = "linkedin_statistics"

NUMBERS: Final[Mapping[Metric, str]] = {metric: metric.definition.output for metric in Metric}
#: The engagement rate in per cent, with two decimals.
RATE = "engagement_rate"
FIRST_LINE = "first_line"
SUMMARY = "summary"
ACCOUNT = "account"
PERIOD = "period"
LINK = "link"

#: Slack's markup for mentions and links is written in angle brackets: text that a later step may post must have none.
_NO_MARKUP = str.maketrans({"<": "‹", ">": "›"})

Outputs = dict[str, str | int | float]


def build_outputs(report: PostReport | AccountReport, card: Message, today: date) -> Outputs:
    asked = say.asked(report.figures, report.metrics)
    outputs: Outputs = {
        FIRST_LINE: _plain(str(card.blocks[0]["text"]["text"])),
        SUMMARY: _plain(html.unescape(card.text)),
        ACCOUNT: _plain(account_name(report.account)),
        PERIOD: LIFETIME if isinstance(report, PostReport) else period_label(report.period, today),
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
