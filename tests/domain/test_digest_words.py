"""Words about digests: every order and spelling people use, canonical words that read back, mistakes with whole questions to paste."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.accounts import Account, Directory
from bot.domain.digest_asks import Deed, DigestAsk, Draft, digest_words
from bot.domain.digest_content import ALL_PARTS, FIGURES_ALONE, chosen, shown
from bot.domain.digest_form import MONTH_CHOICES, choices_of, cron_of
from bot.domain.digest_reports import digest_period
from bot.domain.digest_words import about_digests, read_digest
from bot.domain.words import WEEKDAY_CHOICES
from bot.errors import AmbiguousAccount, BadSchedule, NotUnderstood, UnknownAccount, UsageError

ACME, LEE, RIVERA, MONDAY, RUTH = "linkedin-Tz9W5i6ZYG", "linkedin-ABC", "linkedin-An7Rv3raXw", "linkedin-Mo", "linkedin-Ruth"
ACCOUNTS = Directory(
    (
        Account(ACME, "Acme Robotics"),
        Account(LEE, "Ann Lee"),
        Account(RIVERA, "Ann Rivera"),
        Account(MONDAY, "Monday Motors"),
        Account(RUTH, "Ruth & Dan <R&D>"),
    )
)
IN_MARKETING = "<#C0MARKETING|marketing>"


def read(text):
    return read_digest(text, ACCOUNTS)


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        (f"digest acme every monday 9:00 Europe/Berlin in {IN_MARKETING}", Draft((ACME,), "0 9 * * 1", "Europe/Berlin", "C0MARKETING")),
        (f"digest every monday 9:00 acme {IN_MARKETING} europe/berlin", Draft((ACME,), "0 9 * * 1", "Europe/Berlin", "C0MARKETING")),
        ("Digest ACME Weekdays 8:30", Draft((ACME,), "30 8 * * 1-5")),
        ("digest first of the month 9am acme, ann lee", Draft((ACME, LEE), "0 9 1 * *")),
        ("digest for acme and “ann rivera” daily at 7:15 UTC", Draft((ACME, RIVERA), "15 7 * * *", "UTC")),
        ('digest "Monday Motors" every tuesday', Draft((MONDAY,), "0 9 * * 2")),
        ('digest "Ruth &amp; Dan &lt;R&amp;D&gt;" every tuesday', Draft((RUTH,), "0 9 * * 2")),
        ("digest ruth &amp; dan &lt;r&amp;d&gt;, acme tue &amp; thu 9:00", Draft((RUTH, ACME), "0 9 * * 2,4")),
        ("digest all every friday 16:00", Draft((ACME, LEE, RIVERA, MONDAY, RUTH), "0 16 * * 5")),
        ("digest acme cron 0 9 * * 1-5", Draft((ACME,), "0 9 * * 1-5")),
        ("digest acme cron “0 9 L * *” in Asia/Tokyo", Draft((ACME,), "0 9 L * *", "Asia/Tokyo")),
        ("digest acme 0 9 * * 1 Europe/Berlin", Draft((ACME,), "0 9 * * 1", "Europe/Berlin")),
        (f"digest 30 8,17 1 * * acme, ann lee in {IN_MARKETING}", Draft((ACME, LEE), "30 8,17 1 * *", channel="C0MARKETING")),
        ("digest acme `0 9 * * mon-fri`, Asia/Tokyo", Draft((ACME,), "0 9 * * 1-5", "Asia/Tokyo")),
        ("digest acme every monday without chart", Draft((ACME,), "0 9 * * 1", content=("rows", "best", "followers", "goals", "details"))),
        ("digest acme every monday only best, followers", Draft((ACME,), "0 9 * * 1", content=("best", "followers"))),
        ("digest acme every monday showing best,chart", Draft((ACME,), "0 9 * * 1", content=("chart", "best"))),
        ("digest linkedin-of-tomorrow every monday", Draft(("linkedin-of-tomorrow",), "0 9 * * 1")),
        ("digest acme", Draft((ACME,))),
        ("digest every monday", Draft((), "0 9 * * 1")),
    ],
)
def test_a_plan_in_words(text, draft):
    assert read(text) == DigestAsk(Deed.PLAN, draft=draft)


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("digest", DigestAsk(Deed.NEW)),
        ("digests", DigestAsk(Deed.LIST)),
        ("digest list", DigestAsk(Deed.LIST)),
        ("history", DigestAsk(Deed.HISTORY)),
        ("history 3f2a", DigestAsk(Deed.HISTORY, "3f2a")),
        ("digest 3f2a", DigestAsk(Deed.SHOW, "3f2a")),
        ("digest pause 3f2a", DigestAsk(Deed.PAUSE, "3f2a")),
        ("digest 3f2a pause", DigestAsk(Deed.PAUSE, "3f2a")),
        ("digest stop", DigestAsk(Deed.PAUSE)),
        ("digest resume acme", DigestAsk(Deed.RESUME, "acme")),
        ("digest skip next 3f2a", DigestAsk(Deed.SKIP, "3f2a")),
        ("digest send now 3f2a", DigestAsk(Deed.NOW, "3f2a")),
        ("digest now", DigestAsk(Deed.NOW)),
        ("digest delete 3f2a", DigestAsk(Deed.DELETE, "3f2a")),
        (f"digest move 3f2a to {IN_MARKETING}", DigestAsk(Deed.MOVE, "3f2a", Draft(channel="C0MARKETING"))),
        ("digest edit 3f2a 0 10 * * 5", DigestAsk(Deed.EDIT, "3f2a", Draft(cron="0 10 * * 5"))),
        ("digest edit 3921 0 10 * * 5", DigestAsk(Deed.EDIT, "3921", Draft(cron="0 10 * * 5"))),
        ("digest edit 3f2a every friday 10:00", DigestAsk(Deed.EDIT, "3f2a", Draft(cron="0 10 * * 5"))),
        ("digest edit", DigestAsk(Deed.EDIT)),
        (f"digest join {IN_MARKETING}", DigestAsk(Deed.JOIN, draft=Draft(channel="C0MARKETING"))),
    ],
)
def test_a_deed_in_words(text, ask):
    assert read(text) == ask


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("digest", True),
        ("DIGEST!", True),
        ("history", True),
        ("my digest", False),
        ("", False),
        ("digest help", False),
        ("last week", False),
    ],
)
def test_the_first_word_says_what_a_question_is_about(text, about):
    assert about_digests(text) is about


@pytest.mark.parametrize(
    ("text", "kind", "says", "suggests"),
    [
        ("digest bob every monday", UnknownAccount, "bob", ""),
        ("digest ann every monday", AmbiguousAccount, "Ann Lee", 'digest "Ann Lee" every monday'),
        ("digest acme every monday 25:00", BadSchedule, "25:00", "digest acme "),
        ("digest acme every monday 9:00 Europe/Berln", BadSchedule, "Europe/Berln", "digest acme every monday 9:00 Europe/Berlin"),
        ("digest edit 3f2a every monday 9:00 Europe/Berln", BadSchedule, "Berln", "digest edit 3f2a every monday 9:00 Europe/Berlin"),
        (f"digest acme 0 9 * * {IN_MARKETING}", BadSchedule, "4 of the five", "digest acme cron 0 9 * * 1 in <#C0MARKETING>"),
        ("digest acme 0 9 * * 1 Europe/Berln", BadSchedule, "Berln", 'digest acme Europe/Berlin cron "0 9 * * 1"'),
        (f"digest ann 0 9 * * 1 {IN_MARKETING}", AmbiguousAccount, "Lee", 'digest "Ann Lee" cron "0 9 * * 1" in <#C0MARKETING>'),
        ("digest acme every 5 minutes", BadSchedule, "too often", "digest acme "),
        ("digest acme every monday in #marketing", NotUnderstood, "#marketing", ""),
        ("digest acme every monday <#C1> <#C2>", NotUnderstood, "one channel", ""),
        ("digest list acme", NotUnderstood, "no other words", "digest list"),
        ("digest " + "x" * 4_000, NotUnderstood, "more text", ""),
    ],
)
def test_a_mistake_says_what_is_wrong_and_suggests_what_can_be_asked(text, kind, says, suggests):
    with pytest.raises(kind) as caught:
        read(text)
    assert says in caught.value.sentence
    assert any(words.startswith(suggests) for words in caught.value.suggestions or [""])
    for words in caught.value.suggestions:
        assert read(words)


DRAFTS = st.builds(
    Draft,
    st.lists(st.sampled_from([ACME, LEE, RIVERA, "linkedin-unknown_-1"]), unique=True).map(tuple),
    st.sampled_from(["", "0 9 * * 1", "30 8 * * 1-5", "0 9 L * *", "15 7 1,15 * *", "0 10 * * 1#1", "0 9 1 1,4 *"]),
    st.sampled_from(["", "Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"]),
    st.sampled_from(["", "C0MARKETING", "D0ANN00001"]),
    st.one_of(st.none(), st.sets(st.sampled_from(ALL_PARTS)).map(chosen)),
)


@pytest.mark.parametrize(
    ("cron", "period"),
    [
        ("0 9 1 * *", "2026-11-01..2026-11-30"),
        ("0 9 L * *", "2026-11-01..2026-11-30"),
        ("0 9 * * 1#1", "2026-11-01..2026-11-30"),
        ("0 9 * * 5L", "2026-11-01..2026-11-30"),
        ("0 9 * * 1", "2026-11-30..2026-12-06"),
        ("0 9 1,15 * *", "2026-11-30..2026-12-06"),
        ("0 9 * * 1#1,1#3", "2026-11-30..2026-12-06"),
        ("0 9 1 * 1", "2026-11-30..2026-12-06"),
    ],
)
def test_what_comes_once_a_month_is_about_the_last_calendar_month(cron, period):
    """The first Monday of a month tells the month before, like the first of it; what comes more often tells the last seven days."""
    found = digest_period(cron, datetime(2026, 12, 7, 8, tzinfo=UTC))
    assert f"{found.first}..{found.last}" == period


@given(DRAFTS)
def test_canonical_words_read_back_to_the_same_draft(draft):
    """What a button carries is what the person said."""
    for ask in (DigestAsk(Deed.CREATE, draft=draft), DigestAsk(Deed.EDIT, "3f2a-0b", draft)):
        assert read(digest_words(ask)) == ask


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused_as_a_mistake(text):
    with suppress(UsageError):
        assert isinstance(read(f"digest {text}"), DigestAsk)


@given(st.sets(st.sampled_from(ALL_PARTS)))
def test_the_parts_that_were_chosen_are_shown(parts):
    assert shown(chosen(parts)) == parts


def test_no_part_at_all_is_kept_apart_from_every_part():
    assert chosen(()) == (FIGURES_ALONE,)
    assert chosen(ALL_PARTS) == ()


@given(
    st.one_of(st.sets(st.sampled_from(list(WEEKDAY_CHOICES)), min_size=1), st.sets(st.sampled_from(list(MONTH_CHOICES)), min_size=1)),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_what_is_ticked_in_the_form_stands_there_again(days, hour, minute):
    found = choices_of(cron_of(sorted(days), f"{hour:02}:{minute:02}"))
    assert found is not None
    assert (set(found[0]), found[1]) == (days, f"{hour:02}:{minute:02}")


@pytest.mark.parametrize("cron", ["0 9 * * 1#1", "0 9 5 * *", "0 9 1 1 *", "0 9,17 * * *", "0 9 1 * 1"])
def test_what_the_form_cannot_tick_is_left_to_words(cron):
    assert choices_of(cron) is None
