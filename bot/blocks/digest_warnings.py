"""What a digest warns of: accounts that failed, that LinkedIn has no figures of, whose access ends; each line whole, the rest counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.blocks.account_sum import told_without
from bot.blocks.figures import listed
from bot.blocks.mrkdwn import escape, one_line
from bot.blocks.naming import account_state
from bot.blocks.parts import account_name
from bot.blocks.words import (
    DIGEST_WARNINGS_AND_MORE,
    DIGEST_WARNINGS_ENDING,
    DIGEST_WARNINGS_LINE,
    FAILED_MORE,
    ONE_FAILED_MORE,
    ONE_WARNING_MORE,
    ONE_WITHOUT_MORE,
    WARNING_MORE,
    WITHOUT_MORE,
)
from bot.domain.accounts import Account
from bot.domain.digest_reports import DigestReport
from bot.domain.totals import uncounted

#: So many accounts with the same trouble are named, by so much of their names; the rest is counted.
_NAMED: Final = 4
_NAME_LIMIT: Final = 40
_SENTENCE_LIMIT: Final = 300
#: What the count of those without room takes, at most.
_COUNT: Final = 90


@dataclass(frozen=True, slots=True)
class _Line:
    """One warning in mrkdwn, escaped, and how many accounts it is about."""

    text: str
    accounts: int


def told_warnings(report: DigestReport, room: int) -> list[str]:
    """The warnings in mrkdwn, escaped, in so many characters altogether, line ends included: none is cut, what has no room is counted.

    Accounts that failed come first: they are in no figure of the digest.
    """
    failed = [(one.account, one.sentence) for one in report.failed]
    gone = {one.account.platform_id for one in report.failed}
    ending = [one.account for one in report.warnings if one.account.platform_id not in gone]
    without = [
        _Line(DIGEST_WARNINGS_LINE.format(said=escape(said)), len(uncounted(report.accounts))) for said in told_without(report.accounts)
    ]
    kinds = (
        (_grouped(failed), ONE_FAILED_MORE, FAILED_MORE),
        (without, ONE_WITHOUT_MORE, WITHOUT_MORE),
        (_grouped((one, DIGEST_WARNINGS_ENDING.format(state=account_state(one))) for one in ending), ONE_WARNING_MORE, WARNING_MORE),
    )
    told: list[str] = []
    for place, (lines, one_more, more) in enumerate(kinds, start=1):
        kept = _COUNT * (len(kinds) - place)
        told += _fitting(lines, room - kept - sum(len(line) + 1 for line in told), one_more, more)
    return told


def _grouped(sentences: Iterable[tuple[Account, str]]) -> list[_Line]:
    """A line for all the accounts of which the same is to be said."""
    groups: dict[str, list[Account]] = {}
    for account, sentence in sentences:
        groups.setdefault(one_line(sentence, _SENTENCE_LIMIT), []).append(account)
    return [_Line(_line(accounts, sentence), len(accounts)) for sentence, accounts in groups.items()]


def _line(accounts: Sequence[Account], sentence: str) -> str:
    names = [one_line(account_name(account), _NAME_LIMIT) for account in accounts[:_NAMED]]
    more = len(accounts) - len(names)
    who = listed([*names, DIGEST_WARNINGS_AND_MORE.format(n=more)] if more else names)
    return DIGEST_WARNINGS_LINE.format(said=escape(f"{who}: {sentence}"))


def _fitting(lines: Sequence[_Line], room: int, one_more: str, more: str) -> list[str]:
    """The first of the lines, as many as leave room for the count of the accounts that have none."""
    told: list[str] = []
    left = sum(line.accounts for line in lines)
    for line in lines:
        left -= line.accounts
        after = _counted(left, one_more, more)
        if sum(map(len, [*told, line.text, *after])) + len(told) + 1 + len(after) > room:
            left += line.accounts
            break
        told.append(line.text)
    return [*told, *_counted(left, one_more, more)]


def _counted(accounts: int, one_more: str, more: str) -> list[str]:
    return [one_more if accounts == 1 else more.format(n=accounts)] if accounts else []
