"""The digest's form as people use it: opened within the trigger's time, filled in, previewed, sent off, and used to change one."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from bot.digests import modal
from bot.digests.command import options_of
from bot.digests.create import TWIN
from bot.listeners import forms
from bot.management.actions import IS_UNCHANGED
from bot.management.forms import CHANGED_MEANWHILE
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.schedules.timezones import search_zones
from bot.slack.builders import plain
from bot.slack.validator import check_view
from bot.storage.workspace_settings import PermissionRepository

ACME, ANN_LEE = "linkedin-Tz9W5i6ZYG", "linkedin-ABC"


async def opened(scene, words="digest", who="ann", channel="#marketing"):
    """The form as it stands when the bot has nothing left to do."""
    interaction = await scene.slack.person(who).command(words, channel=channel)
    assert interaction.ok, interaction.error
    await scene.settle()
    return guarded(await interaction.view())


def guarded(view):
    assert (
        check_view({name: view[name] for name in ("type", "title", "blocks", "submit", "close", "private_metadata") if view.get(name)})
        == ()
    )
    return view


async def more(scene, view, values, who="ann", filled=None):
    """The options on top of the form, opened, filled in and sent off; the form below as it stands then."""
    await scene.slack.person(who).press(view, modal.FORM_MORE, filled=filled)
    await scene.settle()
    options = guarded(on_top(scene, who))
    assert options["title"]["text"] == modal.TITLE_MORE
    interaction = await sent(scene, options, values, who)
    return interaction, scene.slack.parts.views.find(view["id"]).as_slack()


def on_top(scene, who="ann"):
    return scene.slack.parts.views.top(scene.slack.person(who).id).as_slack()


def first(view, field):
    element = next(block["element"] for block in view["blocks"] if block.get("block_id") == field)
    return next((element[name] for name in element if name.startswith("initial_")), None)


def text(view):
    return str(view["blocks"])


async def sent(scene, view, values=None, who="ann"):
    interaction = await scene.slack.person(who).submit_view(view, values or {})
    await scene.settle()
    return interaction


async def stored(scene):
    return await scene.bot.scheduling.stores.digests.digests()


async def test_digest_alone_opens_the_form_with_what_is_usual(scene):
    """The channel's account, Mondays at nine, the person's own zone, this channel, everything shown."""
    view = await opened(scene)
    assert view["callback_id"] == modal.FORM
    assert [option["value"] for option in first(view, "accounts")] == [ACME]
    assert [option["value"] for option in first(view, "days")] == ["1"]
    assert (first(view, "time"), first(view, "timezone")["value"], first(view, "channel")) == ("09:00", "Europe/Berlin", ["C0MARKETING"])
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert len(inputs) <= 6
    assert not any(block.get("optional") for block in inputs)
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == ("New digest", "Create Digest", "Cancel")


async def test_the_form_is_two_interactions_from_a_digest(scene):
    """Open, send off: set up, said in the view and in a private card with the buttons."""
    interaction = await sent(scene, await opened(scene))
    assert "Set up" in text(await interaction.view())
    (digest,) = await stored(scene)
    assert (digest.accounts, digest.channel, digest.cron, digest.zone, digest.content) == (
        (ACME,),
        "C0MARKETING",
        "0 9 * * 1",
        "Europe/Berlin",
        (),
    )
    card = scene.slack.person("ann").sees("#marketing")[-1]
    assert card["ephemeral"]
    assert "Pause" in str(card["blocks"])


async def test_what_is_chosen_is_what_is_kept(scene):
    values = {
        "accounts": [ACME, ANN_LEE],
        "days": ["Tuesday", "Thursday"],
        "time": "17:45",
        "timezone": "Asia/Tokyo",
        "channel": "C0GENERAL0",
    }
    _, view = await more(scene, await opened(scene), {"show": ["best", "chart"]})
    await sent(scene, view, values)
    (digest,) = await stored(scene)
    assert (set(digest.accounts), digest.cron, digest.zone, digest.channel, digest.content) == (
        {ACME, ANN_LEE},
        "45 17 * * 2,4",
        "Asia/Tokyo",
        "C0GENERAL0",
        ("chart", "best"),
    )


@pytest.mark.parametrize(
    ("values", "cron"),
    [
        ({"days": ["d1"]}, "0 9 1 * *"),
        ({"days": ["dL", "d15"], "time": "08:00"}, "0 8 15,L * *"),
        ({"days": ["1", "2", "3", "4", "5"]}, "0 9 * * 1-5"),
        ({"days": ["1", "2", "3", "4", "5", "6", "0"]}, "0 9 * * *"),
    ],
)
async def test_days_say_when(open_scene, values, cron):
    async with open_scene() as scene:
        await sent(scene, await opened(scene), values)
        assert [digest.cron for digest in await stored(scene)] == [cron]


async def test_own_words_replace_days_and_time_until_they_are_taken_out(scene):
    """What was entered in the form stays there while the options lie on top."""
    interaction, _ = await more(scene, await opened(scene), {"words": "every blue moon"}, filled={"channel": "C0GENERAL0"})
    assert "every blue moon" in interaction.acknowledgement.errors["words"]
    await sent(scene, on_top(scene), {"words": "first monday of the month 10am"})
    view = guarded(on_top(scene))
    assert "first monday of the month 10am" in text(view)
    assert "timepicker" not in text(view)
    _, view = await more(scene, view, {"words": ""})
    assert [option["value"] for option in first(view, "days")] == ["1"]
    _, view = await more(scene, view, {"words": "cron 15 7 * * 1-5", "show": []})
    await sent(scene, guarded(view))
    assert [(one.cron, one.channel, one.content) for one in await stored(scene)] == [("15 7 * * 1-5", "C0GENERAL0", ("figures",))]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"days": ["1", "d1"]}, {"days": "not both"}),
        ({"channel": "C0OLD00000", "time": "11:00"}, {"channel": "archived: nothing can be posted there. Choose another channel."}),
    ],
)
async def test_an_entry_that_cannot_be_used_is_marked_and_the_form_stays(open_scene, values, says):
    async with open_scene() as scene:
        view = await opened(scene)
        interaction = await sent(scene, view, values)
        assert interaction.error == "validation"
        assert {field: says[field] in error for field, error in interaction.acknowledgement.errors.items()} == dict.fromkeys(says, True)
        assert on_top(scene)["state"]["values"]["accounts"]["accounts"]["selected_options"]
        assert await stored(scene) == ()


def form_of_the_version_before(view):
    """The form's view as the version before built it: seven inputs, the zone as text, what to show and the words in the same view."""
    fields = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    typed = {"type": "plain_text_input", "max_length": 200}
    more = modal.build_options(modal.DigestFormState(), modal.FormValues())
    boxes = next(block["element"] for block in more["blocks"] if block["block_id"] == "show")
    blocks = [
        {**fields["accounts"]},
        {**fields["days"], "optional": True},
        {**fields["time"], "optional": True},
        {
            "type": "input",
            "block_id": "zone",
            "label": plain("Time zone"),
            "element": {**typed, "action_id": "zone", "initial_value": "UTC"},
        },
        {"type": "input", "block_id": "words", "label": plain("Words"), "element": {**typed, "action_id": "words"}, "optional": True},
        {**fields["channel"]},
        {"type": "input", "block_id": "show", "label": plain("What to show"), "element": boxes, "optional": True},
        {"type": "actions", "elements": [{"type": "button", "action_id": "digest.look", "text": plain("Preview"), "value": "preview"}]},
    ]
    remembered = {"digest": "", "version": 0, "asked_in": "C0MARKETING", "dates": ""}
    return {
        **{name: view[name] for name in ("type", "title", "submit", "close", "callback_id")},
        "blocks": blocks,
        "private_metadata": json.dumps(remembered),
    }


