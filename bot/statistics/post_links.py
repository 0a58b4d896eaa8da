"""Reads pasted text: markup removed, links and ids repaired, wrapped links unwrapped; and why something is no post."""

import html
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

from msgspec import Struct

from bot.lazy_regex import lazy_regex

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
_BEFORE_LINK = lazy_regex(r"\b(?:url|link|post|href|permalink) ?[:=] ?(?=(?:https?://)?(?:[\w-]+\.)*(?:linkedin\.com|lnkd\.in)/)", _FLAGS)
#: A link of Markdown's; its label says nothing.
_MARKDOWN = lazy_regex(r"\[[^\[\]]{0,300}\]\(\s*(https?:[^\s()]{1,2000})(?:\s+\"[^\"]{0,200}\")?\s*\)", _FLAGS)
_SLACK_LINK = lazy_regex(r"<([a-z][a-z0-9+.-]*:[^|<>]*)(?:\|([^<>]*))?>(…|\.\.\.)?", _FLAGS)
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
    return f" {label if typed else url}{link[3] or ''} "


def decoded(text: str) -> str:
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
    try:
        return zlib.decompressobj().decompress(data, _MOST_BYTES) if data[:1] == b"x" else data
    except zlib.error:
        return data


PASTE_A_POST = (
    "Open the post on LinkedIn, choose *Copy link to post* from its menu (…), and paste that; or paste its URN, like "
    "`urn:li:share:7123456789012345678`."
)

OPEN_SHORT_LINK = (
    "On LinkedIn, choose *Embed this post* from the post's menu (…) and paste the code; or open the short link in your browser and paste "
    "the long link that it leads to."
)

#: The first part of a LinkedIn path → the kind of page.
PAGES = {
    **dict.fromkeys(("pulse", "article", "advice"), "a LinkedIn article"),
    **dict.fromkeys(("newsletters", "build-relation"), "a LinkedIn newsletter"),
    **dict.fromkeys(("in", "pub"), "a person's LinkedIn profile"),
    "company": "a LinkedIn company page",
    "showcase": "a LinkedIn showcase page",
    "school": "a LinkedIn school page",
    "jobs": "a LinkedIn job",
    "events": "a LinkedIn event",
    "groups": "a LinkedIn group",
    "learning": "a LinkedIn Learning page",
    "messaging": "a LinkedIn conversation",
    "mynetwork": "a LinkedIn page about your network",
    "notifications": "LinkedIn's list of notifications",
    "search": "a LinkedIn search",
    "my-items": "a LinkedIn list of saved items",
    **dict.fromkeys(("sharearticle", "sharing"), "LinkedIn's window for sharing"),
    **dict.fromkeys(("safety", "redir"), "LinkedIn's link to another site"),
    **dict.fromkeys(("login", "uas", "authwall", "checkpoint", "signup"), "LinkedIn's sign-in page"),
    **dict.fromkeys(("campaignmanager", "ad", "ads"), "LinkedIn's page for advertisements"),
    **dict.fromkeys(("sales", "talent", "recruiter", "premium", "products", "services", "games", "help"), "another page of LinkedIn's"),
    "": "LinkedIn's start page",
}
#: The remedy for articles.
_SHARED_BY_A_POST = ("a LinkedIn article", "a LinkedIn newsletter")
PASTE_ITS_POST = (
    "Its figures belong to the post that shares it: open that post on LinkedIn, choose *Copy link to post* from its menu (…), and paste "
    "that link."
)

#: The type in a URN → what it is (LinkedIn's documentation, "Common URNs & Namespaces").
TYPES = {
    "comment": "a comment",
    **dict.fromkeys(("like", "reaction"), "a reaction"),
    **dict.fromkeys(("person", "member"), "a person"),
    **dict.fromkeys(("organization", "company", "organizationbrand"), "an organization"),
    **dict.fromkeys(("article", "originalarticle", "linkedinarticle"), "an article"),
    "grouppost": "a post inside a group",
    "sponsoredaccount": "an advertising account",
    "sponsoredcreative": "an advertisement",
    "image": "a picture",
    "video": "a video file",
    "digitalmediaasset": "a media file",
}


class Reason(Struct, frozen=True):
    """Why something is no post, and what to paste instead."""

    sentence: str
    remedy: str
    #: True when it certainly is no post: another site, or another page of LinkedIn's.
    is_other: bool = False


