"""The grammar: each question with its ask, each mistake with what is said about it. Today is Monday, 23 November 2026."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.alerts.rule import ALERT_WORDS
from bot.digests.command import DIGEST_WORDS
from bot.errors import (
    LEAVE_ONE_OUT,
    AmbiguousAccount,
    BadPeriod,
    NotAPost,
    NotOverYet,
    NotUnderstood,
    TooManyPosts,
    UnknownAccount,
    UsageError,
)
from bot.goals.parser import GOAL_WORDS
from bot.parsing.courtesies import without_preamble
from bot.parsing.parser import parse_text, to_query
from bot.parsing.queries import (
    AccountQuery,
    AccountsQuery,
    DefaultQuery,
    HelpQuery,
    PostQuery,
    Query,
    StartQuery,
    TimesQuery,
    TopQuery,
    to_text,
)
from bot.parsing.text import MOST_CHARACTERS
from bot.parsing.thread_context import in_thread
from bot.parsing.vocabulary import FILLERS, KNOWN_PHRASES, KNOWN_WORDS, begins_with
from bot.reports.help_blocks import TOPICS
from bot.statistics.metrics import POST_METRICS, Metric
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Account, Directory, Period, last_days

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
POST = PostRef(PostKind.SHARE, 7434685316856377344)
OTHER = PostRef(PostKind.UGC_POST, 7429953213384187904)
ACTIVITY = PostRef(PostKind.ACTIVITY, 7341150125328605185)
ACME, ANN = "linkedin-Tz9W5i6ZYG", "linkedin-ABC"
WEEK, LAST_MONTH = Period(date(2026, 11, 16), date(2026, 11, 22)), Period(date(2026, 10, 1), date(2026, 10, 31))
NOBODY = Directory(())


def ask(text: str, directory: Directory) -> Query:
    return to_query(parse_text(text, TODAY, NOW), directory)


def ask_or_mistake(text: str, directory: Directory) -> Query | UsageError:
    try:
        return ask(text, directory)
    except UsageError as mistake:
        return mistake


ASKED: dict[str, Query] = {
    "": StartQuery(),
    "  \n": StartQuery(),
    "hello": StartQuery(),
    "show me the statistics please": StartQuery(),
    POST.urn: PostQuery(POST),
    f"<{POST.url}?rcm=x|our post>": PostQuery(POST),
    f"stats for <{POST.url}>, please": PostQuery(POST),
    f"{POST.urn} comments impressions": PostQuery(POST, metrics=(Metric.IMPRESSION, Metric.COMMENT)),
    f"share {POST.urn}": PostQuery(POST, share=True),
    f"acme {POST.urn} share likes": PostQuery(POST, ACME, (Metric.REACTION,), share=True),
    f"{POST.urn} last week": PostQuery(POST, period_ignored=True),
    f"{POST.urn} daily": PostQuery(POST, period_ignored=True),
    f"{POST.urn} 31 nov": PostQuery(POST, period_ignored=True),
    f"{POST.urn} 7d last month": PostQuery(POST, period_ignored=True),
    f"{POST.urn} {POST.url}": PostQuery(POST),
    f"{POST.urn} https://www.linkedin.com/in/jane": PostQuery(POST),
    ACTIVITY.url: PostQuery(ACTIVITY),
    "acme": AccountQuery(ACME),
    **dict.fromkeys(("what changed?", "what's changed", "how has it changed", "show me the changes"), StartQuery()),
    "what changed since last week": AccountQuery(period=Period(date(2026, 11, 16), date(2026, 11, 22))),
    **dict.fromkeys(
        (
            "which weekday is best to post",
            "which day is best for posting?",
            "best day of the week to post",
            "when is the best time to post",
        ),
        TimesQuery(),
    ),
    **dict.fromkeys(("what day should we post", "on which days should I publish", "when's a good time to post?"), TimesQuery()),
    **dict.fromkeys(("when should acme robotics post", "acme best posting days", "best weekdays for posting for acme"), TimesQuery(ACME)),
    "best post last month": TopQuery(period=LAST_MONTH),
    "top 20 last month": TopQuery(period=LAST_MONTH, most=20),
    "ACME Robotics": AccountQuery(ACME),
    "acme last week": AccountQuery(ACME, WEEK),
    "what's the card of acme last week?": AccountQuery(ACME, WEEK),
    "last week for acme": AccountQuery(ACME, WEEK),
    "acme, last month.": AccountQuery(ACME, LAST_MONTH),
    "how did acme do in october?": AccountQuery(ACME, LAST_MONTH),
    "what are the impressions of acme": AccountQuery(ACME, metrics=(Metric.IMPRESSION,)),
    "acme ?": AccountQuery(ACME),
    "acme's reach": AccountQuery(ACME, metrics=(Metric.MEMBERS_REACHED,)),
    ":wave: *acme* :pray:": AccountQuery(ACME),
    "`acme 7d`": AccountQuery(ACME, WEEK),
    "7d": AccountQuery(period=WEEK),
    "between 1 oct and 31 oct": AccountQuery(period=LAST_MONTH),
    "daily": AccountQuery(daily=True),
    "acme by day 7d": AccountQuery(ACME, WEEK, daily=True),
    "share": AccountQuery(share=True),
    "share it here": AccountQuery(share=True),
    "shares": AccountQuery(metrics=(Metric.RESHARE,)),
    "reach reshares comments reactions impressions": AccountQuery(metrics=POST_METRICS),
    "Members Reached, views and reposts": AccountQuery(metrics=(Metric.IMPRESSION, Metric.MEMBERS_REACHED, Metric.RESHARE)),
    "MEMBERS_REACHED": AccountQuery(metrics=(Metric.MEMBERS_REACHED,)),
    "account": AccountQuery(),
    "linkedin-NewOne42 7d": AccountQuery("linkedin-NewOne42", WEEK),
    "may lee": AccountQuery("linkedin-Ma1"),
    "May Lee last week": AccountQuery("linkedin-Ma1", WEEK),
    "daily planet": AccountQuery("linkedin-Da1"),
    "the daily planet daily 7d": AccountQuery("linkedin-Da1", WEEK, daily=True),
    "the guardian": AccountQuery("linkedin-Gu1"),
    '"Help"': AccountQuery("linkedin-He1"),
    "“Help” yesterday": AccountQuery("linkedin-He1", Period(date(2026, 11, 22), date(2026, 11, 22))),
    "'may lee' november": AccountQuery("linkedin-Ma1", Period(date(2026, 11, 1), date(2026, 11, 22))),
    "„Zoë Müller-Łukasik“": AccountQuery("linkedin-Zo8YkQ2m1L"),
    "Ruth &amp; Dan &lt;R&amp;D&gt; 7d": AccountQuery("linkedin-Rd5kX0a7tQ", WEEK),
    "ruth and dan": AccountQuery("linkedin-Rd5kX0a7tQ"),
    "<http://Booking.com|Booking.com> 7d": AccountQuery("linkedin-OB1", WEEK),
    "accounts": AccountsQuery(),
    "show me the accounts please": AccountsQuery(),
    "default": DefaultQuery(),
    "default acme": DefaultQuery(ACME),
    "set default to acme": DefaultQuery(ACME),
    "acme default": DefaultQuery(ACME),
    "default daily planet": DefaultQuery("linkedin-Da1"),
    "help": HelpQuery(),
    "HELP!": HelpQuery(),
    "?": HelpQuery(),
    "--help": HelpQuery(),
    "what can you do?": HelpQuery(),
    "hi, how do I use this": HelpQuery(),
    "what accounts do you know?": AccountsQuery(),
    "help figures": HelpQuery("figures"),
    "help with a post": HelpQuery("figures"),
    "alert help": HelpQuery("alerts"),
    "help nonsense 31 nov": HelpQuery(),
    "help https://lnkd.in/x": HelpQuery(),
    f"help {POST.urn} {OTHER.urn}": HelpQuery(),
}


@pytest.mark.parametrize(("text", "asked"), ASKED.items(), ids=[text or "nothing" for text in ASKED])
def test_a_question_is_understood(text: str, asked: Query, directory: Directory):
    assert ask(text, directory) == asked


@pytest.mark.parametrize("asked", dict.fromkeys(ASKED.values()), ids=repr)
def test_canonical_words_ask_the_same(asked: Query, directory: Directory):
    assert ask(to_text(asked), directory) == asked


MISTAKES: dict[str, tuple[type[UsageError], str, tuple[str, ...]]] = {
    "ann": (AmbiguousAccount, "Ann Lee or Ann Rivera", ('"Ann Lee"', '"Ann Rivera"')),
    "ann 7d share": (AmbiguousAccount, "“ann”", ('"Ann Lee" 7d share', '"Ann Rivera" 7d share')),
    "twin studio": (AmbiguousAccount, "Twin Studio", ("linkedin-Tw1", "linkedin-Tw2")),
    f"{POST.urn} ann": (AmbiguousAccount, "“ann”", (f'{POST.urn} "Ann Lee"', f'{POST.urn} "Ann Rivera"')),
    "acmee last week": (UnknownAccount, "“acmee”", ('"Acme Robotics" last week',)),
    "default acmee": (UnknownAccount, "“acmee”", ('default "Acme Robotics"',)),
    "default globex": (UnknownAccount, "“globex”", ()),
    "ann rivra 7d": (UnknownAccount, "“ann rivra”", ('"Ann Rivera" 7d',)),
    "default linkedin-NewOne42": (UnknownAccount, "linkedin-NewOne42", ()),
    "acme impresions": (NotUnderstood, "“impresions”", ("acme impressions",)),
    "hepl": (NotUnderstood, "“hepl”", ("help",)),
    "yesterdy acme": (NotUnderstood, "“yesterdy”", ("yesterday acme",)),
    "acme lst week": (NotUnderstood, "“lst week”", ("acme last week",)),
    "acme 28": (NotUnderstood, "“28”", ("acme 28d",)),
    '"last week" acme': (NotUnderstood, "“last week”", ("last week acme",)),
    f"{POST.urn} vs acme": (NotUnderstood, "can't stand side by side", (POST.urn, '"Acme Robotics"')),
    "number of posts": (NotUnderstood, "can't count posts", ()),
    "acme in the us last month": (NotUnderstood, "“in the us”", ()),
    "likes given by acme": (NotUnderstood, "“given”", ()),
    "17 and 20 nov acme": (BadPeriod, "two periods", ("17 to 20 nov acme", "2026-11-17 vs 20 nov acme")),
    "acme from 20 nov": (BadPeriod, "that day alone", ("acme since 20 nov", "acme 20 nov")),
    "is everything ok": (NotUnderstood, "“ok”", ()),
    "accounts acme": (NotUnderstood, "`accounts`", ("accounts",)),
    "accounts last week": (NotUnderstood, "`accounts`", ("accounts",)),
    "default acme 7d": (NotUnderstood, "`default`", ('default "Acme Robotics"',)),
    "default accounts": (UnknownAccount, "“accounts”", ()),
    "globex last week": (NotUnderstood, "“globex”", ()),
    "<@U0123|bob> 7d": (NotUnderstood, "“@bob”", ()),
    "<@U0123>": (NotUnderstood, "“@U0123”", ()),
    "<#C0123|marketing>": (NotUnderstood, "“#marketing”", ()),
    "<!here>": (NotUnderstood, "“@here”", ()),
    "<!subteam^S1|@team-x>": (NotUnderstood, "“@team-x”", ()),
    "acme today": (NotOverYet, "“today”", ("acme yesterday", "acme 7d")),
    '"may lee" today': (NotOverYet, "“today”", ('"may lee" yesterday', '"may lee" 7d')),
    "this week acme": (BadPeriod, "“this week”", ("last week acme",)),
    "acme 7d last month": (BadPeriod, "two periods", ("acme 7d", "acme last month")),
    "acme 1/11": (BadPeriod, "“1/11”", ()),
    " ".join(f"urn:li:share:74346853168563773{number}" for number in range(10, 21)): (TooManyPosts, "up to 10 posts", ()),
    "https://www.linkedin.com/in/jane": (NotAPost, "profile", ()),
    "acme https://lnkd.in/x https://evil.example/ https://lnkd.in/y": (NotAPost, "short link", ()),
    "x" * 3001: (NotUnderstood, "3,000", ()),
    "x " * 1500: (NotUnderstood, "didn't understand", ()),
}


@pytest.mark.parametrize(("text", "mistake"), MISTAKES.items(), ids=[text[:60] for text in MISTAKES])
def test_a_mistake_is_explained(text: str, mistake: tuple[type[UsageError], str, tuple[str, ...]], directory: Directory):
    kind, shown, suggested = mistake
    with pytest.raises(UsageError) as refused:
        ask(text, directory)
    assert type(refused.value) is kind
    assert shown in refused.value.sentence
    assert refused.value.remedy
    assert refused.value.suggestions[: len(suggested)] == suggested
    if kind is not BadPeriod:
        assert bool(refused.value.suggestions) >= bool(suggested)


LATER = ["history", "opt", "group"]


@pytest.mark.parametrize("word", LATER)
def test_a_word_that_does_not_work_yet_is_like_any_unknown_word(word: str, directory: Directory):
    with pytest.raises(NotUnderstood) as refused:
        ask(f"acme {word}", directory)
    assert f"“{word}”" in refused.value.sentence
    assert all(word not in one.split() for one in refused.value.suggestions)
    assert word not in KNOWN_WORDS


def test_control_characters_say_nothing(directory: Directory):
    assert ask("\0\a\x1b\u200b", directory) == StartQuery()
    assert ask("ac\u200bme\0 7d", directory) == AccountQuery(ACME, WEEK)


def test_a_directory_is_looked_at_only_for_names():
    assert ask("7d impressions share", NOBODY) == AccountQuery(period=WEEK, metrics=(Metric.IMPRESSION,), share=True)
    with pytest.raises(NotUnderstood):
        ask("acme", NOBODY)


def test_an_incomplete_directory_takes_an_id_at_its_word(directory: Directory):
    incomplete = replace(directory, complete=False)
    assert ask("default linkedin-NewOne42", incomplete) == DefaultQuery("linkedin-NewOne42")


def test_every_help_topic_is_found_by_its_own_name(directory: Directory):
    assert [ask(f"help {topic}", directory) for topic in TOPICS] == [HelpQuery(topic) for topic in TOPICS]


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("figures", "posts accounts periods metrics default impressions reach last week"),
        ("compare", "compare team top board groups vs"),
        ("digests", "sharing digests export csv history"),
        ("alerts", "alerts goals alert goal quiet"),
        ("settings", "permissions unfurl workflow status opt forbid"),
    ],
)
def test_every_word_of_the_help_leads_to_a_topic(topic: str, words: str, directory: Directory):
    """Those of the earlier help's seventeen sections too."""
    assert {ask(f"help {word}", directory) for word in words.split() if word != "last"} == {HelpQuery(topic)}


