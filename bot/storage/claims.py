"""Stores what any process does once, also after a restart (previews, answers, the welcome, OAuth), known posts and last questions."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from msgspec import Struct
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import and_, delete, select

from bot.errors import StoreError
from bot.ops.tasks import TtlCache, settle
from bot.statistics.posts import KnownPost, PostKind, PostRef
from bot.storage.database import Database, Insert, Repository, insert_for, insert_into, insert_new, new_rows
from bot.storage.tables import answered_events, home_welcomes, known_posts, last_questions, oauth_states, unfurled, workspace_posts

logger = logging.getLogger(__name__)

#: Slack sends an event again for up to 24 hours (its documentation: "Events API", "Delayed events").
REMEMBERED: Final = timedelta(hours=25)
#: What is opened again later is not the first visit any more.
FIRST_VISIT: Final = timedelta(hours=1)


class PreviewRepository(Repository):
    """Previews that were shown."""

    async def claim(self, team: str, channel: str, post: str, *, at: datetime, since: datetime) -> bool:
        """Claims the preview of a post (its URN) there; False when it was claimed at or after ``since``. Both times are aware."""
        async with self._database.write() as connection:
            await connection.execute(delete(unfurled).where(unfurled.c.at < since))
            return await insert_new(connection, unfurled, {"team": team, "channel": channel, "post": post, "at": at})

    async def release(self, team: str, channel: str, post: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                delete(unfurled).where(and_(unfurled.c.team == team, unfurled.c.channel == channel, unfurled.c.post == post))
            )


class WelcomeRepository(Repository):
    """Who has seen the welcome of the Home tab."""

    async def is_welcome(self, team: str, person: str, at: datetime) -> bool:
        """Whether to show the welcome at this moment (aware): during the first visit, until the person dismisses it."""
        visitor = and_(home_welcomes.c.team == team, home_welcomes.c.person == person)
        row = await self._database.row(select(home_welcomes).where(visitor))
        if row is None:
            async with self._database.write() as connection:
                await insert_new(connection, home_welcomes, {"team": team, "person": person, "opened_at": at})
            return True
        return row.dismissed_at is None and at - row.opened_at < FIRST_VISIT

    async def dismiss(self, team: str, person: str, at: datetime) -> None:
        values = {"team": team, "person": person, "opened_at": at, "dismissed_at": at}
        async with self._database.write() as connection:
            statement = insert_into(connection, home_welcomes).values(values)
            await connection.execute(statement.on_conflict_do_update(index_elements=["team", "person"], set_={"dismissed_at": at}))


_new_events: Final = partial(new_rows, table=answered_events)


class AnsweredEventRepository:
    """The keys of answered events, commands, presses and forms. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[frozenset[tuple[str, str]], datetime, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def claim(self, team: str, keys: Sequence[str], at: datetime, seconds: float) -> bool:
        """Store the keys of one delivery of Slack's; False when one of them is stored, as each is for ``REMEMBERED``.

        What is claimed at the same moment, or while other claims are written, is written in one transaction. After so many ``seconds``
        it raises TimeoutError. Then, or cancelled, it is written too: a statement that was begun may lock the database until it ends.
        """
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[bool] = loop.create_future()
        late = loop.call_later(seconds, settle, stored, stored.set_exception, TimeoutError())
        self._waiting.append((frozenset((team, key) for key in keys), at, stored))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting(), name="note what was answered")
        try:
            return await stored
        finally:
            late.cancel()

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                claimed = await self._write({key: at for keys, at, _ in reversed(batch) for key in keys})
            except Exception as error:  # noqa: BLE001 - it is for those who wait
                for *_, stored in batch:
                    settle(stored, stored.set_exception, error)
                continue
            for keys, _, stored in batch:
                settle(stored, stored.set_result, keys <= claimed)
                # The first of those with the same key has it.
                claimed -= keys

    async def _write(self, keys: Mapping[tuple[str, str], datetime]) -> set[tuple[str, str]]:
        """Stores the keys with their moments; those that were not there."""
        # Always in the same order: two processes with the same keys must not deadlock.
        rows = [{"team": team, "key": key, "at": at} for (team, key), at in sorted(keys.items())]
        return {(row[0], row[1]) for row in await self._database.write_one(_new_events, rows)}

    async def release(self, team: str, keys: Sequence[str]) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(answered_events).where(answered_events.c.team == team, answered_events.c.key.in_(keys)))


class KnownPostRepository:
    """Known posts: of a ``team`` with the PostPost key that ``key_id`` names, or with "" of the bot. Every method raises StoreError."""

    def __init__(self, database: Database, team: str = "", key_id: str = "") -> None:
        self._database = database
        self._table = workspace_posts if team else known_posts
        self._own = {"team": team, "key_id": key_id} if team else {}
        self._wanted = [workspace_posts.c[name] == value for name, value in self._own.items()]

    async def load(self, most: int) -> tuple[KnownPost, ...]:
        newest = select(self._table).where(*self._wanted).order_by(self._table.c.number.desc()).limit(most)
        rows = await self._database.rows(newest)
        return tuple(KnownPost(_post(row.post), row.platform_id, row.title, row.group_id) for row in reversed(rows))

    async def save(self, posts: Sequence[KnownPost], most: int) -> None:
        """Stores these posts, replacing older rows, and deletes all but the newest ``most``."""
        rows = [_row(one) | self._own for one in posts]
        if not rows:
            return
        number = self._table.c.number
        async with self._database.write() as connection:
            statement = insert_into(connection, self._table)
            changed = {name: statement.excluded[name] for name in ("platform_id", "title", "group_id")}
            await connection.execute(statement.on_conflict_do_update(index_elements=[*self._own, "post"], set_=changed), rows)
            oldest = select(number).where(*self._wanted).order_by(number.desc()).offset(most).limit(1)
            if (limit := await connection.scalar(oldest)) is not None:
                await connection.execute(delete(self._table).where(number <= limit, *self._wanted))


