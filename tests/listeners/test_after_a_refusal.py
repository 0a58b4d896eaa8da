"""What follows words that were refused: the digest, alert, watch or goal that was spoken of stays the subject."""

import pytest

from bot.listeners.amendments import CHANGE_TO
from bot.subscriptions.subscription import SubscriptionKind

WORDS = "digest acme every monday 9:00 Europe/Berlin"


@pytest.fixture
async def scene(open_scene):
    async with open_scene() as scene:
        yield scene


async def stored(scene, kind=SubscriptionKind.DIGEST):
    (one,) = await scene.bot.scheduling.stores.digests.digests(kind=kind)
    return one


async def said(scene, where, words):
    """What the bot answers to the same words in a channel, a thread, or direct messages."""
    ann = scene.slack.person("ann")
    if where == "command":
        return await scene.ask(words)
    await (ann.say(words) if where == "dm" else ann.mention(words, channel="#marketing", thread_ts=where))
    await scene.settle()
    answer = scene.slack.accepted[-1]
    return {"text": answer.text, "blocks": answer.blocks}


@pytest.mark.parametrize("where", ["command", "dm", "thread"])
async def test_a_refused_change_is_about_that_digest_and_so_are_the_next_words(scene, where):
    """In a thread it is the preview of one, which is not set up."""
    ann, is_set_up = scene.slack.person("ann"), where != "thread"
    where = (await scene.slack.other_app("good morning")).ts if where == "thread" else where
    plan = await said(scene, where, WORDS)
    if is_set_up:
        await ann.press(ann.sees("dm")[-1] if where == "dm" else plan, "digest.create")
        await scene.settle()
    own = f"digest edit {(await stored(scene)).id[:8]}" if is_set_up else 'digest "Acme Robotics" cron'
    for words, says, offers in (
        ("make it fooday", "“fooday”", own),
        ("friday", "every Friday 9:00", ""),
        ("at 25", "“at 25” isn't a time of day", own if is_set_up else ""),
        ("and at 10?", CHANGE_TO if is_set_up else "every Friday 10:00", f"{own} at 10" if is_set_up else ""),
        ("then until 32 jan", "“32 jan”", own),
        ("then until 7 jan", "until 7 Jan 2027", ""),
        ("not on bank holidays", "holidays such as “bank holidays”", own),
        ("mondya and friday", "Did you mean this?", f"{own} monday and friday") if is_set_up else ("weekdays", "weekdays", ""),
        ("make it weekdays", "weekdays", ""),
    ):
        answer = await said(scene, where, words)
        assert says in answer["text"], f"{words}: {answer['text']}"
        assert offers in str(answer["blocks"]), words
    if is_set_up:
        digest = await stored(scene)
        assert (digest.cron, digest.dates) == ("0 9 * * 1-5", "until 2027-01-07")


async def test_a_refused_word_that_is_no_time_leaves_the_digest_but_not_for_another_account(scene):
    await scene.set_up(WORDS)
    for words, says in (
        ("frobnicate", "didn't understand “frobnicate”"),
        ("sorry, bob", "Bob Rivera, Nov 16–22"),
        ("digest show", "every Monday"),
        ("frobnicate", "didn't understand “frobnicate”"),
        ("make it tuesday", "every Tuesday"),
        # An action of its own that is refused is about it too.
        ("digest pause until 32 jan", "“32 jan”"),
        ("thursday", "I can't tell what should happen then"),
        ("make it thursday", "every Thursday"),
    ):
        answer = (await scene.ask(words))["text"]
        assert says in answer, f"{words}: {answer}"
    assert (await stored(scene)).accounts == ("linkedin-Tz9W5i6ZYG",)


@pytest.mark.parametrize("between", ["acme zork last week", "alert acme zork +5%", "bob last month", "digest zork every blue moon"])
async def test_another_command_or_question_is_a_subject_of_its_own(scene, between):
    await scene.set_up(WORDS)
    before = await stored(scene)
    for words in (between, "at 10", "10", "until 7 jan", "friday"):
        await scene.ask(words)
    assert await stored(scene) == before


