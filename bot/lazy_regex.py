"""Regular expressions of what people write: compiling all of them takes a tenth of the bot's start."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, cast


class _LazyPattern:
    def __init__(self, written: str, flags: int, regex_of: Callable[[str], str] = str) -> None:
        self._written, self.flags, self._regex_of = written, flags, regex_of

    @cached_property
    def pattern(self) -> str:
        return self._regex_of(self._written)

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: compiles the pattern, whose methods are this object's own from now on."""
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update((each, getattr(compiled, each)) for each in dir(compiled) if not each.startswith("_"))
        return getattr(compiled, name)


def lazy_regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The regular expression, compiled when it is first used."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))


#: What is as it is in the notation (an escaped sign, a set of signs), and what is short for something else.
_NOTATION = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<short>(?<!\(\?)\((?!\?)|')", re.DOTALL)
_LONG = {"(": "(?:", "'": "['’]?"}


def regex_of(said: str) -> str:
    """The regular expression in its place: a ``(`` without a name only groups, and ``'`` is any apostrophe, or none ("don't")."""
    return _NOTATION.sub(lambda found: _LONG.get(found["short"], found[0]), said)


def any_case(*said: str) -> re.Pattern[str]:
    """What people type, in capitals or not, in the notation of ``regex_of``; several are alternatives."""
    return cast("re.Pattern[str]", _LazyPattern("|".join(said), re.IGNORECASE, regex_of))


def either(*said: str) -> str:
    """One of these phrases, inside of another."""
    return f"({'|'.join(said)})"


def any_of(words: Iterable[str]) -> str:
    """One of these words, as it is, in a pattern."""
    each = (re.escape(word).replace("'", r"\'") for word in words)
    return f"(?:{'|'.join(each)})"
