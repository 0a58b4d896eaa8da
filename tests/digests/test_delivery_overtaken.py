"""A worker that was too slow: another has taken its claim while it called Slack. At the moment Slack accepts, the ledger is changed."""

import sqlite3

import pytest

from bot.domain.deliveries import State

OVERTAKEN = "UPDATE deliveries SET state = ?, attempt = attempt + 1, lease_owner = NULL, lease_until = NULL, ts = ?"


def on_accepted(digesting, deed):
    """Do it once, at the very moment Slack accepts a message."""
    done: list[object] = []

    def announce(what, message):
        if what == "posted" and message.by_bot and not done:
            done.append(deed(message))

    digesting.scene.slack.parts.posting.announce.append(announce)


def change(digesting, state, ts):
    path = digesting.scene.bot.settings.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, timeout=10)
    with connection:
        connection.execute(OVERTAKEN, (state, ts))
    connection.close()


@pytest.fixture
def engine_url():
    return {}


async def test_what_nobody_answers_for_is_taken_back(digesting):
    """Another worker is about to post it again."""
    on_accepted(digesting, lambda _: change(digesting, "building", None))
    await digesting.digest()
    await digesting.ring(rounds=3, seconds=2)
    assert len(digesting.calls("chat.delete")) == 1
    assert len(digesting.posted()) == 1
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.ts) == (State.SENT, digesting.posted()[0].ts)


async def test_a_message_that_another_worker_has_found_stands(digesting):
    on_accepted(digesting, lambda message: change(digesting, "sent", message.ts))
    await digesting.digest()
    await digesting.ring(rounds=3, seconds=2)
    assert digesting.calls("chat.delete") == []
    assert len(digesting.posted()) == 1


async def test_a_second_message_whose_answer_was_lost_is_found_and_taken_back(digesting):
    """Another worker has posted and recorded its own; this one's answer never came."""
    scene = digesting.scene
    scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    on_accepted(digesting, lambda _: change(digesting, "sent", "1763888888.000100"))
    await digesting.digest()
    await digesting.ring()
    assert digesting.posted() == []
    assert len(digesting.calls("chat.delete")) == 1


async def test_taking_back_is_tried_again(digesting):
    digesting.scene.slack.faults.add(method="chat.delete", kind="status")
    on_accepted(digesting, lambda _: change(digesting, "building", None))
    await digesting.digest()
    await digesting.ring(rounds=3, seconds=2)
    assert len(digesting.posted()) == 1
