"""Whatever a message offers to paste or to press is understood by the grammar, as it stands."""

import re
from datetime import date
from typing import Any

import pytest

from bot import errors
from bot.access.commands import read_client, read_permission
from bot.alerts.parser import read_alert
from bot.alerts.rule import ALERT_WORDS
from bot.digests.command import DIGEST_WORDS, DigestCommand, DigestDraft
from bot.digests.parser import read_digest
from bot.goals.parser import GOAL_WORDS, read_goal
from bot.management.actions import SubscriptionAction
from bot.parsing.parser import parse_text, to_query
from bot.parsing.queries import AccountQuery, HelpQuery, PostQuery, TeamQuery, TopQuery
from bot.parsing.vocabulary import begins_with
from bot.reports import error_blocks, notice_blocks
from bot.reports.account_blocks import build_account_card
from bot.reports.help_blocks import TOPICS
from bot.reports.notice_blocks import build_first_screen
from bot.slack.interactive import COMMAND, OWN_DATES, chosen_button
from bot.statistics.metrics import Metric
from bot.statistics.reports import Account, Directory, Period, id_word, last_days
from bot.watches.parser import read_watch
from bot.watches.rule import WATCH_WORDS

pytestmark = pytest.mark.usefixtures("english_numbers")

AWKWARD = (
    Account("linkedin-1", "daily"),
    Account("linkedin-2", "Ann `Code` Lee"),
    Account("linkedin-3", "Ann Lee"),
    Account("linkedin-4", "ann lee"),
    Account("linkedin-5", "Bob & <Sons>"),
    Account("linkedin-6", "Other", "annlee"),
    Account("linkedin-with space", "Line\nbreak"),
    Account("linkedin-8", "7d"),
)


def asked(words, samples, directory=None) -> Any:
    """What the grammar makes of these words; it raises where it makes nothing of them."""
    if begins_with(words, DIGEST_WORDS):
        return read_digest(words, directory or samples.directory)
    if begins_with(words, ALERT_WORDS):
        return read_alert(words, directory or samples.directory, ())
    if begins_with(words, GOAL_WORDS):
        return read_goal(words)
    if begins_with(words, WATCH_WORDS):
        return read_watch(words)
    return to_query(parse_text(words, samples.today, samples.now), directory or samples.directory)


def pasted(message):
    """The commands in code, as Slack would hand them back."""
    lines = re.findall(rf"`{COMMAND} ([^`]*)`", "\n".join(map(repr, message.blocks)))
    return [line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for line in lines]


def pressed(message):
    """The values of everything that asks again."""
    found = []
    for block in message.blocks:
        for element in [*block.get("elements", ()), block.get("accessory")]:
            if isinstance(element, dict):
                found += [element["value"]] if "value" in element else []
                choices = [option["value"] for option in element.get("options", ())]
                found += [chosen_button(one)[1] for one in choices] if element.get("type") == "overflow" else choices
    return found


@pytest.mark.parametrize("words", [words for topic in TOPICS.values() for words in topic.examples])
def test_every_example_of_the_help_works_as_it_stands(words, samples):
    assert read_permission(words, "C1", direct=False) or read_client(words, "C1", direct=False) or asked(words, samples)


@pytest.mark.parametrize("account", AWKWARD, ids=lambda account: account.platform_id)
def test_the_first_screen_offers_questions_about_exactly_that_account(account, samples):
    directory = Directory((account, *(other for other in AWKWARD if other is not account)))
    message = build_first_screen(directory, account, None, today=samples.today)
    card, best, help_query = [asked(words, samples, directory) for words in pressed(message)]
    assert (card.account, best.who, help_query) == (account.platform_id, id_word(account.platform_id), HelpQuery())
    other = directory.accounts[1].platform_id
    assert [asked(words, samples, directory).account for words in pasted(message)] == [other]


def test_the_first_screen_without_an_account_asks_for_one_or_about_all(samples):
    directory = Directory(AWKWARD)
    asks = [asked(words, samples, directory) for words in pressed(build_first_screen(directory, None, None, today=samples.today))]
    assert [ask.account for ask in asks if isinstance(ask, AccountQuery)] == [account.platform_id for account in AWKWARD]
    assert [type(ask) for ask in asks if not isinstance(ask, AccountQuery)] == [TeamQuery, TopQuery, HelpQuery]


def test_a_choice_of_days_asks_the_same_for_other_days(samples):
    report = samples.account(metrics=(Metric.IMPRESSION, Metric.MEMBERS_REACHED), by_day=True)
    message = build_account_card(report, today=samples.today, words="w")
    choices = [words for words in pressed(message) if words != "w"]
    (own,) = [words for words in choices if OWN_DATES in words]
    assert own.endswith(" own dates 2026-11-16..2026-11-22")
    asks = [asked(words, samples) for words in choices if words != own]
    day = date.fromisoformat
    periods = [
        *(last_days(days, samples.today) for days in (7, 28, 90)),
        *(Period(day(first), day(last)) for first, last in (("2026-11-16", "2026-11-22"), ("2026-11-01", "2026-11-22"))),
        *(Period(day(first), day(last)) for first, last in (("2026-10-01", "2026-10-31"), ("2026-10-01", "2026-11-22"))),
        Period(day("2026-07-01"), day("2026-09-30")),
    ]
    assert [ask for ask in asks if isinstance(ask, AccountQuery)] == [
        AccountQuery(samples.acme.platform_id, period, report.metrics, daily=True) for period in periods
    ]


def test_make_it_weekly_asks_for_a_digest_of_the_cards_account(samples):
    message = build_account_card(samples.account(), today=samples.today, words="w")
    asks = [asked(words, samples) for words in pressed(message) if words != "w" and OWN_DATES not in words]
    digests = [ask for ask in asks if isinstance(ask, DigestCommand)]
    assert digests == [DigestCommand(SubscriptionAction.NEW, draft=DigestDraft(accounts=(samples.acme.platform_id,)))]


def test_a_choice_of_account_asks_the_same_about_it(samples):
    directory = Directory(AWKWARD)
    message = notice_blocks.build_account_menu(directory, "urn:li:share:7123456789012345678 impressions")
    asks = [asked(words, samples, directory) for words in pressed(message)]
    assert [ask.account for ask in asks if isinstance(ask, PostQuery)] == [account.platform_id for account in AWKWARD]
    assert all(ask.metrics == (Metric.IMPRESSION,) for ask in asks)


def test_the_accounts_show_how_to_change_the_default(samples):
    (words,) = pasted(notice_blocks.build_accounts(samples.directory, samples.acme))
    assert asked(words, samples).account == samples.ann.platform_id


def test_an_id_in_pieces_stays_one_word():
    assert id_word("linkedin-with space") == '"linkedin-with space"'


def test_suggestions_of_a_mistake_work_as_they_stand(samples):
    with pytest.raises(errors.UsageError) as mistake:
        asked("acme last weke", samples)
    message = error_blocks.build_trouble(mistake.value, reference="r", now=samples.now)
    assert pressed(message)
    for words in [*pressed(message), *pasted(message)]:
        assert asked(words, samples)
