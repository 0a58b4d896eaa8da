"""Commands as people say them: the noun in the middle, the reason behind, "it" for what was last, all but some accounts."""

import pytest

from bot.digests.draft import ParsingPlace
from bot.digests.parser import read_digest
from bot.errors import UsageError
from bot.parsing.courtesies import HOW_TO, digest_of_this
from bot.parsing.last_command import action_on_last
from bot.parsing.orders import action_first, as_goal
from bot.statistics.reports import Account, Directory
from bot.subscriptions.subscription import SubscriptionKind
from tests.fixtures.cards import ACME, ANN

CAROL = Account("linkedin-carol", "Carol")
DIRECTORY = Directory((ACME, ANN, CAROL))


@pytest.mark.parametrize(
    ("text", "noun", "command"),
    [
        ("the digest should come at 7 instead", "digest", "digest edit at 7"),
        ("can the digest come on tuesdays?", "digest", "digest edit on tuesdays"),
        ("should the digest come on tuesdays?", "digest", ""),
        ("the friday digest should include bob", "digest", 'digest edit "friday" add bob'),
        ("change the time of the digest to 8:30", "digest", "digest edit to 8:30"),
        ("push the digest back an hour", "digest", "digest edit"),
        ("swap acme for bob in the digest", "digest", "digest edit"),
        ("let's move the digest to thursdays", "digest", "digest move to thursdays"),
        ("name the digest with most accounts", "digest", "digest list"),
        ("name the digest Monday numbers", "digest", 'digest edit title "Monday numbers"'),
        ("kill the weekly digest pls, nobody reads it", "digest", "digest delete"),
        ("we don't need the digest any more", "digest", "digest delete"),
        ("this digest is useless, delete it", "digest", "digest delete"),
        ("the digest comes too early, make it 11", "digest", "digest edit 11"),
        ("remove the weekly report from this channel", "digest", "digest delete"),
        ("turn off the digest in january", "digest", "digest edit except january"),
        ("don't send the digest on 28 dec", "digest", "digest edit except 28 dec"),
        ("end the digest after march", "digest", "digest edit until march"),
        ("hold the digest over the weekend", "digest", "digest edit except this weekend"),
        ("put the digest on hold until further notice", "digest", "digest pause"),
        ("no digest between christmas and new year", "digest", "digest edit except christmas and new year"),
        ("change the digest title to Numbers of the week", "digest", 'digest edit title "Numbers of the week"'),
        ('give the digest an intro "Hello"', "digest", 'digest edit an intro "Hello"'),
        ("remove the title of the digest", "digest", "digest edit no title"),
        ("no digest between 20 and 31 dec", "digest", "digest edit except between 20 and 31 dec"),
        ("no digest for the next three mondays", "digest", "digest skip next three"),
        ("why didn't the digest come?", "digest", "digest history"),
        ("make the digest for acme every monday", "digest", "digest new for acme every monday"),
        ("only send the digest when something changed", "digest", "digest edit only when something changed"),
        ("raise the alert threshold to 80%", "alert", "alert edit to 80%"),
        ("only alert me on workdays", "alert", "alert edit on workdays"),
        ("mention <@U1> in the alert", "alert", "alert edit for <@U1>"),
        ("the alert is too noisy", "alert", "alert show"),
        ("how many alerts do we have?", "alert", "alert list"),
        ("where do you post the digest?", "digest", "digest show"),
        ("are we going to hit our goal?", "goal", "goal list"),
        ("update on the goal", "goal", "goal list"),
        ("update the goal to 60k", "goal", "goal edit to 60k"),
        ("post the digest to <#C1> too", "digest", "digest edit also in <#C1>"),
        ("resume the digest on jan 11", "digest", "digest pause until jan 11"),
        ("when do we get the next summary", "digest", "digest show"),
        ("pause the acme digest, not bob's", "digest", "digest pause acme"),
        ("mute alerts at night", "alert", "alert edit quiet at night"),
        ("no alerts before 8", "alert", "alert edit not before 8"),
        ("why did the alert fire?", "alert", "alert test"),
        ("quiet hours for the watch 22-7", "watch", "watch edit quiet 22-7"),
        ("set no quiet hours for the bob alert", "alert", 'alert edit "bob" no quiet'),
        ("remove the quiet hours from the alert", "alert", "alert edit no quiet"),
        ("put the alert in <#C1> instead", "alert", "alert move in <#C1>"),
        ("what percentage of the goal have we reached", "goal", "goal list"),
        ("how often does the report come?", "digest", "digest show"),
        ("who can change the digest", "digest", "digest show"),
        ("does the watch include reposts", "watch", "watch show"),
        ("are there any alerts on reach", "alert", "alert list"),
        ("is the goal realistic", "goal", "goal list"),
        ("bump the goal up to 75k", "goal", "goal edit to 75k"),
        ("turn the alert down to +30%", "alert", "alert edit to +30%"),
        ("who else gets the alerts", "alert", "alert list"),
        ("who can see the digest by email", "digest", ""),
        ("the digest of the board meeting", "digest", ""),
        ("the friday digest must not include bob", "digest", ""),
    ],
)
def test_a_sentence_about_what_is_set_up_is_its_command(text, noun, command):
    assert action_first(text, noun) == command


