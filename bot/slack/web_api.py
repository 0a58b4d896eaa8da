"""Slack's Web API client: one shared session, and only those retries that can never post twice.

Slack takes no idempotency key. Its SDK retries by default when the connection drops after the request, which sends a message a second
time; here a call is repeated only when the connection could not be made, or when Slack answered 429 with a short Retry-After.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from math import ceil
from typing import Any

import aiohttp
import orjson
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

#: Seconds for one call; Slack answers in well under one.
CALL_TIMEOUT = 10
#: The longest Retry-After that is waited for; a longer one is an error for the person.
LONGEST_WAIT = 5.0

TOO_MANY_REQUESTS = 429
#: Outcomes of a call without an answer.
UNANSWERED = (SlackApiError, aiohttp.ClientError, TimeoutError, asyncio.TimeoutError, OSError)
#: Slack refuses requests signed more than five minutes off; a drift of half of that, in seconds, is reported.
CLOCK_DRIFT = 150


def drift(date: str, now: datetime) -> float | None:
    """Seconds between a moment (aware) and a response's ``Date`` header; None when that cannot be read."""
    try:
        return abs((now - parsedate_to_datetime(date).astimezone(UTC)).total_seconds())
    except ValueError:
        return None


#: Its level decides. The SDK's default logger has none, and the SDK then writes every call out for a debug line that nobody reads.
_LOGGER = logging.getLogger("slack_sdk")
#: Slack's errors of auth.test after which waiting does not help.
TOKEN_GONE = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")
#: The code for an answer that is not Slack's JSON (of a proxy or a failing server).
NO_JSON = "no JSON"


class ShortlyLimited(AsyncRetryHandler):
    """Retries after a Retry-After of at most ``LONGEST_WAIT`` seconds: a 429 was certainly not accepted."""

    def __init__(self) -> None:
        super().__init__(max_retry_count=2)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002  # slack_sdk's signature
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        wait = retry_after(response.headers) if response is not None and response.status_code == TOO_MANY_REQUESTS else None
        return wait is not None and wait <= LONGEST_WAIT

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002  # slack_sdk's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> None:
        if response is not None:
            await asyncio.sleep(retry_after(response.headers) or 0)
        state.next_attempt_requested = True
        state.increment_current_attempt()


def slack_error(error: SlackApiError) -> str:
    """Slack's code for a refusal; "no JSON" when what answered was not Slack's JSON, so that nothing is known of the outcome."""
    try:
        return str(error.response["error"] or NO_JSON)
    except (AttributeError, KeyError, TypeError, ValueError):
        return NO_JSON


def failure_code(error: BaseException) -> str:
    """Slack's code for a refusal, or the kind of failure (one of ``UNANSWERED``)."""
    return slack_error(error) if isinstance(error, SlackApiError) else type(error).__name__


def _as_json(body: Any) -> str:
    """The body of a call: a digest's table is long, and the standard library takes ten times as long over it."""
    return orjson.dumps(body).decode()


