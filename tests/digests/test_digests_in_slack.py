"""Digests in words, as people use it: set up with a preview, listed, paused, resumed, moved, skipped, sent, deleted."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.digests.changes import MOVE_ALONE
from bot.digests.create import WHEN
from bot.digests.draft import TO_ME
from bot.digests.manage_blocks import NONE_HERE
from bot.digests.modal import FORM_MORE
from bot.digests.result_blocks import DONE, PAUSED
from bot.management.actions import CREATED_ALREADY, IS_PAUSED, SubscriptionChange
from bot.management.authorization import ARCHIVED, NO_PLACE, NOT_IN_PLACE, NOT_SEEN, NOT_YOURS
from tests.fixtures.cards import answers_of

WORDS = "digest acme every monday 9:00 Europe/Berlin in <#C0MARKETING|marketing>"


def buttons(message):
    every = [element for block in message["blocks"] for element in [*block.get("elements", []), block.get("accessory") or {}]]
    choices = [option for element in every if element.get("type") == "overflow" for option in element["options"]]
    in_menu = {option["value"].split(" ")[0]: option["text"]["text"] for option in choices}
    return {element["action_id"]: element["text"]["text"] for element in every if element.get("type") == "button"} | in_menu


async def press(scene, message, which, who="ann"):
    """Press, and give the last answer to it."""
    interaction = await scene.slack.person(who).press(message, which)
    await scene.settle()
    seen = [message for message in answers_of(interaction) if not message["text"].startswith("LinkedIn summary")]
    return seen[-1] if seen else None


async def delete(scene, message, who="ann"):
    """Choose it in the menu, confirm it in the view that asks, and give what the person sees last."""
    person = scene.slack.person(who)
    await person.press(message, "Delete…")
    await scene.settle()
    interaction = await person.submit_view(scene.slack.parts.views.top(person.id).as_slack())
    await scene.settle()
    assert scene.slack.parts.views.top(person.id) is None
    return interaction.seen()[-1]


async def set_up(scene, words=WORDS, who="ann", channel="#marketing"):
    plan = await scene.ask(words, who=who, channel=channel)
    return await press(scene, plan, "digest.create", who)


async def stored(scene):
    return await scene.bot.scheduling.stores.digests.digests()


async def posted(scene, channel="#marketing", who="bob"):
    """The digests that stand in the channel, once there is one."""
    async with asyncio.timeout(60):
        while not (
            found := [message for message in scene.slack.person(who).sees(channel) if message["text"].startswith("LinkedIn summary")]
        ):
            await scene.slack.parts.stream.changed()
    await scene.settle()
    return found


def short_id(digest):
    return digest.id[:8]


async def test_words_give_a_private_preview_and_nothing_is_set_up_yet(scene):
    """The preview shows the blocks that will be posted, says where and when, and waits for the press."""
    plan = await scene.ask(WORDS)
    assert plan["ephemeral"]
    assert "every Monday 9:00 Europe/Berlin" in plan["text"]
    assert "impressions" in plan["text"]
    assert any(block["type"] == "data_visualization" for block in plan["blocks"])
    assert buttons(plan)["digest.create"] == "Set It Up"
    assert await stored(scene) == ()
    assert scene.slack.person("bob").sees("#marketing") == []


@pytest.mark.parametrize("begins", ["digest create", "digest new"])
async def test_create_and_new_with_words_give_the_same_preview_and_set_nothing_up(scene, begins):
    plan = await scene.ask(WORDS.replace("digest", begins))
    assert plan["ephemeral"]
    assert "nothing is set up yet" in plan["text"]
    assert "every Monday 9:00 Europe/Berlin" in plan["text"]
    assert await stored(scene) == ()
    await press(scene, plan, "digest.create")
    assert len(await stored(scene)) == 1


async def test_a_slip_of_digest_does_not_set_up_by_its_suggestion_either(scene):
    met = await scene.ask(WORDS.replace("digest", "digst create"))
    plan = await press(scene, met, next(iter(buttons(met))))
    assert "nothing is set up yet" in plan["text"]
    assert await stored(scene) == ()


async def test_new_without_a_time_takes_what_was_said_into_the_form(scene):
    offered = await scene.ask("digest new ann lee in <#C0GENERAL0|general> without chart")
    interaction = await scene.slack.person("ann").press(offered, "digest.new")
    await scene.settle()
    view = await interaction.view()
    form = {block["block_id"]: block["element"] for block in view["blocks"] if "element" in block}
    assert [option["value"] for option in form["accounts"]["initial_options"]] == ["linkedin-ABC"]
    assert form["channel"]["initial_conversations"] == ["C0GENERAL0"]
    await scene.slack.person("ann").press(view, FORM_MORE)
    await scene.settle()
    top = scene.slack.parts.views.top(scene.slack.person("ann").id)
    parts = next(block["element"]["initial_options"] for block in top.body["blocks"] if block["block_id"] == "show")
    assert "chart" not in [part["value"] for part in parts]
    assert len(parts) == 5


async def test_so_many_accounts_that_no_button_holds_them_are_answered(scene):
    """Nothing is ever silent: the preview says that the form does it."""
    ids = " ".join(f"linkedin-{number:010}" for number in range(100))
    plan = await scene.ask(f"digest {ids} every monday 9:00")
    assert "set it up in the form" in plan["text"]
    assert list(buttons(plan)) == ["digest.new"]
    assert WHEN in (await scene.ask(f"digest {ids}"))["text"]


async def test_one_press_sets_it_up_and_a_second_nothing_more(scene):
    """Two interactions in all; the same press twice is one digest, of the person who pressed."""
    plan = await scene.ask(WORDS)
    card = await press(scene, plan, "digest.create")
    assert "Set up" in card["text"]
    assert [(one.channel, one.cron, one.zone, one.owner) for one in await stored(scene)] == [
        ("C0MARKETING", "0 9 * * 1", "Europe/Berlin", scene.slack.person("ann").id)
    ]
    assert len(await stored(scene)) == 1
    again = await set_up(scene)
    assert DONE[SubscriptionChange.SAME] in again["text"] or CREATED_ALREADY in again["text"]
    assert len(await stored(scene)) == 1


async def test_the_preview_is_what_is_posted(scene):
    """Block for block, but for the buttons below."""
    plan = await scene.ask(WORDS)
    card = await press(scene, plan, "digest.create")
    await press(scene, card, "Send now")
    (digest,) = await posted(scene)
    kinds = [block["type"] for block in digest["blocks"] if block["type"] not in ("actions", "context")]
    assert kinds == [block["type"] for block in plan["blocks"][1:] if block["type"] not in ("actions", "context")]
    assert digest["text"] in plan["text"]


async def test_the_zone_is_the_persons_own_when_the_words_name_none(scene):
    await set_up(scene, "digest acme weekdays 8:30", who="bob")
    assert [(one.zone, one.cron, one.channel) for one in await stored(scene)] == [("Europe/London", "30 8 * * 1-5", "C0MARKETING")]


async def test_the_account_is_the_channels_own_when_the_words_name_none(scene):
    await set_up(scene, "digest daily 9:00")
    assert [one.accounts for one in await stored(scene)] == [("linkedin-Tz9W5i6ZYG",)]


async def test_a_name_with_signs_that_slack_escapes_is_known_at_every_entry_point(scene):
    """Slack sends &, < and > escaped, by a command as in a message."""
    for asked in ('digest "Ruth & Dan <R&D>" tue & thu 9:00', "digest ruth & dan tue & thu 9:00"):
        assert "every Tuesday and Thursday 9:00" in (await scene.ask(asked))["text"]
        for message in (scene.slack.person("ann").mention(asked), scene.slack.person("ann").say(asked)):
            interaction = await message
            await scene.settle()
            assert "Ruth &amp; Dan" in interaction.seen()[-1]["text"]
    goal = await scene.ask('goal "Ruth & Dan <R&D>" impressions 50,000 month')
    assert "Goal of Ruth &amp; Dan" in goal["text"]


async def test_no_time_is_answered_with_words_that_have_one(scene):
    answer = await scene.ask("digest acme")
    assert WHEN in answer["text"]
    assert "every monday 9:00" in str(answer["blocks"])


MISTAKES = (
    ("digest acme every monday 25:00", "25:00"),
    ("digest acme every monday 9:00 Europe/Berln", "Europe/Berlin"),
    ("digest nobody every monday", "nobody"),
    ("digest acme every 5 minutes", "too often"),
    ("digest pause 12345678", "12345678"),
    ("digest acme every monday in #nowhere", "Slack's list"),
    ("digest pauze acme", "digest pause acme"),
    ("digest lst", "digest list"),
    ("digest hlep", "digest help"),
    ("digest akme every monday 9:00", 'digest "Acme Robotics" every monday 9:00'),
    ("digest acme wekdays 9:00", "digest acme weekdays 9:00"),
    ("digest acme every monday 9:00 Eurpe/Berlin", "digest acme every monday 9:00 Europe/Berlin"),
    ("digest acme every monday 9:00 UTC Europe/Berlin", "one time zone"),
    ("digest acme 0 9 * * 1 and 0 17 * * 5", "two schedules"),
)


async def test_a_mistake_is_answered_with_the_way_to_mend_it(scene):
    for number, (typed, says) in enumerate(MISTAKES, 1):
        answer = await scene.ask(typed)
        assert answer["ephemeral"], typed
        assert says in answer["text"] + str(answer["blocks"]), typed
        assert scene.asked_count("command", "suggestion") == number, typed
        assert await stored(scene) == (), typed


async def test_the_list_shows_what_is_set_up_with_a_button_each(scene):
    assert NONE_HERE in (await scene.ask("digest list"))["text"]
    await set_up(scene)
    listed = await scene.ask("digests")
    assert "Acme Robotics" in listed["text"]
    assert "every Monday 9:00 Europe/Berlin" in listed["text"]
    card = await press(scene, listed, "digest.show.1")
    assert list(buttons(card).values()) == ["Edit", "Pause", "Skip next", "Send now", "Preview", "History", "Delete…"]


async def test_a_long_list_leaves_out_none(open_scene):
    """Fifteen have buttons; the others stand there with their ids, by which each is shown."""
    async with open_scene() as scene:
        for hour in range(18):
            await scene.set_up(f"digest acme every monday {hour}:00")
        listed = await scene.ask("digest list")
        assert sum(name.startswith("digest.show") for name in buttons(listed)) == 15
        for digest in await stored(scene):
            assert short_id(digest) in str(listed["blocks"])
        shown = re.findall(r"digest show ([0-9a-f]{8})`", str(listed["blocks"]))
        assert "digest.edit" in buttons(await scene.ask(f"digest show {shown[0]}"))


async def test_pause_and_resume_in_words_and_by_button(scene):
    """State is in the database: the button of an old card answers what is so now."""
    card = await set_up(scene)
    (digest,) = await stored(scene)
    paused = await scene.ask(f"digest pause {short_id(digest)}")
    assert PAUSED in paused["text"]
    assert (await stored(scene))[0].next_run_at is None
    assert IS_PAUSED in (await press(scene, card, "digest.pause"))["text"]
    await press(scene, paused, "digest.resume")
    assert (await stored(scene))[0].next_run_at == digest.next_run_at


async def test_skip_next_skips_one_however_often_it_is_pressed(scene):
    card = await set_up(scene)
    (digest,) = await stored(scene)
    await press(scene, card, "Skip next")
    (after,) = await stored(scene)
    assert (after.next_run_at - digest.next_run_at).days == 7
    history = await scene.ask("digest history")
    assert "skipped (somebody asked for it)" in history["text"]


async def test_sending_now_twice_pressed_is_once_sent(scene):
    """The click is the occurrence's key; the same button says so the second time."""
    card = await set_up(scene)
    first = await press(scene, card, "Send now")
    second = await press(scene, card, "Send now")
    assert "on its way" in first["text"]
    assert "pressed that button before" in second["text"]
    assert len(await posted(scene)) == 1
    assert "sent" in (await scene.ask("history"))["text"]


