"""Run by test_sixth_metric.py in a copy of the repository whose metric table and sandbox have a sixth metric, SAVE."""

from typing import Any

from bot.listeners.assistants import TOOLS
from bot.listeners.steps import STEP

#: Of a week: the copy has five a day.
SAVES = 35


async def test_a_new_row_of_the_table_is_everywhere(open_scene):
    async with open_scene() as scene:
        answer = await scene.ask("linkedin-ABC last week daily")
        assert f"*Saves*\n{SAVES}" in text_of(answer)
        table = next(block for block in answer["blocks"] if block["type"] == "data_table")
        assert "Saves" in [cell["text"] for cell in table["rows"][0]]
        post = scene.statistics.world.posts("linkedin-ABC", scene.clock())[0]
        assert "*Saves*\n12" in text_of(await scene.ask(f"{post.urn} bookmarks"))
        assert f"{SAVES} saves" in text_of(await scene.ask("linkedin-ABC last week bookmarks"))

        team = await scene.ask("team last week")
        assert "Saves" in text_of(team)

        assert "`saves`" in text_of(await scene.ask("help metrics"))
        assert "saves" in text_of(await scene.ask("alert up 50%"))
        assert "saves up 50%" in text_of(await scene.ask("alert linkedin-ABC saves +50% week"))
        assert "ignored below 33" in text_of(await scene.ask("alert list"))
        assert "saves" in text_of(await scene.ask("goal linkedin-ABC saves 500 month"))

        await scene.ask("linkedin-ABC last week csv")
        assert any(f"Saves,{SAVES}," in file for file in files_of(scene))

        assert "saves" in TOOLS["post_statistics"].about

        running = await scene.slack.switches.execute_step(STEP, {"question": "linkedin-ABC last week"}, "U0ANN00001")
        await scene.settle()
        assert running.outputs["saves"] == SAVES


def text_of(message: Any) -> str:
    return str(message["blocks"]).replace("\\n", "\n") + str(message["text"])


def files_of(scene: Any) -> list[str]:
    return [file.content.decode("utf-8-sig") for file in scene.slack.parts.files._files.values() if file.shared]
