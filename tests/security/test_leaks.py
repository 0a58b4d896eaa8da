"""Two workspaces × every entry point × everything that is stored: neither sees, changes or asks for anything of the other.

People, channels, accounts and posts have the same ids in both; only the names of the accounts tell them apart.
"""

import asyncio
import json
import re
from contextlib import suppress

import pytest
from sqlalchemy import select

from bot.delivery.scheduler import Scheduler
from bot.listeners.steps import STEP
from bot.queries.modals import DIGEST_SHORTCUT, MESSAGE_SHORTCUT
from bot.sandbox.slack.clicking import _elements
from bot.sandbox.slack.delivery import AppRequest
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.storage.installations import WORKSPACE_TABLES, about
from tests.fixtures.crowds import crowd_of
from tests.fixtures.workspaces import KEYS, MANIFEST, OTHER, OTHER_ACCOUNT

FIRST, SECOND = "T0SANDBOX1", OTHER.id
ACCOUNT = "linkedin-Crowd0"
BOTH_WAYS = MANIFEST | {"settings": MANIFEST["settings"] | {"socket_mode_enabled": True}}
ACCOUNTS = ("Alpha Robotics", "Gamma Lee")
#: What only an answer from this workspace's own data has: names of its accounts, and of what was set up there.
NAMES = {FIRST: (*ACCOUNTS, "zebrafish"), SECOND: (OTHER_ACCOUNT,)}
COMMANDS = (
    "accounts", "last week", "team", "board", "top this month", "best times {a}", "permissions", "{a} 7d share", "csv {a} last week",
    "{a} last week vs last month", "group zebrafish = {a}", "groups", "default {a}", "link @bob {a}", "allow @gus", "allow here",
    "unfurl on", 'alert {a} impressions -99% day title "zebrafish"', "alerts", "goal {a} impressions 1000 this month", "goals",
    "watch {a} in #marketing", "watches", "{p}", "{p} {q}", 'digest {a} every day 9:00 here title "zebrafish"', "digest list", "history",
    "status", "help", "digest", "alert",
)  # fmt: skip
#: Buttons that are not pressed: of what is deleted the other could not see anything.
LEFT_OUT = re.compile(r"delete|connection")
#: What Ann must have done, by the titles of the sandbox's trace.
EVENTS = ("app_home_opened", "app_mention", "message", "link_shared", "entity_details_requested", "function_executed")
ACTIONS = (
    "share", "refresh", "open", "example", "more", "help", "to_thread", "home.settings", "home.dismiss", "digest.create", "digest.edit",
    "digest.pause", "digest.show", "digest.look", "digest.options", "alert.test", "alert.pause", "alert.new", "watch.pause", "watch.show",
)  # fmt: skip
VIEWS = ("digest.form", "alert.form", "home.settings", "compare.posts")
EVERY = {
    *(f"{kind} {name}" for kind, names in (("event", EVENTS), ("action", ACTIONS), ("submit", VIEWS)) for name in names),
    "command /linkedin-stats", "options timezone", f"shortcut {MESSAGE_SHORTCUT}", f"shortcut {DIGEST_SHORTCUT}",
}  # fmt: skip