async def test_alerts_goals_and_watches_stay_the_subject_too(scene):
    for words, says in (
        ("alert acme impressions +50% week", "up 50%"),
        ("make it zork", "alert edit"),
        ("make it 30%", "up 30%"),
        ("goal acme impressions 50k month", "50,000"),
        ("make it lots", "needs a figure"),
        ("60k", "60,000"),
        ("watch acme", "Set up"),
        ("also for zork", "zork"),
        ("also for bob", "Bob Rivera"),
    ):
        answer = await scene.ask(words)
        assert says in f"{answer['text']} {answer['blocks']}", f"{words}: {answer['text']}"


async def test_words_about_dates_and_times_change_the_last_digest(scene):
    """Each is told as it is then; what could lose a digest is asked."""
    await scene.set_up(WORDS)
    for words, says in (
        ("an hour later", "every Monday 10:00"),
        ("make it half an hour earlier", "every Monday 9:30"),
        ("15 hours later", "on another day"),
        ("move it one day later", "not by days"),
        ("digest edit 9:00", "every Monday 9:00"),
        ("not next week", "except 30 Nov 2026–6 Dec 2026"),
        ("no exceptions any more", "Monday 9:00 Europe/Berlin · next"),
        ("pause while I'm away 3-17 dec", "except 3 Dec 2026–17 Dec 2026"),
        ("7 dec is fine again", "except 3 Dec 2026–6 Dec 2026, 8 Dec 2026–17 Dec 2026"),
        ("digest edit always", "Monday 9:00 Europe/Berlin · next"),
        ("skip next friday", "It wouldn't have come on 27 Nov 2026 anyway."),
        ("stop after march", "until 31 Mar 2027"),
        ("no end date", "except 27 Nov 2026 · next"),
        ("end on 31 jan", "until 31 Jan 2027"),
        ("christmas is fine again", "holidays such as “christmas”"),
        ("from february every two weeks", "A digest has one rhythm"),
        ("only every other week", "every 2 weeks on Monday"),
        ("come at month end", "on the last day of the month 9:00"),
        ("make it weekdays", "weekdays 9:00"),
        ("not on wednesdays", "every Monday, Tuesday, Thursday and Friday"),
        ("wednesdays are fine again", "weekdays 9:00"),
        ("monday 7 dec is fine again", "It was like that already"),
        ("skip it twice", "except 24 Nov 2026–25 Nov 2026, 27 Nov 2026"),
        ("digest pause", "Paused"),
        ("resume on the 5th", "Paused until 5 Dec 2026"),
        ("twice as often", "in the form"),
        ("pause it until someday", "“someday”"),
        ("until 1 feb", "Paused until 1 Feb 2027"),
        ("pause it for a fortnight", "Paused until 7 Dec 2026"),
        ("digest pause until 32 jan", "“32 jan”"),
        ("until 7 jan", "Paused until 7 Jan 2027"),
        ("digest resume", "Running again"),
        ("digest edit every monday 9:00 always", "every Monday 9:00"),
        ("make it daily but not at weekends", "weekdays 9:00"),
        ("a quarter of an hour later", "weekdays 9:15"),
        ("at half past 8 then", "weekdays 8:30"),
        ("every three weeks on monday from now on", "every 3 weeks on Monday 8:30"),
        ("bimonthly", "can be read in two ways"),
        ("every monday then", "every Monday 8:30"),
        ("leave out 21 and 28 december", "except 21 Dec 2026, 28 Dec 2026"),
        ("don't skip 21 dec", "except 28 Dec 2026"),
        ("skip the one on the 14th", "except 14 Dec 2026, 28 Dec 2026"),
        ("not the week after next", "except 7 Dec 2026–14 Dec 2026, 28 Dec 2026"),
        ("drop all the exceptions", "Monday 8:30 Europe/Berlin · next"),
        ("pause it, we're closed 24 dec to 2 jan", "except 24 Dec 2026–2 Jan 2027"),
        ("start with 7 december", "from 7 Dec 2026"),
        ("last one on 18 dec", "until 18 Dec 2026"),
        ("remove the end date", "from 7 Dec 2026, except"),
        ("not the next one", "is skipped"),
        ("digest edit always", "Monday 8:30 Europe/Berlin · next"),
        ("i'm on vacation 14-18 dec, skip those days", "except 14 Dec 2026–18 Dec 2026"),
        ("from 1 dec only on fridays", "A digest has one rhythm"),
        ("no more after new year", "holidays such as “new year”"),
        ("except the first monday of january", "named by their date"),
        ("make it weekdays", "weekdays 8:30"),
        ("back to mondays", "every Monday 8:30"),
        ("leave out the holidays", "holidays such as “holidays”"),
        ("not in december", "except 1 Dec 2026–31 Dec 2026"),
        ("december is ok again", "Monday 8:30 Europe/Berlin · next"),
        ("skip monday 7 dec", "except 7 Dec 2026"),
        ("send it on 7 dec after all", "Monday 8:30 Europe/Berlin · next"),
        ("we're away for two weeks, pause it", "Paused until 7 Dec 2026"),
        ("digest resume", "Running again"),
        ("pause it until 4 dec, i am away", "Paused until 4 Dec 2026"),
        ("digest resume", "Running again"),
        ("pause it until the first week of january", "Paused until 1 Jan 2027"),
        ("digest edit always weekdays 8:30", "weekdays 8:30"),
        ("i'm off next week, pause the digest", "except 30 Nov 2026–6 Dec 2026"),
        ("digest edit always", "weekdays 8:30 Europe/Berlin · next"),
        ("skip next weekend", "wouldn't have come on"),
        ("until the first week of january", "until 7 Jan 2027"),
        ("end of december is the last one", "until 31 Dec 2026"),
        ("actually don't skip it", "can't take a change back"),
        ("for three months", "I can't tell what should happen then"),
        ("10 then", "weekdays 10:00"),
        ("can we have the digest in the afternoon", "weekdays 14:00"),
        ("without best posts", "Changed"),
        ("drop the chart", "Changed"),
        ("with the best posts", "Changed"),
        ("and send it to me too", "only in our direct messages"),
        ("who else gets it", "weekdays 14:00"),
        ("that's too rarely, every two weeks on monday is fine", "every 2 weeks on Monday 14:00"),
        ("change the day", "in the form"),
        ("thursday", "every Thursday 14:00"),
        ("change the name to thursday numbers", "thursday numbers"),
        ("make it weekdays", "weekdays 14:00"),
        ("digest edit no title", "Changed"),
        ("just the headline", "Changed"),
        ("all of it again", "Changed"),
        ("no digest next monday", "30 Nov 2026"),
        ("take bob in", "Acme Robotics, Bob Rivera"),
        ("take bob out", "Acme Robotics*\nweekdays"),
        ("skip tuesday 7 dec", "that day is a Monday"),
        ("first of the month", "on the 1st of the month"),
        ("wednesdays are fine again", "I didn't understand"),
        ("every monday", "Before: Acme Robotics, on the 1st of the month"),
        ("pause it", "Paused"),
        ("resume it tomorrow", "Paused until 24 Nov 2026"),
        ("or fridays at 4pm?", CHANGE_TO),
        ("every tusday", "Did you mean"),
        # A card in between is what "it" is then; only a digest has a time.
        ("team last week", "impressions"),
        ("push it back an hour", "Do you mean this one?"),
        ("bob last month", "Bob Rivera"),
        ("make it 10:00", "Do you mean this one?"),
    ):
        answer = (await scene.ask(words))["text"]
        assert says in answer, f"{words}: {answer}"


