"""The table of verbs: what a request begins with, and who answers it."""

from bot.access.link_parser import read_link
from bot.access.preview_switch import UNFURL
from bot.access.rules import ALLOW, FORBID, PERMISSIONS
from bot.alerts import handler as alerts
from bot.alerts.command import ALERT
from bot.alerts.parser import meant_alerts
from bot.digests import handler as digests
from bot.digests.command import DIGEST
from bot.digests.parser import meant_digests
from bot.errors import NotUnderstood
from bot.goals import handler as goals
from bot.goals.parser import GOAL_WORDS, meant_goals
from bot.parsing.vocabulary import LINK, UNLINK
from bot.queries.handler import QueryHandler
from bot.router.router import Route


def routes(
    queries: QueryHandler, digest_handler: digests.DigestHandler, alert_handler: alerts.AlertHandler, goal_handler: goals.GoalHandler
) -> tuple[Route, ...]:
    """One row a verb. What begins with none of them is a question about figures, or asks for help."""
    return (
        Route(
            frozenset({DIGEST, f"{DIGEST}s", "history"}),
            digest_handler.handle,
            corrected=meant_digests,
            not_understood=digests.NOT_UNDERSTOOD,
        ),
        Route(frozenset({ALERT, f"{ALERT}s"}), alert_handler.handle, corrected=meant_alerts, not_understood=alerts.NOT_UNDERSTOOD),
        Route(GOAL_WORDS, goal_handler.handle, corrected=meant_goals, not_understood=goals.NOT_UNDERSTOOD),
        Route(frozenset({ALLOW, FORBID, PERMISSIONS, UNFURL, f"{UNFURL}s"}), queries.handle_permission),
        Route(frozenset({LINK, UNLINK}), queries.handle_link, applies=_links_an_account),
    )


def _links_an_account(text: str) -> bool:
    """Whether `link` stands before a person and an account, and not before a pasted link."""
    try:
        return read_link(text) is not None
    except NotUnderstood:
        return True
