"""Watches in words and with buttons, as people use them: set up, listed, paused, resumed, deleted; each by whom it is for."""

import pytest

from bot.management.actions import IS_PAUSED, IS_UNCHANGED, SubscriptionChange
from bot.management.authorization import NOT_IN_PLACE, NOT_YOURS
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus
from bot.watches.blocks import DONE, PAUSED
from bot.watches.parser import IS_ALERT, TWO_CHANNELS
from tests.fixtures.cards import answers_of

ACME, JANE = "linkedin-Tz9W5i6ZYG", "linkedin-ABC"


@pytest.fixture
def scene(digesting):
    """Over one way of hearing Slack: what is tested here is the same over both."""
    return digesting.scene


async def watches(scene):
    return await scene.bot.scheduling.stores.digests.digests(kind=SubscriptionKind.WATCH)


async def press(scene, message, which, who="ann"):
    interaction = await scene.slack.person(who).press(message, which)
    await scene.settle()
    return answers_of(interaction)[-1]


SET_UP = (
    ("watch acme", (ACME,), ""),
    ("watch the new posts of Acme Robotics in #general", (ACME,), ""),
    ('watch "acme robotics" and linkedin-ABC', (ACME, JANE), ""),
    ("watch team", (), "team"),
    ("watch all posts", (), "team"),
    ("watch sales in #general", (), "sales"),
    ("Watch here", (ACME,), ""),
    ("watch new acme", (ACME,), ""),
    ("follow acme", (ACME,), ""),
    ("tell #general about everything acme posts", (ACME,), ""),
    ("we'd like to be told about new posts by acme", (ACME,), ""),
    ("watch acme and drop a note in #general", (ACME,), ""),
    ("notify me about new posts", (), "team"),
    ("announce in #general when acme posts", (ACME,), ""),
    ("can you watch acme's posts too", (ACME,), ""),
    ("could you keep us posted in here whenever acme publishes something", (ACME,), ""),
    ("i'd like a ping when acme's next post is out", (ACME,), ""),
    ("let me know each time acme puts something up on linkedin", (ACME,), ""),
    ("start watching acme please", (ACME,), ""),
    ("post here as soon as there is a new acme post", (ACME,), ""),
    ("whenever acme posts, please announce it here", (ACME,), ""),
    ("whenever one of us posts please announce it here", (), "team"),
    ("everyone should know when acme posts", (ACME,), ""),
    ("new posts of acme should show up here", (ACME,), ""),
    ("follow acme and linkedin-ABC for us", (ACME, JANE), ""),
    ("track new posts", (), "team"),
)


async def test_words_set_it_up_at_once(scene):
    """For the accounts, the group or everybody that they name, in the channel that they name, or where they are typed."""
    for words, accounts, who in SET_UP:
        await scene.ask("group sales = acme, linkedin-ABC")
        reply = await scene.ask(words)
        (watch,) = await watches(scene)
        assert (watch.accounts, f'"who": "{who}"' in watch.rule) == (accounts, True), words
        assert watch.channel == scene.slack.channel_id("#general" if "#general" in words else "#marketing")
        assert reply["ephemeral"]
        assert "a message when a post goes live, its figures after" in reply["text"]
        assert "is deleted" in (await scene.carry_out("watch delete"))["text"]


NOT_UNDERSTOOD = (
    ("tell @bob when acme posts", "mentions nobody", "watch acme"),
    ("watch acme and ping @bob", "mentions nobody", "watch acme"),
    ("watch acme until christmas", "goes on until", "watch acme"),
    ("watch acme for the next two weeks", "goes on until", "watch acme"),
    ("watch acme and let @bob know", "mentions nobody", "watch acme"),
    ("watch acme from 1 december", "begins at once", "watch acme"),
    ("keep watching acme till friday", "goes on until", "watch acme"),
    ("watch acme but only videos", "whatever it has or says", "watch acme"),
    ("watch acme and tell me after 48 hours", "at no other time", "watch acme"),
    ("watch competitor hubspot", "only see what is connected", "accounts"),
    ("stop tracking acme", "There's no watch “acme” that you can see.", "watch list"),
    ("is anyone watching acme?", "There's no watch “acme” that you can see.", "watch list"),
    ("watch https://example.com/post", "takes a name and no link", "watch team"),
    ("watch acme every hour", "“hour” has no place in a watch", 'watch "Acme Robotics"'),
    ("watch acme every monday", "“monday” has no place in a watch", 'watch "Acme Robotics"'),
    ("watch acne", "I don't know an account or group called “acne” here.", 'watch "Acme Robotics"'),
    ("watch acme impressions +50%", IS_ALERT, "alert impressions +50% week"),
    ("watch acme in #general #marketing", TWO_CHANNELS.format(n=2), "watch team"),
    ("watch pause", "There are no watches here yet.", ""),
    ("watch pause for acme", "There's no watch “acme” that you can see.", ""),
    ("watch pause acme until monday", "A watch is paused until you resume it.", "watch pause acme"),
    ("watch delete nobody", "There's no watch “nobody” that you can see.", ""),
    ("watch time last week", "PostPost", ""),
)


