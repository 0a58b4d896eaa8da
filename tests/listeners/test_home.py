"""The Home tab in the sandbox's Slack: opened, pressed, published again, and never over a newer one."""

import asyncio
import dataclasses
from contextlib import asynccontextmanager
from datetime import timedelta
from unittest.mock import Mock

import pytest
from msgspec.structs import asdict, replace
from sqlalchemy import insert

from bot.digests.results import MOST_LISTED
from bot.listeners.home import HOME_LOADING, HomeFingerprint, HomeSection, HomeTabs
from bot.listeners.router import Router
from bot.listeners.verbs import Route, Verbs
from bot.ops.tasks import BackgroundTasks
from bot.postpost.statistics import AccountDirectory
from bot.queries.home_blocks import HomeSettings, build_best, build_settings
from bot.sandbox.world_accounts import Trouble
from bot.slack.builders import Message
from bot.slack.numbers import DEFAULT_FORMAT, use_number_format
from bot.slack.people import PeopleDirectory
from bot.slack.request import RenderedResult, RequestContext
from bot.slack.validator import check_view
from bot.slack.web_api import open_web_api
from bot.statistics.comparison_reports import TopReport
from bot.statistics.posts import Coverage
from bot.statistics.reports import Account, Directory, Period
from bot.storage import tables
from bot.storage.claims import LastQuestions
from bot.storage.tables import digest_of
from bot.storage.workspace_settings import GroupRepository
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus
from tests.fixtures.deliveries import DUE, Digesting


def shown(scene, who="ann"):
    """The tab as the person sees it now."""
    view = scene.slack.parts.views.home(scene.slack.person(who).id)
    assert check_view({"type": "home", "blocks": view.body["blocks"]}) == ()
    return view


async def opened(scene, who="ann"):
    interaction = await scene.slack.person(who).open_home()
    await interaction.view()
    await scene.settle()
    return interaction


async def test_the_tab_shows_the_accounts_their_state_and_the_week(scene):
    interaction = await opened(scene)
    assert HOME_LOADING in str(interaction._views()[0]["blocks"])
    kinds = [block["type"] for block in shown(scene).body["blocks"]]
    assert [kinds.count(kind) for kind in ("data_visualization", "data_table", "carousel")] == [1, 1, 1]
    text = visible(shown(scene))
    parts = ["Updated ", "access has ended", "Acme Robotics · ", "All accounts", "Best posts", "Your digests", "Alerts", "Goals"]
    assert sorted(parts, key=text.index) == parts
    assert "▲" in text or "▼" in text
    assert "linkedin-" not in text.replace("/linkedin-stats", "")


def visible(view):
    """What a person reads in the tab."""
    return "\n".join(texts(view.body["blocks"]))


def texts(value):
    if isinstance(value, dict):
        read = [value.get(name) for name in ("text", "title", "caption")]
        return [*(one for one in read if isinstance(one, str)), *(text for entry in value.values() for text in texts(entry))]
    return [text for entry in value for text in texts(entry)] if isinstance(value, list) else []


#: How often Slack refuses the tab's layout, and which native blocks are left then.
REFUSED = {1: ["data_visualization", "data_table", "carousel"], 2: [], 3: []}


async def test_what_slack_refuses_in_the_tab_is_written_out(open_scene):
    """First the buttons go from the table's rows, then charts and tables become text, at last all is text."""
    async with open_scene() as scene:
        await opened(scene)
        for times, native in REFUSED.items():
            scene.slack.faults.add(method="views.publish", kind="error", error="invalid_arguments", times=times)
            await opened(scene)
            blocks = shown(scene).body["blocks"]
            kinds = [block["type"] for block in blocks]
            assert [kind for kind in kinds if kind in REFUSED[1]] == native
            assert "action_cell" not in str(blocks)
            assert "Acme Robotics" in str(blocks)
            assert ("actions" in kinds) == (times < 3)
            assert ("Ann Lee · " in str(blocks)) == (times == 2)
        (best,) = [block for block in blocks if "Best posts of" in str(block)]
        assert "engagement rate" in best["text"]["text"]


