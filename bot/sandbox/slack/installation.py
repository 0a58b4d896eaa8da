"""Job: the app as installed in this workspace: its tokens, what was granted, and whether it is still there."""

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.manifest import AppManifest
from bot.sandbox.slack.refusals import SlackRefusalError


class SlackInstallation:
    """Tokens and scopes; `remove` and `restore` are the workspace's administrator at work."""

    def __init__(self, manifest: AppManifest, ids: Ids, *, scopes_optional: bool) -> None:
        self.bot_token = f"xoxb-{ids.digits(12)}-{ids.digits(13)}-{ids.secret(24)}"
        self.app_token = f"xapp-1-A0LINKSTATS-{ids.digits(13)}-{ids.hexadecimal(64)}"
        self.signing_secret = ids.hexadecimal(32)
        self.verification_token = ids.secret(24)
        self.scopes = manifest.scopes | (manifest.optional_scopes if scopes_optional else frozenset())
        self.installed = True
        self.step_tokens: set[str] = set()
        """Tokens that stand for the bot's while a workflow step runs."""

    def remove(self) -> None:
        """The app is removed: its bot token is worth nothing from now on."""
        self.installed = False

    def restore(self) -> None:
        """The app is installed again, with the same tokens and scopes."""
        self.installed = True

    def check(self, token: str, wanted: str) -> None:
        """Refuse a token that does not open a method wanting a `bot` or an `app` token.

        Raises:
            SlackRefusalError: `not_authed`, `invalid_auth`, `token_expired`, `not_allowed_token_type` or `account_inactive`.
        """
        if token.startswith("xwfp-"):
            token = self._of_step(token)
        if not token:
            raise SlackRefusalError("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise SlackRefusalError("invalid_auth")
        if not self.installed:
            raise SlackRefusalError("account_inactive" if wanted == "bot" else "invalid_auth")
        if (token == self.bot_token) != (wanted == "bot"):
            raise SlackRefusalError("not_allowed_token_type")

    def _of_step(self, token: str) -> str:
        if token not in self.step_tokens:
            raise SlackRefusalError("token_expired")
        return self.bot_token

    def need(self, *scopes: str) -> None:
        """Refuse unless one of these scopes was granted; no scope named, none needed.

        Raises:
            SlackRefusalError: `missing_scope`, with what is `needed` and what is `provided`.
        """
        if scopes and not self.scopes.intersection(scopes):
            raise SlackRefusalError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))
