"""Questions that go on from the one before: in direct messages, under a private card, after a restart; thanks and greetings."""

import json
from functools import partial

import pytest
from sqlalchemy import text

from bot.queries.handler import GLAD, WELCOME
from bot.queries.questions import WHICH_QUESTION

POST = "https://www.linkedin.com/feed/update/urn:li:share:7123456789012345678/"
#: The default account, and one that is not.
ACCOUNT, OTHER = "linkedin-Tz9W5i6ZYG", "linkedin-ABC"


async def answer_text(scene, words, who="ann"):
    """The bot's last words after a direct message."""
    await scene.slack.person(who).say(words)
    await scene.settle()
    return scene.slack.accepted[-1].text


async def new_events(scene):
    """The sandbox counts its events' ids from the same start again, which Slack never does: the first is one that was answered."""
    await scene.slack.person("yuki").say("help")
    await scene.settle()


async def test_direct_messages_go_on_from_the_last_question(open_scene):
    """Its account and its period, each until another is named."""
    async with open_scene() as scene:
        name = scene.statistics.world.account(ACCOUNT).display_name
        assert name in await answer_text(scene, f"{ACCOUNT} last week")
        for words, days in (
            ("and the month before?", "Oct 1–31"),
            ("28d", "Oct 26–Nov 22"),
            ("comments only", "Oct 26–Nov 22"),
            ("more days", "Aug 25–Nov 22"),
            ("and last week?", "Nov 16–22"),
        ):
            answer = await answer_text(scene, words)
            assert (name in answer, days in answer) == (True, True), (words, answer)
        other = await answer_text(scene, f"what about {OTHER}?")
        assert (name in other, "Nov 16–22" in other) == (False, True)


async def test_after_a_post_this_is_the_post_and_a_period_alone_its_account(open_scene):
    async with open_scene() as scene:
        assert "15,420" in await answer_text(scene, POST)
        assert "15,420" in await answer_text(scene, "how did this do?")
        assert "only lifetime figures" in await answer_text(scene, "and the month before?")
        assert "15,420 impressions; 8,234 members reached; 89 comments" in await answer_text(scene, "without likes")
        answer = await answer_text(scene, "only the comments")
        assert ("89 comments" in answer, "15,420" in answer) == (True, False)
        answer = await answer_text(scene, "last week")
        assert (scene.statistics.world.accounts[0].display_name in answer, "Nov 16–22" in answer) == (True, True)


async def test_a_first_question_may_leave_a_figure_out_and_no_account_is_beside_itself(open_scene):
    async with open_scene() as scene:
        shown = (await scene.ask("no reach"))["text"]
        assert ("impressions" in shown, "members reached" in shown) == (True, False)
        assert "are the same" in (await scene.ask("us vs acme", who="bob"))["text"]


async def test_below_a_shared_card_a_question_goes_on_from_ones_own_one_before(open_scene):
    """Not from the card, which is farther away; the next person's goes on from the card."""
    async with open_scene() as scene:
        name = scene.statistics.world.account(OTHER).display_name
        card = await scene.ask(f"{ACCOUNT} last week share")
        for who, words, says in (
            ("ann", f"same for {OTHER}", (name, "Nov 16–22")),
            ("ann", "28d", (name, "Oct 26–Nov 22")),
            ("ann", "drop likes", (name, "Oct 26–Nov 22")),
            ("bob", "28d", (scene.statistics.world.account(ACCOUNT).display_name, "Oct 26–Nov 22")),
        ):
            await scene.slack.person(who).mention(words, thread_ts=card["ts"])
            await scene.settle()
            assert all(part in scene.slack.accepted[-1].text for part in says), (words, scene.slack.accepted[-1].text)


async def test_below_a_card_what_is_set_up_is_about_its_account(open_scene):
    async with open_scene() as scene:
        name = scene.statistics.world.account(OTHER).display_name
        card = await scene.ask(f"{OTHER} last month share")
        for words, says in (
            ("do that every monday", f"LinkedIn summary. {name}"),
            ("post this here every friday at 4pm", f"LinkedIn summary. {name}"),
            ("tell me when impressions fall 20%", f"{name}*"),
            ("alert me if it drops 20%", f'alert "{name}" impressions'),
            ("alert acme comments > 20 day", "Acme Robotics*"),
        ):
            await scene.slack.person("bob").mention(words, thread_ts=card["ts"])
            await scene.settle()
            answer = scene.slack.accepted[-1]
            assert says in f"{answer.text} {answer.blocks}", words


