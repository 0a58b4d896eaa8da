"""Job: the pages at which people install an app by its link, and `oauth.v2.access` (Slack's documentation, "Installing with OAuth")."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.sandbox.slack.organization import Organization
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.people import APP_ID, BOT_USER_ID
from bot.sandbox.slack.refusals import SlackRefusalError

CLIENT_ID = "1000000000.2000000000"
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Install {app}</title>
<style>body{{font:16px/1.5 system-ui;max-width:36em;margin:2em auto;padding:0 1em}}p{{overflow-wrap:anywhere}}</style></head><body>
<h1>{app} asks to be installed</h1><p>It may: {scopes}</p><ul>{choices}</ul>
<p><a href="{refuse}">Cancel</a></p></body></html>"""


class OAuthPages:
    """A choice of workspaces; each installs the app with a code that is good once."""

    def __init__(self, parts: SlackParts) -> None:
        self.beside: dict[str, SlackParts] = {parts.team.id: parts}
        self.client_secret = parts.ids.hexadecimal(32)
        self.redirect_url = ""
        """Where the app wants people sent back to: set in its configuration, as the address of its requests."""
        self.organization: Organization | None = None
        """That of the workspaces; it can have the app installed for all of them."""
        self._parts = parts
        self._codes: dict[str, SlackParts | Organization] = {}

    def organize(self, name: str, title: str) -> Organization:
        """Makes an organization of the workspaces."""
        self.organization = Organization(name, title, list(self.beside.values()))
        return self.organization

    def routes(self) -> list[web.RouteDef]:
        """The page, and what its links lead to."""
        return [web.get("/oauth/v2/authorize", self.ask), web.get("/oauth/v2/allow/{team}", self.allow)]

    async def ask(self, request: web.Request) -> web.Response:
        """The page with the workspaces in which the person may install the app."""
        if request.query.get("client_id") != CLIENT_ID:
            return web.Response(status=400, text="invalid_client_id")
        state, wanted = request.query.get("state", ""), request.query.get("scope", "")
        known = self._parts.manifest.scopes | self._parts.manifest.optional_scopes
        if unknown := sorted(set(wanted.split(",")) - known):
            return web.Response(status=400, text=f"invalid_scope: {', '.join(unknown)}")
        places = {team: parts.team.name for team, parts in self.beside.items()}
        places |= {self.organization.id: f"the organization {self.organization.name}"} if self.organization else {}
        choices = "".join(
            f'<li><a href="/oauth/v2/allow/{place}?{urlencode({"state": state})}">Install in {escape(name)}</a></li>'
            for place, name in places.items()
        )
        refuse = escape(f"{self.redirect_url}?{urlencode({'error': 'access_denied', 'state': state})}")
        page = _PAGE.format(app=escape(self._parts.manifest.name), scopes=escape(wanted), choices=choices, refuse=refuse)
        return web.Response(text=page, content_type="text/html")

    async def allow(self, request: web.Request) -> web.Response:
        """Sends the person back to the app with a code."""
        place, whole = request.match_info["team"], self.organization
        owner = whole if whole is not None and place == whole.id else self.beside.get(place)
        if owner is None:
            return web.Response(status=404, text="team_not_found")
        code = self._parts.ids.secret(40)
        self._codes[code] = owner
        raise web.HTTPFound(f"{self.redirect_url}?{urlencode({'code': code, 'state': request.query.get('state', '')})}")

    def access(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """`oauth.v2.access`: the workspace's new bot token for a code, or for a refresh token; both are good once.

        Raises:
            SlackRefusalError: `invalid_client_id`, `bad_client_secret`, `invalid_code`, `invalid_refresh_token` or `invalid_arguments`.
        """
        if arguments.get("client_id") != CLIENT_ID:
            raise SlackRefusalError("invalid_client_id")
        if arguments.get("client_secret") != self.client_secret:
            raise SlackRefusalError("bad_client_secret")
        grant = arguments.get("grant_type", "authorization_code")
        if grant == "refresh_token":
            return self._refreshed(str(arguments.get("refresh_token", "")))
        if grant != "authorization_code":
            raise SlackRefusalError("invalid_arguments")
        owner = self._codes.pop(str(arguments.get("code", "")), None)
        if owner is None:
            raise SlackRefusalError("invalid_code")
        owner.installation.renew(owner.ids)
        return self._answered(owner)

    def _refreshed(self, refresh_token: str) -> dict[str, Any]:
        owners: list[SlackParts | Organization] = [*self.beside.values(), *([self.organization] if self.organization else [])]
        owner = next((one for one in owners if refresh_token and one.installation.refresh_token == refresh_token), None)
        if owner is None or not owner.installation.installed:
            raise SlackRefusalError("invalid_refresh_token")
        owner.installation.rotate(owner.ids)
        return self._answered(owner)

    def _answered(self, owner: SlackParts | Organization) -> dict[str, Any]:
        person = next(one for one in self._parts.workspace.people.values() if one.is_admin)
        common = {"app_id": APP_ID, "authed_user": {"id": person.id}, "bot_user_id": BOT_USER_ID}
        if isinstance(owner, Organization):
            return common | owner.given()
        owner.stream.add("app", {"connected": owner.link.mode != "none", "mode": owner.link.mode, "installed": True})
        team = {"id": owner.team.id, "name": owner.team.name}
        return {**common, **owner.installation.given(), "team": team, "enterprise": None, "is_enterprise_install": False}
