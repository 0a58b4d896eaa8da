"""The posts that are known, kept so that a restart does not forget them."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from bot.postpost.post_catalog import KnownPost
from bot.statistics.posts import PostKind, PostRef
from bot.storage.database import Database
from bot.storage.mappers import insert_into
from bot.storage.tables import known_posts as table


class KnownPostRepository:
    """Known posts. Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, most: int) -> tuple[KnownPost, ...]:
        """The newest ``most`` posts, the oldest of them first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(table).order_by(table.c.number.desc()).limit(most))).all()
        return tuple(KnownPost(_post(row.post), row.platform_id, row.title, row.group_id) for row in reversed(rows))

    async def save(self, posts: Sequence[KnownPost], most: int) -> None:
        """Keep these posts, each in the place of what was known of it, and of all posts the newest ``most``."""
        rows = [_row(one) for one in posts]
        if not rows:
            return
        async with self._database.write() as connection:
            statement = insert_into(connection, table)
            changed = {name: statement.excluded[name] for name in ("platform_id", "title", "group_id")}
            await connection.execute(statement.on_conflict_do_update(index_elements=["post"], set_=changed), rows)
            limit = await connection.scalar(select(table.c.number).order_by(table.c.number.desc()).offset(most).limit(1))
            if limit is not None:
                await connection.execute(delete(table).where(table.c.number <= limit))


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
