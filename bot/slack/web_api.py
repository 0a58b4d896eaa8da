"""Slack's Web API client: one shared session, and only those retries that can never post twice.

Slack takes no idempotency key. Its SDK retries by default when the connection drops after the request, which sends a message a second
time; here a call is repeated only when the connection could not be made, or when Slack answered 429 with a short Retry-After.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from typing import Any

import aiohttp
import orjson
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
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

#: Its level decides. The SDK's default logger has none, and the SDK then writes every call out for a debug line that nobody reads.
_LOGGER = logging.getLogger("slack_sdk")

#: Slack's errors of auth.test after which waiting does not help.
TOKEN_GONE = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")

#: The code for an answer that is not Slack's JSON (of a proxy or a failing server).
NO_JSON = "no JSON"


class ConnectionNotMade(AsyncRetryHandler):
    """Retries once when the connection could not be made."""

    def __init__(self) -> None:
        super().__init__(max_retry_count=1)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002  # slack_sdk's signature
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,  # noqa: ARG002
        error: Exception | None = None,
    ) -> bool:
        return isinstance(error, aiohttp.ClientConnectorError)


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
        return response is not None and response.status_code == TOO_MANY_REQUESTS and _retry_after(response) <= LONGEST_WAIT

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002  # slack_sdk's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> None:
        """Sleeps for the time that Slack's Retry-After names."""
        if response is not None:
            await asyncio.sleep(_retry_after(response))
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


def _retry_after(response: HttpResponse) -> float:
    """Seconds in the Retry-After header; endless when it is missing or no number."""
    for name, value in response.headers.items():
        if name.lower() == "retry-after":
            first = value[0] if isinstance(value, list) else value
            return float(first) if str(first).isdigit() else float("inf")
    return float("inf")


async def put_file(session: aiohttp.ClientSession, url: str, content: bytes) -> str:
    """Uploads a file's bytes to the address that Slack returned for them; they are not visible before the upload is completed.

    Returns what went wrong, or "".
    """
    try:
        async with session.post(url, data=content, allow_redirects=False) as response:
            return "" if response.ok else f"HTTP {response.status}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return type(error).__name__


@asynccontextmanager
async def open_posting(
    base_url: str,
    token: str | None,
    timeout: float,  # noqa: ASYNC109 - of each call
    team: str = "",
) -> AsyncIterator[tuple[AsyncWebClient, aiohttp.ClientSession]]:
    """The client for deliveries, and its session: calls of at most ``timeout`` seconds, never repeated; ``team`` as for ``open_web_api``.

    After a 429, or without a connection, the delivery is retried later.
    """
    limits = aiohttp.ClientTimeout(total=timeout)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=limits, json_serialize=_as_json) as session:
        # The SDK's own argument is whole seconds, and is not used where a session is given.
        yield (
            AsyncWebClient(
                token=token,
                base_url=base_url,
                timeout=ceil(timeout),
                session=session,
                team_id=team or None,
                retry_handlers=[],
                logger=_LOGGER,
            ),
            session,
        )


@asynccontextmanager
async def open_web_api(base_url: str, token: str | None, team: str = "") -> AsyncIterator[tuple[AsyncWebClient, aiohttp.ClientSession]]:
    """Slack's client and the session it shares with everything else that posts; both closed at the end.

    ``team`` says in each call which workspace is meant: an organization's token is good for several.
    """
    timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout, json_serialize=_as_json) as session:
        yield (
            AsyncWebClient(
                token=token,
                base_url=base_url,
                timeout=CALL_TIMEOUT,
                session=session,
                team_id=team or None,
                retry_handlers=[ConnectionNotMade(), ShortlyLimited()],
                logger=_LOGGER,
            ),
            session,
        )
