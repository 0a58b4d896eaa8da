"""Checks what arrives before anything reads it: the signature over the raw bytes first, then size, form and types."""

import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import orjson
from aiohttp import web
from msgspec import Struct
from slack_sdk.signature import SignatureVerifier
from yarl import query_to_pairs

#: Bytes of a body; Slack's own payloads stay far below.
LARGEST_BODY: Final = 262_144
#: Fields of a form: Slack sends at most some thirty.
MOST_FIELDS: Final = 200
#: Objects and lists inside each other: Slack's payloads stay below 20.
DEEPEST: Final = 60

BAD_REQUEST, UNAUTHORIZED, TOO_SLOW = 400, 401, 408

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
#: An escaped half of a pair of surrogates, after a backslash that is escaped itself and a whole pair, which stay.
_HALF = re.compile(rb"(\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)|\\u[dD][89a-fA-F]..")
#: A string that does not end goes to the end of the text, so that none is read twice.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


class Refusal(Struct, frozen=True):
    """Why a request is refused: the HTTP status, a word for the counter, a sentence for the sender."""

    status: int
    reason: str
    sentence: str


#: What reads the body of a request, as far as it may be read and arrives in time; and what answers a request with it.
ReadBody = Callable[[web.BaseRequest], Awaitable[bytes | Refusal]]
Endpoint = Callable[[web.BaseRequest, ReadBody], Awaitable[web.Response]]

NOT_SIGNED = Refusal(UNAUTHORIZED, "signature", "The signature isn't Slack's, or older than five minutes.")
TOO_LARGE = Refusal(BAD_REQUEST, "size", f"The body is larger than {LARGEST_BODY // 1024} KiB.")
UNREADABLE = Refusal(BAD_REQUEST, "body", "The body is neither JSON nor a form of Slack's.")
SLOW = Refusal(TOO_SLOW, "slow", "The body didn't arrive in time.")