async def test_rhythms_times_and_zones_change_the_last_digest_in_the_words_people_use(scene):
    """What is refused, or asked back, leaves it the subject."""
    await scene.set_up(WORDS)
    for words, says in (
        ("pause it from tomorrow", "A pause begins at once"),
        ("could we have it on thursdays", "every Thursday 9:00"),
        ("it's enough once a month", "on the 1st of the month 9:00"),
        ("push it back an hour", "on the 1st of the month 10:00"),
        ("bring it forward 30 minutes", "on the 1st of the month 9:30"),
        ("that's a bit early, 10:30 please", "on the 1st of the month 10:30"),
        ("shift it to the afternoon", "on the 1st of the month 14:00"),
        ("evenings", "on the 1st of the month 18:00"),
        ("make it mars time", "time zone “mars”"),
        ("london time please", "18:00 Europe/London"),
        ("mumbai time", "18:00 Asia/Kolkata"),
        ("london time", "18:00 Europe/London"),
        ("not in the first week of january", "except 1 Jan 2027–7 Jan 2027"),
        ("oh and not on 12 january either", "7 Jan 2027, 12 Jan 2027"),
        ("except the last week of february", "22 Feb 2027–28 Feb 2027"),
        ("no exceptions after all", "18:00 Europe/London · next"),
        ("twice a week is plenty", "“twice a week” isn't a rhythm"),
        ("tue and thu", "every Tuesday and Thursday 18:00"),
        ("without the 24th", "except 24 Nov 2026"),
        ("daily", "change the digest to that?"),
        ("once every fortnight is fine", "every 2 weeks on"),
        ("5 pm would suit me more", "17:00 Europe/London"),
        ("both of them", "which accounts you mean"),
        ("until frobday", "“until frobday”"),
        ("end of february", "until 28 Feb 2027"),
        ("actually end of march", "what should happen then"),
        ("no end after all", "except 24 Nov 2026 · next"),
        ("not on 32 dec", "“32 dec”"),
        ("21 dec", "21 Dec 2026"),
        ("pause it until someday", "“someday”"),
        ("friday", "what should happen then"),
        ("pause it until someday", "“someday”"),
        ("7 jan", "Paused until 7 Jan 2027"),
        ("digest pause", "Paused"),
        ("i'm back, go ahead", "Running again"),
    ):
        answer = (await scene.ask(words))["text"]
        assert says in answer, f"{words}: {answer}"


