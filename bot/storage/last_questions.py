"""Stores each person's last question in a conversation or thread, for follow-up questions."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import select

from bot.errors import StoreError
from bot.storage.database import Database, Insert, insert_for
from bot.storage.tables import last_questions as table

logger = logging.getLogger(__name__)

#: The workspace, the conversation or thread, and the person, by Slack's ids.
Key = tuple[str, str, str]
_KEY: Final = ("team", "place", "person")


@dataclass(frozen=True, slots=True)
class LastQuestion:
    """A question in canonical words, and when it was answered (aware).

    The first line of ``words`` is the question. The second is the command that "make it …" changes, of an answer about a digest, an alert
    or a goal.
    """

    words: str
    at: datetime

    @property
    def subject(self) -> str:
        return self.words.partition("\n")[0]

    @property
    def command(self) -> str:
        """The command that can be changed; "" for none."""
        return self.words.partition("\n")[2]


@cache
def _stored(dialect: str) -> Insert:
    """The statement that stores a question, put together once: each question runs it."""
    statement = insert_for(dialect, table)
    changed = {"words": statement.excluded.words, "at": statement.excluded.at}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=changed)


class LastQuestions:
    """The last questions, in the database, so that they survive a restart. The methods do not raise StoreError.

    Args:
        start: runs the writes in the background.
        age: how long a question is remembered; zero for not at all.
    """

    def __init__(
        self, database: Database, start: Callable[[Coroutine[Any, Any, None]], object], age: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._start, self.age, self._clock = database, start, age, clock
        self._pending: dict[Key, LastQuestion] = {}
        self._storing = False

    async def find(self, key: Key) -> LastQuestion | None:
        """This person's last question there; None when there is none, it is too old or cannot be read."""
        if not self.age:
            return None
        since = self._clock() - self.age
        if pending := self._pending.get(key):
            return pending
        team, place, person = key
        wanted = select(table.c.words, table.c.at).where(
            table.c.team == team, table.c.place == place, table.c.person == person, table.c.at > since
        )
        try:
            row = await self._database.row(wanted)
        except StoreError as error:
            logger.warning("a last question is unknown", extra={"error": error.sentence})
            return None
        return LastQuestion(row.words, row.at) if row else None

    def note(self, key: Key, words: str) -> None:
        """Stores the question; several at almost the same time are written together."""
        if not self.age:
            return
        self._pending[key] = LastQuestion(words, self._clock())
        if not self._storing:
            self._storing = True
            self._start(self._store())

    async def _store(self) -> None:
        try:
            while self._pending:
                batch = dict(self._pending)
                await self._write(batch)
                self._pending = {key: one for key, one in self._pending.items() if batch.get(key) is not one}
        finally:
            self._storing = False

    async def _write(self, batch: dict[Key, LastQuestion]) -> None:
        try:
            async with self._database.write() as connection:
                # Always in the same order: two processes with the same keys must not deadlock.
                noted = sorted(batch.items(), key=lambda pair: pair[0])
                rows = [{**dict(zip(_KEY, key, strict=True)), "words": one.words, "at": one.at} for key, one in noted]
                await connection.execute(_stored(connection.dialect.name), rows)
        except StoreError as error:
            logger.warning("last questions are not remembered", extra={"error": error.sentence})
