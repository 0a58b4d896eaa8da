"""Numbers as people read them, as people use it: the person's own way where only they read, the workspace's where everybody does."""

from dataclasses import replace

import pytest
from babel.numbers import get_group_symbol

from bot.reports.account_blocks import build_account_card
from bot.reports.chart import line_chart
from bot.reports.post_blocks import build_post_card
from bot.slack.builders import Message
from bot.slack.numbers import NumberFormatNotSet

POST = "urn:li:share:7123456789012345678"
ACCOUNT = "linkedin-Tz9W5i6ZYG"


def speaks(scene, locale, who="ann"):
    """This person's Slack is set to a locale."""
    people = scene.slack.parts.workspace.people
    person = scene.slack.parts.workspace.person(who)
    people[person.id] = replace(person, locale=locale)


def all_text(message):
    return message["text"] + str(message["blocks"])


@pytest.mark.parametrize(
    ("locale", "impressions", "rate"),
    [
        ("de-DE", "15.420", "3,68\xa0%"),
        ("fr-FR", "15\u202f420", "3,68\xa0%"),
        ("ja-JP", "15,420", "3.68%"),
        ("tr-TR", "15.420", "%3,68"),
        ("de-CH", f"15{get_group_symbol('de_CH')}420", "3.68%"),  # the sign differs between releases of Unicode's data
        ("es-LA", "15,420", "3.68%"),
        ("pt-AQ", "15.420", "3,68%"),
        ("en-GB", "15,420", "3.68%"),
        ("xx-YY", "15,420", "3.68%"),
        ("", "15,420", "3.68%"),
    ],
)
async def test_a_private_card_is_written_for_its_reader(open_scene, locale, impressions, rate):
    async with open_scene() as scene:
        speaks(scene, locale)
        card = await scene.ask(POST)
        assert card["ephemeral"]
        assert f"{impressions} impressions" in card["text"]
        assert rate in all_text(card)


async def test_a_post_that_several_ask_about_is_written_for_each_of_them(open_scene):
    """Its card is built once for each way to write numbers, and the last answer with it can still be pressed."""
    async with open_scene() as scene:
        speaks(scene, "de-DE", "bob")
        cards = [await scene.ask(POST, who=who) for who in ("ann", "bob", "ann", "bob")]
        counts = ("15,420", "15.420", "15,420", "15.420")
        assert all(f"{count} impressions" in card["text"] for count, card in zip(counts, cards, strict=True))
        ids = [next(block["block_id"] for block in card["blocks"] if block["type"] == "actions") for card in cards]
        assert ids[0] != ids[1], "each way to write numbers is a card of its own"
        await scene.slack.person("bob").press(cards[-1], "share")
        await scene.settle()
        assert "15,420 impressions" in scene.slack.person("ann").sees("#marketing")[-1]["text"]


@pytest.mark.parametrize(
    ("locale", "days"), [("en-US", "Nov 16–22"), ("", "Nov 16–22"), ("ja-JP", "Nov 16–22"), ("en-GB", "16–22 Nov"), ("de-DE", "16–22 Nov")]
)
async def test_a_private_card_writes_days_in_its_readers_order(open_scene, locale, days):
    async with open_scene() as scene:
        speaks(scene, locale)
        assert days in (await scene.ask(f"{ACCOUNT} last week"))["text"]


@pytest.mark.parametrize("locale", ["en-IN", "hi-IN"])
async def test_lakhs_are_grouped_by_two(open_scene, locale):
    """A year of a large account: above 100,000 India writes 1,00,000."""
    async with open_scene() as scene:
        american = figures(await scene.ask(f"{ACCOUNT} 200d"))
        scene.clock.go_on(minutes=6)
        speaks(scene, locale)
        indian = figures(await scene.ask(f"{ACCOUNT} 200d"))
        large = next(number for number in american if number >= 100_000)
        assert large in indian
        assert any(text.count(",") == 2 and len(text) == 8 for text in indian.values() if large < 1_000_000) or large >= 1_000_000
        assert indian[large].replace(",", "") == str(large)
        assert len(indian[large].split(",")[-2]) == 2


def figures(card):
    """The numbers in the card's fields, with how each reads."""
    fields = [field["text"].split("\n")[1].split("  ")[0] for block in card["blocks"] for field in block.get("fields", [])]
    return {int(text.replace(",", "")): text for text in fields if text.replace(",", "").isdecimal()}


