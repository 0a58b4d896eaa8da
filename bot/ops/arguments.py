"""What the commands of the command line share: how one is added, a number as an argument, and the columns of a list."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any


def add_command(commands: Any, name: str, about: str, **defaults: Any) -> argparse.ArgumentParser:
    """Adds a command; ``defaults`` are attributes of its parsed arguments, such as the function that carries it out."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=about, description=f"{about[:1].upper()}{about[1:]}.")
    command.set_defaults(**defaults)
    return command


def number(most: int, *, least: int = 1, what: str = "number") -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text[:20]!r} isn't a {what} from {least} to {most}")
        return int(text)

    return read


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip_longest(*table, fillvalue="")]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in table]
