"""`check` names the scopes that were declined when the app was installed, and does not fail for those that may be; and a full disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.bootstrap.check import CheckLine, check
from bot.sandbox.servers import DEMO_KEY, manifest_file
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.world import World
from bot.settings import given_settings
from bot.storage import sqlite
from bot.storage.db_errors import FULL


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def installed(tmp_path: Path, **knobs: Any) -> AsyncIterator[tuple[SlackServer, Any]]:
    async with StatisticsServer(World(), clock=now) as statistics, SlackServer(manifest_file(), clock=now, **knobs) as slack:
        yield (
            slack,
            given_settings(
                slack_api_url=slack.api_url,
                slack_bot_token=slack.bot_token,
                slack_app_token=slack.app_token,
                postpost_base_url=statistics.base_url,
                postpost_api_key=DEMO_KEY,
                database_url=f"sqlite:///{tmp_path / 'bot.sqlite3'}",
            ),
        )


async def scopes_of(settings: Any) -> CheckLine:
    return await line_of(settings, "Slack scopes")


async def line_of(settings: Any, name: str) -> CheckLine:
    return next(line for line in [line async for line in check(settings)] if line.name == name)


async def test_optional_scopes_that_were_declined_are_a_note(tmp_path):
    async with installed(tmp_path, scopes_optional=False) as (_, settings):
        line = await scopes_of(settings)
        assert not line.grave
        assert "links:read, links:write" in line.remedy


async def test_all_of_them_granted_is_well(tmp_path):
    async with installed(tmp_path) as (_, settings):
        assert (await scopes_of(settings)).remedy == ""


async def test_one_the_app_cannot_do_without_makes_the_check_fail(tmp_path):
    async with installed(tmp_path) as (slack, settings):
        slack.parts.installation.scopes -= {"chat:write"}
        line = await scopes_of(settings)
        assert line.grave
        assert "missing chat:write." in line.remedy


async def lines(settings: Any) -> dict[str, CheckLine]:
    return {line.name: line async for line in check(settings)}


@asynccontextmanager
async def answering(status: int, body: str) -> AsyncIterator[str]:
    """A server that is neither Slack nor the statistics service."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=body, content_type="text/html")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    await runner.cleanup()


AWAY = "http://127.0.0.1:9/api/"


async def test_what_cannot_be_reached_is_told_from_what_is_not_accepted(tmp_path, no_back_off):
    """And nobody is told to set a token or a key that may be right."""
    async with installed(tmp_path) as (_, settings):
        checks = await lines(settings.model_copy(update={"slack_api_url": AWAY, "postpost_base_url": AWAY}))
        for name, setting in (("Slack bot token", "SLACK_BOT_TOKEN"), ("statistics API", "POSTPOST_API_KEY")):
            assert "can't be reached" in checks[name].remedy
            assert f"{setting} wasn't tested" in checks[name].remedy
            assert checks[name].grave
        assert "accounts" not in checks

        wrong = {"slack_bot_token": SecretStr("xoxb-wrong"), "postpost_api_key": SecretStr("wrong")}
        checks = await lines(settings.model_copy(update=wrong))
        assert "Slack doesn't accept SLACK_BOT_TOKEN (invalid_auth). Set it to" in checks["Slack bot token"].remedy
        assert "doesn't accept POSTPOST_API_KEY" in checks["statistics API"].remedy
        checks = await lines(settings.model_copy(update={"slack_app_token": SecretStr("xapp-wrong")}))
        assert "Slack doesn't accept SLACK_APP_TOKEN (invalid_auth)" in checks["Slack app token"].remedy


async def test_a_proxy_that_answers_in_their_place_is_named(tmp_path):
    async with installed(tmp_path) as (_, settings), answering(200, "<html>Sign in</html>") as url:
        checks = await lines(settings.model_copy(update={"slack_api_url": url, "postpost_base_url": url}))
        assert "something else answered in place of Slack" in checks["Slack bot token"].remedy
        assert "something else answered in place of the statistics service" in checks["statistics API"].remedy


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable", "ratelimited"])
async def test_trouble_of_slacks_own_says_nothing_about_the_token(tmp_path, code):
    async with installed(tmp_path) as (slack, settings):
        slack.faults.add(method="auth.test", kind="error", error=code, times=5)
        checks = await lines(settings)
        assert f"Slack answered {code}, so SLACK_BOT_TOKEN wasn't tested" in checks["Slack bot token"].remedy


async def test_a_full_disk_makes_the_check_fail_though_the_database_can_be_read(tmp_path, monkeypatch):
    async with installed(tmp_path) as (_, settings):
        assert (await line_of(settings, "database")).remedy == ""
        monkeypatch.setattr(sqlite, "LEAST_ROOM", 2**60)
        assert FULL in (await line_of(settings, "database")).remedy