async def test_a_form_that_the_version_before_opened_is_taken(scene):
    """All its errors at once, each under its own field; then what was entered is kept."""
    view = await opened(scene)
    slack_view = scene.slack.parts.views.find(view["id"])
    view = scene.slack.parts.views.update(slack_view, form_of_the_version_before(view), "views.update").as_slack()
    interaction = await sent(scene, view, {"zone": "Europe/Berln", "days": [], "time": None})
    assert {field: error[:15] for field, error in interaction.acknowledgement.errors.items()} == {
        "zone": "I don't know a ",
        "days": "Choose at least",
        "time": "Choose a time.",
    }
    await sent(scene, view, {"zone": "asia/tokyo", "words": "first monday of the month 10am", "show": ["best"]})
    assert [(one.cron, one.zone, one.content) for one in await stored(scene)] == [("0 10 * * 1#1", "Asia/Tokyo", ("best",))]


async def test_a_channel_of_which_slack_tells_too_late_is_told_above_the_entries(scene, monkeypatch):
    """Nothing is lost: the form comes back with what was entered."""
    monkeypatch.setattr(forms, "CHECK_WITHIN", 0)
    interaction = await sent(scene, await opened(scene), {"channel": "C0OLD00000", "time": "11:00"})
    view = guarded(await interaction.view())
    assert view["blocks"][0]["type"] == "alert"
    assert "archived" in text(view)
    assert first(view, "time") == "11:00"
    await sent(scene, view, {"channel": "C0GENERAL0"})
    assert [(digest.channel, digest.cron) for digest in await stored(scene)] == [("C0GENERAL0", "0 11 * * 1")]


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("berl", "Europe/Berlin"),
        ("erlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("new_y", "America/New_York"),
        ("mumb", "Asia/Kolkata"),
        ("rancisco", "America/Los_Angeles"),
        ("PT", "America/Los_Angeles"),
        ("utc+5:30", "Asia/Kolkata"),
        ("utc", "UTC"),
        ("no such place", None),
        ("<script>", None),
    ],
)
def test_zones_are_found_by_the_letters_typed_so_far(typed, zone):
    """Each once, with a label that Slack takes; old names such as Etc/GMT+5 are not offered."""
    found = search_zones(typed, datetime(2026, 11, 23, 9, tzinfo=UTC), 50)
    zones = [one for one, _ in found]
    assert zone in zones if zone else not zones
    assert len(set(zones)) == len(zones) <= 50
    assert all(0 < len(label) <= 75 and not one.startswith(("Etc/", "US/")) for one, label in found)


