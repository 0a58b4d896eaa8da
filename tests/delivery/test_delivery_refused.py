"""Slack says no: each class of its errors has one remedy, and the owner is told of an incident once."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.rule import AlertRule
from bot.delivery.timing import MOST, ChannelRateLimiter
from bot.sandbox.slack.people import ANN, BOB
from bot.sandbox.slack.people import TEAM_ID as TEAM
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import InstallationState, SubscriptionKind, SubscriptionStatus

DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

FOR_GOOD = [
    ("not_in_channel", "not a member"),
    ("is_archived", "archived"),
    ("channel_not_found", "/invite @LinkedIn Stats"),
    ("restricted_action", "doesn't let me"),
    ("missing_scope", "doesn't let me"),
]


def refuse(digesting, error, **more):
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error=error, channel=channel(digesting), **more)


def channel(digesting):
    return digesting.scene.slack.channel_id("#marketing")


@pytest.mark.parametrize(("error", "expected"), FOR_GOOD)
async def test_a_refusal_for_good_fails_the_occurrence_and_tells_the_owner(digesting, error, expected):
    refuse(digesting, error)
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=5)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, error)
    (notice,) = digesting.owner_messages()
    assert expected in notice.text
    assert digesting.posted() == []
    assert await digesting.replies_in({DeliveryState.FAILED})


async def test_a_limit_that_names_no_time_worth_the_name_is_no_reason_to_hammer(digesting):
    refuse(digesting, "ratelimited", retry_after=0, times=3)
    await digesting.digest()
    await digesting.tick(rounds=5)
    assert len(digesting.calls("chat.postMessage")) == 1
    await digesting.tick(rounds=5, seconds=2)
    assert await digesting.states() == [DeliveryState.SENT]


@pytest.mark.parametrize("wait", [1, 5, 90, 600, None])
async def test_a_limit_puts_it_back_for_as_long_as_slack_says(digesting, wait):
    refuse(digesting, "ratelimited", retry_after=wait)
    await digesting.digest()
    await digesting.tick()
    assert (await digesting.the_delivery()).state is DeliveryState.PENDING
    await digesting.tick(seconds=(wait or 30) / 2)
    assert digesting.posted() == []
    await digesting.tick(rounds=2, seconds=(wait or 30) / 2 + 1)
    assert (await digesting.the_delivery()).state is DeliveryState.SENT
    assert len(digesting.posted()) == 1


async def test_a_limit_beyond_all_measure_is_waited_for_as_long_as_the_digest_may_be_late(digesting):
    """Fourteen digits: more seconds than a moment, or a number of days, can hold."""
    refuse(digesting, "ratelimited", retry_after=99_999_999_999_999)
    await digesting.digest()
    await digesting.tick(rounds=7, hours=1)
    assert (await digesting.the_delivery()).reason == "late"
    assert len(digesting.calls("chat.postMessage")) == 2
    assert digesting.posted() == []


async def test_limits_that_are_over_are_forgotten(clock):
    """Each notice has a limit of its own: of a year of them only those that still hold are kept."""
    limiter = ChannelRateLimiter(clock)
    for number in range(2 * MOST):
        limiter.limited(f"notice {number}", timedelta(seconds=1))
        clock.go_on(seconds=1)
    assert len(limiter._paused_channels) <= MOST


async def test_a_limit_holds_up_its_own_channel_and_no_other(digesting):
    """What else is due there waits as long; another channel's is posted meanwhile."""
    refuse(digesting, "ratelimited", retry_after=30)
    for number in range(5):
        await digesting.digest(id=f"digest-{number}")
    await digesting.digest(id="elsewhere", channel=digesting.scene.slack.channel_id("#general"))
    await digesting.tick(rounds=10, seconds=2)
    assert digesting.posted() == []
    assert await digesting.states("elsewhere") == [DeliveryState.SENT]
    await digesting.tick(rounds=40, seconds=2)
    assert len(digesting.posted()) == 5


async def test_replies_stand_in_their_order_also_when_the_first_has_to_wait(digesting):
    await digesting.digest(accounts=digesting.accounts(2))
    done: list[object] = []

    def limit_the_first(what, _message):
        if what == "posted" and not done:
            done.append(digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="ratelimited", retry_after=8))

    digesting.scene.slack.parts.posting.announce.append(limit_the_first)
    await digesting.tick(rounds=20, seconds=2)
    (delivery,) = await digesting.deliveries()
    parts = await digesting.parts(delivery.id)
    assert [part.state for part in parts] == [DeliveryState.SENT] * 4
    moments = [part.intent_at for part in parts]
    assert moments == sorted(moments)


