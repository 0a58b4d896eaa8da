"""`digest list | import | export | history`, as the person who runs the bot types them: the database alone, no running bot."""

import asyncio
import io
import json
import sys
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bot.cli import FINDING, WELL, WRONG_USAGE, main
from bot.storage.database import open_database
from bot.storage.installations import InstallationRepository
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.subscription import InstallationState, SubscriptionKind

MONDAYS = {
    "channel": "C0MARKETING",
    "accounts": ["linkedin-Tz9W5i6ZYG", "linkedin-ABC"],
    "cron": "0 9 * * 1",
    "zone": "Europe/Berlin",
    "owner": "U0ANN00001",
}
MONTHLY = {"channel": "C0GENERAL0", "accounts": ["linkedin-ABC"], "cron": "30 8 L * *", "zone": "UTC"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path, monkeypatch):
    """A database of its own, of each kind in turn, and none of the machine's settings."""
    sqlite = request.param == "sqlite"
    found = f"sqlite:///{tmp_path / 'bot.sqlite3'}" if sqlite else request.getfixturevalue("postgresql").make_database()
    monkeypatch.setenv("DATABASE_URL", found)
    monkeypatch.chdir(tmp_path)
    return found


@pytest.fixture
def digest(capsys, url):
    """Runs a command: exit code, output, errors."""

    def run(*arguments):
        code = main(["digest", *arguments])
        words = capsys.readouterr()
        return code, words.out, words.err

    return run


@pytest.fixture
def file(tmp_path):
    def write(*entries):
        path = tmp_path / "digests.json"
        path.write_text(json.dumps(entries), encoding="utf-8")
        return str(path)

    return write


def stored(url, work=None):
    """The digests in the database, after ``work`` was done to it."""

    async def read():
        async with open_database(url) as database:
            if work:
                await work(database)
            return await SubscriptionRepository(database).digests()

    return asyncio.run(read())


async def known(url, team):
    """The app is in this workspace."""
    async with open_database(url) as database:
        await InstallationRepository(database).note(team, InstallationState.ACTIVE, datetime(2026, 11, 23, tzinfo=UTC))


def test_what_is_imported_is_exported_and_listed(digest, file):
    code, out, err = digest("import", file(MONDAYS, MONTHLY))
    assert (code, out.splitlines()[-1], err) == (WELL, "2 added, 0 changed, 0 deleted, 0 unchanged.", "")
    code, out, _ = digest("export")
    assert (code, sorted(json.loads(out), key=str)) == (WELL, sorted([MONDAYS, MONTHLY], key=str))
    _, listed, _ = digest("list")
    assert "every Monday 9:00 Europe/Berlin" in listed
    assert "owner administrators" in listed


def test_importing_twice_changes_nothing(digest, file, url):
    """The order of the accounts, names of days and zones in another case are the same digest."""
    digest("import", file(MONDAYS, MONTHLY))
    before = stored(url)
    again = MONDAYS | {"accounts": MONDAYS["accounts"][::-1], "cron": "0 9 * * mon", "zone": "europe/berlin"}
    assert digest("import", file(again, MONTHLY))[1].endswith("0 added, 0 changed, 0 deleted, 2 unchanged.\n")
    assert stored(url) == before


def test_the_export_imports_as_it_is(digest, file, tmp_path):
    digest("import", file(MONDAYS, MONTHLY))
    exported = tmp_path / "exported.json"
    exported.write_text(digest("export")[1], encoding="utf-8")
    assert digest("import", str(exported))[1].endswith("0 added, 0 changed, 0 deleted, 2 unchanged.\n")


def test_a_minute_spelled_in_another_way_is_the_same_digest_and_is_listed(digest, file, url):
    """cron takes ``*/60`` and ``0-0`` for 0: one spelling is kept, which everything else reads."""
    assert digest("import", file(MONDAYS | {"cron": "*/60 9-9 * * 1"}))[1].splitlines()[-1].startswith("1 added")
    assert digest("import", file(MONDAYS | {"cron": "0-0 9 * * 1"}))[1].endswith("1 unchanged.\n")
    assert [one.cron for one in stored(url)] == ["0 9 * * 1"]
    assert "every Monday 9:00" in digest("list")[1]