def retry_after(headers: Mapping[str, Any]) -> float | None:
    """Seconds in the Retry-After header; None when there is none that can be read."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    first = str(value[0] if isinstance(value, list) and value else value).strip()
    return float(first) if first.isascii() and first.isdigit() else None


async def put_file(session: aiohttp.ClientSession, url: str, content: bytes) -> str:
    """Uploads a file to the address that Slack gave; it is not visible before it is completed. What went wrong, or ""."""
    try:
        async with session.post(url, data=content, allow_redirects=False) as response:
            return "" if response.ok else f"HTTP {response.status}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return type(error).__name__


@asynccontextmanager
async def open_web_api(
    base_url: str,
    token: str | None,
    team: str = "",
    *,
    timeout: float = CALL_TIMEOUT,  # noqa: ASYNC109 - of each call
    repeated: bool = True,
) -> AsyncIterator[tuple[AsyncWebClient, aiohttp.ClientSession]]:
    """Slack's client and the session it shares with all that posts; ``team`` tells an organization's token which workspace is meant.

    Deliveries use one whose calls are not ``repeated``: they are retried later.
    """
    limits = aiohttp.ClientTimeout(total=timeout)
    handlers = [AsyncConnectionErrorRetryHandler(error_types=[aiohttp.ClientConnectorError]), ShortlyLimited()] if repeated else []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=limits, json_serialize=_as_json) as session:
        # The SDK's own timeout is whole seconds, and is not used where a session is given.
        yield (
            AsyncWebClient(
                token=token,
                base_url=base_url,
                timeout=ceil(timeout),
                session=session,
                team_id=team or None,
                retry_handlers=handlers,
                logger=_LOGGER,
            ),
            session,
        )


class SlackErrorClass(StrEnum):
    """What an error code of Slack means for a delivery."""

    #: Certainly not posted; a later try may succeed.
    LATER = "later"
    #: The bot is not a member of the channel.
    NOT_IN_CHANNEL = "not_in_channel"
    #: The channel is archived, or gone.
    CHANNEL_GONE = "channel_gone"
    #: Slack's code both for a private channel without the bot and for a channel that does not exist.
    CHANNEL_UNSEEN = "channel_unseen"
    #: The workspace, the channel or a missing scope does not let the bot post there.
    NOT_ALLOWED = "not_allowed"
    #: Our own code: another company sees the channel, and no administrator has allowed that.
    CHANNEL_SHARED = "channel_shared"
    #: The token is no longer valid: nothing can be posted in this workspace.
    TOKEN_GONE = "token_gone"  # noqa: S105 - the name of an error class
    #: Slack refuses the message itself: a bug of this bot.
    OUR_FAULT = "our_fault"
    #: Slack reports a failure that does not exclude a post: the channel's history must be read.
    UNKNOWN = "unknown"


_CODES = {
    # Slack's own words on the last: the workspace is not available until its migration is complete.
    SlackErrorClass.LATER: """
        ratelimited rate_limited message_limit_exceeded service_unavailable team_added_to_org request_timeout accesslimited
        enterprise_is_migrating org_login_required
    """,
    SlackErrorClass.NOT_IN_CHANNEL: "not_in_channel",
    SlackErrorClass.CHANNEL_GONE: "is_archived channel_is_limited_access is_inactive user_not_found user_not_visible cannot_dm_bot",
    SlackErrorClass.CHANNEL_UNSEEN: "channel_not_found",
    SlackErrorClass.NOT_ALLOWED: """
        access_denied as_user_not_supported cannot_reply_to_message blocked_file_type ekm_access_denied file_type_not_allowed
        file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled messages_tab_disabled method_deprecated
        missing_scope no_permission not_allowed_token_type posting_to_channel_denied posting_to_general_channel_denied restricted_action
        restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
        restricted_action_thread_only_channel slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked
        slack_connect_clip_sharing_blocked slack_connect_file_upload_sharing_blocked slack_connect_lists_sharing_blocked
        storage_limit_reached team_access_not_granted team_not_found two_factor_setup_required user_disabled
    """,
    SlackErrorClass.CHANNEL_SHARED: "channel_is_shared",
    SlackErrorClass.TOKEN_GONE: "account_inactive invalid_auth not_authed token_expired token_revoked",
    SlackErrorClass.OUR_FAULT: """
        attachment_payload_limit_exceeded block_mismatch file_not_found invalid_arg_name invalid_arguments invalid_array_arg
        invalid_attachments invalid_blocks invalid_blocks_format invalid_channel invalid_charset invalid_form_data invalid_metadata_format
        invalid_metadata_schema invalid_post_type invalid_json json_not_object malware_detected markdown_text_conflict
        metadata_must_be_sent_from_app metadata_too_large missing_post_type msg_blocks_too_long msg_too_long no_text thread_not_found
        too_many_attachments too_many_contact_cards
    """,
    # Slack's own words on both: "It's possible some aspect of the operation succeeded before the error was raised."
    SlackErrorClass.UNKNOWN: "fatal_error internal_error",
}

#: Code → class, built once.
_CLASSES = {code: its_class for its_class, codes in _CODES.items() for code in codes.split()}


def error_class(code: str) -> SlackErrorClass:
    return _CLASSES.get(code, SlackErrorClass.UNKNOWN)


def is_known(code: str) -> bool:
    """Whether the code is in the table; an unknown code that keeps coming back counts as a refusal."""
    return code in _CLASSES
