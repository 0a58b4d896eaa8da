"""Puts English in the place of the periods of German, French, Spanish, Portuguese, Italian and Dutch: "letzte Woche", "hace 2 meses"."""

from collections.abc import Sequence

from bot.lazy_regex import lazy_regex
from bot.parsing.dates import MONTHS, WEEKDAYS
from bot.parsing.languages import AROUND, ARTICLES, FIGURES, GERMAN, METRICS, NAMES, SHOW, VERSUS, WORDS, is_near, sentence_in
from bot.parsing.text import unaccented

_split = str.split
UNITS = {
    **dict.fromkeys(_split("tag tage tagen jour jours dia dias giorno giorni dag dagen"), "day"),
    **dict.fromkeys(_split("woche wochen semaine semaines semaine-ci semana semanas settimana settimane weken"), "week"),
    **dict.fromkeys(_split("monat monate monaten mois mois-ci mes meses mese mesi maand maanden"), "month"),
    **dict.fromkeys(_split("quartal quartale trimestre trimestres trimestri kwartaal"), "quarter"),
    **dict.fromkeys(_split("jahr jahre jahren annee annees ans ano anos anno anni jaar jaren"), "year"),
}
#: The units and days as English has them, short and in full.
ENGLISH_UNITS = {
    form: forms.split()[0]
    for forms in ("week wk wks", "month mo mos mth mths", "quarter q qtr qtrs", "year yr yrs", "yesterday yday yest")
    for form in forms.split()
}
_LAST = frozenset(
    _split(
        """
        letzte letzten letzter letztes vorige vorigen voriger voriges vergangene vergangenen vergangener
        derniere dernier dernieres derniers passee passe passes precedente precedent pasada pasado pasadas pasados anterior
        ultima ultimo ultimas ultimos passada passado scorsa scorso scorse scorsi ultime ultimi vorig afgelopen laatste
        """
    )
)
_ENGLISH_WHICH = frozenset(_split("last past previous prev prior preceding this current next"))
THIS = frozenset(_split("diese dieser diesen dieses cette ce cet esta este questa questo deze dit"))
_DAYS = {
    **dict.fromkeys(_split("gestern hier ayer ontem ieri gisteren"), "yesterday"),
    "vorwoche": "last-week",
    "vormonat": "last-month",
    "vorjahr": "last-year",
    **dict.fromkeys(_split("heute hoy hoje oggi vandaag aujourd'hui"), "today"),
}
#: Months and days of other languages, and the English ones.
NAMED = {
    name: english
    for names in NAMES.values()
    for english, spellings in zip((*MONTHS, *WEEKDAYS), names.split(), strict=True)
    for name in spellings.split("/")
    if name not in MONTHS
}
#: Of these, names of people and companies too: they are days and months beside a number or another word of a language alone.
_NAMES_TOO = frozenset(_split("mars mai mei marzo abril mayo juni juli julio agosto augustus montag freitag sonntag domingo sabato martes"))
_NUMBERS = {
    **dict.fromkeys(_split("zwei deux dos dois duas due twee"), "2"),
    **dict.fromkeys(_split("drei trois tres tre drie"), "3"),
    **dict.fromkeys(_split("vier quatre cuatro quatro quattro"), "4"),
    **dict.fromkeys(_split("sechs seis sei zes"), "6"),
    **dict.fromkeys(_split("sieben siete sete sette zeven"), "7"),
    **dict.fromkeys(_split("zehn dix diez dez dieci tien"), "10"),
    **dict.fromkeys(_split("dreissig trente treinta trinta trenta dertig"), "30"),
}
_AGO_BEFORE, _AGO_AFTER = frozenset({"vor", "hace", "ha"}), frozenset({"atras", "fa", "geleden"})
#: "3. Quartal", "1er trimestre", "2º trimestre", also without the sign: several quarters are plural.
_QUARTER = frozenset({"quartal", "trimestre", "kwartaal"})
_NTH = lazy_regex(r"([1-4])(?:\.|er|e|eme|o|°)?")
#: "l'anno", "d'octobre".
_ELIDED = lazy_regex(r"^(?:l|d|dell|nell|all)'(?=\w{3})")
_TO = frozenset(_split("bis au al ao a hasta ate tot jusqu'au t/m"))
_OF, _SINCE = frozenset({"de", "di", "du", "del", "von"}), frozenset({"seit", "depuis", "desde", "dal", "dalla", "sinds"})
_BEFORE_NAMES = ARTICLES | _LAST | THIS | VERSUS | _TO | _SINCE | {"in"}


_FOREIGN = (UNITS, _DAYS.keys() - ENGLISH_UNITS.keys(), NAMED, _SINCE, frozenset({"bis", "vom", "hasta", "jusqu'au"}))


def english_unit(word: str) -> str:
    """The unit of days that a lower-case word of another language names: "week"; "" for none."""
    return UNITS.get(unaccented(word), "")


def is_foreign(words: Sequence[str]) -> bool:
    """Whether one of these lower-case words is another language's for figures, a day, a week, a month, a quarter or a year."""
    return any(
        word in FIGURES or word in METRICS or any(unaccented(_ELIDED.sub("", word)) in known for known in _FOREIGN) for word in words
    )