async def test_what_everybody_reads_is_the_workspaces(open_scene):
    """Shared in words and by a press; and a share's card does not depend on the person who shared it."""
    async with open_scene(locale="de-DE") as scene:
        speaks(scene, "ja-JP")
        private = await scene.ask(POST)
        assert "15,420" in private["text"]
        await scene.slack.person("ann").press(private, "share")
        await scene.settle()
        shared = scene.slack.person("bob").sees("#marketing")[-1]
        assert "15.420" in shared["text"]
        assert "15,420" not in all_text(shared)
        assert "15.420" in (await scene.ask(f"{POST} share", channel="#general"))["text"]


async def test_a_public_card_stays_the_workspaces_when_somebody_renews_it(open_scene):
    async with open_scene(locale="fr-FR") as scene:
        await scene.ask(f"{POST} share")
        speaks(scene, "de-DE", "bob")
        card = scene.slack.person("bob").sees("#marketing")[-1]
        await scene.slack.person("bob").press(card, "refresh")
        await scene.settle()
        assert "15\u202f420" in scene.slack.person("bob").sees("#marketing")[-1]["text"]


async def test_a_digest_is_written_for_everybody(open_scene):
    """Its preview too, for it is what will be posted."""
    async with open_scene(locale="de-DE") as scene:
        speaks(scene, "ja-JP")
        await scene.set_up("digest acme every monday 9:00 in #marketing")
        (digest,) = await scene.bot.scheduling.stores.digests.digests()
        seen = await scene.ask(f"digest preview {digest.id}")
        numbers = [cell for block in seen["blocks"] for cell in [field["text"] for field in block.get("fields", [])]]
        assert any("." in text for text in numbers)
        assert not any("," in text.split("\n")[1].split("  ")[0] for text in numbers if "rate" not in text)


async def test_a_chart_written_out_for_an_old_client_keeps_the_readers_numbers(open_scene):
    async with open_scene() as scene:
        speaks(scene, "de-DE")
        scene.slack.faults.add(method="response_url", kind="error", error="invalid_blocks")
        card = await scene.ask(f"{ACCOUNT} 28d")
        written = next(block["text"]["text"] for block in card["blocks"] if "Impressions by" in str(block))
        assert "." in written
        assert "," not in written


async def test_a_file_is_for_machines_whoever_reads(open_scene):
    """The same bytes under the head, whatever the person's locale."""
    contents = []
    async with open_scene() as scene:
        for locale in ("en-US", "de-DE", "hi-IN"):
            speaks(scene, locale)
            scene.clock.go_on(minutes=6)
            await scene.ask(f"{ACCOUNT} last week csv")
            file = list(scene.slack.parts.files._files.values())[-1]
            contents.append([line for line in file.content.decode().splitlines() if "Fetched" not in line])
    assert contents[0] == contents[1] == contents[2]


@pytest.mark.parametrize(
    "build",
    [
        lambda samples: build_post_card(samples.post(), today=samples.today, words=samples.post_words, private=True),
        lambda samples: build_account_card(samples.account(), today=samples.today, words=samples.account_words, private=True),
        lambda _: Message("A chart", (line_chart("Impressions", {"Acme": [1]}, ["Mon"], ("Day", "Impressions")),)),
    ],
    ids=["post", "account", "chart"],
)
def test_a_card_that_nobody_said_a_number_format_for_is_an_error(samples, build):
    """A forgotten format would show everybody the bot's own English, and no test would notice."""
    with pytest.raises(NumberFormatNotSet, match="use_number_format"):
        build(samples)


async def test_help_comes_without_asking_slack_who_asks(open_scene):
    async with open_scene() as scene:
        for text in ("help", "alert help", "help digest"):
            await scene.ask(text)
        assert not [call for call in scene.slack.calls if call.method == "users.info"]


async def test_asking_who_reads_costs_nothing_beyond_the_permission_check(open_scene):
    """One `users.info` for the first question, none for the next ones."""
    async with open_scene() as scene:
        for _ in range(3):
            await scene.ask(POST)
        asked = [call for call in scene.slack.calls if call.method == "users.info"]
        assert len(asked) == 1


async def test_when_a_post_was_published_reads_in_everybodys_own_zone(open_scene):
    """A moment is Slack's to write: its token, with the UTC day where none is drawn. Days of figures are UTC days, and stay so."""
    async with open_scene() as scene:
        about = next(block for block in (await scene.ask(POST))["blocks"] if block["type"] == "context")
        assert "Posted <!date^" in about["elements"][0]["text"]
        week = await scene.ask(f"{ACCOUNT} last week")
        assert "Nov 16–22" in str(week["blocks"][1])
