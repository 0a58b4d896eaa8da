"""`workspace`, `person` and `token`, each with its commands, as the operator types them, for one workspace and for many."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from slack_sdk.oauth.installation_store import Installation as Installed

from bot.cli import FINDING, WELL, WRONG_USAGE, main
from bot.statistics.posts import KnownPost, PostKind, PostRef
from bot.storage.claims import KnownPostRepository
from bot.storage.column_types import Cipher, new_key
from bot.storage.database import open_database
from bot.storage.installations import InstallationRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.workspaces import WorkspaceStore
from bot.subscriptions.subscription import InstallationState, Subscription, SubscriptionKind, SubscriptionStatus

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
TOKEN, KEY = "xoxb-1-2-veryverysecrettoken", "sk-veryverysecretkey"
ANN = "U0ANN00001"
DIGEST = Subscription(
    id="digest-1", team="T1", channel="C1", accounts=("linkedin-A",), content=("figures",), cron="0 9 * * 1", zone="UTC",
    status=SubscriptionStatus.ACTIVE, next_run_at=NOW, grace=60, owner=ANN,
)  # fmt: skip


@pytest.fixture
def operator(capsys, tmp_path, monkeypatch, made_databases):
    """Runs a command: exit code, output, errors. T1 has a digest and an alert of Ann's; with ``many`` T1 and T2 have the app."""
    url, key = f"sqlite:///{tmp_path / 'bot.sqlite3'}", new_key()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ENCRYPTION_KEYS", key)

    async def made(*, many, posts):
        async with open_database(url) as database:
            if posts:
                await KnownPostRepository(database).save([KnownPost(PostRef(PostKind.SHARE, 7), "linkedin-A", "Known post")], 10)
            if many and posts:
                await SubscriptionRepository(database).create(replace(DIGEST, id="digest-5", team="T5"), by=ANN, at=NOW)
            digests = SubscriptionRepository(database)
            await digests.create(DIGEST, by=ANN, at=NOW)
            await digests.create(replace(DIGEST, id="alert-1", kind=SubscriptionKind.ALERT), by=ANN, at=NOW)
            for name in ("watch-1", "watch-2"):
                await digests.create(replace(DIGEST, id=name, kind=SubscriptionKind.WATCH), by=ANN, at=NOW)
            if many:
                store = WorkspaceStore(database, Cipher([key]), lambda: NOW)
                for team in ("T1", "T2"):
                    installed = Installed(team_id=team, team_name=f"Name of {team}", bot_token=TOKEN, bot_id="B1", user_id=ANN)
                    await store.async_save(installed)
                await store.set_key("T1", KEY, by=ANN)
                await store.set_default_account("T1", "linkedin-A")
                await InstallationRepository(database).note("T2", InstallationState.REMOVED, NOW)
                whole = Installed(enterprise_id="E1", enterprise_name="Globex", is_enterprise_install=True, bot_token=TOKEN, user_id=ANN)
                await store.async_save(whole)
                await store.grant("E1", ["T3"])

    def run(*arguments, given=None):
        if given is not None:
            asyncio.run(made(many="many" in given, posts="posts" in given))
        code = main(arguments)
        text = capsys.readouterr()
        assert TOKEN not in text.out
        assert KEY not in text.out
        return code, text.out, text.err

    return run


def test_many_workspaces_are_listed_shown_exported_and_removed(operator):
    assert operator("workspace", "list") == (WELL, "Nothing is stored about any workspace.\n", "")
    code, out, _ = operator("workspace", "list", given="many")
    organization, first, second, third = out.splitlines()
    assert code == WELL
    assert organization.startswith("E1  Globex")
    assert "installed by its organization E1" in third
    assert first.startswith("T1  Name of T1  installed 20")
    assert "PostPost key of its own, default account linkedin-A" in first
    assert "1 alert, 1 digest, 2 watches" in first
    assert "removed 2026-11-29, deleted from 2026-12-29 on  no PostPost key of its own" in second
    assert "nothing set up" in second
    code, out, _ = operator("workspace", "show", "T1")
    assert code == WELL
    assert {"Name of T1", "4  digests", "1  workspace_keys"} <= set(out.splitlines())
    code, out, _ = operator("workspace", "export", "T1")
    exported = json.loads(out)
    assert (code, exported["workspace"], exported["tables"]["slack_installations"][0]["data"]) == (WELL, "T1", "encrypted")
    assert {one["id"] for one in exported["tables"]["digests"]} == {"digest-1", "alert-1", "watch-1", "watch-2"}
    _, out, _ = operator("workspace", "remove", "T1", "--dry-run")
    assert out.startswith("Nothing was done. Without --dry-run:")
    code, out, _ = operator("workspace", "remove", "T1")
    assert code == WELL
    assert "rows about workspace T1 are deleted" in out
    assert "Name of T1" not in operator("workspace", "list")[1]
    assert "T2" in operator("workspace", "list")[1]


