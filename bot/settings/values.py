"""Readers of lists and mappings, and a check for each kind of value.

Each check returns the value or raises ValueError with the end of a sentence that begins with the setting's name ("must be …"). None of
them repeats a value.
"""

import base64
import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

PLATFORM_PREFIX: Final = "linkedin-"
#: Where assistants ask.
MCP_PATH: Final = "/mcp"
#: Prefixes of Slack's tokens and where a token of that kind belongs.
_BELONGS: Final = {"xoxb-": "SLACK_BOT_TOKEN", "xapp-": "SLACK_APP_TOKEN"}
#: Placeholders of values, also after a token's prefix.
_PLACEHOLDER: Final = re.compile(
    r"(?:xoxb|xapp|linkedin)?-?(?:|…|\.{2,}|x{3,}|\*{3,}|<.*>|\[.*\]|\{.*\}|change[-_ ]?(?:me|this|it)"
    r"|(?:your|put|insert|paste|replace)[-_ ].*|your|todo|tbd|fixme|placeholder|example)",
    re.IGNORECASE | re.DOTALL,
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_QUOTES: Final = "\"'`“”„‘’«»"
#: Bytes of a key that encrypts.
KEY_SIZE: Final = 32
#: Longer than any secret of Slack or PostPost.
_LONGEST_SECRET: Final = 1_000
_TOKEN: Final = re.compile(r"x[a-z]{3}-[A-Za-z0-9-]+")
_SIGNING_SECRET: Final = re.compile(r"[0-9a-f]{32}")
_HOST_NAME: Final = re.compile(
    r"(?=.{1,253}$)(?!.*[.-][0-9.-]*$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})?(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?"
)
_PLATFORM_ID: Final = re.compile(rf"{PLATFORM_PREFIX}[A-Za-z0-9_-]{{1,200}}")
_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,30}")
_CHANNEL: Final = re.compile(r"[CGD][A-Z0-9]{1,30}")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,100}")
#: Headers that the HTTP client sets itself.
_TAKEN_HEADERS: Final = frozenset(
    """accept accept-encoding connection content-encoding content-length content-type cookie expect host te trailer transfer-encoding
    upgrade user-agent""".split()  # noqa: SIM905  # a list of words reads better as words
)
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _one_line(value: str) -> str:
    if _UNPRINTABLE.search(value):
        raise ValueError("must be on one line: it has a line break or another control character in it")
    return value.strip()


def _filled_in(value: str) -> str:
    """The same; raises ValueError for a placeholder."""
    if _PLACEHOLDER.fullmatch(text := _one_line(value)):
        raise ValueError("must be filled in: the value is a placeholder. Put the real value there, or leave the line out")
    return text


def secret(value: str) -> str:
    """A key or a token: one word of ASCII without quotes."""
    _filled_in(value)
    if any(quote in value for quote in _QUOTES):
        raise ValueError("must have no quotes in it or around it")
    if any(character.isspace() for character in value):
        raise ValueError("must be one word: it has a blank in it or around it")
    if not value.isascii():
        raise ValueError("must consist of letters, digits and signs of ASCII: copy it once more")
    if len(value) > _LONGEST_SECRET:
        raise ValueError(f"must have at most {_LONGEST_SECRET:,} characters")
    return value


def token(value: str, prefix: str) -> str:
    if not value.startswith(prefix):
        other = next((f"; this value belongs into {name}" for start, name in _BELONGS.items() if value.startswith(start)), "")
        raise ValueError(f"must start with {prefix}{other}")
    if not _TOKEN.fullmatch(secret(value)):
        raise ValueError(f"must be {prefix} followed by letters, digits and - alone: copy it once more")
    return value


def signing_secret(value: str) -> str:
    if not _SIGNING_SECRET.fullmatch(secret(value)):
        found = "; the value is a token" if value.startswith("x") else ""
        raise ValueError(f"must be the 32 characters 0-9 and a-f under Basic Information → App Credentials → Signing Secret{found}")
    return value


def encryption_keys(value: str) -> str:
    """Keys of 32 bytes in URL-safe base64, separated by commas or line breaks."""
    keys = split_keys(value)
    try:
        known = bool(keys) and all(len(base64.urlsafe_b64decode(key)) == KEY_SIZE for key in keys)
    except ValueError:
        known = False
    if not known:
        raise ValueError("must be keys that `linkedin-stats-bot keys new` makes, the newest first, separated by commas")
    return value


def split_keys(value: str) -> list[str]:
    return [key for key in re.split(r"[,\s]+", value) if key]


def web_address(value: str) -> str:
    text = _one_line(value)
    if not text.lower().startswith(("https://", "http://")):
        raise ValueError("must start with https:// or http://")
    try:
        parts = urlsplit(text)
        name, _ = parts.hostname or "", parts.port
        known = bool(name) and (_is_address(name) or _HOST_NAME.fullmatch(name.encode("idna").decode()) is not None)
    except (UnicodeError, ValueError):
        known = False
    if not known or any(character.isspace() for character in text) or re.search(r"[<>\"'`\\{}|^]", text):
        raise ValueError("must be an address such as https://api.example.com/v1: there is no usable host, port or path in it")
    if "@" in parts.netloc:
        raise ValueError("must have no user or password in it")
    if "?" in text or "#" in text:
        raise ValueError("must have no ? or # in it: give the address that everything else is added to")
    return text


