"""Who may do what: each role in each kind of channel by each entry point; what is allowed once is kept and shown."""

import pytest

from bot.queries.modals import DIGEST_SHORTCUT, MESSAGE_SHORTCUT

POST = "urn:li:share:7123456789012345678"

ANSWERED, REFUSED = "answered", "refused"

#: Before anybody allowed anything: who, where, and what becomes of a question there.
AT_FIRST = [
    ("ann", "#marketing", ANSWERED),
    ("ann", "#leadership", ANSWERED),
    ("ann", "#launch", ANSWERED),
    ("ann", "#partners", REFUSED),
    ("bob", "#marketing", ANSWERED),
    ("bob", "#leadership", ANSWERED),
    ("bob", "#launch", ANSWERED),
    ("bob", "#partners", REFUSED),
    ("gus", "#marketing", REFUSED),
    ("pat", "#partners", REFUSED),
]

LAUNCH = "mpdm-ann--bob--linkedin_stats-1"


async def by_command(scene, who, channel):
    interaction = await scene.slack.person(who).command(POST, channel=channel)
    assert interaction.ok


async def by_mention(scene, who, channel):
    await scene.slack.person(who).mention(POST, channel=channel)


async def by_button(scene, who, channel):
    """The Refresh of a card that stands in the channel for everybody."""
    cards = [message for message in scene.slack.person(who).sees(channel) if "refresh" in str(message["blocks"])]
    await scene.slack.person(who).press(cards[0], "refresh")


async def by_file(scene, who, channel):
    """The CSV button of the same card."""
    cards = [message for message in scene.slack.person(who).sees(channel) if "refresh" in str(message["blocks"])]
    await scene.slack.person(who).press(cards[0], "csv")


async def by_shortcut(scene, who, channel):
    """The shortcut in the menu of a message that links a post; nobody but the person sees the view."""
    message = next(one for one in scene.slack.person(who).sees(channel) if one["text"].startswith("look at"))
    assert (await scene.slack.person(who).shortcut(MESSAGE_SHORTCUT, {"channel": message["channel"], "ts": message["ts"]})).ok


async def by_digest_words(scene, who, channel):
    interaction = await scene.slack.person(who).command("digest list", channel=channel)
    assert interaction.ok


async def by_thread(scene, who, channel):
    """A mention below the card, which says what is meant."""
    cards = [message for message in scene.slack.person(who).sees(channel) if "refresh" in str(message["blocks"])]
    await scene.slack.person(who).mention("comments only", channel=channel, thread_ts=cards[0]["ts"])


#: Each entry point, with the name under which its questions are counted.
ENTRY_POINTS = {
    "command": ("command", by_command),
    "mention": ("mention", by_mention),
    "thread": ("mention", by_thread),
    "button": ("button", by_button),
    "file": ("button", by_file),
    "shortcut": ("shortcut", by_shortcut),
    "digests": ("command", by_digest_words),
}


async def cards_everywhere(scene):
    """A card for everybody in each channel, from a time when none was shared with another company."""
    scene.slack.switches.change_channel("partners", shared=False)
    for channel in ("#marketing", "#leadership", LAUNCH, "#partners"):
        assert not (await scene.ask(f"{POST} share", channel=channel)).get("ephemeral")
        await scene.slack.person("ann").say(f"look at https://www.linkedin.com/feed/update/{POST}/", channel=channel)
    scene.slack.switches.change_channel("partners", shared=True)
    scene.clock.go_on(minutes=6)


async def outcome(scene, entry_point, who, channel):
    """What became of the question, and that whatever was refused only its asker was told."""
    place = LAUNCH if channel == "#launch" else channel
    counted, ask = ENTRY_POINTS[entry_point]
    before = {kind: scene.asked_count(counted, kind) for kind in (ANSWERED, REFUSED)}
    since = len(scene.slack.accepted)
    await ask(scene, who, place)
    await scene.settle()
    became = [kind for kind in (ANSWERED, REFUSED) if scene.asked_count(counted, kind) == before[kind] + 1]
    assert len(became) == 1
    if became == [REFUSED]:
        texts = scene.slack.accepted[since:]
        assert all(one.kind in ("ephemeral", "view") for one in texts), [(one.kind, one.text) for one in texts]
    return became[0]


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
async def test_every_role_in_every_kind_of_channel_at_every_entry_point(open_scene, entry_point):
    """Guests and shared channels are refused until an administrator allows them, and then answered like anybody."""
    async with open_scene() as scene:
        await cards_everywhere(scene)
        assert [(who, where, await outcome(scene, entry_point, who, where)) for who, where, _ in AT_FIRST] == AT_FIRST
        assert "can get answers" in (await scene.ask("allow #partners @gus"))["text"]
        assert {(who, where): await outcome(scene, entry_point, who, where) for who, where, _ in AT_FIRST} == {
            (who, where): ANSWERED for who, where, _ in AT_FIRST
        }
        await scene.ask("forbid #partners @gus")
        assert [(who, where, await outcome(scene, entry_point, who, where)) for who, where, _ in AT_FIRST] == AT_FIRST


