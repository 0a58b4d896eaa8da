"""A view never stays on "One moment": whatever fails while it is filled in, or while a failure is shown, it ends with a sentence."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.digests.handler import DigestForms
from bot.errors import StoreError
from bot.listeners.modals import ALREADY_COMPARED, ComparisonListeners
from bot.listeners.payloads import Deduplicator
from bot.listeners.router import Router
from bot.management.authorization import Authorization
from bot.queries.modals import DIGEST_SHORTCUT, MESSAGE_SHORTCUT, PostPicker
from bot.reports.error_blocks import INTERNAL

POST, OTHER = "urn:li:share:7123456789012345678", "urn:li:share:7434685316856377344"
WAITING = "hourglass"

FAULTS = [
    {"kind": "error", "error": "internal_error"},
    {"kind": "error", "error": "fatal_error"},
    {"kind": "error", "error": "ratelimited"},
    {"kind": "error", "error": "invalid_arguments"},
    {"kind": "status", "status": 503},
    {"kind": "html"},
    {"kind": "reset_before"},
    {"kind": "reset_after"},
]


def breaking(error):
    async def broken(*_, **__):
        raise error

    return broken


def text(view):
    return str(view["blocks"])


async def opened(scene):
    interaction = await scene.slack.person("ann").command("digest", channel="#marketing")
    await scene.settle()
    return await interaction.view()


async def sent(scene, view):
    interaction = await scene.slack.person("ann").submit_view(view, {})
    await scene.settle()
    return await interaction.view()


ERRORS = [StoreError(), RuntimeError("broken"), KeyError("x"), TimeoutError()]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_the_form_ends_when_saving_fails_and_so_does_what_its_error_needs(scene, monkeypatch, error):
    view = await opened(scene)
    monkeypatch.setattr(Authorization, "checked_accounts", breaking(error))
    shown = await sent(scene, view)
    assert WAITING not in text(shown)
    assert (error.sentence if isinstance(error, StoreError) else INTERNAL) in text(shown)


async def test_the_form_ends_when_only_the_directory_is_gone_afterwards(scene, monkeypatch):
    view = await opened(scene)

    async def submit(*_, **__):
        monkeypatch.setattr(Authorization, "checked_accounts", breaking(RuntimeError("gone")))
        raise StoreError

    monkeypatch.setattr(DigestForms, "submit", submit)
    assert StoreError.sentence in text(await sent(scene, view))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
async def test_the_form_ends_when_slack_fails_once_while_the_outcome_is_shown(scene, fault):
    view = await opened(scene)
    scene.slack.faults.add(method="views.update", **fault)
    shown = await sent(scene, view)
    assert WAITING not in text(shown)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
async def test_a_saved_digest_is_not_called_a_failure_when_the_message_beside_fails(scene, fault):
    view = await opened(scene)
    for method in ("chat.postEphemeral", "chat.postMessage"):
        scene.slack.faults.add(method=method, times=9, **fault)
    shown = await sent(scene, view)
    assert "Set up" in text(shown)


async def test_the_form_opens_into_a_sentence_when_it_cannot_be_made(scene, monkeypatch):
    monkeypatch.setattr(DigestForms, "open", breaking(RuntimeError("broken")))
    assert INTERNAL in text(await opened(scene))


@pytest.mark.parametrize("where", ["choice", "comparison"])
@pytest.mark.parametrize("error", [StoreError(), RuntimeError("broken")], ids=lambda error: type(error).__name__)
async def test_the_choice_of_posts_ends(scene, monkeypatch, where, error):
    await scene.ask(f"{OTHER} linkedin-Tz9W5i6ZYG", who="bob", channel="#general")
    card = await scene.ask(POST)
    if where == "choice":
        monkeypatch.setattr(PostPicker, "choice", breaking(error))
    interaction = await scene.slack.person("ann").press(card, "compare")
    await scene.settle()
    if where == "comparison":
        monkeypatch.setattr(PostPicker, "comparison", breaking(error))
        interaction = await scene.slack.person("ann").submit_view(await interaction.view(), {"posts": [OTHER]})
        await scene.settle()
    shown = text(await interaction.view())
    assert WAITING not in shown
    assert (error.sentence if isinstance(error, StoreError) else INTERNAL) in shown


async def test_a_second_delivery_of_the_choice_does_not_wait_for_ever():
    """Slack delivers a submission again when the first acknowledgement was lost: the view then shows the second one."""
    given: list[Any] = []
    unused: Any = None

    async def acknowledge(**answer: Any) -> None:
        given.append(answer)

    async def claim(*_: Any) -> bool:
        return True

    ack, seen = cast("Any", acknowledge), Deduplicator(lambda: datetime(2026, 11, 23, tzinfo=UTC), claim, unused)
    await seen.again("", "compared:V1:h")
    conversation: Any = SimpleNamespace(client=unused, router=unused, replies=unused, seen=seen)
    listeners = ComparisonListeners(conversation, unused)
    metadata = '{"words":"x","channel":"C1","thread_ts":"","direct":false}'
    for stored in (metadata, "{bad"):
        await listeners.handle_chosen(ack, {}, {"id": "V1", "hash": "h", "private_metadata": stored})
    assert ALREADY_COMPARED in str(given[0])
    assert all(WAITING not in str(answer) for answer in given)


async def test_a_shortcuts_view_ends(scene, monkeypatch):
    posted = await scene.slack.person("bob").say(f"https://www.linkedin.com/feed/update/{POST}/", channel="#marketing")
    monkeypatch.setattr(Router, "answer", breaking(RuntimeError("broken")))
    interaction = await scene.slack.person("ann").shortcut(MESSAGE_SHORTCUT, {"channel": posted.channel, "ts": posted.ts})
    await scene.settle()
    assert INTERNAL in text(await interaction.view())


async def by_command(scene):
    return await scene.slack.person("ann").command("digest", channel="#marketing")


async def by_digest_shortcut(scene):
    return await scene.slack.person("ann").shortcut(DIGEST_SHORTCUT)


async def by_message_shortcut(scene):
    posted = await scene.slack.person("bob").say(f"https://www.linkedin.com/feed/update/{POST}/", channel="#marketing")
    return await scene.slack.person("ann").shortcut(MESSAGE_SHORTCUT, {"channel": posted.channel, "ts": posted.ts})


async def by_compare(scene):
    return await scene.slack.person("ann").press(await scene.ask(POST), "compare")


@pytest.mark.parametrize(
    ("open_view", "posted"),
    [(by_command, "digest"), (by_digest_shortcut, "once more"), (by_message_shortcut, "once more"), (by_compare, "once more")],
    ids=["command", "digest shortcut", "message shortcut", "compare"],
)
async def test_a_view_that_slack_does_not_open_ends_in_a_sentence(open_scene, open_view, posted):
    async with open_scene() as scene:
        scene.slack.faults.add(method="views.open", kind="reset_before")
        await open_view(scene)
        await scene.settle()
        ann = scene.slack.person("ann")
        assert posted in str([message["text"] for place in ("#marketing", "dm") for message in ann.sees(place)[-1:]])


@pytest.mark.parametrize("method", ["views.publish", "chat.postMessage"])
async def test_a_tab_and_an_answer_that_do_not_reach_slack_once_come_nevertheless(open_scene, monkeypatch, method):
    monkeypatch.setattr("bot.listeners.home._PAUSES", (0.01,))
    async with open_scene(acknowledge_within=0.05) as scene:
        ann = scene.slack.person("ann")
        scene.statistics.switches.latency_ms = 300
        if method == "views.publish":
            # The first is the view that says that it loads.
            scene.slack.faults.add(method=method, kind="reset_before", times=2)
            await ann.open_home()
            async with asyncio.timeout(60):
                while (tab := scene.slack.parts.views.home(ann.id)) is None or WAITING in str(tab.body):  # noqa: ASYNC110 - an event is on its way
                    await asyncio.sleep(0.05)
        else:
            scene.slack.faults.add(method=method, kind="reset_before")
            await ann.say(POST)
            await scene.settle()
            assert "15,420" in str(ann.sees("dm")[-1])