def test_fillers_are_no_known_words():
    assert not FILLERS & {word for known in (*KNOWN_WORDS, *KNOWN_PHRASES) for word in known.split()}


def test_a_post_of_tomorrow_is_refused_when_the_moment_is_known():
    number = (int(NOW.timestamp() * 1000) + 5 * 86_400_000) << 22
    with pytest.raises(NotAPost, match="future"):
        parse_text(str(number), TODAY, NOW)


CARD = f"{ACME} 2026-11-16..2026-11-22 impressions share"

IN_CONTEXT: dict[tuple[str, str], Query] = {
    ("", CARD): AccountQuery(ACME, WEEK),
    ("last month", CARD): AccountQuery(ACME, LAST_MONTH, (Metric.IMPRESSION,)),
    ("comments daily", CARD): AccountQuery(ACME, WEEK, (Metric.COMMENT,), daily=True),
    ("ann lee", CARD): AccountQuery(ANN, WEEK, (Metric.IMPRESSION,)),
    ("share", POST.urn): PostQuery(POST, share=True),
    ("last month", f"{POST.urn} {ACME}"): PostQuery(POST, ACME, period_ignored=True),
    (OTHER.urn, f"{POST.urn} {ACME}"): PostQuery(OTHER),
    ("help", CARD): HelpQuery(),
    ("accounts", CARD): AccountsQuery(),
    ("default", CARD): DefaultQuery(),
    ("", "accounts"): StartQuery(),
    ("", ""): StartQuery(),
    ("7d", "400d 31 nov"): AccountQuery(period=WEEK),
    ("7d", "x" * 5000): AccountQuery(period=WEEK),
}


