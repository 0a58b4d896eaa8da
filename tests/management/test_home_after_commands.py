"""The Home tab of the person who gives a command: published again when the command changed something, and only then."""

import pytest


def tab(scene):
    return scene.slack.parts.views.home(scene.slack.person("ann").id).hash


@pytest.fixture
async def watched(open_scene):
    """A digest, an alert and a goal, and a Home tab that is open."""
    async with open_scene() as scene:
        await scene.set_up("digest acme every monday 9:00 in #marketing")
        await scene.ask("alert comments > 20 day")
        await scene.ask("goal impressions 50,000 month")
        await (await scene.slack.person("ann").open_home()).view()
        await scene.settle()
        yield scene


@pytest.mark.parametrize("text", ["digest list", "digest show", "history", "alert list", "alert show", "alert test", "goals"])
async def test_a_command_that_only_shows_something_publishes_no_home_tab(watched, text):
    before = tab(watched)
    await watched.ask(text)
    assert tab(watched) == before


@pytest.mark.parametrize("text", ["digest pause", "digest skip", "digest delete", "alert pause", "alert snooze", "goal delete impressions"])
async def test_a_command_that_changes_something_publishes_the_home_tab_again(watched, text):
    before = tab(watched)
    await watched.carry_out(text)
    assert tab(watched) != before
