"""Sentences for people that several modules of this package use."""

from typing import Final

TEAM_REACH = "Reach counts people, some of them twice, so it is never added up over accounts."
#: What can be pasted.
ALERT_RULES_EXAMPLES: Final = (
    "alert impressions +50% week min 500",
    "alert comments > 20 day",
    "alert team reactions -30% month weekdays at 8:30",
)
LOOKED_AT = "looked at {schedule}"
