"""A person's digests on the Home tab: each with its next run, one button, and the rarer actions in a menu."""

from collections.abc import Sequence
from typing import Final

from bot.blockkit.actions import with_more
from bot.blockkit.builders import Block, Message, actions, context, section, shorten_mrkdwn
from bot.digests.manage_blocks import NONE_HERE, DigestView, digest_button, digest_place, row_actions, show_button
from bot.management.actions import SubscriptionAction, menu_choice
from bot.management.blocks import LAST, outcome, when_words
from bot.reports.help_blocks import example

EMPTY = "{none}\nFor example: every Monday at 9:00, in the channel you choose. You see a preview before anything is posted."
MORE = "… and {n} more: {list}"
SET_UP = "Set Up a Digest"
#: Digests that have a row: two blocks each, of the hundred that the tab takes.
MOST_ROWS: Final = 8
_TEXT_LIMIT = 2_900


def build_home_digests(every: Sequence[DigestView], *, more: int = 0) -> Message:
    """The digests of a person, the first with a row each; ``more`` are only counted. Without one, what a digest is and how to begin."""
    if not every:
        text = EMPTY.format(none=NONE_HERE)
        return Message(text, (section(text), actions([digest_button(SubscriptionAction.NEW, label=SET_UP)])))
    blocks: list[Block] = []
    for number, shown in enumerate(every[:MOST_ROWS], start=1):
        last = f" · {LAST.format(outcome=outcome(shown.last))}" if shown.last else ""
        blocks.append(section(f"*{digest_place(shown)}*\n{when_words(shown.schedule, shown.digest)}{last}"))
        blocks.append(actions(with_more([show_button(shown, number)], map(menu_choice, row_actions(shown.digest)), number)))
    if (left := more + max(len(every) - MOST_ROWS, 0)) > 0:
        blocks.append(context(MORE.format(n=left, list=example("digest list"))))
    blocks.append(actions([digest_button(SubscriptionAction.NEW, label=SET_UP), digest_button(SubscriptionAction.HISTORY)]))
    lines = [f"{digest_place(shown)}: {when_words(shown.schedule, shown.digest)}" for shown in every[:MOST_ROWS]]
    return Message(shorten_mrkdwn("\n".join(lines), _TEXT_LIMIT), tuple(blocks))