class Visitor:
    """Ann in one workspace: comes in by every entry point, and presses one button of each kind that she is shown."""

    def __init__(self, several, team):
        self.several, self.slack = several, several.slack[team]
        self.ann, self.seen, self.pressed = self.slack.person("ann"), 0, set()
        posts = [post for post in several.statistics[team].world.posts(ACCOUNT, several.clock()) if post.published < several.clock()]
        self.words = {"a": ACCOUNT, "p": posts[0].urn, "q": posts[1].urn}
        self.links = [f"https://www.linkedin.com/feed/update/{post.urn}/" for post in posts[:2]]

    async def look_around(self):
        for words in COMMANDS:
            await self.ann.command(words.format(**self.words), channel="#marketing")
            await self.several.settle()
            await self.press()
        await self.ann.mention(f"{ACCOUNT} 7d", channel="#marketing")
        said = await self.ann.say(f"look {self.links[0]}", channel="#marketing")
        await self.ann.draft(self.links[0])
        await self.ann.command("unfurl private", channel="#marketing")
        await self.several.settle()
        private = await self.ann.say(f"look {self.links[1]}", channel="#marketing")
        await self.several.settle()
        await self.ann.open_entity(self.slack.parts.workspace.find(private.channel, private.ts), self.links[1])
        await self.ann.mention("and the month before?", channel="#marketing", thread_ts=said.ts)
        await self.ann.say(f"{ACCOUNT} last week")
        await self.several.settle()
        await self.ann.say("and the month before?")
        await self.ann.shortcut(MESSAGE_SHORTCUT, {"channel": said.channel, "ts": said.ts})
        await self.several.settle()
        await self.press()
        await self.ann.shortcut(DIGEST_SHORTCUT)
        await self.slack.switches.execute_step(STEP, {"question": ACCOUNT, "period": "last week"}, self.ann.id)
        await self.several.settle()
        await self.several.home(self.slack.parts.team.id)
        await self.press()

    async def press(self):
        """Presses what she was shown since, and what that shows."""
        new = self.slack.parts.stream.since(self.seen)
        self.seen = self.slack.parts.stream.seq
        for one in new:
            shown = one.data.get("message") if one.type == "message" else one.data.get("view")
            for element in list(_elements((shown or {}).get("blocks") or ())):
                for choice in (element.get("options") or [None]) if element["type"] == "overflow" else [None]:
                    await self.press_one(shown, element, choice)
            if shown and shown.get("submit") and "key" not in str(shown.get("callback_id")):
                await self.submit(shown)

    async def submit(self, view):
        """Sends the form off as it stands, with a zone that the app offers, and a post to compare with."""
        given = {"timezone": "Europe/Paris", "posts": [self.words["q"]]}
        with suppress(PersonRefusalError):
            await self.ann.submit_view(
                view, {name: value for name, value in given.items() if f"'block_id': '{name}'" in str(view["blocks"])}
            )
            await self.several.settle()

    async def press_one(self, shown, element, choice):
        name = re.sub(r"\.\d+$", "", choice["value"].split()[0] if choice else element["action_id"])
        if name in self.pressed or element["type"] not in ("button", "overflow") or LEFT_OUT.search(name):
            return
        self.pressed.add(name)
        with suppress(PersonRefusalError):
            await self.ann.press(shown, choice["value"] if choice else element["action_id"])
        await self.several.settle()
        await self.press()


def received(slack):
    """All that the workspace's Slack got from the bot, with the files."""
    entries = slack.trace.after(0)
    sent = [entry["response"] if entry["kind"] == "to_app" else entry["request"] for entry in entries]
    return json.dumps([sent, [str(file.content) for file in slack.parts.files._files.values()]], default=str, ensure_ascii=False)


def shown_of(team, text):
    """The names of this workspace's that the text has."""
    return [name for name in NAMES[team] if name.casefold() in text.casefold()]


async def rows_of(several, team):
    async with several.bot.database.read() as connection:
        every = {table: (await connection.execute(select(table).where(about(table, team)))).all() for table in WORKSPACE_TABLES}
    return {table.name: rows for table, rows in every.items()}


async def ticked(several):
    """Until nothing is due any more."""
    for _ in range(5):
        await several.bot.scheduling.runner.tick()
        await several.settle()
        several.clock.go_on(seconds=15)


def last(slack):
    return max((entry["n"] for entry in slack.trace.after(0)), default=0)


async def play_as(several, team, other):
    """Sends each request that ``other`` has sent once more, as Slack would send it from this workspace; pausing, also as deleting."""
    asked = [entry for entry in several.slack[other].trace.after(0) if entry["kind"] == "to_app" and "connection" not in entry["title"]]
    texts = [(entry["title"], json.dumps(entry["request"])) for entry in asked]
    for title, text in [*texts, *((title, text.replace("pause", "delete")) for title, text in texts if "pause" in title)]:
        await send(several.slack[team], title, text.replace(other, team), NAMES[other])
    await several.settle()


