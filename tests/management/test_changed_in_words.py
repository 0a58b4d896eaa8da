"""What people say of the digest, the alert, the goal or the watch that they have just set up: what it changes, and what it does not."""

import pytest

GENERAL = "<#C0GENERAL0|general>"
DIGEST, ALERT = "digest every monday 9:00", "alert impressions +50% week"
WATCH, GOAL = "watch ann", "goal impressions 200,000 month"

#: What was set up, what is said then, and what the answer says.
SAID = (
    (DIGEST, "please deliver it on wednesdays from now on", "every Wednesday 9:00"),
    (DIGEST, "8am works better for us", "every Monday 8:00"),
    (DIGEST, "can we drop acme and have ann instead", "<#C0MARKETING>: Ann Lee"),
    (DIGEST, "remove the best posts section", "Changed."),
    (DIGEST, "resume in february", "Paused until 1 Feb 2027"),
    (DIGEST, "who set this up and when?", "every Monday 9:00"),
    (DIGEST, "how do i change the time?", "every Monday 9:00"),
    (DIGEST, "is there a preview?", "Preview: only you see this."),
    (DIGEST, "make it less frequent", "Change this digest in the form."),
    (DIGEST, "in the evening, say 6", "every Monday 18:00"),
    (DIGEST, "can you pause until i'm back on the 10th?", "Paused until 10 Dec 2026"),
    (DIGEST, "we're off 24-26 dec, leave those out", "except 24 Dec 2026–26 Dec 2026"),
    (ALERT, "what happens if it fires?", "checked every day 9:00"),
    (ALERT, "what would have happened last week?", "wouldn't post anything now"),
    (ALERT, "i want to know about drops too", "impressions down 50% or more"),
    (ALERT, "double the threshold", "What should change?"),
    (ALERT, "what does it compare?", "checked every day 9:00"),
    (GOAL, "let's be more ambitious: 280k", "to 280,000 impressions"),
    (GOAL, "175k should be doable", "to 175,000 impressions"),
    (GOAL, "10 percent more", "to 220,000 impressions"),
    (GOAL, "when does it end?", "200,000 impressions in November"),
    (GOAL, "change the metric to reactions", "how many reactions per month?"),
    (WATCH, "what will it post?", "posts of Ann Lee"),
    (DIGEST, "i'd prefer fridays", "every Friday 9:00"),
    (DIGEST, "could this arrive an hour earlier?", "every Monday 8:00"),
    (DIGEST, "we only need it every other week", "Changed."),
    (DIGEST, "kick bob out of it", "It was like that already."),
    (DIGEST, "put ann on it as well", "Acme Robotics, Ann Lee"),
    (DIGEST, "bring it back", "It is running already."),
    (DIGEST, "change the day to thursday and the time to 10", "every Thursday 10:00"),
    (DIGEST, "what will be in it?", "Preview: only you see this."),
    (DIGEST, "is that good?", "I can't judge that."),
    (DIGEST, "hi,", "Paste a post's link"),
    (DIGEST, "which channel", "I didn't understand that."),
    (DIGEST, "do that every monday", "It was like that already."),
    (DIGEST, "raise the goal by 10k", "There are no goals here."),
    ("digest ann and bob every monday 9:00", "stop sending ann", "<#C0MARKETING>: Bob Rivera"),
    (ALERT, "30 percent is enough", "impressions up 30% or more"),
    (ALERT, "both up and down please", "about a rise or about a fall, not both"),
    (ALERT, "also for reactions", "reactions up 50% or more vs. the week before, ignored below 20"),
    (ALERT, "mute it on weekends", "can't wait for “on weekends”"),
    (ALERT, "rename it", "What should change?"),
    (WATCH, "mute it on weekends", "on whatever day it goes live"),
    (WATCH, "ping me when it's a new post", "mentions nobody"),
    (WATCH, "tell me after 2 hours, not 24", "after 24 hours, 72 hours and 7 days, and at no other time"),
    (WATCH, "don't announce reposts", "whatever it has or says"),
    (WATCH, "only announce videos", "whatever it has or says"),
    (GOAL, "210000 would be more realistic", "Changed from 200,000 impressions to 210,000"),
    (GOAL, f"tell us in {GENERAL} when we reach it", "Moved."),
    (GOAL, "pause it", "A goal can't be paused, only deleted."),
    (DIGEST, "actually no, stop it", "Paused."),
    (DIGEST, "i'd rather have it in my dms", "only in our direct messages"),
    (DIGEST, f"can it go to {GENERAL} as well", "<#C0GENERAL0>"),
    (DIGEST, "can it go to #sales too", "I can't tell which channel “#sales” is."),
    (DIGEST, "put it in the team channel", "I can't tell which channel “#team” is."),
    (DIGEST, "a bit earlier, 8 or so", "every Monday 8:00"),
    (DIGEST, "Ann should be in it too", "Acme Robotics, Ann Lee"),
    (DIGEST, "add bob and kofi to it and leave out the posts", "Acme Robotics, Bob Rivera, Kofi Mensah"),
    (DIGEST, "leave out the posts", "Changed."),
    (DIGEST, "skip next week, we're all on holiday", "except 30 Nov 2026–6 Dec 2026"),
    (ALERT, "and also if it drops", "impressions down 50% or more"),
    (ALERT, f"also in {GENERAL}", "<#C0GENERAL0>: Acme Robotics"),
    (ALERT, "tell bob too", "I can't tell who “bob” is."),
    (ALERT, "compare months, not weeks", "vs. the 4 weeks before"),
    (ALERT, "weekly at 8", "checked every Monday 8:00"),
    (ALERT, "send it to me", "can't move to your direct messages"),
    (ALERT, "how often do you check that?", "checked every day 9:00"),
    (ALERT, "don't ping me at night", "quiet 20:00-8:00"),
    (WATCH, f"also in {GENERAL}", "<#C0GENERAL0>: posts of Ann Lee"),
    (WATCH, "bob's posts as well please", "posts of Ann Lee and Bob Rivera"),
    (WATCH, "can it go to my dm", "can't move to your direct messages"),
    (WATCH, "what figures do you post", "its figures after 24 hours"),
    (WATCH, "max one ping per week", "whatever it has or says"),
    (WATCH, "drop by a third", "I watch posts, not figures"),
    (WATCH, "and in the team channel too", "I can't tell which channel “#team” is."),
    (WATCH, "mute that til thursday", "A watch is paused until you resume it."),
    (WATCH, "delete it, and set up one for kofi instead", "posts of Kofi Mensah"),
    ("watch ann and bob", "everyone but bob", "<#C0MARKETING>: posts of Ann Lee"),
    ("watch ann and bob", "stop watching bob", "about other accounts too, not only “bob”"),
    (GOAL, "for the whole team instead", "Goal of the team: 200,000 impressions"),
    (GOAL, "tell me at 80%", "A goal tells you once, when it is reached"),
    (GOAL, "who'll know when we make it?", "200,000 impressions in November"),
    (GOAL, "for the whole year rather", "not for “year”"),
    (GOAL, "until end of january instead", "not for “january”"),
    (GOAL, "and one for followers, 500 this quarter", "500 new followers in Q4"),
    (GOAL, "can bob have the same one?", "Goal of Bob Rivera: 200,000 impressions"),
    (GOAL, f"post it in {GENERAL} instead", "Moved."),
    (GOAL, f"post it in {GENERAL} too", "A goal has one channel."),
    (DIGEST, "lets move that to mornings", "every Monday 9:00"),
    (DIGEST, "and pls send it on the 1st and 15th rather", "on the 1st and 15th"),
    (DIGEST, "mondays are too hectic, wednesdays?", "Do you want to change the digest to that?"),
    (DIGEST, "how long does it run?", "every Monday 9:00"),
    (DIGEST, "which account was that for?", "every Monday 9:00"),
    (DIGEST, "is the weekend in there?", "every Monday 9:00"),
    (DIGEST, "send me one right now so i can see it", "Preview: only you see this."),
    ("digest bob daily 17:00", "drop the weekends", "weekdays 17:00"),
    ("digest team every thursday at 14:00", "can kofi be left out?", "Changed."),
    (ALERT, "can you post it in #sales instead", "I can't tell which channel “#sales” is."),
    (ALERT, "hm, 40 percent is better", "impressions up 40% or more"),
    (ALERT, "can i test that somehow?", "wouldn't post anything now"),
    (ALERT, "whats the current value?", "wouldn't post anything now"),
    (ALERT, "cancel that alert, it fires too often", "Delete this alert?"),
    (ALERT, "turn it off for the weekend", "can't wait for “during this weekend”"),
    (ALERT, "whats the other one again?", "Set up here:"),
    (WATCH, "could it tell @bob directly?", "mentions nobody"),
    (WATCH, "and acme while you're at it", "posts of Ann Lee and Acme Robotics"),
    (WATCH, "when did it last post something?", "posts of Ann Lee"),
    (WATCH, "forget it, remove the whole thing", "Delete this watch?"),
    (GOAL, "thats per quarter, sorry", "200,000 impressions in Q4"),
    (GOAL, "tell me when impressions fall 20%", "Alert set up."),
    (GOAL, "every monday 11:00", "Preview: nothing is set up yet."),
    (DIGEST, "all except ann every monday 9:00", "Preview: nothing is set up yet."),
    (ALERT, "change the second one to 60", "Which one do you mean?"),
    (ALERT, "change the first one to 60", "impressions up 60% or more"),
    (ALERT, "who is in charge", "If it is about the alert, say what is new, or open it"),
    (GOAL, "drop carol", "an account or group called “carol” here."),
    (GOAL, "drop the charts", "A card looks the same for everybody"),
    (GOAL, "raise it a little, 450k", "450,000 impressions in November"),
    (GOAL, "are we gonna make it?", "200,000 impressions in November"),
    (GOAL, "will it tell us when its done?", "200,000 impressions in November"),
    (GOAL, "do the same for reactions with 5k", "5,000 reactions in November"),
    (GOAL, "start it next month", "not for “next month”"),
    (DIGEST, "does it have charts?", "every Monday 9:00"),
    (DIGEST, "whos on it?", "every Monday 9:00"),
    (DIGEST, "hm ann doesn't need to be in there", "If it is about the digest, say what is new, or open it"),
    (ALERT, "when did it fire last?", "checked every day 9:00"),
    ("alert comments > 20 day", "turn it into a weekly one", "comments above 20 in 7 days"),
    (WATCH, "actually put bob back", "posts of Ann Lee and Bob Rivera"),
    (GOAL, "is that realistic?", "If it is about the goal, this shows it"),
    (GOAL, "give bob one too", "Goal of Bob Rivera: 200,000 impressions"),
    (DIGEST, f"and in {GENERAL}", "Only there from now on, or there too?"),
    (ALERT, f"and in {GENERAL}", "Alert set up."),
    (ALERT, f"ok then in {GENERAL}", "Changed."),
    (WATCH, f"and in {GENERAL}", "Set up."),
    ("goal team impressions 200,000 month", "leave acme out of it", "A goal is about one account, a group or the team"),
    (DIGEST, "drop the weekends", "It was like that already."),
    (DIGEST, "not at weekends please", "It was like that already."),
    ("digest fridays and saturdays 9:00", "skip weekends", "every Friday 9:00"),
    ("digest every saturday 9:00", "not on weekends", "That leaves no day."),
    ("digest first of the month 9:00", "not on weekends", "on the 1st of the month, whatever day of the week that is"),
    ("digest daily 9:00", "skip the weekends", "weekdays 9:00"),
    (f"{ALERT} every monday", "skip weekends", "It was like that already."),
    (f"{ALERT} tuesdays and saturdays", "not on weekends", "checked every Tuesday 9:00"),
    (ALERT, "drop the weekends", "checked weekdays 9:00"),
    (ALERT, "can we have it in the afternoon", "checked every day 14:00"),
    (ALERT, "check it in the evening", "checked every day 18:00"),
    ("goal team impressions 200,000 month", "split it by person", "A goal has one number for all of its accounts."),
    ("goal team impressions 200,000 month", "break that down per account please", "A goal has one number for all of its accounts."),
    (DIGEST, "can it compare with last year?", "A digest compares each figure with the period before"),
    (DIGEST, "could it also be compared to the same week last year", "A digest compares each figure with the period before"),
    (ALERT, "can it compare to last year?", "An alert compares a day, a week or a month"),
    (ALERT, "not on fridays", "checked every Monday, Tuesday, Wednesday, Thursday, Saturday and Sunday 9:00"),
    (ALERT, "don't check on fridays", "checked every Monday, Tuesday, Wednesday, Thursday, Saturday and Sunday 9:00"),
    (ALERT, "weekdays only please", "checked weekdays 9:00"),
    (ALERT, "ping me too", "Changed."),
    (ALERT, "cc me as well", "Changed."),
    (WATCH, "ping me too", "mentions nobody"),
    (DIGEST, "no need for the chart", "Changed."),
    (DIGEST, "we don't need the best posts", "Changed."),
    (DIGEST, "make it new york", "Do you mean the time there?"),
    (ALERT, "make it sydney instead", "Do you mean the time there?"),
    (DIGEST, f"post it to {GENERAL} instead", "Moved to <#C0GENERAL0>"),
    (DIGEST, "only the headline numbers", "Changed."),
    (DIGEST, "no charts please", "Changed."),
    (DIGEST, "add charts", "It was like that already."),
    (DIGEST, "add the top posts", "It was like that already."),
    (DIGEST, "include the board", "Changed."),
    (DIGEST, "is it weekly?", "every Monday 9:00 Europe/Berlin · next"),
    (DIGEST, "nothing until january please", "Paused until 1 Jan 2027"),
    (DIGEST, "not this week", "except 23 Nov 2026–29 Nov 2026"),
    (DIGEST, "give it a name: Weekly roundup", "Weekly roundup"),
    (DIGEST, "hm, not what i wanted", "Then I took your words for something else."),
    (DIGEST, "is that berlin time?", "every Monday 9:00 Europe/Berlin"),
    (DIGEST, "which accounts are in it?", "every Monday 9:00"),
    (DIGEST, "what does it say?", "every Monday 9:00"),
    (DIGEST, "who'll see it?", "every Monday 9:00"),
    ("digest daily 9:00", "we don't need it on fridays", "every Monday, Tuesday, Wednesday, Thursday, Saturday and Sunday"),
    (ALERT, "a bit less, 40", "impressions up 40% or more"),
    (ALERT, "silent until the 14th", "Silent until then."),
    (GOAL, "up it by 5k", "to 205,000 impressions"),
    (GOAL, "180k might be better", "to 180,000 impressions"),
    (GOAL, "less: 150k", "to 150,000 impressions"),
    (GOAL, "how much more?", "200,000 impressions in November"),
    (DIGEST, "that should be 10, not 9", "every Monday 10:00"),
    (DIGEST, "without acme, with bob", "<#C0MARKETING>: Bob Rivera"),
    (DIGEST, "who is this for?", "every Monday 9:00"),
    (DIGEST, "where does it get posted?", "every Monday 9:00"),
    (DIGEST, "whats the next date?", "every Monday 9:00"),
    (DIGEST, "what exactly gets posted?", "Preview: only you see this."),
    (DIGEST, "how many posts does it show?", "Preview: only you see this."),
    (DIGEST, "put it on ice until february", "Paused until 1 Feb 2027"),
    (DIGEST, "don't send the next one", "is skipped"),
    (DIGEST, "i want it in my dm", "only in our direct messages"),
    (DIGEST, "shorter please", "Change this digest in the form."),
    (DIGEST, "less detail please", "Change this digest in the form."),
    (DIGEST, "a board would be nice", "Changed."),
    (DIGEST, "bob's too", "Acme Robotics, Bob Rivera"),
    ("digest team daily 8:00", "too many accounts, only ann and bob", "<#C0MARKETING>: Ann Lee, Bob Rivera"),
    (ALERT, "20% would do", "impressions up 20% or more"),
    (ALERT, "check it weekly", "checked every Monday 9:00"),
    (ALERT, "stop bugging us at night", "quiet 20:00-8:00"),
    (ALERT, "bin it", "Delete this alert?"),
    (ALERT, "what have you got for us?", "Set up here:"),
    (GOAL, "another 5k on top", "to 205,000 impressions"),
    (GOAL, "minus 5k", "to 195,000 impressions"),
    (GOAL, "should be 180k", "to 180,000 impressions"),
    (GOAL, "what's left?", "200,000 impressions in November"),
    (DIGEST, "add an intro: Good morning all", "Changed."),
    (DIGEST, "looks good", ":+1:"),
    (DIGEST, "who reads the digest?", "every Monday 9:00"),
    (DIGEST, "the monday one at 11", "every Monday 11:00"),
    (ALERT, "both directions please", "about a rise or about a fall, not both"),
    (ALERT, "delete the first", "Delete this alert?"),
    (ALERT, "what was the alert for again?", "checked every day 9:00"),
    (GOAL, "take off 5,000", "to 195,000 impressions"),
    (GOAL, "take 5k off", "to 195,000 impressions"),
    (WATCH, "where do the posts go?", "posts of Ann Lee"),
    (WATCH, "what will I see?", "posts of Ann Lee"),
    (WATCH, "just the launch, no follow-up figures", "after 24 hours, 72 hours and 7 days, and at no other time"),
    (WATCH, "call it Team posts", "A watch has no title"),
    ("goal ann 2000 reactions in december", "this month then", "Goal of Ann Lee: 2,000 reactions in November"),
)


