"""The plays of the crash matrix: each brings a process down at one point of a delivery, and lets another go on."""

import asyncio
import resource
import signal
from collections.abc import Awaitable, Callable

from bot.sandbox.world_cast import Trouble
from tests.delivery.crash.stage import Stage

Play = Callable[[Stage], Awaitable[None]]


async def killed_before_the_claim(stage: Stage) -> None:
    """The occurrence is due, and not yet a row."""
    await stage.digest()
    with stage.locked():
        first = await stage.start()
        await asyncio.sleep(0.3)
        await first.kill()
    await stage.start()


async def killed_after_the_claim(stage: Stage) -> None:
    """Figures are being fetched."""
    stage.servers.statistics.switches.trouble = Trouble.HANG
    await stage.digest()
    first = await stage.start()
    await stage.until(stage.asked_for_figures)
    await first.kill()
    stage.servers.statistics.switches.trouble = None
    await stage.start()


async def killed_after_building(stage: Stage) -> None:
    """The message is ready; the intent waits for the database."""
    stage.servers.statistics.switches.latency_ms = 300
    await stage.digest()
    first = await stage.start()
    await stage.until(stage.asked_for_figures)
    with stage.locked():
        await asyncio.sleep(1.5)
        await first.kill()
    stage.servers.statistics.switches.latency_ms = 0
    await stage.start()


async def killed_after_the_intent(stage: Stage) -> None:
    """Slack was called and has not taken it."""
    await stage.digest()
    hangs = stage.hang("chat.postMessage")
    first = await stage.start()
    await stage.until(hangs)
    await first.kill()
    await stage.start()


async def killed_after_slack_accepted(stage: Stage) -> None:
    """The message is in the channel; nobody has written it down."""
    await stage.digest()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGKILL))
    first = await stage.start()
    await first.gone()
    await stage.start()


async def killed_between_message_and_thread(stage: Stage) -> None:
    """The message is sent and written down; the thread's first call hangs."""
    await stage.digest()
    hanging: list[Callable[[], bool]] = []
    stage.on_posted(lambda: hanging.append(stage.hang("chat.postMessage")))
    first = await stage.start()
    await stage.until(lambda: bool(hanging) and hanging[0]())
    await first.kill()
    await stage.start()


async def killed_after_slack_accepted_the_thread(stage: Stage) -> None:
    """The thread stands there; nobody has written it down."""
    await stage.digest()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGKILL), number=2)
    first = await stage.start()
    await first.gone()
    await stage.start()


async def killed_before_the_file_is_shared(stage: Stage) -> None:
    """The file is uploaded; nobody sees it yet."""
    await stage.digest()
    hangs = stage.hang("files.completeUploadExternal")
    first = await stage.start()
    await stage.until(hangs)
    await first.kill()
    await stage.start()


async def killed_after_slack_shared_the_file(stage: Stage) -> None:
    """The file stands in the thread; nobody has written it down."""
    await stage.digest()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGKILL), file=True)
    first = await stage.start()
    await first.gone()
    await stage.start()


async def killed_while_it_edits(stage: Stage) -> None:
    """An alert's figure is back to normal; the edit of its first message was called and hangs."""
    await stage.alert()
    hangs = stage.hang("chat.update")
    first = await stage.start()
    await stage.until(hangs)
    await first.kill()
    await stage.start()


async def killed_between_edit_and_reply(stage: Stage) -> None:
    """The first message is edited; the reply was called and hangs."""
    await stage.alert()
    hangs = stage.hang("chat.postMessage")
    first = await stage.start()
    await stage.until(hangs)
    await first.kill()
    await stage.start()


async def killed_after_slack_accepted_the_reply(stage: Stage) -> None:
    """The reply stands in the first message's thread; nobody has written it down."""
    await stage.alert()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGKILL))
    first = await stage.start()
    await first.gone()
    await stage.start()


async def killed_after_slack_accepted_the_message_of_two_alerts(stage: Stage) -> None:
    """The message of both is in the channel; nobody has written it down for either."""
    await stage.alerts_together()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGKILL))
    first = await stage.start()
    await first.gone()
    await stage.start()


async def killed_before_slack_took_the_message_of_two_alerts(stage: Stage) -> None:
    """The intent of the first is written down; the other waits for it."""
    await stage.alerts_together()
    hangs = stage.hang("chat.postMessage")
    first = await stage.start()
    await stage.until(hangs)
    await first.kill()
    await stage.start()


async def killed_while_it_fetches_a_watched_posts_figures(stage: Stage) -> None:
    """The message about the post is sent; the figures for its thread are being fetched."""
    stage.servers.statistics.switches.trouble = Trouble.HANG
    await stage.watch()
    first = await stage.start()
    await stage.until(stage.asked_for_figures)
    await first.kill()
    stage.servers.statistics.switches.trouble = None
    await stage.start()


async def killed_after_slack_accepted_a_watched_posts_figures(stage: Stage) -> None:
    """The figures stand in the thread; nobody has written it down."""
    await stage.watch()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGKILL), number=2)
    first = await stage.start()
    await first.gone()
    await stage.start()


