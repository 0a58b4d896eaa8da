"""What holds for every report: the three states are never mixed up, the text tells it all, and Slack would take it."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.account_blocks import build_account_card
from bot.reports.figures import NO_FIGURE, NOT_FETCHED_FIGURE, NOUNS, RATE_NAME
from bot.reports.post_blocks import build_post_card
from bot.sandbox import limits
from bot.slack.interactive import PERIOD, REFRESH, RETRY, SHARE
from bot.slack.validator import check_message
from bot.statistics.metrics import (
    DAILY_METRICS,
    DAILY_POST_METRICS,
    ENGAGEMENTS,
    NAMES,
    POST_METRICS,
    Failed,
    Metric,
    RateBasis,
    Unavailable,
    Value,
)
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Account, AccountReport, Freshness, Period, PostReport

pytestmark = pytest.mark.usefixtures("english_numbers")

STATES = (Value(7_000), Unavailable(), Failed())
COMBINATIONS = [dict(zip(POST_METRICS, states, strict=True)) for states in itertools.product(STATES, repeat=len(POST_METRICS))]


def fields_of(message):
    """The card's fields by name."""
    (block,) = (block for block in message.blocks if "fields" in block)
    texts = [*([block["text"]] if "text" in block else []), *block["fields"]]
    return dict(field["text"].removeprefix("*").split("*\n", 1) for field in texts)


def elements_of(message):
    """Everything that can be pressed, by action id."""
    found = {}
    for block in message.blocks:
        for element in [*block.get("elements", ()), block.get("accessory")]:
            if isinstance(element, dict) and "action_id" in element:
                found[element["action_id"]] = element
    return found


def assert_states_kept(message, figures):
    shown = fields_of(message)
    for metric, figure in figures.items():
        texts: dict[type, str] = {Value: "7,000", Unavailable: NO_FIGURE, Failed: NOT_FETCHED_FIGURE}
        expected = texts[type(figure)]
        assert shown[NAMES[metric]].startswith(expected)
        assert (NOUNS[metric] in message.text) or NAMES[metric] in message.text
    rate_known = all(isinstance(figures[metric], Value) for metric in (*ENGAGEMENTS, Metric.IMPRESSION))
    assert shown[RATE_NAME].startswith("300.00%") == rate_known
    if not rate_known:
        missing = [metric for metric in (*ENGAGEMENTS, Metric.IMPRESSION) if not isinstance(figures[metric], Value)]
        all_missing = len(missing) == len((*ENGAGEMENTS, Metric.IMPRESSION))
        assert shown[RATE_NAME] == "n/a" if all_missing else all(NOUNS[metric] in shown[RATE_NAME] for metric in missing)
    assert "0" not in {text.split()[0] for text in shown.values()}
    assert (RETRY in elements_of(message)) == any(isinstance(figure, Failed) for figure in figures.values())


def test_a_post_card_keeps_every_combination_of_states_apart(samples):
    for figures in COMBINATIONS:
        message = build_post_card(samples.post(figures=figures), today=samples.today, words="w")
        assert check_message(message) == ()
        assert_states_kept(message, figures)


def test_an_account_card_keeps_every_combination_of_states_apart(samples):
    for figures in COMBINATIONS:
        report = samples.account(figures=figures, metrics=POST_METRICS, before=None, before_figures=None)
        message = build_account_card(report, today=samples.today, words="w")
        assert check_message(message) == ()
        assert_states_kept(message, figures)


@pytest.mark.parametrize("build", ["post", "account"])
def test_the_text_tells_each_asked_metric_apart(build, samples):
    figures = dict(zip(POST_METRICS, (Value(1), Value(0), Unavailable(), Failed(), Value(2)), strict=True))
    report = samples.post(figures=figures) if build == "post" else samples.account(figures=figures, metrics=POST_METRICS)
    card = build_post_card if build == "post" else build_account_card
    text = card(report, today=samples.today, words="w").text
    assert "1 impression" in text
    assert "0 members reached" in text
    assert "LinkedIn has no figure for reactions." in text
    assert "Comments couldn't be fetched." in text
    assert "2 reshares" in text


def test_a_private_card_can_be_shared_and_a_shared_one_cannot(samples):
    private = build_account_card(samples.account(), today=samples.today, words="acme 7d")
    public = build_account_card(samples.account(), today=samples.today, words="acme 7d", private=False)
    assert {SHARE, REFRESH, PERIOD} <= set(elements_of(private))
    assert SHARE not in elements_of(public)
    assert private.metadata is None
    assert public.metadata == {"event_type": "linkedin_stats_card", "event_payload": {"words": "acme 7d", "kind": "account"}}


def test_buttons_carry_the_words_or_are_not_there(samples):
    carried = elements_of(build_post_card(samples.post(), today=samples.today, words="w" * 2_000))
    assert carried[SHARE]["value"] == carried[REFRESH]["value"] == "w" * 2_000
    left_out = build_post_card(samples.post(figures=samples.figures(comment=Failed())), today=samples.today, words="w" * 2_001)
    assert set(elements_of(left_out)) == {"open"}