def refuse_head(timestamp: str, signature: str, length: int | None, encoding: str = "") -> Refusal | None:
    """What is wrong with a request's headers; None when its body may be read."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return Refusal(UNAUTHORIZED, "timestamp", "X-Slack-Request-Timestamp must be a Unix time in seconds.")
    if not _SIGNATURE.fullmatch(signature):
        return Refusal(UNAUTHORIZED, "signature", "X-Slack-Signature must be v0= and 64 hexadecimal digits.")
    return refuse_size(length, encoding)


def refuse_size(length: int | None, encoding: str) -> Refusal | None:
    if length is not None and length > LARGEST_BODY:
        return TOO_LARGE
    return Refusal(BAD_REQUEST, "encoding", "The body must not be compressed.") if encoding.lower() not in ("", "identity") else None


def read_body(
    raw: bytes, content_type: str, verifier: SignatureVerifier | None, timestamp: str, signature: str
) -> dict[str, Any] | Refusal:
    """The payload when it is signed and Bolt and the listeners can read it, else what is wrong with it."""
    try:
        if verifier is None or not verifier.is_valid(body=raw, timestamp=timestamp, signature=signature):
            return NOT_SIGNED
        payload = _payload(raw.decode("utf-8"), content_type)
    except (ValueError, RecursionError):
        return UNREADABLE
    return payload if is_certificate_check(payload) or well_formed(payload) else UNREADABLE


def is_certificate_check(payload: Any) -> bool:
    """Whether Slack only tries the connection, as it does from time to time (Slack's documentation: "Slash commands")."""
    return isinstance(payload, dict) and payload.get("ssl_check") == "1"


def _payload(text: str, content_type: str) -> Any:
    """A JSON body, the JSON in a form's field "payload", or a form's fields themselves. Raises ValueError where it is none of these.

    Bolt's own parser takes a command with the word "payload" in its text for an interaction, and finds nothing.
    """
    if content_type != "application/json" and not text.startswith("{"):
        fields = dict(query_to_pairs(text, max_fields=MOST_FIELDS))
        if "payload" not in fields:
            return fields
        text = fields["payload"]
    return read_json(text)


def read_json(text: str) -> Any:
    """A JSON text; raises ValueError for what is none, and for too many objects and lists inside each other."""
    if not _shallow(text):
        raise ValueError(UNREADABLE.sentence)
    return parse_json(text.encode())


def parse_json(text: bytes) -> Any:
    """A JSON text without the halves of emojis that JavaScript leaves where it cuts one; raises ValueError for what is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # orjson takes no half of a pair of surrogates.
        return orjson.loads(_HALF.sub(rb"\1", text))


def without_halves(payload: Any) -> Any:
    """What Slack's SDK parsed, without the same halves; None for what can't be written as JSON again."""
    try:
        orjson.dumps(payload)
    except TypeError:
        with suppress(ValueError, RecursionError):
            return parse_json(json.dumps(payload).encode())
        return None
    return payload


def _shallow(text: str) -> bool:
    """Whether a JSON text has at most ``DEEPEST`` objects and lists inside each other; brackets in its strings do not count."""
    depth = 0
    for sign in _STRING_OR_BRACKET.finditer(text) if text.count("{") + text.count("[") > DEEPEST else ():
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(sign[0], 0)
        if depth > DEEPEST:
            return False
    return True


#: Fields that listeners and Bolt read as text anywhere outside of blocks.
_TEXTS: Final = """
    id team_id context_team_id user_id channel_id enterprise_id channel_name user_name command trigger_id response_url action_id block_id
    callback_id action_ts hash root_view_id private_metadata app_installed_team_id event_id type subtype tab function_execution_id
    bot_access_token api_app_id name url domain bot_id channel_type source unfurl_id view_id selected_conversation selected_channel
    selected_user selected_time selected_date
""".split()  # noqa: SIM905  # a list of words reads better as words
#: Times that name messages: "1700000000.000100".
_TIMES: Final = ("ts", "thread_ts", "message_ts", "event_ts")
_TIME = re.compile(r"(?:\d{1,15}(?:\.\d{1,9})?)?", re.ASCII)
#: What names a message that is still being written (Slack's documentation: "link_shared").
_DRAFT = re.compile(r"[A-Z0-9]{1,30}-[A-Za-z0-9-]{1,100}")
#: The types of what is read by name; null is allowed everywhere.
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    **dict.fromkeys((*_TEXTS, *_TIMES), str),
    **dict.fromkeys(("event", "view", "container", "message", "state", "selected_option", "values", "inputs", "tokens", "function"), dict),
    **dict.fromkeys(("authorizations", "actions", "links", "selected_options", "team_ids"), list),
    **dict.fromkeys(("team", "user", "channel", "enterprise", "value", "text"), (str, dict)),
}
#: Foreign content, which is read with care where it is read at all.
_NOT_LOOKED_INTO: Final = frozenset({"blocks", "attachments", "files", "metadata", "inputs", "previous_message", "function", "edited"})

#: What an event of a type must have.
_NEEDED_OF_EVENT: Final = {
    "app_mention": ("channel", "ts"),
    "message": ("channel", "ts"),
    "link_shared": ("channel",),
    "entity_details_requested": ("user", "trigger_id"),
    "app_home_opened": ("user",),
}


def well_formed(payload: Any) -> bool:
    """Whether a payload (as parsed) has the parts and types that Slack documents, as far as they are read here."""
    if not isinstance(payload, dict) or not _typed(payload):
        return False
    if "command" in payload:
        return isinstance(payload["command"], str)
    needs = _NEEDED_OF.get(payload.get("type"))
    return needs is not None and needs(payload) and (payload["type"] not in _INTERACTIONS or _has_place(payload))


def _has_place(payload: dict[str, Any]) -> bool:
    """Whether an interaction names its person, and its workspace and channel as objects (in events these are texts)."""
    person: Any = payload.get("user")
    return _has(person, "id") and bool(person["id"]) and all(isinstance(payload.get(name) or {}, dict) for name in _PLACES)


def _has(value: Any, *names: str) -> bool:
    """Whether ``value`` is an object whose fields of these names are texts."""
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in names)


def _has_event(payload: dict[str, Any]) -> bool:
    event = payload.get("event")
    if not _has(event, "type") or not event or not isinstance(event.get("text") or "", str):
        return False
    if event["type"] == "function_executed":
        return _has(event.get("function"), "callback_id")
    return _has(event, *_NEEDED_OF_EVENT.get(event["type"], ()))


def _has_actions(payload: dict[str, Any]) -> bool:
    actions, view = payload.get("actions"), payload.get("view")
    placed = not view or _has(view, "id", "type")
    return placed and bool(actions) and all(_has(action, "action_id", "block_id", "type") for action in actions or ())


def _has_view(payload: dict[str, Any]) -> bool:
    view = payload.get("view")
    return _has(view, "id", "callback_id", "type") and isinstance((view.get("state") or {}).get("values"), dict) if view else False


_INTERACTIONS: Final = frozenset({"block_actions", "view_submission", "view_closed", "message_action", "shortcut", "block_suggestion"})
_PLACES: Final = ("team", "channel", "enterprise")
#: What a payload must have beside its type (Slack's documentation: "Interaction payloads", "Events API").
_NEEDED_OF: Final[dict[Any, Callable[[dict[str, Any]], bool]]] = {
    "event_callback": _has_event,
    "block_actions": _has_actions,
    "view_submission": _has_view,
    **dict.fromkeys(("message_action", "shortcut"), lambda payload: _has(payload, "callback_id")),
    "view_closed": lambda payload: _has(payload.get("view"), "id", "callback_id", "type"),
    "block_suggestion": lambda payload: _has(payload, "action_id", "block_id"),
    "url_verification": lambda payload: _has(payload, "challenge"),
    "app_rate_limited": lambda _: True,
}


def _typed(value: dict[Any, Any]) -> bool:
    # Of the texts that a command has, little more must hold.
    is_text = {*map(type, value.values())} == {str}
    for name in value.keys() & _MORE_THAN_TEXT if is_text else value:
        if (one := value[name]) is None:
            continue
        if not isinstance(one, _TYPES.get(name, object)) or (name in _CONTENT and not _CONTENT[name](one)):
            return False
        if not isinstance(one, str) and not _deeper(name, one):
            return False
    return True


def _deeper(name: Any, value: Any) -> bool:
    if name in _NOT_LOOKED_INTO:
        return True
    if isinstance(value, dict):
        return _typed(value) if name != "values" else all(isinstance(one, dict) and _entries(one) for one in value.values())
    return not isinstance(value, list) or all(_typed(one) for one in value if isinstance(one, dict))


def _entries(block: dict[Any, Any]) -> bool:
    """Whether what was entered in a block of a form is an object for each of its elements."""
    return all(isinstance(entry, dict) and _typed(entry) for entry in block.values())


#: What must hold of a value beside its type.
_CONTENT: Final[dict[str, Callable[[Any], bool]]] = {
    "response_url": lambda url: url.startswith(("https://", "http://")),
    "selected_option": lambda option: _has(option, "value"),
    "selected_options": lambda options: all(_has(option, "value") for option in options),
    **dict.fromkeys(("authorizations", "actions", "links"), lambda items: all(isinstance(item, dict) for item in items)),
    **dict.fromkeys(_TIMES, lambda moment: bool(_TIME.fullmatch(moment))),
    "message_ts": lambda moment: bool(_TIME.fullmatch(moment) or _DRAFT.fullmatch(moment)),
}
#: The names of what must be more than any text.
_MORE_THAN_TEXT: Final = {name for name, kind in _TYPES.items() if not issubclass(str, kind)} | {*_CONTENT}
