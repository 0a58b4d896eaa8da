"""A short run of the benchmark itself: every answer is right."""

import pytest

from tests.benchmarks.contest import FLOOR, OURS, PLAIN, Work, measure
from tests.benchmarks.figures import Figures
from tests.benchmarks.made_up_side import EXPECTED_FIGURE
from tests.benchmarks.run import table
from tests.benchmarks.tally import Tally

WARM, SECONDS = 0.3, 1.0
#: Whether an answer comes, not when: a busy machine may take long.
PATIENT = 50.0
HELP = Work("help", "help", connections=1, lost_after=PATIENT)
SOCKET = Work("socket", "card", connections=4, socket=True, lost_after=PATIENT)
CARD = Work("card", "card", connections=8, lost_after=PATIENT)


def test_this_bot_over_socket_mode_and_a_plain_one_over_http_answer_every_command():
    """Never how fast: a second on a busy machine says nothing."""
    ours, plain = (measure(bot, work, seconds=SECONDS, warm=WARM) for bot, work in ((OURS, SOCKET), (PLAIN, HELP)))
    assert (ours.errors, ours.complaint) == (0, "")
    assert (plain.errors, plain.complaint) == (0, "")
    assert min(ours.commands, plain.commands) > 0
    assert "plain Bolt" in table({OURS: [ours], PLAIN: [plain]})


def test_every_command_gets_its_card_under_load():
    """Eight people at once, each with another post: every card shows the API's figure, once."""
    ours = measure(OURS, CARD, seconds=SECONDS, warm=WARM)
    assert (ours.errors, ours.complaint) == (0, "")
    assert ours.api_calls >= ours.commands > 0


class _StillLane:
    """A lane that only counts how often it was freed."""

    def __init__(self) -> None:
        self.freed = 0

    def go_on(self) -> None:
        self.freed += 1


CARD_BODY = b'{"blocks":["%b"]}' % EXPECTED_FIGURE


@pytest.mark.parametrize(
    ("status", "body", "later", "errors"),
    [
        pytest.param(200, CARD_BODY, None, 0, id="the card inside the 200"),
        pytest.param(200, b"", CARD_BODY, 0, id="the card at the response_url"),
        pytest.param(500, b"", None, 1, id="a refusal"),
        pytest.param(200, b"", b'{"blocks":[]}', 1, id="blocks without the figure"),
        pytest.param(200, b"", b'{"text":"15,420"}', 1, id="the figure without blocks"),
        pytest.param(200, CARD_BODY, CARD_BODY, 1, id="a second answer"),
    ],
)
def test_the_tally_counts_only_right_answers(status: int, body: bytes, later: bytes | None, errors: int):
    """An answer is right when blocks with the API's figure come exactly once, in the 200 or at the response_url."""
    tally, lane = Tally(asks_cards=True), _StillLane()
    number = tally.sent(lane, 1.0)
    tally.acknowledged(number, status, body, 1.1)
    if later is not None:
        tally.carded(number, later, 1.2)
    assert tally.errors == errors
    assert bool(tally.complaint) == bool(errors)
    assert lane.freed == 1


def test_a_command_without_its_answer_counts_as_lost():
    """Acknowledged, but no card ever comes."""
    tally, lane = Tally(asks_cards=True), _StillLane()
    tally.acknowledged(tally.sent(lane, 1.0), 200, b"", 1.1)
    tally.give_up(5.9)
    assert tally.errors == 0
    tally.give_up(6.1)
    assert tally.errors == lane.freed == 1


def test_a_ratio_is_the_median_of_the_rounds_own_ratios():
    """A round in which the whole machine was slow does not speak for either bot."""

    def round_of(ack_ms: float) -> Figures:
        return Figures(1000, 1.0, ack_ms, ack_ms, ack_ms, 0.1, 50.0, 0, 0, "", 0.1)

    ours, floor = [round_of(1), round_of(40), round_of(1)], [round_of(10), round_of(400), round_of(10)]
    row = table({OURS: ours, FLOOR: floor}).splitlines()[2]
    assert "0.100x" in row
