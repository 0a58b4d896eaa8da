"""All 243 states of five metrics through every place that shows them: the same words, no null a zero, no rate of unknown parts."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from bot.blocks.checker import check_message
from bot.blocks.figures import NAMES, NO_FIGURE, NOT_FETCHED, RATE_NAME
from bot.blocks.post_card import build_post_card
from bot.blocks.posts_cards import build_comparison_card
from bot.blocks.report_files import account_file, comparison_file, post_file, team_file
from bot.blocks.team_cards import build_team_card
from bot.domain.accounts import Account
from bot.domain.metrics import ALL_METRICS, DAILY_METRICS, ENGAGEMENTS, Failed, Metric, Unavailable, Value
from bot.domain.periods import Period
from bot.domain.refs import PostKind, PostRef
from bot.domain.reports import AccountReport, Freshness, PostReport
from bot.domain.team_asks import View
from bot.domain.team_reports import ComparisonReport, TeamReport

TODAY = date(2026, 11, 23)
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
FRESH = Freshness(datetime(2026, 11, 23, 9, 2, tzinfo=UTC))
KNOWN = dict(zip(ALL_METRICS, (15_420, 8_234, 456, 89, 23), strict=True))
STATES = list(product("vuf", repeat=len(ALL_METRICS)))
WORDS = {"u": NO_FIGURE, "f": NOT_FETCHED}


def figures(state):
    kinds = {"u": Unavailable(), "f": Failed()}
    return {metric: Value(KNOWN[metric]) if kind == "v" else kinds[kind] for metric, kind in zip(ALL_METRICS, state, strict=True)}


def reads(metric, kind):
    return f"{KNOWN[metric]:,}" if kind == "v" else WORDS[kind]


def post(state):
    ref = PostRef(PostKind.SHARE, 7434685316856377344)
    return PostReport(ref, Account("linkedin-A", "Acme"), figures(state), ALL_METRICS, FRESH, title="=1+1", published_at=ref.published_at)


def account(state, name="Acme"):
    """An account whose days add up to its figures; the period before was half of it."""
    days = [WEEK.before.first + timedelta(days=step) for step in range(14)]
    daily, before = {}, {}
    for metric, figure in figures(state).items():
        if isinstance(figure, Value):
            before[metric] = Value(figure.count // 2)
            if metric in DAILY_METRICS:
                daily[metric] = dict.fromkeys(days, 0) | {WEEK.last: figure.count, WEEK.before.last: figure.count // 2}
        else:
            before[metric] = figure
            if metric in DAILY_METRICS:
                daily[metric] = figure
    return AccountReport(Account(f"linkedin-{name}", name), WEEK, figures(state), ALL_METRICS, FRESH, WEEK.before, before, daily)


def rate_known(state):
    kinds = dict(zip(ALL_METRICS, state, strict=True))
    return all(kinds[metric] == "v" for metric in (*ENGAGEMENTS, Metric.IMPRESSION))


def csv_rows(file):
    return list(csv.reader(io.StringIO(file.content.decode().removeprefix("\ufeff"))))


def xlsx_rows(file):
    """The first sheet: numbers as numbers, words as words, and never a formula."""
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(file.content)) as book:
        shared = ["".join(one.itertext()) for one in ET.fromstring(book.read("xl/sharedStrings.xml"))]  # noqa: S314 - our own file
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
    assert sheet.find(".//x:f", space) is None
    return [
        [shared[int(cell[0].text or "")] if cell.get("t") == "s" else float(cell[0].text or "") for cell in row]
        for row in sheet.findall(".//x:row", space)
    ]


def table(message):
    return next(block for block in message.blocks if block["type"] == "data_table")["rows"]


@pytest.mark.parametrize("state", STATES, ids=["".join(state) for state in STATES])
def test_a_post_reads_the_same_in_card_table_and_csv(state):
    report = post(state)
    card = build_post_card(report, today=TODAY, words="urn:li:share:7434685316856377344")
    both = ComparisonReport((report, report), (), ALL_METRICS)
    compared = build_comparison_card(both, words="x")
    assert not check_message(compared.blocks, compared.text)
    header, row = (cells for cells in table(compared)[:2])
    files = [dict(zip(*csv_rows(made)[:2], strict=True)) for made in (post_file("csv", report), comparison_file("csv", both))]
    for metric, kind in zip(ALL_METRICS, state, strict=True):
        place = [cell["text"] for cell in header].index(NAMES[metric])
        assert f"*{NAMES[metric]}*\n{reads(metric, kind)}" in str(card.blocks).replace("\\n", "\n").replace("couldn\\'t", "couldn't")
        assert row[place]["text"] == reads(metric, kind)
        assert (row[place]["type"] == "raw_number") == (kind == "v")
        assert {one[NAMES[metric]] for one in files} == {str(KNOWN[metric]) if kind == "v" else WORDS[kind]}
    assert (row[-1]["type"] == "raw_number") == rate_known(state)
    assert {one[RATE_NAME] for one in files} == {"3.68%" if rate_known(state) else row[-1]["text"]}
    assert files[0]["Post"] == "'=1+1"


@pytest.mark.parametrize("state", STATES, ids=["".join(state) for state in STATES])
def test_an_account_reads_the_same_on_board_and_in_both_files(state):
    """Beside an account of which all is known: its row, the total that is unknown with it, and no change of an unknown."""
    reports = (account(state), account("vvvvv", "Bob"))
    report = TeamReport(View.BOARD, "", WEEK, reports, minimum=0)
    board = build_team_card(report, today=TODAY, words="board")
    assert not check_message(board.blocks, board.text)
    header, *rows = table(board)
    titles = [cell["text"] for cell in header]
    told = {row[1]["text"]: dict(zip(titles, row, strict=True)) for row in rows}
    written = {row[1]: dict(zip(titles, row, strict=True)) for row in csv_rows(team_file("csv", report, TODAY))[1:4]}
    for metric, kind in zip(ALL_METRICS, state, strict=True):
        assert told["Acme"][NAMES[metric]]["text"] == reads(metric, kind)
        assert written["Acme"][NAMES[metric]] == (str(KNOWN[metric]) if kind == "v" else WORDS[kind])
        total = told["Total of 2"][NAMES[metric]]["text"]
        if metric is Metric.MEMBERS_REACHED:
            assert total == "not added up"
        else:
            assert total == (f"{2 * KNOWN[metric]:,}" if kind == "v" else WORDS[kind])
    assert (told["Acme"][RATE_NAME]["type"] == "raw_number") == rate_known(state)
    assert (told["Acme"]["Place"]["type"] == "raw_number") == rate_known(state)
    assert (told["Acme"]["Impressions, change in %"]["text"] == "+100 %") == (state[0] == "v")
    assert all(value not in ("0", "0%", "") for row in written.values() for value in row.values())


@pytest.mark.parametrize("state", STATES[::5], ids=["".join(state) for state in STATES[::5]])
def test_the_workbook_says_what_the_csv_says(state):
    """Every fifth state, for writing a workbook takes a while: typed numbers, the same words."""
    report = account(state)
    for plain, typed in zip(csv_rows(account_file("csv", report, TODAY)), xlsx_rows(account_file("xlsx", report, TODAY)), strict=False):
        for word, cell in zip(plain, typed, strict=True):
            if isinstance(cell, float):
                assert float(word.rstrip("%")) == cell
            else:
                assert word.lstrip("'") == cell