@pytest.mark.parametrize(("words", "context"), IN_CONTEXT)
def test_a_thread_fills_what_the_words_leave_open(words: str, context: str, directory: Directory):
    asked = to_query(in_thread(words, context, TODAY, NOW), directory)
    assert asked == IN_CONTEXT[words, context]


POSTS = st.builds(PostRef, st.sampled_from(PostKind), st.integers(0, 2**63 - 1))
IDS = st.none() | st.from_regex(r"linkedin-[A-Za-z0-9_-]{1,30}", fullmatch=True)
OF_POSTS = st.sets(st.sampled_from(POST_METRICS)).map(lambda chosen: tuple(metric for metric in Metric if metric in chosen))
METRICS = st.sets(st.sampled_from(Metric)).map(lambda chosen: tuple(metric for metric in Metric if metric in chosen))
PERIODS = st.none() | st.builds(last_days, st.integers(1, 365), st.dates(date(2004, 6, 1), TODAY))
ASKS: st.SearchStrategy[Query] = st.one_of(
    st.builds(PostQuery, POSTS, IDS, OF_POSTS, st.booleans(), st.booleans()),
    st.builds(AccountQuery, IDS, PERIODS, METRICS, st.booleans(), st.booleans()),
    st.builds(HelpQuery, st.sampled_from(["", *TOPICS])),
    st.builds(DefaultQuery, IDS),
    st.just(AccountsQuery()),
    st.just(StartQuery()),
)


