"""Answers as files as people use it: what Slack holds afterwards is what the message says."""

import csv
import io
import zipfile
from datetime import date

import pytest

SAMPLE = "urn:li:share:7123456789012345678"


def files(scene):
    return [file for file in scene.slack.parts.files._files.values() if file.shared]


def rows_of(file):
    text = file.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_a_private_answers_file_comes_to_the_direct_messages(scene):
    """The message is in the channel, the file is visible to the person alone, and the person reads where it is."""
    await scene.ask(f"{SAMPLE} csv")
    file = files(scene)[0]
    header, row, *_ = rows_of(file)
    assert row[header.index("Impressions")] == "15420"
    assert row[header.index("Engagement rate")] == "3.68%"
    assert scene.slack.person("bob").sees("#marketing") == []
    texts = [message["text"] for message in scene.slack.person("ann").sees("#marketing")]
    assert any("15,420" in text for text in texts)
    assert any("direct message" in text for text in texts)


async def test_the_button_sends_what_the_card_says(open_scene):
    """The card is renewed with the file, so both hold the same figures."""
    async with open_scene(acknowledge_within=0.2) as scene:
        card = await scene.ask("last week")
        scene.clock.go_on(minutes=5)
        await scene.slack.person("ann").press(card, "csv")
        await scene.settle()
        renewed = scene.slack.person("ann").sees("#marketing")[0]
        for name, figure, *_ in rows_of(files(scene)[0])[1:5]:
            (fields,) = (block for block in renewed["blocks"] if "fields" in block)
            assert f"{int(figure):,}" in next(field["text"] for field in [fields["text"], *fields["fields"]] if name in field["text"])


