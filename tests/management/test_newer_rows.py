"""Rows that a newer version of the bot stored, read after it was rolled back: they are shown as such, and the others stand."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, literal_column, update

from bot.alerts.handler import NEWER
from bot.goals.handler import UNREADABLE_GOALS
from bot.management.actions import IS_ACTIVE
from bot.management.blocks import UNREADABLE
from bot.storage.tables import changes, digests
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SkipReason, SubscriptionKind
from tests.digests.test_digest_form import opened, text


def element_ids(message):
    every = [element for block in message["blocks"] for element in [*block.get("elements", []), block.get("accessory") or {}]]
    return [element["action_id"] for element in every if element.get("type") == "button"]


async def change_all(scene, kind, change):
    """Change the rows of a kind as another version of the bot would."""
    store = scene.bot.scheduling.stores.digests
    for row in await store.digests(kind=kind):
        await store.update(row.id, row.version, change, by="another version", at=scene.clock())


def with_unknown_key(row):
    return replace(row, rule=json.dumps(json.loads(row.rule) | {"shape": "spike"}))


UNREADABLE_RULES = {
    "unknown key": with_unknown_key,
    "unknown condition": lambda row: replace(row, rule=json.dumps(json.loads(row.rule) | {"condition": "doubled"})),
    "unknown window": lambda row: replace(row, rule=json.dumps(json.loads(row.rule) | {"window": "fortnight"})),
    "unknown quiet hours": lambda row: replace(row, rule=json.dumps(json.loads(row.rule) | {"quiet": "at night"})),
    "no object": lambda row: replace(row, rule="[]"),
}


@pytest.mark.parametrize("change", UNREADABLE_RULES.values(), ids=UNREADABLE_RULES)
async def test_an_alert_that_this_version_cannot_read_is_listed_as_such_and_the_others_stand(scene, change):
    await scene.ask("alert comments > 20 day")
    await change_all(scene, SubscriptionKind.ALERT, change)
    await scene.ask("alert impressions +50% week")
    assert "There's no alert “friday”" in (await scene.ask("alert show friday"))["text"]
    listed = await scene.ask("alert list")
    assert UNREADABLE in listed["text"]
    assert "impressions up 50% or more" in listed["text"]


@pytest.mark.parametrize("words", ["show", "test"])
async def test_an_alert_that_this_version_cannot_read_can_be_deleted_from_its_card(scene, words):
    await scene.ask("alert comments > 20 day")
    await change_all(scene, SubscriptionKind.ALERT, with_unknown_key)
    card = await scene.ask(f"alert {words}")
    assert UNREADABLE in card["text"]
    assert element_ids(card) == ["alert.delete"]
    await scene.slack.person("ann").press(card, "alert.delete")
    await scene.settle()
    assert await scene.bot.scheduling.stores.digests.digests(kind=SubscriptionKind.ALERT) == ()


async def test_the_form_is_not_opened_for_an_alert_that_this_version_cannot_read(scene):
    await scene.ask("alert comments > 20 day")
    await change_all(scene, SubscriptionKind.ALERT, with_unknown_key)
    (alert,) = await scene.bot.scheduling.stores.digests.digests(kind=SubscriptionKind.ALERT)
    view = await opened(scene, f"alert edit {alert.id[:8]}")
    assert NEWER in text(view)
    assert view.get("submit") is None


@pytest.mark.parametrize("rule", ['{"posts": "all"}', "[]"])
async def test_a_watch_that_this_version_cannot_read_is_listed_as_such_and_another_can_be_set_up(scene, rule):
    """Nobody is told of an account's access by the one that cannot be read: it posts nothing."""
    soon = next(one for one in scene.statistics.world.accounts if one.token_status == "expiring_soon")
    await scene.ask("watch ann in #marketing")
    # One change for both: were it readable with that account for a moment, the bot could tell of its access then.
    await change_all(scene, SubscriptionKind.WATCH, lambda row: replace(row, accounts=(soon.platform_id,), rule=rule))
    assert "Set up." in (await scene.ask("watch acme in #marketing"))["text"]
    listed = await scene.ask("watch list")
    assert UNREADABLE in listed["text"]
    for _ in range(4):
        scene.clock.go_on(minutes=6)
        await scene.bot.scheduling.runner.tick()
        await scene.settle()
    assert not [one for one in scene.slack.accepted if "PostPost's access" in one.text]


async def test_a_paused_watch_that_this_version_cannot_read_is_not_said_to_run(scene):
    await scene.ask("watch acme in #marketing")
    await scene.ask("watch pause")
    await change_all(scene, SubscriptionKind.WATCH, lambda row: replace(row, rule="[]"))
    reply = await scene.ask("watch resume")
    assert UNREADABLE in reply["text"]
    assert IS_ACTIVE not in reply["text"]