@pytest.mark.parametrize("where", ["#marketing", ""])
@pytest.mark.parametrize("words", ["every monday please", "weekly on fridays at 10"])
async def test_below_a_card_a_rhythm_alone_plans_a_digest_of_its_account(open_scene, where, words):
    async with open_scene() as scene:
        name, person = scene.statistics.world.account(OTHER).display_name, scene.slack.person("ann")
        say = partial(person.mention, channel=where) if where else person.say
        asked = await say(f"{OTHER} last month")
        await scene.settle()
        await say(words, thread_ts=asked.ts if where else None)
        await scene.settle()
        assert f"LinkedIn summary. {name}" in f"{scene.slack.accepted[-1].text} {scene.slack.accepted[-1].blocks}"


async def test_in_a_thread_figures_alone_are_of_the_question_before(open_scene):
    async with open_scene() as scene:
        name, root = scene.statistics.world.account(OTHER).display_name, await scene.slack.other_app("good morning")
        for words, days in (
            (f"{OTHER} last month", "Oct 1–31"),
            ("only the comments", "Oct 1–31"),
            ("run it again", "Oct 1–31"),
            ("daily please", "Oct 1–31"),
            ("top posts", "Oct 1–31"),
        ):
            await scene.slack.person("ann").mention(words, channel="#marketing", thread_ts=root.ts)
            await scene.settle()
            answer = scene.slack.accepted[-1].text
            assert (name in answer, days in answer) == (True, True), (words, answer)


@pytest.mark.parametrize("where", ["#marketing", ""])
async def test_in_the_thread_of_a_question_words_go_on_from_it_whatever_was_asked_since(open_scene, where):
    """Also a change of what it set up: the thread below a message is about that message."""
    async with open_scene() as scene:
        name, person = scene.statistics.world.account(OTHER).display_name, scene.slack.person("ann")

        async def say(words, thread=None):
            sent = await (person.mention(words, channel=where, thread_ts=thread) if where else person.say(words, thread_ts=thread))
            await scene.settle()
            return sent.ts, scene.slack.accepted[-1].text

        (asked, _), (digest, _) = await say(f"{OTHER} last month"), await say(f"digest {OTHER} every friday 9:00")
        await say("team last week")
        answer, changed = (await say("and the month before?", asked))[1], (await say("make it tuesday", digest))[1]
        assert (name in answer, "Sep 1–30" in answer, "every Tuesday 9:00" in changed) == (True, True, True), (answer, changed)


@pytest.mark.parametrize("ask", ["mention", "command"])
async def test_under_a_private_card_the_next_question_goes_on_from_it(open_scene, ask):
    async with open_scene() as scene:
        name = scene.statistics.world.account(OTHER).display_name
        for words, days in ((f"{OTHER} last week", "Nov 16–22"), ("and the week before?", "Nov 9–15"), ("before that?", "Nov 2–8")):
            person = scene.slack.person("ann")
            await (person.mention(words, channel="#marketing") if ask == "mention" else person.command(words, channel="#marketing"))
            await scene.settle()
            answer = scene.slack.person("ann").sees("#marketing")[-1]["text"]
            assert (name in answer, days in answer) == (True, True), (words, answer)
        # A period alone is a question of its own in a channel, and nobody else's last question counts.
        await scene.slack.person("ann").command("last week", channel="#marketing")
        await scene.settle()
        assert name not in scene.slack.person("ann").sees("#marketing")[-1]["text"]
        await scene.slack.person("bob").command("and the week before?", channel="#marketing")
        await scene.settle()
        assert WHICH_QUESTION in scene.slack.person("bob").sees("#marketing")[-1]["text"]


async def test_a_question_after_a_command_is_about_what_the_command_was_about(open_scene):
    """Not about the figures that were asked for before it; after a list, about nothing."""
    async with open_scene() as scene:
        name = scene.statistics.world.account(OTHER).display_name
        for command in (
            f"goal {OTHER} impressions 50k month",
            f"alert {OTHER} impressions +50% week",
            f"digest {OTHER} every monday 9:00",
        ):
            await answer_text(scene, f"{ACCOUNT} last week")
            await answer_text(scene, command)
            answer = await answer_text(scene, "and the month before?")
            assert (name in answer, "Oct 1–31" in answer) == (True, True), (command, answer)
        for words in ("goals", "alert list", "digest list"):
            await answer_text(scene, f"{ACCOUNT} last week")
            await answer_text(scene, words)
            assert WHICH_QUESTION in await answer_text(scene, "and the month before?")


