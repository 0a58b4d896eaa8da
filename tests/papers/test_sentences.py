"""Every sentence the bot can say is short, spoken English."""

import re
from functools import cache

import pytest

from tests.sentences import Sentence, sentences

#: Words of others: compared or quoted as they are, not ours to change.
OF_OTHERS = (
    "postpost/wire_errors.py",  # PostPost's error texts
    "storage/db_errors.py",  # the drivers' error texts
    "slack/limits",  # Slack's
    "slack/validator",  # the same
    "parsing/vocabulary.py",  # words that people type
    "sandbox/world.py",  # titles of posts
)
QUOTED = ("are not consistent with UI at the moment", "is not a valid command")

FORBIDDEN = {
    "don't, can't, isn't": r"\b(?:do|does|did|is|are|was|were|has|have|had|could|would|should|can) ?not\b",
    "I don't know …, I don't see …": r"\bI (?:know|see|have) no\b",
    "isn't a …": r"[”}`] (?:is|are) no\b(?! longer)",
    "you named …": r"\bthese are (?:\d|two\b)",
    "vs., compared with": r" against\b",
    "percent, 7.4%": r"\bper cent\b|\d[ \u00a0\u202f]%",
    "is counted, says, settles": r"\b(?:a word of mine|word of a|holds no|are told|is told|stands? in one)\b",
    "on a schedule": r"\bby the clock\b",
    "checking whether": r"\blooked for\b",
    "equal figures share a rank": r"\bshares? a place\b|\ba place takes\b",
    "at most once every 7 days": r"\bat most once in\b|\bfrom \d+ on,",
    "should": r"\bshall\b|\bwhom\b|\bmeanwhile\b",
    "right now, this time": r"\bjust now\b",
    "works, is back to normal": r"\b(?:all|everything|is|are) (?:is )?well\b",
    "I sent you … in a direct message": r"\bis in our direct messages\b",
    "posts, alerts": r"\bKnown are\b|\bset up that you can see\b",
}


@cache
def ours() -> list[Sentence]:
    """Every sentence but the words of others."""
    return [one for one in sentences() if not one.file.startswith(OF_OTHERS) and not any(words in one.text for words in QUOTED)]


@pytest.mark.parametrize("instead", FORBIDDEN)
def test_no_sentence_is_stiff(instead):
    """What people say instead is the case's name."""
    assert len(ours()) > 1000
    assert [f"{one.file}:{one.line} {one.text}" for one in ours() if re.search(FORBIDDEN[instead], one.text)] == []
