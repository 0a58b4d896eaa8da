"""Finds posts in pasted text: links, URNs and numbers, with reasons for what is no post.

::

    text ─ cleaned (Slack's wrapping, entities, zero-width characters) ─ cut into links, URNs and numbers ┬ a post → PostRef
                                                                                                         └ else → Rejected, with its reason

No link is ever followed. Of a link's query only parameters with a post or another link are read.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from bot.errors import NotAPost
from bot.lazy_regex import lazy_regex
from bot.statistics import post_links


class Coverage(Struct, frozen=True):
    """Whether all listed posts of a period are known; else ``since`` is the first day from which they are, if any."""

    complete: bool = True
    since: date | None = None


class PostFormat(StrEnum):
    """What a post is made of, by its word."""

    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"
    DOCUMENT = "document"


class PostKind(StrEnum):
    """The kinds of LinkedIn ids a post goes by; the statistics take the first two."""

    SHARE = "share"
    UGC_POST = "ugcPost"
    ACTIVITY = "activity"


#: LinkedIn opened on 5 May 2003: no id in its present form (Unix milliseconds above 22 low bits) can be older.
FIRST_MOMENT = datetime(2003, 5, 5, tzinfo=UTC)
#: How far after ``now`` an id may be: clocks differ.
CLOCK_LEEWAY = timedelta(days=1)
#: Digits a number needs inside a link or bare (LinkedIn's ids have 19).
FEWEST_DIGITS = 15

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOW_BITS = 22
_FIRST_NUMBER = int(FIRST_MOMENT.timestamp() * 1000) << _LOW_BITS
#: Digits of the number of a post that can be one today.
_POST_DIGITS = 19
#: LinkedIn's ids are signed 64-bit numbers.
_PAST_ALL_NUMBERS = 1 << 63
#: The zeros with which a spreadsheet replaces the last of 19 digits.
_LOST = "0000"


class PostRef(Struct, frozen=True):
    """A post by kind and number."""

    kind: PostKind
    number: int

    @property
    def urn(self) -> str:
        return f"urn:li:{self.kind}:{self.number}"

    @property
    def url(self) -> str:
        """The post's page (LinkedIn's own form, built from the URN)."""
        return f"https://www.linkedin.com/feed/update/{self.urn}/"

    @property
    def published_at(self) -> datetime | None:
        """When it was published (aware, UTC): the id above its 22 low bits is Unix milliseconds; None for a number without a time."""
        if not _FIRST_NUMBER <= self.number < _PAST_ALL_NUMBERS:
            return None
        return _EPOCH + timedelta(milliseconds=self.number >> _LOW_BITS)


class Rejected(Struct, frozen=True):
    """A link, URN or number that is no post.

    ``piece`` is what was pasted, shortened and without its query; ``sentence`` says what it is, ``remedy`` what to paste instead.
    ``piece`` is foreign text; ``linked`` is True for a link to LinkedIn or a URN, ``is_other`` where it certainly names no post.
    """

    piece: str
    sentence: str
    remedy: str
    linked: bool = False
    is_other: bool = False


class FoundPosts(Struct, frozen=True):
    """The posts of a text, each once and in order; the rejected pieces; and the text without either."""

    posts: tuple[PostRef, ...]
    rejected: tuple[Rejected, ...]
    rest: str


_KINDS = {kind.lower(): kind for kind in PostKind}
_FLAGS = re.IGNORECASE | re.ASCII

_COLON = r"(?::|%(?:25)*3A)"
_SCHEME_END = rf"{_COLON}(?:/|%(?:25)*2F){{2}}"
_IN_LINK = r"[^\s<>\"“”„«»`|]"
_URN_HEAD = rf"urn{_COLON}li{_COLON}"
#: Characters around links, matched only from their beginning: a long row would else be matched from each position.
_WRAPPING = r"[(\[{*_~'\"“„«`‘]"
#: Everything that may be a post, the widest first: a link includes the URN inside it.
_PIECES = lazy_regex(
    rf"""
    (?:(?<!{_WRAPPING}){_WRAPPING}++)?
    (?:
      (?P<link>(?<![\w@-])(?<![\w-]\.)(?:[a-z][a-z0-9+.-]{{0,20}}{_SCHEME_END}|(?:[a-z0-9-]+\.)+[a-z]{{2,}}/)(?:(?![,;]https?:){_IN_LINK})*)
    | (?P<urn>(?<![\w-]){_URN_HEAD}(?P<type>\w*)(?:{_COLON}(?P<id>(?:\(|%(?:25)*28)[^\s<>"]*|[\w%-]*))?)
    | (?<![\w.:/=%+-])(?P<pair>(?:share|ugcpost|activity)[:-]\d{{{FEWEST_DIGITS},}})(?![\w])
    | (?<![\w.:/=%+-])(?P<rounded>\d[.,]\d+\ ?(?:E\ ?\+?|[x×*]\ ?10\^?)1[5-9])(?!\w)
    | (?<![\w.:/=%+-])(?P<grouped>\d{{1,3}}(?P<sign>[,.'’_\u00a0\u2009\u202f\ ])\d{{3}}(?:(?P=sign)\d{{3}}){{3,5}})(?![\w%]|[.,]\d)
    | (?<![\w.:/=%+-])(?P<fours>\d{{4}}(?P<gap>[\ -])(?:\d{{4}}(?P=gap)){{3}}\d{{3}})(?!\w)
    | (?<![\w.:/=%+-])(?P<number>\d{{{FEWEST_DIGITS},}})(?:\.0+)?(?![\w%])
    )
    [)\]}}*_~'"”“»`’.,;:!?…]*
    """,
    _FLAGS | re.VERBOSE,
)
#: Most texts have none of these, and so no post.
_HINT = lazy_regex(rf"urn[:%]|{_SCHEME_END}|\.[a-z]{{2,}}/|\d{{{FEWEST_DIGITS}}}|\d\ ?E\ ?\+?1[5-9]|\d(?:[^\w]\d{{3,4}}){{4}}", _FLAGS)
#: Links that open LinkedIn's app: the page follows.
_APP_LINK = lazy_regex(
    r"(?:linkedin|li|voyager):/{2,3}(?:(?:www\.)?linkedin\.com/)?|intent://(?:(?:www\.)?linkedin\.com/)?(?=.{1,2000}\blinkedin\b)"
    r"|android-app://com\.linkedin\.android/(?:linkedin|https?)/(?:(?:www\.)?linkedin\.com/)?",
    _FLAGS,
)
_ONE_URN = lazy_regex(r"urn:li:(share|ugcpost|activity):(\d{1,19})", _FLAGS)
_URN = lazy_regex(r"urn:li:(\w+):(\d+)?", _FLAGS)
_PAIR = lazy_regex(rf"(?:^|[_/-])(share|ugcpost|activity)[-:](\d{{{FEWEST_DIGITS},}})(?!\d)", _FLAGS)
#: Paths that hold a post's number, also below LinkedIn's own prefixes for mails, embedding and mobile pages.
_POST_PATH = lazy_regex(r"(?:/(?:comm|embed|m|mwlite))*/(?:posts/|feed/update/|feed/posts/|mwlite/)", _FLAGS)
_BARE_UPDATE = lazy_regex(rf"(?:/(?:comm|embed|m|mwlite|hp))*(?:/feed)?/update/(?:li:activity:)?(\d{{{FEWEST_DIGITS},}})/?", _FLAGS)
#: A number as long as a post's as a whole part of a post's path.
_WHOLE_NUMBER = lazy_regex(r"(?<!\d)\d{19}(?!\d)")
#: The query parameters of linkedin.com with the post of a page: any with a URN, except those of a comment.
_POST_PARAMETER = lazy_regex(r"(?!.*(?:comment|reply)).*urns?|share|post|update", _FLAGS)
_OWN_NUMBER = lazy_regex(r"\b(?:share|ugcpost):\d{19}(?!\d)", _FLAGS)
#: Parameters with the number alone; the first two are of LinkedIn's pages until 2016.
_NUMBER_PARAMETERS = {
    **dict.fromkeys(("topic", "activity", "activityid", "postid", "updateid"), PostKind.ACTIVITY),
    "shareid": PostKind.SHARE,
    "ugcpostid": PostKind.UGC_POST,
}
#: The most links inside each other (a mail filter around a search result around LinkedIn's sign-in page).
_WRAPPINGS = 4
_LINK = lazy_regex(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/\\?#]*)(?P<path>[^?#]*)", _FLAGS)
_HOST = lazy_regex(r"(?:[a-z0-9-]+\.)*linkedin\.com\.?(?::\d*)?", _FLAGS)


def read_urn(text: str) -> PostRef | None:
    """The post of a URN in any case, encoded or not; None for anything else."""
    matched = _ONE_URN.fullmatch(post_links.decoded(text.strip()))
    return PostRef(_KINDS[matched[1].lower()], int(matched[2])) if matched else None


def is_link_alone(text: str) -> bool:
    """Whether a text is one link or URN, as most questions are: it has no words whose meaning must be found."""
    return len(text.split()) == 1 and ("://" in text or text.lower().lstrip().startswith("urn:li:"))


def find_posts(text: str, now: datetime | None = None, *, numbers: bool = True) -> FoundPosts:
    """Every post in a text as people write and Slack sends it.

    Args:
        text: Slack's markup (links wrapped, `&` escaped) or plain text.
        now: aware; ids of a later time are refused. None: none is refused.
        numbers: whether a long number alone is a post; in text of other apps it is something else.
    """
    stripped = text.strip()
    if _ONE_URN.fullmatch(stripped) and (post := read_urn(stripped)):
        return FoundPosts((post,), (), "")
    cleaned = post_links.cleaned_text(text)
    if not _HINT.search(cleaned):
        return FoundPosts((), (), cleaned)
    reader = _Reader(now, numbers=numbers)
    rest = _PIECES.sub(reader.take, cleaned)
    return FoundPosts(tuple(dict.fromkeys(reader.posts)), tuple(dict.fromkeys(reader.rejected)), rest.strip())


def unusable(rejected: Sequence[Rejected], where: str) -> NotAPost:
    """Why none of these links is a post, of the first that may have been meant as one; ``where`` they stand: "above"."""
    first = next((one for one in rejected if not one.is_other), rejected[0])
    return NotAPost(f"I can't use the link {where}. {first.sentence}", remedy=first.remedy)


def _own_urn(text: str) -> "re.Match[str] | None":
    """The first URN in a text; of LinkedIn's feed entries (``fs_updateV2``, ``fsd_update``, ``aggregate``) the one inside."""
    inside = (urn for urn in _URN.finditer(text) if not urn[1].lower().startswith(("fs_", "fsd_", "aggregate")))
    return next(inside, None) or _URN.search(text)


class _Reader:
    """Takes pieces out of one text and keeps what they are."""

    def __init__(self, now: datetime | None, *, numbers: bool) -> None:
        self.posts: list[PostRef] = []
        self.rejected: list[Rejected] = []
        self._now, self._numbers = now, numbers

    @cached_property
    def _first_impossible(self) -> int:
        if self._now is None:
            return _PAST_ALL_NUMBERS
        return int((self._now + CLOCK_LEEWAY).timestamp() * 1000) << _LOW_BITS

    def take(self, piece: "re.Match[str]") -> str:
        """Stores what this piece is; returns its replacement in the text, ""."""
        match piece.lastgroup:
            case "link":
                self._keep(piece["link"], self._of_link(piece["link"]), linked=True)
            case "number" | "rounded" | "grouped" | "sign" | "fours" | "gap" if not self._numbers:
                return piece[0]
            case "number":
                self._keep(piece["number"], self._bare(piece["number"]))
            case "rounded":
                self._keep(piece["rounded"], post_links.DAMAGED)
            case "grouped" | "sign" | "fours" | "gap":
                digits = piece["grouped"] or piece["fours"]
                self._keep(digits, self._bare(re.sub(r"\D", "", digits)))
            case "pair":
                kind, number = re.split("[:-]", piece["pair"])
                self._keep(piece["pair"], self._dated(_KINDS[kind.lower()], number))
            case _:
                self._keep(piece["urn"], read_urn(piece["urn"]) or self._of_urn(post_links.decoded(piece["urn"])), linked=True)
        return " "

    def _keep(self, piece: str, read: PostRef | post_links.Reason, *, linked: bool = False) -> None:
        if isinstance(read, PostRef):
            self.posts.append(read)
        else:
            self.rejected.append(
                Rejected(post_links.shown(piece), read.sentence, read.remedy, linked and read is not post_links.FOREIGN, read.is_other)
            )

    def _of_urn(self, urn: str) -> PostRef | post_links.Reason:
        """The post inside a URN of LinkedIn's feed."""
        inside = _own_urn(urn)
        kind = _KINDS.get(inside[1].lower()) if inside else None
        return self._dated(kind, inside[2] or "") if inside and kind and inside.start() else post_links.urn_reason(urn)

    def _bare(self, digits: str) -> PostRef | post_links.Reason:
        """A number without a link. Rounded by a spreadsheet it ends in zeros, as one in ten thousand real numbers does."""
        if len(digits) != _POST_DIGITS:
            return post_links.Reason(post_links.MISCOUNTED.format(count=len(digits), digits=_POST_DIGITS), post_links.PASTE_A_POST)
        read = self._dated(PostKind.SHARE, digits)
        return post_links.DAMAGED if isinstance(read, PostRef) and digits.endswith(_LOST) else read

    def _of_link(self, piece: str, wrappings: int = _WRAPPINGS) -> PostRef | post_links.Reason:
        """The post of a link; a link with another one inside is read as that one. Nothing is fetched."""
        piece = _APP_LINK.sub(f"{post_links.SITE}/", piece, count=1) if not piece.lower().startswith("http") else piece
        parts = _LINK.match(
            piece if "://" in piece else post_links.decoded(piece) if "%" in piece.partition("/")[0] else f"https://{piece}"
        )
        if parts is None or parts["scheme"].lower() not in ("http", "https"):
            return post_links.FOREIGN
        host, query = parts["host"].lower(), parts.string[parts.end() :].partition("#")[0].removeprefix("?")
        ours = _HOST.fullmatch(parts["host"]) is not None
        path = re.split(r"[?#]", post_links.decoded(parts["path"]))[0]
        if host in post_links.SHORTENERS:
            named = self._of_path(path, query)
            return named if isinstance(named, PostRef) else post_links.SHORT_LINK
        read = self._of_path(path, query) if ours else post_links.LEADS_ON if post_links.LEADING_ON.fullmatch(host) else post_links.FOREIGN
        if isinstance(read, PostRef) and read.kind is PostKind.ACTIVITY:
            read = self._own_number(query) or read
        if ours and read is post_links.NO_NUMBER and post_links.LEADING_ON.fullmatch(host):
            read = post_links.LEADS_ON
        if isinstance(read, PostRef) or not wrappings:
            return read
        target = post_links.carried(host, parts["path"], query)
        return self._of_link(target, wrappings - 1) if target else read

    def _of_path(self, path: str, query: str) -> PostRef | post_links.Reason:
        if urn := _own_urn(path):
            kind = _KINDS.get(urn[1].lower())
            return self._dated(kind, urn[2] or "") if kind else post_links.urn_reason(urn[0])
        if bare := _BARE_UPDATE.fullmatch(path):
            return self._dated(PostKind.ACTIVITY, bare[1])
        if _POST_PATH.match(path):
            if pairs := _PAIR.findall(path):
                return self._dated(_KINDS[pairs[-1][0].lower()], pairs[-1][1])
            if whole := _WHOLE_NUMBER.findall(path):
                return self._dated(PostKind.ACTIVITY, whole[-1])
        if path.lower().startswith("/slink"):
            return post_links.SHORT_LINK
        named = None if path.lower().startswith("/groups/") else self._of_query(query)
        return named or post_links.path_reason(path)

    def _of_query(self, query: str) -> PostRef | post_links.Reason | None:
        for name, value in post_links.parameters(query):
            urn = _own_urn(post_links.decoded(value)) if _POST_PARAMETER.fullmatch(name) else None
            if urn and urn[2] and (kind := _KINDS.get(urn[1].lower())):
                return self._dated(kind, urn[2])
            if (kind := _NUMBER_PARAMETERS.get(name.lower())) and _WHOLE_NUMBER.fullmatch(value):
                return self._dated(kind, value)
        return None

    def _own_number(self, query: str) -> PostRef | None:
        """The post's own number that a link to its activity brings along, of the page or of a comment on it."""
        each = (
            _OWN_NUMBER.search(post_links.decoded(value)) for name, value in post_links.parameters(query) if name.lower().endswith("urn")
        )
        found = next(filter(None, each), None)
        return read_urn(f"urn:li:{found[0]}") if found else None

    def _dated(self, kind: PostKind, digits: str) -> PostRef | post_links.Reason:
        """A number without a URN must contain a time at which a post could have been published."""
        if len(digits) < _POST_DIGITS:
            return post_links.TOO_SHORT
        if len(digits) > _POST_DIGITS or not _FIRST_NUMBER <= (number := int(digits)) < _PAST_ALL_NUMBERS:
            return post_links.IMPOSSIBLE
        return PostRef(kind, number) if number < self._first_impossible else post_links.NOT_YET


class KnownPost(Struct, frozen=True):
    """A post and its account (platform id); ``title`` is foreign text or "", ``group_id`` is "" for a post that was only asked for here."""

    post: PostRef
    platform_id: str
    title: str = ""
    group_id: str = ""
