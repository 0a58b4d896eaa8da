"""Clients of an agency: managed users of its PostPost account. A client's channels see the accounts of this client, and no others.

::

    client 6626a1f5e4b0c91a2d3f4567 here ─ an administrator? ─ does PostPost list this client's accounts for the key? ─→ kept
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.access.permissions import ASK, PermissionService
from bot.errors import NotAllowed, NotUnderstood
from bot.parsing.text import excerpt
from bot.slack.request import RequestContext
from bot.statistics.reports import CLIENT_ID, Account
from bot.storage.cached import CachedClients

CLIENT, CLIENTS = "client", "clients"
NOBODY = "nobody"
ADMINISTRATORS_GIVE = "Only an administrator may give a channel to a client."
NOT_A_CLIENT = "`{given}` isn't the id of a client: PostPost's ids of managed users have 24 digits and letters from a to f."
WHICH_CLIENT = "Which client, and which channel?"
CLIENT_REMEDY = "Write `client`, the id of the managed user in PostPost, and `here` or a #channel; `client nobody here` takes it back."
NO_CHANNEL = "This is a direct message, which can't be a client's channel."

_FIRST: Final = re.compile(r"\s*(clients?)(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
_CHANNEL: Final = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_AROUND: Final = frozenset({"here", "in", "for", "to", "is", "=", "this", "channel", "the"})


@dataclass(frozen=True, slots=True)
class ClientCommand:
    """``client``: sets the client of these channels ("": none), or without a channel shows which client's it is."""

    client: str = ""
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientResult:
    """The channels with a client, by their ids; ``changed`` are those that were set, ``accounts`` what is seen there."""

    channels: Mapping[str, str]
    changed: Sequence[str] = ()
    accounts: Sequence[Account] = ()


def read_client(text: str, channel: str, *, direct: bool) -> ClientCommand | None:
    """Parses a command about clients; None for another text.

    Raises NotUnderstood: the client or the channel is missing, or something else is named.
    """
    found = _FIRST.match(text)
    if found is None:
        return None
    rest = found[2]
    named = _CHANNEL.findall(rest)
    words = [word.strip("`\"'.,;!") for word in _CHANNEL.sub(" ", rest).lower().split()]
    given = [word for word in words if word and word not in _AROUND]
    if not given and not named and "here" not in words:
        return ClientCommand()
    if len(given) != 1:
        raise NotUnderstood(WHICH_CLIENT, remedy=CLIENT_REMEDY)
    if given[0] != NOBODY and not CLIENT_ID.fullmatch(given[0]):
        raise NotUnderstood(NOT_A_CLIENT.format(given=excerpt(given[0])), remedy=CLIENT_REMEDY)
    if direct and not named:
        raise NotUnderstood(NO_CHANNEL, remedy=CLIENT_REMEDY)
    return ClientCommand("" if given[0] == NOBODY else given[0], tuple(dict.fromkeys(named)) or (channel,))


class ClientService:
    """Shows and sets the clients of channels. Its methods raise NotAllowed, StatisticsError and StoreError.

    ``look``: the LinkedIn accounts of a client, asked of PostPost.
    """

    def __init__(
        self,
        permissions: PermissionService,
        clients: CachedClients,
        look: Callable[[str], Awaitable[Sequence[Account]]],
        clock: Callable[[], datetime],
    ) -> None:
        self._permissions, self._clients, self._look, self._clock = permissions, clients, look, clock

    async def answer(self, command: ClientCommand, context: RequestContext) -> ClientResult:
        if not await self._permissions.administers(context.user):
            raise NotAllowed(ADMINISTRATORS_GIVE, remedy=ASK.format(people=self._permissions.people()))
        # Asked before anything is kept: a client that the key does not manage is refused.
        accounts = await self._look(command.client) if command.client else ()
        for channel in command.channels:
            await self._clients.set_client(context.team, channel, command.client, by=context.user, at=self._clock())
        return ClientResult(await self._clients.of(context.team), command.channels, accounts)
