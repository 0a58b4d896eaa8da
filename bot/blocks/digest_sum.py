"""Several accounts as one: the report of their sum, so that a digest is read like an account's card; and what it cannot add."""

from collections.abc import Iterator

from bot.blocks.figures import NOUNS
from bot.blocks.figures import listed as together
from bot.blocks.mrkdwn import escape
from bot.blocks.parts import account_name
from bot.domain.accounts import Account
from bot.domain.digest_reports import DigestReport, total, total_before, total_daily
from bot.domain.metrics import DAILY_METRICS, Failed
from bot.domain.reports import AccountReport, Freshness

ACCOUNTS = "{n} accounts"
NO_TOTAL = "No total of {metric}: LinkedIn has no figure for {accounts}."
NO_TOTAL_FETCHED = "No total of {metric}: it couldn't be fetched for {accounts}."
AND_MORE = "{n} more"

_NAMED = 4


def combined(report: DigestReport) -> AccountReport:
    """The one account's report, or that of the sum over all of them, which is without reach: people are not added up."""
    if len(report.accounts) == 1:
        return report.accounts[0]
    return AccountReport(
        account=Account("", ACCOUNTS.format(n=len(report.accounts))),
        period=report.period,
        figures={metric: total(report, metric).figure for metric in DAILY_METRICS},
        metrics=DAILY_METRICS,
        freshness=_freshness(report),
        before=report.before,
        before_figures={metric: total_before(report, metric).figure for metric in DAILY_METRICS} if report.before else None,
        daily={metric: total_daily(report, metric) for metric in DAILY_METRICS},
    )


def told_missing(report: DigestReport) -> Iterator[str]:
    """A sentence for each metric that has no total, naming the accounts that lack it; escaped."""
    for metric in DAILY_METRICS:
        summed = total(report, metric)
        if summed.missing:
            form = NO_TOTAL_FETCHED if isinstance(summed.figure, Failed) else NO_TOTAL
            yield form.format(metric=NOUNS[metric], accounts=_named(summed.missing))


def _named(accounts: tuple[Account, ...]) -> str:
    names = [escape(account_name(account)) for account in accounts[:_NAMED]]
    more = len(accounts) - len(names)
    return together([*names, AND_MORE.format(n=more)] if more else names)


def _freshness(report: DigestReport) -> Freshness:
    """Where the sum's figures come from; the oldest reading dates them."""
    every = [one.freshness for one in report.accounts]
    kinds = {one.cached for one in every}
    return Freshness(
        fetched_at=min(one.fetched_at for one in every),
        cached=kinds.pop() if len(kinds) == 1 else "part",
        recalled=any(one.recalled for one in every),
    )
