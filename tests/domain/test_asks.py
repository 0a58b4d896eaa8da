"""The grammar: each question with its ask, each mistake with what is said about it. Today is Monday, 23 November 2026."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.alerts.parser import about_alerts
from bot.errors import AmbiguousAccount, BadPeriod, NotAPost, NotUnderstood, TooManyPosts, UnknownAccount, UsageError
from bot.goals.parser import about_goals
from bot.parsing import parser
from bot.parsing.parser import read_words, to_ask
from bot.parsing.queries import AccountAsk, AccountsAsk, Ask, DefaultAsk, HelpAsk, PostAsk, StartAsk, to_words
from bot.parsing.thread_context import in_thread
from bot.parsing.vocabulary import FILLERS, HELP_TOPICS, KNOWN_PHRASES, KNOWN_WORDS
from bot.statistics.accounts import Account, Directory
from bot.statistics.metrics import Metric
from bot.statistics.periods import Period, last_days
from bot.statistics.posts import PostKind, PostRef

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
POST = PostRef(PostKind.SHARE, 7434685316856377344)
OTHER = PostRef(PostKind.UGC_POST, 7429953213384187904)
ACTIVITY = PostRef(PostKind.ACTIVITY, 7341150125328605185)
ACME, ANN = "linkedin-Tz9W5i6ZYG", "linkedin-ABC"
WEEK, LAST_MONTH = Period(date(2026, 11, 16), date(2026, 11, 22)), Period(date(2026, 10, 1), date(2026, 10, 31))
NOBODY = Directory(())


def ask(text: str, directory: Directory) -> Ask:
    return to_ask(read_words(text, TODAY, NOW), directory)


def ask_or_mistake(text: str, directory: Directory) -> Ask | UsageError:
    try:
        return ask(text, directory)
    except UsageError as mistake:
        return mistake


ASKED: dict[str, Ask] = {
    "": StartAsk(),
    "  \n": StartAsk(),
    "hello": StartAsk(),
    "show me the statistics please": StartAsk(),
    POST.urn: PostAsk(POST),
    f"<{POST.url}?rcm=x|our post>": PostAsk(POST),
    f"stats for <{POST.url}>, please": PostAsk(POST),
    f"{POST.urn} comments impressions": PostAsk(POST, metrics=(Metric.IMPRESSION, Metric.COMMENT)),
    f"share {POST.urn}": PostAsk(POST, share=True),
    f"acme {POST.urn} share likes": PostAsk(POST, ACME, (Metric.REACTION,), share=True),
    f"{POST.urn} last week": PostAsk(POST, period_ignored=True),
    f"{POST.urn} daily": PostAsk(POST, period_ignored=True),
    f"{POST.urn} 31 nov": PostAsk(POST, period_ignored=True),
    f"{POST.urn} 7d last month": PostAsk(POST, period_ignored=True),
    f"{POST.urn} {POST.url}": PostAsk(POST),
    f"{POST.urn} https://www.linkedin.com/in/jane": PostAsk(POST),
    ACTIVITY.url: PostAsk(ACTIVITY),
    "acme": AccountAsk(ACME),
    "ACME Robotics": AccountAsk(ACME),
    "acme last week": AccountAsk(ACME, WEEK),
    "last week for acme": AccountAsk(ACME, WEEK),
    "acme, last month.": AccountAsk(ACME, LAST_MONTH),
    "how did acme do in october?": AccountAsk(ACME, LAST_MONTH),
    "what are the impressions of acme": AccountAsk(ACME, metrics=(Metric.IMPRESSION,)),
    "acme ?": AccountAsk(ACME),
    "acme's reach": AccountAsk(ACME, metrics=(Metric.MEMBERS_REACHED,)),
    ":wave: *acme* :pray:": AccountAsk(ACME),
    "`acme 7d`": AccountAsk(ACME, WEEK),
    "7d": AccountAsk(period=WEEK),
    "between 1 oct and 31 oct": AccountAsk(period=LAST_MONTH),
    "daily": AccountAsk(daily=True),
    "acme by day 7d": AccountAsk(ACME, WEEK, daily=True),
    "share": AccountAsk(share=True),
    "share it here": AccountAsk(share=True),
    "shares": AccountAsk(metrics=(Metric.RESHARE,)),
    "reach reshares comments reactions impressions": AccountAsk(metrics=tuple(Metric)),
    "Members Reached, views and reposts": AccountAsk(metrics=(Metric.IMPRESSION, Metric.MEMBERS_REACHED, Metric.RESHARE)),
    "MEMBERS_REACHED": AccountAsk(metrics=(Metric.MEMBERS_REACHED,)),
    "account": AccountAsk(),
    "linkedin-NewOne42 7d": AccountAsk("linkedin-NewOne42", WEEK),
    "may lee": AccountAsk("linkedin-Ma1"),
    "May Lee last week": AccountAsk("linkedin-Ma1", WEEK),
    "daily planet": AccountAsk("linkedin-Da1"),
    "the daily planet daily 7d": AccountAsk("linkedin-Da1", WEEK, daily=True),
    "the guardian": AccountAsk("linkedin-Gu1"),
    '"Help"': AccountAsk("linkedin-He1"),
    "“Help” yesterday": AccountAsk("linkedin-He1", Period(date(2026, 11, 22), date(2026, 11, 22))),
    "'may lee' november": AccountAsk("linkedin-Ma1", Period(date(2026, 11, 1), date(2026, 11, 22))),
    "„Zoë Müller-Łukasik“": AccountAsk("linkedin-Zo8YkQ2m1L"),
    "Ruth &amp; Dan &lt;R&amp;D&gt; 7d": AccountAsk("linkedin-Rd5kX0a7tQ", WEEK),
    "ruth and dan": AccountAsk("linkedin-Rd5kX0a7tQ"),
    "<http://Booking.com|Booking.com> 7d": AccountAsk("linkedin-OB1", WEEK),
    "accounts": AccountsAsk(),
    "show me the accounts please": AccountsAsk(),
    "default": DefaultAsk(),
    "default acme": DefaultAsk(ACME),
    "set default to acme": DefaultAsk(ACME),
    "acme default": DefaultAsk(ACME),
    "default daily planet": DefaultAsk("linkedin-Da1"),
    "help": HelpAsk(),
    "HELP!": HelpAsk(),
    "?": HelpAsk(),
    "--help": HelpAsk(),
    "help periods": HelpAsk("periods"),
    "help with a post": HelpAsk("posts"),
    "help accounts": HelpAsk("accounts"),
    "help nonsense 31 nov": HelpAsk(),
    "help https://lnkd.in/x": HelpAsk(),
    f"help {POST.urn} {OTHER.urn}": HelpAsk(),
}


@pytest.mark.parametrize(("text", "asked"), ASKED.items(), ids=[text or "nothing" for text in ASKED])
def test_a_question_is_understood(text: str, asked: Ask, directory: Directory):
    assert ask(text, directory) == asked


@pytest.mark.parametrize("asked", dict.fromkeys(ASKED.values()), ids=repr)
def test_canonical_words_ask_the_same(asked: Ask, directory: Directory):
    assert ask(to_words(asked), directory) == asked


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
    "acme zoe": (NotUnderstood, "one account at a time", ('"Acme Robotics"', '"Zoë Müller-Łukasik"')),
    "accounts acme": (NotUnderstood, "`accounts`", ("accounts",)),
    "accounts last week": (NotUnderstood, "`accounts`", ("accounts",)),
    "default acme 7d": (NotUnderstood, "`default`", (f"default {ACME}",)),
    "default accounts": (UnknownAccount, "“accounts”", ()),
    "globex last week": (NotUnderstood, "“globex”", ()),
    "<@U0123|bob> 7d": (NotUnderstood, "“@bob”", ()),
    "<@U0123>": (NotUnderstood, "“@U0123”", ()),
    "<#C0123|marketing>": (NotUnderstood, "“#marketing”", ()),
    "<!here>": (NotUnderstood, "“@here”", ()),
    "<!subteam^S1|@team-x>": (NotUnderstood, "“@team-x”", ()),
    "acme today": (BadPeriod, "“today”", ("acme yesterday", "acme 7d")),
    '"may lee" today': (BadPeriod, "“today”", ('"may lee" yesterday', '"may lee" 7d')),
    "this week acme": (BadPeriod, "“this week”", ("last week acme",)),
    "acme 7d last month": (BadPeriod, "two periods", ("acme 7d", "acme last month")),
    "acme 1/11": (BadPeriod, "“1/11”", ()),
    " ".join(f"urn:li:share:74346853168563773{number}" for number in range(10, 21)): (TooManyPosts, "up to 10 posts", ()),
    "https://www.linkedin.com/in/jane": (NotAPost, "profile", ()),
    "acme https://lnkd.in/x https://evil.example/ https://lnkd.in/y": (NotAPost, "short link", ()),
    "x" * 3001: (NotUnderstood, "3,000", ()),
    "x " * 1500: (NotUnderstood, "neither an account", ()),
}


@pytest.mark.parametrize(("text", "mistake"), MISTAKES.items(), ids=[text[:60] for text in MISTAKES])
def test_a_mistake_is_explained(text: str, mistake: tuple[type[UsageError], str, tuple[str, ...]], directory: Directory):
    kind, said, suggested = mistake
    with pytest.raises(UsageError) as refused:
        ask(text, directory)
    assert type(refused.value) is kind
    assert said in refused.value.sentence
    assert refused.value.remedy
    assert refused.value.suggestions[: len(suggested)] == suggested
    if kind is not BadPeriod:
        assert bool(refused.value.suggestions) >= bool(suggested)


LATER = ["digest", "alert", "goal", "history", "opt", "unfurl", "group"]


@pytest.mark.parametrize("word", LATER)
def test_a_word_that_does_not_work_yet_is_like_any_unknown_word(word: str, directory: Directory):
    with pytest.raises(NotUnderstood) as refused:
        ask(f"acme {word}", directory)
    assert f"“{word}”" in refused.value.sentence
    assert all(word not in one.split() for one in refused.value.suggestions)
    assert word not in KNOWN_WORDS


def test_control_characters_say_nothing(directory: Directory):
    assert ask("\0\a\x1b\u200b", directory) == StartAsk()
    assert ask("ac\u200bme\0 7d", directory) == AccountAsk(ACME, WEEK)


def test_a_directory_is_looked_at_only_for_names():
    assert ask("7d impressions share", NOBODY) == AccountAsk(period=WEEK, metrics=(Metric.IMPRESSION,), share=True)
    with pytest.raises(NotUnderstood):
        ask("acme", NOBODY)


def test_an_incomplete_directory_takes_an_id_at_its_word(directory: Directory):
    incomplete = replace(directory, complete=False)
    assert ask("default linkedin-NewOne42", incomplete) == DefaultAsk("linkedin-NewOne42")


def test_every_help_topic_is_found_by_its_own_name(directory: Directory):
    assert [ask(f"help {topic}", directory) for topic in HELP_TOPICS] == [HelpAsk(topic) for topic in HELP_TOPICS]


def test_fillers_are_no_known_words():
    assert not FILLERS & {word for known in (*KNOWN_WORDS, *KNOWN_PHRASES) for word in known.split()}


def test_a_post_of_tomorrow_is_refused_when_the_moment_is_known():
    number = (int(NOW.timestamp() * 1000) + 5 * 86_400_000) << 22
    with pytest.raises(NotAPost, match="future"):
        read_words(str(number), TODAY, NOW)


CARD = f"{ACME} 2026-11-16..2026-11-22 impressions share"

IN_CONTEXT: dict[tuple[str, str], Ask] = {
    ("", CARD): AccountAsk(ACME, WEEK),
    ("last month", CARD): AccountAsk(ACME, LAST_MONTH),
    ("comments daily", CARD): AccountAsk(ACME, WEEK, (Metric.COMMENT,), daily=True),
    ("ann lee", CARD): AccountAsk(ANN, WEEK),
    ("share", POST.urn): PostAsk(POST, share=True),
    ("last month", f"{POST.urn} {ACME}"): PostAsk(POST, ACME, period_ignored=True),
    (OTHER.urn, f"{POST.urn} {ACME}"): PostAsk(OTHER),
    ("help", CARD): HelpAsk(),
    ("accounts", CARD): AccountsAsk(),
    ("default", CARD): DefaultAsk(),
    ("", "accounts"): StartAsk(),
    ("", ""): StartAsk(),
    ("7d", "400d 31 nov"): AccountAsk(period=WEEK),
    ("7d", "x" * 5000): AccountAsk(period=WEEK),
}


@pytest.mark.parametrize(("words", "context"), IN_CONTEXT)
def test_a_thread_fills_what_the_words_leave_open(words: str, context: str, directory: Directory):
    asked = to_ask(in_thread(words, context, TODAY, NOW), directory)
    assert asked == IN_CONTEXT[words, context]


POSTS = st.builds(PostRef, st.sampled_from(PostKind), st.integers(0, 2**63 - 1))
IDS = st.none() | st.from_regex(r"linkedin-[A-Za-z0-9_-]{1,30}", fullmatch=True)
METRICS = st.sets(st.sampled_from(Metric)).map(lambda chosen: tuple(metric for metric in Metric if metric in chosen))
PERIODS = st.none() | st.builds(last_days, st.integers(1, 365), st.dates(date(2004, 6, 1), TODAY))
ASKS: st.SearchStrategy[Ask] = st.one_of(
    st.builds(PostAsk, POSTS, IDS, METRICS, st.booleans(), st.booleans()),
    st.builds(AccountAsk, IDS, PERIODS, METRICS, st.booleans(), st.booleans()),
    st.builds(HelpAsk, st.sampled_from(["", *HELP_TOPICS])),
    st.builds(DefaultAsk, IDS),
    st.just(AccountsAsk()),
    st.just(StartAsk()),
)


@given(ASKS)
def test_any_ask_survives_being_written_and_read(asked: Ask):
    named = getattr(asked, "account", None)
    known = Directory((Account(named, "Somebody"), Account("linkedin-Else", "May Daily"))) if named else NOBODY
    assert to_ask(read_words(to_words(asked), TODAY), known) == asked


def test_an_id_of_any_letters_survives_too():
    odd = Directory((Account("linkedin-a b/ü", "Odd"), Account("linkedin-Else", "Else")))
    asked = AccountAsk("linkedin-a b/ü", WEEK)
    assert to_ask(read_words(to_words(asked), TODAY), odd) == asked


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
@example("team yesterday april yesterday")
def test_any_text_is_an_ask_or_a_mistake_with_questions_that_work(text: str):
    accounts = Directory((Account("linkedin-1", "Acme Robotics"), Account("linkedin-2", "Ann Lee"), Account("linkedin-3", "Ann Day")))
    asked = ask_or_mistake(text, accounts)
    if not isinstance(asked, UsageError):
        assert ask(to_words(asked), accounts) == asked
        return
    assert asked.sentence
    assert asked.remedy
    if not isinstance(asked, BadPeriod | TooManyPosts):
        assert all(about_goals(one) or about_alerts(one) or ask(one, accounts) for one in asked.suggestions)


def test_the_longest_nonsense_is_refused_at_once(directory: Directory):
    for text in ("ann " * 700, "last " * 600, '"a" ' * 700, "urn:li:" * 400, "1 nov - " * 300):
        with pytest.raises(UsageError):
            ask(text, directory)


def test_the_limit_of_a_text_is_exact(directory: Directory):
    assert ask("7d".ljust(parser.MOST_CHARACTERS), directory) == AccountAsk(period=WEEK)
    with pytest.raises(NotUnderstood):
        ask("7d".ljust(parser.MOST_CHARACTERS + 1), directory)
