"""Socket Mode: the bot stays reachable when Slack renews or drops the connection, and finishes what it began when it is stopped."""

import asyncio
from functools import partialmethod

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler


@pytest.mark.parametrize("how", ["refresh_requested", "warning", "dropped"])
async def test_the_bot_answers_after_the_connection_was_renewed(open_scene, monkeypatch, how):
    """Slack renews connections every few hours and tells beforehand, or does not."""
    # A lost connection is noticed at the next ping: every ten seconds.
    monkeypatch.setattr(AsyncSocketModeHandler, "__init__", partialmethod(AsyncSocketModeHandler.__init__, ping_interval=0.5))
    async with open_scene() as scene:
        if how == "dropped":
            scene.slack.drop_connections()
        else:
            await scene.slack.disconnect(how)
        for _ in range(100):
            interaction = await scene.slack.person("ann").command("help", channel="#marketing")
            if interaction.ok:
                break
            await asyncio.sleep(0.2)
        await scene.settle()
        assert "/linkedin-stats" in str(scene.slack.person("ann").sees("#marketing")[-1]["blocks"])


async def test_health_is_served_beside_socket_mode_when_a_port_is_set(open_scene):
    """The three paths and nothing else: Slack's requests do not come this way."""
    async with open_scene(port=0) as scene, aiohttp.ClientSession(f"http://127.0.0.1:{scene.port}") as session:
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/slack/events", 404)):
            async with session.get(path) as response:
                assert response.status == status


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_what_has_begun_is_finished_when_the_bot_is_stopped(open_scene, transport):
    """A card on its way is not lost by a restart: the stop waits for it, within its grace."""
    async with open_scene(transport=transport, acknowledge_within=0.05, shutdown_grace=20) as scene:
        scene.statistics.switches.latency_ms = 1_000
        interaction = await scene.slack.person("ann").command("urn:li:share:7123456789012345678", channel="#marketing")
        assert interaction.ok
        assert "15,420" not in str(scene.slack.accepted[-1].text)
    assert "15,420" in scene.slack.accepted[-1].text


async def test_a_stop_does_not_wait_longer_than_its_grace(open_scene):
    """Work that does not end is cut off, and the stop goes on."""
    async with asyncio.timeout(60):
        async with open_scene(acknowledge_within=0.05, shutdown_grace=0.2) as scene:
            scene.statistics.switches.latency_ms = 120_000
            await scene.slack.person("ann").command("urn:li:share:7123456789012345678", channel="#marketing")
            assert len(scene.bot.tasks) > 0
    assert len(scene.bot.tasks) == 0
