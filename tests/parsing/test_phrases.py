"""The notation of what people type (`bot.lazy_regex`): what a sign in it stands for."""

import pytest

from bot.lazy_regex import any_case, any_of, either


@pytest.mark.parametrize("typed", ["don't send it", "dont send it", "Don’t send IT"])
def test_an_apostrophe_is_any_or_none(typed):
    """On phones it is another sign, and many leave it out."""
    assert any_case(r"(don't|do not) send it").fullmatch(typed)


def test_a_parenthesis_without_a_name_only_groups():
    """So what is taken out of a text has a name."""
    found = any_case(r"(stop|pause) (the |my )?(?P<what>\w+)").fullmatch("stop my digest")
    assert found
    assert found.groups() == ("digest",)


@pytest.mark.parametrize(
    ("phrase", "typed"),
    [(r"[('’] ?ok", "(ok"), (r"\(ok\)", "(ok)"), (r"(?P<add>add )?(?(add)bob|(remove) bob)", "add bob"), (r"it's [^(']+", "its fine")],
)
def test_escaped_signs_sets_and_conditions_stay_as_they_are(phrase, typed):
    """They mean what they mean in every regular expression."""
    assert any_case(phrase).fullmatch(typed)


def test_several_phrases_are_alternatives():
    """Each may stand in a line of its own, also inside of another phrase."""
    pattern = any_case(r"when does it come", rf"who {either(r'gets', r'sees')} it")
    assert [bool(pattern.fullmatch(typed)) for typed in ("when does it come", "WHO sees it", "who it")] == [True, True, False]


def test_words_of_a_list_stand_for_themselves():
    """An apostrophe in a holiday's name is that one, and a dot is a dot."""
    days = ("new year's eve", "q.e.d.")
    pattern = any_case(f"on {any_of(days)}")
    assert pattern.fullmatch("on New Year's Eve")
    assert not pattern.fullmatch("on qxexdx")
