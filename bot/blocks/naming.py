"""Accounts as people name them: the words the grammar takes back, and the list that shows them."""

from collections.abc import Mapping, Sequence

from bot.blocks.kit import Element, bullets, words
from bot.blocks.mrkdwn import one_line, quoted
from bot.blocks.parts import account_name
from bot.blocks.words import ENDS_IN, ENDS_SOON, NAMING_OPTED_OUT, STATES, WHOSE
from bot.domain.account_names import id_word, matching
from bot.domain.accounts import Account, Directory

#: The service's own words for the time left are short; anything longer is nonsense cut short.
_TIME_LIMIT = 40
_NOBODY: Mapping[str, str] = {}


def spoken(account: Account, directory: Directory) -> str:
    """The words by which the grammar finds this account: its name in quotes, or its id where the name means others as well."""
    name = quoted(account.name)
    return name if name and matching(name, directory) == (account,) else id_word(account.platform_id)


def account_state(account: Account) -> str:
    """The state of its connection, in the service's own judgement, in plain words (foreign in part, not escaped)."""
    time = one_line(account.expires_in, _TIME_LIMIT)
    return STATES[account.token].format(when=ENDS_IN.format(time=time) if time else ENDS_SOON)


def account_list(accounts: Sequence[Account], links: Mapping[str, str] = _NOBODY, out: Mapping[str, str] = _NOBODY) -> Element:
    """Names, ids and states as a list in rich text, in which nothing of a name is parsed.

    Args:
        accounts: the accounts.
        links: the person (a Slack user id) of every account (platform id) that is linked to one.
        out: the accounts that opted out.
    """
    return bullets(
        [
            words(account_name(account), "bold"),
            words(" · "),
            words(one_line(account.platform_id, 80), "code"),
            words(f" · {account_state(account)}"),
            *_whose(links.get(account.platform_id, "")),
            *([words(NAMING_OPTED_OUT)] if account.platform_id in out else []),
        ]
        for account in accounts
    )


def _whose(person: str) -> list[Element]:
    return [words(WHOSE), {"type": "user", "user_id": person}] if person else []