async def test_move_changes_the_channel_and_the_schedule_can_be_changed_in_words(scene):
    await set_up(scene)
    (digest,) = await stored(scene)
    await scene.ask(f"digest move {short_id(digest)} to <#C0GENERAL0|general>")
    await scene.ask(f"digest edit {short_id(digest)} every friday 17:30")
    (after,) = await stored(scene)
    assert (after.channel, after.cron, after.zone, after.version) == ("C0GENERAL0", "30 17 * * 5", "Europe/Berlin", 3)


async def test_a_digest_is_named_by_the_whole_of_an_account_and_keeps_its_accounts(scene):
    """The one who was named, by the whole name; whose digest it is never becomes what it shows."""
    await set_up(scene, "digest bob rivera, acme every monday 9:00 UTC")
    await set_up(scene, "digest ann lee every monday 9:00 UTC")
    rivera, lee = sorted(await stored(scene), key=lambda one: len(one.accounts), reverse=True)
    await scene.ask("digest move ann lee to <#C0GENERAL0|general>")
    await scene.ask("digest edit bob rivera every friday 16:00")
    after = {one.id: one for one in await stored(scene)}
    assert (after[lee.id].channel, after[lee.id].accounts) == ("C0GENERAL0", lee.accounts)
    assert (after[rivera.id].channel, after[rivera.id].accounts, after[rivera.id].cron) == ("C0MARKETING", rivera.accounts, "0 16 * * 5")
    refused = await scene.ask("digest move ann lee acme to <#C0MARKETING|marketing>")
    assert MOVE_ALONE in refused["text"]
    await scene.ask("digest edit ann lee accounts kofi, acme")
    assert {one.id: len(one.accounts) for one in await stored(scene)} == {rivera.id: 2, lee.id: 2}


