"""One call of a Web API method: reads and checks its arguments, and finds the channels, messages and people that it names."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.people import BOT_USER_ID, Channel
from bot.sandbox.slack.refusals import SlackRefusalError

T = TypeVar("T")
LARGEST_PAGE = 999


@dataclass(frozen=True, slots=True)
class MethodCall:
    """One call; its methods refuse what Slack would refuse, with `SlackRefusalError`."""

    method: str
    arguments: Mapping[str, Any]
    """From query, form and JSON together."""
    parts: SlackParts

    def text(self, name: str, default: str = "") -> str:
        """An argument as text; absent and null are `default`."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """An argument that must be there; `invalid_arguments` when it is not."""
        value = self.text(name)
        if not value:
            raise SlackRefusalError(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {name} [json-pointer:/{name}]"]}
            )
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """An argument as true or false; forms say `true`, `1`, `false` or `0`."""
        value = self.arguments.get(name)
        return default if value in (None, "") else str(value).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """An argument as a whole number; `invalid_arguments` when it is none."""
        value = self.arguments.get(name)
        try:
            return default if value in (None, "") else int(str(value))
        except ValueError:
            raise SlackRefusalError("invalid_arguments") from None

    def channel(self, name: str = "channel") -> Channel:
        """The conversation named by an argument, when the bot can see it; else `channel_not_found`."""
        channel = self.parts.workspace.channel(self.text(name))
        hidden = channel is not None and channel.kind != "public" and BOT_USER_ID not in channel.members
        if channel is None or hidden:
            raise SlackRefusalError("channel_not_found")
        return channel

    def need_scope_for(self, channel: Channel, right: str) -> None:
        """Refuse unless the scope for this kind of conversation was granted, as `groups:read` for a private one."""
        self.parts.installation.need(f"{channel.scope_family}:{right}")

    def page(self, items: Sequence[T], default: int = 100, *, most: int = LARGEST_PAGE + 1) -> tuple[list[T], str]:
        """One page of a list by `cursor` and `limit`, of `most` items, and the cursor of the next (empty at the end)."""
        limit = self.number("limit", default)
        if limit < 1 or limit > LARGEST_PAGE + 1:
            raise SlackRefusalError("invalid_limit")
        start, limit = self._start(), min(limit, most)
        rest = len(items) > start + limit
        return list(items[start : start + limit]), base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""

    def _start(self) -> int:
        cursor = self.text("cursor")
        if not cursor:
            return 0
        try:
            return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError:
            raise SlackRefusalError("invalid_cursor") from None


Handler = Callable[[MethodCall], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does and what it needs."""

    handle: Handler
    """Gives the answer's fields besides `ok`, or raises `SlackRefusalError`."""
    scopes: tuple[str, ...] = ()
    """One of these; none named, none needed here (a method may need one by the kind of conversation)."""
    token: str = "bot"  # noqa: S105 - the kind of token, not one
    """`bot`, `app`, or empty for none."""
    tier: int = 3
    """Slack's rate limit tier."""
