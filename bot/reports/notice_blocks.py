"""Messages without figures: the list of accounts, the channel's default, a choice of accounts, progress."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from msgspec.structs import replace

from bot.lazy_regex import lazy_regex
from bot.parsing.account_names import matching
from bot.reports.account_blocks import account_fields, account_headline, account_story
from bot.reports.card_parts import account_name, moment_time
from bot.reports.figures import find_gaps, some_of
from bot.slack.builders import (
    OPTION_VALUE_LIMIT,
    Block,
    Element,
    Message,
    actions,
    build_notice,
    button,
    context,
    escape,
    foreign_context,
    header,
    one_line,
    option,
    plain,
    quoted,
    section,
    select,
    shorten,
)
from bot.slack.interactive import ACCOUNT, OPEN_CARD, bullets, example, example_id, rich_text, styled
from bot.slack.limits import most
from bot.slack.numbers import count, period_label
from bot.statistics.reports import Account, AccountReport, Directory, TokenStatus, id_word

STATES = {
    TokenStatus.VALID: "connected",
    TokenStatus.EXPIRING_SOON: "access ends {when}: reconnect it in PostPost",
    TokenStatus.EXPIRED: "access has ended: reconnect it in PostPost",
    TokenStatus.UNKNOWN: "state unknown",
}
ACCOUNTS_NONE = (
    "No LinkedIn account is connected yet. Connect one in PostPost, or ask the person who runs this bot to name one in its settings."
)
ACCOUNTS_INCOMPLETE = "I can't read PostPost's list right now, so these are the accounts in this bot's settings."
MORE_ACCOUNTS = "… and {n} more; each can be asked for by its name."
DEFAULT_NONE = "This channel has no default account."
DEFAULT_MEANS = "Questions here without an account's name are about it."
MENU = "Which account?"
#: The keys that a block loses with its button, and the id, which is for one message.
_PRESSED = frozenset({"accessory", "block_id"})
#: The beginning of that line's block id.
SHARED_BLOCK = "shared_by."
#: Accounts listed with their state; others can be found by name.
_LISTED = 20
#: Accounts in a menu, in groups of 100: more would come near Slack's limit on a message's text.
_MENU = 200
_MENU_NAME = 40
_STORY_NAMES = 20
_MOST_BLOCKS = most("blocks of a message")


def build_accounts(
    directory: Directory, default: Account | None, links: Mapping[str, str] | None = None, out: Mapping[str, str] | None = None
) -> Message:
    """The connected accounts with state and linked person (a Slack id), the channel's default, and whether the list is complete."""
    if not directory.accounts:
        return build_notice(ACCOUNTS_NONE)
    blocks: list[Block] = [header("LinkedIn accounts"), rich_text(account_list(directory.accounts[:_LISTED], links or {}, out or {}))]
    if (more := len(directory.accounts) - _LISTED) > 0:
        blocks.append(context(MORE_ACCOUNTS.format(n=more)))
    story = [_names(directory)]
    if not directory.complete:
        blocks.append(context(ACCOUNTS_INCOMPLETE))
        story.append(ACCOUNTS_INCOMPLETE)
    if directory.cut:
        cut = f"PostPost lists more accounts than I can read: I know only the first {count(len(directory.accounts))}."
        blocks.append(context(cut))
        story.append(cut)
    text = f"This channel's default account: {account_name(default)}" if default else DEFAULT_NONE
    another = (_other_accounts(directory, default) or directory.accounts)[0]
    how = f"{'Change it' if default else 'Set one'} with {example(f'default {account_word(another, directory)}')}"
    blocks += [foreign_context(text), context(how)]
    return Message(" ".join([*story, escape(text)]), tuple(blocks))


def _names(directory: Directory) -> str:
    names = [escape(account_name(account)) for account in directory.accounts[:_STORY_NAMES]]
    more = len(directory.accounts) - len(names)
    story = f"{len(directory.accounts)} known here: {', '.join(names)}."
    return f"{story} {MORE_ACCOUNTS.format(n=more)}" if more > 0 else story


def build_default(account: Account | None, *, changed: bool) -> Message:
    if account is None:
        how = f"Set one with {example('default')} and the account's name in quotes; {example('accounts')} lists the names."
        text = "This channel no longer has a default account." if changed else DEFAULT_NONE
        return Message(f"{text} {how}", (section(f"{text}\n{how}"),))
    text = f"This channel's default account{' is now' if changed else ''}: {account_name(account)}"
    return Message(f"{escape(text)}. {DEFAULT_MEANS}", ({"type": "section", "text": plain(text)}, context(DEFAULT_MEANS)))


def build_account_menu(directory: Directory, words: str) -> Message:
    """The menu to choose an account: each choice is the whole question. It says which do not fit (150 characters, or beyond 200)."""
    choices = [
        option(shorten(account_name(account), _MENU_NAME), f"{words} {id_word(account.platform_id)}".strip())
        for account in directory.accounts
    ]
    shown = [choice for choice in choices if len(choice["value"]) <= OPTION_VALUE_LIMIT][:_MENU]
    if not shown:
        text = f"There are several accounts: name one in your words. {example('accounts')} lists them."
        return build_notice(text)
    blocks: list[Block] = [section(MENU, select(ACCOUNT, "Choose an account", shown))]
    if len(shown) < len(choices):
        blocks.append(context(f"The first {len(shown)} of {len(choices)} accounts are in the menu; any other can be named in your words."))
    return Message(f"{MENU} {_names(directory)}", tuple(blocks))


def build_working(what: str) -> Message:
    text = f"Fetching {what} …"
    return Message(escape(text), (foreign_context(text),))


