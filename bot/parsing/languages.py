"""Words of other languages: those around a question, the basic periods, and the sentence that answers a question in one.

The bot reads English. Of German, French, Spanish and Portuguese it reads the words for figures, last week, last month, yesterday and help;
a question in another language gets one sentence in it.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from bot.parsing.text import near_words

GERMAN = "Ich verstehe nur Englisch; diese Fragen funktionieren:"
FRENCH = "Je ne comprends que l'anglais ; ces questions fonctionnent :"
SPANISH = "Solo entiendo inglés; estas preguntas funcionan:"
PORTUGUESE = "Só entendo inglês; estas perguntas funcionam:"
ITALIAN = "Capisco solo l'inglese; queste domande funzionano:"
DUTCH = "Ik begrijp alleen Engels; deze vragen werken:"
POLISH = "Rozumiem tylko po angielsku; te pytania działają:"
TURKISH = "Yalnızca İngilizce anlıyorum; şu sorular çalışır:"
SWEDISH = "Jag förstår bara engelska; de här frågorna fungerar:"
RUSSIAN = "Я понимаю только по-английски; эти вопросы работают:"
JAPANESE = "英語しか分かりません。次の質問なら答えられます:"
CHINESE = "我只懂英语；这些问题可以用："
KOREAN = "영어만 이해합니다. 다음 질문은 됩니다:"
ARABIC = "أفهم الإنجليزية فقط؛ هذه الأسئلة تعمل:"
HINDI = "मैं केवल अंग्रेज़ी समझता हूँ; ये प्रश्न काम करते हैं:"

#: Articles and prepositions, which say nothing beside other words of their language; alone they may be a name ("Uma", "Das").
ARTICLES = frozenset(
    """
    der die das den dem des vom zum zur im von
    le la les du de des aux au sur
    el los las del por favor una un
    da do das dos na nos nas uma
    """.split()  # noqa: SIM905  # a list of words reads better as words
)
#: Words for figures and those around them, which say nothing beside a period.
FIGURES = frozenset(
    """
    für pour para bitte svp
    statistik statistiken statistk statistique statistiques estadística estadísticas estadistica estadisticas
    estatística estatísticas estatistica estatisticas
    """.split()  # noqa: SIM905  # the same
)
HELP = frozenset({"hilfe", "aide", "aidez", "aidez-moi", "ayuda", "ayúdame", "ayudame", "ajuda", "ajude", "aiuto"})

#: Words that are common in a language and mean nothing in an English question or name, without accents, and the sentence in it.
_WORDS = tuple(
    (frozenset(words.split()), sentence)
    for words, sentence in (
        (
            (
                "wie viele hatten haben wir letzten letzte letzter vorige vorigen vergangene vergangenen woche monat jahr zeig zeige "
                "danke unsere unser mich beitrag beitrage wieviele wieviel lief lauft zahlen waren und nicht wann warum heute "
                "abgeschnitten gestern sind konnen kannst du beste schlecht"
            ),
            GERMAN,
        ),
        (
            (
                "combien avons nous avez dernier derniere semaine mois annee montre montrez merci notre nos quel quels quelle quelles "
                "chiffres passe passee voir etait ont sont comment pourquoi quand aujourd'hui hier pouvez peux meilleur "
                "bonjour salut s'il vous plait s'est"
            ),
            FRENCH,
        ),
        (
            (
                "cuanto cuantos cuanta cuantas tuvimos semana mes ano pasado pasada muestra gracias nuestro nuestra publicacion como cual "
                "cuales muestrame fue nos cifras ultimo ultima hoy ayer hola quiero mejor por que datos fueron"
            ),
            SPANISH,
        ),
        (
            (
                "quanto quantos quantas tivemos semana passado passada mes mostre obrigado obrigada nosso nossa publicacao ontem hoje ola "
                "qual foi como curtidas dados ultimo ultima melhor voce"
            ),
            PORTUGUESE,
        ),
        (
            (
                "quanti quante quanto abbiamo avuto settimana scorsa scorso mese della delle degli statistiche mostra mostrami grazie "
                "nostro nostra ieri oggi ciao questa questo"
            ),
            ITALIAN,
        ),
        ("hoeveel hadden hebben vorige afgelopen maand statistieken cijfers laat zien onze bedankt gisteren vandaag het een", DUTCH),
        ("statystyki ile mielismy zeszlym zeszlego tygodnia tygodniu miesiacu miesiaca pokaz dziekuje wczoraj dzisiaj nasze", POLISH),
        ("istatistik istatistikler istatistikleri gecen hafta kac goster tesekkurler bugun bizim icin", TURKISH),
        ("statistik senaste forra veckan manaden hur manga hade vi igar idag vara", SWEDISH),
    )
)
#: The same by script.
_SCRIPTS = {
    "CYRILLIC": RUSSIAN,
    "HIRAGANA": JAPANESE,
    "KATAKANA": JAPANESE,
    "CJK": CHINESE,
    "HANGUL": KOREAN,
    "ARABIC": ARABIC,
    "DEVANAGARI": HINDI,
}
#: Words that make a question an English one, though a name in it is foreign.
_ENGLISH = frozenset(
    """
    how what which who when why did does do is are was were show give tell get see find the of for about with and our my your their we you
    i us me last this past previous week month quarter year yesterday days many much please thanks
    """.split()  # noqa: SIM905  # the same
)
#: A shorter word may be a slip of another.
_FEWEST_LETTERS = 5
#: Similarity (0 to 1) from which on a word counts as a typo of a foreign one.
_NEAR = 0.8


def sentence_in(words: Sequence[str]) -> str:
    """The sentence in the language of these words; "" where they are not more of another language than English."""
    plain = [unaccented(word) for word in words]
    for word in words:
        if kind := next((_SCRIPTS[name] for letter in word if (name := unicodedata.name(letter, "").partition(" ")[0]) in _SCRIPTS), ""):
            # Japanese has Chinese letters too.
            kinds = {unicodedata.name(letter, "").partition(" ")[0] for letter in "".join(words)}
            kind = JAPANESE if kind == CHINESE and not kinds.isdisjoint({"HIRAGANA", "KATAKANA"}) else kind
            return kind if not any(one in _ENGLISH for one in plain) else ""
    english = sum(word in _ENGLISH for word in plain)
    hits, sentence = max(((_hits(plain, known), sentence) for known, sentence in _WORDS), key=lambda pair: pair[0])
    return sentence if hits > english else ""


def _hits(words: Sequence[str], known: frozenset[str]) -> int:
    """How many of the words are of a language; those that may only be a typo of one count beside another that is one."""
    exact = sum(word in known for word in words)
    return exact and exact + sum(word not in known and _is_near(word, known) for word in words)


def _is_near(word: str, known: frozenset[str]) -> bool:
    return len(word) >= _FEWEST_LETTERS and bool(near_words(word, known, most=1, least=_NEAR))


@lru_cache(maxsize=4096)
def unaccented(word: str) -> str:
    """A word in small letters without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign))