async def set_up(scene, command):
    await (scene.set_up(command) if command.startswith("digest") else scene.ask(command))


@pytest.mark.parametrize(("command", "words", "says"), SAID, ids=[words for _, words, _ in SAID])
async def test_what_is_said_next_is_about_what_was_set_up(open_scene, command, words, says):
    async with open_scene() as scene:
        await set_up(scene, command)
        assert says in (await scene.ask(words))["text"]


@pytest.mark.parametrize(("words", "says"), [("tell bob", "Bob Rivera, Nov"), ("what figures do you post", "Acme Robotics, Nov")])
async def test_where_nothing_is_set_up_figures_are_meant(open_scene, words, says):
    async with open_scene() as scene:
        assert says in (await scene.ask(words))["text"]


@pytest.mark.parametrize(
    ("command", "words", "offered"),
    [
        (DIGEST, "can i stop the digest?", "digest stop"),
        (ALERT, "can I snooze it?", "alert pause"),
        (WATCH, "could i stop watching ann?", "watch delete ann"),
        (WATCH, "can I watch bob?", "watch bob"),
    ],
)
async def test_a_question_whether_one_may_changes_nothing_and_offers_it(open_scene, command, words, offered):
    async with open_scene() as scene:
        await set_up(scene, command)
        kind = command.split()[0]
        before = (await scene.ask(f"{kind} list", who="bob"))["text"]
        reply = await scene.ask(words)
        assert "Yes, you can." in reply["text"]
        assert offered in str(reply["blocks"])
        assert (await scene.ask(f"{kind} list", who="bob"))["text"] == before