async def terminated_while_building(stage: Stage) -> None:
    """SIGTERM while figures are being fetched: the process ends by itself."""
    stage.servers.statistics.switches.trouble = Trouble.HANG
    await stage.digest()
    first = await stage.start()
    await stage.until(stage.asked_for_figures)
    first.send(signal.SIGTERM)
    assert await first.gone() == 0
    stage.servers.statistics.switches.trouble = None
    await stage.start()


async def terminated_while_sending(stage: Stage) -> None:
    """SIGTERM the moment Slack accepts: what has begun is brought to its end."""
    await stage.digest()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGTERM))
    first = await stage.start()
    assert await first.gone() == 0
    await stage.start()


async def killed_again_and_again(stage: Stage) -> None:
    """Three digests, and three processes one after the other, each killed at the first message that Slack accepts of it."""
    for number in range(3):
        await stage.digest(number)
    for _ in range(3):
        # Set anew for each: two channels' messages in one moment would else kill the same process twice, and the last one never.
        stage.on_posted(lambda: stage.workers[-1].send(signal.SIGKILL))
        worker = await stage.start()
        await worker.gone()
    await stage.start()


async def stopped_past_its_lease_while_building(stage: Stage) -> None:
    """A process sleeps while another delivers, and goes on afterwards."""
    stage.servers.statistics.switches.latency_ms = 1_000
    await stage.digest()
    first = await stage.start()
    await stage.until(stage.asked_for_figures)
    first.send(signal.SIGSTOP)
    stage.servers.statistics.switches.latency_ms = 0
    await stage.start()
    await stage.end()
    first.send(signal.SIGCONT)
    await asyncio.sleep(3)


async def stopped_past_its_lease_after_slack_accepted(stage: Stage) -> None:
    """A process sleeps with Slack's answer unread; another finds the message; the first must not take it back."""
    await stage.digest()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGSTOP))
    first = await stage.start()
    await stage.until(lambda: bool(stage.standing()))
    await stage.start()
    await stage.end()
    first.send(signal.SIGCONT)
    await asyncio.sleep(3)


async def killed_while_it_looks_for_what_a_stopped_one_posted(stage: Stage) -> None:
    """One sleeps with Slack's answer unread, the one that looks for the message dies: the first must take it up, not wait for the dead."""
    await stage.digest()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGSTOP))
    first = await stage.start()
    await stage.until(lambda: bool(stage.standing()))
    hangs = stage.hang("conversations.history")
    second = await stage.start()
    await stage.until(hangs)
    await second.kill()
    first.send(signal.SIGCONT)


async def stopped_past_its_lease_after_slack_shared_the_file(stage: Stage) -> None:
    """The same with the file: what another finds in the thread stands, and is not taken back."""
    await stage.digest()
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGSTOP), file=True)
    first = await stage.start()
    await stage.until(lambda: any(one.files for one in stage.servers.slack.accepted))
    await stage.start()
    await stage.end()
    first.send(signal.SIGCONT)
    await asyncio.sleep(3)


async def the_database_is_locked_for_a_while(stage: Stage) -> None:
    """Another program holds the file when the outcome is to be written down."""
    await stage.digest()
    accepted = asyncio.Event()
    stage.on_posted(accepted.set)
    await stage.start()
    await asyncio.wait_for(accepted.wait(), 30)
    with stage.locked():
        await asyncio.sleep(7)


async def the_disk_is_full_for_a_while(stage: Stage) -> None:
    """The process may not let any file grow, from the moment Slack accepts."""
    await stage.digest()
    stage.on_posted(lambda: resource.prlimit(stage.workers[0].process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)))
    worker = await stage.start()
    await stage.until(lambda: bool(stage.standing()))
    await asyncio.sleep(3)
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def two_processes_and_a_kill(stage: Stage) -> None:
    """Six digests due at once, two workers; one of them dies at the third message that Slack accepts."""
    # Both serve before anything is due: a worker that is killed before it says so would look like one that never started.
    await asyncio.gather(stage.start(), stage.start())
    stage.on_posted(lambda: stage.workers[0].send(signal.SIGKILL), number=3)
    for number in range(6):
        await stage.digest(number)
    await stage.until(lambda: len(stage.standing()) >= 3)


async def the_server_throws_everybody_out(stage: Stage) -> None:
    """PostgreSQL is gone for a while, from the moment Slack accepts."""
    await stage.digest()
    accepted = asyncio.Event()
    stage.on_posted(accepted.set)
    await stage.start()
    await asyncio.wait_for(accepted.wait(), 30)
    with stage.gone():
        await asyncio.sleep(5)


#: What one process at a time can suffer.
ALONE: tuple[Play, ...] = (
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
ON_POSTGRESQL: tuple[Play, ...] = (*(play for play in ALONE if play is not the_disk_is_full_for_a_while), the_server_throws_everybody_out)
