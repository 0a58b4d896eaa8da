"""Which account a name means."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parsing.account_names import folded, matching, name_word
from bot.statistics.reports import Account, Directory, id_word

MEANS = {
    "id": ("linkedin-Tz9W5i6ZYG", "linkedin-Tz9W5i6ZYG"),
    "id in any case": ("LINKEDIN-tz9w5i6zyg", "linkedin-Tz9W5i6ZYG"),
    "id without its prefix": ("Tz9W5i6ZYG", "linkedin-Tz9W5i6ZYG"),
    "beginning of the id": ("tz9", "linkedin-Tz9W5i6ZYG"),
    "name": ("Acme Robotics", "linkedin-Tz9W5i6ZYG"),
    "name in any case": ("aCME robotics", "linkedin-Tz9W5i6ZYG"),
    "name in quotes": ('"Acme  Robotics"', "linkedin-Tz9W5i6ZYG"),
    "first word": ("acme", "linkedin-Tz9W5i6ZYG"),
    "last word": ("rivera", "linkedin-An7Rv3raXw"),
    "beginning of a word": ("riv", "linkedin-An7Rv3raXw"),
    "beginning of the name": ("ann ri", "linkedin-An7Rv3raXw"),
    "handle": ("@annlee", "linkedin-ABC"),
    "no accents": ("zoe muller-lukasik", "linkedin-Zo8YkQ2m1L"),
    "accents made of two characters": ("Zoe\u0308", "linkedin-Zo8YkQ2m1L"),
    "punctuation": ("Ruth & Dan <R&D>", "linkedin-Rd5kX0a7tQ"),
    "without punctuation": ("ruth dan", "linkedin-Rd5kX0a7tQ"),
    "without the article": ("guardian", "linkedin-Gu1"),
    "genitive": ("acme's", "linkedin-Tz9W5i6ZYG"),
    "genitive with a curly apostrophe": ("Zoë’s", "linkedin-Zo8YkQ2m1L"),
}


@pytest.mark.parametrize(("name", "platform_id"), MEANS.values(), ids=MEANS.keys())
def test_a_name_means_one_account(name: str, platform_id: str, directory: Directory):
    assert [account.platform_id for account in matching(name, directory)] == [platform_id]


def test_a_first_name_of_two_means_both(directory: Directory):
    assert [account.name for account in matching("ann", directory)] == ["Ann Lee", "Ann Rivera"]


def test_a_whole_name_goes_before_the_beginning_of_another():
    directory = Directory((Account("linkedin-1", "Acme Robotics"), Account("linkedin-2", "Acme")))
    assert [account.platform_id for account in matching("acme", directory)] == ["linkedin-2"]


def test_ids_that_differ_in_case_only_are_two_accounts():
    directory = Directory((Account("linkedin-abc", "Small"), Account("linkedin-ABC", "Large")))
    assert [account.name for account in matching("linkedin-ABC", directory)] == ["Large"]
    assert [account.name for account in matching("linkedin-Abc", directory)] == ["Small", "Large"]


@pytest.mark.parametrize("name", ["", " ", '""', "a", "globex", "&", "🤖", "'"])
def test_what_is_nobodys_name_means_no_account(name: str, directory: Directory):
    assert matching(name, directory) == ()


def test_a_name_without_letters_can_still_be_asked_for():
    directory = Directory((Account("linkedin-1", "🤖"), Account("linkedin-2", "🦾")))
    assert [account.platform_id for account in matching("🦾", directory)] == ["linkedin-2"]


@given(st.text(max_size=30))
@example("㎀")
def test_folding_twice_changes_nothing_more(name: str):
    assert folded(folded(name)) == folded(name)


NAMES = st.text(min_size=1, max_size=20)


@given(
    st.lists(st.tuples(NAMES, st.from_regex(r"linkedin-[A-Za-z0-9]{3,8}", fullmatch=True)), max_size=6, unique_by=lambda pair: pair[1]),
    NAMES,
)
def test_any_name_means_accounts_of_the_directory(known: list[tuple[str, str]], name: str):
    directory = Directory(tuple(Account(platform_id, known_name) for known_name, platform_id in known))
    assert set(matching(name, directory)) <= set(directory.accounts)
    for account in directory.accounts:
        assert matching(id_word(account.platform_id), directory) == (account,)
        if folded(account.name).isalnum():
            assert account in matching(name_word(account, directory.accounts), directory)
