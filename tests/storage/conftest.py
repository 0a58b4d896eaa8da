"""Both databases, really: a file, and a PostgreSQL server started for the tests on a free port of the loopback."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.storage.database import Database, open_database
from bot.subscriptions.subscription import Subscription, SubscriptionStatus


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    return request.getfixturevalue("postgresql").make_database()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request, tmp_path, made_databases) -> AsyncIterator[Database]:
    """A database of each kind in turn, as opening an empty one leaves it."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(made_databases.new, tmp_path / 'bot.sqlite3')}"
    else:
        url = request.getfixturevalue("postgresql").make_current_database()
    async with open_database(url) as opened:
        yield opened


@pytest.fixture
def weekly() -> Subscription:
    """A digest that is due on a Monday at nine in Berlin."""
    return Subscription(
        id="digest-1",
        team="T1",
        channel="C1",
        accounts=("linkedin-A", "linkedin-B"),
        content=("figures", "chart"),
        cron="0 9 * * 1",
        zone="Europe/Berlin",
        status=SubscriptionStatus.ACTIVE,
        next_run_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        grace=21_600,
        owner="U1",
    )
