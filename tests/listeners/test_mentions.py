"""Mentions in channels and threads, and direct messages: the command's grammar, answered where it was asked."""

import pytest

POST = "https://www.linkedin.com/feed/update/urn:li:share:7123456789012345678/"


async def test_a_mention_is_answered_privately_in_the_channel(scene):
    await scene.slack.person("ann").mention(POST, channel="#marketing")
    await scene.settle()
    answer = scene.slack.accepted[-1]
    assert (answer.kind, answer.user) == ("ephemeral", scene.slack.parts.workspace.person("ann").id)
    assert "15,420" in answer.text


async def test_a_mention_with_share_answers_for_everybody(scene):
    await scene.slack.person("ann").mention(f"{POST} share", channel="#marketing")
    await scene.settle()
    answer = scene.slack.accepted[-1]
    assert answer.kind == "message"
    assert answer.metadata["event_payload"]["words"]


async def test_a_mention_in_a_thread_takes_the_post_that_was_linked_there(scene):
    """The words hold no post, so the link above is meant; the answer stays in the thread."""
    message = await scene.slack.person("bob").say(f"look at {POST}", channel="#marketing")
    await scene.slack.person("ann").mention("how is it doing?", channel="#marketing", thread_ts=message.ts)
    await scene.settle()
    answer = scene.slack.accepted[-1]
    assert answer.thread_ts == message.ts
    assert "15,420" in answer.text


async def test_a_mention_under_the_bots_card_keeps_its_account(open_scene):
    """The card's metadata says what it is about; only the period is new."""
    async with open_scene() as scene:
        await scene.slack.person("ann").mention("linkedin-ABC last week share", channel="#marketing")
        await scene.settle()
        card = scene.slack.accepted[-1]
        await scene.slack.person("bob").mention("28d", channel="#marketing", thread_ts=card.ts)
        await scene.settle()
        name = scene.statistics.world.account("linkedin-ABC").display_name
        assert name in scene.slack.accepted[-1].text
        assert "Oct 26–Nov 22" in scene.slack.accepted[-1].text


async def test_a_direct_message_is_answered_with_a_message(scene):
    await scene.slack.person("ann").say("last week", channel="dm")
    await scene.settle()
    answer = scene.slack.accepted[-1]
    assert answer.kind == "message"
    assert "Nov 16–22" in answer.text


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_half_an_emoji_in_the_words_is_left_out(open_scene, transport):
    async with open_scene(transport=transport) as scene:
        await scene.slack.person("ann").mention('digest acme every monday 9:00 title "We moved \ud83d"', channel="#marketing")
        await scene.settle()
        assert "We moved" in scene.slack.accepted[-1].text


async def test_an_event_delivered_again_is_answered_once(scene):
    """Slack redelivers, and has sent the same event under another id."""
    await scene.slack.person("ann").mention("help", channel="#marketing")
    await scene.settle()
    event = next(one for one in scene.slack.events if one["event"]["type"] == "app_mention")
    await scene.slack.redeliver(event)
    await scene.slack.redeliver(event, new_id=True)
    await scene.settle()
    assert scene.asked_count("mention", "answered") == 1


async def test_an_event_delivered_again_after_a_restart_is_answered_once(open_scene, clock):
    """Also hours later: after an outage Slack sends it again for a day."""
    async with open_scene() as before:
        await before.slack.person("ann").mention("help", channel="#marketing")
        await before.settle()
        event = next(one for one in before.slack.events if one["event"]["type"] == "app_mention")
    clock.go_on(hours=23)
    async with open_scene() as after:
        await after.slack.redeliver(event, new_id=True)
        await after.settle()
        assert after.asked_count("mention", "answered") == 0
        await after.slack.person("ann").mention("help", channel="#marketing")
        await after.settle()
        assert after.asked_count("mention", "answered") == 1


async def test_where_the_person_cannot_be_shown_anything_a_direct_message_is(open_scene):
    async with open_scene() as scene:
        scene.slack.faults.add(method="chat.postEphemeral", kind="error", error="user_not_in_channel")
        await scene.slack.person("ann").mention("help", channel="#marketing")
        await scene.settle()
        assert scene.slack.accepted[-1].channel.startswith("D")


async def test_a_lost_reply_never_posts_twice(open_scene):
    """Slack took the message and the connection dropped: it is not sent again."""
    async with open_scene() as scene:
        scene.slack.faults.add(method="chat.postMessage", kind="reset_after", times=1)
        await scene.slack.person("ann").say("help", channel="dm")
        await scene.settle()
        assert len([one for one in scene.slack.accepted if one.via == "chat.postMessage"]) == 1


async def below(scene, words, question, who="bob"):
    """What the bot says to a question below a card that everybody sees."""
    await scene.slack.person("ann").mention(f"{words} share", channel="#marketing")
    await scene.settle()
    card = next(one for one in reversed(scene.slack.accepted) if one.metadata)
    await scene.slack.person(who).mention(question, channel="#marketing", thread_ts=card.ts)
    await scene.settle()
    answer = scene.slack.accepted[-1]
    assert answer.thread_ts == card.ts
    return answer


@pytest.mark.parametrize(
    ("words", "question", "says"),
    [
        ("board last week", "and the month before?", "Oct 1–31"),
        ("board last week", "what about Ann Lee?", "Ann Lee · "),
        ("board last week", "by growth", "Ranked by the growth"),
        ("top 28d", "and the month before?", "Sep 28–Oct 25"),
        ("linkedin-ABC vs linkedin-Tz9W5i6ZYG last week", "comments only", "Comments"),
        ("linkedin-ABC last week", "and the week before?", "Nov 9–15"),
        (f"{POST} urn:li:share:7434685316856377344", "comments only", "2 posts compared"),
    ],
)
async def test_below_every_kind_of_card_its_accounts_and_days_are_meant(open_scene, words, question, says):
    """From the card's own metadata; what is asked is all that changes."""
    async with open_scene(acknowledge_within=0.2) as scene:
        answer = await below(scene, words, question)
        assert says in answer.text + str(answer.blocks)


async def test_below_a_card_of_before_the_restart_it_is_still_known(open_scene, clock):
    async with open_scene() as scene:
        await scene.slack.person("ann").mention("board last week share", channel="#marketing")
        await scene.settle()
        words = scene.slack.accepted[-1].metadata["event_payload"]["words"]
    assert words.startswith("board ")
    clock.go_on(days=1, hours=2)
    async with open_scene() as again:
        answer = await below(again, words, "the week before")
        assert "Nov 9–15" in str(answer.blocks)


async def test_below_a_digest_of_several_accounts_they_are_all_meant(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        await scene.set_up('digest "Ann Lee", "Kofi Mensah" every monday 9:00 in #marketing')
        (digest,) = await scene.bot.scheduling.stores.digests.digests()
        await scene.ask(f"digest now {digest.id}")
        await scene.bot.scheduling.runner.tick()
        await scene.settle()
        posted = next(one for one in scene.slack.accepted if one.metadata and "digest" in str(one.metadata) and not one.thread_ts)
        await scene.slack.person("bob").mention("and the week before?", channel="#marketing", thread_ts=posted.ts)
        await scene.settle()
        answer = str(scene.slack.accepted[-1].blocks)
        assert "Nov 9–15" in answer
        assert "Ann Lee" in answer
        assert "Kofi Mensah" in answer
        assert "Acme" not in answer
