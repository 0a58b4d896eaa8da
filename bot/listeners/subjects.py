"""Finds the subject of a mention or direct message without one: in its attachments, in the thread, or above in the channel.

::

    links in the message (forwarded, attached) ─ else in a thread: the nearest card or link above ─ else in a channel, if the words
    refer to something: the same in its last messages

A LinkedIn link that is not a post, or a conversation that cannot be read, gives an error instead of the default account.
"""

import asyncio
import logging
import math
from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotUnderstood
from bot.lazy_regex import lazy_regex
from bot.parsing.follow_ups import compares, points, points_above
from bot.parsing.parser import MOST_POSTS
from bot.slack.message_links import MessageLinks, attached_links, card_words, find_links, posted_by
from bot.slack.request import Request
from bot.slack.web_api import UNANSWERED, failure_code
from bot.statistics.posts import find_posts, unusable

NOTHING_FORWARDED = "I don't see a LinkedIn link in the message you forwarded."
NOTHING_ABOVE = "I don't see a LinkedIn link in the last {count} messages here."
NOTHING_IN_THREAD = "I don't see a LinkedIn link in this thread."
PASTE_IT = "Put the post's link beside my name, or mention me in the thread below it."
TOO_LONG = "This thread is too long for me to read to its end, so I don't know which post or account you mean."
INVITE = "Invite me with `/invite`, or put the post's link beside my name."
GRANT = "Whoever manages the app can give it the permission `{scope}`. Until then, put the post's link beside my name."
TRY_AGAIN = "Try again in a moment, or put the post's link beside my name."
SEVERAL = "That message links {count} posts: here they are side by side."
BESIDE, IN_THREAD, IN_CHANNEL = "in your message", "in this thread", "above"

logger = logging.getLogger(__name__)

#: Messages of a thread that are read: per page (Slack's most), and pages. The newest come last.
PAGE: Final = 999
MOST_PAGES: Final = 10
#: Messages above a mention in a channel that are searched.
ABOVE: Final = 10

#: Slack's links to its own messages, which accompany forwarded messages.
_PERMALINK = lazy_regex(r"<?https://[\w.-]+\.slack\.com/archives/[^\s>]+>?")
#: Signs that point at what stands above, as Slack sends them.
_UP = lazy_regex(r"(?<!\S)(?:\^+|(?::(?:point_up(?:_2)?|arrow_up|this|skin-tone-\d):)+)(?![\w^])")
#: Slack's refusals where the bot is not in a conversation.
_OUTSIDE = ("not_in_channel", "channel_not_found")

Found = dict[str, Any]