def ignored_in(words: Sequence[str]) -> frozenset[str]:
    """The words that change nothing in the language of these lower-case words, without accents; none where that is English."""
    begins = is_foreign(words) or (bool(words) and words[0] in SHOW)
    is_other = begins or (not AROUND.isdisjoint(map(unaccented, words)) and bool(sentence_in(words)))
    return ARTICLES | AROUND if is_other else frozenset()


def with_english_periods(words: Sequence[str]) -> list[str]:
    """The lower-case words with the periods of six languages in English, as many words as before."""
    read = [_ELIDED.sub("", word if word in NAMED or word.isascii() else unaccented(word)) for word in words]
    if not any(word in known for word in read for known in (NAMED, UNITS, ENGLISH_UNITS, _DAYS, _SINCE, _LAST, THIS)):
        return list(words)
    english = ["1st" if word in {"1er", "1o", "1°"} else words[at] for at, word in enumerate(read)]
    is_german = not WORDS[GERMAN].isdisjoint(read) or any(word.startswith("statistik") for word in read)
    for at, word in enumerate(read):
        if word in NAMED and (word not in _NAMES_TOO or _is_led(read, at)):
            _put_name(read, english, at)
        elif word in _DAYS and (word != "hier" or not is_german):
            english[at] = _DAYS[word]
        elif word in UNITS or (word == "week" and at and read[at - 1] in _LAST | THIS):
            _put_unit(read, english, at)
        elif word in ENGLISH_UNITS and (read[max(at - 1, 0)] in _ENGLISH_WHICH or ENGLISH_UNITS[word] == "yesterday"):
            english[at] = ENGLISH_UNITS[word]
    _join(read, english)
    return english


def _join(read: Sequence[str], english: list[str]) -> None:
    """Puts "to", "of" and "since" in the place of words between days and months."""
    for at, word in enumerate(read[:-1]):
        before, after = english[at - 1] if at else "", english[at + 1]
        if word in _TO and _is_point(before) and _is_point(after):
            english[at] = "to"
        elif word in _OF and _is_point(before) and (after in MONTHS or (before in MONTHS and after.isdecimal())):
            english[at] = "of"
        elif word in _SINCE and _is_point(after):
            english[at] = "since"
        elif word in _SINCE and read[at + 1] in ARTICLES and _is_point(*english[at + 2 : at + 3]):
            english[at : at + 2] = "since", "the"


def _put_name(read: Sequence[str], english: list[str], at: int) -> None:
    """Puts a month or a day in its place, and "last" before it."""
    english[at] = NAMED[read[at]]
    if at and _which(read[at - 1]) == "last":
        english[at - 1] = "last"
    elif _which("".join(read[at + 1 : at + 2])) == "last":
        english[at : at + 2] = "last", NAMED[read[at]]


def _is_led(words: Sequence[str], at: int) -> bool:
    """Whether a number or a word of a language is next to a word."""
    beside = (*words[max(at - 1, 0) : at], *words[at + 1 : at + 2])
    return any(word[0].isdigit() or word in _BEFORE_NAMES or word in _OF or (word in NAMED and word not in _NAMES_TOO) for word in beside)


def _is_point(word: str = "") -> bool:
    return word[:1].isdigit() or word in MONTHS or word in WEEKDAYS


def _put_unit(words: Sequence[str], english: list[str], at: int) -> None:
    """Puts "last week", "last 7 days", "2 weeks ago", "week 46" or "3rd quarter" in the place of a unit and the words beside it."""
    unit = UNITS.get(words[at], "week")
    two, one, after = (words[place] if 0 <= place < len(words) else "" for place in (at - 2, at - 1, at + 1))
    number, further = (_NUMBERS.get(word, word if word.isdecimal() else "") for word in (one, two))
    if number and two in _AGO_BEFORE:
        english[at - 2 : at + 1] = number, f"{unit}s", "ago"
    elif number and after in _AGO_AFTER:
        english[at - 1 : at + 2] = number, f"{unit}s", "ago"
    elif words[at] in _QUARTER and (nth := _NTH.fullmatch(one)):
        english[at - 1 : at + 1] = ("1st", "2nd", "3rd", "4th")[int(nth[1]) - 1], unit
    elif number and (which := _which(after)):
        english[at - 1 : at + 2] = which, number, f"{unit}s"
    elif number:
        english[max(at - 2, 0) : at + 1] = [*filter(None, [_which(two) or english[at - 2] if at > 1 else ""]), number, f"{unit}s"]
    elif further and (which := _which(one)):
        english[at - 2 : at + 1] = which, further, f"{unit}s"
    elif unit == "week" and after.isdecimal():
        english[at] = unit
    elif unit != "day" and (which := _which(one)):
        english[at - 1 : at + 1] = which, unit
    elif unit != "day" and (which := _which(after)):
        english[at : at + 2] = which, unit


def _which(word: str) -> str:
    if not word or word in _NUMBERS:
        return ""
    if word in THIS:
        return "this"
    return "last" if word in _LAST or is_near(word, _LAST) else ""
