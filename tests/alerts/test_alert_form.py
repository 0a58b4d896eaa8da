"""The form of alerts as people use it: opened, filled in, sent off, and used to change one; its alert is the one that words give."""

import asyncio
import json

import pytest
from msgspec.structs import asdict, replace

from bot.alerts import modal
from bot.alerts.handler import GONE, WHAT_AMOUNT, draft_of
from bot.alerts.modal import AlertFormState, AlertFormValues
from bot.alerts.parser import read_alert
from bot.alerts.rule import ALERT, AlertRule, rule_text
from bot.alerts.rule_parser import CARD_OF_SEVERAL, UNUSUAL_DAY, UNUSUAL_REACH
from bot.management.authorization import NOT_YOURS
from bot.management.forms import CHANGED_MEANWHILE
from bot.slack.interactive import BadFieldsError
from bot.statistics.reports import Account, Directory
from tests.alerts.test_alert_options import stored
from tests.alerts.test_alerts_in_slack import stored_alerts, the_alert
from tests.digests.test_digest_form import ACME, ANN_LEE, first, guarded, on_top, opened, sent, text
from tests.fixtures.cards import answers_of

VALUES = AlertFormValues(ACME, "comments", ">", "20", "day", "C0MARKETING", ("1", "2", "3", "4", "5"), "08:30", "Europe/Berlin")
FILLED = {"figure": "comments", "rule": ">", "amount": "20"}
DIRECTORY = Directory((Account(ACME, "Acme Robotics"),), complete=True)


async def above(scene, view, button, filled=None):
    """The view on top of the form that this button opens; the form stays open below it."""
    ann = scene.slack.person("ann")
    if (top := on_top(scene))["id"] != view["id"]:
        await ann.close_view(top)
    await ann.press(view, button, filled=filled)
    await scene.settle()
    return guarded(on_top(scene))


async def entered(scene, view, button, values, filled=None):
    """The form after further entries were made in the view that this button opens."""
    interaction = await sent(scene, await above(scene, view, button, filled), values)
    assert interaction.ok, interaction.error
    return scene.slack.parts.views.find(view["id"]).as_slack()


async def test_alert_alone_opens_the_form_with_what_is_usual(scene):
    view = await opened(scene, "alert")
    assert view["callback_id"] == modal.FORM
    assert (first(view, "who")["value"], first(view, "channel")) == (ACME, "C0MARKETING")
    assert (view["title"]["text"], view["submit"]["text"]) == ("New alert", "Create Alert")
    times, options = await above(scene, view, modal.FORM_TIMES), await above(scene, view, modal.FORM_MORE)
    assert (first(times, "time"), len(first(times, "days")), first(times, "timezone")["value"]) == ("09:00", 7, "Europe/Berlin")
    for one in (view, times, options):
        assert len([block for block in one["blocks"] if block["type"] == "input"]) <= 6
        assert len(one["title"]["text"]) <= 24


async def test_what_is_chosen_is_the_alert(scene):
    rule = {"who": ANN_LEE, "figure": "impressions", "rule": "up", "amount": "1.5k %", "window": "month", "channel": "C0GENERAL0"}
    times = {"days": ["Tuesday", "Thursday"], "time": "17:45", "timezone": "Asia/Tokyo", "quiet": "8pm to 8"}
    people, title = [scene.slack.person("bob").id], 'Spring "launch" <!channel>'
    options = {"minimum": "1.2k", "cooldown": "3 days", "people": people, "title": title, "card": ["card"]}
    view = await opened(scene, "alert new")
    view = await entered(scene, view, modal.FORM_TIMES, times, filled=rule)
    interaction = await sent(scene, await entered(scene, view, modal.FORM_MORE, options))
    assert "Alert set up" in text(await interaction.view())
    alert = await the_alert(scene)
    assert (alert.accounts, alert.channel, alert.cron, alert.zone) == ((ANN_LEE,), "C0GENERAL0", "45 17 * * 2,4", "Asia/Tokyo")
    bob = scene.slack.person("bob").id
    assert rule_text(stored(alert.rule)) == (
        f"impressions +1500% month min 1200 cooldown 3 days quiet 20:00-8:00 title \"Spring 'launch'\" for <@{bob}> then card"
    )
    card = scene.slack.person("ann").sees("#marketing")[-1]
    assert card["ephemeral"]
    assert "Pause" in str(card["blocks"])