async def test_the_only_digest_is_meant_and_what_is_not_said_of_its_schedule_stays(scene):
    """The days alone keep the time, the time alone keeps the days, the zone alone keeps both."""
    await set_up(scene, "digest acme every monday 17:30 Asia/Tokyo")
    for change, schedule in (
        ("fridays", ("30 17 * * 5", "Asia/Tokyo")),
        ("to 10:00", ("0 10 * * 5", "Asia/Tokyo")),
        ("Europe/London", ("0 10 * * 5", "Europe/London")),
        ("every tuesday 9:00 Berlin", ("0 9 * * 2", "Europe/Berlin")),
        ("acme robotics weekdays", ("0 9 * * 1-5", "Europe/Berlin")),
    ):
        assert (await scene.ask(f"digest edit {change}"))["ephemeral"]
        (after,) = await stored(scene)
        assert (after.cron, after.zone) == schedule
    assert after.accounts == ("linkedin-Tz9W5i6ZYG",)


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("digest acme mon, wed and fri at 17:00 UTC", "every Monday, Wednesday and Friday 17:00 UTC"),
        ("digest acme 1st, 10th and 20th of the month 9:00 UTC", "on the 1st, 10th and 20th of the month 9:00 UTC"),
        ("digest every tuesday for acme in <#C0MARKETING|marketing> at 9 PM UTC", "every Tuesday 21:00 UTC"),
        ("digest acme every monday 9:00 New York", "every Monday 9:00 America/New_York"),
        ("digest acme cron ‘0 9 * * mon#2’ UTC", "on the 2nd Monday of the month 9:00 UTC"),
        ("digest preview acme last friday 9 o’clock UTC", "on the last Friday of the month 9:00 UTC"),
    ],
)
async def test_what_people_write_is_previewed(scene, typed, when):
    plan = await scene.ask(typed)
    assert when in plan["text"]
    assert "Acme Robotics" in plan["text"]
    assert "digest.create" in buttons(plan)


