"""What an alert judges: met, not met or unknown; once in its cool-down; all is well once; every day looked at once."""

from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.evaluate import MOST_DAYS, AlertNotice, Window, evaluate, is_met, periods
from bot.alerts.parser import read_alert
from bot.alerts.rule import EXAMPLES, UNUSUAL, WINDOWS, AlertCommand, AlertRule, Condition, after_quiet, rule_text
from bot.errors import UsageError
from bot.statistics.metrics import ALL_METRICS, Metric
from bot.statistics.reports import Directory, Period

TODAY = date(2026, 11, 23)
NOBODY = Directory((), complete=True)


def window(now, before=None, volume=None, day=0):
    end = TODAY + timedelta(days=day)
    return Window(Period(end, end), now, before, volume)


#: The conditions with an amount; the others have a file of their own.
WITH_AMOUNT = tuple(condition for condition in Condition if condition not in UNUSUAL)
RULES = st.builds(
    AlertRule,
    metric=st.sampled_from((*ALL_METRICS, None)),
    condition=st.sampled_from(WITH_AMOUNT),
    amount=st.integers(min_value=1, max_value=100).map(float),
    window=st.sampled_from(sorted(WINDOWS)),
    minimum=st.integers(min_value=0, max_value=1_000),
    cooldown=st.integers(min_value=1, max_value=30),
    quiet=st.sampled_from(("", "20:00-8:00", "12:30-13:00")),
)
FIGURES = st.one_of(st.none(), st.integers(min_value=0, max_value=2_000).map(float))


@pytest.mark.parametrize("condition", WITH_AMOUNT)
@pytest.mark.parametrize("metric", [Metric.IMPRESSION, Metric.MEMBERS_REACHED, None])
def test_no_unknown_figure_fires_or_says_that_all_is_well(condition, metric):
    """Of all that a figure, the one before it and what a rate rests on can be, whatever lacks what the condition needs cannot be said."""
    rule = AlertRule(metric, condition, 5, "week", minimum=500 if metric is None else 0)
    for now, before, volume in product((None, 0.0, 3.0, 700.0), (None, 0.0, 3.0, 700.0), (None, 0, 499, 500)):
        needed = [now, *([before] if rule.moves else []), *([volume] if metric is None else [])]
        if None in needed or (rule.moves and before == 0):
            assert is_met(rule, window(now, before, volume)) is None
            for shown in (AlertNotice(), AlertNotice(alarm=True, fired=TODAY - timedelta(days=99))):
                state = evaluate(rule, [window(now, before, volume)], shown)
                assert state.quiet
                assert state.notice == shown


@pytest.mark.parametrize(
    ("condition", "now", "before", "met"),
    [
        (Condition.UP, 150, 100, True),
        (Condition.UP, 149, 100, False),
        (Condition.DOWN, 50, 100, True),
        (Condition.DOWN, 51, 100, False),
        (Condition.DOWN, 0, 100, True),
        (Condition.UP, 90, 9, None),
        (Condition.UP, 15, 10, None),
        (Condition.ABOVE, 50, None, False),
        (Condition.AT_LEAST, 50, None, True),
        (Condition.BELOW, 50, None, False),
        (Condition.AT_MOST, 50, None, True),
        (Condition.BELOW, 0, None, True),
    ],
)
def test_a_condition_is_met_from_its_amount_on(condition, now, before, met):
    """Exactly; a percentage of less than 10, or of windows that are both below the minimum, is none."""
    rule = AlertRule(Metric.IMPRESSION, condition, 50, "day", minimum=20 if condition in (Condition.UP, Condition.DOWN) else 0)
    assert is_met(rule, window(now, before)) is met


@pytest.mark.parametrize(("now", "before", "met"), [(10, 30, True), (30, 12, None), (None, 30, None)])
def test_the_larger_of_both_windows_must_reach_the_minimum(now, before, met):
    """What fell from enough to little is told of as well; a fall that is none is just not met."""
    rule = AlertRule(Metric.COMMENT, Condition.DOWN, 50, "week", minimum=30)
    assert is_met(rule, window(now, before)) is (met if now != 30 else False)


@pytest.mark.parametrize("cooldown", [1, 5, 30])
def test_a_rule_that_is_met_every_day_fires_again_on_the_first_day_after_its_cool_down(cooldown):
    rule = AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", cooldown=cooldown)
    met = [window(21, None, day=day) for day in range(2 * cooldown + 1)]
    fired = [met.index(one) for one in evaluate(rule, met, AlertNotice()).fired]
    assert fired == [0, cooldown, 2 * cooldown]