@pytest.mark.parametrize(
    "values",
    [
        VALUES,
        replace(VALUES, rule="up", amount="50", window=""),
        replace(VALUES, rule="down", amount="30%", window="month", title="Ann's “x” for <@U1ABC> then card, in #general"),
        replace(VALUES, rule="unusually high", amount="", window="", card=("card",)),
        replace(VALUES, figure="engagement", rule="<", amount="2.75", window="week", people=("U0BOB00002", "W0EVE00005")),
        replace(VALUES, who="team:", rule="<=", amount="1,500"),
        replace(VALUES, who="group:sales", figure="reactions", rule=">=", amount="3"),
        replace(VALUES, figure="reach", rule="up", amount="10"),
        replace(VALUES, rule="down", amount="30", window="week", minimum="1,500", cooldown="14 days", quiet="noon to 1:30pm"),
        replace(VALUES, figure="engagement", rule="<", amount="2", minimum="0", cooldown="365"),
    ],
    ids=lambda values: f"{values.who} {values.figure} {values.rule}",
)
def test_what_a_form_saves_is_said_in_words_that_read_back_the_same(values):
    draft = draft_of(AlertFormState(), values)
    name = '"Acme Robotics" ' if draft.account else ""
    read = read_alert(f"{ALERT} {name}{rule_text(draft.rule)} weekdays at 8:30 Europe/Berlin in <#C0MARKETING>", DIRECTORY, {"sales"}).draft
    assert read == draft
    assert AlertRule.from_json(draft.rule.as_json()) == draft.rule


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (
            AlertFormValues(),
            {"who": "or the team", "figure": "figure", "rule": "tell you", "channel": "channel", "timezone": "zone"},
        ),
        (
            replace(VALUES, channel="", rule="up", amount="x", minimum="few", cooldown="0", quiet="always", people=("U1",) * 6),
            {"channel": "channel", "amount": WHAT_AMOUNT, "minimum": WHAT_AMOUNT, "cooldown": "1 to 365", "quiet": "quiet", "people": "5"},
        ),
        (replace(VALUES, channel="", minimum="500"), {"channel": "channel", "minimum": "A limit needs none"}),
        (replace(VALUES, amount="many", time=""), {"amount": WHAT_AMOUNT, "time": "time"}),
        (replace(VALUES, rule="down", amount="150"), {"amount": "would never be met, or always. A change is 1%"}),
        (replace(VALUES, rule="unusual", window="week"), {"window": UNUSUAL_DAY.format(window="week")}),
        (replace(VALUES, rule="unusual", figure="reach", window=""), {"figure": UNUSUAL_REACH}),
        (replace(VALUES, who="team:", card=("card",)), {"card": CARD_OF_SEVERAL}),
        (replace(VALUES, timezone="Europe/Berln"), {"timezone": "Europe/Berlin"}),
        (replace(VALUES, people=tuple(f"U0BOB0000{n}" for n in range(6))), {"people": "5 people"}),
    ],
)
def test_each_wrong_entry_is_marked_at_its_field(values, says):
    with pytest.raises(BadFieldsError) as bad:
        draft_of(AlertFormState(), values)
    errors = bad.value.errors
    assert {field: part in errors.get(field, "") for field, part in says.items()} == dict.fromkeys(says, True)
    assert set(errors) - {"days", "time"} <= set(says) | {"time"}


async def test_wrong_further_entries_are_marked_where_they_are_made_and_none_is_lost(scene):
    view = await opened(scene, "alert")
    options = await above(scene, view, modal.FORM_MORE, filled=FILLED)
    wrong = await sent(scene, options, {"minimum": "few", "cooldown": "400"})
    assert (wrong.error, list(wrong.acknowledgement.errors)) == ("validation", ["minimum", "cooldown"])
    wrong = await sent(scene, options, {"minimum": "500", "cooldown": "4", "title": "A"})
    assert "A limit needs none" in wrong.acknowledgement.errors["minimum"]
    await sent(scene, options, {"minimum": ""})
    below = scene.slack.parts.views.find(view["id"]).as_slack()
    assert (first(below, "amount"), first(below, "figure")["value"]) == ("20", "comments")
    options = await above(scene, below, modal.FORM_MORE, filled={"rule": "up"})
    assert [first(options, name) for name in ("title", "cooldown")] == ["A", "4"]
    await sent(scene, options, {"minimum": "500"})
    submitted = await sent(scene, scene.slack.parts.views.find(view["id"]).as_slack(), {"rule": ">"})
    assert "A limit needs none" in text(await submitted.view())
    assert await stored_alerts(scene) == ()


