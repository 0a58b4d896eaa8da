"""Sentences for people that several modules of this package use."""

from collections.abc import Mapping
from typing import Final

from bot.statistics.metrics import ENGAGEMENTS, RateBasis

OPEN_CARD = "Open card"
FAILED_MORE = ":warning: … and {n} more accounts could not be fetched."
ONE_FAILED_MORE = ":warning: … and 1 more account could not be fetched."


DAILY_TABLE_DAY = "Day"
DAILY_TABLE_NOT_REPORTED = "not reported"
NO_FIGURE = "n/a: LinkedIn has no figure"
FIGURES_NOT_FETCHED = "couldn't be fetched"
FIGURES_NEW = "new, 0 before"
RATE_NAME = "Engagement rate"
RATE_BASIS: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "impressions", RateBasis.REACH: "members reached"}
RATE_FORMULA = f"rate = ({' + '.join(metric.definition.word for metric in ENGAGEMENTS)}) / {{basis}}"
UTC_DAYS = "Whole days in UTC"
#: What stands where nothing can be said.
NOTHING: Final = "n/a"
PARTS_RETRY_LABEL = "Retry"
