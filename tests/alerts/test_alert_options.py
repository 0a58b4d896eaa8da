"""What an alert does beside its message: its title, whom it mentions, the card in its thread; and how it is edited."""

import json
from datetime import timedelta

import pytest

from bot.alerts.parser import CHANGES, read_alert, read_changes
from bot.alerts.rule import MOST_MENTIONS, AlertRule, Condition, rule_text
from bot.alerts.rule_parser import CARD_OF_SEVERAL
from bot.alerts.rule_parts import MANY_MENTIONS, NO_BROADCAST, TITLE_QUOTES
from bot.errors import UsageError
from bot.management.actions import IS_UNCHANGED
from bot.management.authorization import NOT_YOURS
from bot.management.rules import TWIN
from bot.statistics.metrics import Metric
from bot.statistics.reports import Account, Directory
from tests.alerts.test_alerts_delivered import due
from tests.alerts.test_alerts_in_slack import stored_alerts, the_alert
from tests.alerts.test_alerts_ninety_days import by_hand

NOBODY = Directory((), complete=True)
CALLED = "<@U0BOB00002> <!subteam^S0GROWTH>"


def stored(text):
    rule = AlertRule.from_json(text)
    assert rule is not None
    return rule


def rule_of(words):
    draft = read_alert(words, NOBODY, ()).draft
    assert draft is not None
    return draft.rule


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ('alert impressions +50% week title "Spring launch"', 'impressions +50% week min 100 title "Spring launch"'),
        ("alert comments > 20 day titled “Comments, many”", 'comments > 20 day title "Comments, many"'),
        ('alert comments > 20 day title "Spring\x00 \u202elaunch\ud83d"', 'comments > 20 day title "Spring launch"'),
        ("alert comments > 20 day for <@U0BOB00002|bob> and <!subteam^S0GROWTH|@growth>", f"comments > 20 day for {CALLED}"),
        ("alert tell me and <@W0EVE00005> when comments > 20 a day", "comments > 20 day for <@W0EVE00005>"),
        ("alert comments > 20 day then post the digest", "comments > 20 day then card"),
        (
            'alert comments > 20 day cc <@U0BOB00002>, <!subteam^S0GROWTH> title "A" quiet 20:00-8:00 and then its card',
            f'comments > 20 day quiet 20:00-8:00 title "A" for {CALLED} then card',
        ),
    ],
)
def test_title_mentions_and_card_are_read_and_said_again(words, text):
    rule = rule_of(words)
    assert rule_text(rule) == text
    assert rule_of(f"alert {text}") == rule
    assert AlertRule.from_json(rule.as_json()) == rule


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("alert comments > 20 for <!here>", NO_BROADCAST),
        ("alert comments > 20 for <!channel|channel>", NO_BROADCAST),
        (f"alert comments > 20 for {' '.join(f'<@U0BOB0000{n}>' for n in range(6))}", MANY_MENTIONS.format(most=MOST_MENTIONS)),
        (f'alert comments > 20 title "{"long " * 20}"', "A title has 60 characters at most."),
        ("alert comments > 20 title Spring launch", TITLE_QUOTES),
        ("alert team comments > 20 then digest", CARD_OF_SEVERAL),
    ],
)
def test_what_is_not_possible_is_refused_with_words_that_can_be_asked(words, sentence):
    with pytest.raises(UsageError) as refused:
        read_alert(words, NOBODY, ())
    assert refused.value.sentence == sentence
    assert refused.value.suggestions
    assert all(read_alert(suggestion, NOBODY, ()) for suggestion in refused.value.suggestions)


@pytest.mark.parametrize(
    ("words", "suggested"),
    [
        ("alert comments > 5 week title Two for <@U0BOB00001>", 'alert comments > 5 week title "Two" for <@U0BOB00001>'),
        ("alert comments > 5 week title Big news then digest", 'alert comments > 5 week title "Big news" then digest'),
        ("alert comments > 5 week title News for now", 'alert comments > 5 week title "News for now"'),
    ],
)
def test_a_title_without_quotes_is_suggested_without_what_comes_after_it(words, suggested):
    with pytest.raises(UsageError, match=TITLE_QUOTES) as refused:
        read_alert(words, NOBODY, ())
    assert refused.value.suggestions[0] == suggested


