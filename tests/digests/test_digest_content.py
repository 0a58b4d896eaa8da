"""What stands in a digest, and what its owner is told, when accounts differ: some without figures, some that fail, many of them."""

import re

from bot.sandbox.world_cast import Trouble
from tests.digests.crowds import crowd_of


def header_of(message):
    return message.blocks[0]["text"]["text"]


def rows_of(message):
    """The table's rows under its header, each as its texts."""
    table = next(block for block in message.blocks if block["type"] == "data_table")
    return [[cell["text"] for cell in row] for row in table["rows"][1:]]


async def the_digest(digesting, accounts, **over):
    await digesting.digest(accounts=accounts, **over)
    await digesting.ring(rounds=4, seconds=2)
    (posted,) = digesting.posted()
    return posted


async def test_an_account_without_figures_takes_nothing_away_from_the_others(open_digesting):
    """The sum, the chart and the headline are those of the others, and the account is named."""
    world = crowd_of(("Anna", "Bernd", "Nora"), {"Nora": Trouble.NOTHING_AVAILABLE})
    async with open_digesting(world=world) as digesting:
        posted = await the_digest(digesting, digesting.accounts(3))
        assert re.match(r"LinkedIn, 16–22 Nov, 2 of 3 accounts: [\d,]+ impressions, ", header_of(posted))
        assert any(block["type"] == "data_visualization" for block in posted.blocks)
        assert "LinkedIn has no figures for Nora." in posted.text
        assert "LinkedIn has no figures for Nora." in str(posted.blocks)
        assert ["Nora", "LinkedIn has no figures", "n/a", "n/a", "n/a"] in rows_of(posted)
        assert "No total" not in posted.text


async def test_the_one_account_that_is_left_is_called_one_of_two(open_digesting):
    world = crowd_of(("Anna", "Bernd"), {"Bernd": Trouble.TOKEN_EXPIRED})
    async with open_digesting(world=world) as digesting:
        posted = await the_digest(digesting, digesting.accounts(2))
        assert header_of(posted).startswith("LinkedIn, 16–22 Nov, 1 of 2 accounts: ")
        assert posted.text.startswith("LinkedIn summary. 1 of 2 accounts (Anna), 16–22 Nov against the week before")