async def test_the_preview_is_what_the_alert_would_have_told_on_the_last_days(scene):
    view = await opened(scene, "alert")
    await scene.slack.person("ann").press(view, modal.FORM_PREVIEW)
    await scene.settle()
    assert "*Amount:*" not in text(on_top(scene))
    assert "*Figure:* Choose a figure." in text(on_top(scene))
    card = await scene.ask('alert acme comments > 1 day title "Spring"')
    tested = await scene.slack.person("ann").press(card, "Test")
    await scene.settle()
    view = await opened(scene, "alert")
    shown = await above(scene, view, modal.FORM_PREVIEW, filled={**FILLED, "amount": "1"})
    assert shown["title"]["text"] == "Alert preview"
    assert shown["blocks"][0]["text"]["text"].replace("Spring: ", "") == answers_of(tested)[-1]["blocks"][0]["text"]["text"].replace(
        "Spring: ", ""
    )
    assert "would post now" in text(shown)
    assert not [block for block in shown["blocks"] if block["type"] == "actions"]
    assert len(await stored_alerts(scene)) == 1


async def test_a_wrong_entry_and_a_channel_that_is_not_possible_are_marked_and_the_form_stays(scene):
    view = await opened(scene, "alert")
    for values, field in (({**FILLED, "amount": ""}, "amount"), ({**FILLED, "channel": "C0OLD00000"}, "channel")):
        interaction = await sent(scene, view, values)
        assert interaction.error == "validation"
        assert list(interaction.acknowledgement.errors) == [field]
    assert await stored_alerts(scene) == ()


async def test_edit_opens_the_form_with_the_alert_and_keeps_what_it_does_not_show(scene):
    remembered = "min 7 cooldown 3 days quiet 20:00-8:00"
    await scene.ask(f'alert acme comments +50% week {remembered} mon-wed at 8:30 for <!subteam^S0GROWTH> title "A"')
    before = await the_alert(scene)
    card = await scene.ask("alert show")
    pressed = await scene.slack.person("ann").press(card, "Edit")
    await scene.settle()
    view = await pressed.view()
    assert (first(view, "amount"), first(view, "rule")["value"]) == ("50", "up")
    times = await above(scene, view, modal.FORM_TIMES)
    assert ([one["value"] for one in first(times, "days")], first(times, "quiet")) == (["1", "2", "3"], "20:00-8:00")
    options = await above(scene, view, modal.FORM_MORE)
    assert [first(options, name) for name in ("title", "minimum", "cooldown")] == ["A", "7", "3"]
    assert "<!subteam^S0GROWTH>" in text(options)
    await sent(scene, options, {"title": ""})
    changed = await sent(scene, scene.slack.parts.views.find(view["id"]).as_slack(), {"amount": "40"})
    after = await the_alert(scene)
    assert ":pencil2: Changed. Next check" in text(await changed.view())
    assert rule_text(stored(after.rule)) == f"comments +40% week {remembered} for <!subteam^S0GROWTH>"
    assert (after.cron, after.zone, after.version) == (before.cron, before.zone, 2)


async def test_a_form_that_changes_nothing_leaves_the_alert_as_it_is(scene):
    await scene.ask("alert acme comments > 20 day weekdays at 8:30 Europe/Berlin then card")
    before = await the_alert(scene)
    await sent(scene, await opened(scene, f"alert edit {before.id[:8]}"))
    assert asdict(await the_alert(scene)) == asdict(before)


