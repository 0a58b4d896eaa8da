"""Files of random worlds: every figure is the right one, plain in CSV, the same number in XLSX; posts stand by their URNs."""

import csv
import io
import random
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from tests.accuracy.reading import BASES, NAMES, RATE
from tests.accuracy.recompute import account_rate, figure, half_up, missing, nothing_but_unknown, percent_text, rate_of, summed
from tests.accuracy.service import BEFORE, BY_DAY, FAILED, NULL, WEEK, random_world, serving

METRIC = {name: metric for metric, name in NAMES.items()}
#: What a number of a file looks like, and what it may look like.
NUMBER, PLAIN = re.compile(r"[+−-]?[\d,.]*\d[\d,.]*%?"), re.compile(r"-?\d+(\.\d+)?%?")
NAMESPACE = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
#: Days in a workbook are counted from here.
FIRST_DAY = date(1899, 12, 30)


def grids(content):
    """The CSV's tables, each with its titles first, without the notes."""
    every, one = [], []
    for line in [*csv.reader(io.StringIO(content.decode("utf-8-sig"))), []]:
        if line:
            one.append(line)
        elif one:
            every.append(one)
            one = []
    return [[[cell.removeprefix("'") for cell in row] for row in grid] for grid in every if len(grid[0]) > 1]


def read_xml(book, name):
    return ET.fromstring(book.read(name))  # noqa: S314  # the bot's own file


def sheets(content):
    """The workbook's sheets as rows of (text or number, number format)."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ["".join(node.itertext()) for node in read_xml(book, "xl/sharedStrings.xml").findall("s:si", NAMESPACE)]
        styles = read_xml(book, "xl/styles.xml")
        formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.findall("s:numFmts/s:numFmt", NAMESPACE)}
        used = [formats.get(one.get("numFmtId"), one.get("numFmtId")) for one in styles.findall("s:cellXfs/s:xf", NAMESPACE)]
        names = sorted((name for name in book.namelist() if "worksheets/sheet" in name), key=lambda name: int(re.findall(r"\d+", name)[0]))
        every = [read_xml(book, name).findall("s:sheetData/s:row", NAMESPACE) for name in names]

    def typed(cell):
        text = cell.findtext("s:v", "", NAMESPACE)
        return shared[int(text)] if cell.get("t") == "s" else Fraction(text), used[int(cell.get("s", 0))]

    return [[[typed(cell) for cell in row] for row in sheet] for sheet in every]


def assert_same_cell(text, value, shape):
    """A workbook's cell is what the CSV says: a percentage is a fraction, a day a day, what is too long for a number text."""
    if isinstance(value, str):
        assert value.removeprefix("'") == text
        assert not PLAIN.fullmatch(text) or len(re.sub(r"\D", "", text)) > 15, text
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        assert FIRST_DAY + timedelta(days=int(value)) == date.fromisoformat(text)
        assert "mmm" in shape
    elif text.endswith("%"):
        assert abs(Fraction(text[:-1]) / 100 - value) < max(Fraction(1, 10**12), value / 2**52), (text, value)
        assert shape.count("0") - 1 == len(text[:-1].partition(".")[2]), (text, shape)
        assert shape.endswith("%"), (text, shape)
    else:
        assert abs(Fraction(text) - value) < Fraction(1, 10**6), (text, value)
        assert "%" not in shape, (text, shape)


async def file_of(scene, words):
    before = set(scene.slack.parts.files._files)
    await scene.ask(words)
    new = [file for name, file in scene.slack.parts.files._files.items() if name not in before and file.shared]
    return new[-1].content if new else None


async def both_files(scene, words):
    """The tables of the question's CSV, of which the workbook has the same; None where there is no file."""
    content = await file_of(scene, f"{words} csv")
    if content is None:
        return None
    tables, book = grids(content), sheets(await file_of(scene, f"{words} xlsx"))
    assert tables, words
    assert len(book) >= len(tables), words
    for table, sheet in zip(tables, book, strict=False):
        assert [len(row) for row in table] == [len(row) for row in sheet], words
        for row, typed in zip(table[1:], sheet[1:], strict=True):
            for text, (value, shape) in zip(row, typed, strict=True):
                assert not NUMBER.fullmatch(text) or PLAIN.fullmatch(text), (words, text)
                assert_same_cell(text, value, shape)
    return tables


