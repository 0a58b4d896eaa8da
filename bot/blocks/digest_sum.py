"""A digest's accounts as one, so that it is read like an account's card; and what it cannot add."""

from collections.abc import Iterator

from bot.blocks import account_sum
from bot.blocks.words import DIGEST_SUM_ACCOUNTS
from bot.domain.digest_reports import DigestReport
from bot.domain.reports import AccountReport


def combined(report: DigestReport) -> AccountReport:
    """The one account's report, or that of the sum over all of them, which is without reach: people are not added up."""
    if len(report.accounts) == 1:
        return report.accounts[0]
    return account_sum.sum_report(DIGEST_SUM_ACCOUNTS.format(n=len(report.accounts)), report.accounts)


def told_missing(report: DigestReport) -> Iterator[str]:
    """A sentence for each metric that has no total, naming the accounts that lack it; escaped."""
    return account_sum.told_missing(report.accounts)
