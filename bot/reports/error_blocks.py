"""Errors as messages: sentence and remedy, further help, and a reference that is also in the log."""

from collections.abc import Iterator
from datetime import datetime

from bot.errors import BotError, ConnectionUnknown, NotAllowed, RateLimited, RequestRefused, StatisticsError, UsageError
from bot.lazy_regex import any_case
from bot.reports.card_parts import account_name
from bot.reports.notice_blocks import account_list
from bot.slack import builders
from bot.slack.interactive import FAILED, RETRY, RETRY_LABEL, asks_first, example, example_id, preformatted, rich_text
from bot.statistics.reports import Directory

WARNING_SENTENCE = ":warning: {sentence}"
REFERENCE = "Reference {reference}"
INTERNAL = "Something went wrong inside this bot. Nothing was changed."
INTERNAL_REMEDY = "Try again in a moment. If it happens again, give this reference to the person who runs the bot: it is in the log too."
DELETE_TITLE, CHANGE_TITLE = "Delete this?", "Do this?"
ASK_TEXT = "This sends “{words}”."
#: A message's text stays well under Slack's 3,000 characters.
_REPORTED_LIMIT = 500
_SUGGESTIONS = 10
#: Characters of a suggestion.
_LONGEST = 200
_LISTED_ACCOUNTS = 20
#: Commands that delete, and those that change what is set up, who may do what or what is meant here.
_DELETES = any_case(r"(?:\w+ )?(?:delete|unwatch)\b")
_CHANGES = any_case(
    r"digest (?:pause|stop|resume|skip|edit|move|now)\b|(?:alert|goal|watch) (?!list\b|new\b|show\b|test\b|history\b)"
    r"|(?:default|unfurl|allow|forbid|opt (?:in|out)|client|link|unlink) |group \S+ (?:=|add |remove )"
)


def build_trouble(
    error: BotError, *, reference: str, now: datetime, directory: Directory | None = None, words: str = ""
) -> builders.Message:
    """What happened and what to do next; always private.

    The service's own text is shown only for a refused request, and never parsed; a retry time before ``now`` (aware, UTC) is not shown.
    ``directory`` names the account concerned. With ``words``, the canonical question, a temporary error gets *Retry*.
    """
    # The mention of an administrator is our own markup: escaping would show its brackets.
    sentence = error.sentence if isinstance(error, NotAllowed) else builders.escape(error.sentence)
    remedy = _remedy(error, now)
    blocks = [builders.section(f"{WARNING_SENTENCE.format(sentence=sentence)}\n{remedy}".strip()), *_detail(error, directory)]
    if isinstance(error, UsageError):
        blocks += _suggestions(error)
    if isinstance(error, StatisticsError) and error.passing and words and builders.fits(words):
        blocks.append({"block_id": FAILED + reference, **builders.actions([builders.button(RETRY, RETRY_LABEL, words)])})
    if not isinstance(error, (UsageError, NotAllowed)):
        blocks.append(_reference(reference))
    return builders.Message(builders.message_text(f"{sentence} {remedy}".strip()), tuple(blocks))


def build_internal_error(reference: str) -> builders.Message:
    """The message about an unexpected error: no details, only the reference."""
    return builders.Message(
        f"{INTERNAL} {REFERENCE.format(reference=builders.escape(reference))}",
        (builders.section(f"{WARNING_SENTENCE.format(sentence=INTERNAL)}\n{INTERNAL_REMEDY}"), _reference(reference)),
    )


def _remedy(error: BotError, now: datetime) -> str:
    if isinstance(error, RateLimited) and error.retry_at is not None:
        return f"Try again {builders.moment(error.retry_at)}." if error.retry_at > now else "You can try again now."
    return error.remedy if isinstance(error, NotAllowed) else builders.escape(error.remedy)


def _detail(error: BotError, directory: Directory | None) -> Iterator[builders.Block]:
    if not isinstance(error, StatisticsError):
        return
    if isinstance(error, RequestRefused) and (reported := builders.one_line(error.reported, _REPORTED_LIMIT)):
        yield rich_text(preformatted(reported))
    account = directory.get(error.platform_id) if directory and error.platform_id else None
    if account is not None:
        yield builders.foreign_context(f"Account: {account_name(account)}")
    if isinstance(error, ConnectionUnknown) and directory and directory.accounts:
        yield rich_text(account_list(directory.accounts[:_LISTED_ACCOUNTS]))


def _suggestions(error: UsageError) -> list[builders.Block]:
    lines = (builders.one_line(words, _LONGEST + 1) for words in error.suggestions[:_SUGGESTIONS])
    known = list(dict.fromkeys(line for line in lines if 0 < len(line) <= _LONGEST))
    if not known:
        return []
    buttons = [_press(number, words) for number, words in enumerate(known, start=1)]
    heading = [] if error.remedy or error.sentence.endswith((":", "：", "?")) else ["Try one of these:"]
    return [builders.section("\n".join([*heading, *map(example, known)])), builders.actions(buttons)]


def _press(number: int, words: str) -> builders.Element:
    press = builders.button(example_id(number), words, words)
    if _DELETES.match(words):
        return asks_first(press, DELETE_TITLE, ASK_TEXT.format(words=words))
    return asks_first(press, CHANGE_TITLE, ASK_TEXT.format(words=words), "Send It", "Cancel") if _CHANGES.match(words) else press


def _reference(reference: str) -> builders.Block:
    return builders.context(REFERENCE.format(reference=f"`{builders.escape(reference)}`"))


def error_text(error: BotError) -> str:
    text = f"{error.sentence} {error.remedy}".strip()
    # NotAllowed mentions administrators: escaping would show the brackets of the mentions.
    return text if isinstance(error, NotAllowed) else builders.escape(text)
