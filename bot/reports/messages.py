"""Sentences for people that several modules of this package use."""

from collections.abc import Mapping
from typing import Final

from bot.statistics.metrics import Metric, RateBasis

DAILY_TABLE_DAY = "Day"
DAILY_TABLE_NOT_REPORTED = "not reported"
NAMES: Final[Mapping[Metric, str]] = {
    Metric.IMPRESSION: "Impressions",
    Metric.MEMBERS_REACHED: "Members reached",
    Metric.REACTION: "Reactions",
    Metric.COMMENT: "Comments",
    Metric.RESHARE: "Reshares",
}
NO_FIGURE = "n/a: LinkedIn has no figure"
FIGURES_NOT_FETCHED = "couldn't be fetched"
FIGURES_NEW = "new, 0 before"
RATE_NAME = "Engagement rate"
RATE_BASIS: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "impressions", RateBasis.REACH: "members reached"}
RATE_FORMULA = "rate = (reactions + comments + reshares) / {basis}"
UTC_DAYS = "Whole days in UTC"
#: What stands where nothing can be said.
NOTHING: Final = "n/a"
PARTS_RETRY_LABEL = "Retry"
