"""Goals: their periods, and how far they are on every day of a year; what is unknown has no pace; the words for them."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotUnderstood
from bot.goals.handler import with_running
from bot.goals.parser import GOAL_WORDS, GoalAction, GoalCommand, goal_words, read_goal, set_words
from bot.parsing.vocabulary import begins_with
from bot.statistics.metrics import Failed, Metric, Unavailable, Value
from bot.statistics.reports import Period
from bot.subscriptions.goal import ON_TRACK_POINTS, Every, Goal, GoalPace, Progress, goal_id, goal_of, period_of, row_of, whole_days

YEAR = [date(2028, 1, 1) + timedelta(days=day) for day in range(366)]
LONGEST = {Every.WEEK: (7, 7), Every.MONTH: (28, 31), Every.QUARTER: (90, 92)}


def goal(target=1_000, every=Every.MONTH, **over):
    return Goal(**({"id": "g", "team": "T1", "channel": "C1", "metric": Metric.IMPRESSION, "target": target, "every": every} | over))


def progress(count, day, *, target=1_000, every=Every.MONTH, unreported=0):
    """How far it is while ``day`` lasts."""
    period = period_of(every, day)
    days = whole_days(period, day)
    figure = Value(count) if isinstance(count, int) else count
    return Progress(goal(target, every), "Acme", period, days.last if days else None, figure, unreported)


@pytest.mark.parametrize("every", Every)
def test_periods_part_the_year_without_gap_or_overlap(every):
    """Every day of a leap year is in its own period, and each ends the day before the next begins."""
    periods = list(dict.fromkeys(period_of(every, day) for day in YEAR))
    assert all(day in period_of(every, day) for day in YEAR)
    assert all(one.last + timedelta(days=1) == next_one.first for one, next_one in pairwise(periods))
    shortest, longest = LONGEST[every]
    assert all(shortest <= period.days <= longest for period in periods)


def test_a_week_begins_on_monday_and_a_quarter_with_its_first_month():
    assert period_of(Every.WEEK, date(2026, 11, 22)) == Period(date(2026, 11, 16), date(2026, 11, 22))
    assert period_of(Every.MONTH, date(2028, 2, 29)) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert period_of(Every.QUARTER, date(2026, 12, 31)) == Period(date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize("every", Every)
def test_the_days_gone_grow_by_one_a_day_and_the_first_day_has_none(every):
    for day in YEAR:
        one = progress(0, day, every=every)
        assert one.days_gone == (day - one.period.first).days
        assert one.days_gone + one.days_left == one.period.days
        assert (one.pace is GoalPace.NOT_BEGUN) == (day == one.period.first)


@pytest.mark.parametrize("every", Every)
def test_whoever_counts_evenly_is_on_track_on_every_day_of_a_year(every):
    """A target of a whole number a day, counted day by day, is neither ahead nor behind until it is reached."""
    for day in YEAR:
        period = period_of(every, day)
        target = period.days * 100
        done = (day - period.first).days * 100
        if done:
            assert progress(done, day, target=target, every=every).pace is GoalPace.ON_TRACK
            margin = target * (ON_TRACK_POINTS + 1) // 100
            assert progress(done + margin, day, target=target, every=every).pace in (GoalPace.AHEAD, GoalPace.REACHED)
            assert done < margin or progress(done - margin, day, target=target, every=every).pace is GoalPace.BEHIND


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.sampled_from(YEAR), st.sampled_from(Every), st.integers(0, 3))
def test_reached_is_what_counts_the_target_and_nothing_else(count, target, day, every, unreported):
    one = progress(count, day, target=target, every=every, unreported=unreported)
    assert (one.pace is GoalPace.REACHED) == (one.last is not None and count >= target)
    if unreported and one.last is not None and count < target:
        assert one.pace in (GoalPace.AHEAD, GoalPace.UNKNOWN)


@pytest.mark.parametrize("figure", [Unavailable(), Failed()])
def test_an_unknown_figure_has_no_pace_on_any_day(figure):
    for day in YEAR:
        assert progress(figure, day).pace in (GoalPace.UNKNOWN, GoalPace.NOT_BEGUN)


def test_a_period_that_is_over_was_reached_or_missed():
    period = period_of(Every.MONTH, date(2026, 10, 1))
    for count, pace in ((999, GoalPace.MISSED), (1_000, GoalPace.REACHED)):
        assert Progress(goal(), "Acme", period, period.last, Value(count)).pace is pace
    assert Progress(goal(), "Acme", period, period.last, Value(999), unreported=1).pace is GoalPace.UNKNOWN


@given(st.sampled_from(Metric), st.integers(1, 10**12), st.sampled_from(Every))
def test_what_a_suggestion_says_is_read_back(metric, target, every):
    assert read_goal(set_words("team", Metric.COMMENT, target, every)) == GoalCommand(GoalAction.SET, "team", Metric.COMMENT, target, every)
    ended = read_goal(goal_words(goal(target, every, metric=metric, account="linkedin-A1 b"), GoalAction.DELETE))
    assert (ended.action, ended.who, ended.metric, ended.every) == (GoalAction.DELETE, '"linkedin-A1 b"', metric, every)


@pytest.mark.parametrize(
    ("text", "who", "metric", "target", "every"),
    [
        ("goal impressions 50,000 month", "", Metric.IMPRESSION, 50_000, Every.MONTH),
        ("Goal: 50.000 impressions / month", "", Metric.IMPRESSION, 50_000, Every.MONTH),
        ("goal impressions 50_000 by the end of the month", "", Metric.IMPRESSION, 50_000, Every.MONTH),
        ("goal 50 000 views per month", "", Metric.IMPRESSION, 50_000, Every.MONTH),
        ("goal team reactions 1k week", "team", Metric.REACTION, 1_000, Every.WEEK),
        ("goal ann followers +500 month", "ann", Metric.FOLLOWERS, 500, Every.MONTH),
        ("goal acme comments 200 quarter", "acme", Metric.COMMENT, 200, Every.QUARTER),
        ("goal of 1.2m people reached every quarter for acme", "acme", Metric.MEMBERS_REACHED, 1_200_000, Every.QUARTER),
        ("goal group sales 2.3 million likes weekly", "sales", Metric.REACTION, 2_300_000, Every.WEEK),
        ('goal set "Studio 54" reposts 5 month', '"Studio 54"', Metric.RESHARE, 5, Every.MONTH),
        ('goal "Ruth &amp; Dan &lt;R&amp;D&gt;" impressions 50,000 month', '"Ruth & Dan <R&D>"', Metric.IMPRESSION, 50_000, Every.MONTH),
        ("goal 'Studio 54' :rocket: reposts 5 month", '"Studio 54"', Metric.RESHARE, 5, Every.MONTH),
        ("goals “Ann Lee” 7 comments week", '"Ann Lee"', Metric.COMMENT, 7, Every.WEEK),
        ("goal Impressionen 50000 diesen Monat", "", Metric.IMPRESSION, 50_000, Every.MONTH),
        ("goal acme abonnés 200 par mois", "acme", Metric.FOLLOWERS, 200, Every.MONTH),
        ("goal 10.000 impressions pro Monat", "", Metric.IMPRESSION, 10_000, Every.MONTH),
        ("goal impressions fifty thousand month", "", Metric.IMPRESSION, 50_000, Every.MONTH),
        ("goal half a million views a quarter", "", Metric.IMPRESSION, 500_000, Every.QUARTER),
        ("goal acme two hundred and fifty likes week", "acme", Metric.REACTION, 250, Every.WEEK),
        ("goal two and a half million impressions quarter", "", Metric.IMPRESSION, 2_500_000, Every.QUARTER),
        ("goal impressions 1e6 quarter", "", Metric.IMPRESSION, 1_000_000, Every.QUARTER),
        ("goal impressions 2.5E5 month", "", Metric.IMPRESSION, 250_000, Every.MONTH),
        ('goal "One Hundred" 7 comments week', '"One Hundred"', Metric.COMMENT, 7, Every.WEEK),
        ("goal linkedin-T1_x 3k impressions month", "linkedin-T1_x", Metric.IMPRESSION, 3_000, Every.MONTH),
    ],
)
def test_goals_are_read_in_whatever_order_and_notation(text, who, metric, target, every):
    assert begins_with(text, GOAL_WORDS)
    assert read_goal(text) == GoalCommand(GoalAction.SET, who, metric, target, every)


def test_the_channel_is_taken_from_slacks_own_mention():
    assert read_goal("goal impressions 5 month in <#C12AB|sales>").channel == "C12AB"
    with pytest.raises(NotUnderstood):
        read_goal("goal impressions 5 month in <#C1> in <#C2>")


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("goal 50k impressions by the end of november", Every.MONTH),
        ("goal impressions 50k nov 2026", Every.MONTH),
        ("goal 50k impressions for q4", Every.QUARTER),
        ("goal 50k impressions by the 30th", Every.MONTH),
        ("goal 50k impressions until nov 30, 2026", Every.MONTH),
        ("goal 50k impressions from 1 nov to 30 nov", Every.MONTH),
        ("goal 50k impressions by 31 december", Every.QUARTER),
        ("goal 50k impressions by sunday", Every.WEEK),
        ("goal aim for 50k impressions in november", Every.MONTH),
    ],
)
def test_the_month_or_quarter_that_runs_may_be_named(text, every):
    assert read_goal(with_running(text, date(2026, 11, 23))) == GoalCommand(GoalAction.SET, "", Metric.IMPRESSION, 50_000, every)


@pytest.mark.parametrize("word", ["by the 15th", "in the next 30 days", "by 15 dec", "before friday", "from 10 nov to 30 nov"])
def test_a_goal_ends_with_its_week_month_or_quarter_alone(word):
    with pytest.raises(NotUnderstood, match=f"not for “{word}”") as refused:
        with_running(f"goal 50k impressions {word}", date(2026, 11, 23))
    assert refused.value.suggestions == tuple(f"goal 50k impressions {every}" for every in Every)


@pytest.mark.parametrize("text", ["goal 50k impressions in december", "goal change by 10k", "goal may lee 5k reach month"])
def test_other_words_stay(text):
    assert with_running(text, date(2026, 11, 23) if "may" not in text else date(2026, 5, 4)) == text


@pytest.mark.parametrize("text", ["goals", "goal", "Goal list", "goals!", "goal show"])
def test_goals_alone_are_listed(text):
    assert read_goal(text) == GoalCommand(GoalAction.LIST)


@pytest.mark.parametrize("text", ["help goals", "goal help", "goalkeeper stats", "", "acme goal"])
def test_other_words_are_about_something_else(text):
    assert not begins_with(text, GOAL_WORDS)


@pytest.mark.parametrize(
    ("text", "says", "offered"),
    [
        ("goal ann followers +500", "a week, a month or a quarter", "goal ann followers 500 month"),
        ("goal 10k impressions in paris", "a week, a month or a quarter", "goal impressions 10000 week"),
        ("goal half a million views by new year", "not for “new year”", "goal impressions 500000 month"),
        ("goal acme impressions 5000 month 2027", "not for “2027”", "goal acme impressions 5000 month"),
        ("goal impressions 5000 month Europe/Berlin", "has no place in it", "goal impressions 5000 month"),
        ("goal impressions 5000 mnth", "a week, a month or a quarter", "goal impressions 5000 month"),
        ("goal acme 5000 impressions in december", "not for “december”", "goal acme impressions 5000 month"),
        ("goal impressions 5000 last month", "not for “last month”", "goal impressions 5000 month"),
        ("goal ann followers 50 past week", "not for “past week”", "goal ann followers 50 week"),
        ("goal impressions 5000 year", "not for “year”", "goal impressions 5000 quarter"),
        ("goal engagement 5% month", "is no count", "goal impressions 50,000 month"),
        ("goal impressions −5 month", "isn't a whole number", "goal impressions 50,000 month"),
    ],
)
def test_a_goal_that_cannot_be_names_the_true_reason_and_offers_what_can(text, says, offered):
    with pytest.raises(NotUnderstood, match=says) as refused:
        read_goal(text)
    assert offered in refused.value.suggestions
    assert all(read_goal(one) for one in refused.value.suggestions)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    with suppress(NotUnderstood):
        ask = read_goal(f"goal {text}")
        assert ask.action is not GoalAction.SET or (ask.metric and ask.target and ask.every)


def test_a_goal_is_the_same_in_its_row_and_a_row_of_another_version_is_none():
    wanted = goal(account="linkedin-A", owner="U1")
    row = row_of(wanted, "Europe/Berlin", datetime(2026, 11, 23, tzinfo=UTC))
    assert goal_of(row) == Goal(**{name: getattr(wanted, name) for name in wanted.__struct_fields__ if name != "id"}, id=goal_id(wanted))
    assert goal_id(goal(5)) == goal_id(goal(6)) != goal_id(goal(5, Every.WEEK))
    for rule in ("", "{}", '{"metric": "LOVE", "target": 1, "every": "month", "who": ""}'):
        assert goal_of(type(row)(**{name: getattr(row, name) for name in row.__struct_fields__} | {"rule": rule})) is None