@pytest.mark.parametrize(
    ("text", "kind", "command"),
    [
        ("start it again on monday", "digest", "digest pause 3f2a until monday"),
        ("also post it in <#C1>", "digest", "digest edit 3f2a also in <#C1>"),
        ("post it in <#C1>", "digest", ""),
        ("and also in <#C1>", "digest", "digest edit 3f2a also in <#C1>"),
        ("skip the one on dec 7", "digest", "digest edit 3f2a except dec 7"),
        ("skip the next three", "digest", "digest skip 3f2a next 3"),
        ("skip this one and the next", "digest", "digest skip 3f2a next 2"),
        ("skip the next 2 weeks", "digest", "digest pause 3f2a for 2 weeks"),
        ("back on 11 jan", "digest", "digest pause 3f2a until 11 jan"),
        ("quiet from 9pm to 7am", "alert", "alert edit 3f2a quiet from 9pm to 7am"),
        ("stop sending these", "alert", "alert stop 3f2a"),
        ("run it past ann", "digest", ""),
        ("stop it over christmas", "digest", "digest edit 3f2a except christmas"),
        ("why didn't it come yesterday?", "digest", "digest history 3f2a"),
        ("has it fired?", "alert", "alert show 3f2a"),
        ("show me what it looks like", "alert", "alert test 3f2a"),
        ("and ping <@U1>", "alert", "alert edit 3f2a ping <@U1>"),
        ("remove acme and add bob", "digest", "digest edit 3f2a remove acme add bob"),
    ],
)
def test_it_is_what_was_set_up_or_shown_last(text, kind, command):
    assert action_on_last(text, f"{kind} edit 3f2a") == command


@pytest.mark.parametrize(
    ("words", "accounts", "cron"),
    [
        ("all except ann every monday 9:00", (ACME, CAROL), "0 9 * * 1"),
        ("everyone but carol and acme, mondays at 10", (ANN,), "0 10 * * 1"),
        ("team mondays 9am without ann", (ACME, CAROL), "0 9 * * 1"),
        ("all every monday 9:00 except 25 dec", (ACME, ANN, CAROL), "0 9 * * 1"),
        ("w/ acme – mon/wed – 9:15", (ACME,), "15 9 * * 1,3"),
        ("acme every weekday at 7:45 except fridays", (ACME,), "45 7 * * 1,2,3,4"),
        ("acme tous les lundis à 9h", (ACME,), "0 9 * * 1"),
        ("acme daily 9am Tokyo but not on weekends", (ACME,), "0 9 * * 1-5"),
        ("acme once every two months", (ACME,), "0 9 1 1,3,5,7,9,11 *"),
        ("acme every last monday of month 9:00 until further notice", (ACME,), "0 9 * * 1L"),
        ("acme every friday afternoon, say 3pm", (ACME,), "0 15 * * 5"),
        ("acme once a week, i don't care when", (ACME,), "0 9 * * 1"),
    ],
)
def test_a_digest_is_about_all_but_some_and_comes_on_all_days_but_some(words, accounts, cron):
    draft = read_digest(f"digest {words}", DIRECTORY, ParsingPlace("C1")).draft
    assert (draft.accounts, draft.cron) == (tuple(one.platform_id for one in accounts), cron)


