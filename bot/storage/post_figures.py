"""Figures of posts that were fetched, and the end of what is too old."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Row, Table, and_, delete, not_, select, update

from bot.errors import StoreError
from bot.statistics.metrics import Failed, Metric, Unavailable, Value
from bot.statistics.posts import PostRef
from bot.statistics.reports import PostReport
from bot.storage.claims import REMEMBERED
from bot.storage.database import Database, insert_into
from bot.storage.tables import answered_events, deliveries, last_questions, opted_out, parts
from bot.storage.tables import post_figures as table
from bot.subscriptions.delivery_state import FILE, FINAL, THREAD, event_payload

logger = logging.getLogger(__name__)

#: The largest number that the column holds; a larger figure is not remembered.
_LARGEST: Final = 2**63 - 1
#: How often rows that are too old are deleted.
_EVERY: Final = timedelta(minutes=1)
#: How often messages are emptied, because all of a year are looked through, and so early at most; and how many at once.
_EMPTIED_EVERY, _MOST_EMPTIED = timedelta(hours=1), 500
#: What the metadata of messages has that holds figures.
_WITH_FIGURES: Final = ("edits", "figures")
#: A figure and when it was fetched (aware, UTC).
Reading = tuple[Value | Unavailable, datetime]


class PostFigures:
    """Remembers figures of posts, in the database: a restart or another process knows them. Its methods raise nothing of the database.

    ``age``: how long; zero for not at all.
    """

    def __init__(self, database: Database, age: timedelta, clock: Callable[[], datetime]) -> None:
        self._database, self.age, self._clock = database, age, clock

    async def find(self, team: str, posts: Iterable[PostRef], since: datetime) -> dict[PostRef, dict[Metric, Reading]]:
        """The newest figure of each metric that was fetched of these posts after ``since`` (aware), and is still remembered."""
        by_urn = {post.urn: post for post in posts}
        found: dict[PostRef, dict[Metric, Reading]] = {}
        for row in await self._remembered(team, by_urn, table.c.fetched_at > since):
            figure = Unavailable() if row.value is None else Value(row.value)
            found.setdefault(by_urn[row.post], {})[Metric(row.metric)] = (figure, row.fetched_at)
        return found

    async def at_age(
        self, team: str, posts: Mapping[PostRef, datetime], metric: Metric, age: timedelta, within: timedelta
    ) -> dict[PostRef, int]:
        """One figure of these posts as it was so long after each was published (aware), ``within`` that time; the first fetched."""
        by_urn = {post.urn: post for post in posts}
        found: dict[PostRef, int] = {}
        for row in await self._remembered(team, by_urn, table.c.metric == metric.value):
            post = by_urn[row.post]
            if row.value is not None and timedelta() <= row.fetched_at - posts[post] - age <= within:
                found.setdefault(post, row.value)
        return found

    async def _remembered(self, team: str, urns: Collection[str], which: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """These figures of the posts, the first fetched first; none where the database cannot be read."""
        if not self.age or not urns:
            return ()
        wanted = select(table).where(table.c.team == team, table.c.post.in_(urns), table.c.fetched_at > self._clock() - self.age, which)
        try:
            return await self._database.rows(wanted.order_by(table.c.fetched_at))
        except StoreError as error:
            logger.warning("figures of posts are not remembered", extra={"error": error.sentence})
            return ()

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


class Expiry:
    """Deletes rows that are too old, and empties messages and files that were posted or given up: they hold figures too.

    Args:
        questions: how long last questions are remembered.
        figures: how long figures are, wherever they are.
    """

    def __init__(self, database: Database, *, questions: timedelta, figures: timedelta, clock: Callable[[], datetime]) -> None:
        self._database, self._figures, self._clock = database, figures, clock
        self._ages = {answered_events.c.at: REMEMBERED, last_questions.c.at: questions, table.c.fetched_at: figures}
        self._deleted: datetime | None = None
        self._emptied: datetime | None = None

    async def delete_old(self) -> None:
        """Called at each tick, it deletes once a minute, also after the clock was set back. Raises nothing of the database."""
        now = self._clock()
        if self._deleted is not None and timedelta() <= now - self._deleted < _EVERY:
            return
        self._deleted = now
        try:
            async with self._database.write() as connection:
                for column, age in self._ages.items():
                    await connection.execute(delete(column.table).where(column <= now - age))
            early = min(_EMPTIED_EVERY, self._figures / 2)
            if self._emptied is None or not timedelta() <= now - self._emptied < early:
                self._emptied = now if await self._empty(now - self._figures + early) else None
        except StoreError as error:
            logger.warning("old rows are not deleted", extra={"error": error.sentence})

    async def _empty(self, until: datetime) -> bool:
        """Empties what has ended until then, and returns whether that was all; the rows stay, so that nothing is posted twice."""
        message, content = deliveries.c.payload, parts.c.payload
        is_empty = and_(message.like('{"blocks":[],%'), message.like('%"text":""%'))
        full = select(deliveries.c.id, message).where(*_ended(deliveries, until), message != "", not_(is_empty))
        replies = parts.c.name.like(f"{THREAD}%") | parts.c.name.like(f"{FILE}%")
        followed = select(parts.c.delivery, parts.c.name).where(*_ended(parts, until), content != "", replies)
        messages, contents = [await self._database.rows(one.limit(_MOST_EMPTIED)) for one in (full, followed)]
        if not messages and not contents:
            return True
        async with self._database.write() as connection:
            for row in messages:
                # Unless somebody's id was deleted from it meanwhile.
                same = (deliveries.c.id == row.id, message == row.payload)
                await connection.execute(update(deliveries).where(*same).values(payload=_emptied(row.payload)))
            for row in contents:
                its = (parts.c.delivery == row.delivery, parts.c.name == row.name)
                await connection.execute(update(parts).where(*its).values(payload=""))
        return max(len(messages), len(contents)) < _MOST_EMPTIED


def _ended(rows: Table, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return rows.c.state.in_(FINAL), rows.c.ended_at <= until


def _emptied(payload: str) -> str:
    """What later messages need of a stored one: its thread, and what its metadata says it told of."""
    stored = orjson.loads(payload)
    event = event_payload(stored)
    for name in _WITH_FIGURES:
        event.pop(name, None)
    kept = {name: stored[name] for name in ("metadata", "thread_ts") if stored.get(name)}
    # Earlier versions read a text and blocks.
    return orjson.dumps({"blocks": [], "text": "", **kept}, option=orjson.OPT_SORT_KEYS).decode()