def with_working(card: Message, what: str) -> Message:
    return replace(card, blocks=(*card.blocks[: _MOST_BLOCKS - 1], *build_working(what).blocks))


def build_shared_by(user: str, at: datetime | None) -> Block:
    """The line under a shared card that says who (a Slack id) shared it and when; its block id is new, as a changed message must have."""
    line = f"Shared by <@{user}>, {moment_time(at)}" if at else f"Shared by <@{user}>"
    seconds = int(at.timestamp()) if at else 0
    return {**context(line), "block_id": f"{SHARED_BLOCK}{user}.{seconds}.{secrets.token_hex(4)}"}


def read_shared_by(blocks: Iterable[Block]) -> tuple[str, datetime | None]:
    """Who shared the card of these blocks (a Slack id), and when; "" for a card that was not shared."""
    ids = (str(block.get("block_id", "")) for block in blocks)
    user, _, rest = next((one.removeprefix(SHARED_BLOCK) for one in ids if one.startswith(SHARED_BLOCK)), "").partition(".")
    seconds = rest.partition(".")[0]
    return user, datetime.fromtimestamp(int(seconds), UTC) if seconds.isdigit() and int(seconds) else None


def unpressable(card: Message) -> Message:
    remaining = (block for block in card.plain_cells() if block["type"] != "actions")
    return replace(card, blocks=tuple({name: value for name, value in block.items() if name not in _PRESSED} for block in remaining))


#: Characters of the service's text for the time left.
_TIME_LIMIT = 40
#: "2d 11h", as the service writes it; the first unit is enough.
_SHORT_TIME = lazy_regex(r"(?P<n>\d+)(?P<unit>[dhm])\b.*")
_UNITS = {"d": "day", "h": "hour", "m": "minute"}
_NOBODY: Mapping[str, str] = {}


def account_word(account: Account, directory: Directory) -> str:
    """The words for this account in a command: its name in quotes, or its id where the name is ambiguous."""
    name = quoted(account.name)
    return name if name and matching(name, directory) == (account,) else id_word(account.platform_id)


def account_state(account: Account) -> str:
    """The state of the connection as the service reports it, in words (foreign in part, not escaped)."""
    time = one_line(account.expires_in, _TIME_LIMIT)
    if found := _SHORT_TIME.fullmatch(time):
        number, unit = int(found["n"]), _UNITS[found["unit"]]
        time = f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return STATES[account.token].format(when=f"in {time}" if time else "soon")


def account_list(accounts: Sequence[Account], links: Mapping[str, str] = _NOBODY, out: Mapping[str, str] = _NOBODY) -> Element:
    """Names, ids and states as rich text, in which nothing is parsed; ``links``: the person (a Slack id) linked to an account."""
    return bullets(
        [
            styled(shorten(account_name(account), _MENU_NAME), "bold"),
            styled(" · "),
            styled(one_line(account.platform_id, 80), "code"),
            styled(f" · {account_state(account)}"),
            *([styled(" · account of "), {"type": "user", "user_id": person}] if (person := links.get(account.platform_id)) else []),
            *([styled(" · opted out of the team's answers")] if account.platform_id in out else []),
        ]
        for account in accounts
    )


FIRST_TITLE = "LinkedIn statistics"
BEST_POSTS, TEAMS_WEEK, CHECK_STATUS, SHOW_HELP = "Best Posts", "Team's Week", "Check Status", "Help"
#: Accounts named here; `accounts` lists all.
_NAMED = 5
_NAME_LIMIT = 40


def build_first_screen(directory: Directory, account: Account | None, report: AccountReport | None, *, today: date) -> Message:
    """The first screen, with the last week of ``account`` (None: must be chosen), or without it where it could not be fetched."""
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
    names = [one_line(account_name(one), _NAME_LIMIT) for one in directory.accounts]
    listed = f"Accounts here: {some_of(names, _NAMED) if len(names) > _NAMED else ', '.join(names)}."
    others = [foreign_context(listed)] if _other_accounts(directory, account) else []
    ends = account.token in (TokenStatus.EXPIRED, TokenStatus.EXPIRING_SOON)
    state = [foreign_context(f"{account_name(account)}: {account_state(account)}.")] if ends else []
    return Message(f"{story}\n{how}", (*head, *state, actions(buttons), context(how), *others))


def _without_account(directory: Directory) -> Message:
    if not directory.accounts:
        blocks = (header(FIRST_TITLE), section(ACCOUNTS_NONE), actions(_buttons({CHECK_STATUS: "status", SHOW_HELP: "help"})))
        return Message(ACCOUNTS_NONE, blocks)
    menu = build_account_menu(directory, "")
    buttons = _buttons({TEAMS_WEEK: "team last week", BEST_POSTS: "top team 28d", SHOW_HELP: "help"})
    how = _how_to_ask(directory, None)
    return Message(f"{menu.text}\n{how}", (header(FIRST_TITLE), *menu.blocks, actions(buttons), context(how)))


def _not_fetched(account: Account) -> str:
    return f"{escape(account_name(account))}'s week couldn't be fetched this time. *{OPEN_CARD}* tries again."


def _buttons(questions: dict[str, str]) -> list[Element]:
    return [button(example_id(number), label, words) for number, (label, words) in enumerate(questions.items(), start=1)]


def _how_to_ask(directory: Directory, account: Account | None) -> str:
    others = _other_accounts(directory, account)
    month = example(f"{account_word((others or [account or directory.accounts[0]])[0], directory)} last month")
    return f"Paste a post's link, or name an account and a period: {month}. Only you see the answer until you share it."


def _other_accounts(directory: Directory, account: Account | None) -> list[Account]:
    return [one for one in directory.accounts if account is None or one.platform_id != account.platform_id]
