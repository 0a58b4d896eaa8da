"""A digest between dates, without some days, and paused until one: in words, in its card, its list and its form. It is 23 November."""

import pytest
from msgspec.structs import replace

from bot.digests.entries import read_entries, write_entries
from bot.errors import BadDigestFile
from bot.subscriptions.subscription import Subscription, SubscriptionStatus
from tests.digests.test_digests_in_slack import buttons, press

WORDS = "digest acme every monday 9:00 Europe/Berlin from 7 dec until 31 jan except 14 dec, 21-28 dec in <#C0MARKETING|marketing>"
SPOKEN = "every Monday 9:00 Europe/Berlin, from 7 Dec 2026, until 31 Jan 2027, except 14 Dec 2026, 21 Dec 2026–28 Dec 2026"


async def the_digest(scene):
    (digest,) = await scene.bot.scheduling.stores.digests.digests()
    return digest


async def test_a_digest_comes_between_its_dates_and_not_on_days_left_out(scene):
    plan = await scene.ask(WORDS)
    assert SPOKEN in plan["text"]
    assert "2026-12-07 08:00 UTC" in plan["text"]
    await press(scene, plan, "digest.create")
    digest = await the_digest(scene)
    assert digest.next_run_at.isoformat() == "2026-12-07T08:00:00+00:00"
    assert SPOKEN in (await scene.ask("digest list"))["text"]
    skipped = await scene.ask("digest skip")
    assert "2027-01-04 08:00 UTC" in skipped["text"]
    edited = await scene.ask("digest edit until 28 feb except 4 jan")
    assert "until 28 Feb 2027" in edited["text"]
    assert (await the_digest(scene)).next_run_at.isoformat() == "2027-01-11T08:00:00+00:00"
    done, now = (await scene.ask("digest edit always"))["text"].split("\n", 1)
    assert "Before: Acme Robotics, every Monday 9:00" in done
    assert "until" not in now
    assert (await the_digest(scene)).dates == ""


async def test_a_digest_is_paused_until_a_day_and_comes_again_by_itself_or_when_resumed(scene):
    await scene.set_up("digest acme every monday 9:00 Europe/Berlin in <#C0MARKETING|marketing>")
    digest = await the_digest(scene)
    paused = await scene.ask(f"pause {digest.id[:4]} until 7 jan")
    assert "Paused until 7 Jan 2027" in paused["text"]
    assert (await the_digest(scene)).next_run_at.isoformat() == "2027-01-11T08:00:00+00:00"
    assert "Running again" in (await scene.ask("digest resume"))["text"]
    assert (await the_digest(scene)).next_run_at.isoformat() == "2026-11-30T08:00:00+00:00"
    assert "Paused until 7 Dec 2026" in (await scene.ask("pause the digest for 2 weeks"))["text"]
    assert "Paused until 8 Dec 2026" in (await scene.ask("digest pause the one for acme until 8 dec"))["text"]
    assert "Paused until 27 Nov 2026" in (await scene.ask("pause until next friday"))["text"]
    assert "is over" in (await scene.ask("digest pause until 2026-01-01"))["text"]


async def test_the_form_says_the_dates_and_keeps_them(scene):
    plan = await scene.ask(WORDS)
    action = next(action for action, label in buttons(plan).items() if label == "Change It in the Form")
    interaction = await scene.slack.person("ann").press(plan, action)
    await scene.settle()
    view = await interaction.view()
    assert "from 7 Dec 2026, until 31 Jan 2027" in str(view["blocks"])
    await scene.slack.person("ann").submit_view(view, {})
    await scene.settle()
    assert (await the_digest(scene)).dates.startswith("from 2026-12-07 until 2027-01-31 except 2026-12-14")


def test_a_file_of_digests_has_their_dates_and_their_rhythm():
    active = SubscriptionStatus.ACTIVE
    dates = "from 2026-12-07 until 2027-01-31 except 2026-12-14"
    plain = Subscription("1", "T", "C0MARKETING", ("linkedin-a",), (), "0 9 * * 5%2+1", "Europe/Berlin", active, None, 0, None)
    text = write_entries([plain, replace(plain, id="2", dates=dates)])
    assert [(entry.cron, entry.dates) for entry in read_entries(text)] == [("0 9 * * 5%2+1", ""), ("0 9 * * 5%2+1", dates)]
    with pytest.raises(BadDigestFile, match="the dates"):
        read_entries(text.replace("from 2026-12-07", "from december"))
