"""The section of the Home tab with a line for each account's week."""

from collections.abc import Iterator
from datetime import date

from bot.blockkit.actions import example_id
from bot.blockkit.builders import Block, Message, actions, button, context, escape, header, section, shorten_mrkdwn
from bot.queries.team_blocks import MOST_ACCOUNTS, TEAM_CARDS_FAILED, TOTALS_ONLY
from bot.reports import figures as say
from bot.reports.card_parts import account_name, footer
from bot.reports.files import TEAM_CARDS_NO_REACH
from bot.reports.gaps import account_rate, coverage, find_gaps
from bot.reports.sum_blocks import freshness, sum_name, sum_report, told_missing, told_without
from bot.statistics.comparison_reports import TeamReport
from bot.statistics.metrics import Metric, Rate, Value, engagement_rate
from bot.statistics.reports import AccountReport, label

HOME_WEEK_TITLE = "All accounts, {period}"
HOME_WEEK_AGAINST = "Impressions and engagement rate, against {before}"
HOME_WEEK_LINE = "*{name}*  {figures}"
IMPRESSIONS = "impressions {figure}"
HOME_WEEK_TOTAL = "*{accounts} together*  {figures}"
EVERY_ACCOUNT = "All {n} accounts"
THE_FIRST = "These are the first {shown} of {n} accounts, in the order of `accounts`; {others}"
ALL_BY_BUTTON = "the button shows all of them in your direct messages."
ALL_BY_GROUPS = "one answer shows up to {most}, so make groups of them: `group sales = ann, bob`, then `team sales`."


#: The number of the button among the first screen's examples.
_BUTTON = 9
_TEXT_LIMIT = 2_900


def build_week(report: TeamReport, today: date, *, words: str, known: int) -> Message:
    """Builds the accounts' lines, the errors of those that failed, and how to see the others.

    Args:
        report: of the first accounts; one that opted out is not in it. With ``totals_only`` the sum alone is shown.
        today: the current day in UTC.
        words: the canonical command for all of them.
        known: how many accounts there are.
    """
    lines = [_total(report)] if report.totals_only else [_line(one) for one in report.reports]
    failed = [TEAM_CARDS_FAILED.format(name=escape(account_name(one.account)), sentence=escape(one.sentence)) for one in report.failed]
    title = HOME_WEEK_TITLE.format(period=label(report.period, today))
    blocks: list[Block] = [header(title), context(HOME_WEEK_AGAINST.format(before=label(report.period.before, today)))]
    blocks += [section("\n".join(lines)), *(context(line) for line in [*failed, *_notes(report)])]
    shown = len(report.reports) + len(report.failed)
    if known > shown:
        others = ALL_BY_BUTTON if known <= MOST_ACCOUNTS else ALL_BY_GROUPS.format(most=MOST_ACCOUNTS)
        blocks.append(context(THE_FIRST.format(shown=shown, n=known, others=others)))
        if known <= MOST_ACCOUNTS:
            blocks.append(actions([button(example_id(_BUTTON), EVERY_ACCOUNT.format(n=known), words)]))
    blocks.append(context(footer(freshness(report.reports), report.basis, by_days=True)))
    return Message(shorten_mrkdwn("\n".join([title, *lines, *failed]), _TEXT_LIMIT), tuple(blocks))


def _line(one: AccountReport) -> str:
    return HOME_WEEK_LINE.format(name=escape(account_name(one.account)), figures=" · ".join(_figures(one)))


def _figures(one: AccountReport) -> Iterator[str]:
    gaps, impressions = find_gaps(one), one.figures.get(Metric.IMPRESSION, say.MISSING)
    if not isinstance(impressions, Value):
        yield IMPRESSIONS.format(figure=say.state(impressions))
    else:
        gone = gaps.now.get(Metric.IMPRESSION)
        told = f"({coverage(gone, one.period.days)})" if gone else _moved(one)
        yield f"{say.noun(Metric.IMPRESSION, impressions.count)}  {told}".rstrip()
    if isinstance(engagement_rate(one.figures, one.basis), Rate):
        yield account_rate(one, gaps)


def _moved(one: AccountReport) -> str:
    """The change from the period before; "" while days of that are missing."""
    if one.before_figures is None or Metric.IMPRESSION in find_gaps(one).before:
        return ""
    return say.comparison(one, Metric.IMPRESSION)


def _total(report: TeamReport) -> str:
    summed = sum_report(sum_name(report.reports, report.failed), report.reports)
    return HOME_WEEK_TOTAL.format(accounts=summed.account.name, figures=" · ".join(_figures(summed)))


def _notes(report: TeamReport) -> list[str]:
    if not report.totals_only:
        return []
    return [TOTALS_ONLY, TEAM_CARDS_NO_REACH, *map(escape, told_without(report.reports)), *told_missing(report.reports)]
