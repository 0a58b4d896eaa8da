"""Builds delivery: the ledger, the builders, Slack's client and the scheduler."""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final

from msgspec import Struct
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.evaluator import AlertEvaluator
from bot.bootstrap.queries import Common, QueryParts
from bot.delivery.deliver import DeliveryWorker
from bot.delivery.follow_ups import FollowUpWorker
from bot.delivery.owner_notices import Administrators, OwnerNotifier
from bot.delivery.post import FollowUpUploader
from bot.delivery.recorder import DeliveryRecorder, Repositories, WorkerContext
from bot.delivery.scheduler import SHARE, InProcessQueue, Scheduler, Work, WorkQueue
from bot.delivery.timing import ChannelRateLimiter, Timing
from bot.delivery.workspaces import ChannelAccess, TokenCheck, WorkspaceAssigner
from bot.digests.file import DigestBuilder
from bot.errors import StoreError
from bot.goals.handler import GoalEvaluator
from bot.management.incident_blocks import build_incident
from bot.ops.reporting import Heartbeat
from bot.ops.tasks import BackgroundTasks, stop, within
from bot.settings import Settings, secret_text
from bot.slack.numbers import number_format_of
from bot.slack.web_api import open_web_api
from bot.storage.database import Enqueue, driver_arguments
from bot.storage.installations import Retention
from bot.storage.postgresql import NO_DRIVER, NO_DRIVER_REMEDY
from bot.storage.restores import RestoreDetector
from bot.storage.workspace_settings import PermissionRepository
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.build import WatchBuilder, WatchPoller
from bot.watches.fetch import WatchFetcher

logger = logging.getLogger(__name__)

#: Seconds without a tick after which the bot is not ready.
SILENT: Final = 60.0
#: Seconds that counting may take.
COUNTING: Final = 5.0
#: The counter's label for deliveries without a message, which are no state.
UNSAID_LABEL: Final = "unsaid"

STOPPED = "Slack doesn't take the bot's token: digests wait until the app is installed again."
#: What a tick does beside its own work.
Jobs = list[Callable[[], Awaitable[None]]]


class Scheduling(Struct, frozen=True):
    """The scheduler and the ledger, one for all workspaces of the process."""

    runner: Scheduler
    queue: WorkQueue
    stores: Repositories
    timing: Timing
    common: Common

    @asynccontextmanager
    async def running(self, work: Work) -> AsyncIterator[None]:
        """Run the scheduler until left; what has begun is brought to its end."""
        async with self.queue.working(work):
            loop = asyncio.create_task(self.runner.run(), name="digests")
            try:
                yield
            finally:
                await stop(loop)

    async def count(self) -> None:
        metrics = self.common.metrics
        metrics.tick_age.set(self.runner.age)
        try:
            counts, unsaid, stopped, (waiting, overdue) = await within(COUNTING, self._counted())
        except (StoreError, TimeoutError) as error:
            metrics.database_up.set(0)
            logger.warning("deliveries could not be counted", extra={"failure": type(error).__name__})
            return
        metrics.database_up.set(1)
        metrics.stopped.set(stopped)
        metrics.queue_length.set(waiting)
        metrics.overdue.set(overdue)
        for state, number in counts.items():
            metrics.deliveries.labels(state.value).set(number)
        metrics.deliveries.labels(UNSAID_LABEL).set(unsaid)

    async def _counted(self) -> tuple[Mapping[DeliveryState, int], int, int, tuple[int, float]]:
        history, stopped = self.stores.history, await self.stores.installations.stopped()
        return await history.counts(), await history.unsaid(), len(stopped), await history.backlog(self.common.clock())

    async def problems(self) -> Mapping[str, str]:
        """The problems that keep digests from being posted, by part; raises StoreError."""
        found: dict[str, str] = {}
        if self.runner.age > SILENT:
            found["digests"] = f"The scheduler hasn't run for {self.runner.age:.0f} seconds."
        # Where there are many, one whose token no longer works does not keep the bot from its work.
        if not self.common.settings.many_workspaces and await self.stores.installations.stopped():
            found["token"] = STOPPED
        return found


class Process(Common):
    """What all workspaces of a process share: none of it remembers an answer, a person or a channel."""

    scheduling: Scheduling


class SchedulerRuntime(Struct, frozen=True):
    """What delivers one workspace's posts, as the rest of its bot needs it."""

    work: Work
    building: DigestBuilder
    alerting: AlertEvaluator
    watches: WatchFetcher
    #: Looks for posts that went live or failed at once, and not only when it is time for it.
    look_for_posts: Callable[[], None]
    #: Done at each tick; none may raise but with StoreError.
    checks: Jobs
    #: The client that posts.
    slack: AsyncWebClient