@pytest.mark.parametrize(
    ("refused", "question"),
    [
        ("make it fooday", ("last friday", "since monday", "until yesterday", "what happened on friday?", "monday vs friday", "december")),
        ("until 32 jan", ("10 nov", "last week", "how did we do in january?", "january 2026")),
    ],
)
async def test_a_question_after_a_refusal_changes_nothing(scene, refused, question):
    """Nor do the same words of somebody else, or those about a digest that was deleted."""
    await scene.set_up(WORDS)
    before = await stored(scene)
    for words in question:
        await scene.ask("digest show")
        await scene.ask(refused)
        await scene.ask(words)
        assert await stored(scene) == before, words
    await scene.ask("digest show")
    await scene.ask(refused)
    for words in ("friday", "evenings", "31 jan", "make it friday"):
        await scene.ask(words, who="bob")
    assert await stored(scene) == before
    await scene.carry_out(f"digest delete {before.id[:8]}", channel="#general")
    for words in ("31 jan", "evenings", "make it friday", "daily"):
        assert "Changed" not in (await scene.ask(words))["text"]


async def test_below_a_posted_digest_what_may_be_a_question_stays_one(scene):
    await scene.set_up(WORDS)
    await scene.slack.person("ann").press(await scene.ask("digest show"), "digest.now")
    await scene.settle()
    await scene.bot.scheduling.runner.tick()
    await scene.settle()
    posted = next(one.ts for one in scene.slack.accepted if one.text.startswith("LinkedIn summary"))
    for words, says in (
        ("daily", "Acme Robotics, Nov 16–22"),
        ("end of february", "Acme Robotics, Feb 21–28"),
    ):
        assert says in (await said(scene, posted, words))["text"], words
    await scene.slack.person("bob").mention("pause it from tomorrow", channel="#marketing", thread_ts=posted)
    await scene.settle()
    assert "A pause begins at once" in scene.slack.accepted[-1].text


