"""Files for deployment, shipped with the package: `linkedin-stats-bot deploy` lists them, and prints one."""

from collections.abc import Mapping
from importlib import resources
from typing import Final

from bot.deploy.shell import MADE

#: The files: name, path, and description.
FILES: Final[Mapping[str, tuple[str, str]]] = {
    "systemd": ("linkedin-stats-bot.service", "the unit for systemd"),
    "kustomization": ("kubernetes/kustomization.yaml", "the base for kubectl apply -k"),
    "deployment": ("kubernetes/deployment.yaml", "Kubernetes: the deployment with its probes"),
    "service": ("kubernetes/service.yaml", "Kubernetes: the service"),
    "disruption-budget": ("kubernetes/disruption-budget.yaml", "Kubernetes: the pod disruption budget"),
    "service-monitor": ("kubernetes/service-monitor.yaml", "Kubernetes: what the Prometheus operator collects"),
    "alerts": ("alerts.rules.yaml", "alert rules for Prometheus"),
    "dashboard": ("dashboard.json", "a dashboard for Grafana"),
}


def deployment_list() -> str:
    files = [f"{name:<18} {about} ({file})" for name, (file, about) in FILES.items()]
    return "\n".join([*files, *(f"{name:<18} {about}" for name, (_, about) in MADE.items())])


def deployment_file(name: str) -> str:
    """The text of one file; KeyError for a name that is not in ``FILES``."""
    return (resources.files(__name__) / FILES[name][0]).read_text(encoding="utf-8")
