"""Previews of links: off until switched on, of known posts alone, seldom, and never where they should not be."""

from dataclasses import replace

import pytest

from bot.errors import StoreError
from bot.sandbox.slack.messages import Content
from bot.slack.validator import check_message
from bot.storage.workspace_settings import GroupRepository, PermissionRepository

POST = "urn:li:share:7123456789012345678"
LINK = f"https://www.linkedin.com/feed/update/{POST}/"
OTHER = "https://www.linkedin.com/feed/update/urn:li:share:7434685316856377344/"
THIRD = "https://www.linkedin.com/feed/update/urn:li:share:7434685316856377345/"
TEAM = "T0SANDBOX1"
OWNER = "linkedin-Tz9W5i6ZYG"


async def switched_on(scene, *links):
    """The workspace wants previews, and these posts are known because somebody asked for them."""
    assert "are previewed" in (await scene.ask("unfurl on"))["text"]
    for link in links or (LINK,):
        await scene.ask(link)


async def shared(scene, text=LINK, who="bob", channel="#marketing", **more):
    """What stands below the message that somebody posts."""
    posted = await scene.slack.person(who).say(text, channel=channel, **more)
    await scene.settle()
    return below(scene, posted)


def below(scene, posted):
    message = scene.slack.parts.workspace.find(posted.channel, posted.ts)
    for unfurl in (message.unfurls or {}).values():
        assert not check_message(unfurl["blocks"], unfurl["fallback"])
    return message.unfurls or {}


async def test_a_known_post_gets_a_small_preview_for_everybody(scene):
    await switched_on(scene)
    (shown,) = (await shared(scene, f"look at {LINK}")).values()
    assert shown["app_unfurl_url"] == LINK
    assert "15,420" in shown["fallback"]
    texts = str(shown["blocks"])
    assert "Post by" in texts
    assert "Members reached: 8,234" in texts
    assert [
        element["text"]["text"] for block in shown["blocks"] for element in block.get("elements", ()) if element["type"] == "button"
    ] == ["Open Card"]


async def test_nothing_is_shown_until_an_administrator_switches_it_on(open_scene):
    async with open_scene() as scene:
        await scene.ask(LINK)
        assert await shared(scene) == {}
        refused = await scene.ask("unfurl on", who="bob")
        assert "Only an administrator" in refused["text"]
        assert refused["ephemeral"]
        assert await shared(scene) == {}
        await scene.ask("unfurl on")
        assert await shared(scene)
        assert "aren't previewed" in (await scene.ask("unfurl off"))["text"]
        scene.clock.go_on(hours=1)
        assert await shared(scene) == {}


async def test_whether_it_is_on_is_said_at_every_entry_point_and_kept_with_who_and_when(open_scene):
    async with open_scene() as scene:
        assert "aren't previewed" in (await scene.ask("unfurl", who="bob"))["text"]
        await scene.slack.person("ann").mention("unfurl on", channel="#marketing")
        await scene.settle()
        await scene.slack.person("bob").say("unfurl", channel="dm")
        await scene.settle()
        assert "Switched on by <@U0ANN00001>" in scene.slack.accepted[-1].text
        texts = str((await scene.ask("permissions"))["blocks"])
        assert "Switched on by <@U0ANN00001>" in texts
        assert "switched previews of links on" in texts
        assert "`unfurl off`" in (await scene.ask("unfurl maybe"))["text"]


async def test_a_scope_that_is_missing_is_named_when_it_is_switched_on(open_scene):
    async with open_scene() as scene:
        scene.slack.parts.installation.scopes -= {"links:write"}
        assert "doesn't have the scope `links:write`" in (await scene.ask("unfurl on"))["text"]


async def test_only_posts_of_known_accounts_and_nobody_else_is_asked_for(open_scene):
    async with open_scene() as scene:
        await scene.ask("unfurl on")
        assert await shared(scene, f"{OTHER} https://www.linkedin.com/in/jane-doe") == {}
        assert [one.path for one in scene.statistics.requests if "statistics" in one.path] == []
        assert scene.asked_count("unfurl", "nothing") == 1


async def test_a_link_with_an_activity_is_matched_to_the_known_post_of_that_moment(open_scene):
    """What LinkedIn's own *Copy link to post* gives, mostly."""
    async with open_scene() as scene:
        await switched_on(scene)
        activity = ((7123456789012345678 >> 22) + 500) << 22
        link = f"https://www.linkedin.com/posts/acme_robots-activity-{activity}-x1Yz?utm_source=share&rcm=member"
        (shown,) = (await shared(scene, link)).values()
        assert shown["app_unfurl_url"] == link
        assert "15,420" in shown["fallback"]


async def test_at_most_two_in_a_message(open_scene):
    async with open_scene() as scene:
        await switched_on(scene, LINK, OTHER, THIRD)
        shown = await shared(scene, f"{LINK} {OTHER} {THIRD}")
        assert list(shown) == [LINK, OTHER]
        ids = [
            element["action_id"]
            for one in shown.values()
            for block in one["blocks"]
            for element in block.get("elements", ())
            if "url" in str(element) or "action_id" in element
        ]
        assert len(set(ids)) == len(ids) == 2