async def test_the_welcome_is_put_away_and_does_not_come_again(open_scene):
    """What it does, one thing to try with a button; pressed away, or opened again an hour later, it is gone, also after a restart."""
    async with open_scene() as scene:
        await opened(scene)
        await opened(scene, "bob")
        assert "LinkedIn figures in Slack" in visible(shown(scene))
        await scene.slack.person("ann").press(shown(scene).as_slack(), "Show Last Week")
        await scene.settle()
        assert "impressions" in scene.slack.person("ann").sees("dm")[-1]["text"]
        tab = shown(scene).as_slack()
        await scene.slack.person("ann").press(tab, "home.dismiss")
        await scene.settle()
        assert "Updated " in visible(shown(scene))
        assert "LinkedIn figures in Slack" not in visible(shown(scene))
        scene.clock.go_on(hours=2)
        await opened(scene, "bob")
        assert "LinkedIn figures in Slack" not in visible(shown(scene, "bob"))
    async with open_scene() as again:
        await opened(again)
        assert "LinkedIn figures in Slack" not in visible(shown(again))


async def test_an_empty_part_teaches_by_an_example_that_a_press_sets_up_once(open_scene):
    async with open_scene(postpost_platform_id="linkedin-ABC") as scene:
        await opened(scene)
        for button, kind in (("alert.create", SubscriptionKind.ALERT), ("Set This Goal", SubscriptionKind.GOAL)):
            tab = shown(scene).as_slack()
            await asyncio.gather(*(scene.slack.person("ann").press(tab, button) for _ in range(2)))
            await scene.settle()
            assert "Ann Lee" in scene.slack.person("ann").sees("dm")[-1]["text"]
            assert button not in str(shown(scene).body["blocks"])
            assert len(await scene.bot.scheduling.stores.digests.digests(kind=kind)) == 1


async def test_the_settings_are_opened_saved_and_hold(open_scene):
    """The default account of this person; administrators also switch previews of links. The tab shows it at once."""
    async with open_scene() as scene:
        ann = scene.slack.person("ann")
        await opened(scene)
        assert "Acme Robotics · " in visible(shown(scene))
        interaction = await ann.press(shown(scene).as_slack(), "Settings")
        await scene.settle()
        form = interaction._views()[-1]
        await ann.submit_view(form, {"default": "linkedin-ABC", "previews": "on"})
        await scene.settle()
        assert "Saved" in str(interaction._views()) + str(scene.slack.parts.views.find(form["id"]).body)
        assert "Ann Lee · " in visible(shown(scene))
        assert "Switched on by" in (await scene.ask("unfurl"))["text"]
        again = await ann.press(shown(scene).as_slack(), "Settings")
        await scene.settle()
        assert "linkedin-ABC" in str(
            [block["element"]["initial_option"] for block in again._views()[-1]["blocks"] if block["type"] == "input"]
        )
        await opened(scene, "bob")
        other = await scene.slack.person("bob").press(shown(scene, "bob").as_slack(), "Settings")
        await scene.settle()
        assert [block["block_id"] for block in other._views()[-1]["blocks"] if block["type"] == "input"] == ["default"]
        await scene.slack.person("bob").press(other._views()[-1], "alert.new")
        await scene.settle()
        assert scene.slack.parts.views.top(scene.slack.person("bob").id).as_slack()["title"]["text"] == "New alert"


async def test_a_digest_has_one_button_and_a_menu_of_the_rest(open_scene):
    async with open_scene() as scene:
        ann = scene.slack.person("ann")
        await scene.set_up("digest acme every monday 9:00 in #marketing")
        await opened(scene)
        (row,) = [block for block in shown(scene).body["blocks"] if "more.1" in str(block)]
        assert [element["type"] for element in row["elements"]] == ["button", "overflow"]
        await ann.press(shown(scene).as_slack(), "more.1", option="Pause")
        await scene.settle()
        assert "paused" in visible(shown(scene))
        interaction = await ann.press(shown(scene).as_slack(), "more.1", option="Edit")
        await scene.settle()
        assert "accounts" in [block.get("block_id") for block in interaction._views()[-1]["blocks"]]