async def send(slack, title, text, names):
    for name in names:
        # A card of the other workspace is never in a payload of this one.
        text = re.sub(name, "somebody", text, flags=re.IGNORECASE)
    ann, payload = slack.person("ann").id, json.loads(text)
    if "trigger_id" in payload:
        payload["trigger_id"] = slack.parts.triggers.issue(ann)
    if "response_url" in payload:
        place = payload.get("channel_id") or payload["channel"]["id"]
        payload["response_url"] = slack._talking.hook_url(slack.parts.hooks.issue(place, ann))
    if "function_executed" in title:
        run = slack.parts.executions.begin(STEP, payload["event"]["inputs"], ann)
        payload["event"] |= {"function_execution_id": run.name, "bot_access_token": run.token}
    kind = {"event": "events_api", "command": "slash_commands"}.get(title.split()[0], "interactive")
    assert (await slack.parts.link.ask(AppRequest(kind, payload, title))).ok


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_neither_workspace_sees_changes_or_asks_for_anything_of_the_other(open_several, caplog, monkeypatch, transport):
    """What Ann of the one did, with all its ids, comes from the other, signed for that."""
    # The clock brings something only where the test says so.
    monkeypatch.setattr(Scheduler, "run", lambda _: asyncio.Event().wait())
    async with open_several(ready=True, manifest=BOTH_WAYS, world=crowd_of(ACCOUNTS)) as several:
        await Visitor(several, FIRST).look_around()
        done = {re.sub(r"[.]\d+$", "", entry["title"]) for entry in several.first.trace.after(0) if entry["kind"] == "to_app"}
        assert done >= EVERY, EVERY - done
        # So that no message of the other has the same time, and nothing counts as answered before.
        several.clock.go_on(hours=26)
        if transport == "socket":
            await several.start(**several.settings, slack_app_token=several.first.app_token)
        await ticked(several)
        before, shown, asked = await rows_of(several, FIRST), last(several.first), len(several.statistics[FIRST].requests)
        caplog.clear()
        await play_as(several, SECOND, FIRST)
        after = await rows_of(several, FIRST)
        # Old claims of previews are deleted for all at once.
        assert set(after.pop("unfurled")) <= set(before.pop("unfurled"))
        assert after == before
        assert several.first.trace.after(shown) == []
        assert len(several.statistics[FIRST].requests) == asked
        assert shown_of(FIRST, caplog.text) == []
        for hours in (24, 96):
            several.clock.go_on(hours=hours)
            await ticked(several)
        for team, other in ((FIRST, SECOND), (SECOND, FIRST)):
            found, kept = received(several.slack[team]), str(await rows_of(several, team))
            assert shown_of(team, found) == [*NAMES[team]]
            assert shown_of(other, found + kept) == []


async def test_identical_questions_of_two_workspaces_are_asked_with_each_ones_key(open_several):
    """At the same moment, and while an answer is remembered; with the same key both get what that key knows."""
    async with open_several(ready=True, world=crowd_of(ACCOUNTS)) as several:

        async def asked():
            before = {team: server.requests[-1].n for team, server in several.statistics.items()}
            answers = await asyncio.gather(*(several.ask(team, f"{ACCOUNT} last month") for team in several.slack))
            told = dict(zip(several.slack, map(json.dumps, answers), strict=True))
            seen = {team: [one.path for one in server.requests if one.n > before[team]] for team, server in several.statistics.items()}
            return told, {team: len([path for path in paths if "statistics" in path]) for team, paths in seen.items()}

        told, requests = await asked()
        assert [shown_of(team, told[team]) for team in several.slack] == [[ACCOUNTS[0]], [OTHER_ACCOUNT]]
        assert requests[FIRST] == requests[SECOND] > 0
        counted = (sample for metric in several.bot.metrics.registry.collect() for sample in metric.samples)
        of = {sample.labels["workspace"] for sample in counted if sample.name == "linkedin_stats_linkedin_calls_total"}
        assert of == {FIRST, SECOND}
        assert (await asked())[1] == {FIRST: 0, SECOND: 0}, "each remembers its own"
        await several.connect(SECOND, KEYS[FIRST])
        told, requests = await asked()
        assert [shown_of(FIRST, told[team]) for team in several.slack] == [[ACCOUNTS[0]]] * 2
        assert requests[SECOND] == 0
