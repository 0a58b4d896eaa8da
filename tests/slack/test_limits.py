"""The tables of Slack's limits, the bot's own and the sandbox's: every number has its page and its day, and stands nowhere else."""

import ast
from datetime import date
from pathlib import Path

from bot.sandbox.limits.table import NUMBERS
from bot.slack.limits import LIMITS

BOT = Path(__file__).parents[2] / "bot"
CHECKERS = [*BOT.glob("slack/validator*.py"), *(path for path in BOT.glob("sandbox/limits/*.py") if path.name != "table.py")]


def test_a_checker_has_no_number_of_its_own():
    """But small ones, of what there must be at least or of a shape, and those of a moment in seconds."""
    found = {}
    for path in CHECKERS:
        numbers = [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
        found[path.name] = [number for number in numbers if type(number) is int and 10 < number < 10**9]
    assert found == {path.name: [] for path in CHECKERS}


def test_every_limit_says_where_and_when_it_was_read():
    read = [(limit.source, limit.seen) for limit in LIMITS.values()] + [(limit.page, limit.read) for limit in NUMBERS.values()]
    assert [place for place, day in read if not place or day < date(2026, 5, 20)] == []
