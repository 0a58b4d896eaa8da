"""The answer to an empty command: the last week of the usual account, three buttons, and how to ask for anything else."""

from collections.abc import Iterator
from datetime import date

from bot.parsing.account_names import id_word
from bot.reports.account_blocks import account_fields, account_headline, account_story
from bot.reports.card_parts import account_name
from bot.reports.figures import OPEN_CARD, some_of
from bot.reports.gaps import find_gaps
from bot.reports.help_blocks import example
from bot.reports.notice_blocks import ACCOUNTS_NONE, account_state, account_word, build_account_menu
from bot.slack.actions import example_id
from bot.slack.builders import Block, Element, Message, actions, button, context, escape, foreign_context, header, one_line, section
from bot.slack.numbers import period_label
from bot.statistics.reports import Account, AccountReport, Directory, TokenStatus

FIRST_TITLE = "LinkedIn statistics"
HOW_TO_ASK = "Paste a post's link, or name an account and a period: {example}. Only you see the answer until you share it."
OTHERS = "Accounts here: {names}."
NOT_FETCHED = "{name}'s week couldn't be fetched this time. *{card}* tries again."
BEST_POSTS, TEAMS_WEEK, CHECK_STATUS, SHOW_HELP = "Best Posts", "Team's Week", "Check Status", "Help"

#: Accounts named here; `accounts` lists all.
_NAMED = 5
_NAME_LIMIT = 40


def build_first_screen(directory: Directory, account: Account | None, report: AccountReport | None, *, today: date) -> Message:
    """The first screen.

    Args:
        account: the one whose week is shown: the channel's, the person's own or the only one; None where it must be chosen.
        report: its last week; None when it could not be fetched.
    """
    if account is None:
        return _without_account(directory)
    head: list[Block] = [header(account_name(account)), section(_not_fetched(account))]
    story = _not_fetched(account)
    if report is not None:
        gaps = find_gaps(report)
        head = [header(account_headline(report, gaps)), context(period_label(report.period, today)), account_fields(report, gaps)]
        story = account_story(report, gaps, today)
    words = id_word(account.platform_id)
    buttons = _buttons({OPEN_CARD: f"{words} 7d", BEST_POSTS: f"top {words} 28d", SHOW_HELP: "help"})
    how = _how_to_ask(directory, account)
    return Message(f"{story}\n{how}", (*head, *_state(account), actions(buttons), context(how), *_others(directory, account)))


def _without_account(directory: Directory) -> Message:
    """The screen without an account: none is connected, or one of several must be chosen."""
    if not directory.accounts:
        blocks = (header(FIRST_TITLE), section(ACCOUNTS_NONE), actions(_buttons({CHECK_STATUS: "status", SHOW_HELP: "help"})))
        return Message(ACCOUNTS_NONE, blocks)
    menu = build_account_menu(directory, "")
    buttons = _buttons({TEAMS_WEEK: "team last week", BEST_POSTS: "top team 28d", SHOW_HELP: "help"})
    how = _how_to_ask(directory, None)
    return Message(f"{menu.text}\n{how}", (header(FIRST_TITLE), *menu.blocks, actions(buttons), context(how)))


def _not_fetched(account: Account) -> str:
    return NOT_FETCHED.format(name=escape(account_name(account)), card=OPEN_CARD)


def _buttons(questions: dict[str, str]) -> list[Element]:
    return [button(example_id(number), label, words) for number, (label, words) in enumerate(questions.items(), start=1)]


def _state(account: Account) -> Iterator[Block]:
    """A line when the account's connection has ended or soon will."""
    if account.token in (TokenStatus.EXPIRED, TokenStatus.EXPIRING_SOON):
        yield foreign_context(f"{account_name(account)}: {account_state(account)}.")


def _how_to_ask(directory: Directory, account: Account | None) -> str:
    others = _other_accounts(directory, account)
    about = account_word((others or [account or directory.accounts[0]])[0], directory)
    return HOW_TO_ASK.format(example=example(f"{about} last month"))


def _other_accounts(directory: Directory, account: Account | None) -> list[Account]:
    return [one for one in directory.accounts if account is None or one.platform_id != account.platform_id]


def _others(directory: Directory, account: Account) -> Iterator[Block]:
    if _other_accounts(directory, account):
        names = [one_line(account_name(one), _NAME_LIMIT) for one in directory.accounts]
        yield foreign_context(OTHERS.format(names=some_of(names, _NAMED) if len(names) > _NAMED else ", ".join(names)))