@pytest.mark.parametrize(("typed", "zone"), [("erli", "Europe/Berlin"), ("york", "America/New_York"), ("munich", "Europe/Berlin")])
def test_a_zone_of_that_name_comes_before_cities_that_have_the_letters_somewhere(typed, zone):
    assert search_zones(typed, datetime(2026, 11, 23, 9, tzinfo=UTC), 5)[0][0] == zone


async def test_the_zones_are_offered_while_a_person_types(scene):
    view = await opened(scene)
    offered = await scene.slack.person("ann").options(view, "timezone", "kol")
    assert ("Asia/Kolkata, UTC+5:30", "Asia/Kolkata") in [(one["text"]["text"], one["value"]) for one in offered.body["options"]]
    with pytest.raises(PersonRefusalError, match="2 letters"):
        await scene.slack.person("ann").options(view, "timezone", "k")


async def test_the_preview_opens_on_top_and_sets_nothing_up(scene):
    """The form stays below it with what was entered; wrong entries are told there, all of them."""
    view = await opened(scene)
    await scene.slack.person("ann").press(view, modal.FORM_PREVIEW, filled={"time": "11:00"})
    await scene.settle()
    preview = guarded(on_top(scene))
    assert (preview["title"]["text"], preview["close"]["text"], preview["previous_view_id"]) == ("Digest preview", "Done", view["id"])
    assert "impressions" in text(preview)
    assert "button" not in text(preview)
    await scene.slack.person("ann").close_view(preview)
    assert on_top(scene)["state"]["values"]["time"]["time"]["selected_time"] == "11:00"
    await scene.slack.person("ann").press(view, modal.FORM_PREVIEW, filled={"days": ["1", "d1"], "channel": None})
    await scene.settle()
    assert "not both" in text(on_top(scene))
    assert "Choose a channel" in text(on_top(scene))
    assert scene.slack.person("ann").sees("#marketing") == []
    assert await stored(scene) == ()


