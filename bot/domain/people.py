"""People and conversations, as far as Slack tells about them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in Slack, by Slack's id; ``zone`` is an IANA zone, ``locale`` a tag such as "de-DE", both "" when Slack tells none.

    Rights are those of Slack's documentation, "User object": ``is_guest`` for single- and multi-channel guests (``is_restricted``,
    ``is_ultra_restricted``), ``is_stranger`` for a member of another company, ``is_bot`` for an app's. ``is_known`` is False when Slack
    gave no answer.
    """

    id: str
    zone: str = ""
    locale: str = ""
    is_admin: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation by Slack's id. ``is_shared`` is True over Slack Connect; ``is_known`` is False where the bot cannot tell."""

    id: str
    is_shared: bool = False
    is_known: bool = True
