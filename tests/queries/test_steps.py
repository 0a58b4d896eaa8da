"""The step "Get LinkedIn statistics": figures out, a sentence where there are none, and nothing but figures."""

from typing import Any

from bot.listeners.steps import STEP
from bot.ops.manifest import read_manifest
from bot.queries.answers_as_data import NUMBERS

POST = "urn:li:share:7123456789012345678"
LINK = f"https://www.linkedin.com/feed/update/{POST}/"
PERSONS = {"ann": "U0ANN00001", "bob": "U0BOB00001", "gus": "U0GUEST001", "pat": "U0PARTNER1"}


async def run(scene: Any, who: str = "ann", **inputs: Any) -> Any:
    """A finished run of the step."""
    running = await scene.slack.switches.execute_step(STEP, inputs, PERSONS[who])
    await scene.settle()
    assert running.state != "running"
    return running


async def test_a_posts_figures_come_out_as_numbers(scene):
    outputs = (await run(scene, question=f"<{LINK}>")).outputs
    assert {name: outputs[name] for metric, name in NUMBERS.items() if metric.definition.of_posts} == {
        "impressions": 15_420,
        "members_reached": 8_234,
        "reactions": 456,
        "comments": 89,
        "reshares": 23,
    }
    assert outputs["engagement_rate"] == 3.68
    assert outputs["link"] == LINK
    assert outputs["period"] == "since publication"
    assert "15,420 impressions, 3.68% engaged" in outputs["first_line"]
    assert "unknown" not in outputs


async def test_an_accounts_period_is_named_and_compared(open_scene):
    async with open_scene() as scene:
        name = scene.statistics.world.account("linkedin-ABC").display_name
        outputs = (await run(scene, question=name, period="last week")).outputs
        assert outputs["account"] == name
        assert outputs["period"] == "Nov 16–22"
        assert outputs["summary"].endswith("Nov 22 may still grow: it's under a day old.")
        assert outputs == (await run(scene, account=name, period="last week")).outputs
        assert "link" not in outputs
        asked = await scene.ask(f'"{name}" last week')
        assert outputs["first_line"] == asked["blocks"][0]["text"]["text"]


async def test_without_any_words_it_is_the_usual_account(open_scene):
    async with open_scene() as scene:
        assert (await run(scene)).outputs["account"] == scene.statistics.world.accounts[0].display_name


async def test_an_unknown_figure_is_left_out_and_named(open_scene):
    """Neither what LinkedIn has none of nor what could not be fetched is ever 0."""
    async with open_scene() as scene:
        mixed = "urn:li:share:7300000000000000005"
        card = await scene.ask(mixed)
        outputs = (await run(scene, question=mixed)).outputs
        lacking = set(NUMBERS.values()) - set(outputs)
        assert lacking
        assert "engagement_rate" not in outputs
        assert all(outputs[name] > 0 for name in set(NUMBERS.values()) - lacking)
        assert outputs["unknown"] in card["text"]
        assert "LinkedIn has no figure for" in outputs["unknown"]
        assert "couldn't be fetched" in outputs["unknown"]


async def test_where_nothing_could_be_fetched_the_step_fails(open_scene):
    async with open_scene() as scene:
        ended = await run(scene, question="urn:li:share:7300000000000000001")
        assert ended.state == "failed"
        assert "couldn't be fetched" in ended.error


NO_FIGURES = (
    ({"question": "https://www.linkedin.com/in/jane-doe"}, "profile"),
    ({"question": "nobody we know"}, "didn't understand"),
    ({"question": "team"}, "one post or one account"),
    ({"question": "help"}, "one post or one account"),
    ({"question": "allow here"}, "didn't understand"),
    ({"question": "unfurl on"}, "switch the previews of links."),
    ({"question": "default linkedin-ABC"}, "one post or one account"),
    ({"question": "opt out linkedin-ABC"}, "one post or one account"),
    ({"question": "group x = linkedin-ABC"}, "one post or one account"),
    ({"question": "digest linkedin-ABC every monday 9:00"}, "begins a command of its own"),
    ({"period": "2026-11-20..2026-11-01"}, "2026"),
)


async def test_what_gives_no_figures_ends_with_a_sentence_and_changes_nothing(open_scene):
    async with open_scene() as scene:
        for inputs, expected in NO_FIGURES:
            ended = await run(scene, **inputs)
            assert ended.state == "failed", inputs
            assert expected in ended.error, inputs
            assert "changed" not in str((await scene.ask("permissions"))["blocks"][2]).replace("Nobody has changed anything", ""), inputs


async def test_trouble_of_the_service_is_the_sentence_of_the_failure(open_scene):
    async with open_scene(statistics_deadline=0.5) as scene:
        scene.statistics.switches.latency_ms = 3_000
        assert "be reached right now" in (await run(scene, question=POST)).error


WHO_ASKS = (
    ("ann", "C0MARKETING", ""),
    ("bob", "C0LEADERS0", ""),
    ("bob", "", ""),
    ("gus", "C0MARKETING", "guests"),
    ("gus", "", "guests"),
    ("pat", "", "other companies"),
    ("ann", "C0PARTNERS", "another company"),
    ("bob", "C0BOARD000", "can't tell whether"),
)


async def test_who_may_not_ask_gets_no_figures_from_a_workflow_either(open_scene):
    async with open_scene() as scene:
        for who, channel, expected in WHO_ASKS:
            ended = await run(scene, who, question=POST, channel_id=channel)
            assert (expected in ended.error) if expected else ended.outputs, (who, channel)
            if expected and channel == "C0PARTNERS":
                await scene.ask("allow #partners")
                assert (await run(scene, who, question=POST, channel_id=channel)).outputs


async def test_the_figures_are_held_to_what_the_channel_may_see(open_scene):
    async with open_scene(channel_accounts={"C0GENERAL0": frozenset({"linkedin-ABC"})}) as scene:
        await scene.ask(POST)
        assert "may not see" in (await run(scene, question=POST, channel_id="C0GENERAL0")).error
        assert (await run(scene, question=POST, channel_id="C0MARKETING")).outputs


async def test_an_event_delivered_again_runs_once(open_scene):
    async with open_scene() as scene:
        await run(scene, question=POST)
        event = scene.slack.events[-1]
        await scene.slack.redeliver(event)
        await scene.slack.redeliver(event, new_id=True)
        await scene.settle()
        assert [call.method for call in scene.slack.calls if call.method.startswith("functions.")] == ["functions.completeSuccess"]


async def test_a_run_whose_token_has_ended_is_ended_with_the_bots_own(open_scene):
    async with open_scene() as scene:
        scene.slack.faults.add(method="functions.completeSuccess", kind="error", error="token_expired")
        assert (await run(scene, question=POST)).outputs["impressions"] == 15_420


async def test_an_app_of_another_version_says_so_in_the_workflow(open_scene):
    async with open_scene() as scene:
        scene.slack.faults.add(method="functions.completeSuccess", kind="error", error="parameter_validation_failed")
        assert "manifest" in (await run(scene, question=POST)).error


def test_the_manifest_declares_what_the_step_takes_and_gives():
    """The sandbox holds every run to it; this holds the names of the numbers."""
    function = read_manifest()["functions"][STEP]
    assert {name for name, one in function["output_parameters"].items() if one["type"] == "number"} == {
        *NUMBERS.values(),
        "engagement_rate",
        "followers",
    }
    assert {name for name, one in function["input_parameters"].items() if one["is_required"]} == {"user_id"}
