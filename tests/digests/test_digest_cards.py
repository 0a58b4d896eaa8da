"""What is said about digests: notices for their owner, cards, lists, plans, history, the form; all of it within Slack's limits."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.digests import manage_blocks as cards
from bot.digests import modal
from bot.digests.command import DigestCommand, DigestDraft
from bot.digests.manage_blocks import CHANGE_IN_FORM, PLAN_TOO_MANY
from bot.digests.parser import read_digest
from bot.digests.results import DigestList, DigestPlan, DigestView
from bot.errors import Unreachable
from bot.management import incident_blocks as notices
from bot.management.actions import LABELS, SubscriptionAction, build_delete_view
from bot.management.blocks import OUTCOMES, REASONS, invitation
from bot.management.incident_blocks import PAUSED
from bot.sandbox import limits
from bot.slack.builders import Message, section
from bot.slack.interactive import build_notice_view
from bot.slack.people import KnownChannel
from bot.slack.validator import check_message, check_view
from bot.statistics.reports import Account, Directory
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import AffectedDelivery, Cause, Incident
from bot.subscriptions.subscription import SkipReason, Subscription, SubscriptionKind, SubscriptionStatus

DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DIGEST = Subscription(
    id="0d3f9a52-0000-5000-8000-000000000001",
    team="T1",
    channel="C1",
    accounts=("linkedin-ABC",),
    content=(),
    cron="0 9 * * 1",
    zone="Europe/Berlin",
    status=SubscriptionStatus.ACTIVE,
    next_run_at=DUE + timedelta(days=7),
    grace=21_600,
    owner="U1",
)
DELIVERY = Delivery(
    id="7c1e2a52-0000-5000-8000-000000000002",
    digest=DIGEST.id,
    version=1,
    team="T1",
    channel="C1",
    due=DUE,
    due_local=DUE.isoformat(),
    click="",
    state=DeliveryState.FAILED,
    attempt=1,
    not_before=DUE,
)
HOSTILE = Account("linkedin-1", "<!channel> & *" + "x" * 400)


def incident(cause, detail="", **more):
    return Incident(cause, (AffectedDelivery(DIGEST, replace(DELIVERY, reason=detail or None), detail, **more),), detail)


def elements(message):
    every = [element for block in message.blocks for element in [*block.get("elements", ()), block.get("accessory")]]
    return [element for element in every if isinstance(element, dict) and element.get("type") == "button"]


def in_menu(message):
    rows = [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]
    return [option["text"]["text"] for element in rows if element["type"] == "overflow" for option in element["options"]]


def labels(message):
    return [element["text"]["text"] for element in elements(message)]


def shown(digest=DIGEST, **more):
    return DigestView(digest, (Account("linkedin-ABC", "Ann Lee"),), **more)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words_and_the_buttons_that_mend_it(cause, compare):
    message = notices.build_incident(incident(cause, "restricted_action" if cause is Cause.NOT_ALLOWED else ""))
    assert check_message(message) == ()
    assert "<#C1>" in message.text
    compare(f"digest_notice_{cause}", message.payload())


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("count", [2, 20, 41, 50])
@pytest.mark.parametrize("over", [False, True])
def test_a_message_about_many_names_as_many_as_it_holds_and_counts_the_others(cause, count, over):
    (one,) = incident(cause, "what they share " * 80).affected
    each = [replace(one, digest=replace(DIGEST, id=f"{number:08d}-and-more"), well_since=DUE) for number in range(count)]
    if not over:
        each[-1] = replace(each[-1], well_since=None)
    message = notices.build_incident(Incident(cause, tuple(each), one.detail))
    assert check_message(message) == ()
    shown = str(message.blocks)
    assert [number for number in range(min(count, 45)) if f"{number:08d}" not in shown] == []
    assert ("And 5 more" in shown) is (count == 50)
    assert ("All posted since" in message.text) is over
    assert not (over and labels(message))


def test_no_snapshot_is_left_of_a_digest_that_no_longer_exists():
    messages = {"digest_one_account", "digest_several_accounts", "digest_several_accounts_thread", "digest_card"}
    stored = {path.stem for path in (Path(__file__).parents[1] / "reports" / "snapshots").glob("digest_*.json")}
    assert stored == messages | {f"digest_notice_{cause}" for cause in Cause}


def test_buttons_about_an_occurrence_carry_its_id_and_the_others_the_digests():
    values = {element["text"]["text"]: element["value"] for element in elements(notices.build_incident(incident(Cause.NOT_IN_CHANNEL)))}
    assert values["Retry"] == f"digest retry {DELIVERY.id}"
    assert values["Pause"] == f"digest pause {DIGEST.id}"


def test_a_paused_digest_says_so_and_offers_to_resume():
    message = notices.build_incident(incident(Cause.NOT_ALLOWED, failures=3, paused=True))
    assert PAUSED.format(n=3) in message.text
    assert "Resume" in labels(message)
    assert "Pause" not in labels(message)


def test_a_sentence_is_told_and_a_code_is_small_print():
    words = notices.build_incident(incident(Cause.NO_FIGURES, "LinkedIn no longer accepts <this> connection."))
    assert "&lt;this&gt; connection." in words.text
    code = notices.build_incident(incident(Cause.NOT_ALLOWED, "restricted_action"))
    assert "restricted_action" not in code.text
    assert "`restricted_action`" in str(code.blocks[-1])


def test_the_card_of_a_digest(compare):
    message = cards.build_digest_card(shown(last=replace(DELIVERY, state=DeliveryState.SENT)), done="Changed.")
    assert check_message(message) == ()
    compare("digest_card", message.payload())


def test_a_paused_card_offers_to_resume_and_deleting_asks_first():
    message = cards.build_digest_card(shown(replace(DIGEST, status=SubscriptionStatus.PAUSED, next_run_at=None)))
    assert "paused" in message.text
    assert labels(message) == ["Edit", "Resume"]
    assert in_menu(message) == ["Send now", "Preview", "History", "Delete…"]
    assert check_view(build_delete_view(SubscriptionKind.DIGEST, "x", "x" * 3_000)) == ()


def test_a_list_of_a_thousand_hostile_digests_stays_within_slacks_limits():
    many = [
        DigestView(replace(DIGEST, id=f"{number:08}-0000", cron="1," * 100 + "2"), (HOSTILE,) * 30, DELIVERY) for number in range(1_000)
    ]
    message = cards.build_digest_list(DigestList(many))
    assert check_message(message) == ()
    listed = sum(f"`{number:08}`" in str(message.blocks) for number in range(1_000))
    assert listed >= 15
    assert f"… and {1_000 - listed} more" in str(message.blocks)
    assert "<!channel>" not in message.text


def test_the_first_list_says_how_to_begin():
    message = cards.build_digest_list(DigestList([]))
    assert check_message(message) == ()
    assert "digest every monday 9:00" in message.text
    assert labels(message) == [LABELS[SubscriptionAction.NEW]]


@pytest.mark.parametrize(
    "preview", [Message("The figures", tuple([section("Figures")] * 60)), Unreachable()], ids=["figures", "no figures"]
)
def test_a_plan_shows_the_preview_or_why_there_is_none_and_can_be_set_up(preview):
    draft = DigestDraft(("linkedin-ABC",), "0 9 * * 1", "Europe/Berlin", ("C1",))
    place = KnownChannel("C1", is_private=False, is_member=False)
    message = cards.build_digest_plan(DigestPlan(shown(), preview, draft, places=[place]))
    assert check_message(message) == ()
    assert labels(message) == [LABELS[SubscriptionAction.JOIN], LABELS[SubscriptionAction.CREATE], CHANGE_IN_FORM]
    assert elements(message)[1]["value"] == 'digest create linkedin-ABC cron "0 9 * * 1" zone Europe/Berlin in <#C1>'
    assert ("be reached right now" in message.text) == isinstance(preview, Unreachable)


MANY = tuple(f"linkedin-{number:016}" for number in range(100))


def test_a_plan_of_all_accounts_says_all_where_their_ids_fit_into_no_button():
    """Read again where the same accounts are, the button's words mean these hundred."""
    draft = DigestDraft(MANY, "0 9 * * 1", "Europe/Berlin", ("C1",), ())
    message = cards.build_digest_plan(DigestPlan(shown(), Unreachable(), draft, MANY))
    assert check_message(message) == ()
    create, change = (element["value"] for element in elements(message))
    directory = Directory(tuple(Account(one, f"Number {one[-3:]}") for one in MANY))
    assert read_digest(create, directory) == DigestCommand(SubscriptionAction.CREATE, draft=draft)
    assert read_digest(change, directory) == DigestCommand(SubscriptionAction.NEW, draft=draft)


