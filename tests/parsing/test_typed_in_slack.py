"""What people paste and type, from Slack's command to the answer in Slack."""

import pytest


@pytest.mark.parametrize(
    "link",
    [
        "https://www.linkedin.com/posts/share-7123456789012345678-RRh2?utm_source=share",
        "https://www.linkedin.com/comm/feed/update/share:7123456789012345678?midToken=AQH",
        "https://nam11.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fshare-7123456789012345678-x&amp;data=04",
        "7,123,456,789,012,345,678",
    ],
)
async def test_a_post_is_answered_whatever_shape_its_link_has(scene, link: str):
    plain = await scene.ask("urn:li:share:7123456789012345678")
    assert (await scene.ask(link))["text"] == plain["text"]


async def test_a_short_link_and_a_rounded_number_are_refused_with_a_way_that_works(scene):
    assert "Embed this post" in str(await scene.ask("https://lnkd.in/p/dq6yaPTD"))
    assert "spreadsheet" in str(await scene.ask("7.12346E+18"))
    assert "spreadsheet" in (await scene.ask("7 123 456 789 012 340 000"))["text"]


@pytest.mark.parametrize(
    ("text", "says", "offers"),
    [
        ("acme in Munich last week", "“Munich” is a place", "acme last week"),
        ("milan followers", "“milan” is a place", "last week"),
        ("acme reading", "called “reading”", "acme`"),
        ("acme thu", "Did you mean", "acme thursday`"),
        ("top5 last month", "Did you mean this?", "top 5 last month`"),
        ("acme lifetime", "“lifetime” is too long", "acme 365d`"),
        ("remind me on friday to post", "I remind nobody.", "digest every Monday 9:00`"),
    ],
)
async def test_a_refusal_is_about_what_the_word_is(scene, text: str, says: str, offers: str):
    refused = await scene.ask(text)
    assert says in refused["text"]
    assert offers in str(refused["blocks"])


async def test_a_date_with_two_orders_is_asked_by_a_button(scene):
    refused = await scene.ask("acme 01/10/2026")
    assert "2026-10-01" in str(refused["blocks"])
    assert "2026-01-10" in str(refused["blocks"])


async def test_every_button_under_words_without_a_meaning_gets_an_answer(scene):
    refused = await scene.ask("xyzzyplugh")
    buttons = [element for block in refused["blocks"] for element in block.get("elements", []) if element.get("type") == "button"]
    assert len(buttons) == 3
    for button in buttons:
        await scene.slack.person("ann").press(refused, button["action_id"])
        await scene.settle()
        assert "didn't understand" not in str(scene.slack.person("ann").sees("#marketing")[-1])