_UNITS = {
    **dict.fromkeys(("woche", "semaine", "semana"), "week"),
    **dict.fromkeys(("monat", "mois", "mes"), "month"),
    **dict.fromkeys(("quartal", "trimestre"), "quarter"),
    **dict.fromkeys(("jahr", "annee", "ano"), "year"),
}
_LAST = frozenset(
    """
    letzte letzten letzter letztes vorige vorigen voriger voriges vergangene vergangenen vergangener
    derniere dernier passee passe precedente precedent pasada pasado anterior ultima ultimo passada passado
    """.split()  # noqa: SIM905  # the same
)
_THIS = frozenset("diese dieser diesen dieses cette ce cet esta este".split())  # noqa: SIM905  # the same
_DAYS = {**dict.fromkeys(("gestern", "hier", "ayer", "ontem"), "yesterday"), **dict.fromkeys(("heute", "hoy", "hoje"), "today")}


def is_foreign(words: Sequence[str]) -> bool:
    """Whether one of these lower-case words is another language's for figures, a day, a week, a month, a quarter or a year."""
    return any(word in FIGURES or unaccented(word) in _UNITS or unaccented(word) in _DAYS for word in words)


def with_english_periods(words: Sequence[str]) -> list[str]:
    """The lower-case words with the basic periods of four languages in English, as many words as before."""
    read = [unaccented(word) if not word.isascii() else word for word in words]
    english = [_DAYS.get(word, words[at]) for at, word in enumerate(read)]
    for at, word in enumerate(read):
        if unit := _UNITS.get(word):
            for beside in (at - 1, at + 1):
                if 0 <= beside < len(read) and (which := _which(read[beside])):
                    english[min(at, beside)], english[max(at, beside)] = which, unit
                    break
    return english


def _which(word: str) -> str:
    if word in _THIS:
        return "this"
    return "last" if word in _LAST or _is_near(word, _LAST) else ""