async def test_five_thousand_digests_leave_room_for_everything(open_scene):
    async with open_scene() as scene:
        await scene.set_up("digest acme every monday 9:00 in #marketing")
        (digest,) = await scene.bot.scheduling.stores.digests.digests()
        async with scene.bot.database.write() as connection:
            paused = replace(digest, status=SubscriptionStatus.PAUSED, next_run_at=None)
            rows = [asdict(replace(paused, id=f"{number:08}-digest")) for number in range(5_000)]
            await connection.execute(insert(tables.digests), rows)
        await opened(scene)
        blocks = shown(scene).body["blocks"]
        assert len(blocks) <= 100
        assert "… and 4993 more" in visible(shown(scene))
        assert "Goals" in visible(shown(scene))


async def test_a_person_whose_figures_cannot_be_fetched_has_a_home_with_the_reason(open_scene):
    async with open_scene() as scene:
        await scene.set_up("digest acme every monday 9:00 in #marketing")
        scene.clock.go_on(minutes=5)
        scene.statistics.fail_next(Trouble.PLAN, times=100, path="statistics")
        await opened(scene)
        text = visible(shown(scene))
        assert "The last week of Acme Robotics couldn't be fetched." in text
        assert "plan" in text
        assert "every Monday 9:00" in text
        assert "Settings" in text


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.SERVER_ERROR, "They couldn't be fetched this time."),
        (Trouble.RATE_LIMITED, "Few of this hour's calls to LinkedIn are left for Acme Robotics"),
        (Trouble.UNAVAILABLE, "None of the newest could be ranked"),
    ],
)
async def test_where_no_best_posts_stand_there_it_says_why_and_has_the_button(open_scene, trouble, words):
    async with open_scene() as scene:
        scene.statistics.fail_next(trouble, times=100, path="linkedin-post-statistics")
        if trouble is Trouble.RATE_LIMITED:
            await scene.ask("urn:li:share:7123456789012345678")
        await opened(scene)
        (part,) = [block for block in shown(scene).body["blocks"] if words in str(block)]
        assert part["accessory"]["text"]["text"] == "Best Posts"


@pytest.mark.parametrize(("known", "ending"), [(1, "equal figures share a rank."), (9, "I looked at the newest 1 of the 9 known posts.")])
def test_best_posts_say_among_which_where_not_all_were_looked_at(samples, known, ending):
    one, week = samples.post(), Period(samples.today - timedelta(days=7), samples.today - timedelta(days=1))
    report = TopReport("Acme", week, (one,), known=known, coverage=Coverage(complete=True), minimum=100, asked=1, unranked=0)
    with use_number_format(DEFAULT_FORMAT):
        blocks = build_best(report, samples.today, "top").blocks
    (note,) = [block["elements"][0]["text"] for block in blocks if block["type"] == "context"]
    assert note.startswith("By engagement rate of lifetime figures. Ranked from 100 impressions up;")
    assert note.endswith(ending)


def test_an_account_that_postpost_does_not_list_stays_the_chosen_one(samples):
    """Saving another setting does not take it away."""
    view = build_settings(HomeSettings(samples.directory, Account("linkedin-away", "Away"), previews=True), "D1")
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "linkedin-away"


async def test_my_digests_stand_there_with_their_next_run_and_buttons(open_scene):
    """Set up in words in a channel; the tab that was open shows it without being opened again."""
    async with open_scene() as scene:
        await opened(scene)
        before = shown(scene)
        await scene.set_up("digest acme every monday 9:00 in #marketing")
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
        await scene.set_up("digest acme every monday 9:00 in #marketing")
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
        interaction = await scene.slack.person("ann").press(shown(scene).as_slack(), "digest.new")
        await scene.settle()
        form = next(view for view in reversed(interaction._views()) if view["type"] == "modal")
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
        assert str(shown(scene, "gus").body["blocks"]).count("don't answer guests") == 1


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
        table = next(block for block in shown(scene).body["blocks"] if block["type"] == "data_table")
        head, *rows = table["rows"]
        assert [cell["text"] for cell in head] == ["Account", "Impressions", "Change in %", "Engagement rate", "Open"]
        assert {row[0]["text"] for row in rows} >= {"Acme Robotics", "Ann Lee", "Kofi Mensah", "Elena Petrova"}
        assert table["page_size"] == 5
        asked = [request.body for request in scene.statistics.requests if request.path.endswith("linkedin-account-statistics")]
        assert len([body for body in asked if body["platformId"] == "linkedin-ABC"]) == 1
        await scene.slack.person("ann").press(shown(scene).as_slack(), rows[1][-1]["element"]["action_id"])
        await scene.settle()
        assert rows[1][0]["text"] in scene.slack.person("ann").sees("dm")[-1]["text"]


