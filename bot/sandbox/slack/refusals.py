"""The exception for an error answer of Slack, with its code."""

from typing import Any


class SlackRefusalError(Exception):
    """Slack's response `{"ok": false, "error": code}`; `extra` has its other fields.

    `status` is the HTTP status: 200 but for `ratelimited` (429), as in Slack's documentation of the Web API.
    `headers` go out with it.
    """

    def __init__(self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        return {"ok": False, "error": self.code, **self.extra}


class PersonRefusalError(Exception):
    """What a person tried cannot be done in this workspace; `code` names the reason, the message has it in words, with a remedy."""

    def __init__(self, code: str, message: str, *, status: int = 400, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The answer's JSON, for the page."""
        return {"ok": False, "error": self.code, "message": self.message, **self.extra}