def test_what_stands_in_another_spelling_is_listed_and_is_the_same_digest(digest, file, url):
    """An older version kept such a minute as it was typed."""

    async def as_of_old(database):
        (one,) = await SubscriptionRepository(database).digests()
        await SubscriptionRepository(database).revise(
            lambda _: [replace(one, cron="*/60 9 * * 1")], by="U1", at=datetime(2026, 11, 23, tzinfo=UTC)
        )

    digest("import", file(MONDAYS))
    assert [one.cron for one in stored(url, as_of_old)] == ["*/60 9 * * 1"]
    assert "cron */60 9 * * 1 Europe/Berlin" in digest("list")[1]
    assert json.loads(digest("export")[1]) == [MONDAYS]
    assert digest("import", file(MONDAYS), "--prune")[1] == "0 added, 0 changed, 0 deleted, 1 unchanged.\n"


def test_the_export_is_the_same_from_every_database(digest, file, url):
    """The ids differ by where a digest came from, and order nothing."""

    async def by_hand(database):
        for number, cron in enumerate(("0 9 * * 3", "0 9 * * 1", "0 9 * * 2")):
            one = replace(stored_one, id=f"id-{number}", cron=cron, team="T1")
            await SubscriptionRepository(database).create(one, by="U1", at=datetime(2026, 11, 23, tzinfo=UTC))

    digest("import", file(MONTHLY))
    (stored_one,) = stored(url)
    stored(url, by_hand)
    exported = json.loads(digest("export")[1])
    assert [one["cron"] for one in exported] == ["0 9 * * 1", "0 9 * * 2", "0 9 * * 3", "30 8 L * *"]


def test_of_two_that_are_the_same_one_is_exported_and_prune_deletes_neither(digest, file, url):
    async def twin(database):
        (one,) = await SubscriptionRepository(database).digests()
        await SubscriptionRepository(database).create(replace(one, id="a-twin"), by="U1", at=datetime(2026, 11, 23, tzinfo=UTC))

    digest("import", file(MONDAYS))
    assert len(stored(url, twin)) == 2
    assert json.loads(digest("export")[1]) == [MONDAYS]
    assert "0 deleted" in digest("import", file(MONDAYS), "--prune")[1]
    assert len(stored(url)) == 2


def test_a_list_on_the_standard_input_may_begin_with_its_mark(digest, monkeypatch):
    text = io.BytesIO(b"\xef\xbb\xbf" + json.dumps([MONDAYS]).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(text))
    assert digest("import", "-")[0] == WELL


def test_history_tells_of_digests_and_not_of_alerts(digest, file, url):
    """An alert's id is in no list of digests."""

    async def an_alert(database):
        (one,) = await SubscriptionRepository(database).digests()
        alert = replace(one, id="an-alert", kind=SubscriptionKind.ALERT)
        await SubscriptionRepository(database).create(alert, by="U1", at=datetime(2026, 11, 23, tzinfo=UTC))
        assert alert.next_run_at is not None
        await OccurrenceRepository(database).skip_next(alert.id, alert.next_run_at, by="U1", at=datetime(2026, 11, 23, tzinfo=UTC))

    digest("import", file(MONDAYS))
    stored(url, an_alert)
    assert digest("history")[1] == "Nothing was due yet.\n"


def test_another_owner_is_an_update_and_what_people_left_stays(digest, file, url):
    digest("import", file(MONDAYS))
    (before,) = stored(url)
    assert digest("import", file(MONDAYS | {"owner": "U0BOB00001"}))[1].endswith("0 added, 1 changed, 0 deleted, 0 unchanged.\n")
    assert stored(url) == (replace(before, owner="U0BOB00001", version=2),)
    titled = MONDAYS | {
        "owner": "U0BOB00001",
        "title": "Weekly",
        "intro": "Hi <@U0BOB00001>",
        "only_headline": True,
        "skip_unchanged": True,
        "parts": ["best", "board"],
    }
    assert digest("import", file(titled))[1].endswith("0 added, 1 changed, 0 deleted, 0 unchanged.\n")
    assert digest("import", file(MONDAYS | {"owner": "U0BOB00001"}))[1].endswith("0 added, 0 changed, 0 deleted, 1 unchanged.\n")
    assert json.loads(digest("export")[1]) == [titled]