@pytest.mark.parametrize(("who", "becomes"), [("ann", ANSWERED), ("bob", ANSWERED), ("gus", REFUSED)])
async def test_direct_messages_are_answered_except_to_guests(open_scene, who, becomes):
    async with open_scene() as scene:
        await scene.slack.person(who).say(POST, channel="dm")
        await scene.settle()
        assert scene.asked_count("direct message", becomes) == 1


@pytest.mark.parametrize(("who", "allowed"), [("ann", True), ("bob", True), ("yuki", True), ("gus", False)])
async def test_the_home_tab_and_the_form_from_anywhere_are_for_all_but_guests(open_scene, who, allowed):
    """Both stand in no channel; a guest is told in them whom to ask, and after an administrator's word they open."""
    async with open_scene() as scene:
        assert await elsewhere(scene, who) == (allowed, allowed)
        if not allowed:
            await scene.ask("allow @gus")
            assert await elsewhere(scene, who) == (True, True)


async def elsewhere(scene, who):
    """Whether the Home tab and the digest's form show more than a refusal."""
    person = scene.slack.person(who)
    await (await person.open_home()).view()
    await scene.settle()
    home = str(scene.slack.parts.views.home(person.id).body["blocks"])
    interaction = await person.shortcut(DIGEST_SHORTCUT)
    await scene.settle()
    form = str((await interaction.view())["blocks"])
    for text, shows in ((home, "Acme Robotics"), (form, "Time zone")):
        assert (shows in text) != ("don't answer guests" in text)
    return "Acme Robotics" in home, "Time zone" in form


async def test_a_known_person_in_a_known_channel_costs_slack_no_question(open_scene):
    """Who and where are asked once, and again after five minutes; the second question waits for nothing."""
    async with open_scene() as scene:
        for _ in range(3):
            await scene.ask(POST)
        asked = [call.method for call in scene.slack.calls if call.method in ("users.info", "conversations.info")]
        assert sorted(asked) == ["conversations.info", "users.info"]
        scene.clock.go_on(minutes=6)
        await scene.ask(POST)
        asked = [call.method for call in scene.slack.calls if call.method in ("users.info", "conversations.info")]
        assert len(asked) == 4


@pytest.mark.parametrize("fault", [{"kind": "error", "error": "internal_error"}, {"kind": "html"}, {"kind": "status"}, {"kind": "hang"}])
async def test_of_whom_slack_tells_nothing_is_refused_until_it_does(open_scene, fault):
    async with open_scene() as scene:
        scene.slack.faults.add(method="users.info", times=20, **fault)
        for words in (POST, "last week", "default acme", "digest list", "alert list", "goals", "permissions", f"{POST} share"):
            refused = await scene.ask(words)
            assert refused["ephemeral"]
            assert "Slack didn't tell me who you are" in refused["text"]
        scene.slack.faults.clear()
        scene.clock.go_on(minutes=1)
        assert "15,420" in (await scene.ask(POST))["text"]


async def test_the_last_known_answer_serves_for_a_while(open_scene):
    async with open_scene() as scene:
        assert "15,420" in (await scene.ask(POST))["text"]
        scene.clock.go_on(minutes=6)
        scene.slack.faults.add(method="users.info", kind="error", error="internal_error", times=50)
        assert "15,420" in (await scene.ask(POST))["text"]
        scene.clock.go_on(hours=2)
        assert "didn't tell me" in (await scene.ask(POST))["text"]


async def test_whom_an_administrator_allowed_needs_no_word_of_slack(open_scene):
    async with open_scene(administrators="U0BOB00001") as scene:
        await scene.ask(f"allow <@{scene.slack.person('ann').id}>", who="bob")
        scene.slack.faults.add(method="users.info", kind="error", error="internal_error", times=50)
        scene.clock.go_on(hours=2)
        for who in ("ann", "bob"):
            assert "15,420" in (await scene.ask(POST, who=who))["text"]


