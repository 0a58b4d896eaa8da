"""The command line as a person uses it: real processes, what they print, and their exit codes."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cli import main
from bot.sandbox.servers import open_servers
from tests.fixtures.processes import start_bot

TOP = Path(__file__).parents[2]

#: Nothing of the developer's own settings may reach the processes under test.
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("SLACK_", "POSTPOST_", "PUBLORA_", "DATABASE_", "PORT", "HOST"))
}


#: How long a start waits for the first connection to Slack before it says that there is none, then between two tries at most, and how
#: long the statistics service is left alone before a second request.
SHORT = {"bot.ops.server.FIRST_CONNECTION": 0.5, "bot.app.LONGEST_PAUSE": 0.5, "bot.postpost.transport.BACK_OFF": 0.005}


async def run(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str, str]:
    """Run the command line to its end: exit code, standard output, standard error."""
    process = await start_bot(*arguments, cwd=cwd, env={**CLEAN, **environment}, waits=SHORT)
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@asynccontextmanager
async def serving(*arguments: str, cwd: Path, until: str, then: Any = None, **environment: str) -> AsyncIterator[list[str]]:
    """A process that goes on, from the line that holds ``until``; ended by SIGTERM, which it must take well.

    ``then`` is a context that is entered after that line, and what a later line must hold.
    """
    process = await start_bot(*arguments, cwd=cwd, env={**CLEAN, **environment}, waits=SHORT)
    lines: list[str] = []

    async def read(until: str) -> None:
        while until not in (lines[-1] if lines else ""):
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
            assert line, f"{arguments} ended after {lines}"
            lines.append(line.rstrip("\n"))

    try:
        await read(until)
        if then:
            async with then[0]:
                await read(then[1])
                yield lines
        else:
            yield lines
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 60)
    assert code == 0


def environment_of(lines: list[str]) -> dict[str, str]:
    return dict(line.partition("=")[::2] for line in lines)


async def test_demo_ask_prints_the_answer_and_ends_well(tmp_path):
    """One question from a terminal, without any account, whatever the environment and .env say."""
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=nonsense\nDATABASE_URL=postgresql://nowhere/none\n")
    asked = "/linkedin-stats urn:li:share:7123456789012345678"
    code, out, err = await run(
        "demo", "--ask", asked, cwd=tmp_path, SLACK_BOT_TOKEN="also nonsense", DATABASE_URL="sqlite:////nowhere/at/all"
    )
    assert code == 0, err
    assert "15,420" in out


@pytest.fixture
def ask_demo(tmp_path, monkeypatch, capsys):
    """Asks the demo once, in this process: a process of its own would import the whole bot for each question."""
    monkeypatch.chdir(tmp_path)

    def ask(*arguments: str) -> tuple[int, str, str]:
        code = main(("demo", "--ask", *arguments))
        return code, *capsys.readouterr()

    return ask


def test_a_folder_for_the_demo_that_cannot_be_made_says_so(ask_demo, tmp_path):
    (tmp_path / "taken").write_text("a file")
    code, out, err = ask_demo("help", "--data", "taken")
    assert (code, out) == (2, "")
    assert err == "The folder taken can't be used: file exists. Name a folder that you may write, or leave --data out.\n"


def test_a_seed_that_is_no_number_is_refused_in_words(capsys):
    with pytest.raises(SystemExit):
        main(("sandbox", "--seed", "x"))
    assert "'x' isn't a number from 0 to 999999" in capsys.readouterr().err


def test_demo_ask_as_json_prints_text_and_blocks(ask_demo):
    code, out, _ = ask_demo("/linkedin-stats last week", "--json")
    message = json.loads(out)
    assert code == 0
    assert set(message) == {"text", "blocks"}
    assert "impressions" in message["text"]


def test_demo_ask_for_a_file_shows_the_card_too(ask_demo):
    """The line about the file stands beside the answer, not in its place."""
    _, as_text, _ = ask_demo("/linkedin-stats last week csv")
    code, out, _ = ask_demo("/linkedin-stats last week csv", "--json")
    assert re.search(r"^  Engagement rate +\S+%  \S+ pts, before: \S+%$", as_text, re.MULTILINE)
    assert re.search(r"\[ … .*Download CSV \|", as_text)
    assert ".csv" in as_text
    assert code == 0
    assert any(block["type"] == "data_visualization" for block in json.loads(out)["blocks"])


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/linkedin-stats team last week share", (r"^  Acme Robotics .*\[ Open \]", r"^Shared by @Ann Archer, ")),
        ("/linkedin-stats digest", (r"^  Channels +#marketing$",)),
    ],
)
def test_demo_ask_prints_names_and_buttons_as_the_page_shows_them(ask_demo, asked, shown):
    _, out, _ = ask_demo(asked)
    assert [line for line in shown if not re.search(line, out, re.MULTILINE)] == []


@pytest.mark.parametrize(
    "asked",
    [
        "/linkedin-stats acounts",
        "/linkedin-stats https://www.linkedin.com/in/jane",
        "/linkedin-stats linkedin-Expired401 last week",
        "/linkedin-stats urn:li:activity:7341150125328605185",
    ],
)
def test_demo_ask_ends_with_a_finding_when_something_else_came_back(ask_demo, asked):
    """A suggestion, a refusal or trouble is printed, and the exit code is 1."""
    code, out, err = ask_demo(asked)
    assert code == 1
    assert out.strip()
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        (),
        ("demo", "--port", "ninety"),
        ("demo", "--json"),
        ("demo", "--ask", "/no-such-command"),
        ("sandbox", "--slack-port", "70000"),
        ("manifest", "--json", "--url"),
    ],
)
async def test_wrong_usage_is_said_in_words(tmp_path, arguments):
    code, _, err = await run(*arguments, cwd=tmp_path)
    assert code == 2
    assert err.strip()
    assert "Traceback" not in err


async def test_run_without_settings_names_what_is_missing(tmp_path):
    code, _, err = await run("run", cwd=tmp_path)
    assert code == 2
    assert "SLACK_BOT_TOKEN" in err
    assert "POSTPOST_API_KEY" in err
    assert "Traceback" not in err


async def test_a_wrong_setting_is_named_without_its_value(tmp_path):
    code, _, err = await run("run", cwd=tmp_path, SLACK_BOT_TOKEN="hunter2-secret")
    assert code == 2
    assert "SLACK_BOT_TOKEN must start with xoxb-" in err
    assert "hunter2" not in err


async def test_no_digest_may_be_late_by_less_than_a_minute(tmp_path):
    """The scheduler ticks between whole seconds: with 0 nothing would ever be in time."""
    code, _, err = await run("digest", "list", cwd=tmp_path, DIGEST_LATE="0")
    assert code == 2
    assert "DIGEST_LATE must be a whole number from 60 to 604800" in err


async def test_check_knows_of_times_that_run_refuses(tmp_path):
    _, out, _ = await run(
        "check",
        cwd=tmp_path,
        SLACK_API_URL="http://127.0.0.1:9/api/",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_SIGNING_SECRET="0123456789abcdef" * 2,
        POSTPOST_API_KEY="key",
        POSTPOST_BASE_URL="http://127.0.0.1:9/api/v1",
        DATABASE_URL=f"sqlite:///{tmp_path / 'bot.sqlite3'}",
        DELIVERY_TIMEOUT="60",
        DELIVERY_LEASE="10",
    )
    assert "settings: FAILED: " in out
    assert "DELIVERY_LEASE" in out


async def test_the_manifest_comes_as_json_and_as_a_link(tmp_path):
    code, out, _ = await run("manifest", "--json", cwd=tmp_path)
    assert code == 0
    assert json.loads(out)["display_information"]["name"] == "LinkedIn Stats"
    code, out, _ = await run("manifest", "--url", cwd=tmp_path)
    assert code == 0
    assert out.startswith("https://api.slack.com/apps?new_app=1&manifest_json=")


async def test_sandbox_points_a_bot_at_itself_and_the_bot_runs_and_checks_well(tmp_path):
    """The printed environment is all that `check` and `run` need; the health paths answer in Socket Mode when PORT is set."""
    async with serving("sandbox", cwd=tmp_path, until="POSTPOST_PLATFORM_ID=") as lines:
        environment = environment_of(lines) | {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}"}
        code, out, err = await run("check", cwd=tmp_path, **environment)
        assert "Slack bot token: OK" in out, err
        assert "database: OK" in out
        assert environment["SLACK_BOT_TOKEN"] not in out + err
        # One of the made-up accounts has lost its token, which is a finding with its remedy.
        assert "Elena Petrova: FAILED" in out
        assert code == 1
        async with serving("run", cwd=tmp_path, until="Answering", PORT="0", **environment) as printed:
            assert "Socket Mode" in printed[-1]


async def test_run_over_http_serves_health(tmp_path, unused_tcp_port):
    async with serving(
        "sandbox", "--events-url", f"http://127.0.0.1:{unused_tcp_port}/slack/events", cwd=tmp_path, until="PLATFORM_ID="
    ) as lines:
        environment = environment_of(lines) | {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}", "PORT": str(unused_tcp_port)}
        assert "SLACK_APP_TOKEN" not in environment
        async with (
            serving("run", cwd=tmp_path, until="Answering", **environment),
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{unused_tcp_port}/readyz") as response,
        ):
            body = await response.json()
            assert (response.status, body["ok"], body["problems"]) == (200, True, {})
            assert 0 <= body["tick_age_seconds"] < 60
            assert set(body["deliveries"]) >= {"sent", "failed", "skipped", "uncertain"}


async def test_a_taken_port_is_a_sentence(tmp_path):
    async with serving("demo", cwd=tmp_path, until="open at") as lines:
        port = lines[-1].rsplit(":", 1)[1].strip("/")
        code, _, err = await run("demo", "--port", port, cwd=tmp_path)
    assert code == 1
    assert port in err
    assert "Traceback" not in err


async def test_in_the_demo_both_checkers_check_a_card(tmp_path):
    async with serving("demo", cwd=tmp_path, until="open at") as lines, aiohttp.ClientSession(lines[-1].split()[-1]) as page:
        asked = {"user": "ann", "channel": "C0MARKETING", "command": "/linkedin-stats", "text": "help"}
        async with page.post("/client/command", json=asked) as answer:
            assert (await answer.json())["ok"]
        body: list[dict[str, Any]] = []
        while not body:
            async with page.get("/client/trace") as answer:
                entries = (await answer.json())["entries"]
            for entry in entries:
                async with page.get("/client/checks", params={"n": entry["n"]}) as answer:
                    body += (await answer.json())["checks"]
    assert {one["by"]: one["findings"] for one in body} == {
        "the sandbox's reading of Slack's limits": [],
        "the bot's own checker": [],
    }


async def test_a_token_that_slack_refuses_ends_the_start(tmp_path):
    async with serving("sandbox", cwd=tmp_path, until="PLATFORM_ID=") as lines:
        environment = environment_of(lines) | {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}", "SLACK_BOT_TOKEN": "xoxb-wrong"}
        code, _, err = await run("run", cwd=tmp_path, **environment)
    assert code == 2
    assert "SLACK_BOT_TOKEN" in err
    assert "xoxb-wrong" not in err


@asynccontextmanager
async def hanging_up():
    """The port of a server, or a broken proxy, that takes every request and closes the connection without a word."""

    async def close(reader, writer):
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


SOCKET, HTTP = {"SLACK_APP_TOKEN": "xapp-1"}, {"SLACK_SIGNING_SECRET": "0123456789abcdef" * 2}


@pytest.mark.parametrize(
    ("away", "transport"),
    [
        pytest.param(lambda: nullcontext(9), SOCKET, id="refuses-socket"),
        pytest.param(hanging_up, HTTP, id="hangs up-http"),
        pytest.param(lambda: nullcontext(9), HTTP, id="refuses-http", marks=pytest.mark.full),
        pytest.param(hanging_up, SOCKET, id="hangs up-socket", marks=pytest.mark.full),
    ],
)
async def test_a_slack_that_is_away_keeps_run_trying_and_a_stop_is_obeyed(tmp_path, unused_tcp_port, away, transport):
    """It says so, and so does readiness; SIGTERM ends the process well all the same."""
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "POSTPOST_API_KEY": "key",
        "POSTPOST_BASE_URL": "http://127.0.0.1:9/api/v1",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
        "PORT": str(unused_tcp_port),
    }
    async with (
        away() as slack,
        serving(
            "run", cwd=tmp_path, until="Not answering yet", SLACK_API_URL=f"http://127.0.0.1:{slack}/api/", **environment, **transport
        ) as printed,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{unused_tcp_port}/readyz") as response,
    ):
        assert response.status == 503
        assert "slack" in (await response.json())["problems"]
        assert printed[-1].startswith("Not answering yet: Slack can't be reached")


@pytest.mark.parametrize("over", ["socket", "http"])
async def test_run_says_that_it_answers_once_slack_has_answered(tmp_path, unused_tcp_port_factory, over):
    """Started while Slack is away: it says so, on a slow machine again and again, then answers as soon as Slack is there."""
    ports = {"slack_port": unused_tcp_port_factory(), "statistics_port": unused_tcp_port_factory()}
    port = unused_tcp_port_factory()
    async with open_servers(**ports) as servers:
        environment = servers.environment(over_http=over == "http") | {"PORT": str(port)}
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'bot.sqlite3'}"

    @asynccontextmanager
    async def back() -> AsyncIterator[None]:
        async with open_servers(**ports) as servers:
            if over == "http":
                servers.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            yield

    async with serving("run", cwd=tmp_path, until="Not answering yet", then=(back(), "Answering"), **environment) as printed:
        assert list(dict.fromkeys(line[:17] for line in printed)) == ["Not answering yet", "Answering Slack o"]


async def test_an_app_token_that_slack_refuses_ends_the_start(tmp_path):
    async with serving("sandbox", cwd=tmp_path, until="PLATFORM_ID=") as lines:
        environment = environment_of(lines) | {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}", "SLACK_APP_TOKEN": "xapp-wrong"}
        code, _, err = await run("run", cwd=tmp_path, **environment)
    assert code == 2
    assert "SLACK_APP_TOKEN" in err
