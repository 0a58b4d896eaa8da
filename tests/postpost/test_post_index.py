"""The index of posts: a stretch of ids gives what a search through all of them would give."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.postpost.post_catalog import PostIndex, first_of_day
from bot.statistics.posts import PostKind, PostRef

OWNERS = (None, "linkedin-A", "linkedin-B")
PUTS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([PostKind.SHARE, PostKind.UGC_POST]), st.sampled_from(OWNERS)), max_size=40)


@given(puts=PUTS, first=st.integers(0, 31), after=st.integers(0, 31), owner=st.sampled_from(OWNERS))
def test_what_stands_between_is_what_a_search_finds_the_newest_first(puts, first, after, owner):
    """Whatever was put, moved to another account or taken away before."""
    index, owners = PostIndex(), {}
    for number, kind, whose in puts:
        index.put(PostRef(kind, number), whose)
        owners[PostRef(kind, number)] = whose
    found = list(index.between(first, after, owner))
    wanted = {post for post, whose in owners.items() if whose is not None and owner in (None, whose) and first <= post.number < after}
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert [post.number for post in found] == sorted((post.number for post in found), reverse=True)


@given(day=st.dates(date(2003, 5, 5), date(2090, 1, 1)))
def test_a_days_first_id_is_made_at_its_midnight_in_utc(day):
    assert PostRef(PostKind.SHARE, first_of_day(day)).published_at in (None, datetime(day.year, day.month, day.day, tzinfo=UTC))
