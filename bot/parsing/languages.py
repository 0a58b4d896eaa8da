"""Words of other languages: function words, and the sentence that answers a question in such a language.

The bot reads English. Of German, French, Spanish, Portuguese, Italian and Dutch it reads the words for figures, comparisons, the best
posts, all accounts, help, and for periods (``foreign_periods``); another question gets one sentence in its language.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from bot.lazy_regex import any_case
from bot.parsing.text import near_words, word_set

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
#: Other words that change nothing in a question of their language.
AROUND = SHOW | word_set(
    """wie viele wieviele wieviel viel hatten hatte hat haben habe wir ich mir danke unsere unser unserer mich war waren sind ist lief
    liefen lauft laufen bekommen bekam gewonnen gemacht gab gibt es von bei anzeigen bericht ergebnis ergebnisse auswertung neue neuen
    combien avons avez avait eu nous donne donne-moi merci notre nos quel quels quelle quelles sont est etait ont obtenu fait je veux
    comment va vont marche resultats rapport nouveaux nombre numero anzahl aantal
    cuanto cuantos cuanta cuantas tuvimos tuvo tiene hemos dame dime quiero gracias nuestro nuestra como fue van le hizo los son nuevos
    resultados datos obtuvo informe resumen rendimiento
    quanto quantos quantas tivemos teve obrigado obrigada nosso nossa foi foram como relatorio desempenho o os
    quanti quante abbiamo avuto ha grazie nostro nostra andata andato di
    konnen kannst konnten konntest sie zeigen sagen geben schicken mochte hatten gern gerne sehen uns
    j'aimerais aimerais voudrais pourriez pouvez peux-tu vous moi
    s'est passe passee abgeschnitten necesito necesitamos heeft s'il te vous plait as als
    puedes podrias podria quisiera gustaria pode poderia preciso brauche brauchen welche quais sao cuales
    beitrag publication publicacion publicacao performt gerade vai donner pouvez-vous pourriez-vous peux pasar passar enviar mandar envoyer
    hoeveel hadden hebben laat zien onze bedankt deed hoe ging van voor overzicht het een"""
)
_BEST = r"(?:beste[rsn]?|meilleure?s?|mejor(?:es)?|melhor(?:es)?|miglior[ei]?)"
_BEITRAG = r"(?:beitr(?:a|ä|ae)ge?|posts?|publications?|publicaci[oó]n(?:es)?|publicaç(?:ão|ões)|pubblicazion[ei]|bericht(?:en)?)"
_WHAT_IS = (
    r"(?:was (?:ist|war|sind|waren)|quel(?:le)?s? (?:est|sont|était|étaient)|cu[aá]l(?:es)? (?:es|son|fue|fueron)"
    r"|qua(?:l|is) (?:é|foi|são|foram)|quali? (?:è|sono|era)|wat (?:is|was|zijn))"
)
_KONTEN = r"(?:konten|accounts?|comptes|cuentas|contas|kanäle|seiten|pages|páginas|paginas|profile|équipes?|equipes?|kollegen)"
#: Words and phrases for comparisons, the best posts and all accounts, and the English ones.
_QUESTIONS = tuple(
    (any_case(rf"(?<!\w)(?:{pattern})(?!\w)"), english)
    for pattern, english in (
        (r"im vergleich (?:zu|mit)|verglichen mit|par rapport à|comparée? (?:à|avec)|en comparaci[oó]n con|comparado (?:con|com)", "vs"),
        (r"vergleichen?|vergleich(?: (?:von|zwischen))?|compara(?:r|me|mos)?|comparaci[oó]n (?:de|entre)|compare[rz]", "compare"),
        (r"comparaison (?:de|entre)|comparação (?:de|entre)|confronta(?:re)?|vergelijk", "compare"),
        (
            (
                r"wer (?:hat|hatte|bekam) (?:die )?(?:meisten|am meisten)|qui a (?:eu )?le plus(?: de)?|qui[eé]n (?:tuvo|tiene) m[aá]s"
                r"|quem (?:teve|tem) mais|chi ha (?:avuto )?(?:più|piu)|wie (?:had|heeft) de meeste"
            ),
            "who had the most",
        ),
        (r"für alle|von allen|pour tous|de tous|(?:para|de) todos|(?:per|di) tutti|voor allen?|van iedereen", "team"),
        (rf"(?:{_WHAT_IS} )?(?:(?:der|die|das|den|dem|la|les?|el|los|las|o|a|os|as|il|lo|i|de|het) )?(?:{_BEST}|top) {_BEITRAG}", "top"),
        (r"comment (?:va|vont|marche(?:nt)?)|comment(?= (?:s['’]est|se|fonctionne|ça|a été|ont été|était)\b)", "how"),
        (
            r"taux d['’]engagement|interaktionsrate|(?:tasa|taxa) (?:de )?(?:interacci[oó]n|engajamento|engagement)|engajamento",
            "engagement rate",
        ),
        # "Stats" alone is English.
        (r"(?:les )?stats(?= (?:de|des|du|von|vom|del|da|do)\b)|les stats", "statistiques"),
        (r"[dl]['’](impressions|abonn[ée]s|engagement|interactions)", r"\1"),
        (rf"(?:alle[rn]?|tou(?:te)?s|todas?|todos|tutt[ie]) (?:(?:die|les|las|los|as|os|gli|le|i|unserer?|nos) )?{_KONTEN}", "team"),
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
HELP = frozenset({"hilfe", "aide", "aidez", "aidez-moi", "ayuda", "ayúdame", "ayudame", "ajuda", "ajude", "aiuto"})

#: For each language its common words that are not English words or names, without accents, and the sentence in it.
WORDS = {
    sentence: frozenset(words.split())
    for sentence, words in {
        GERMAN: (
            "wie viele hatten haben wir letzten letzte letzter vorige vorigen vergangene vergangenen woche monat jahr zeig zeige "
            "danke unsere unser mich beitrag beitrage wieviele wieviel lief lauft zahlen waren und nicht wann warum heute "
            "abgeschnitten gestern sind konnen kannst du beste schlecht tage tagen wochen monate monaten quartal jahre seit nachste "
            "nachsten januar februar marz juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag "
            "jeden jede jedes montags dienstags mittwochs donnerstags freitags werktags wochentlich monatlich taglich ersten "
            "zweiten uhr steigen diesen wer besten vorgestern vergleich zu guten morgen anzeigen zeigt zeigen bericht ergebnis "
            "ergebnisse auswertung konten konto rangliste ubersicht aller alle losche loschen meinen schicke schick sende schreibe plane "
            "kostet ich mir dir eine einen einer ein kein keine auch noch schon aber oder nur sehr mehr bitte mach mache stoppe starte "
            "finde gib muss soll kann einstellungen wochenbericht monatsbericht grafik diagramm passt geht wieso wenig viel alles"
        ),
        FRENCH: (
            "combien avons nous avez dernier derniere semaine mois annee montre montrez merci notre nos quel quels quelle quelles "
            "chiffres passe passee voir etait ont sont pourquoi quand aujourd'hui hier pouvez peux meilleur meilleurs "
            "bonjour salut s'il vous plait s'est jours semaines annees trimestre depuis prochaine prochain janvier fevrier mars "
            "avril juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche chaque "
            "tous toutes lundis vendredis mensuel hebdomadaire que faire peux-tu peut-on quoi neuf chez avant-hier comparer nombre "
            "montrer montre-moi afficher affiche donne donne-moi resultats rapport compte comptes programme une demain supprime publie "
            "envoie envoie-moi ecris baissent qui aime je une arrete fais trouve parametres graphique aussi tres"
        ),
        SPANISH: (
            "cuanto cuantos cuanta cuantas tuvimos semana mes ano pasado pasada muestra gracias nuestro nuestra publicacion como "
            "cual cuales muestrame fue nos cifras ultimo ultima hoy ayer manana hola quiero mejor mejores por que datos fueron dias "
            "semanas meses trimestre desde comparar comparacion anteayer proxima proximo enero febrero marzo mayo junio julio "
            "septiembre octubre noviembre diciembre lunes martes miercoles jueves viernes domingo cada todos todas mensual semanal puedes "
            "mostrar mostrarme ver informe ensename resultados resumen rendimiento cuenta cuentas dime dame borra publica programa envia "
            "enviame escribe quien bajan bajaron subieron los numeros una pero donde "
            "esta deten configuracion ajustes grafico necesito tengo tambien muy cuando publicar"
        ),
        PORTUGUESE: (
            "pode fazer quanto quantos quantas tivemos semana passado passada mes mostre obrigado obrigada nosso nossa publicacao hoje "
            "ontem ola qual foi como curtidas dados ultimo ultima melhor voce dias semanas meses trimestre desde proxima proximo janeiro "
            "fevereiro março maio junho julho setembro outubro novembro dezembro segunda-feira terca-feira quarta-feira "
            "quinta-feira sexta-feira exibir relatorio desempenho conta contas por que os numeros "
            "cairam caiu tao pouco apague apaga publique envie quem agende toda"
        ),
        ITALIAN: (
            "quanti quante quanto abbiamo avuto settimana scorsa scorso mese della delle degli statistiche mostra mostrami grazie "
            "nostro nostra ieri oggi ciao questa questo giorni settimane mesi trimestre prossima prossimo gennaio febbraio marzo "
            "aprile maggio giugno luglio settembre ottobre novembre dicembre lunedi martedi mercoledi giovedi venerdi sabato "
            "domenica"
        ),
        DUTCH: (
            "hoeveel hadden hebben vorige afgelopen maand statistieken cijfers laat zien onze bedankt gisteren vandaag het een "
            "dagen weken maanden kwartaal sinds volgende januari februari maart mei juni juli augustus oktober maandag dinsdag "
            "woensdag donderdag vrijdag zaterdag zondag toon bekijk overzicht"
        ),
        POLISH: "statystyki ile mielismy zeszlym zeszlego tygodnia tygodniu miesiacu miesiaca pokaz dziekuje wczoraj dzisiaj nasze",
        TURKISH: "istatistik istatistikler istatistikleri gecen hafta kac goster tesekkurler bugun bizim icin",
        SWEDISH: "statistik senaste forra veckan manaden hur manga hade vi igar idag vara",
    }.items()
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
#: Words of several languages, or with another meaning in English (India's time zone, a comment).
_SHORT_WORDS = ARTICLES | {"ist", "comment"}
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
    (_, hits), sentence = max(((_hits(plain, known), sentence) for sentence, known in WORDS.items()), key=lambda pair: pair[0])
    return sentence if hits > english else ""


def _hits(words: Sequence[str], known: frozenset[str]) -> tuple[int, int]:
    """The number of words of a language, without and with typos and short words, which count only together with an exact word."""
    exact = sum(word in known for word in words)
    return exact, exact and exact + sum(word not in known and (word in _SHORT_WORDS or is_near(word, known)) for word in words)


def is_near(word: str, known: frozenset[str]) -> bool:
    return len(word) >= _FEWEST_LETTERS and bool(near_words(word, known, most=1, least=_NEAR))


def asks(words: Sequence[str]) -> bool:
    """Whether these lower-case words have more of another language than of English, or begin with its "show"."""
    return words[0] in SHOW or (not AROUND.isdisjoint(map(unaccented, words)) and bool(sentence_in(words)))


@lru_cache(maxsize=64)
def with_english_questions(text: str) -> str:
    """The text with English words for comparisons, the best posts and all accounts: "vergleiche" is "compare"."""
    for pattern, english in _QUESTIONS:
        text = pattern.sub(english, text)
    return text


@lru_cache(maxsize=4096)
def unaccented(word: str) -> str:
    """A word in small letters without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign))


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