def _post(urn: str) -> PostRef:
    *_, kind, number = urn.split(":")
    return PostRef(PostKind(kind), int(number))


def _row(one: KnownPost) -> dict[str, str]:
    return {
        "post": one.post.urn,
        "number": f"{one.post.number:020d}",
        "platform_id": one.platform_id,
        "title": one.title,
        "group_id": one.group_id,
    }


class OAuthStates(AsyncOAuthStateStore):
    """The states of installations that have begun, in the database: each is good once, in any process."""

    def __init__(self, database: Database, clock: Callable[[], datetime], life: timedelta) -> None:
        self._database, self._clock, self._life = database, clock, life

    @property
    def logger(self) -> logging.Logger:
        return logger

    async def async_issue(self, *_: Any, **__: Any) -> str:
        state, now = secrets.token_urlsafe(32), self._clock()
        async with self._database.write() as connection:
            await connection.execute(delete(oauth_states).where(oauth_states.c.until <= now))
            await insert_new(connection, oauth_states, {"state": state, "until": now + self._life})
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether the state was issued and is not over; it is used up."""
        used = delete(oauth_states).where(oauth_states.c.state == state).returning(oauth_states.c.until)
        async with self._database.write() as connection:
            until = await connection.scalar(used)
        return until is not None and until > self._clock()


#: The workspace, the conversation or thread, and the person, by Slack's ids.
Key = tuple[str, str, str]
_KEY: Final = ("team", "place", "person")
#: Seconds between two writes of questions while more are asked: in a busy second many are written together.
PAUSE: Final = 0.05
#: Questions in memory at most.
MOST_NOTED: Final = 1_000


class LastQuestion(Struct, frozen=True):
    """A question in canonical words, and when it was answered (aware).

    The first line of ``words`` is the question. The second is the command that "make it …" changes, of an answer about a digest, an alert
    or a goal; the third, of words refused since, what they were. Where it was asked afterwards which one is meant, each further line is a
    command, a tab, and what it is about; a line that begins with a tab is the question before about something else.
    """

    words: str
    at: datetime

    @property
    def subject(self) -> str:
        return self.words.partition("\n")[0]

    @property
    def command(self) -> str:
        """The command that can be changed; "" for none."""
        return next((line for line in self.words.split("\n")[1:] if "\t" not in line), "")

    @property
    def refused(self) -> str:
        """What was refused since the command: a change of it, or a question; "" where nothing was."""
        return next((line for line in self.words.split("\n")[2:] if "\t" not in line), "")

    @property
    def before(self) -> str:
        """The question before about another account or post; "" for none."""
        return next((line[1:] for line in self.words.split("\n") if line.startswith("\t")), "")

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """The commands among which this answer asked the person to choose, each with what it is about."""
        lines = (line.partition("\t") for line in self.words.split("\n")[1:])
        return [(command, what) for command, tab, what in lines if tab and command]


@cache
def _stored(dialect: str) -> Insert:
    """The statement that stores a question, put together once: each question runs it."""
    statement = insert_for(dialect, last_questions)
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
        self._noted = TtlCache[Key, LastQuestion](age=age, most=MOST_NOTED, clock=clock)
        self._storing, self._since_write = False, 0

    async def find(self, key: Key) -> LastQuestion | None:
        """This person's last question there; None when there is none, it is too old or cannot be read."""
        if not self.age:
            return None
        since = self._clock() - self.age
        if pending := self._pending.get(key):
            return pending
        team, place, person = key
        wanted = select(last_questions.c.words, last_questions.c.at).where(
            last_questions.c.team == team, last_questions.c.place == place, last_questions.c.person == person, last_questions.c.at > since
        )
        try:
            row = await self._database.row(wanted)
        except StoreError as error:
            logger.warning("a last question is unknown", extra={"error": error.sentence})
            return None
        return LastQuestion(row.words, row.at) if row else None

    async def before(self, key: Key) -> LastQuestion | None:
        """The last question of before the one that is noted next.

        On SQLite it comes from memory where this process noted one: each question asks for it, and a read took a third of the time of a
        remembered card. Another process on the same file may have noted a later one.
        """
        noted = self._noted.get(key, None) if self._database.file else None
        return noted or await self.find(key)

    def note(self, key: Key, words: str) -> None:
        """Stores the question; several at almost the same time are written together."""
        if not self.age:
            return
        self._pending[key] = LastQuestion(words, self._clock())
        self._noted.put(key, self._pending[key])
        self._since_write += 1
        if not self._storing:
            self._storing = True
            self._start(self._store())

    async def _store(self) -> None:
        try:
            while self._pending:
                batch, several, self._since_write = dict(self._pending), self._since_write > 1, 0
                await self._write(batch)
                self._pending = {key: one for key, one in self._pending.items() if batch.get(key) is not one}
                await asyncio.sleep(PAUSE if several or self._pending else 0)
        finally:
            self._storing = False

    async def _write(self, batch: dict[Key, LastQuestion]) -> None:
        try:
            # Always in the same order: two processes with the same keys must not deadlock.
            noted = sorted(batch.items(), key=lambda pair: pair[0])
            rows = [{**dict(zip(_KEY, key, strict=True)), "words": one.words, "at": one.at} for key, one in noted]
            await self._database.write_one(_stored, rows)
        except StoreError as error:
            logger.warning("last questions are not remembered", extra={"error": error.sentence})
