"""Which accounts each channel may see: the rules of the settings, and the clients of channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.statistics.reports import Directory, split_client, with_client

#: In the settings: every channel without an entry.
EVERYWHERE_ELSE = "*"


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The rules of the settings, and the clients of channels; ids are Slack's, accounts are platform ids."""

    administrators: frozenset[str] = frozenset()
    #: Where the bot answers; empty is everywhere.
    allowed_channels: frozenset[str] = frozenset()
    #: The accounts each channel may see; "*" stands for every channel not named, and a channel that nothing names sees all.
    channel_accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: The channels of clients, each with its client: they see the accounts of this client, whatever the settings say; others see none.
    clients: Mapping[str, str] = field(default_factory=dict)

    def sees(self, channel: str, platform_id: str) -> bool:
        client, owner = self.clients.get(channel, ""), split_client(platform_id)[1]
        if client or owner:
            return client == owner
        accounts = self.channel_accounts.get(channel, self.channel_accounts.get(EVERYWHERE_ELSE)) if self.channel_accounts else None
        return accounts is None or platform_id in accounts

    def seen_as(self, channel: str, platform_id: str, directory: Directory) -> str:
        """The account as that channel sees it: where several clients have the same LinkedIn account, its own client's."""
        own = with_client(split_client(platform_id)[0], self.clients.get(channel, ""))
        return own if directory.get(own) else platform_id

    def visible(self, directory: Directory, channel: str) -> Directory:
        seen = tuple(account for account in directory.accounts if self.sees(channel, account.platform_id))
        return directory if len(seen) == len(directory.accounts) else replace(directory, accounts=seen)
