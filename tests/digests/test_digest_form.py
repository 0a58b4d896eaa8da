"""The digest's form as people use it: opened within the trigger's time, filled in, previewed, sent off, and used to change one."""

import asyncio

import pytest

from bot.blockkit.validator import check_view
from bot.digests import modal
from bot.digests.create import TWIN
from bot.digests.form import CHANGED_MEANWHILE
from bot.digests.service import UNCHANGED
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
    return await scene.bot.digests.stores.digests.digests()


async def test_digest_alone_opens_the_form_with_what_is_usual(scene):
    """The channel's account, Mondays at nine, the person's own zone, this channel, everything shown."""
    view = await opened(scene)
    assert view["callback_id"] == modal.FORM
    assert [option["value"] for option in first(view, "accounts")] == [ACME]
    assert [option["value"] for option in first(view, "days")] == ["1"]
    assert (first(view, "time"), first(view, "zone"), first(view, "channel")) == ("09:00", "Europe/Berlin", "C0MARKETING")
    assert len(first(view, "show")) == 6


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
        "zone": "asia/tokyo",
        "channel": "C0GENERAL0",
        "show": ["best", "chart"],
    }
    await sent(scene, await opened(scene), values)
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
        ({"words": "first monday of the month 10am"}, "0 10 * * 1#1"),
        ({"words": "cron 15 7 * * 1-5", "days": [], "time": None}, "15 7 * * 1-5"),
    ],
)
async def test_days_or_own_words_say_when(open_scene, values, cron):
    async with open_scene() as scene:
        await sent(scene, await opened(scene), values)
        assert [digest.cron for digest in await stored(scene)] == [cron]


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"zone": "Europe/Berln"}, "zone", "Europe/Berlin"),
        ({"words": "every blue moon"}, "words", "every blue moon"),
        ({"days": ["1", "d1"]}, "days", "not both"),
        ({"days": []}, "days", "at least one day"),
        ({"time": None}, "time", "time"),
    ],
)
async def test_an_entry_that_cannot_be_used_is_marked_and_the_form_stays(open_scene, values, field, says):
    async with open_scene() as scene:
        interaction = await sent(scene, await opened(scene), values)
        assert interaction.error == "validation"
        assert says in interaction.acknowledgement.errors[field]
        assert await stored(scene) == ()


async def test_a_channel_where_it_must_not_go_is_told_above_the_entries(scene):
    """Nothing is lost: the form comes back with what was entered."""
    interaction = await sent(scene, await opened(scene), {"channel": "C0OLD00000", "time": "11:00"})
    view = guarded(await interaction.view())
    assert "archived" in text(view)
    assert first(view, "time") == "11:00"
    await sent(scene, view, {"channel": "C0GENERAL0"})
    assert [(digest.channel, digest.cron) for digest in await stored(scene)] == [("C0GENERAL0", "0 11 * * 1")]


async def test_the_preview_is_private_and_sets_nothing_up(scene):
    view = await opened(scene)
    await scene.slack.person("ann").press(view, modal.FORM_PREVIEW)
    await scene.settle()
    preview = scene.slack.person("ann").sees("#marketing")[-1]
    assert preview["ephemeral"]
    assert "LinkedIn summary" in preview["text"]
    assert scene.slack.person("bob").sees("#marketing") == []
    assert await stored(scene) == ()


async def test_a_form_sent_off_twice_is_one_digest(scene):
    """Slack delivers again what it heard no answer to; two at once are one as well."""
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
    await sent(scene, await opened(scene), {"words": "cron 0 9 1 1,7 *"})
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    assert first(view, "words") == "on the 1st of the half-year 9:00"
    await sent(scene, view, {"zone": "UTC"})
    assert [(one.cron, one.zone) for one in await stored(scene)] == [("0 9 1 1,7 *", "UTC")]


async def test_a_form_of_a_digest_that_changed_meanwhile_changes_nothing(scene):
    """The version the person saw is in the form."""
    await sent(scene, await opened(scene))
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}")
    await scene.ask(f"digest pause {digest.id[:8]}", who="ann")
    interaction = await sent(scene, view, {"time": "08:00"})
    assert CHANGED_MEANWHILE in text(await interaction.view())
    assert [one.cron for one in await stored(scene)] == ["0 9 * * 1"]


async def test_somebody_elses_digest_does_not_open(scene):
    await sent(scene, await opened(scene, who="bob"), who="bob")
    (digest,) = await stored(scene)
    view = await opened(scene, f"digest edit {digest.id[:8]}", who="yuki")
    assert "Only its owner or an administrator" in text(view)
    assert "submit" not in view or not view["submit"]


async def test_every_figure_can_stand_alone(scene):
    """Nothing ticked shows the figures and no part more."""
    await sent(scene, await opened(scene), {"show": []})
    (digest,) = await stored(scene)
    assert digest.content == ("figures",)


async def test_saving_without_a_change_says_so_and_changes_nothing(scene):
    """The accounts' order is none that the form can show: it stays as it was."""
    plan = await scene.ask("digest ann lee, acme every monday 9:00 Europe/Berlin")
    await scene.slack.person("ann").press(plan, "digest.create")
    await scene.settle()
    (digest,) = await stored(scene)
    assert digest.accounts == (ANN_LEE, ACME)
    interaction = await sent(scene, await opened(scene, f"digest edit {digest.id[:8]}"))
    assert UNCHANGED in text(await interaction.view())
    assert await stored(scene) == (digest,)
    assert len(await PermissionRepository(scene.bot.digests.stores.digests._database).changes(digest.team, digest.id)) == 1


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
    preview = scene.slack.person("ann").sees("#marketing")[-1]
    assert "nothing is changed yet" in preview["text"]
    assert "digest.create" not in str(preview["blocks"])
    assert await stored(scene) == (digest,)
