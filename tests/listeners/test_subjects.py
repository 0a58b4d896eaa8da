"""What a question is about where its words do not say: beside them, in the thread, above in the channel; in a message for the shortcut."""

import json
from typing import Any

import pytest

from bot.listeners.subjects import NOTHING_FORWARDED, NOTHING_IN_THREAD
from bot.parsing.reasons import ANSWERED_HERE
from bot.queries.handler import WELCOME
from bot.queries.modals import MESSAGE_SHORTCUT
from bot.queries.questions import NO_DEFAULT, NOBODY_LINKED, WHICH_QUESTION
from bot.sandbox.servers import manifest_file
from bot.sandbox.slack.manifest import read_manifest

URN = "urn:li:share:7123456789012345678"
LINK = f"https://www.linkedin.com/feed/update/{URN}/"
OTHER = "https://www.linkedin.com/feed/update/urn:li:share:7434685316856377344/"
PROFILE = "https://www.linkedin.com/in/jane-doe"
SHORT = "https://lnkd.in/p/dq6yaPTD"
FIGURES = "15,420"


def mrkdwn(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def rich(*elements):
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements):
    return {"type": "rich_text_section", "elements": list(elements)}


#: A link in every part of another app's message.
APPS: dict[str, dict[str, Any]] = {
    "text": {"text": f"New mention <{LINK}|on LinkedIn>"},
    "title link": {"attachments": [{"title": "A post", "title_link": LINK, "fallback": "A post", "author_link": PROFILE}]},
    "attachment text": {"attachments": [{"text": f"Look: <{LINK}>", "fallback": "-"}]},
    "fallback": {"attachments": [{"fallback": f"A post: {LINK}"}]},
    "title": {"attachments": [{"title": f"A post {LINK}", "fallback": "-"}]},
    "field": {"attachments": [{"fallback": "-", "fields": [{"title": "Post", "value": f"<{LINK}|here>"}]}]},
    "unfurl": {"text": "seen", "attachments": [{"from_url": LINK, "text": f"Read more {SHORT}", "title": "Acme on LinkedIn"}]},
    "section": {"blocks": [mrkdwn(f"See <{LINK}|the post>")]},
    "section fields": {"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": f"*Post* {LINK}"}]}]},
    "context": {"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{LINK}>"}]}]},
    "button": {
        "blocks": [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": LINK}]}]
    },
    "accessory": {
        "blocks": [mrkdwn("Post") | {"accessory": {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": LINK}}]
    },
    "rich text": {"blocks": [rich(line({"type": "text", "text": "see "}, {"type": "link", "url": LINK, "text": "it"}))]},
    "list in rich text": {
        "blocks": [rich({"type": "rich_text_list", "style": "bullet", "elements": [line({"type": "link", "url": LINK})]})]
    },
    "quote in rich text": {"blocks": [rich({"type": "rich_text_quote", "elements": [{"type": "text", "text": f"{LINK} !"}]})]},
    "blocks of an attachment": {"attachments": [{"fallback": "-", "blocks": [mrkdwn(f"<{LINK}|post>")]}]},
}


async def asked(scene, words, who="ann", **where):
    """What the bot says last to a mention."""
    await scene.slack.person(who).mention(words, **where)
    await scene.settle()
    return scene.slack.accepted[-1]


@pytest.mark.parametrize("part", APPS)
async def test_a_link_in_any_part_of_another_apps_message_is_meant_in_its_thread(open_scene, part):
    async with open_scene() as scene:
        posted = await scene.slack.other_app(**APPS[part])
        assert FIGURES in (await asked(scene, "", thread_ts=posted.ts)).text


async def test_a_long_number_of_another_app_is_no_post(open_scene):
    async with open_scene() as scene:
        posted = await scene.slack.other_app("order 7123456789012345678 has shipped")
        assert FIGURES not in (await asked(scene, "how is it doing?", thread_ts=posted.ts)).text


async def test_another_app_is_never_answered(open_scene):
    async with open_scene() as scene:
        await scene.slack.other_app(f"<@U0LINKSTATS> {LINK}")
        await scene.settle()
        assert scene.slack.events
        assert not scene.slack.accepted


@pytest.mark.parametrize("words", ["", "how did this do?", "stats for this one please", "what about this one", "last week"])
async def test_a_forwarded_message_is_meant(open_scene, words):
    """In a channel and in direct messages, with words or without."""
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say(f"out now: {LINK}", channel="#general")
        original = {"channel": shown.channel, "ts": shown.ts}
        await scene.slack.person("ann").forward(original, f"<@U0LINKSTATS> {words}", channel="#marketing")
        await scene.settle()
        assert FIGURES in scene.slack.accepted[-1].text
        scene.clock.go_on(minutes=2)
        await scene.slack.person("ann").forward(original, words)
        await scene.settle()
        assert (FIGURES in scene.slack.accepted[-1].text, scene.slack.accepted[-1].channel[0]) == (True, "D")


@pytest.mark.parametrize(("link", "says"), [(PROFILE, "profile"), (SHORT, "short link"), ("https://www.linkedin.com/posts/acme", "number")])
@pytest.mark.parametrize("words", ["how did this do?", "last week", ""])
async def test_a_link_that_cannot_be_read_is_said_and_no_other_account_is_meant(open_scene, link, says, words):
    """In a thread, whatever the words; the default account is not what was asked about."""
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say(f"look {link}", channel="#marketing")
        answer = await asked(scene, words, thread_ts=shown.ts)
        assert says in answer.text
        assert "impressions" not in answer.text


async def test_the_nearest_link_that_may_be_a_post_is_meant(open_scene):
    """A profile below the post does not hide it; a short link may be another post, and does."""
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say(LINK, channel="#marketing")
        await scene.slack.person("bob").say(f"by {PROFILE}", channel="#marketing", thread_ts=shown.ts)
        assert FIGURES in (await asked(scene, "how did this do?", thread_ts=shown.ts)).text
        await scene.slack.person("bob").say(f"and {SHORT}", channel="#marketing", thread_ts=shown.ts)
        assert "short link" in (await asked(scene, "how did this do?", thread_ts=shown.ts)).text


async def test_several_posts_of_one_message_stand_side_by_side_and_of_a_thread_the_nearest(open_scene):
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say(f"{LINK} and {OTHER}", channel="#marketing")
        both = await asked(scene, "how did these do?", thread_ts=shown.ts)
        assert "2 posts" in both.text
        assert "links 2 posts" in str(both.blocks)
        await scene.slack.person("bob").say(LINK, channel="#marketing", thread_ts=shown.ts)
        nearest = await asked(scene, "how did this do?", thread_ts=shown.ts)
        assert FIGURES in nearest.text
        assert "the nearest one" in str(nearest.blocks)


async def test_the_same_post_linked_twice_is_no_other_post(open_scene):
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say(LINK, channel="#marketing")
        await scene.slack.person("bob").say(f"again {LINK}", channel="#marketing", thread_ts=shown.ts)
        answer = await asked(scene, "how did this do?", thread_ts=shown.ts)
        assert FIGURES in answer.text
        assert "the nearest one" not in str(answer.blocks)


@pytest.mark.parametrize(
    "words",
    [
        *("", "how did this do?", "stats please", "and this one?", "any traction yet?", "^", "this ^^ please", ":point_up_2: stats?"),
        *("wie läuft der Beitrag?", "les stats ?", "¿cómo va el post?", "como vai o post?"),
    ],
)
async def test_a_mention_below_a_message_in_a_channel_is_about_its_link(open_scene, words):
    async with open_scene() as scene:
        await scene.slack.person("bob").say(f"our new post {LINK}", channel="#marketing")
        assert FIGURES in (await asked(scene, words)).text


async def test_a_short_link_that_is_nearest_above_is_said_to_be_unreadable_with_what_works(open_scene):
    async with open_scene() as scene:
        await scene.slack.person("bob").say(LINK, channel="#marketing")
        await scene.slack.person("bob").say("now live: https://bit.ly/3xYzAbC", channel="#marketing")
        for answer in (await asked(scene, "how did this do?"), await asked(scene, "")):
            assert "short or tracked link" in answer.text
            assert "Embed this post" in answer.text
        posted = await scene.slack.other_app(blocks=[mrkdwn("New post <https://buff.ly/4a|here>")])
        assert "short or tracked link" in (await asked(scene, "stats please", thread_ts=posted.ts)).text


async def test_in_a_channel_without_a_link_this_is_asked_back_and_an_account_answers_as_ever(open_scene):
    async with open_scene() as scene:
        await scene.slack.person("bob").say("good morning", channel="#marketing")
        assert "don't see a LinkedIn link" in (await asked(scene, "how did this do?")).text
        assert "Nov 16–22" in (await asked(scene, "last week")).text


async def test_in_a_thread_without_a_link_this_is_said_to_have_none(open_scene):
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say("https://acme.com/blog", channel="#marketing")
        assert NOTHING_IN_THREAD in (await asked(scene, "how did this do?", thread_ts=shown.ts)).text


@pytest.mark.parametrize("part", ["title link", "field", "blocks of an attachment"])
async def test_a_forwarded_message_of_another_app_is_meant_with_its_attachments(open_scene, part):
    async with open_scene() as scene:
        posted = await scene.slack.other_app(**APPS[part], channel="#general")
        await scene.slack.person("ann").forward({"channel": posted.channel, "ts": posted.ts}, "how is it doing?")
        await scene.settle()
        assert FIGURES in scene.slack.accepted[-1].text


@pytest.mark.parametrize(
    ("error", "says"), [("not_in_channel", "Invite me"), ("missing_scope", "permission"), ("ratelimited_for_now", "Try again in a moment")]
)
async def test_a_thread_that_cannot_be_read_is_said_with_what_helps(open_scene, error, says):
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say(LINK, channel="#marketing")
        scene.slack.faults.add(method="conversations.replies", kind="error", error=error, times=9)
        for words in ("how did this do?", "28d", ""):
            answer = await asked(scene, words, thread_ts=shown.ts)
            assert "can't read this thread" in answer.text
            assert says in answer.text
        assert FIGURES in (await asked(scene, LINK, thread_ts=shown.ts)).text


async def test_without_the_scope_of_a_private_channel_the_missing_permission_is_named(open_scene):
    async with open_scene(knobs={"scopes_optional": False}) as scene:
        shown = await scene.slack.person("bob").say(LINK, channel="#leadership")
        assert "groups:history" in (await asked(scene, "how did this do?", channel="#leadership", thread_ts=shown.ts)).text


@pytest.mark.parametrize("family", ["channels", "groups", "im", "mpim"])
def test_the_manifest_asks_for_what_reading_takes(family):
    assert f"{family}:history" in read_manifest(manifest_file()).scopes | read_manifest(manifest_file()).optional_scopes


@pytest.mark.parametrize(("pages", "says"), [(10, FIGURES), (3, "too long for me to read")])
async def test_a_long_thread_is_read_to_its_end_or_said_to_be_too_long(open_scene, monkeypatch, pages, says):
    """Slack gives the oldest first: the nearest link stands on the last page."""
    monkeypatch.setattr("bot.listeners.subjects.PAGE", 3)
    monkeypatch.setattr("bot.listeners.subjects.MOST_PAGES", pages)
    async with open_scene() as scene:
        shown = await scene.slack.person("bob").say(OTHER, channel="#marketing")
        for number in range(12):
            await scene.slack.person("bob").say(LINK if number == 10 else f"reply {number}", channel="#marketing", thread_ts=shown.ts)
        assert says in (await asked(scene, "how did this do?", thread_ts=shown.ts)).text


@pytest.mark.parametrize("part", ["title link", "list in rich text", "blocks of an attachment", "button"])
async def test_the_message_shortcut_finds_it_too(open_scene, part):
    async with open_scene() as scene:
        posted = await scene.slack.other_app(**APPS[part])
        interaction = await scene.slack.person("ann").shortcut(MESSAGE_SHORTCUT, {"channel": posted.channel, "ts": posted.ts})
        await scene.settle()
        assert FIGURES in str(interaction._views()[-1]["blocks"])


async def test_a_question_without_any_subject_offers_ones_that_work(open_scene):
    async with open_scene() as scene:
        answer = await scene.ask("how did this do?")
        assert WHICH_QUESTION in answer["text"]
        pressed = await scene.slack.person("ann").press(answer, "example.1")
        await scene.settle()
        assert "Nov 16–22" in pressed.seen()[-1]["text"]


@pytest.mark.parametrize(("link", "says"), [(SHORT, "short link"), (PROFILE, "profile"), ("no link at all", NOTHING_FORWARDED)])
async def test_a_forwarded_message_without_a_post_is_never_the_post_of_the_question_before(open_scene, link, says):
    """In direct messages, which remember it, and in a channel with a link above."""
    async with open_scene() as scene:
        ann = scene.slack.person("ann")
        message = await scene.slack.person("bob").say(link, channel="#general")
        original = {"channel": message.channel, "ts": message.ts}
        await ann.say(LINK, channel="dm")
        await scene.slack.person("bob").say(LINK, channel="#marketing")
        await scene.settle()
        for words in ("", "how did this do?"):
            scene.clock.go_on(minutes=1)
            await ann.forward(original, words)
            await scene.settle()
            assert says in scene.slack.accepted[-1].text
            await ann.forward(original, f"<@U0LINKSTATS> {words}", channel="#marketing")
            await scene.settle()
            assert says in scene.slack.accepted[-1].text
            assert FIGURES not in scene.slack.accepted[-1].text


async def test_a_person_who_is_mentioned_is_their_account_and_a_channel_its_own(open_scene):
    async with open_scene(administrators="U0ANN00001") as scene:
        ann, bob = (f"<@{scene.slack.person(name).id}>" for name in ("ann", "bob"))
        await scene.ask(f"link {bob} linkedin-ABC")
        name = scene.statistics.world.account("linkedin-ABC").display_name
        for words, says in {
            f"{bob} last week": f"{name}, Nov 16",
            f"how did {bob} do in october?": f"{name}, Oct 1",
            f"acme vs {bob} last month": f"vs. {name}",
            f"top {bob[:-1]}|bob>": f"Best posts of {name}",
            f"{ann} last week": NOBODY_LINKED,
            "<#C0MARKETING|marketing> last week": NO_DEFAULT,
            "acme last week in <#C0GENERAL>": ANSWERED_HERE,
            f"acme last week cc {ann}, {bob}": "Acme Robotics, Nov 16",
            f"{LINK} {ann}": FIGURES,
            f"thanks {ann}!": WELCOME,
            f"default {bob}": f"now: {name}",
            "<#C0MARKETING> yesterday": f"{name}, Nov 22",
            f"digest {bob} every monday 9": name,
            f"goal {bob} impressions 50000 month": f"Goal of {name}",
            f"alert {bob} impressions -30% week for {ann}": name,
            f"watch {bob}": name,
            f'digest acme every monday 8 title "By {ann}" intro "Numbers for {ann}"': f"Numbers for {ann}",
            f'alert acme comments > 20 day title "{bob} asks" for {ann}': "asks",
            f"goal {ann} impressions 50000 month": NOBODY_LINKED,
        }.items():
            answer = await scene.ask(words)
            assert says in json.dumps([answer["text"], answer["blocks"]], ensure_ascii=False), words


async def test_nobody_learns_from_a_mention_that_an_account_opted_out(open_scene):
    async with open_scene(administrators="U0ANN00001") as scene:
        bob, nobody = (f"<@{scene.slack.person(name).id}>" for name in ("bob", "ann"))
        await scene.ask(f"link {bob} linkedin-ABC")
        await scene.ask("opt out linkedin-ABC", who="bob")
        for command in ("{} last week", "acme vs {}", "digest {} every monday 9", "goal {} impressions 500 month", "watch {}"):
            hidden, none = [await scene.ask(command.format(who), who="yuki") for who in (bob, nobody)]
            assert NOBODY_LINKED in none["text"]
            assert [block.get("text") for block in hidden["blocks"]] == [block.get("text") for block in none["blocks"]]
