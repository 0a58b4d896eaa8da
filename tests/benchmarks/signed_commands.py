"""Signed slash commands, as Slack sends them (Slack's documentation: "Verifying requests from Slack", "Slash commands")."""

import hmac
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus

HELP = "help"

_FORM = (
    b"token=gIkuvaNzQIHg97ATvDxqgjtO&team_id=T0001&team_domain=example&channel_id=C2147483705&channel_name=test"
    b"&user_id=U2147483697&user_name=steve&command=%%2Flinkedin-stats&text=%b&api_app_id=A123456&is_enterprise_install=false"
    b"&response_url=%b%d&trigger_id=13345224609.738474920.%032x"
)
_REQUEST = (
    b"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
    b"Accept-Encoding: gzip,deflate\r\nAccept: application/json,*/*\r\nX-Slack-Signature: v0=%b\r\n"
    b"X-Slack-Request-Timestamp: %d\r\nContent-Length: %d\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n%b"
)

#: A share's id of mid-2023: the posts of the benchmark are this one and those after it.
FIRST_POST = 7_123_456_789_012_345_678


@dataclass(frozen=True, slots=True)
class SignedCommands:
    """Writes the benchmark's commands.

    Every command has a trigger of its own, as Slack's have: a bot may take a second one with the same trigger for a redelivery.
    """

    secret: bytes
    """The app's signing secret."""
    slack_url: str
    """Where the made-up Slack listens; each command's ``response_url`` is below it and ends in the command's number."""
    asks_cards: bool
    """False: every command says ``help``."""
    hot: int = 0
    """How many posts the commands ask about in turn; 0: each asks about another post, so that no memory can help."""

    def text(self, number: int) -> str:
        """What the person typed after ``/linkedin-stats``."""
        if not self.asks_cards:
            return HELP
        return f"urn:li:share:{FIRST_POST + (number % self.hot if self.hot else number)}"

    def _form(self, number: int) -> bytes:
        url = quote_plus(f"{self.slack_url}/r/").encode()
        return _FORM % (quote_plus(self.text(number)).encode(), url, number, number)

    def envelope(self, number: int) -> dict[str, Any]:
        """The same command as Socket Mode sends it, its number as the envelope's id (Slack's documentation: "Using Socket Mode")."""
        fields = dict(parse_qsl(self._form(number).decode()))
        return {"envelope_id": str(number), "type": "slash_commands", "accepts_response_payload": True, "payload": fields}

    def request(self, number: int) -> bytes:
        """The whole HTTP request, signed now."""
        form = self._form(number)
        now = int(time.time())
        signature = hmac.digest(self.secret, b"v0:%d:%b" % (now, form), "sha256").hex().encode()
        return _REQUEST % (signature, now, len(form), form)
