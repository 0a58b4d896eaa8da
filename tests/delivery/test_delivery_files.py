"""The file in a digest's thread: equal to the message, on its own, once; whatever becomes of it, the message stands."""

import csv
import io

import pytest

from bot.digests.manage_blocks import NO_PERMISSION, WITHOUT_FILE
from bot.subscriptions.delivery_state import DeliveryState

COMPLETE = "files.completeUploadExternal"
#: Answers that do not say whether anything happened.
UNCLEAR = ({"kind": "hang"}, {"kind": "status"}, {"kind": "error", "error": "fatal_error"})


def rows_of(file):
    """The file's tables, each with its header first."""
    text = file.content.decode().removeprefix("\ufeff")
    tables: list[list[list[str]]] = [[]]
    for row in csv.reader(io.StringIO(text)):
        if row:
            tables[-1].append(row)
        else:
            tables.append([])
    return tables


async def the_file(digesting):
    """The part that is the file."""
    parts = await digesting.parts((await digesting.the_delivery()).id)
    return next(part for part in parts if part.is_file)


async def test_the_file_says_what_the_message_says_to_the_digit(digesting):
    await digesting.digest(accounts=digesting.accounts(3))
    await digesting.tick(rounds=12, seconds=2)
    (posted,), (file,) = digesting.posted(), digesting.files()
    accounts, figures, days, *_ = rows_of(file)
    shown = next(block for block in posted.blocks if block["type"] == "data_table")["rows"]
    for notice, stored in zip(shown[1:], accounts[1:], strict=False):
        assert (notice[0]["text"], notice[1]["text"].replace(",", "")) == (stored[0], stored[1])
    table = next(block for block in digesting.replies()[0].blocks if block["type"] == "data_table")["rows"]
    assert [cell["text"].replace(",", "") for cell in table[-1]][1] == figures[1][1]
    assert [row[1]["text"].replace(",", "") for row in table[1:-1]] == [row[1] for row in days[1:]]
    assert figures[1][1] in posted.blocks[0]["text"]["text"].replace(",", "")


async def test_the_file_is_the_last_in_the_thread_and_named_after_its_delivery(digesting):
    await digesting.digest()
    await digesting.tick(rounds=6, seconds=2)
    (posted,), (file,) = digesting.posted(), digesting.files()
    last = digesting.scene.slack.accepted[-1]
    assert (last.thread_ts, last.files[0]["id"]) == (posted.ts, file.id)
    part = await the_file(digesting)
    assert (part.state, part.ts) == (DeliveryState.SENT, file.id)
    assert part.delivery[:8] in file.name
    assert file.title.startswith("Acme Robotics 2026-11-16")


async def test_a_digest_without_details_has_no_file(digesting):
    await digesting.digest(content=("chart",))
    await digesting.tick(rounds=6, seconds=2)
    assert len(digesting.posted()) == 1
    assert digesting.files() == digesting.calls("files.getUploadURLExternal") == []


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "status", "accepted": True}, {"kind": "html", "accepted": True}])
async def test_a_file_whose_answer_was_lost_is_found_in_the_thread(digesting, fault):
    digesting.scene.slack.faults.add(method=COMPLETE, **fault)
    await digesting.digest()
    await digesting.tick(rounds=8, seconds=2)
    (file,) = digesting.files()
    assert ((await the_file(digesting)).state, (await the_file(digesting)).ts) == (DeliveryState.SENT, file.id)
    assert len(digesting.calls(COMPLETE)) == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "reset_before"}, {"kind": "hang"}, {"kind": "status"}, {"kind": "error", "error": "fatal_error"}]
)
async def test_a_file_that_may_be_there_is_sent_again_only_when_it_surely_is_not(digesting, fault):
    """Sharing may begin at any time of a claim (8.5 s), and half a second more is waited for."""
    digesting.scene.slack.faults.add(method=COMPLETE, **fault)
    await digesting.digest()
    await digesting.tick(rounds=8, seconds=1)
    assert digesting.files() == []
    assert (await the_file(digesting)).state is DeliveryState.RECONCILING
    await digesting.tick(rounds=8, seconds=3)
    assert len(digesting.files()) == 1
    assert (await the_file(digesting)).state is DeliveryState.SENT


@pytest.mark.parametrize(
    "fault", [{"kind": "reset_after"}, {"kind": "hang"}, {"kind": "status"}, {"kind": "error", "error": "fatal_error"}]
)
async def test_what_fails_before_it_is_shared_is_simply_repeated(digesting, fault):
    digesting.scene.slack.faults.add(method="files.getUploadURLExternal", **fault)
    await digesting.digest()
    await digesting.tick(rounds=8, seconds=10)
    assert len(digesting.files()) == len(digesting.posted()) == 1


async def test_without_the_permission_the_file_alone_is_missing_and_the_history_says_so(digesting):
    """The message and its tables stand; nobody gets a direct message for that."""
    slack = digesting.scene.slack
    slack.faults.add(method="files.getUploadURLExternal", kind="error", error="missing_scope")
    digest = await digesting.digest()
    await digesting.tick(rounds=8, seconds=2)
    assert await digesting.states() == [DeliveryState.SENT]
    part = await the_file(digesting)
    assert (part.state, part.reason) == (DeliveryState.FAILED, "missing_scope")
    assert len(digesting.replies()) == 1
    assert digesting.owner_messages() == []
    notice = await digesting.scene.ask(f"digest history {digest.id}")
    assert f"sent, {WITHOUT_FILE} (`missing_scope`)" in notice["text"]
    assert NO_PERMISSION in str(notice["blocks"])


async def test_a_thread_that_cannot_be_read_gets_the_file_at_most_once(digesting):
    digesting.scene.slack.faults.add(method=COMPLETE, kind="status")
    digesting.scene.slack.faults.add(method="conversations.replies", kind="error", error="missing_scope", times=99)
    await digesting.digest()
    await digesting.tick(rounds=8, seconds=5)
    assert (await the_file(digesting)).state is DeliveryState.FAILED
    assert len(digesting.calls(COMPLETE)) == 1


async def test_files_that_slack_limits_hold_no_message_up_and_come_when_it_is_their_turn(digesting):
    """Three channels' files are limited, time and again; a fourth channel's digest does not wait for them."""
    channels = ("#marketing", "#general", "#leadership")
    faults = digesting.scene.slack.faults
    faults.add(method="files.getUploadURLExternal", kind="error", error="ratelimited", retry_after=30, times=36)
    for number, channel in enumerate(channels):
        await digesting.digest(id=f"digest-{number}", channel=digesting.scene.slack.channel_id(channel))
    await digesting.tick(rounds=8, seconds=1)
    assert [len(digesting.posted(channel)) for channel in channels] == [1, 1, 1]
    assert len(digesting.calls("files.getUploadURLExternal")) >= 3
    await digesting.digest(id="digest-9", accounts=digesting.accounts(2))
    await digesting.tick(rounds=3, seconds=1)
    assert await digesting.states("digest-9") == [DeliveryState.SENT]
    await digesting.tick(rounds=60, seconds=31)
    assert [len(digesting.files(channel)) for channel in channels] == [2, 1, 1]
