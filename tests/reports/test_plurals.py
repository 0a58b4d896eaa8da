"""No sentence says "1 posts" or shows a code name, where there is one of a thing, or none."""

import re

import pytest

from bot.sandbox.world_cast import Trouble
from tests.fixtures.crowds import crowd_of

NOUNS = "days|posts|accounts|impressions|reactions|comments|reshares|digests|alerts|goals|people|groups|members|followers|hours|weeks"
WRONG = re.compile(rf"(?<![\d,.–+−])1 (?:more |known |unfinished |whole )?(?:{NOUNS})\b|\bof 1 (?:{NOUNS})\b|\b[A-Z]{{3,}}_[A-Z_]+\b")
QUESTIONS = [
    "yesterday daily",
    "linkedin-Crowd0 yesterday",
    "team yesterday",
    "board yesterday min 1",
    "board growth yesterday min 1",
    "linkedin-Crowd0 yesterday vs linkedin-Crowd1",
    "top yesterday",
    "top 1 yesterday comments",
    "top 28d",
    "alert rate > 3% week min 1",
    "alert linkedin-Crowd0 impressions +50% day min 1",
    "goal impressions 1 month",
    "goals",
    "alerts",
    "digests",
    "digest preview all every monday 9:00",
    "accounts",
    "status",
    "groups",
    "permissions",
    "help",
]


def said(message):
    """What a person reads: the text, and every text of the blocks but buttons' values."""

    def texts(part):
        if isinstance(part, dict):
            for name, one in part.items():
                yield from [one] if name == "text" and isinstance(one, str) else texts(one)
        elif isinstance(part, list):
            for one in part:
                yield from texts(one)

    return "\n".join([message["text"], *texts(message["blocks"])])


@pytest.mark.parametrize("impressions", [0, 1])
async def test_one_of_a_thing_is_singular(open_scene, impressions):
    """A world so small that there is one impression, one post, one account that failed."""
    world = crowd_of(("Anna", "Bernd", "Cora"), {"Cora": Trouble.PARTIAL}, daily_impressions=impressions, post_every=1)
    async with open_scene(world=world, acknowledge_within=0.2) as scene:
        for words in QUESTIONS:
            text = said(await scene.ask(words))
            assert not (found := WRONG.search(text)), (words, found[0], text[max(found.start() - 60, 0) : found.end() + 40])