async def test_the_second_of_several_is_asked_for_and_then_changed(open_scene):
    """None was shown as the second."""
    async with open_scene() as scene:
        await scene.ask("alert ann impressions -20% week")
        await scene.ask("alert bob comments +40% week")
        assert "Which one do you mean?" in (await scene.ask("change the second one to 60"))["text"]
        assert "comments up 60% or more" in (await scene.ask("the bob one"))["text"]


async def test_new_posts_in_this_channel_are_a_watch(open_scene):
    async with open_scene() as scene:
        assert "posts of Ann Lee" in (await scene.ask("i want to see new posts of Ann in this channel"))["text"]
        assert "posts of Ann Lee" in (await scene.ask("watches"))["text"]


async def test_after_a_list_of_one_the_next_words_change_it(open_scene):
    """After what an alert would post now as well."""
    async with open_scene() as scene:
        for command, shown, words, says in (
            (GOAL, "how far are we?", "hm thats too ambitious, make it 150k", "150,000 impressions in November"),
            (ALERT, "alert list", "make it 30%", "impressions up 30% or more"),
            (ALERT, "alert test", "make it for ann only", "Ann Lee"),
            (WATCH, "watches", "bob too", "posts of Ann Lee and Bob Rivera"),
        ):
            await scene.ask(command)
            await scene.ask(shown)
            assert says in (await scene.ask(words))["text"], words


