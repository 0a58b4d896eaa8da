"""An alert's message and its lists: one line fit to forward, honest figures, within Slack's limits."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.alerts.blocks import build_alert, build_alerts, build_edited
from bot.alerts.evaluate import AlertNotice, Window, evaluate
from bot.alerts.evaluator import MOST_TOGETHER
from bot.alerts.fetch import AlertFindings, AlertReport
from bot.alerts.list_blocks import build_alert_card, build_alert_list, build_alert_start, build_alert_test
from bot.alerts.rule import MOST_TITLE, AlertRule, Condition
from bot.alerts.service import MOST_LISTED
from bot.alerts.words import rule_words
from bot.errors import MetricFailed
from bot.management.rules import RuleView
from bot.slack.validator import check_message
from bot.statistics.metrics import Metric, RateBasis
from bot.statistics.reports import Account, Freshness, Period
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

pytestmark = pytest.mark.usefixtures("english_numbers")

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
GROWTH = AlertRule(Metric.IMPRESSION, Condition.UP, 50, "week", minimum=500, cooldown=7)
LINE = AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day")
RATE = AlertRule(None, Condition.BELOW, 2, "week", minimum=500, cooldown=7, quiet="20:00-8:00")
ALERT = Subscription(
    id="0d3f9a52-7c11-5d0c-8e53-9a0f6f1c7d2b",
    team="T1",
    channel="C1",
    accounts=("linkedin-Tz9W5i6ZYG",),
    content=(),
    cron="0 9 * * *",
    zone="Europe/Berlin",
    status=SubscriptionStatus.ACTIVE,
    next_run_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    grace=21_600,
    owner="U1",
    kind=SubscriptionKind.ALERT,
    rule=GROWTH.as_json(),
)


def look(samples, rule, *windows, accounts=None, by_day=None):
    days = {WEEK.before.first + timedelta(days=step): 1_000 + 90 * step for step in range(14)} if by_day is None else by_day
    watched = accounts or (samples.acme,)
    return AlertFindings(rule, watched, windows, days, tuple((one, Freshness(samples.now)) for one in watched))


def report(samples, rule, *windows, before=None, **more):
    return AlertReport(look(samples, rule, *windows, **more), evaluate(rule, windows, before or AlertNotice()))


def posted(samples, *args, **more):
    message = build_alert(report(samples, *args, **more), alert=ALERT, today=samples.today)
    assert check_message(message) == ()
    return message


def shown(rule=GROWTH, **more):
    return RuleView(replace(ALERT, **more), rule, (Account("linkedin-ABC", "Bob & <Sons>"),))


def test_its_first_line_can_be_forwarded(samples, compare):
    message = posted(samples, GROWTH, Window(WEEK, 12_400, 8_050))
    headline = "Impressions of Acme, Nov 16–22: 12,400, up 54% (+4,350) vs. the week before"
    assert message.blocks[0]["text"]["text"] == headline
    assert message.text.startswith(f"{headline}. ")
    compare("alert_week", message.payload())


def test_one_message_of_several_alerts_keeps_to_slacks_rules(samples):
    """As many as one message tells of, with the longest titles and the figures of eight weeks."""
    title = AlertRule(Metric.IMPRESSION, Condition.UP, 50, "week", 500, 7, title="T" * MOST_TITLE, notify=("U0BOB00002",) * 5)
    one = report(samples, title, Window(WEEK, 12_400, 8_050))
    every = [(replace(ALERT, id=f"{number:08}-7c11"), one) for number in range(MOST_TOGETHER)]
    message = build_alerts(every, samples.today)
    assert check_message(message) == ()
    ids = [block["accessory"]["value"] for block in message.blocks if "accessory" in block]
    assert ids == [f"alert show {alert.id}" for alert, _ in every]
    edited = build_edited(json.dumps(message.payload()), [f"line {number}" for number in range(40)])
    assert check_message(edited) == ()
    assert edited.blocks[0]["text"]["text"] == "line 25"
    again = build_edited(json.dumps(edited.payload()), ["line 39", "line 40"])
    assert [block["text"]["text"] for block in again.blocks[:15]] == [f"line {number}" for number in range(26, 41)]
    assert (again.blocks[15:], again.text.count("line 39")) == (message.blocks, 1)


def test_a_line_says_where_it_lies(samples, compare):
    day = Period(date(2026, 11, 22), date(2026, 11, 22))
    message = posted(samples, LINE, Window(day, 23), by_day={})
    assert message.blocks[0]["text"]["text"] == "Comments of Acme, Nov 22: 23, above 20"
    compare("alert_line", message.payload())


def test_a_rate_names_what_it_is_of(samples, compare):
    message = posted(samples, RATE, Window(WEEK, 1.58, None, 15_420), by_day={})
    assert "Engagement rate of Acme, Nov 16–22: 1.58%, below 2%" in message.text
    assert "rate = (reactions + comments + reshares) / impressions" in str(message.blocks)
    compare("alert_rate", message.payload())


def test_all_is_well_again_is_said_with_the_figures(samples, compare):
    message = posted(samples, GROWTH, Window(WEEK, 9_100, 12_400), before=AlertNotice(alarm=True, fired=date(2026, 11, 15)))
    assert "Impressions of Acme, Nov 16–22: back to normal, 9,100, down 27% (−3,300) vs. the week before" in message.text
    compare("alert_normal", message.payload())


def test_several_days_are_one_message(samples):
    """What fired over the weekend, the latest first, and that it is over."""
    days = [Period(date(2026, 11, day), date(2026, 11, day)) for day in (20, 21, 22)]
    windows = [Window(day, count) for day, count in zip(days, (30, 24, 10), strict=True)]
    message = posted(samples, LINE, *windows, by_day={})
    assert message.text.startswith("Comments of Acme, Nov 21: 24, above 20.")
    assert "Also Nov 20: 30, above 20." in message.text
    assert "Back to normal since Nov 22: 10." in message.text


@pytest.mark.parametrize(("last", "now", "is_noted"), [(22, 24, True), (22, 10, True), (21, 24, False), (22, None, False)])
def test_only_a_day_that_is_shown_may_still_be_filling_in(samples, last, now, is_noted):
    """Nov 22 ended 9 hours before: its figure is shown where it fired or ended what fired, not where it is unknown."""
    days = [Period(date(2026, 11, day), date(2026, 11, day)) for day in (20, last)]
    message = posted(samples, LINE, *[Window(day, count) for day, count in zip(days, (30, now), strict=True)], by_day={})
    assert ("Nov 22 may still grow" in str(message.blocks)) == is_noted


def test_it_says_what_it_is_about_to_its_thread_and_to_the_next_look(samples):
    payload = posted(samples, GROWTH, Window(WEEK, 12_400, 8_050)).metadata["event_payload"]
    assert payload["words"] == samples.account_words
    assert payload["alert"] == {"alarm": True, "fired": "2026-11-22", "since": "2026-11-22"}
    team = posted(samples, replace(GROWTH, who="team"), Window(WEEK, 12_400, 8_050), accounts=(samples.acme, samples.ann))
    assert team.metadata["event_payload"]["words"] == "team 2026-11-16..2026-11-22"
    assert "Impressions of all accounts, Nov 16–22: 12,400" in team.text


def test_its_buttons_lead_on(samples):
    (row,) = [block for block in posted(samples, GROWTH, Window(WEEK, 12_400, 8_050)).blocks if block["type"] == "actions"]
    *buttons, menu = row["elements"]
    assert [element["text"]["text"] for element in buttons] == ["Open Card", "Manage"]
    assert [option["text"]["text"] for option in menu["options"]] == ["Snooze 7 days", "Pause"]
    assert buttons[0]["value"] == samples.account_words
    assert menu["options"][1]["value"] == f"alert.pause alert pause {ALERT.id}"


def test_a_foreign_name_is_only_text(samples):
    message = posted(samples, GROWTH, Window(WEEK, 12_400, 8_050), accounts=(samples.bob,))
    assert "Bob &amp; &lt;Sons&gt;" in message.text
    assert message.blocks[0]["text"]["text"].startswith("Impressions of Bob & <Sons>, ")


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (GROWTH, "impressions up 50% or more vs. the week before, ignored below 500, at most once every 7 days"),
        (LINE, "comments above 20 on one day, at most once a day"),
        (
            RATE,
            (
                "engagement rate (of impressions) below 2% in 7 days, ignored below 500 impressions, at most once every 7 days, "
                "quiet 20:00-8:00"
            ),
        ),
        (AlertRule(Metric.REACTION, Condition.DOWN, 30, "month", cooldown=28), "reactions down 30% or more vs. the 4 weeks before"),
    ],
)
def test_a_rule_reads_as_people_say_it(rule, says):
    assert rule_words(rule, RateBasis.IMPRESSIONS).startswith(says)


def test_one_and_the_list_and_the_beginning(compare):
    card = build_alert_card(shown())
    paused = shown(LINE, status=SubscriptionStatus.PAUSED, next_run_at=None)
    every = build_alert_list([shown(), paused, shown(RATE)])
    for message in (card, every, build_alert_start(), build_alert_list([shown()] * MOST_LISTED, more=25)):
        assert check_message(message) == ()
    assert build_alert_list([]) == build_alert_start()
    compare("alert_card", card.payload())
    compare("alert_list", every.payload())


def test_a_test_shows_how_the_rule_reads_each_window(samples, compare):
    """Met, not met, and what cannot be said, which is no 0."""
    windows = [Window(WEEK.before, 8_050, 7_000), Window(WEEK, None, 8_050), Window(WEEK, 12_400, 8_050)]
    tested = AlertReport(look(samples, GROWTH, *windows), evaluate(GROWTH, windows[-1:], AlertNotice()))
    message = build_alert_test(shown(), tested, samples.today)
    assert check_message(message) == ()
    assert "Nov 16–22: n/a · can't tell" in message.text
    assert "Nov 9–15: 8,050, up 15% (+1,050) vs. the week before · not met" in message.text
    compare("alert_test", message.payload())
    failed = build_alert_test(shown(), MetricFailed(platform_id="linkedin-ABC"), samples.today)
    assert MetricFailed.sentence in failed.text
