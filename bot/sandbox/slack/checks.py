"""The checkers' findings on an exchange: every message and view that the app sent in it, against Slack's limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.limits.surfaces import check_message, check_view
from bot.sandbox.slack.composing import read_json
from bot.sandbox.slack.refusals import SlackRefusalError
from bot.sandbox.slack.surroundings import Checker

VIEWS = frozenset({"modal", "home"})
DEEP = 4
"""How far inside an answer a message or a view may lie."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one checker found in an exchange."""

    by: str
    findings: tuple[str, ...]

    def as_page(self) -> dict[str, Any]:
        """The findings as JSON for the page."""
        return {"by": self.by, "findings": list(self.findings)}


def check_entry(entry: Mapping[str, Any], others: Mapping[str, Checker]) -> list[CheckResult]:
    """Each checker's findings on an entry of the trace; empty when the app sent neither a message with blocks nor a view."""
    sent = sent_in(entry)
    if not sent:
        return []
    checkers = {"the sandbox's reading of Slack's limits": _own, **others}
    return [CheckResult(name, tuple(finding for one in sent for finding in check(one))) for name, check in checkers.items()]


def sent_in(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages with blocks and the views that the app sent in an entry of the trace."""
    return list(_sent(entry["response"] if entry["kind"] == "to_app" else entry["request"], DEEP))


def _own(sent: Mapping[str, Any]) -> list[str]:
    found = check_view(sent) if sent.get("type") in VIEWS else check_message(sent)
    return [str(finding) for finding in found]


def _sent(value: Any, deep: int) -> Iterator[dict[str, Any]]:
    """The messages and views in a body, their JSON read."""
    body = _read(value)
    if not isinstance(body, Mapping) or deep < 0:
        return
    blocks = _read(body.get("blocks"))
    if isinstance(blocks, list) and blocks:
        yield {**body, "blocks": blocks}
        return
    for inner in body.values():
        yield from _sent(inner, deep - 1)


def _read(value: Any) -> Any:
    try:
        return read_json(value, "invalid_json") if isinstance(value, str) and value[:1] in {"{", "["} else value
    except SlackRefusalError:
        return None
