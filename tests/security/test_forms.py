"""A form never stays on "Saving": whatever fails, also while a failure is being answered, ends it with a sentence."""

import pytest

from bot.digests.modal import FORM_PREVIEW
from bot.listeners import forms
from bot.listeners.forms import SAVING
from bot.slack.interactive import LOADING


async def form(scene):
    action = await scene.slack.person("ann").command("digest", channel="#marketing")
    await scene.settle()
    return await action.view()


def silent_slack(scene, _monkeypatch):
    """Slack tells no more who people are, and what it said before is too old."""
    scene.clock.go_on(hours=2)
    scene.slack.faults.add(method="users.info", kind="error", error="internal_error", times=50)


def broken_clock(scene, _monkeypatch):
    scene.bot_clock.fails = True


def broken_view(_scene, monkeypatch):
    monkeypatch.delattr(forms, "in_view")


@pytest.mark.parametrize(
    ("how", "fault"), [("submit", silent_slack), ("submit", broken_clock), ("preview", silent_slack), ("preview", broken_view)]
)
async def test_a_failure_while_a_form_is_carried_out_is_a_sentence_in_it(scene, monkeypatch, how, fault):
    view = await form(scene)
    fault(scene, monkeypatch)
    ann = scene.slack.person("ann")
    if how == "submit":
        await ann.submit_view(view, {})
    else:
        await ann.press(view, FORM_PREVIEW)
    await scene.settle()
    scene.bot_clock.fails = False
    shown = str(scene.slack.parts.views.top(ann.id).body["blocks"])
    assert SAVING not in shown
    assert LOADING not in shown
    assert ":warning:" in shown
