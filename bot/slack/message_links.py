"""The LinkedIn posts of a Slack message: in its text and blocks, else in each attachment's link, else its text; then in files."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from bot.lazy_regex import lazy_regex
from bot.slack.interactive import REFRESH
from bot.statistics.post_links import SHORT_HOSTS
from bot.statistics.posts import FoundPosts, PostRef, Rejected, find_posts

#: The metadata of cards and digests.
OWN_EVENTS = ("linkedin_stats_card", "linkedin_stats_digest")
#: The link fields of an attachment (Slack's documentation: "Reference: secondary message attachments").
_LEADS_TO = ("from_url", "original_url", "title_link")
#: Fields of a message for people, pictures or buttons, whose links are ignored.
_SKIPPED = frozenset(
    {
        *("metadata", "root", "author_link", "author_icon", "author_name", "image_url", "thumb_url", "footer_icon", "service_icon"),
        *("icons", "bot_profile", "reactions", "edited", "action_id", "block_id", "permalink", "url_private", "url_private_download"),
    }
)
#: A text without any of these has no link to a post.
_HINTS = ("linkedin", "lnkd.in", "urn:li:", "urn%3ali", *SHORT_HOSTS)
#: Limits of what is read: Slack's messages are neither longer nor deeper.
_MOST_CHARACTERS, _DEEPEST = 40_000, 20
#: The value of a button that manages what posted the message.
_MANAGES = lazy_regex(r"(digest|alert|watch) [a-z]+ ([0-9a-f]{8})-[0-9a-f-]{27}")


class MessageLinks(Struct, frozen=True):
    """The posts that a message links, each once and in order; where there are none, the links to LinkedIn that are no posts, and why."""

    posts: tuple[PostRef, ...] = ()
    rejected: tuple[Rejected, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.posts or self.rejected)


def find_links(message: dict[str, Any], own_bot: str = "") -> MessageLinks:
    """What a message links. ``own_bot``: this app's bot id; previews that it added itself are left out."""
    # A long number that a person typed may be a post's; in another app's message it is an order or a date.
    text = find_posts(str(message.get("text") or "")[:_MOST_CHARACTERS], numbers=not message.get("bot_id"))
    inside = (text, _found(message.get("blocks")))
    return _first_posts(inside) or attached_links(message, own_bot) or _rejected(inside)


def attached_links(message: dict[str, Any], own_bot: str = "") -> MessageLinks:
    attachments = message.get("attachments")
    every = attachments if isinstance(attachments, list) else []
    theirs = [one for one in every if not (own_bot and isinstance(one, dict) and one.get("bot_id") == own_bot)]
    groups = [_of_attachment(one) for one in theirs] + [_found(message.get("files"))]
    return _first_posts(groups) or _rejected(groups)


def _of_attachment(attachment: Any) -> FoundPosts:
    leads = {name: attachment[name] for name in _LEADS_TO if name in attachment} if isinstance(attachment, dict) else {}
    target = _found(leads)
    return target if target.posts else _found(attachment)


def _found(part: Any) -> FoundPosts:
    return find_posts("\n".join(_texts(part))[:_MOST_CHARACTERS], numbers=False)


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Every text in a part of a message that may link a post; never a link's label, which may differ from its address."""
    if isinstance(value, str):
        if any(hint in value.lower() for hint in _HINTS):
            yield value
    elif depth < _DEEPEST and isinstance(value, dict):
        labelled = {"text"} if isinstance(value.get("url"), str) else ()
        for name, inner in value.items():
            if name not in _SKIPPED and name not in labelled:
                yield from _texts(inner, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)


def _first_posts(groups: Any) -> MessageLinks:
    return MessageLinks(tuple(dict.fromkeys(post for found in groups for post in found.posts)))


def _rejected(groups: Any) -> MessageLinks:
    return MessageLinks((), tuple(dict.fromkeys(one for found in groups for one in found.rejected if one.linked)))


def card_words(message: dict[str, Any], own_bot: str) -> str:
    """The canonical command of a card of this app's, from its metadata, else from its button Refresh; "" for any other message."""
    if not own_bot or message.get("bot_id") != own_bot:
        return ""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") in OWN_EVENTS:
        return str((metadata.get("event_payload") or {}).get("words", ""))
    return next((str(one.get("value", "")) for one in _buttons(message) if one.get("action_id") == REFRESH), "")


def posted_by(message: dict[str, Any], own_bot: str) -> str:
    """The command that changes the one digest, alert or watch that a message of this app's has a button of; "" for any other message."""
    if not own_bot or message.get("bot_id") != own_bot:
        return ""
    managed = {found.groups() for one in _buttons(message) if (found := _MANAGES.match(str(one.get("value", ""))))}
    return " edit ".join(*managed) if len(managed) == 1 else ""


def _buttons(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    elements = (one for block in message.get("blocks") or () if isinstance(block, dict) for one in block.get("elements") or ())
    return (one for one in elements if isinstance(one, dict))