async def test_a_last_day_of_the_week_with_a_time_is_asked_about(scene):
    """It may be the one that is over, or the last of each month."""
    asked = await scene.ask("acme last tuesday 9am")
    assert "can be read in two ways" in asked["text"]
    for words in ("digest acme last tuesday of the month 9am", "`/linkedin-stats acme last tuesday`"):
        assert words in str(asked["blocks"])


async def test_after_a_refused_question_the_next_words_are_about_what_it_named(scene):
    """Its account and its days, or its post; a question that names another has a subject of its own."""
    for words, says in (
        ("bob clicks last month", "no figures for “clicks”"),
        ("reactions then", "Bob Rivera, Oct 1–31"),
        ("kofi in october at 3pm", "time of day"),
        ("and comments?", "Kofi Mensah, Oct 1–31"),
        ("clicks?", "no figures for “clicks”"),
        ("and last week?", "Kofi Mensah, Nov 16–22"),
        ("bob next month", "in the future"),
        ("last month then", "Bob Rivera, Oct 1–31"),
        # The question before a refused one is still the other of "both".
        ("ann clicks last month", "no figures for “clicks”"),
        ("compare both", "Ann Lee vs. Bob Rivera, Oct 1–31"),
        ("worst posts of kofi last month", "best posts only"),
        ("the best then", "Best posts of Kofi Mensah, Oct 1–31"),
        ("xandria last week", "didn't understand “xandria”"),
        ("i meant bob", "Bob Rivera, Nov 16–22"),
        ("team last month pdf", "kind of file that I can't make"),
        ("comments then", "accounts, Oct 1–31"),
        ("ann last month", "Ann Lee, Oct 1–31"),
        ("top posts of that month", "Best posts of Ann Lee, Oct 1–31"),
        ("urn:li:share:7123456789012345678 clicks", "no figures for “clicks”"),
        ("likes then", "456 reactions"),
        ("wie war bob heute?", "Heute ist noch nicht vorbei (UTC). Hier ist gestern. Bob Rivera, Nov 22"),
        ("ann hoy", "Hoy aún no ha terminado (UTC)."),
    ):
        answer = (await said(scene, "dm", words))["text"]
        assert says in answer, f"{words}: {answer}"


async def test_a_refusal_below_a_card_or_after_a_question_offers_its_account(scene):
    card = await scene.ask("bob last month share")
    for where, words, offers in (
        (card["ts"], "how many clicks?", '`/linkedin-stats "Bob Rivera" 2026-10-01..2026-10-31`'),
        (card["ts"], "clicks last week", '`/linkedin-stats "Bob Rivera" last week`'),
        (card["ts"], "kofi clicks last week", '`/linkedin-stats "Kofi Mensah" last week`'),
        ("dm", "clicks", '`/linkedin-stats "Acme Robotics" last week`'),
        ("dm", "kofi in october", "Kofi Mensah"),
        ("dm", "which day was best?", 'daily "Kofi Mensah" 2026-10-01..2026-10-31'),
        ("dm", "clicks", '`/linkedin-stats "Kofi Mensah" 2026-10-01..2026-10-31`'),
        ("command", "clicks", '`/linkedin-stats "Acme Robotics" last week`'),
    ):
        assert offers in str((await said(scene, where, words))["blocks"]), words


async def test_days_of_a_refused_question_are_the_teams_where_it_was_asked_about_before(scene):
    for words, shown in (("team last week", "of 8 accounts"), ("top acme last week", "Best posts of Acme Robotics")):
        await scene.ask(words)
        await scene.ask("zork october")
        again = (await scene.ask("again"))["text"]
        assert shown in again, words
        assert "Oct 1–31" in again, words


async def test_what_is_offered_names_an_account_once(scene):
    ann = scene.slack.person("ann")
    for words in ("top acme 28d", "that month"):
        said = await ann.say(words)
        await scene.settle()
    offered = str(said.seen()[-1]["blocks"])
    assert '"Acme Robotics" 2026-10-26..2026-11-22 "Acme Robotics"' not in offered
    assert "2026-10-26..2026-11-22" in offered


