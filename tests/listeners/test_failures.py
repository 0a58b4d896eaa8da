"""Unexpected errors: the person gets a reference, and the log the cause with the same reference."""

import logging
import re

from bot.ops.telemetry import configure_logging


async def test_a_listener_that_fails_answers_with_an_id_that_is_in_the_log(scene, caplog):
    """The clock fails before the router is reached; Slack gets its acknowledgement all the same, and no cause is shown."""
    await scene.slack.connected()
    scene.bot_clock.fails = True
    interaction = await scene.slack.person("ann").command("help", channel="#marketing")
    scene.bot_clock.fails = False
    assert interaction.ok
    shown = scene.slack.person("ann").sees("#marketing")[-1]
    reference = re.search(r"\b[0-9a-f]{8}\b", shown["text"] + str(shown["blocks"]))
    assert reference
    assert [record for record in caplog.records if getattr(record, "reference", "") == reference[0] and record.exc_info]
    assert "clock stopped" not in str(shown)


async def test_no_line_of_the_log_holds_a_secret(open_scene, capfd):
    """Tokens, keys and the signing secret, through answers and every kind of trouble, at the most talkative level."""
    async with open_scene(transport="http") as scene:
        secrets = [scene.bot.settings.slack_bot_token.get_secret_value(), scene.slack.signing_secret, "demo-key-that-is-secret"]
        configure_logging(level="DEBUG", as_json=True, hidden=secrets)
        logging.getLogger("slack_sdk").setLevel(logging.DEBUG)
        scene.slack.faults.add(method="chat.postMessage", kind="error", error="invalid_auth")
        for text in (
            "help",
            "last week",
            "linkedin-Expired401 7d",
            "https://www.linkedin.com/posts/x-share-7434685316856377344-ab?rcm=MEMBER",
        ):
            await scene.ask(text)
            await scene.slack.person("ann").say(text, channel="dm")
            await scene.settle()
        logged = capfd.readouterr().err
        assert '"event": "asked"' in logged
        assert not [secret for secret in [*secrets, "rcm=MEMBER"] if secret in logged]
        # A driver tells its statements with their values: who opted out, what is said in private channels.
        assert '"logger": "aiosqlite"' not in logged