def test_of_an_organization_its_installation_and_its_list_of_workspaces_are_removed(operator):
    _, shown, _ = operator("workspace", "show", "E1", given="many")
    assert "1  enterprise_workspaces" in shown
    code, out, _ = operator("workspace", "remove", "E1")
    assert (code, "stays until each is removed too: T3." in out) == (WELL, True)
    for team in ("E1", "T3"):
        assert operator("workspace", "show", team)[0] == FINDING


def test_the_posts_that_are_known_go_with_the_workspace_of_the_settings(operator):
    """Those of the workspaces that installed the app by the link are stored apart, and removing one of these leaves them."""
    assert "Known post" in operator("workspace", "export", "T1", given="posts")[1]
    assert operator("workspace", "show", "T9")[0] == FINDING
    operator("workspace", "remove", "T1")
    assert operator("workspace", "show", "T1")[0] == FINDING
    operator("workspace", "list", given="many and posts")
    assert "Known post" not in operator("workspace", "export", "T2")[1]
    operator("workspace", "remove", "T2")
    assert "Known post" in operator("workspace", "export", "T5")[1]


def test_a_person_is_exported_and_deleted_with_one_workspace_alone(operator):
    code, out, _ = operator("person", "export", ANN, given="one")
    assert (code, json.loads(out)["workspace"]) == (WELL, "T1")
    assert ANN in json.dumps(json.loads(out)["tables"]["digests"])
    assert operator("person", "delete", ANN, "--dry-run")[1].startswith("Nothing was done.")
    code, out, _ = operator("person", "delete", ANN)
    assert (code, out) == (WELL, f"0 rows about {ANN} are deleted, and the id is taken out of 8 others.\n")
    code, _, err = operator("person", "export", ANN)
    assert (code, err.startswith(f"Nothing is stored about {ANN} in workspace T1.")) == (FINDING, True)
    assert ANN not in operator("workspace", "export", "T1")[1]


@pytest.mark.parametrize(
    ("typed", "code", "text"),
    [
        (("workspace", "show", "T9"), FINDING, "Nothing is stored about a workspace T9."),
        (("workspace", "remove", "T9"), FINDING, "workspace list"),
        (("person", "export", ANN), WRONG_USAGE, "stored about 3 workspaces"),
        (("person", "delete", ANN, "--workspace", "T2"), FINDING, f"Nothing is stored about {ANN} in workspace T2."),
    ],
)
def test_what_cannot_be_done_is_said_with_a_remedy(operator, typed, code, text):
    found, out, err = operator(*typed, given="many")
    assert (found, out) == (code, "")
    assert text in err


@pytest.mark.parametrize("typed", [("workspace",), ("workspace", "show"), ("workspace", "show", "acme"), ("person", "export", "ann")])
def test_wrong_words_are_wrong_usage(operator, capsys, typed):
    with pytest.raises(SystemExit) as ended:
        operator(*typed)
    assert ended.value.code == WRONG_USAGE
    assert "acme" not in (text := capsys.readouterr().err) or "isn't Slack's id of a workspace" in text


def test_a_token_for_a_workspace_of_which_nothing_is_known_says_so(operator):
    code, out, _ = operator("token", "new", ANN, "--workspace", "T9TYPO")
    assert (code, "Nothing is stored about T9TYPO yet" in out) == (WELL, True)


def test_a_token_is_shown_once_listed_without_itself_and_revoked(operator):
    assert operator("token", "list") == (WELL, "There are no tokens.\n", "")
    code, _, err = operator("token", "new", ANN)
    assert (code, "--workspace" in err) == (FINDING, True), "no workspace is known yet"
    code, out, _ = operator("token", "new", ANN, "--days", "30", given="one")
    text, about_it = out.splitlines()
    assert (code, text[:4], len(text)) == (WELL, "lsb_", 47)
    assert f"{ANN} in workspace T1 until" in about_it
    code, _, err = operator("token", "new", ANN, "--workspace", "T9")
    assert (code, err.strip()) == (WRONG_USAGE, "Nothing is stored about a workspace T9. These are known: T1.")
    _, listed, _ = operator("token", "list")
    which = listed.split()[0]
    assert f"its id is {which}." in about_it
    assert (text in listed, listed.rstrip().endswith("never used")) == (False, True)
    assert [row["person"] for row in json.loads(operator("person", "export", ANN)[1])["tables"]["access_tokens"]] == [ANN]
    assert operator("token", "revoke", "12345678")[0] == FINDING
    assert operator("token", "revoke", which) == (WELL, f"The token {which} is revoked.\n", "")
    assert operator("token", "list")[1] == "There are no tokens.\n"
    for wrong in (("ann",), (ANN, "--days", "0"), (ANN, "--days", "9999"), (ANN, "--workspace", "C1"), (ANN, "--workspace", "E1")):
        with pytest.raises(SystemExit):
            operator("token", "new", *wrong)