async def test_a_busy_channel_takes_no_other_channels_turn(digesting):
    """A hundred due in one channel, one message a second: the one that is due later elsewhere does not wait for them."""
    for number in range(100):
        await digesting.digest(id=f"busy-{number:03d}")
    await digesting.digest(id="quiet", channel=digesting.scene.slack.channel_id("#general"), next_run_at=DUE + timedelta(seconds=1))
    await digesting.tick(rounds=2, seconds=2)
    assert await digesting.states("quiet") == [DeliveryState.SENT]


async def test_a_limit_longer_than_the_digest_may_be_late_skips_it_visibly(digesting):
    refuse(digesting, "ratelimited", retry_after=86_400)
    await digesting.digest()
    await digesting.tick(rounds=4, hours=2, minutes=30)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason, delivery.last_error) == (DeliveryState.SKIPPED, "late", "ratelimited")
    (notice,) = digesting.owner_messages()
    assert "skipped" in notice.text


async def test_a_slack_that_cannot_be_reached_is_tried_again(digesting):
    await digesting.digest()
    slack = digesting.scene.slack
    url, port = slack.parts.address.url, int(slack.parts.address.url.rsplit(":", 1)[1])
    await slack._runner.cleanup()
    await digesting.tick()
    assert (await digesting.the_delivery()).state is DeliveryState.PENDING
    await slack.start(port)
    assert slack.parts.address.url == url
    await digesting.tick(rounds=3, seconds=20)
    assert (await digesting.the_delivery()).state is DeliveryState.SENT
    assert len(digesting.posted()) == 1


async def test_blocks_that_slack_does_not_take_go_without_charts_and_tables(digesting):
    refuse(digesting, "invalid_blocks")
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=1)
    (posted,) = digesting.posted()
    assert {block["type"] for block in posted.blocks}.isdisjoint({"data_visualization", "data_table"})
    assert (await digesting.the_delivery()).state is DeliveryState.SENT


async def test_a_message_that_slack_takes_in_no_form_but_text_is_text(digesting):
    refuse(digesting, "invalid_blocks", times=2)
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=1)
    (posted,) = digesting.posted()
    assert posted.blocks == ()
    assert "impressions" in posted.text


async def test_a_message_that_slack_takes_in_no_form_fails(digesting):
    refuse(digesting, "invalid_blocks", times=3)
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=5)
    assert (await digesting.the_delivery()).reason == "invalid_blocks"
    assert digesting.posted() == []


async def test_a_word_that_slack_documents_nowhere_is_a_refusal_in_the_end(digesting):
    refuse(digesting, "word_of_next_year", times=50)
    await digesting.digest()
    await digesting.tick(rounds=40, seconds=6)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "word_of_next_year")
    assert 3 <= len(digesting.calls("chat.postMessage")) <= 10
    assert len(digesting.owner_messages()) == 1


async def test_a_channel_the_bot_was_removed_from_costs_no_figures(digesting):
    digesting.scene.slack.switches.change_channel("#marketing", bot_member=False)
    asked = len(digesting.scene.statistics.requests)
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=5)
    assert (await digesting.the_delivery()).reason == "not_in_channel"
    assert [one.path for one in list(digesting.scene.statistics.requests)[asked:] if "statistics" in one.path] == []
    (notice,) = digesting.owner_messages()
    assert notice.blocks[1]["elements"][0]["text"]["text"] == "Invite Me"


async def test_the_same_trouble_week_after_week_is_told_once_and_once_when_it_pauses_the_digest(digesting):
    digesting.scene.slack.switches.change_channel("#marketing", archived=True)
    await digesting.digest()
    for _ in range(3):
        await digesting.tick(rounds=2, seconds=5)
        digesting.scene.clock.go_on(days=7)
    assert await digesting.states() == [DeliveryState.FAILED] * 3
    first, last = digesting.owner_messages()
    assert "paused" not in first.text
    assert "paused" in last.text
    stored = await digesting.stores.digests.digest("digest-1")
    assert stored.status is SubscriptionStatus.PAUSED
    await digesting.tick(rounds=2, days=7)
    assert len(await digesting.deliveries()) == 3


async def test_whoever_resumes_it_has_three_tries_again_and_is_told_what_became_of_them(digesting):
    """Resumed without a repair: there is a notice for the first failure, as a repair is possible, and for the one that pauses it again."""
    digesting.scene.slack.switches.change_channel("#marketing", archived=True)
    await digesting.digest()
    for _ in range(3):
        await digesting.tick(rounds=2, seconds=5)
        digesting.scene.clock.go_on(days=7)
    assert len(digesting.owner_messages()) == 2
    await digesting.scene.ask("digest resume digest-1", channel="#general")
    for failed, notice in ((4, 3), (5, 3), (6, 4)):
        digesting.scene.clock.go_on(days=7)
        await digesting.tick(rounds=2, seconds=5)
        assert (len(await digesting.deliveries()), len(digesting.owner_messages())) == (failed, notice)
    assert "paused" in digesting.owner_messages()[-1].text
    assert (await digesting.stores.digests.digest("digest-1")).status is SubscriptionStatus.PAUSED