#: LinkedIn's link shortener: only LinkedIn knows the target, and the bot never follows links.
SHORTENERS = ("lnkd.in", "www.lnkd.in")
SHORT_LINK = Reason("That's a short link: only LinkedIn knows which post it leads to.", OPEN_SHORT_LINK)
#: Hosts of short links.
SHORT_HOSTS = (
    "bit.ly", "bitly.com", "j.mp", "t.co", "tinyurl.com", "tiny.cc", "ow.ly", "ht.ly", "buff.ly", "goo.gl", "rebrand.ly", "is.gd", "v.gd",
    "cutt.ly", "hubs.li", "hubs.ly", "dlvr.it", "t.ly", "rb.gy", "shorturl.at", "spr.ly", "trib.al", "smarturl.it", "bl.ink", "snip.ly",
)  # fmt: skip
#: Hosts of links that mail filters guard and newsletters track.
_TRACKERS = (
    "mandrillapp.com", "sendgrid.net", "list-manage.com", "mimecast.com", "mimecastprotect.com", "hubspotlinks.com", "rs6.net",
    "exacttarget.com", "mkto-ab.com", "pstmrk.it", "klclick.com", "klclick1.com", "outlook.inky.com", "link.mail.beehiiv.com",
    "awstrack.me", "convertkit-mail.com", "convertkit-mail2.com", "createsend.com", "activehosted.com", "mailgun.org", "mlsend.com",
    "customeriomail.com", "emailprotection.link", "edgepilot.com", "secure-web.cisco.com", "cudasvc.com", "avanan.click",
    "protection.sophos.com", "govdelivery.com",
)  # fmt: skip
#: Hosts that redirect to a target that only they know.
LEADING_ON = lazy_regex(
    rf"(?:www\.)?(?:{'|'.join(map(re.escape, SHORT_HOSTS))})|(?:click|e|email|links|click\.e|links\.e)\.linkedin\.com"
    r"|(?:clicks?|track(?:ing)?|trk|email\.mg\d*)\.[a-z0-9.-]+"
    rf"|(?:[a-z0-9-]+\.)*(?:{'|'.join(map(re.escape, _TRACKERS))})",
    re.IGNORECASE | re.ASCII,
)
LEADS_ON = Reason(
    "That's a short or tracked link: only the site that made it knows where it leads, and I don't follow links.", OPEN_SHORT_LINK
)
#: Of a number alone.
MISCOUNTED = "That number can't be a LinkedIn post: it has {count} digits, and a post's has {digits}."
DAMAGED = Reason(
    "That number has lost its last digits: a post's number has 19, and a spreadsheet keeps 15.",
    "Paste the post's link. In a spreadsheet, format the column as text before the numbers are put in.",
)
FOREIGN = Reason("That isn't a link to linkedin.com, and I know LinkedIn's figures only.", PASTE_A_POST, is_other=True)
TOO_SHORT = Reason("The number in it is too short for a LinkedIn post: a post's has 19 digits.", PASTE_A_POST)
IMPOSSIBLE = Reason("That number can't be a LinkedIn post: the date in it doesn't fit.", PASTE_A_POST)
NOT_YET = Reason("That number can't be a LinkedIn post yet: the date in it is in the future.", PASTE_A_POST)
NO_NUMBER = Reason("That LinkedIn link has no post's number in it.", PASTE_A_POST)
CUT_OFF = Reason("That link is cut off: the end of it, with the post's number, is missing.", PASTE_A_POST)
_CUT_OFF = lazy_regex(r"^/(?:posts|feed/update)/.*(?:…|\.\.\.)/?$|[_/-](?:share|ugcpost|activity)[:-]\d{0,14}/?$", _FLAGS)
FEED = Reason("That's LinkedIn's feed, not one post.", PASTE_A_POST, is_other=True)
HASHTAG = Reason("That's a LinkedIn hashtag, not one post.", PASTE_A_POST, is_other=True)
_MOST_SHOWN = 80


def urn_reason(urn: str) -> Reason:
    """Why this decoded URN is no post: another type, or no usable number."""
    kind = urn.lower().removeprefix("urn:li:").partition(":")[0]
    if kind in ("share", "ugcpost", "activity"):
        return Reason("That URN doesn't end in a post's number.", PASTE_A_POST)
    on_post = re.search(r"(?:share|ugcpost):\d{19}(?!\d)", urn, _FLAGS) if kind == "comment" else None
    remedy = f"Its post is `urn:li:{on_post[0]}`: paste that." if on_post else PASTE_A_POST
    return Reason(f"That URN names {TYPES.get(kind, 'something else')}, not a post.", remedy, is_other=kind in TYPES)


def path_reason(path: str) -> Reason:
    """Why the page at this decoded path of linkedin.com is no post."""
    room = path.strip("/").partition("/")[0].lower()
    if _CUT_OFF.search(path):
        return CUT_OFF
    if room == "feed":
        return FEED if "/hashtag" not in path.lower() else HASHTAG
    if page := PAGES.get(room):
        remedy = PASTE_ITS_POST if page in _SHARED_BY_A_POST else PASTE_A_POST
        return Reason(f"That's {page}, not a post.", remedy, is_other=True)
    return NO_NUMBER


def shown(piece: str) -> str:
    """A pasted piece fit to be shown: no query (it may name a member), no user name, no backtick, at most 80 characters."""
    bare = re.sub(r"(?<=//)[^/\\@\s]*@", "", re.split(r"[?#]|%(?:25)*3F", piece, maxsplit=1, flags=re.IGNORECASE)[0])
    return bare if len(bare) <= _MOST_SHOWN else f"{bare[: _MOST_SHOWN - 1]}…"
