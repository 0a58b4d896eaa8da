"""The words that administrators change allowances with, and which accounts a channel may see."""

import pytest

from bot.access.commands import AllowCommand, PermissionsCommand, read_permission
from bot.access.permissions import AccessRules
from bot.access.visibility import Visibility
from bot.errors import NotUnderstood
from bot.statistics.reports import Account, Directory
from bot.storage.workspace_settings import ChangeKind

PERSON, CHANNEL = ChangeKind.ALLOWED_PERSON, ChangeKind.ALLOWED_CHANNEL


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("allow here", AllowCommand(((CHANNEL, "C1HERE"),), allowed=True)),
        (" ALLOW this channel please", AllowCommand(((CHANNEL, "C1HERE"),), allowed=True)),
        ("allow <@U0GUS|gus>", AllowCommand(((PERSON, "U0GUS"),), allowed=True)),
        (
            "allow <@W0GUS>, <#C0PAR|partners> and here",
            AllowCommand(((PERSON, "W0GUS"), (CHANNEL, "C0PAR"), (CHANNEL, "C1HERE")), allowed=True),
        ),
        ("forbid <#C0PAR|>", AllowCommand(((CHANNEL, "C0PAR"),), allowed=False)),
        ("allow <@U0GUS> <@U0GUS>", AllowCommand(((PERSON, "U0GUS"),), allowed=True)),
        ("permissions", PermissionsCommand()),
        ("Permissions please", PermissionsCommand()),
        ("last week", None),
        ("", None),
        ('"Allow Me Ltd" last week', None),
        ("allowance", None),
        ("last week allow here", None),
    ],
)
def test_what_administrators_type(typed, meant):
    assert read_permission(typed, "C1HERE", direct=False) == meant


@pytest.mark.parametrize("typed", ["allow", "forbid", "allow everybody", "allow <!channel>", "allow <@U0GUS> 28d", "allow #partners"])
def test_what_names_nobody_is_explained(typed):
    with pytest.raises(NotUnderstood, match="here"):
        read_permission(typed, "C1HERE", direct=False)


def test_alone_with_the_bot_here_means_no_channel():
    with pytest.raises(NotUnderstood, match="direct message"):
        read_permission("allow here", "D1", direct=True)
    assert read_permission("allow <@U0GUS>", "D1", direct=True) == AllowCommand(((PERSON, "U0GUS"),), allowed=True)


def test_a_channel_sees_its_own_accounts_and_the_others_the_rest():
    """Without rules everything is seen; "*" stands for every channel that nothing names."""
    directory = Directory((Account("linkedin-A", "Ann"), Account("linkedin-B", "Bob")))
    rules = AccessRules(channel_accounts={"C1": frozenset({"linkedin-A"}), "*": frozenset({"linkedin-B"})})
    assert [account.name for account in Visibility(rules, "C1").visible(directory).accounts] == ["Ann"]
    assert [account.name for account in Visibility(rules, "D9").visible(directory).accounts] == ["Bob"]
    assert (rules.sees("C1", "linkedin-A"), rules.sees("C1", "linkedin-B")) == (True, False)
    open_rules = AccessRules(channel_accounts={"C1": frozenset({"linkedin-A"})})
    assert Visibility(open_rules, "C2").visible(directory) is directory
    assert Visibility(AccessRules(), "C1").visible(directory) is directory
