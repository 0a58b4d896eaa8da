"""The crashes of the crash matrix: each brings a process down at one point of a delivery, and lets another go on."""

import asyncio
import resource
import signal
from collections.abc import Awaitable, Callable

from bot.sandbox.world_accounts import Trouble
from tests.delivery.crash.crash_scene import CrashScene

Crash = Callable[[CrashScene], Awaitable[None]]


async def killed_before_the_claim(scene: CrashScene) -> None:
    """The occurrence is due, and not yet a row."""
    await scene.digest()
    with scene.locked():
        first = await scene.start()
        await asyncio.sleep(0.3)
        await first.kill()
    await scene.start()


async def killed_after_the_claim(scene: CrashScene) -> None:
    """Figures are being fetched."""
    scene.servers.statistics.switches.trouble = Trouble.HANG
    await scene.digest()
    first = await scene.start()
    await scene.until(scene.asked_for_figures)
    await first.kill()
    scene.servers.statistics.switches.trouble = None
    await scene.start()


async def killed_after_building(scene: CrashScene) -> None:
    """The message is ready; the intent waits for the database."""
    scene.servers.statistics.switches.latency_ms = 300
    await scene.digest()
    first = await scene.start()
    await scene.until(scene.asked_for_figures)
    with scene.locked():
        await asyncio.sleep(1.5)
        await first.kill()
    scene.servers.statistics.switches.latency_ms = 0
    await scene.start()


async def killed_after_the_intent(scene: CrashScene) -> None:
    """Slack was called and has not taken it."""
    await scene.digest()
    hangs = scene.hang("chat.postMessage")
    first = await scene.start()
    await scene.until(hangs)
    await first.kill()
    await scene.start()


async def killed_after_slack_accepted(scene: CrashScene) -> None:
    """The message is in the channel; nobody has written it down."""
    await scene.digest()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGKILL))
    first = await scene.start()
    await first.gone()
    await scene.start()


async def killed_between_message_and_thread(scene: CrashScene) -> None:
    """The message is sent and written down; the thread's first call hangs."""
    await scene.digest()
    hanging: list[Callable[[], bool]] = []
    scene.on_posted(lambda: hanging.append(scene.hang("chat.postMessage")))
    first = await scene.start()
    await scene.until(lambda: bool(hanging) and hanging[0]())
    await first.kill()
    await scene.start()


async def killed_after_slack_accepted_the_thread(scene: CrashScene) -> None:
    """The thread stands there; nobody has written it down."""
    await scene.digest()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGKILL), number=2)
    first = await scene.start()
    await first.gone()
    await scene.start()


async def killed_before_the_file_is_shared(scene: CrashScene) -> None:
    """The file is uploaded; nobody sees it yet."""
    await scene.digest()
    hangs = scene.hang("files.completeUploadExternal")
    first = await scene.start()
    await scene.until(hangs)
    await first.kill()
    await scene.start()


async def killed_after_slack_shared_the_file(scene: CrashScene) -> None:
    """The file stands in the thread; nobody has written it down."""
    await scene.digest()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGKILL), file=True)
    first = await scene.start()
    await first.gone()
    await scene.start()


async def killed_while_it_edits(scene: CrashScene) -> None:
    """An alert's figure is back to normal; the edit of its first message was called and hangs."""
    await scene.alert()
    hangs = scene.hang("chat.update")
    first = await scene.start()
    await scene.until(hangs)
    await first.kill()
    await scene.start()


async def killed_between_edit_and_reply(scene: CrashScene) -> None:
    """The first message is edited; the reply was called and hangs."""
    await scene.alert()
    hangs = scene.hang("chat.postMessage")
    first = await scene.start()
    await scene.until(hangs)
    await first.kill()
    await scene.start()


async def killed_after_slack_accepted_the_reply(scene: CrashScene) -> None:
    """The reply stands in the first message's thread; nobody has written it down."""
    await scene.alert()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGKILL))
    first = await scene.start()
    await first.gone()
    await scene.start()


async def killed_after_slack_accepted_the_message_of_two_alerts(scene: CrashScene) -> None:
    """The message of both is in the channel; nobody has written it down for either."""
    await scene.alerts_together()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGKILL))
    first = await scene.start()
    await first.gone()
    await scene.start()


async def killed_before_slack_took_the_message_of_two_alerts(scene: CrashScene) -> None:
    """The intent of the first is written down; the other waits for it."""
    await scene.alerts_together()
    hangs = scene.hang("chat.postMessage")
    first = await scene.start()
    await scene.until(hangs)
    await first.kill()
    await scene.start()


async def killed_while_it_fetches_a_watched_posts_figures(scene: CrashScene) -> None:
    """The message about the post is sent; the figures for its thread are being fetched."""
    scene.servers.statistics.switches.trouble = Trouble.HANG
    await scene.watch()
    first = await scene.start()
    await scene.until(scene.asked_for_figures)
    await first.kill()
    scene.servers.statistics.switches.trouble = None
    await scene.start()


async def killed_after_slack_accepted_a_watched_posts_figures(scene: CrashScene) -> None:
    """The figures stand in the thread; nobody has written it down."""
    await scene.watch()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGKILL), number=2)
    first = await scene.start()
    await first.gone()
    await scene.start()


async def terminated_while_building(scene: CrashScene) -> None:
    """SIGTERM while figures are being fetched: the process ends by itself."""
    scene.servers.statistics.switches.trouble = Trouble.HANG
    await scene.digest()
    first = await scene.start()
    await scene.until(scene.asked_for_figures)
    first.send(signal.SIGTERM)
    assert await first.gone() == 0
    scene.servers.statistics.switches.trouble = None
    await scene.start()


