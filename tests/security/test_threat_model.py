"""The threat model names tests that exist, so that a line is not left standing when what it says is gone."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = TOP / "docs" / "threat-model.md"
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
LOCKED = re.findall(r"(?m)^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", (TOP / "requirements.lock").read_text(encoding="utf-8"))
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@pytest.mark.parametrize("row", ROWS)
def test_a_line_of_the_threat_model_names_a_test_that_exists(row):
    named = NAMED.findall(row)
    assert named, row
    for file, test in named:
        tree = ast.parse((TOP / file).read_text(encoding="utf-8"))
        assert test in {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_file_of_attacks_stands_in_the_threat_model():
    page = PAGE.read_text(encoding="utf-8")
    attacks = {f"tests/security/{file.name}" for file in Path(__file__).parent.glob("test_*.py")} - {"tests/security/test_threat_model.py"}
    assert {file for file in attacks if file not in page} <= {"tests/security/test_forms.py"}


def test_every_dependency_stands_in_the_list_of_licences():
    rows = (TOP / "docs" / "secure.md").read_text(encoding="utf-8").partition("## Licences")[2]
    listed = set(re.findall(r"[a-z0-9][a-z0-9-]+", rows.partition("---|")[2]))
    assert LOCKED
    assert [name for name in LOCKED if name not in listed] == []


def test_the_command_lists_every_dependency_with_the_licence_of_the_list():
    done = subprocess.run([TOP / ".ci" / "licences", sys.executable], capture_output=True, text=True, check=True)
    stated = dict(re.findall(r"(?m)^(\S+) \S+: (.+)$", done.stdout))
    assert list(stated) == LOCKED
    assert [name for name, licence in stated.items() if licence == "not stated"] == []
    rows = (TOP / "docs" / "secure.md").read_text(encoding="utf-8").partition("## Licences")[2].splitlines()
    families = {"Apache": "Apache", "BSD": "BSD", "MIT": "MIT", "PSF": "PSF|Python Software", "MPL": "MPL|Mozilla", "LGPL": "LGPL"}
    for name, licence in stated.items():
        row = next(row for row in rows if re.search(rf"[ ,]{name}[, ]", row)).split("|")[1]
        found = {family for family, words in families.items() if re.search(words, licence)}
        assert not found or {family for family in found if family in row}, (name, licence, row)
