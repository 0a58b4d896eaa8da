"""What stands in a digest, and what its owner is told, when accounts differ: some without figures, some that fail, many of them."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.world import World
from bot.sandbox.world_accounts import Trouble
from bot.subscriptions.delivery_state import DeliveryState
from tests.fixtures.cards import answers_of
from tests.fixtures.crowds import crowd_of


def header_of(message):
    return message.blocks[0]["text"]["text"]


def rows_of(message):
    """The table's rows under its header, each as its texts, without its button."""
    table = next(block for block in message.blocks if block["type"] == "data_table")
    return [[cell["text"] for cell in row[:-1]] for row in table["rows"][1:]]


async def the_digest(digesting, accounts, **over):
    await digesting.digest(accounts=accounts, **over)
    await digesting.tick(rounds=4, seconds=2)
    (posted,) = digesting.posted()
    return posted


async def test_an_account_without_figures_takes_nothing_away_from_the_others(open_digesting):
    """The sum, the chart and the headline are those of the others, and the account is named. A row's button opens its account's card."""
    world = crowd_of(("Anna", "Bernd", "Nora"), {"Nora": Trouble.NOTHING_AVAILABLE})
    async with open_digesting(world=world) as digesting:
        posted = await the_digest(digesting, digesting.accounts(3))
        assert re.match(r"LinkedIn, Nov 16–22, 2 of 3 accounts: [\d,]+ impressions, ", header_of(posted))
        assert any(block["type"] == "data_visualization" for block in posted.blocks)
        assert "LinkedIn has no figures for Nora." in posted.text
        assert "LinkedIn has no figures for Nora." in str(posted.blocks)
        assert ["Nora", "LinkedIn has no figures", "n/a", "n/a", "n/a"] in rows_of(posted)
        assert "No total" not in posted.text
        bob = digesting.scene.slack.person("bob")
        pressed = await bob.press(bob.sees("#marketing")[-1], "example.200")
        await digesting.scene.settle()
        (card,) = answers_of(pressed)
        assert card["ephemeral"]
        assert re.match(rf"{rows_of(posted)[0][0]}, Nov 16–22 vs. the week before", card["text"])


async def test_the_one_account_that_is_left_is_called_one_of_two(open_digesting):
    world = crowd_of(("Anna", "Bernd"), {"Bernd": Trouble.TOKEN_EXPIRED})
    async with open_digesting(world=world) as digesting:
        posted = await the_digest(digesting, digesting.accounts(2))
        assert header_of(posted).startswith("LinkedIn, Nov 16–22, 1 of 2 accounts: ")
        assert rows_of(posted)[-1] == ["Bernd", "couldn't be fetched", "–", "–", "–"]
        assert posted.text.startswith("LinkedIn summary. 1 of 2 accounts (Anna), Nov 16–22 vs. the week before")


async def test_failed_accounts_are_told_without_a_word_of_asking_again(open_digesting):
    """Nobody has asked: each says its cause, and what a person can do where one can."""
    world = crowd_of(
        ("Anna", "Bernd", "Carla", "David"),
        {"Bernd": Trouble.FORBIDDEN, "Carla": Trouble.TOKEN_EXPIRED, "David": Trouble.RATE_LIMITED},
    )
    async with open_digesting(world=world) as digesting:
        posted = await the_digest(digesting, digesting.accounts(4))
        for shown in (posted.text, str(posted.blocks)):
            assert "Bernd: LinkedIn doesn't allow reading the statistics. Reconnect in PostPost with permission to read them." in shown
            assert "Carla: LinkedIn access has ended. Reconnect in PostPost." in shown
            assert "David: LinkedIn was limiting requests." in shown
            assert "ask again" not in shown
            assert "ry again" not in shown
            assert "published the post" not in shown


async def test_when_nothing_could_be_fetched_the_owner_reads_each_accounts_cause(open_digesting):
    """Three at most, the failed ones before those that LinkedIn has no figures of; the rest is counted."""
    troubled = {
        "Nora": Trouble.NOTHING_AVAILABLE,
        "Anna": Trouble.TOKEN_EXPIRED,
        "Bernd": Trouble.FORBIDDEN,
        "Carla": Trouble.FORBIDDEN,
        "David": Trouble.PLAN,
    }
    async with open_digesting(world=crowd_of(list(troubled), troubled)) as digesting:
        await digesting.digest(accounts=digesting.accounts(5))
        await digesting.tick(rounds=3, seconds=2)
        assert await digesting.states() == [DeliveryState.FAILED]
        (notice,) = digesting.owner_messages()
        assert (
            "Anna: LinkedIn access has ended. Reconnect in PostPost. "
            "Bernd: LinkedIn doesn't allow reading the statistics. Reconnect in PostPost with permission to read them. "
            "Carla: LinkedIn doesn't allow reading the statistics. Reconnect in PostPost with permission to read them. "
            "And 2 more."
        ) in notice.text
        preview = await digesting.scene.ask("digest preview digest-1")
        assert "Anna: LinkedIn access has ended." in preview["text"]


