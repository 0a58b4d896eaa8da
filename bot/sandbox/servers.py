"""The sandbox's two servers together, and the settings that point a bot at them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.errors import PortInUse
from bot.sandbox.clock import SandboxClock
from bot.sandbox.guided import offer_examples
from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.troubles import StatisticsTroubles
from bot.sandbox.world import World
from bot.sandbox.world_accounts import AGENCY_ACCOUNTS, CLIENTS

HOST = "127.0.0.1"

#: The made-up world's valid key.
DEMO_KEY = "demo"
#: The key of an agency, which sees other accounts, and manages clients.
AGENCY_KEY = "agency"


def manifest_file() -> Path:
    """The app's manifest as data: beside the installed package's modules, else at the top of a checkout."""
    shipped = Path(str(resources.files("bot"))) / "manifest.yml"
    return shipped if shipped.is_file() else shipped.parent.parent / shipped.name


@dataclass(frozen=True, slots=True)
class Servers:
    """Both servers, listening."""

    statistics: StatisticsServer
    slack: SlackServer

    def environment(self, *, over_http: bool = False) -> dict[str, str]:
        """The settings that point a bot here, by name; without an app token the bot serves HTTP."""
        socket_mode = {} if over_http else {"SLACK_APP_TOKEN": self.slack.app_token}
        return {
            "SLACK_API_URL": self.slack.api_url,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            **socket_mode,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "POSTPOST_BASE_URL": self.statistics.base_url,
            "POSTPOST_API_KEY": DEMO_KEY,
            "POSTPOST_PLATFORM_ID": self.statistics.world.accounts[0].platform_id,
        }


@asynccontextmanager
async def open_servers(
    *,
    statistics_port: int = 0,
    slack_port: int = 0,
    seed: int = 1,
    clock: Callable[[], datetime] | None = None,
    bounds: Bounds | None = None,
) -> AsyncIterator[Servers]:
    """Both servers on ports of the loopback (0 takes a free one), closed at the end; Slack has these bounds (None for its own).

    Raises:
        PortInUse: another program has a port.
    """
    now = clock or SandboxClock()
    connected = now() if isinstance(now, SandboxClock) else None
    statistics = StatisticsServer(World(seed), clock=now, connected=connected)
    agency = StatisticsServer(World(seed, AGENCY_ACCOUNTS), clock=now, switches=statistics.switches, connected=connected)
    for client, accounts in CLIENTS.items():
        agency.manage(client, World(seed, accounts))
    statistics.others[AGENCY_KEY] = agency
    slack = SlackServer(manifest_file(), clock=now, seed=seed, bounds=bounds)
    slack.surroundings.service = StatisticsTroubles(statistics)
    slack.surroundings.move_clock = now.move_to if isinstance(now, SandboxClock) else None
    async with AsyncExitStack() as stack:
        for server, port in ((statistics, statistics_port), (slack, slack_port)):
            try:
                await server.start(port, HOST)
            except OSError as error:
                raise PortInUse(HOST, port) from error
            stack.push_async_callback(server.close)
        await offer_examples(slack, statistics.world, now())
        yield Servers(statistics, slack)
