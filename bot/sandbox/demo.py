"""Both servers and the real bot in one process: the playground, and one question from a terminal."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.app import Bot
from bot.errors import SettingsError
from bot.sandbox.bot_process import BotProcess
from bot.sandbox.clock import SandboxClock
from bot.sandbox.second_workspace import SecondWorkspace
from bot.sandbox.servers import Servers, open_servers
from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.person import PersonAction
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.surroundings import Checker

#: Who asks from the terminal, and where.
PERSON, CHANNEL = "ann", "#marketing"

EXAMPLE = "Try: --ask '/linkedin-stats help'"

#: A Slack that waits: where nobody looks on, an answer that a busy machine gives late is still the answer.
PATIENT: Final = Bounds(ack_timeout=60.0, rate_limits=False)


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """The messages as Slack shows them, in their order, and whether they answer the question."""

    messages: tuple[dict[str, Any], ...]
    answered: bool

    @property
    def message(self) -> dict[str, Any]:
        """The answer itself: of several the one with most to show; the others announce it, or say where its file is."""
        return max(self.messages, key=lambda message: len(message["blocks"]))


@dataclass(frozen=True, slots=True)
class Playground:
    """Everything that runs."""

    servers: Servers
    clock: SandboxClock
    process: BotProcess

    @property
    def bot(self) -> Bot:
        """The bot as it runs now."""
        return self.process.bot

    @property
    def page_url(self) -> str:
        """The page's address."""
        return self.servers.slack.page_url

    @property
    def names(self) -> Mapping[str, str]:
        """The names of people and channels by their ids: `@Ann Archer`, `#marketing`."""
        workspace = self.servers.slack.parts.workspace
        people = {one.id: f"@{one.real_name}" for one in workspace.people.values()}
        return people | {one.id: f"#{one.name}" for one in workspace.channels.values() if one.name}

    async def ask(self, line: str) -> DemoAnswer:
        """Types one command as a person in a channel, and waits for the complete answer.

        Raises:
            SettingsError: the line is no command of the app, or Slack refused it.
        """
        command, _, text = line.strip().partition(" ")
        if not command.startswith("/"):
            command, text = "/linkedin-stats", line.strip()
        before = self._answered()
        sent = await self._typed(command, text)
        await self.bot.tasks.idle()
        if not (seen := sent.seen()):
            view = await sent.view()
            return DemoAnswer(({"text": view["title"]["text"], "blocks": view["blocks"]},), answered=True)
        messages = tuple({"text": one.get("text", ""), "blocks": one.get("blocks", [])} for one in seen)
        return DemoAnswer(messages, self._answered() > before)

    async def _typed(self, command: str, text: str) -> PersonAction:
        try:
            sent = await self.servers.slack.person(PERSON).command(text, channel=CHANNEL, command=command)
        except PersonRefusalError as error:
            raise SettingsError(str(error), remedy=EXAMPLE) from None
        if not sent.ok:
            raise SettingsError(f"Slack answered {sent.error}: {command} wasn't delivered.", remedy=EXAMPLE)
        return sent

    def _answered(self) -> float:
        # With many workspaces there is a sample for each.
        wanted = {"source": "command", "outcome": "answered"}.items()
        samples = (sample for metric in self.bot.metrics.asks.collect() for sample in metric.samples)
        return sum(sample.value for sample in samples if sample.name.endswith("_total") and wanted <= sample.labels.items())


@asynccontextmanager
async def open_playground(
    *,
    port: int = 0,
    data: Path | None = None,
    checkers: Mapping[str, Checker] | None = None,
    bounds: Bounds | None = None,
    begins: datetime | None = None,
) -> AsyncIterator[Playground]:
    """The playground, with its page on ``port`` (0 takes a free one) and its database in ``data`` (else in a temporary folder).

    ``checkers`` are further readings of Slack's limits, by the name the page shows: each takes a message or a view and gives
    what is wrong with it. ``bounds``: those of its Slack, None for Slack's own. ``begins``: its clock's first moment (aware), None for now.

    Raises:
        SettingsError: the folder cannot be made.
        PortInUse: another program has the port.
    """
    async with AsyncExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkedin-stats-demo-")))
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            sentence = f"The folder {folder} can't be used: {(error.strerror or type(error).__name__).lower()}."
            raise SettingsError(sentence, remedy="Name a folder that you may write, or leave --data out.") from error
        clock = SandboxClock()
        if begins is not None:
            clock.move_to(begins)
        servers = await stack.enter_async_context(open_servers(slack_port=port, clock=clock, bounds=bounds))
        process = BotProcess(servers, folder, clock)
        servers.slack.surroundings.switch_transport = process.switch
        servers.slack.surroundings.checkers.update(checkers or {})
        servers.slack.surroundings.workspaces = SecondWorkspace(servers, process, folder, stack)
        await process.start("socket")
        stack.push_async_callback(process.stop)
        yield Playground(servers, clock, process)
