"""Several posts, accounts and periods: compared, added up, ranked, left out."""

import re

import pytest

from bot.sandbox.world_accounts import Trouble
from tests.fixtures.crowds import crowd_of

SAMPLE = "urn:li:share:7123456789012345678"
OTHER = "urn:li:share:7434685316856377344"


def table_of(message):
    return next(block for block in message["blocks"] if block["type"] == "data_table")


def cells(message):
    """The table's rows under the header, by the first column's words."""
    header, *rows = table_of(message)["rows"]
    titles = [cell["text"] for cell in header]
    return {row[0]["text"]: dict(zip(titles, row, strict=True)) for row in rows}


async def test_posts_are_compared_in_one_sortable_table(scene):
    """Figures are numbers, the first straight after the name, the rate beside it; each row leads to LinkedIn, and nothing stands twice."""
    card = await scene.ask(f"{SAMPLE} {OTHER}")
    header, first, _ = table_of(card)["rows"]
    assert [cell["text"] for cell in header] == ["Post", "Impressions", "Engagement rate", "Published", "Open"]
    assert first[1] == {"type": "raw_number", "value": 15420, "text": "15,420"}
    assert first[2] == {"type": "raw_number", "value": 3.68, "text": "3.68%"}
    assert first[-1]["element"]["url"].startswith("https://www.linkedin.com/feed/update/")
    assert [block["type"] for block in card["blocks"] if "linkedin.com" in str(block)] == ["data_table"]
    asked = await scene.ask(f"{SAMPLE} {OTHER} comments reshares")
    assert [cell["text"] for cell in table_of(asked)["rows"][0]] == ["Post", "Comments", "Reshares", "Published", "Open"]
    assert "15,420" in card["text"]
    assert card["ephemeral"]


