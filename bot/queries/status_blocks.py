"""The message that answers `status`: a line for each part."""

from collections.abc import Sequence
from datetime import datetime

from bot.blockkit.builders import Message, context, header, section
from bot.blockkit.mrkdwn import escape, moment, shorten_mrkdwn
from bot.queries.health import Finding

ALL_WELL = "Everything is well"
NOT_WELL = "{n} of {all} need a look"
ONE_NOT_WELL = "1 of {all} needs a look"
WELL = ":white_check_mark: *{part}*: {detail}"
TROUBLE = ":warning: *{part}*: {trouble}"
ASKED = "asked {moment}"


_TEXT_LIMIT = 2_900


def build_status(findings: Sequence[Finding], now: datetime) -> Message:
    """Builds the message; ``now`` (aware) is when the parts were checked."""
    number = sum(bool(one.trouble) for one in findings)
    form = (NOT_WELL if number > 1 else ONE_NOT_WELL) if number else ALL_WELL
    title = form.format(n=number, all=len(findings))
    lines = [
        (TROUBLE if one.trouble else WELL).format(part=escape(one.part), detail=escape(one.detail), trouble=escape(one.trouble))
        for one in findings
    ]
    text = shorten_mrkdwn("\n".join([f"{title}.", *lines]), _TEXT_LIMIT)
    return Message(text, (header(title), section("\n".join(lines)), context(ASKED.format(moment=moment(now)))))
