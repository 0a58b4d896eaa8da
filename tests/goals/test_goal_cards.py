"""Goals as they read: one line everywhere, a bar only of what is known, and never a share that is rounded up to all of it."""

from datetime import date
from itertools import product

import pytest
from msgspec.structs import replace

from bot.goals.handler import MOST, build_goal_result, build_reached, reached_mark
from bot.goals.service import GoalDeleted, GoalList, GoalSet
from bot.reports.account_blocks import build_account_card
from bot.reports.goals import CELLS, EMPTY, FULL, MOST_ON_A_CARD, TOO_SLOW, bar, goal_lines, progress_text
from bot.slack.numbers import NumberFormat, use_number_format
from bot.slack.validator import check_message
from bot.statistics.metrics import Failed, Metric, Unavailable, Value
from bot.subscriptions.goal import Every, Goal, Progress, period_of, whole_days

pytestmark = pytest.mark.usefixtures("english_numbers")

TODAY = date(2026, 11, 23)
GERMAN = NumberFormat(group=".", decimal=",")


def goal(target=50_000, every=Every.MONTH, **over):
    values = {"id": "g", "team": "T1", "channel": "C1", "metric": Metric.IMPRESSION, "target": target, "every": every}
    return Goal(**(values | {"account": "linkedin-Tz9W5i6ZYG", "owner": "U1"} | over))


def progress(figure, *, day=TODAY, name="Acme", unreported=0, missing=(), **of):
    wanted = goal(**of)
    period = period_of(wanted.every, day)
    days = whole_days(period, day)
    return Progress(
        wanted, name, period, days.last if days else None, Value(figure) if isinstance(figure, int) else figure, unreported, missing
    )


def checked(message):
    assert check_message(message) == ()
    return message


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (progress(40_120), "Goal: 50,000 impressions in November · 40,120 so far: 80% of the goal with 73% of the month gone: ahead"),
        (progress(35_120), "Goal: 50,000 impressions in November · 35,120 so far: 70% of the goal with 73% of the month gone: on track"),
        (progress(120), "Goal: 50,000 impressions in November · 120 so far: <1% of the goal with 73% of the month gone: behind"),
        (progress(0), "Goal: 50,000 impressions in November · 0 so far: 0% of the goal with 73% of the month gone: behind"),
        (progress(49_999), "Goal: 50,000 impressions in November · 49,999 so far: 99% of the goal with 73% of the month gone: ahead"),
        (progress(50_000), "Goal: 50,000 impressions in November · reached with 50,000"),
        (
            progress(30_000, unreported=2),
            (
                "Goal: 50,000 impressions in November · 30,000 so far (20 of 22 days reported): "
                "60% of the goal with 73% of the month gone; too few days to tell the pace"
            ),
        ),
        (
            replace(progress(30_000, unreported=2), last=date(2026, 11, 30)),
            (
                "Goal: 50,000 impressions in November · 30,000 (28 of 30 days reported), 60% of the goal; "
                "too few days to tell whether it was reached"
            ),
        ),
        (progress(Unavailable()), "Goal: 50,000 impressions in November · n/a so far: LinkedIn has no figure"),
        (progress(Failed()), "Goal: 50,000 impressions in November · n/a so far: it couldn't be fetched"),
        (
            progress(Failed(), missing=("Bob & <Sons>", "Cy")),
            "Goal: 50,000 impressions in November · n/a so far: there is no figure of Bob &amp; &lt;Sons&gt; and Cy",
        ),
        (
            progress(30_000, missing=("Bob & <Sons>",)),
            (
                "Goal: 50,000 impressions in November · at least 30,000 so far (without Bob &amp; &lt;Sons&gt;): at least 60% of the goal "
                "with 73% of the month gone; too few accounts to tell the pace"
            ),
        ),
        (
            progress(45_000, unreported=2, missing=("Bob",)),
            (
                "Goal: 50,000 impressions in November · at least 45,000 so far (without Bob; 20 of 22 days reported): at least 90% of the "
                "goal with 73% of the month gone: ahead"
            ),
        ),
        (
            progress(50_001, missing=("Bob",)),
            "Goal: 50,000 impressions in November · reached with at least 50,001 (without Bob)",
        ),
        (
            progress(7, day=date(2026, 11, 1)),
            "Goal: 50,000 impressions in November · its first day isn't over yet (LinkedIn counts days in UTC)",
        ),
        (progress(1, every=Every.QUARTER, target=1), "Goal: 1 impression in Q4 · reached with 1"),
        (
            progress(9, every=Every.WEEK, day=date(2026, 11, 22)),
            "Goal: 50,000 impressions in the week Nov 16–22 · 9 so far: <1% of the goal with 85% of the week gone: behind",
        ),
    ],
)
def test_a_goal_is_one_line(one, line):
    assert goal_lines([one], TODAY) == [line]


