"""Words of other languages: function words, and the sentence that answers a question in such a language.

The bot reads English. Of German, French, Spanish, Portuguese, Italian and Dutch it reads the words for figures, comparisons, the best
posts, all accounts, help, and for periods (``foreign_periods``); another question gets one sentence in its language.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from bot.lazy_regex import any_case, lazy_regex
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
#: For each language other words that change nothing in a question, without accents.
_AROUND = {
    GERMAN: """
        gib wie viele wieviele wieviel viel hatten hatte hat haben habe wir ich mir danke unsere unser unserer mich war waren sind ist
        lief uns liefen lauft laufen bekommen bekam gewonnen gemacht gab gibt es von bei anzeigen bericht ergebnis ergebnisse auswertung
        neue neuen anzahl konnen kannst konnten konntest sie zeigen sagen geben schicken mochte gern gerne sehen abgeschnitten brauche
        brauchen welche beitrag performt gerade erreicht erzielt dazugewonnen""",
    FRENCH: """
        avoir combien avons avez avait eu nous donne donne-moi merci notre nos quel quels quelle quelles sont est etait ont obtenu fait
        je veux comment va vont marche resultats rapport nouveaux nombre j'aimerais aimerais voudrais pourriez pouvez peux-tu vous moi
        s'est passe passee s'il te plait publication donner pouvez-vous pourriez-vous peux envoyer avons-nous gagne gagnes besoin
        etaient""",
    SPANISH: """
        cuanto cuantos cuanta cuantas tuvimos tuvo tiene hemos dame dime quiero gracias nuestro nuestra como fue le hizo los son nuevos
        numero resultados datos obtuvo informe resumen rendimiento necesito necesitamos puedes podrias podria quisiera gustaria cuales
        publicacion pasar enviar mandar conseguimos logramos hicimos ganamos fueron eran estuvo estuvieron""",
    PORTUGUESE: """
        quanto quantos quantas tivemos teve obrigado obrigada nosso nossa foi foram como relatorio desempenho o os as pode poderia
        preciso quais sao publicacao passar vai""",
    ITALIAN: "quanti quante abbiamo avuto ha grazie nostro nostra andata andato di",
    DUTCH: """
        aantal heeft als hoeveel hadden hebben laat zien onze bedankt deed hoe ging van voor overzicht het een""",
}
#: Other words that change nothing in a question of their language.
AROUND = SHOW.union(*(words.split() for words in _AROUND.values()))
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
    (any_case(rf"(?<!\w)(?:{pattern})(?!\w)"), english)
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

#: Months and days from January and Monday on, other spellings behind "/", without accents where they are no other word then.
NAMES = {
    GERMAN: """
        januar/janner februar/feber marz/mrz april mai juni juli august september oktober/okt november dezember/dez montag dienstag
        mittwoch donnerstag freitag samstag/sonnabend sonntag""",
    FRENCH: """
        janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi
        dimanche""",
    SPANISH: """
        enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre lunes martes miercoles jueves
        viernes sabado domingo""",
    PORTUGUESE: """
        janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda-feira terca-feira quarta-feira
        quinta-feira sexta-feira sabado domingo""",
    ITALIAN: """
        gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedi martedi mercoledi giovedi
        venerdi sabato domenica""",
    DUTCH: """
        januari februari maart april mei juni juli augustus september oktober november december maandag dinsdag woensdag donderdag
        vrijdag zaterdag zondag""",
}
#: Words that are names, or words of English too: they count only together with another word of their language.
_SHARED = word_set(
    """war hat ist es von bei sie uns est ont eu fait va vont marche passe rapport publication te moi le son los fue o os as di ha als van
    voor het een laat deed ging numero comment mon cet ce serve aus sert au ou en hace para del lista conta grupo alerta menos fallen ton
    mis sus stelle ab alarm alarme an die el was auf mit nach plus tout me no era sin ser des april august september november december
    mai mars mayo abril julio agosto domingo todo contra main infos branche branches garde partage resume configure regle liste deja mano
    si lo la las un unos al se du aux mal vez bien luego vamos quotidien utilise programa"""
)
_IBERIAN = (
    "que para esta este como por mes semana datos dias semanas meses trimestre desde quien los numeros no todo nada apaga alerta conta se"
)
#: For each language its common words that are not English words or names, without accents, and the sentence in it.
WORDS = {
    sentence: frozenset(words.split()).union(_AROUND.get(sentence, "").split(), re.split(r"[\s/]+", NAMES.get(sentence, "")))
    for sentence, words in {
        GERMAN: """
            verknupft anzulegen bescheid sag sage passiert damit mal doch genau warten weiter weitere stopp ruhe mitteilung mitteilungen
            meldung meldungen empfanger verteiler teilen teile ansehen uberblick uberwache uberwachen beobachte verfolge folgen vorschau
            eintragen austragen zugriff zugang berechtigungen nutzen benutzen welchen welchem wen wem wessen womit woher wo meiner
            meinem deinen unserem unseren seine seinen ihre ihren machen sonst vielleicht sofort nochmal zuruck zurucksetzen abbrechen
            speichern herunterladen exportieren einladen zusammenfassung umstellen stellen anpassen gleich loswerden nie nirgends
            deutsche auflisten liste hinzufugen bearbeiten umziehen wechseln wechsle vergiss vergessen tagesbericht quartalsbericht was
            verschiebe verschieben hor aufhoren beobachten schalte ausschalten abschalten nimm nehmen setze setzen mochten wollen wollte
            sollte melde melden informiere informieren erinnere kommen kommt sein ihn ihm ihnen auf mit nach durch ohne zwischen beim
            dabei nichts jemand niemand etwas sobald hallo umbenennen benenne ersetze kann darf bleibt lass weg raus rein letzten letzte
            letzter vorige vorigen vergangene vergangenen woche monat jahr zeig zeige beitrage zahlen und nicht wann warum heute gestern
            du beste besten schlecht tage tagen wochen monate monaten quartal jahre seit nachste nachsten jeden jede jedes montags
            dienstags mittwochs freitags donnerstags werktags wochentlich monatlich taglich ersten zweiten uhr steigen diesen wer
            vorgestern vergleich zu guten morgen zeigt konten konto rangliste ubersicht aller alle losche loschen meinen mein meine
            schicke schick sende schreibe plane kostet dir eine einen einer ein kein keine auch noch schon aber oder nur sehr mehr bitte
            mach mache stoppe starte finde gib muss soll grafik einstellungen wochenbericht monatsbericht diagramm passt geht wieso
            wenig alles aus bist wird werden wurde habt dich dein deine ihr euch welcher welches wozu wofur jetzt immer wieder dann wenn
            hinzu fuge entferne entfernen andere andern anlegen lege erstelle erstellen richte einrichten aktiviere deaktiviere verbinde
            verbinden verbunden verbundenen trenne kundigen abbestellen abmelden benachrichtige benachrichtigung benachrichtigungen
            gruppe ab stelle alarm alarme an die ziel ziele berichte profil funktioniert bedeutet hilft helfen verstehst sprichst
            deutsch heisst machst tun tust fallt fallen sinkt sinken pausiere beende andert wachst""",
        FRENCH: """
            coup infos relie relies branche branches tiens courant rapports savoir vouloir pouvoir mettre mets mettez prends prendre
            garde garder partage partager surveille surveiller suivre suit commencer arreter reprendre reprends demarrer lancer exporter
            telecharger inviter droits corriger enregistrer heure heures demain bientot plutot quelque chose oublie oublier renommer
            connaitre liste configure parametre regle reglages recois resume viennent vient suffit utilise utiliser aider aide-moi
            inscrire voila seulement quotidien trimestriel jusqu'au jusqu'a francais un du aux ne doit plus efface effacer tout toute
            secours recevoir annule annuler stoppe stopper changer modifie modifier renomme avertis informe rappelle signale avec sans
            dans vers entre apparaitre elle ils elles etre avoir aller peut peuvent doivent aucun aucune rien jamais encore deja bien
            beaucoup trop assez quelques plusieurs autre autres meme alors mais oui non desabonne decale deplace deplacer des comme
            lequel laquelle ceux celui etaient dernier derniere semaine mois annee montre montrez chiffres voir pourquoi quand
            aujourd'hui hier meilleur meilleurs bonjour salut jours semaines annees trimestre depuis prochaine prochain chaque tous
            toutes lundis vendredis mensuel hebdomadaire que faire peut-on quoi neuf chez avant-hier comparer montrer montre-moi
            afficher affiche compte comptes programme une supprime publie envoie envoie-moi ecris baissent qui aime arrete fais trouve
            parametres graphique aussi tres pas ce cet cette ces mon ton leurs votre vos suis sais sait faut dois veut ajoute ajouter
            ajoutez supprimer retire retirer enleve enlever cree creer configurer connecter connecte connectes desactive desactiver
            activer desabonner previens previens-moi alerte alertes alarme objectif objectifs groupe equipe fonctionne c'est qu'est-ce
            est-ce ici maintenant apres avant toujours baisse monte augmente sais-tu as-tu es-tu puis-je parles comprends signifie
            quelqu'un ou sert au""",
        SPANISH: f"""
            saca sacar meter manda pon poner ponme deja dejar apaga enciende encender quitar informes perfiles permisos acceso
            notificacion avisos aviso basta echame mano explica explicame cuentame necesitan quieren queria podrias debo tienes tenemos
            vamos voy bien luego tarde temprano pronto hora horas vez veces reanuda reanudar renombrar compartir comparte descarga
            descargar exporta exportar invita invitar vigila vigilar seguir empieza empezar ningun cualquier ambos quienes porque olvida
            olvidate recuerdame diario trimestral lo la las un unos al se si hazlo cambialo ponlo anadir editar conecto llega salen sale
            responde reporte reportes usuario usuarios nuevo nueva ya no me debe deben baja darme socorro todo toda nada nadie alguien
            algo otro otra otros hasta entre sobre sin contra cambia cambiar mueve mover pasa modifica modificar renombra detener parar
            era eran estaba estado ser estar tener ellos ellas usted ustedes yo buenos buenas tardes noches suban sube caigan recibir
            dejen aparecer {_IBERIAN} ano pasado pasada muestra cual muestrame cifras ultimo ultima hoy ayer manana hola mejor mejores
            fueron comparar comparacion anteayer proxima proximo cada todos todas mensual semanal mostrar mostrarme ver ensename cuenta
            cuentas borra borrar publica programa envia enviame escribe bajan bajen bajaron subieron una pero donde deten configuracion
            ajustes grafico tengo tambien muy cuando publicar mis tus sus nuestros nuestras hacer haces hace puedo pueden podemos
            quieres agrega agregar el anade elimina eliminar quita crea crear configura configurar configuro conecta conectar conectadas
            desactiva desactivar suscribir cancela cancelar pausa alerta alertas avisa avisame objetivo objetivos grupo equipo lista
            funciona significa entiendes hablas aqui ahora siempre mas menos sirve esto eso estan estas hay del""",
        PORTUGUESE: f"""
            nao ja me tudo nada mude pare remover {_IBERIAN} fazer passado passada mostre hoje ontem ola qual curtidas dados ultimo
            ultima melhor voce proxima proximo exibir conta contas cairam caiu tao pouco apague apaga publique envie quem agende toda
            todas quantas crie remova adicione isto isso serve funciona alerta grupo""",
        ITALIAN: """
            quanto settimana scorsa scorso mese della delle degli statistiche mostra mostrami ieri oggi ciao questa questo giorni
            settimane mesi trimestre prossima prossimo""",
        DUTCH: """
            vorige afgelopen maand statistieken cijfers laat zien gisteren vandaag het een dagen weken maanden kwartaal sinds volgende
            toon bekijk overzicht""",
        POLISH: "statystyki ile mielismy zeszlym zeszlego tygodnia tygodniu miesiacu miesiaca pokaz dziekuje wczoraj dzisiaj nasze",
        TURKISH: "istatistik istatistikler istatistikleri gecen hafta kac goster tesekkurler bugun bizim icin",
        SWEDISH: "statistik senaste forra veckan manaden hur manga hade vi igar idag vara",
    }.items()
}
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
