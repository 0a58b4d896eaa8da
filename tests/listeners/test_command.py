"""The slash command: typed into the sandbox's Slack, what Slack then shows."""

import asyncio
from unittest.mock import Mock

import pytest

from bot.errors import StoreError
from bot.sandbox.slack.talking import Talking
from bot.storage.database import Database
from bot.storage.db_errors import BUSY


async def test_a_post_link_gives_its_card_privately(scene):
    """The main job: a link in, the card with LinkedIn's figures out, seen by its asker alone."""
    card = await scene.ask("https://www.linkedin.com/feed/update/urn:li:share:7123456789012345678/")
    assert card["ephemeral"]
    assert "15,420 impressions" in card["text"]
    assert "3.68% of impressions" in card["text"]
    assert scene.asked_count("command", "answered") == 1


async def test_nobody_else_sees_a_private_card(scene):
    await scene.ask("urn:li:share:7123456789012345678")
    assert scene.slack.person("bob").sees("#marketing") == []


async def test_an_account_and_a_period_give_the_account_card(scene):
    """Seven whole days against the seven before, with a native chart of both."""
    card = await scene.ask("last week")
    assert "Nov 16–22" in card["text"]
    charts = [block for block in card["blocks"] if block["type"] == "data_visualization"]
    assert [len(series["data"]) for series in charts[0]["chart"]["series"]] == [7, 7]


@pytest.mark.parametrize(
    ("words", "parts"),
    [("engagement last week", " engagements of "), ("urn:li:share:7123456789012345678 engagement rate", "568 engagements of 15,420")],
)
async def test_the_engagement_rate_is_a_figure_on_its_own(open_scene, words, parts):
    """It alone stands in the card's section; what it is made of stands below."""
    async with open_scene() as scene:
        card = await scene.ask(words)
        shown = [field["text"] for block in card["blocks"] if block["type"] == "section" for field in block.get("fields", [block["text"]])]
        assert ["Engagement rate" in text for text in shown] == [True]
        assert "engagement rate 3." in card["text"]
        assert parts in card["text"]
        assert "reached" not in card["text"]


async def test_a_week_costs_three_requests(scene):
    """One 14-day request by day and two totals of reach, as the service bills them."""
    await scene.ask("last week")
    asked = [request.body for request in scene.statistics.requests if request.path.endswith("linkedin-account-statistics")]
    assert sorted(body.get("aggregation", "TOTAL") for body in asked) == ["DAILY", "TOTAL", "TOTAL"]
    assert all("MEMBERS_REACHED" not in body["queryTypes"] for body in asked if body.get("aggregation") == "DAILY")


async def test_share_answers_in_the_channel_and_says_who(scene):
    """`share` is the only way a command's answer is seen by everybody."""
    card = await scene.ask("urn:li:share:7123456789012345678 share")
    assert not card.get("ephemeral")
    assert "15,420" in scene.slack.person("bob").sees("#marketing")[-1]["text"]
    assert any("Shared by" in str(block) for block in card["blocks"])


async def test_nothing_typed_shows_what_can_be_done_here(scene):
    """The accounts known, the default one's last week, and examples made of them."""
    card = await scene.ask("")
    assert "Acme Robotics" in str(card["blocks"])
    assert "/linkedin-stats" in str(card["blocks"])
    assert scene.asked_count("command", "answered") == 1


async def test_an_answer_that_is_ready_right_after_its_notice_replaces_the_notice(open_scene, monkeypatch):
    """The acknowledgement is still on its way to Slack then: an answer that arrived before it would leave the notice standing."""
    arrive = Talking.ask

    async def late(*args, **options):
        reply = await arrive(*args, **options)
        await asyncio.sleep(0.1)
        return reply

    monkeypatch.setattr(Talking, "ask", late)
    async with open_scene(acknowledge_within=1e-6) as scene:
        await scene.slack.person("ann").command("help", channel="#marketing")
        await scene.settle()
        (message,) = scene.slack.person("ann").sees("#marketing")
        assert "Fetching" not in message["text"]


