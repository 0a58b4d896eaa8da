"""The commands that link an account to a person.

::

    "link @ann acme" · "unlink acme" ─ read_link ─→ Said ─ settle, with the accounts ─→ LinkAsk
"""

import re
from dataclasses import dataclass

from bot.errors import NotUnderstood, UnknownAccount
from bot.parsing import vocabulary
from bot.parsing.account_names import matching
from bot.parsing.comparison_parser import LIST_ACCOUNTS
from bot.parsing.queries import LinkQuery
from bot.parsing.text import unescaped
from bot.statistics.accounts import Directory

SAY_WHO = "`link` needs a person and an account."
SAY_WHICH = "`unlink` needs an account."
ONE_PERSON = "An account is one person's: name one."
HOW = "Choose the person from Slack's list: `link @ann acme`. `unlink acme` takes that back, and `accounts` shows whose they are."
NO_ONE_ACCOUNT = "“{name}” is no one account here."


_FIRST = re.compile(rf"\s*({vocabulary.LINK}|{vocabulary.UNLINK})(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
#: Slack's documentation: "Formatting text for app surfaces": mentions of people.
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
#: What is pasted after "link" is a post's link, not an account.
_POST = re.compile(r"https?://|urn[:%]", re.IGNORECASE)
_AROUND = frozenset({"to", "with", "and", "is", "please", "account", "from", "for"})
_MOST_QUOTED = 60


@dataclass(frozen=True, slots=True)
class LinkTokens:
    """``name`` is what is left beside the person, whose Slack id is ``user``; "" with ``unlink``."""

    name: str
    user: str


def read_link(text: str) -> LinkTokens | None:
    """What `link` or `unlink` names; None when a text of Slack's is about something else.

    Raises:
        NotUnderstood: the person or the account is missing, or there are several people.
    """
    found = _FIRST.match(text)
    if found is None or _POST.search(found[2]):
        return None
    verb, people = found[1].lower(), list(dict.fromkeys(_PERSON.findall(found[2])))
    name = " ".join(word for word in vocabulary.tokenize(unescaped(_PERSON.sub(" ", found[2]))) if word.lower() not in _AROUND)
    if len(people) > 1:
        raise NotUnderstood(ONE_PERSON, remedy=HOW)
    if not name or (verb == vocabulary.LINK and not people):
        raise NotUnderstood(SAY_WHO if verb == vocabulary.LINK else SAY_WHICH, remedy=HOW)
    return LinkTokens(name, people[0] if verb == vocabulary.LINK else "")


def settle(said: LinkTokens, directory: Directory) -> LinkQuery:
    """What is asked for, the name settled against the known accounts.

    Raises:
        UnknownAccount: the name means no account, or several.
    """
    found = matching(said.name, directory)
    if len(found) != 1:
        raise UnknownAccount(NO_ONE_ACCOUNT.format(name=said.name[:_MOST_QUOTED].replace('"', "")), remedy=LIST_ACCOUNTS)
    return LinkQuery(found[0].platform_id, said.user)
