"""The Web API over HTTP: arguments, token, rate limit, scope, ordered failures; then the method itself.

Arguments come from the query, the form and JSON together, for GET and POST alike: Slack's own SDK mixes them.
"""

import base64
import json
from collections.abc import Mapping
from email.utils import format_datetime
from time import perf_counter
from typing import Any

from aiohttp import web

from bot.sandbox.slack.fault_replies import FaultReplies
from bot.sandbox.slack.faults import SlackFault
from bot.sandbox.slack.methods import METHODS
from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.oauth import OAuthPages
from bot.sandbox.slack.oracle import ApiCall
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.refusals import SlackRefusalError


class WebApi:
    """Answers `/api/<method>`, the `response_url`s and the upload addresses."""

    def __init__(self, parts: SlackParts, fault_replies: FaultReplies, oauth: OAuthPages) -> None:
        self._parts = parts
        self._fault_replies = fault_replies
        self._oauth = oauth
        self.beside: list[tuple[SlackParts, WebApi]] = []
        """Those of other workspaces: a call with a token of theirs is answered there."""
        self.calls: list[ApiCall] = []

    async def handle(self, request: web.Request) -> web.Response:
        """One Web API call."""
        start = perf_counter()
        method = request.match_info["method"]
        arguments, token = await read_arguments(request)
        organization = self._parts.installation.organization
        of_organization = organization is not None and organization.installation.owns(token)
        for parts, other in self.beside:
            if parts.installation.owns(token) or (of_organization and arguments.get("team_id") == parts.team.id):
                return await other.handle(request)
        place = str(arguments.get("channel") or arguments.get("channel_id") or "") or None
        fault = self._parts.faults.take(method, place)
        effects: list[ApiCall] = []

        async def answer() -> web.Response:
            response, call = self._answer(method, arguments, token, fault)
            effects.append(call)
            return response

        response = await (answer() if fault is None else self._fault_replies.play(fault, request, answer))
        self._note(effects[0] if effects else self._spoilt(method, arguments, response, fault), start)
        return response

    def _answer(self, method: str, arguments: Mapping[str, Any], token: str, fault: SlackFault | None) -> tuple[web.Response, ApiCall]:
        status, headers = 200, self._headers(method)
        try:
            body = {"ok": True, **self._run(method, arguments, token)}
        except SlackRefusalError as refusal:
            status, body = refusal.status, refusal.body()
            headers |= refusal.headers
        kind = fault.kind if fault else None
        call = ApiCall(self._parts.clock(), method, arguments, status, body, kind)
        text = self._parts.team.sent(json.dumps(body))
        return web.json_response(text=text, status=status, headers=headers), call

    def _spoilt(self, method: str, arguments: Mapping[str, Any], response: web.Response, fault: SlackFault | None) -> ApiCall:
        kind = fault.kind if fault else None
        body = {"ok": False, "error": f"trouble on order: {kind}"}
        return ApiCall(self._parts.clock(), method, arguments, response.status, body, kind)

    def _run(self, name: str, arguments: Mapping[str, Any], token: str) -> dict[str, Any]:
        if name == "oauth.v2.access":
            return self._oauth.access(arguments)
        method = METHODS.get(name)
        if method is None:
            raise SlackRefusalError("unknown_method", req_method=name)
        organization = self._parts.installation.organization
        told: dict[str, Any] = {}
        if organization is not None and organization.installation.owns(token):
            organization.check(token, method.token, name, arguments)
            told = organization.identity() if name == "auth.test" else {}
        elif method.token:
            self._parts.installation.check(token, method.token)
        self._parts.rates.count(name, method.tier)
        self._parts.installation.need(*method.scopes)
        return method.handle(MethodCall(name, arguments, self._parts)) | told

    def _headers(self, name: str) -> dict[str, str]:
        method = METHODS.get(name, Method(lambda _call: {}))
        granted = ",".join(sorted(self._parts.installation.scopes))
        # Slack's time, not this machine's: it is what messages are stamped with.
        date = format_datetime(self._parts.clock(), usegmt=True)
        return {"Date": date, "X-OAuth-Scopes": granted, "X-Accepted-OAuth-Scopes": ",".join(method.scopes)}

    def _note(self, call: ApiCall, start: float) -> None:
        self.calls.append(call)
        well = bool(call.answer.get("ok"))
        outcome = "accepted" if well else str(call.answer.get("error", ""))
        ms = (perf_counter() - start) * 1000
        shown = {"request": dict(call.arguments), "response": dict(call.answer)}
        self._parts.trace.add("web_api", call.method, ms=ms, ok=well, outcome=outcome, **shown)

    async def response_url(self, request: web.Request) -> web.Response:
        """One answer through a `response_url`: `ok`, or the code of what is wrong, as plain text."""
        start, name = perf_counter(), self._parts.team.received(request.match_info["name"])
        payload = _mapping(await _json_body(request))
        fault = self._parts.faults.take("response_url", self._parts.hooks.channel_of(name))

        async def answer() -> web.Response:
            return self._respond(name, payload, start)

        return await (answer() if fault is None else self._fault_replies.play(fault, request, answer))

    def _respond(self, name: str, payload: Mapping[str, Any] | None, start: float) -> web.Response:
        try:
            self._parts.hooks.use(name, payload)
        except SlackRefusalError as refusal:
            status, text = refusal.status, refusal.code
            shown: Any = refusal.body()
        else:
            status, text, shown = 200, "ok", "ok"
        ms = (perf_counter() - start) * 1000
        self._parts.trace.add("response_url", "response_url", ms=ms, request=payload, response=shown, ok=text == "ok", outcome=text)
        return web.Response(status=status, text=text)

    async def upload(self, request: web.Request) -> web.Response:
        """A file's bytes, as the body or as the part `file` of a form."""
        content, fault = await _content(request), self._parts.faults.take("upload", None)

        async def answer() -> web.Response:
            file = self._parts.files.upload(request.match_info["ticket"], content)
            if file is None:
                return web.Response(status=400, text="no such upload, or not the announced length")
            return web.Response(text=f"OK - {len(content)}")

        return await (answer() if fault is None else self._fault_replies.play(fault, request, answer))

    async def download(self, request: web.Request) -> web.Response:
        """A file's bytes, for the page and for tests."""
        file = self._parts.files.find(request.match_info["file_id"])
        if file is None or file.content is None:
            return web.Response(status=404, text="file_not_found")
        disposition = f'attachment; filename="{file.name}"'
        return web.Response(body=file.content, headers={"Content-Disposition": disposition})


async def read_arguments(request: web.Request) -> tuple[dict[str, Any], str]:
    """The arguments from query, form and JSON together, and the token from the header or from among them."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await _json_body(request)
        arguments |= body if isinstance(body, dict) else {}
    elif request.can_read_body:
        arguments |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    token = str(arguments.pop("token", ""))
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        arguments["client_id"], _, arguments["client_secret"] = base64.b64decode(bearer).decode().partition(":")
    return arguments, bearer if scheme.lower() == "bearer" else token


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


async def _json_body(request: web.Request) -> Any:
    try:
        return json.loads(await request.text() or "null")
    except ValueError:
        return None


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    part = next((value for value in (await request.post()).values() if isinstance(value, web.FileField)), None)
    return part.file.read() if part is not None else b""