@pytest.mark.parametrize("words", ["last week share", "last week share csv"])
async def test_a_slow_answer_for_everybody_leaves_no_notice_behind(open_scene, words):
    async with open_scene(acknowledge_within=0.05) as scene:
        scene.statistics.switches.latency_ms = 150
        await scene.slack.person("ann").command(words, channel="#marketing")
        await scene.settle()
        seen = scene.slack.person("ann").sees("#marketing")
        assert [message["text"][:8] for message in seen if "Fetching" in message["text"]] == []
        assert any("impressions" in message["text"] for message in scene.slack.person("bob").sees("#marketing"))


async def test_help_works_while_the_database_cannot_be_read(scene, monkeypatch):
    monkeypatch.setattr(Database, "read", Mock(side_effect=StoreError(BUSY)))
    assert "/linkedin-stats" in str((await scene.ask("help"))["blocks"])
    assert scene.asked_count("command", "answered") == 1


async def test_help_works_when_the_statistics_api_is_down(scene):
    scene.statistics.switches.latency_ms = 60_000
    help_card = await scene.ask("help")
    assert "/linkedin-stats" in str(help_card["blocks"])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("digset list", "digest list"),
        ("acounts", "accounts"),
        ("last wek", "last week"),
        ("https://www.linkedin.com/in/jane-doe", "profile"),
        ("https://lnkd.in/p/dq6yaPTD", "short"),
        ("2026-11-15..2026-11-01", "2026"),
        ("compare", "what to compare"),
    ],
)
async def test_a_mistake_is_answered_privately_with_the_way_to_mend_it(scene, typed, says):
    """Never silence, never public, never a stack trace; and it does not count as answered."""
    answer = await scene.ask(typed)
    assert answer["ephemeral"]
    assert says in (answer["text"] + str(answer["blocks"])).lower()
    assert "Traceback" not in str(answer)
    assert scene.asked_count("command", "suggestion") == 1


async def test_the_default_account_of_a_channel_is_kept(open_scene):
    """Set by name, used by the next question, and still there after a restart."""
    async with open_scene() as scene:
        other = next(account for account in scene.statistics.world.accounts if account.platform_id == "linkedin-ABC")
        await scene.ask(f"default {other.platform_id}")
        assert other.display_name in (await scene.ask("last week"))["text"]
        assert "Acme" in (await scene.ask("last week", channel="#general"))["text"]
    async with open_scene() as again:
        assert other.display_name in (await again.ask("last week"))["text"]


async def test_accounts_lists_every_connection_with_its_state(scene):
    text = str((await scene.ask("accounts"))["blocks"])
    assert "Acme Robotics" in text
    assert "access has ended" in text


async def test_several_accounts_and_no_default_is_a_menu_whose_choice_answers(open_scene):
    """No account is requested unasked: the person chooses, and the choice becomes the card."""
    async with open_scene(postpost_platform_id=None) as scene:
        menu = await scene.ask("last week")
        assert scene.asked_count("command", "choice") == 1
        assert not any("statistics" in request.path for request in scene.statistics.requests)
        option = next(
            option
            for block in menu["blocks"]
            for element in [block.get("accessory", {}), *block.get("elements", [])]
            for option in element.get("options", [])
        )
        await scene.slack.person("ann").press(menu, "account", selected_option=option)
        await scene.settle()
        assert "impressions" in scene.slack.person("ann").sees("#marketing")[-1]["text"]


async def test_a_channel_that_is_not_allowed_is_refused_privately(open_scene):
    """Administrators may ask anywhere, help works everywhere, everybody else is told whom to ask."""
    async with open_scene(allowed_channels="C0ELSEWHERE", administrators="U0NOBODY") as scene:
        refused = await scene.ask("last week")
        assert refused["ephemeral"]
        assert "<@U0NOBODY>" in refused["text"] + str(refused["blocks"])
        assert "Impressions" in str((await scene.ask("help"))["blocks"])
        assert scene.asked_count("command", "refused") == 1