async def test_nothing_is_said_to_everybody_where_the_channel_is_not_known(open_scene):
    async with open_scene() as scene:
        scene.slack.faults.add(method="conversations.info", kind="error", error="internal_error", times=20)
        assert "15,420" in (await scene.ask(POST))["text"]
        refused = await scene.ask(f"{POST} share")
        assert refused["ephemeral"]
        assert "can't tell whether" in refused["text"]


async def test_a_guest_stays_one_while_slack_is_silent(open_scene):
    async with open_scene() as scene:
        assert "guests" in (await scene.ask(POST, who="gus"))["text"]
        scene.clock.go_on(minutes=6)
        scene.slack.faults.add(method="users.info", kind="error", error="internal_error", times=20)
        assert "guests" in (await scene.ask(POST, who="gus"))["text"]


async def test_only_administrators_allow_and_the_refusal_names_them(open_scene):
    async with open_scene(administrators="U0BOB00001") as scene:
        refused = await scene.ask("allow here", who="ann")
        assert "<@U0BOB00001>" in refused["text"] + str(refused["blocks"])
        assert scene.asked_count("command", REFUSED) == 1
        assert "can get answers" in (await scene.ask("allow here", who="bob"))["text"]


async def test_in_a_shared_channel_an_administrator_learns_how_to_allow_it(open_scene):
    async with open_scene() as scene:
        refused = await scene.ask(POST, channel="#partners")
        assert "allow here" in str(refused["blocks"])
        await scene.ask("allow here", channel="#partners")
        assert "15,420" in (await scene.ask(POST, channel="#partners"))["text"]


async def test_an_allowance_is_kept_over_a_restart_and_shown_with_who_and_when(open_scene):
    async with open_scene() as scene:
        await scene.ask("allow @gus")
        await scene.ask("default linkedin-ABC", channel="#general")
    async with open_scene() as again:
        assert "15,420" in (await again.ask(POST, who="gus"))["text"]
        shown = str((await again.ask("permissions"))["blocks"])
        assert "<@U0ANN00001> allowed <@U0GUEST001>, <!date^" in shown
        assert "made `linkedin-ABC` the default account of <#C0GENERAL0>" in shown
        others = str((await again.ask("permissions", who="bob", channel="#general"))["blocks"])
        assert "U0GUEST001" not in others
        assert "linkedin-ABC" in others


async def test_what_was_allowed_already_is_no_second_change(open_scene):
    async with open_scene() as scene:
        await scene.ask("allow @gus")
        assert "already" in (await scene.ask("allow @gus"))["text"]
        assert str((await scene.ask("permissions"))["blocks"]).count("allowed <@U0GUEST001>") == 1


@pytest.mark.parametrize("typed", ["allow", "allow everybody", "forbid the moon"])
async def test_nobody_named_is_explained(open_scene, typed):
    async with open_scene() as scene:
        answer = await scene.ask(typed)
        assert "here" in str(answer["blocks"])
        assert scene.asked_count("command", "suggestion") == 1


async def test_a_channel_outside_of_the_settings_can_be_allowed_in_slack(open_scene):
    async with open_scene(allowed_channels="C0GENERAL0") as scene:
        assert "not set up" in (await scene.ask(POST, who="bob"))["text"]
        assert "15,420" in (await scene.ask(POST, who="ann"))["text"]
        await scene.ask("allow here")
        assert "15,420" in (await scene.ask(POST, who="bob"))["text"]


async def test_a_channel_sees_only_its_accounts(open_scene):
    """Not in the list, not by name, not by id, not as the default, not as the account a post is known to belong to."""
    async with open_scene(channel_accounts="C0MARKETING=linkedin-ABC") as scene:
        acme = scene.statistics.world.accounts[0]
        assert acme.platform_id == scene.bot.settings.postpost_platform_id
        listed = await scene.ask("accounts")
        assert "linkedin-ABC" in str(listed["blocks"])
        assert acme.display_name not in str(listed)
        refused = await scene.ask(f"{acme.platform_id} last week")
        assert "may not see" in refused["text"]
        assert acme.platform_id not in str(await scene.ask(f'"{acme.display_name}" last week'))
        assert scene.asked_count("command", "suggestion") == 1
        assert "don't know an account" in (await scene.ask(f"default {acme.platform_id}"))["text"]
        assert "no default" in (await scene.ask("default"))["text"]
        assert scene.statistics.world.account("linkedin-ABC").display_name in (await scene.ask("last week"))["text"]
        assert acme.display_name in (await scene.ask("last week", channel="#general"))["text"]
