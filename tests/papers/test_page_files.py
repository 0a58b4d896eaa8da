"""The playground's page: plain files that import each other alone, load nothing from outside, and know Block Kit, not this bot."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "bot" / "sandbox" / "page"
SCRIPTS = sorted(PAGE.glob("*.js"))

#: From where a module takes another.
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""")

#: What a browser fetches by itself when it stands in a page or a sheet.
FETCHED = re.compile(r"""(?:src|href)\s*=\s*["']([^"']+)["']|url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_imports_its_neighbours_alone(script: Path):
    imported = IMPORT.findall(script.read_text())
    assert all(re.fullmatch(r"\./\w+\.js", name) and (PAGE / name).is_file() for name in imported), imported


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_knows_nothing_of_this_bot(script: Path):
    """What it draws it reads from Slack's documentation: no word of the app's own stands in it."""
    assert "linkedin" not in script.read_text().lower()


@pytest.mark.parametrize("name", ["index.html", *sorted(sheet.name for sheet in PAGE.glob("*.css"))])
def test_nothing_is_fetched_from_outside(name: str):
    found = ["".join(groups) for groups in FETCHED.findall((PAGE / name).read_text())]
    assert all(address.startswith(("/page/", "data:", "#")) for address in found), found


def test_every_file_is_used():
    """A script by another or by the page, a sheet by the page."""
    texts = [path.read_text() for path in PAGE.iterdir() if path.suffix in {".js", ".html"}]
    unused = [path.name for path in PAGE.iterdir() if path.name != "index.html" and not any(f"/{path.name}" in text for text in texts)]
    assert unused == []