async def test_an_alert_that_changed_or_was_deleted_meanwhile_is_left_alone(scene):
    await scene.ask("alert acme comments > 20 day")
    alert = await the_alert(scene)
    view = await opened(scene, f"alert edit {alert.id[:8]}")
    await scene.ask(f"alert pause {alert.id[:8]}")
    interaction = await sent(scene, view, {"amount": "30"})
    assert CHANGED_MEANWHILE.format(kind="alert") in text(await interaction.view())
    view = await opened(scene, f"alert edit {alert.id[:8]}")
    await scene.carry_out(f"alert delete {alert.id[:8]}")
    interaction = await sent(scene, view, {"amount": "30"})
    assert "There's no alert" in text(await interaction.view())
    assert await stored_alerts(scene) == ()


async def test_only_its_owner_opens_the_form_of_an_alert(scene):
    await scene.ask("alert acme comments > 20 day")
    alert = await the_alert(scene)
    view = await scene.slack.person("bob").command(f"alert edit {alert.id[:8]}", channel="#marketing")
    await scene.settle()
    assert NOT_YOURS.format(kind="alert") in text(await view.view())


async def test_an_account_that_opts_out_while_the_form_is_open_is_not_watched(open_scene):
    async with open_scene(administrators="U0ANN00001") as scene:
        await scene.ask("alert acme comments > 20 day")
        view = await opened(scene, "alert", who="bob")
        await scene.ask("opt out acme")
        interaction = await sent(scene, view, FILLED, who="bob")
        assert interaction.acknowledgement.errors == {"who": GONE}
        alert = await the_alert(scene)
        view = await opened(scene, f"alert edit {alert.id[:8]}")
        assert first(view, "who") is None
        await sent(scene, view, {"amount": "30"})
        after = await the_alert(scene)
        assert (after.accounts, stored(after.rule).amount) == (alert.accounts, 30)


async def test_a_form_sent_off_twice_is_one_alert(scene):
    view = await opened(scene, "alert")
    await asyncio.gather(sent(scene, view, FILLED), sent(scene, view, FILLED), return_exceptions=True)
    assert len(await stored_alerts(scene)) == 1


@pytest.mark.parametrize("words", ["alerts", "alert comments > 20 day"])
async def test_the_list_has_a_button_that_opens_the_form(open_scene, words):
    async with open_scene() as scene:
        if words != "alerts":
            await scene.ask(words)
        listed = await scene.ask("alerts")
        await scene.slack.person("ann").press(listed, "alert.new")
        await scene.settle()
        assert on_top(scene)["callback_id"] == modal.FORM


async def test_a_form_of_the_home_tab_is_answered_in_a_direct_message(scene):
    ann = scene.slack.person("ann")
    home = await (await ann.open_home()).view()
    await scene.settle()
    home = scene.slack.parts.views.home(ann.id).as_slack()
    await ann.press(home, "alert.new")
    await scene.settle()
    await sent(scene, on_top(scene), {**FILLED, "who": ACME, "channel": "C0MARKETING"})
    alert, direct = await the_alert(scene), scene.slack.parts.workspace.direct(ann.id)
    assert [alert.id[:8] in str(one.blocks) for one in scene.slack.accepted if one.channel == direct.id] == [True]


@pytest.mark.parametrize("words", ["alert", "alert edit"])
async def test_a_form_that_the_version_before_opened_sets_one_up_and_changes_none(scene, monkeypatch, words):
    """All its fields are in one view; it has none for the minimum, the cool-down and the quiet hours."""
    build_form = modal.build_form

    def built_before(state, values, *choices, **more):
        view = build_form(state, values, *choices, **more)
        blocks = [*view["blocks"], *modal.build_times(state, values)["blocks"][:-1]]
        kept = asdict(state) | {"alert": state.which, "rule": "{}", "kept": "Stays: min 7."}
        del kept["which"]
        return view | {"blocks": blocks, "private_metadata": json.dumps(kept)}

    if words == "alert edit":
        await scene.ask("alert acme comments > 20 day quiet 20:00-8:00")
    with monkeypatch.context() as before:
        before.setattr(modal, "build_form", built_before)
        view = await opened(scene, words)
    answer = text(await (await sent(scene, view, {**FILLED, "amount": "30"})).view())
    alert = await the_alert(scene)
    assert (alert.version, stored(alert.rule).amount) == (1, 20 if "edit" in words else 30)
    assert (CHANGED_MEANWHILE.format(kind="alert") in answer) == ("edit" in words)