def test_a_day_of_another_language_may_be_a_name():
    """“Montag Media” is an account, and no Monday."""
    directory = Directory((Account("linkedin-m", "Montag Media"), ACME))
    draft = read_digest("digest montag media every friday 9:00", directory, ParsingPlace("C1")).draft
    assert (draft.accounts, draft.cron) == (("linkedin-m",), "0 9 * * 5")


def test_a_holiday_is_asked_about_with_its_usual_days():
    with pytest.raises(UsageError) as refused:
        read_digest("digest edit except christmas", DIRECTORY, ParsingPlace("C1"))
    assert refused.value.suggestions == ("digest edit except 24 dec to 26 dec",)


def test_wishes_questions_and_what_was_asked_become_commands():
    assert as_goal("we want 200 comments this quarter") == "goal 200 comments this quarter"
    assert as_goal("acme should get 20k impressions a week") == "goal acme 20k impressions a week"
    assert as_goal("the team has to get 20k impressions a week") == "goal the team 20k impressions a week"
    assert as_goal("we'd like to reach 200 comments this quarter") == "goal 200 comments this quarter"
    assert as_goal("aim for 1k likes in november") == "goal 1k likes in november"
    assert as_goal("can we aim for 150 comments a week") == "goal 150 comments a week"
    assert as_goal("we want to double our followers this quarter") == "goal double our followers this quarter"
    assert as_goal("i want 5% more followers each month") == "goal 5% more followers each month"
    assert as_goal("hit 500 comments by nov 30") == "goal 500 comments by nov 30"
    assert as_goal("half a million views by new year") == "goal 500000 views by new year"
    assert as_goal("50k views by friday?") == ""
    assert as_goal("what are we aiming for?") == as_goal("will we make it?") == "goal list"
    assert as_goal("we want comments") == as_goal("hit 500 likes last week") == ""
    assert (digest_of_this("make a digest of this"), digest_of_this("turn this into a monthly report")) == ("weekly", "monthly")
    assert digest_of_this("make this a daily digest at 8:00") == "daily at 8:00"
    assert digest_of_this("make a digest of acme") == ""
    asked = HOW_TO.match("how do i set up a weekly report")
    assert asked is not None
    assert asked["what"] == "report"
    assert HOW_TO.match("how do i get the report for last week") is None


@pytest.mark.parametrize(
    "words",
    ["we have 50 likes this week", "we hit 50k impressions this month!", "we get 200 likes a week", "ann has 200 comments this quarter"],
)
def test_a_statement_of_what_was_reached_sets_no_goal(words):
    assert as_goal(words) == ""


async def test_an_alert_against_another_account_is_refused_but_not_one_with_a_verb_of_that_kind(scene):
    assert "not with another account" in (await scene.ask("alert me when acme beats bob"))["text"]
    assert "1,000" in (await scene.ask("alert when impressions passes a thousand"))["text"]


@pytest.fixture
async def scene(open_scene):
    async with open_scene() as scene:
        yield scene


async def stored(scene, kind):
    return await scene.bot.scheduling.stores.digests.digests(kind=kind)