async def test_a_digest_that_is_not_set_up_yet_goes_to_another_channel_and_to_oneself_only_in_direct_messages(open_scene):
    async with open_scene() as scene:
        await scene.ask(DIGEST)
        assert "only in our direct messages" in (await scene.ask("can it come to me instead"))["text"]
        assert "<#C0GENERAL0>" in (await scene.ask(f"ok then in {GENERAL}"))["text"]


async def test_yes_to_a_preview_names_the_button_and_what_is_in_it_shows_it_again(open_scene):
    async with open_scene() as scene:
        await scene.ask(DIGEST)
        for words in ("looks good", "yes please", "ok do it", "do i need to press something?", "is it set up now?", "cancel"):
            assert "*Set It Up* below its preview does that" in (await scene.ask(words))["text"], words
        assert "Preview: nothing is set up yet" in (await scene.ask("what will be in it?"))["text"]


async def test_one_of_two_digests_is_named_by_its_day_or_its_account(open_scene):
    async with open_scene() as scene:
        await scene.set_up("digest bob every monday 9:00")
        await scene.set_up("digest ann every friday 9:00")
        assert "every Friday 10:00" in (await scene.ask("make the friday one 10 o'clock"))["text"]
        assert "every Friday 11:00" in (await scene.ask("the friday one should come at 11"))["text"]
        assert "Bob Rivera*\nevery Monday 9:00 Europe/Berlin · paused" in (await scene.ask("stop bob's"))["text"]
        await scene.ask("digest delete ann")