async def test_the_same_post_not_again_in_the_channel_within_half_an_hour(open_scene):
    """Kept in the database: neither a restart nor a second process forgets it. Another channel is another matter."""
    async with open_scene() as scene:
        await switched_on(scene)
        assert await shared(scene)
        assert await shared(scene, LINK.replace("www.", "")) == {}
        assert await shared(scene, channel="#general")
        scene.clock.go_on(minutes=29)
    async with open_scene() as scene:
        await scene.ask(LINK)
        assert await shared(scene) == {}
        scene.clock.go_on(minutes=2)
        assert await shared(scene)


@pytest.mark.parametrize(("who", "channel"), [("bob", "#partners"), ("gus", "#marketing"), ("pat", "#partners")])
async def test_never_in_shared_channels_and_not_for_guests(open_scene, who, channel):
    """Not even where an administrator let people ask: an answer is for its asker, a preview for everybody."""
    async with open_scene() as scene:
        await switched_on(scene)
        await scene.ask("allow #partners")
        assert await shared(scene, who=who, channel=channel) == {}


async def test_not_where_the_channel_is_not_allowed_or_may_not_see_the_account(open_scene):
    async with open_scene(
        administrators=["U0ANN00001"], allowed_channels=["C0MARKETING"], channel_accounts={"C0GENERAL0": frozenset({"linkedin-ABC"})}
    ) as scene:
        await switched_on(scene)
        assert await shared(scene, who="ann", channel="#random") == {}
        await scene.ask("allow #general #random")
        assert await shared(scene, channel="#general") == {}
        assert await shared(scene, channel="#random")
        assert await shared(scene)


async def test_an_account_that_opted_out_is_never_shown(open_scene):
    async with open_scene() as scene:
        await switched_on(scene)
        await GroupRepository(scene.bot.database).opt(TEAM, OWNER, out=True, by="U0ANN00001", at=scene.clock())
        assert await shared(scene) == {}


async def test_nothing_while_it_is_being_written(open_scene):
    async with open_scene(transport="http") as scene:
        await switched_on(scene)
        assert (await scene.slack.person("bob").draft(LINK)).ok
        await scene.settle()
        assert "chat.unfurl" not in [call.method for call in scene.slack.calls]


async def test_nothing_for_what_a_bot_posts(open_scene):
    async with open_scene() as scene:
        await switched_on(scene)
        workspace = scene.slack.parts.workspace
        workspace.people["U0OTHERBOT"] = replace(workspace.person("bob"), id="U0OTHERBOT", name="other", is_bot=True)
        scene.slack.parts.posting.post("C0MARKETING", Content(f"<{LINK}>"), user="U0OTHERBOT")
        await scene.ask("help")
        assert scene.slack.events[-1]["event"]["type"] == "link_shared"
        assert "chat.unfurl" not in [call.method for call in scene.slack.calls]


async def test_an_event_delivered_again_is_shown_once(open_scene):
    async with open_scene() as scene:
        await switched_on(scene)
        await shared(scene)
        event = next(one for one in scene.slack.events if one["event"]["type"] == "link_shared")
        await scene.slack.redeliver(event)
        await scene.slack.redeliver(event, new_id=True)
        await scene.settle()
        assert [call.method for call in scene.slack.calls].count("chat.unfurl") == 1
        assert (scene.asked_count("unfurl", "answered"), scene.asked_count("unfurl", "nothing")) == (1, 0)


async def test_trouble_is_silent_and_does_not_use_up_the_half_hour(open_scene):
    """Neither figures that cannot be had nor a refusal of Slack's: the next time it is posted the preview comes."""
    async with open_scene(statistics_memory=0, statistics_deadline=0.5) as scene:
        await switched_on(scene)
        scene.statistics.switches.latency_ms = 3_000
        texts = len(scene.slack.accepted)
        assert await shared(scene) == {}
        scene.statistics.switches.latency_ms = 0
        scene.slack.faults.add(method="chat.unfurl", kind="error", error="cannot_unfurl_url")
        assert await shared(scene) == {}
        assert len(scene.slack.accepted) == texts
        assert await shared(scene)


async def test_what_slack_may_have_taken_is_not_shown_twice(open_scene):
    async with open_scene() as scene:
        await switched_on(scene)
        scene.slack.faults.add(method="chat.unfurl", kind="reset_after")
        assert await shared(scene)
        assert await shared(scene) == {}


async def test_open_card_answers_whoever_presses_it_alone(scene):
    await switched_on(scene)
    posted = await scene.slack.person("bob").say(LINK, channel="#marketing")
    await scene.settle()
    await scene.slack.person("yuki").press({"channel": posted.channel, "ts": posted.ts}, "example.1")
    await scene.settle()
    answer = scene.slack.accepted[-1]
    assert (answer.kind, answer.user) == ("ephemeral", "U0YUKI0001")
    assert "15,420" in answer.text
    assert below(scene, posted)


