"""Every sentence the bot can say to people: `python -m tests.sentences` prints them by feature, file and line.

They are read from the code's syntax trees: constants and f-strings of two words or more that are no docstring, log line, SQL or regular
expression. Variable parts are shown as examples, and words that a condition chooses as [is|are]. The sandbox's copies of Slack's and
PostPost's own error texts are left out: those are not ours to word.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

BOT = Path(__file__).parents[1] / "bot"
COPIED = ("sandbox/limits/", "sandbox/statistics/", "sandbox/slack/methods/", "sandbox/slack/fault_replies.py", "storage/migrations/")

# What a variable part may read: the first pattern found in the part's own code.
EXAMPLES = [
    (r"rate\b|percent|share\b", "7.4%"),
    (r"example|command|line|ask", "`/linkedin-stats acme last week`"),
    (r"mention|user|owner|person|people|who\b", "@ann"),
    (r"channel|place|where", "#marketing"),
    (r"url|link", "https://www.linkedin.com/feed/update/urn:li:share:1"),
    (r"zone", "Europe/Berlin"),
    (r"period|dates|span|range|before", "Nov 16–22"),
    (r"days\b", "7 days"),
    (r"day|date|since", "Nov 2, 2026"),
    (r"time|clock|hour|until|when|moment|next|first|due", "Nov 3, 9:00 AM"),
    (r"minutes|seconds|count|number|len\(|total|limit|most|least|value|amount|size|\bn\b|\bms\b", "3"),
    (r"metric|figure", "impressions"),
    (r"word|text|typed|raw|said", "acme lst week"),
    (r"error|reason|cause|problem|exc|\bwhat\b|remedy|sentence|trouble", "LinkedIn didn't answer in time."),
    (r"file", "acme.csv"),
    (r"members|names|accounts", "Acme and Ann"),
    (r"kind|which", "digest"),
    (r"verb", "allow"),
    (r"account|connection|name|label|title|digest", "Acme"),
]
# Calls whose texts nobody reads in Slack or at the command line: logs, SQL, regular expressions, errors of programming.
MACHINES = re.compile(
    r"^(?:_?log(?:ger)?|re|op)\.\w+$|(?:^|\.)(?:text|execute|exec_driver_sql|getLogger)$|^(?:cast|any_case|NotImplementedError|TypeError|KeyError)$"
)
CODE = re.compile(r"\(\?[:P<!=]|\([^()]*\||^SELECT |\\[dwsb]")
WORDS = re.compile(r"[^\W\d_]{2,}[,;:]? +\S*[^\W\d_]{2,}|[^\W\d_]{2,} *[.?!…]$")


@dataclass(frozen=True)
class Sentence:
    """A text that people read, and where it stands."""

    file: str
    line: int
    text: str

    @property
    def feature(self) -> str:
        """The package it belongs to."""
        return self.file.split("/")[0]


def sentences() -> list[Sentence]:
    """Every sentence of the bot, in the order of the files."""
    found = []
    for path in sorted(BOT.rglob("*.py")):
        file = path.relative_to(BOT).as_posix()
        if not file.startswith(COPIED):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [Sentence(file, at, text.strip()) for at, text in _texts(tree) if WORDS.search(text) and not CODE.search(text)]
    return found


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string at or below a node that may reach people, with examples in it."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert():  # a docstring
            return
        case ast.Call() if MACHINES.search(ast.unparse(node.func)):
            return
        case ast.Constant(value=str(text)):
            yield node.lineno, re.sub(r"\{(\w+)[^{}]*\}", lambda field: _example(field[1]), text)
            return
        case ast.JoinedStr():
            yield node.lineno, _part(node)
            return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def _part(part: ast.expr) -> str:
    """What a part of an f-string may read."""
    match part:
        case ast.Constant():
            return str(part.value)
        case ast.JoinedStr():
            return "".join(map(_part, part.values))
        case ast.FormattedValue():
            return _part(part.value)
        case ast.IfExp():
            return f"[{_part(part.body)}|{_part(part.orelse)}]"
    return _example(ast.unparse(part))


def _example(code: str) -> str:
    """An example for a variable part, by its name; the code itself in ‹› where no example fits."""
    return next((text for pattern, text in EXAMPLES if re.search(pattern, code.lower())), f"‹{code}›")


def main() -> None:
    """Prints every sentence below its file."""
    for file, of_file in groupby(sentences(), lambda each: each.file):
        print(f"\n{file}")
        for each in of_file:
            print(f"{each.line:5}  {each.text}")


if __name__ == "__main__":
    main()
