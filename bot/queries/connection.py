"""Connects a workspace to PostPost with a key of its own, where many workspaces share one bot: the Home tab's part, and its two modals."""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from msgspec import Struct

from bot.access.blocks import build_client_result
from bot.access.commands import CLIENT, ClientCommand, client_command
from bot.access.groups import ClientService
from bot.access.permissions import PermissionService
from bot.errors import ApiKeyError, BotError, NotAllowed
from bot.postpost.statistics import AccountDirectory
from bot.reports.card_parts import account_name, accounts_word
from bot.reports.error_blocks import error_text
from bot.settings import values
from bot.slack.builders import OPTION_VALUE_LIMIT, Block, Message, actions, button, header, option, plain, section, select
from bot.slack.interactive import View, build_modal, build_trouble, entry, input_block
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import Account, Directory
from bot.storage.workspaces import StoredWorkspace, WorkspaceStore

logger = logging.getLogger(__name__)

TITLE: Final = "Connect PostPost"
#: On the Home tab until there is a key.
WELCOME = (
    "I answer how your posts and accounts do on LinkedIn. I read the figures from PostPost, so I need an API key of your PostPost account: "
    "you find it in PostPost's settings. It is kept encrypted, and shown to nobody."
)
ASK_AN_ADMINISTRATOR = "I'm not connected to PostPost yet. An administrator of this workspace can connect me here, on this tab."
CONNECT, DEFAULT_ACCOUNT, CLIENT_CHANNELS, REPLACE, REMOVE = "Connect PostPost", "Default Account", "Clients", "Replace Key", "Remove Key"
REMOVE_SURE = "Digests and alerts stay set up, but none can be posted, and nobody is answered, until a key is given again."
KEY_LABEL, KEY_HINT = "API key", "It is checked before it is kept. Everybody in this workspace can then ask about its LinkedIn accounts."
ACCOUNT_LABEL, ACCOUNT_HINT = "Default account of this workspace", "It is meant where nobody names an account, and a channel has none."
SAVE, SAVED = "Save", ":white_check_mark: Saved."
CHANNEL_LABEL, CHANNEL_HINT = "Channel", "It sees this client's accounts alone, and they are seen in the client's channels alone."
CLIENT_LABEL, CLIENT_HINT = "Managed user of your PostPost account", "Its id. Left empty, the channel is no client's any more."
ASK_ONE = "Ask one of them to open this app's Home tab."
COPY_AGAIN = "Copy it from PostPost's settings again."
#: The ids of the buttons, of the modals, and of what is entered in them.
KEY_BUTTON, ACCOUNT_BUTTON, CLIENT_BUTTON, REMOVE_BUTTON = (f"connection.{name}" for name in ("key", "account", "client", "remove"))
CONNECTION_BUTTONS = re.compile(r"connection\.(?:key|account|client|remove)")
KEY_VIEW, ACCOUNT_VIEW, CLIENT_VIEW = KEY_BUTTON, ACCOUNT_BUTTON, CLIENT_BUTTON
KEY, ACCOUNT, CHANNEL = "key", "account", "channel"
_NONE: Final = "none"
_LONGEST_KEY: Final = 1_000


