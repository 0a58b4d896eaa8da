"""Prepares a text for the search of posts: removes markup, and repairs broken links and ids.

Also reads links: their parameters, and the LinkedIn link inside a link of a mail filter, a search engine or a sign-in page.
"""

import html
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

from bot.lazy_regex import lazy_regex
from bot.statistics.post_reasons import LEADING_ON

_FLAGS = re.IGNORECASE | re.ASCII
#: A post's kind and number as people and programs write them apart: "activity 7123…", "urn:li:share: 7123…", "share/7123…", "id=7123…".
_APART = lazy_regex(
    r"(?<![\w/.%&?:=(,-])(?!urn:li:\w+:\d|share )(?:urn[:_ ]+)?(?:li[:_ ]+)?(?:(share|ugcpost|activity)[:=_/ #-]{1,3}|id ?[:=] ?)"
    r"(\d{15,})(?:-\w[\w-]*)?(?!\w)",
    _FLAGS,
)
#: Addresses with a missing or defanged "https://", and characters before one.
_BROKEN_SCHEME = lazy_regex(
    r"(?<![\w.:/-])(?:h(?:tt|xx)ps?(?::/|//|:?\\/\\/)|//)(?=(?:[a-z0-9-]+\.)*linkedin\.com/)|\bhxxp(?=s?://)", _FLAGS
)
_BEFORE_LINK = lazy_regex(r"\b(?:url|link|post|href|permalink) ?[:=] ?(?=https?:|(?:www\.)?linkedin\.com)", _FLAGS)
#: A link of Markdown's; its label says nothing.
_MARKDOWN = lazy_regex(r"\[[^\[\]]{0,300}\]\(\s*(https?:[^\s()]{1,2000})(?:\s+\"[^\"]{0,200}\")?\s*\)", _FLAGS)
_SLACK_LINK = lazy_regex(r"<([a-z][a-z0-9+.-]*:[^|<>]*)(?:\|([^<>]*))?>", _FLAGS)
_EMBED = lazy_regex(
    r"<(?:iframe|a)\b[^<>]{0,500}?\b(?:src|href)=[\"'“”]?\s{0,9}(?P<src>[^\s\"'“”<>]{1,2000})[^<>]{0,2000}>"
    r"(?:\s{0,99}</iframe>|[^<>]{0,300}</a>)?",
    _FLAGS,
)
#: Invisible characters in copied text: control, zero-width and direction characters, the soft hyphen, lone surrogates.
_INVISIBLE = lazy_regex(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
#: Where LinkedIn's sign-in page goes on to, in lower case; also as a path alone.
_SIGN_IN = ("session_redirect", "sessionredirect")
SITE = "https://www.linkedin.com"
#: Proofpoint and Check Point write the target into the path (v3) or encode it in their own way (v2).
_PROOFPOINT = lazy_regex(r"/v\d/(?:\w+/)?_{2,3}(?P<target>.{1,2000}?)_{2,3}[;.]", _FLAGS)
#: Hosts that stand around the links of mails, chats and search results, and carry the target in the query, encoded or not. In a link of any
#: other host only what is encoded counts: the rest is its own address.
_WRAPPERS = lazy_regex(
    r"(?:[a-z0-9-]+\.)*(?:safelinks\.protection\.(?:outlook|office365)\.(?:com|us)|statics\.teams\.cdn\.office\.net|urldefense(?:\.proofpoint)?\.com"
    r"|safelink\.emails\.azure\.net|outlook\.(?:live|office|office365)\.com|trendmicro\.com|slack\.com|bing\.com|l\.workplace\.com|medium\.com"
    r"|linkprotect\.cudasvc\.com|clicktime\.symantec\.com|urlsand\.esvalabs\.com|slack-redir\.net|duckduckgo\.com|google(?:\.com?)?\.[a-z]{2,3}"
    r"|lm?\.(?:facebook|instagram|messenger|threads)\.com|out\.reddit\.com|(?:www\.)?youtube\.com|vk\.com|yahoo\.com|linkedin\.com"
    r"|l\.wl\.co|href\.li|anonym\.to|t\.umblr\.com|disq\.us|exit\.sc|getpocket\.com|steamcommunity\.com|pinterest\.[a-z.]{2,6})",
    _FLAGS,
)
#: Hosts that carry the target in their path.
_PATH_WRAPPERS = ("secure-web.cisco.com", "web.archive.org", "archive.ph", "archive.is", "archive.today", "12ft.io", "feedly.com")
#: A link to another host that stands around links or shortens them.
_NESTED = lazy_regex(r"https?://(?P<host>[^/?#]+)[/?].*", _FLAGS | re.DOTALL)
_TARGET = lazy_regex(r"https?:/{1,2}(?:[a-z0-9-]+\.)*(?:linkedin\.com|lnkd\.in)(?:[/:?#].*)?", _FLAGS | re.DOTALL)
#: A link within a link whose slashes are encoded: in the path it ends with a slash that is not.
_IN_PATH = lazy_regex(r"https?(?::|%(?:25)*3A)(?:%(?:25)*2F){2}[^/?#]*", _FLAGS)
_IN_VALUE = lazy_regex(r"https?(?::|%(?:25)*3A)(?:%(?:25)*2F){2}.*", _FLAGS)
#: Parameters that say where a reader came from, not where the link leads.
_CAME_FROM = lazy_regex(r"ref|referr?er|origin|source|src|from|via|utm_\w+", _FLAGS)
#: A link, JSON that holds one, or either compressed (Inky, Substack, Mailgun), in Base64: its first characters are always the same.
_BASE64 = lazy_regex(r"(?<![\w+/-])(?:a1|h\.)?(?P<code>(?:aHR0c|eyJ|eJ)[\w+/-]{30,2000})", re.ASCII)
_MOST_BYTES = 8_000
_URL_SAFE = str.maketrans("+/", "-_")
_IN_TEXT = lazy_regex(r"https?:/{2}(?:[a-z0-9-]+\.)*(?:linkedin\.com|lnkd\.in)/[^\s\"'<>\\]*", _FLAGS)
#: Rounds of decoding: mail programs and trackers encode encoded links again.
_DECODINGS = 3
#: Query parameters that are read at most.
_MOST_PARAMETERS = 50


def cleaned_text(text: str) -> str:
    """The text without Slack's markup, entities and invisible characters, with repaired links."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    if "<" in text:
        text = _SLACK_LINK.sub(_unwrapped, _EMBED.sub(r" \g<src> ", text))
    if "&" in text:
        text = _EMBED.sub(r" \g<src> ", html.unescape(text))
    return _repaired(text).strip()


def _repaired(text: str) -> str:
    """The text with split links and ids joined, and without the characters around them."""
    if "linkedin" in (lower := text.lower()):
        text = text.replace("\\/", "/").replace("[.]", ".") if "\\/" in text or "[.]" in text else text
        text = _BEFORE_LINK.sub(" ", _BROKEN_SCHEME.sub(lambda found: "http" if found[0].lower() == "hxxp" else "https://", text))
        text = _MARKDOWN.sub(r" \1 ", text) if "](" in text else text
    if "activity" in lower or "share" in lower or "ugcpost" in lower or "id" in lower:
        text = _APART.sub(lambda found: f" {found[1] or 'share'}:{found[2]} ", text)
    return text


def _unwrapped(link: "re.Match[str]") -> str:
    """The link of a label, never the label; only where Slack made a link of typed text ("Booking.com") that text."""
    url, label = link[1], link[2] or ""
    typed = label and url.lower() in (f"http://{label}".lower(), f"https://{label}".lower(), f"mailto:{label}".lower())
    return f" {label if typed else url} "


def decoded(text: str) -> str:
    """The percent-decoded text, in up to ``_DECODINGS`` rounds."""
    for _ in range(_DECODINGS):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def parameters(query: str) -> list[tuple[str, str]]:
    """The names and values of a link's query; none if it has more than a post's link."""
    try:
        return parse_qsl(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return []


def carried(host: str, path: str, query: str) -> str:
    """The LinkedIn link inside a link of a mail filter, a search engine or a sign-in page, or ""."""
    if found := _PROOFPOINT.search(path):
        return found["target"]
    if host in _PATH_WRAPPERS and (inside := re.search(r"https?:/{1,2}(?:[a-z]+\.)?linkedin\.com/.+", decoded(path), _FLAGS)):
        return inside[0]
    if host.endswith(".translate.goog"):
        # "www-linkedin-com.translate.goog": a hyphen is a full stop, two are a hyphen.
        site = re.sub("--?", lambda sign: "-" if sign[0] == "--" else ".", host.removesuffix(".translate.goog"))
        return f"https://{site}{path}" if _TARGET.fullmatch(f"https://{site}{path}") else ""
    return (_of_wrapper(host, query) if _WRAPPERS.fullmatch(host) else "") or next(_encoded(path, query), "")


def _of_wrapper(host: str, query: str) -> str:
    values = [f"{SITE}{value}" if name.lower() in _SIGN_IN and value.startswith("/") else value for name, value in parameters(query)]
    values.append(query)
    if host.endswith("urldefense.proofpoint.com"):
        values = [unquote(value.replace("-", "%").replace("_", "/")) for value in values]
    return next((target for value in values if _TARGET.fullmatch(target := decoded(value))), "") or next(filter(_is_nested, values), "")


def _is_nested(value: str) -> bool:
    link = _NESTED.fullmatch(value)
    return link is not None and any(hosts.fullmatch(link["host"]) for hosts in (_WRAPPERS, LEADING_ON))


def _encoded(path: str, query: str) -> Iterator[str]:
    """The links to LinkedIn that a link of any host carries encoded: with percent signs, or in Base64."""
    values = [
        value for name, _, value in (part.partition("=") for part in query.split("&")[:_MOST_PARAMETERS]) if not _CAME_FROM.fullmatch(name)
    ]
    pieces = [found[0] for found in _IN_PATH.finditer(path)] + [value for value in values if _IN_VALUE.fullmatch(value)]
    yield from (target for piece in pieces if _TARGET.fullmatch(target := decoded(piece)))
    for found in _BASE64.finditer(decoded("&".join((path.replace("/", "&"), *values)))):
        code = found["code"].translate(_URL_SAFE)
        code = code[: len(code) - (len(code) % 4 == 1)]
        data = urlsafe_b64decode(code + "=" * (-len(code) % 4))
        text = _plain(data).decode("utf-8", "replace").replace("\\/", "/").replace("\\u0026", "&")
        yield from (target[0] for target in _IN_TEXT.finditer(decoded(text)))


def _plain(data: bytes) -> bytes:
    """The data, decompressed where it is compressed."""
    try:
        return zlib.decompressobj().decompress(data, _MOST_BYTES) if data[:1] == b"x" else data
    except zlib.error:
        return data
