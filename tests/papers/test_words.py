"""What the bot says stands in one place for each room, so that a translation is a file: no sentence elsewhere, none unsaid."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).parents[2] / "bot"

#: The rooms that speak to people, by the folder of their words.
ROOMS = ("blocks", "desk", "digests", "domain", "listeners", "store", "")
#: Written as a whole elsewhere: the help's chapters, and the words that people type.
OWN_PLACE = {"help.py", "vocabulary.py"}
#: What the person at the terminal is told, and the failures' own sentences.
NOT_TO_SLACK = {"cli.py", "digest_cli.py", "check.py", "settings.py", "errors.py", "server.py", "manifest.py", "telemetry.py", "app.py"}

A_SENTENCE = re.compile(r"[A-Z][a-z]+ .*\w.*[.:?]$")


def modules(room: str) -> Iterator[Path]:
    for path in sorted((BOT / room).glob("*.py")):
        wired = path.name.endswith("_wiring.py")
        if path.name != "words.py" and path.name not in OWN_PLACE and not (not room and (wired or path.name in NOT_TO_SLACK)):
            yield path


def constants(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """The module's constants that are plain values."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value


def texts(value: ast.expr) -> list[str]:
    if any(isinstance(node, ast.Call) for node in ast.walk(value)):
        return []
    return [node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_stands_elsewhere(room):
    stray = [
        f"{path.name}: {name}"
        for path in modules(room)
        for name, value in constants(path)
        if name.isupper() and any(map(A_SENTENCE.match, texts(value)))
    ]
    assert stray == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_word_is_said(room):
    words = BOT / room / "words.py"
    others = (path.read_text(encoding="utf-8") for path in BOT.rglob("*.py") if path != words)
    said = {name for text in others for name in re.findall(r"\w+", text)}
    within = Counter(re.findall(r"\w+", words.read_text(encoding="utf-8")))
    names = [name for name, _ in constants(words)]
    assert names
    assert [name for name in names if name not in said and within[name] == 1] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_can_put_its_own_words_into_every_gap(room):
    """A gap has a name, so that another language may turn the order round."""
    unnamed = [name for name, value in constants(BOT / room / "words.py") for text in texts(value) if re.search(r"\{[\d:]*\}", text)]
    assert unnamed == []
