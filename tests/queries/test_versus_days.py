"""Two periods side by side: like for like, and each day under a label that is true of both."""

from tests.queries.test_team import table_of


def chart_of(card):
    return next(block for block in card["blocks"] if block["type"] == "data_visualization")


async def test_this_week_against_last_week_are_the_same_weekdays(open_scene):
    async with open_scene() as scene:
        scene.clock.go_on(days=3)  # Thursday: Monday to Wednesday are over
        card = await scene.ask("linkedin-Tz9W5i6ZYG this week vs last week")
        assert [cell["text"] for cell in table_of(card)["rows"][0]][1:3] == ["23–25 Nov", "16–18 Nov"]


async def test_this_month_against_last_month_are_the_same_days(open_scene):
    async with open_scene() as scene:
        card = await scene.ask("linkedin-Tz9W5i6ZYG this month vs last month")
        assert [cell["text"] for cell in table_of(card)["rows"][0]][1:3] == ["1–22 Nov", "1–22 Oct"]


async def test_days_of_two_periods_stand_under_no_weekday_of_one_of_them(open_scene):
    async with open_scene() as scene:
        scene.clock.go_on(days=3)
        card = await scene.ask("linkedin-Tz9W5i6ZYG 7d vs last week")
        data = chart_of(card)["chart"]["series"][0]["data"]
        assert [point["label"] for point in data] == [f"Day {n}" for n in range(1, 8)]


async def test_one_day_and_one_impression_are_singular(open_scene):
    async with open_scene() as scene:
        card = await scene.ask("linkedin-Tz9W5i6ZYG yesterday vs last week")
        assert "22 Nov has 1 day and 16–22 Nov has 7 days" in str(card["blocks"])
        assert "A place takes at least 1 impression." in str((await scene.ask("board last week min 1"))["blocks"])
