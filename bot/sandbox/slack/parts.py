"""The parts of the made-up Slack in one value, for code that works with several."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.delivery import AppLink
from bot.sandbox.slack.entities import Entities
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.executions import Executions
from bot.sandbox.slack.faults import SlackFaults
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.hooks import Hooks
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.installation import SlackInstallation
from bot.sandbox.slack.links import Drafted
from bot.sandbox.slack.manifest import AppManifest
from bot.sandbox.slack.people import Team
from bot.sandbox.slack.posting import Posting
from bot.sandbox.slack.ratelimits import RateLimits
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.stream import Stream
from bot.sandbox.slack.trace import Trace
from bot.sandbox.slack.triggers import Triggers
from bot.sandbox.slack.views import Views
from bot.sandbox.slack.workspace import Workspace


@dataclass(slots=True)
class Address:
    """The server's address; known as soon as it listens."""

    url: str = ""
    """`http://127.0.0.1:PORT`, without a slash at its end."""

    @property
    def web_socket(self) -> str:
        """The same for a WebSocket."""
        return self.url.replace("http", "ws", 1)


@dataclass(frozen=True, slots=True)
class SlackParts:
    """Every part; each is described in its own module."""

    clock: Callable[[], datetime]
    bounds: Bounds
    ids: Ids
    address: Address
    manifest: AppManifest
    installation: SlackInstallation
    stream: Stream
    trace: Trace
    workspace: Workspace
    posting: Posting
    files: Files
    hooks: Hooks
    triggers: Triggers
    views: Views
    sockets: SocketMode
    link: AppLink
    events: Events
    faults: SlackFaults
    rates: RateLimits
    drafts: dict[str, Drafted]
    """Messages that are being written and hold a link of the app's, by `unfurl_id`."""
    executions: Executions
    entities: Entities
    team: Team


def build_parts(
    manifest: AppManifest, *, clock: Callable[[], datetime], stopwatch: Callable[[], float], seed: int, bounds: Bounds, team: Team
) -> SlackParts:
    """Builds and connects the parts."""
    ids, stream = Ids(seed), Stream()
    trace = Trace(stream, clock)
    installation = SlackInstallation(manifest, ids, clock, scopes_optional=bounds.scopes_optional)
    workspace = Workspace(clock, stream, manifest.bot_name, team)
    posting = Posting(workspace)
    sockets = SocketMode(ids, bounds, stream, trace, enabled=manifest.socket_mode)
    link = AppLink(sockets, lambda: sockets.connections > 0, trace, team)
    events = Events(
        link=link,
        workspace=workspace,
        manifest=manifest,
        installation=installation,
        ids=Ids(seed * int(clock().timestamp())),  # after a restart other ones: Slack gives no event's id twice
        clock=clock,
        bounds=bounds,
    )
    posting.announce.append(events.on_message)
    return SlackParts(
        clock=clock,
        bounds=bounds,
        ids=ids,
        address=Address(),
        manifest=manifest,
        installation=installation,
        stream=stream,
        trace=trace,
        workspace=workspace,
        posting=posting,
        files=Files(ids),
        hooks=Hooks(workspace, posting, ids, clock, bounds),
        triggers=Triggers(ids, clock, bounds.trigger_life),
        views=Views(ids, stream, posting, home_enabled=manifest.home_tab),
        sockets=sockets,
        link=link,
        events=events,
        faults=SlackFaults(),
        rates=RateLimits(bounds, stopwatch),
        drafts={},
        executions=Executions(manifest.functions, installation, ids),
        entities=Entities(ids),
        team=team,
    )
