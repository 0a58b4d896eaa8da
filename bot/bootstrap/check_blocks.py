"""Asks Slack whether it accepts every card (`blocks.validate`, which needs no token), and compares that with the bot's checker."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blockkit.validator import check_message, check_view
from bot.slack.web_api import UNANSWERED, failure_code, open_web_api

#: Slack's errors about blocks, a message or a view.
REFUSED = frozenset({"invalid_blocks", "invalid_message", "invalid_view"})
TAKEN = "{name}: OK"
SLACK_REFUSES = "{name}: DIFFERS: Slack refuses what the bot's own checker takes: {found}"
ONLY_OURS = "{name}: DIFFERS: the bot's own checker refuses what Slack takes: {found}"
BOTH = "{name}: REFUSED by Slack and by the bot's own checker: {found}"
UNKNOWN = "{name}: NOT ASKED: Slack couldn't be asked ({code}). Check SLACK_API_URL and the network."


@dataclass(frozen=True, slots=True)
class BlockVerdict:
    """The result of one card; ``asked`` is False when Slack gave no verdict."""

    line: str
    agrees: bool
    asked: bool = True


async def compare_blocks(cards: AsyncIterator[tuple[str, Mapping[str, Any]]], api_url: str) -> AsyncIterator[BlockVerdict]:
    """Compares Slack's verdict on every card, by name, with the bot's; ends at the first that Slack cannot be asked about."""
    async with open_web_api(api_url, None) as (client, _):
        async for name, payload in cards:
            verdict = await _compare(client, name, payload)
            yield verdict
            if not verdict.asked:
                return


async def _compare(client: AsyncWebClient, name: str, payload: Mapping[str, Any]) -> BlockVerdict:
    is_view = payload.get("type") in ("modal", "home")
    own = check_view(payload) if is_view else check_message(payload["blocks"], payload.get("text") or name)
    sent = {"view": json.dumps(payload)} if is_view else {"blocks": json.dumps(payload["blocks"])}
    try:
        await client.api_call("blocks.validate", data=sent)
        refused = ""
    except UNANSWERED as error:
        if failure_code(error) not in REFUSED or not isinstance(error, SlackApiError):
            return BlockVerdict(UNKNOWN.format(name=name, code=failure_code(error)), agrees=False, asked=False)
        refused = "; ".join(_error_text(one) for one in error.response.get("errors") or ()) or failure_code(error)
    found = "; ".join(map(str, own))
    if refused:
        return BlockVerdict((BOTH if found else SLACK_REFUSES).format(name=name, found=refused), agrees=False)
    if found:
        return BlockVerdict(ONLY_OURS.format(name=name, found=found), agrees=False)
    return BlockVerdict(TAKEN.format(name=name), agrees=True)


def _error_text(error: Any) -> str:
    return f"{error.get('pointer', '')}: {error.get('message') or error.get('code', '')}" if isinstance(error, Mapping) else str(error)
