"""A draft in words: a new digest and whose it is, or a digest that stands and what is changed of it.

A change names its digest first, by the beginning of its id or by an account; its accounts change only where they are said after that:
behind an id, or behind the word "accounts".
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from bot.digests.command import DIGEST, DigestDraft, which_word
from bot.digests.draft_parser import AskedDigest, DraftReading
from bot.digests.name_parser import EVERYBODY, FoundNames
from bot.errors import AmbiguousAccount, BadSchedule, NotUnderstood, UnknownAccount, UsageError
from bot.management.actions import SubscriptionAction
from bot.parsing.account_names import FULL_ID, matching, name_word
from bot.parsing.comparison_parser import LIST_ACCOUNTS
from bot.parsing.suggestions import SEVERAL_FIT
from bot.parsing.vocabulary import ACCOUNTS
from bot.schedules.days import read_days
from bot.schedules.explain import no_such_time, several

DIGEST_WORDS_NO_ACCOUNT = "I know no account called “{name}”, and it says no time I can read either."
DIGEST_WORDS_NO_ACCOUNT_REMEDY = (
    "`accounts` lists the accounts. A time reads like `every monday 9:00`, `weekdays 8:30` or `first of the month 9am`."
)
DIGEST_WORDS_NO_MEANING = "I know no account called “{name}”, and it is no word of mine about digests either."
DIGEST_WORDS_SEVERAL_REMEDY = "Give more of the name, or put the whole of it in quotes."
WHICH_OR_ACCOUNTS = "“{digest}” names the digest, and I cannot tell what “{accounts}” is for."
WHICH_OR_ACCOUNTS_REMEDY = "The accounts that a digest shall have stand behind the word `accounts`:"
MOVE_ALONE = "`digest move` changes the channel of a digest, not its accounts."
MOVE_ALONE_REMEDY = "Name the digest by one account, or by its id (`digest list` shows them), and the channel."


_MOST_NAMED, _MOST_QUOTED = 4, 60
#: Written as a time, and none.
_A_TIME = re.compile(r"\d{1,2}:\S*")


def read_draft(words: Sequence[str], asked: AskedDigest) -> DigestDraft:
    """The draft of a new digest.

    Raises:
        UsageError: the words cannot be carried out as they stand; its suggestions are whole questions.
    """
    reading = DraftReading(asked)

    def settle(names: FoundNames) -> DigestDraft:
        if names.unknown:
            raise _strange(names.unknown, reading)
        return replace(reading.draft, accounts=_accounts(names.accounts, reading))

    return reading.read(words, settle)


def read_change(deed: SubscriptionAction, which: str, words: Sequence[str], asked: AskedDigest) -> tuple[str, DigestDraft]:
    """The digest as it was named ("" is the only one), and what is changed of it.

    Args:
        deed: EDIT or MOVE.
        which: the beginning of its id, where that was said first.
        words: what was said after that.
        asked: the whole question.

    Raises:
        UsageError: as above.
    """
    reading = DraftReading(asked, " ".join(filter(None, (DIGEST, deed, which))), halves=True, names_digest=not which)
    digest = which

    def settle(names: FoundNames) -> DigestDraft:
        nonlocal digest
        digest, accounts = (which, names.accounts) if which else _parted(deed, names, reading)
        if names.unknown:
            raise _strange(names.unknown, reading)
        if deed is SubscriptionAction.MOVE and accounts:
            raise NotUnderstood(MOVE_ALONE, remedy=MOVE_ALONE_REMEDY, suggestions=(f"{DIGEST} {deed} {which_word(digest)}".strip(),))
        return replace(reading.draft, accounts=_accounts(accounts, reading))

    draft = reading.read(words, settle)
    return digest, draft


def _parted(deed: SubscriptionAction, names: FoundNames, reading: DraftReading) -> tuple[str, list[str]]:
    """The digest's name, and the accounts said after it; a name that no account has may be an id or a slip, and is the digest's too."""
    border = len(names.accounts) if names.border is None else names.border
    before, accounts = names.accounts[:border], names.accounts[border:]
    if names.unknown and not names.unknown_at and not before:
        before, names.unknown = [names.unknown], ""
    digest, *others = before or [""]
    digest = digest.strip('"')
    if others and deed is SubscriptionAction.EDIT:
        lead = " ".join(filter(None, (DIGEST, deed, which_word(digest), reading.when_said)))
        sentence = WHICH_OR_ACCOUNTS.format(digest=digest, accounts=", ".join(others).replace('"', ""))
        raise NotUnderstood(sentence, remedy=WHICH_OR_ACCOUNTS_REMEDY, suggestions=(f"{lead} {ACCOUNTS} {', '.join(others)}", lead))
    return digest, [*others, *accounts]


def _accounts(said: Sequence[str], reading: DraftReading) -> tuple[str, ...]:
    everybody = tuple(account.platform_id for account in reading.directory.accounts)
    ids = (everybody if name.lower() in EVERYBODY else (_one(name, reading),) for name in said)
    return tuple(dict.fromkeys(chain.from_iterable(ids)))


def _one(name: str, reading: DraftReading) -> str:
    """The id of the account of this name; one in full need not be known."""
    found = matching(name, reading.directory)
    if len(found) == 1 or FULL_ID.fullmatch(name):
        return found[0].platform_id if found else name
    several_names = ", ".join(account.name for account in found[:_MOST_NAMED])
    each = (name_word(account, reading.directory.accounts) for account in found[:_MOST_NAMED])
    raise AmbiguousAccount(
        SEVERAL_FIT.format(name=name.replace('"', ""), names=several_names),
        remedy=DIGEST_WORDS_SEVERAL_REMEDY,
        suggestions=tuple(reading.replaced(name, other) for other in each),
    )


def _strange(words: str, reading: DraftReading) -> UsageError:
    """The error for words that mean nothing where they stand."""
    when = reading.when_said or reading.draft.cron
    if reading.when_said and (days := read_days(words, 0)):
        return _about_time(_two_days(words, days.end, reading.when_said), reading)
    if found := _A_TIME.match(words):
        return _about_time(no_such_time(found[0]), reading)
    name = words[:_MOST_QUOTED].replace('"', "")
    if when:
        return UnknownAccount(DIGEST_WORDS_NO_MEANING.format(name=name), remedy=LIST_ACCOUNTS)
    return UnknownAccount(DIGEST_WORDS_NO_ACCOUNT.format(name=name), remedy=DIGEST_WORDS_NO_ACCOUNT_REMEDY)


def _two_days(words: str, end: int, when: str) -> BadSchedule:
    """The error for days, ``words[:end]``, beside a schedule; where only the commas are missing, they are one list."""
    error, days = several(words[:end], when), words[:end]
    rest = words[end:].split()
    error.suggestions = (f"{', '.join((days, *rest))}, {when}", *error.suggestions)
    return error


def _about_time(error: UsageError, reading: DraftReading) -> UsageError:
    error.suggestions = tuple(map(reading.with_schedule, error.suggestions))
    return error