async def test_the_owner_of_a_digest_of_one_account_reads_its_name(open_digesting):
    async with open_digesting(world=crowd_of(("Nora",), {"Nora": Trouble.NOTHING_AVAILABLE})) as digesting:
        await digesting.digest(accounts=digesting.accounts(1))
        await digesting.tick(rounds=3, seconds=2)
        (notice,) = digesting.owner_messages()
        assert "Nora: LinkedIn has no figures for these days." in notice.text


async def test_one_passing_failure_among_lasting_ones_is_waited_for(open_digesting):
    """Until the time that the throttled one names: then there may be figures."""
    world = crowd_of(("Anna", "Bernd"), {"Anna": Trouble.TOKEN_EXPIRED, "Bernd": Trouble.RATE_LIMITED})
    async with open_digesting(world=world) as digesting:
        digesting.scene.statistics.switches.set({"retry_after": 1_800})
        await digesting.digest(accounts=digesting.accounts(2))
        await digesting.tick()
        delivery = await digesting.the_delivery()
        assert delivery.state is DeliveryState.PENDING
        assert 1_790 < (delivery.not_before - digesting.scene.clock()).total_seconds() <= 1_800
        assert "Anna: " in delivery.last_error
        assert "Bernd: LinkedIn was limiting requests." in delivery.last_error


QUIET: dict[str, Any] = {"daily_impressions": 0, "post_every": 10_000}


@pytest.mark.parametrize("trouble", [None, Trouble.TOKEN_EXPIRED])
async def test_a_digest_is_skipped_when_no_figure_has_changed_and_its_history_says_why(open_digesting, trouble):
    """Never where an account failed. What a person asks for now is posted, and the preview says what would become of it."""
    world = crowd_of(("Anna", "Bernd"), {"Bernd": trouble} if trouble else {}, **QUIET)
    async with open_digesting(world=world) as digesting:
        await digesting.digest(accounts=digesting.accounts(2), rule='{"skip_unchanged":true}')
        await digesting.tick(rounds=3, seconds=2)
        history = await digesting.scene.ask("digest history digest-1")
        preview = await digesting.scene.ask("digest preview digest-1")
        skipped = "skipped (no figure had changed since the period before)" in history["text"]
        assert skipped == ("Today it would be skipped" in str(preview["blocks"])) == (not digesting.posted()) == (trouble is None)
        await digesting.scene.ask("digest now digest-1")
        await digesting.tick(rounds=3, seconds=2)
        assert len(digesting.posted()) == (1 if trouble is None else 2)
        assert not digesting.owner_messages() or trouble


@pytest.mark.parametrize("news", [{"daily_impressions": 400}, {"post_every": 1}, {"token_life": timedelta(days=3)}])
async def test_a_digest_with_anything_new_is_not_skipped(open_digesting, news):
    """Figures, posts, or an access that ends."""
    world = crowd_of(("Anna",), **(QUIET | news))
    async with open_digesting(world=world) as digesting:
        await posts_read(digesting, at_least=2 if news.get("post_every") == 1 else 0)
        await the_digest(digesting, digesting.accounts(1), rule='{"skip_unchanged":true}')


async def test_a_digest_whose_new_followers_could_not_be_fetched_is_not_skipped(open_digesting):
    """Unknown is not none."""
    async with open_digesting(world=crowd_of(("Anna",), **QUIET)) as digesting:
        digesting.scene.statistics.switches.set({"missing_paths": ["linkedin-followers"]})
        await the_digest(digesting, digesting.accounts(1), rule='{"skip_unchanged":true}')


@pytest.mark.parametrize("parts", [("board",), ("chart", "rows", "followers", "goals", "details", "board")])
async def test_with_the_teams_sums_alone_no_digest_shows_an_accounts_own_figures(open_digesting, parts):
    """Neither its message, nor its thread, nor the file there."""
    async with open_digesting(team_totals_only=True) as digesting:
        names = [account.display_name for account in digesting.scene.statistics.world.accounts[:3]]
        posted = await the_digest(digesting, digesting.accounts(3), content=parts)
        assert [line for line in posted.text.splitlines() if "*Board*" in line] == ["*Board* n/a: this bot shows the team's sums alone."]
        assert "sums alone, no account's own figures" in str(posted.blocks[-1])
        files = [file.content.decode() for file in digesting.files()]
        assert (len(digesting.replies()), len(files)) == ((1, 1) if "details" in parts else (0, 0))
        assert ("*New followers*" in posted.text) == ("followers" in parts)
        shown = [posted.text, str(posted.blocks), *files, *(str(one) for one in digesting.replies())]
        assert not [(name, one[:200]) for name in names for one in shown if name in one]


