"""The app's installation in this workspace: its tokens, its scopes, and whether it is still installed."""

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.manifest import AppManifest
from bot.sandbox.slack.refusals import SlackRefusalError


class SlackInstallation:
    """Tokens and scopes; `remove` and `restore` are acts of the workspace's administrator."""

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
        """Removes the app: its bot token is invalid from now on."""
        self.installed = False

    def restore(self) -> None:
        """Installs the app again, with the same tokens and scopes."""
        self.installed = True

    def renew(self, ids: Ids) -> None:
        """The app is installed by its link: with a new bot token."""
        self.bot_token = f"xoxb-{ids.digits(12)}-{ids.digits(13)}-{ids.secret(24)}"
        self.installed = True

    def check(self, token: str, wanted: str) -> None:
        """Refuses a token that is not of the `kind` the method wants (`bot` or `app`).

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
        """Refuses unless one of these scopes was granted; without scopes it accepts.

        Raises:
            SlackRefusalError: `missing_scope`, with what is `needed` and what is `provided`.
        """
        if scopes and not self.scopes.intersection(scopes):
            raise SlackRefusalError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))
