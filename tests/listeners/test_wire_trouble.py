"""What the statistics service says stands in the log under the reference that the person sees, and figures are asked for by name."""

from bot.sandbox.statistics.wire import SandboxAnswer

SAMPLE = "urn:li:share:7123456789012345678"


async def test_cards_work_on_a_server_that_refuses_all(scene):
    scene.statistics.switches.refuse_all = True
    assert "15,420" in (await scene.ask(SAMPLE))["text"]
    assert "impressions" in (await scene.ask("last week"))["text"]


async def test_a_forwarded_403_on_an_account_is_not_about_a_post(scene):
    answer = await scene.ask("linkedin-Forbidden403 7d")
    assert "account that published" not in str(answer)
    assert "Reconnect the account in PostPost" in str(answer)


async def test_a_400s_own_text_is_in_the_log_under_the_reference(scene, caplog):
    scene.statistics.fail_next(SandboxAnswer(400, {"error": "dateRange ends in the future"}), times=9, path="statistics")
    answer = await scene.ask("acme 7d")
    line = next(record for record in caplog.records if getattr(record, "reported", "") == "dateRange ends in the future")
    assert line.status == 400
    assert "Reference" in str(answer["blocks"])


async def test_a_value_beside_an_error_is_failed(scene, caplog):
    body = {"success": False, "metrics": {"IMPRESSION": 77_777}, "errors": [{"metric": "IMPRESSION", "error": "upstream said no"}]}
    scene.statistics.fail_next(SandboxAnswer(200, body), times=9, path="post-statistics")
    answer = await scene.ask(f"{SAMPLE} impressions")
    assert "77,777" not in str(answer)
    assert any("upstream said no" in str(getattr(record, "reported", "")) for record in caplog.records)


async def test_metrics_fetched_from_linkedin_are_counted(scene):
    await scene.ask(SAMPLE)
    labels = {"endpoint": "linkedin-post-statistics", "metric": "IMPRESSION"}
    assert scene.bot.metrics.registry.get_sample_value("linkedin_stats_linkedin_calls_total", labels) == 1
