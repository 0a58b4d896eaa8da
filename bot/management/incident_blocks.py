"""What the owner of a digest, alert or goal is told of trouble and its end: the cause in plain words, and buttons that mend it."""

from collections.abc import Mapping
from typing import Final

from bot.alerts.blocks import alert_button
from bot.alerts.command import AlertAction
from bot.blockkit.builders import Element, Message, actions, context, section
from bot.blockkit.mrkdwn import channel_words, code, escape, moment, one_line, shorten_mrkdwn
from bot.management.buttons import ask_button, deed_button
from bot.management.command import SHORT_ID, DigestAction, DigestCommand, DigestDraft
from bot.subscriptions.incident import Cause, Incident
from bot.subscriptions.subscription import SubscriptionKind

INVITE = "/invite @LinkedIn Stats"
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


BUTTONS: Final[Mapping[Cause, tuple[DigestAction, ...]]] = {
    Cause.NOT_IN_CHANNEL: (DigestAction.JOIN, DigestAction.RETRY, DigestAction.MOVE, DigestAction.PAUSE),
    Cause.CHANNEL_GONE: (DigestAction.MOVE, DigestAction.PAUSE),
    Cause.CHANNEL_UNSEEN: (DigestAction.RETRY, DigestAction.MOVE, DigestAction.PAUSE),
    Cause.NOT_ALLOWED: (DigestAction.RETRY, DigestAction.MOVE, DigestAction.PAUSE),
    Cause.OUR_FAULT: (DigestAction.RETRY, DigestAction.PAUSE),
    Cause.UNFORESEEN: (DigestAction.RETRY, DigestAction.PAUSE),
    Cause.NO_FIGURES: (DigestAction.RETRY, DigestAction.EDIT, DigestAction.PAUSE),
    Cause.LATE: (DigestAction.RETRY, DigestAction.PAUSE),
    Cause.UNCERTAIN: (DigestAction.ARRIVED, DigestAction.AGAIN, DigestAction.LEAVE),
    Cause.RECOVERED: (),
}

#: Deeds done to the occurrence; all others are done to its digest.
_TO_THE_DELIVERY = frozenset({DigestAction.RETRY, DigestAction.ARRIVED, DigestAction.AGAIN, DigestAction.LEAVE})
#: What an alert's own desk does too.
_ALERTS: Final[Mapping[DigestAction, AlertAction]] = {DigestAction.PAUSE: AlertAction.PAUSE, DigestAction.RESUME: AlertAction.RESUME}
#: Three accounts' names and what is wrong with each are told whole.
_DETAIL_LIMIT = 900
_TEXT_LIMIT = 2_900


def build_incident(incident: Incident) -> Message:
    """One incident, for the owner's direct messages: what happened, why, and what mends it."""
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
    """Whether the detail is Slack's own word, which helps only the person who looks it up."""
    return _is_told(incident) and " " not in incident.detail.strip()


def _is_told(incident: Incident) -> bool:
    """Whether the detail says anything to people: the name of our own accident stands in the log."""
    return bool(incident.detail) and incident.cause is not Cause.UNFORESEEN


def _detail(incident: Incident) -> list[str]:
    return [escape(one_line(incident.detail, _DETAIL_LIMIT))] if _is_told(incident) and not _is_code(incident) else []


def _buttons(incident: Incident) -> list[Element]:
    deeds = [DigestAction.RESUME if deed is DigestAction.PAUSE and incident.paused else deed for deed in BUTTONS[incident.cause]]
    every = [_button(deed, incident, primary=place == 0) for place, deed in enumerate(deeds)]
    return [one for one in every if one is not None]


def _button(deed: DigestAction, incident: Incident, *, primary: bool) -> Element | None:
    """The button for a deed; None for what is done to digests alone. Pausing an alert is its own desk's, joining is the same for all."""
    if deed in _TO_THE_DELIVERY:
        return deed_button(deed, incident.delivery.id, primary=primary)
    if incident.digest.kind is SubscriptionKind.DIGEST:
        return deed_button(deed, incident.digest.id, primary=primary)
    if deed is DigestAction.JOIN:
        return ask_button(DigestCommand(deed, draft=DigestDraft(channel=incident.delivery.channel)), primary=primary)
    if incident.digest.kind is SubscriptionKind.ALERT and deed in _ALERTS:
        return alert_button(_ALERTS[deed], incident.digest.id)
    return None