@given(RULES, st.lists(st.tuples(FIGURES, FIGURES), min_size=1, max_size=60))
def test_it_never_fires_twice_within_its_cool_down_and_says_that_all_is_well_only_after_it_fired(rule, figures):
    """In one look or in many, and the same in both."""
    windows = [window(now, before, volume=1_000, day=day) for day, (now, before) in enumerate(figures)]
    shown, fired, well = AlertNotice(), [], 0
    for one in windows:
        state = evaluate(rule, [one], shown)
        fired += [each.period.last for each in state.fired]
        if state.normal is not None:
            assert shown.alarm
            well += 1
        shown = state.notice
    assert all((later - earlier).days >= rule.cooldown for earlier, later in pairwise(fired))
    assert well <= len(fired)
    at_once = evaluate(rule, windows, AlertNotice())
    assert ([each.period.last for each in at_once.fired], at_once.notice) == (fired, shown)


@given(st.lists(st.integers(min_value=1, max_value=MOST_DAYS), min_size=1, max_size=20), st.sampled_from(sorted(WINDOWS)))
def test_every_whole_day_is_looked_at_once_however_far_apart_the_looks_are(gaps, length):
    rule, looked_on, today, ends = AlertRule(Metric.COMMENT, Condition.ABOVE, 1, length), TODAY, TODAY, []
    for gap in gaps:
        today += timedelta(days=gap)
        found = periods(rule, today, looked_on)
        assert all(period.days == WINDOWS[length] for period in found)
        ends += [period.last for period in found]
        looked_on = today
    assert ends == [TODAY + timedelta(days=step) for step in range((today - TODAY).days)]


def test_the_first_look_is_at_yesterday_and_a_second_on_the_same_day_at_nothing():
    rule = AlertRule(Metric.COMMENT, Condition.ABOVE, 1, "week")
    assert periods(rule, TODAY, None) == (Period(date(2026, 11, 16), date(2026, 11, 22)),)
    assert periods(rule, TODAY, TODAY) == ()
    assert len(periods(rule, TODAY, TODAY - timedelta(days=400))) == MOST_DAYS


@given(RULES)
def test_a_rule_comes_back_as_it_was_kept_and_as_it_is_said(rule):
    assert AlertRule.from_json(rule.as_json()) == rule
    moves = rule.moves
    if (rule.minimum and not moves and rule.metric is not None) or not rule.minimum:
        return
    draft = read_alert(f"alert {rule_text(rule)}", NOBODY, ()).draft
    assert draft is not None
    assert draft.rule == rule


