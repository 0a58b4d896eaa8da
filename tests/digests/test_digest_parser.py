"""Words about digests: every order and spelling people use, canonical words that read back, mistakes with whole questions to paste."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.digests.command import DIGEST_WORDS, DigestCommand, DigestDraft, digest_words
from bot.digests.draft import ParsingPlace
from bot.digests.parser import read_digest
from bot.digests.reports import ALL_PARTS, FIGURES_ALONE, USUAL_PARTS, chosen, digest_period, shown
from bot.errors import AmbiguousAccount, BadSchedule, NotUnderstood, UnknownAccount, UsageError
from bot.management.actions import SubscriptionAction
from bot.management.form_fields import MONTH_CHOICES, WEEKDAY_CHOICES, choices_of, cron_of
from bot.parsing.vocabulary import begins_with
from bot.schedules.schedule import Schedule, describe
from bot.statistics.reports import Account, Directory

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


HERE = ParsingPlace("C0HERE")


def read(text, where=HERE):
    return read_digest(text, ACCOUNTS, where)


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        (
            f"digest acme every monday 9:00 Europe/Berlin in {IN_MARKETING}",
            DigestDraft((ACME,), "0 9 * * 1", "Europe/Berlin", ("C0MARKETING",)),
        ),
        (
            f"digest every monday 9:00 acme {IN_MARKETING} europe/berlin",
            DigestDraft((ACME,), "0 9 * * 1", "Europe/Berlin", ("C0MARKETING",)),
        ),
        ("Digest ACME Weekdays 8:30", DigestDraft((ACME,), "30 8 * * 1-5")),
        ("digest first of the month 9am acme, ann lee", DigestDraft((ACME, LEE), "0 9 1 * *")),
        ("digest for acme and “ann rivera” daily at 7:15 UTC", DigestDraft((ACME, RIVERA), "15 7 * * *", "UTC")),
        ('digest "Monday Motors" every tuesday', DigestDraft((MONDAY,), "0 9 * * 2")),
        ('digest "Ruth &amp; Dan &lt;R&amp;D&gt;" every tuesday', DigestDraft((RUTH,), "0 9 * * 2")),
        ("digest ruth &amp; dan &lt;r&amp;d&gt;, acme tue &amp; thu 9:00", DigestDraft((RUTH, ACME), "0 9 * * 2,4")),
        ("digest all every friday 16:00", DigestDraft((ACME, LEE, RIVERA, MONDAY, RUTH), "0 16 * * 5")),
        ("digest acme cron 0 9 * * 1-5", DigestDraft((ACME,), "0 9 * * 1-5")),
        ("digest acme cron “0 9 L * *” in Asia/Tokyo", DigestDraft((ACME,), "0 9 L * *", "Asia/Tokyo")),
        ("digest acme 0 9 * * 1 Europe/Berlin", DigestDraft((ACME,), "0 9 * * 1", "Europe/Berlin")),
        (f"digest 30 8,17 1 * * acme, ann lee in {IN_MARKETING}", DigestDraft((ACME, LEE), "30 8,17 1 * *", channels=("C0MARKETING",))),
        ("digest acme `0 9 * * mon-fri`, Asia/Tokyo", DigestDraft((ACME,), "0 9 * * 1-5", "Asia/Tokyo")),
        ("digest acme every monday without chart", DigestDraft((ACME,), "0 9 * * 1", content=("-chart",))),
        ("digest acme every monday only best, followers", DigestDraft((ACME,), "0 9 * * 1", content=("best", "followers"))),
        ("digest acme every monday 9:00 with board", DigestDraft((ACME,), "0 9 * * 1", content=("+board",))),
        ("digest acme with scheduled posts and a board mondays", DigestDraft((ACME,), "0 9 * * 1", content=("+board", "+scheduled"))),
        (
            "digest acme with the board every monday with upcoming posts",
            DigestDraft((ACME,), "0 9 * * 1", content=("+board", "+scheduled")),
        ),
        ("digest acme every monday without scheduled posts", DigestDraft((ACME,), "0 9 * * 1", content=("-scheduled",))),
        ("digest acme every monday only best with board", DigestDraft((ACME,), "0 9 * * 1", content=("best", "board"))),
        ("digest acme every monday only board, scheduled posts", DigestDraft((ACME,), "0 9 * * 1", content=("board", "scheduled"))),
        ("digest acme every monday showing all", DigestDraft((ACME,), "0 9 * * 1", content=())),
        ("digest acme every monday showing best,chart", DigestDraft((ACME,), "0 9 * * 1", content=("chart", "best"))),
        ("digest linkedin-of-tomorrow every monday", DigestDraft(("linkedin-of-tomorrow",), "0 9 * * 1")),
        ("digest acme mon, wed and fri at 17:00", DigestDraft((ACME,), "0 17 * * 1,3,5")),
        ("digest acme mon,wed,fri 17:00", DigestDraft((ACME,), "0 17 * * 1,3,5")),
        ("digest acme mon wed fri 17:00", DigestDraft((ACME,), "0 17 * * 1,3,5")),
        ("digest acme every Monday, Wednesday, and Friday 9:00 Europe/Berlin", DigestDraft((ACME,), "0 9 * * 1,3,5", "Europe/Berlin")),
        ("digest acme, ann lee 1st, 10th and 20th of the month 9:00", DigestDraft((ACME, LEE), "0 9 1,10,20 * *")),
        ("digest acme on the 1st, 15th and last day of the month 9:00", DigestDraft((ACME,), "0 9 1,15,L * *")),
        (f"digest acme every tuesday in {IN_MARKETING} at 9 PM", DigestDraft((ACME,), "0 21 * * 2", channels=("C0MARKETING",))),
        ("digest every monday for acme at 9:00", DigestDraft((ACME,), "0 9 * * 1")),
        ("digest 9:00 acme every monday", DigestDraft((ACME,), "0 9 * * 1")),
        ("digest every monday acme UTC at 9", DigestDraft((ACME,), "0 9 * * 1", "UTC")),
        (
            f"digest acme every tuesday Europe/Berlin in the {IN_MARKETING} channel at 9pm",
            DigestDraft((ACME,), "0 21 * * 2", "Europe/Berlin", ("C0MARKETING",)),
        ),
        ("digest Monday Motors every friday", DigestDraft((MONDAY,), "0 9 * * 5")),
        ("digest acme cron '0 9 * * 1' Europe/Berlin", DigestDraft((ACME,), "0 9 * * 1", "Europe/Berlin")),
        ("digest acme cron ‘0 9 * * mon#2’", DigestDraft((ACME,), "0 9 * * 1#2")),
        ("digest acme '0 9 * * friL'", DigestDraft((ACME,), "0 9 * * 5L")),
        ("digest acme cron 0 9 * * monday,thursday", DigestDraft((ACME,), "0 9 * * 1,4")),
        ("digest acme cron “0 9 * * 1” Tokyo", DigestDraft((ACME,), "0 9 * * 1", "Asia/Tokyo")),
        ("digest acme every monday 9:00 Berlin", DigestDraft((ACME,), "0 9 * * 1", "Europe/Berlin")),
        ("digest acme every monday 9:00 berlin time", DigestDraft((ACME,), "0 9 * * 1", "Europe/Berlin")),
        ("digest acme in New York every monday 9:00", DigestDraft((ACME,), "0 9 * * 1", "America/New_York")),
        ("digest every monday 9:00 America/New York for acme", DigestDraft((ACME,), "0 9 * * 1", "America/New_York")),
        ("digest acme first working day of the month at 8:30, skip weekends", DigestDraft((ACME,), "30 8 FW * *")),
        ("digest acme last business day no weekends", DigestDraft((ACME,), "0 9 LW * *")),
        ("digest acme first monday 9am", DigestDraft((ACME,), "0 9 * * 1#1")),
        ("digest last friday 16:00 acme", DigestDraft((ACME,), "0 16 * * 5L")),
        ("digest acme every monday at 9 o’clock", DigestDraft((ACME,), "0 9 * * 1")),
        ("digest acme every monday 9.30 Uhr", DigestDraft((ACME,), "30 9 * * 1")),
        ("digest preview acme every friday 9:00", DigestDraft((ACME,), "0 9 * * 5")),
        ("digest preview acme cron 0 9 * * 5", DigestDraft((ACME,), "0 9 * * 5")),
        *(
            (f"digest acme {words}", DigestDraft((ACME,), "0 9 * * 1", channels=("C1", "C2", "C3")))
            for words in (
                "in <#C1|a>, <#C2|b> and <#C3> every monday 9:00",
                "every monday 9:00 in <#C1>, <#C2>, and in <#C3|c>",
                "to <#C1> and <#C2> + <#C3> channels, every monday at 9:00",
                "every monday at 9:00 <#C1> <#C2> <#C3>",
                "<#C1>, every monday <#C2> 9:00 <#C3>",
            )
        ),
        (
            f"digest acme every monday 9:00 here and in {IN_MARKETING}",
            DigestDraft((ACME,), "0 9 * * 1", channels=("C0MARKETING", "C0HERE")),
        ),
        ("digest acme every monday 9:00 here", DigestDraft((ACME,), "0 9 * * 1", channels=("C0HERE",))),
        ("digest acme every monday 9:00 in this channel", DigestDraft((ACME,), "0 9 * * 1", channels=("C0HERE",))),
        ("digest acme", DigestDraft((ACME,))),
        ("digest every monday", DigestDraft((), "0 9 * * 1")),
    ],
)
def test_a_plan_in_words(text, draft):
    assert read(text) == DigestCommand(SubscriptionAction.PLAN, draft=draft)


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("digest", DigestCommand(SubscriptionAction.NEW)),
        ("digests", DigestCommand(SubscriptionAction.LIST)),
        ("digest list", DigestCommand(SubscriptionAction.LIST)),
        ("history", DigestCommand(SubscriptionAction.HISTORY)),
        ("history 3f2a", DigestCommand(SubscriptionAction.HISTORY, "3f2a")),
        ("digest 3f2a", DigestCommand(SubscriptionAction.SHOW, "3f2a")),
        ("digest pause 3f2a", DigestCommand(SubscriptionAction.PAUSE, "3f2a")),
        ("digest 3f2a pause", DigestCommand(SubscriptionAction.PAUSE, "3f2a")),
        ("digest stop", DigestCommand(SubscriptionAction.PAUSE)),
        ("digest resume acme", DigestCommand(SubscriptionAction.RESUME, "acme")),
        ("digest skip next 3f2a", DigestCommand(SubscriptionAction.SKIP, "3f2a")),
        ("digest send now 3f2a", DigestCommand(SubscriptionAction.NOW, "3f2a")),
        ("digest now", DigestCommand(SubscriptionAction.NOW)),
        ("digest delete 3f2a", DigestCommand(SubscriptionAction.DELETE, "3f2a")),
        (f"digest move 3f2a to {IN_MARKETING}", DigestCommand(SubscriptionAction.MOVE, "3f2a", DigestDraft(channels=("C0MARKETING",)))),
        ("digest edit 3f2a 0 10 * * 5", DigestCommand(SubscriptionAction.EDIT, "3f2a", DigestDraft(cron="0 10 * * 5"))),
        ("digest edit 3921 0 10 * * 5", DigestCommand(SubscriptionAction.EDIT, "3921", DigestDraft(cron="0 10 * * 5"))),
        ("digest edit 3f2a every friday 10:00", DigestCommand(SubscriptionAction.EDIT, "3f2a", DigestDraft(cron="0 10 * * 5"))),
        ("digest edit", DigestCommand(SubscriptionAction.EDIT)),
        ("digest edit ann lee every friday 10:00", DigestCommand(SubscriptionAction.EDIT, "ann lee", DigestDraft(cron="0 10 * * 5"))),
        (
            "digest edit acme robotics every friday 10:00",
            DigestCommand(SubscriptionAction.EDIT, "acme robotics", DigestDraft(cron="0 10 * * 5")),
        ),
        ('digest edit "Ann Lee" fridays', DigestCommand(SubscriptionAction.EDIT, "Ann Lee", DigestDraft(cron="? ? * * 5"))),
        ("digest edit every friday 10:00", DigestCommand(SubscriptionAction.EDIT, draft=DigestDraft(cron="0 10 * * 5"))),
        ("digest edit fridays", DigestCommand(SubscriptionAction.EDIT, draft=DigestDraft(cron="? ? * * 5"))),
        ("digest edit 3f2a fridays", DigestCommand(SubscriptionAction.EDIT, "3f2a", DigestDraft(cron="? ? * * 5"))),
        ("digest edit 3f2a to 10:00", DigestCommand(SubscriptionAction.EDIT, "3f2a", DigestDraft(cron="0 10 ? ? ?"))),
        (
            "digest edit 3f2a time 10:00 Berlin",
            DigestCommand(SubscriptionAction.EDIT, "3f2a", DigestDraft(cron="0 10 ? ? ?", zone="Europe/Berlin")),
        ),
        ("digest edit 3f2a Europe/London", DigestCommand(SubscriptionAction.EDIT, "3f2a", DigestDraft(zone="Europe/London"))),
        ("digest edit 3f2a ann lee", DigestCommand(SubscriptionAction.EDIT, "3f2a", DigestDraft((LEE,)))),
        ("digest edit acme accounts ann lee, ann rivera", DigestCommand(SubscriptionAction.EDIT, "acme", DigestDraft((LEE, RIVERA)))),
        ("digest edit accounts ann lee", DigestCommand(SubscriptionAction.EDIT, draft=DigestDraft((LEE,)))),
        ("digest change the acme digest to fridays at 10", DigestCommand(SubscriptionAction.EDIT, "acme", DigestDraft(cron="0 10 * * 5"))),
        ("digest edit acme accounts all", DigestCommand(SubscriptionAction.EDIT, "acme", DigestDraft((ACME, LEE, RIVERA, MONDAY, RUTH)))),
        ("digest edit all fridays", DigestCommand(SubscriptionAction.EDIT, "all", DigestDraft(cron="? ? * * 5"))),
        ("digest edit zeppelin fridays", DigestCommand(SubscriptionAction.EDIT, "zeppelin", DigestDraft(cron="? ? * * 5"))),
        (
            f"digest move ann lee to {IN_MARKETING}",
            DigestCommand(SubscriptionAction.MOVE, "ann lee", DigestDraft(channels=("C0MARKETING",))),
        ),
        (f"digest move {IN_MARKETING}", DigestCommand(SubscriptionAction.MOVE, draft=DigestDraft(channels=("C0MARKETING",)))),
        ("digest move acme here", DigestCommand(SubscriptionAction.MOVE, "acme", DigestDraft(channels=("C0HERE",)))),
        ("digest pause acme robotics", DigestCommand(SubscriptionAction.PAUSE, "acme robotics")),
        ("digest preview Monday Motors", DigestCommand(SubscriptionAction.PREVIEW, "Monday Motors")),
        (f"digest join {IN_MARKETING}", DigestCommand(SubscriptionAction.JOIN, draft=DigestDraft(channels=("C0MARKETING",)))),
    ],
)
def test_an_action_in_words(text, ask):
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
    assert begins_with(text, DIGEST_WORDS) is about


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
        ("digest pauze acme", UnknownAccount, "pauze", "digest pause acme"),
        ("digest acme, london every monday 9:00", UnknownAccount, "london", ""),
        ("digest london every monday 9:00", UnknownAccount, "london", ""),
        ("digest edit 3f2a except every first monday", BadSchedule, "by their date, not “every first monday”", ""),
        ("digest acme every week except friday", BadSchedule, "by their date, not “friday”", ""),
        ("digest acme first working day except friday", BadSchedule, "by their date, not “friday”", ""),
        ("digest skp next", UnknownAccount, "skp", "digest skip next"),
        ("digest edit 3f2a 10:00 and 17:00", BadSchedule, "one time of day", "digest edit 3f2a 17:00"),
        ("digest move acme to general", UnknownAccount, "general", ""),
        ("digest lst", UnknownAccount, "lst", "digest list"),
        ("digest hlep", UnknownAccount, "hlep", "digest help"),
        ("digest akme every monday 9:00", UnknownAccount, "a word that digests use", 'digest "Acme Robotics" every monday 9:00'),
        ("digest acme evry monday 9:00", UnknownAccount, "evry", "digest acme every monday 9:00"),
        (f"digest acme wekdays 9:00 Berlin {IN_MARKETING}", BadSchedule, "days", "digest acme weekdays 9:00 Berlin in <#C0MARKETING>"),
        ("digest acme every monday 9:00 Eurpe/Berlin", BadSchedule, "Eurpe/Berlin", "digest acme every monday 9:00 Europe/Berlin"),
        ("digest acme every monday 9:00 MEZ", BadSchedule, "MEZ", "digest acme every monday 9:00 Europe/Berlin"),
        (
            "digest acme every monday 9:00 in San Jose",
            BadSchedule,
            "more than one “San Jose”",
            "digest acme every monday 9:00 in America/Costa_Rica",
        ),
        ("digest acme every monday 9:00 Berln", UnknownAccount, "Berln", "digest acme every monday 9:00 Europe/Berlin"),
        ("digest acme 0 9 * * 1 and 0 17 * * 5", BadSchedule, "two schedules", "digest acme cron 0 17 * * 5"),
        ("digest acme 0 9 * * 1 0 17 * * 5", BadSchedule, "two schedules", "digest acme cron 0 9 * * 1"),
        ("digest acme cron 0 9 * * 1 every friday 9:00", BadSchedule, "two schedules", "digest acme every friday 9:00"),
        ("digest acme cron 0 9 * * 1 at 17:00", BadSchedule, "two schedules", "digest acme cron 0 9 * * 1"),
        ("digest acme every monday 9:00 Europe/Berlin America/New_York", BadSchedule, "one time zone", ""),
        ("digest acme every monday 9:00 UTC Tokyo", BadSchedule, "one time zone", ""),
        ("digest acme every monday 9:00 to me", NotUnderstood, "direct messages", ""),
        ("digest acme cron ? ? * * 5", BadSchedule, "can't read the", "digest acme every Monday 9:00"),
        ("digest every monday 9:00 and 17:00 for acme UTC", BadSchedule, "17:00", "digest acme cron 0 9,17 * * 1 zone UTC"),
        (f"digest move acme robotics ann lee to {IN_MARKETING}", NotUnderstood, "not its accounts", 'digest move "acme robotics" in <#C0M'),
        ("digest edit acme, ann lee fridays", NotUnderstood, "names the digest", 'digest edit acme fridays accounts "ann lee"'),
        ("digest edit zeppelin every monday 25:00", BadSchedule, "25:00", "digest edit zeppelin every Monday 9:00"),
        ("digest all accounts every monday 25:00", BadSchedule, "25:00", "digest all every Monday 9:00"),
        ("digest acme every 5 minutes", BadSchedule, "too often", "digest acme "),
        ("digest acme every monday in #marketing", NotUnderstood, "#marketing", ""),
        (f"digest acme every monday {' '.join(f'<#C{n}>' for n in range(21))}", NotUnderstood, "at most 20 channels", ""),
        ("digest list acme", NotUnderstood, "no other words", "digest list"),
        ("digest " + "x" * 4_000, NotUnderstood, "too long", ""),
    ],
)
def test_a_mistake_says_what_is_wrong_and_suggests_what_can_be_asked(text, kind, says, suggests):
    with pytest.raises(kind) as caught:
        read(text)
    assert says in caught.value.sentence
    assert any(words.startswith(suggests) for words in caught.value.suggestions or [""])
    for words in caught.value.suggestions:
        assert not begins_with(words, DIGEST_WORDS) or read(words)


def test_me_is_the_direct_messages_and_no_account():
    """Two letters are no beginning of a name here."""
    accounts = Directory((Account(ACME, "Acme Robotics"), Account(LEE, "Kofi Mensah")))
    ask = read_digest("digest acme every monday 9:00 to me", accounts, ParsingPlace("D0ANN", direct=True))
    assert ask.draft == DigestDraft((ACME,), "0 9 * * 1", channels=("D0ANN",))


BROKEN = """
    montags 9:00 | jeden montag 9:00 | wekdays 9:00 | dayly 9:00 | tomorrow 9:00 | today at 17:00 | annually | once a month 25:00
    monday 9:00 friday 17:00 | monday 9:00 and every friday 17:00 | first weekday of the month 17:00 | every other tuesday 9:00
    every monday 25:00 | every monday 9:60 Berlin | 25:00 every monday Asia/Tokyo | every monday 13pm | every 5 minutes | hourly
    twice a day | twice a week | every two weeks on monday 9:00 | biweekly | quarterly 9:00 | every 2 months | every morning 9:00
    mon wed fri 17:00 | every monday wednesday 9:00 | every mondey 9:00 | every monday 9:00 and 17:00 | daily 9:00, 17:30
    every monday 9:00 PST | every monday 9:00 Europe/Berln | every monday 9:00 UTC+1 | 0 9 * * | 0 0 9 * * 1 | cron 0 9 * * 8
    cron '0 25 * * 1' Europe/Berlin | 0 9 31 2 * UTC | 0 9 */10 * 0#4 | cron -5 9 * * 1 | H 9 * * 1 | @weekly | cron | cron @daily
    every day except sunday 9:00 | monthly monday 9:00 | daily on weekdays 9:00 | monday and 1st of the month 9:00 | 9:00 | at noon
    every monday 9:00 every 2 weeks | weekdays 9:00-10:00 | every monday 9:00Z | last day 9:00 | half past nine every monday
