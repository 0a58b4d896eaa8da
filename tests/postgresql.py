"""A real PostgreSQL for the tests, started on a free port of the loopback and stopped by its own process id."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.fixtures.databases import make_database

USER, PASSWORD = "bot", "the-tests-own-password"
START_SECONDS = 30
MISSING = (
    "The store's tests need PostgreSQL's programs (initdb, postgres) in PATH or under /usr/lib/postgresql: "
    "install the Debian package `postgresql`, or the like of your system."
)
#: Keeps nothing through a power cut, and needs not to.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
LOOPBACK_ONLY = ("listen_addresses=127.0.0.1", "unix_socket_directories=")


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL."""

    port: int
    #: The databases that others are copied from, once there are, by whether posts are known in them.
    copied: dict[bool, str] = field(default_factory=dict)

    def url(self, name: str, password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{name}"

    def make_database(self, encoding: str = "UTF8") -> str:
        """The URL of a new, empty database."""
        return self._create(f"ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")

    def make_current_database(self, *, posts_known: bool = False) -> str:
        """The URL of a new database with the bot's tables: a copy, because alembic takes ten times as long."""
        if posts_known not in self.copied:
            url = self.make_database()
            make_database(url, posts_known=posts_known)
            self.copied[posts_known] = url.rpartition("/")[2]
        return self._create(f"TEMPLATE {self.copied[posts_known]}")

    def _create(self, options: str) -> str:
        name = f"bot_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {options}".encode())
        return self.url(name)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with running_postgresql() as server:
        yield server


@contextmanager
def running_postgresql() -> Iterator[Server]:
    """A PostgreSQL of its own, stopped and removed at the end."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="linkedin-stats-bot-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _unprivileged())
        _initialise(programs, folder)
        process, server = _start(programs, folder)
        try:
            yield server
        finally:
            # At once, without writing anything down: the folder goes with it.
            process.send_signal(signal.SIGQUIT)
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda found: float(found.parts[-3]))
    found = shutil.which("postgres") or (versions[-1] if versions else None)
    if found is None:
        pytest.fail(MISSING)
    return Path(found).resolve().parent


def _unprivileged() -> str:
    """PostgreSQL refuses to run as root."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _as_whom() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(_unprivileged())
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _initialise(programs: Path, folder: Path) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--encoding=UTF8", "--locale=C", f"--username={USER}"]
    done = subprocess.run(
        [programs / "initdb", *options, folder / "data"], cwd=folder, capture_output=True, text=True, check=False, **_as_whom()
    )
    if done.returncode:
        pytest.fail(f"initdb failed: {done.stderr}")


def _start(programs: Path, folder: Path) -> tuple[subprocess.Popen[bytes], Server]:
    server = Server(_free_port())
    settings = [
        part
        for setting in (*FAST, f"port={server.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        for part in ("-c", setting)
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *settings], cwd=folder, stdout=log, stderr=log, **_as_whom()
        )
    try:
        _wait_for(server, process, folder / "log")
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process, server


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL did not start: {log.read_text()}")