def test_a_plan_of_many_accounts_but_not_all_is_set_up_in_the_form():
    """Their ids fit into no button: the form has the rest of what was said, and the accounts are chosen there."""
    draft = DigestDraft(MANY, "0 9 * * 1", "Europe/Berlin", ("C1",), ())
    message = cards.build_digest_plan(DigestPlan(shown(), Unreachable(), draft, (*MANY, "linkedin-Z")))
    assert check_message(message) == ()
    assert labels(message) == [LABELS[SubscriptionAction.NEW]]
    assert elements(message)[0]["value"] == 'digest new cron "0 9 * * 1" zone Europe/Berlin in <#C1> showing all'
    assert PLAN_TOO_MANY.format(n=100) in message.text


def test_a_private_channel_is_told_the_line_to_send():
    (block,) = invitation(KnownChannel("C1", is_private=True, is_member=False))
    assert "accessory" not in block
    assert "/invite @LinkedIn Stats" in str(block)


@pytest.mark.parametrize("state", DeliveryState)
def test_history_tells_every_outcome_in_words(state):
    reason = SkipReason.LATE if state is DeliveryState.SKIPPED else "restricted_action" if state is DeliveryState.FAILED else None
    message = cards.build_digest_history([replace(DELIVERY, state=state, reason=reason)])
    assert check_message(message) == ()
    assert OUTCOMES[state] in message.text
    assert (REASONS[SkipReason.LATE] in message.text) == (state is DeliveryState.SKIPPED)
    assert (labels(message) == ["It Arrived", "Post Again", "Leave It"]) == (state is DeliveryState.UNCERTAIN)


