"""How numbers, days and text are written."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports import figures
from bot.slack import builders, interactive, numbers
from bot.statistics.metrics import Metric, MetricChange, Value, change

pytestmark = pytest.mark.usefixtures("english_numbers")


@pytest.mark.parametrize(
    ("fraction", "written"),
    [
        (0, "0%"),
        (0.0004, "<0.1%"),
        (0.001, "0.1%"),
        (0.02996, "3%"),
        (0.084, "8.4%"),
        (-0.084, "8.4%"),
        (0.0996, "10%"),
        (0.12, "12%"),
        (1, "100%"),
        (123.456, "12,346%"),
    ],
)
def test_a_percentage_has_a_decimal_below_ten(fraction, written):
    assert numbers.percent(fraction) == written


@pytest.mark.parametrize(
    ("fraction", "written"), [(568 / 15_420, "3.68%"), (568 / 8_234, "6.90%"), (0, "0%"), (0.00001, "<0.01%"), (12.5, "1,250.00%")]
)
def test_a_rate_has_two_decimals(fraction, written):
    assert numbers.rate(fraction) == written


@pytest.mark.parametrize(("number", "written"), [(4_850, "+4,850"), (-684, "−684"), (0, "0"), (10**12, "+1,000,000,000,000")])
def test_a_movement_has_a_typographic_sign(number, written):
    assert numbers.signed(number) == written


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "Nov 16–22"),
        (date(2026, 10, 28), date(2026, 11, 3), "Oct 28–Nov 3"),
        (date(2026, 11, 16), date(2026, 11, 16), "Nov 16"),
        (date(2025, 11, 16), date(2026, 11, 16), "Nov 16–Nov 16"),
    ],
)
def test_days_in_a_row_are_one_stretch(first, last, written):
    assert numbers.stretch(first, last) == written


@pytest.mark.parametrize(("days", "written"), [(-1, "today"), (0, "today"), (1, "yesterday"), (2, "2 days ago"), (1_500, "1,500 days ago")])
def test_an_age_is_in_days(days, written):
    today = date(2026, 11, 23)
    assert numbers.age(today - timedelta(days=days), today) == written


@pytest.mark.parametrize(
    ("before", "now", "mark", "words", "direction"),
    [
        (40_380, 45_230, "▲ 12%", "up 12% (+4,850)", "up 12%"),
        (22_834, 22_150, "▼ 3%", "down 3% (−684)", "down 3%"),
        (5, 12, "▲ +7", "up 7", "up 7"),
        (9, 0, "▼ −9", "down 9", "down 9"),
        (0, 120, "▲ new", "none before", "none before"),
        (0, 0, "unchanged", "unchanged", "unchanged"),
        (50, 50, "unchanged", "unchanged", "unchanged"),
    ],
)
def test_a_change_reads_with_its_sign(before, now, mark, words, direction):
    moved = change(Value(now), Value(before))
    assert isinstance(moved, MetricChange)
    assert figures.mark(moved) == mark
    assert figures.change_words(moved) == words
    assert figures.direction(moved) == direction


@pytest.mark.parametrize(("number", "written"), [(0, "0 comments"), (1, "1 comment"), (2, "2 comments")])
def test_one_is_not_plural(number, written):
    assert figures.noun(Metric.COMMENT, number) == written


def test_exactly_three_characters_are_escaped():
    assert builders.escape("a & b < c > d \"'*_~`") == "a &amp; b &lt; c &gt; d \"'*_~`"


@given(text=st.text("a&<>;", max_size=60), limit=st.integers(2, 40))
def test_shortening_never_cuts_an_entity(text, limit):
    short = builders.shorten_mrkdwn(builders.escape(text), limit)
    assert len(short) <= limit
    rest = short.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not set(rest) & set("&<>")


def test_shortening_never_cuts_a_token():
    assert builders.shorten_mrkdwn("see <https://x.example|here> now", 20) == "see…"


@given(name=st.text(max_size=100), limit=st.integers(1, 50))
def test_a_name_is_one_printable_line(name, limit):
    line = builders.one_line(name, limit)
    assert len(line) <= limit
    assert not set(line) & set("\n\r\t\x00\u202e\u200b")


def test_a_moment_reads_in_the_readers_zone_and_falls_back_to_utc():
    token = "<!date^1795424520^{date_short_pretty} at {time}|2026-11-23 09:02 UTC>"
    at = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
    assert builders.moment(at) == token
    assert builders.moment(at.astimezone(timezone(timedelta(hours=9)))) == token


def test_code_cannot_be_closed_from_inside():
    assert builders.code("a`b <c>") == "`a'b &lt;c&gt;`"


def test_a_long_table_written_out_counts_what_it_leaves_out():
    rows = [[interactive.raw_text("x" * 90)] for _ in range(101)]
    text = builders.written_out(interactive.data_table("Days", rows, 10))
    assert text is not None
    assert len(text) < 3_000
    shown = text.count("\n") - 1
    assert text.endswith(f"… and {101 - shown} more")


def test_a_message_without_native_blocks_is_itself():
    message = builders.Message("x", (builders.section("x"),))
    assert message.without_native() is message
    assert message.payload() == {"text": "x", "blocks": [builders.section("x")]}
