"""All 243 states of five metrics through every place that shows them: the same words, no null a zero, no rate of unknown parts."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from bot.queries.comparison_blocks import build_comparison_card
from bot.queries.team_blocks import build_team_card, build_versus_card
from bot.reports.account_blocks import build_account_card
from bot.reports.figures import NO_FIGURE, NOT_FETCHED_FIGURE, RATE_NAME, Gaps, account_rate
from bot.reports.files import report_file
from bot.reports.post_blocks import build_post_card
from bot.slack.validator import check_message
from bot.statistics.comparison_reports import ComparisonReport, TeamReport, TopReport, VersusReport
from bot.statistics.metrics import DAILY_POST_METRICS, ENGAGEMENTS, NAMES, POST_METRICS, Failed, Metric, Unavailable, Value, View
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Account, AccountReport, Freshness, Period, PostReport

pytestmark = pytest.mark.usefixtures("english_numbers")

TODAY = date(2026, 11, 23)
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
FRESH = Freshness(datetime(2026, 11, 23, 9, 2, tzinfo=UTC))
KNOWN = dict(zip(POST_METRICS, (15_420, 8_234, 456, 89, 23), strict=True))
STATES = list(product("vuf", repeat=len(POST_METRICS)))
#: Excel counts days from here on.
FIRST_OF_SHEETS = date(1899, 12, 30)
WORDS = {"u": NO_FIGURE, "f": NOT_FETCHED_FIGURE}


def figures(state):
    kinds = {"u": Unavailable(), "f": Failed()}
    return {metric: Value(KNOWN[metric]) if kind == "v" else kinds[kind] for metric, kind in zip(POST_METRICS, state, strict=True)}


def reads(metric, kind):
    return f"{KNOWN[metric]:,}" if kind == "v" else WORDS[kind]


def post(state):
    ref = PostRef(PostKind.SHARE, 7434685316856377344)
    return PostReport(ref, Account("linkedin-A", "Acme"), figures(state), POST_METRICS, FRESH, title="=1+1", published_at=ref.published_at)


def account(state, name="Acme"):
    """An account whose days add up to its figures; the period before was half of it."""
    days = [WEEK.before.first + timedelta(days=step) for step in range(14)]
    daily, before = {}, {}
    for metric, figure in figures(state).items():
        if isinstance(figure, Value):
            before[metric] = Value(figure.count // 2)
            if metric in DAILY_POST_METRICS:
                daily[metric] = dict.fromkeys(days, 0) | {WEEK.last: figure.count, WEEK.before.last: figure.count // 2}
        else:
            before[metric] = figure
            if metric in DAILY_POST_METRICS:
                daily[metric] = figure
    return AccountReport(Account(f"linkedin-{name}", name), WEEK, figures(state), POST_METRICS, FRESH, WEEK.before, before, daily)


def rate_known(state):
    kinds = dict(zip(POST_METRICS, state, strict=True))
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
    both = ComparisonReport((report, report), (), POST_METRICS)
    compared = build_comparison_card(both, words="x")
    assert not check_message(compared.blocks, compared.text)
    header, row = (cells for cells in table(compared)[:2])
    files = [dict(zip(*csv_rows(made)[:2], strict=True)) for made in (report_file("csv", report, TODAY), report_file("csv", both, TODAY))]
    for metric, kind in zip(POST_METRICS, state, strict=True):
        assert f"*{NAMES[metric]}*\n{reads(metric, kind)}" in str(card.blocks).replace("\\n", "\n").replace("couldn\\'t", "couldn't")
        if metric is Metric.IMPRESSION:
            shown = dict(zip([cell["text"] for cell in header], row, strict=True))[NAMES[metric]]
            assert shown["text"] == reads(metric, kind)
            assert (shown["type"] == "raw_number") == (kind == "v")
        assert {one[NAMES[metric]] for one in files} == {str(KNOWN[metric]) if kind == "v" else WORDS[kind]}
    assert (row[2]["type"] == "raw_number") == rate_known(state)
    assert {one[RATE_NAME] for one in files} == {"3.68%" if rate_known(state) else row[2]["text"]}
    assert files[0]["Post"] == "'=1+1"


@pytest.mark.parametrize("state", STATES, ids=["".join(state) for state in STATES])
def test_an_account_reads_the_same_on_board_and_in_both_files(state):
    """Beside an account of which all is known: its row, the total that is unknown with it, and no change of an unknown.

    An account that LinkedIn has no figure of is no part of the total.
    """
    reports = (account(state), account("vvvvv", "Bob"))
    report = TeamReport(View.BOARD, "", WEEK, reports, minimum=0)
    board = build_team_card(report, today=TODAY, words="board")
    assert not check_message(board.blocks, board.text)
    header, *rows = table(board)
    titles = [cell["text"] for cell in header]
    shown = {row[0]["text"]: dict(zip(titles, row, strict=True)) for row in rows}
    columns, *lines = csv_rows(report_file("csv", report, TODAY))[:4]
    written = {row[1]: dict(zip(columns, row, strict=True)) for row in lines}
    for metric, kind in zip(POST_METRICS, state, strict=True):
        if metric is Metric.IMPRESSION:
            assert shown["Acme"][NAMES[metric]]["text"] == reads(metric, kind)
        assert written["Acme"][NAMES[metric]] == (str(KNOWN[metric]) if kind == "v" else WORDS[kind])
        counted, unreported = (1, True) if set(state) == {"u"} else (2, False)
        total = written[f"Total of {counted}"][NAMES[metric]]
        if metric is Metric.MEMBERS_REACHED:
            assert total == "not added up"
        else:
            assert total == (str(counted * KNOWN[metric]) if kind == "v" or unreported else WORDS[kind])
    assert (shown["Acme"][RATE_NAME]["type"] == "raw_number") == rate_known(state)
    assert (shown["Acme"]["Place"]["type"] == "raw_number") == rate_known(state)
    assert (written["Acme"]["Impressions, change in %"] == "100%") == (state[0] == "v")
    assert all(value not in ("0", "0%", "") for row in written.values() for value in row.values())


@pytest.mark.parametrize("state", STATES, ids=["".join(state) for state in STATES])
def test_two_sides_read_the_same_in_table_and_csv(state):
    """The other side is known whole: no difference with an unknown, and no rate of unknown parts."""
    report = VersusReport(account(state), account("vvvvv", "Bob"), POST_METRICS)
    card = build_versus_card(report, today=TODAY, words="x")
    assert not check_message(card.blocks, card.text)
    header, *rows = table(card)
    assert [cell["text"] for cell in header] == ["Figure", "Acme", "Bob", "Difference", "Difference in %"]
    written = {row[0]: row[1:] for row in csv_rows(report_file("csv", report, TODAY))[1:7]}
    shown = {row[0]["text"]: row[1:] for row in rows}
    for metric, kind in zip(POST_METRICS, state, strict=True):
        ours, theirs, *moved = shown[NAMES[metric]]
        assert (ours["text"], theirs["text"]) == (reads(metric, kind), reads(metric, "v"))
        assert [cell["text"] for cell in moved] == (["0", "0%"] if kind == "v" else ["n/a", "n/a"])
        assert written[NAMES[metric]][0] == (str(KNOWN[metric]) if kind == "v" else WORDS[kind])
        assert written[NAMES[metric]][2:] == (["0", "0%"] if kind == "v" else ["n/a", "n/a"])
    assert (shown[RATE_NAME][0]["type"] == "raw_number") == rate_known(state)
    assert written[RATE_NAME][0] == ("3.68%" if rate_known(state) else shown[RATE_NAME][0]["text"])
    drawn = [block for block in card.blocks if block["type"] == "data_visualization"]
    assert bool(drawn) == (state[0] == "v")


def test_beside_a_side_without_any_there_is_a_difference_and_no_percentage():
    """Of two accounts neither is "before" the other."""
    bob = replace(account("vvvvv", "Bob"), figures=dict.fromkeys(POST_METRICS, Value(0)))
    report = VersusReport(account("vvvvv"), bob, POST_METRICS)
    rows = {row[0]["text"]: [cell["text"] for cell in row[1:]] for row in table(build_versus_card(report, today=TODAY, words="x"))[1:]}
    for metric in POST_METRICS:
        known = f"{KNOWN[metric]:,}"
        assert rows[NAMES[metric]] == [known, "0", f"+{known}", "–"]


@pytest.mark.parametrize("state", STATES, ids=["".join(state) for state in STATES])
def test_an_accounts_card_says_of_each_figure_what_its_file_says(state):
    """Each field of the card, each row of the file; the change only where both periods are known."""
    report = account(state)
    card = build_account_card(report, today=TODAY, words="x")
    assert not check_message(card.blocks, card.text)
    texts = [field["text"] for block in card.blocks for field in block.get("fields", [])]
    shown = {name.strip("*"): figure for name, _, figure in (text.partition("\n") for text in texts)}
    written = {row[0]: row[1:] for row in csv_rows(report_file("csv", report, TODAY))[1:7]}
    for metric, kind in zip(POST_METRICS, state, strict=True):
        now, before, absolute, growth, *_ = written[NAMES[metric]]
        assert shown[NAMES[metric]].startswith(reads(metric, kind))
        assert ("▲" in shown[NAMES[metric]]) == (kind == "v")
        assert now == (str(KNOWN[metric]) if kind == "v" else WORDS[kind])
        assert before == (str(KNOWN[metric] // 2) if kind == "v" else WORDS[kind])
        assert (absolute == "n/a") == (growth == "n/a") == (kind != "v")
    assert shown[RATE_NAME].startswith("3.68%") == rate_known(state)
    assert (written[RATE_NAME][0] == "3.68%") == rate_known(state)


KINDS = {
    "post": lambda state, kind: report_file(kind, post(state), TODAY),
    "account": lambda state, kind: report_file(kind, account(state), TODAY),
    "comparison": lambda state, kind: report_file(kind, ComparisonReport((post(state), post("vvvvv")), (), POST_METRICS), TODAY),
    "versus": lambda state, kind: report_file(kind, VersusReport(account(state), account("vvvvv", "Bob"), POST_METRICS), TODAY),
    "team": lambda state, kind: report_file(
        kind, TeamReport(View.BOARD, "", WEEK, (account(state), account("vvvvv", "Bob")), minimum=0), TODAY
    ),
    "sums": lambda state, kind: report_file(
        kind, TeamReport(View.TEAM, "", WEEK, (account(state), account("vvvvv", "Bob")), totals_only=True), TODAY
    ),
    "top": lambda state, kind: report_file(kind, TopReport("", WEEK, (post(state),), known=1, asked=1, unranked=0), TODAY),
}


@pytest.mark.parametrize("made", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("state", STATES[::20], ids=["".join(state) for state in STATES[::20]])
def test_the_workbook_says_what_the_csv_says(state, made):
    """Every twentieth state of every kind of file, for writing a workbook takes a while: typed numbers and days, the same words."""
    rows = zip(csv_rows(made(state, "csv")), xlsx_rows(made(state, "xlsx")), strict=False)
    for plain, typed in rows:
        for word, cell in zip(plain, typed, strict=True):
            if isinstance(cell, float) and word.count("-") == 2:
                assert FIRST_OF_SHEETS + timedelta(days=cell) == date.fromisoformat(word)
            elif isinstance(cell, float) and word.endswith("%"):
                assert Decimal(word.rstrip("%")) / 100 == Decimal(repr(cell))
            elif isinstance(cell, float):
                assert float(word) == cell
            else:
                assert word.lstrip("'") == cell


@pytest.mark.parametrize("number", [999_999_999_999_999, 2**53 + 1, 10**18 + 7])
def test_no_figure_is_too_large_for_a_file(number):
    """Spreadsheets keep fifteen digits of a number: more are text, and exact."""
    whole = replace(post("vvvvv"), figures={**figures("vvvvv"), Metric.IMPRESSION: Value(number)})
    (plain, typed) = (rows[1][3] for rows in (csv_rows(report_file("csv", whole, TODAY)), xlsx_rows(report_file("xlsx", whole, TODAY))))
    assert plain == str(number)
    assert typed == (float(number) if number < 10**15 else str(number))


@pytest.mark.parametrize(("state", "coverage"), [("v", "all"), ("u", "0 of 7 days reported"), ("f", "couldn't be fetched")])
def test_the_days_reported_are_told_of_unknown_figures_too(state, coverage):
    rows = csv_rows(report_file("csv", account(state * 5), TODAY))
    column = rows[0].index("Days reported")
    assert {row[column] for row in rows[1:6] if row[0] != NAMES[Metric.MEMBERS_REACHED]} == {coverage}


@pytest.mark.parametrize("state", STATES, ids=["".join(state) for state in STATES])
def test_sums_alone_hold_no_accounts_name_or_figures(state):
    """One row, the total, in the file; no table in the card; a sum with an unknown part is unknown."""
    report = TeamReport(View.TEAM, "", WEEK, (account(state), account("vvvvv", "Bob")), totals_only=True)
    card = build_team_card(report, today=TODAY, words="team totals")
    assert not any(block["type"] == "data_table" for block in card.blocks)
    row = csv_rows(report_file("csv", report, TODAY))[1]
    counted, unreported = (1, True) if set(state) == {"u"} else (2, False)
    assert row[0] == f"Total of {counted}"
    for metric, kind, word in zip(POST_METRICS, state, row[1:], strict=False):
        if metric in DAILY_POST_METRICS:
            assert word == (str(counted * KNOWN[metric]) if kind == "v" or unreported else WORDS[kind])
    assert csv_rows(report_file("csv", report, TODAY))[2] == []


def test_a_rate_with_a_part_that_could_not_be_fetched_is_not_put_down_to_missing_days():
    report = AccountReport(Account("linkedin-1", "Acme"), WEEK, figures("vvvfv"), POST_METRICS, FRESH)
    gaps = Gaps({Metric.IMPRESSION: frozenset({WEEK.first})}, {})
    assert account_rate(report, gaps) == "n/a: comments are unknown"
    assert account_rate(replace(report, figures=figures("vvvvv")), gaps) == "n/a: days of impressions are missing"
