"""Text as Slack reads it: escaping, Slack's own tokens, and shortening that never cuts one in two.

Foreign text (names, post texts, the service's errors) goes into ``plain_text``, ``rich_text`` and ``raw_text``, which parse nothing. Where
it must stand in mrkdwn it is escaped, exactly ``&``, ``<`` and ``>`` (Slack's documentation: "Escaping text").
"""

import re
from datetime import UTC, datetime

DIRECT = "direct messages with me"


#: What ends a shortened text.
ELLIPSIS = "…"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_QUOTABLE = re.compile(r'^[^"“”„`\\]+$')


def escape(text: str) -> str:
    """Foreign text made safe for mrkdwn: no mention, link or broadcast can come out of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """Plain text of at most ``limit`` characters; what was cut is marked by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def shorten_mrkdwn(text: str, limit: int) -> str:
    """Escaped mrkdwn of at most ``limit`` characters, cut before an entity or a ``<…>`` token rather than inside it."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    for opening, closing in ("&;", "<>"):
        start = kept.rfind(opening)
        if start > kept.rfind(closing):
            kept = kept[:start]
    return kept.rstrip() + ELLIPSIS


def one_line(text: str, limit: int) -> str:
    """Foreign text on one line, at most ``limit`` characters, without controls and without marks that turn the reading direction."""
    if len(text) <= limit and text.isprintable():
        return text
    return shorten(" ".join(_CONTROLS.sub(" ", text).split()), limit)


def code(text: str) -> str:
    """Our own words or a URN as code, where no workspace emoji can replace ``:li:`` inside it."""
    return "`" + escape(text.replace("`", "'")) + "`"


def channel_words(channel: str) -> str:
    """A conversation by its id, in words: Slack shows a channel's name to those who may know it, but of direct messages nothing."""
    return DIRECT if channel.startswith("D") else f"<#{channel}>"


def moment(at: datetime) -> str:
    """Slack's date token: each reader sees the moment in their own zone; without Slack it reads in UTC.

    Args:
        at: an aware moment.
    """
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    # strftime costs more than the rest of a card's footer.
    fallback = f"{utc.year}-{utc.month:02}-{utc.day:02} {utc.hour:02}:{utc.minute:02}"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback} UTC>"


def moment_day(at: datetime, fallback: str) -> str:
    """The day of a moment (aware) as each reader's own zone has it; ``fallback`` is that day where Slack draws no tokens."""
    return f"<!date^{int(at.timestamp())}^{{date_short}}|{fallback}>"


def quoted(name: str) -> str | None:
    """A name as the grammar takes it back, in straight quotes; None when it holds characters that a quoted name cannot."""
    return f'"{name}"' if name.strip() and name.isprintable() and _QUOTABLE.match(name) else None
