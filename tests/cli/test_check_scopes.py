"""`check` names the scopes that were declined when the app was installed, and does not fail for those that may be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.bootstrap.check import CheckLine, check
from bot.sandbox.servers import DEMO_KEY, manifest_file
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.world import World
from bot.settings import given_settings


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
    return next(line for line in [line async for line in check(settings)] if line.name == "Slack scopes")


async def test_optional_scopes_that_were_declined_are_a_note(tmp_path):
    async with installed(tmp_path, scopes_optional=False) as (_, settings):
        line = await scopes_of(settings)
        assert not line.grave
        assert "links:read, links:write" in line.mend


async def test_all_of_them_granted_is_well(tmp_path):
    async with installed(tmp_path) as (_, settings):
        assert (await scopes_of(settings)).mend == ""


async def test_one_the_app_cannot_do_without_makes_the_check_fail(tmp_path):
    async with installed(tmp_path) as (slack, settings):
        slack.parts.installation.scopes -= {"chat:write"}
        line = await scopes_of(settings)
        assert line.grave
        assert "missing chat:write." in line.mend
