"""What axe-core finds on a page."""

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.async_api import Page


async def serious_findings(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    results = await Axe().run(page)
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in results.response["violations"] if one["impact"] in {"serious", "critical"}]
