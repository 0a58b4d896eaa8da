"""Numbers as keyboards and pages write them, read alike by every sentence that has one."""

from datetime import date

import pytest

from bot.alerts.parser import read_alert
from bot.alerts.rule import Condition
from bot.digests.parser import read_digest
from bot.goals.parser import read_goal
from bot.parsing.parser import parse_text, to_query
from bot.parsing.queries import TeamQuery, TopQuery
from bot.parsing.text import plain_signs
from bot.statistics.reports import Account, Directory

TODAY = date(2026, 11, 23)
ACCOUNTS = Directory((Account("linkedin-acme01", "Acme", "acme"),))

#: Blanks: no-break, thin, narrow no-break, figure, em, ideographic; with a mark of no width; apostrophes; other digits and separators.
BLANKS = ("\xa0", "\u2009", "\u202f", "\u2007", "\u2003", "\u3000", " ", "\u200b ")
THOUSAND = (
    *(f"1{blank}000" for blank in BLANKS),
    "1,000", "1.000", "1'000", "1’000", "1ʼ000", "1´000", "1000", "1k", "1K", "1 k", "1.0k", "1,0k", "1 thousand", "1 tsd",
    "1000,-", "1.000,–", "1,000.00",
    "one thousand", "a thousand", "ten hundred", "1e3", "１０００", "１，０００", "١٠٠٠", "۱٬۰۰۰", "१०००", "\u200e1000\u200f", "\ufeff1000",
)  # fmt: skip


@pytest.mark.parametrize("number", THOUSAND)
def test_a_number_is_the_same_in_every_sentence(number: str):
    board = to_query(parse_text(f"board min {number}", TODAY), ACCOUNTS)
    assert isinstance(board, TeamQuery)
    assert board.minimum == 1000
    assert read_goal(f"goal impressions {number} month").target == 1000
    draft = read_alert(f"alert impressions +50% week min {number}", ACCOUNTS, ()).draft
    assert draft is not None
    assert draft.rule.minimum == 1000
    line = read_alert(f"alert impressions &gt; {number} day", ACCOUNTS, ()).draft
    assert line is not None
    assert line.rule.amount == 1000


@pytest.mark.parametrize("number", ["1/2 million", "half a million", "½ million", "0.5 million", "500 000,-"])
def test_a_part_of_a_million_is_read(number: str):
    assert read_goal(f"goal impressions {number} month").target == 500_000


@pytest.mark.parametrize("sign", ["-", "−", "–", "—", "‑", "﹣", "－"])
def test_every_minus_is_a_fall(sign: str):
    draft = read_alert(f"alert impressions {sign}30% week", ACCOUNTS, ()).draft
    assert draft is not None
    assert (draft.rule.condition, draft.rule.amount) == (Condition.DOWN, 30)


@pytest.mark.parametrize("words", ["+50%", "＋50％", "+ 50 %", "+50\u202f%", "＋５０％", "+٥٠٪"])
def test_every_plus_and_per_cent_is_a_rise(words: str):
    draft = read_alert(f"alert impressions {words} week", ACCOUNTS, ()).draft
    assert draft is not None
    assert (draft.rule.condition, draft.rule.amount) == (Condition.UP, 50)


@pytest.mark.parametrize("words", ["top 5", "top five", "top ５", "best five posts", "top ٥"])
def test_so_many_posts_are_asked_for(words: str):
    query = to_query(parse_text(words, TODAY), ACCOUNTS)
    assert isinstance(query, TopQuery)
    assert query.most == 5


@pytest.mark.parametrize("time", ["9:30", "９:３０", "9：30", "٩:٣٠"])
def test_a_digest_reads_its_time_in_every_digit(time: str):
    assert read_digest(f"digest acme every\u202fmonday {time}", ACCOUNTS).draft.cron == "30 9 * * 1"


@pytest.mark.parametrize(
    ("words", "target"),
    [("1.5M", 1_500_000), ("1,5 mio", 1_500_000), ("2 million", 2_000_000), ("1.234,5k", 1_234_500), ("2 mn", 2_000_000)],
)
def test_a_goal_in_millions(words: str, target: int):
    assert read_goal(f"goal impressions {words} month").target == target


def test_names_in_other_scripts_keep_their_letters():
    assert plain_signs("Ünïted Ｃo 日本 – A") == "Ünïted Co 日本 - A"