async def test_what_was_refused_before_it_was_set_up_cannot_be_changed(scene):
    """Nor is it the goal before; a question ends it."""
    for words, says in (
        ("goal acme impressions 50k month", "50,000"),
        ("goal acme reactions banana month", "needs a number"),
        ("no, i meant comments", "That goal isn't set up"),
        ("can bob have the same one?", "That goal isn't set up"),
        ("make it 500", "That goal isn't set up"),
        ("alert acme impressions foo", "“foo”"),
        ("sorry, 30%", "That alert isn't set up"),
        ("bob last month", "Bob Rivera"),
        ("no, i meant comments", "Bob Rivera"),
        ("goals", "50,000 impressions"),
    ):
        answer = (await scene.ask(words))["text"]
        assert says in answer, f"{words}: {answer}"


async def test_after_a_refusal_the_only_one_that_is_set_up_is_meant(scene):
    await scene.ask("alert acme impressions +50% week")
    for words, says in (
        ("alert acme zork", "“zork”"),
        ("when did it fire last?", "checked every day 9:00"),
        ("alert acme zork", "“zork”"),
        ("who set this up", "checked every day 9:00"),
    ):
        answer = (await scene.ask(words))["text"]
        assert says in answer, f"{words}: {answer}"


async def test_a_mistyped_word_is_asked_back_after_something_was_set_up(scene):
    """What was set up stays as it is, and stays the subject."""
    for words, says in (
        ("goal acme impressions 500 month", "500 impressions"),
        ("let's do 150 insted", "“insted”. Did you mean “instead”?"),
        ("make it qarterly", "“qarterly”. Did you mean “quarterly”?"),
        ("for bob insted", "“insted”. Did you mean “instead”?"),
        ("wich post", "“wich”. Did you mean “which”?"),
        ("goals", "500 impressions"),
        ("watch acme", "Set up"),
        ("stpo it", "“stpo”. Did you mean “stop”?"),
        ("alos for bob", "“alos”"),
        ("also for bob", "Acme Robotics and Bob Rivera"),
        ("alert acme impressions +50% week", "every day 9:00"),
        ("chekc it on fridays", "“chekc”. Did you mean “check”?"),
        ("make it 30 percnt", "“percnt”. Did you mean “percent”?"),
        ("make it 30 percent", "up 30% or more"),
        (WORDS, "nothing is set up yet"),
        ("pasue it until friday", "“pasue”. Did you mean “pause”?"),
        ("tuesday insted", "“insted”. Did you mean “instead”?"),
        ("tuesday instead", "every Tuesday"),
    ):
        answer = (await scene.ask(words))["text"]
        assert says in answer, f"{words}: {answer}"


async def test_an_ordinary_word_is_no_typo_of_one_of_a_change(scene):
    """Of "pause", "reach" or "stop"."""
    await scene.ask("watch acme")
    for words in ("that would cause trouble", "they teach zork", "beach zork", "that is a remote spot", "they react to zork"):
        assert "Did you mean “" not in (await scene.ask(words))["text"], words


LINKS = ("https://lnkd.in/p/dq6yaPTD", "https://www.linkedin.com/in/ann-lee", "https://www.linkedin.com/posts/ann-lee_robots-activity-")


@pytest.mark.parametrize("link", LINKS)
async def test_in_direct_messages_words_after_a_link_that_cannot_be_read_say_why_again(scene, link):
    """They showed the default account."""
    ann = scene.slack.person("ann")

    async def told(words):
        said = await ann.say(words)
        await scene.settle()
        return said.seen()[-1]["text"]

    why = (await told(link)).partition(".")[0]
    for words in ("stats please", "how did this do?"):
        assert f"I can't use the link above. {why}" in await told(words)
    # Days, and an account, are a question of their own.
    assert (await told("last week")).startswith("Acme Robotics, ")
    await told(link)
    assert (await told("what about bob?")).startswith("Bob Rivera, ")
