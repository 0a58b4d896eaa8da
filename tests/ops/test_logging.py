"""A log line is one line, whatever failed, and holds no secret."""

import io
import json
import logging

import pytest

from bot.ops.telemetry import REDACTED, configure_logging, shared_by


@pytest.fixture
def lines():
    """What is written, by a logger set up as the bot's."""
    written = io.StringIO()

    def start(*, as_json: bool) -> io.StringIO:
        configure_logging(level="INFO", as_json=as_json, hidden=["s3cret-key"], stream=written)
        return written

    return start


@pytest.mark.parametrize("as_json", [True, False])
def test_a_failure_is_one_line_with_its_place_and_without_secrets(lines, as_json):
    """The class, the sentence, where it happened; never a stack trace over many lines."""
    written = lines(as_json=as_json)
    with shared_by(("0a1b2c3d",)):
        try:
            int("first\nsecond xoxb-1-abc xapp-1-def s3cret-key")
        except ValueError:
            logging.getLogger("bot.test").exception("it failed")
    line = written.getvalue()
    assert line.count("\n") == 1
    assert "test_logging.py" in line
    assert "ValueError" in line
    assert "0a1b2c3d" in line
    assert line.count(REDACTED) == 3
    assert not [secret for secret in ("xoxb-1", "xapp-1", "s3cret") if secret in line]


def test_json_lines_can_be_read_back(lines):
    written = lines(as_json=True)
    logging.getLogger("bot.test").info("asked", extra={"source": "command", "ms": 1.5})
    read = json.loads(written.getvalue())
    assert (read["event"], read["source"], read["ms"]) == ("asked", "command", 1.5)
