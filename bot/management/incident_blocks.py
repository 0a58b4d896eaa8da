"""The notice to the owner when something was not posted, or is posted again: the cause, and buttons that help."""

from collections.abc import Mapping
from typing import Final

from bot.management.actions import INVITE, SubscriptionAction, action_button, join_button
from bot.slack.builders import Element, Message, actions, channel_words, code, context, escape, moment, one_line, section, shorten_mrkdwn
from bot.subscriptions.follow_up_state import AffectedDelivery, Cause, Incident
from bot.subscriptions.subscription import SubscriptionKind

#: The noun of each kind, for one and for several.
WHAT: Final[Mapping[SubscriptionKind, tuple[str, str]]] = {
    SubscriptionKind.DIGEST: ("LinkedIn digest", "LinkedIn digests"),
    SubscriptionKind.ALERT: ("LinkedIn alert", "LinkedIn alerts"),
    SubscriptionKind.GOAL: ("LinkedIn goal message", "LinkedIn goal messages"),
    SubscriptionKind.WATCH: ("message about a new LinkedIn post", "messages about new LinkedIn posts"),
}
MIXED = "LinkedIn digests, alerts and other messages"
NOT_POSTED = ":warning: {which} not posted: {reason}"
REASONS: Final[Mapping[Cause, str]] = {
    Cause.NOT_IN_CHANNEL: "I'm not a member of that channel.",
    Cause.CHANNEL_GONE: "the channel is archived, or it no longer exists.",
    Cause.CHANNEL_UNSEEN: "I can't see that channel. It is private and I'm not in it, or it no longer exists.",
    Cause.CHANNEL_SHARED: "the channel is shared with another company, which would see the figures.",
    Cause.NOT_ALLOWED: "Slack doesn't let me post there.",
    Cause.OUR_FAULT: "Slack refused the message itself.",
    Cause.UNFORESEEN: "something went wrong inside this bot while it was made.",
    Cause.NO_FIGURES: "no figures could be fetched for any of its accounts.",
    Cause.LATE: "it couldn't be posted in time.",
    Cause.UNCERTAIN: "Slack's answer was lost and I can't read the channel.",
}
#: The same for several, where the sentence differs.
REASONS_OF_MANY: Final[Mapping[Cause, str]] = {
    Cause.OUR_FAULT: "Slack refused the messages themselves.",
    Cause.UNFORESEEN: "something went wrong inside this bot while they were made.",
    Cause.NO_FIGURES: "no figures could be fetched for any of their accounts.",
    Cause.LATE: "they couldn't be posted in time.",
}
#: Special headlines, for one and for several.
HAPPENED: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.LATE: (":warning: {which} skipped: {reason}", ":warning: {which} skipped: {reason}"),
    Cause.UNCERTAIN: (
        ":grey_question: Did the {what} arrive in {channel}? Slack's answer was lost and I can't read the channel.",
        ":grey_question: Did these {n} {what} arrive? Slack's answers were lost and I can't read the channels.",
    ),
    Cause.RECOVERED: (
        ":white_check_mark: The {what} in {channel} works again: it was posted.",
        ":white_check_mark: {n} {what} work again: they were posted.",
    ),
}
OVER = (
    ":white_check_mark: {which} not posted when it was due: {reason} It works again: posted since {moment}.",
    ":white_check_mark: {which} not posted when they were due: {reason} All posted since {moment}.",
)
#: The prefix of the shared cause when Slack refused the token (``bot.slack.web_api``).
TOKEN_GONE = "token_gone"  # noqa: S105 - the name of an error class
MEND: Final[Mapping[Cause, str]] = {
    Cause.NOT_IN_CHANNEL: "Press *Invite Me* if the channel is public; in a private one somebody must send {invite} there. "
    "Then press *Retry*.",
    Cause.CHANNEL_GONE: "Move it to another channel, or pause it.",
    Cause.CHANNEL_UNSEEN: "If it is private, somebody who is in it must send {invite} there; then press *Retry*. Otherwise move it to "
    "another channel, or pause it.",
    Cause.CHANNEL_SHARED: "An administrator can allow it with `/linkedin-stats allow here` in that channel; then press *Retry*. Otherwise "
    "move it to another channel, or pause it.",
    Cause.NOT_ALLOWED: "Ask a workspace administrator to allow it and press *Retry*, or move it to another channel.",
    Cause.OUR_FAULT: "The person who runs this bot finds the cause in the log. *Retry* posts it again.",
    Cause.UNFORESEEN: "The person who runs this bot finds the cause in the log. *Retry* makes it again.",
    Cause.NO_FIGURES: "Once that is fixed, *Retry* posts it at once.",
    Cause.LATE: "*Retry* posts it now, with figures up to yesterday; otherwise the next one comes at its usual time.",
    Cause.UNCERTAIN: "Have a look there and tell me: until then I post nothing in its place. The next one comes at its usual time.",
    Cause.RECOVERED: "You don't need to do anything.",
}
PAUSED = "After {n} failures in a row I have paused it; nothing was deleted. *Resume* starts it again."
CODE = "Slack said {code}"
POSTED = "posted"