def timing_of(settings: Settings) -> Timing:
    """The times of delivery. Raises SettingsError when a call could outlast its claim."""
    timing = Timing(settings.delivery_timeout, settings.delivery_lease, settings.delivery_settle)
    timing.check()
    return timing


@asynccontextmanager
async def open_scheduling(common: Common) -> AsyncIterator[Scheduling]:
    """The scheduler, not running yet, and its ledger. Raises SettingsError: the times of delivery contradict each other."""
    settings, database = common.settings, common.database
    timing = timing_of(settings)
    async with _open_queue(settings, common.tasks) as (queue, enqueue):
        stores = Repositories.of(database, enqueue)
        heartbeat = Heartbeat(secret_text(settings.heartbeat_url), common.tasks)
        runner = Scheduler(
            stores,
            queue,
            written=database.written,
            check_restored=RestoreDetector(database, common.clock).check,
            startup_jobs=[partial(stores.digests.allow_lateness, settings.digest_late)],
            lease=timedelta(seconds=timing.lease),
            share=SHARE if settings.many_workspaces else None,
            clock=common.clock,
            monotonic=time.monotonic,
            ticked=heartbeat.ticked,
            last_good=time.monotonic(),
        )
        yield Scheduling(runner, queue, stores, timing, common)


@asynccontextmanager
async def open_scheduler(process: Process, parts: QueryParts, team: str) -> AsyncIterator[SchedulerRuntime]:
    """What delivers the posts of one workspace (``team``; "" for the bot token's one), with Slack's client that posts them."""
    settings, database, clock = process.settings, process.database, process.clock
    scheduling = process.scheduling
    timing, stores = scheduling.timing, scheduling.stores
    token = secret_text(settings.slack_bot_token)
    async with open_web_api(settings.slack_api_url, token, team, timeout=timing.timeout, repeated=False) as (slack, session):
        notifier = OwnerNotifier(stores.history, stores.digests, stores.installations, settings.administrators)
        outcomes = DeliveryRecorder(stores, slack, notifier, clock, timing, process.tasks, process.metrics.lateness.observe)
        watching = WatchBuilder(parts.watches, stores, clock)
        context = WorkerContext(
            stores,
            slack,
            outcomes,
            rate_limiter=ChannelRateLimiter(clock),
            uploads=ChannelRateLimiter(clock),
            timing=timing,
            clock=clock,
            monotonic=time.monotonic,
            worker=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            number_format=number_format_of(settings.locale),
            refusal=ChannelAccess(slack, PermissionRepository(database), clock, timing.timeout).refusal,
            administrators=Administrators(slack, clock, timing.timeout, settings.administrators),
            subscription_of=watching.subscription_of,
        )
        building = DigestBuilder(parts.digests, clock)
        reached = GoalEvaluator(parts.sources.goals, stores.history, clock)
        alerting = AlertEvaluator(parts.alerts, stores.history, clock)
        by_kind = {
            SubscriptionKind.DIGEST: building.build,
            SubscriptionKind.ALERT: alerting.build,
            SubscriptionKind.GOAL: reached.build,
            SubscriptionKind.WATCH: watching.build,
        }
        delivering = DeliveryWorker(context, by_kind)
        files, replies = FollowUpUploader(slack, session, timing.timeout), {SubscriptionKind.WATCH: watching.reply}
        sending = FollowUpWorker(context, files, build_incident, replies)
        checks: Jobs = []
        if not team:
            keep = timedelta(days=settings.retention_days)
            checks += [WorkspaceAssigner(context).check, TokenCheck(context, Retention(database), keep).check]
        poller = WatchPoller(context, parts.watches, wake=scheduling.runner.wake, team=team)
        checks.append(poller.check)
        work = Work(delivering.process, sending.process, scheduling.runner.wake)
        yield SchedulerRuntime(work, building, alerting, parts.watches, poller.look_soon, checks, slack)


@asynccontextmanager
async def _open_queue(settings: Settings, tasks: BackgroundTasks) -> AsyncIterator[tuple[WorkQueue, Enqueue | None]]:
    """The queue: tasks of this process with SQLite; with PostgreSQL the job queue, whose jobs are added with the ledger's rows."""
    if not settings.database_url.startswith("postgresql"):
        yield InProcessQueue(tasks), None
        return
    try:
        from bot.delivery.queue import open_queue  # noqa: PLC0415 - an extra, installed only where PostgreSQL is
    except ImportError as error:
        raise StoreError(NO_DRIVER, remedy=NO_DRIVER_REMEDY) from error

    async with open_queue(driver_arguments(settings.database_url), settings.shutdown_grace, settings.delivery_lease) as queue:
        # Jobs are processed in the order in which they were added: the sweep adds a few of each workspace's, in turn.
        yield queue, None if settings.many_workspaces else queue.enqueue