@given(ASKS)
def test_any_ask_survives_being_written_and_read(asked: Query):
    named = getattr(asked, "account", None)
    known = Directory((Account(named, "Somebody"), Account("linkedin-Else", "May Daily"))) if named else NOBODY
    assert to_query(parse_text(to_text(asked), TODAY), known) == asked


def test_an_id_of_any_letters_survives_too():
    odd = Directory((Account("linkedin-a b/ü", "Odd"), Account("linkedin-Else", "Else")))
    asked = AccountQuery("linkedin-a b/ü", WEEK)
    assert to_query(parse_text(to_text(asked), TODAY), odd) == asked


WORDS = st.sampled_from(
    [
        *KNOWN_WORDS,
        *LATER,
        "ann",
        "acme",
        "zoe",
        '"',
        "“",
        "'",
        "`",
        "<@U1>",
        "<!here>",
        "7d",
        "31",
        "..",
        "-",
        "last",
        "week",
        "since",
        POST.urn,
        "?",
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=10)), max_size=10).map(" ".join))
@example("team 0!.")
@example("growth")
@example("top this month")
@example("top this week")
@example("top 3 this month")
@example("WEEKENDS")
@example("top impressions people saw")
@example("team yesterday april yesterday")
@example("leaderboard april yesterday 31")
@example("board last about week")
@example("top daily accounts")
@example("top daily week")
@example("PREVIEW")
@example("team compare november")
def test_any_text_is_an_ask_or_a_mistake_with_questions_that_work(text: str):
    accounts = Directory((Account("linkedin-1", "Acme Robotics"), Account("linkedin-2", "Ann Lee"), Account("linkedin-3", "Ann Day")))
    asked = ask_or_mistake(text, accounts)
    if not isinstance(asked, UsageError):
        assert ask(to_text(asked), accounts) == asked
        return
    assert asked.sentence
    assert asked.remedy or asked.sentence.endswith((":", "："))
    # Of two verbs each is offered as it stands, and by whoever answers only where it is understood.
    if not isinstance(asked, BadPeriod | TooManyPosts) and asked.remedy != LEAVE_ONE_OUT:
        others = {*GOAL_WORDS, *ALERT_WORDS, *DIGEST_WORDS, "unfurl", "permissions", "watches"}
        assert all(begins_with(one, others) or ask(one, accounts) for one in asked.suggestions)


def test_the_longest_nonsense_is_refused_at_once(directory: Directory):
    for text in ("ann " * 700, "last " * 600, '"a" ' * 700, "urn:li:" * 400, "1 nov - " * 300):
        with pytest.raises(UsageError):
            ask(text, directory)


def test_the_limit_of_a_text_is_exact(directory: Directory):
    assert ask("7d".ljust(MOST_CHARACTERS), directory) == AccountQuery(period=WEEK)
    with pytest.raises(NotUnderstood):
        ask("7d".ljust(MOST_CHARACTERS + 1), directory)


TRUE_REASONS = {
    "acme clicks": "PostPost has no figures for “clicks”",
    "saves last week": "PostPost has no figures for “saves”",
    "acme christmas": "don't know holidays",
    "acme every monday": "answer a question once",
    "acme EST": "time zone",
    "stop the digest": "has its own buttons",
    "unsubscribe": "has its own buttons",
    "Wie viele Likes hatten wir im Herbst?": "Ich verstehe nur Englisch",
    "combien avons nous": "que l'anglais",
    "cuántos tuvimos": "Solo entiendo inglés",
    "quantos tivemos": "Só entendo inglês",
    "xyzzyplugh": "didn't understand",
}


