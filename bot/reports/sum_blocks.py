"""Several accounts as one: the report of their sum, so that it is read like an account's card; and what cannot be added."""

from collections.abc import Iterator, Sequence

from bot.blockkit.builders import escape
from bot.reports.card_parts import account_name
from bot.reports.figures import NOUNS
from bot.reports.figures import listed as together
from bot.statistics.aggregate import counted, total, total_before, total_daily, uncounted
from bot.statistics.comparison_reports import FailedAccount
from bot.statistics.metrics import ADDITIVE_METRICS, Failed, Metric
from bot.statistics.reports import Account, AccountReport, Freshness

ACCOUNT_SUM_NO_TOTAL = "No total of {metric}: LinkedIn has no figure for {accounts}."
NO_TOTAL_FETCHED = "No total of {metric}: it couldn't be fetched for {accounts}."
ACCOUNT_SUM_AND_MORE = "{n} more"
NO_TOTAL_AT_ALL = "no total, but figures of {accounts}"
WITHOUT_FIGURES = "LinkedIn has no figures for {accounts}."
ALL = "{n} accounts"
ONE_ACCOUNT = "1 account"
SOME = "{n} of {all} accounts"


_NAMED = 4


def sum_report(name: str, reports: Sequence[AccountReport], metrics: Sequence[Metric] = ADDITIVE_METRICS) -> AccountReport:
    """The sum over these accounts (one or more, of the same period) as the report of an account called ``name``; without reach.

    Its basis is the accounts': a sum has no rate of reach, since reach is not added up.
    """
    first, added = reports[0], tuple(metric for metric in metrics if metric in ADDITIVE_METRICS)
    return AccountReport(
        account=Account("", name),
        period=first.period,
        figures={metric: total(reports, metric).figure for metric in added},
        metrics=added,
        freshness=freshness(reports),
        before=first.before,
        before_figures={metric: total_before(reports, metric).figure for metric in added} if first.before else None,
        daily={metric: total_daily(reports, metric) for metric in added},
        basis=first.basis,
        summed=counted(reports),
    )


def sum_name(reports: Sequence[AccountReport], failed: Sequence[FailedAccount] = ()) -> str:
    """How many accounts a sum is over, and of how many where it lacks some: "8 accounts", "7 of 8 accounts"."""
    number, every = len(counted(reports)), len(reports) + len(failed)
    return accounts_word(every) if number == every else SOME.format(n=number, all=every)


def is_partial(reports: Sequence[AccountReport], failed: Sequence[FailedAccount] = ()) -> bool:
    """Whether a sum lacks accounts: those that failed, and those without a single figure."""
    return bool(failed or uncounted(reports))


def accounts_word(number: int) -> str:
    """So many accounts: "8 accounts", "1 account"."""
    return ONE_ACCOUNT if number == 1 else ALL.format(n=number)


def no_total(reports: Sequence[AccountReport]) -> str:
    """What is said where no metric has a total though accounts have figures; "" where none has one."""
    number = sum(one.has_value for one in reports)
    return NO_TOTAL_AT_ALL.format(accounts=accounts_word(number)) if number else ""


def told_without(reports: Sequence[AccountReport]) -> Iterator[str]:
    """A sentence that names the accounts without a single figure of the period, which are in no sum; names are foreign, not escaped."""
    if without := uncounted(reports):
        yield WITHOUT_FIGURES.format(accounts=_named(without))


def told_missing(reports: Sequence[AccountReport], metrics: Sequence[Metric] = ADDITIVE_METRICS) -> Iterator[str]:
    """A sentence for each metric that has no total, naming the accounts that are counted and lack it; escaped."""
    for metric in (metric for metric in metrics if metric in ADDITIVE_METRICS):
        summed = total(reports, metric)
        if summed.missing:
            form = NO_TOTAL_FETCHED if isinstance(summed.figure, Failed) else ACCOUNT_SUM_NO_TOTAL
            yield form.format(metric=NOUNS[metric], accounts=escape(_named(summed.missing)))


def _named(accounts: tuple[Account, ...]) -> str:
    names = [account_name(account) for account in accounts[:_NAMED]]
    more = len(accounts) - len(names)
    return together([*names, ACCOUNT_SUM_AND_MORE.format(n=more)] if more else names)


def freshness(reports: Sequence[AccountReport]) -> Freshness:
    """Where the figures of several reports come from; the oldest reading dates them."""
    every = [one.freshness for one in reports]
    kinds = {one.cached for one in every}
    return Freshness(
        fetched_at=min(one.fetched_at for one in every),
        cached=kinds.pop() if len(kinds) == 1 else "part",
        recalled=any(one.recalled for one in every),
    )
