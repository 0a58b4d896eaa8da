"""Whether the address for assistants leads to a running bot."""

from http import HTTPStatus
from typing import Final

import aiohttp

NO_MCP = "off: MCP_URL isn't set"
MCP_AWAY = "MCP_URL doesn't lead to the bot ({found}): assistants can ask while it runs and the proxy passes that address on to it."
_SECONDS: Final = 5


async def mcp_trouble(url: str) -> str:
    """What is wrong with that address; "" where it asks whoever calls for a token, as the bot does."""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session:
            answer = await session.post(url, json={}, allow_redirects=False)
            asks = answer.status == HTTPStatus.UNAUTHORIZED and answer.headers.get("WWW-Authenticate", "").startswith("Bearer")
            found = f"HTTP {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        asks, found = False, type(error).__name__
    return "" if asks else MCP_AWAY.format(found=found)
