"""Preflight: each check prints "…: OK", or the problem and its remedy; it only reads, fetches no statistics, prints no secret."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from msgspec import Struct
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap.scheduling import timing_of
from bot.errors import ApiKeyError, BotError, NotTheApi, SettingsError, StatisticsError, Unreachable
from bot.ops.manifest import read_manifest
from bot.ops.tasks import utc_now
from bot.postpost.client import open_statistics
from bot.postpost.connections import STATISTICS_PERMISSION
from bot.postpost.statistics import AccountDirectory, StatisticsClient
from bot.reports.help_blocks import build_help
from bot.settings import Settings, secret_text
from bot.slack.validator import check_message, check_view
from bot.slack.web_api import CLOCK_DRIFT, NO_JSON, TOKEN_GONE, UNANSWERED, drift, failure_code, open_web_api, slack_error
from bot.storage.column_types import Cipher
from bot.storage.database import Database, open_database
from bot.storage.workspaces import WorkspaceStore

REINSTALL = "Add what manifest.yml names under OAuth & Permissions and install the app again."

SLACK_TROUBLE = "Slack answered {code}, so {name} wasn't tested. Try again in a minute."
#: Slack's errors about the token itself.
REFUSALS = frozenset({*TOKEN_GONE, "missing_scope", "not_allowed_token_type", "access_denied", "no_permission", "team_access_not_granted"})
STATISTICS_AWAY = "the statistics service can't be reached: check POSTPOST_BASE_URL and the network. POSTPOST_API_KEY wasn't tested."
NOT_STATISTICS = (
    "something else answered in place of the statistics service: check POSTPOST_BASE_URL and any proxy in between. "
    "POSTPOST_API_KEY wasn't tested."
)
#: Of many workspaces: what keeps one from being served.
STOPPED = "the app has left it, or Slack doesn't take its token: it waits until the app is installed there again."
NOT_RENEWED = "Slack doesn't renew its token ({code}), which ends at {ends:%Y-%m-%d %H:%M} UTC. Install the app there again by the link."
#: Slack's errors about the app's ID and secret, and which setting each is about.
WRONG_APP = {"invalid_client_id": "SLACK_CLIENT_ID", "bad_client_secret": "SLACK_CLIENT_SECRET"}
#: Slack's errors about blocks, a message or a view.
REFUSED = frozenset({"invalid_blocks", "invalid_message", "invalid_view"})
SLACK_REFUSES = "{name}: DIFFERS: Slack refuses what the bot's own checker takes: {found}"
BOTH = "{name}: REFUSED by Slack and by the bot's own checker: {found}"
UNKNOWN = "{name}: NOT ASKED: Slack couldn't be asked ({code}). Check SLACK_API_URL and the network."


class CheckLine(Struct, frozen=True):
    """One check's outcome: ``remedy`` is "" when all is well; ``grave`` findings make the check fail, the others are advice."""

    name: str
    remedy: str = ""
    detail: str = ""
    grave: bool = True

    def __str__(self) -> str:
        if not self.remedy:
            return f"{self.name}: OK" + (f" ({self.detail})" if self.detail else "")
        return f"{self.name}: {'FAILED' if self.grave else 'note'}: {self.remedy}"


async def check(settings: Settings) -> AsyncIterator[CheckLine]:
    try:
        settings.require_run()
        timing_of(settings)
        yield CheckLine("settings")
    except SettingsError as error:
        yield CheckLine("settings", str(error))
    yield await _line("database", _database(settings))
    if settings.many_workspaces:
        async for line in _many(settings):
            yield line
    elif settings.slack_bot_token:
        async for line in _slack(settings):
            yield line
    if settings.postpost_api_key and not settings.many_workspaces:
        async for line in _statistics(settings):
            yield line
    url = settings.mcp_url
    yield CheckLine("assistants", await mcp_trouble(url) if url else "", url or "off: MCP_URL isn't set", grave=False)
    findings = check_message(build_help())
    yield CheckLine("cards", "; ".join(str(finding) for finding in findings))