async def test_after_the_list_of_one_digest_the_next_words_change_it(open_scene):
    async with open_scene() as scene:
        await scene.set_up(DIGEST)
        await scene.ask("digests")
        assert "every Wednesday 9:00" in (await scene.ask("change it to wednesdays"))["text"]


async def test_who_is_in_the_team_is_in_a_watch_of_the_team(open_scene):
    """What the watch itself posts, that an account's access ends, may come between."""
    async with open_scene() as scene:
        await scene.ask("watch team")
        interaction = await scene.slack.person("ann").command("bob as well", channel="#marketing")
        await scene.settle()
        assert any("It was like that already." in message["text"] for message in interaction.seen())


async def test_what_is_done_to_a_digest_that_is_not_set_up_yet_says_that_and_changes_go_into_its_preview(open_scene):
    async with open_scene() as scene:
        for words in ("who gets this?", "skip the next one", "send it now", "delete it", "pause it until 1 feb", "undo"):
            await scene.ask(DIGEST)
            assert "That digest isn't set up yet" in (await scene.ask(words))["text"], words
        assert "Weekly pulse" in (await scene.ask("rename it to Weekly pulse"))["text"]


async def test_one_account_of_a_watch_of_the_team_is_left_out_or_the_whole_is_deleted(open_scene):
    """What the watch itself posts, that an account's access ends, may come between."""
    async with open_scene() as scene:
        await scene.ask("watch team")
        interaction = await scene.slack.person("ann").command("stop watching bob", channel="#marketing")
        await scene.settle()
        assert any("about other accounts too, not only “bob”" in message["text"] for message in interaction.seen())


