"""Every failure of the statistics says what is wrong also where nobody has asked, as in a digest."""

from collections.abc import Iterator

import pytest

from bot.errors import NothingFetched, StatisticsError


def kinds(of: type[StatisticsError]) -> Iterator[type[StatisticsError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


ACCOUNTS = [kind for kind in kinds(StatisticsError) if kind is not NothingFetched]


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_a_diagnosis_speaks_of_no_post_and_of_no_asking_again(kind):
    shown = kind().diagnosis
    assert shown.endswith(".")
    assert not any(word in shown for word in ("post ", "ask again", "ry again", "right now", "this account"))


def test_a_diagnosis_is_short_enough_to_stand_whole_beside_two_others():
    long = max((kind() for kind in ACCOUNTS), key=lambda error: len(error.diagnosis))
    assert len(NothingFetched([("N" * 400, long)] * 5).sentence) <= 900
