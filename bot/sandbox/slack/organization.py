"""An organization (Enterprise Grid) that installs the app once, and gives it to some of its workspaces.

Slack's documentation, "Organization-ready apps", "Using APIs with organization-wide apps", and the events' own pages.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.sandbox.slack.delivery import AppRequest
from bot.sandbox.slack.installation import SlackInstallation
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.refusals import SlackRefusalError

Json = dict[str, Any]


class Organization:
    """Its installation, its workspaces by id, and those that have the app."""

    def __init__(self, name: str, title: str, workspaces: list[SlackParts]) -> None:
        first = workspaces[0]
        self.id, self.name = name, title
        self.workspaces = {parts.team.id: parts for parts in workspaces}
        self.granted: set[str] = set()
        self.installation = SlackInstallation(first.manifest, first.ids, first.clock, scopes_optional=True)
        self.ids = first.ids
        for parts in workspaces:
            parts.installation.organization = self
            parts.link.worded = partial(self.payload, parts.team.id)

    async def grant(self, team: str, *, told: bool = True) -> None:
        """An administrator adds the app to one of the workspaces, in the place of its own installation; `told`: the app gets the event."""
        self.granted.add(team)
        self.workspaces[team].installation.end_tokens()
        await (self._tell({"type": "team_access_granted", "team_ids": [team]}) if told else asyncio.sleep(0))

    async def revoke(self, team: str) -> None:
        """An administrator takes the app away from one of them."""
        self.granted.discard(team)
        await self._tell({"type": "team_access_revoked", "team_ids": [team]})

    async def uninstall(self) -> None:
        """The app is removed from the whole organization: its token is invalid at once."""
        self.installation.remove()
        self.granted.clear()
        tokens = {"oauth": [], "bot": [BOT_USER_ID]}
        await asyncio.gather(self._tell({"type": "tokens_revoked", "tokens": tokens}), self._tell({"type": "app_uninstalled"}))

    async def _tell(self, event: Json) -> None:
        parts = next(iter(self.workspaces.values()))
        if event["type"] not in parts.manifest.events:
            return
        now = parts.clock()
        envelope = {
            "token": parts.installation.verification_token,
            "team_id": None,
            "enterprise_id": self.id,
            "event": event,
            "type": "event_callback",
            "event_id": parts.ids.code("Ev"),
            "event_time": int(now.timestamp()),
        }
        await parts.link.ask(AppRequest("events_api", envelope, f"event {event['type']}"))

    def check(self, token: str, wanted: str, method: str, arguments: Mapping[str, Any]) -> None:
        """Refuses a call with the organization's token that Slack would refuse.

        Raises:
            SlackRefusalError: as a workspace's token; `missing_argument`, `team_not_found` or `team_access_not_granted`.
        """
        self.installation.check(token, wanted)
        team = str(arguments.get("team_id") or "")
        # An organization's token must tell these the workspace.
        if not team and method in {"conversations.list", "users.conversations", "users.list"}:
            raise SlackRefusalError("missing_argument")
        if team and team not in self.workspaces:
            raise SlackRefusalError("team_not_found")
        if team and team not in self.granted:
            raise SlackRefusalError("team_access_not_granted")

    def payload(self, team: str, payload: Mapping[str, Any]) -> Json:
        """What an app gets that the whole organization has installed: ids of both, each kind of payload in its own places."""
        body = dict(payload)
        if team not in self.granted or body.get("team_id", "") is None:
            return body
        if "command" in body:
            return body | {"enterprise_id": self.id, "enterprise_name": self.name, "is_enterprise_install": "true"}
        if "event" in body:
            authorization = {**body["authorizations"][0], "enterprise_id": self.id, "team_id": None, "is_enterprise_install": True}
            return body | {"enterprise_id": self.id, "context_enterprise_id": self.id, "authorizations": [authorization]}
        body |= {"enterprise": {"id": self.id, "name": self.name}, "is_enterprise_install": True}
        if view := body.get("view"):
            body |= {"team": None, "view": {**view, "app_installed_team_id": self.id}}
        return body

    def given(self) -> Json:
        """What `oauth.v2.access` says of it."""
        enterprise = {"enterprise": {"id": self.id, "name": self.name}, "is_enterprise_install": True}
        return {**self.installation.given(), "team": None, **enterprise}

    def identity(self) -> Json:
        """What `auth.test` says of its token beside the bot's ids."""
        return {"team": self.name, "team_id": self.id, "enterprise_id": self.id, "is_enterprise_install": True}

    def teams(self) -> list[Json]:
        """The workspaces that have the app, as `auth.teams.list` has them."""
        return [{"id": team, "name": self.workspaces[team].team.name} for team in sorted(self.granted)]