def test_a_digest_of_several_channels_is_exported_as_one_and_imported_into_each(digest, file, url):
    """A file of an earlier version, which has an entry for each channel, leaves them together."""
    several = {"channels": ["C0GENERAL0", MONDAYS["channel"]], **{name: value for name, value in MONDAYS.items() if name != "channel"}}
    assert digest("import", file(several))[1].endswith("2 added, 0 changed, 0 deleted, 0 unchanged.\n")
    assert json.loads(digest("export")[1]) == [several]
    assert len({one.group_id for one in stored(url)}) == 1
    (line,) = digest("list")[1].splitlines()
    assert f"C0GENERAL0, {MONDAYS['channel']}  every Monday" in line
    assert digest("import", file(several))[1].endswith("0 added, 0 changed, 0 deleted, 2 unchanged.\n")
    assert digest("import", file(MONDAYS))[1].splitlines()[-2].endswith("0 added, 0 changed, 0 deleted, 1 unchanged.")
    third = several | {"channels": [*several["channels"], "C0RANDOM00"]}
    assert digest("import", file(third))[1].endswith("1 added, 0 changed, 0 deleted, 2 unchanged.\n")
    assert json.loads(digest("export")[1]) == [third]


def test_only_prune_deletes_and_a_deleted_one_comes_back(digest, file, url):
    digest("import", file(MONDAYS, MONTHLY))
    _, words, _ = digest("import", file(MONTHLY))
    assert "1 digest isn't in the file and was left" in words
    assert len(stored(url)) == 2
    assert digest("import", file(MONTHLY), "--prune")[1].endswith("0 added, 0 changed, 1 deleted, 1 unchanged.\n")
    assert [one.channel for one in stored(url)] == ["C0GENERAL0"]
    assert digest("import", file(MONDAYS, MONTHLY))[1].endswith("1 added, 0 changed, 0 deleted, 1 unchanged.\n")
    assert all(one.next_run_at is not None for one in stored(url))


def test_a_dry_run_names_what_would_be_done_and_does_nothing(digest, file, url):
    digest("import", file(MONDAYS))
    before = stored(url)
    code, out, _ = digest("import", file(MONTHLY), "--prune", "--dry-run")
    assert code == WELL
    (added, deleted, last) = out.splitlines()
    assert (added[:7], deleted[:7]) == ("added  ", "deleted")
    assert "C0GENERAL0" in added
    assert "C0MARKETING" in deleted
    assert last == "Nothing was done. Without --dry-run: 1 added, 0 changed, 1 deleted, 0 unchanged."
    assert stored(url) == before
    assert digest("import", file(MONTHLY), "--prune")[1].splitlines()[:2] == [added, deleted]


