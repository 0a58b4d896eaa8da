"""run · digest · keys · workspace · person · backup · restore · demo · check … → an exit code: 0 well, 1 a finding, 2 wrong usage."""

import argparse
import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot import __version__
from bot.deploy import FILES, MADE, deployment_file, deployment_list
from bot.errors import BotError, SettingsError
from bot.ops.arguments import add_command, number
from bot.ops.manifest import EVENTS_PATH, creation_link, read_manifest, to_json
from bot.ops.reporting import reported, systemd_notified, systemd_status
from bot.ops.telemetry import cause, configure_logging, redactor
from bot.settings import Settings, load_settings, unknown_settings

WELL, FINDING, WRONG_USAGE = 0, 1, 2
#: The argument of a port; 0 is any free one.
PORT = number(65_535, least=0, what="port")
#: In place of a command: adds all of them.
EVERY = "*"
#: The note after a restore.
LOOKED_FOR = "What was due before now is posted only if it isn't in its channel already."
#: The playground's label for the bot's own check of each message and view.
BOTS_CHECKER = "the bot's own checker"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; an error is one sentence on standard error."""
    given = sys.argv[1:] if arguments is None else arguments
    chosen = _parser(next(iter(given), "")).parse_args(given)
    try:
        return int(chosen.handler(chosen))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return WRONG_USAGE
    except BotError as error:
        print(error, file=sys.stderr)
        return FINDING
    except KeyboardInterrupt:
        return WELL
    except BrokenPipeError:
        # The reader closed the pipe; without this Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDING
    except Exception as error:  # noqa: BLE001  # people get a sentence, never a stack trace
        print(f"Something unexpected happened. Please report it: {cause(error)}", file=sys.stderr)
        return FINDING


def _parser(command: str) -> argparse.ArgumentParser:
    """The parser of all commands. What only one ``command`` needs is imported for it alone: half of the start is imports."""
    parser = argparse.ArgumentParser(prog="linkedin-stats-bot", description="LinkedIn statistics in Slack.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(handler=partial(_help, parser))
    commands = parser.add_subparsers(metavar="COMMAND")
    add_command(commands, "run", "answer Slack (Socket Mode when SLACK_APP_TOKEN is set, else HTTP)", handler=_run)
    _add_demo(commands)
    _add_sandbox(commands, typed=command in ("sandbox", EVERY))
    _add_groups(commands, command)
    backup = add_command(commands, "backup", "copy the SQLite database into a file, also while the bot runs", handler=_printed)
    backup.add_argument("file", metavar="FILE", type=Path, help="where the copy goes")
    backup.set_defaults(work=_backup)
    restore = add_command(commands, "restore", "put a backup in place of the SQLite database; stop the bot first", handler=_printed)
    restore.add_argument("file", metavar="FILE", type=Path, help="what backup wrote")
    restore.set_defaults(work=_restore)
    about = "say that the database was put back by other means, such as pg_restore"
    add_command(commands, "restored", about, handler=_printed, work=_restored)
    check = add_command(commands, "check", "say line by line what works and, for the rest, what to do", handler=_check)
    check.add_argument("--blocks", action="store_true", help="ask Slack whether it takes every card; 2 when it couldn't be asked")
    about = "list the files for deployment (systemd, Kubernetes, Prometheus, Grafana, completion for shells, a manual page), or print one"
    deploy = add_command(commands, "deploy", about, handler=_deploy)
    names = (*FILES, *MADE)
    deploy.add_argument("name", metavar="NAME", nargs="?", choices=sorted(names), help=f"one of: {', '.join(names)}")
    manifest = add_command(commands, "manifest", "print the Slack app's manifest", handler=_manifest)
    form = manifest.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, the form the Slack CLI takes")
    form.add_argument("--url", action="store_true", help="as the link that opens Slack's form with it filled in")
    manifest.add_argument("--request-url", metavar="HTTPS_URL", help="set it up for HTTP at this address instead of Socket Mode")
    manifest.add_argument("--mcp", action="store_true", help="with Slackbot as an assistant, which asks at /mcp there; with --request-url")
    manifest.add_argument("--distributed", action="store_true", help="for many workspaces, which install it by a link; with --request-url")
    return parser


def _help(parser: argparse.ArgumentParser, _: argparse.Namespace) -> int:
    parser.print_help(sys.stderr)
    return WRONG_USAGE


def _add_groups(commands: Any, command: str) -> None:
    digest = add_command(commands, "digest", "look after the digests in the database, without a running bot", handler=_printed)
    about = {
        "keys": "make a key that encrypts, or change keys, where many workspaces share one bot",
        "workspace": "list the workspaces, or show, export or delete what is stored about one",
        "person": "export or delete what is stored about one person",
        "token": "make, list or revoke the tokens with which assistants ask on behalf of one person",
    }
    groups = {name: add_command(commands, name, what, handler=_printed) for name, what in about.items()}
    if command in ("digest", EVERY):
        from bot.digests.cli import add_digest_commands  # noqa: PLC0415  # brings the database's libraries

        add_digest_commands(digest)
    if command in (*groups, EVERY):
        from bot.bootstrap.operator_cli import add_operator_commands  # noqa: PLC0415  # the same

        add_operator_commands(**groups)


def _printed(chosen: argparse.Namespace) -> int:
    from bot.ops.tasks import utc_now  # noqa: PLC0415  # as above

    settings = _settings()
    configure_logging(level="ERROR", as_json=False)

    async def done() -> int:
        print(await chosen.work(chosen, settings, utc_now()))
        return WELL

    return _start(done())


def _add_demo(commands: Any) -> None:
    demo = add_command(commands, "demo", "open the playground: the real bot in a made-up Slack, without any account", handler=_demo)
    demo.add_argument("--port", type=PORT, default=0, help="the page's port (default: a free one)")
    demo.add_argument("--data", type=Path, metavar="DIR", help="keep the bot's database here (default: a temporary folder)")
    demo.add_argument("--ask", metavar="COMMAND", help="ask once, print the answer, and end: --ask '/linkedin-stats help'")
    demo.add_argument("--json", action="store_true", help="with --ask: print the message as JSON")


def _add_sandbox(commands: Any, *, typed: bool) -> None:
    about = "run the made-up Slack and statistics servers alone, and print the settings that point a bot at them"
    sandbox = add_command(commands, "sandbox", about, handler=_sandbox)
    sandbox.formatter_class = argparse.RawDescriptionHelpFormatter
    if typed:
        from bot.sandbox.statistics.table import as_text  # noqa: PLC0415  # brings the sandbox

        sandbox.epilog = as_text()
    sandbox.add_argument("--statistics-port", type=PORT, default=0, help="default: a free one")
    sandbox.add_argument("--slack-port", type=PORT, default=0, help="default: a free one")
    sandbox.add_argument("--seed", type=number(999_999, least=0), default=1, help="another number makes up other figures (default: 1)")
    sandbox.add_argument("--events-url", metavar="URL", help="where Slack's requests go over HTTP (default: Socket Mode)")


def _manifest(chosen: argparse.Namespace) -> int:
    manifest = read_manifest(chosen.request_url, distributed=chosen.distributed, mcp=chosen.mcp)
    print(creation_link(manifest) if chosen.url else to_json(manifest))
    return WELL


def _deploy(chosen: argparse.Namespace) -> int:
    if chosen.name in MADE:
        print(MADE[chosen.name][0](_parser(EVERY)), end="")
    else:
        print(deployment_file(chosen.name) if chosen.name else deployment_list())
    return WELL


def _start(work: Coroutine[Any, Any, int]) -> int:
    try:
        import uvloop  # noqa: PLC0415  # absent on Windows
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


def _asked_to_stop() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    return stop


def _settings() -> Settings:
    settings = load_settings()
    for sentence in unknown_settings():
        print(f"Note: {sentence}", file=sys.stderr)
    return settings


def _run(_: argparse.Namespace) -> int:
    settings = _settings()
    settings.require_run()
    configure_logging(level=settings.log_level, as_json=settings.log_format == "json", hidden=settings.secrets())
    dsn = settings.sentry_dsn.get_secret_value() if settings.sentry_dsn else None
    with reported(otlp_endpoint=settings.otel_exporter_otlp_endpoint, sentry_dsn=dsn, redact=redactor(settings.secrets())):
        return _start(_serve(settings))


async def _serve(settings: Settings) -> int:
    from bot.app import open_bot  # noqa: PLC0415  # loads every library: a wrong command should answer at once

    stop = _asked_to_stop()
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(open_bot(settings))
        # What is there now stays: looking through all of it for garbage would stop the bot for a tenth of a second each time.
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        port = await stack.enter_async_context(bot.serving())
        connecting, stopping = (asyncio.ensure_future(one) for one in (bot.slack_connected(_print_waiting), stop.wait()))
        await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not connecting.done():
            connecting.cancel()
            return WELL
        connecting.result()
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        where = "Socket Mode" if settings.socket_mode else f"http://{host}:{port}{EVENTS_PATH}"
        print(f"Answering Slack over {where}. Ctrl-C ends.", flush=True)
        async with systemd_notified():
            await stopping
    return WELL


def _print_waiting(reason: str) -> None:
    print(f"Not answering yet: {reason} It is being tried again. Ctrl-C ends.", flush=True)
    systemd_status(reason)


async def _backup(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # all take all three
    from bot.storage.database import open_database  # noqa: PLC0415  # as above

    async with open_database(settings.database_url) as database:
        rows = await database.backup(chosen.file)
    return f"The database is copied to {chosen.file} and checked: {rows:,} rows."


async def _restore(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    from bot.storage.restores import restore_backup  # noqa: PLC0415  # as above

    aside = await restore_backup(settings.database_url, chosen.file, now)
    note = "" if aside is None else f" The one before is kept: {aside}"
    return f"The database is restored from {chosen.file}. {LOOKED_FOR}{note}"


async def _restored(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # all take all three
    from bot.storage.restores import mark_restored  # noqa: PLC0415  # as above

    count = await mark_restored(settings.database_url, now)
    return f"Noted, with {count} unfinished {'post' if count == 1 else 'posts'}. {LOOKED_FOR}"


def _check(chosen: argparse.Namespace) -> int:
    configure_logging(level="CRITICAL" if chosen.blocks else "ERROR", as_json=False)
    return _start(_print_blocks(_settings()) if chosen.blocks else _print_checks(_settings()))


async def _print_blocks(settings: Settings) -> int:
    from bot.sandbox.every_card import compare_every_card  # noqa: PLC0415  # as above

    return await compare_every_card(settings.slack_api_url, partial(print, flush=True))


async def _print_checks(settings: Settings) -> int:
    from bot.bootstrap.check import check  # noqa: PLC0415  # as above

    grave = False
    async for line in check(settings):
        print(line, flush=True)
        grave = grave or (bool(line.remedy) and line.grave)
    return FINDING if grave else WELL


def _demo(chosen: argparse.Namespace) -> int:
    configure_logging(level="WARNING", as_json=False)
    if chosen.json and not chosen.ask:
        print("--json goes with --ask: demo --ask '/linkedin-stats help' --json", file=sys.stderr)
        return WRONG_USAGE
    return _start(_ask_once(chosen) if chosen.ask is not None else _play(chosen))


def _findings(sent: Mapping[str, Any]) -> list[str]:
    """The findings of the bot's checker on a message or view, for the playground's "behind the scenes"."""
    from bot.slack.validator import check_message, check_view  # noqa: PLC0415  # as above

    is_view = sent.get("type") in ("modal", "home")
    return [str(one) for one in (check_view(sent) if is_view else check_message(sent["blocks"], sent.get("text")))]


async def _play(chosen: argparse.Namespace) -> int:
    from bot.sandbox.demo import open_playground  # noqa: PLC0415  # as above

    stop = _asked_to_stop()
    async with open_playground(port=chosen.port, data=chosen.data, checkers={BOTS_CHECKER: _findings}) as playground:
        print(f"The playground is open at {playground.page_url}\nCtrl-C ends it.", flush=True)
        await stop.wait()
    return WELL


async def _ask_once(chosen: argparse.Namespace) -> int:
    from bot.sandbox import demo, terminal  # noqa: PLC0415  # as above

    async with demo.open_playground(port=chosen.port, data=chosen.data, bounds=demo.PATIENT) as playground:
        asked = await playground.ask(chosen.ask)
        texts = [terminal.render(message, playground.names) for message in asked.messages]
    print(json.dumps(asked.message, indent=2, ensure_ascii=False) if chosen.json else "\n\n".join(texts))
    return WELL if asked.answered else FINDING


def _sandbox(chosen: argparse.Namespace) -> int:
    configure_logging(level="WARNING", as_json=False)
    return _start(_serve_sandbox(chosen))


async def _serve_sandbox(chosen: argparse.Namespace) -> int:
    from bot.sandbox.servers import open_servers  # noqa: PLC0415  # as above

    stop = _asked_to_stop()
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(
            open_servers(statistics_port=chosen.statistics_port, slack_port=chosen.slack_port, seed=chosen.seed)
        )
        if chosen.events_url:
            servers.slack.deliver_to(chosen.events_url)
        for name, value in servers.environment(over_http=bool(chosen.events_url)).items():
            print(f"{name}={value}", flush=True)
        await stop.wait()
    return WELL