async def test_here_is_this_channel_and_to_me_the_direct_messages(scene):
    """Two letters are no account's name: no account's figures are in the digest."""
    assert "Kofi" not in str((await scene.ask("digest acme every monday 9:00 here"))["blocks"])
    assert TO_ME in (await scene.ask("digest acme every monday 9:00 to me"))["text"]
    interaction = await scene.slack.person("ann").say("digest acme every monday 9:00 to me")
    await scene.settle()
    await press(scene, interaction.seen()[-1], "digest.create")
    (digest,) = await stored(scene)
    assert digest.channel.startswith("D")
    assert digest.accounts == ("linkedin-Tz9W5i6ZYG",)
    await scene.ask(f"digest move {short_id(digest)} here", channel="#general")
    assert [one.channel for one in await stored(scene)] == ["C0GENERAL0"]


async def test_a_digest_in_direct_messages_is_said_to_be_there(scene):
    """Slack shows nothing in the place of such a channel's id."""
    interaction = await scene.slack.person("bob").say("digest acme every friday 9:00", channel="dm")
    await scene.settle()
    plan = interaction.seen()[-1]
    card = await press(scene, plan, "digest.create", "bob")
    for message in (plan, card, await press(scene, card, "History", "bob"), await delete(scene, card, "bob")):
        assert "direct messages with me" in message["text"]
        assert "<#D" not in message["text"] + str([block.get("text") for block in message["blocks"]])