async def test_what_names_nothing_is_asked_about_with_what_is_set_up(scene):
    """No digest, alert or watch is changed by words that may be about another."""
    for words in ("stop", "who set this up", "why is it late", "when does it post?", "change the time to 10", "what's set up here"):
        assert "Nothing is set up here" in (await scene.ask(words))["text"], words
    assert "no digests here yet" in (await scene.ask("why didn't you post this morning"))["text"]
    await scene.set_up("digest acme every monday 9:00")
    scene.clock.go_on(hours=1)
    for text, command in (
        ("stop", "digest stop {}"),
        ("drop it", "digest delete {}"),
        ("make it fridays instead", "digest edit {} fridays"),
        ("move it to <#C0GENERAL0>", "digest edit {} in <#C0GENERAL0>"),
    ):
        asked = await scene.ask(text)
        (digest,) = await stored(scene, SubscriptionKind.DIGEST)
        assert "Do you mean this one?" in asked["text"]
        assert "every Monday 9:00" in asked["text"]
        assert command.format(digest.id[:8]) in str(asked["blocks"])
        assert digest.cron == "0 9 * * 1"
    for text, says, command in (
        ("stop teh digest", "There's no digest “teh”", "digest pause {}"),
        ("pause digest 12ab34cd", "There's no digest “12ab34cd”", "digest list"),
        ("change it back", "can't take a change back", "digest list"),
        ("remove nobody1 from the team", "`accounts` lists the accounts", "accounts"),
    ):
        asked = await scene.ask(text)
        assert says in asked["text"]
        assert command.format(digest.id[:8]) in str(asked["blocks"])
    for text in ("who did it", "when does it post?"):
        assert "every Monday 9:00 Europe/Berlin · next" in (await scene.ask(text))["text"], "only read, it is answered"


async def test_what_is_said_next_changes_what_was_set_up_last(scene):
    """A question for figures stays one, and what may mean two things is asked about."""
    await scene.set_up("digest acme every monday 9:00")
    for words, says in (
        ("8 not 9", "every Monday 8:00"),
        ("too early, 11 would be better", "every Monday 11:00"),
        ("only mon wed fri", "every Monday, Wednesday and Friday 11:00"),
        ("10 please", "every Monday, Wednesday and Friday 10:00"),
        ("thursdays too", "every Monday, Wednesday, Thursday and Friday 10:00"),
        ("also at 5pm", "one time of day"),
        ("at 9 or 11", "“at 9” and “11” are two"),
        ("not on thursdays", "every Monday, Wednesday and Friday 10:00"),
        ('digest edit "Acme Robotics" tuesdays too', "every Monday, Tuesday, Wednesday and Friday 10:00"),
        ("the acme digest should come on mondays and fridays", "every Monday and Friday 10:00"),
        ("wednesdays as well", "every Monday, Wednesday and Friday 10:00"),
        ("skip the next two", "except 25 Nov 2026, 27 Nov 2026"),
        ("digest edit always", "Friday 10:00"),
        ("oh and also for bob", "Acme Robotics, Bob Rivera"),
        ("take acme out and put ann lee in", "Bob Rivera, Ann Lee*"),
        ("wrong account, i meant acme", "Acme Robotics*"),
        ("not over christmas", "I don't know holidays"),
        ("digest show", "every Monday, Wednesday and Friday 10:00"),
        ("no chart please", "Changed"),
        ("a bit later", "in the form"),
        ("undo that", "can't take a change back"),
        ("pause it till monday noon", "not at a time"),
        ("digest show", "10:00"),
        ("only comments", "Acme Robotics, Nov 16–22"),
        ("alert acme impressions +50% week", "up 50%"),
        ("down instead of up", "down 50%"),
        ("make it 20 percent", "down 20%"),
        ("and at least 1000 impressions", "could be what a change needs"),
        ("not at night please", "quiet 20:00-8:00"),
        ("also for bob", "Bob Rivera*\nimpressions down 20%"),
        ("too sensitive", "What should change?"),
        ("alert acme comments > 20 day", "above 20"),
        ("make it 2k", "Before: Acme Robotics, comments &gt; 20 day."),
        ("1500+ a day", "at least 1,500 on one day"),
        ("per week i mean", "at least 1,500 in 7 days"),
        ("weekdays at 8", "Before: every day 9:00"),
        ("make it 30%", "Is it a rise or a fall"),
        ("goal acme impressions 40k", "a week, a month or a quarter"),
        ("per quarter i mean", "40,000 impressions in Q4"),
        ("goal acme impressions 50k month", "50,000"),
        ("no, 60k", "60,000"),
        ("70 not 60", "or as many thousands?"),
        ("same for bob", "Goal of Bob Rivera: 60,000"),
        ("acme last week", "Nov 16–22"),
        ("too noisy", "alert of Acme Robotics"),
    ):
        said = (await scene.ask(words))["text"]
        assert says in said, f"{words}: {said}"
    (digest,) = await stored(scene, SubscriptionKind.DIGEST)
    assert (digest.cron, digest.content) == ("0 10 * * 1,3,5", ("rows", "best", "followers", "goals", "details"))
    assert len(await stored(scene, SubscriptionKind.ALERT)) == 3


