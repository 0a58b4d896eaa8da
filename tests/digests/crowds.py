"""Made-up worlds with the accounts that a test of digests needs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.sandbox.world import World
from bot.sandbox.world_cast import Account, Trouble

NOBODY: Mapping[str, Trouble] = {}


def crowd_of(names: Sequence[str], troubled: Mapping[str, Trouble] = NOBODY, **over: Any) -> World:
    """A world of these accounts, whose ids are "linkedin-Crowd0" and so on; those that are troubled by their names."""
    world = World()
    first = world.accounts[0]
    members: list[Account] = [
        replace(first, platform_id=f"linkedin-Crowd{place}", display_name=name, trouble=troubled.get(name), **over)
        for place, name in enumerate(names)
    ]
    # The world's cast is a fixed one; nothing but tests has another.
    world.accounts = tuple(members)  # type: ignore[assignment]
    world._by_id = {account.platform_id: account for account in members}
    return world
