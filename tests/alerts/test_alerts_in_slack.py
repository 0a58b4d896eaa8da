"""Alerts in words, as people use it: set up at once, tested, paused, resumed, snoozed, deleted; each by whom it is for."""

import asyncio
import json
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import event

from bot.alerts import list_blocks as cards
from bot.alerts import parser
from bot.alerts.list_blocks import DONE, POSTS_NOTHING
from bot.alerts.rule import EXAMPLES, TEAM_REACH
from bot.alerts.rule_parser import ONE_FIGURE
from bot.alerts.rule_parts import NO_PERCENT
from bot.management.actions import IS_PAUSED, SubscriptionChange
from bot.management.authorization import NOT_YOURS
from bot.statistics.reports import Directory
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus
from tests.fixtures.cards import answers_of

WORDS = "alert acme impressions +50% week min 500"


def buttons(message):
    every = [element for block in message["blocks"] for element in [*block.get("elements", []), block.get("accessory") or {}]]
    return {element["action_id"]: element for element in every if element.get("type") == "button"}


async def press(scene, message, which, who="ann"):
    interaction = await scene.slack.person(who).press(message, which)
    await scene.settle()
    return answers_of(interaction)[-1]


async def stored_alerts(scene):
    return await scene.bot.scheduling.stores.digests.digests(kind=SubscriptionKind.ALERT)


async def the_alert(scene):
    (alert,) = await stored_alerts(scene)
    return alert


async def test_words_set_it_up_at_once_and_say_what_was_filled_in(scene):
    """Nine o'clock of the person, a cool-down of the window's length; nobody else sees it, and nothing is posted."""
    reply = await scene.ask("alert comments > 20 day")
    alert = await the_alert(scene)
    assert (alert.cron, alert.channel, alert.owner) == ("0 9 * * *", "C0MARKETING", scene.slack.person("ann").id)
    assert reply["ephemeral"]
    assert "comments above 20 on one day, at most once a day" in reply["text"]
    assert set(buttons(reply)) == {"alert.test", "alert.pause"}
    assert "Snooze 7 days" in str(reply["blocks"])
    assert scene.slack.person("bob").sees("#marketing") == []
    assert await scene.bot.scheduling.stores.digests.digests() == ()


async def test_the_same_alert_is_set_up_once(scene):
    await scene.ask(WORDS)
    again = await scene.ask("alert impressions acme week +50% minimum 500")
    assert DONE[SubscriptionChange.SAME] in again["text"]
    assert len(await stored_alerts(scene)) == 1


async def test_the_same_alert_set_up_by_two_people_at_the_same_time_is_one(open_scene, monkeypatch):
    """Both have seen that there is none before either is stored."""
    both_looked, store = asyncio.Barrier(2), SubscriptionRepository.create

    async def wait_and_store(self, *args, **more):
        await both_looked.wait()
        return await store(self, *args, **more)

    async with open_scene() as scene:
        monkeypatch.setattr(SubscriptionRepository, "create", wait_and_store)
        async with asyncio.timeout(60):
            await asyncio.gather(
                *(scene.slack.person(who).command(f"{WORDS} at 9:00 Europe/Berlin", channel="#marketing") for who in ("ann", "bob"))
            )
            await scene.settle()
        texts = [scene.slack.person(who).sees("#marketing")[-1]["text"] for who in ("ann", "bob")]
        assert sorted(DONE[SubscriptionChange.SAME] in text for text in texts) == [False, True]
        await the_alert(scene)


async def test_the_list_asks_for_the_last_deliveries_of_all_alerts_at_once(open_scene):
    async with open_scene() as scene:
        asked, counts = [], []

        def note(_connection, _cursor, statement, parameters, *_):
            asked.append((statement, set(parameters)))

        for stored in (2, 14):
            for amount in range(len(await stored_alerts(scene)), stored):
                await scene.ask(f"alert comments > {20 + amount} day")
            alerts = {alert.id for alert in await stored_alerts(scene)}
            asked.clear()
            engine = scene.bot.scheduling.stores.digests._database._reading.sync_engine
            event.listen(engine, "before_cursor_execute", note)
            listed = await scene.ask("alert list")
            event.remove(engine, "before_cursor_execute", note)
            assert listed["text"].count("comments above") == stored
            counts.append(sum("FROM deliveries" in statement and bool(alerts & values) for statement, values in asked))
        assert counts == [1, 1]


