"""Whatever comes over Socket Mode, in buttons, in forms or from the statistics service: words, and no failure of the bot's own."""

import asyncio
import logging
import random
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from bot.digests.modal import FORM, FORM_PREVIEW
from bot.management.actions import SubscriptionAction
from bot.queries.modals import COMPARE_VIEW
from bot.sandbox.slack.delivery import AppRequest
from bot.slack import interactive as ids
from tests.security.test_adversarial_words import form
from tests.security.test_arrival import COMMAND, EVENTS, INTERACTIONS, PRESS, WRONG, listening, mutated

DIGEST, ALERT = "digest", "alert"
TYPES = {"command": "slash_commands", "event": "events_api"}
BUTTONS = (
    *(f"{prefix}.{action}" for prefix in (DIGEST, ALERT) for action in SubscriptionAction),
    *(
        ids.SHARE,
        ids.REFRESH,
        ids.RETRY,
        ids.PERIOD,
        ids.period_id(7),
        ids.ACCOUNT,
        ids.COMPARE,
        ids.example_id(1),
        ids.CSV,
        ids.XLSX,
        ids.OPEN,
    ),
    *(f"{ids.CSV}.{ids.AGAIN}.1700000000.000100", "unknown", "", "x" * 300, f"{DIGEST}.", f"{DIGEST}.form.look", FORM_PREVIEW),
)
VALUES = (
    "", "help", "team last week", "0d3f9a52-0000-5000-8000-000000000001", "0d3f9a52-0000-5000-8000-000000000001 7", "{}",
    '{"digest": "x", "version": 1e999}',
    '{"version": "9" , "asked_in": []}', "[" * 900, "null", "-1", "9" * 400, "1700000000.000100", "linkedin-ABC", "a" * 2_000, "\x00",
    "\u202e", "é\u0302" * 500, "💥" * 500,
    "urn:li:share:7434685316856377344 share", "default acme", "allow here", "digest delete x", "' OR 1=1 --", "../../etc/passwd",
    "<!channel>", "%s%n{0}{}", "1 2 3",
)  # fmt: skip


def press(chance: random.Random) -> dict[str, Any]:
    action = {**PRESS["actions"][0], "action_id": chance.choice(BUTTONS), "value": chance.choice(VALUES)}
    kind = chance.choice(("button", "static_select", "overflow", "multi_static_select", "timepicker", "plain_text_input"))
    chosen = {"selected_option": {"value": chance.choice(VALUES)}} if chance.random() < 0.5 else {}
    where = chance.choice(
        (
            PRESS["container"],
            {"type": "view", "view_id": "V1"},
            {"type": "message_attachment", "message_ts": "1700000000.000100", "channel_id": "C0MARKETING"},
        )
    )
    view = {"view": form(chance.choice(VALUES), "words")["view"]} if where["type"] == "view" else {}
    return {**PRESS, "container": where, "actions": [{**action, "type": kind, **chosen}], **view}


def filled(chance: random.Random) -> dict[str, Any]:
    sent = form(chance.choice(VALUES), chance.choice(("words", "zone", "channel", "accounts", "days", "time")))
    values = sent["view"]["state"]["values"]
    if chance.random() < 0.5:
        values[chance.choice(("days", "time", "channel", "show", "posts"))] = {
            chance.choice(("days", "posts", "x")): {"type": "x", "value": chance.choice(VALUES)}
        }
    return {
        **sent,
        "view": {**sent["view"], "callback_id": chance.choice((FORM, COMPARE_VIEW, "x")), "private_metadata": chance.choice(VALUES)},
    }


def errors_of(caplog) -> list[str]:
    """Lines of errors; that Slack does not know a made-up run of a workflow's step is none of the bot's."""
    lines = [line for line in caplog.records if line.levelno >= logging.ERROR and "a step's" not in line.getMessage()]
    return [f"{line.getMessage()} {line.exc_info and line.exc_info[1]!r}" for line in lines]