@pytest.mark.parametrize(("text", "sentence"), TRUE_REASONS.items(), ids=TRUE_REASONS.keys())
def test_a_refusal_names_the_reason_and_offers_only_what_can_be_asked(text: str, sentence: str, directory: Directory):
    with pytest.raises(UsageError, match=sentence) as refused:
        to_query(parse_text(text, TODAY), directory)
    questions = {one for one in refused.value.suggestions if not one.startswith(("digest", "alert list", "goals"))}
    assert all(to_query(parse_text(one, TODAY), directory) for one in questions)
    assert not {"top the", "yesterday vs may"} & set(refused.value.suggestions)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("how many likes did we get this month", "likes this month"),
        ("how many followers do we have?", "followers"),
        ("how many followers has acme", "acme followers"),
        ("how many comments have we had last week", "comments last week"),
        ("engagement rate this month", "engagement this month"),
        ("how was our last linkedin week", "last week"),
        ("how many followers did we win last week", "followers last week"),
        ("compare all accounts last month", "team last month"),
        ("compare the team last month", "team last month"),
        ("what is our engagement rate", "engagement"),
        ("what does reach mean?", "help metrics"),
        ("how do alerts work", "help alerts"),
        ("everybody last month", "team last month"),
        ("all accounts last week", "team last week"),
        ("all accounts", "accounts"),
        ("total impressions of all accounts in september", "team impressions total september"),
        ("impressions by account last month", "team impressions last month"),
        ("best posts across our accounts last month", "top team last month"),
        ("how many followers did we gain last month", "followers last month"),
        ("who are you?", "help"),
        ("acme october yoy", "acme october vs 2025-10-01..2025-10-31"),
        ("q3 year over year", "q3 vs q3 2025"),
        ("impressions this month yoy", "impressions 2026-11-01..2026-11-22 vs 2025-11-01..2025-11-22"),
        ("total reactions last week", "reactions last week"),
        ("rank our accounts by reactions last month", "team reactions last month"),
        ("rank the accounts", "board"),
        ("zoe compared to acme this month", "zoe vs acme this month"),
        ("acme as compared with zoe", "acme vs zoe"),
        ("best performing post this quarter", "best this quarter"),
        ("how much did impressions grow last month", "impressions last month"),
        ("last month as a spreadsheet", "last month xlsx"),
        ("engagement and comments last week", "last week"),
        ("how many people saw our posts", "reach"),
        ("robotics acm last week", "acme last week"),
        ("yesterday vs day before", "2026-11-22 vs 2026-11-21"),
        ("acme yesterday vs the day before", "acme 2026-11-22 vs acme 2026-11-21"),
        ("last week compared to the week before", "last week vs week before last"),
        ("this month vs same month last year", "2026-11-01..2026-11-22 vs 2025-11-01..2025-11-22"),
        ("acme and zoe last week", "acme last week vs zoe last week"),
        ("Statistik letzte Woche", "last week"),
        ("statistiques semaine dernière", "last week"),
        ("estadísticas mes pasado", "last month"),
        ("estatísticas semana passada", "last week"),
        ("gestern", "yesterday"),
        ("die Statistiken der letzten Woche", "last week"),
        ("Statistik vom letzten Monat", "last month"),
        ("3. Quartal", "q3"),
        ("2. Quartal 2025", "q2 2025"),
        ("3. Quartal letztes Jahr", "q3 last year"),
        ("2 trimestre", "q2"),
        ("letzte 3 Quartale", "last 3 quarters"),
        ("letze Woche", "last week"),
        ("in der vorigen Woche", "last week"),
        ("le mois dernier", "last month"),
        ("les statistiques de la semaine derniere", "last week"),
        ("la semaine passée", "last week"),
        ("likes le mois dernier", "likes last month"),
        ("las estadísticas del mes pasado", "last month"),
        ("la última semana", "last week"),
        ("semana pasda", "last week"),
        ("estatísticas da semana passada", "last week"),
        ("acme semaine dernière", "acme last week"),
        ("aiuto", "help"),
        ("Hilfe", "help"),
        ("ayuda", "help"),
        ("acme Kommentare und Reaktionen letzten Monat", "acme comments reactions last month"),
        ("les réactions de acme en octobre", "acme reactions october"),
        ("me gusta semana pasada", "reactions last week"),
        ("seguidores de acme el mes pasado", "acme followers last month"),
        ("acme november gegen oktober", "acme november vs october"),
        ("octobre contre septembre", "october vs september"),
        ("zoe mueller last week", "linkedin-Zo8YkQ2m1L last week"),
        ("ZOË MUELLER-LUKASIK", "linkedin-Zo8YkQ2m1L"),
        ("what did acme post last week", "top acme last week"),
        ("which posts were published last month", "top last month"),
        ("give me last month's impressions", "last month impressions"),
        ("acme’s reach for yesterdays", "acme reach yesterday"),
        ("ann lee v acme last month", "ann lee vs acme last month"),
        ("posts with the most likes last month", "top reactions last month"),
        ("rank everyone by followers", "team followers"),
        ("rank them by reach", "team reach"),
        ("what's the like count for acme in september", "acme reactions september"),
        ("how many members did we reach in october", "reach october"),
        ("acme in the last quarter of the year", "acme q4"),
        ("ann lee share count november", "ann lee reshares november"),
        ("acme year-to-date engagement", "acme engagement ytd"),
        ("acme the first weekend of november", "acme 2026-11-07..2026-11-08"),
        ("acme last weekend of october", "acme 2026-10-31..2026-11-01"),
        ("acme tuesday 17.11.", "acme 2026-11-17"),
        ("acme Nov 14 '26", "acme 2026-11-14"),
        ("how often was acme shared in october", "acme reshares october"),
        ("how many times were ann lee's posts viewed last week", "ann lee impressions last week"),
        ("how popular was acme last month", "acme last month"),
        ("how's the month going for acme", "acme this month"),
        ("how is the quarter going so far", "this quarter"),
        ("acme on 20th", "acme the 20th"),
        ("how many people follow acme", "acme followers"),
        ("how many people followed us last month", "followers last month"),
        ("opt-out acme", "opt out acme"),
        ("sort accounts by comments", "team comments"),
        ("rank posts by reach", "top reach"),
        ("how many comments did acme collect yesterday", "acme comments yesterday"),
        ("who's on top", "board"),
        ("list acme posts from october", "top acme october"),
        ("posts from last week", "top last week"),
        ("how was yesterday's post", "top yesterday"),
        ("engagement rate by post", "top engagement"),
        ("comments on our posts yesterday", "comments yesterday"),
        ("did anyone comment", "comments"),
        ("list connected accounts", "accounts"),
        ("send me the csv file for october", "october csv"),
        ("compare this month to last", "this month vs last month"),
        ("this month vs the last one", "this month vs last month"),
        ("acme last 7 days vs previous 7 days", "acme 7d vs 2026-11-09..2026-11-15"),
        ("acme + ann lee last week", "acme vs ann lee last week"),
        ("acme or ann lee last week", "acme vs ann lee last week"),
        ("is this month better than october", "this month vs october"),
        ("did this month beat october", "this month vs october"),
        ("is engagement dropping", "engagement"),
        ("how's october going", "october"),
        ("all october", "team october"),
        ("acme ann lee last week", "acme vs ann lee last week"),
        ("acme or ann lee, who's doing better this month?", "acme vs ann lee this month"),
        ("are we up or down vs last month", "vs last month"),
        ("growth from september to october", "october vs september"),
        ("acme's growth in october", "acme october"),
        ("acme without followers in october", "acme impressions reach reactions comments reshares october"),
        ("difference between acme and ann lee last week", "acme vs ann lee last week"),
        ("this month vs same days last month", "this month vs last month"),
        ("ytd vs last year ytd", "ytd vs last year"),
        ("what's new with acme", "acme"),
        ("stats 4 acme", "acme"),
        ("monthly recap for october", "october"),
        ("acme likes vs comments in october", "acme likes comments october"),
        ("avg engagement rate last quarter", "engagement last quarter"),
        ("acme's rank last month", "board last month"),
        ("reach of posts published in october", "reach top october"),
        ("impressions of the posts acme wrote last week", "impressions top acme last week"),
        (f"our post is live {POST.urn} likes & comments appreciated", POST.urn),
        (f"Ann Lee and 3 others commented on this {POST.urn}", POST.urn),
        ("acme without likes and comments", "acme impressions reach reshares followers"),
        ("acme, no followers please", "acme impressions reach reactions comments reshares"),
        (f"{POST.urn} everything but reach", f"{POST.urn} impressions reactions comments reshares"),
        ("reactions/comments/shares acme", "acme reactions comments shares"),
        ("posts by acme in november with most reactions", "top acme november reactions"),
        ("best posts of all our accounts in october", "top team october"),
        ("share acme's numbers with everyone here", "acme share"),
        ("acme's perf last quarter", "acme last quarter"),
        ("best account this month", "board this month"),
        ("top accounts by impressions", "team impressions"),
        ("board by followers", "team followers"),
        ("who improved most last month", "board growth last month"),
        ("posts of the month", "top this month"),
        ("the best of the month", "top this month"),
        ("five best posts of october", "top 5 posts october"),
        ("posts ranked by comments", "top comments"),
        ("which hour works best", "best times"),
        ("how many people did we reach in q3", "reach q3"),
        ("total engagement acme", "acme engagement"),
        ("engagements last month", "engagement last month"),
        ("sorry wrong channel", "ok"),
        ("acme wow", "acme last week"),
        ("acme yesterday and the day before", "acme yesterday vs 2026-11-21"),
        ("gracias por todo", "thanks"),
        ("er acme", "acme engagement"),
        ("cheers mate", "thanks"),
        ("will do", "ok"),
        ("vielen dank", "thanks"),
        ("check this out https://www.linkedin.com/posts/share-7123456789012345678-x", "urn:li:share:7123456789012345678"),
        ("all except ann lee last week", "team except ann lee last week"),
        ("our new post is live! https://www.linkedin.com/posts/share-7123456789012345678-x", "urn:li:share:7123456789012345678"),
        ("how many ppl saw urn:li:share:7123456789012345678", "urn:li:share:7123456789012345678 reach"),
        ("Sent from my phone urn:li:share:7123456789012345678 by acme", "urn:li:share:7123456789012345678 acme"),
        ("Re: Fw: acme last week", "acme last week"),
        ("what's our engagement rate, and is that good?", "engagement"),
        ("how'd acme do yday", "acme yesterday"),
        ("acme+ann lee last q", "acme vs ann lee last quarter"),
        ("is acme better than ann lee this mo", "acme vs ann lee this month"),
        ("is acme or zoe better", "acme vs zoe"),
        ("acme 1-Oct-26", "acme 1 oct 2026"),
        ("acme oct'26", "acme october 2026"),
        ("how are our pages doing", "team"),
        ("compare all accts", "team"),
        ("last month all", "team last month"),
        ("who is the best this month", "board this month"),
        ("which posts did that", "top"),
        ("what worked last month", "top last month"),
        ("what works best for acme", "best times acme"),
        ("viral posts", "top"),
        ("explain", "help metrics"),
        ("thanks a bunch", "thanks"),
        ("top 3 accounts", "board 3 rows"),
        ("the three best people by likes in october", "team october likes 3 rows"),
        ("leaderboard sorted by followers", "team followers"),
        ("acme/zoe", "acme vs zoe"),
        ("impressions/reach", "impressions reach"),
        ("oct/nov", "october - november"),
        ("what's the trend of acme in october", "acme october"),
        ("show acme but only comments", "acme comments"),
        ("team w/o acme", "team without acme"),
        ("acme mid month", "acme mid november"),
        ("end of last month", "end of october"),
        ("first week of this month", "first week of november"),
        ("acme 12-18.10.", "acme 12-18 october"),
        ("acme 12.-18.10.2025", "acme 12-18 october 2025"),
        ("how to compare two posts", "help compare"),
        ("a comparison of acme and zoe", "acme vs zoe"),
        ("acme eng rate 28 days", "acme engagement 28d"),
        ("could someone pull the linkedin stats for acme for me? last month is fine", "acme last month"),
        ("comment s'est passé octobre pour acme", "acme october"),
        ("estadísticas de todos este mes", "team this month"),
        ("hoeveel volgers heeft acme", "acme followers"),
        ("omg did acme get more views than zoe this month", "acme views vs zoe this month"),
        ("can you make me a lil report for acme for october", "acme october"),
        ("pls pull acmes numbers since the 10th", "acme since 10 nov"),
        ("what was the post with the most comments in october", "top comments october"),
        ("is it true that acme has the most followers", "team followers"),
        ("Which account contributes the most to our reach?", "team reach"),
        ("Give me the five strongest posts of the third quarter.", "top 5 posts q3"),
        ("Executive summary for Q3, all accounts", "team q3"),
        ("acme 20261101-20261110", "acme 1-10 nov"),
        ("show me the leader board", "board"),
        ("post from yesterday", "top yesterday"),
        ("which posts from acme did well last month", "top acme last month"),
        ("top 3 companies", "board 3 rows"),
        ("top 0 accounts", "board 1 rows"),
        ("who was last month the best?", "board last month"),
        ("What did we achieve in the first half of the year?", "h1"),
        ("acme et zoe la semaine dernière", "acme vs zoe last week"),
        ("wer hatte die meisten impressionen letzten monat", "team impressions last month"),
        ("qui a le plus d'abonnés", "team followers"),
        ("Statistiken für alle letzten Monat", "team last month"),
        ("können sie mir die zahlen von acme zeigen", "acme"),
        ("WIE VIELE Impressionen hatten wir letzte Woche?", "impressions last week"),
        ("wie lief acme letzte woche?", "acme last week"),
        ("Was war der beste Beitrag im Oktober?", "top october"),
        ("vergleiche acme mit zoe", "acme vs zoe"),
        ("acme im vergleich zu zoe letzten monat", "acme vs zoe last month"),
        ("alle konten letzte woche", "team last week"),
        ("Wie hat acme letzte Woche abgeschnitten?", "acme last week"),
        ("Comment s'est passée la semaine dernière ?", "last week"),
        ("Oi, pode me mostrar os números da semana passada?", "last week"),
        ("dernière semaine acme s'il te plaît", "acme last week"),
        ("Ich brauche die Zahlen von letzter Woche als Excel", "last week xlsx"),
        ("quais são as visualizações de ontem?", "impressions yesterday"),
        ("Bonjour, pouvez-vous me donner les chiffres du mois dernier ?", "last month"),
        ("Buenos días, ¿me puedes pasar las cifras de octubre?", "october"),
        ("stats von acme", "acme"),
        ("stats de acme", "acme"),
        ("les stats d'acme", "acme"),
        ("Quiero ver las estadísticas de LinkedIn", "stats"),
        ("LinkedIn Statistiken anzeigen", "stats"),
        ("muestrame las cifras", "stats"),
        ("les stats", "stats"),
        ("taux d'engagement le mois dernier", "engagement rate last month"),
        ("Interaktionsrate letzten Monat", "engagement rate last month"),
        ("taxa de engajamento da semana passada", "engagement rate last week"),
        ("Kannst du mir helfen?", "help"),
        ("besoin d'aide", "help"),
        ("Comment ça marche ?", "help"),
        ("¿Cómo funciona?", "help"),
        ("Você pode me ajudar?", "help"),
        ("zeig mir acme", "acme"),
        ("combien d'impressions pour acme la semaine dernière", "acme impressions last week"),
        ("Was haben wir im letzten Monat erreicht?", "last month"),
        ("Combien d'abonnés avons-nous gagnés le mois dernier ?", "followers last month"),
        ("¿Cuántos seguidores ganamos el mes pasado?", "followers last month"),
        ("Quelles étaient les statistiques du mois dernier ?", "last month"),
        ("¿Cuáles fueron las estadísticas del mes pasado?", "last month"),
        ("¿Cómo estuvo el mes pasado?", "last month"),
        ("Gib mir die Statistik von letzter Woche", "last week"),
        ("Je peux avoir les stats de la semaine dernière ?", "last week"),
        ("Statistik für alle Konten letzte Woche", "team last week"),
        ("impressions de tous les comptes la semaine dernière", "team impressions last week"),
        ("wie liefen alle Konten letzte Woche?", "team last week"),
        ("comment va acme ce mois-ci", "acme this month"),
        ("quel est le meilleur post du mois dernier", "top last month"),
        ("comparez acme et zoe en octobre", "acme vs zoe october"),
        ("cuántos seguidores tiene acme", "acme followers"),
        ("¿cómo le fue a acme en octubre?", "acme october"),
        ("compara acme y zoe", "acme vs zoe"),
        ("ver acme last week", "acme last week"),
        ("acme relatório do mês passado", "acme last month"),
        ("quante reazioni la settimana scorsa?", "reactions last week"),
        ("hoeveel likes hadden we vorige maand?", "likes last month"),
    ],
)
def test_words_as_people_type_them_ask_the_same_as_plain_ones(text: str, plain: str, directory: Directory):
    assert to_query(parse_text(text, TODAY), directory) == to_query(parse_text(plain, TODAY), directory)


