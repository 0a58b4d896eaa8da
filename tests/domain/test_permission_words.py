"""The words that administrators change allowances with, and which accounts a channel may see."""

import pytest

from bot.access.rules import AllowAsk, PermissionsAsk, Rules, read_permission
from bot.errors import NotUnderstood
from bot.statistics.accounts import Account, Directory
from bot.subscriptions.audit_entry import Kind

PERSON, CHANNEL = Kind.ALLOWED_PERSON, Kind.ALLOWED_CHANNEL


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("allow here", AllowAsk(((CHANNEL, "C1HERE"),), allowed=True)),
        (" ALLOW this channel please", AllowAsk(((CHANNEL, "C1HERE"),), allowed=True)),
        ("allow <@U0GUS|gus>", AllowAsk(((PERSON, "U0GUS"),), allowed=True)),
        (
            "allow <@W0GUS>, <#C0PAR|partners> and here",
            AllowAsk(((PERSON, "W0GUS"), (CHANNEL, "C0PAR"), (CHANNEL, "C1HERE")), allowed=True),
        ),
        ("forbid <#C0PAR|>", AllowAsk(((CHANNEL, "C0PAR"),), allowed=False)),
        ("allow <@U0GUS> <@U0GUS>", AllowAsk(((PERSON, "U0GUS"),), allowed=True)),
        ("permissions", PermissionsAsk()),
        ("Permissions please", PermissionsAsk()),
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
    with pytest.raises(NotUnderstood, match="alone"):
        read_permission("allow here", "D1", direct=True)
    assert read_permission("allow <@U0GUS>", "D1", direct=True) == AllowAsk(((PERSON, "U0GUS"),), allowed=True)


def test_a_channel_sees_its_own_accounts_and_the_others_the_rest():
    """Without rules everything is seen; "*" stands for every channel that nothing names."""
    directory = Directory((Account("linkedin-A", "Ann"), Account("linkedin-B", "Bob")))
    rules = Rules(channel_accounts={"C1": frozenset({"linkedin-A"}), "*": frozenset({"linkedin-B"})})
    assert [account.name for account in rules.visible(directory, "C1").accounts] == ["Ann"]
    assert [account.name for account in rules.visible(directory, "D9").accounts] == ["Bob"]
    assert (rules.sees("C1", "linkedin-A"), rules.sees("C1", "linkedin-B")) == (True, False)
    open_rules = Rules(channel_accounts={"C1": frozenset({"linkedin-A"})})
    assert open_rules.visible(directory, "C2") is directory
    assert Rules().visible(directory, "C1") is directory