class ConnectionHandler(Struct, frozen=True):
    """Shows, sets and removes the workspace's key and default account; raises BotError. ``look`` lists a key's accounts at PostPost."""

    workspace: StoredWorkspace
    store: WorkspaceStore
    permissions: PermissionService
    clients: ClientService
    accounts: AccountDirectory
    look: Callable[[str], Awaitable[Sequence[Account]]]
    #: Shows the Home tab of whoever changed something, with what is known then.
    renewed: Callable[[RequestContext], Awaitable[None]]

    @property
    def is_connected(self) -> bool:
        return bool(self.workspace.api_key)

    async def home(self, request: Request) -> RenderedResult:
        """The Home tab's part: how to connect; or to administrators, that it is connected."""
        administers = await self.permissions.administers(request.context.user)
        if not self.is_connected:
            text = WELCOME if administers else ASK_AN_ADMINISTRATOR
            blocks: list[Block] = [header(TITLE), section(text)]
            blocks += [actions([button(KEY_BUTTON, CONNECT, "key", primary=True)])] if administers else []
            return RenderedResult(Message(f"{TITLE}\n{text}", tuple(blocks)), kind="connection")
        if not administers:
            return RenderedResult(Message("", ()), kind="connection")
        directory = await self.accounts.accounts()
        trouble = self.accounts.trouble
        text = f"*PostPost*: {error_text(trouble)}" if trouble else f"*PostPost*: connected, {accounts_word(len(directory.accounts))}."
        sure = {"title": REMOVE, "text": REMOVE_SURE, "confirm": REMOVE, "deny": "Keep It"}
        remove = button(REMOVE_BUTTON, REMOVE, "remove") | {"confirm": {name: plain(words) for name, words in sure.items()}}
        replace = button(KEY_BUTTON, REPLACE, "key")
        account = [button(ACCOUNT_BUTTON, DEFAULT_ACCOUNT, "account")] if directory.accounts else []
        buttons = [*account, button(CLIENT_BUTTON, CLIENT_CHANNELS, "client"), replace, remove]
        return RenderedResult(Message(text, (section(text), actions(buttons))), kind="connection")

    async def check_administers(self, context: RequestContext) -> None:
        if not await self.permissions.administers(context.user):
            raise NotAllowed("Only an administrator of this workspace may connect PostPost.", remedy=ASK_ONE)

    async def connect(self, context: RequestContext, given: str) -> View:
        """Asks PostPost with the key, keeps it, and returns the view that says so, with the choice of a default account."""
        await self.check_administers(context)
        try:
            key = values.secret(given.strip())
        except ValueError as error:
            raise BotError(f"This isn't an API key: it {error}.", remedy=COPY_AGAIN) from None
        try:
            accounts = await self.look(key)
        except ApiKeyError:
            raise BotError("PostPost doesn't accept this key.", remedy=COPY_AGAIN) from None
        await self.store.set_key(self.workspace.team, key, by=context.user)
        logger.info("a workspace is connected to PostPost", extra={"team": self.workspace.team, "user": context.user})
        await self.renewed(context)
        if not accounts:
            return build_modal(TITLE, [section(f":white_check_mark: Connected: {accounts_word(len(accounts))}. You can close this.")])
        return build_account_form(accounts, "")

    async def account_form(self, context: RequestContext) -> View:
        await self.check_administers(context)
        directory: Directory = await self.accounts.accounts()
        return build_account_form(directory.accounts, self.workspace.platform_id)

    async def choose(self, context: RequestContext, platform_id: str) -> str:
        await self.check_administers(context)
        await self.store.set_default_account(self.workspace.team, platform_id)
        await self.renewed(context)
        return SAVED

    async def client_form(self, context: RequestContext) -> View:
        """The channels of clients, and the form that sets one's."""
        return build_client_form(channels=build_client_result(await self.clients.answer(ClientCommand(), context)).text)

    async def set_client(self, context: RequestContext, channel: str, given: str) -> View:
        """Asks PostPost for the client's accounts, gives it the channel, "" to none; the view that says so."""
        result = await self.clients.answer(client_command(given, channel), context)
        return build_modal(TITLE, build_client_result(result).blocks)

    async def remove(self, context: RequestContext) -> None:
        """Removes the key, and with it everything that is remembered of its answers."""
        await self.check_administers(context)
        await self.store.set_key(self.workspace.team, "", by=context.user)
        logger.info("a workspace is no longer connected to PostPost", extra={"team": self.workspace.team, "user": context.user})
        await self.renewed(context)


def build_key_form(trouble: str = "") -> View:
    """The form for a key, with what was wrong with the last one (mrkdwn)."""
    text = {"type": "plain_text_input", "action_id": KEY, "max_length": _LONGEST_KEY}
    blocks = [*([build_trouble(trouble)] if trouble else []), input_block(KEY, KEY_LABEL, text, hint=KEY_HINT)]
    return build_modal(TITLE, blocks, submit="Connect", callback_id=KEY_VIEW)


def build_account_form(accounts: Sequence[Account], chosen: str) -> View:
    """The choice of the default account; ``chosen`` is a platform id, "" for none."""
    offered = [one for one in accounts if len(one.platform_id) <= OPTION_VALUE_LIMIT]
    options = [option("No default account", _NONE), *(option(account_name(one), one.platform_id) for one in offered)]
    initial = next((one for one in options if one["value"] == chosen), options[0])
    menu = select(ACCOUNT, ACCOUNT_LABEL, options, initial)
    blocks = [section(f"Connected: {accounts_word(len(accounts))}."), input_block(ACCOUNT, ACCOUNT_LABEL, menu, hint=ACCOUNT_HINT)]
    return build_modal(TITLE, blocks, submit=SAVE, callback_id=ACCOUNT_VIEW)


def build_client_form(trouble: str = "", channels: str = "") -> View:
    """The choice of a channel and the id of its client, below what was wrong or the channels of clients (mrkdwn)."""
    above = build_trouble(trouble) if trouble else section(channels)
    channel = {"type": "conversations_select", "action_id": CHANNEL, "filter": {"include": ["public", "private"]}}
    text = {"type": "plain_text_input", "action_id": CLIENT, "max_length": _LONGEST_KEY}
    client = input_block(CLIENT, CLIENT_LABEL, text, hint=CLIENT_HINT, optional=True)
    blocks = [above, input_block(CHANNEL, CHANNEL_LABEL, channel, hint=CHANNEL_HINT), client]
    return build_modal(TITLE, blocks, submit=SAVE, callback_id=CLIENT_VIEW)


def read_entry(view: dict[str, Any], name: str) -> str:
    given = entry(view, name)
    option_value = (given.get("selected_option") or {}).get("value")
    chosen = str(given.get("value") or option_value or given.get("selected_conversation") or "")
    return "" if chosen == _NONE else chosen
