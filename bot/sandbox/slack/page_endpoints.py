"""Makes an HTTP route of a function of the client API: JSON in and out, and refusals with their sentence."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.slack.refusals import PersonRefusalError

Json = dict[str, Any]
Asked = Callable[[Json], Awaitable[Json]]
"""Takes the query or the body, gives the fields of the answer; raises `PersonRefusalError`."""


def reading(name: str, handle: Asked) -> web.RouteDef:
    """`GET /client/<name>`; the handler takes the query."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response({"ok": True, **await handle(dict(request.query))})
        except PersonRefusalError as refusal:
            return refused(refusal)

    return web.get(f"/client/{name}", answer)


def writing(name: str, handle: Asked) -> web.RouteDef:
    """`POST /client/<name>`; the handler takes the body."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response({"ok": True, **await handle(await _json_object(request))})
        except PersonRefusalError as refusal:
            return refused(refusal)

    return web.post(f"/client/{name}", answer)


def refused(refusal: PersonRefusalError) -> web.Response:
    """The refusal as an answer."""
    return web.json_response(refusal.body(), status=refusal.status)


def text_in(body: Json, name: str) -> str:
    """A text of the body.

    Raises:
        PersonRefusalError: `invalid_arguments`: it is missing, empty or no text.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise PersonRefusalError("invalid_arguments", f"{name} is missing: it must be a text that isn't empty.")
    return value


def part_in(body: Json, name: str) -> Json:
    """An object of the body.

    Raises:
        PersonRefusalError: `invalid_arguments`: it is missing or no object.
    """
    value = body.get(name)
    if not isinstance(value, dict):
        raise PersonRefusalError("invalid_arguments", f"{name} is missing: it must be an object.")
    return value


async def _json_object(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise PersonRefusalError("invalid_json", "The body isn't JSON.") from None
    if not isinstance(body, dict):
        raise PersonRefusalError("invalid_json", "The body must be a JSON object.")
    return body