async def test_who_opts_out_leaves_the_tabs_that_are_open(open_scene):
    async with open_scene() as scene:
        await opened(scene, "bob")
        assert "Ann Lee" in str(shown(scene, "bob").body["blocks"])
        await scene.ask("opt out Ann Lee")
        await ticked(scene)
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
        assert "These are the first 10 of 13 accounts, in the order of `accounts`" in str(shown(scene).body["blocks"])
        await scene.slack.person("ann").press(shown(scene).as_slack(), "example.9")
        await scene.settle()
        everybody = scene.slack.person("ann").sees("dm")[-1]
        assert "More 4" in str(everybody["blocks"])


async def test_over_a_hundred_accounts_the_week_of_the_first_stands_there_and_says_what_to_do(open_scene):
    """No single answer shows them all, so there is no button that would be refused; groups are named instead."""
    many = {f"linkedin-More{number}": f"More {number}" for number in range(100)}
    async with open_scene(postpost_accounts=many) as scene:
        await opened(scene)
        text = str(shown(scene).body["blocks"])
        assert "All accounts, " in text
        assert "These are the first 10 of 108 accounts, in the order of `accounts`" in text
        assert "one answer shows up to 100" in text
        assert "`group sales = ann, bob`" in text
        assert "All 108 accounts" not in text


async def ticked(scene, **later):
    """Ticks the scheduler after so much time."""
    scene.clock.go_on(**later)
    for _ in range(3):
        await scene.bot.scheduling.runner.tick()
        await scene.settle()


async def test_a_digest_that_was_posted_shows_in_the_tab_at_once(open_scene):
    """Without any press: the scheduler posted it, and the tab shows when the next one comes."""
    async with open_scene() as scene:
        await scene.set_up("digest acme daily 9:30 UTC in #marketing")
        await opened(scene)
        before = shown(scene)
        await ticked(scene, minutes=30)
        after = shown(scene)
        assert after.hash != before.hash
        assert str(int(scene.clock().replace(day=24, hour=9, minute=30, second=0).timestamp())) in str(after.body["blocks"])


async def test_what_another_person_did_to_my_digest_shows_too(open_scene):
    async with open_scene() as scene:
        await scene.set_up("digest acme daily 9:30 UTC in #marketing", who="bob")
        await opened(scene, "bob")
        (digest,) = await scene.bot.scheduling.stores.digests.digests()
        await scene.ask(f"digest pause {digest.id}", who="ann")
        await ticked(scene)
        assert "aused" in str(shown(scene, "bob").body["blocks"])


async def test_a_token_that_expires_shows_without_being_asked_for(open_scene):
    async with open_scene() as scene:
        await opened(scene)
        assert str(shown(scene).body["blocks"]).count("access has ended") == 1
        scene.clock.go_on(minutes=6)
        world = scene.statistics.world
        ended = timedelta(days=-1)
        world.accounts = tuple(
            dataclasses.replace(one, token_life=ended) if one.platform_id == "linkedin-Kf3Mn5ahPz" else one for one in world.accounts
        )
        await scene.ask("accounts", who="bob")
        await ticked(scene)
        assert str(shown(scene).body["blocks"]).count("access has ended") == 2


async def test_nothing_changed_nothing_is_published(open_scene):
    async with open_scene() as scene:
        await scene.set_up("digest acme daily 9:30 UTC in #marketing")
        await opened(scene)
        before = shown(scene)
        await ticked(scene)
        assert shown(scene).hash == before.hash


class Held:
    """A first section whose answers wait until they are let go, each one its own turn."""

    def __init__(self):
        self.waiting = []

    async def handle(self, _request):
        released, text = asyncio.Event(), f"state {len(self.waiting) + 1}"
        self.waiting.append(released)
        await released.wait()
        return RenderedResult(Message(text, ({"type": "section", "text": {"type": "plain_text", "text": text}},)))


