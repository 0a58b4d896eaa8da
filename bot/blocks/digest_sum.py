"""A digest's accounts as one, so that it is read like an account's card; and what it cannot add."""

from collections.abc import Iterator
from dataclasses import replace

from bot.blocks import account_sum
from bot.blocks.mrkdwn import one_line
from bot.blocks.parts import account_name
from bot.blocks.words import DIGEST_SUM_ONE_LEFT
from bot.domain.digest_reports import DigestReport
from bot.domain.reports import AccountReport
from bot.domain.totals import counted

#: The name of the one account that is left is short enough for what stands around it.
_NAME_LIMIT = 38


def combined(report: DigestReport) -> AccountReport:
    """The one account's report, or that of the sum over all that have figures, which is without reach: people are not added up."""
    over = counted(report.accounts)
    if len(over) > 1:
        return account_sum.sum_report(of_how_many(report), over)
    (one,) = over
    if not is_partial(report):
        return one
    name = DIGEST_SUM_ONE_LEFT.format(accounts=of_how_many(report), name=one_line(account_name(one.account), _NAME_LIMIT))
    return replace(one, account=replace(one.account, name=name))


def of_how_many(report: DigestReport) -> str:
    """How many accounts the figures are of, and of how many where some are lacking: "7 of 8 accounts"."""
    return account_sum.sum_name(report.accounts, report.failed)


def is_partial(report: DigestReport) -> bool:
    """Whether the figures lack some of the digest's accounts."""
    return account_sum.is_partial(report.accounts, report.failed)


def no_total(report: DigestReport) -> str:
    """What is said where no metric has a total."""
    return account_sum.no_total(report.accounts)


def told_missing(report: DigestReport) -> Iterator[str]:
    """A sentence for each metric that has no total, naming the accounts that lack it; escaped."""
    return account_sum.told_missing(report.accounts)
