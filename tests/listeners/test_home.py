"""The Home tab through the real door: opened, pressed, published again, and never over a newer one."""

import asyncio

from bot.blocks.checker import check_view
from bot.blocks.home import LOADING


def shown(scene, who="ann"):
    """The tab as the person sees it now."""
    view = scene.slack.parts.views.home(scene.slack.person(who).id)
    assert check_view({"type": "home", "blocks": view.body["blocks"]}) == ()
    return view


async def opened(scene, who="ann"):
    deed = await scene.slack.person(who).open_home()
    await deed.view()
    await scene.settle()
    return deed


async def test_the_tab_shows_the_accounts_their_state_and_the_week(scene):
    deed = await opened(scene)
    assert LOADING in str(deed._views()[0]["blocks"])
    text = str(shown(scene).body["blocks"])
    assert "Acme Robotics" in text
    assert "access has ended" in text
    assert "Impressions" in text
    assert "▲" in text or "▼" in text
    assert "/linkedin-stats digest" in text


async def test_my_digests_stand_there_with_their_next_run_and_buttons(open_scene):
    """Set up in words in a channel; the tab that was open shows it without being opened again."""
    async with open_scene() as scene:
        await opened(scene)
        before = shown(scene)
        await scene.ask("digest create acme every monday 9:00 in #marketing")
        await scene.settle()
        after = shown(scene)
        assert after.hash != before.hash
        assert "<!date^" in str(after.body["blocks"])
        assert "digest." in str(
            [element["action_id"] for block in after.body["blocks"] for element in block.get("elements", []) if "action_id" in element]
        )


async def test_pressing_a_digests_button_there_is_answered_directly_and_renews_the_tab(open_scene):
    """Show and Pause, as on the digest itself; the tab tells at once that it is paused."""
    async with open_scene() as scene:
        await scene.ask("digest create acme every monday 9:00 in #marketing")
        await opened(scene)
        tab = shown(scene)
        await scene.slack.person("ann").press(tab.as_slack(), action(tab, "digest.show"))
        await scene.settle()
        card = scene.slack.person("ann").sees("dm")[-1]
        await scene.slack.person("ann").press(card, "digest.pause")
        await scene.settle()
        assert "aused" in str(shown(scene).body["blocks"])


def action(view, beginning):
    """The first element's id that begins so."""
    ids = [
        str(element.get("action_id", ""))
        for block in view.body["blocks"]
        for element in [*block.get("elements", []), block.get("accessory") or {}]
    ]
    return next(one for one in ids if one.startswith(beginning))


async def test_a_digest_is_set_up_from_there(open_scene):
    """The form opens over the tab; the new digest stands in the tab, and its card in the direct messages."""
    async with open_scene() as scene:
        await opened(scene)
        deed = await scene.slack.person("ann").press(shown(scene).as_slack(), "digest.new")
        await scene.settle()
        form = next(view for view in reversed(deed._views()) if view["type"] == "modal")
        await scene.slack.person("ann").submit_view(form, {"channel": scene.slack.channel_id("#marketing")})
        await scene.settle()
        assert "C0MARKETING" in str(shown(scene).body["blocks"])
        assert "C0MARKETING" in str(scene.slack.person("ann").sees("dm")[-1]["blocks"])


async def test_an_example_pressed_there_is_answered_in_the_direct_messages(open_scene):
    async with open_scene() as scene:
        await opened(scene)
        await scene.slack.person("ann").press({**shown(scene).as_slack()}, "example.1")
        await scene.settle()
        assert "impressions" in scene.slack.person("ann").sees("dm")[-1]["text"]


async def test_a_guest_is_told_once_whom_to_ask(open_scene):
    async with open_scene() as scene:
        await opened(scene, "gus")
        assert str(shown(scene, "gus").body["blocks"]).count("do not answer guests") == 1


async def test_two_openings_at_once_leave_the_newer_tab(open_scene):
    """Whatever is published later is what was asked for later."""
    async with open_scene() as scene:
        await opened(scene)
        await asyncio.gather(*(opened(scene) for _ in range(3)))
        assert "Acme Robotics" in str(shown(scene).body["blocks"])


async def test_a_tab_that_another_process_published_is_left_alone(open_scene):
    """Slack refuses a hash that is no longer the tab's; the next opening publishes again."""
    async with open_scene() as scene:
        await opened(scene)
        newer = {"type": "home", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "newer"}}]}
        scene.slack.parts.views.publish(scene.slack.person("ann").id, newer, "another process")
        await scene.ask("default linkedin-ABC")
        await scene.settle()
        assert "newer" in str(shown(scene).body["blocks"])
        await opened(scene)
        assert "Acme Robotics" in str(shown(scene).body["blocks"])


async def test_without_an_account_the_tab_tells_what_to_do(open_scene):
    async with open_scene(postpost_platform_id=None, postpost_api_key="unknown-key") as scene:
        await opened(scene)
        assert "Connect one in PostPost" in str(shown(scene).body["blocks"])


async def test_every_account_has_its_week_and_who_failed_is_named(open_scene):
    """A line each with the change; reach is not asked for, so that it is one question an account."""
    async with open_scene() as scene:
        await opened(scene)
        lines = [line for line in week(shown(scene)).split("\n") if line]
        assert {line.split("*")[1] for line in lines} >= {"Acme Robotics", "Ann Lee", "Kofi Mensah"}
        assert all("impressions" in line and ("▲" in line or "▼" in line or "unchanged" in line) for line in lines)
        assert "Elena Petrova: " in str(shown(scene).body["blocks"])
        asked = [request.body for request in scene.statistics.requests if request.path.endswith("linkedin-account-statistics")]
        assert len([body for body in asked if body["platformId"] == "linkedin-ABC"]) == 1


def week(view):
    """The lines of the accounts' week."""
    texts = [block["text"]["text"] for block in view.body["blocks"] if block["type"] == "section" and "text" in block]
    return next(text for text in texts if text.startswith("*") and "Try one" not in text)


async def test_who_opted_out_is_not_in_the_week(open_scene):
    async with open_scene() as scene:
        await scene.ask("opt out Ann Lee")
        await opened(scene, "bob")
        assert "Ann Lee" not in str(shown(scene, "bob").body["blocks"])


async def test_where_sums_alone_are_shown_the_week_is_a_sum(open_scene):
    async with open_scene(team_totals_only=True) as scene:
        await opened(scene)
        text = str(shown(scene).body["blocks"])
        assert "accounts together" in text
        assert "Only the sums are shown" in text


async def test_of_many_accounts_the_first_stand_there_and_a_press_shows_all(open_scene):
    many = {f"linkedin-More{number}": f"More {number}" for number in range(5)}
    async with open_scene(acknowledge_within=0.2, postpost_accounts=many) as scene:
        await opened(scene)
        assert "More 4: " not in str(shown(scene).body["blocks"])
        assert "These are 10 of 13 accounts" in str(shown(scene).body["blocks"])
        await scene.slack.person("ann").press(shown(scene).as_slack(), "example.9")
        await scene.settle()
        everybody = scene.slack.person("ann").sees("dm")[-1]
        assert "More 4" in str(everybody["blocks"])
