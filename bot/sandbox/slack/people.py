"""The made-up team, its people and its channels."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

TEAM_ID = "T0SANDBOX1"
TEAM_NAME = "Acme Marketing"
TEAM_DOMAIN = "acme-marketing"
BOT_USER_ID = "U0LINKSTATS"
BOT_ID = "B0LINKSTATS"
APP_ID = "A0LINKSTATS"


@dataclass(frozen=True, slots=True)
class SlackPerson:
    """A member of the workspace, or the app's bot user."""

    id: str
    name: str
    """The handle that `@` mentions."""
    real_name: str
    tz: str
    """IANA zone."""
    locale: str = "en-US"
    color: str = "4bbe2e"
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    """From another workspace, met in a Slack Connect channel."""
    is_deleted: bool = False
    """Their account was deactivated."""

    def as_slack(self, now: datetime) -> dict[str, Any]:
        """The user object of `users.info`, the zone's offset as it is at `now` (aware)."""
        local = now.astimezone(ZoneInfo(self.tz))
        offset = local.utcoffset()
        profile = {"real_name": self.real_name, "display_name": self.name, "team": TEAM_ID}
        if self.is_bot:
            profile |= {"bot_id": BOT_ID, "api_app_id": APP_ID}
        return {
            "id": self.id,
            "team_id": "T0STRANGER" if self.is_stranger else TEAM_ID,
            "name": self.name,
            "deleted": self.is_deleted,
            "color": self.color,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": local.tzname() or self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": profile,
            "is_admin": self.is_admin,
            "is_owner": self.is_admin,
            "is_primary_owner": self.is_admin,
            "is_restricted": self.is_guest,
            "is_ultra_restricted": self.is_guest,
            "is_stranger": self.is_stranger,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1767225600,
        }

    def as_page(self) -> dict[str, Any]:
        """The person for the page's lists."""
        return {"id": self.id, "name": self.name, "real_name": self.real_name, "is_bot": self.is_bot, "color": self.color}


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation: `public`, `private`, `im` or `mpim`."""

    id: str
    name: str
    """Without `#`; empty in a direct message."""
    kind: str
    members: frozenset[str]
    topic: str = ""
    is_archived: bool = False
    is_shared: bool = False
    """With another workspace, over Slack Connect."""

    @property
    def payload_name(self) -> str:
        """A payload's `channel_name`: Slack gives an app no name of a private conversation."""
        return {"public": self.name, "private": "privategroup", "im": "directmessage", "mpim": self.name}[self.kind]

    @property
    def event_kind(self) -> str:
        """The `channel_type` of a message event."""
        return {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}[self.kind]

    @property
    def scope_family(self) -> str:
        """The prefix of the scopes for this kind of conversation: `channels`, `groups`, `im` or `mpim`."""
        return {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}[self.kind]

    def counterpart(self, user: str) -> str:
        """The other member of a direct message."""
        return next((member for member in sorted(self.members) if member != user), user)

    def as_slack(self) -> dict[str, Any]:
        """The conversation object of `conversations.info`, as the bot sees it."""
        if self.kind == "im":
            return {
                "id": self.id,
                "created": 1767225600,
                "is_im": True,
                "is_archived": self.is_archived,
                "is_org_shared": False,
                "context_team_id": TEAM_ID,
                "user": self.counterpart(BOT_USER_ID),
                "is_user_deleted": False,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": 1767225600,
            "creator": min(self.members, default=""),
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": False,
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_archived": self.is_archived,
            "is_general": self.name == "general",
            "is_shared": self.is_shared,
            "is_ext_shared": self.is_shared,
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "is_member": BOT_USER_ID in self.members,
            "context_team_id": TEAM_ID,
            "topic": {"value": self.topic, "creator": min(self.members, default=""), "last_set": 1767225600},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }


ANN, BOB, GUEST, YUKI, STRANGER = "U0ANN00001", "U0BOB00001", "U0GUEST001", "U0YUKI0001", "U0PARTNER1"
_STAFF, _BOT = frozenset({ANN, BOB, YUKI}), frozenset({BOT_USER_ID})
PEOPLE = (
    SlackPerson(ANN, "ann", "Ann Archer", "Europe/Berlin", color="9f69e7", is_admin=True),
    SlackPerson(BOB, "bob", "Bob Baker", "Europe/London", color="4bbe2e"),
    SlackPerson(YUKI, "yuki", "Yuki Yamada", "Asia/Tokyo", locale="ja-JP", color="e7392d"),
    SlackPerson(GUEST, "gus", "Gus Guest", "America/New_York", locale="en-US", color="3c989f", is_guest=True),
    SlackPerson(STRANGER, "pat", "Pat Partner", "Europe/Paris", locale="fr-FR", color="674b1b", is_stranger=True),
)
CHANNELS = (
    Channel("C0GENERAL0", "general", "public", _STAFF | _BOT, "What everyone should know"),
    Channel("C0MARKETING", "marketing", "public", _STAFF | _BOT | {GUEST}, "Campaigns and their figures"),
    Channel("C0RANDOM00", "random", "public", _STAFF, "The bot isn't a member here"),
    Channel("C0OLD00000", "old", "public", _STAFF | _BOT, "Archived", is_archived=True),
    Channel("C0LEADERS0", "leadership", "private", frozenset({ANN, BOB}) | _BOT, "Private, with the bot"),
    Channel("C0BOARD000", "board", "private", frozenset({ANN, BOB}), "Private, without the bot"),
    Channel("C0PARTNERS", "partners", "public", _STAFF | _BOT | {STRANGER}, "Shared with Pat's company", is_shared=True),
    Channel("G0LAUNCH00", "mpdm-ann--bob--linkedin_stats-1", "mpim", frozenset({ANN, BOB}) | _BOT),
)
"""One of every kind in which an app can fail."""


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace; everything in it is as in the first one but for what is given."""

    id: str = TEAM_ID
    name: str = TEAM_NAME
    people: tuple[SlackPerson, ...] = PEOPLE
    """An administrator first; without the bot user."""
    channels: tuple[Channel, ...] = CHANNELS

    def everybody(self, bot_name: str) -> dict[str, SlackPerson]:
        """The people by id; the bot user has the manifest's display name."""
        bot = SlackPerson(BOT_USER_ID, bot_name.lower().replace(" ", "_"), bot_name, "Etc/UTC", color="0a66c2", is_bot=True)
        return {person.id: person for person in (*self.people, bot)}

    def conversations(self) -> dict[str, Channel]:
        """The conversations by id: the channels, and everybody's with the bot."""
        own = (one for one in self.people if not one.is_stranger)
        direct = (Channel(f"D0{one.id[2:]}", "", "im", frozenset({one.id, BOT_USER_ID})) for one in own)
        return {channel.id: channel for channel in (*self.channels, *direct)}

    def sent(self, text: str) -> str:
        """What is sent to the app, with this workspace's id and name."""
        return text if self.id == TEAM_ID else text.replace(TEAM_ID, self.id).replace(TEAM_NAME, self.name)

    def payload(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same of a payload."""
        sent: Mapping[str, Any] = payload if self.id == TEAM_ID else json.loads(self.sent(json.dumps(payload)))
        return sent

    def received(self, text: str) -> str:
        """What the app sends back, with the first workspace's id."""
        return text.replace(self.id, TEAM_ID)
