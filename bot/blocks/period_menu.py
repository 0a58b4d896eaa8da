"""The choice of 7, 28 or 90 days under an account's card: each choice is the whole question in words."""

from datetime import date, timedelta

from bot.blocks.actions import PERIOD, period_id
from bot.blocks.kit import OPTION_VALUE_LIMIT, Element, button, fits, option, select
from bot.blocks.words import CHOOSE, LAST_DAYS
from bot.domain.asks import AccountAsk, to_words
from bot.domain.metrics import ALL_METRICS
from bot.domain.periods import Period
from bot.domain.reports import AccountReport

CHOICES = (7, 28, 90)


def period_choice(report: AccountReport, today: date) -> list[Element]:
    """A menu whose value is the same question for another period; buttons where the words are too long for a menu's 150 characters."""
    metrics = () if report.metrics == ALL_METRICS else report.metrics
    question = to_words(AccountAsk(account=report.account.platform_id, metrics=metrics, daily=report.by_day))
    values = {days: f"{question} {days}d" for days in CHOICES}
    if max(map(len, values.values())) > OPTION_VALUE_LIMIT:
        return [button(period_id(days), LAST_DAYS.format(days=days), value) for days, value in values.items() if fits(value)]
    options = {days: option(LAST_DAYS.format(days=days), value) for days, value in values.items()}
    return [select(PERIOD, CHOOSE, tuple(options.values()), options.get(_last_days(report.period, today)))]


def _last_days(period: Period, today: date) -> int:
    """How many days up to yesterday the period is; 0 when it ends elsewhere."""
    return period.days if period.last == today - timedelta(days=1) else 0