def test_the_columns_of_a_list_stand_under_each_other(digest, file):
    digest("import", file(MONDAYS, MONTHLY))
    one, other = digest("list")[1].splitlines()
    for column in ("next 20", "owner ", "linkedin-"):
        assert one.index(column) == other.index(column)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (MONDAYS | {"channel": "#marketing"}, '"#marketing"'),
        (MONDAYS | {"accounts": []}, "accounts"),
        (MONDAYS | {"accounts": ["acme"]}, '"acme"'),
        (MONDAYS | {"accounts": ["linkedin-A", "linkedin-A"]}, "linkedin-A is in it twice"),
        (MONDAYS | {"cron": "0 9 * *"}, "five fields"),
        (MONDAYS | {"cron": "*/5 * * * *"}, "more often than once an hour"),
        (MONDAYS | {"cron": "0 9 30 2 *"}, "never happens"),
        (MONDAYS | {"cron": 9}, "cron isn't text"),
        (MONDAYS | {"zone": "Europe/Berln"}, "Europe/Berln"),
        (MONDAYS | {"owner": "ann"}, '"ann"'),
        (MONDAYS | {"timezone": "UTC"}, '"timezone"'),
        (MONDAYS | {"title": "x" * 61}, "61 characters long"),
        (MONDAYS | {"intro": 'say "x"'}, "the intro has"),
        (MONDAYS | {"title": "Half an emoji: \ud83d"}, "the title has"),
        (MONDAYS | {"title": 7}, "the title isn't text"),
        (MONDAYS | {"parts": ["best", "worst"]}, "the parts aren't a list of some of these: chart, "),
        (MONDAYS | {"channels": ["C0GENERAL0"]}, "has channel and channels"),
        ({**MONDAYS, "channel": None, "channels": ["C0GENERAL0", "C0GENERAL0"]}, "the channel C0GENERAL0 is in it twice"),
        ({**MONDAYS, "channel": None, "channels": []}, "the channels aren't a list"),
        (MONDAYS | {"only_headline": "yes"}, "only_headline is neither true nor false"),
        ({name: value for name, value in MONDAYS.items() if name != "zone"}, "lacks zone"),
        (7, "isn't an object"),
        (MONTHLY, "is the same digest as entry 1"),
    ],
)
def test_one_bad_entry_changes_nothing_and_is_named(digest, file, url, bad, says):
    code, out, err = digest("import", file(MONTHLY, bad))
    assert (code, out) == (FINDING, "")
    assert "entry 2" in err
    assert says in err
    assert "Traceback" not in err
    assert stored(url) == ()


def test_every_bad_entry_is_named(digest, file):
    _, _, err = digest("import", file(3, MONDAYS, MONDAYS | {"zone": "x"}, {}))
    assert [f"entry {place}" in err for place in (1, 2, 3, 4)] == [True, False, True, True]


def test_everything_that_is_wrong_with_an_entry_is_named_at_once(digest, file):
    bad = MONDAYS | {"channel": "#a", "accounts": ["acme"], "cron": "x", "zone": "Mars/Base", "owner": "ann", "more": 1}
    del bad["channel"]
    _, _, err = digest("import", file(bad))
    words = next(line for line in err.splitlines() if "entry 1" in line)
    for what in ('"more"', "lacks channel", '"acme"', "five fields", "Mars/Base", '"ann"'):
        assert what in words
    assert err.splitlines()[-1].startswith("Write a JSON list")


def test_a_field_that_is_given_twice_is_refused(digest, tmp_path, url):
    """JSON's readers keep the last of two; which one was meant nobody knows."""
    path = tmp_path / "twice.json"
    path.write_text(f'[{json.dumps(MONDAYS)[:-1]}, "channel": "C0GENERAL0"}}]', encoding="utf-8")
    code, _, err = digest("import", str(path))
    assert code == FINDING
    assert 'entry 1: has the field "channel" twice' in err
    assert stored(url) == ()


def test_brackets_without_end_are_a_sentence(digest, tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000 + "]" * 100_000, encoding="utf-8")
    code, _, err = digest("import", str(path))
    assert code == FINDING
    assert "nested too deeply" in err


def test_what_a_database_of_another_workspace_holds_decides_nothing_about_new_ones(digest, file, url):
    """Whose the token is, the bot finds out; before that and afterwards the same file changes nothing."""

    async def as_of_old(database):
        (one,) = await SubscriptionRepository(database).digests()
        await SubscriptionRepository(database).adopt("T0OLD")
        await SubscriptionRepository(database).create(
            replace(one, id="gone", cron="0 9 * * 5"), by="U1", at=datetime(2026, 11, 23, tzinfo=UTC)
        )

    digest("import", file(MONTHLY))
    stored(url, as_of_old)
    digest("import", "--prune", file(MONDAYS))
    assert [one.team for one in stored(url)] == [""]
    assert "1 unchanged" in digest("import", file(MONDAYS))[1]
    digest("import", file(MONDAYS, MONTHLY))
    assert {one.team for one in stored(url, lambda database: SubscriptionRepository(database).adopt("T0NEW"))} == {"T0NEW"}
    assert digest("import", file(MONDAYS, MONTHLY), "--prune")[1].endswith("0 added, 0 changed, 0 deleted, 2 unchanged.\n")