@pytest.mark.parametrize("words", ["{}", "{} last week", "how did {} do last month", "{} vs acme 7d", "acme vs {} 7d", "{} impressions"])
@pytest.mark.parametrize("name", ["Design Works", "Usage AI", "Menu Kit", "Spring Health", "Everyone Social", "Uma Rao", "Das Auto"])
def test_a_name_with_a_word_that_can_mean_something_else_is_that_account(name: str, words: str, directory: Directory):
    accounts = Directory((*directory.accounts, Account("linkedin-N1", name)))
    assert ask(words.format(name), accounts) == ask(words.format(f'"{name}"'), accounts)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("uma last week", "Uma Rao"),
        ("das 7d", "Anita Das"),
        ("docs last week", "Docs"),
        ("la times 7d", "LA Times"),
        ("mom corp 7d", "Mom Corp"),
    ],
)
def test_a_part_of_a_name_means_the_account_though_it_can_mean_something_else(text: str, name: str, directory: Directory):
    asked = ask(text, Directory((*directory.accounts, Account("linkedin-N1", name), Account("linkedin-N2", "NY Times"))))
    assert asked == AccountQuery("linkedin-N1", WEEK)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("docs", ""),
        ("list all commands", ""),
        ("user manual", ""),
        ("what does last month mean?", "figures"),
        ("how is the engagement rate calculated exactly", "figures"),
        ("explain how weekly digests work", "digests"),
        ("how the leaderboard works", "compare"),
    ],
)
def test_a_question_how_something_works_gets_the_help(text: str, topic: str, directory: Directory):
    assert ask(text, directory) == HelpQuery(topic)