#: A digest, what is said of it, and when it comes then.
RHYTHMS = (
    ("digest every friday 9:00", "make it biweekly", "every 2 weeks on Friday 9:00"),
    ("digest every friday 9:00", "every third week", "every 3 weeks on Friday 9:00"),
    ("digest every friday 9:00", "make it every other week at 10", "every 2 weeks on Friday 10:00"),
    ("digest every friday 9:00", "fortnightly on tuesdays", "every 2 weeks on Tuesday 9:00"),
    ("digest every 2 weeks on friday", "make it weekly", "every Friday 9:00"),
    ("digest daily 9:00", "make it weekly", "every Monday 9:00"),
    ("digest on the 5th of the month", "make it weekly", "every Monday 9:00"),
)


@pytest.mark.parametrize(("command", "words", "says"), RHYTHMS, ids=[words for _, words, _ in RHYTHMS])
async def test_another_rhythm_of_weeks_stays_on_the_day_on_which_it_comes(open_scene, command, words, says):
    async with open_scene() as scene:
        await set_up(scene, command)
        assert says in (await scene.ask(words))["text"]


async def test_settings_are_named_and_a_channel_or_an_account_is_unsubscribed(open_scene):
    async with open_scene() as scene:
        await scene.set_up(DIGEST)
        for words in ("show settings", "my settings", "where are the settings"):
            assert "Settings are commands of their own" in (await scene.ask(words))["text"], words
        assert "Pause this digest?" in (await scene.ask("unsubscribe this channel"))["text"]
        assert "Nothing like that is set up here." in (await scene.ask("unsubscribe bob please"))["text"]
        assert "Paused." in (await scene.ask("unsubscribe me from acme"))["text"]
        await scene.ask("resume it")
        assert "Paused." in (await scene.ask("make the digest stop"))["text"]
