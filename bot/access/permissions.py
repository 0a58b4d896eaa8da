"""Permissions: whether a person may ask in a channel. Checked before every answer, from every source.

::

    person, place (Slack, remembered) ┬ a guest ─────── allowed once? ─┐
                                      ├ a shared channel ─ allowed? ───┼→ nothing, or NotAllowed with whom to ask
                                      └ a channel not in the settings ─┘

A person whom Slack does not describe is refused; so is an answer for everybody in a channel that it does not describe.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from bot.access.commands import AllowCommand, PermissionCommand, PreviewCommand
from bot.errors import NotAllowed
from bot.slack.people import ChannelInfo, PeopleDirectory, ScopeReader
from bot.slack.request import RequestContext
from bot.statistics.reports import Directory, split_client, with_client
from bot.storage.workspace_settings import AuditEntry, ChangeKind, PermissionRepository

ASK = "Ask {people}."
#: The additional scopes for previews (Slack's documentation: "link_shared", "chat.unfurl").
SCOPES = frozenset({"links:read", "links:write"})

GUEST = "I don't answer guests until an administrator allows it."
STRANGER = "I answer people of other companies only in channels that an administrator has allowed."
UNKNOWN_PERSON, TRY_AGAIN = "Slack didn't tell me who you are.", "Try again in a moment."
UNSEEN = "I can't tell whether this channel is shared with another company, so I post nothing for everybody here."
ASK_FOR_PERSON = "Ask {people} to allow you, with `/linkedin-stats allow` and your @name."
ASK_FOR_CHANNEL = "Ask {people} to allow it, with `/linkedin-stats allow here` in this channel, or ask me in a channel where I may answer."
ALLOW_YOURSELF = "You are an administrator: `/linkedin-stats allow here` allows it."
ASK_FOR_ACCOUNT = "Ask {people} to add it to `CHANNEL_ACCOUNTS`, or ask where it may be seen."
OF_CLIENT = "A client's accounts are seen in this client's channels alone, and no others are seen there."
#: In the settings: every channel without an entry.
EVERYWHERE_ELSE = "*"


class AccessRules(Struct, frozen=True):
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


class Allowed(Struct, frozen=True):
    """What was allowed or forbidden; ``subjects`` are the people and channels for which that is new."""

    subjects: Sequence[tuple[ChangeKind, str]]
    allowed: bool


class Permissions(Struct, frozen=True):
    """The state in a channel, and the last changes."""

    #: The administrators, as mrkdwn.
    people: str
    #: The permission of this channel, if there is one.
    here: AuditEntry | None
    #: The newest first.
    changes: Sequence[AuditEntry]
    #: The entry that switched previews on, None while they are off.
    unfurls: AuditEntry | None
    #: In a direct message, which needs no permission.
    direct: bool


class PreviewState(Struct, frozen=True):
    """The entry that switched previews of links on, None while they are off, and the scopes that were not granted, if Slack tells."""

    on: AuditEntry | None
    lacking: Collection[str]
    #: They have no figures.
    private: bool = False


PermissionResult = Allowed | Permissions | PreviewState


class PermissionService:
    """Checks permissions; raises NotAllowed. All ids are Slack's; without administrators in the settings they are the workspace's."""

    def __init__(self, rules: AccessRules, people: PeopleDirectory, allowances: PermissionRepository, scopes: ScopeReader) -> None:
        self._rules, self._people, self._allowances, self._scopes = rules, people, allowances, scopes
        self._by_team: dict[str, AccessRules] = {}

    async def rules(self, team: str) -> AccessRules:
        """The rules with the workspace's clients: the same object while these do not change. Raises StoreError."""
        clients = await self._allowances.clients(team)
        known = self._by_team.get(team)
        if known is None or known.clients is not clients:
            known = self._by_team[team] = replace(self._rules, clients=clients)
        return known

    async def administers(self, user: str) -> bool:
        return user in self._rules.administrators if self._rules.administrators else (await self._people.person(user)).is_admin

    async def check(self, context: RequestContext, *, public: bool = False) -> None:
        """Returns when this person may be answered there, with ``public`` before everybody; raises NotAllowed with whom to ask."""
        alone = context.is_dm or not context.channel
        place = ChannelInfo(context.channel) if alone else await self._people.place(context.channel)
        await self._check_person(context.team, context.user, place)
        if place.is_shared:
            await self._need_channel(context, "This channel is shared with another company, which would see the figures.")
        elif public and not place.is_known:
            await self._need_channel(context, UNSEEN)
        allowed = self._rules.allowed_channels
        if allowed and context.channel not in allowed and not await self.administers(context.user):
            await self._need_channel(context, "I'm not set up to answer in this channel.")

    async def _check_person(self, team: str, user: str, place: ChannelInfo) -> None:
        if not user:
            raise NotAllowed(UNKNOWN_PERSON, remedy=TRY_AGAIN)
        if user in self._rules.administrators:
            return
        person = await self._people.person(user)
        # An allowed shared channel is allowed for the other company's members.
        if person.is_known and not person.is_guest and (not person.is_stranger or place.is_shared):
            return
        if not await self._allowances.allowance(team, ChangeKind.ALLOWED_PERSON, user):
            if not person.is_known:
                raise NotAllowed(UNKNOWN_PERSON, remedy=TRY_AGAIN)
            raise NotAllowed(GUEST if person.is_guest else STRANGER, remedy=ASK_FOR_PERSON.format(people=self.people()))

    async def _need_channel(self, context: RequestContext, sentence: str) -> None:
        if not await self._allowances.allowance(context.team, ChangeKind.ALLOWED_CHANNEL, context.channel):
            remedy = ALLOW_YOURSELF if await self.administers(context.user) else ASK_FOR_CHANNEL.format(people=self.people())
            raise NotAllowed(sentence, remedy=remedy)

    def check_account(self, rules: AccessRules, platform_id: str, channel: str) -> None:
        """Return when this account's figures may be shown there; NotAllowed otherwise."""
        if not rules.sees(channel, platform_id):
            if channel in rules.clients or split_client(platform_id)[1]:
                raise NotAllowed(OF_CLIENT, remedy="`accounts` lists those that can be asked about here.")
            raise NotAllowed("This channel may not see that account.", remedy=ASK_FOR_ACCOUNT.format(people=self.people()))

    async def answer(self, ask: PermissionCommand, context: RequestContext, *, now: datetime) -> PermissionResult:
        """Carries out a command: administrators change and see everything, others see their channel's state. Raises NotAllowed."""
        team, administers = context.team, await self.administers(context.user)
        match ask:
            case AllowCommand():
                return await self._allow(ask, context, administers=administers, now=now)
            case PreviewCommand():
                return await self._switch_previews(ask, context, administers=administers, now=now)
        if not administers:
            await self.check(context)
        here = await self._allowances.allowance(team, ChangeKind.ALLOWED_CHANNEL, context.channel)
        everything = administers and context.channel not in (await self.rules(team)).clients
        changes = await self._allowances.changes(team, None if everything else context.channel)
        return Permissions(self.people(), here, changes, await self._unfurls(team), context.is_dm)

    async def _allow(self, ask: AllowCommand, context: RequestContext, *, administers: bool, now: datetime) -> Allowed:
        if not administers:
            raise NotAllowed("Only an administrator may allow or forbid that.", remedy=ASK.format(people=self.people()))
        put, by = self._allowances.set_allowed, context.user
        return Allowed([one for one in ask.subjects if await put(context.team, *one, allowed=ask.allowed, by=by, at=now)], ask.allowed)

    async def _switch_previews(self, ask: PreviewCommand, context: RequestContext, *, administers: bool, now: datetime) -> PreviewState:
        team = context.team
        if not administers:
            if ask.on is not None:
                raise NotAllowed("Only an administrator may switch previews of links on or off.", remedy=ASK.format(people=self.people()))
            await self.check(context)
        if ask.on is not None:
            both = ((ChangeKind.PRIVATE_UNFURLS, ask.private), (ChangeKind.UNFURLS, ask.on))
            # In this order no preview has figures in between.
            for kind, allowed in both if ask.private else reversed(both):
                await self._allowances.set_allowed(team, kind, team, allowed=allowed, by=context.user, at=now)
        granted = await self._scopes.granted()
        lacking = SCOPES - granted if granted is not None else ()
        return PreviewState(await self._unfurls(team), lacking, await self.has_private_previews(team))

    async def _unfurls(self, team: str) -> AuditEntry | None:
        return await self._allowances.allowance(team, ChangeKind.UNFURLS, team)

    async def previews(self, team: str, user: str, channel: str) -> bool:
        """Whether a link that this person posts there may be previewed for everybody; False when anything about it is unknown."""
        if not await self._unfurls(team):
            return False
        place, person = await self._people.place(channel), await self._people.person(user)
        known = place.is_known and person.is_known
        if not known or place.is_shared or person.is_bot or person.is_guest or person.is_stranger:
            return False
        allowed = self._rules.allowed_channels
        return not allowed or channel in allowed or await self._allowances.allowance(team, ChangeKind.ALLOWED_CHANNEL, channel) is not None

    async def has_private_previews(self, team: str) -> bool:
        """Whether previews have no figures, and each viewer's pane has those that this person may see; raises StoreError."""
        return await self._allowances.allowance(team, ChangeKind.PRIVATE_UNFURLS, team) is not None

    async def shows_previews(self, team: str) -> bool:
        return await self._unfurls(team) is not None

    def people(self) -> str:
        return " or ".join(f"<@{person}>" for person in sorted(self._rules.administrators)) or "an administrator of this workspace"
