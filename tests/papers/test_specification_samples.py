"""PostPost's own samples run against the sandbox's statistics server, as real processes, and print what they promise.

Their text in `samples/` is the specification's, unchanged; a run replaces the base URL. A fragment gets the import or the
asynchronous wrapper it lacks, and one that prints nothing gets a line that does. The page lost its indentation, which only
Python minds: `error-handling.requests.txt` has it back.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import platformdirs
import pytest

from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.world import World
from bot.sandbox.world_accounts import Trouble

SAMPLES = Path(__file__).parent / "samples"
DOCUMENTED_URL = "https://api.postpost.dev/api/v1"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ACME, ABC = "linkedin-Tz9W5i6ZYG", "linkedin-ABC"
POST, ACCOUNT = "linkedin-post-statistics", "linkedin-account-statistics"
SAMPLE_POST = "urn:li:share:7123456789012345678"
ALL_FIGURES = {"IMPRESSION": 15_420, "MEMBERS_REACHED": 8_234, "RESHARE": 23, "REACTION": 456, "COMMENT": 89}
PACKAGES = {"node": "nodejs", "npm": "npm", "curl": "curl"}
MISSING_TOOL = "The samples need {tool!r}: install it (Debian: apt-get install {package})."
NPM_FAILED = "`npm install` of the samples' axios failed; npm's registry must be reachable once:\n{output}"


def tool(name: str) -> str:
    """The path of a program the samples need."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(MISSING_TOOL.format(tool=name, package=PACKAGES[name]))
    return found


async def run(*command: str, **environment: str) -> str:
    """What a process prints when it succeeds."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "PUBLORA_API_KEY": "YOUR_API_KEY", "NO_PROXY": "127.0.0.1", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    return printed.decode()


@pytest.fixture
async def server() -> AsyncIterator[StatisticsServer]:
    async with StatisticsServer(World(), clock=lambda: NOW) as started:
        yield started


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Where axios is: installed once, into a folder of the user's cache."""
    wanted = (SAMPLES / "package.json").read_text(encoding="utf-8")
    version = json.loads(wanted)["dependencies"]["axios"]
    home = Path(platformdirs.user_cache_dir("linkedin-stats-bot")) / f"samples-axios-{version}"
    modules = home / "node_modules"
    if not (modules / "axios" / "package.json").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text(wanted, encoding="utf-8")
        install = [tool("npm"), "install", "--no-audit", "--no-fund", "--no-package-lock"]
        done = subprocess.run(install, cwd=home, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(NPM_FAILED.format(output=done.stdout + done.stderr))
    return modules


def sample(name: str, server: StatisticsServer) -> str:
    """A sample's text with the server's base URL in the place of the documented one."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    assert DOCUMENTED_URL in text
    return text.replace(DOCUMENTED_URL, server.base_url)


def total(metric: str, account: str = ACME) -> int:
    world = World()
    found = world.account(account)
    assert found is not None
    return world.total(account, metric, found.started, NOW.date())


async def run_python(text: str) -> list[str]:
    return (await run(sys.executable, "-c", text)).splitlines()


async def run_module(text: str) -> list[str]:
    return (await run(tool("node"), "--input-type=module", "--eval", text)).splitlines()


async def test_python_prints_a_posts_figures(server) -> None:
    assert await run_python(sample("post-all.requests.txt", server)) == [
        "Impressions: 15420",
        "Reach: 8234",
        "Engagement: 568",
    ]


async def test_python_asks_for_specific_metrics(server) -> None:
    fragment = sample("post-some.requests.txt", server)
    (printed,) = await run_python(f"import json, requests\n{fragment}\nprint(json.dumps(response.json()))")
    assert json.loads(printed) == {
        "success": True,
        "metrics": {"IMPRESSION": 15_420, "REACTION": 456, "COMMENT": 89},
        "cached": False,
    }


async def test_python_prints_an_accounts_totals(server) -> None:
    printed = await run_python("import requests\n" + sample("account-total.requests.txt", server))
    engagement = total("REACTION") + total("COMMENT")
    assert printed == [f"Total impressions: {total('IMPRESSION')}", f"Total engagement: {engagement}"]


async def test_python_with_error_handling_prints_the_rate(server) -> None:
    rate = (total("REACTION") + total("COMMENT") + total("RESHARE")) / total("MEMBERS_REACHED") * 100
    assert await run_python(sample("error-handling.requests.txt", server)) == [
        f"Total impressions: {total('IMPRESSION')}",
        f"Engagement rate: {rate:.2f}%",
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'linkedin-nobody'", "LinkedIn account not found. Check your platformId."),
        (f"['{ACME}']", "Invalid request: platformId must be a string"),
    ],
)
async def test_python_with_error_handling_says_what_was_wrong(arguments, expected, server) -> None:
    text = sample("error-handling.requests.txt", server)
    caught = f"try:\n    get_linkedin_stats({arguments})\nexcept ValueError as error:\n    print(error)"
    assert (await run_python(f"{text}\n{caught}"))[-1] == expected


async def test_fetch_prints_a_posts_figures(server) -> None:
    assert await run_module(sample("post-all.fetch.txt", server)) == [
        "Impressions: 15420",
        "Reactions: 456",
        "Comments: 89",
    ]


async def test_fetch_prints_a_single_metric(server) -> None:
    """The specification's comment says 1542 there, and 15420 of the same post elsewhere; a world has one figure."""
    assert await run_module(sample("post-single.fetch.txt", server)) == ["Impressions: 15420"]


async def test_fetch_prints_an_accounts_totals(server) -> None:
    assert await run_module(sample("account-total.fetch.txt", server)) == [
        f"Total impressions: {total('IMPRESSION')}",
        f"Total engagement: {total('REACTION') + total('COMMENT')}",
    ]


async def test_fetch_with_error_handling_returns_figures_and_rate(server) -> None:
    asked = f"console.log(JSON.stringify(await getLinkedInStats('{ACME}', '{SAMPLE_POST}')));"
    (printed,) = await run_module(f"{sample('error-handling.fetch.txt', server)}\n{asked}")
    assert json.loads(printed) == {"metrics": ALL_FIGURES, "cached": False, "engagementRate": "6.90%"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'linkedin-nobody'", "LinkedIn account not found. Check your platformId."),
        ("''", "Invalid request: platformId is required"),
        ("'linkedin-RateLimit429'", "LINKEDIN_RATE_LIMITED"),
        ("'linkedin-Error500'", "Failed to fetch LinkedIn account statistics"),
    ],
)
async def test_fetch_with_error_handling_says_what_was_wrong(arguments, expected, server) -> None:
    asked = f"try {{ await getLinkedInStats({arguments}) }} catch (error) {{ console.log(error.message) }}"
    assert await run_module(f"{sample('error-handling.fetch.txt', server)}\n{asked}") == [expected]