""".replace("\n", "|").split("|")


@pytest.mark.parametrize("words", [words.strip() for words in BROKEN if words.strip()])
@pytest.mark.parametrize(
    ("lead", "tail"), [("acme", ""), ("acme, ann lee", IN_MARKETING), ("edit 3f2a", ""), ("new acme", "without chart")]
)
def test_every_suggestion_can_be_pasted_and_is_about_the_same(words, lead, tail):
    """Account, channel and parts stay, and so does a zone that was said rightly."""
    zone = {"Berlin": "Europe/Berlin"}.get(words.rsplit(maxsplit=1)[-1], words.rsplit(maxsplit=1)[-1])
    try:
        read(f"digest {lead} {words} {tail}")
    except UsageError as error:
        # Where nothing is near, three commands are offered that always work; the last of them is the help.
        for suggestion in () if "help" in error.suggestions[-1] else error.suggestions:
            if "help" not in suggestion:
                ask = read(suggestion)
                assert ask.draft.accounts == {"acme": (ACME,), "acme, ann lee": (ACME, LEE), "edit 3f2a": (), "new acme": (ACME,)}[lead]
                assert ask.which == ("3f2a" if lead.startswith("edit") else "")
                assert ask.draft.channels == (("C0MARKETING",) if tail == IN_MARKETING else ())
                assert (ask.draft.content is not None) is (tail == "without chart")
                assert ask.draft.cron
                assert zone not in ("Europe/Berlin", "Asia/Tokyo", "UTC") or ask.draft.zone == zone


@given(
    st.sampled_from(
        (
            "0 9 * * 1,3,5",
            "0 9 1,10,20 * *",
            "5 17 1,15,L * *",
            "0 9 LW * *",
            "0 9 * * 1#1,1#3",
            "0 9 * * 5L",
            "0 9,17 * * *",
            "0 9 1 1,7 *",
        )
    ),
    st.sampled_from(sorted(available_timezones() - {"Factory", "localtime", "EST", "MST", "GMT"})),
)
def test_a_schedule_in_words_is_the_same_schedule_after_an_account(cron, zone):
    """What a card says can be pasted."""
    read_back = read(f"digest acme {describe(Schedule(cron, zone))}").draft
    assert (read_back.accounts, read_back.cron, read_back.zone) == ((ACME,), cron, zone)


DRAFTS = st.builds(
    DigestDraft,
    st.lists(st.sampled_from([ACME, LEE, RIVERA, "linkedin-unknown_-1"]), unique=True).map(tuple),
    st.sampled_from(["", "0 9 * * 1", "30 8 * * 1-5", "0 9 L * *", "15 7 1,15 * *", "0 10 * * 1#1", "0 9 1 1,4 *"]),
    st.sampled_from(["", "Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"]),
    st.sampled_from([(), ("C0MARKETING",), ("D0ANN00001",), ("C0MARKETING", "C0GENERAL0", "D0ANN00001")]),
    st.one_of(st.none(), st.sets(st.sampled_from(ALL_PARTS)).map(chosen), st.sampled_from([("+board",), ("-board", "-scheduled")])),
    options=st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["", "Weekly numbers", "no intro & <more>"]),
            "intro": st.sampled_from(["", "Good morning <@U0ANN00001>, title 'x' every friday", "Ünï"]),
            "only_headline": st.booleans(),
            "skip_unchanged": st.booleans(),
        },
    ),
)


@pytest.mark.parametrize(
    ("cron", "period"),
    [
        ("0 9 1 * *", "2026-11-01..2026-11-30"),
        ("0 9 L * *", "2026-12-01..2026-12-06"),
        ("0 9 * * 1#1", "2026-11-01..2026-11-30"),
        ("0 9 * * 5L", "2026-12-01..2026-12-06"),
        ("0 9 * * 1", "2026-11-30..2026-12-06"),
        ("0 9 1,15 * *", "2026-11-21..2026-12-06"),
        ("0 9 15,L * *", "2026-11-22..2026-12-06"),
        ("0 9 * * 1#1,1#3", "2026-11-16..2026-12-06"),
        ("0 9 * * 1#1,5L", "2026-11-27..2026-12-06"),
        ("0 9 1 * 1", "2026-11-30..2026-12-06"),
    ],
)
def test_the_schedule_decides_which_days_a_digest_covers(cron, period):
    """Once a month that month, several times on dates what lies between, else seven days."""
    found = digest_period(cron, "Europe/Berlin", datetime(2026, 12, 7, 8, tzinfo=UTC))
    assert f"{found.first}..{found.last}" == period


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ('title "Weekly numbers"', {"title": "Weekly numbers"}),
        ("titled “Über uns” no intro", {"title": "Über uns", "intro": ""}),
        (
            'intro line: "say “x” to &lt;all&gt;, <@U1|ann> <!channel> <#C1|x>" title "A"',
            {"title": "A", "intro": "say 'x' to <all>, <@U1> @channel #x"},
        ),
        ('intro "my title" title "no title"', {"title": "no title", "intro": "my title"}),
        ("without a title", {"title": ""}),
        ('only headline title "only headline"', {"title": "only headline", "only_headline": True}),
        ("just the headline, skip when unchanged", {"only_headline": True, "skip_unchanged": True}),
        ("skip it if nothing has changed", {"skip_unchanged": True}),
        ("skip when it's unchanged", {"skip_unchanged": True}),
        ("in full also when unchanged", {"only_headline": False, "skip_unchanged": False}),
        ("not only the headline", {"only_headline": False}),
    ],
)
def test_options_are_taken_from_the_words(words, options):
    for text in (f"digest acme every monday 9:00 {words}", f"digest {words} acme every monday 9:00", f"digest edit 3f2a {words}"):
        assert read(text).draft.options == options


@pytest.mark.parametrize(
    ("words", "says", "suggestion"),
    [
        ("acme every monday 9:00 title Weekly", "quotes", 'digest acme every monday 9:00 title "Weekly"'),
        (f'acme every monday 9:00 title "{"x" * 61}"', "60", None),
        ('pause 3f2a title "x"', "A title goes with", "digest list"),
        ("pause 3f2a skip when unchanged", "`skip when unchanged` goes with", "digest list"),
        ('acme evry monday 9:00 title "x"', "evry", 'digest acme every monday 9:00 title "x"'),
    ],
)
def test_a_heading_that_cannot_be_used_is_refused_with_a_way_to_say_it(words, says, suggestion):
    with pytest.raises(UsageError, match=says) as caught:
        read(f"digest {words}")
    assert suggestion is None or suggestion in caught.value.suggestions


@given(DRAFTS)
def test_canonical_words_read_back_to_the_same_draft(draft):
    """What a button carries is what the person said."""
    for ask in (
        DigestCommand(SubscriptionAction.CREATE, draft=draft),
        DigestCommand(SubscriptionAction.EDIT, "3f2a-0b", draft),
        DigestCommand(SubscriptionAction.EDIT, "Ann Lee", draft),
    ):
        assert read(digest_words(ask)) == ask


@given(DRAFTS, st.sampled_from(("? ? * * 5", "30 8 ? ? ?", "? ? 1,15 * *")))
def test_a_half_of_a_schedule_reads_back_as_well(draft, half):
    ask = DigestCommand(SubscriptionAction.EDIT, "3f2a-0b", replace(draft, cron=half))
    assert read(digest_words(ask)) == ask


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused_as_a_mistake(text):
    with suppress(UsageError):
        assert isinstance(read(f"digest {text}"), DigestCommand)


@given(st.sets(st.sampled_from(ALL_PARTS)))
def test_the_parts_that_were_chosen_are_shown(parts):
    assert shown(chosen(parts)) == parts


def test_no_part_at_all_is_kept_apart_from_every_part():
    assert chosen(()) == (FIGURES_ALONE,)
    assert chosen(USUAL_PARTS) == ()
    assert chosen(ALL_PARTS) == tuple(ALL_PARTS)


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
