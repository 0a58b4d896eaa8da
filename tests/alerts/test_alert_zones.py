"""Zones behind an alert's time: cities, abbreviations, and accounts of the same name."""

import pytest

from bot.alerts.parser import read_alert
from bot.errors import BadSchedule
from bot.statistics.reports import Account, Directory

ACCOUNTS = Directory((Account("linkedin-acme01", "Acme", "acme"), Account("linkedin-munich", "Munich Motors", "munich-motors")))


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("at 9:00 Mumbai", "Asia/Kolkata"),
        ("at 9:00 in San Francisco", "America/Los_Angeles"),
        ("weekdays at 8:30 köln", "Europe/Berlin"),
        ("at 9:00 PST", "America/Los_Angeles"),
        ("at 9:00 zone mumbai", "Asia/Kolkata"),
        ("at 9:00 Europe/Paris", "Europe/Paris"),
        ("germany", "Europe/Berlin"),
        ("every monday 9 Germany", "Europe/Berlin"),
        ("every morning Germany", "Europe/Berlin"),
        ("every monday morning zone california", "America/Los_Angeles"),
    ],
)
def test_the_zone_behind_the_time_is_read(words: str, zone: str):
    draft = read_alert(f"alert acme impressions +50% week {words}", ACCOUNTS, ()).draft
    assert draft is not None
    assert (draft.zone, draft.account) == (zone, "linkedin-acme01")


def test_an_account_goes_before_a_city_of_its_name():
    draft = read_alert("alert impressions +50% week at 9:00 munich", ACCOUNTS, ()).draft
    assert draft is not None
    assert (draft.zone, draft.account) == ("", "linkedin-munich")


@pytest.mark.parametrize(
    ("word", "zone"),
    [("EST", "America/New_York"), ("ist", "Asia/Kolkata"), ("San Jose", "America/Costa_Rica"), ("Texas", "America/Chicago")],
)
def test_what_is_several_zones_offers_them(word: str, zone: str):
    with pytest.raises(BadSchedule) as refused:
        read_alert(f"alert acme impressions +50% week at 9:00 {word}", ACCOUNTS, ())
    assert f"alert acme impressions +50% week at 9:00 {zone}" in refused.value.suggestions
    for words in refused.value.suggestions:
        assert read_alert(words, ACCOUNTS, ()).draft
