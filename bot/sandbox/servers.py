"""The sandbox's two servers together, and the settings that point a bot at them."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from bot.errors import PortInUse
from bot.sandbox.clock import SandboxClock
from bot.sandbox.slack import SlackServer
from bot.sandbox.statistics import StatisticsServer
from bot.sandbox.world import World

HOST = "127.0.0.1"

#: The made-up world's valid key.
DEMO_KEY = "demo"


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


#: A post of this age has figures worth a look.
SETTLED = timedelta(days=7)


def _examples(world: World, now: datetime) -> list[Mapping[str, str]]:
    """Three things to try on the page's first screen, made of the world's own accounts and posts."""
    first, second = world.accounts[:2]
    post = next(one for one in world.posts(first.platform_id, now) if now - one.published > SETTLED)
    return [
        {"label": "How did a post do?", "text": f"/linkedin-stats https://www.linkedin.com/feed/update/{post.urn}/"},
        {"label": "An account's last week", "text": f"/linkedin-stats {second.display_name} last week"},
        {"label": "Ask by a mention", "text": f"@LinkedIn Stats {first.display_name} 28d"},
    ]


@asynccontextmanager
async def open_servers(
    *, statistics_port: int = 0, slack_port: int = 0, seed: int = 1, clock: Callable[[], datetime] | None = None
) -> AsyncIterator[Servers]:
    """Both servers on ports of the loopback (0 takes a free one), closed at the end.

    Raises:
        PortInUse: another program has a port.
    """
    now = clock or SandboxClock()
    statistics = StatisticsServer(World(seed), clock=now)
    slack = SlackServer(manifest_file(), clock=now, seed=seed)
    slack.page_api.examples = _examples(statistics.world, now())
    async with AsyncExitStack() as stack:
        for server, port in ((statistics, statistics_port), (slack, slack_port)):
            try:
                await server.start(port, HOST)
            except OSError as error:
                raise PortInUse(HOST, port) from error
            stack.push_async_callback(server.close)
        yield Servers(statistics, slack)
