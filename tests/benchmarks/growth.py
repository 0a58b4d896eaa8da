"""How the cost of an answer and of a message grows with what a workspace holds: `python -m tests.benchmarks.growth`.

Each row is one thing a person or the clock does, each column so many digests, alerts, accounts, posts or due messages; the last one is the
ratio of the largest to the smallest. The made-up Slack runs in the same process: what it costs is in every column alike.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bot.app import Bot, open_bot
from bot.sandbox.servers import DEMO_KEY, Servers, open_servers
from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.world import World
from bot.settings import given_settings
from bot.statistics.posts import KnownPost, PostKind, PostRef
from bot.storage.claims import KnownPostRepository
from bot.storage.database import open_database
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, next_run
from tests.benchmarks.digests import digest, open_channels

SUBSCRIPTIONS = (5, 500, 5_000)
ACCOUNTS = (8, 400, 4_000)
POSTS = (100, 10_000, 100_000)
DUE = (10, 100, 1_000)
#: How often each is done; the median counts.
TIMES = 7
RULE = '{"metric": "COMMENT", "unit": "day", "test": "above", "amount": 20, "who": "", "v": 1}'

Doing = Callable[[], Awaitable[object]]


@asynccontextmanager
async def workspace(posts: Sequence[KnownPost] = (), **settings: Any) -> AsyncIterator[tuple[Servers, Bot]]:
    """A bot between the made-up companies, on a database of its own that knows these posts."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_servers(seed=1, bounds=Bounds(rate_limits=False)) as servers:
            given = {
                "slack_api_url": servers.slack.api_url,
                "slack_bot_token": servers.slack.bot_token,
                "slack_app_token": servers.slack.app_token,
                "postpost_base_url": servers.statistics.base_url,
                "postpost_api_key": DEMO_KEY,
                "database_url": f"sqlite:///{Path(folder) / 'bot.sqlite3'}",
            }
            async with open_database(given["database_url"]) as database:
                await KnownPostRepository(database).save(posts, len(posts))
            async with open_bot(given_settings(**(given | settings))) as bot, bot.serving():
                yield servers, bot


async def cost(do: Doing) -> float:
    """Milliseconds of processor time, the median of some times after a first."""
    found = []
    for _ in range(TIMES + 1):
        began = time.process_time()
        await do()
        found.append(1_000 * (time.process_time() - began))
    return statistics.median(found[1:])


def ask(servers: Servers, bot: Bot, words: str) -> Doing:
    """The person's command, to the end of its answer."""

    async def do() -> None:
        interaction = await servers.slack.person("ann").command(words, channel="#marketing")
        assert interaction.ok, interaction.error
        await bot.tasks.idle()

    return do


async def of_subscriptions(kind: SubscriptionKind, many: int) -> dict[str, float]:
    """What lists, the Home tab and an idle second with the tab open cost beside so many digests, or alerts, of others."""
    async with workspace() as (servers, bot):
        for number in range(many):
            one = Subscription(
                id=f"{kind}-{number:05}",
                team="T0SANDBOX1",
                channel=f"C{number:05}",
                accounts=(servers.statistics.world.accounts[0].platform_id,),
                content=(),
                cron="0 9 * * 1",
                zone="Europe/Berlin",
                status=SubscriptionStatus.ACTIVE,
                next_run_at=None,
                grace=21_600,
                owner="U0BOB00000",
                kind=kind,
                rule=RULE if kind is SubscriptionKind.ALERT else "",
            )
            now = datetime.now(UTC)
            await bot.scheduling.stores.digests.create(replace(one, next_run_at=next_run(one, now)), by="benchmark", at=now)

        async def home() -> None:
            await (await servers.slack.person("ann").open_home()).view()
            await bot.tasks.idle()

        return {
            f"`{kind} list` beside {kind}s": await cost(ask(servers, bot, f"{kind} list")),
            f"the Home tab beside {kind}s": await cost(home),
            f"a second with the tab open beside {kind}s": await cost(bot.scheduling.runner.tick),
        }