async def test_a_deleted_digest_is_gone_and_its_history_is_kept(scene):
    card = await set_up(scene)
    (digest,) = await stored(scene)
    await scene.slack.person("ann").press(card, "Delete…")
    await scene.settle()
    await scene.slack.person("ann").close_view(scene.slack.parts.views.top(scene.slack.person("ann").id).as_slack())
    assert await stored(scene) == (digest,)
    assert "is deleted" in (await delete(scene, card))["text"]
    assert await stored(scene) == ()
    assert (await scene.bot.scheduling.stores.digests.digest(digest.id)).status == "deleted"
    assert NONE_HERE in (await scene.ask("digest list"))["text"]


async def test_the_history_of_a_deleted_digest_is_there_for_those_who_could_see_it(scene):
    """In the channel's history, by the button of the answer, and by its id; nobody else learns of it."""
    await set_up(scene, "digest acme every monday in <#C0LEADERS0|leadership>")
    (digest,) = await stored(scene)
    await scene.ask(f"digest skip {short_id(digest)}")
    gone = await scene.carry_out(f"digest delete {short_id(digest)}")
    for answer in (
        await press(scene, gone, "digest.history"),
        await scene.ask(f"digest history {short_id(digest)}"),
        await scene.ask("digest history acme"),
    ):
        assert "skipped (somebody asked for it)" in answer["text"]
        assert "deleted" in str(answer["blocks"])
    assert "skipped (somebody asked for it)" in (await scene.ask("digest history"))["text"]
    assert "skipped" not in (await scene.ask("digest history", who="yuki"))["text"]
    assert NOT_SEEN.format(kind="digest") in (await scene.ask(f"digest history {short_id(digest)}", who="yuki"))["text"]
    assert "There's no digest" in (await scene.ask(f"digest pause {short_id(digest)}"))["text"]


async def test_the_history_of_a_channel_is_found_among_any_number_of_others(open_scene):
    """Another channel's hundred of today hide nothing of what is older here."""
    async with open_scene() as scene:
        await set_up(scene, who="bob")
        await set_up(scene, "digest acme daily 9:00 in <#C0GENERAL0|general>", who="yuki")
        here, there = sorted(await stored(scene), key=lambda digest: digest.channel != "C0MARKETING")
        occurrences, now = scene.bot.scheduling.stores.occurrences, scene.clock.now
        await scene.ask("digest skip next", who="bob")
        for count in range(105):
            await occurrences.send_now(there.id, f"click-{count}", now + timedelta(days=30, seconds=count), by="U1")
        assert "skipped (somebody asked for it)" in (await scene.ask("digest history", who="bob"))["text"]
        assert here.channel != there.channel