def columns(table):
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def assert_plain(text, value, where):
    assert text == str(value) if isinstance(value, int) else not NUMBER.fullmatch(text), (where, text, value)


def assert_percent(text, fraction, where):
    if fraction is None:
        assert not NUMBER.fullmatch(text), (where, text)
    else:
        hundredths = half_up(fraction * 100, 2).replace(",", "")
        assert text == ("<0.01%" if fraction and not Fraction(hundredths) else "0%" if not fraction else f"{hundredths}%"), (where, text)


def growth_text(now, before, whole):
    """A change in per cent with its sign as digits; None where there is none."""
    if not whole or not isinstance(now, int) or not isinstance(before, int) or before < 10:
        return None
    exact = Fraction(abs(now - before) * 100, before)
    digits = percent_text(exact).replace(",", "")
    if now and now < before and digits == "100":
        digits = f"{int(exact * 10) // 10}.{int(exact * 10) % 10}"
    if digits.startswith("<"):
        return f"{'+' if now > before else '−'}{digits}%" if exact else "0%"
    return f"{'-' if now < before else ''}{digits}%"


def reported_text(account, metric):
    value, gone = figure(account, metric, WEEK), missing(account, metric, WEEK)
    if metric not in BY_DAY or value == FAILED:
        return "–" if metric not in BY_DAY else "couldn't be fetched"
    gone = set(WEEK) if account.days[metric] == NULL else gone
    return f"{7 - len(gone)} of 7 days reported" if gone else "all"


def check_account_rows(table, account, basis):
    assert {row[0] for row in table[1:]} == {*METRIC, "New followers", RATE}, account.name
    for row in columns(table):
        name, now, before, change, growth, reported = row.values()
        if name == "New followers":  # this service has no endpoint for them
            assert not any(NUMBER.fullmatch(text) for text in (now, before, change, growth)), (account.name, row)
            continue
        if name == RATE:
            assert_percent(now, account_rate(account, basis), (account.name, name))
            continue
        metric, where = METRIC[name], (account.name, name)
        value, earlier = figure(account, metric, WEEK), figure(account, metric, BEFORE)
        assert_plain(now, value, where)
        whole = not missing(account, metric, (*BEFORE, *WEEK))
        known = whole and isinstance(value, int) and isinstance(earlier, int)
        assert_plain(change, value - earlier if known else NULL, where)
        right = growth_text(value, earlier, whole)
        assert growth == right if right else not NUMBER.fullmatch(growth), (where, row)
        if not missing(account, metric, WEEK) or metric not in BY_DAY:
            assert_plain(before, earlier if not missing(account, metric, BEFORE) or metric not in BY_DAY else NULL, where)
        assert reported == reported_text(account, metric), (where, reported)


def check_days(table, account):
    for row in columns(table):
        for name, text in [pair for pair in row.items() if pair[0] in METRIC]:
            series = account.days[METRIC[name]]
            day = date.fromisoformat(row["Day"])
            assert_plain(text, series.get(day, NULL) if isinstance(series, dict) else series, (account.name, name, day))


def check_posts(table, world, basis):
    by_urn = {post.urn: post for post in world.posts}
    for row in columns(table):
        post = by_urn[row["URN"]]
        assert row["Post"] in (post.title, post.urn)
        assert row["Link"].rstrip("/").endswith(post.urn)
        assert row["Published"] == datetime.fromtimestamp((post.number >> 22) / 1000, UTC).date().isoformat()
        for name in [name for name in row if name in METRIC]:
            assert_plain(row[name], post.figures[METRIC[name]], (post.title, name))
        if RATE in row:
            assert_percent(row[RATE], rate_of(post.figures, basis), (post.title, RATE))
    return [row["URN"] for row in columns(table)]


def check_team_rows(table, world, basis):
    fetched = [one for one in world.accounts if nothing_but_unknown(one, WEEK) != FAILED]
    over = [one for one in fetched if not nothing_but_unknown(one, WEEK)] or fetched
    for row in columns(table):
        account = next((one for one in fetched if one.name == row["Account"]), None)
        for name in [name for name in row if name in METRIC]:
            if account:
                assert_plain(row[name], figure(account, METRIC[name], WEEK), (account.name, name))
            elif row["Account"].startswith("Total of "):
                assert_plain(row[name], summed(over, METRIC[name], WEEK) if METRIC[name] in BY_DAY else NULL, row)
            else:
                assert row[name] == "couldn't be fetched", row
        if account:
            assert_percent(row[RATE], account_rate(account, basis), (account.name, RATE))


