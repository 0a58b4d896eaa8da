"""Finds links to the app's own domains in a message, and makes the `link_shared` event of them.

Slack's documentation, "link_shared" and "Unfurling links in messages": the event comes when a link is posted, and before that when it is
typed into the composer, where there is neither a channel nor a message yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.slack.messages import SlackMessage

COMPOSER = "COMPOSER"
"""The placeholder for the channel while a message is being written."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """The part of an unsent message that an app gets."""

    unfurl_id: str
    user: str
    urls: tuple[str, ...]


def domain_of(url: str, domains: Iterable[str]) -> str:
    """The one of the app's domains that the address belongs to, subdomains included, or an empty text."""
    host = urlsplit(url).hostname or ""
    return next((one for one in domains if host == one or host.endswith(f".{one}")), "")


def links_of(urls: Iterable[str], domains: Iterable[str]) -> list[dict[str, str]]:
    """The event's `links`: those of the addresses that are on the app's domains."""
    known = tuple(domains)
    return [{"url": url, "domain": domain} for url in urls if (domain := domain_of(url, known))]


def posted_links(message: SlackMessage, links: list[dict[str, str]], *, member: bool) -> dict[str, Any]:
    """`link_shared` for a message that was posted; `member` tells whether the bot is in the channel."""
    body: dict[str, Any] = {"type": "link_shared", "user": message.user, "channel": message.channel, "message_ts": message.ts}
    body |= {"links": links, "source": "conversations_history", "unfurl_id": f"{message.channel}.{message.ts}"}
    body |= {"is_bot_user_member": member, "event_ts": message.ts}
    return body | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def drafted_links(drafted: Drafted, links: list[dict[str, str]], stamp: str) -> dict[str, Any]:
    """`link_shared` for a message that is being written."""
    body = {"type": "link_shared", "user": drafted.user, "channel": COMPOSER, "message_ts": drafted.unfurl_id}
    return body | {"links": links, "source": "composer", "unfurl_id": drafted.unfurl_id, "is_bot_user_member": False, "event_ts": stamp}