BUTTONS: Final[Mapping[Cause, tuple[SubscriptionAction, ...]]] = {
    Cause.NOT_IN_CHANNEL: (SubscriptionAction.JOIN, SubscriptionAction.RETRY, SubscriptionAction.MOVE, SubscriptionAction.PAUSE),
    Cause.CHANNEL_GONE: (SubscriptionAction.MOVE, SubscriptionAction.PAUSE),
    Cause.CHANNEL_UNSEEN: (SubscriptionAction.RETRY, SubscriptionAction.MOVE, SubscriptionAction.PAUSE),
    Cause.CHANNEL_SHARED: (SubscriptionAction.RETRY, SubscriptionAction.MOVE, SubscriptionAction.PAUSE),
    Cause.NOT_ALLOWED: (SubscriptionAction.RETRY, SubscriptionAction.MOVE, SubscriptionAction.PAUSE),
    Cause.OUR_FAULT: (SubscriptionAction.RETRY, SubscriptionAction.PAUSE),
    Cause.UNFORESEEN: (SubscriptionAction.RETRY, SubscriptionAction.PAUSE),
    Cause.NO_FIGURES: (SubscriptionAction.RETRY, SubscriptionAction.EDIT, SubscriptionAction.PAUSE),
    Cause.LATE: (SubscriptionAction.RETRY, SubscriptionAction.PAUSE),
    Cause.UNCERTAIN: (SubscriptionAction.ARRIVED, SubscriptionAction.AGAIN, SubscriptionAction.LEAVE),
    Cause.RECOVERED: (),
}

#: Actions on the delivery; all others are on its subscription.
_ON_DELIVERY = frozenset({SubscriptionAction.RETRY, SubscriptionAction.ARRIVED, SubscriptionAction.AGAIN, SubscriptionAction.LEAVE})
#: What can be done to each kind itself.
_ON_KIND: Final[Mapping[SubscriptionKind, frozenset[SubscriptionAction]]] = {
    SubscriptionKind.DIGEST: frozenset(
        {SubscriptionAction.JOIN, SubscriptionAction.MOVE, SubscriptionAction.EDIT, SubscriptionAction.PAUSE, SubscriptionAction.RESUME}
    ),
    SubscriptionKind.ALERT: frozenset({SubscriptionAction.PAUSE, SubscriptionAction.RESUME}),
    SubscriptionKind.GOAL: frozenset(),
    SubscriptionKind.WATCH: frozenset({SubscriptionAction.PAUSE, SubscriptionAction.RESUME}),
}
#: Enough for three accounts' names and diagnoses.
_DETAIL_LIMIT = 900
_TEXT_LIMIT = 2_900
#: Of several: how many have a button (a message has 50 blocks), how many questions have their three, and how many are named.
_MOST_BUTTONS = 40
_MOST_ASKED = 20
_MOST_LINES = 45
#: Up to this many have their own detail, of this length.
_MOST_DETAILED = 10
_LINE_LIMIT = 250


def build_incident(incident: Incident) -> Message:
    """The direct message about one incident: what happened, why, and what helps; or that it is over."""
    over = incident.over_since
    lines = [_headline(incident)] if over else [_headline(incident), *_shared(incident), MEND[incident.cause].format(invite=code(INVITE))]
    if len(incident.affected) > 1:
        return _build_many(incident, lines)
    (one,) = incident.affected
    if one.paused and not over:
        lines.append(PAUSED.format(n=one.failures))
    small = [_was_due(one)]
    if _is_code(incident, one):
        small.append(CODE.format(code=code(one_line(one.detail, 80))))
    buttons = [] if over else _buttons(incident.cause, one)
    blocks = [section("\n".join(lines)), *([actions(buttons)] if buttons else []), context(" · ".join(small))]
    return Message(shorten_mrkdwn(" ".join(lines), _TEXT_LIMIT), tuple(blocks))


