"""The structure holds: imports point down, nothing unexpected at the top."""

import subprocess
import sys
from pathlib import Path

from tests.measures import files, read_structure

TOP = Path(__file__).parents[2]


def test_imports_point_down():
    """import-linter finds no arrow that points up or sideways."""
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=TOP, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


#: What stands at the top: the product, its documents, and what tools look for there.
TOP_LEVEL = {
    "CHANGELOG.md", "Dockerfile", "LICENSE", "README.md", "bot", "compose.yaml", "docs", "manifest.yml", "pyproject.toml",
    "requirements.lock", "tests",
}  # fmt: skip


def test_the_top_level_holds_what_it_should():
    """Nothing new appears at the top without being meant."""
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split("\n")
    assert {path.split("/")[0] for path in listed if path and not path.startswith(".")} <= TOP_LEVEL


def test_a_class_name_exists_once():
    assert read_structure().twice == {}


def test_packages_and_files_stay_small():
    """At most 6 modules at the top of bot/, 25 files in a package, 350 lines in a file."""
    found = read_structure()
    assert len(found.top_modules) <= 6
    assert max(found.package_files.values()) <= 25
    assert max(found.file_lines) <= 350


def test_nothing_runs_on_beside_a_failure():
    """No bare ``asyncio.gather``: it leaves the others running where one fails. `bot.ops.tasks` has what ends them."""
    assert [path for path in files() if "asyncio.gather(" in path.read_text(encoding="utf-8")] == []