async def test_make_it_changes_the_last_command(open_scene):
    async with open_scene() as scene:
        await answer_text(scene, f"digest {OTHER} every monday 9:30 Europe/Berlin")
        for words, says in (
            ("make it tuesday", "every Tuesday 9:30 Europe/Berlin"),
            ("can you make it half past ten?", "every Tuesday 10:30 Europe/Berlin"),
            ("no, change it to fridays", "every Friday 10:30 Europe/Berlin"),
            ("make it frobnicate", "frobnicate"),
        ):
            assert says in await answer_text(scene, words), words
        name = scene.statistics.world.account(OTHER).display_name
        assert f'digest "{name}" cron' in str(scene.slack.person("ann").sees("dm")[-1]["blocks"])
        assert not await scene.bot.scheduling.stores.digests.digests()
        await scene.slack.person("ann").press(scene.slack.person("ann").sees("dm")[-3], "digest.create")
        await scene.settle()
        assert "Changed" in await answer_text(scene, "make it weekdays")
        (digest,) = await scene.bot.scheduling.stores.digests.digests()
        assert digest.cron == "30 10 * * 1-5"
        await answer_text(scene, f"goal {OTHER} impressions 50k month")
        assert "60,000 impressions" in await answer_text(scene, "make it sixty thousand")
        # Of another figure it would be another number.
        assert "how many comments per month?" in await answer_text(scene, "oops, i meant comments")
        assert "Say the new number" in await answer_text(scene, "make it 20%")
        await answer_text(scene, "goal acme impressions 50000 month")
        assert "Set. Goal of Acme Robotics: 300 comments" in await answer_text(scene, "make it 300 comments")
        assert "Set. Goal of Bob Rivera: 400 comments" in await answer_text(scene, "make it 400 for bob")
        await answer_text(scene, f"alert {OTHER} impressions +50% week")
        assert "down 30%" in await answer_text(scene, "make it -30%")
        assert "reactions down 30%" in await answer_text(scene, "sorry, i meant reactions")
        await answer_text(scene, f"{OTHER} last week")
        assert "Oct 1–31" in await answer_text(scene, "make it last month")
        assert "every Monday 9:00" in await answer_text(scene, "make it weekly")
        assert scene.statistics.world.account(OTHER).display_name in await answer_text(scene, "make it weekly on fridays")
        await answer_text(scene, f"{OTHER} last week")
        sent = await answer_text(scene, "send me that every friday")
        assert ("every Friday 9:00" in sent, scene.statistics.world.account(OTHER).display_name in sent) == (True, True)
        for words, says in {
            "team why": "not the reasons",
            "top warum letzte woche": "Ich verstehe nur Englisch",
            "team there": "7 of 8 accounts",
            "/linkedin-stats yesterday": "Nov 22",
        }.items():
            assert says in await answer_text(scene, words), words


async def test_both_are_the_last_two_that_were_asked_for(open_scene):
    """What is asked of one in between is no other question; what is offered names accounts, not ids."""
    async with open_scene() as scene:
        names = [scene.statistics.world.account(one).display_name for one in (OTHER, ACCOUNT)]
        for words in (f"{ACCOUNT} last month", f"{OTHER} last week", "comments only"):
            await answer_text(scene, words)
        for words in ("compare both", "show them side by side"):
            assert (await answer_text(scene, words)).startswith(f"{names[0]} vs. {names[1]}, Nov 16–22"), words
        assert (await answer_text(scene, "the second one")).startswith(f"{names[1]}, Nov 16–22")
        for words in ("is that good", "is that good?"):
            assert "can't judge" in await answer_text(scene, words)
        assert f'\\"{names[1]}\\" 2026-11-16..2026-11-22 daily' in json.dumps(scene.slack.accepted[-1].blocks, ensure_ascii=False)
        for words in ("¿Cuántas impresiones tuvimos esta semana?", "cómo va acme este lunes"):
            assert (await answer_text(scene, words)).startswith("Solo entiendo inglés"), words


async def test_another_process_and_one_after_a_restart_know_the_last_question(open_scene, clock):
    async with open_scene() as before:
        await answer_text(before, f"{ACCOUNT} last week")
    clock.go_on(minutes=29)
    async with open_scene() as after:
        await new_events(after)
        assert "Nov 9–15" in await answer_text(after, "and the week before?")
        clock.go_on(minutes=31)
        answer = await answer_text(after, "and the week before?")
        assert WHICH_QUESTION in answer
        assert "30 min." in answer


