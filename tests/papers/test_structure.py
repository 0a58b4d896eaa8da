"""The rooms' contract holds: imports point down, and nothing of ours names the folder of papers beside the project."""

import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]


def test_imports_point_down():
    """import-linter finds no arrow that points up or sideways."""
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=TOP, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_top_level_holds_what_it_should():
    """Nothing new appears at the top without being meant: the rooms, the papers, and what tools look for there."""
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split("\n")
    visible = {path.split("/")[0] for path in listed if path and not path.startswith(".")}
    assert visible <= {"LICENSE", "README.md", "bot", "manifest.yml", "pyproject.toml", "tests", "Dockerfile", "compose.yaml", "requirements.lock", "CHANGELOG.md", "docs"}