async def test_a_form_sent_off_twice_is_one_digest(scene):
    """Slack delivers again what it got no answer to; two at once are one as well."""
    view = await opened(scene)
    await asyncio.gather(sent(scene, view), sent(scene, view), return_exceptions=True)
    assert len(await stored(scene)) == 1


async def test_edit_opens_the_form_with_the_digest_and_keeps_what_is_changed(scene):
    await sent(scene, await opened(scene), {"days": ["Friday"], "time": "16:00"})
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    assert [option["value"] for option in first(view, "days")] == ["5"]
    await sent(scene, view, {"time": "08:00"})
    (after,) = await stored(scene)
    assert (after.id, after.cron, after.version) == (digest.id, "0 8 * * 5", 2)


async def test_a_schedule_that_the_choices_cannot_say_stands_in_words(scene):
    _, view = await more(scene, await opened(scene), {"words": "cron 0 9 1 1,7 *"})
    await sent(scene, view)
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    assert "on the 1st of the half-year 9:00" in text(view)
    await sent(scene, view, {"timezone": "UTC"})
    assert [(one.cron, one.zone) for one in await stored(scene)] == [("0 9 1 1,7 *", "UTC")]


async def test_a_form_of_a_digest_that_changed_meanwhile_changes_nothing(scene):
    """The version the person saw is in the form."""
    await sent(scene, await opened(scene))
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    await scene.ask(f"digest pause {digest.id[:8]}", who="ann")
    interaction = await sent(scene, view, {"time": "08:00"})
    assert CHANGED_MEANWHILE.format(kind="digest") in text(await interaction.view())
    assert [one.cron for one in await stored(scene)] == ["0 9 * * 1"]


async def test_options_of_the_form_stand_in_the_preview_and_there_again(scene):
    """What a person wrote mentions people and nobody else; words take them away again."""
    entered = {
        "title": "Weekly <numbers>",
        "intro": 'Good "morning" <@U0BOB00001> <!channel>',
        "posted": ["only_headline", "skip_unchanged"],
    }
    _, view = await more(scene, await opened(scene), entered)
    await scene.slack.person("ann").press(view, modal.FORM_PREVIEW)
    await scene.settle()
    shown = on_top(scene)["blocks"]
    assert shown[1]["text"]["text"].startswith("Weekly <numbers>, ")
    assert shown[2]["text"]["text"] == "Good 'morning' <@U0BOB00001> &lt;!channel&gt;"
    await scene.slack.person("ann").close_view(on_top(scene))
    await sent(scene, view)
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    await scene.slack.person("ann").press(view, modal.FORM_MORE)
    await scene.settle()
    assert (first(on_top(scene), "title"), first(on_top(scene), "intro")) == ("Weekly <numbers>", "Good 'morning' <@U0BOB00001> <!channel>")
    card = await scene.ask(f"digest show {digest.id[:8]}")
    assert "Weekly &lt;numbers&gt;" in card["text"]
    assert "only the headline in the channel · skipped when no figure has changed" in str(card["blocks"])
    assert [one["value"] for one in first(on_top(scene), "posted")] == ["only_headline", "skip_unchanged"]
    await scene.ask(f'digest edit {digest.id[:8]} title "New" no intro in full')
    (after,) = await stored(scene)
    assert (options_of(after.rule).given, after.cron) == ({"title": "New", "skip_unchanged": True}, digest.cron)


async def test_somebody_elses_digest_does_not_open(scene):
    await sent(scene, await opened(scene, who="bob"), who="bob")
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}", who="yuki")
    assert "Only its owner or an administrator" in text(view)
    assert "submit" not in view or not view["submit"]