async def _line(name: str, work: Awaitable[str]) -> CheckLine:
    try:
        return CheckLine(name, detail=await work)
    except BotError as error:
        return CheckLine(name, str(error))


async def _database(settings: Settings) -> str:
    async with open_database(settings.database_url) as database:
        await database.check_writable()
    return settings.database_url.partition(":")[0]


async def _many(settings: Settings) -> AsyncIterator[CheckLine]:
    """The installations, each that needs somebody, and what all of them share."""
    async with open_database(settings.database_url) as database, open_web_api(settings.slack_api_url, None) as (client, _):
        needing: list[CheckLine] = []
        yield await _line("workspaces", _workspaces(settings, database, needing))
        for line in needing:
            yield line
        async for line in _app(client, settings):
            yield line
    async with open_statistics(
        base_url=settings.postpost_base_url, api_key="", key_header=settings.postpost_api_key_header, clock=utc_now
    ) as statistics:
        yield await _reached(statistics)


async def _workspaces(settings: Settings, database: Database, needing: list[CheckLine]) -> str:
    """How many workspaces have the app; everything that is stored of them is decrypted. Those that need somebody are added to the list."""
    teams: tuple[str, ...] = ()
    if settings.encryption_keys:
        store = WorkspaceStore(database, Cipher(settings.encryption()), utc_now)
        await store.check_readable()
        teams = await store.teams()
    for team in teams:
        name, stored = f"workspace {team}", await store.workspace(team)
        if stored is None:
            needing.append(CheckLine(name, STOPPED, grave=False))
        elif stored.refresh_error:
            needing.append(CheckLine(name, NOT_RENEWED.format(code=stored.refresh_error, ends=stored.expires_at)))
        elif stored.scopes and (missing := _missing(stored.scopes)):
            needing.append(CheckLine(name, f"missing {', '.join(missing)}. Install the app there again by the link."))
    return f"{len(teams):,} installed, their tokens and keys can be decrypted"


async def _app(client: AsyncWebClient, settings: Settings) -> AsyncIterator[CheckLine]:
    """Slack's time, and whether Slack takes the app's own secrets."""
    try:
        found = await client.api_test()
    except UNANSWERED as error:
        yield CheckLine("Slack", _slack_trouble(error, "SLACK_CLIENT_ID", ""))
        return
    yield _clock({name.lower(): value for name, value in found.headers.items()}.get("date", ""))
    app, secret = settings.slack_client_id or "", secret_text(settings.slack_client_secret)
    try:
        # Slack looks at the secret first: only with the right one is it the code that is wrong.
        await client.oauth_v2_access(client_id=app, client_secret=secret, code="check")
        code = ""
    except UNANSWERED as error:
        code = failure_code(error)
    if code in ("", "invalid_code"):
        yield CheckLine("Slack app", detail="Slack takes its ID and secret")
    elif code in WRONG_APP:
        yield CheckLine("Slack app", f"Slack doesn't accept {WRONG_APP[code]} ({code}). Copy it from Basic Information.")
    else:
        yield CheckLine("Slack app", SLACK_TROUBLE.format(code=code, name="SLACK_CLIENT_SECRET"), grave=False)
    if settings.slack_app_token:
        yield await _app_token(client, secret_text(settings.slack_app_token))


async def _reached(statistics: StatisticsClient) -> CheckLine:
    """Whether PostPost is there: without a key it refuses, which is all that is wanted of it."""
    try:
        await statistics.connections.connections()
    except ApiKeyError:
        pass
    except NotTheApi:
        return CheckLine("statistics API", "something else answered in its place: check POSTPOST_BASE_URL and any proxy in between.")
    except StatisticsError as error:
        return CheckLine("statistics API", f"{error.sentence} Check POSTPOST_BASE_URL and the network.")
    return CheckLine("statistics API", detail="it answers; each workspace has its own key")


