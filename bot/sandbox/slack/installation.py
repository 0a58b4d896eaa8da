"""The app's installation in this workspace: its tokens, its scopes, and whether it is still installed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.manifest import AppManifest
from bot.sandbox.slack.refusals import SlackRefusalError

LIFE = timedelta(hours=12)
"""How long a token of an app with token rotation lives."""
VALID_AT_ONCE = 2
"""So many of its tokens are valid at a time; the oldest goes first."""


class SlackInstallation:
    """Tokens and scopes; `remove` and `restore` are acts of the workspace's administrator."""

    def __init__(self, manifest: AppManifest, ids: Ids, clock: Callable[[], datetime], *, scopes_optional: bool) -> None:
        self._clock, self._rotates = clock, manifest.token_rotation
        self.bot_token = f"xoxb-{ids.digits(12)}-{ids.digits(13)}-{ids.secret(24)}"
        self.refresh_token = ""
        """With token rotation: gives the next token, once."""
        self._ends: dict[str, datetime | None] = {self.bot_token: None}
        self.app_token = f"xapp-1-A0LINKSTATS-{ids.digits(13)}-{ids.hexadecimal(64)}"
        self.signing_secret = ids.hexadecimal(32)
        self.verification_token = ids.secret(24)
        self.scopes = manifest.scopes | (manifest.optional_scopes if scopes_optional else frozenset())
        self.installed = True
        self.organization: Any = None
        """The `Organization` of the workspace."""
        self.step_tokens: set[str] = set()
        """Tokens that stand for the bot's while a workflow step runs."""

    def remove(self) -> None:
        """Removes the app: its bot token is invalid from now on."""
        self.installed = False

    def restore(self) -> None:
        """Installs the app again, with the same tokens and scopes."""
        self.installed = True

    def renew(self, ids: Ids) -> None:
        """The app is installed by its link: with a new bot token, in the place of all before."""
        self._ends.clear()
        self.rotate(ids)
        self.installed = True

    def rotate(self, ids: Ids) -> None:
        """Makes a new bot token; with token rotation it ends, and comes with a new refresh token."""
        self.bot_token = f"xoxb-{ids.digits(12)}-{ids.digits(13)}-{ids.secret(24)}"
        if self._rotates:
            self.bot_token, self.refresh_token = f"xoxe.xoxb-1-{ids.secret(40)}", f"xoxe-1-{ids.secret(40)}"
        self._ends[self.bot_token] = self._clock() + LIFE if self._rotates else None
        for old in list(self._ends)[:-VALID_AT_ONCE]:
            del self._ends[old]

    def given(self) -> dict[str, str | int]:
        """The newest token, as `oauth.v2.access` answers it."""
        more: dict[str, str | int] = {"refresh_token": self.refresh_token, "expires_in": int(LIFE.total_seconds())} if self._rotates else {}
        return {"access_token": self.bot_token, "token_type": "bot", "scope": ",".join(sorted(self.scopes))} | more

    def end_tokens(self) -> None:
        """Its bot tokens are good no longer."""
        self._ends.clear()

    def owns(self, token: str) -> bool:
        """Whether it is a bot token of this installation, or stands for it in a step."""
        return token in self._ends or token in self.step_tokens

    def check(self, token: str, wanted: str) -> None:
        """Refuses a token that is not of the `kind` the method wants (`bot` or `app`).

        Raises:
            SlackRefusalError: `not_authed`, `invalid_auth`, `token_expired`, `not_allowed_token_type` or `account_inactive`.
        """
        if token.startswith("xwfp-"):
            if token not in self.step_tokens:
                raise SlackRefusalError("token_expired")
            token = self.bot_token
        if not token:
            raise SlackRefusalError("not_authed")
        if token not in self._ends and token != self.app_token:
            raise SlackRefusalError("invalid_auth")
        if (ends := self._ends.get(token)) and self._clock() >= ends:
            raise SlackRefusalError("token_expired")
        if not self.installed:
            raise SlackRefusalError("account_inactive" if wanted == "bot" else "invalid_auth")
        if (token != self.app_token) != (wanted == "bot"):
            raise SlackRefusalError("not_allowed_token_type")

    def need(self, *scopes: str) -> None:
        """Refuses unless one of these scopes was granted; without scopes it accepts.

        Raises:
            SlackRefusalError: `missing_scope`, with what is `needed` and what is `provided`.
        """
        if scopes and not self.scopes.intersection(scopes):
            raise SlackRefusalError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))