async def of_accounts(many: int) -> dict[str, float]:
    """What an account's card, a name that nobody has and the help cost among so many accounts."""
    names = {f"linkedin-Many{number}": f"Person{number} Number {number * 7_919 % 10_007}" for number in range(many)}
    async with workspace(postpost_accounts=names) as (servers, bot):
        one = servers.statistics.world.accounts[0].platform_id
        return {
            "an account's card, by accounts": await cost(ask(servers, bot, f"{one} last week")),
            "a name that nobody has, by accounts": await cost(ask(servers, bot, "zzyxqwv last week")),
            "`help`, by accounts": await cost(ask(servers, bot, "help")),
        }


async def of_posts(many: int) -> dict[str, float]:
    """What a post's card costs beside so many known posts of the same account."""
    world = World()
    account = world.accounts[0].platform_id
    known = [KnownPost(PostRef(PostKind.SHARE, 7_000_000_000_000_000_000 + number), account, f"Post {number}") for number in range(many)]
    async with workspace(known) as (servers, bot):
        asked = servers.statistics.world.posts(account, datetime.now(UTC))[0]
        return {"a post's card, by known posts": await cost(ask(servers, bot, asked.urn))}


async def of_due(many: int) -> dict[str, float]:
    """What one of so many digests costs that are due at once, each in a channel of its own, with its replies."""
    async with workspace() as (servers, bot):
        stores, now = bot.scheduling.stores, datetime.now(UTC)
        accounts = tuple(account.platform_id for account in servers.statistics.world.accounts[:2])
        due = now.replace(second=0, microsecond=0)
        cron = f"{due.minute} {due.hour} * * {due.isoweekday() % 7}"
        first, *others = [
            digest(number, channel, accounts, due, cron) for number, channel in enumerate(open_channels(servers.slack, many + 1))
        ]

        async def post(some: Sequence[Subscription], of_all: int) -> None:
            await stores.digests.revise(lambda _: some, by="benchmark", at=now)
            await bot.scheduling.runner.tick()

            async def are_left() -> bool:
                sent = (await stores.history.counts())[DeliveryState.SENT]
                return sent < of_all or bool(await stores.follow_ups.due_parts(now + timedelta(days=1)))

            while await are_left():  # noqa: ASYNC110 - looked at rarely, since looking costs too
                await asyncio.sleep(0.2)

        # The figures are fetched for the first one.
        await post([first], 1)
        began = time.process_time()
        await post(others, many + 1)
        return {"one digest of so many that are due": 1_000 * (time.process_time() - began) / many}


def row(name: str, costs: Sequence[float]) -> str:
    """A line of the table."""
    return f"| {name} | {' | '.join(f'{one:.1f}' for one in costs)} | {costs[-1] / costs[0]:.1f}x |"


async def measure() -> list[str]:
    """The table's lines."""
    lines = [f"| ms of CPU | {' | '.join(f'{few:,}' for few in SUBSCRIPTIONS)} | growth |", "|---|---|---|---|---|"]
    for kind in (SubscriptionKind.DIGEST, SubscriptionKind.ALERT):
        columns = [await of_subscriptions(kind, many) for many in SUBSCRIPTIONS]
        lines += [row(name, [column[name] for column in columns]) for name in columns[0]]
    lines += ["", f"| ms of CPU | {' | '.join(f'{few:,}' for few in ACCOUNTS)} | growth |", "|---|---|---|---|---|"]
    columns = [await of_accounts(many) for many in ACCOUNTS]
    lines += [row(name, [column[name] for column in columns]) for name in columns[0]]
    for measured, numbers in ((of_posts, POSTS), (of_due, DUE)):
        lines += ["", f"| ms of CPU | {' | '.join(f'{few:,}' for few in numbers)} | growth |", "|---|---|---|---|---|"]
        columns = [await measured(many) for many in numbers]
        lines += [row(name, [column[name] for column in columns]) for name in columns[0]]
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    argparse.ArgumentParser(description="How the cost of an answer grows with what a workspace holds.").parse_args(arguments)
    print("\n".join(asyncio.run(measure())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