async def test_what_may_be_a_question_changes_nothing_of_what_was_set_up_last(scene):
    await scene.set_up("digest acme every monday 9:00")
    for again, texts in (
        (
            "digest show",
            """tuesdays? | drop bob? | only bob? | acme is great | tuesday is best | friday is better | not october | daily
            | not before 2025 | actually, how did bob do | no, ann's posts | in #general | make it last month""",
        ),
        (
            "alert acme impressions +50% week",
            "min 3 months | minimum 10 posts | no posts after 5 | make it last month | bob is better",
        ),
        ("goal acme impressions 50k month", "5 posts | posts 5 | comments 2025 | 2025 comments"),
    ):
        for words in map(str.strip, texts.split("|")):
            await scene.ask(again)
            before = [await stored(scene, kind) for kind in SubscriptionKind]
            await scene.ask(words)
            assert [await stored(scene, kind) for kind in SubscriptionKind] == before, words


@pytest.mark.parametrize("between", ["zork last week", "alert acme zork +5%"])
async def test_what_follows_an_error_is_not_about_what_was_set_up_before_it(scene, between):
    await scene.set_up("digest acme every monday 9:00")
    await scene.set_up("digest bob every friday 16:00")
    before = await stored(scene, SubscriptionKind.DIGEST)
    for first, words in (("digest show acme", "sorry, bob"), ("digest show acme", "10"), ("digest pause", "bob")):
        for each in (first, between, words):
            await scene.ask(each)
        assert await stored(scene, SubscriptionKind.DIGEST) == before, (first, words)


async def test_which_one_is_meant_is_answered_at_once_or_not_at_all(scene):
    for words in ("digest acme every monday 9:00", "digest bob every friday 16:00", "digest okafor every tuesday 8:00"):
        await scene.set_up(words)
    before = await stored(scene, SubscriptionKind.DIGEST)
    for texts in (("digest pause", "accounts", "bob"), ("digest pause", "bob?"), ("digest pause", "10"), ("digest pause", "ok")):
        for words in texts:
            await scene.ask(words)
    await scene.ask("digest pause")
    scene.clock.go_on(minutes=10)
    await scene.ask("bob")
    assert await stored(scene, SubscriptionKind.DIGEST) == before


async def test_who_was_asked_which_one_says_it_in_a_word(scene):
    for words in ("digest acme every monday 9:00", "digest bob every friday 16:00"):
        await scene.set_up(words)
    assert "Say which one" in (await scene.ask("digest edit 10:00"))["text"]
    assert "every Friday 10:00" in (await scene.ask("the friday one"))["text"]
    assert "Say which one" in (await scene.ask("digest pause"))["text"]
    assert "every day" not in (await scene.ask("tuesday"))["text"]
    assert {one.cron for one in await stored(scene, SubscriptionKind.DIGEST)} == {"0 9 * * 1", "0 10 * * 5"}
    assert "Say which one" in (await scene.ask("digest pause"))["text"]
    assert "Paused: 2 of 2" in (await scene.ask("both"))["text"]
    assert "Say which one" in (await scene.ask("digest delete"))["text"]
    assert "Delete these 2?" in (await scene.ask("all of them"))["text"]
    assert len(await stored(scene, SubscriptionKind.DIGEST)) == 2
    await scene.ask("alert acme impressions +50% week")
    await scene.ask("kofi")
    assert "Which one do you mean?" in (await scene.ask("stop it"))["text"]
    assert "It isn't checked until you resume it" in (await scene.ask("the alert"))["text"]


