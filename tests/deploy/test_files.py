"""The files for deployment name what the bot really has: health paths, ports, settings."""

import re
from pathlib import Path

import yaml

from bot.deploy import FILES, deployment_file
from bot.ops.server import HEALTH_PATH, METRICS_PATH, READY_PATH
from bot.settings import DEFAULT_PORT, Settings

TOP = Path(__file__).parents[2]
SETTINGS = {name.upper() for name in Settings.model_fields}


def test_kubernetes_asks_the_paths_that_the_bot_serves():
    (container,) = yaml.safe_load(deployment_file("deployment"))["spec"]["template"]["spec"]["containers"]
    paths = {probe: container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert paths == {"startupProbe": HEALTH_PATH, "livenessProbe": HEALTH_PATH, "readinessProbe": READY_PATH}
    assert container["ports"][0]["containerPort"] == DEFAULT_PORT
    (endpoint,) = yaml.safe_load(deployment_file("service-monitor"))["spec"]["endpoints"]
    assert endpoint["path"] == METRICS_PATH


def test_the_kustomization_names_every_kubernetes_file():
    names = {Path(file).name for file, _ in FILES.values() if file.startswith("kubernetes/")}
    assert {*yaml.safe_load(deployment_file("kustomization"))["resources"], "kustomization.yaml"} == names


def test_every_setting_that_the_files_set_exists():
    unit = deployment_file("systemd")
    named = set(re.findall(r"^Environment=(\w+)=", unit, re.MULTILINE))
    named |= {name.upper() for name in re.findall(r"^LoadCredential=(\w+):", unit, re.MULTILINE)}
    compose = yaml.safe_load((TOP / "compose.yaml").read_text())
    named |= {name.upper() for name in compose["secrets"]} - {"POSTGRESQL_PASSWORD"}
    docker = (TOP / "Dockerfile").read_text()
    named |= set(re.findall(r"^    (\w+)=", docker, re.MULTILINE)) - {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    assert {"SLACK_BOT_TOKEN", "DATABASE_URL", "PORT"} <= named
    assert named <= SETTINGS | {"SECRETS_DIR"}


def test_every_container_is_locked_down():
    for service in yaml.safe_load((TOP / "compose.yaml").read_text())["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert "USER 10001" in (TOP / "Dockerfile").read_text()
