"""Everything the bot says that is no card."""

from datetime import UTC, datetime, timedelta

import pytest

from bot import errors
from bot.queries import home_blocks
from bot.reports import error_blocks, help_blocks, notice_blocks
from bot.reports.help_blocks import TOPICS
from bot.reports.notice_blocks import account_word, build_first_screen
from bot.slack.interactive import ACCOUNT, RETRY
from bot.slack.validator import check_message
from bot.statistics.reports import Account, Directory, TokenStatus
from tests.reports.test_heights import MOST, PHONE, height

pytestmark = pytest.mark.usefixtures("english_numbers")


def classes(base=errors.BotError):
    return [base, *(found for child in base.__subclasses__() for found in classes(child))]


def made(kind):
    """An error of this class, made the way its constructor wants it."""
    if kind is errors.PortInUse:
        return kind("127.0.0.1", 3000)
    if kind is errors.NothingFetched:
        return kind([("Acme", errors.TokenExpired())])
    return kind("What was given is unclear.") if issubclass(kind, errors.UsageError) else kind()


def everything(message):
    return repr(message.payload())


def many(number):
    return Directory(tuple(Account(f"linkedin-{place:04}", f"Person {place:04}") for place in range(number)))


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_every_error_says_its_sentence_and_its_remedy(kind, samples):
    error = made(kind)
    message = error_blocks.build_trouble(error, reference="k3f9", now=samples.now, directory=samples.directory)
    assert check_message(message) == ()
    assert error.sentence in message.text
    assert error.remedy in message.text
    assert error.sentence in everything(message)


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_trouble_has_a_reference_and_a_mistake_in_words_has_none(kind, samples):
    message = error_blocks.build_trouble(made(kind), reference="k3f9", now=samples.now)
    assert ("k3f9" in everything(message)) != issubclass(kind, (errors.UsageError, errors.NotAllowed))


@pytest.mark.parametrize("kind", classes(errors.StatisticsError), ids=lambda kind: kind.__name__)
def test_only_a_passing_fault_can_be_retried(kind, samples):
    message = error_blocks.build_trouble(made(kind), reference="k3f9", now=samples.now, words="acme 7d")
    assert (RETRY in everything(message)) == kind.passing


def test_only_a_refused_request_shows_what_the_service_said(samples):
    refused = error_blocks.build_trouble(errors.RequestRefused("Invalid <thing>"), reference="r", now=samples.now)
    assert "Invalid <thing>" in everything(refused)
    assert "Invalid" not in refused.text
    key = error_blocks.build_trouble(errors.ApiKeyInvalid("secret words"), reference="r", now=samples.now)
    assert "secret words" not in everything(key)


def test_a_limit_says_when_to_ask_again_unless_that_is_over(samples):
    later = samples.now + timedelta(minutes=1)
    waiting = error_blocks.build_trouble(errors.RateLimited(retry_at=later), reference="r", now=samples.now)
    assert f"<!date^{int(later.timestamp())}^" in waiting.text
    over = error_blocks.build_trouble(errors.RateLimited(retry_at=later), reference="r", now=later)
    assert "<!date" not in over.text
    assert "now" in over.text


def test_a_mistake_is_answered_with_words_that_can_be_pasted_and_pressed(samples):
    error = errors.NotUnderstood("?", suggestions=["last week", "last week", '"Ann `Lee`" 7d', ""])
    message = error_blocks.build_trouble(error, reference="r", now=samples.now)
    assert check_message(message) == ()
    assert "`/linkedin-stats last week`" in everything(message)
    buttons = next(block["elements"] for block in message.blocks if block["type"] == "actions")
    assert [button["value"] for button in buttons] == ["last week", '"Ann `Lee`" 7d']


def test_what_a_person_typed_cannot_call_a_channel(samples):
    message = error_blocks.build_trouble(errors.NotUnderstood("“<!here> & <@U1>”?"), reference="r", now=samples.now)
    assert "<!here>" not in everything(message)
    assert "&lt;!here&gt; &amp; &lt;@U1&gt;" in message.text


def test_endless_words_are_cut_to_what_slack_takes(samples):
    error = errors.NotUnderstood("&" * 4_000, suggestions=["&" * 4_000] * 30)
    assert check_message(error_blocks.build_trouble(error, reference="r", now=samples.now)) == ()
    reported = errors.RequestRefused("<" * 90_000)
    assert check_message(error_blocks.build_trouble(reported, reference="r", now=samples.now)) == ()


@pytest.mark.parametrize("number", [1, 2, 50, 51, 100, 101, 250, 1_000])
def test_any_number_of_accounts_fits(number, samples):
    directory = many(number)
    start = home_blocks.build_state(directory, directory.accounts[0], None, now=samples.now)
    first = [build_first_screen(directory, account, None, today=samples.today) for account in (None, directory.accounts[0])]
    for message in (start, *first, notice_blocks.build_accounts(directory, None), notice_blocks.build_account_menu(directory, "last week")):
        assert check_message(message) == ()
        assert PHONE["head"] + height(message.blocks) <= MOST