async def test_ten_posts_are_one_answer_and_eleven_are_refused(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        posts = [f"urn:li:share:74346853168563773{number}" for number in range(10, 21)]
        assert len(table_of(await scene.ask(" ".join(posts[:10])))["rows"]) == 11
        refused = await scene.ask(" ".join(posts))
        assert "up to 10" in refused["text"]


async def test_an_unknown_figure_in_a_comparison_is_never_a_zero(open_scene):
    """The world's post …003 has no figure for one metric, …002 could not be fetched in part, …001 failed whole."""
    async with open_scene(acknowledge_within=0.2) as scene:
        card = await scene.ask(
            f"{SAMPLE} urn:li:share:7300000000000000003 urn:li:share:7300000000000000002 urn:li:share:7300000000000000001"
            " impressions reactions comments reshares"
        )
        rows = table_of(card)["rows"][1:]
        texts = [[cell["text"] for cell in row[:-1]] for row in rows]
        assert "n/a: LinkedIn has no figure" in texts[1]
        assert "couldn't be fetched" in texts[2]
        assert set(texts[3][1:3]) == {"couldn't be fetched"}
        assert rows[3][-1]["element"]["url"].endswith("urn:li:share:7300000000000000001/")
        assert all(cell.get("value") != 0 for row in rows for cell in row)


async def test_two_accounts_stand_side_by_side(scene):
    card = await scene.ask("linkedin-Tz9W5i6ZYG vs linkedin-ABC last month")
    header = [cell["text"] for cell in table_of(card)["rows"][0]]
    assert header == ["Figure", "Acme Robotics", "Ann Lee", "Difference", "Difference in %"]
    assert "Oct 1–31" in str(card["blocks"])


async def test_an_unfinished_month_is_set_against_the_same_days_of_the_month_before(scene):
    """22 days are over in November: October's first 22 stand beside them."""
    card = await scene.ask("linkedin-Tz9W5i6ZYG vs last month")
    header = [cell["text"] for cell in table_of(card)["rows"][0]]
    assert header[1:3] == ["Nov 1–22", "Oct 1–22"]


async def test_the_team_adds_up_what_can_be_added_and_names_who_failed(open_scene):
    """Seven accounts answer, the one whose access has ended is named; reach is not added up."""
    async with open_scene(acknowledge_within=0.2) as scene:
        card = await scene.ask("team last week")
        rows = cells(card)
        assert rows["Elena Petrova"]["Impressions"]["text"] == "couldn't be fetched"
        assert "Elena Petrova" in card["text"]
        total = rows["Total of 7"]
        single = [row["Impressions"]["value"] for name, row in rows.items() if name not in ("Elena Petrova", "Total of 7")]
        assert total["Impressions"]["value"] == sum(single)
        assert table_of(card)["caption"].endswith(", most impressions first")
        assert single == sorted(single, reverse=True)
        assert list(total) == ["Account", "Impressions", "Change in %", "Engagement rate", "Open"]
        assert f"{sum(single):,}" in card["text"]


async def test_an_account_without_figures_takes_nothing_away_from_the_teams_sums(open_scene):
    """It is named, has its row, and the sums are those of the others, labelled so, in the board's table as in the team's."""
    world = crowd_of(("Anna", "Bernd", "Nora"), {"Nora": Trouble.NOTHING_AVAILABLE})
    async with open_scene(acknowledge_within=0.2, world=world) as scene:
        card = await scene.ask("team last week")
        rows = cells(card)
        total = rows["Anna"]["Impressions"]["value"] + rows["Bernd"]["Impressions"]["value"]
        assert rows["Total of 2"]["Impressions"]["value"] == total
        assert rows["Nora"]["Impressions"]["text"] == "n/a: LinkedIn has no figure"
        assert card["blocks"][0]["text"]["text"].startswith(f"2 of 3 accounts · {total:,} impressions, ")
        assert card["blocks"][0]["text"]["text"].endswith(" vs. the week before")
        assert "LinkedIn has no figures for Nora." in card["text"]
        board = await scene.ask("board last week")
        assert "Not ranked: Nora." in board["text"]
        assert cells(board)["Total of 2"]["Impressions"]["value"] == total


async def test_of_more_accounts_than_one_answer_holds_the_first_are_shown_and_it_says_which(open_scene, monkeypatch):
    """In the order of `accounts`, also those of a group; posts have no such limit, since the best known ones are few in any case."""
    monkeypatch.setattr("bot.queries.service.MOST_ACCOUNTS", 2)
    async with open_scene(acknowledge_within=0.2, world=crowd_of(("Anna", "Bernd", "Carla", "Dora"))) as scene:
        await scene.ask("group sales = Dora, Carla, Anna")
        for words, title, meant, shown in (
            ("team last week", "The first 2 of 4 accounts, 2 accounts · ", 4, {"Anna", "Bernd", "Total of 2"}),
            ("board last week", "The first 2 of 4 accounts · ", 4, {"Anna", "Bernd", "Total of 2"}),
            ("team sales last week", "sales, 2 accounts · ", 3, {"Anna", "Carla", "Total of 2"}),
        ):
            card = await scene.ask(words)
            assert card["blocks"][0]["text"]["text"].startswith(title)
            assert f"These are the first 2 of {meant} accounts, in the order of `accounts`; one answer shows up to 2" in card["text"]
            rows = table_of(card)["rows"]
            place = [cell["text"] for cell in rows[0]].index("Account")
            assert {row[place]["text"] for row in rows[1:]} == shown
        assert "Dora" in str((await scene.ask("top 50 team last week"))["blocks"])


async def test_a_sum_that_only_one_account_has_figures_for_is_not_shown_where_sums_alone_are(open_scene):
    world = crowd_of(("Anna", "Nora"), {"Nora": Trouble.NOTHING_AVAILABLE})
    async with open_scene(acknowledge_within=0.2, team_totals_only=True, world=world) as scene:
        refused = await scene.ask("team last week")
        assert "only one of those accounts has figures" in refused["text"]
        assert "impressions" not in str(refused)


async def test_the_board_ranks_and_says_the_minimum(open_scene):
    """Places run from the best rate down; the account below the minimum has none, and is named."""
    async with open_scene(acknowledge_within=0.2) as scene:
        card = await scene.ask("board last week")
        rows = table_of(card)["rows"]
        assert [cell["text"] for cell in rows[0]] == ["Account", "Engagement rate", "Place", "Impressions", "Open"]
        placed = [row for row in rows[1:] if row[2]["type"] == "raw_number"]
        rates = [row[1]["value"] for row in placed]
        assert rates == sorted(rates, reverse=True)
        # Two accounts of the made-up world read the same that week: they share a place, and the next one counts both.
        assert [row[2]["value"] for row in placed] == [1 + sum(other > one for other in rates) for one in rates]
        assert [row[2]["text"] for row in placed if rates.count(row[1]["value"]) > 1] == ["5=", "5="]
        assert "from 500 impressions up" in card["text"]
        least = min(row[3]["value"] for row in placed)
        stricter = await scene.ask(f"board last week min {least + 1}")
        left_out = next(row[0]["text"] for row in placed if row[3]["value"] == least)
        assert left_out not in [row[0]["text"] for row in table_of(stricter)["rows"][1:] if row[2]["type"] == "raw_number"]
        assert f"Not ranked: {left_out}" in stricter["text"]
        # The header, two accounts and the total.
        short = await scene.ask("top 2 accounts")
        assert len(table_of(short)["rows"]) == 4
        assert "the file has them all" in str(short["blocks"])


async def test_a_group_is_kept_and_asked_for_by_its_name(open_scene):
    async with open_scene(acknowledge_within=0.2) as scene:
        reply = await scene.ask("group sales = Ann Lee, Kofi Mensah")
        assert "Ann Lee, Kofi Mensah" in reply["text"]
        assert "sales" in (await scene.ask("groups"))["text"]
    async with open_scene(acknowledge_within=0.2) as again:
        rows = cells(await again.ask("team sales last week"))
        assert set(rows) == {"Ann Lee", "Kofi Mensah", "Total of 2"}
        card = await again.ask("everyone but ann lee and kofi last week")
        assert set(cells(card)).isdisjoint({"Ann Lee", "Kofi Mensah"})
        assert card["text"].startswith("All accounts without Ann Lee, Kofi Mensah")
        assert "most: Acme Robotics with " in (await again.ask("who had the most impressions last week"))["text"]
        for words in ("board the sales group", "sales group last week", "top group sales", "how is the sales group doing"):
            assert (await again.ask(words))["text"].startswith(("sales", "Best posts of sales,")), words
        await again.ask("group sales = nobody")
        assert "no groups" in (await again.ask("groups"))["text"]
        assert again.asked_count("command", "suggestion") == 0
        await again.ask("team sales")
        assert again.asked_count("command", "suggestion") == 1
        assert " reactions`" in str((await again.ask("team reactons"))["blocks"])
        for words, meant in (
            ("team acmee", 'team "Acme Robotics"'),
            ("team leee annn", 'team "Ann Lee"'),
            ("top ann leee", 'top "Ann Lee"'),
            ("board saels without bob", "board sales without bob"),
        ):
            await again.ask("group sales = ann")
            assert f"`/linkedin-stats {meant}`" in str((await again.ask(words))["blocks"]), words
        for words, meant in (("tpo posts last month", "top last month"), ("boad growth 28d", "board growth 28d")):
            assert f"`/linkedin-stats {meant}`" in str((await again.ask(words))["blocks"]), words
        assert "Did you mean" not in (await again.ask("team linkedin-A last month"))["text"]
        # A word that is ignored leaves no blank.
        assert "`/linkedin-stats team`" in str((await again.ask("team wants"))["blocks"])


async def test_an_account_that_opted_out_is_nowhere(open_scene, caplog):
    """No block, no text, no metadata, no file, no log of the team's answers names it; nor is it asked for."""
    async with open_scene(knobs={}) as scene:
        ann = scene.slack.parts.workspace.person("ann").id
    async with open_scene(acknowledge_within=0.2, administrators=ann) as scene:
        await scene.ask("group sales = Ann Lee, Kofi Mensah")
        await scene.ask("opt out Ann Lee")
        scene.statistics.requests.clear()
        caplog.clear()
        before = len(scene.slack.accepted)
        for words in (
            "team last week",
            "board growth",
            "board sales min 0",
            "top team 28d",
            "groups",
            'board "Ann Lee" "Kofi Mensah" xlsx',
        ):
            interaction = await scene.slack.person("ann").command(f"{words} share" if words != "groups" else words, channel="#marketing")
            await scene.settle()
            assert interaction.seen()
            assert "Ann Lee" not in str(interaction.seen())
            assert "linkedin-ABC" not in str(interaction.seen())
        accepted = str([(one.text, one.metadata, one.payload) for one in scene.slack.accepted[before:]])
        assert "Ann Lee" not in accepted
        assert all("linkedin-ABC" not in str(request.body) for request in scene.statistics.requests if "statistics" in request.path)
        assert "Ann Lee" not in caplog.text
        assert "linkedin-ABC" not in caplog.text
        await scene.ask("opt in Ann Lee")
        assert "Ann Lee" in cells(await scene.ask("team last week"))


async def test_only_an_administrator_opts_an_account_out(open_scene):
    async with open_scene(acknowledge_within=0.2, administrators="U0NOBODY") as scene:
        refused = await scene.ask("opt out Ann Lee")
        assert "<@U0NOBODY>" in refused["text"] + str(refused["blocks"])
        assert "Ann Lee" in cells(await scene.ask("team last week"))


async def test_sums_alone_show_no_accounts_figures(open_scene):
    """With the setting there is no row, in the message or the file, and no sum of one."""
    async with open_scene(acknowledge_within=0.2, team_totals_only=True) as scene:
        card = await scene.ask("board last week")
        assert not any(block["type"] == "data_table" for block in card["blocks"])
        assert "Acme Robotics" not in str(card["blocks"])
        assert "Only the sums" in card["text"]
        refused = await scene.ask('team "Acme Robotics"')
        assert "sum of one" in refused["text"]


async def test_when_no_account_answers_the_cause_is_told(open_scene):
    async with open_scene() as scene:
        scene.statistics.fail_next(Trouble.PLAN, times=100, path="statistics")
        answer = await scene.ask("team")
        assert "plan" in answer["text"] + str(answer["blocks"])
        assert scene.asked_count("command", "trouble") == 1


async def test_the_best_posts_have_lifetime_figures_that_are_called_so(open_scene):
    """Known posts of the period, the best rate first, each a link, with what cannot be known."""
    async with open_scene(acknowledge_within=0.2) as scene:
        await scene.bot.tasks.idle()
        card = await scene.ask("top 28d")
        rows = table_of(card)["rows"]
        rates = [row[1]["value"] for row in rows[1:]]
        assert 1 < len(rates) <= 10
        assert rates == sorted(rates, reverse=True)
        assert "for each post's lifetime" in card["text"]
        assert "written on LinkedIn itself isn't known" in card["text"]
        by_impressions = table_of(await scene.ask("top 3 28d impressions"))["rows"]
        figures = [row[1]["value"] for row in by_impressions[1:]]
        assert len(figures) == 3
        assert figures == sorted(figures, reverse=True)


@pytest.mark.parametrize(
    "words", ["compare", "acme vs acme", "team urn:li:share:7434685316856377344", "group last = ann", "top acme likes views"]
)
async def test_what_cannot_be_compared_is_explained(open_scene, words):
    async with open_scene(acknowledge_within=0.2) as scene:
        answer = await scene.ask(words)
        assert scene.asked_count("command", "suggestion") == 1
        assert answer["ephemeral"]


@pytest.mark.parametrize(
    "words",
    [
        "linkedin-Tz9W5i6ZYG 7d",
        "linkedin-Tz9W5i6ZYG vs linkedin-ABC 7d",
        "linkedin-Tz9W5i6ZYG this month vs last week",
        "team 7d",
        "board 7d",
        "top team 28d",
        f"{SAMPLE} {OTHER}",
        f"{OTHER} linkedin-Tz9W5i6ZYG",
        "digest linkedin-Tz9W5i6ZYG linkedin-ABC every monday 10:00 UTC in #marketing",
        "alert linkedin-Tz9W5i6ZYG engagement > 5% week in #marketing",
        "help posts",
    ],
)
async def test_a_rate_of_reach_is_called_one_everywhere(open_scene, words):
    """In the message and in its file; no rate of impressions stands anywhere."""
    async with open_scene(acknowledge_within=0.2, engagement_rate_basis="reach") as scene:
        card = await scene.ask(words)
        assert "members reached" in str(card["blocks"])
        assert "of impressions" not in str(card)
        assert "/ impressions" not in str(card)
        if words.startswith(("team", "digest")):
            assert "A rate of members reached is per account" in str(card["blocks"])
        if not words.startswith(("alert", "help", "digest")):
            before = set(scene.slack.parts.files._files)
            await scene.ask(f"{words} csv")
            (file,) = [file for name, file in scene.slack.parts.files._files.items() if name not in before and file.shared]
            assert "/ members reached" in file.content.decode("utf-8-sig")


async def test_a_minimum_of_a_rate_of_reach_counts_impressions(open_scene):
    """Kofi has some 790 impressions in the week and some 400 members reached: from 500 impressions on it is large enough."""
    async with open_scene(acknowledge_within=0.2, engagement_rate_basis="reach") as scene:
        small = next(row for row in cells(await scene.ask("board 7d")).values() if row["Account"]["text"] == "Kofi Mensah")
        assert small["Members reached"]["value"] < 500 <= small["Impressions"]["value"]
        assert small["Place"]["text"] != "–"
        created = await scene.ask('alert "Kofi Mensah" engagement > 1% week min 500 in #marketing')
        (number,) = re.findall(r"alert `([0-9a-f]{8})`", str(created["blocks"]))
        tested = await scene.ask(f"alert test {number}")
        assert "Engagement rate of Kofi Mensah, Nov 16–22: 5.57%, above 1%" in tested["text"]