def test_a_file_for_one_of_several_workspaces_changes_nothing_of_the_others(digest, file, url):
    """The same file, with the same channel, is good for each of them; whose it is must be said once there are two."""
    for team in ("T1", "T2"):
        asyncio.run(known(url, team))
        assert digest("import", file(MONDAYS, MONTHLY), "--workspace", team)[1].endswith("2 added, 0 changed, 0 deleted, 0 unchanged.\n")
    assert digest("import", file(MONDAYS), "--prune", "--workspace", "T2")[1].endswith("0 added, 0 changed, 1 deleted, 1 unchanged.\n")
    assert sorted((one.team, one.channel) for one in stored(url)) == [("T1", "C0GENERAL0"), ("T1", "C0MARKETING"), ("T2", "C0MARKETING")]
    for words in (("import", file(MONDAYS), "--prune"), ("export",)):
        code, _, err = digest(*words)
        assert (code, "Add --workspace" in err) == (WRONG_USAGE, True)
    assert len(stored(url)) == 3
    assert sorted(json.loads(digest("export", "--workspace", "T1")[1]), key=str) == sorted([MONDAYS, MONTHLY], key=str)
    assert [line.split()[0] for line in digest("list")[1].splitlines()] == ["T1", "T1", "T2"]


def test_a_workspace_that_nobody_knows_is_wrong_usage_and_those_that_are_known_are_named(digest, file, url):
    asyncio.run(known(url, "T1"))
    for words in (("import", file(MONDAYS)), ("import", file(MONDAYS), "--dry-run"), ("export",), ("list",), ("history",)):
        code, out, err = digest(*words, "--workspace", "T9")
        assert (code, out, err.strip()) == (WRONG_USAGE, "", "Nothing is stored about a workspace T9. These are known: T1.")
    assert stored(url) == ()


@pytest.mark.parametrize("limit", ["0", "-1", "x", "²", "99999999999999999999", "9" * 5_000])
def test_a_limit_that_no_list_has_is_wrong_usage(digest, limit, capsys):
    with pytest.raises(SystemExit) as ended:
        digest("history", "--limit", limit)
    assert ended.value.code == WRONG_USAGE
    assert "isn't a number from 1 to 10000" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{}", "[", '{"digests": []}', "null"])
def test_what_is_no_list_is_said_to_be_none(digest, tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    code, _, err = digest("import", str(path))
    assert code == FINDING
    assert "JSON" in err


def test_a_file_that_is_not_there_is_a_sentence(digest):
    code, _, err = digest("import", "nowhere.json")
    assert code == FINDING
    assert "nowhere.json can't be read: No such file or directory." in err


def test_history_tells_what_became_of_occurrences(digest, file, url):
    assert digest("history")[1] == "Nothing was due yet.\n"
    digest("import", file(MONDAYS))
    (one,) = stored(url)
    moment = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)

    async def occur(database):
        await OccurrenceRepository(database).skip_next(one.id, one.next_run_at, by="U1", at=moment)

    stored(url, occur)
    code, out, _ = digest("history", one.id[:6])
    assert code == WELL
    assert "skipped (asked)" in out
    assert digest("history", "zzzz")[0] == FINDING


async def test_imported_digests_are_the_workspaces_own(open_scene, url, tmp_path):
    """Imported before the workspace was known, they are listed and managed in Slack like any other."""
    path = tmp_path / "digests.json"
    path.write_text(json.dumps([MONDAYS]), encoding="utf-8")
    assert await asyncio.to_thread(main, ["digest", "import", str(path)]) == WELL
    async with open_scene(database_url=url) as scene:
        assert "every Monday 9:00 Europe/Berlin" in (await scene.ask("digest list"))["text"]
        assert "Paused" in (await scene.ask("digest pause"))["text"]


async def test_the_demo_shows_the_form_that_a_question_opens(capsys):
    """`digest` alone answers with a form and no message: its fields stand there with what is in them at first."""
    assert await asyncio.to_thread(main, ["demo", "--ask", "/linkedin-stats digest"]) == WELL
    shown = capsys.readouterr().out
    assert "New digest" in shown
    assert "Europe/Berlin" in shown
