"""Opting out, by every entry point: by whose word, who still sees the account, and that nothing else ever names it."""

import io
import zipfile

import pytest

from bot.access.blocks import ALONE
from bot.access.visibility import NOT_SHOWN, ONLY_TO_YOU
from bot.errors import NobodyLeft
from bot.sandbox.slack.people import ANN

NAME, ID = "Kofi Mensah", "linkedin-Kf3Mn5ahPz"
#: What anybody may ask, and what a digest's owner does.
EVERY_QUESTION = (
    "",
    "accounts",
    "groups",
    "team last week csv",
    "board growth last week xlsx",
    "board sales min 0 csv",
    "top team 28d csv",
    "team totals 28d xlsx",
    "kofi mensa last week",
    "kofi last week",
    "default kofi",
    f"board {ID} linkedin-ABC min 0",
    "digest all every monday 9:00 in <#C0MARKETING|marketing>",
    "digest list",
    "alert team impressions > 1 day",
    "alert list",
    f"alert {ID} impressions > 1 day",
    "unfurl",
    "status",
    "team last week share csv",
    "board last month share xlsx",
    "kofi vs ann lee last week",
    "help team",
    "permissions",
)


@pytest.fixture
async def left(open_scene):
    """Ann administers; Kofi's account is Bob's, who took it out of the team's answers. Nothing is known of the time before."""
    async with open_scene(acknowledge_within=0.5, administrators=ANN, postpost_platform_id=None) as scene:
        await scene.ask(f"group sales = {NAME}, Ann Lee")
        await scene.set_up(f'digest "{NAME}" "Ann Lee" every monday 9:00 in <#C0MARKETING|marketing>')
        await scene.ask(f"link @bob {NAME}")
        reply = await scene.ask(f"opt out {NAME}", who="bob")
        assert ALONE in reply["text"]
        yield scene


@pytest.mark.parametrize("words", ["opt out me", "opt me out"])
async def test_a_word_for_oneself_is_no_beginning_of_a_name(left, words):
    await left.ask(f"opt in {NAME}", who="bob")
    assert "No LinkedIn account is linked to you" in (await left.ask(words))["text"]


async def test_a_group_whose_members_have_all_opted_out_is_set_and_said_to_be(left):
    assert "is now: accounts that opted out." in (await left.ask(f"group quiet = {NAME}"))["text"]
    assert "quiet" not in (await left.ask("groups"))["text"]
    await left.ask(f"opt in {NAME}", who="bob")
    assert f"`quiet`: {NAME}" in (await left.ask("groups"))["text"]
    assert "removed the group `quiet`" in (await left.ask("group quiet = nobody"))["text"]


async def test_a_group_that_is_not_there_is_not_said_to_be_removed(left):
    assert "There's no group “nosuch” yet." in (await left.ask("group nosuch = nobody"))["text"]
    assert "sales" in (await left.ask("groups"))["text"]


async def test_whoever_removes_a_group_is_told_what_stops_and_an_alert_of_it_names_the_reason(left):
    await left.ask("alert sales impressions +50% week")
    assert "Alerts, goals and watched posts of this group do nothing" in (await left.ask("group sales = nobody"))["text"]
    assert "The group “sales” was removed" in (await left.ask("alert test sales"))["text"]


async def test_a_group_says_how_many_of_it_opted_out_and_not_who(left):
    for who in ("ann", "yuki"):
        answer = (await left.ask("board sales last week", who=who))["text"]
        assert "sales without 1 that opted out" in answer
        assert NAME not in answer


async def test_questions_about_the_bot_itself_get_the_true_answer(left):
    for words in ("who runs this bot", "who can change things here", "who are the admins?"):
        assert f"<@{ANN}>" in (await left.ask(words))["text"], words
    assert "connected in PostPost, not here" in (await left.ask("archive acme"))["text"]


def written(scene, since):
    """Everything Slack took since then: messages, updates, views, metadata, and what is in the files."""
    texts = [str((one.text, one.metadata, one.payload)) for one in scene.slack.accepted[since:]]
    for file in scene.slack.parts.files._files.values():
        texts += [file.name, file.title or ""]
        if file.name.endswith("xlsx"):
            with zipfile.ZipFile(io.BytesIO(file.content)) as book:
                texts += [book.read(name).decode() for name in book.namelist()]
        else:
            texts.append(file.content.decode())
    return "\n".join(texts)


@pytest.mark.parametrize("who", ["yuki", "ann"])
async def test_nothing_that_is_said_to_everybody_or_to_others_names_it(left, caplog, who):
    """Commands, mentions, direct messages, the Home tab, a digest set up and posted, files and the log; and it is not asked for.

    Ann administers, so her own list of accounts and her own question by its name are hers; the rest is the same for her.
    """
    since = len(left.slack.accepted)
    left.statistics.requests.clear()
    caplog.clear()
    mine = ("", "accounts", "kofi vs ann lee last week", "kofi last week", "kofi mensa last week", "default kofi", "permissions")
    for words in EVERY_QUESTION:
        if who == "ann" and words in mine:
            continue
        echoes = "kofi" in words or ID in words
        await left.slack.person(who).command(words)
        await left.settle()
        if words and not echoes and "digest" not in words:
            await left.slack.person(who).mention(f"{words} share" if " " in words and "help" not in words else words, channel="#marketing")
            await left.slack.person(who).say(words)
            await left.settle()
    if who == "yuki":
        await (await left.slack.person(who).open_home()).view()
        await left.settle()
    assert len(left.slack.accepted) > since + 10
    texts = written(left, since)
    assert NAME not in texts
    assert "Ann Lee" in texts
    assert ID.lower() not in texts.lower().replace(f"“{ID.lower()}”", "")
    assert all(ID not in str(request.body) for request in left.statistics.requests if "statistics" in request.path)
    assert NAME not in caplog.text
    assert ID not in caplog.text