async def test_saving_without_a_change_says_so_and_changes_nothing(scene):
    """The accounts' order is none that the form can show: it stays as it was."""
    plan = await scene.ask("digest ann lee, acme every monday 9:00 Europe/Berlin")
    await scene.slack.person("ann").press(plan, "digest.create")
    await scene.settle()
    (digest,) = await stored(scene)
    assert digest.accounts == (ANN_LEE, ACME)
    interaction = await sent(scene, await opened(scene, f"digest edit {digest.id[:8]}"))
    assert IS_UNCHANGED in text(await interaction.view())
    assert await stored(scene) == (digest,)
    assert len(await PermissionRepository(scene.bot.scheduling.stores.digests._database).changes(digest.team, digest.id)) == 1


async def test_an_account_that_the_form_cannot_show_stays(scene):
    """Who opted out is offered to nobody; it is not for the form to remove them."""
    await sent(scene, await opened(scene), {"accounts": [ACME, ANN_LEE]})
    await scene.ask("opt out ann lee")
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    assert ANN_LEE not in text(view)
    await sent(scene, view, {"time": "10:00"})
    (after,) = await stored(scene)
    assert (after.accounts, after.cron) == (digest.accounts, "0 10 * * 1")


async def test_an_account_that_opted_out_is_left_out_of_no_preview_and_no_change_in_silence(scene):
    """It is refused already there, not only when the digest is set up: by its id it is found, by its name it is unknown."""
    await sent(scene, await opened(scene), {"accounts": [ACME]})
    (digest,) = await stored(scene)
    await scene.ask("opt out ann lee")
    every = [f"digest {accounts} every monday 9:00" for accounts in (ANN_LEE, f"acme {ANN_LEE}")]
    for words in (*every, f"digest edit {digest.id[:8]} accounts acme {ANN_LEE}"):
        shown = await scene.ask(words)
        assert "One of the accounts you chose can no longer be chosen." in shown["text"]
        assert "digest.create" not in str(shown["blocks"])
        assert "Ann Lee" not in str(shown)
    assert await stored(scene) == (digest,)


async def test_an_account_that_the_form_shows_can_be_taken_out(scene):
    await sent(scene, await opened(scene), {"accounts": [ACME, ANN_LEE]})
    (digest,) = await stored(scene)
    await sent(scene, await opened(scene, f"digest edit {digest.id[:8]}"), {"accounts": [ANN_LEE]})
    assert [one.accounts for one in await stored(scene)] == [(ANN_LEE,)]


async def test_a_change_in_the_form_into_what_another_digest_is_is_told_above_the_entries(scene):
    await sent(scene, await opened(scene))
    await sent(scene, await opened(scene), {"time": "10:00"})
    other = next(one for one in await stored(scene) if one.cron == "0 10 * * 1")
    interaction = await sent(scene, await opened(scene, f"digest edit {other.id[:8]}"), {"time": "09:00"})
    view = guarded(await interaction.view())
    assert TWIN in text(view)
    assert first(view, "time") == "09:00"
    assert sorted(one.cron for one in await stored(scene)) == ["0 10 * * 1", "0 9 * * 1"]


async def test_the_preview_of_a_change_offers_no_second_digest(scene):
    """It shows the digest as it would be, and is sent off with the form alone."""
    await sent(scene, await opened(scene))
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    await scene.slack.person("ann").press(view, modal.FORM_PREVIEW)
    await scene.settle()
    assert "nothing is saved yet" in text(on_top(scene))
    assert await stored(scene) == (digest,)


@pytest.mark.parametrize("account", ["linkedin-NONE000000", "<!channel>", ""])
async def test_an_account_that_is_not_shown_here_is_refused_and_nothing_is_saved(scene, account):
    """A digest of one that was disconnected, or given to a client, after the form was opened was set up all the same."""
    view, ann = await opened(scene), scene.slack.person("ann")
    entries = await ann._entered(view, {"accounts": [ACME], "days": ["1"], "time": "09:00"})
    entries["accounts"]["accounts"]["selected_options"][0]["value"] = account
    await ann._modals.submit(ann.id, view["id"], entries)
    await scene.settle()
    shown = scene.slack.parts.views.find(view["id"]).as_slack()
    assert modal.GONE in text(shown)
    assert shown["submit"]["text"] == modal.SAVE_NEW
    assert await scene.bot.scheduling.stores.digests.digests() == ()