def test_every_reason_to_skip_has_words_that_fit_alerts_and_watches_too():
    assert set(REASONS) == set(SkipReason)
    assert not [words for words in REASONS.values() if "digest" in words]


def test_a_long_history_stays_within_slacks_limits():
    message = cards.build_digest_history([replace(DELIVERY, reason="&" * 900)] * 20, shown())
    assert check_message(message) == ()


@pytest.mark.parametrize("number", [1, 100, 3_000])
def test_the_form_stays_within_slacks_limits(number):
    """However many accounts there are, and whatever they are called; those that are chosen are always among the choices."""
    accounts = [Account(f"linkedin-{place}", "<" * 300) for place in range(number)]
    chosen = f"linkedin-{number - 1}"
    values = modal.FormValues((chosen,), ("1", "dL"), "09:00", "Europe/Berlin", words="x" * 900, channel=("C1",), content=("chart",))
    state = modal.DigestFormState(DIGEST.id, 3, "C1")
    view = modal.build_form(state, values, accounts, trouble="y" * 4_000)
    chosen_all = replace(values, accounts=tuple(account.platform_id for account in accounts))
    for one in (view, modal.build_form(state, values, accounts, trouble="y" * 200), modal.build_options(state, chosen_all)):
        assert check_view(one) == ()
        assert not limits.check_view(one)
    menu = next(block["element"] for block in view["blocks"] if block.get("block_id") == modal.ACCOUNTS)
    assert [option["value"] for option in menu["initial_options"]] == [chosen]


@pytest.mark.parametrize(
    "view",
    [build_notice_view(modal.TITLE_NEW), modal.build_form(modal.DigestFormState(), modal.FormValues(), [])],
)
def test_views_without_a_form_can_only_be_closed(view):
    assert check_view(view) == ()
    assert "submit" not in view


@pytest.mark.parametrize("written", ["", "[]", "nonsense", '{"version": "x"}', '{"digest": 3}'])
def test_a_view_with_strange_metadata_is_a_new_one(written):
    state, _ = modal.read({"private_metadata": written})
    assert state.version == 0


EARLIER_STATE = {"digest": "d1", "version": 3, "asked_in": "C1", "dates": "until 2026-12-31"}
EARLIER_OPTIONS = {"title": "Weekly", "intro": "", "only_headline": True, "skip_unchanged": False}
EARLIER = EARLIER_STATE | {"words": "first monday of the month 9am", "content": ["chart"], "options": EARLIER_OPTIONS}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (EARLIER, {"words": "first monday of the month 9am", "content": ("chart",), "posted": ("only_headline",)}),
        (EARLIER_STATE | {"title": "Weekly", "intro": ""}, {}),
        (
            {
                "state": EARLIER,
                "values": {"accounts": ["linkedin-A"], "days": ["1"], "time": "09:00", "zone": "UTC", "words": "", "channels": ["C1"]},
            },
            {"accounts": ("linkedin-A",), "days": ("1",), "time": "09:00", "timezone": "UTC", "channel": ("C1",), "content": ("chart",)},
        ),
    ],
    ids=["form", "first form", "second view"],
)
def test_a_form_of_an_earlier_version_is_that_of_its_digest(written, kept):
    state, values = modal.read({"private_metadata": json.dumps(written)})
    assert (state.which, state.version, state.asked_in, state.dates) == ("d1", 3, "C1", "until 2026-12-31")
    assert (values.title, {name: getattr(values, name) for name in kept}) == ("Weekly", kept)


def test_trouble_of_an_alert_is_told_as_one_with_its_own_buttons():
    """Joining and retrying are the same for all; what is done to digests alone is not offered."""
    trouble = incident(Cause.NOT_IN_CHANNEL)
    (one,) = trouble.affected
    alert = replace(one, digest=replace(one.digest, kind=SubscriptionKind.ALERT))
    message = notices.build_incident(replace(trouble, affected=(alert,)))
    assert "The LinkedIn alert in <#" in message.text
    (row,) = [block for block in message.blocks if block["type"] == "actions"]
    assert [element["value"].split()[:2] for element in row["elements"]] == [["digest", "join"], ["digest", "retry"], ["alert", "pause"]]
    assert f"<#{one.delivery.channel}>" in row["elements"][0]["value"]