async def fuzz_frames(scene, caplog, seed, rounds):
    chance = random.Random(seed)  # noqa: S311 - the same cases for the same seed
    async with listening() as url:
        for number in range(rounds):
            payload = chance.choice(
                (lambda: press(chance), lambda: filled(chance), lambda: chance.choice((COMMAND, *INTERACTIONS, *EVENTS)))
            )()
            if "response_url" in payload:
                payload = {**payload, "response_url": url}
            if chance.random() < 0.5:
                payload = mutated(payload, chance)
            kind = next((name for field, name in TYPES.items() if field in payload), "interactive")
            reply = await scene.slack.parts.sockets.ask(
                AppRequest(chance.choice((kind, kind, kind, *TYPES.values(), "interactive")), payload, "fuzz")
            )
            assert reply.error == "", (number, reply, payload)
        async with asyncio.timeout(90):
            await scene.settle()
    assert errors_of(caplog) == []
    assert (await scene.ask("help"))["ephemeral"]


async def test_frames_of_socket_mode_are_acknowledged_whatever_is_in_them(open_scene, caplog):
    async with open_scene(acknowledge_within=0.2) as scene:
        await fuzz_frames(scene, caplog, 13, 400)


ASKED = (
    "", "acme robotics last week", "acme robotics 28d daily", "urn:li:share:7123456789012345678", "team last week", "board 28d",
    "top 28d", "accounts", "status",
    "acme robotics vs ann lee last week", "acme robotics last week csv", "alert impressions +50% week", "goal impressions 5k month",
    "digest all every mon 9:00",
)  # fmt: skip
STRANGE = (
    *WRONG,
    2**63 - 1,
    -(2**63),
    1e308,
    5e-324,
    -0.0,
    "1e999",
    "９",
    "2026-02-31",
    "0000-00-00",
    "9999-99-99T99:99:99Z",
    {"value": None},
    [{}],
    "<!channel>",
    "x" * 5_000,
)


async def fuzz_answers(scene, caplog, monkeypatch, seed, rounds):
    chance = random.Random(seed)  # noqa: S311 - the same cases for the same seed
    answer = scene.statistics._routes.answer

    def spoiled(asked):
        given = answer(asked)
        if not isinstance(given.body, dict | list) or chance.random() < 0.3:
            return given
        status = chance.choice((200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 418, 429, 500, 503))
        return replace(given, status=status, body=mutated_with(given.body, chance))

    monkeypatch.setattr(scene.statistics._routes, "answer", spoiled)
    for number in range(rounds):
        scene.clock.go_on(minutes=5)
        asked = chance.choice(ASKED)
        interaction = await scene.slack.person("ann").command(asked)
        assert interaction.ok, (number, asked, interaction.error)
        await scene.settle()
        for message in interaction.seen():
            assert "reference" not in message["text"].lower(), (number, asked, message["text"], scene.statistics.requests[-1])
    assert errors_of(caplog) == []


def mutated_with(body, chance):
    """The body with values somewhere in it exchanged for strange ones, as far as JSON can say them."""
    places: list[tuple[Any, Any]] = []
    copy = deepcopy(body)

    def walk(node):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(copy)
    for node, key in chance.sample(places, min(len(places), chance.choice((1, 2, 5)))):
        node[key] = deepcopy(chance.choice(STRANGE))
    return copy


async def test_strange_answers_of_the_statistics_service_end_in_words(open_scene, caplog, monkeypatch):
    async with open_scene(acknowledge_within=0.5, statistics_memory=0, statistics_deadline=2.0) as scene:
        await fuzz_answers(scene, caplog, monkeypatch, 13, 60)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [2, 3, 4])
async def test_many_frames_and_answers(open_scene, caplog, monkeypatch, seed):
    knobs = {"rate_limits": False}  # So many frames in a minute are more calls than Slack takes.
    async with open_scene(knobs=knobs, acknowledge_within=0.2, statistics_memory=0, statistics_deadline=2.0) as scene:
        await fuzz_frames(scene, caplog, seed, 3_000)
        await fuzz_answers(scene, caplog, monkeypatch, seed, 500)
