"""The commands digest list · import · export · history. They need only the database: no running bot, no Slack.

An import makes every entry of a file (``bot.digests.entries``) exist, and with ``--prune`` nothing else, in one transaction.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from bot.digests.command import new_digest, options_of
from bot.digests.entries import DigestEntry, key_of, read_entries, write_entries
from bot.errors import BadDigestFile, NotUnderstood, SettingsError
from bot.management.actions import groups_of
from bot.ops.arguments import add_command, aligned, number
from bot.settings import Settings
from bot.storage.database import Database, open_database
from bot.storage.delivery_log import DeliveryLog
from bot.storage.follow_ups import FollowUpRepository
from bot.storage.installations import PersonalData
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.workspace_settings import GroupRepository
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import SHORT_ID, Subscription, SubscriptionKind, SubscriptionStatus, next_run

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
#: The namespace of imported digests' ids (RFC 9562, version 5): importing the same in two processes makes one digest.
_IMPORTED = UUID("2c4d1c52-43a1-5f0c-9e0c-4c7e4f2d9b10")
#: The name in the record of changes.
BY = "digest import"


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


async def _of_one(database: Database, chosen: argparse.Namespace, settings: Settings) -> str | None:
    """The workspace that is meant, None for the only one; raises SettingsError where that isn't clear."""
    team = await known_workspace(database, chosen.workspace)
    if not team:
        every = await SubscriptionRepository(database).digests()
        if settings.many_workspaces or len({digest.team for digest in every} - {""}) > 1:
            raise SettingsError("There are several workspaces, and it isn't said whose digests are meant.", remedy=WHICH_WORKSPACE_REMEDY)
    return team


async def _digests(chosen: argparse.Namespace, settings: Settings, *, of_one: bool = False) -> tuple[Subscription, ...]:
    """The digests, without accounts that opted out unless those are asked for; how many that leaves out goes to standard error."""
    async with open_database(settings.database_url) as database:
        team = await (_of_one(database, chosen, settings) if of_one else known_workspace(database, chosen.workspace))
        digests, groups = await SubscriptionRepository(database).digests(team), GroupRepository(database)
        if chosen.with_opted_out:
            return digests
        out = {team: await groups.opted_out(team) for team in {digest.team for digest in digests}}
    shown = [replace(one, accounts=tuple(account for account in one.accounts if account not in out[one.team])) for one in digests]
    if left := sum(len(one.accounts) for one in digests) - sum(len(one.accounts) for one in shown):
        print("1 account that opted out is left out; --with-opted-out names it." if left == 1 else LEFT_OUT.format(n=left), file=sys.stderr)
    return tuple(after for before, after in zip(digests, shown, strict=True) if after.accounts or not before.accounts)


class Revision(Struct, frozen=True):
    """The changes that an import makes, and how many digests are as they should be, or are not in its file."""

    added: list[Subscription]
    changed: list[Subscription]
    deleted: list[Subscription]
    unchanged: int
    others: int


