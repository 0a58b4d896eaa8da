"""Words for several posts, accounts and periods: what they ask, and that their canonical words ask the same again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AmbiguousAccount, BadPeriod, NotUnderstood, UnknownAccount, UsageError
from bot.parsing.parser import parse_text, to_query
from bot.parsing.queries import AccountQuery, CompareQuery, GroupQuery, OptQuery, TeamQuery, TopQuery, VersusQuery, to_text
from bot.parsing.vocabulary import KNOWN_WORDS
from bot.statistics.aggregate import Side
from bot.statistics.metrics import POST_METRICS, Metric, Ranking, View
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Account, Directory, Period

TODAY = date(2026, 11, 23)
ACME, ANN, ANNA, BOB = (f"linkedin-{name}" for name in ("A1", "L2", "R3", "B4"))
PEOPLE = Directory(
    (
        Account(ACME, "Acme Robotics"),
        Account(ANN, "Ann Lee"),
        Account(ANNA, "Ann Rivera"),
        Account(BOB, "Bob Team"),
        Account("linkedin-T", "Top Gun"),
    )
)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 22))
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
WEEK_BEFORE = Period(date(2026, 11, 9), date(2026, 11, 15))
ONE, TWO = PostRef(PostKind.SHARE, 7434685316856377344), PostRef(PostKind.UGC_POST, 7429953213384187904)


def ask(text):
    return to_query(parse_text(text, TODAY), PEOPLE)


ASKED = {
    f"{ONE.urn} {TWO.urn}": CompareQuery((ONE, TWO)),
    f"compare {ONE.url} and {TWO.url} likes csv": CompareQuery((ONE, TWO), metrics=(Metric.REACTION,), export="csv"),
    f"{ONE.urn} vs {TWO.urn} last week": CompareQuery((ONE, TWO), period_ignored=True),
    "acme vs bob last month": VersusQuery(Side(ACME, OCTOBER), Side(BOB, OCTOBER)),
    "acme last month versus bob": VersusQuery(Side(ACME, OCTOBER), Side(BOB, OCTOBER)),
    "compare acme and bob last month": VersusQuery(Side(ACME, OCTOBER), Side(BOB, OCTOBER)),
    "acme vs bob": VersusQuery(Side(ACME, WEEK), Side(BOB, WEEK)),
    "vs bob last month": VersusQuery(Side(None, OCTOBER), Side(BOB, OCTOBER)),
    "versus acme bob 7d": VersusQuery(Side(ACME, WEEK), Side(BOB, WEEK)),
    "vs acme and Ann Lee last month likes": VersusQuery(Side(ACME, OCTOBER), Side(ANN, OCTOBER), (Metric.REACTION,)),
    "acme bob last month versus": VersusQuery(Side(ACME, OCTOBER), Side(BOB, OCTOBER)),
    "compare acme bob share": VersusQuery(Side(ACME, WEEK), Side(BOB, WEEK), share=True),
    "acme vs last month": VersusQuery(Side(ACME, NOVEMBER), Side(ACME, Period(date(2026, 10, 1), date(2026, 10, 22)))),
    "vs last month acme": VersusQuery(Side(ACME, NOVEMBER), Side(ACME, Period(date(2026, 10, 1), date(2026, 10, 22)))),
    "acme last month vs september": VersusQuery(Side(ACME, OCTOBER), Side(ACME, Period(date(2026, 9, 1), date(2026, 9, 30)))),
    "acme 7d vs 9-15 nov xlsx": VersusQuery(Side(ACME, WEEK), Side(ACME, WEEK_BEFORE), export="xlsx"),
    "acme vs 1-7 nov": VersusQuery(Side(ACME, WEEK), Side(ACME, Period(date(2026, 11, 1), date(2026, 11, 7)))),
    "team": TeamQuery(View.TEAM),
    "team sales last week": TeamQuery(View.TEAM, "sales", WEEK),
    "board min 2000": TeamQuery(View.BOARD, minimum=2000),
    "BOARD last month growth min 1000": TeamQuery(View.BOARD, "", OCTOBER, ranking=Ranking.GROWTH, minimum=1000),
    "leaderboard by engagement rate totals": TeamQuery(View.BOARD, totals=True),
    'board "Ann Lee" "Bob Team" csv share': TeamQuery(View.BOARD, '"Ann Lee" "Bob Team"', share=True, export="csv"),
    "top": TopQuery(),
    "top 5 posts acme last month": TopQuery("acme", OCTOBER, most=5),
    "top team likes 28d": TopQuery("team", Period(date(2026, 10, 26), date(2026, 11, 22)), Metric.REACTION),
    "who had the most likes": TeamQuery(View.TEAM, metrics=(Metric.REACTION,)),
    "which of our accounts got the most comments last month?": TeamQuery(View.TEAM, "", OCTOBER, (Metric.COMMENT,)),
    "who did best last week": TeamQuery(View.BOARD, "", WEEK),
    "who has the highest engagement rate in october": TeamQuery(View.BOARD, "", OCTOBER),
    "who grew the most last month": TeamQuery(View.BOARD, "", OCTOBER, ranking=Ranking.GROWTH),
    "which post got the most comments in october": TopQuery("", OCTOBER, Metric.COMMENT),
    "most viewed posts of acme last month": TopQuery("acme", OCTOBER, Metric.IMPRESSION),
    "our most commented on post last week": TopQuery("", WEEK, Metric.COMMENT),
    "most engaging linkedin post last week": TopQuery("", WEEK),
    "group sales = acme, Ann Lee": GroupQuery("sales", (ACME, ANN)),
    "group Sales=acme,bob": GroupQuery("sales", (ACME, BOB)),
    "group sales": GroupQuery("sales"),
    "group sales = nobody": GroupQuery("sales", ()),
    "group content = nobody": GroupQuery("content", ()),
    "groups": GroupQuery(),
    "opt out acme": OptQuery(ACME, out=True),
    "opt in Ann Lee": OptQuery(ANN, out=False),
    "bob team 7d": AccountQuery(BOB, WEEK),
    "top gun": AccountQuery("linkedin-T"),
    "acme csv": AccountQuery(ACME, export="csv"),
}


@pytest.mark.parametrize(("text", "meant"), ASKED.items(), ids=[text[:50] for text in ASKED])
def test_words_ask_for_several(text, meant):
    """And the canonical words, which the buttons carry, ask the same again."""
    assert ask(text) == meant
    assert ask(to_text(meant)) == meant


@pytest.mark.parametrize(
    ("text", "as_team"),
    {
        "compare acme, bob and Ann Lee 7d": 'team "Acme Robotics" "Bob Team" "Ann Lee" 7d',
        "vs acme bob Ann Lee likes csv": 'team "Acme Robotics" "Bob Team" "Ann Lee" likes csv',
        "acme vs bob vs ann lee october": 'team "Acme Robotics" "Bob Team" "Ann Lee" october',
        "acme bob ann lee october": 'team "Acme Robotics" "Bob Team" "Ann Lee" october',
        "acme + bob combined 7d": 'team "Acme Robotics" "Bob Team" 7d',
    }.items(),
)
def test_more_than_two_accounts_and_combined_ones_are_a_team(text, as_team):
    assert ask(text) == ask(as_team)


MISTAKES = {
    "compare": NotUnderstood,
    f"compare {ONE.urn}": NotUnderstood,
    "acme vs acme": NotUnderstood,
    "acme vs nobdy": UsageError,
    "acme vs team": NotUnderstood,
    "acme vs tomorrow": BadPeriod,
    f"team {ONE.urn}": NotUnderstood,
    "top likes views": NotUnderstood,
    "group last = acme": NotUnderstood,
    "group content = acme": NotUnderstood,
    "group interactions = acme": NotUnderstood,
    "group acme = bob": NotUnderstood,
    "group two words = bob": NotUnderstood,
    "group sales = ": NotUnderstood,
    "group sales = ann, bob": AmbiguousAccount,
    "group sales = zed": UnknownAccount,
    "opt out": NotUnderstood,
    "opt out ann": UnknownAccount,
}


@pytest.mark.parametrize(("text", "kind"), MISTAKES.items(), ids=[text[:50] for text in MISTAKES])
def test_a_mistake_has_its_sentence_and_its_remedy(text, kind):
    with pytest.raises(kind) as refused:
        ask(text)
    assert refused.value.sentence
    assert refused.value.remedy or refused.value.suggestions


@pytest.mark.parametrize(("typed", "meant"), [("borad last week", "board last week"), ("teem", "team"), ("comapre", "compare")])
def test_a_slip_of_the_finger_is_offered_the_word(typed, meant):
    with pytest.raises(UsageError) as refused:
        ask(typed)
    assert meant in (*refused.value.suggestions, *KNOWN_WORDS)
    assert meant in refused.value.suggestions or meant == "compare"


def test_a_slip_after_vs_keeps_the_other_side():
    with pytest.raises(UsageError) as refused:
        ask("acme last month vs bbo")
    assert "acme last month vs bob" in [one.lower().replace('"bob team"', "bob") for one in refused.value.suggestions]


@pytest.mark.parametrize("text", ["vs acmme 7d", "acmme 7d versus", "vs acme bob ann 7d", "vs acme 2d 3d"])
def test_a_suggestion_beside_an_empty_side_of_vs_has_no_blank_at_its_edge(text):
    with pytest.raises(UsageError) as refused:
        ask(text)
    assert [one for one in refused.value.suggestions if one != one.strip()] == []


periods = st.builds(
    lambda first, days: Period(first, min(date.fromordinal(first.toordinal() + days), date(2026, 11, 22))),
    st.dates(date(2026, 1, 1), date(2026, 11, 20)),
    st.integers(0, 60),
)
ends = {"share": st.booleans(), "export": st.sampled_from(["", "csv", "xlsx"])}
metrics = st.lists(st.sampled_from(POST_METRICS), unique=True).map(lambda some: tuple(one for one in POST_METRICS if one in some))
accounts = st.sampled_from([ACME, ANN, BOB])


@given(
    st.one_of(
        st.builds(
            TeamQuery,
            st.sampled_from(View),
            st.sampled_from(["", "sales"]),
            st.none() | periods,
            metrics,
            st.sampled_from(Ranking),
            st.none() | st.integers(0, 10**8),
            st.booleans(),
            **ends,
        ),
        st.builds(
            TopQuery,
            st.sampled_from(["", "team", "sales", ACME]),
            st.none() | periods,
            st.none() | st.sampled_from(POST_METRICS),
            st.integers(1, 10),
            **ends,
        ),
        st.builds(
            lambda a, b, p, m, **end: VersusQuery(Side(a, p), Side(b, p), m, **end), st.just(ACME), st.just(BOB), periods, metrics, **ends
        ),
        st.builds(OptQuery, accounts, st.booleans()),
    )
)
def test_canonical_words_ask_the_same_again(meant):
    assert ask(to_text(meant)) == meant
