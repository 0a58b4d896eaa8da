"""A digest's sections that only some digests have: the board, and the posts that are scheduled."""

from collections.abc import Iterator

from bot.digests.reports import DigestReport, largest_first
from bot.reports.card_parts import UNTITLED, account_name
from bot.reports.figures import noun, some_of
from bot.reports.team_tables import may_rank_higher, score_text
from bot.slack.builders import escape, moment, one_line
from bot.slack.numbers import count, rate
from bot.statistics.comparison_reports import Ranking, TeamReport, View, ranked
from bot.statistics.metrics import Metric

ONE_FIRST = "*Board* :trophy: {names} leads with {rate}. Congratulations!"
ONLY_ONE = "*Board* {names} with {rate}, the only one that is ranked."
SEVERAL_FIRST = "*Board* :trophy: {names} lead with {rate}. Congratulations!"
FIRST_SO_FAR = "*Board* {names} with {rate}, {unsure}"
NOBODY_FIRST = "*Board* nobody ranked: it takes {minimum} and an engagement rate."
BOARD_OF_ONE = "*Board* n/a: it takes several accounts."
BOARD_LEFT_OUT = "*Board* n/a: this bot shows the team's sums alone."
BOARD_RULE = "Board by engagement rate, from {minimum} up."
PLACE = "{place}. {name} {rate}"
MORE_PLACES = "{n} more"
UNRANKED = "{n} not ranked"
SCHEDULED = "*Scheduled for the next 7 days* {posts}"
SCHEDULED_POST = "• {at} {words} ({accounts})"
MORE_SCHEDULED = "… and {n} more"
NO_SCHEDULED = "*Scheduled for the next 7 days* nothing"
SCHEDULED_UNKNOWN = "*Scheduled for the next 7 days* PostPost's list couldn't be read this time."

_MOST_FIRST, _MOST_PLACES, _MOST_SCHEDULED, _MOST_ACCOUNTS = 3, 4, 5, 2
#: Characters of a scheduled post's first words.
_SCHEDULED_LIMIT = 50


def board_report(report: DigestReport) -> TeamReport:
    """The digest's accounts as a board by engagement rate."""
    return TeamReport(View.BOARD, "", report.period, largest_first(report.accounts), report.failed, basis=report.basis)


def board(report: DigestReport) -> Iterator[str]:
    if not report.shows_each:
        yield BOARD_LEFT_OUT if report.several else BOARD_OF_ONE
        return
    ranking = board_report(report)
    places = ranked(ranking.reports, Ranking.RATE, ranking.minimum, lambda score: score_text(Ranking.RATE, score))
    placed = [(one, escape(account_name(one.report.account)), rate(one.score)) for one in places if one.score is not None]
    first = [name for one, name, _ in placed if one.place == 1]
    minimum = noun(Metric.IMPRESSION, ranking.minimum)
    if not first:
        yield NOBODY_FIRST.format(minimum=minimum)
        return
    unsure = may_rank_higher(ranking)
    only = ONLY_ONE if len(placed) == 1 else ONE_FIRST if len(first) == 1 else SEVERAL_FIRST
    form = FIRST_SO_FAR if unsure else only
    yield form.format(names=some_of(first, _MOST_FIRST), rate=placed[0][2], unsure=", ".join(unsure))
    below = [PLACE.format(place=f"{one.place}{'=' if one.tied else ''}", name=name, rate=score) for one, name, score in placed]
    below = below[len(first) :]
    without = [UNRANKED.format(n=count(number))] if (number := len(places) - len(placed)) else []
    more = [MORE_PLACES.format(n=len(below) - _MOST_PLACES)] if len(below) > _MOST_PLACES else []
    if lines := [*below[:_MOST_PLACES], *more, *without]:
        yield " · ".join(lines)


def scheduled_posts(report: DigestReport) -> Iterator[str]:
    """The posts that are to come, the next first; whether there are none, or their list could not be read."""
    if not report.scheduled:
        yield NO_SCHEDULED if report.scheduled is not None else SCHEDULED_UNKNOWN
        return
    yield SCHEDULED.format(posts="1 post" if len(report.scheduled) == 1 else f"{count(len(report.scheduled))} posts")
    for post in report.scheduled[:_MOST_SCHEDULED]:
        words = escape(one_line(post.content, _SCHEDULED_LIMIT)) or UNTITLED
        accounts = some_of([escape(account_name(one)) for one in post.accounts], _MOST_ACCOUNTS)
        yield SCHEDULED_POST.format(at=moment(post.at), words=words, accounts=accounts)
    if (more := len(report.scheduled) - _MOST_SCHEDULED) > 0:
        yield MORE_SCHEDULED.format(n=count(more))