async def import_digests(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:
    """Applies the file in one transaction; a line for each changed digest, and the counts. Raises BadDigestFile before any change."""
    entries, done = read_entries(await asyncio.to_thread(_text, chosen.file)), list[Revision]()

    def revised(existing: tuple[Subscription, ...]) -> list[Subscription]:
        revision = decide(entries, existing, chosen.workspace or "", settings.digest_late, now)
        done[:] = [revision if chosen.prune else replace(revision, deleted=[])]
        return [] if chosen.dry_run else [*done[0].added, *done[0].changed, *done[0].deleted]

    async with open_database(settings.database_url) as database:
        team, stored = await _of_one(database, chosen, settings), SubscriptionRepository(database)
        if team and not chosen.dry_run:
            await stored.adopt(team)
        await stored.revise(revised, by=BY, at=now, team=team)
    *changes, counts = _revision_lines(done[0])
    lines, others = [*changes, DRY.format(counts=counts) if chosen.dry_run else counts], done[0].others
    left = "1 digest isn't in the file and was left as it is; --prune deletes it." if others == 1 else LEFT.format(n=others)
    return "\n".join([*lines, left] if others and not chosen.prune else lines)


def decide(entries: Sequence[DigestEntry], existing: Sequence[Subscription], team: str, grace: int, now: datetime) -> Revision:
    """The changes after which every entry exists and nothing else; the status of existing digests stays.

    Without a ``team`` new ones have no workspace yet: the running bot learns it from Slack. One of the same id that was deleted comes back,
    with its history.
    """
    live = [digest for digest in existing if digest.status is not SubscriptionStatus.DELETED]
    by_key, taken = {key_of(digest): digest for digest in reversed(live)}, {digest.id for digest in live}
    added, changed, found = list[Subscription](), list[Subscription](), set[str]()
    for entry in entries:
        there = {channel: by_key.get(key) for channel, key in entry.keys.items()}
        new_group = _identity(entry, entry.channels[0], "group") if len(entry.channels) > 1 else ""
        group_id = next((one.group_id for one in there.values() if one and one.group_id), new_group)
        for channel, digest in there.items():
            if digest is None:
                number = 0
                while (identity := _identity(entry, channel, number, team)) in taken:
                    number += 1
                new = replace(new_digest(entry, identity, channel, entry.owner, grace), team=team, group_id=group_id)
                added.append(replace(new, next_run_at=next_run(new, now)))
                continue
            found.add(digest.id)
            rule = options_of(digest.rule).changed(entry.options).as_json
            content = digest.content if entry.content is None else entry.content
            after = replace(digest, owner=entry.owner, rule=rule, group_id=group_id, content=content)
            changed += [after] if after != digest else []
    keys = {key for entry in entries for key in entry.keys.values()}
    deleted = [replace(digest, status=SubscriptionStatus.DELETED, next_run_at=None) for digest in live if key_of(digest) not in keys]
    return Revision(added, changed, deleted, len(found) - len(changed), len(live) - len(found))


def _identity(entry: DigestEntry, channel: str, number: int | str, team: str = "") -> str:
    accounts = " ".join(sorted(entry.accounts))
    dates = f" {entry.dates}" if entry.dates else ""
    # Two workspaces can have one channel in common.
    of = f"{team} " if team else ""
    return str(uuid5(_IMPORTED, f"{of}{channel} {accounts} {entry.cron} {entry.zone}{dates} {number}"))


def _revision_lines(revision: Revision) -> list[str]:
    done = {"added": revision.added, "changed": revision.changed, "deleted": revision.deleted}
    lines = aligned([outcome, *_cells(digest)] for outcome, digests in done.items() for digest in digests)
    return [*lines, IMPORTED.format(**{outcome: len(digests) for outcome, digests in done.items()}, unchanged=revision.unchanged)]


async def show_history(chosen: argparse.Namespace, settings: Settings, now: datetime) -> str:  # noqa: ARG001  # the same
    """A line for each occurrence; raises NotUnderstood when the id is none or several."""
    async with open_database(settings.database_url) as database:
        team = await known_workspace(database, chosen.workspace)
        digest = await _id_of(SubscriptionRepository(database), chosen.digest) if chosen.digest else None
        past = await DeliveryLog(database).history(team=team, digest=digest, kind=SubscriptionKind.DIGEST, limit=chosen.limit)
        missing = await FollowUpRepository(database).failed_parts([delivery.id for delivery in past])
    return "\n".join(aligned(_history_cells(delivery, missing) for delivery in past)) or "Nothing was due yet."


async def _id_of(stored: SubscriptionRepository, which: str) -> str:
    """The id that begins with ``which``; a deleted digest needs its whole id."""
    exact = await stored.digest(which)
    found = [exact] if exact else [digest for digest in await stored.digests() if digest.id.startswith(which.lower())]
    if len(found) == 1:
        return found[0].id
    sentence = f"The ids of {len(found)} digests begin with {which}." if found else f"No digest's id begins with {which}."
    raise NotUnderstood(sentence, remedy="`linkedin-stats-bot digest list` shows them.")


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
