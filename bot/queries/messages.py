"""Sentences and bounds that several modules of this package use."""

TEAM_CARDS_FAILED = ":warning: {name}: {sentence}"
TOTALS_ONLY = "Only the sums are shown here, no account's own figures."

#: Accounts in one answer at most.
MOST_ACCOUNTS = 100