async def test_with_the_teams_sums_alone_a_digest_of_one_account_that_is_left_waits_for_the_others(open_digesting):
    """The sum would be that account's own figures; a digest of one account alone is that account's card."""
    world = crowd_of(("Anna", "Bernd"), {"Bernd": Trouble.TOKEN_EXPIRED})
    async with open_digesting(world=world, team_totals_only=True) as digesting:
        await digesting.digest(accounts=digesting.accounts(2))
        await digesting.tick(rounds=4, seconds=2)
        assert digesting.posted() == []
        assert "Bernd: LinkedIn access has ended." in digesting.owner_messages()[0].text
        await digesting.digest(id="digest-2", accounts=digesting.accounts(1))
        await digesting.tick(rounds=4, seconds=2)
        assert "Anna" in digesting.posted()[0].text


@pytest.mark.parametrize("troubled", [{}, {"Bernd": Trouble.TOKEN_EXPIRED}])
async def test_only_the_headline_stands_in_the_channel_and_everything_else_in_its_thread(open_digesting, troubled):
    """With what failed, which nobody shall overlook. The preview shows both."""
    async with open_digesting(world=crowd_of(("Anna", "Bernd"), troubled)) as digesting:
        rule = '{"title":"Weekly <!channel>","intro":"Hi <@U0BOB00001>","only_headline":true}'
        posted = await the_digest(digesting, digesting.accounts(2), rule=rule)
        await digesting.tick(rounds=4, seconds=2)
        assert header_of(posted).startswith("Weekly <!channel>, Nov 16–22")
        warned = ["section"] if troubled else []
        assert [block["type"] for block in posted.blocks] == ["header", "section", "context", *warned, "actions"]
        assert posted.text.startswith("Weekly &lt;!channel&gt;, Nov 16–22")
        assert ("Bernd: LinkedIn access has ended" in posted.text) == bool(troubled)
        below, *_ = digesting.replies()
        assert below.thread_ts == posted.ts
        assert {"section", "data_visualization", "data_table", "context"} <= {block["type"] for block in below.blocks}
        assert "Whole days in UTC" in str(below.blocks[-1])
        preview = await digesting.scene.ask("digest preview digest-1")
        places = [str(preview["blocks"]).index(words) for words in ("Hi <@U0BOB00001>", "In its thread:", "Whole days in UTC")]
        assert places == sorted(places)


def board_of(message):
    """The board's lines."""
    lines = message.text.splitlines()
    start = next((place for place, line in enumerate(lines) if line.startswith("*Board*")), len(lines))
    return lines[start : start + 2]


@pytest.mark.parametrize("out", [None, "opted out", Trouble.TOKEN_EXPIRED])
async def test_a_digests_board_congratulates_the_first_where_nobody_may_be_better(open_digesting, out):
    """It ranks as `board` does; who opted out is not on it, and while an account failed nobody is congratulated."""
    names = ("Anna", "Bernd <!here>", "Carla", "David")
    world = crowd_of(names, {"David": out} if isinstance(out, Trouble) else {})
    async with open_digesting(world=world, administrators="U0ANN00001") as digesting:
        scene, accounts = digesting.scene, digesting.accounts(4)
        ranking = await scene.ask("board 2026-11-16..2026-11-22")
        rows = next(block for block in ranking["blocks"] if block["type"] == "data_table")["rows"]
        places = [row[0]["text"] for row in rows[1:-1] if row[2]["text"].rstrip("=").isdigit()]
        if out == "opted out":
            await scene.ask(f"opt out {places[0].split()[0]}")
            places = places[1:]
        posted = await the_digest(digesting, accounts, content=("board",))
        first, below = board_of(posted)
        leader = places[0].replace("<", "&lt;").replace(">", "&gt;")
        assert first.startswith(f"*Board* :trophy: {leader} leads with " if not isinstance(out, Trouble) else f"*Board* {leader} with ")
        assert first.endswith("Congratulations!" if not isinstance(out, Trouble) else "1 account not fetched")
        assert [part.split()[1] for part in below.split(" · ") if part[0].isdigit()] == [place.split()[0] for place in places[1:]]
        assert "Board by engagement rate, from 500 impressions up." in posted.text


