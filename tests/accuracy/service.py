"""A statistics service with a random world: gaps, nulls, failures, repeated and shuffled days. It shares nothing with the bot."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aiohttp import web

METRICS = ("IMPRESSION", "MEMBERS_REACHED", "REACTION", "COMMENT", "RESHARE")
BY_DAY = ("IMPRESSION", "REACTION", "COMMENT", "RESHARE")
FAILED, NULL = "failed", "null"
TODAY = date(2026, 11, 23)
WEEK = [TODAY - timedelta(days=back) for back in range(7, 0, -1)]
#: So many days back an account has figures.
DAYS = 800
FOLLOWERS_NOW = 12_345
BEFORE = [TODAY - timedelta(days=back) for back in range(14, 7, -1)]


@dataclass
class FakePost:
    """A post: the number LinkedIn gives it, and a count, FAILED or NULL by metric."""

    number: int
    platform_id: str
    title: str
    figures: dict[str, Any]

    @property
    def urn(self) -> str:
        return f"urn:li:share:{self.number}"


@dataclass
class FakeAccount:
    """An account: counts by metric and reported day (or FAILED, NULL), and its reach in any window (or FAILED, NULL)."""

    platform_id: str
    name: str
    days: dict[str, Any]
    seed: int
    scale: int
    #: New followers by day (or FAILED, NULL); None where the service has no such endpoint.
    followers: Any = None

    def reach(self, first: date, last: date) -> Any:
        """The people reached from one day to another: the same whenever it is asked."""
        dice = random.Random(f"{self.seed} {self.platform_id} {first} {last}")  # noqa: S311  # a repeatable world
        return dice.choice((*(dice.randint(1, self.scale * 5) for _ in range(3)), NULL, FAILED))


@dataclass
class FakeWorld:
    """What the service has."""

    seed: int
    today: date = TODAY
    accounts: list[FakeAccount] = field(default_factory=list)
    posts: list[FakePost] = field(default_factory=list)


def random_world(seed: int, today: date = TODAY) -> FakeWorld:
    """Three accounts and some posts of each on this day; the same for the same seed."""
    dice, world = random.Random(seed), FakeWorld(seed, today)  # noqa: S311  # a repeatable world
    for platform_id, name in (("linkedin-Q1aaa", "Alpha Works"), ("linkedin-Q2bbb", "Beta Labs"), ("linkedin-Q3ccc", "Gamma Group")):
        scale = dice.choice((3, 40, 400, 4_000, 90_000))
        gone = _gaps(dice, today)
        days = {metric: _days(dice, max(1, scale if metric == "IMPRESSION" else scale // 12), today, gone) for metric in BY_DAY}
        world.accounts.append(FakeAccount(platform_id, name, days, seed, scale))
        monday = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=7)
        for nth in range(dice.randint(0, 5)):
            at = monday + timedelta(minutes=dice.randint(0, 7 * 1440 - 1))
            number = (round(at.timestamp() * 1000) << 22) + dice.randint(0, 2**22 - 1)
            world.posts.append(FakePost(number, platform_id, f"{name} post {nth}", _figures(dice, scale)))
    return world


def _days(dice: random.Random, most: int, today: date, gone: set[date]) -> Any:
    kind = dice.random()
    if kind < 0.05:
        return FAILED
    if kind < 0.1:
        return NULL
    missing = gone if kind < 0.2 else _gaps(dice, today) if kind < 0.3 else set()
    return {day: dice.randint(0, most) for back in range(DAYS, 0, -1) if (day := today - timedelta(days=back)) not in missing}


def _gaps(dice: random.Random, today: date) -> set[date]:
    """Some days that are not reported: most of them of the last two weeks."""
    return {today - timedelta(days=dice.randint(1, most)) for most in (7, 14, 14, 60) if dice.random() < 0.6}


def _figures(dice: random.Random, scale: int) -> dict[str, Any]:
    counts = {metric: dice.randint(0, scale * (6 if metric in METRICS[:2] else 1)) for metric in METRICS}
    return {metric: dice.choice((FAILED, NULL)) if dice.random() < 0.06 else number for metric, number in counts.items()}


@asynccontextmanager
async def serving(world: FakeWorld) -> AsyncIterator[str]:
    """The service of this world; gives its base URL."""
    dice = random.Random(world.seed + 1)  # noqa: S311  # as above
    accounts = {one.platform_id: one for one in world.accounts}
    posts = {one.urn: one for one in world.posts}

    async def connections(_: web.Request) -> web.Response:
        return web.json_response({"connections": [{"platformId": one.platform_id, "displayName": one.name} for one in world.accounts]})

    async def listed(request: web.Request) -> web.Response:
        entries = [
            {
                "postGroupId": f"g{one.number}",
                "content": one.title,
                "createdAt": datetime.fromtimestamp((one.number >> 22) / 1000, UTC).isoformat(),
                "platforms": [{"platformId": one.platform_id}],
            }
            for one in world.posts
        ]
        return web.json_response({"posts": entries if request.query["status"] == "published" else [], "pagination": {"hasNextPage": False}})

    async def group(request: web.Request) -> web.Response:
        one = next(one for one in world.posts if f"g{one.number}" == request.match_info["id"])
        entry = {"platform": "linkedin", "platformId": one.platform_id.removeprefix("linkedin-"), "postedId": one.urn}
        return web.json_response({"posts": [entry]})

    async def post_statistics(request: web.Request) -> web.Response:
        body = await request.json()
        return answered({metric: posts[body["postedId"]].figures[metric] for metric in body["queryTypes"]})

    async def account_statistics(request: web.Request) -> web.Response:
        body = await request.json()
        account, reach = accounts[body["platformId"]], body.get("dateRange", {})
        first, after = (date(*(reach[end][part] for part in ("year", "month", "day"))) for end in ("start", "end"))
        if body["aggregation"] == "TOTAL":
            return answered({"MEMBERS_REACHED": account.reach(first, after - timedelta(days=1))})
        values = {}
        for metric in body["queryTypes"]:
            days = account.days[metric]
            values[metric] = points(days, first, after) if isinstance(days, dict) else days
        return answered(values)

    def points(days: dict[date, int], first: date, after: date) -> list[dict[str, Any]]:
        shown = [point(day, number) for day, number in days.items() if first <= day < after]
        shown += dice.sample(shown, min(len(shown), dice.randint(0, 2)))
        dice.shuffle(shown)
        return shown

    routes = web.Application()
    routes.router.add_get("/api/v1/platform-connections", connections)
    routes.router.add_get("/api/v1/list-posts", listed)
    routes.router.add_get("/api/v1/get-post/{id}", group)
    routes.router.add_post("/api/v1/linkedin-post-statistics", post_statistics)
    routes.router.add_post("/api/v1/linkedin-followers", answer_followers(accounts, dice))
    routes.router.add_post("/api/v1/linkedin-account-statistics", account_statistics)
    runner = web.AppRunner(routes, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1"
    finally:
        await runner.cleanup()


def answer_followers(accounts: dict[str, FakeAccount], dice: random.Random) -> Any:
    """The handler of new followers by day, and of how many there are."""

    async def new_followers(request: web.Request) -> web.Response:
        body = await request.json()
        known = accounts[body["platformId"]].followers
        if known is None:
            raise web.HTTPNotFound
        if known == FAILED:
            return web.json_response({"error": "Failed to fetch LinkedIn followers"}, status=500)
        if body["period"] == "lifetime":
            return web.json_response({"followersCount": FOLLOWERS_NOW})
        first, after = (date(*(body["dateRange"][end][part] for part in ("year", "month", "day"))) for end in ("start", "end"))
        shown = [] if known == NULL else [{"date": day.isoformat(), "count": n} for day, n in known.items() if first <= day < after]
        dice.shuffle(shown)
        return web.json_response({"data": shown, "totalGrowth": sum(one["count"] for one in shown)})

    return new_followers


def point(day: date, number: int) -> dict[str, Any]:
    """One day as the service writes it."""
    start, end = ({"year": one.year, "month": one.month, "day": one.day} for one in (day, day + timedelta(days=1)))
    return {"count": number, "dateRange": {"start": start, "end": end}}


def answered(values: dict[str, Any]) -> web.Response:
    """The metrics as the service answers them."""
    failed = [metric for metric, value in values.items() if value == FAILED]
    body: dict[str, Any] = {
        "success": not failed,
        "metrics": {metric: None if value in (FAILED, NULL) else value for metric, value in values.items()},
    }
    if failed:
        body["errors"] = [{"metric": metric, "error": "Failed to fetch metric from LinkedIn"} for metric in failed]
    return web.json_response({**body, "cached": False})
