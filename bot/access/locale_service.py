"""Which locale's number format an answer is written in: the person's where only they read it, the workspace's where everybody does."""

from typing import Protocol

from bot.blockkit.number_format import NumberFormat, number_format_of
from bot.slack.people import Person


class LocaleSource(Protocol):
    """People as Slack tells them, remembered for a short while. Does not raise."""

    async def person(self, user: str) -> Person:
        """The person of this id."""
        ...


class LocaleService:
    """Knows how whoever reads an answer writes numbers.

    Args:
        people: who people are; the permission check has asked for the same person just before, so this waits for nothing.
        workspace: the locale of what everybody reads, for Slack tells none of a workspace.
    """

    def __init__(self, people: LocaleSource, workspace: str) -> None:
        self._people = people
        self._workspace = workspace

    async def number_format(self, user: str, *, public: bool) -> NumberFormat:
        """The number format of an answer to this person (Slack's id), or of one that everybody in the channel reads.

        A person whose locale Slack does not tell reads as the workspace does.
        """
        locale = "" if public else (await self._people.person(user)).locale
        return number_format_of(locale or self._workspace)
