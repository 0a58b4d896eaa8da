"""The part of the client API for the clock, the service's failures, the transport and the checkers' findings."""

from aiohttp import web

from bot.sandbox.slack.checks import check_entry
from bot.sandbox.slack.page_endpoints import Json, reading, writing
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.surroundings import TRANSPORTS, Surroundings
from bot.sandbox.slack.talking import Talking
from bot.sandbox.slack.timekeeping import moment_meant

FIXED_TRANSPORT = "The app was started outside this sandbox: its transport can't be switched from here."


class SurroundingsApi:
    """`/client/surroundings`, `/client/workspace`, `/client/clock`, `/client/service`, `/client/transport` and `/client/checks`."""

    def __init__(self, parts: SlackParts, talking: Talking, surroundings: Surroundings) -> None:
        self._parts = parts
        self._talking = talking
        self._surroundings = surroundings

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            reading("surroundings", self._tell),
            reading("checks", self._checks),
            writing("workspace", self._workspace),
            writing("clock", self._clock),
            writing("service", self._service),
            writing("transport", self._transport),
        ]

    async def _tell(self, _query: Json) -> Json:
        given, service = self._surroundings, self._surroundings.service
        known = {"name": service.name, "troubles": list(service.troubles), "met": service.met} if service else None
        return {
            "clock": given.move_clock is not None,
            "service": known,
            "transports": list(TRANSPORTS) if given.switch_transport else [],
            "mode": self._parts.link.mode,
            "workspaces": list(given.workspaces.listed()) if given.workspaces else [],
            "here": dict(given.workspaces.about(self._parts.team.id)) if given.workspaces else {},
        }

    async def _workspace(self, body: Json) -> Json:
        if self._surroundings.workspaces is None:
            raise PersonRefusalError("no_workspace", "This sandbox has one workspace.")
        try:
            return {"url": await self._surroundings.workspaces.open(str(body.get("team")))}
        except RuntimeError as error:
            raise PersonRefusalError("no_workspace", str(error), status=409) from None

    async def _clock(self, body: Json) -> Json:
        person = self._talking.person(str(body.get("user") or ""))
        if self._surroundings.move_clock is None:
            raise PersonRefusalError("fixed_clock", "This sandbox's clock can't be moved.")
        self._surroundings.move_clock(moment_meant(body, self._parts.clock(), person.tz))
        now = self._parts.clock().timestamp()
        self._parts.stream.add("clock", {"now": now})
        return {"now": now}

    async def _service(self, body: Json) -> Json:
        service = self._surroundings.service
        if service is None:
            raise PersonRefusalError("no_service", "This sandbox has no statistics service to switch trouble on in.")
        try:
            service.meet(body.get("trouble"))
        except ValueError as error:
            raise PersonRefusalError("unknown_trouble", str(error)) from None
        self._parts.stream.add("service", {"met": service.met})
        return {"met": service.met}

    async def _transport(self, body: Json) -> Json:
        if self._surroundings.switch_transport is None:
            raise PersonRefusalError("fixed_transport", FIXED_TRANSPORT)
        if body.get("mode") not in TRANSPORTS:
            raise PersonRefusalError("invalid_arguments", 'Say {"mode": "socket"} or {"mode": "http"}.')
        try:
            await self._surroundings.switch_transport(body["mode"])
        except RuntimeError as error:
            raise PersonRefusalError("app_not_started", str(error), status=409) from None
        return {"mode": self._parts.link.mode}

    async def _checks(self, query: Json) -> Json:
        number = str(query.get("n", ""))
        every = self._parts.trace.after(int(number) - 1) if number.isdecimal() else []
        if not every or every[0]["n"] != int(number):
            raise PersonRefusalError("entry_not_found", f"There is no entry {number!r} behind the scenes any more.", status=404)
        return {"checks": [one.as_page() for one in check_entry(every[0], self._surroundings.checkers)]}
