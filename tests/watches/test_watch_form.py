"""The form of watches as people use it: opened, filled in, previewed, sent off, and used to change one."""

import pytest

from bot.management.actions import SubscriptionChange
from bot.management.forms import CHANGED_MEANWHILE
from bot.watches import handler as modal
from bot.watches.blocks import DONE, LAST_POST, NO_POST
from bot.watches.handler import GONE, NO_WHO_CHOSEN, ONE_GROUP
from bot.watches.rule import WatchRule
from tests.alerts.test_alert_form import above
from tests.digests.test_digest_form import first, on_top, opened, sent, text
from tests.watches.test_watches_in_slack import ACME, JANE, watches


async def the_watch(scene):
    (watch,) = await watches(scene)
    rule = WatchRule.from_json(watch.rule)
    assert rule is not None
    return watch, rule.who, rule.quiet


async def test_watch_alone_opens_the_form_with_what_is_usual_and_sets_one_up(scene):
    view = await opened(scene, "watch")
    assert (view["title"]["text"], view["submit"]["text"]) == (modal.TITLE_NEW, modal.SAVE_NEW)
    assert ([one["value"] for one in first(view, "who")], first(view, "channel")) == ([ACME], "C0MARKETING")
    done = await sent(scene, view, {"who": [ACME, JANE], "channel": "C0GENERAL0", "quiet": "quiet 8pm to 8am"})
    assert "The next post that goes live is announced in the channel" in text(await done.view())
    watch, who, quiet = await the_watch(scene)
    assert (watch.accounts, watch.channel, who, quiet) == ((ACME, JANE), "C0GENERAL0", "", "20:00-8:00")


async def test_what_is_wrong_is_marked_under_its_field_all_at_once(scene):
    view = await opened(scene, "watch new")
    for values, errors in (
        ({"who": [ACME, "team:"], "quiet": "always"}, {"who": ONE_GROUP, "quiet": "quiet hours"}),
        ({"who": [ACME], "quiet": "", "channel": "C0OLD00000"}, {"channel": "archived"}),
    ):
        marked = (await sent(scene, view, values)).acknowledgement.errors
        assert {field: part in marked.get(field, "") for field, part in errors.items()} == dict.fromkeys(errors, True)
        assert set(marked) == set(errors)
    preview = text(await above(scene, view, modal.FORM_PREVIEW, filled={"who": [], "channel": None, "quiet": "always"}))
    for one in (f"*Whose posts:* {NO_WHO_CHOSEN}", "*Channel:* Choose a channel.", "*Quiet hours:*"):
        assert one in preview
    assert await watches(scene) == ()


async def test_the_preview_is_the_message_about_the_last_post(scene):
    await scene.settle()
    view = await opened(scene, "watch")
    shown = text(await above(scene, view, modal.FORM_PREVIEW))
    assert (LAST_POST in shown, "Acme Robotics posted on LinkedIn" in shown) == (True, True)
    assert "actions" not in shown
    await scene.slack.person("ann").press(view, modal.FORM_PREVIEW, filled={"channel": "C0OLD00000"})
    await scene.settle()
    assert "archived" in text(on_top(scene))
    assert NO_POST not in shown
    assert await watches(scene) == ()


async def test_edit_opens_the_form_with_the_watch_and_changes_what_is_chosen(scene):
    await scene.ask("group sales = acme, linkedin-ABC")
    await scene.ask("watch acme quiet 20:00-8:00")
    card = await scene.ask("watch show")
    await scene.slack.person("ann").press(card, "Edit")
    await scene.settle()
    view = on_top(scene)
    assert (view["title"]["text"], first(view, "quiet")) == (modal.TITLE_EDIT, "20:00-8:00")
    done = await sent(scene, view, {"who": ["group:sales"], "quiet": ""})
    assert DONE[SubscriptionChange.CHANGED] in text(await done.view())
    watch, who, quiet = await the_watch(scene)
    assert (watch.accounts, who, quiet, watch.version) == ((), "sales", "", 2)
    view = await opened(scene, f"watch edit {watch.id[:8]}")
    assert [one["value"] for one in first(view, "who")] == ["group:sales"]
    await sent(scene, view)
    assert (await the_watch(scene))[0].version == 2
    view = await opened(scene, f"watch edit {watch.id[:8]}")
    await scene.ask("watch pause")
    assert CHANGED_MEANWHILE.format(kind="watch") in text(await (await sent(scene, view, {"quiet": "1-2"})).view())


async def test_an_account_that_opts_out_is_in_no_form_and_stays_in_its_watch(open_scene):
    async with open_scene(administrators="U0ANN00001") as scene:
        await scene.ask("watch acme")
        view = await opened(scene, "watch new", who="bob")
        await scene.ask("opt out acme")
        assert (await sent(scene, view, {}, who="bob")).acknowledgement.errors == {"who": GONE}
        watch, _, _ = await the_watch(scene)
        view = await opened(scene, f"watch edit {watch.id[:8]}")
        assert "Acme" not in text(view)
        await sent(scene, view, {"quiet": "20-8"})
        after, _, quiet = await the_watch(scene)
        assert (after.accounts, quiet) == ((ACME,), "20:00-8:00")


@pytest.mark.parametrize("words", ["watches", "watch acme"])
async def test_the_list_has_a_button_that_opens_the_form(open_scene, words):
    async with open_scene() as scene:
        if words != "watches":
            await scene.ask(words)
        await scene.slack.person("ann").press(await scene.ask("watches"), "watch.new")
        await scene.settle()
        assert on_top(scene)["callback_id"] == modal.FORM