def test_a_very_long_platform_id_still_gives_a_card_that_slack_takes(samples):
    for length in (140, 1_900, 5_000):
        account = Account("linkedin-" + "x" * length, "Acme")
        message = build_account_card(samples.account(account=account), today=samples.today, words=account.platform_id)
        assert check_message(message) == ()


counts = st.integers(min_value=0, max_value=10**15)
figures = st.fixed_dictionaries(dict.fromkeys(POST_METRICS, st.one_of(counts.map(Value), st.just(Unavailable()), st.just(Failed()))))
names = st.text(max_size=300)
accounts = st.builds(Account, platform_id=st.text("abcXYZ019-_", min_size=1, max_size=60).map("linkedin-".__add__), name=names)
freshness = st.builds(
    Freshness,
    fetched_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    cached=st.sampled_from(["", "part", "all"]),
    recalled=st.booleans(),
)
chosen = st.lists(st.sampled_from(POST_METRICS), min_size=1, unique=True).map(lambda some: tuple(m for m in POST_METRICS if m in some))
posts = st.builds(
    PostReport,
    post=st.builds(PostRef, kind=st.sampled_from(PostKind), number=st.integers(1, 2**63)),
    account=accounts,
    figures=figures,
    metrics=chosen,
    freshness=freshness,
    basis=st.sampled_from(RateBasis),
    title=st.text(max_size=5_000),
    published_at=st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # the same
    filling_in=st.booleans(),
    matched_by_time=st.booleans(),
    period_ignored=st.booleans(),
)


@st.composite
def account_reports(draw):
    """Any account report: any length of period, any days unreported, any series unknown as a whole."""
    first = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 700)))
    period = Period(first, first + timedelta(days=draw(st.integers(0, 364))))
    days = [period.before.first + timedelta(days=offset) for offset in range(period.days * 2)]
    gone = {days[place % len(days)] for place in draw(st.lists(st.integers(0, 800), max_size=12))}
    top = draw(counts)
    series = {day: top - place for place, day in enumerate(days) if day not in gone and top >= place}
    daily = {metric: draw(st.sampled_from([series, series, series, Unavailable(), Failed(), {}])) for metric in DAILY_METRICS}
    compared = draw(st.booleans())
    return AccountReport(
        account=draw(accounts),
        period=period,
        figures={**draw(figures), Metric.FOLLOWERS: draw(st.sampled_from([Value(top), Unavailable(), Failed()]))},
        metrics=(*draw(chosen), *draw(st.sampled_from([(), (Metric.FOLLOWERS,)]))),
        freshness=draw(freshness),
        before=period.before if compared else None,
        before_figures=draw(figures) if compared else None,
        daily=draw(st.sampled_from([daily, None])),
        by_day=draw(st.booleans()),
        basis=draw(st.sampled_from(RateBasis)),
    )


@settings(max_examples=60)
@given(report=posts, private=st.booleans(), words=st.text(max_size=2_500))
def test_any_post_report_gives_a_card_that_slack_takes(report, private, words):
    message = build_post_card(report, today=date(2026, 11, 23), words=words or "w", private=private)
    assert check_message(message) == ()
    assert check_message(message.without_native()) == ()


@settings(max_examples=60)
@given(report=account_reports(), private=st.booleans())
def test_any_account_report_gives_a_card_that_slack_takes(report, private):
    message = build_account_card(report, today=date(2026, 1, 23), words="w", private=private)
    assert check_message(message) == ()
    plain = message.without_native()
    assert check_message(plain) == ()
    assert not limits.check_message(message.payload())
    assert not limits.check_message(plain.payload())
    assert not plain.has_native


@settings(max_examples=60)
@given(report=account_reports())
def test_no_chart_draws_a_day_that_was_not_reported(report):
    message = build_account_card(report, today=date(2026, 1, 23), words="w")
    for block in message.blocks:
        if block["type"] == "data_visualization":
            metric = next(name for name, title in NAMES.items() if block["title"].startswith(title))
            reported = report.daily[metric]
            drawn = sum(point["value"] for series in block["chart"]["series"] for point in series["data"])
            assert drawn <= sum(reported.values())
            whole = report.period.days % 7 == 0 or report.period.days <= 20
            days = report.period.days * (2 if report.before else 1)
            if whole and len(reported) == days and report.before and report.period.days <= 140:
                assert drawn == sum(reported.values())


@pytest.mark.parametrize(("days", "rows", "digits"), [(98, 100, 9), (99, 101, 9), (100, 17, 12), (365, 55, 12), (87, 15, 15)])
def test_a_table_turns_from_days_to_weeks_at_slacks_hundred_rows_or_for_its_length(days, rows, digits, samples):
    period = Period(date(2026, 11, 23) - timedelta(days=days), date(2026, 11, 22))
    huge = dict.fromkeys(samples.series(period), 10**digits)
    won = dict.fromkeys(samples.series(period), 10**6)
    report = samples.account(period, by_day=True, daily={**dict.fromkeys(DAILY_POST_METRICS, huge), Metric.FOLLOWERS: won})
    message = build_account_card(report, today=samples.today, words="w")
    table = next(block for block in message.blocks if block["type"] == "data_table")
    assert len(table["rows"]) == rows
    assert table["rows"][-1][1]["value"] == days * 10**digits
    assert check_message(message) == ()