def test_long_names_of_many_accounts_fit(samples):
    directory = Directory(tuple(Account(f"linkedin-{place}", "名" * 500, expires_in="x" * 500) for place in range(300)))
    for message in (
        notice_blocks.build_accounts(directory, directory.accounts[0]),
        notice_blocks.build_account_menu(directory, "w"),
        home_blocks.build_state(directory, directory.accounts[0], samples.account(), now=samples.now),
        build_first_screen(directory, directory.accounts[0], samples.account(account=directory.accounts[0]), today=samples.today),
        build_first_screen(directory, None, None, today=samples.today),
    ):
        assert check_message(message) == ()


def test_the_menu_says_how_many_it_leaves_out():
    message = notice_blocks.build_account_menu(many(250), "last week")
    assert "The first 200 of 250 accounts" in everything(message)
    menu = message.blocks[0]["accessory"]
    assert menu["action_id"] == ACCOUNT
    assert [len(group["options"]) for group in menu["option_groups"]] == [100, 100]


def test_a_choice_is_the_whole_question(samples):
    menu = notice_blocks.build_account_menu(samples.directory, "last week daily").blocks[0]["accessory"]
    assert [option["value"] for option in menu["options"]] == [
        "last week daily linkedin-Tz9W5i6ZYG",
        "last week daily linkedin-ABC",
        "last week daily linkedin-bob",
    ]


def test_words_too_long_for_a_menu_ask_for_the_account_in_words(samples):
    message = notice_blocks.build_account_menu(samples.directory, "w" * 150)
    assert "accounts" in message.text
    assert "static_select" not in everything(message)


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (Account("linkedin-1", "Ann Lee"), '"Ann Lee"'),
        (Account("linkedin-1", "daily"), '"daily"'),
        (Account("linkedin-1", 'Ann "A" Lee'), "linkedin-1"),
        (Account("linkedin-1", "Ann\nLee"), "linkedin-1"),
        (Account("linkedin-1", "Twin"), "linkedin-1"),
        (Account("linkedin-1", " "), "linkedin-1"),
    ],
)
def test_an_account_is_named_as_the_grammar_takes_it_back(account, words):
    assert account_word(account, Directory((account, Account("linkedin-2", "twin")))) == words


@pytest.mark.parametrize(
    ("token", "left", "expected"),
    [
        (TokenStatus.VALID, "60 days", "connected"),
        (TokenStatus.EXPIRING_SOON, "5 days", "access ends in 5 days"),
        (TokenStatus.EXPIRING_SOON, "", "access ends soon"),
        (TokenStatus.EXPIRED, "", "access has ended"),
        (TokenStatus.UNKNOWN, "", "state unknown"),
    ],
)
def test_each_connection_has_its_state(token, left, expected):
    directory = Directory((Account("linkedin-1", "Ann", token=token, expires_in=left),))
    assert expected in everything(notice_blocks.build_accounts(directory, None))


def test_help_knows_every_topic_and_an_unknown_one_gives_all():
    whole = help_blocks.build_help()
    assert help_blocks.build_help("no such topic") == whole
    for name, topic in TOPICS.items():
        page = help_blocks.build_help(name)
        assert check_message(page) == ()
        assert page != whole
        assert topic.title in everything(whole)
        assert all(words in everything(page) for chapter in topic.chapters for words in (chapter.title, *chapter.examples))


def test_who_shared_a_card_is_said_by_a_mention():
    at = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
    line, again = (notice_blocks.build_shared_by("U0ANN", at) for _ in range(2))
    assert line["elements"][0]["text"] == f"Shared by <@U0ANN>, <!date^{int(at.timestamp())}^{{time}}|10:42 UTC>"
    assert line["block_id"] != again["block_id"]
    assert notice_blocks.read_shared_by([line]) == ("U0ANN", at)
    assert notice_blocks.read_shared_by([{"block_id": "shared_by.U0ANN"}]) == ("U0ANN", None)


async def test_the_help_says_why_linkedins_page_may_differ(open_scene):
    async with open_scene() as scene:
        assert "are not consistent with UI at the moment" in (await scene.ask("help accounts"))["text"]


@pytest.mark.parametrize(("most", "is_shown"), [(3, True), (10_000, False)])
async def test_accounts_that_are_not_read_are_told(open_scene, monkeypatch, most, is_shown):
    monkeypatch.setattr("bot.postpost.connections.MOST_ACCOUNTS", most)
    monkeypatch.setattr("bot.postpost.statistics.MOST_ACCOUNTS", most)
    async with open_scene() as scene:
        answer = await scene.ask("accounts")
        assert ("I know only the first 3" in answer["text"]) == is_shown