async def test_a_digest_set_up_before_is_posted_without_it(left):
    """The Monday's digest of all accounts, its thread and its file."""
    since = len(left.slack.accepted)
    left.clock.go_on(days=7)
    await left.bot.scheduling.runner.tick()
    await left.settle()
    texts = written(left, since)
    assert "Ann Lee" in texts
    assert NAME not in texts
    assert ID not in texts


async def test_a_digest_of_nobody_else_is_not_posted_and_its_owner_is_told(left):
    await left.ask(f"opt in {NAME}", who="bob")
    await left.set_up(f'digest "{NAME}" every tuesday 9:00 in <#C0MARKETING|marketing>')
    await left.ask(f"opt out {NAME}", who="bob")
    left.clock.go_on(days=1)
    for _ in range(2):
        await left.bot.scheduling.runner.tick()
        await left.settle()
        left.clock.go_on(minutes=1)
    assert left.slack.person("yuki").sees("#marketing") == []
    assert NobodyLeft.sentence in str([message["blocks"] for message in left.slack.person("ann").sees("dm")])


async def test_its_own_person_sees_and_shares_it_and_others_do_not(left):
    """By its name it does not exist for Yuki, by its id it is refused; Bob, whose account it is, asks and shares as ever."""
    card = await left.ask("kofi last week", who="bob")
    assert NAME in card["text"]
    assert "opted out" in str((await left.ask("accounts", who="bob"))["blocks"])
    assert NAME not in str(await left.ask("kofi last week", who="yuki"))
    refused = await left.ask(f"{ID} last week", who="yuki")
    assert NOT_SHOWN in refused["text"]
    await left.slack.person("bob").press(card, "share")
    await left.settle()
    shared = left.slack.person("yuki").sees("#marketing")[-1]
    assert NAME in shared["text"]
    await left.slack.person("yuki").press(shared, "refresh")
    await left.settle()
    assert NOT_SHOWN in left.slack.person("yuki").sees("#marketing")[-1]["text"]


async def test_an_administrator_sees_it_alone(left):
    """Her own card says so; sharing it, and making it everybody's default, is refused."""
    card = await left.ask("kofi last week", who="ann")
    assert NAME in card["text"]
    await left.slack.person("ann").press(card, "share")
    await left.settle()
    assert ONLY_TO_YOU in left.slack.person("ann").sees("#marketing")[-1]["text"]
    assert ONLY_TO_YOU in (await left.ask("kofi last week share", who="ann"))["text"]
    assert ONLY_TO_YOU in (await left.ask("default kofi", who="ann"))["text"]
    assert left.slack.person("yuki").sees("#marketing") == []


async def test_only_its_person_and_administrators_say_whether_it_is_in(left):
    """Yuki cannot bring it back, Ann can; when the account is Bob's no more, Bob cannot take it out again."""
    await left.ask(f"opt in {ID}", who="yuki")
    assert NAME not in (await left.ask("team last week", who="yuki"))["text"]
    await left.ask(f"opt in {NAME}", who="ann")
    assert NAME in str((await left.ask("team last week", who="yuki"))["blocks"])
    assert "nobody" in (await left.ask(f"unlink {NAME}", who="ann"))["text"]
    assert f"<@{ANN}>" in str(await left.ask(f"opt out {NAME}", who="bob"))
    assert NAME in str((await left.ask("team last week", who="yuki"))["blocks"])


async def test_whose_account_it_is_is_an_administrators_to_say_and_everybodys_to_see(left):
    bob = left.slack.person("bob").id
    refused = await left.ask("link @yuki Ann Lee", who="bob")
    assert f"<@{ANN}>" in str(refused)
    assert bob not in str((await left.ask("accounts", who="yuki"))["blocks"])
    await left.ask("link @bob Ann Lee")
    assert {"type": "user", "user_id": bob} in _elements(await left.ask("accounts", who="yuki"))
    changes = str(await left.ask("permissions"))
    assert f"linked an account to <@{bob}>" in changes


def _elements(message):
    return [
        one
        for block in message["blocks"]
        if block["type"] == "rich_text"
        for row in block["elements"][0]["elements"]
        for one in row["elements"]
    ]


@pytest.mark.parametrize("words", ["link", "link acme", "link @bob", "link @bob @yuki acme", "unlink", "link @bob nobody at all"])
async def test_a_link_that_lacks_something_is_explained(open_scene, words):
    async with open_scene(acknowledge_within=0.5, administrators=ANN) as scene:
        await scene.ask(words)
        assert scene.asked_count("command", "suggestion") == 1


async def test_a_posts_link_after_the_word_is_still_a_post(open_scene):
    async with open_scene(acknowledge_within=0.5) as scene:
        assert "15,420" in (await scene.ask("the link https://www.linkedin.com/feed/update/urn:li:share:7123456789012345678/"))["text"]