async def terminated_while_sending(scene: CrashScene) -> None:
    """SIGTERM the moment Slack accepts: what has begun is brought to its end."""
    await scene.digest()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGTERM))
    first = await scene.start()
    assert await first.gone() == 0
    await scene.start()


async def killed_again_and_again(scene: CrashScene) -> None:
    """Three digests, and three processes one after the other, each killed at the first message that Slack accepts of it."""
    for number in range(3):
        await scene.digest(number)
    for _ in range(3):
        # Set anew for each: two channels' messages in one moment would else kill the same process twice, and the last one never.
        scene.on_posted(lambda: scene.workers[-1].send(signal.SIGKILL))
        worker = await scene.start()
        await worker.gone()
    await scene.start()


async def stopped_past_its_lease_while_building(scene: CrashScene) -> None:
    """A process sleeps while another delivers, and goes on afterwards."""
    scene.servers.statistics.switches.latency_ms = 1_000
    await scene.digest()
    first = await scene.start()
    await scene.until(scene.asked_for_figures)
    first.send(signal.SIGSTOP)
    scene.servers.statistics.switches.latency_ms = 0
    await scene.start()
    await scene.end()
    first.send(signal.SIGCONT)
    await asyncio.sleep(3)


async def stopped_past_its_lease_after_slack_accepted(scene: CrashScene) -> None:
    """A process sleeps with Slack's answer unread; another finds the message; the first must not take it back."""
    await scene.digest()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGSTOP))
    first = await scene.start()
    await scene.until(lambda: bool(scene.standing()))
    await scene.start()
    await scene.end()
    first.send(signal.SIGCONT)
    await asyncio.sleep(3)


async def killed_while_it_looks_for_what_a_stopped_one_posted(scene: CrashScene) -> None:
    """One sleeps with Slack's answer unread, the one that looks for the message dies: the first must take it up, not wait for the dead."""
    await scene.digest()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGSTOP))
    first = await scene.start()
    await scene.until(lambda: bool(scene.standing()))
    hangs = scene.hang("conversations.history")
    second = await scene.start()
    await scene.until(hangs)
    await second.kill()
    first.send(signal.SIGCONT)


async def stopped_past_its_lease_after_slack_shared_the_file(scene: CrashScene) -> None:
    """The same with the file: what another finds in the thread stands, and is not taken back."""
    await scene.digest()
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGSTOP), file=True)
    first = await scene.start()
    await scene.until(lambda: any(one.files for one in scene.servers.slack.accepted))
    await scene.start()
    await scene.end()
    first.send(signal.SIGCONT)
    await asyncio.sleep(3)


async def the_database_is_locked_for_a_while(scene: CrashScene) -> None:
    """Another program holds the file when the outcome is to be written down."""
    await scene.digest()
    accepted = asyncio.Event()
    scene.on_posted(accepted.set)
    await scene.start()
    await asyncio.wait_for(accepted.wait(), 30)
    with scene.locked():
        await asyncio.sleep(7)


async def the_disk_is_full_for_a_while(scene: CrashScene) -> None:
    """The process may not let any file grow, from the moment Slack accepts."""
    await scene.digest()
    scene.on_posted(lambda: resource.prlimit(scene.workers[0].process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)))
    worker = await scene.start()
    await scene.until(lambda: bool(scene.standing()))
    await asyncio.sleep(3)
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def two_processes_and_a_kill(scene: CrashScene) -> None:
    """Six digests due at once, two workers; one of them dies at the third message that Slack accepts."""
    # Both serve before anything is due: a worker that is killed before it says so would look like one that never started.
    await asyncio.gather(scene.start(), scene.start())
    scene.on_posted(lambda: scene.workers[0].send(signal.SIGKILL), number=3)
    for number in range(6):
        await scene.digest(number)
    await scene.until(lambda: len(scene.standing()) >= 3)


async def the_server_throws_everybody_out(scene: CrashScene) -> None:
    """PostgreSQL is gone for a while, from the moment Slack accepts."""
    await scene.digest()
    accepted = asyncio.Event()
    scene.on_posted(accepted.set)
    await scene.start()
    await asyncio.wait_for(accepted.wait(), 30)
    with scene.gone():
        await asyncio.sleep(5)


#: What one process at a time can suffer.
ALONE: tuple[Crash, ...] = (
    killed_before_the_claim,
    killed_after_the_claim,
    killed_after_building,
    killed_after_the_intent,
    killed_after_slack_accepted,
    killed_between_message_and_thread,
    killed_after_slack_accepted_the_thread,
    killed_before_the_file_is_shared,
    killed_after_slack_shared_the_file,
    killed_while_it_edits,
    killed_between_edit_and_reply,
    killed_after_slack_accepted_the_reply,
    killed_after_slack_accepted_the_message_of_two_alerts,
    killed_before_slack_took_the_message_of_two_alerts,
    killed_while_it_fetches_a_watched_posts_figures,
    killed_after_slack_accepted_a_watched_posts_figures,
    terminated_while_building,
    terminated_while_sending,
    stopped_past_its_lease_while_building,
    stopped_past_its_lease_after_slack_accepted,
    killed_while_it_looks_for_what_a_stopped_one_posted,
    stopped_past_its_lease_after_slack_shared_the_file,
    the_database_is_locked_for_a_while,
    the_disk_is_full_for_a_while,
)

#: What does not ask for a file.
ON_POSTGRESQL: tuple[Crash, ...] = (
    *(crash for crash in ALONE if crash is not the_disk_is_full_for_a_while),
    the_server_throws_everybody_out,
)
