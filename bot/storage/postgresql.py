"""PostgreSQL: a pool of psycopg connections with time-outs, so that a stuck statement does not block a worker forever."""

import select
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio.engine import AsyncEngine, create_async_engine

from bot.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from psycopg import AsyncConnection

NOT_OPTIONS = "PostgreSQL doesn't know every option of `DATABASE_URL` ({options})."
NOT_OPTIONS_REMEDY = "After the question mark write options of libpq, as in ?sslmode=require."
NO_DRIVER = "`DATABASE_URL` names a PostgreSQL database, and the driver for it isn't installed."
NO_DRIVER_REMEDY = "Install it: `pip install 'linkedin-stats-bot[postgres]'`"

DRIVER = "postgresql+psycopg"
#: Connections of one process; further work waits.
CONNECTIONS = 10
#: Seconds work waits for a connection of the pool.
TURN_SECONDS = 10.0
#: Seconds connecting may take.
CONNECT_SECONDS = 5
#: Seconds after which an idle connection is replaced: shorter than the half hour at which firewalls forget one.
RECYCLE_SECONDS = 1500
#: Seconds after which a connection is tested before it is used: the network may have lost it without a word.
UNUSED_SECONDS = 30.0
#: Time-outs that PostgreSQL enforces (PostgreSQL's documentation: "Client Connection Defaults"), in milliseconds.
_LIMITS = {"statement_timeout": 10_000, "lock_timeout": 5_000, "idle_in_transaction_session_timeout": 30_000}


def open_postgresql(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """The engines that read and write, over one pool, in this order. Nothing is connected yet.

    Raises:
        SettingsError: the URL has options that PostgreSQL does not know.
        StoreError: psycopg is not installed, or lacks PostgreSQL's own library.
    """
    try:
        writing = create_async_engine(
            url.set(drivername=DRIVER),
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=TURN_SECONDS,
            pool_recycle=RECYCLE_SECONDS,
            hide_parameters=True,
            connect_args=_connect_arguments(url),
        )
    except ImportError as error:
        raise StoreError(NO_DRIVER, remedy=NO_DRIVER_REMEDY) from error
    _check_options(url)
    event.listen(writing.sync_engine, "checkout", partial(_test, writing.dialect))
    return writing.execution_options(isolation_level="AUTOCOMMIT"), writing


#: When each connection was handed out last.
_handed_out: "WeakKeyDictionary[AsyncConnection[Any], float]" = WeakKeyDictionary()


def may_be_dead(connection: "AsyncConnection[Any]") -> bool:
    """Whether a pool's connection is tested before it is used: asking the server each time costs as much as a statement.

    It is after ``UNUSED_SECONDS``, and when it is closed or something has come unasked: a server that ends it says so, or closes it.
    """
    now = time.monotonic()
    since, _handed_out[connection] = _handed_out.get(connection, now), now
    if connection.closed or now - since >= UNUSED_SECONDS:
        return True
    unread = select.poll()
    unread.register(connection.fileno(), select.POLLIN)
    return bool(unread.poll(0))


def _test(dialect: Any, connection: Any, *_: object) -> None:
    """Has SQLAlchemy replace this connection, and all that are as old, when it is dead."""
    if may_be_dead(connection.driver_connection):
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def arguments_of(url: URL) -> dict[str, Any]:
    """The URL as psycopg's arguments; libpq parses some passwords differently, and quotes them in errors."""
    whole = url.set(drivername=DRIVER)
    return dict(whole.get_dialect()().create_connect_args(whole)[1])


def place(url: URL) -> str:
    """The server's address as the end of a sentence; never the user or the password."""
    return f" at {url.host or 'localhost'}:{url.port or 5432}"


def _check_options(url: URL) -> None:
    from psycopg import ProgrammingError  # noqa: PLC0415  # an extra
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    options: dict[str, Any] = {name: value for name, value in url.query.items() if name != "host"}
    try:
        make_conninfo("", **options)
    except ProgrammingError:
        # Without its cause, which quotes the URL.
        raise SettingsError(NOT_OPTIONS.format(options=", ".join(url.query)), remedy=NOT_OPTIONS_REMEDY) from None


def _connect_arguments(url: URL) -> dict[str, object]:
    wanted: dict[str, object] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "linkedin-stats-bot",
        # A cluster without a locale stores text as bytes of an unknown encoding.
        "client_encoding": "utf8",
        "options": " ".join(f"-c {name}={value}" for name, value in _LIMITS.items()),
    }
    # Options in the URL take precedence over our defaults.
    return {name: value for name, value in wanted.items() if name not in url.query}
