"""What failed in an answer about several is asked for again by a press, on every such card; and the chart of two sides."""

import pytest

from bot.sandbox.world_accounts import Trouble

SAMPLE = "urn:li:share:7123456789012345678"
OTHER = "urn:li:share:7434685316856377344"
MISSING = "couldn't fetch everything"
#: Answers about several, and what each says while reach and reshares cannot be fetched.
CARDS = [
    (f"{SAMPLE} {OTHER}", MISSING),
    ("team last week", MISSING),
    ("board last week", MISSING),
    ("linkedin-Tz9W5i6ZYG vs linkedin-ABC last week", MISSING),
    ("top 28d impressions", MISSING),
    ("top 28d", "could be ranked"),
]


def retries(message):
    every = [one for block in message["blocks"] for one in [*block.get("elements", []), block.get("accessory") or {}]]
    return [one for one in every if one.get("action_id") == "retry"]


@pytest.mark.parametrize(("words", "missing"), CARDS, ids=["posts", "team", "board", "versus", "top", "top by rate"])
async def test_what_failed_for_a_moment_is_there_after_a_press(open_scene, words, missing):
    """Two figures cannot be fetched anywhere, also when they are asked for alone; the card is whole after Retry, in the same place."""
    async with open_scene(acknowledge_within=0.5) as scene:
        scene.statistics.switches.trouble = Trouble.PARTIAL
        card = await scene.ask(words)
        (retry,) = retries(card)
        assert retry["text"]["text"] == "Retry"
        assert missing in str(card["blocks"])
        scene.statistics.switches.trouble = None
        await scene.slack.person("ann").press(card, "retry")
        await scene.settle()
        (renewed,) = scene.slack.person("ann").sees("#marketing")
        texts = str(scene.guarded(renewed)["blocks"])
        assert retries(renewed) == []
        assert "15,420" in texts or "Acme Robotics" in texts
        assert missing not in texts


async def test_what_no_waiting_mends_has_no_button(open_scene):
    """An account whose access has ended is named with what to do, and nothing is there to press in vain."""
    async with open_scene(acknowledge_within=0.5) as scene:
        card = await scene.ask("team last week")
        assert "Elena Petrova" in card["text"]
        assert retries(card) == []


async def test_where_no_account_can_be_read_each_is_named_with_its_cause(open_scene):
    """Not the first one's alone; and what LinkedIn refuses of an account's own posts is not called somebody else's."""
    named = "linkedin-Expired401=Elena Petrova,linkedin-Forbidden403=Frida Forbidden,linkedin-RateLimit429=Rita Ratelimit"
    async with open_scene(acknowledge_within=0.5, postpost_accounts=named) as scene:
        await scene.ask("group sick = linkedin-Expired401, linkedin-Forbidden403, linkedin-RateLimit429")
        for words in ("team sick last week", "board sick last week"):
            text = (await scene.ask(words))["text"]
            for part in ("Elena Petrova: LinkedIn access has ended", "Frida Forbidden: LinkedIn doesn't allow", "Rita Ratelimit: "):
                assert part in text, (words, text)
        scene.statistics.switches.trouble = Trouble.FORBIDDEN
        for words in ("top acme 28d", "best times acme"):
            text = (await scene.ask(words))["text"]
            assert text.startswith("LinkedIn doesn't allow reading this account's statistics."), (words, text)


async def test_two_sides_of_equal_length_are_drawn_by_day(open_scene):
    """Two accounts by their names, two periods by their days; sides of unlike length have no chart."""
    async with open_scene(acknowledge_within=0.5) as scene:

        def chart(card):
            return next((block["chart"] for block in card["blocks"] if block["type"] == "data_visualization"), None)

        accounts = chart(await scene.ask("linkedin-Tz9W5i6ZYG vs linkedin-ABC last week"))
        assert [one["name"] for one in accounts["series"]] == ["Acme Robotics", "Ann Lee"]
        assert [len(one["data"]) for one in accounts["series"]] == [7, 7]
        periods = chart(await scene.ask("linkedin-Tz9W5i6ZYG vs last month"))
        assert [one["name"] for one in periods["series"]] == ["Nov 1–22", "Oct 1–22"]
        assert chart(await scene.ask("linkedin-Tz9W5i6ZYG 7d vs october")) is None


async def test_a_day_that_one_side_lacks_is_not_drawn_and_is_named(open_scene):
    """The service leaves out days without figures: they stand in no bar, and the card says which."""
    async with open_scene(acknowledge_within=0.5) as scene:
        scene.statistics.switches.omit_zero_days = True
        card = await scene.ask("linkedin-Tz9W5i6ZYG vs linkedin-Kf3Mn5ahPz 28d comments")
        drawn = next((block["chart"] for block in card["blocks"] if block["type"] == "data_visualization"), None)
        points = [point["value"] for one in drawn["series"] for point in one["data"]] if drawn else []
        assert 0 not in points
        assert "didn't report" in card["text"]
        # Nor has one of them the most, where the days of one are not those of the other.
        team = await scene.ask("team linkedin-Tz9W5i6ZYG linkedin-Kf3Mn5ahPz 28d comments")
        assert "days reported)" in team["text"]
        assert "most: " not in team["text"]
