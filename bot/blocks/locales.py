"""A locale's notation, read once from the Unicode project's data (CLDR, through Babel) and kept.

Babel's own formatting takes longer over one number than a whole card may; so only its symbols are read.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.blocks.notation import HOUSE, Notation

if TYPE_CHECKING:
    from babel import Locale

#: Slack's names for what CLDR calls otherwise: its Spanish of Latin America is not that of Laos.
_CALLED: Final = {"es-LA": "es-419"}

#: The bot speaks English: where numbers are grouped as at home it keeps its own per cent.
_AT_HOME: Final = frozenset({"", "en", "en-US", "en-GB"})

_ENGLISH: Final = "en"


@lru_cache(maxsize=256)
def notation_of(locale: str) -> Notation:
    """How people of this locale (a tag such as "de-DE") read numbers; of its language where the country is unknown, else as at home.

    The first question for a locale reads a file; the others cost nothing.
    """
    if locale in _AT_HOME:
        return HOUSE
    # Imported here: a fifth of a second that a bot whose people all read English does not pay.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - see the line above

    for tag in (_CALLED.get(locale, locale), locale.partition("-")[0]):
        try:
            return _read(Locale.parse(tag, sep="-"))
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return HOUSE


def _read(locale: "Locale") -> Notation:
    symbols = locale.number_symbols
    latin = symbols.get("latn", symbols)
    percent = locale.percent_formats[None]
    before, after = (HOUSE.before, HOUSE.after) if locale.language == _ENGLISH else (percent.prefix[0], percent.suffix[0])
    _, *more = locale.decimal_formats[None].grouping
    found = Notation(str(latin["group"]), str(latin["decimal"]), more[0] if more else HOUSE.size, before, after)
    return HOUSE if found == HOUSE else found
