"""keys · workspace · person · token: what the operator does with the database alone, also while the bot runs."""

import argparse
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from bot.digests.cli import NO_SUCH_WORKSPACE, WHICH_WORKSPACE_REMEDY, known_workspace
from bot.errors import NotUnderstood, SettingsError
from bot.management.actions import plural
from bot.ops.arguments import add_command, aligned, number
from bot.settings import MAKE_A_KEY, Settings
from bot.storage.column_types import Cipher, new_key
from bot.storage.database import Database, open_database
from bot.storage.installations import InstallationRepository, PersonalData, Retention
from bot.storage.tables import digests, enterprise_workspaces, slack_installations, workspace_keys
from bot.storage.workspace_settings import AccessToken, AccessTokenRepository
from bot.storage.workspaces import WorkspaceStore
from bot.subscriptions.subscription import Installation, InstallationState, SubscriptionKind, SubscriptionStatus

NO_WORKSPACES = "Nothing is stored about any workspace."
PERSON_REMEDY = "In Slack the id is in the person's profile, under the three dots: Copy member ID."
SEVERAL_WORKSPACES = "Something is stored about {n} workspaces, and it isn't said which one this person is in."
STILL_STORED = "What is stored about its workspaces stays until each is removed too: {teams}."
STILL_IN_SLACK = "In Slack the app stays installed until an administrator of the workspace removes it there."
DRY = "Nothing was done. Without --dry-run: {what}"
WHY: Final = {InstallationState.REMOVED: "removed", InstallationState.TOKEN_REVOKED: "token revoked"}
#: The tables that a workspace's line is made of.
_LISTED: Final = (digests, slack_installations, enterprise_workspaces, workspace_keys)
NOTHING_STORED = "Nothing is stored about {team} yet. If that id is mistyped, nobody is answered: `token revoke {id}` takes the token back."
SHOWN_ONCE = "{text}\nThis is the only time it is shown. It is for {person} in workspace {team} until {until:%Y-%m-%d}; its id is {id}."
NOT_THERE, SEE_TOKENS = "There is no token with the id {which}.", "`linkedin-stats-bot token list` shows those there are."
MADE, UNTIL, EXPIRED = "made {at:%Y-%m-%d}", "until {at:%Y-%m-%d}", "expired {at:%Y-%m-%d}"
#: The days that a token is good for, and the most.
DAYS, MOST_DAYS = 90, 730
CONNECTED, DEFAULT, UNCONNECTED = "PostPost key of its own", ", default account {account}", "no PostPost key of its own"


def add_operator_commands(
    keys: argparse.ArgumentParser, workspace: argparse.ArgumentParser, person: argparse.ArgumentParser, token: argparse.ArgumentParser
) -> None:
    """Put the commands under the four; each sets ``work`` to the coroutine function that gives what is to be printed."""
    commands = keys.add_subparsers(required=True, metavar="COMMAND")
    add_command(commands, "new", "print a new key for ENCRYPTION_KEYS", work=make_key)
    about = "encrypt anew with the first of ENCRYPTION_KEYS what was encrypted with another, also while the bot runs"
    add_command(commands, "rotate", about, work=rotate_keys)

    commands = workspace.add_subparsers(required=True, metavar="COMMAND")
    add_command(commands, "list", "list the workspaces: id, name, since when, PostPost key, what is set up", work=list_workspaces)
    show = add_command(commands, "show", "say what is stored about one workspace, table by table", work=show_workspace)
    about = "print everything that is stored about one workspace as JSON, without tokens and keys"
    export = add_command(commands, "export", about, work=export_workspace)
    remove = add_command(
        commands, "remove", "delete everything that is stored about one workspace, its token and key too", work=remove_workspace
    )
    for command in (show, export, remove):
        command.add_argument("workspace", metavar="ID", type=_team, help="the workspace's Slack id (T…)")

    commands = person.add_subparsers(required=True, metavar="COMMAND")
    export = add_command(commands, "export", "print everything that is stored about one person as JSON", work=export_person)
    about = "delete what is stored about one person, and take their id out of what others need"
    forget = add_command(commands, "delete", about, work=delete_person)
    for command in (export, forget):
        command.add_argument("person", metavar="ID", type=_person, help="the person's Slack id (U… or W…)")
        command.add_argument("--workspace", metavar="ID", type=_team, help="the workspace's id (T…), where there are several")
    for command in (remove, forget):
        command.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    commands = token.add_subparsers(required=True, metavar="COMMAND")
    new = add_command(
        commands, "new", "make a token with which an assistant asks on behalf of one person, and show it once", work=make_token
    )
    new.add_argument("person", metavar="ID", type=_person, help="the person's Slack id (U… or W…)")
    new.add_argument("--workspace", metavar="ID", type=_workspace, help="the workspace's id (T…), where there is none or several")
    new.add_argument(
        "--days",
        type=number(MOST_DAYS, what="number of days"),
        default=DAYS,
        metavar="N",
        help=f"how many days it is good for (default: {DAYS})",
    )
    about = "list the tokens: id, workspace, person, when made, until when, when used; never the token itself"
    add_command(commands, "list", about, work=list_tokens)
    revoke = add_command(commands, "revoke", "make a token useless at once, also while the bot runs", work=revoke_token)
    revoke.add_argument("token", metavar="ID", help="the token's id, as token list shows it")


