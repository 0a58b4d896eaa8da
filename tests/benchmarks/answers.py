"""What the two bots to compare with say: one plain card, and one line of help. Both take their settings from the same environment."""

import os
from collections.abc import Mapping
from typing import Any

HELP = "Ask for a post: /linkedin-stats <link>"
LABELS = {
    "IMPRESSION": "Impressions",
    "MEMBERS_REACHED": "Members reached",
    "REACTION": "Reactions",
    "COMMENT": "Comments",
    "RESHARE": "Reshares",
}

PORT = int(os.environ.get("PORT", "3000"))
POST_STATISTICS_URL = os.environ.get("POSTPOST_BASE_URL", "") + "/linkedin-post-statistics"
SLACK_API_URL = os.environ.get("SLACK_API_URL", "")
API_HEADERS = {"x-api-key": os.environ.get("POSTPOST_API_KEY", "")}
#: Set: over Socket Mode.
APP_TOKEN = os.environ.get("SLACK_APP_TOKEN", "")
SIGNING_SECRET = os.environ.get("SLACK_SIGNING_SECRET", "")


def statistics_request(post: str) -> dict[str, str]:
    """PostPost's documentation: "Get all metrics for a post"."""
    return {"postedId": post, "platformId": os.environ["POSTPOST_PLATFORM_ID"], "queryTypes": "ALL"}


def help_message() -> dict[str, Any]:
    """A message with one line."""
    return {"text": HELP, "blocks": [{"type": "section", "text": {"type": "plain_text", "text": HELP}}]}


def card_message(post: str, metrics: Mapping[str, int]) -> dict[str, Any]:
    """A message with the five figures."""
    fields = [{"type": "mrkdwn", "text": f"*{label}*\n{metrics[name]:,}"} for name, label in LABELS.items()]
    header = {"type": "header", "text": {"type": "plain_text", "text": "LinkedIn statistics"}}
    which = {"type": "section", "text": {"type": "mrkdwn", "text": f"`{post}`"}}
    return {"text": "LinkedIn statistics", "blocks": [header, which, {"type": "section", "fields": fields}]}
