"""Whatever the statistics API does, Slack is acknowledged in time and the person gets a sentence."""

import pytest

from bot.sandbox.world_accounts import Trouble


async def test_a_slow_card_is_announced_and_follows(open_scene):
    """Past the bound the person sees at once that work has begun; the card takes the notice's place."""
    async with open_scene(acknowledge_within=0.05) as scene:
        scene.statistics.switches.latency_ms = 300
        interaction = await scene.slack.person("ann").command("urn:li:share:7123456789012345678", channel="#marketing")
        assert interaction.ok
        assert "15,420" not in str(interaction.body)
        await scene.settle()
        seen = scene.slack.person("ann").sees("#marketing")
        assert len(seen) == 1
        assert "15,420" in seen[0]["text"]


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Trouble.TOKEN_EXPIRED, "Reconnect"),
        (Trouble.FORBIDDEN, "account that published"),
        (Trouble.PLAN, "plan"),
        (Trouble.RATE_LIMITED, "limiting"),
        (Trouble.HTML, "POSTPOST_BASE_URL"),
        (Trouble.TRUNCATED, "POSTPOST_BASE_URL"),
        (Trouble.SERVER_ERROR, "be reached right now"),
        (Trouble.RESET, "be reached right now"),
        (Trouble.TIMEOUT, "be reached right now"),
    ],
)
async def test_each_trouble_has_its_sentence_and_a_reference(open_scene, trouble, says):
    """The cause in plain words, what to do, and an id that is also in the log; private, and never counted as answered."""
    async with open_scene(statistics_deadline=1.5) as scene:
        scene.statistics.fail_next(trouble, times=50, path="statistics")
        answer = await scene.ask("urn:li:share:7123456789012345678")
        assert answer["ephemeral"]
        assert says in answer["text"] + str(answer["blocks"])
        assert scene.asked_count("command", "trouble") == 1
        assert scene.asked_count("command", "answered") == 0


async def test_a_partial_failure_shows_the_rest_and_a_retry(open_scene):
    """A failed figure is never a zero, and the card offers to fetch it again."""
    async with open_scene() as scene:
        card = await scene.ask("urn:li:share:7123456789012345678 linkedin-Partial")
        if "couldn't be fetched" not in str(card["blocks"]):
            scene.statistics.forget_cache()
            scene.statistics.fail_next(Trouble.PARTIAL, times=2, path="post-statistics")
            card = await scene.ask("urn:li:share:7300000000000000000")
        assert "couldn't be fetched" in str(card["blocks"])
        assert "Retry" in str(card["blocks"])


async def test_native_blocks_that_slack_refuses_are_sent_again_as_text(open_scene):
    """A workspace that cannot draw charts gets the same story without them."""
    async with open_scene() as scene:
        scene.slack.faults.add(method="response_url", kind="error", error="invalid_blocks")
        card = await scene.ask("last week")
        kinds = {block["type"] for block in card["blocks"]}
        assert "data_visualization" not in kinds
        assert "Impressions by day" in str(card["blocks"])


async def test_an_expired_response_url_ends_in_a_direct_message(open_scene):
    async with open_scene() as scene:
        scene.slack.faults.add(method="response_url", kind="error", error="expired_url", times=9)
        interaction = await scene.slack.person("ann").command("last week", channel="#marketing")
        assert interaction.ok
        await scene.settle()
        assert "impressions" in scene.slack.person("ann").sees("dm")[-1]["text"]
