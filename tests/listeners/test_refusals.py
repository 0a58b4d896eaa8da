"""A refusal comes with buttons that work: each is understood, none changes anything unasked, three where nothing near is known."""

from random import Random

import pytest
from sqlalchemy import select

from bot.parsing.languages import FRENCH, GERMAN, SPANISH
from bot.parsing.suggestions import CORRECTING
from bot.reports.error_blocks import CHANGE_TITLE, DELETE_TITLE
from bot.storage import tables

#: What people type rightly, for typos and for words that have no place there.
TYPED = tuple(
    """
    acme last week | ann impressions last month | accounts | top 5 last month | board growth 28d min 500 | team yesterday
    acme vs ann november | yesterday vs day before | stop the digest | compare acme and bob | default acme | acme 7d csv | settings
    unsubscribe | impressions comments november daily | digest acme every monday 9:00 | digest all weekdays 8:30 | help periods
    digest ann every other friday 16:00 Europe/Berlin | digest edit every friday | digest pause acme until 7 jan | acme since monday
    alert impressions +50% week min 500 | alert acme comments > 20 day | alert team reactions -30% month | bob q3 2026 | unfurl on
    digest acme first working day of the month | video views last week | acme christmas | digest acme from 1 dec until 31 dec monday
    watch acme | goal impressions 50,000 month | goal bob comments 20 week | group sales = ann, bob | opt out acme | allow here | goals
    """.strip()
    .replace("\n", "|")
    .split("|")
)
#: Words that a question or a command has no place for.
LEFT_OVER = tuple(
    """
    octember | easter | EST | virality | fortnightly | 3.5% | €500 | dave | instagram | clicks | saves | demographics | watch time | pdf
    google sheets | 30 feb | week 54 | 1999 | next month | last 0 days | -3d | q5 | 25:00 | last week and this month | privately | прошлый
    letzte | 先週 | every 3 hours | not over the holidays | minus 5 | ffff | xyz | board | goal 50000 | alert | without bob | 13/13/2026
    """.strip()
    .replace("\n", "|")
    .split("|")
)
#: What cannot be answered at all.
REFUSED = tuple(
    """
    schedule a post for tomorrow | reply to the comment | delete my post | export acme to google sheets | email me acme last week | drop it
    we hit 50k | top board last month | acme top every monday | diegst every monday | alret impressions +50% week | tpo last month | undo
    digest followers down 5% | digest impressions > 500 | alert weekly | goal every monday | watch impressions +50% | watch every friday
    digest delete | pause the alerts for bob | link ann | client here | unfurl maybe | allow xyz | default xyz | group = ann | delete this
    https://www.linkedin.com/company/microsoft/ | https://www.instagram.com/p/Cx1234abcd/ | acme vs microsoft | what about carol | 42
    warum sind die Zahlen so schlecht | pourquoi les chiffres baissent | borra mi publicación | por que os números caíram | 先週の統計
    digest jeden monday 9 uhr morgens bitte | programme une publication pour demain | forget what i said | goal impressions minus 5 month
    """.strip()
    .replace("\n", "|")
    .split("|")
)
LETTERS = "abcdefghijklmnopqrstuvwxyz19 -"


def mistyped(typed: str, chance: Random) -> str:
    letters = list(typed)
    for _ in range(chance.randint(1, 3)):
        at, kind = chance.randrange(len(letters)), chance.choice(("drop", "add", "swap", "other"))
        if kind == "add":
            letters.insert(at, chance.choice(LETTERS))
        elif kind == "other":
            letters[at] = chance.choice(LETTERS)
        elif kind == "swap" and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif len(letters) > 1:
            del letters[at]
    return "".join(letters)


def wrong(chance: Random) -> str:
    """Something to type that is often refused."""
    typed, verb = chance.choice(TYPED).strip(), chance.choice(("digest", "alert", "goal", "watch", "top", "board", "unfurl", "default"))
    kinds = (
        lambda: mistyped(typed, chance),
        lambda: f"{typed} {chance.choice(LEFT_OVER).strip()}",
        lambda: f"{chance.choice(LEFT_OVER).strip()} {typed}",
        lambda: f"{verb} {typed.partition(' ')[2] or typed}",
        lambda: f"{verb} {chance.choice(LEFT_OVER).strip()}",
        lambda: chance.choice(REFUSED).strip(),
    )
    return chance.choice(kinds)()


async def answer(scene, text, way):
    ann = scene.slack.person("ann")
    if way == "command":
        action = await ann.command(text, channel="#marketing")
    elif way == "message":
        action = await ann.say(text)
    else:
        above = await ann.mention("acme last week", channel="#marketing") if way == "below a card" else None
        await scene.settle()
        action = await ann.mention(text, channel="#marketing", thread_ts=above.ts if above else None)
    await scene.settle()
    return next((message for message in reversed(action.seen()) if message.get("blocks")), None)


