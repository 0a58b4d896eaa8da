"""No sentence says "1 posts" or shows a code name, where there is one of a thing, or none."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.sandbox.world_accounts import Trouble
from tests.fixtures.crowds import crowd_of
from tests.wording import assert_wording

NOUNS = (
    "days|posts|accounts|impressions|reactions|comments|reshares|digests|alerts|goals|people|groups|members|followers|hours|weeks|months"
)
ONE = "(?:post|account|impression|reaction|comment|reshare|digest|goal|group|follower|hour|minute)"
WRONG = re.compile(
    rf"(?<![\d,.–+−-])1 (?:[a-z]+ )?(?:{NOUNS}|have|are|were)\b|\bof 1 (?:{NOUNS})\b|(?<![\d,.–+−-])(?:0|[2-9]) (?:more |known )?{ONE}\b"
    r"|\b[A-Z]{3,}_[A-Z_]+\b|\b(?:IMPRESSION|REACTION|COMMENT|RESHARE)\b"
)
QUESTIONS = [
    "yesterday daily",
    "linkedin-Crowd0 yesterday",
    "team yesterday",
    "board yesterday min 1",
    "board growth yesterday min 1",
    "top 28d min 1",
    "linkedin-Crowd0 yesterday vs linkedin-Crowd1",
    "linkedin-Crowd1 17-22 nov",
    "team comments 2d",
    "team 21-22 nov csv",
    "top yesterday",
    "top 1 yesterday comments",
    "top 28d",
    "best times 3d",
    "linkedin-Crowd0 followers yesterday",
    "alert rate > 3% week min 1",
    "alert linkedin-Crowd0 impressions +50% day min 1",
    "goal impressions 1 month",
    "goal team reactions 2 quarter",
    "alert linkedin-Crowd0 comments > 1 day cooldown 1 day",
    "goals",
    "alerts",
    "alert test",
    "digests",
    "digest preview all every monday 9:00",
    "accounts",
    "status",
    "groups",
    "permissions",
    "help",
]


def shown(message):
    """What a person reads: the text, and every text of the blocks but buttons' values."""

    def texts(part):
        if isinstance(part, dict):
            for name, one in part.items():
                yield from [one] if name == "text" and isinstance(one, str) else texts(one)
        elif isinstance(part, list):
            for one in part:
                yield from texts(one)

    return "\n".join([message["text"], *texts(message["blocks"])])


@pytest.mark.parametrize("impressions", [0, 1, 2])
async def test_one_of_a_thing_is_singular(open_scene, impressions):
    """A world so small that there is one impression, one post, one account that failed; of 2, one account with one reported day."""
    world = crowd_of(("Anna", "Bernd", "Cora"), {"Cora": Trouble.PARTIAL}, daily_impressions=impressions, post_every=1)
    if impressions > 1:
        world.accounts = (world.accounts[0], replace(world.accounts[1], started=date(2026, 11, 22)), *world.accounts[2:])
        world._by_id = {account.platform_id: account for account in world.accounts}
    async with open_scene(world=world, acknowledge_within=0.2) as scene:
        for words in QUESTIONS:
            text = shown(await scene.ask(words))
            assert not (found := WRONG.search(text)), (words, found[0], text[max(found.start() - 60, 0) : found.end() + 40])
        assert_wording(scene.slack.accepted)