async def test_only_the_owner_or_an_administrator_changes_a_digest(scene):
    """Bob owns it; Ann administers the workspace; Yuki may look only."""
    card = await set_up(scene, who="bob")
    (digest,) = await stored(scene)
    refused = await scene.ask(f"digest pause {short_id(digest)}", who="yuki")
    assert NOT_YOURS.format(kind="digest") in refused["text"]
    assert "<@U0BOB00001>" in str(refused["blocks"])
    assert "Acme" in (await scene.ask(f"digest show {short_id(digest)}", who="yuki"))["text"]
    assert PAUSED in (await scene.ask(f"digest pause {short_id(digest)}", who="ann"))["text"]
    assert card


async def test_a_digest_of_a_channel_one_cannot_see_is_not_shown(scene):
    """Ann's digest in the private channel is no business of Yuki's, who is not in it."""
    await set_up(scene, "digest acme every monday in <#C0LEADERS0|leadership>")
    (digest,) = await stored(scene)
    assert NONE_HERE in (await scene.ask("digest list", who="yuki"))["text"]
    hidden = await scene.ask(f"digest show {digest.id}", who="yuki")
    assert NOT_SEEN.format(kind="digest") in hidden["text"]


@pytest.mark.parametrize(
    ("where", "who", "says"),
    [
        ("C0OLD00000", "ann", ARCHIVED),
        ("C0BOARD000", "ann", NO_PLACE),
        ("C0LEADERS0", "yuki", NOT_IN_PLACE),
        ("C0PARTNERS", "bob", "shared with another company"),
    ],
)
async def test_a_channel_where_it_cannot_or_must_not_go_is_refused(scene, where, who, says):
    answer = await scene.ask(f"digest acme every monday in <#{where}|x>", who=who)
    assert says in answer["text"]
    assert scene.asked_count("command", "refused") == 1


async def test_a_channel_without_the_bot_is_told_with_how_to_invite_it(scene):
    """The press joins a public channel where the optional scope was granted; else the line to send stands there."""
    plan = await scene.ask("digest acme every monday in <#C0RANDOM00|random>")
    assert "not a member" in str(plan["blocks"])
    assert "/invite @LinkedIn Stats" in str(plan["blocks"])
    assert buttons(plan)["digest.join"] == "Invite Me"
    answer = await press(scene, plan, "digest.join")
    assert re.search(r"I'm in <#C0RANDOM00> now|couldn't join", answer["text"])


async def test_the_mention_takes_the_same_words_and_offers_the_form_by_a_button(scene):
    """A mention brings no trigger, so the form waits behind a button."""
    interaction = await scene.slack.person("ann").mention("digest")
    await scene.settle()
    offered = interaction.seen()[-1]
    assert buttons(offered)["digest.new"] == "Set Up a Digest"
    view = await (await scene.slack.person("ann").press(offered, "digest.new")).view()
    assert view["type"] == "modal"
    await scene.settle()


async def test_a_digests_thread_knows_what_it_is_about(scene):
    """A question in its thread that names nothing is about the digest's account and period."""
    card = await set_up(scene)
    await press(scene, card, "Send now")
    (digest,) = await posted(scene)
    interaction = await scene.slack.person("ann").mention("comments", thread_ts=digest["ts"])
    await scene.settle()
    assert "Nov 16–22" in interaction.seen()[-1]["text"]


async def test_help_tells_of_digests(scene):
    assert "digest" in (await scene.ask("help digests"))["text"]
    assert "every monday 9:00" in (await scene.ask("digest help"))["text"]


async def test_cron_of_both_days_is_explained_and_the_first_monday_offered(scene):
    plan = await scene.ask("digest acme cron 0 8 1-7 * 1")
    assert "one of the two is enough" in plan["text"]
    label = "First Monday of the month 8:00"
    action = next(action for action, text in buttons(plan).items() if text == label)
    again = await press(scene, plan, action)
    assert "on the 1st Monday of the month 8:00" in again["text"]
    assert "one of the two is" not in again["text"]
