"""The commands digest list · import · export · history. They need only the database: no running bot, no Slack."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from bot.digests.entries import read_entries
from bot.digests.import_export import DigestImporter, Revision, StoredDigests, write_entries
from bot.errors import BadDigestFile, SettingsError
from bot.management.actions import groups_of
from bot.ops.arguments import add_command, aligned, number
from bot.settings import Settings
from bot.storage.database import Database, open_database
from bot.storage.installations import PersonalData
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import SHORT_ID, Subscription

NO_DIGESTS = "There are no digests."
WHICH_WORKSPACE_REMEDY = "Add --workspace and the workspace's id, which begins with T."
NO_SUCH_WORKSPACE, KNOWN_WORKSPACES = "Nothing is stored about a workspace {team}.", "These are known: {teams}."
CANNOT_READ_REMEDY = "Give a file that is there and is text in UTF-8, or - for standard input."
IMPORTED = "{added} added, {changed} changed, {deleted} deleted, {unchanged} unchanged."
DRY = "Nothing was done. Without --dry-run: {counts}"
LEFT = "{n} digests aren't in the file and were left as they are; --prune deletes them."
LEFT_OUT = "{n} accounts that opted out are left out; --with-opted-out names them."
ADMINISTRATORS = "administrators"
#: The most lines of history.
MOST_LINES = 10_000


def add_digest_commands(digest: argparse.ArgumentParser) -> None:
    """Adds the subcommands of ``digest``; each sets ``work`` to a coroutine function that returns the text to print."""
    commands = digest.add_subparsers(required=True, metavar="COMMAND")
    listing = add_command(commands, "list", "list the digests: id, state, channel, schedule, next time, accounts, owner", work=list_digests)
    importing = add_command(
        commands, "import", "add and update the digests of a JSON file; a bad entry changes nothing at all", work=import_digests
    )
    importing.add_argument("file", metavar="FILE", help="a JSON list as `digest export` prints it; - reads standard input")
    importing.add_argument("--prune", action="store_true", help="delete the digests that aren't in the file")
    importing.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    export = add_command(commands, "export", "print the digests as the JSON list that import takes", work=export_digests)
    for command in (listing, export):
        command.add_argument("--with-opted-out", action="store_true", help="name the accounts that opted out too (left out otherwise)")
    history = add_command(commands, "history", "list what was posted when, and with what outcome, the newest first", work=show_history)
    history.add_argument("digest", nargs="?", default="", metavar="ID", help="the beginning of one digest's id (default: all)")
    history.add_argument("--limit", type=number(MOST_LINES), default=50, metavar="N", help="how many lines at most (default: 50)")
    for command in (listing, importing, export, history):
        command.add_argument("--workspace", metavar="ID", help="whose digests (the workspace's id, T…), where there are several")


async def list_digests(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # every command takes all three
    groups = groups_of(await _digests(chosen, settings))
    several = len({group[0].team for group in groups}) > 1
    cells = (_cells(replace(group[0], channel=", ".join(one.channel for one in group))) for group in groups)
    return "\n".join(aligned([group[0].team, *each] if several else each for group, each in zip(groups, cells, strict=True))) or NO_DIGESTS


async def export_digests(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    return write_entries(await _digests(chosen, settings, of_one=True)).rstrip("\n")


async def known_workspace(database: Database, team: str | None) -> str | None:
    """The id that was given; raises SettingsError where something is stored about others, and nothing about this one."""
    known = [one for one in await PersonalData(database).workspaces() if one.startswith("T")] if team else []
    if known and team not in known:
        raise SettingsError(NO_SUCH_WORKSPACE.format(team=team), remedy=KNOWN_WORKSPACES.format(teams=", ".join(known)))
    return team


async def _stored(database: Database, chosen: argparse.Namespace) -> StoredDigests:
    return StoredDigests(database, await known_workspace(database, chosen.workspace))


async def _of_one(database: Database, chosen: argparse.Namespace, settings: Settings) -> StoredDigests:
    """The digests of the workspace that is meant; raises SettingsError where that isn't clear."""
    stored = await _stored(database, chosen)
    if not chosen.workspace and (settings.many_workspaces or await stored.has_several_workspaces()):
        raise SettingsError("There are several workspaces, and it isn't said whose digests are meant.", remedy=WHICH_WORKSPACE_REMEDY)
    return stored