async def test_who_may_no_longer_see_the_account_is_not_shown_it_again(open_scene):
    """What may be seen is asked again at each question, not remembered."""
    async with open_scene() as scene:
        await answer_text(scene, f"{ACCOUNT} last week", "bob")
    async with open_scene(channel_accounts={"*": [OTHER]}) as scene:
        await new_events(scene)
        name = scene.statistics.world.account(ACCOUNT).display_name
        answer = await answer_text(scene, "and the week before?", "bob")
        assert name not in answer
        assert "impressions" not in answer


THANKS = (
    ("thanks!", WELCOME),
    ("thank you so much", WELCOME),
    ("perfect, thanks", WELCOME),
    ("Thx :pray:", WELCOME),
    ("merci !", WELCOME),
    ("thanks, that helps!", WELCOME),
    ("thanks, that's exactly what I needed", WELCOME),
    ("thank you, have a nice weekend!", WELCOME),
    ("thanks for the quick answer", WELCOME),
    ("happy new year!", GLAD),
    ("thanks bob!", WELCOME),
    ("cheers, ann!", WELCOME),
    ("tysm!!", WELCOME),
    ("thaaanks", WELCOME),
    ("yaaay", GLAD),
    ("gotcha", GLAD),
    ("you're the best", GLAD),
    ("lgtm", GLAD),
    ("it should be enough", GLAD),
    ("ok", GLAD),
    ("great!", GLAD),
    ("got it", GLAD),
    (":tada:", GLAD),
    ("hm ok", GLAD),
    ("not bad", GLAD),
    ("vergiss es", GLAD),
    ("tant pis", GLAD),
    ("alles klar", GLAD),
    ("👍🏽", GLAD),
    (":+1::skin-tone-3: :heart:", GLAD),
)


async def test_thanks_get_a_short_word_and_not_the_card_again(open_scene):
    async with open_scene() as scene:
        for words, answer in THANKS:
            await answer_text(scene, f"{ACCOUNT} last week")
            assert await answer_text(scene, words) == answer, words
            # It goes on from there all the same.
            assert "Nov 9–15" in await answer_text(scene, f"{words} and the week before?"), words


async def test_thanks_below_a_card_get_no_card(open_scene):
    async with open_scene() as scene:
        await scene.slack.person("ann").mention(f"{ACCOUNT} share", channel="#marketing")
        await scene.settle()
        card = scene.slack.accepted[-1]
        await scene.slack.person("bob").mention("thank you!", channel="#marketing", thread_ts=card.ts)
        await scene.settle()
        assert scene.slack.accepted[-1].text == WELCOME


async def test_a_greeting_is_the_first_screen_again(open_scene):
    async with open_scene() as scene:
        await answer_text(scene, f"{ACCOUNT} last week")
        for greeting in ("hi there", "Hallo, wie geht's?", "Salut, ça va ?", "bom dia, tudo bem?"):
            assert "Paste a post's link" in await answer_text(scene, greeting), greeting


@pytest.mark.parametrize(("seconds", "remembered"), [(0, None), (60, "for 1 min."), (1800, "for 30 min.")])
async def test_how_long_a_question_counts_is_said_where_none_is_known(open_scene, seconds, remembered):
    async with open_scene(follow_up_memory=seconds) as scene:
        answer = await answer_text(scene, "and the month before?")
        assert WHICH_QUESTION in answer
        assert remembered in answer if remembered else "I remember" not in answer


@pytest.mark.parametrize("seconds", [0, 1800])
async def test_a_question_that_no_longer_counts_is_deleted(open_scene, clock, seconds):
    async with open_scene() as before:
        await answer_text(before, f"{ACCOUNT} last week")
        assert await stored_questions(before) == 2, "in the direct messages, and in the thread below it"
    clock.go_on(minutes=31)
    async with open_scene(follow_up_memory=seconds) as after:
        await after.bot.scheduling.runner.tick()
        assert await stored_questions(after) == 0


async def stored_questions(scene):
    async with scene.bot.database.read() as connection:
        return (await connection.execute(text("SELECT count(*) FROM last_questions"))).scalar_one()


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("this time last year", "Nov 16–22, 2025"),
        (f"{ACCOUNT} same month last year", "Nov 1–30, 2025"),
        ("yoy", "Jan 1–Nov 22"),
        ("monday 15 november", "that day is a Sunday"),
    ],
)
async def test_words_for_last_year_count_from_today_where_no_question_stands_before_them(open_scene, words, days):
    async with open_scene() as scene:
        assert days in (await scene.ask(words))["text"]


async def test_yoy_compares_the_question_before_and_beside_an_account_is_one_of_its_own(open_scene):
    async with open_scene() as scene:
        await answer_text(scene, f"{OTHER} last week")
        assert "Nov 16–22 vs. Nov 16–22, 2025" in await answer_text(scene, "yoy?")
        assert "Jan 1–Nov 22" in await answer_text(scene, f"{OTHER} yoy")