@pytest.mark.parametrize("missing", [False, True])
async def test_a_digest_says_which_posts_are_scheduled_for_the_next_seven_days(open_digesting, missing):
    """Those of its accounts, when, and with their first words; that there are none, or that they could not be listed, it says too."""
    async with open_digesting() as digesting:
        digesting.scene.statistics.switches.set({"missing_paths": ["list-posts"] if missing else []})
        (plan,) = [one for one in digesting.scene.statistics.world.plans(digesting.scene.clock()) if one.status == "scheduled"]
        mine = await the_digest(digesting, digesting.accounts(1), content=("scheduled",))
        if missing:
            assert "*Scheduled for the next 7 days* PostPost's list couldn't be read this time." in mine.text
            return
        at, words = int(plan.scheduled.timestamp()), plan.content.splitlines()[0][:30]
        assert re.search(rf"\*Scheduled for the next 7 days\* 1 post\n• <!date\^{at}\^[^>]*> {words}.* \(Acme Robotics\)", mine.text)
        await digesting.digest(id="digest-2", channel="C0GENERAL0", accounts=digesting.accounts(2)[1:], content=("scheduled",))
        await digesting.tick(rounds=4, seconds=2)
        (others,) = digesting.posted("#general")
        assert "*Scheduled for the next 7 days* nothing" in others.text
        for words, content in (("with board", ("board", "scheduled")), ("without scheduled posts", ("board",))):
            await digesting.scene.ask(f"digest edit digest-2 {words}")
            assert (await digesting.stores.digests.digest("digest-2")).content == content
        preview = await digesting.scene.ask("digest ann lee every monday 9:00 with scheduled posts")
        assert "*Scheduled for the next 7 days* nothing" in preview["text"]
        assert "*Scheduled" not in (await digesting.scene.ask("digest ann lee every monday 9:00"))["text"]


NASTY = "<!channel> @here <@U0BOB00001> &lt;!everyone&gt; <!subteam^S1|all> #general"


class NastyWorld(World):
    """Every post begins with words that would call people, were they not escaped."""

    def posts(self, *asked, **named):
        return [replace(post, content=f"{NASTY} {post.content}") for post in super().posts(*asked, **named)]

    def plans(self, now):
        return [replace(plan, content=f"{NASTY} {plan.content}") for plan in super().plans(now)]


def drawn_texts(value):
    """Every text that Slack reads as mrkdwn."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        yield from (text for one in value.values() for text in drawn_texts(one))
    elif isinstance(value, (list, tuple)):
        yield from (text for one in value for text in drawn_texts(one))


@pytest.mark.parametrize("rule", ['{"intro":"Hi <@U0ANN00001>"}', '{"intro":"Hi <@U0ANN00001>","only_headline":true}'])
async def test_a_digest_mentions_only_whom_a_person_named(open_digesting, rule):
    """Neither an account's name nor a post's text mentions anybody, whatever stands in it."""
    world = NastyWorld()
    first = replace(world.accounts[0], display_name=NASTY)
    world.accounts = (first, *world.accounts[1:])
    world._by_id[first.platform_id] = first
    async with open_digesting(world=world) as digesting:
        await posts_read(digesting, at_least=20)
        parts = ("chart", "rows", "best", "followers", "goals", "details", "board", "scheduled")
        await digesting.digest(accounts=digesting.accounts(3), content=parts, rule=rule)
        await digesting.tick(rounds=6, seconds=2)
        messages = [*digesting.posted(), *digesting.replies()]
        assert "&lt;!channel&gt; @here" in str([one.text for one in messages])
        assert "Scheduled for the next 7 days* 1 post" in str([one.text for one in messages])
        called = [re.findall(r"<[@!](?!date)[^>]*>", text) for one in messages for text in (one.text, *drawn_texts(one.blocks))]
        assert {mention for found in called for mention in found} == {"<@U0ANN00001>"}
        posting = [call.arguments for call in digesting.calls("chat.postMessage")]
        assert all((one.get("parse"), one.get("link_names")) == ("none", False) for one in posting)


async def posts_read(digesting, at_least):
    """Wait until the bot has looked up so many of the posts that the service lists."""
    async with asyncio.timeout(60):
        while sum("/get-post/" in one.path for one in digesting.scene.statistics.requests) < at_least:  # noqa: ASYNC110 - off every question's way
            await asyncio.sleep(0.02)


def best_of(shown):
    """The titles of a digest's best posts, the best first."""
    return re.findall(r"\*(?:Best post|\d\.)\* <[^|]+\|([^>]+)>", shown)