@settings(deadline=None)  # the first unknown word may read the cities
@given(st.text(alphabet='alert impressions comments>20%+-week day min at:8 weekdays<&;"“”éß', max_size=80))
def test_any_text_is_read_or_refused_in_words(text):
    """An AlertCommand or a UsageError that says what was wrong, never anything else."""
    try:
        found: AlertCommand | UsageError = read_alert(f"alert {text}", NOBODY, ("sales",))
    except UsageError as error:
        found = error
    assert isinstance(found, AlertCommand) or (found.sentence and (found.remedy or found.suggestions))


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (EXAMPLES[0], AlertRule(Metric.IMPRESSION, Condition.UP, 50, "week", 500, 7)),
        (EXAMPLES[1], AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", 0, 1)),
        (EXAMPLES[2], AlertRule(Metric.REACTION, Condition.DOWN, 30, "month", 20, 28, "team")),
        ("alert views over 1.5k per week", AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1_500, "week", 0, 7)),
        ("alert impressions drop >40% wow", AlertRule(Metric.IMPRESSION, Condition.DOWN, 40, "week", 100, 7)),
        ("alert impressions > 50,000 month", AlertRule(Metric.IMPRESSION, Condition.ABOVE, 50_000, "month", 0, 28)),
        ("alert tell me when comments drop by 30% a week cooldown 2 weeks", AlertRule(Metric.COMMENT, Condition.DOWN, 30, "week", 20, 14)),
        ("alert engagement rate below 2,5% week", AlertRule(None, Condition.BELOW, 2.5, "week", 500, 7)),
        (
            "alert sales reactions 40% up quiet hours 8pm to 8am",
            AlertRule(Metric.REACTION, Condition.UP, 40, "week", 20, 7, "sales", "20:00-8:00"),
        ),
        (
            "alert sales reactions 40% up no posts after 8pm",
            AlertRule(Metric.REACTION, Condition.UP, 40, "week", 20, 7, "sales", "20:00-8:00"),
        ),
        ("alert comments &gt;= 3 daily", AlertRule(Metric.COMMENT, Condition.AT_LEAST, 3, "day", 0, 1)),
        ("alert impressions fall by half", AlertRule(Metric.IMPRESSION, Condition.DOWN, 50, "week", 100, 7)),
        ("alert when our views halve", AlertRule(Metric.IMPRESSION, Condition.DOWN, 50, "week", 100, 7)),
        ("alert impressions doubles", AlertRule(Metric.IMPRESSION, Condition.UP, 100, "week", 100, 7)),
        ("alert likes have tripled month", AlertRule(Metric.REACTION, Condition.UP, 200, "month", 20, 28)),
        ("alert likes 3 times as high", AlertRule(Metric.REACTION, Condition.UP, 200, "week", 20, 7)),
        ("alert impressions grow by more than 5 percent", AlertRule(Metric.IMPRESSION, Condition.UP, 5, "week", 100, 7)),
        ("alert impressions drop 30 percent week over week", AlertRule(Metric.IMPRESSION, Condition.DOWN, 30, "week", 100, 7)),
        ("alert impressions grow 10x", AlertRule(Metric.IMPRESSION, Condition.UP, 900, "week", 100, 7)),
        ("alert reactions drop by a third", AlertRule(Metric.REACTION, Condition.DOWN, 33, "week", 20, 7)),
        ("alert reactions up by a quarter month", AlertRule(Metric.REACTION, Condition.UP, 25, "month", 20, 28)),
        ("alert impressions increase by thirty percent", AlertRule(Metric.IMPRESSION, Condition.UP, 30, "week", 100, 7)),
        ("alert comments above twenty-five day", AlertRule(Metric.COMMENT, Condition.ABOVE, 25, "day", 0, 1)),
        ("alert comments drop to five day", AlertRule(Metric.COMMENT, Condition.AT_MOST, 5, "day", 0, 1)),
        ("alert 1k+ views / day", AlertRule(Metric.IMPRESSION, Condition.AT_LEAST, 1_000, "day", 0, 1)),
        ("alert comments a dozen or fewer a wk", AlertRule(Metric.COMMENT, Condition.AT_MOST, 12, "week", 0, 7)),
        ("alert impressions ⩾ 2000 in any 7 days", AlertRule(Metric.IMPRESSION, Condition.AT_LEAST, 2_000, "week", 0, 7)),
        ("alert impressions −15 % w/w only once a month", AlertRule(Metric.IMPRESSION, Condition.DOWN, 15, "week", 100, 28)),
        ("alert lost half of our impressions", AlertRule(Metric.IMPRESSION, Condition.DOWN, 50, "week", 100, 7)),
        ("alert reactions fall to a third", AlertRule(Metric.REACTION, Condition.DOWN, 67, "week", 20, 7)),
        ("alert impressions fall by two thirds", AlertRule(Metric.IMPRESSION, Condition.DOWN, 67, "week", 100, 7)),
        ("alert comments go to zero", AlertRule(Metric.COMMENT, Condition.BELOW, 1, "day", 0, 1)),
        ("alert reactions slide by 1/4 month", AlertRule(Metric.REACTION, Condition.DOWN, 25, "month", 20, 28)),
        ("alert impressions 30% below the week before", AlertRule(Metric.IMPRESSION, Condition.DOWN, 30, "week", 100, 7)),
        ("alert impressions at least doubled", AlertRule(Metric.IMPRESSION, Condition.UP, 100, "week", 100, 7)),
        ("alert engagement goes above 5% week", AlertRule(None, Condition.ABOVE, 5, "week", 500, 7)),
        ("alert the rate slips below 2%", AlertRule(None, Condition.BELOW, 2, "day", 500, 1)),
        ("alert if impressions don't reach 5000 a week", AlertRule(Metric.IMPRESSION, Condition.BELOW, 5_000, "week", 0, 7)),
        ("alert if nobody comments on our posts for a week", AlertRule(Metric.COMMENT, Condition.BELOW, 1, "week", 0, 7)),
        ("alert impressions way below average", AlertRule(Metric.IMPRESSION, Condition.UNUSUALLY_LOW, 0, "day", 100, 1)),
        ("alert comments > 5 but only tell me once a week", AlertRule(Metric.COMMENT, Condition.ABOVE, 5, "day", 0, 7)),
        ("alert impressions -20% max one ping per month", AlertRule(Metric.IMPRESSION, Condition.DOWN, 20, "week", 100, 28)),
        ("alert impressions hits a million month", AlertRule(Metric.IMPRESSION, Condition.AT_LEAST, 1_000_000, "month", 0, 28)),
    ],
)
def test_words_in_any_order_say_a_rule(words, rule):
    draft = read_alert(words, NOBODY, ("sales",)).draft
    assert draft is not None
    assert draft.rule == rule


@pytest.mark.parametrize(
    ("cron", "quiet", "after"),
    [
        ("0 9 * * *", "", "0 9 * * *"),
        ("0 21 * * 1-5", "20:00-8:00", "0 8 * * 1-5"),
        ("30 7 * * *", "20:00-8:00", "0 8 * * *"),
        ("0 8 * * *", "20:00-8:00", "0 8 * * *"),
        ("45 12 * * *", "12:30-13:15", "15 13 * * *"),
    ],
)
def test_a_time_in_quiet_hours_moves_to_their_end(cron, quiet, after):
    assert after_quiet(cron, quiet) == after