async def test_everything_can_be_done_to_it_with_words(scene):
    """By the beginning of its id, by its account, or by nothing where it is the only one."""
    await scene.ask(WORDS)
    alert = await the_alert(scene)
    assert DONE[SubscriptionChange.PAUSED] in (await scene.ask(f"alert pause {alert.id[:8]}"))["text"]
    assert (await the_alert(scene)).status is SubscriptionStatus.PAUSED
    assert IS_PAUSED in (await scene.ask("alert pause"))["text"]
    assert "Running again" in (await scene.ask("alert resume acme"))["text"]
    assert "Silent until then" in (await scene.ask("alert snooze acme 2 weeks"))["text"]
    snoozed = await the_alert(scene)
    assert (snoozed.next_run_at - scene.clock()).days == 14
    assert "Silent until then" in (await scene.ask(f"alert pause {alert.id[:4]} until 7 jan"))["text"]
    until = (await the_alert(scene)).next_run_at
    assert (until.astimezone(ZoneInfo(alert.zone)).date(), (await the_alert(scene)).status) == (date(2027, 1, 7), SubscriptionStatus.ACTIVE)
    assert "is over" in (await scene.ask("alert pause acme until 2026-11-01"))["text"]
    assert "90 days at most" in (await scene.ask("alert snooze acme until 7 jan 2028"))["text"]
    assert alert.id[:8] in (await scene.ask("alert list"))["blocks"][1]["text"]["text"]
    assert "is deleted" in (await scene.carry_out("alert delete"))["text"]
    assert await stored_alerts(scene) == ()


async def test_it_is_silent_from_now_on_and_checked_when_people_say(scene):
    await scene.ask(WORDS)
    for words in ("mute the alert over the weekend", "pause it from tomorrow", "pause alerts this weekend"):
        answer = await scene.ask(words)
        assert "silent from now on" in answer["text"], words
        assert "weekdays" in str(answer["blocks"]), words
    for words, cron, cooldown in (
        ("only check the alert once a week", "0 9 * * 1", 7),
        ("check it at 7 in the morning", "0 7 * * 1", 7),
        ("weekdays", "0 7 * * 1-5", 7),
        ("at most once a month please", "0 7 * * 1-5", 28),
        ("once a week is enough", "0 7 * * 1-5", 7),
        ("every weekday at 7:30", "30 7 * * 1-5", 7),
    ):
        await scene.ask(words)
        alert = await the_alert(scene)
        assert (alert.cron, json.loads(alert.rule)["cooldown"]) == (cron, cooldown), words
    for words, says in (
        ("a bit less sensitive", "What should change?"),
        ("raise the threshold to 80%", "up 80%"),
        ("ignore anything below 2000", "ignored below 2,000"),
        ("send it to #general", "Changed"),
        ("i don't need it any more", "Delete this alert?"),
        ("would it have fired last week?", "*The rule on the last days*"),
    ):
        assert says in (await scene.ask(words))["text"], words
    assert (await the_alert(scene)).channel == scene.slack.channel_id("#general")


async def test_its_buttons_do_the_same(scene):
    card = await scene.ask(WORDS)
    paused = await press(scene, card, "alert.pause")
    assert DONE[SubscriptionChange.PAUSED] in paused["text"]
    resumed = await press(scene, paused, "alert.resume")
    assert "Running again" in resumed["text"]
    snoozed = await press(scene, resumed, "alert.snooze")
    assert "Silent until then" in snoozed["text"]
    ann = scene.slack.person("ann")
    asked = await (await ann.press(snoozed, "Delete…")).view()
    assert asked["title"]["text"] == "Delete alert"
    await ann.submit_view(asked)
    await scene.settle()
    assert "is deleted" in ann.sees("#marketing")[-1]["text"]
    assert await stored_alerts(scene) == ()


async def test_a_test_says_privately_how_the_rule_reads_the_last_days(scene):
    await scene.ask("alert impressions > 1 day")
    tested = await scene.ask("alert test")
    assert tested["ephemeral"]
    assert tested["text"].startswith(":bell:")
    assert tested["text"].count(cards.MET) == 7
    assert "Impressions of " in tested["text"]
    await scene.carry_out("alert delete")
    await scene.ask("alert impressions > 100,000,000 day")
    assert (await scene.ask("alert test"))["text"].startswith(POSTS_NOTHING)
    assert scene.slack.person("bob").sees("#marketing") == []


async def test_without_more_words_it_shows_how_to_begin(scene):
    begin = await scene.ask("alert list")
    for example in EXAMPLES:
        assert example in begin["text"]