def check_versus(table, left, right):
    for row in columns(table):
        name, *both, apart, _ = row.values()
        if name in METRIC:
            values = [figure(one, METRIC[name], WEEK) for one in (left, right)]
            for text, value in zip(both, values, strict=True):
                assert_plain(text, value, (name, row))
            whole = not any(missing(one, METRIC[name], WEEK) for one in (left, right)) and all(isinstance(one, int) for one in values)
            assert_plain(apart, values[0] - values[1] if whole else NULL, (name, row))


async def check_files_of_posts(scene, world, basis):
    several = " ".join(post.urn for post in world.posts[:5])
    for words in [*(post.urn for post in world.posts[:1]), *([several] if len(world.posts) > 1 else []), "top team 7d"]:
        tables = await both_files(scene, words)
        if tables and len(tables[0]) > 1:
            check_posts(tables[0], world, basis)


async def check_digest(scene, world, basis):
    """The file in the thread of a digest that is sent now."""
    if any(nothing_but_unknown(one, WEEK) for one in world.accounts):
        return
    names = " ".join(one.platform_id for one in world.accounts)
    await scene.set_up(f"digest {names} every monday 10:00 UTC in #marketing")
    before = set(scene.slack.parts.files._files)
    await scene.ask("digest now")
    for _ in range(6):
        scene.clock.go_on(seconds=30)
        await scene.bot.scheduling.runner.tick()
        await scene.settle()
    (content,) = [file.content for name, file in scene.slack.parts.files._files.items() if name not in before and file.shared]
    team, whole, _, days, *others = grids(content)
    check_team_rows(team, world, basis)
    for row in columns(whole):
        if row["Figure"] in METRIC:
            assert_plain([*row.values()][1], summed(world.accounts, METRIC[row["Figure"]], WEEK), row)
    for one in world.accounts:
        check_days([days[0], *(row for row in days if row[0] == one.name)], one)
    for table in [table for table in others if "URN" in table[0]]:
        check_posts(table, world, basis)


async def recompute(open_scene, seed, basis):
    world = random_world(seed)
    for post in world.posts[::2]:
        post.figures["REACTION"] = 2**53 + 1 + seed
    async with (
        serving(world) as base_url,
        open_scene(
            postpost_base_url=base_url,
            postpost_platform_id=world.accounts[0].platform_id,
            engagement_rate_basis=basis,
            statistics_memory=600,
        ) as scene,
    ):
        for account in world.accounts:
            tables = await both_files(scene, f"{account.platform_id} 7d")
            assert tables or nothing_but_unknown(account, WEEK) == FAILED, account.name
            if tables:
                check_account_rows(tables[0], account, BASES[basis])
                for days in tables[1:]:
                    check_days(days, account)
        for words in ("team 7d", "board 7d"):
            tables = await both_files(scene, words)
            assert tables or all(nothing_but_unknown(one, WEEK) == FAILED for one in world.accounts), words
            if tables:
                check_team_rows(tables[0], world, BASES[basis])
        left, right = random.Random(seed).sample(world.accounts, 2)  # noqa: S311  # repeatable
        tables = await both_files(scene, f"{left.platform_id} vs {right.platform_id} 7d")
        assert tables or FAILED in [nothing_but_unknown(one, WEEK) for one in (left, right)], (left.name, right.name)
        if tables:
            check_versus(tables[0], left, right)
        await check_files_of_posts(scene, world, BASES[basis])
        await check_digest(scene, world, BASES[basis])


@pytest.mark.parametrize(("seed", "basis"), [(1, "impressions")])
async def test_files_say_what_is_right(open_scene, seed, basis):
    await recompute(open_scene, seed, basis)


@pytest.mark.full
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(2, 202))
async def test_files_of_many_worlds_say_what_is_right(open_scene, seed, basis):
    """Some 16 files a world."""
    await recompute(open_scene, seed, basis)