async def test_an_alert_or_a_goal_for_one_post_is_refused_with_what_reports_posts(open_scene):
    async with open_scene() as scene:
        await answer_text(scene, POST)
        for words in ("alert me when it reaches 20k", "goal 20k impressions for this post", f"alert {POST} impressions > 20k"):
            assert "not about one post" in await answer_text(scene, words)
        assert "Alert set up" in await answer_text(scene, f"alert {ACCOUNT} impressions above 20k this week")


async def test_a_command_in_a_channel_goes_on_where_it_says_so(scene):
    """ "Just the impressions" are those of the card before, and so is what "that" did in october."""
    name = scene.statistics.world.account(OTHER).display_name
    await scene.ask(f"{OTHER} last week")
    for words, says in (
        ("just the impressions pls", "Nov 16–22"),
        ("can i see that daily", "Nov 16–22"),
        ("what did that look like in october?", "Oct 1–31"),
    ):
        text = (await scene.ask(words))["text"]
        assert (name in text, says in text) == (True, True), (words, text)


async def test_who_did_best_goes_on_from_the_accounts_before_and_a_failed_question_is_gone_on_from_too(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        for words, says in (
            ("team last month", "Oct 1–31"),
            ("who did best?", "with 3.30% engagement rate"),
            ("who's leading?", "with 3.30% engagement rate"),
            ("team last month", "7 of 8 accounts"),
            ("without elena", "without Elena Petrova, 7 accounts"),
            ("top last month", "Oct 1–31"),
            ("just the top 3", "Oct 1–31"),
            ("the best 2 of those", "Oct 1–31"),
            ("bob last week", "Bob Rivera"),
            ("elena last week", "no longer accepts this account's connection"),
            ("same but per day", "no longer accepts this account's connection"),
            ("the month before?", "no longer accepts this account's connection"),
            ("same for ann", "Ann Lee"),
        ):
            text = (await scene.ask(words))["text"]
            assert says in text, f"{words}: {text}"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("acme yesterdya vs day before", "acme yesterday vs day before"),
        ("acme the week before", "needs a day or a month"),
        ("board growht", "board growth"),
        ("besst posts november", "top november"),
    ],
)
async def test_what_is_refused_beside_an_account_is_what_is_said(open_scene, words, says):
    async with open_scene() as scene:
        answer = await scene.ask(words)
        assert WHICH_QUESTION not in answer["text"]
        assert says in str(answer)


async def test_a_link_left_out_beside_a_post_is_said(open_scene):
    async with open_scene() as scene:
        answer = (await scene.ask(f"{POST} and https://lnkd.in/p/eAbCdEf"))["text"]
        assert ("15,420" in answer, "left out another link. That's a short link" in answer) == (True, True)
        assert "left out" not in (await scene.ask(f"{POST} about https://acme.com/blog"))["text"]


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        ("7529483678515200000", "another number. That number has lost its last digits"),
        ("7.53E+18", "another number. That number has lost its last digits"),
        ("752948367851520012", "another number. That number can't be a LinkedIn post: it has 18 digits"),
        ("7999999999999999999", "another number. That number can't be a LinkedIn post yet"),
        ("urn:li:share:", "another link. That URN doesn't end in a post's number"),
    ],
)
async def test_a_number_left_out_of_a_comparison_is_said(open_scene, beside, says):
    async with open_scene() as scene:
        answer = (await scene.ask(f"{POST} {beside} urn:li:share:7434685316856377344"))["text"]
        assert f"I left out {says}" in answer
        assert "2 posts compared" in answer


async def test_days_that_a_suggestion_corrects_stay_its_own(open_scene):
    async with open_scene() as scene:
        await answer_text(scene, f"{ACCOUNT} yesterday")
        await answer_text(scene, "the whole week")
        assert 'last week "Acme Robotics"' in str(scene.slack.accepted[-1].blocks)


@pytest.mark.parametrize("words", ["reactions vs comments?", "thank you bob, and the comments?"])
async def test_below_a_link_figures_are_those_of_the_post(open_scene, words):
    async with open_scene() as scene:
        message = await scene.slack.person("bob").say(POST, channel="#marketing")
        await scene.slack.person("ann").mention(words, channel="#marketing", thread_ts=message.ts)
        await scene.settle()
        answer = scene.slack.accepted[-1].text
        assert ("89 comments" in answer, "15,420" in answer) == (True, False), answer
