"""The message to the owner when a digest, alert or goal was not posted, or is posted again: the cause, and buttons that mend it."""

from collections.abc import Mapping
from typing import Final

from bot.blockkit.builders import Element, Message, actions, channel_words, code, context, escape, moment, one_line, section, shorten_mrkdwn
from bot.management.actions import SHORT_ID, SubscriptionAction, action_button, join_button
from bot.management.blocks import INVITE
from bot.subscriptions.incident import Cause, Incident
from bot.subscriptions.subscription import SubscriptionKind

#: What the occurrence was of.
WHAT: Final[Mapping[SubscriptionKind, str]] = {
    SubscriptionKind.DIGEST: "LinkedIn digest",
    SubscriptionKind.ALERT: "LinkedIn alert",
    SubscriptionKind.GOAL: "word of a LinkedIn goal",
}
HAPPENED: Final[Mapping[Cause, str]] = {
    Cause.NOT_IN_CHANNEL: ":warning: The {what} in {channel} was not posted: I am not a member of that channel.",
    Cause.CHANNEL_GONE: ":warning: The {what} in {channel} was not posted: the channel is archived, or it no longer exists.",
    Cause.CHANNEL_UNSEEN: ":warning: The {what} in {channel} was not posted: I cannot see that channel. It is private and I am not in it, "
    "or it no longer exists.",
    Cause.CHANNEL_SHARED: ":warning: The {what} in {channel} was not posted: the channel is shared with another company, which would see "
    "the figures.",
    Cause.NOT_ALLOWED: ":warning: The {what} in {channel} was not posted: Slack does not let me post there.",
    Cause.OUR_FAULT: ":warning: The {what} in {channel} was not posted: Slack refused the message itself.",
    Cause.UNFORESEEN: ":warning: The {what} in {channel} was not posted: something went wrong inside this bot while it was made.",
    Cause.NO_FIGURES: ":warning: The {what} in {channel} was not posted: no figures could be fetched for any of its accounts.",
    Cause.LATE: ":warning: The {what} in {channel} was skipped: it could not be posted while it was still worth it.",
    Cause.UNCERTAIN: ":grey_question: Did the {what} arrive in {channel}? Slack's answer was lost and I cannot read the channel.",
    Cause.RECOVERED: ":white_check_mark: The {what} in {channel} is well again: it was posted.",
}
MEND: Final[Mapping[Cause, str]] = {
    Cause.NOT_IN_CHANNEL: "Press *Invite me* if the channel is public; in a private one somebody must send {invite} there. "
    "Then press *Retry*.",
    Cause.CHANNEL_GONE: "Move it to another channel, or pause it.",
    Cause.CHANNEL_UNSEEN: "If it is private, somebody who is in it must send {invite} there; then press *Retry*. Else move it to another "
    "channel, or pause it.",
    Cause.CHANNEL_SHARED: "An administrator can allow it with `/linkedin-stats allow here` in that channel; then press *Retry*. Else move "
    "it to another channel, or pause it.",
    Cause.NOT_ALLOWED: "Ask a workspace administrator to allow it and press *Retry*, or move it to another channel.",
    Cause.OUR_FAULT: "The person who runs this bot finds the cause in the log. *Retry* posts it again.",
    Cause.UNFORESEEN: "The person who runs this bot finds the cause in the log. *Retry* makes it again.",
    Cause.NO_FIGURES: "Once that is mended, *Retry* posts it at once.",
    Cause.LATE: "*Retry* posts it now, with figures up to yesterday; otherwise the next one comes at its usual time.",
    Cause.UNCERTAIN: "Have a look there and tell me: until then I post nothing in its place. The next one comes at its usual time.",
    Cause.RECOVERED: "There is nothing to do.",
}
PAUSED = "After {n} failures in a row I have paused it; nothing was deleted. *Resume* starts it again."
WAS_DUE = "Due {moment} · {kind} {id}"
CODE = "Slack said {code}"


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

#: Actions on the delivery; all others are on its digest, alert or goal.
_ON_DELIVERY = frozenset({SubscriptionAction.RETRY, SubscriptionAction.ARRIVED, SubscriptionAction.AGAIN, SubscriptionAction.LEAVE})
#: What can be done to each kind itself.
_ON_KIND: Final[Mapping[SubscriptionKind, frozenset[SubscriptionAction]]] = {
    SubscriptionKind.DIGEST: frozenset(
        {SubscriptionAction.JOIN, SubscriptionAction.MOVE, SubscriptionAction.EDIT, SubscriptionAction.PAUSE, SubscriptionAction.RESUME}
    ),
    SubscriptionKind.ALERT: frozenset({SubscriptionAction.PAUSE, SubscriptionAction.RESUME}),
    SubscriptionKind.GOAL: frozenset(),
}
#: Room for three accounts' names and what is wrong with each.
_DETAIL_LIMIT = 900
_TEXT_LIMIT = 2_900


def build_incident(incident: Incident) -> Message:
    """The direct message about one incident: what happened, why, and what mends it."""
    happened = HAPPENED[incident.cause].format(what=WHAT[incident.digest.kind], channel=channel_words(incident.delivery.channel))
    lines = [happened, *_detail(incident), MEND[incident.cause].format(invite=code(INVITE))]
    if incident.paused:
        lines.append(PAUSED.format(n=incident.failures))
    small = [WAS_DUE.format(moment=moment(incident.delivery.due), kind=incident.digest.kind, id=code(incident.digest.id[:SHORT_ID]))]
    if _is_code(incident):
        small.append(CODE.format(code=code(one_line(incident.detail, 80))))
    buttons = _buttons(incident)
    blocks = [section("\n".join(lines)), *([actions(buttons)] if buttons else []), context(" · ".join(small))]
    return Message(shorten_mrkdwn(" ".join(lines), _TEXT_LIMIT), tuple(blocks))


def _is_code(incident: Incident) -> bool:
    """Whether the detail is one of Slack's error codes."""
    return _is_shown(incident) and " " not in incident.detail.strip()


def _is_shown(incident: Incident) -> bool:
    """Whether the detail helps people: the name of an unforeseen exception stands in the log alone."""
    return bool(incident.detail) and incident.cause is not Cause.UNFORESEEN


def _detail(incident: Incident) -> list[str]:
    return [escape(one_line(incident.detail, _DETAIL_LIMIT))] if _is_shown(incident) and not _is_code(incident) else []


def _buttons(incident: Incident) -> list[Element]:
    resumed = {SubscriptionAction.PAUSE: SubscriptionAction.RESUME} if incident.paused else {}
    every = (_button(resumed.get(action, action), incident, primary=place == 0) for place, action in enumerate(BUTTONS[incident.cause]))
    return [one for one in every if one is not None]


def _button(action: SubscriptionAction, incident: Incident, *, primary: bool) -> Element | None:
    """The button; None for what cannot be done to this kind. Joining the channel and answering for a delivery are the same for all."""
    kind = incident.digest.kind
    if action in _ON_DELIVERY:
        return action_button(SubscriptionKind.DIGEST, action, incident.delivery.id, primary=primary)
    if action in _ON_KIND[kind]:
        return action_button(kind, action, incident.digest.id, primary=primary and kind is SubscriptionKind.DIGEST)
    return join_button(incident.delivery.channel, primary=primary) if action is SubscriptionAction.JOIN else None
