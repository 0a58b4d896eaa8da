"""The playground's second workspace: an agency's, with people, channels and a PostPost key of its own.

It is opened when a visitor first goes there: from then on the bot serves many workspaces. The first one has the app at once, by the same
pages and forms; in the second one the visitor adds it.
"""

import asyncio
import base64
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.servers import AGENCY_KEY, DEMO_KEY, HOST, Servers, manifest_file
from bot.sandbox.slack.oauth import CLIENT_ID
from bot.sandbox.slack.people import BOT_USER_ID, Channel, SlackPerson, Team
from bot.sandbox.slack.person import PersonAction
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.world_accounts import CLIENTS

_NORA, _OMAR = "U0NORA0001", "U0OMAR0001"
_STAFF: Final = frozenset({_NORA, _OMAR, BOT_USER_ID})
AGENCY: Final = Team(
    "T0SANDBOX2",
    "Northwind Agency",
    people=(
        SlackPerson(_NORA, "nora", "Nora North", "America/Chicago", color="2e6fbe", is_admin=True),
        SlackPerson(_OMAR, "omar", "Omar Okoye", "Africa/Lagos", color="be7a2e"),
    ),
    channels=(
        Channel("C0NWGENERL", "general", "public", _STAFF, "What everyone should know"),
        Channel("C0NWMARKET", "marketing", "public", _STAFF, "Our own campaigns"),
        Channel("C0NWGLOBEX", "globex", "public", _STAFF, "All about our client Globex"),
        Channel("C0NWINITEC", "initech", "public", _STAFF, "All about our client Initech"),
    ),
)
#: What stands on the second workspace's page: ``{client}`` are ids of managed users.
KNOW: Final = "Made up for this workspace: the PostPost key `{key}`; clients {clients}."
CONNECT: Final = "Connect PostPost"
NOT_THERE: Final = "There is no such workspace here."
NOT_INSTALLED: Final = "The app couldn't be installed: its pages led nowhere."
#: Seconds until the first workspace is served again.
WITHIN: Final = 30.0
INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
_AUTHORIZE: Final = re.compile(r'href="([^"]+oauth/v2/authorize[^"]+)"')


class SecondWorkspace:
    """Both workspaces as the page lists them.

    Args:
        servers: the first one's Slack, and the statistics.
        process: the bot.
        folder: where the key that encrypts is kept, beside the database.
        stack: closes the second one's Slack at the end.
    """

    def __init__(self, servers: Servers, process: BotProcess, folder: Path, stack: AsyncExitStack) -> None:
        self._servers, self._process, self._folder, self._stack = servers, process, folder, stack
        self._teams = {servers.slack.parts.team.id: servers.slack.parts.team, AGENCY.id: AGENCY}
        self._second: SlackServer | None = None
        self._opening = asyncio.Lock()

    def listed(self) -> Sequence[Mapping[str, str]]:
        """Every workspace: its `id` and `name`."""
        return [{"id": team.id, "name": team.name} for team in self._teams.values()]

    def about(self, team: str) -> Mapping[str, str]:
        """How the app is installed in the second one, and what there is to know."""
        if team != AGENCY.id:
            return {}
        clients = ", ".join(f"`{client}` ({accounts[0].display_name})" for client, accounts in CLIENTS.items())
        return {"install": f"{self._address}{INSTALL}", "know": KNOW.format(key=AGENCY_KEY, clients=clients)}

    async def open(self, team: str) -> str:
        """The address of the page of this workspace; the second one is made when it is first asked for."""
        if team not in self._teams:
            raise RuntimeError(NOT_THERE)
        async with self._opening:
            if team == AGENCY.id and self._second is None:
                self._second = await self._opened()
        return self._second.page_url if self._second and team == AGENCY.id else self._servers.slack.page_url

    @property
    def _address(self) -> str:
        return f"http://{HOST}:{self._process.port}"

    async def _opened(self) -> SlackServer:
        first = self._servers.slack
        await self._process.serve_many(
            {
                "slack_client_id": CLIENT_ID,
                "slack_client_secret": first.oauth.client_secret,
                "encryption_keys": _encryption_key(self._folder / "demo.key"),
            }
        )
        first.oauth.redirect_url = f"{self._address}{REDIRECT}"
        second = SlackServer(manifest_file(), clock=first.parts.clock, seed=2, bounds=first.parts.bounds, team=AGENCY)
        second.parts.installation.remove()
        await second.start(host=HOST)
        self._stack.push_async_callback(second.close)
        second.surroundings.service, second.surroundings.move_clock = first.surroundings.service, first.surroundings.move_clock
        second.surroundings.checkers, second.surroundings.workspaces = first.surroundings.checkers, self
        second.page_api.examples = _examples()
        first.surroundings.switch_transport = None
        await self._install_first()
        second.stand_beside(first)
        if (http := first.parts.link.http) is not None:
            second.deliver_to(http.url)
        return second

    async def _install_first(self) -> None:
        """Installs the app in the first workspace by its link, and connects it with its key on the Home tab, as an administrator does."""
        first = self._servers.slack
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=self._address)
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            found = _AUTHORIZE.search(await _page(session, f"{self._address}{INSTALL}"))
            if found is None:
                raise RuntimeError(NOT_INSTALLED)
            asked = await _page(session, found[1].replace("&amp;", "&"))
            allow = re.search(rf'href="(/oauth/v2/allow/{first.parts.team.id}[^"]*)"', asked)
            if allow is None:
                raise RuntimeError(NOT_INSTALLED)
            await _page(session, f"{first.parts.address.url}{allow[1].replace('&amp;', '&')}")
        person, chosen = first.person(first.parts.team.people[0].id), self._servers.statistics.world.accounts[0].platform_id
        async with asyncio.timeout(WITHIN):
            home = await self._view(await person.open_home(), "home", CONNECT)
            form = await self._view(await person.press(home, CONNECT), "modal", "input")
            choice = await self._view(await person.submit_view(form, {"key": DEMO_KEY}), "modal", chosen)
            await self._view(await person.submit_view(choice, {"account": chosen}), "modal", "Saved")

    async def _view(self, action: PersonAction, kind: str, words: str) -> dict[str, Any]:
        """The view with these words that the app shows after what a person did."""
        while words not in str(view := await action.view(kind=kind)):
            await self._servers.slack.parts.stream.changed()
        return view


async def _page(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        return await answer.text()


def _encryption_key(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
    return file.read_text()


def _examples() -> list[Mapping[str, Any]]:
    client = next(iter(CLIENTS))
    return [
        {
            "label": "The agency's own accounts",
            "text": "/linkedin-stats team last week",
            "shows": "Once the workspace has its PostPost key.",
        },
        {
            "label": "Give this channel to a client",
            "text": f"/linkedin-stats client {client} here",
            "shows": "From then on it sees Globex's accounts alone. Ask for accounts here and in another channel.",
        },
        {"label": "Which channels are clients'?", "text": "/linkedin-stats clients", "shows": "The list, for administrators."},
    ]