async def test_a_mention_in_the_thread_is_about_the_post(open_scene):
    async with open_scene() as scene:
        await switched_on(scene)
        posted = await scene.slack.person("bob").say(f"look: {LINK}", channel="#marketing")
        await scene.slack.person("ann").mention("comments only", channel="#marketing", thread_ts=posted.ts)
        await scene.settle()
        (answer,) = [one for one in scene.slack.accepted if one.kind == "ephemeral" and one.thread_ts == posted.ts]
        assert "89 comments" in answer.text


async def test_its_numbers_are_written_as_the_workspace_reads_them(open_scene):
    """Whoever posted the link: everybody reads the preview."""
    async with open_scene(locale="de-DE") as scene:
        await switched_on(scene)
        (shown,) = (await shared(scene, who="yuki")).values()
        assert "15.420" in shown["fallback"]
        assert "15.420" in str(shown["blocks"])


def fields(pane):
    return {one["label"]: one["value"] for one in pane["metadata"]["entity_payload"]["custom_fields"]}


async def opened(scene, posted, who):
    """What this person's pane shows after they opened the Work Object."""
    person = scene.slack.person(who)
    await person.open_entity(posted, LINK)
    await scene.settle()
    return person.pane


async def test_private_previews_have_no_figure_and_each_viewer_sees_their_own_pane(open_scene):
    """Two viewers with other rights see other panes; the unfurl is a Work Object without a figure, and nothing is fetched for it."""
    async with open_scene(administrators="U0ANN00001") as scene:
        await scene.ask(LINK)
        assert "no figures" in (await scene.ask("unfurl private"))["text"]
        before = len([one for one in scene.statistics.requests if "statistics" in one.path])
        posted = await scene.slack.person("bob").say(LINK, channel="#marketing")
        await scene.settle()
        (shown,) = (scene.slack.parts.workspace.find(posted.channel, posted.ts).unfurls or {}).values()
        entity = shown["entity"]
        assert (entity["external_ref"], entity["app_unfurl_url"]) == ({"id": POST, "type": "linkedin_post"}, LINK)
        assert set(fields({"metadata": entity})) == {"Account", "Published"}
        assert "15,420" not in str(shown)
        assert len([one for one in scene.statistics.requests if "statistics" in one.path]) == before
        seen = fields(await opened(scene, posted, "bob"))
        assert (seen["Impressions"], seen["Members reached"], seen["Engagement rate"]) == ("15,420", "8,234", "3.68%")
        refused = (await opened(scene, posted, "gus"))["error"]
        assert refused["status"] == "custom"
        assert "guests" in refused["custom_message"]
        assert "15,420" not in str(refused)
        await scene.ask(f"opt out {OWNER}", who="ann")
        gone = await opened(scene, posted, "bob")
        assert "aren't shown here" in gone["error"]["custom_message"]
        assert "15,420" not in str(gone)
        assert fields(await opened(scene, posted, "ann"))["Impressions"] == "15,420", "an administrator sees it privately"
        scene.clock.go_on(hours=1)
        assert await shared(scene) == {}, "an account that opted out has no Work Object"


async def test_what_fails_on_the_way_to_private_previews_shows_no_figures(open_scene, monkeypatch):
    real, done = PermissionRepository.set_allowed, list[bool]()

    async def once(*args, **more):
        if done:
            raise StoreError
        done.append(await real(*args, **more))

    async with open_scene() as scene:
        await scene.ask(LINK)
        monkeypatch.setattr(PermissionRepository, "set_allowed", once)
        await scene.ask("unfurl private")
        assert done
        assert await shared(scene) == {}


async def test_an_app_with_the_earlier_manifest_gets_the_same_without_a_pane(open_scene):
    async with open_scene() as scene:
        scene.slack.faults.add(method="chat.unfurl", kind="error", error="invalid_metadata", times=1)
        await scene.ask(LINK)
        await scene.ask("unfurl private")
        (shown,) = (await shared(scene)).values()
        assert "entity" not in shown
        assert "15,420" not in str(shown)
        assert "Open Card" in str(shown["blocks"])
        await scene.ask("unfurl on")
        scene.clock.go_on(hours=1)
        (shown,) = (await shared(scene)).values()
        assert "15,420" in str(shown), "with figures again"


@pytest.mark.parametrize(
    "event",
    [
        {"external_ref": "x"},
        {"external_ref": {"id": 3, "type": "linkedin_post"}},
        {"external_ref": {"id": "default acme", "type": "linkedin_post"}},
        {"external_ref": {"id": "urn:li:share:1", "type": "linkedin_post"}},
        {"external_ref": {"id": POST, "type": "another"}},
        {},
    ],
)
async def test_a_pane_for_something_else_has_no_figures(open_scene, event):
    async with open_scene() as scene:
        trigger = scene.slack.parts.entities.open("U0BOB00001", "x")
        body = {"type": "entity_details_requested", "user": "U0BOB00001", "trigger_id": trigger, "channel": "C0MARKETING", **event}
        assert (await scene.slack.parts.events.send(body)).ok
        await scene.settle()
        assert "metadata" not in scene.slack.person("bob").pane
        assert not await scene.bot.scheduling.stores.digests.digests()
