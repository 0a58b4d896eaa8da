"""Which days and accounts the figures of a digest cover, and what the digest says where they cover less."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.reports.account_blocks import DAY_IS_YOUNG
from tests.digests.test_digest_content import best_of, header_of, posts_read, rows_of, the_digest
from tests.fixtures.crowds import crowd_of


def contexts_of(message):
    return [element["text"] for block in message.blocks if block["type"] == "context" for element in block["elements"]]


def crowd_since(**started):
    """Accounts by name, each without figures before its day of November 2026 (0: for years)."""
    world = crowd_of(tuple(started))
    world.accounts = tuple(
        replace(account, started=date(2026, 11, day)) if (day := started[account.display_name]) else account for account in world.accounts
    )
    world._by_id = {account.platform_id: account for account in world.accounts}
    return world


async def the_file(digesting):
    await digesting.tick(rounds=4, seconds=2)
    (file,) = digesting.files()
    return file


async def test_a_digest_on_the_months_last_day_covers_the_month_up_to_yesterday(open_digesting):
    async with open_digesting(delivery_lease=60.0) as digesting:
        await digesting.digest(cron="0 9 L * *", next_run_at=datetime(2026, 11, 30, 8, tzinfo=UTC))
        await digesting.tick(days=6, hours=23)
        await digesting.tick(rounds=4, seconds=2)
        (posted,) = digesting.posted()
        assert header_of(posted).startswith("LinkedIn, Nov 1–29: ")
        assert "Nov 1–29" in posted.text


async def test_the_preview_of_a_digest_on_the_months_last_day_says_which_month_it_covers(digesting):
    plan = await digesting.scene.ask("digest acme last day of the month 9:00")
    assert "LinkedIn, Nov 1–22: " in str(plan["blocks"])


async def test_a_row_follows_the_rule_of_the_accounts_card(open_digesting):
    """An account whose days are missing is not compared with a whole week, and says so."""
    async with open_digesting(world=crowd_since(Anna=0, Bernd=19)) as digesting:
        posted = await the_digest(digesting, digesting.accounts(2))
        rows = {row[0]: row for row in rows_of(posted)}
        assert rows["Bernd"][2] == "n/a"
        assert re.fullmatch(r"[+−][\d.]+%", rows["Anna"][2])


async def test_a_digest_says_that_yesterday_may_still_be_filling_in(open_digesting):
    async with open_digesting(world=crowd_of(("Anna", "Bernd"))) as digesting:
        posted = await the_digest(digesting, digesting.accounts(2))
        shown = DAY_IS_YOUNG.format(day="Nov 22")
        assert any(shown in text for text in contexts_of(posted))
        assert shown in posted.text


async def test_new_followers_are_those_of_the_periods_days(open_digesting):
    """A service whose ranges include their last day adds a day to its own sum; the digest's figure goes over October alone."""
    world = crowd_of(("Anna",))
    async with open_digesting(world=world) as digesting:
        digesting.scene.statistics.switches.set({"inclusive_end": True})
        posted = await the_digest(digesting, digesting.accounts(1), cron="0 9 1 * *")
        counted = world.new_followers("linkedin-Crowd0", date(2026, 10, 1), date(2026, 11, 1))
        assert f"*New followers* {counted:,}" in posted.text.splitlines()


async def test_missing_days_of_new_followers_are_stated(open_digesting):
    """The sum goes over the days that every account reported, and each account says how many days it has."""
    world = crowd_since(Anna=0, Bernd=19)
    async with open_digesting(world=world) as digesting:
        posted = await the_digest(digesting, digesting.accounts(2))
        week, some = (date(2026, 11, 16), date(2026, 11, 23)), (date(2026, 11, 19), date(2026, 11, 23))
        anna, bernd = world.new_followers("linkedin-Crowd0", *week), world.new_followers("linkedin-Crowd1", *some)
        total = world.new_followers("linkedin-Crowd0", *some) + bernd
        line = next(line for line in posted.text.splitlines() if "New followers" in line)
        assert line.startswith(f"*New followers* {total} (4 of 7 days reported): ")
        assert f"Anna {anna}" in line
        assert f"Bernd {bernd} (4 of 7 days)" in line
        file = await the_file(digesting)
        rows = file.content.decode("utf-8-sig").split("New followers")[-1]
        assert f"Anna,{anna},all" in rows
        assert f"Bernd,{bernd},4 of 7 days reported" in rows


async def test_best_posts_have_at_least_the_impressions_that_are_stated(open_digesting):
    """A new post with three impressions and a reaction is not the best one."""
    world = crowd_of(("Anna",), post_every=1)
    async with open_digesting(world=world, delivery_lease=60.0) as digesting:
        await posts_read(digesting, at_least=50)
        posted = await the_digest(digesting, digesting.accounts(1))
        assert "Best by lifetime rate, 100+ impressions." in posted.text
        places = [int(found.replace(",", "")) for found in re.findall(r"Anna: ([\d,]+) impressions", posted.text)]
        assert len(best_of(posted.text)) == 3
        assert all(impressions >= 100 for impressions in places[:3])


async def test_a_digest_without_a_post_of_enough_impressions_says_so(open_digesting):
    world = crowd_of(("Anna",), post_every=1, daily_impressions=3)
    async with open_digesting(world=world, delivery_lease=60.0) as digesting:
        await posts_read(digesting, at_least=50)
        posted = await the_digest(digesting, digesting.accounts(1))
        assert best_of(posted.text) == []
        assert "*Best post* n/a: no known post with at least 100 impressions has an engagement rate." in posted.text


async def test_every_post_in_the_digests_file_has_its_date_urn_and_link(open_digesting):
    world = crowd_of(("Anna",), post_every=1)
    async with open_digesting(world=world, delivery_lease=60.0) as digesting:
        await posts_read(digesting, at_least=50)
        posted = await the_digest(digesting, digesting.accounts(1))
        links = re.findall(r"<(https://[^|]+)\|", posted.text)
        file = await the_file(digesting)
        rows = [line for line in file.content.decode("utf-8-sig").splitlines() if "urn:li:" in line]
        assert len(rows) == 3
        for link, row in zip(links, rows, strict=True):
            assert link in row
            assert re.search(r",2026-11-(1[6-9]|2[0-2]),", row)
            assert re.search(r",urn:li:(share|ugcPost):\d+,", row)