async def nobody():
    """No account is connected."""
    return ()


async def no_accounts(_):
    """No account may be named."""
    return Directory(())


@asynccontextmanager
async def held_tabs(scene, processes=1):
    """The tabs of so many processes, with first sections that answer when the test lets them."""
    ann = scene.slack.person("ann").id
    async with open_web_api(scene.slack.api_url, scene.slack.bot_token) as (client, _):
        stores, groups = scene.bot.scheduling.stores, GroupRepository(scene.bot.database, scene.clock)
        fingerprint = HomeFingerprint(stores.digests, AccountDirectory(nobody, {}, clock=scene.clock), groups)
        sections, tasks = [Held() for _ in range(processes)], BackgroundTasks()
        people = PeopleDirectory(client, scene.clock, "")
        last = LastQuestions(scene.bot.database, lambda _: None, timedelta(), scene.clock)
        verbs = Verbs((), Route(frozenset(), sections[0].handle), no_accounts)
        run = Router(verbs, people=people, last=last, metrics=scene.bot.metrics, clock=scene.clock).run
        tabs = [
            HomeTabs(
                client=client,
                sections=(HomeSection("", section.handle, is_state=True),),
                run=run,
                tasks=tasks,
                fingerprint=fingerprint,
                clock=scene.clock,
            )
            for section in sections
        ]
        yield tabs, sections, tasks, RequestContext(team="T0SANDBOX1", user=ann, channel="", is_dm=True)
        await tasks.drain(1.0)


async def waits(section, number):
    """Until so many publications wait for their answer."""
    async with asyncio.timeout(60):
        while len(section.waiting) < number:  # noqa: ASYNC110 - the other side is the code under test
            await asyncio.sleep(0.01)


async def test_neither_an_open_tab_nor_a_list_reads_every_digest_of_the_workspace(open_scene, monkeypatch):
    """A tick with a tab open reads none as long as nothing changed; a list reads as many as it shows, and counts the others."""
    reading = Mock(side_effect=digest_of)
    async with open_scene(administrators="U0ANN00001") as scene:
        digesting = Digesting(scene)
        for number in range(MOST_LISTED + 5):
            await digesting.digest(id=f"digest-{number}", channel=f"C{number}", owner="U0BOB00000", next_run_at=DUE + timedelta(days=300))
        await opened(scene)
        await scene.bot.scheduling.runner.tick()
        await scene.settle()
        monkeypatch.setattr("bot.storage.subscriptions.digest_of", reading)
        await scene.bot.scheduling.runner.tick()
        await scene.settle()
        assert not reading.called
        assert " more: " in str((await scene.ask("digest list"))["blocks"])
        assert reading.call_count == MOST_LISTED


async def test_of_two_publications_the_older_never_covers_the_newer(open_scene):
    """The newer is ready first; when the older is ready at last it is not shown any more."""
    async with open_scene() as scene, held_tabs(scene) as ((tabs,), (section,), tasks, context):
        tabs.open(context, "")
        await waits(section, 1)
        tabs.changed(context.user)
        await waits(section, 2)
        older, newer = section.waiting
        newer.set()
        async with asyncio.timeout(60):
            while "state 2" not in str(scene.slack.parts.views.home(context.user).body):  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.01)
        older.set()
        await tasks.idle()
        assert "state 2" in str(scene.slack.parts.views.home(context.user).body)


async def test_of_two_processes_the_one_that_knew_less_never_covers_the_other(open_scene):
    """By the hash of the last view: Slack accepts the older process' tab only if nothing was published since."""
    async with open_scene() as scene, held_tabs(scene, processes=2) as ((one, other), (slow, quick), tasks, context):
        one.open(context, "")
        await waits(slow, 1)
        seen = scene.slack.parts.views.home(context.user).hash
        other.open(context, seen)
        await waits(quick, 1)
        quick.waiting[0].set()
        async with asyncio.timeout(60):
            while scene.slack.parts.views.home(context.user).hash == seen:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.01)
        newer = scene.slack.parts.views.home(context.user).hash
        slow.waiting[0].set()
        await tasks.idle()
        assert scene.slack.parts.views.home(context.user).hash == newer