async def _slack(settings: Settings) -> AsyncIterator[CheckLine]:
    async with open_web_api(settings.slack_api_url, secret_text(settings.slack_bot_token) or None) as (client, _):
        try:
            found = await client.auth_test()
        except UNANSWERED as error:
            yield CheckLine("Slack bot token", _slack_trouble(error, "SLACK_BOT_TOKEN", "Set it to the app's Bot User OAuth Token."))
            return
        headers = {name.lower(): value for name, value in found.headers.items()}
        yield CheckLine("Slack bot token", detail=f"{found.get('user', '')} in {found.get('team', '')}")
        yield _scopes(headers.get("x-oauth-scopes", ""))
        yield _clock(headers.get("date", ""))
        if settings.slack_app_token:
            yield await _app_token(client, secret_text(settings.slack_app_token))


def _slack_trouble(error: Exception, name: str, remedy: str) -> str:
    """The problem: Slack did not accept the token, gave another error, or could not be reached."""
    if not isinstance(error, SlackApiError):
        return f"Slack can't be reached ({type(error).__name__}): check SLACK_API_URL and the network. {name} wasn't tested."
    code = slack_error(error)
    if code == NO_JSON:
        return f"something else answered in place of Slack: check SLACK_API_URL and any proxy in between. {name} wasn't tested."
    return f"Slack doesn't accept {name} ({code}). {remedy}" if code in REFUSALS else SLACK_TROUBLE.format(code=code, name=name)


def _scopes(granted: str) -> CheckLine:
    has = set(re.split(r"[,\s]+", granted)) - {""}
    if not has:
        return CheckLine("Slack scopes", "Slack didn't say which scopes the token has.", grave=False)
    missing, optional = _missing(has), set(read_manifest()["oauth_config"]["scopes"].get("bot_optional", ()))
    if missing:
        return CheckLine("Slack scopes", f"missing {', '.join(missing)}. {REINSTALL}")
    without = sorted(optional - has)
    if without:
        return CheckLine("Slack scopes", f"optional ones aren't granted: {', '.join(without)}. {REINSTALL}", grave=False)
    return CheckLine("Slack scopes", detail=f"{len(has)} granted")


def _missing(has: Iterable[str]) -> list[str]:
    scopes = read_manifest()["oauth_config"]["scopes"]
    return sorted(set(scopes["bot"]) - set(scopes.get("bot_optional", ())) - set(has))


def _clock(date: str) -> CheckLine:
    seconds = drift(date, utc_now())
    if seconds is None:
        return CheckLine("clock", "Slack didn't say what time it is.", grave=False)
    if seconds > CLOCK_DRIFT:
        return CheckLine(
            "clock", f"this machine is {seconds:.0f} s away from Slack's time; set it right (NTP), or requests will be refused."
        )
    return CheckLine("clock", detail=f"{seconds:.0f} s from Slack's")


async def _app_token(client: AsyncWebClient, app_token: str) -> CheckLine:
    try:
        await client.apps_connections_open(app_token=app_token)
    except UNANSWERED as error:
        remedy = "Make an app-level token with connections:write and switch Socket Mode on."
        return CheckLine("Slack app token", _slack_trouble(error, "SLACK_APP_TOKEN", remedy))
    return CheckLine("Slack app token", detail="Socket Mode")


async def _statistics(settings: Settings) -> AsyncIterator[CheckLine]:
    async with open_statistics(
        base_url=settings.postpost_base_url,
        api_key=secret_text(settings.postpost_api_key),
        key_header=settings.postpost_api_key_header,
        clock=utc_now,
    ) as client:
        try:
            connections = await client.connections.connections()
        except StatisticsError as error:
            found = _statistics_trouble(error)
            yield CheckLine("statistics API", found or str(error), grave=bool(found) or not settings.configured_accounts())
            if found:
                # Nothing is known about the accounts either.
                return
        else:
            yield CheckLine("statistics API", detail=f"{len(connections)} LinkedIn account{'s' if len(connections) != 1 else ''}")
        listing = client.connections.connections
        directory = await AccountDirectory(listing, configured=settings.configured_accounts(), clock=utc_now).accounts()
        if not directory.accounts:
            yield CheckLine("accounts", "no LinkedIn account is connected. Connect one in PostPost, or set POSTPOST_PLATFORM_ID.")
        for account in directory.accounts:
            yield await _account(client, account.platform_id, account.name)