def test_another_year_is_named():
    assert "in December 2025 · " in goal_lines([progress(1, day=date(2025, 12, 9))], TODAY)[0]
    assert "in Q4 2025 · " in goal_lines([progress(1, day=date(2025, 12, 9), every=Every.QUARTER)], TODAY)[0]


@pytest.mark.parametrize(("count", "full"), [(0, 0), (99, 0), (100, 1), (999, 9), (1_000, 10), (5_000, 10)])
def test_only_whole_cells_of_the_bar_are_full(count, full):
    assert bar(progress(count, target=1_000)) == FULL * full + EMPTY * (CELLS - full)


def test_no_unknown_figure_has_a_bar_a_share_or_a_zero():
    for figure, missing in product((Unavailable(), Failed()), ((), ("Bob",))):
        one = progress(figure, missing=missing)
        assert bar(one) == ""
        assert progress_text(one).startswith("n/a so far")
        assert "0" not in progress_text(one)


def test_the_list_reads_as_its_snapshot(compare):
    every = [
        progress(35_120),
        progress(1_200, metric=Metric.COMMENT, every=Every.QUARTER, target=1_000, account="", who="sales", name="sales"),
        progress(Failed(), metric=Metric.REACTION, account="", who="team", name="team", missing=("Bob & <Sons>",)),
    ]
    message = checked(build_goal_result(GoalList(tuple(every)), TODAY))
    compare("goals", message.payload())


def test_a_long_list_is_cut_and_says_so():
    message = checked(build_goal_result(GoalList((progress(5, name="N" * 200),) * 200), TODAY))
    assert f"… and {200 - MOST} more." in str(message.blocks)


def test_what_is_set_changed_or_deleted_is_said():
    assert checked(build_goal_result(GoalSet(progress(5), None), TODAY)).text.startswith(":dart: Set. Goal of Acme: 50,000")
    assert "from 40,000 impressions to 50,000 impressions" in checked(build_goal_result(GoalSet(progress(5), 40_000), TODAY)).text
    assert "set already" in checked(build_goal_result(GoalSet(progress(5), 50_000), TODAY)).text
    met = checked(build_goal_result(GoalSet(progress(60_000), None), TODAY))
    assert met.text == ":dart: Set. Goal of Acme: 50,000 impressions in November · reached with 60,000."
    assert "When it is reached" not in str(met.blocks)
    deleted = checked(build_goal_result(GoalDeleted(goal(), "Acme"), TODAY))
    assert deleted.text == "The goal of Acme is deleted: 50,000 impressions per month."


def test_reached_reads_as_its_snapshot_and_says_what_it_is_about(compare):
    message = checked(build_reached(progress(51_200), TODAY))
    assert message.metadata["event_payload"]["words"] == "linkedin-Tz9W5i6ZYG month to 2026-11-22"
    assert message.metadata["event_payload"]["reached"] == reached_mark(progress(60_000)) != reached_mark(progress(1, target=1))
    compare("goal_reached", message.payload())
    team = checked(build_reached(progress(51_200, account="", who="team", name="team"), TODAY))
    assert team.metadata["event_payload"]["words"] == "team month to 2026-11-22"
    assert team.text.startswith(":tada: Goal reached: 50,000 impressions in November:")


def test_a_card_tells_a_few_goals_and_what_took_too_long(samples):
    many = checked(build_account_card(samples.account(), today=samples.today, words="acme", goals=[progress(5)] * 9))
    assert many.text.count("Goal:") == MOST_ON_A_CARD
    slow = checked(build_account_card(samples.account(), today=samples.today, words="acme", goals=None))
    assert TOO_SLOW in slow.text
    none = build_account_card(samples.account(), today=samples.today, words="acme")
    assert none == build_account_card(samples.account(), today=samples.today, words="acme", goals=())


def test_numbers_are_the_readers():
    with use_number_format(GERMAN):
        assert "50.000 impressions in November · 35.120 so far" in goal_lines([progress(35_120)], TODAY)[0]
