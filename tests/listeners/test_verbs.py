"""The table of verbs: a row and a handler make a verb, and a mistyped verb is offered as it was meant."""

import pytest

from bot.bootstrap import workspace
from bot.listeners.routes import routes
from bot.listeners.verbs import Route
from bot.slack.builders import Message, section
from bot.slack.request import RenderedResult


async def echo(request):
    text = f"{request.text} from {request.context.user}"
    return RenderedResult(Message(text, (section(text),)), kind="echo")


async def test_a_verb_added_to_the_table_answers_wherever_people_ask(open_scene, monkeypatch):
    """By command, by mention and in a direct message; mistyped, it is offered; the metrics and the log count it."""
    monkeypatch.setattr(workspace, "routes", lambda *handlers: (*routes(*handlers), Route(frozenset({"echo"}), echo)))
    async with open_scene() as scene:
        ann = scene.slack.person("ann")
        answer = await scene.ask("echo hello")
        assert answer["ephemeral"]
        assert answer["text"] == f"echo hello from {ann.id}"
        assert scene.asked_count("command", "answered") == 1
        await ann.mention("echo hello", channel="#marketing")
        await scene.settle()
        assert scene.slack.accepted[-1].text == f"echo hello from {ann.id}"
        await ann.say("Echo hello", channel="dm")
        await scene.settle()
        assert scene.slack.accepted[-1].text == f"Echo hello from {ann.id}"
        assert "/linkedin-stats echo hello" in str((await scene.ask("ehco hello"))["blocks"])
        for pasted in ("/linkedin-stats echo `hello`", "`/linkedin-stats` echo `hello`"):
            assert (await scene.ask(pasted))["text"] == f"echo `hello` from {ann.id}"
        for pasted in ("/linkedin-stats echo", "`/linkedin-stats` echo", "`/linkedin-stats echo`", "`/linkedin-stats echo` "):
            assert (await scene.ask(pasted))["text"] == f"echo from {ann.id}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("digset", "digest"),
        ("digets list", "digest list"),
        ("alrt comments > 20 day", "alert comments &gt; 20 day"),
        ("gaol acme impressions 5k month", "goal acme impressions 5k month"),
        ("goel impressions 50000", "goal impressions 50000 month"),
        ("alow here", "allow here"),
        ("permisions", "permissions"),
        ("unfrul on", "unfurl on"),
        ("lnik <@U0BOB0000|bob> acme", "link"),
        ("show my digsets", "digest list"),
        ("gropu sales = ann, bob", "group sales = ann, bob"),
        ("hlep alerts", "help alerts"),
        ("goasl", "goals"),
        ("delte the goal", "goal delete"),
    ],
)
async def test_a_mistyped_verb_is_offered_as_it_was_meant(scene, typed, meant):
    answer = await scene.ask(typed)
    assert answer["ephemeral"]
    assert f"/linkedin-stats {meant}" in str(answer["blocks"])
    assert scene.asked_count("command", "suggestion") == 1


@pytest.mark.parametrize(
    ("typed", "incomplete"),
    [("alow", "allow"), ("alrt", "alert"), ("gaol", "goal"), ("unfrul sideways", "unfurl sideways"), ("lnik", "link")],
)
async def test_a_verb_that_would_only_ask_for_more_is_not_offered(scene, typed, incomplete):
    """A suggestion is pressed as it stands."""
    answer = await scene.ask(typed)
    assert f"/linkedin-stats {incomplete}`" not in str(answer["blocks"])
