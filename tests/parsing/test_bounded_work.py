"""The work of reading a text grows with its length and hardly with the number of accounts."""

from collections.abc import Callable
from contextlib import suppress
from cProfile import Profile
from datetime import UTC, date, datetime
from itertools import cycle, islice
from time import process_time

import pytest

from bot.access.commands import read_link
from bot.alerts.parser import read_alert
from bot.digests.parser import read_digest
from bot.errors import BotError
from bot.goals.parser import read_goal
from bot.management.change_words import correction_in
from bot.parsing.courtesies import without_preamble
from bot.parsing.follow_ups import goes_on
from bot.parsing.last_command import change_in
from bot.parsing.parser import parse_text, to_query
from bot.parsing.text import MOST_CHARACTERS
from bot.parsing.thread_context import in_thread
from bot.schedules.parser import read_schedule
from bot.statistics.reports import Account, Directory

TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 9, tzinfo=UTC)
NAMES = ("Acme GmbH", "May Lee", "Ann Smith", "The Guardian", "Monday Motors", "Status Quo", "Team Blue", "One Two Three")
FIRST_NAMES = ("Ann", "Bob", "Carla", "Dmitri", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas")


def made_up_accounts(count: int) -> Directory:
    names = [*NAMES, *(f"{FIRST_NAMES[at % 10]} Nr{at} Company {at % 97}" for at in range(count))][:count]
    return Directory(tuple(Account(f"linkedin-ID{at:05}", name, f"user{at}") for at, name in enumerate(names)))


FEW, MANY = made_up_accounts(8), made_up_accounts(4_000)

#: Repeated up to the longest text that is read. Numbered ones differ in every place, so that nothing can be remembered.
PIECES = (
    "1,", "ann bob ", "may lee ", "an{}, ", "linkedin-a{} ", '"', "'a ", "<@U1> ", "mon,", "1st, ", "every mon ", "in berlin ", "1-", "vs ",
    "https://linkedin.com/", "urn:li:share:", "((((", "a.", "ﬃ ", "imprssions ", "not that, ", "what kinds of posts ", "it is better ",
    "hi, ", "my boss asks ", "in all accounts ",
)  # fmt: skip


def repeated(piece: str, length: int) -> str:
    return "".join(islice((one.format(at) for at, one in enumerate(cycle([piece]))), length // len(piece) + 1))[:length]


def question(text: str, directory: Directory) -> None:
    read_link(text)
    to_query(parse_text(without_preamble(text), TODAY, NOW), directory)


READERS: dict[str, Callable[[str, Directory], object]] = {
    "": question,
    "team ": question,
    "group x = ": question,
    "ann vs ": question,
    "below a team's card: ": lambda text, directory: to_query(in_thread(text.partition(": ")[2], "team last week", TODAY, NOW), directory),
    "digest ": read_digest,
    "alert acme impressions ": lambda text, directory: read_alert(text[:1_000], directory, ("sales",)),
    "goal ": lambda text, _: read_goal(text),
    "no, ": lambda text, _: change_in(text) or correction_in(text),
    "every monday 9:00 ": lambda text, _: read_schedule(text, zone="Europe/Berlin"),
}


def calls_of(lead: str, text: str, directory: Directory) -> int:
    """How many functions are called to read this text; what was remembered of the names before does not count."""
    with Profile() as profile, suppress(BotError):
        READERS[lead](lead + text, directory)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("length", [MOST_CHARACTERS // 2, pytest.param(MOST_CHARACTERS, marks=pytest.mark.full)])
@pytest.mark.parametrize("lead", READERS)
def test_reading_a_text_takes_work_in_proportion_to_its_length(lead: str, length: int) -> None:
    """Half of the longest text tells as much as the longest: what grows with the square may cost a quarter there."""
    longest = length - len(lead)
    calls_of(lead, "acme", FEW)
    for piece in PIECES:
        short, long = (calls_of(lead, repeated(piece, at), FEW) for at in (longest // 4, longest))
        assert long < 8 * short + 200_000 * (length / MOST_CHARACTERS) ** 2, (piece, short, long)


@pytest.mark.parametrize("lead", READERS)
def test_reading_a_text_takes_about_the_same_work_with_thousands_of_accounts(lead: str) -> None:
    calls_of(lead, "acme", FEW)
    calls_of(lead, "acme", MANY)
    for piece in ("1,", "an{}, ", "linkedin-a{} ", "mon,", "company {} "):
        few, many = (calls_of(lead, repeated(piece, MOST_CHARACTERS - len(lead)), directory) for directory in (FEW, MANY))
        assert many < 6 * few + 200_000, (piece, few, many)


@pytest.mark.parametrize("name", ["zzzzqqq", "anm smiht", "Nr77x", "linkedin-ID99999", "carla nr"])
def test_an_unknown_name_takes_the_same_work_with_thousands_of_accounts(name: str) -> None:
    calls_of("", "acme", MANY)
    few, many = (calls_of("", name, directory) for directory in (FEW, MANY))
    assert many < 4 * few + 4_000, (few, many)


def seconds_of(read: Callable[[str], object], piece: str) -> float:
    """The least that three readings of this piece, repeated to the longest text, take of the processor."""
    taken = []
    for lead in ("acme ", "ann ", "may "):
        started = process_time()
        with suppress(BotError):
            read((lead + piece * MOST_CHARACTERS)[:MOST_CHARACTERS])
        taken.append(process_time() - started)
    return min(taken)


@pytest.mark.parametrize(
    "read", [lambda text: question(text, FEW), goes_on, change_in, lambda text: in_thread(text, "acme 7d", TODAY, NOW)]
)
def test_one_sign_or_small_word_again_and_again_takes_no_longer_than_other_words(read: Callable[[str], object]) -> None:
    plain = seconds_of(read, "hello there my dear old friend of mine ")
    for piece in (", ", "...", ". ", " ", "\n", "a ", "the ", "an, ", "and ", "no "):
        assert seconds_of(read, piece) < 10 * plain + 0.02, piece
