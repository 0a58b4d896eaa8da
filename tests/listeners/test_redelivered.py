"""What Slack delivers a second time is answered once: in the same process, in another one beside it, and after a restart."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.digests.modal import FORM_PREVIEW
from bot.storage.claims import AnsweredEventRepository

POST = "urn:li:share:7123456789012345678"


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine shall not turn into a failure of the bot."""
    monkeypatch.setattr("bot.listeners.payloads.WITHIN_ACKNOWLEDGEMENT", 10.0)


@dataclass
class Wire:
    """Everything that the sandbox's Slack delivers to the bot, to be delivered again."""

    sent: list[Any] = field(default_factory=list)

    def tap(self, scene):
        ask = scene.slack.parts.link.ask

        async def noted(request):
            self.sent.append(request)
            return await ask(request)

        scene.slack.parts.link.ask = noted


async def command(scene):
    await scene.ask("help")


async def mention(scene):
    await scene.slack.person("ann").mention("help", channel="#marketing")


async def direct_message(scene):
    await scene.slack.person("ann").say("help")


async def refresh(scene):
    await scene.slack.person("ann").press(await scene.ask(POST), "refresh")


async def share(scene):
    await scene.slack.person("ann").press(await scene.ask(POST), "share")


async def export(scene):
    await scene.slack.person("ann").press(await scene.ask(POST), "csv")


async def digest_button(scene):
    await scene.slack.person("ann").press(await scene.ask("digest every monday 9:00"), "digest.create")


async def form(scene):
    interaction = await scene.slack.person("ann").command("digest new", channel="#marketing")
    await scene.settle()
    await scene.slack.person("ann").submit_view(await interaction.view())


async def form_preview(scene):
    interaction = await scene.slack.person("ann").command("digest new", channel="#marketing")
    await scene.settle()
    await scene.slack.person("ann").press(await interaction.view(), FORM_PREVIEW)


async def compare(scene):
    await scene.slack.person("ann").press(await scene.ask(POST), "compare")


EVERY = [command, mention, direct_message, refresh, share, export, digest_button, form, form_preview, compare]


def shown(scene):
    """What people see of the bot's, views left out: a view that is shown again has said nothing new; and what was asked of it."""
    counted = [one for metric in scene.bot.metrics.registry.collect() if metric.name == "linkedin_stats_asks" for one in metric.samples]
    asked = [one.labels["source"] for one in counted if one.name.endswith("_total") for _ in range(int(one.value))]
    return [one.text for one in scene.slack.accepted if one.kind in ("message", "ephemeral")] + asked


@asynccontextmanager
async def delivered(open_scene, doing, **settings):
    """A bot to which one thing was delivered, and the last delivery as Slack would repeat it."""
    async with open_scene(**settings) as scene:
        wire = Wire()
        wire.tap(scene)
        await doing(scene)
        await scene.settle()
        yield scene, [one for one in wire.sent if typed(one)][-1]


def typed(request):
    """Whether a person did it; the bot's own messages and files are events too."""
    event = request.payload.get("event") or {}
    return not event.get("bot_id") and event.get("type") != "file_shared"


async def again(scene, request):
    reply = await scene.slack.parts.link.ask(replace(request, retry=1, retry_reason="http_timeout"))
    assert reply.ok
    await scene.settle()


@pytest.mark.parametrize("doing", EVERY)
async def test_delivered_again_after_a_restart_it_is_answered_once(open_scene, clock, doing):
    async with delivered(open_scene, doing) as (before, request):
        once = len(shown(before))
        await again(before, request)
        assert len(shown(before)) == once
    clock.go_on(minutes=20)
    async with open_scene() as after:
        await again(after, request)
        assert shown(after) == []


@pytest.mark.full
@pytest.mark.parametrize("doing", EVERY)
async def test_delivered_to_two_processes_on_one_postgresql_it_is_answered_once(open_scene, postgresql, doing):
    url = {"database_url": postgresql.make_current_database()}
    async with delivered(open_scene, doing, **url) as (_, request), open_scene(**url) as other:
        await again(other, request)
        assert shown(other) == []


async def test_two_processes_that_get_it_at_the_same_moment_answer_it_once(open_scene):
    async with delivered(open_scene, mention) as (one, request):
        new = replace(
            request, payload={**request.payload, "event_id": "Ev2", "event": {**request.payload["event"], "ts": "1795424999.000100"}}
        )
        async with open_scene() as other:
            before = len(shown(one))
            await asyncio.gather(again(one, new), again(other, new))
            # Asked once, answered once.
            assert len(shown(one)) - before + len(shown(other)) == 2


async def test_a_database_that_does_not_answer_keeps_nobody_waiting(scene, monkeypatch):
    async def stuck(*_arguments):
        await asyncio.Event().wait()

    monkeypatch.setattr(AnsweredEventRepository, "claim", stuck)
    monkeypatch.setattr("bot.listeners.payloads.WITHIN", 0.05)
    monkeypatch.setattr("bot.listeners.payloads.WITHIN_ACKNOWLEDGEMENT", 0.05)
    async with asyncio.timeout(60):
        await scene.slack.person("ann").mention("help", channel="#marketing")
        await scene.settle()
        await scene.slack.person("ann").command("help", channel="#marketing")
    assert scene.asked_count("mention", "answered") == scene.asked_count("command", "answered") == 1


async def test_what_may_not_be_shared_yet_can_be_shared_once_it_may(scene):
    card = await scene.ask(POST)
    scene.slack.switches.change_channel("#marketing", shared=True)
    scene.clock.go_on(minutes=11)
    await scene.slack.person("ann").press(card, "share")
    await scene.settle()
    scene.slack.switches.change_channel("#marketing", shared=False)
    scene.clock.go_on(minutes=11)
    await scene.slack.person("ann").press(card, "share")
    await scene.settle()
    assert len(scene.slack.person("bob").sees("#marketing")) == 1


async def test_keys_that_slack_no_longer_sends_are_deleted(scene, clock):
    await scene.ask("help")
    clock.go_on(hours=26)
    await scene.ask("help")
    await scene.bot.scheduling.runner.tick()
    async with scene.bot.database.read() as connection:
        stored = (await connection.exec_driver_sql("SELECT at FROM answered_events")).all()
    assert len(stored) == 1