def mcp_address(value: str) -> str:
    if not web_address(value).endswith(MCP_PATH):
        raise ValueError(f"must end in {MCP_PATH}, such as https://bot.example.com{MCP_PATH}")
    return value


def secret_address(value: str) -> str:
    """An address that holds a secret, in its path, its query or as a user."""
    text = secret(value)
    try:
        parts = urlsplit(text)
        known = parts.scheme.lower() in {"https", "http"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known:
        raise ValueError("must be an address such as https://ping.example.com/your-id")
    return text


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def listening_address(value: str) -> str:
    text = _one_line(value)
    if not (_is_address(text) or _HOST_NAME.fullmatch(text)):
        raise ValueError(
            "must be an address of this machine alone, such as 127.0.0.1, or 0.0.0.0 for all: no port (that is PORT), no http://, no blanks"
        )
    return text


def database_address(value: str) -> str:
    """The database's URL; everything after its scheme is checked when it is opened."""
    text = _one_line(value)
    if not text.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("must start with sqlite:/// or postgresql:// (without a driver)")
    return text


def platform_id(value: str) -> str:
    text = _filled_in(value)
    if not text.startswith(PLATFORM_PREFIX):
        raise ValueError(f"must start with {PLATFORM_PREFIX}")
    if not _PLATFORM_ID.fullmatch(text):
        raise ValueError(f"must be {PLATFORM_PREFIX} followed by letters, digits, - and _ alone")
    return text


def header_name(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("must be the name of a header: letters, digits and -, such as x-api-key")
    if value.lower() in _TAKEN_HEADERS:
        raise ValueError("must be a header of its own, such as x-api-key: this one says something else in every request")
    return value


def locale_tag(value: str) -> str:
    if not _LOCALE.fullmatch(value):
        raise ValueError("must be a locale such as en-US or de-DE")
    if value.partition("-")[0] != "en":
        # Imported here because it is slow (see bot.slack.numbers).
        from babel.localedata import exists  # noqa: PLC0415

        if not exists(value.partition("-")[0]):
            raise ValueError("must be a locale such as en-US or de-DE: nobody knows how numbers are written in this one")
    return value


def listed(value: object) -> object:
    if isinstance(value, str):
        return tuple(part for part in (piece.strip() for piece in value.split(",")) if part)
    return value


def people(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_PERSON.fullmatch(person) for person in value):
        raise ValueError("must be Slack user ids, which start with U or W, in capitals and digits: U0123456789,U0123456788")
    return value


def channels(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_CHANNEL.fullmatch(channel) for channel in value):
        raise ValueError("must be Slack channel ids, which start with C, G or D, in capitals and digits: C0123456789,C0123456788")
    return value


def _pairs(value: str, twice: str) -> dict[str, str]:
    """``A=1,B`` as a mapping, with "" for B. Raises ValueError: one is there ``twice``."""
    pairs: dict[str, str] = {}
    for part in filter(str.strip, value.split(",")):
        name, _, of = (piece.strip() for piece in part.partition("="))
        if name in pairs:
            raise ValueError(twice)
        pairs[name] = of
    return pairs


def named_accounts(value: object) -> object:
    """``linkedin-A=Ann,linkedin-B`` as a mapping of ids to names; an id without a name is its own name."""
    if not isinstance(value, str):
        return value
    return {one: name or one for one, name in _pairs(value, "must name each account once").items()}


def account_names(value: dict[str, str]) -> dict[str, str]:
    if not all(_PLATFORM_ID.fullmatch(one) and not _UNPRINTABLE.search(name) for one, name in value.items()):
        raise ValueError(f"must have ids that start with {PLATFORM_PREFIX}, and names of one line, like linkedin-A=Ann,linkedin-B=Bob")
    return value


def accounts_by_channel(value: object) -> object:
    """``C1=linkedin-A+linkedin-B,*=linkedin-C`` as a mapping of channel ids to accounts."""
    if not isinstance(value, str):
        return value
    pairs = _pairs(value, "must name each channel once, its accounts joined with +")
    return {channel: [one.strip() for one in accounts.split("+") if one.strip()] for channel, accounts in pairs.items()}


def channel_accounts(value: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    if not all(channel == "*" or _CHANNEL.fullmatch(channel) for channel in value):
        raise ValueError("must name channels by their ids, which start with C, G or D, or * for every other one")
    if not all(accounts and all(_PLATFORM_ID.fullmatch(one) for one in accounts) for accounts in value.values()):
        raise ValueError(f"must give each channel accounts that start with {PLATFORM_PREFIX}, like C1=linkedin-A+linkedin-B")
    return value