def _id(text: str, what: str, letters: str) -> str:
    if not re.fullmatch(rf"[{letters}][A-Z0-9]+", text):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} isn't Slack's id of a {what}, which begins with {' or '.join(letters)}")
    return text


_team, _person = partial(_id, what="workspace", letters="TE"), partial(_id, what="person", letters="UW")
#: Nobody asks for an organization: a token for one would never be accepted.
_workspace = partial(_id, what="workspace", letters="T")


async def make_key(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # every command takes all three
    return new_key()


async def rotate_keys(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    """How many texts were encrypted anew. Raises SettingsError: there is no key; StoreError: something cannot be decrypted."""
    if not settings.encryption_keys:
        raise SettingsError("ENCRYPTION_KEYS isn't set.", remedy=MAKE_A_KEY)
    async with open_database(settings.database_url) as database:
        done, every = await WorkspaceStore(database, Cipher(settings.encryption()), lambda: now).encrypt_anew()
    return f"{done:,} of {every:,} tokens and keys are encrypted anew; all are encrypted with the newest key now."


async def list_workspaces(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    async with open_database(settings.database_url) as database:
        data = PersonalData(database)
        lines = [await _line(database, settings, team, await data.of_workspace(team, _LISTED)) for team in await data.workspaces()]
    return "\n".join(aligned(lines)) or NO_WORKSPACES


async def show_workspace(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    async with open_database(settings.database_url) as database:
        found = await _found(database, chosen.workspace)
        line = await _line(database, settings, chosen.workspace, found)
    return "\n".join([*filter(None, line), "", *aligned([(f"{len(rows):,}", name) for name, rows in found.items()])])


async def export_workspace(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    async with open_database(settings.database_url) as database:
        found = await _found(database, chosen.workspace)
    return _json({"workspace": chosen.workspace}, found, now)


async def remove_workspace(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    async with open_database(settings.database_url) as database:
        found = await _found(database, chosen.workspace)
        done = f"{sum(map(len, found.values())):,} rows about workspace {chosen.workspace} are deleted."
        if chosen.dry_run:
            return DRY.format(what=done)
        await Retention(database).remove(chosen.workspace)
    served = ", ".join(row["team"] for row in found.get(enterprise_workspaces.name, ()) if row["enterprise"] == chosen.workspace)
    return "\n".join([done, *([STILL_STORED.format(teams=served)] if served else []), STILL_IN_SLACK])


async def _found(database: Database, team: str) -> Mapping[str, list[dict[str, Any]]]:
    data = PersonalData(database)
    known, found = await data.workspaces(), await data.of_workspace(team)
    if not found or (known and team not in known):
        raise NotUnderstood(NO_SUCH_WORKSPACE.format(team=team), remedy="`linkedin-stats-bot workspace list` shows those there are.")
    return found


async def _line(database: Database, settings: Settings, team: str, found: Mapping[str, list[dict[str, Any]]]) -> Sequence[str]:
    name = ""
    if settings.encryption_keys and "slack_installations" in found:
        installation = await WorkspaceStore(database, Cipher(settings.encryption()), datetime.now).installed(team)
        name = (installation.team_name or installation.enterprise_name if installation else "") or ""
    keys = found.get("workspace_keys", [])
    account = keys[0]["platform_id"] if keys else ""
    key = CONNECTED + (DEFAULT.format(account=account) if account else "") if keys else UNCONNECTED
    live = [one["kind"] for one in found.get("digests", []) if one["status"] != SubscriptionStatus.DELETED]
    counts = ", ".join(
        f"{count:,} {plural(SubscriptionKind(kind)) if count > 1 else kind}" for kind, count in sorted(Counter(live).items())
    )
    installed = found.get("slack_installations", [])
    served = found.get("enterprise_workspaces", [])
    state = f"installed by its organization {served[0]['enterprise']}" if served else "not installed by the link"
    state = f"installed {datetime.fromisoformat(installed[0]['installed_at']):%Y-%m-%d}" if installed else state
    away = await InstallationRepository(database).installation(team)
    return team, name, _away(away, settings) or state, key, counts or "nothing set up"


def _away(found: Installation | None, settings: Settings) -> str:
    if found is None or found.state is InstallationState.ACTIVE:
        return ""
    until = found.since + timedelta(days=settings.retention_days)
    return f"{WHY[found.state]} {found.since:%Y-%m-%d}, deleted from {until:%Y-%m-%d} on"


async def export_person(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    async with open_database(settings.database_url) as database:
        team, found = await _named(database, chosen)
    return _json({"workspace": team, "person": chosen.person}, found, now)


async def delete_person(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    async with open_database(settings.database_url) as database:
        team, found = await _named(database, chosen)
        if chosen.dry_run:
            rows = sum(map(len, found.values()))
            return DRY.format(what=f"the id is taken out of {rows:,} rows, or the rows are deleted.")
        deleted, changed = await PersonalData(database).delete_person(team, chosen.person)
    return f"{deleted:,} rows about {chosen.person} are deleted, and the id is taken out of {changed:,} others."


async def _named(database: Database, chosen: argparse.Namespace) -> tuple[str, Mapping[str, list[dict[str, Any]]]]:
    team = chosen.workspace or await _only_workspace(database, "")
    found = await PersonalData(database).of_person(team, chosen.person)
    if not found:
        raise NotUnderstood(f"Nothing is stored about {chosen.person} in workspace {team}.", remedy=PERSON_REMEDY)
    return team, found


async def _only_workspace(database: Database, remedy: str) -> str:
    """The one workspace about which something is stored; ``remedy`` is for a database without any."""
    # A person is in a workspace, also of an organization.
    teams = [one for one in await PersonalData(database).workspaces() if one.startswith("T")]
    if len(teams) > 1:
        raise SettingsError(SEVERAL_WORKSPACES.format(n=len(teams)), remedy=WHICH_WORKSPACE_REMEDY)
    if not teams:
        raise NotUnderstood(NO_WORKSPACES, remedy=remedy)
    return teams[0]


def _json(whose: dict[str, str], found: Mapping[str, list[dict[str, Any]]], now: datetime) -> str:
    return json.dumps({**whose, "at": now.isoformat(timespec="seconds"), "tables": found}, ensure_ascii=False, indent=2)


async def make_token(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    async with open_database(settings.database_url) as database:
        is_new = not await PersonalData(database).workspaces()
        given = await known_workspace(database, chosen.workspace)
        team = given or await _only_workspace(database, WHICH_WORKSPACE_REMEDY)
        until = now + timedelta(days=chosen.days)
        made, text = await AccessTokenRepository(database, lambda: now).create(team, chosen.person, until)
    shown = SHOWN_ONCE.format(text=text, person=made.person, team=made.team, until=until, id=made.id)
    return f"{shown}\n{NOTHING_STORED.format(team=made.team, id=made.id)}" if is_new else shown


async def list_tokens(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    async with open_database(settings.database_url) as database:
        tokens = await AccessTokenRepository(database, lambda: now).every()
    return "\n".join(aligned(_token_cells(one, now) for one in tokens)) or "There are no tokens."


def _token_cells(one: AccessToken, now: datetime) -> tuple[str, ...]:
    ends = (UNTIL if now < one.expires_at else EXPIRED).format(at=one.expires_at)
    used = f"used {one.last_used_at:%Y-%m-%d %H:%M UTC}" if one.last_used_at else "never used"
    return one.id, one.team, one.person, MADE.format(at=one.made_at), ends, used


async def revoke_token(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    """That it is done; raises NotUnderstood when there is no such token."""
    async with open_database(settings.database_url) as database:
        if not await AccessTokenRepository(database, lambda: now).revoke(chosen.token):
            raise NotUnderstood(NOT_THERE.format(which=chosen.token[:20]), remedy=SEE_TOKENS)
    return f"The token {chosen.token} is revoked."
