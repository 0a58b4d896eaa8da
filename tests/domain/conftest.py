"""The accounts that the domain's tests know."""

import pytest

from bot.statistics.accounts import Account, Directory


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory(
        (
            Account("linkedin-Tz9W5i6ZYG", "Acme Robotics", "acme-hq"),
            Account("linkedin-ABC", "Ann Lee", "annlee"),
            Account("linkedin-An7Rv3raXw", "Ann Rivera"),
            Account("linkedin-Zo8YkQ2m1L", "Zoë Müller-Łukasik"),
            Account("linkedin-Rd5kX0a7tQ", "Ruth & Dan <R&D>"),
            Account("linkedin-Ma1", "May Lee"),
            Account("linkedin-Da1", "Daily Planet"),
            Account("linkedin-Gu1", "The Guardian"),
            Account("linkedin-Tw1", "Twin Studio"),
            Account("linkedin-Tw2", "Twin Studio"),
            Account("linkedin-He1", "Help"),
            Account("linkedin-OB1", "Booking.com"),
        )
    )
