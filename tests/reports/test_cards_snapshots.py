"""Every card and notice that reads differently, as JSON that pastes into Block Kit Builder."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot import errors
from bot.queries import home_blocks
from bot.reports import error_blocks, help_blocks, notice_blocks
from bot.reports.account_blocks import build_account_card
from bot.reports.notice_blocks import build_first_screen
from bot.reports.post_blocks import build_post_card
from bot.sandbox import limits
from bot.slack.builders import Message
from bot.slack.validator import check_message
from bot.statistics.metrics import POST_METRICS, Failed, Metric, RateBasis, Unavailable, Value
from bot.statistics.reports import Account, Directory, Freshness, Period

pytestmark = pytest.mark.usefixtures("english_numbers")

SNAPSHOTS = Path(__file__).parent / "snapshots"
HOSTILE = "*Acme* & <!channel> `x` :tada:"
TWO_METRICS = (Metric.IMPRESSION, Metric.COMMENT)


def post(s: Any, *, private: bool = True, **changed: Any) -> Message:
    return build_post_card(s.post(**changed), today=s.today, words=s.post_words, private=private)


def account(s: Any, period: Period | None = None, *, private: bool = True, **changed: Any) -> Message:
    return build_account_card(s.account(period, **changed), today=s.today, words=s.account_words, private=private)


def last(days: int) -> Period:
    return Period(date(2026, 11, 23) - timedelta(days=days), date(2026, 11, 22))


def without(s: Any, *gone: date, metric: Metric = Metric.IMPRESSION) -> dict[str, Any]:
    """Days that LinkedIn did not report, and the comparison that they rule out."""
    report = s.account(metrics=POST_METRICS)
    series = {day: count for day, count in report.daily[metric].items() if day not in gone}
    before = {name: figure for name, figure in report.before_figures.items() if name is not metric}
    now = {**report.figures, metric: Value(sum(count for day, count in series.items() if day in report.period))}
    return {"daily": {**report.daily, metric: series}, "figures": now, "before_figures": before}


def beside(s: Any, now: int, before: int) -> dict[str, Any]:
    report = s.account(metrics=POST_METRICS)
    return {
        "figures": {**report.figures, Metric.IMPRESSION: Value(now)},
        "before_figures": {**report.before_figures, Metric.IMPRESSION: Value(before)},
    }


def trouble(s: Any, error: errors.BotError, **more: Any) -> Message:
    return error_blocks.build_trouble(error, reference="k3f9", now=s.now, directory=s.directory, **more)


CASES: Mapping[str, Callable[[Any], Message]] = {
    "post": post,
    "post_in_channel": lambda s: post(s, private=False),
    "post_titled": lambda s: post(s, title=HOSTILE + " We are hiring"),
    "post_hostile_name": lambda s: post(s, account=Account("linkedin-x", HOSTILE)),
    "post_without_date": lambda s: post(s, published_at=None),
    "post_reach_failed": lambda s: post(s, figures=s.figures(members_reached=Failed())),
    "post_reshares_unavailable": lambda s: post(s, figures=s.figures(reshare=Unavailable())),
    "post_both_unknowns": lambda s: post(s, figures=s.figures(impression=Unavailable(), comment=Failed(), reshare=Failed())),
    "post_nothing_fetched": lambda s: post(s, figures=dict.fromkeys(POST_METRICS, Failed())),
    "post_no_figures": lambda s: post(s, figures=dict.fromkeys(POST_METRICS, Unavailable())),
    "post_zero": lambda s: post(s, figures=dict.fromkeys(POST_METRICS, Value(0))),
    "post_one_of_each": lambda s: post(s, figures=dict.fromkeys(POST_METRICS, Value(1))),
    "post_huge": lambda s: post(s, figures=dict.fromkeys(POST_METRICS, Value(10**12))),
    "post_rate_of_reach": lambda s: post(s, basis=RateBasis.REACH),
    "post_two_metrics": lambda s: post(s, metrics=TWO_METRICS, figures={name: Value(7) for name in TWO_METRICS}),
    "post_filling_in": lambda s: post(s, filling_in=True, published_at=datetime(2026, 11, 23, 1, tzinfo=UTC)),
    "post_period_ignored": lambda s: post(s, period_ignored=True),
    "post_matched_by_time": lambda s: post(s, matched_by_time=True, period_ignored=True),
    "post_cached": lambda s: post(s, freshness=Freshness(s.now, "all")),
    "post_cached_in_part": lambda s: post(s, freshness=Freshness(s.now, "part")),
    "post_recalled": lambda s: post(s, freshness=Freshness(s.now, recalled=True)),
    "account": account,
    "account_in_channel": lambda s: account(s, private=False),
    "account_without_native": lambda s: account(s, by_day=True).without_native(),
    "account_up": lambda s: account(s, **beside(s, 45_230, 40_380)),
    "account_down": lambda s: account(s, **beside(s, 39_696, 40_380)),
    "account_unchanged": lambda s: account(s, **beside(s, 40_380, 40_380)),
    "account_new": lambda s: account(s, **beside(s, 120, 0)),
    "account_none_left": lambda s: account(s, **beside(s, 0, 40_380)),
    "account_small_base": lambda s: account(s, **beside(s, 12, 5)),
    "account_nothing_before": lambda s: account(s, before=None, before_figures=None),
    "account_day_missing": lambda s: account(s, **without(s, date(2026, 11, 18))),
    "account_day_before_missing": lambda s: account(s, **without(s, date(2026, 11, 11), date(2026, 11, 12))),
    "account_comments_missing": lambda s: account(s, **without(s, date(2026, 11, 18), metric=Metric.COMMENT)),
    "account_reach_failed": lambda s: account(s, figures={**s.account().figures, Metric.MEMBERS_REACHED: Failed()}),
    "account_before_failed": lambda s: account(s, before_figures={**s.account().before_figures, Metric.MEMBERS_REACHED: Failed()}),
    "account_before_unavailable": lambda s: account(
        s, before_figures={**s.account().before_figures, Metric.MEMBERS_REACHED: Unavailable()}
    ),
    "account_reshares_unavailable": lambda s: account(s, figures={**s.account().figures, Metric.RESHARE: Unavailable()}),
    "account_nothing_fetched": lambda s: account(s, figures=dict.fromkeys(Metric, Failed()), before_figures={}, daily=None),
    "account_no_figures": lambda s: account(s, figures=dict.fromkeys(Metric, Unavailable()), before_figures={}, daily=None),
    "account_two_metrics": lambda s: account(s, metrics=(Metric.REACTION, Metric.COMMENT)),
    "account_reach_only_daily": lambda s: account(s, metrics=(Metric.MEMBERS_REACHED,), by_day=True),
    "account_daily": lambda s: account(s, by_day=True),
    "account_daily_day_missing": lambda s: account(s, by_day=True, **without(s, date(2026, 11, 18))),
    "account_yesterday": lambda s: account(s, last(1)),
    "account_28_days": lambda s: account(s, last(28)),
    "account_30_days_daily": lambda s: account(s, last(30), by_day=True),
    "account_90_days": lambda s: account(s, last(90)),
    "account_365_days_daily": lambda s: account(s, last(365), by_day=True),
    "account_last_year": lambda s: account(s, Period(date(2025, 11, 17), date(2025, 11, 23))),
    "help": lambda _: help_blocks.build_help(),
    **{f"help_{topic}": partial(lambda topic, _: help_blocks.build_help(topic), topic) for topic in help_blocks.TOPICS},
    "first_screen": lambda s: build_first_screen(s.directory, s.acme, s.account(metrics=POST_METRICS), today=s.today),
    "first_screen_not_fetched": lambda s: build_first_screen(s.directory, s.bob, None, today=s.today),
    "first_screen_several": lambda s: build_first_screen(s.directory, None, None, today=s.today),
    "first_screen_without_accounts": lambda s: build_first_screen(Directory(()), None, None, today=s.today),
    "home_welcome": lambda s: home_blocks.build_welcome(s.acme),
    "home_state": lambda s: home_blocks.build_state(s.directory, s.acme, s.account(metrics=POST_METRICS), now=s.now),
    "home_state_not_fetched": lambda s: home_blocks.build_state(s.directory, s.acme, errors.TokenExpired(), now=s.now),
    "home_state_without_default": lambda s: home_blocks.build_state(s.directory, None, None, now=s.now),
    "home_state_without_accounts": lambda s: home_blocks.build_state(Directory(()), None, None, now=s.now),
    "accounts": lambda s: notice_blocks.build_accounts(s.directory, s.acme),
    "accounts_incomplete": lambda s: notice_blocks.build_accounts(Directory((s.acme,), complete=False), None),
    "accounts_none": lambda _: notice_blocks.build_accounts(Directory(()), None),
    "default": lambda s: notice_blocks.build_default(s.bob, changed=False),
    "default_changed": lambda s: notice_blocks.build_default(s.bob, changed=True),
    "default_none": lambda _: notice_blocks.build_default(None, changed=False),
    "account_menu": lambda s: notice_blocks.build_account_menu(s.directory, "last week"),
    "working": lambda _: notice_blocks.build_working("Bob & <Sons>'s last 90 days"),
    "trouble_usage": lambda s: trouble(
        s,
        errors.NotUnderstood(
            "“last <weak>” is not something I know.", remedy="Did you mean one of these?", suggestions=("last week", "help")
        ),
    ),
    "trouble_refused": lambda s: trouble(s, errors.RequestRefused("Invalid *postedId* <!here>", status=400)),
    "trouble_key": lambda s: trouble(s, errors.ApiKeyInvalid("Invalid API key", status=401)),
    "trouble_token": lambda s: trouble(s, errors.TokenExpired(platform_id="linkedin-bob")),
    "trouble_unknown_account": lambda s: trouble(s, errors.ConnectionUnknown(platform_id="linkedin-gone")),
    "trouble_limited": lambda s: trouble(s, errors.RateLimited(retry_at=s.now + timedelta(minutes=5)), words=s.post_words),
    "trouble_limited_no_more": lambda s: trouble(s, errors.RateLimited(retry_at=s.now)),
    "trouble_not_allowed": lambda s: trouble(s, errors.NotAllowed("I am not set up here.", remedy="Ask <@U0ANN> to allow it.")),
    "trouble_internal": lambda _: error_blocks.build_internal_error("k3f9"),
}


@pytest.mark.parametrize("name", CASES)
def test_reads_as_its_snapshot_and_slack_would_take_it(name, samples, compare):
    message = CASES[name](samples)
    assert check_message(message) == ()
    assert check_message(message.without_native()) == ()
    # The sandbox reads Slack's limits a second time, on its own.
    assert not limits.check_message(message.payload())
    assert not limits.check_message(message.without_native().payload())
    compare(name, message.payload())


def test_no_snapshot_is_left_of_a_card_that_no_longer_exists():
    """Those of digests, alerts and goals are looked after beside their own tests."""
    assert {path.stem for path in SNAPSHOTS.glob("*.json") if not path.stem.startswith(("digest_", "alert", "goal"))} == set(CASES)


def test_nothing_foreign_reaches_slack_unescaped(samples):
    hostile = replace(samples.acme, name=HOSTILE)
    message = build_account_card(samples.account(account=hostile), today=samples.today, words="x")
    assert "<!channel>" not in message.text
    for block in message.blocks:
        for piece in [block.get("text"), *block.get("elements", ()), *block.get("fields", ())]:
            if isinstance(piece, dict) and piece.get("type") == "mrkdwn":
                assert "<!channel>" not in piece["text"]
