"""Files for deployment, shipped with the package: `linkedin-stats-bot deploy` lists them, and prints one."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import resources
from typing import Final

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


#: Metavars that complete to files.
_FILES: Final = ("FILE", "DIR")
#: Exit codes as the page names them.
EXIT_CODES: Final = "0: fine. 1: a finding. 2: wrong usage, or a setting that can't be used."


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    import shtab  # noqa: PLC0415  # nothing else needs it

    for _, command in commands(parser):
        for action in command._actions:  # noqa: SLF001  # argparse has no public way to them, and shtab reads them too
            if action.metavar in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
    return str(shtab.complete(parser, shell=shell))


def man_page(parser: argparse.ArgumentParser) -> str:
    lines = [
        f'.TH {_escaped(parser.prog).upper()} 1 "" "" "{_escaped(str(parser.description))}"',
        ".SH NAME",
        f"{_escaped(parser.prog)} \\- {_escaped(str(parser.description))}",
        ".SH SYNOPSIS",
        f".B {_escaped(parser.prog)}",
        "COMMAND …",
        ".SH COMMANDS",
    ]
    for name, command in commands(parser):
        if command is not parser:
            usage = _escaped(" ".join(command.format_usage().removeprefix("usage: ").split()))
            lines += [".SS " + _escaped(name), _escaped(str(command.description)), ".PP", f".B {usage}", *_options(command)]
    return "\n".join(
        [*lines, ".SH EXIT STATUS", _escaped(EXIT_CODES), ".SH FILES", _escaped(".env, and a file a setting in SECRETS_DIR."), ""]
    )


def commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The parser and those of its subcommands, at any depth, with their command words."""
    yield name, parser
    for action in parser._actions:  # noqa: SLF001  # as above
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for word, command in action.choices.items():
                yield from commands(command, f"{name} {word}".strip())


def _options(command: argparse.ArgumentParser) -> Iterator[str]:
    for action in command._actions:  # noqa: SLF001
        if action.help and action.help is not argparse.SUPPRESS and not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
            yield ".TP"
            yield ".B " + _escaped(", ".join(f"{option} {value}".strip() for option in action.option_strings) or value)
            yield _escaped(action.help.replace("%(default)s", str(action.default)))


def _escaped(text: str) -> str:
    """Text escaped for troff: a line that begins with a full stop or an apostrophe would be a macro."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe


#: Generated files: the function, and a description.
MADE: Final[Mapping[str, tuple[Callable[[argparse.ArgumentParser], str], str]]] = {
    **{
        f"completion-{shell}": (partial(completion, shell=shell), f"completion of the command for {shell}")
        for shell in ("bash", "zsh", "fish")
    },
    "man": (man_page, "the manual page, for man -l or share/man/man1"),
}
