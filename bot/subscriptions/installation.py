"""Whether the app is still installed in a workspace."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InstallationState(StrEnum):
    """What Slack last let us know about the workspace."""

    ACTIVE = "active"
    #: The app was removed from the workspace (Slack's event ``app_uninstalled``).
    REMOVED = "removed"
    #: The token no longer works (Slack's event ``tokens_revoked``, or its error ``token_revoked``).
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of a state


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one workspace. ``since`` is when it came into this state (aware, UTC)."""

    team: str
    state: InstallationState
    since: datetime