async def test_whoever_presses_retry_is_told_when_it_fails_again(digesting):
    digesting.scene.slack.switches.change_channel("#marketing", archived=True)
    digest = await digesting.digest()
    await digesting.tick(rounds=2, seconds=5)
    await digesting.stores.occurrences.send_now(digest.id, "a press", digesting.scene.clock(), by=digest.owner)
    await digesting.tick(rounds=3, seconds=5)
    assert await digesting.states() == [DeliveryState.FAILED] * 2
    assert len(digesting.owner_messages()) == 2


async def test_success_after_trouble_says_so(digesting):
    refuse(digesting, "is_archived")
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=5)
    await digesting.tick(days=7)
    await digesting.tick(rounds=2, seconds=5)
    assert await digesting.states() == [DeliveryState.FAILED, DeliveryState.SENT]
    await digesting.tick(seconds=3)
    (notice,) = digesting.owner_messages()
    (edited,) = [one for one in digesting.scene.slack.accepted if one.kind == "update" and one.ts == notice.ts]
    assert "works again" in edited.text
    assert "works again" not in notice.text


async def test_a_digest_without_an_owner_is_the_administrators(open_digesting):
    async with open_digesting(administrators=BOB) as digesting:
        refuse(digesting, "is_archived")
        await digesting.digest(owner=None)
        await digesting.tick(rounds=3, seconds=5)
        assert len(digesting.owner_messages("bob")) == 1


@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
async def test_of_trouble_whose_owner_has_left_the_administrators_are_told(open_digesting, method):
    async with open_digesting(administrators=BOB) as digesting:
        refuse(digesting, "is_archived")
        direct = digesting.scene.slack.parts.workspace.open_direct(digesting.scene.slack.person("ann").id).id
        where = {} if method == "conversations.open" else {"channel": direct}
        digesting.scene.slack.faults.add(method=method, kind="error", error="user_disabled", **where)
        await digesting.digest()
        await digesting.tick(rounds=4, seconds=5)
        assert digesting.owner_messages("ann") == []
        (notice,) = digesting.owner_messages("bob")
        assert "archived" in notice.text


@pytest.mark.parametrize("owner", [None, BOB])
async def test_where_no_administrators_are_named_the_workspaces_own_are_told(digesting, owner):
    """The digest has no owner, or its owner has left: Ann is the administrator in Slack's list."""
    refuse(digesting, "is_archived")
    if owner:
        digesting.scene.slack.faults.add(method="conversations.open", kind="error", error="user_disabled")
    digesting.scene.slack.faults.add(method="users.list", kind="status", times=2)
    await digesting.digest(owner=owner)
    await digesting.tick(rounds=8, seconds=40)
    (notice,) = digesting.owner_messages("ann")
    assert "archived" in notice.text
    assert digesting.owner_messages("bob") == []


async def test_where_nobody_can_be_told_the_log_says_so(digesting, caplog):
    refuse(digesting, "is_archived")
    digesting.scene.slack.faults.add(method="conversations.open", kind="error", error="user_disabled", times=9)
    await digesting.digest(owner=None)
    await digesting.tick(rounds=6, seconds=40)
    assert digesting.owner_messages("ann") == []
    assert [one.levelname for one in caplog.records if "there is nobody else" in one.message] == ["ERROR"]


async def test_an_owner_who_has_left_and_was_one_of_the_administrators_has_the_others_told(open_digesting):
    async with open_digesting(administrators=f"{ANN},{BOB}") as digesting:
        refuse(digesting, "is_archived")
        digesting.scene.slack.faults.add(method="conversations.open", kind="error", error="user_disabled")
        await digesting.digest()
        await digesting.tick(rounds=4, seconds=5)
        assert digesting.owner_messages("ann") == []
        assert len(digesting.owner_messages("bob")) == 1