@pytest.mark.parametrize(
    "text",
    [
        *("what about José last month", "how did Анна do last week", "show me Société Générale", "how was Danke's week"),
        *("red hat", "van gogh", "acme w", "combine acme", "acme dates", "visa", "dun bradstreet", "letter"),
    ],
)
def test_an_english_question_with_a_foreign_name_is_answered_in_english(text: str, directory: Directory):
    with pytest.raises(UsageError) as refused:
        ask(text, directory)
    assert not refused.value.sentence.startswith(("Je ", "Ich ", "Solo", "Só ", "Capisco", "Ik ", "Rozumiem", "Yaln", "Jag ", "Я "))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("por qué bajan las cifras", "Solo entiendo inglés"),
        ("Warum hat acme letzte Woche verloren?", "Ich verstehe nur Englisch"),
        ("wie viele Klicks hatte acme letzte Woche", "Ich verstehe nur Englisch"),
        ("pourquoi acme baisse", "Je ne comprends que l'anglais"),
        ("quantas curtidas teve o post da zoe ontem", "Só entendo inglês"),
        ("quanti clic la settimana scorsa", "Capisco solo l'inglese"),
        ("hoeveel kliks vorige maand", "Ik begrijp alleen Engels"),
        ("сколько лайков было в прошлом месяце", "по-английски"),
        ("先週の統計", "英語"),
        ("上周的统计数据", "英语"),
        ("지난주 통계", "영어"),
    ],
)
def test_another_language_is_answered_in_it_with_questions_that_work(text: str, says: str, directory: Directory):
    """In capitals and without accents too."""
    with pytest.raises(NotUnderstood, match=says) as refused:
        ask(text, directory)
    for one in refused.value.suggestions:
        ask(one, directory)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Hi! Could you possibly tell me how acme did last week?", "tell me how acme did last week?"),
        ("client wants acme numbers for last month", "acme numbers for last month"),
        ("my boss asks how acme did last week", "how acme did last week"),
        ("quick question: acme or zoe?", "acme or zoe?"),
        ("I'd love to see acme in q3", "acme in q3"),
        ("Sorry to bother you, but do you have the reach of acme?", "the reach of acme?"),
        ("for the board meeting tomorrow I need acme", "I need acme"),
        ("acme last week for tomorrow's meeting", "acme last week"),
        ("acme last month, best regards Tina", "acme last month"),
        ("acme last month\nThanks,\nTom", "acme last month"),
        ("client 6626a1f5e4b0c91a2d3f4567 here", "client 6626a1f5e4b0c91a2d3f4567 here"),
        ("acme thanks", "acme thanks"),
        ("who wants to know", "who wants to know"),
        ("i'd like the numbers of acme", "the numbers of acme"),
        ("i'd like the digest in new york time", "i'd like the digest in new york time"),
        ("Would you mind showing me Bob's reach?", "Bob's reach?"),
        ("May I have the top posts of Ann?", "the top posts of Ann?"),
        ("may 2026", "may 2026"),
        ("got a call with the ceo in 5 min, need acme last month!!", "need acme last month!!"),
        ("@bot acme last week pls", "acme last week pls"),
        ("when you have a minute: acme vs bob", "acme vs bob"),
        ("hope you're well! could we get acme", "could we get acme"),
        ("Dear bot, please be so kind and show acme. Kind regards, Max", "show acme"),
    ],
)
def test_what_is_said_around_a_question_is_left_out(text: str, question: str):
    assert without_preamble(text) == question
