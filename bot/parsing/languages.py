"""Words of other languages: function words, and the sentence that answers a question in such a language.

The bot reads English. Of German, French, Spanish, Portuguese, Italian and Dutch it reads the words for figures, comparisons, the best
posts, all accounts, help, and for periods (``foreign_periods``); another question gets one sentence in its language.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from bot.lazy_regex import lazy_regex
from bot.parsing.text import near_words, unaccented, word_set

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
#: By the sentence in each language whose "today" is read: what is said above yesterday's figures.
TODAY_IN = {
    GERMAN: "Heute ist noch nicht vorbei (UTC). Hier ist gestern.",
    FRENCH: "Aujourd'hui n'est pas encore terminé (UTC). Voici hier.",
    SPANISH: "Hoy aún no ha terminado (UTC). Aquí está ayer.",
    PORTUGUESE: "Hoje ainda não terminou (UTC). Aqui está ontem.",
    ITALIAN: "Oggi non è ancora finito (UTC). Ecco ieri.",
    DUTCH: "Vandaag is nog niet voorbij (UTC). Hier is gisteren.",
}

#: Articles and prepositions, ignored with other words of their language; alone they may be a name ("Uma", "Das").
ARTICLES = word_set(
    """der die das den dem des vom zum zur im von
    le la les du de des aux au sur
    el los las del por favor una un
    da do das dos na nos nas uma
    und mit et avec y con
    am en em il lo gli della dello delle nel nella het op dal"""
)
#: Words for figures.
STATISTICS = word_set(
    """statistik statistiken statistique statistiques estadística estadísticas estadistica estadisticas
    estatística estatísticas estatistica estatisticas statistiche statistica statistieken cijfers zahlen kennzahlen chiffres cifras dati
    números numeros numeri"""
)
#: These and the words around them, ignored with a period.
FIGURES = STATISTICS | {"für", "pour", "para", "bitte", "svp", "stp"}
#: "Show".
SHOW = word_set(
    """zeig zeige zeigt montre montrez montrer montre-moi affiche voir muestra muestrame muéstrame mostrar mostrarme ver mostre mostra
    mostrami toon bekijk"""
)
#: The words of each language in ``languages.toml``, by its sentence.
_TABLES = dict(
    zip(
        (GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH, POLISH, TURKISH, SWEDISH),
        tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).values(),
        strict=True,
    )
)
#: Other words that change nothing in a question of their language.
AROUND = SHOW.union(*(table.get("around", "").split() for table in _TABLES.values()))
_BEST = r"(?:beste[rsn]?|meilleure?s?|mejor(?:es)?|melhor(?:es)?|miglior[ei]?)"
_BEITRAG = r"(?:beitr(?:a|ä|ae)ge?|posts?|publications?|publicaci[oó]n(?:es)?|publicaç(?:ão|ões)|pubblicazion[ei]|bericht(?:en)?)"
_WHAT_IS = (
    r"(?:was (?:ist|war|sind|waren)|quel(?:le)?s? (?:est|sont|était|étaient)|cu[aá]l(?:es)? (?:es|son|fue|fueron)"
    r"|qua(?:l|is) (?:é|foi|são|foram)|quali? (?:è|sono|era)|wat (?:is|was|zijn))"
)
_KONTEN = (
    r"(?:(?:die|les|las|los|as|os|gli|le|i|unserer?|nos|nuestr[oa]s) )?"
    r"(?:konten|accounts?|comptes|cuentas|contas|kanäle|seiten|pages|páginas|paginas|profile|équipes?|equipes?|kollegen)"
)
#: Words and phrases for comparisons, the best posts and all accounts, and the English ones.
_QUESTIONS = tuple(
    (lazy_regex(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), english)
    for pattern, english in (
        (r"im vergleich (?:zu|mit)|verglichen mit|par rapport à|comparée? (?:à|avec)|en comparaci[oó]n con|comparado (?:con|com)", "vs"),
        (r"vergleichen?|vergleich(?: (?:von|zwischen))?|compara(?:r|me|mos)?|comparaci[oó]n (?:de|entre)|compare[rz]", "compare"),
        (r"comparaison (?:de|entre)|comparação (?:de|entre)|confronta(?:re)?|vergelijk", "compare"),
        (r"wer (?:hat|hatte|bekam) (?:die )?(?:meisten|am meisten)|qui a (?:eu )?le plus(?: de)?", "who had the most"),
        (r"qui[eé]n (?:tuvo|tiene) m[aá]s|quem (?:teve|tem) mais|chi ha (?:avuto )?pi[ùu]|wie (?:had|heeft) de meeste", "who had the most"),
        (
            rf"(?:für alle|von allen|pour tous|de tous|(?:para|de) tod[oa]s|(?:per|di) tutti|voor allen?|van iedereen)(?: {_KONTEN})?",
            "team",
        ),
        (rf"(?:{_WHAT_IS} )?(?:(?:der|die|das|den|dem|la|les?|el|los|las|o|a|os|as|il|lo|i|de|het) )?(?:{_BEST}|top) {_BEITRAG}", "top"),
        (r"comment (?:va|vont|marche(?:nt)?)|comment(?= (?:s['’]est|se|fonctionne|ça|a été|ont été|était)\b)", "how"),
        (
            r"taux d['’]engagement|interaktionsrate|tasa (?:de )?(?:interacci[oó]n|engagement)|(?:taxa (?:de )?)?engajamento",
            "engagement rate",
        ),
        # "Stats" alone is English.
        (r"(?:les )?stats(?= (?:de|des|du|von|vom|del|da|do)\b)|les stats", "statistiques"),
        (r"[dl]['’](impressions|abonn[ée]s|engagement|interactions)", r"\1"),
        # Alone it asks which accounts there are.
        (rf"(?:alle[rn]?|tou(?:te)?s|todas?|todos|tutt[ie]) {_KONTEN}(?!\W*$)", "team"),
        (r"qu[eé] tal", "how"),
        # "No mês passado"; "no" alone is English.
        (r"no(?= (?:m[eê]s|ano|trimestre|[uú]ltimo)\b)", ""),
        (r"rangliste|classement|clasificaci[oó]n|classificação|classifica|ranglijst", "board"),
    )
)
#: Between the two that are compared.
AND = frozenset({"und", "mit", "et", "avec", "à", "y", "con", "com", "e", "en", "met", "zu"})
#: Between two sides, with another word of its language: alone it may be a name.
VERSUS = frozenset({"gegen", "gegenüber", "contre", "contra", "contro", "tegen"})
HELP = frozenset({"hilfe", "aide", "d'aide", "aidez", "aidez-moi", "ayuda", "ayúdame", "ayudame", "ajuda", "ajude", "aiuto"})

#: Months and days from January and Monday on, other spellings behind "/".
NAMES = {sentence: table["names"] for sentence, table in _TABLES.items() if "names" in table}
#: Words that are names, or words of English too: they count only together with another word of their language.
_SHARED = word_set(
    """war hat ist es von bei sie uns est ont eu fait va vont marche passe rapport publication te moi le son los fue o os as di ha als van
    voor het een laat deed ging numero comment mon cet ce serve aus sert au ou en hace para del lista conta grupo alerta menos fallen ton
    mis sus stelle ab alarm alarme an die el was auf mit nach plus tout me no era sin ser des april august september november december
    mai mars mayo abril julio agosto domingo todo contra main infos branche branches garde partage resume configure regle liste deja mano
    si lo la las un unos al se du aux mal vez bien luego vamos quotidien utilise programa"""
)
#: For each language its common words that are not English words or names, without accents, and the sentence in it.
WORDS = {sentence: frozenset(" ".join(table.values()).replace("/", " ").split()) for sentence, table in _TABLES.items()}
#: Verbs with a pronoun behind them, and other words, known by their ends.
_SHAPES = {
    FRENCH: lazy_regex(r"\w{3,}-(?:moi|toi|nous|vous|le|la|les|lui|tu)|ça"),
    SPANISH: lazy_regex(r"\w+[áéíóú]\w+(?:l[oa]s?|me|nos|te)|\w{2,}(?:ción|ciones|[aei]mos|aron|ieron)"),
}
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
#: Words that make a question English though a name in it is foreign.
_ENGLISH = word_set(
    """how what which who when why did does do is are was were show give tell get see find the of for about with and our my your their we
    you i us me last this past previous week month quarter year days many much please thanks"""
)
#: "Every", and how often.
RHYTHMS = {
    "jeden", "jede", "jedes", "wochentlich", "monatlich", "taglich", "chaque", "hebdomadaire", "mensuel", "cada", "semanal", "mensual",
    "toda", "ogni", "elke",
}  # fmt: skip
#: The fewest letters for comparing a word with foreign ones.
_FEWEST_LETTERS = 5
#: Similarity (0 to 1) from which on a word counts as a typo of a foreign one.
_NEAR = 0.8


def sentence_in(words: Sequence[str]) -> str:
    """The sentence in the language of these words; "" where no other language has more of them than English."""
    plain = [unaccented(word) for word in words]
    for word in words:
        if kind := next((_SCRIPTS[name] for letter in word if (name := unicodedata.name(letter, "").partition(" ")[0]) in _SCRIPTS), ""):
            # Japanese has Chinese letters too.
            kinds = {unicodedata.name(letter, "").partition(" ")[0] for letter in "".join(words)}
            kind = JAPANESE if kind == CHINESE and not kinds.isdisjoint({"HIRAGANA", "KATAKANA"}) else kind
            return kind if not any(one in _ENGLISH for one in plain) else ""
    english = sum(word in _ENGLISH for word in plain)
    (_, hits), sentence = max(((_hits(words, sentence), sentence) for sentence in WORDS), key=lambda pair: pair[0])
    return sentence if hits > english else ""


def own_words(text: str | Sequence[str]) -> frozenset[str]:
    """All words known of the language of a text, without accents; none where it is English."""
    return WORDS.get(sentence_in(re.findall(r"[^\W\d][\w'’-]*", text.lower()) if isinstance(text, str) else text), frozenset())


def _hits(words: Sequence[str], sentence: str) -> tuple[int, int]:
    """The number of words of a language, without and with typos and words that count only together with an exact one."""
    plain, known = [*map(unaccented, words)], WORDS[sentence]
    shaped = sum(_SHAPES[sentence].fullmatch(word) is not None for word in words) if sentence in _SHAPES else 0
    exact = shaped + sum(word in known and word not in _SHARED for word in plain)
    return exact, exact and shaped + sum(word in known or word in ARTICLES or is_near(word, known) for word in plain)


def is_near(word: str, known: frozenset[str]) -> bool:
    return len(word) >= _FEWEST_LETTERS and bool(near_words(word, known, most=1, least=_NEAR))


@lru_cache(maxsize=64)
def with_english_questions(text: str) -> str:
    """The text with English words for comparisons, the best posts and all accounts: "vergleiche" is "compare"."""
    for pattern, english in _QUESTIONS:
        text = pattern.sub(english, text)
    return text


#: Words for a metric, with accents and without, and its English word.
METRICS = {
    form: english
    for english, words in {
        "impressions": (
            "impressionen, aufrufe, ansichten, vues, impresiones, visualizaciones, impressões, visualizações, impressioni, weergaven"
        ),
        "reach": "reichweite, portée, alcance, copertura, bereik",
        "reactions": "reaktionen, réactions, j'aime, reacciones, me gusta, reações, curtidas, reazioni",
        "comments": "kommentare, kommentar, commentaires, commentaire, comentarios, comentario, comentários, comentário, commenti",
        "reshares": "partages, compartidos, compartilhamentos, condivisioni",
        "followers": "abonnenten, abonnés, seguidores, volgers",
    }.items()
    for word in words.split(", ")
    for form in (word, unaccented(word))
}