def is_refused(message):
    return message["blocks"][0].get("text", {}).get("text", "").startswith(":warning:")


async def set_up(scene):
    """Everything that a press could have changed."""
    async with scene.bot.database.read() as connection:
        return [list(await connection.execute(select(table))) for table in (tables.digests, tables.changes, tables.account_groups)]


async def holds(scene, texts):
    """Each refusal has its buttons, and each button is understood; those that change something ask first."""
    ways = ("command", "mention", "below a card", "message")
    refused, pressed_before = 0, set()
    for at, text in enumerate(texts):
        reply = await answer(scene, text, ways[at % len(ways)])
        if reply is None or not is_refused(reply):
            continue
        refused += 1
        pressed_on = [one for block in reply["blocks"] for one in block.get("elements", ())]
        offered = [one for one in pressed_on if one.get("action_id", "").startswith("example.")]
        asks_back = "?" in reply["text"] or any(remedy in reply["text"] for remedy in CORRECTING)
        before = await set_up(scene)
        assert len(offered) >= 3 or (offered and asks_back), (text, reply["text"])
        for one in offered:
            if "confirm" in one:
                assert one["confirm"]["title"]["text"] in (CHANGE_TITLE, DELETE_TITLE)
                continue
            if (one["value"], reply["channel"]) in pressed_before:
                continue
            pressed_before.add((one["value"], reply["channel"]))
            pressed = await scene.slack.person("ann").press(reply, one["action_id"])
            await scene.settle()
            shown = [message for message in pressed.seen() if message.get("blocks")]
            assert not (shown and is_refused(shown[-1])), (text, one["value"], shown[-1]["text"])
        assert await set_up(scene) == before, text
    return refused


async def test_every_refusal_has_buttons_that_work_and_change_nothing_unasked(open_scene):
    chance = Random(20261130)  # noqa: S311 - the same texts in every run
    texts = [*map(str.strip, REFUSED), *(wrong(chance) for _ in range(40))]
    async with open_scene(knobs={"rate_limits": False}) as scene:
        assert await holds(scene, texts) > len(texts) / 2


OFFERED = (
    ("digest followers down 5%", "alert followers down 5%"),
    ("digest impressions > 500", "alert impressions > 500"),
    ("digest goal 50000", "goal impressions 50000 month"),
    ("digest acme 9", "digest acme every Monday at 9"),
    ("digest acme until monday", 'digest "Acme Robotics" until 2026-11-30 every monday 9:00'),
    ("goal 10k impressions this month in paris", "goal impressions 10000 month"),
    ("wekely digest", "digest weekly digest"),
    ("zoee müler yesterday", '"Zoë Müller-Łukasik" yesterday'),
    ("alert acme drops 20", "alert acme impressions < 20 week"),
    ("summer 2025", "jun - aug 2025"),
    ("alert weekly", "digest weekly"),
    ("goal every monday", "digest every monday"),
    ("goal impressions +50% week", "alert impressions +50% week"),
    ("watch every friday", "digest every friday"),
    ("digest delete", "digest every monday 9:00"),
    ("acme last week <#C0GENERAL>", "acme last week share"),
    ("default xyzzy", "accounts"),
)


async def test_what_the_words_make_after_another_verb_is_offered(scene):
    for text, words in OFFERED:
        reply = await answer(scene, text, "command")
        assert any(one.get("value") == words for block in reply["blocks"] for one in block.get("elements", ())), (text, reply["text"])


