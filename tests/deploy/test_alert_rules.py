"""Each Prometheus rule fires on metrics that the real bot made in that trouble, and on none it made when all is well."""

import asyncio
import json
import re
import shutil
import subprocess
import time

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.deploy import FILES, deployment_file
from bot.ops.telemetry import Metrics
from bot.postpost import post_catalog
from bot.subscriptions.delivery_state import DeliveryState
from tests.fixtures.deliveries import DUE

#: What only grows while a process runs.
GROWS = re.compile(r"_(?:total|bucket|count|sum)\{")

RULES = re.findall(r"- alert: (\w+)", deployment_file("alerts"))


def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.fail("promtool is missing: install the Debian package `prometheus`, or put promtool of your system in PATH.")
    return found


async def metrics_of(scene):
    """The bot's metrics now, as Prometheus names its series: name with labels → value."""
    await scene.bot.count()
    found = {}
    for family in text_string_to_metric_families(scene.bot.metrics.exposition().decode()):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def fires(tmp_path, before, after):
    """The rules that fire when the metrics go from one state to the other in a minute and stay so, counters going on, for an hour."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(deployment_file("alerts"))
    series = []
    for name in sorted(before.keys() | after.keys()):
        first, then = before.get(name, 0.0), after.get(name, 0.0)
        grows = then - first if GROWS.search(name) else 0.0
        series.append({"series": name, "values": f"{first}x10 {then}+{grows}x60"})
    none = [{"eval_time": "35m", "alertname": rule, "exp_alerts": []} for rule in RULES]
    path = tmp_path / "test.yaml"
    test = {"interval": "1m", "input_series": series, "alert_rule_test": none}
    path.write_text(json.dumps({"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": [test]}))
    done = subprocess.run([promtool(), "test", "rules", path], capture_output=True, text=True, check=False)
    shown = done.stdout + done.stderr
    found = set(re.findall(r"alertname: (\w+)", shown))
    assert bool(found) == bool(done.returncode), shown
    return found


def test_the_rules_are_valid(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(deployment_file("alerts"))
    done = subprocess.run([promtool(), "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_asks_for_metrics_that_exist():
    dashboard = json.loads(deployment_file("dashboard"))
    known = {family.name for family in Metrics().registry.collect()}
    rules = set(re.findall(r"linkedin_stats_\w+", " ".join(re.findall(r"expr: (.*)", deployment_file("alerts")))))
    assert {re.sub(r"_(total|bucket)$", "", name) for name in rules} <= known
    asked = {name for panel in dashboard["panels"] for name in re.findall(r"linkedin_stats_\w+", panel["targets"][0]["expr"])}
    assert asked
    assert {re.sub(r"_(total|bucket)$", "", name) for name in asked} <= known


def test_every_file_can_be_printed():
    assert all(deployment_file(name).strip() for name in FILES)


async def test_when_all_is_well_nothing_fires(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=2)
    assert await digesting.states() == [DeliveryState.SENT]
    assert fires(tmp_path, before, await metrics_of(digesting.scene)) == set()


async def test_a_revoked_token_fires(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    digesting.scene.slack.faults.add(method="auth.test", kind="error", error="token_revoked", times=100)
    await digesting.tick(minutes=11)
    assert fires(tmp_path, before, await metrics_of(digesting.scene)) == {"LinkedInStatsTokenRevoked"}


async def test_a_failed_delivery_fires(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    await digesting.digest(accounts=("linkedin-gone",))
    await digesting.tick(rounds=3, seconds=2)
    assert await digesting.states() == [DeliveryState.FAILED]
    assert "LinkedInStatsDeliveriesFail" in fires(tmp_path, before, await metrics_of(digesting.scene))


async def test_a_delivery_that_needs_an_answer_fires(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    digesting.scene.slack.faults.add(method="conversations.history", kind="error", error="ratelimited", retry_after=4_000_000, times=9)
    await digesting.digest()
    await digesting.tick(rounds=8, hours=1)
    assert await digesting.states() == [DeliveryState.UNCERTAIN]
    assert fires(tmp_path, before, await metrics_of(digesting.scene)) == {"LinkedInStatsDeliveryNeedsAnswer"}


async def test_a_failing_service_fires(open_scene, tmp_path):
    async with open_scene() as scene:
        before = await metrics_of(scene)
        scene.statistics.switches.set({"trouble": "bad-gateway"})
        for _ in range(3):
            await scene.ask("last week")
            scene.clock.go_on(minutes=2)
        # On a loaded machine the bot may acknowledge slowly as well, which is another rule's matter.
        assert fires(tmp_path, before, await metrics_of(scene)) - {"LinkedInStatsAcknowledgesSlowly"} == {"LinkedInStatsServiceFails"}


async def test_a_lost_connection_fires(open_scene, tmp_path):
    async with open_scene() as scene:
        before = await metrics_of(scene)
        scene.slack.faults.add(method="apps.connections.open", kind="status", times=1000)
        scene.slack.drop_connections()
        async with asyncio.timeout(60):
            while await scene.bot.linked():  # noqa: ASYNC110 - the connection tells nobody that it is gone
                await asyncio.sleep(0.02)
        after = await metrics_of(scene)
        assert fires(tmp_path, before, after) == {"LinkedInStatsSlackDisconnected"}


async def test_a_scheduler_that_stands_still_fires(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    digesting.scene.bot.scheduling.runner.last_good -= 500
    assert fires(tmp_path, before, await metrics_of(digesting.scene)) == {"LinkedInStatsSchedulerNotRunning"}


async def test_digests_that_wait_for_figures_fire(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    digesting.scene.statistics.switches.set({"trouble": "bad-gateway"})
    await digesting.digest()
    await digesting.tick(rounds=3, minutes=10)
    assert await digesting.states() == [DeliveryState.PENDING]
    assert "LinkedInStatsDigestsLate" in fires(tmp_path, before, await metrics_of(digesting.scene))
    after = await metrics_of(digesting.scene)
    assert after["linkedin_stats_queue_length{}"] == 1
    assert after["linkedin_stats_overdue_seconds{}"] == (digesting.scene.clock() - DUE).total_seconds()


async def test_a_digest_that_was_not_taken_up_fires_and_one_that_went_out_says_how_late(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    await digesting.digest()
    assert "LinkedInStatsDigestsLate" in fires(tmp_path, before, await metrics_of(digesting.scene))
    await digesting.tick(rounds=3, seconds=2)
    after = await metrics_of(digesting.scene)
    assert after["linkedin_stats_overdue_seconds{}"] == 0
    assert after["linkedin_stats_delivery_lateness_seconds_count{}"] == 1
    assert after["linkedin_stats_delivery_lateness_seconds_sum{}"] == pytest.approx(3720, abs=10)


async def test_a_database_that_is_away_fires(open_scene, postgresql, tmp_path):
    url = postgresql.make_database()
    name = url.rpartition("/")[2]
    async with open_scene(database_url=url) as scene:
        before = await metrics_of(scene)
        assert before["linkedin_stats_database_up{}"] == 1
        with psycopg.connect(postgresql.url("postgres"), autocommit=True) as server:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            assert fires(tmp_path, before, await metrics_of(scene)) == {"LinkedInStatsDatabaseAway"}
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


async def test_an_account_whose_linkedin_calls_run_low_fires(open_scene, tmp_path):
    async with open_scene(statistics_memory=0) as scene:
        before = await metrics_of(scene)
        scene.statistics.switches.cache_minutes = 0
        for _ in range(30):
            await scene.ask("acme 7d")
        assert fires(tmp_path, before, await metrics_of(scene)) == {"LinkedInStatsQuotaLow"}


async def test_a_list_of_posts_that_is_not_read_fires(open_scene, tmp_path, monkeypatch):
    async with open_scene() as scene:
        before = await metrics_of(scene)
        passed = time.monotonic() + 2 * 3600
        monkeypatch.setattr(post_catalog, "monotonic", lambda: passed)
        assert fires(tmp_path, before, await metrics_of(scene)) == {"LinkedInStatsPostListOld"}


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_slow_acknowledgements_fire(open_scene, tmp_path, transport):
    async with open_scene(transport=transport, acknowledge_within=2.5) as scene:
        before = await metrics_of(scene)
        scene.statistics.switches.set({"latency_ms": 2700})
        await scene.ask("acme 7d")
        assert fires(tmp_path, before, await metrics_of(scene)) == {"LinkedInStatsAcknowledgesSlowly"}


def test_metrics_that_are_missing_fire(tmp_path):
    assert fires(tmp_path, {}, {}) == {"LinkedInStatsMetricsMissing"}


def test_a_bot_that_does_not_answer_prometheus_fires(tmp_path):
    up = 'up{job="linkedin-stats-bot"}'
    assert "LinkedInStatsBotAway" in fires(tmp_path, {up: 1.0}, {up: 0.0})