async def _digests(chosen: argparse.Namespace, settings: Settings, *, of_one: bool = False) -> tuple[Subscription, ...]:
    async with open_database(settings.database_url) as database:
        stored = await _of_one(database, chosen, settings) if of_one else await _stored(database, chosen)
        digests, left = await stored.every(with_opted_out=chosen.with_opted_out)
    if left:
        print("1 account that opted out is left out; --with-opted-out names it." if left == 1 else LEFT_OUT.format(n=left), file=sys.stderr)
    return digests


async def import_digests(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    """Applies the file in one transaction; a line for each changed digest, and the counts. Raises BadDigestFile before any change."""
    entries = read_entries(await asyncio.to_thread(_text, chosen.file))
    importer = DigestImporter(settings.digest_late, now, chosen.workspace or "")
    async with open_database(settings.database_url) as database:
        stored = await _of_one(database, chosen, settings)
        revision, others = await stored.revise(entries, importer, prune=chosen.prune, dry_run=chosen.dry_run)
    *changes, counts = _revision_lines(revision)
    lines = [*changes, DRY.format(counts=counts) if chosen.dry_run else counts]
    left = "1 digest isn't in the file and was left as it is; --prune deletes it." if others == 1 else LEFT.format(n=others)
    return "\n".join([*lines, left] if others and not chosen.prune else lines)


def _revision_lines(revision: Revision) -> list[str]:
    done = {"added": revision.added, "changed": revision.changed, "deleted": revision.deleted}
    lines = aligned([outcome, *_cells(digest)] for outcome, digests in done.items() for digest in digests)
    return [*lines, IMPORTED.format(**{outcome: len(digests) for outcome, digests in done.items()}, unchanged=revision.unchanged)]


async def show_history(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    """A line for each occurrence; raises NotUnderstood when the id is none or several."""
    async with open_database(settings.database_url) as database:
        past, missing = await (await _stored(database, chosen)).history(chosen.digest, chosen.limit)
    return "\n".join(aligned(_history_cells(delivery, missing) for delivery in past)) or "Nothing was due yet."


def _text(file: str) -> str:
    try:
        return (sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else error
        raise BadDigestFile(f"{file} can't be read: {what}.", remedy=CANNOT_READ_REMEDY) from None


def _cells(digest: Subscription) -> tuple[str, ...]:
    due = digest.next_run_at.strftime("next %Y-%m-%d %H:%M UTC") if digest.next_run_at else "no next time"
    schedule = digest.when_words
    accounts, owner = ", ".join(digest.accounts), f"owner {digest.owner or ADMINISTRATORS}"
    return digest.short_id, digest.status.value, digest.channel, schedule, due, owner, accounts


def _history_cells(delivery: Delivery, missing: Sequence[FollowUp]) -> tuple[str, ...]:
    reason = f" ({delivery.reason})" if delivery.reason and delivery.state in (DeliveryState.FAILED, DeliveryState.SKIPPED) else ""
    state = "needs you" if delivery.state is DeliveryState.UNCERTAIN else delivery.state.value
    by_hand = "by hand" if delivery.click else ""
    without = ", ".join(f"without {part.name} ({part.reason})" for part in missing if part.delivery == delivery.id)
    due = f"{delivery.due:%Y-%m-%d %H:%M UTC}"
    return due, delivery.digest[:SHORT_ID], delivery.channel, f"{state}{reason}", by_hand, without