def test_a_plain_alert_is_stored_as_earlier_versions_read_it():
    plain = json.loads(rule_of("alert comments > 20 day").as_json())
    assert plain == {"metric": "COMMENT", "condition": ">", "amount": 20.0, "window": "day", "minimum": 0, "cooldown": 1}
    forged = json.dumps({**plain, "notify": ["U0BOB00002", "here", "U1> <!channel"]})
    assert stored(forged).notify == ("U0BOB00002",)


async def test_who_is_named_is_mentioned_when_it_fires_and_the_card_follows_in_the_thread(digesting):
    rule = AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day", title="A <b> & more", notify=("U0BOB00002", "S0GROWTH"), card=True)
    await due(digesting, rule)
    await digesting.tick(rounds=3, seconds=1)
    (posted,) = digesting.posted()
    assert posted.text.startswith(f"{CALLED} A &lt;b&gt; &amp; more: Impressions of Acme Robotics, Nov 23: ")
    assert posted.blocks[0]["text"]["text"].startswith("A <b> & more: Impressions of Acme Robotics")
    assert posted.blocks[2]["text"]["text"].startswith(CALLED)
    (card,) = digesting.replies()
    assert card.text.startswith("Acme Robotics")
    assert "Nov 17–23" in str(card.blocks)


async def test_nobody_is_mentioned_when_it_is_back_to_normal(digesting):
    by_hand(digesting.scene, 10, {0: 24})
    await due(digesting, AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", notify=("U0BOB00002",)))
    await digesting.tick()
    digesting.scene.clock.now += timedelta(days=1)
    await digesting.tick()
    (fired,), (normal,) = digesting.posted(), digesting.replies()
    assert "<@U0BOB00002>" in fired.text
    assert "back to normal" in normal.text
    assert "<@" not in normal.text + str(normal.blocks)


async def test_a_title_is_shown_as_it_was_typed(scene):
    """Slack sends the signs of its own notation escaped; they are escaped once where the title is shown."""
    for typed in ("alert acme impressions > 1 day title", "alert edit title"):
        answer = await scene.ask(f'{typed} "R&D <week>"')
        assert "*R&amp;D &lt;week&gt; · " in answer["text"], typed
        assert stored((await the_alert(scene)).rule).title == "R&D <week>"


async def test_an_alert_is_edited_in_words_and_keeps_what_is_not_named(scene):
    await scene.ask('alert acme impressions +50% week min 500 at 8:30 title "Launch" for <@U0BOB00002>')
    before = await the_alert(scene)
    reply = await scene.ask(f"alert edit {before.id[:8]} -30% month weekdays at 9")
    after = await the_alert(scene)
    assert rule_text(stored(after.rule)) == 'impressions -30% month min 500 title "Launch" for <@U0BOB00002>'
    assert (after.id, after.accounts, after.cron, after.version) == (before.id, before.accounts, "0 9 * * 1-5", before.version + 1)
    assert "Changed. Next check" in reply["text"]
    assert "impressions down 30% or more" in reply["text"]
    assert IS_UNCHANGED in (await scene.ask("change the alert to month"))["text"]
    for words, rule in (
        ("alert edit no title", "impressions -30% month min 500 for <@U0BOB00002>"),
        ("alert change it to comments > 20 day no mentions", "comments > 20 day"),
        (f"alert {before.id[:8]} edit kofi engagement < 2%", "engagement < 2% day min 500"),
        ("alert edit team reactions unusual", "team reactions unusual min 20"),
        ("alert edit unusually high min 40", "team reactions unusually high min 40"),
    ):
        await scene.ask(words)
        assert rule_text(stored((await the_alert(scene)).rule)) == rule
    assert (await the_alert(scene)).accounts == ()


@pytest.mark.parametrize(
    ("words", "which", "changes"),
    [
        ('alert edit "Acme Robotics" -30%', "acme robotics", "-30%"),
        ("alert edit the alert “Acme Robotics” to month", "acme robotics", "month"),
        ("alert edit acme robotics team month", "acme robotics", "team month"),
        ("alert edit acme -30%", "acme", "-30%"),
        ('alert edit title "Acme Robotics"', "", 'title "Acme Robotics"'),
    ],
)
def test_the_alert_to_edit_is_named_by_all_words_of_its_account(words, which, changes):
    command = read_alert(words, Directory((Account("linkedin-ABC1", "Acme Robotics"),), complete=True), ())
    assert (command.which, command.changes) == (which, changes)


@pytest.mark.parametrize(
    ("before", "words", "sentence", "suggested"),
    [
        ("comments > 5000 day", "engagement", "“> 5000” would never be met, or always.", CHANGES),
        (
            "comments > 5 day",
            "impressions reactions",
            "An alert watches one figure at a time.",
            ("impressions > 5 day", "reactions > 5 day"),
        ),
        ("impressions unusual", "reach", "Members reached has no figure by day, so I can't tell what's unusual.", ("impressions unusual",)),
        ("impressions unusual", "title Launch", TITLE_QUOTES, ('title "Launch"',)),
        ("comments > 5 day then card", "team", CARD_OF_SEVERAL, ("team no card",)),
        (
            "comments > 5 day",
            "nonsense",
            "I didn't understand “nonsense”: it isn't an account, a group or a word that alerts use.",
            CHANGES,
        ),
    ],
)
def test_what_an_edit_suggests_changes_the_same_alert(before, words, sentence, suggested):
    with pytest.raises(UsageError) as refused:
        read_changes(rule_of(f"alert {before}"), words, NOBODY, (), "alert edit 3f2a")
    assert refused.value.sentence == sentence
    assert refused.value.suggestions == tuple(f"alert edit 3f2a {change}" for change in suggested)


def test_a_clock_in_words_is_a_zone_and_part_of_a_title():
    draft = read_changes(
        rule_of("alert comments > 20 day"), 'weekdays at 8 Pacific time title "Pacific time"', NOBODY, (), "alert edit 3f2a"
    )
    assert (draft.cron, draft.zone, draft.rule.title) == ("0 8 * * 1-5", "America/Los_Angeles", "Pacific time")


@pytest.mark.parametrize(
    ("words", "which", "days"),
    [
        ("acme robotics 2 weeks", "acme robotics", 14),
        ('"Acme Robotics" for 14 days', "Acme Robotics", 14),
        ("acme robotics for two weeks", "acme robotics", 14),
        ("the alert for a week", "", 7),
        ("3f2a 14", "3f2a", 14),
        ("3f2a 30d", "3f2a", 30),
        ("100d", "100d", 7),
        ("acme", "acme", 7),
        ("for 10 days", "", 10),
    ],
)
def test_an_alert_is_silent_for_the_days_that_stand_last(words, which, days):
    command = read_alert(f"alert snooze {words}", NOBODY, ())
    assert (command.which, command.days) == (which, days)


@pytest.mark.parametrize("words", ["every day at 8:30", "daily 8:30", "at 8:30am every day"])
def test_every_day_beside_a_time_is_when_it_checks_and_no_window(words):
    draft = read_changes(rule_of("alert impressions +50% week"), words, NOBODY, (), "alert edit 3f2a")
    assert (rule_text(draft.rule), draft.cron) == ("impressions +50% week min 100", "30 8 * * *")
    assert rule_text(rule_of(f"alert impressions +50% week {words}")) == "impressions +50% week min 100"


async def test_an_edit_that_is_not_possible_changes_nothing(scene):
    await scene.ask("alert acme impressions +50% week")
    await scene.ask("alert acme comments > 20 day")
    alerts = {alert.id: alert for alert in await stored_alerts(scene)}
    one, other = (next(alert.id[:8] for alert in alerts.values() if word in alert.rule) for word in ("COMMENT", "IMPRESSION"))
    for words, sentence in (
        (f"change alert {one}", "What should change? The alert reads: comments &gt; 20 day."),
        (f"alert edit {one} nonsense", "I didn't understand “nonsense”"),
        (f"alert edit {one} +50% > 3", "An alert has one condition"),
        (f"alert edit {one} impressions +50% week", TWIN.format(kind="alert")),
        (f"alert edit {other} reach unusual", "Members reached has no figure by day"),
        ("alert edit +40%", "2 alerts"),
    ):
        assert sentence in (await scene.ask(words))["text"], words
    reply = await scene.ask(f"alert edit {one} > 30", who="bob")
    assert NOT_YOURS.split("{")[0] in reply["text"]
    assert {alert.id: alert for alert in await stored_alerts(scene)} == alerts