async def test_what_cannot_be_carried_out_comes_with_words_that_can(open_scene):
    async with open_scene() as scene:
        for words, reply, meant in (
            ("alert imprssions +50% week", "imprssions", "alert impressions +50% week"),
            ("alert acme drops 20", NO_PERCENT.format(typed="drops 20"), "alert acme impressions < 20 week"),
            ("alert impressions +50", NO_PERCENT.format(typed="+50"), "alert impressions +50% week"),
            ("alert impressions 50% fortnight", "not “fortnight”", "alert impressions +50% month"),
            ("alert impressions +50% for 14 days", "not “for 14 days”", "alert impressions +50% week"),
            ("alert impressions drop 10% two weeks in a row", "not at “two weeks in a row”", "alert impressions drop 10%"),
            ("alert impressions 3x the usual", "how far a figure is from the usual", "alert impressions +200% week"),
            ("alert impressions 20% below normal", "how far a figure is from the usual", "alert impressions unusually low"),
            ("alert reach team +20%", TEAM_REACH, "alert reach +20%"),
            ("alert impressions", "When should I tell you about impressions?", "alert impressions -30% week"),
            ("alert when impressions plummet", "When should I tell you about impressions?", "alert impressions -30% week"),
            ("alert impressions comments > 20", ONE_FIGURE, "alert comments > 20 week"),
            ("alret impressions +50%", "It looks like a question about alerts", "alert impressions +50%"),
            ("alert snooze nobody", "There's no alert “nobody”", "alert list"),
        ):
            answer = await scene.ask(words)
            assert reply in answer["text"], words
            assert meant in str(answer["blocks"]), words
        assert await stored_alerts(scene) == ()


async def test_only_its_owner_and_administrators_change_it(open_scene):
    """Whoever sees the channel may look at it."""
    async with open_scene() as scene:
        await scene.ask(WORDS)
        refused = await scene.ask("alert delete", who="bob")
        assert NOT_YOURS.format(kind="alert") in refused["text"]
        assert "impressions up 50%" in (await scene.ask("alert show", who="bob"))["text"]
        assert len(await stored_alerts(scene)) == 1


async def test_an_account_that_opted_out_is_in_no_alert(open_scene):
    async with open_scene(administrators="U0ANN00001") as scene:
        await scene.ask(WORDS)
        name = scene.statistics.world.accounts[0].display_name
        await scene.slack.person("ann").command("opt out acme", channel="#marketing")
        await scene.settle()
        shown = await scene.ask("alert show", who="bob")
        assert name not in str(shown)
        answer = await scene.ask("alert acme comments > 20", who="bob")
        assert name not in str(answer["blocks"])
        assert len(await stored_alerts(scene)) == 1


async def test_with_the_teams_sums_alone_no_alert_shows_the_sum_of_one_account(open_scene):
    async with open_scene(team_totals_only=True) as scene:
        await scene.ask("group solo = ann lee")
        seen: set[str] = set()
        for words, shows in (("solo", False), ("team", True), ("ann lee", True)):
            await scene.ask(f"alert {words} impressions > 1 day")
            (alert,) = {one.id for one in await stored_alerts(scene)} - seen
            seen.add(alert)
            assert ("It would post now" in (await scene.ask(f"alert test {alert[:8]}"))["text"]) == shows


async def test_a_mention_and_a_direct_message_set_up_alerts_too(scene):
    bob = scene.slack.person("bob")
    interaction = await bob.mention("alert acme comments > 20 day in <#C0MARKETING|marketing>", channel="#marketing")
    await scene.settle()
    assert "comments above 20" in interaction.seen()[-1]["text"]
    assert [one.channel for one in await stored_alerts(scene)] == ["C0MARKETING"]


def test_every_example_can_be_read():
    directory = Directory((), complete=True)
    for example in EXAMPLES:
        assert parser.read_alert(example, directory, ()).draft is not None


async def test_a_slip_is_offered_as_it_was_typed_and_works_when_pressed(scene):
    """Slack hands ">" over as "&gt;": nobody is shown that."""
    offered = await scene.ask("alrt comments > 20 day")
    (button,) = buttons(offered).values()
    assert button["text"]["text"] == "alert comments > 20 day"
    assert "`/linkedin-stats alert comments &gt; 20 day`" in str(offered["blocks"])
    await press(scene, offered, button["action_id"])
    assert (await the_alert(scene)).cron == "0 9 * * *"
