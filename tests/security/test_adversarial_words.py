"""No text that a person may send costs much more than a plain question: whichever verb reads it, and wherever it comes in."""

import json
import random
import statistics
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest

from bot.digests.modal import FORM, FORM_PREVIEW
from bot.listeners.routes import routes
from bot.parsing import vocabulary
from bot.parsing.text import MOST_CHARACTERS
from bot.slack import interactive as ids
from bot.statistics.posts import find_posts
from tests.fixtures.crowds import crowd_of
from tests.security.test_arrival import (
    COMMAND,
    DIRECT,
    EVENT,
    FORM_SENT,
    LINK,
    PRESS,
    SHORTCUT,
    STEP,
    as_request,
    listening,
    send,
    signature,
)

NAMES = ("Acme GmbH", "May Lee", "Ann Smith", "The Guardian", "Monday Motors", "Status Quo", "Team Blue", "One Two Three")
FIRST_NAMES = ("Ann", "Bob", "Carla", "Dmitri", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas")

#: Repeated up to the length of the text; # is another number each time, so that nothing can be remembered.
PIECES = (
    "ann bob ", "may lee ", "may le ", "an#, ", "ann nr# company ", "Nr# Compan ",
    "company # ", "one two three ", "team blue ", "acme gmbh vs ",
    "linkedin-a# ", "linkedin-Crowd# ", "1,", ",", "0", "1 2 3 ", "1k ", "12345678901234567890 ", "1-", "-", "x", "#", "#,#;",
    '"', '"a', "'a ", "“", "`", "*", "_", "~", "%", "\\", "/", "((((", "[[", "{{", "a.", "!?",
    " ", "\n", "\t\u00a0", "\u200b", "é\u0302", "ﬃ ", "İ", "ß", "👩\u200d👩\u200d👧 ", "\u202e", ":smile: ", "&lt;", "&amp;amp;",
    "<@U#> ", "<@U0BOB0000|bob> ", "<#C#|x> ", "<!subteam^S#> ", "<@", "<|>", "@ann ", "#x ",
    "https://linkedin.com/ ", "<https://www.linkedin.com/posts/x_activity-74346853168563773#> ",
    "urn:li:share:", "urn:li:share:74346853168563# ",
    "https://x.example/?u=", "https%3A%2F%2Flinkedin.com%2F", "<https://x.example/?u=https%3A%2F%2Flinkedin.com%2F|", "lnkd.in/#&",
    "vs ", "vs", "and ", "& ", "+", "a=b,", "= ", "> 5 ", "<", "+50% ", "-1% week ",
    "min 5 ", "at 9:00 ", "quiet 20:00-8:00 ", "or ", "in ", "to ",
    "last week ", "last ", "1 nov - ", "2026-11-", "1/1/1/", "since ", "7d ",
    "Q3 ", "november ", "monday ", "mondy ", "mon,", "1st, ", "every mon ",
    "first and ", "first of the month ", "in berlin ", "europe/berlin ", "europe/", "cron 0 9 * * 1 ", "cron ", "* ",
    "impressions ", "imprssions ", "reach,", "csv ", "share ", "help ", "digest ", "alert ", "for acme in ", "the ", "list ",
)  # fmt: skip

#: Every verb of the table and of questions about figures; a new one is tried as soon as it stands there.
VERBS = sorted(
    {verb for route in routes(Mock(), Mock()) for verb in route.verbs}
    | {*vocabulary.SEVERAL_WORDS, *(" ".join(words) for words in vocabulary.LEADING), *vocabulary.HELP_WORDS}
    | {vocabulary.ACCOUNTS, vocabulary.DEFAULT, vocabulary.STATUS, vocabulary.COMPARE, vocabulary.UNLINK, *vocabulary.VERSUS}
)
#: Beginnings after which a text is read by another reader than after the verb alone.
BEGINNINGS = (
    "", "group x = ", "group x = acme gmbh, ", "link <@U0BOB00000> ", "acme gmbh vs ", "top team ", "team x ", "acme gmbh last week ",
    "digest all every mon 9:00 ", "digest acme gmbh, ", "digest edit ", "digest move ", "digest show ", "digest 3f9a edit ", "digest cron ",
    "alert acme gmbh impressions ", "alert impressions > 5 day ", "alert snooze ", "alert test ", "goal impressions 5k month ",
    "goal acme gmbh ", "goal delete ", "allow <@U0BOB00000> ", "unfurl on ",
    "https://www.linkedin.com/feed/update/urn:li:share:7434685316856377344/ ",
)  # fmt: skip

#: What once took seconds, or should.
KNOWN = (
    ("group x = ", "1,"),
    ("digest all every mon 9:00 ", "mon,"),
    ("digest all every mon 9:00 ", "1st, "),
    ("allow ", "<@U#> "),
    ("digest ", "1,"),
    ("https://www.linkedin.com/feed/update/urn:li:share:7434685316856377344/ ", "*"),
)

#: Characters of a long message; one of 40,000, escaped, is larger than any body that is read.
LONG = 10_000

#: How much more than a plain question a text may cost. What this is to find costs hundreds of times as much.
MOST_TIMES = 40


def repeated(pieces: tuple[str, ...], length: int) -> str:
    text, at = "", count()
    while len(text) < length:
        text += "".join(pieces).replace("#", str(next(at)))
    return text[:length]


def pressed(text: str, **over: Any) -> dict[str, Any]:
    return {**PRESS, "actions": [{**PRESS["actions"][0], "value": text, **over}]}


def form(text: str, kind: str) -> dict[str, Any]:
    field_ = {"type": "plain_text_input", "value": text}
    values = {
        "accounts": {"accounts": {"type": "multi_static_select", "selected_options": [{"value": "linkedin-Crowd0"}]}},
        "channel": {"channel": {"type": "conversations_select", "selected_conversation": "C0MARKETING"}},
        "time": {"time": {"type": "timepicker", "selected_time": "09:00"}},
        "zone": {"zone": {"type": "plain_text_input", "value": "Europe/Berlin"}},
    }
    return {**FORM_SENT, "view": {**FORM_SENT["view"], "callback_id": FORM, "state": {"values": {**values, kind: {kind: field_}}}}}


def event(base: dict[str, Any], **over: Any) -> dict[str, Any]:
    return {**base, "event": {**base["event"], **over}}


def look(text: str) -> dict[str, Any]:
    press = pressed("preview", action_id=FORM_PREVIEW)
    return {**press, "container": {"type": "view", "view_id": "V1"}, "view": form(text, "words")["view"]}


def message(text: str) -> dict[str, Any]:
    blocks = [{"type": "rich_text", "elements": [{"type": "link", "url": url} for url in text.split(" ")]}]
    return {"ts": "1700000000.000100", "text": (text * 4)[:LONG], "blocks": blocks}


#: Every way by which a text comes in, as the payload that carries it.
ENTRY_POINTS = {
    "command": lambda text: {**COMMAND, "text": text},
    "mention": lambda text: event(EVENT, text=f"<@U0SANDBOXB> {text}"),
    "a long mention": lambda text: event(EVENT, text=(text * 4)[:LONG]),
    "mention in a thread": lambda text: event(EVENT, text=text, thread_ts="1600000000.000100"),
    "direct message": lambda text: event(DIRECT, text=text),
    "message shortcut": lambda text: {**SHORTCUT, "message": message(text)},
    "step, question": lambda text: event(STEP, inputs={"user_id": "U0ANN00001", "question": text}),
    "step, account": lambda text: event(STEP, inputs={"user_id": "U0ANN00001", "account": text, "period": text}),
    "links": lambda text: event(
        LINK, channel="C0MARKETING", links=[{"url": url, "domain": "linkedin.com"} for url in (text, *text.split(" "))]
    ),
    "form, words": lambda text: form(text, "words"),
    "form, zone": lambda text: form(text, "zone"),
    "form, preview": look,
    "button": pressed,
    "menu": lambda text: pressed("", type="static_select", action_id=ids.ACCOUNT, selected_option={"value": text}),
    "file button": lambda text: pressed(text, action_id=ids.CSV),
    "comparison": lambda text: pressed(text, action_id=ids.COMPARE),
    "digest button": lambda text: pressed(text, action_id="digest.pause"),
    "alert button": lambda text: pressed(text, action_id="alert.pause"),
    "search of a menu": lambda text: {
        **{name: PRESS[name] for name in ("team", "user", "channel", "container")},
        "type": "block_suggestion",
        "action_id": "accounts",
        "block_id": "accounts",
        "value": text,
    },
}


def plain_question(which: int) -> dict[str, Any]:
    """One for each number, so that no answer is remembered."""
    return ENTRY_POINTS["command"](f"acme gmbh {8 + which}d")


@dataclass
class Attacked:
    """The bot over HTTP with so many accounts, and what a plain question costs there."""

    scene: Any
    session: aiohttp.ClientSession
    response_url: str
    accounts: int
    plain: float = 0.0
    numbers: Any = field(default_factory=count)

    async def cost(self, payload: dict[str, Any]) -> float:
        """Seconds of this process until everything is done that the payload began."""
        number = next(self.numbers)
        fresh: dict[str, Any] = {"event_id": f"Ev{number}"} if "event" in payload else {"trigger_id": f"1.{number}.words"}
        if "event" in payload:
            fresh["event"] = {**payload["event"], "ts": f"1700000000.{number:06}", "message_ts": f"1700000000.{number:06}"}
            if "function_execution_id" in payload["event"]:
                fresh["event"]["function_execution_id"] = f"Fx{number}"
        elif "view" in payload:
            fresh["view"] = {**payload["view"], "hash": f"h{number}"}
        if "response_url" in payload:
            fresh["response_url"] = self.response_url
        body, kind = as_request({**payload, **fresh})
        started = time.process_time()
        status = await send(self.scene, self.session, body, kind, signature(self.scene, body))
        await self.scene.settle()
        seconds = time.process_time() - started
        assert status == 200, (status, json.dumps(payload)[:300])
        return seconds

    async def times(self, entry_point: str, text: str) -> float:
        """How many plain questions the text costs; both are tried again where it seems too many: the machine may be slower now."""
        payload = ENTRY_POINTS[entry_point](text)
        seconds = await self.cost(payload)
        for _ in range(5):
            if seconds > MOST_TIMES * self.plain:
                self.plain = max(self.plain, await self.cost(plain_question(next(self.numbers) % 20)))
                seconds = min(seconds, await self.cost(payload))
        return seconds / self.plain


@pytest.fixture(params=[8, 4_000])
async def attacked(request, open_scene, monkeypatch):
    names = [*NAMES, *(f"{FIRST_NAMES[at % 10]} Nr{at} Company {at % 97}" for at in range(request.param))][: request.param]
    world = crowd_of(names)
    monkeypatch.setattr(world, "posts", lambda *_, **__: [])  # the sandbox would make up two months of posts for each account
    async with (
        open_scene(transport="http", world=world, administrators="U0ANN00001") as scene,
        aiohttp.ClientSession() as session,
        listening() as response_url,
    ):
        started = Attacked(scene, session, response_url, request.param)
        for text in ("acme gmbh last week", "nobody of this name", *VERBS):
            await started.cost(ENTRY_POINTS["command"](text))
        started.plain = statistics.median([await started.cost(plain_question(20 + which)) for which in range(9)])
        yield started


def mixtures(chance: random.Random, number: int) -> list[tuple[str, str]]:
    """Beginnings and pieces by chance, each verb at least once."""
    leads = [f"{verb} " for verb in VERBS] + list(BEGINNINGS)
    chance.shuffle(leads)
    return [
        (leads[at % len(leads)], repeated(tuple(chance.choices(PIECES, k=chance.choice((1, 1, 2, 3)))), MOST_CHARACTERS))
        for at in range(number)
    ]


async def test_no_text_after_any_verb_costs_much_more_than_a_plain_question(attacked):
    """Each verb and beginning is tried with few accounts or with many; each with both in the sweep over all texts. Then each way in."""
    cases = [(lead, repeated((piece,), MOST_CHARACTERS)) for lead, piece in KNOWN]
    tried = mixtures(random.Random(13), len(VERBS) + len(BEGINNINGS))  # noqa: S311 - the same cases each time
    for lead, text in cases + tried[attacked.accounts > len(NAMES) :: 2]:
        typed = (lead + text)[:MOST_CHARACTERS]
        assert await attacked.times("command", typed) < MOST_TIMES, typed[:120]
    chance = random.Random(16)  # noqa: S311 - the same cases each time
    for entry_point in ENTRY_POINTS:
        for lead, text in mixtures(chance, 2):
            sent = (lead + text)[:MOST_CHARACTERS]
            assert await attacked.times(entry_point, sent) < MOST_TIMES, (entry_point, sent[:120])


LEADING_LINK = "https://www.linkedin.com/feed/update/urn:li:share:7434685316856377344/ "


def test_no_long_message_takes_much_longer_to_look_for_links_than_plain_words_do():
    """Messages of threads, and of the shortcut, have up to 40,000 characters; a quarter of that tells enough."""

    def cost(text):
        started = time.process_time()
        find_posts(text)
        return time.process_time() - started

    plain = max(cost(LEADING_LINK + repeated(("hello, see www.example.com ",), 10_000)) for _ in range(3))
    for piece in (
        *PIECES,
        "<iframe src=x ",
        "<iframe ",
        "src=x ",
        "a+",
        "a-",
        "a.b-",
        "%25",
        "%3A",
        "1,234,",
        "1E+18 ",
        "share:",
        "<a:",
        "<a|",
    ):
        text = LEADING_LINK + repeated((piece,), 10_000)
        assert min(cost(text), cost(text), cost("<iframe " + text)) < MOST_TIMES * plain, piece


#: A word that could be read in two ways, so often that trying all of them would take years.
TWO_WAYS = (
    ("digest acme 9:00 every sun", " weds"),
    ("digest acme 9:00 on day 1", " & 1"),
    ("digest acme first", " & fourth"),
    ("digest acme cron 0 8 * may", "-may"),
    ("watch acme tell <!here>", ", &amp;"),
    ("who", " gets"),
    ("new posts of a", ", and a"),
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("lead", "piece"), TWO_WAYS)
async def test_words_that_could_be_read_in_two_ways_are_read_at_once(open_scene, lead, piece):
    """Also where the last command may be meant, in a sentence of the most characters."""
    async with open_scene() as scene:
        await scene.ask("goal acme impressions 5k month")
        await scene.ask(f"{lead}{piece} x")
        started = time.process_time()
        assert (await scene.ask(f"{lead}{repeated((piece,), 290 - len(lead))} x"))["text"]
        assert time.process_time() - started < 5


@pytest.mark.full
@pytest.mark.timeout(3600)
async def test_none_of_all_texts_costs_much_more(attacked):
    chance = random.Random()  # noqa: S311 - other cases each time; a failure tells them
    found = []
    for lead in (*(f"{verb} " for verb in VERBS), *BEGINNINGS):
        for piece in PIECES:
            typed = (lead + repeated((piece,), MOST_CHARACTERS))[:MOST_CHARACTERS]
            found.append((await attacked.times("command", typed), "command", typed))
    for entry_point in ENTRY_POINTS:
        found += [(await attacked.times(entry_point, repeated((piece,), MOST_CHARACTERS)), entry_point, piece) for piece in PIECES]
    for lead, text in mixtures(chance, 2_000):
        entry_point = chance.choice(list(ENTRY_POINTS))
        typed = (lead + text)[:MOST_CHARACTERS]
        found.append((await attacked.times(entry_point, typed), entry_point, typed))
    found.sort(reverse=True)
    assert [(round(times), entry_point, text[:120]) for times, entry_point, text in found if times >= MOST_TIMES] == []
