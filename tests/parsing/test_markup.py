"""Slack's markup: channels out, escapes undone once, and what a person typed stays what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.text import unescaped, without_channels


@given(st.text())
def test_what_slack_escaped_is_what_was_typed(typed):
    """Also where an escape was typed: "&amp;lt;" is "&lt;", and no bracket."""
    assert unescaped(typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) == typed


@pytest.mark.parametrize(
    ("text", "ids", "rest"),
    [
        ("acme in <#C1|x> at 9", ("C1",), "acme at 9"),
        ("to the <#C1> channel, acme", ("C1",), ", acme"),
        ("<#C1> <#C2|b> <#C1>", ("C1", "C2"), ""),
        ("R&amp;D &lt;#C1&gt;", (), "R&D <#C1>"),
        ("begin <#C1>", ("C1",), "begin"),
    ],
)
def test_channels_are_taken_out_with_the_words_that_lead_to_them(text, ids, rest):
    found, left = without_channels(text)
    assert (found, " ".join(left.split())) == (ids, rest)
