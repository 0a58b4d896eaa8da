"""Requests about digests: `digest …`, `history`, and the buttons on digests."""

from dataclasses import replace
from typing import Final

from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.digests.command import DigestCommand
from bot.digests.draft import ParsingPlace
from bot.digests.parser import read_digest
from bot.digests.service import DigestService
from bot.management.actions import SubscriptionAction
from bot.reports.fetch import KnownAccounts
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory

NOT_UNDERSTOOD = "I did not understand that, and it looks like a question about digests."

#: What changes nothing.
READING: Final = frozenset(
    {
        SubscriptionAction.NEW,
        SubscriptionAction.LIST,
        SubscriptionAction.SHOW,
        SubscriptionAction.PREVIEW,
        SubscriptionAction.PLAN,
        SubscriptionAction.HISTORY,
    }
)


class DigestHandler:
    """Answers requests about digests; raises BotError."""

    def __init__(
        self, service: DigestService, *, permissions: PermissionService, visibility: VisibilityService, accounts: KnownAccounts
    ) -> None:
        self._service, self._permissions, self._visibility, self._accounts = service, permissions, visibility, accounts

    async def handle(self, request: Request) -> RenderedResult:
        """What was done, a preview, or a list."""
        command, directory = await self.read(request.text, request.context)
        return await self._answer(command if request.from_button else _as_typed(command), request, directory)

    async def list(self, request: Request) -> RenderedResult:
        """The digests of this person, and of the channel."""
        return await self._answer(DigestCommand(SubscriptionAction.LIST), request, await self._directory(request.context))

    async def _answer(self, command: DigestCommand, request: Request, directory: Directory) -> RenderedResult:
        message = await self._service.answer(command, request.context, directory)
        return RenderedResult(message, kind=f"digest {command.action}", changed=command.action not in READING)

    async def read(self, text: str, context: RequestContext) -> tuple[DigestCommand, Directory]:
        """The command in this text, and the accounts that may be seen where it is typed.

        Raises:
            NotAllowed: this person may ask nothing there.
            UsageError: the text cannot be carried out as it stands.
            StoreError: what was allowed cannot be read.
        """
        directory = await self._directory(context)
        return read_digest(text, directory, ParsingPlace(context.channel, direct=context.is_dm)), directory

    async def _directory(self, context: RequestContext) -> Directory:
        await self._permissions.check(context.team, context.user, context.channel, direct=context.is_dm, public=False)
        # A digest is for everybody: who opted out is in none, whoever sets it up.
        visibility = await self._visibility.seen_by(context.team, "", context.channel)
        return visibility.visible(await self._accounts.accounts())


def _as_typed(command: DigestCommand) -> DigestCommand:
    """Nobody sets up by typing what they have not seen: the preview comes first, with the button that does it."""
    planned = command.action is SubscriptionAction.CREATE or (command.action is SubscriptionAction.NEW and command.draft.cron)
    return replace(command, action=SubscriptionAction.PLAN) if planned else command
