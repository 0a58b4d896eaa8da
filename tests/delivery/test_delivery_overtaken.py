"""A worker that was too slow: another has taken its claim while it called Slack. At the moment Slack accepts, the ledger is changed."""

import asyncio
import sqlite3

import pytest

from bot.subscriptions.delivery_state import DeliveryState

OVERTAKEN = "UPDATE deliveries SET state = ?, attempt = attempt + 1, lease_owner = NULL, lease_until = NULL, ts = ?"


OVERTAKEN_FILE = f"{OVERTAKEN.replace('deliveries', 'parts')} WHERE name LIKE 'file %'"


def on_accepted(digesting, interaction, *, file=False):
    """Do it once, at the very moment Slack accepts a message, or shares a file."""
    done: list[object] = []

    def announce(what, message):
        if what == "posted" and message.by_bot and (message.files or not file) and not done:
            done.append(interaction(message))

    digesting.scene.slack.parts.posting.announce.append(announce)


def change(digesting, state, ts, statement=OVERTAKEN):
    path = digesting.scene.bot.settings.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, timeout=10)
    with connection:
        connection.execute(statement, (state, ts))
    connection.close()


@pytest.fixture
def engine_url():
    return {}


@pytest.fixture(autouse=True)
async def rung_by_the_test_alone(digesting):
    """The bot's own loop would write meanwhile, and block changes of the ledger by the test in the same process."""
    loops = [task for task in asyncio.all_tasks() if task.get_name() == "digests"]
    for task in loops:
        task.cancel()
    await asyncio.wait(loops)


async def test_what_nobody_answers_for_is_taken_back(digesting):
    """Another worker is about to post it again."""
    on_accepted(digesting, lambda _: change(digesting, "building", None))
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=2)
    assert len(digesting.calls("chat.delete")) == 1
    assert len(digesting.posted()) == 1
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.ts) == (DeliveryState.SENT, digesting.posted()[0].ts)


async def test_a_message_that_another_worker_has_found_stands(digesting):
    on_accepted(digesting, lambda message: change(digesting, "sent", message.ts))
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=2)
    assert digesting.calls("chat.delete") == []
    assert len(digesting.posted()) == 1


async def test_when_the_other_worker_dies_while_it_looks_this_one_takes_it_up_and_finds_its_own(digesting):
    """The dead worker's row can be claimed again, and its channel can be posted in."""
    on_accepted(digesting, lambda _: change(digesting, "reconciling", None))
    await digesting.digest()
    await digesting.digest(id="digest-2")
    for _ in range(12):
        digesting.scene.clock.go_on(seconds=2)
        await digesting.scene.bot.scheduling.runner.tick()
        await asyncio.sleep(0.1)
    await digesting.idle()
    assert await digesting.states() == await digesting.states("digest-2") == [DeliveryState.SENT]
    assert len(digesting.posted()) == 2
    assert digesting.calls("chat.delete") == []


async def test_asking_what_became_of_it_ends_when_nobody_finds_out(digesting, monkeypatch, caplog):
    """The other worker reconciles and never comes to an end."""
    monkeypatch.setattr("bot.delivery.recorder._MOST_WATCHES", 3)
    monkeypatch.setattr("bot.delivery.recorder._WATCH", 0.001)
    on_accepted(digesting, lambda _: change(digesting, "reconciling", None))
    await digesting.digest()
    async with asyncio.timeout(60):
        await digesting.tick()
    assert "not found out" in caplog.text
    assert digesting.calls("chat.delete") == []


async def test_a_second_message_whose_answer_was_lost_is_found_and_taken_back(digesting):
    """Another worker has posted and recorded its own; this one's answer never came."""
    scene = digesting.scene
    scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    on_accepted(digesting, lambda _: change(digesting, "sent", "1763888888.000100"))
    await digesting.digest()
    await digesting.tick()
    assert digesting.posted() == []
    assert len(digesting.calls("chat.delete")) == 1


async def test_taking_back_is_tried_again(digesting, monkeypatch):
    monkeypatch.setattr("bot.delivery.recorder._BETWEEN_TRIES", 0.01)
    digesting.scene.slack.faults.add(method="chat.delete", kind="status")
    on_accepted(digesting, lambda _: change(digesting, "building", None))
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=2)
    assert len(digesting.posted()) == 1


async def test_a_file_that_nobody_answers_for_is_taken_back(digesting):
    """Another worker shares it again: one is left."""
    on_accepted(digesting, lambda _: change(digesting, "pending", None, OVERTAKEN_FILE), file=True)
    await digesting.digest()
    await digesting.tick(rounds=6, seconds=2)
    assert len(digesting.calls("files.delete")) == 1
    assert len(digesting.calls("files.completeUploadExternal")) == 2
    (file,) = digesting.files()
    parts = await digesting.parts((await digesting.the_delivery()).id)
    assert (parts[-1].state, parts[-1].ts) == (DeliveryState.SENT, file.id)


async def test_a_file_that_another_worker_has_found_stands(digesting):
    on_accepted(digesting, lambda message: change(digesting, "sent", message.files[0]["id"], OVERTAKEN_FILE), file=True)
    await digesting.digest()
    await digesting.tick(rounds=6, seconds=2)
    assert digesting.calls("files.delete") == []
    assert len(digesting.files()) == 1
