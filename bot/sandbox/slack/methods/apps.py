"""Methods about the app and the team: connections, tests of tokens, checks of blocks without a token."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.limits.rules import LimitFinding
from bot.sandbox.limits.surfaces import check_blocks, check_message, check_view
from bot.sandbox.slack.composing import read_json
from bot.sandbox.slack.methods.call import Method, MethodCall
from bot.sandbox.slack.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from bot.sandbox.slack.refusals import SlackRefusalError


def connections_open(call: MethodCall) -> dict[str, Any]:
    """`apps.connections.open`: an address for one Socket Mode connection."""
    return {"url": f"{call.parts.address.web_socket}/link?ticket={call.parts.sockets.ticket()}&app_id={APP_ID}"}


def auth_test(call: MethodCall) -> dict[str, Any]:
    """`auth.test`: who the token belongs to."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": call.parts.workspace.people[BOT_USER_ID].name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def teams_list(call: MethodCall) -> dict[str, Any]:
    """`auth.teams.list`: the workspaces that have the app, of the organization where there is one."""
    organization = call.parts.installation.organization
    page, cursor = call.page(organization.teams() if organization else [{"id": TEAM_ID, "name": TEAM_NAME}])
    return {"teams": page, "response_metadata": {"next_cursor": cursor}}


def api_test(call: MethodCall) -> dict[str, Any]:
    """`api.test`: returns the arguments, or the error they ask for."""
    if call.text("error"):
        raise SlackRefusalError(call.text("error"), args=dict(call.arguments))
    return {"args": dict(call.arguments)}


def team_info(_call: MethodCall) -> dict[str, Any]:
    """`team.info`: the workspace."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "", "icon": {}}}


def blocks_validate(call: MethodCall) -> dict[str, Any]:
    """`blocks.validate`: what Slack would refuse about `blocks`, a `message` or a `view`, without a token.

    Raises:
        SlackRefusalError: `invalid_arguments` unless exactly one of the three is given; `invalid_blocks`, `invalid_message` or
            `invalid_view` with `errors`, each a pointer, a code and a message.
    """
    given = [name for name in CHECKS if call.arguments.get(name) not in (None, "")]
    if len(given) != 1:
        raise SlackRefusalError("invalid_arguments")
    code = f"invalid_{given[0]}"
    findings = CHECKS[given[0]](read_json(call.arguments[given[0]], code))
    if findings:
        errors = [{"pointer": one.pointer, "code": "failed_constraint", "message": one.problem} for one in findings]
        raise SlackRefusalError(code, errors=errors)
    return {}


def _check_whole(message: Any) -> list[LimitFinding]:
    return check_message(message) if isinstance(message, Mapping) else [LimitFinding("", "must be an object")]


CHECKS: dict[str, Callable[[Any], list[LimitFinding]]] = {
    "blocks": lambda blocks: check_blocks(blocks, "message", at=""),
    "message": _check_whole,
    "view": check_view,
}
"""What can be validated, and how."""

METHODS = {
    "apps.connections.open": Method(connections_open, token="app", tier=4),  # noqa: S106 - the kind of token
    "auth.test": Method(auth_test, tier=4),
    "auth.teams.list": Method(teams_list, tier=2),
    "api.test": Method(api_test, token="", tier=4),
    "team.info": Method(team_info, ("team:read",)),
    "blocks.validate": Method(blocks_validate, token="", tier=4),
}