async def test_the_home_tab_shows_what_can_be_read_beside_what_cannot(scene):
    await scene.ask("alert comments > 20 day")
    await scene.ask("goal impressions 50,000 month")
    for kind in (SubscriptionKind.ALERT, SubscriptionKind.GOAL):
        await change_all(scene, kind, lambda row: replace(row, rule=json.dumps(json.loads(row.rule) | {"metric": "SAVE"})))
    await scene.set_up("digest acme every monday 9:00 in #marketing")
    interaction = await scene.slack.person("ann").open_home()
    await interaction.view()
    await scene.settle()
    tab = str(scene.slack.parts.views.home(scene.slack.person("ann").id).body["blocks"])
    assert UNREADABLE in tab
    assert UNREADABLE_GOALS.format(n=1) in tab
    assert "every Monday 9:00" in tab
    assert "went wrong" not in tab


async def test_goals_that_this_version_cannot_read_are_counted_in_the_list(scene):
    await scene.ask("goal impressions 50,000 month")
    await change_all(scene, SubscriptionKind.GOAL, lambda row: replace(row, rule=json.dumps(json.loads(row.rule) | {"every": "decade"})))
    scene.clock.go_on(seconds=11)
    assert UNREADABLE_GOALS.format(n=1) in (await scene.ask("goals"))["text"]
    await scene.ask("goal reactions 500 week")
    listed = await scene.ask("goals")
    assert UNREADABLE_GOALS.format(n=1) in str(listed["blocks"])
    assert "500 reactions" in listed["text"]


@pytest.mark.parametrize(
    "over",
    [{"content": ("saves",)}, {"cron": "0 9 * * 1 2027"}, {"cron": "fortnightly"}, {"zone": "Moon/Tycho"}],
    ids=["section", "six fields", "no cron", "zone"],
)
async def test_a_digest_of_a_newer_version_is_listed_shown_and_deleted_like_others(scene, over):
    await scene.set_up("digest acme every monday 9:00 in #marketing")
    (digest,) = await scene.bot.scheduling.stores.digests.digests()
    await change_all(scene, SubscriptionKind.DIGEST, lambda row: replace(row, **over))
    await scene.set_up("digest acme every friday 10:00 in #marketing")
    listed = await scene.ask("digest list")
    assert "Acme Robotics" in listed["text"]
    assert "every Friday 10:00" in listed["text"]
    for action in ("show", "pause", "resume", "history"):
        assert "Acme Robotics" in (await scene.ask(f"digest {action} {digest.id[:8]}"))["text"], action
    assert "is deleted" in (await scene.carry_out(f"digest delete {digest.id[:8]}"))["text"]


async def store(digesting, column, value, row):
    """Write as another version of the bot would, beside this one's checks."""
    async with digesting.stores.digests._database.write() as connection:
        await connection.execute(update(digests).where(digests.c.id == row).values({column: literal_column(f"'{value}'")}))


async def test_a_row_of_a_kind_that_this_version_does_not_know_keeps_no_digest_from_being_posted(digesting):
    await digesting.digest(id="report-1")
    await store(digesting, "kind", "report", "report-1")
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=1)
    assert len(digesting.posted()) == 1


async def test_a_due_alert_that_this_version_cannot_read_posts_nothing_and_its_days_are_evaluated_later(digesting):
    """No failure, which would pause it; the newer version, once it is back, looks at those days as well."""
    due = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    rule = {"metric": "IMPRESSION", "condition": ">", "amount": 1, "window": "day", "cooldown": 1}
    values = {"kind": SubscriptionKind.ALERT, "rule": json.dumps(rule), "cron": "0 9 * * *", "zone": "UTC", "next_run_at": due}
    digesting.scene.clock.now = due
    await digesting.digest(id="alert-1", **values)
    await digesting.tick(seconds=1)
    assert len(digesting.posted()) == 1
    await store(digesting, "rule", json.dumps(rule | {"shape": "spike"}), "alert-1")
    digesting.scene.clock.now = due + timedelta(days=1)
    await digesting.tick(seconds=1)
    assert len(digesting.posted()) == 1
    last, _ = await digesting.stores.history.history(digest="alert-1", unsaid=True)
    assert (last.state, last.reason) == (DeliveryState.SKIPPED, SkipReason.QUIET_HOURS)
    await store(digesting, "rule", json.dumps(rule), "alert-1")
    digesting.scene.clock.now = due + timedelta(days=2)
    await digesting.tick(seconds=1)
    assert "Also Nov 24" in digesting.posted()[-1].text


async def test_a_change_of_a_kind_that_this_version_does_not_know_hides_no_other(open_scene):
    async with open_scene(administrators=["U0BOB00001"]) as scene:
        await scene.ask("allow @gus", who="bob")
        row = {"team": "T0SANDBOX1", "kind": "retention", "subject": "T0SANDBOX1", "by": "U0BOB00001", "at": scene.clock()}
        async with scene.bot.scheduling.stores.digests._database.write() as connection:
            await connection.execute(insert(changes).values(row))
        assert "allowed <@U0GUEST001>" in str((await scene.ask("permissions", who="bob"))["blocks"])
