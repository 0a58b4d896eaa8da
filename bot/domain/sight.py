"""What one person may see in one place: the accounts that the channel may see, without those that opted out.

An account that opted out is in no answer about several accounts and in no digest. Its own card is for the person it is linked to, who may
also share it, and for administrators, who see it alone; to everybody else it is as if the account did not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.domain.accounts import Directory
from bot.domain.identity import Same
from bot.domain.permissions import Rules


@dataclass(frozen=True, slots=True)
class Sight:
    """Accounts are platform ids; ``channel`` is Slack's id of where the answer is read."""

    rules: Rules
    channel: str
    #: Opted out, and not to be seen by this person.
    hidden: frozenset[str] = frozenset()
    #: Opted out, and seen by this person alone: nobody else may read the answer.
    unshared: frozenset[str] = field(default_factory=frozenset)

    def sees(self, platform_id: str, *, public: bool = False) -> bool:
        """Whether figures of this account may be shown there; with ``public``, to everybody in the channel."""
        if platform_id in self.hidden or (public and platform_id in self.unshared):
            return False
        return self.rules.sees(self.channel, platform_id)

    def visible(self, directory: Directory) -> Directory:
        """The directory as this person may see it there."""
        return _visible(Same(directory), Same(self.rules), self.channel, self.hidden)


@lru_cache(maxsize=256)
def _visible(directory: Same[Directory], rules: Same[Rules], channel: str, hidden: frozenset[str]) -> Directory:
    """Remembered, so that what is known about a directory's names serves the next question too."""
    there = rules.value.visible(directory.value, channel)
    if not hidden:
        return there
    return Directory(tuple(account for account in there.accounts if account.platform_id not in hidden), there.complete)


def sight_of(rules: Rules, channel: str, out: Mapping[str, str], user: str, *, administers: bool) -> Sight:
    """What a person sees.

    Args:
        rules: the settings'.
        channel: where.
        out: the accounts that opted out, each with the Slack id of the person linked to it, or "".
        user: the person's Slack id, "" for what everybody reads.
        administers: whether they are an administrator.
    """
    others = frozenset(account for account, person in out.items() if not user or person != user)
    return Sight(rules, channel, unshared=others) if administers else Sight(rules, channel, hidden=others)