async def test_in_the_thread_of_a_digest_its_changes_are_its_own(scene):
    """What may be about its figures too is."""
    await scene.set_up("digest acme every monday 9:00")
    await scene.set_up("digest bob every friday 16:00")
    await scene.ask("digest now acme")
    await scene.bot.scheduling.runner.tick()
    await scene.settle()
    scene.clock.go_on(hours=1)
    ann = scene.slack.person("ann")
    posted = next(one for one in reversed(ann.sees("#marketing")) if one["text"].startswith("LinkedIn summary"))
    for words, says in (
        ("bob instead", "Bob Rivera, Nov"),
        ("only ann lee", "Ann Lee, Nov"),
        ("acme", "Acme Robotics, Nov"),
        ("add bob", "vs. Bob"),
        ("please send it on tuesdays", "every Tuesday 9:00"),
        ("when's the next?", "every Tuesday"),
    ):
        asked = await ann.mention(words, channel="#marketing", thread_ts=posted["ts"])
        await scene.settle()
        assert any(says in one["text"] for one in asked.seen()), words
    assert {one.cron for one in await stored(scene, SubscriptionKind.DIGEST)} == {"0 9 * * 2", "0 16 * * 5"}


async def test_below_a_card_an_account_is_added_to_its_figures(scene):
    await scene.set_up("digest acme every monday 9:00")
    ann = scene.slack.person("ann")
    for words in ("acme last week", "add bob"):
        await ann.say(words)
        await scene.settle()
    assert scene.slack.accepted[-1].text.startswith("Acme Robotics vs. Bob Rivera")


async def test_accounts_and_channels_are_added_and_none_is_lost(scene):
    await scene.set_up("digest acme every monday 9:00")
    await scene.ask("digest show")
    asked = await scene.ask("send it to #general from now on")
    assert "Only there from now on, or there too?" in asked["text"]
    assert [words for words in ("digest move", "also in") if words in str(asked["blocks"])] == ["digest move", "also in"]
    assert len(await stored(scene, SubscriptionKind.DIGEST)) == 1
    assert "<#C0GENERAL0>" in (await scene.ask("also post it in #general"))["text"]
    assert len(await stored(scene, SubscriptionKind.DIGEST)) == 2
    await scene.ask("watch acme")
    assert "Acme Robotics and Bob Rivera" in (await scene.ask("add bob to the watch"))["text"]
    (watch,) = await stored(scene, SubscriptionKind.WATCH)
    assert "posts of Bob Rivera*" in (await scene.ask(f"watch edit {watch.id[:8]} remove acme"))["text"]
    assert "about no account" in (await scene.ask("watch edit remove bob"))["text"]
    assert "is about one account, a group or the team" in (await scene.ask("alert everyone except bob impressions -20% week"))["text"]
    await scene.ask("watch everyone except sam")
    assert {len(one.accounts) for one in await stored(scene, SubscriptionKind.WATCH)} == {1, 7}


async def test_a_silent_alert_is_resumed(scene):
    await scene.ask("alert acme impressions +50% week")
    (before,) = await stored(scene, SubscriptionKind.ALERT)
    await scene.ask("mute the alert for a fortnight")
    assert "Running again" in (await scene.ask("alert resume"))["text"]
    (after,) = await stored(scene, SubscriptionKind.ALERT)
    assert after.next_run_at == before.next_run_at