async def test_a_shared_answers_file_stands_in_its_thread(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        await scene.slack.person("ann").mention("last week share csv", channel="#marketing")
        await scene.settle()
        card = next(one for one in scene.slack.accepted if one.via == "chat.postMessage" and one.metadata)
        assert scene.slack.accepted[-1].thread_ts == card.ts
        assert len(files(scene)) == 1


@pytest.mark.parametrize("bound", [0.01, 2.0], ids=["slow", "in time"])
async def test_a_command_that_shares_puts_the_file_into_the_cards_thread(open_scene, bound):
    """Everybody sees the card once, and the file below it; nothing comes to the direct messages."""
    async with open_scene(acknowledge_within=bound) as scene:
        await scene.slack.person("ann").command(f"{SAMPLE} share csv")
        await scene.settle()
        (card,) = [one for one in scene.slack.person("bob").sees("#marketing") if "15,420" in one["text"]]
        (reply,) = [one for one in scene.slack.person("bob").sees("#marketing", card["ts"]) if one.get("files")]
        assert reply["files"][0]["name"].endswith(".csv")
        assert "Shared by" in str(card["blocks"])
        assert scene.slack.person("ann").sees("dm") == []


async def test_a_shared_cards_file_that_fails_goes_into_the_same_thread_by_its_button(open_scene):
    """The notice is the asker's alone; the card stays one card."""
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.slack.faults.add(method="upload", kind="status", times=10)
        await scene.slack.person("ann").command(f"{SAMPLE} share xlsx")
        await scene.settle()
        (card,) = scene.slack.person("bob").sees("#marketing")
        notice = next(one for one in scene.slack.person("ann").sees("#marketing") if "couldn't send the file" in one["text"])
        scene.slack.faults.clear()
        button = notice["blocks"][0]["accessory"]["action_id"]
        await scene.slack.person("ann").press(notice, button)
        await scene.settle()
        assert [one["ts"] for one in scene.slack.person("bob").sees("#marketing")] == [card["ts"]]
        assert any(one.get("files") for one in scene.slack.person("bob").sees("#marketing", card["ts"]))
        assert len(files(scene)) == 1


async def test_where_the_bot_is_no_member_the_card_is_shared_and_the_file_is_private(open_scene):
    """A message reaches a channel that the bot is not in; a file does not."""
    async with open_scene(acknowledge_within=0.2) as scene:
        await scene.slack.person("ann").command(f"{SAMPLE} share csv", channel="#random")
        await scene.settle()
        assert any("15,420" in one["text"] for one in scene.slack.person("bob").sees("#random"))
        assert any(one.get("files") for one in scene.slack.person("ann").sees("dm"))


TABLES = [
    "board last week",
    "board growth 28d",
    "team last week",
    f"{SAMPLE} urn:li:share:7300000000000000003 urn:li:share:7300000000000000002 urn:li:share:7300000000000000001",
    "linkedin-Tz9W5i6ZYG vs linkedin-ABC last month",
    "linkedin-Tz9W5i6ZYG vs last month",
    "top team 28d",
    "last week daily",
]


#: What the screen calls shorter than the file.
TITLES = {"Impressions, change in %": "Change in %"}


@pytest.mark.parametrize("words", TABLES)
async def test_the_table_and_the_file_are_equal_to_the_digit(open_scene, words):
    """Every number of the table stands in the CSV, every day as a date, and every unknown in words; the file has columns more."""
    async with open_scene(acknowledge_within=0.2) as scene:
        await scene.ask(f"{words} csv")
        blocks = [block for message in scene.slack.person("ann").sees("#marketing") for block in message["blocks"]]
        table = next(block for block in blocks if block["type"] == "data_table")
        rows = [[TITLES.get(word, word) for word in row] for row in rows_of(files(scene)[0])]
        titles = [cell["text"] for cell in table["rows"][0] if cell["text"] != "Open"]
        start = next(place for place, row in enumerate(rows) if set(titles) <= set(row))
        assert len(table["rows"]) > 2
        for shown_row, stored in zip(table["rows"][1:], rows[start + 1 :], strict=False):
            if shown_row[0]["text"] == "Total":
                # The sum of the days is the figure itself, which stands in the file's first part.
                assert {word["text"].replace(",", "") for word in shown_row[1:]} <= {row[1] for row in rows[:start] if row}
                continue
            for title, cell in zip(titles, shown_row, strict=False):
                word = stored[rows[start].index(title)]
                if title in ("Published", "Day") and word != cell["text"]:
                    day = date.fromisoformat(word)
                    assert cell["text"].startswith(f"{day:%b} {day.day}")
                    assert cell.get("value", day.toordinal()) == day.toordinal()
                    continue
                plain = cell["text"].replace(",", "").replace("−", "-") if cell["type"] == "raw_number" else cell["text"]
                plain = plain.removesuffix(" pts")
                if plain.endswith("…"):
                    assert word.startswith(plain.removesuffix("…"))
                else:
                    assert word.removeprefix("'") in (plain, plain.lstrip("+"), plain.rstrip("="))


async def test_an_xlsx_holds_typed_cells_and_no_formula(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        await scene.ask("team last week xlsx")
        with zipfile.ZipFile(io.BytesIO(files(scene)[0].content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert 't="s"' in sheet
        assert sheet.count("<v>") > 20


#: The three steps of Slack's upload, each refused and each broken off.
STEPS = [
    ("files.getUploadURLExternal", "error"),
    ("files.getUploadURLExternal", "status"),
    ("upload", "status"),
    ("upload", "reset_before"),
    ("files.completeUploadExternal", "error"),
    ("files.completeUploadExternal", "reset_before"),
]


@pytest.mark.parametrize(("method", "kind"), STEPS)
async def test_a_file_that_fails_leaves_the_message_and_is_sent_again_alone(open_scene, method, kind):
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.slack.faults.add(method=method, kind=kind, times=10)
        await scene.ask(f"{SAMPLE} csv")
        seen = scene.slack.person("ann").sees("#marketing")
        assert any("15,420" in message["text"] for message in seen)
        notice = next(message for message in seen if "couldn't send the file" in message["text"])
        assert files(scene) == []
        cards = [message for message in seen if "15,420" in message["text"]]
        scene.slack.faults.clear()
        await scene.slack.person("ann").press(notice, "csv.again")
        await scene.settle()
        assert len(files(scene)) == 1
        assert [message for message in scene.slack.person("ann").sees("#marketing") if "15,420" in message["text"]] == cards


async def test_without_the_permission_the_person_is_told_what_to_do(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        scene.slack.faults.add(method="files.getUploadURLExternal", kind="error", error="missing_scope", times=1)
        notice = await scene.ask(f"{SAMPLE} csv")
        assert "files:write" in notice["text"]