async def test_what_nobody_foresaw_is_tried_again_a_few_times_and_then_told_as_what_it_is(digesting, caplog, monkeypatch):
    """Not retried at every lease until it counts as late; what else is due is posted meanwhile."""

    def stumble(_rule):
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(AlertRule, "from_json", stumble)
    await digesting.digest(kind=SubscriptionKind.ALERT)
    await digesting.digest(id="digest-2")
    await digesting.tick(rounds=60, seconds=60)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "unforeseen")
    assert len([one for one in caplog.records if one.message == "a digest could not be made"]) == delivery.attempt == 6
    (notice,) = digesting.owner_messages()
    assert "inside this bot" in notice.text
    assert "Error" not in str(notice.blocks)
    assert await digesting.states("digest-2") == [DeliveryState.SENT]


async def test_a_private_channel_the_bot_was_taken_out_of_says_how_to_have_it_back(digesting):
    """Slack's word is the same as for a channel that is no more: both are said, with the line to copy and a way to try again."""
    private = digesting.scene.slack.channel_id("#leadership")
    digesting.scene.slack.switches.change_channel("#leadership", bot_member=False)
    await digesting.digest(channel=private)
    await digesting.tick(rounds=3, seconds=2)
    (notice,) = digesting.owner_messages()
    assert "/invite @LinkedIn Stats" in notice.text
    assert [one["text"]["text"] for one in notice.blocks[1]["elements"]] == ["Retry", "Move", "Pause"]


async def test_one_failure_of_a_digest_paused_by_hand_claims_no_pause(digesting):
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=2)
    await digesting.scene.ask("digest pause digest-1")
    digesting.scene.slack.switches.change_channel("#marketing", archived=True)
    await digesting.scene.ask("digest now digest-1", channel="#general")
    await digesting.tick(rounds=3, seconds=2)
    (notice,) = digesting.owner_messages()
    assert "archived" in notice.text
    assert "I have paused it" not in notice.text


async def test_a_notice_whose_answer_was_lost_comes_once(digesting):
    refuse(digesting, "is_archived")
    direct = digesting.scene.slack.parts.workspace.direct(digesting.scene.slack.person("ann").id)
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after", channel=direct.id)
    await digesting.digest()
    await digesting.tick(rounds=8, seconds=2)
    assert len(digesting.owner_messages()) == 1


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_dead_token_stops_the_workspace_and_loses_nothing(digesting, word):
    refuse(digesting, word)
    await digesting.digest()
    await digesting.digest(id="digest-2", cron="30 10 * * 1", next_run_at=digesting.scene.clock())
    digesting.scene.slack.faults.add(method="auth.test", kind="error", error=word, times=100)
    await digesting.tick(rounds=3, seconds=70)
    stopped = await digesting.stores.installations.stopped()
    assert [one.team for one in stopped] == ["T0SANDBOX1"]
    assert "token" in await digesting.scene.bot.problems()
    calls = len(digesting.calls("chat.postMessage"))
    await digesting.tick(rounds=3, seconds=70)
    assert len(digesting.calls("chat.postMessage")) == calls
    digesting.scene.slack.faults.clear()
    await digesting.tick(rounds=5, seconds=61)
    assert await digesting.states() == [DeliveryState.SENT]
    assert await digesting.states("digest-2") == [DeliveryState.SENT]
    assert any("works again" in notice.text for notice in digesting.owner_messages())
    assert await digesting.stores.installations.stopped() == ()


async def test_a_revoked_token_is_noticed_though_nothing_is_due_and_no_event_came(digesting):
    digesting.scene.slack.faults.add(method="auth.test", kind="status", times=1)
    await digesting.tick(rounds=2, minutes=11)
    assert await digesting.scene.bot.problems() == {}
    digesting.scene.slack.faults.add(method="auth.test", kind="error", error="token_revoked", times=100)
    await digesting.tick(minutes=11)
    assert "token" in await digesting.scene.bot.problems()
    digesting.scene.slack.faults.clear()
    await digesting.tick(rounds=2, minutes=2)
    assert await digesting.scene.bot.problems() == {}


async def test_a_removed_app_stops_at_once_and_goes_on_when_it_is_back(digesting, caplog):
    """Slack sends two events for one removal, and it is said once."""
    slack = digesting.scene.slack
    await slack.switches.uninstall()
    await digesting.idle()
    assert [line.message for line in caplog.records].count("the app has left a workspace: its digests stop") == 1
    (stopped,) = await digesting.stores.installations.stopped()
    assert (stopped.team, stopped.state) == (TEAM, InstallationState.REMOVED)
    await digesting.digest()
    await digesting.tick(rounds=2, seconds=70)
    assert digesting.calls("chat.postMessage") == []
    assert await digesting.deliveries() == ()
    await slack.switches.install()
    await digesting.tick(rounds=4, seconds=61)
    assert await digesting.states() == [DeliveryState.SENT]
    assert await digesting.stores.installations.stopped() == ()
    assert ["works again" in notice.text for notice in digesting.owner_messages()] == [True]
