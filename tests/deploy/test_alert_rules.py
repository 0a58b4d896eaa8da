"""Each Prometheus rule fires on metrics that the real bot made in that trouble, and on none it made when all is well."""

import asyncio
import json
import re
import shutil
import subprocess

from prometheus_client.parser import text_string_to_metric_families

from bot.deploy import FILES, deployment_file
from bot.ops.telemetry import Metrics
from bot.subscriptions.delivery_state import DeliveryState

RULES = re.findall(r"- alert: (\w+)", deployment_file("alerts"))


def promtool() -> str:
    found = shutil.which("promtool")
    assert found, "promtool is missing: apt-get install prometheus"
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
        grows = then - first if "_total{" in name else 0.0
        series.append({"series": name, "values": f"{first}x10 {then}+{grows}x60"})
    found = set()
    for rule in RULES:
        test = {
            "rule_files": [str(rules)],
            "evaluation_interval": "1m",
            "tests": [
                {"interval": "1m", "input_series": series, "alert_rule_test": [{"eval_time": "35m", "alertname": rule, "exp_alerts": []}]}
            ],
        }
        path = tmp_path / "test.yaml"
        path.write_text(json.dumps(test))
        done = subprocess.run([promtool(), "test", "rules", path], capture_output=True, text=True, check=False)
        assert "alertname" in done.stdout + done.stderr or done.returncode == 0, done.stderr
        if done.returncode:
            found.add(rule)
    return found


def test_the_rules_are_valid(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(deployment_file("alerts"))
    done = subprocess.run([promtool(), "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_asks_for_metrics_that_exist():
    dashboard = json.loads(deployment_file("dashboard"))
    known = {family.name for family in Metrics().registry.collect()}
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
        assert fires(tmp_path, before, await metrics_of(scene)) == {"LinkedInStatsServiceFails"}


async def test_a_lost_connection_fires(open_scene, tmp_path):
    async with open_scene() as scene:
        before = await metrics_of(scene)
        scene.slack.faults.add(method="apps.connections.open", kind="status", times=1000)
        scene.slack.drop_connections()
        async with asyncio.timeout(20):
            while await scene.bot.linked():  # noqa: ASYNC110 - the connection tells nobody that it is gone
                await asyncio.sleep(0.02)
        after = await metrics_of(scene)
        assert fires(tmp_path, before, after) == {"LinkedInStatsSlackDisconnected"}


async def test_a_scheduler_that_stands_still_fires(digesting, tmp_path):
    before = await metrics_of(digesting.scene)
    digesting.scene.bot.digests.runner._ticked -= 500
    assert fires(tmp_path, before, await metrics_of(digesting.scene)) == {"LinkedInStatsSchedulerNotRunning"}