async def test_axios_prints_a_post_and_an_account(server, node_modules) -> None:
    wrapped = f"(async () => {{\n{sample('client.axios.txt', server)}\n}})();"
    printed = await run(tool("node"), "--input-type=commonjs", "--eval", wrapped, NODE_PATH=str(node_modules))
    figures = World().post_figures(123, NOW)
    assert printed.splitlines() == [
        f"Post impressions: {figures['IMPRESSION']}",
        f"Account total impressions: {total('IMPRESSION', ABC)}",
    ]


async def test_curl_prints_a_posts_figures(server) -> None:
    tool("curl")
    printed = await run("/bin/sh", "-c", sample("post-all.curl.txt", server))
    assert json.loads(printed) == {"success": True, "metrics": ALL_FIGURES, "cached": False}


async def ask(server: StatisticsServer, path: str, body: Any) -> Any:
    async with (
        aiohttp.ClientSession(headers={"x-api-key": "YOUR_API_KEY"}) as session,
        session.post(f"{server.base_url}/{path}", json=body) as reply,
    ):
        return await reply.json()


def example(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def january(first: int, after: datetime) -> dict[str, Any]:
    end = {"year": after.year, "month": after.month, "day": after.day}
    return {"dateRange": {"start": {"year": 2024, "month": 1, "day": first}, "end": end}}


TWO_DAYS = {"platformId": ACME, "aggregation": "DAILY", **january(15, datetime(2024, 1, 15, tzinfo=UTC) + timedelta(2))}
MONTH = {"platformId": ACME, **january(1, datetime(2024, 2, 1, tzinfo=UTC))}
ONE_POST = {"platformId": ACME, "postedId": SAMPLE_POST}


@pytest.mark.parametrize(
    ("name", "path", "before", "body"),
    [
        ("post-all", POST, {**ONE_POST, "queryTypes": ["REACTION", "IMPRESSION"]}, {**ONE_POST, "queryTypes": "ALL"}),
        ("account-total", ACCOUNT, {**MONTH, "queryType": "IMPRESSION"}, {**MONTH, "queryTypes": "ALL"}),
        ("account-daily", ACCOUNT, None, {**TWO_DAYS, "queryTypes": ["IMPRESSION"]}),
        ("account-single-daily", ACCOUNT, None, {**TWO_DAYS, "queryType": "IMPRESSION"}),
    ],
)
async def test_an_example_answer_is_given_figure_for_figure(name, path, before, body, server) -> None:
    if before is not None:
        await ask(server, path, before)
    assert await ask(server, path, body) == example(f"{name}.answer.json")


async def test_the_example_of_a_partial_failure_is_given_figure_for_figure(server) -> None:
    server.fail_next(Trouble.PARTIAL)
    answer = await ask(server, POST, {**ONE_POST, "queryTypes": "ALL"})
    assert answer == example("post-partial.answer.json")


@pytest.mark.parametrize(
    ("name", "path", "body"),
    [
        ("post-single", POST, {**ONE_POST, "queryType": "IMPRESSION"}),
        ("account-single-total", ACCOUNT, {"platformId": ACME, "queryType": "IMPRESSION"}),
    ],
)
async def test_an_example_of_one_figure_is_given_in_its_shape(name, path, body, server) -> None:
    answer, documented = await ask(server, path, body), example(f"{name}.answer.json")
    figure = "count" if path == POST else "data"
    assert type(answer[figure]) is int
    assert answer == documented | {figure: answer[figure]}


async def test_the_example_request_is_answered_with_a_lifetime(server) -> None:
    answer = await ask(server, ACCOUNT, example("account-total.request.json"))
    assert answer["metrics"] == {metric: total(metric) for metric in ALL_FIGURES}