def _statistics_trouble(error: StatisticsError) -> str:
    """The problem that prevents all requests; "" for any other error."""
    if isinstance(error, ApiKeyError):
        return "the statistics service doesn't accept POSTPOST_API_KEY. Make a key in PostPost's settings and set it."
    if isinstance(error, NotTheApi):
        return NOT_STATISTICS
    return STATISTICS_AWAY if isinstance(error, Unreachable) and error.status is None else ""


async def _account(client: StatisticsClient, platform_id: str, name: str) -> CheckLine:
    label = f"account {name}"
    try:
        tested = await client.connections.test_connection(platform_id)
    except StatisticsError as error:
        return CheckLine(label, f"couldn't be tested ({error.sentence})", grave=False)
    if not tested.works:
        return CheckLine(label, "LinkedIn doesn't accept its connection any more. Reconnect it in PostPost.")
    if tested.permissions and not tested.may_read_statistics:
        return CheckLine(label, f"it lacks {STATISTICS_PERMISSION}. Reconnect it in PostPost and allow reading post statistics.")
    return CheckLine(label, detail=tested.expires_in)


class BlockCheck(Struct, frozen=True):
    """The result of one card; ``asked`` is False when Slack could not be asked."""

    line: str
    agrees: bool
    asked: bool = True


async def compare_blocks(cards: AsyncIterator[tuple[str, Mapping[str, Any]]], api_url: str) -> AsyncIterator[BlockCheck]:
    """Compares what Slack says of every card, by name, with the bot's own check; ends at the first that Slack cannot be asked about."""
    async with open_web_api(api_url, None) as (client, _):
        async for name, payload in cards:
            result = await _compare(client, name, payload)
            yield result
            if not result.asked:
                return


async def _compare(client: AsyncWebClient, name: str, payload: Mapping[str, Any]) -> BlockCheck:
    is_view = payload.get("type") in ("modal", "home")
    own = check_view(payload) if is_view else check_message(payload["blocks"], payload.get("text") or name)
    sent = {"view": json.dumps(payload)} if is_view else {"blocks": json.dumps(payload["blocks"])}
    try:
        await client.api_call("blocks.validate", data=sent)
        refused = ""
    except UNANSWERED as error:
        if failure_code(error) not in REFUSED or not isinstance(error, SlackApiError):
            return BlockCheck(UNKNOWN.format(name=name, code=failure_code(error)), agrees=False, asked=False)
        refused = "; ".join(_error_text(one) for one in error.response.get("errors") or ()) or failure_code(error)
    found = "; ".join(map(str, own))
    if refused:
        return BlockCheck((BOTH if found else SLACK_REFUSES).format(name=name, found=refused), agrees=False)
    if found:
        return BlockCheck(f"{name}: DIFFERS: the bot's own checker refuses what Slack takes: {found}", agrees=False)
    return BlockCheck(f"{name}: OK", agrees=True)


def _error_text(error: Any) -> str:
    return f"{error.get('pointer', '')}: {error.get('message') or error.get('code', '')}" if isinstance(error, Mapping) else str(error)


MCP_AWAY = "MCP_URL doesn't lead to the bot ({found}): assistants can ask while it runs and the proxy passes that address on to it."
_SECONDS: Final = 5


async def mcp_trouble(url: str) -> str:
    """What is wrong with that address; "" where it asks whoever calls for a token, as the bot does."""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session:
            answer = await session.post(url, json={}, allow_redirects=False)
            asks = answer.status == HTTPStatus.UNAUTHORIZED and answer.headers.get("WWW-Authenticate", "").startswith("Bearer")
            found = f"HTTP {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        asks, found = False, type(error).__name__
    return "" if asks else MCP_AWAY.format(found=found)