@pytest.mark.parametrize(("number", "cut"), [(1, False), (10, True)])
async def test_a_digests_best_posts_are_those_that_top_names(open_digesting, number, cut):
    """Both look among the same posts, and both say it where these are not all that are known."""
    world = crowd_of([f"Member {place}" for place in range(number)], post_every=1)
    async with open_digesting(world=world, delivery_lease=60.0) as digesting:
        accounts = digesting.accounts(number)
        await posts_read(digesting, at_least=100 if cut else 50)
        posted = await the_digest(digesting, accounts)
        best = await digesting.scene.ask(f"top 3 {' '.join(accounts)} 2026-11-16..2026-11-22")
        table = next(block for block in best["blocks"] if block["type"] == "data_table")
        titles = [row[0]["text"] for row in table["rows"][1:]]
        assert len(titles) == 3
        # Both cut long titles, each where it has to.
        pairs = [
            sorted((one.removesuffix("…"), other.removesuffix("…")), key=len)
            for one, other in zip(best_of(posted.text), titles, strict=True)
        ]
        assert [pair for pair in pairs if not pair[1].startswith(pair[0].rstrip())] == []
        shown = re.findall(r"The best of the newest 50 of (\d+) known posts\.", posted.text)
        assert bool(shown) == cut
        assert shown == re.findall(r"I looked at the newest 50 of the (\d+) known posts\.", best["text"])


async def test_posts_of_an_account_that_failed_are_not_asked_for(open_digesting):
    """Its posts have their place in the pool all the same, as they have in top's."""
    world = crowd_of(("Anna", "Bernd"), {"Bernd": Trouble.TOKEN_EXPIRED}, post_every=1)
    async with open_digesting(world=world) as digesting:
        await posts_read(digesting, at_least=80)
        posted = await the_digest(digesting, digesting.accounts(2))
        assert "7 posts left out: their account failed." in posted.text
        assert "of the newest" not in posted.text
        requests = digesting.scene.statistics.requests
        asked = {(one.body["postedId"], one.body["platformId"]) for one in requests if one.path.endswith("post-statistics")}
        assert len(asked) == 7
        assert {platform_id for _, platform_id in asked} == {"linkedin-Crowd0"}


async def test_posts_that_all_are_of_accounts_that_failed_are_not_called_kept_for_questions(open_digesting):
    world = crowd_of(("Anna", "Bernd"), {"Bernd": Trouble.TOKEN_EXPIRED}, without_posts=("Anna",), post_every=1)
    async with open_digesting(world=world) as digesting:
        await posts_read(digesting, at_least=40)
        posted = await the_digest(digesting, digesting.accounts(2))
        assert "7 posts left out: their account failed." in posted.text
        assert "left out this time" not in posted.text


async def test_where_no_best_post_could_be_fetched_message_and_file_say_so(open_digesting):
    """That none of them has a rate would not be known."""
    async with open_digesting(world=crowd_of(("Anna",), post_every=1)) as digesting:
        await posts_read(digesting, at_least=40)
        digesting.scene.statistics.fail_next(Trouble.FORBIDDEN, times=100, path="post-statistics")
        posted = await the_digest(digesting, digesting.accounts(1))
        (file,) = digesting.files()
        for said in (
            "unknown: no fetched post with at least 100 impressions has an engagement rate.",
            "7 known posts couldn't be fetched: one of them may be better.",
        ):
            assert said in posted.text
            assert said in file.content.decode()


async def test_no_warning_is_lost_among_many(open_digesting):
    """Eight accounts that fail alike share a line; the one whose access ends has its own, and both stand before the posts."""
    names = [f"Frida {place}" for place in range(8)]
    world = crowd_of(["Anna", *names], dict.fromkeys(names, Trouble.FORBIDDEN), token_life=timedelta(days=2))
    async with open_digesting(world=world, delivery_lease=60.0) as digesting:
        await posts_read(digesting, at_least=50)
        posted = await the_digest(digesting, digesting.accounts(9))
        shown = (
            ":warning: Frida 0, Frida 1, Frida 2, Frida 3 and 4 more: LinkedIn doesn't allow reading the statistics. "
            "Reconnect in PostPost with permission to read them.\n:warning: Anna: LinkedIn access ends in 2 days: reconnect it in PostPost"
        )
        assert next(block["text"]["text"] for block in posted.blocks if block["type"] == "section" and "text" in block) == shown
        assert posted.text.index(shown) < posted.text.index("*Best post*") < posted.text.index("*New followers*")
        assert [row[0] for row in rows_of(posted)] == ["Anna", *names]
