"""Regular expressions of what people write: compiling all of them takes a tenth of the bot's start."""

import re
from typing import Any, cast


class _LazyPattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: compiles the pattern, whose methods are this object's own from now on."""
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update((each, getattr(compiled, each)) for each in dir(compiled) if not each.startswith("_"))
        return getattr(compiled, name)


def lazy_regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The regular expression, compiled when it is first used."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))


def any_case(pattern: str) -> re.Pattern[str]:
    """The same of what people type, in capitals or not."""
    return lazy_regex(pattern, re.IGNORECASE)
