"""Job: an answer of Slack's that says no, as an exception that carries its code."""

from typing import Any


class SlackRefusalError(Exception):
    """Slack answers `{"ok": false, "error": code}`; `extra` holds the other fields of that answer.

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
    """What a person tried cannot be done in this workspace; `code` names it, the message says why and what to do."""

    def __init__(self, code: str, message: str, *, status: int = 400, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The answer's JSON, for the page."""
        return {"ok": False, "error": self.code, "message": self.message, **self.extra}