def _build_many(incident: Incident, lines: list[str]) -> Message:
    """The message about several occurrences: what they share, and a line for each, with a button while there is room."""
    cause, over = incident.cause, incident.over_since
    ask, first = cause is Cause.UNCERTAIN, incident.affected[0]
    own = _MOST_ASKED if ask else _MOST_BUTTONS
    if not over and not ask and cause is not Cause.RECOVERED:
        lines.append("`digest list` shows what else you can do with each.")
    blocks = [section("\n".join(lines))]
    if cause is Cause.NOT_IN_CHANNEL and not over:
        blocks.append(actions([join_button(first.delivery.channel, primary=True)]))
    each = [_line(incident, one) for one in incident.affected]
    for number, (one, line) in enumerate(zip(incident.affected[:own], each, strict=False), start=1):
        buttons = [] if one.well_since or over else _buttons(cause, one, number)
        blocks.append(section(line, None if ask or not buttons else buttons[0]))
        blocks.extend([actions(buttons)] if ask and buttons else [])
    if rest := each[own:_MOST_LINES]:
        half = (len(rest) + 1) // 2
        blocks.extend(section("\n".join(some)) for some in (rest[:half], rest[half:]) if some)
    if len(each) > _MOST_LINES:
        blocks.append(context(f"And {len(each) - _MOST_LINES} more: `digest list`, `alert list` and `goals` show them."))
    return Message(shorten_mrkdwn("\n".join([*lines, *each]), _TEXT_LIMIT), tuple(blocks))


def _headline(incident: Incident) -> str:
    several, first = len(incident.affected) > 1, incident.affected[0]
    kinds = {one.digest.kind for one in incident.affected}
    what = MIXED if len(kinds) > 1 else WHAT[first.digest.kind][several]
    channels = {one.delivery.channel for one in incident.affected}
    place = f" in {channel_words(first.delivery.channel)}" if len(channels) == 1 else ""
    which = f"{len(incident.affected)} {what}{place} were" if several else f"The {what}{place} was"
    reason = (REASONS_OF_MANY if several else {}).get(incident.cause) or REASONS.get(incident.cause, "")
    words = {"what": what, "channel": channel_words(first.delivery.channel), "n": len(incident.affected), "which": which, "reason": reason}
    if incident.over_since:
        return OVER[several].format(**words, moment=moment(incident.over_since))
    return HAPPENED.get(incident.cause, (NOT_POSTED, NOT_POSTED))[several].format(**words)


def _shared(incident: Incident) -> list[str]:
    """What they share besides the kind of cause; empty for a single one, whose detail says more."""
    if len(incident.affected) == 1:
        return _detail(incident, incident.affected[0])
    if incident.shared.startswith(TOKEN_GONE):
        return ["Slack didn't accept my token at that time."]
    if not incident.shared or incident.cause is Cause.UNFORESEEN:
        return []
    text = one_line(incident.shared, _DETAIL_LIMIT)
    return [escape(text) if " " in text else f"{CODE.format(code=code(text))}."]


def _line(incident: Incident, one: AffectedDelivery) -> str:
    """The line of one of several: what, where, when, and its outcome."""
    words = f"{channel_words(one.delivery.channel)} · {_was_due(one)}"
    if one.well_since:
        return f":white_check_mark: {words} · {POSTED}"
    if one.paused:
        words += f" · paused after {one.failures} failures in a row"
    details = _detail(incident, one)
    return f"{words}\n{shorten_mrkdwn(details[0], _LINE_LIMIT)}" if details and len(incident.affected) <= _MOST_DETAILED else words


def _was_due(one: AffectedDelivery) -> str:
    return f"Due {moment(one.delivery.due)} · {one.digest.kind} {code(one.digest.short_id)}"


def _is_code(incident: Incident, one: AffectedDelivery) -> bool:
    """Whether the detail is one of Slack's error codes."""
    return _is_shown(incident, one) and " " not in one.detail.strip()


def _is_shown(incident: Incident, one: AffectedDelivery) -> bool:
    """Whether the detail helps people: the name of an unforeseen exception is only logged."""
    return bool(one.detail) and incident.cause is not Cause.UNFORESEEN


def _detail(incident: Incident, one: AffectedDelivery) -> list[str]:
    is_shown = _is_shown(incident, one) and not _is_code(incident, one)
    return [escape(one_line(one.detail, _DETAIL_LIMIT))] if is_shown else []


def _buttons(cause: Cause, one: AffectedDelivery, number: int = 0) -> list[Element]:
    """The buttons that help; for one of several (``number`` from 1) only the first."""
    resumed = {SubscriptionAction.PAUSE: SubscriptionAction.RESUME} if one.paused else {}
    wanted = [action for action in BUTTONS[cause] if not number or action is not SubscriptionAction.JOIN]
    primary = not number
    every = (_button(resumed.get(action, action), one, primary and place == 0, number) for place, action in enumerate(wanted))
    return [found for found in every if found is not None]


def _button(action: SubscriptionAction, one: AffectedDelivery, primary: bool, number: int) -> Element | None:
    """The button; None for an action that this kind lacks. Joining the channel and answering for a delivery are the same for all kinds."""
    kind = one.digest.kind
    if action in _ON_DELIVERY:
        return action_button(SubscriptionKind.DIGEST, action, one.delivery.id, primary=primary, number=number)
    if action in _ON_KIND[kind]:
        return action_button(kind, action, one.digest.id, primary=primary and kind is SubscriptionKind.DIGEST, number=number)
    return join_button(one.delivery.channel, primary=primary) if action is SubscriptionAction.JOIN else None