#: Questions and orders about accounts, setting up, deleting, alerts and the bot itself, by the sentence that answers them.
FOREIGN = {
    GERMAN: """
        Was kannst du? | Zeig mir alle Konten | welche konten gibt es | Bitte lösche den Wochenbericht | lösche alles | pausiere den digest
        Richte einen Bericht jeden Montag um 9 ein | Welche Benachrichtigungen gibt es? | Wie lege ich einen Alarm an?
        alle Berichte löschen | Ziel 50000 Impressionen im Monat | Benachrichtige mich, wenn die Reichweite fällt
        Alarm löschen | Digest löschen | Wie stelle ich den wöchentlichen Digest ab? | Füge Zoë zur Gruppe Vertrieb hinzu | Deutsch?
        Entferne Bob aus der Gruppe | Wer bist du? | Wie funktioniert das hier? | lösche das Konto von Ann
        Was bedeutet Reichweite? | Bob soll nicht mehr dabei sein | Der Bericht soll nicht mehr kommen | Schalte alles ab
        Mach aus dem Wochenbericht einen Monatsbericht | Erinnere mich am Montag | nicht am 25. Dezember | Wer hat Zugriff?
        Nimm Kofi aus allen Berichten | Sag Bescheid, wenn etwas passiert | Hör auf damit | Konto hinzufügen | Ruhe!
    """,
    FRENCH: """
        Que sais-tu faire ? | Montre-moi tous les comptes | Quels comptes sont connectés ? | Supprime toutes les alertes | liste des comptes
        Peux-tu m'envoyer un rapport chaque lundi ? | Comment créer une alerte ? | objectif 50 000 impressions ce mois | C'est quoi ce bot ?
        Préviens-moi quand la portée baisse | ajoute Ann au groupe | arrête le rapport | pause le rapport jusqu'au 7 janvier
        où sont mes alertes ? | Quelles sont les pages connectées ? | annule tous les rapports | Envoie un résumé tous les vendredis à 16h
        stats de la semaine | Supprime le rapport hebdomadaire
        Bob ne doit plus apparaître | Efface tout | efface l'objectif | Désabonne-moi | décale-le à 10h | Au secours
        je ne veux plus recevoir ce rapport | Avertis-moi dès que les commentaires augmentent | pas le 25 décembre
        Enlève Kofi de tous les rapports | Ça suffit | Un coup de main ? | plus jamais ça | ajouter un compte
    """,
    SPANISH: """
        ¿Qué puedes hacer? | muéstrame todas las cuentas | ¿Qué cuentas hay? | borra el resumen | cancela el resumen | quita a Bob del grupo
        avísame cuando bajen las impresiones | crea una alerta si bajan los comentarios | objetivo 50000 impresiones este mes | cuentas
        elimina el digest | Quiero una alerta cuando las impresiones caigan un 20% | establece una meta de 300 comentarios al mes
        ¿Quién publicó más? | configurar alertas | ¿Cómo configuro un informe semanal? | ¿Para qué sirve esto?
        elimina la cuenta de bob | ¿Cuál es la mejor hora para publicar?
        Bob ya no debe aparecer | Bórralo todo | darme de baja | Notifícame en cuanto suban los comentarios | ya no quiero este informe
        Cambia el informe semanal a mensual | Desconecta la cuenta de Sam | pásalo a las 10 | Socorro
        Saca a Kofi de todos los informes | apaga la alerta | Ya basta | nunca más | añadir una cuenta
        Termina el digest de Bob | ¿Se puede reconectar a Bob?
    """,
}


async def test_what_is_not_read_in_another_language_gets_one_sentence_of_it_and_three_buttons(open_scene):
    async with open_scene(knobs={"rate_limits": False}) as scene:
        await scene.ask("digest acme every monday 9:00")
        for sentence, lines in FOREIGN.items():
            texts = [text.strip() for text in lines.strip().replace("\n", "|").split("|")]
            for text in texts:
                reply = await answer(scene, text, "command")
                assert reply["text"] == sentence, text
                offered = [one["value"] for block in reply["blocks"] for one in block.get("elements", ())]
                assert len(offered) == 3, text
                # Neither "ab" nor "el" is an account of the question.
                assert not {"ab", "el"} & set(offered), text
            assert await holds(scene, texts) == len(texts)


async def test_in_another_language_no_article_or_verb_is_taken_for_an_account(scene):
    for text in ("que peux-tu faire", "qué puedes hacer", "o que você pode fazer", "arrête le rapport", "warum ist acme gefallen"):
        reply = await answer(scene, text, "command")
        offered = [one["value"] for block in reply["blocks"] for one in block.get("elements", ())]
        assert offered == ['"Acme Robotics" last week', "accounts", "help"], text


async def test_who_may_not_ask_is_told_that_whatever_the_words_are(scene):
    for text in ("watch impressions +50% week", "watch every friday", "digest followers down 5%"):
        assert "don't answer guests" in (await scene.ask(text, who="gus"))["text"], text


async def test_a_channels_default_is_taken_away(scene):
    for words in ("default nobody", "forget the default"):
        await scene.ask("default bob")
        assert "Bob" in (await scene.ask("default"))["text"]
        assert "no longer has a default account" in (await scene.ask(words))["text"]


@pytest.mark.full
@pytest.mark.parametrize("seed", range(20))
async def test_the_same_of_many_more(open_scene, seed):
    chance = Random(seed)  # noqa: S311 - the same
    async with open_scene(knobs={"rate_limits": False}) as scene:
        assert await holds(scene, [wrong(chance) for _ in range(150)])
