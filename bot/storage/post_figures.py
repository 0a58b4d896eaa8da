"""Figures of posts that were fetched, so that the next search asks first for what may be the best."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from bot.errors import StoreError
from bot.statistics.metrics import Failed, Metric, Unavailable, Value
from bot.statistics.posts import PostRef
from bot.statistics.reports import PostReport
from bot.storage.database import Database, insert_into
from bot.storage.tables import opted_out
from bot.storage.tables import post_figures as table

logger = logging.getLogger(__name__)

#: The largest number that the column holds; a larger figure is not remembered.
_LARGEST: Final = 2**63 - 1

#: A figure and when it was fetched (aware, UTC).
Reading = tuple[Value | Unavailable, datetime]


class PostFigures:
    """Remembers figures of posts, in the database: a restart or another process knows them. Its methods raise nothing of the database.

    Args:
        age: how long; zero for not at all.
    """

    def __init__(self, database: Database, age: timedelta, clock: Callable[[], datetime]) -> None:
        self._database, self.age, self._clock = database, age, clock

    async def find(self, team: str, posts: Iterable[PostRef], since: datetime) -> dict[PostRef, dict[Metric, Reading]]:
        """The newest figure of each metric that was fetched of these posts after ``since`` (aware), and is still remembered."""
        by_urn = {post.urn: post for post in posts}
        if not self.age or not by_urn:
            return {}
        since = max(since, self._clock() - self.age)
        wanted = select(table).where(table.c.team == team, table.c.post.in_(by_urn), table.c.fetched_at > since)
        found: dict[PostRef, dict[Metric, Reading]] = {}
        try:
            async with self._database.read() as connection:
                for row in await connection.execute(wanted.order_by(table.c.fetched_at)):
                    figure = Unavailable() if row.value is None else Value(row.value)
                    found.setdefault(by_urn[row.post], {})[Metric(row.metric)] = (figure, row.fetched_at)
        except StoreError as error:
            logger.warning("figures of posts are not remembered", extra={"error": error.sentence})
        return found

    async def at_age(
        self, team: str, posts: Mapping[PostRef, datetime], metric: Metric, age: timedelta, within: timedelta
    ) -> dict[PostRef, int]:
        """One figure of these posts as it was so long after each was published (aware), ``within`` that time; the first fetched."""
        by_urn = {post.urn: post for post in posts}
        wanted = select(table).where(
            table.c.team == team, table.c.metric == metric.value, table.c.post.in_(by_urn), table.c.fetched_at > self._clock() - self.age
        )
        found: dict[PostRef, int] = {}
        try:
            async with self._database.read() as connection:
                rows = (await connection.execute(wanted.order_by(table.c.fetched_at))).all() if self.age and by_urn else ()
        except StoreError as error:
            logger.warning("figures of posts are not remembered", extra={"error": error.sentence})
            rows = ()
        for row in rows:
            post = by_urn[row.post]
            if row.value is not None and timedelta() <= row.fetched_at - posts[post] - age <= within:
                found.setdefault(post, row.value)
        return found

    async def save(self, team: str, reports: Sequence[PostReport]) -> None:
        """Stores what was fetched; of an account that has opted out nothing."""
        rows = [row for report in reports for row in _rows(team, report)] if self.age else []
        if not rows:
            return
        try:
            async with self._database.write() as connection:
                out = set(await connection.scalars(select(opted_out.c.platform_id).where(opted_out.c.team == team)))
                if kept := [row for row in rows if row["platform_id"] not in out]:
                    new = insert_into(connection, table)
                    keys = [column.name for column in table.primary_key]
                    await connection.execute(new.on_conflict_do_update(index_elements=keys, set_={"value": new.excluded.value}), kept)
        except StoreError as error:
            logger.warning("figures of posts are not stored", extra={"error": error.sentence})


def _rows(team: str, report: PostReport) -> list[dict[str, Any]]:
    same = {"team": team, "post": report.post.urn, "fetched_at": report.freshness.fetched_at, "platform_id": report.account.platform_id}
    counts = {
        metric: figure.count if isinstance(figure, Value) else None
        for metric, figure in report.figures.items()
        if not isinstance(figure, Failed)
    }
    return [{**same, "metric": metric.value, "value": value} for metric, value in counts.items() if value is None or value <= _LARGEST]