async def test_what_is_not_understood_is_said_with_what_can_be_asked_instead(scene):
    for words, sentence, offered in NOT_UNDERSTOOD:
        reply = await scene.ask(words)
        assert sentence in reply["text"], words
        assert offered.replace('"', "") in str(reply["blocks"]).replace('"', ""), words
        assert await watches(scene) == (), words


async def test_everything_can_be_done_to_it_with_words_and_buttons(scene):
    """Set up by a button of the empty list; listed, shown, paused, resumed and deleted."""
    empty = await scene.ask("watches")
    assert "You watch no posts yet" in empty["text"]
    reply = await press(scene, empty, "watch.create.1")
    assert "Set up" in reply["text"]
    assert DONE[SubscriptionChange.SAME] in (await scene.ask("watch linkedin-Tz9W5i6ZYG"))["text"]
    listed = await scene.ask("watches")
    card = await press(scene, listed, "watch.show.1")
    assert "posts of Acme Robotics" in card["text"]
    assert PAUSED in (await press(scene, card, "watch.pause"))["text"]
    assert IS_PAUSED in (await scene.ask("stop the watch"))["text"]
    assert "posts of Acme Robotics" in (await scene.ask("is acme being watched?"))["text"]
    assert "posts of Acme Robotics" in (await scene.ask("do you tell us when acme posts?"))["text"]
    assert "posts of Acme Robotics" in (await scene.ask("which accounts are watched"))["text"]
    assert "posts of Acme Robotics" in (await scene.ask("who is being watched here"))["text"]
    assert "posts of Acme Robotics" in (await scene.ask("are you watching acme as well?"))["text"]
    resumed = await scene.ask("resume watching acme")
    assert DONE[SubscriptionChange.RESUMED] in resumed["text"]
    (watch,) = await watches(scene)
    assert watch.status is SubscriptionStatus.ACTIVE
    assert "is deleted" in (await press(scene, resumed, "watch.delete"))["text"]
    assert await watches(scene) == ()


@pytest.mark.parametrize(
    "words", ["unwatch acme", "stop watching acme", "no need to watch acme any more", "stop posting here when acme posts"]
)
async def test_a_watch_is_ended_in_these_words_too(scene, words):
    await scene.ask("watch acme")
    assert "is deleted" in (await scene.carry_out(words))["text"]
    assert await watches(scene) == ()


@pytest.mark.parametrize(
    ("words", "accounts", "channel", "quiet"),
    [
        ("watch edit in #general", (ACME,), "#general", ""),
        ("watch move to #general", (ACME,), "#general", ""),
        ("watch edit acme to linkedin-ABC", (JANE,), "#marketing", ""),
        ("watch change acme to team quiet 8pm to 8am", (), "#marketing", "20:00-8:00"),
        ("watch edit {id} linkedin-ABC and acme", (JANE, ACME), "#marketing", ""),
        ("watch edit {id} quiet hours from 20 to 7:30", (ACME,), "#marketing", "20:00-7:30"),
        ("watch edit {id} quiet from midnight to 8am", (ACME,), "#marketing", "0:00-8:00"),
        ("edit the watch to quiet 22:00-6:00", (ACME,), "#marketing", "22:00-6:00"),
        ("only announce posts during working hours", (ACME,), "#marketing", "18:00-8:00"),
        ("don't announce anything before 7", (ACME,), "#marketing", "0:00-7:00"),
    ],
)
async def test_words_change_it_in_place(scene, words, accounts, channel, quiet):
    """Whose posts, the channel, and the hours in which nothing is posted; what is not named stays, and so does its id."""
    await scene.ask("watch acme in #marketing")
    (before,) = await watches(scene)
    answer = await scene.ask(words.format(id=before.id[:8]))
    assert DONE[SubscriptionChange.CHANGED] in answer["text"]
    (after,) = await watches(scene)
    assert (after.id, after.accounts, after.channel) == (before.id, accounts, scene.slack.channel_id(channel))
    assert '"who": "team"' in after.rule or accounts
    assert (f"quiet {quiet} (Europe/Berlin)" in answer["text"]) == bool(quiet)
    assert IS_UNCHANGED in (await scene.ask(words.format(id=before.id[:8]).replace(" acme to ", f" {before.id[:8]} to ")))["text"]


