"""The files for deployment name what the bot really has: health paths, ports, settings."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.cli import main
from bot.deploy import FILES, deployment_file
from bot.ops.server import HEALTH_PATH, METRICS_PATH, READY_PATH
from bot.settings import DEFAULT_PORT, Settings

TOP = Path(__file__).parents[2]
SETTINGS = {name.upper() for name in Settings.model_fields}
#: What Python, the C library and the libraries read.
OF_THE_SYSTEM = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "MALLOC_ARENA_MAX", "HOME"}


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
    named |= set(re.findall(r"^    (\w+)=", docker, re.MULTILINE))
    assert {"SLACK_BOT_TOKEN", "DATABASE_URL", "PORT"} <= named
    assert named <= SETTINGS | {"SECRETS_DIR"} | OF_THE_SYSTEM


def test_every_container_is_locked_down():
    for service in yaml.safe_load((TOP / "compose.yaml").read_text())["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert "USER 10001" in (TOP / "Dockerfile").read_text()


def checked(*arguments):
    done = subprocess.run([str(one) for one in arguments], capture_output=True, text=True, check=False, cwd=TOP)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_dockerfile_passes_its_linter():
    checked(Path(sys.executable).with_name("hadolint"), "Dockerfile")


@pytest.mark.parametrize(("kind", "pattern"), [("compose-spec", "compose.yaml"), ("github-workflows", ".github/workflows/*.yml")])
def test_the_file_keeps_to_its_schema(kind, pattern):
    files = sorted(TOP.glob(pattern))
    assert files
    checked(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", *files)


def test_compose_runs_two_workers_on_postgresql_as_a_profile():
    services = yaml.safe_load((TOP / "compose.yaml").read_text())["services"]
    assert services["worker"]["profiles"] == services["postgresql"]["profiles"] == ["postgresql"]
    assert services["worker"]["deploy"]["replicas"] == 2
    assert "profiles" not in services["bot"]
    for name in ("bot", "worker"):
        assert services[name]["read_only"] is True
    declared = set(yaml.safe_load((TOP / "compose.yaml").read_text())["secrets"])
    assert {secret for service in services.values() for secret in service.get("secrets", ())} == declared


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit_and_finds_it_locked_down(tmp_path):
    unit = tmp_path / "linkedin-stats-bot.service"
    # Verifying looks for the program; it is installed elsewhere here.
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", deployment_file("systemd"), flags=re.MULTILINE))
    assert "linkedin-stats-bot" not in checked("systemd-analyze", "verify", unit)
    # Of 100: the most exposure, in tenths.
    checked("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", unit)


def test_the_unit_waits_for_real_readiness_and_has_a_watchdog():
    unit = deployment_file("systemd").splitlines()
    assert {"Type=notify", "NotifyAccess=main", "ProtectSystem=strict", "NoNewPrivileges=yes", "DynamicUser=yes"} <= set(unit)
    assert any(line.startswith("WatchdogSec=") for line in unit)
    # Without it slack_sdk cannot be imported where the system does not resolve systemd's dynamic users.
    assert "Environment=HOME=/var/lib/linkedin-stats-bot" in unit


def resources():
    """The base as kustomize builds it, without kustomize: every resource, with the labels that it adds to all."""
    base = yaml.safe_load(deployment_file("kustomization"))
    (labels,) = base["labels"]
    assert labels["includeSelectors"] is True
    found = {}
    for name, (file, _) in FILES.items():
        if file.startswith("kubernetes/") and name != "kustomization":
            resource = yaml.safe_load(deployment_file(name))
            assert {"apiVersion", "kind", "metadata", "spec"} == set(resource)
            resource["metadata"].setdefault("labels", {}).update(labels["pairs"])
            found[resource["kind"]] = resource
    return found


def test_kubernetes_resources_find_each_other():
    found = resources()
    pod = found["Deployment"]["spec"]["template"]
    assert found["Deployment"]["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert found["PodDisruptionBudget"]["spec"]["minAvailable"] < found["Deployment"]["spec"]["replicas"]
    service = found["Service"]
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert service["spec"]["ports"][0]["targetPort"] in {port["name"] for port in pod["spec"]["containers"][0]["ports"]}
    monitor = found["ServiceMonitor"]["spec"]
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["endpoints"][0]["port"] in {port["name"] for port in service["spec"]["ports"]}


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomize_builds_the_base(tmp_path):
    for name, (file, _) in FILES.items():
        if file.startswith("kubernetes/"):
            (tmp_path / Path(file).name).write_text(deployment_file(name))
    built = list(yaml.safe_load_all(checked("kubectl", "kustomize", tmp_path)))
    assert {one["kind"] for one in built} == set(resources())


def test_the_command_lists_every_file_and_prints_each(capsys):
    assert main(["deploy"]) == 0
    listed = capsys.readouterr().out
    for name in FILES:
        assert name in listed
        assert main(["deploy", name]) == 0
        assert capsys.readouterr().out.strip() == deployment_file(name).strip()