class SubjectReader:
    """Reads the subject of a question."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def with_subject(self, request: Request, event: Found, bot_id: str) -> Request:
        """The request with its subject, or with the error why there is none; unchanged where its words have a post."""
        beside, forwards = attached_links(event, bot_id), _forwards(event)
        request = replace(request, text=_UP.sub("this", request.text))
        if beside or forwards:
            request = replace(request, text=_PERMALINK.sub(" ", request.text).strip())
        if find_posts(request.text).posts and not compares(request.text):
            return request
        if beside:
            found = _about_links(request, beside, BESIDE)
            return found if beside.posts else replace(found, about_at=math.inf)
        if forwards and points_above(request.text):
            return replace(request, no_subject=NotUnderstood(NOTHING_FORWARDED, remedy=PASTE_IT), about_at=math.inf)
        context = request.context
        if context.thread:
            return await self._above(request, event, bot_id, in_thread=True)
        if not context.is_dm and points_above(request.text):
            return await self._above(request, event, bot_id, in_thread=False)
        return request

    async def _above(self, request: Request, event: Found, bot_id: str, *, in_thread: bool) -> Request:
        ts, context = str(event["ts"]), request.context
        try:
            read = await (self._thread(context.channel, context.thread) if in_thread else self._channel(context.channel, ts))
        except UNANSWERED as error:
            logger.info("what stands above cannot be read", extra={"slack_error": failure_code(error), "channel": context.channel})
            return replace(request, no_subject=_closed(error, "this thread" if in_thread else "this channel"))
        except NotUnderstood as error:
            return replace(request, no_subject=error)
        messages = sorted((one for one in read if float(one.get("ts", "inf")) <= float(ts)), key=lambda one: float(one["ts"]), reverse=True)
        if in_thread:
            request = replace(request, posted_by=next(filter(None, (posted_by(one, bot_id) for one in messages)), ""))
        # In a thread: searching many links takes seconds.
        found = await asyncio.to_thread(_nearest, request, messages, ts, bot_id, IN_THREAD if in_thread else IN_CHANNEL)
        if found is not None:
            return found
        if in_thread and not points(request.text):
            return request
        sentence = NOTHING_IN_THREAD if in_thread else NOTHING_ABOVE.format(count=ABOVE)
        return replace(request, no_subject=NotUnderstood(sentence, remedy=PASTE_IT))

    async def _thread(self, channel: str, thread: str) -> list[Found]:
        messages: list[Found] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._client.conversations_replies(
                channel=channel, ts=thread, limit=PAGE, cursor=cursor, include_all_metadata=True
            )
            messages += page.get("messages") or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return messages
        raise NotUnderstood(TOO_LONG, remedy=PASTE_IT)

    async def _channel(self, channel: str, ts: str) -> list[Found]:
        page = await self._client.conversations_history(
            channel=channel, latest=ts, inclusive=True, limit=ABOVE + 1, include_all_metadata=True
        )
        messages: list[Found] = page.get("messages") or []
        return messages


def _forwards(event: Found) -> bool:
    """Whether a message was forwarded with this one (Slack's documentation: attachments of shared messages)."""
    attachments = event.get("attachments")
    return any(isinstance(one, dict) and (one.get("is_share") or one.get("is_msg_unfurl")) for one in attachments or ())


def _nearest(request: Request, messages: Iterable[Found], own_ts: str, bot_id: str, where: str) -> Request | None:
    """The request about the nearest card or link among these messages (the newest first); None when there is none.

    A link to a page that certainly is no post (a profile, a company) counts only where there is no other.
    """
    found = page = None
    for message in messages:
        if words := card_words(message, bot_id):
            found = found or replace(request, about=words, about_at=float(message["ts"]))
            break
        if bot_id and message.get("bot_id") == bot_id:
            continue
        links = attached_links(message, bot_id) if message.get("ts") == own_ts else find_links(message, bot_id)
        if found is not None and not {post.urn for post in links.posts}.issubset(found.about.split()):
            return replace(found, note=found.note or "Other posts are linked above too: this is the nearest one.")
        if found is None and (links.posts or any(not one.is_other for one in links.rejected)):
            found = replace(_about_links(request, links, where), about_at=float(message["ts"]))
            if not links.posts:
                break
        elif links and page is None:
            page = _about_links(request, links, where)
    return found or page


def _about_links(request: Request, links: MessageLinks, where: str) -> Request:
    """The request about these posts, or with why none of the links is one."""
    if not links.posts:
        return replace(request, no_subject=unusable(links.rejected, where))
    count, shown = len(links.posts), links.posts[:MOST_POSTS]
    note = "That message links {count} posts: here are the first {most}." if count > len(shown) else SEVERAL if count > 1 else ""
    return replace(request, about=" ".join(post.urn for post in shown), note=note.format(count=count, most=MOST_POSTS))


def _closed(error: BaseException, where: str) -> NotUnderstood:
    """The error for a conversation that cannot be read, with the remedy."""
    code = failure_code(error)
    remedy = INVITE if code in _OUTSIDE else TRY_AGAIN
    if code == "missing_scope" and isinstance(error, SlackApiError):
        remedy = GRANT.format(scope=error.response.get("needed", ""))
    return NotUnderstood(f"I can't read {where}, so I don't know which post or account you mean.", remedy=remedy)