@pytest.mark.parametrize(
    ("words", "sentence", "offered"),
    [
        ("edit the watch", "What should change", "quiet 20:00-8:00"),
        ("don't announce posts on weekends", "on whatever day", "watch edit quiet 20:00-8:00"),
        ("watch edit quiet 25:00-8:00", "aren't quiet hours", ""),
        ("watch edit to nobody", "I don't know an account or group called “nobody” here.", ""),
        ("watch edit in #general", "That channel has the same watch already.", "watch show"),
        ("watch acme quiet 20:00-8:00", "with other quiet hours", "watch edit"),
    ],
)
async def test_a_change_that_cannot_be_made_is_said_and_changes_nothing(scene, words, sentence, offered):
    await scene.ask("watch acme in #general")
    await scene.ask("watch acme")
    before = await watches(scene)
    answer = await scene.ask(words)
    assert sentence in answer["text"]
    assert offered in str(answer["blocks"])
    assert await watches(scene) == before


async def test_what_is_said_of_it_next_changes_it(scene):
    await scene.ask("watch acme")
    for words, accounts in (
        ("add linkedin-ABC to it", (ACME, JANE)),
        ("take acme out", (JANE,)),
        ("swap linkedin-ABC for acme", (ACME,)),
        ("watch linkedin-ABC instead", (JANE,)),
        ("not linkedin-ABC, acme", (ACME,)),
    ):
        assert DONE[SubscriptionChange.CHANGED] in (await scene.ask(words))["text"], words
        assert [watch.accounts for watch in await watches(scene)] == [accounts], words
    for words, sentence in (
        ("skip weekends", "on whatever day"),
        ("rename the watch to launch", "has no title"),
        ("pause it from tomorrow", "paused until you resume it"),
        ("turn the watch off for now", PAUSED),
        ("turn it on again", DONE[SubscriptionChange.RESUMED]),
        ("quiet from 7pm to 8am", "quiet 19:00-8:00"),
        ("only from 9 to 5", "quiet 17:00-9:00"),
        ("too many messages", "What should change"),
        ("change the channel", "What should change"),
        ("mention @bob each time", "mentions nobody"),
        ("stop these messages", PAUSED),
        ("carry on", DONE[SubscriptionChange.RESUMED]),
        ("put it into #general instead", DONE[SubscriptionChange.CHANGED]),
        ("we don't need it any more", "Delete this watch?"),
    ):
        assert sentence in (await scene.ask(words))["text"], words
    assert [watch.channel for watch in await watches(scene)] == [scene.slack.channel_id("#general")]


async def test_quiet_hours_are_ended_in_words(scene):
    await scene.ask("watch acme quiet 20-8")
    assert "quiet 20:00-8:00" in (await scene.ask("watches"))["text"]
    answer = await scene.ask("watch edit no quiet hours")
    assert "quiet" not in answer["text"]


async def test_only_its_owner_and_administrators_change_it(scene):
    await scene.ask("watch acme")
    reply = await scene.ask("watch delete", who="bob")
    assert NOT_YOURS.format(kind="watch") in reply["text"]
    assert NOT_YOURS.format(kind="watch") in (await scene.ask("watch edit in #general", who="bob"))["text"]
    assert len(await watches(scene)) == 1


async def test_who_is_not_in_a_channel_cannot_have_posts_announced_there(scene):
    reply = await scene.ask("watch acme in <#C0LEADERS0|leadership>", who="yuki")
    assert NOT_IN_PLACE in reply["text"]
    assert "digest" not in reply["text"]
    assert await watches(scene) == ()


async def test_the_home_tab_shows_the_watches_and_nothing_about_them_where_there_are_none(scene):
    ann = scene.slack.person("ann")

    async def shown():
        interaction = await ann.open_home()
        await interaction.view()
        await scene.settle()
        return str(scene.slack.parts.views.home(ann.id).body["blocks"])

    assert "Watched posts" not in await shown()
    await scene.ask("watch acme")
    home = await shown()
    assert "Watched posts" in home
    assert "posts of Acme Robotics" in home
    assert "watch.show.1" in home
