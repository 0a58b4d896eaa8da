"""Private messages about digests: one digest, the list, the history, a plan with its preview."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from bot.digests.command import DigestCommand, DigestDraft, digest_words, options_of, skip_words
from bot.digests.results import MOST_LISTED, WITH_BUTTONS, DigestList, DigestPlan, DigestView
from bot.errors import BotError
from bot.management.actions import LABELS, SubscriptionAction, action_button, action_id, action_words, menu_choice, pause_or_resume
from bot.management.blocks import LAST, build_card, id_and_owner, invitation, outcome, when_words
from bot.reports.card_parts import account_name, with_more
from bot.reports.figures import listed, some_of
from bot.schedules.rhythm import either_of
from bot.slack import builders
from bot.slack.interactive import example, example_id
from bot.slack.people import KnownChannel
from bot.statistics.reports import Account
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

CHANGE_IN_FORM = "Change It in the Form"
digest_button = partial(action_button, SubscriptionKind.DIGEST)
_action_id = partial(action_id, SubscriptionKind.DIGEST)
TITLE = "Digests"
NONE_HERE = "You have no digests yet. A digest is a summary posted to a channel on a schedule."
HOW_POSTED: Final = {"only_headline": "only the headline in the channel", "skip_unchanged": "skipped when no figure has changed"}
PLAN = ":eyes: *Preview: nothing is set up yet.* {channel}, {schedule}, first {next}."
PLAN_TOO_MANY = "{n} accounts are too many for a button: set it up in the form and choose them there."
PLAN_NOW = ":eyes: *Preview: only you see this.* This is what {channel} would get now."
PLAN_UNSAVED = ":eyes: *Only you see this, and nothing is saved yet.* {channel} would get it {schedule}."
NO_PREVIEW = ":warning: I couldn't fetch the figures for the preview: {sentence} {remedy}"
HISTORY_TITLE = "What was posted"
WITHOUT_FILE = "without its file"
NO_PERMISSION = "Files need the permission `files:write`: add it and install the app again."
#: Slack's codes that only a new installation of the app resolves.
_NO_PERMISSION = frozenset({"missing_scope", "not_allowed_token_type"})
_LINE_LIMIT = 160
#: Characters of a list: Slack's 10,000 in all, less the small print and the buttons.
_LIST_TEXT = 9_000
_NAMED = 4
_PREVIEW_BLOCKS = 40


def plan_buttons(draft: DigestDraft, everybody: Collection[str]) -> list[builders.Element]:
    """The buttons under a preview: create it, or change it in the form; alone the form where the accounts do not fit into a button."""
    create, form = DigestCommand(SubscriptionAction.CREATE, draft=draft), DigestCommand(SubscriptionAction.NEW, draft=draft)
    for every in ((), everybody):
        words, change = digest_words(create, every), digest_words(form, every)
        if builders.fits(words) and builders.fits(change):
            set_up = builders.button(_action_id(SubscriptionAction.CREATE), LABELS[SubscriptionAction.CREATE], words, primary=True)
            return [set_up, builders.button(_action_id(SubscriptionAction.NEW), CHANGE_IN_FORM, change)]
    return [form_button(draft)]


def form_button(draft: DigestDraft) -> builders.Element:
    """The button that opens the form with the draft's entries; without the accounts where they do not fit into a button."""
    words = [digest_words(DigestCommand(SubscriptionAction.NEW, draft=each)) for each in (draft, replace(draft, accounts=()))]
    return builders.button(
        _action_id(SubscriptionAction.NEW), LABELS[SubscriptionAction.NEW], next(filter(builders.fits, words), ""), primary=True
    )


def digest_buttons(digest: Subscription) -> list[builders.Element]:
    return with_more(_buttons(digest, SubscriptionAction.SHOW), map(menu_choice, [*_first_buttons(digest), *_skip(digest)]))


def manage_buttons(digest: Subscription) -> list[builders.Element]:
    others = (SubscriptionAction.NOW, SubscriptionAction.PREVIEW, SubscriptionAction.HISTORY, SubscriptionAction.DELETE)
    return with_more(_first_buttons(digest), map(menu_choice, [*_skip(digest), *_buttons(digest, *others)]))


def row_actions(digest: Subscription) -> list[builders.Element]:
    return [*_first_buttons(digest), *_skip(digest), *_buttons(digest, SubscriptionAction.NOW, SubscriptionAction.HISTORY)]


def _first_buttons(digest: Subscription) -> list[builders.Element]:
    return _buttons(digest, SubscriptionAction.EDIT, pause_or_resume(digest))


def _buttons(digest: Subscription, *each: SubscriptionAction) -> list[builders.Element]:
    return [digest_button(action, digest.id) for action in each]


def _skip(digest: Subscription) -> list[builders.Element]:
    """The button that skips the next occurrence, once however often it is pressed; none for a paused digest."""
    if digest.status is SubscriptionStatus.PAUSED:
        return []
    due = digest.next_run_at
    words = skip_words(digest.id, due) if due else action_words(SubscriptionKind.DIGEST, SubscriptionAction.SKIP, digest.id)
    return [builders.button(_action_id(SubscriptionAction.SKIP), LABELS[SubscriptionAction.SKIP], words)]


def build_digest_card(shown: DigestView, *, done: str = "", invite: Sequence[builders.Block] = ()) -> builders.Message:
    """The card of one digest with all its actions; ``done`` (mrkdwn) says what was just done."""
    lines = [f"*{digest_place(shown)}*", when_words(shown.digest)]
    small = [id_and_owner(shown.digest)]
    if paused := shown.others and [one for one in (shown.digest, *shown.others) if one.status is SubscriptionStatus.PAUSED]:
        lines += [f":double_vertical_bar: Paused in {places_of(paused)}."] if len(paused) <= len(shown.others) else []
    small += [words for name, words in HOW_POSTED.items() if name in options_of(shown.digest.rule).given]
    if shown.last is not None:
        small.insert(0, last_words(shown))
    return build_card(lines, " · ".join(small), manage_buttons(shown.digest), done=done, invite=invite)


def build_digest_list(found: DigestList) -> builders.Message:
    """The digests that a person can see: the first with a button each, the others with their ids, and how many more there are."""
    every, more = found.digests, found.more
    if not every:
        text = f"{NONE_HERE} Set one up with {example('digest every monday 9:00')}, or with the form."
        return builders.Message(text, (builders.section(text), builders.actions([digest_button(SubscriptionAction.NEW, "")])))
    blocks: list[builders.Block] = [builders.header(TITLE)]
    for number, shown in enumerate(every[:WITH_BUTTONS], start=1):
        small = f"{when_words(shown.digest)} · digest {builders.code(shown.digest.short_id)}"
        text = f"*{digest_place(shown)}*\n{small}" + (f" · {last_words(shown)}" if shown.last else "")
        blocks.append(builders.section(text, show_button(shown, number)))
    lines = _listed_lines(every[WITH_BUTTONS:], sum(len(block["text"]["text"]) for block in blocks))
    if lines:
        show = builders.code(action_words(SubscriptionKind.DIGEST, SubscriptionAction.SHOW, every[WITH_BUTTONS].digest.short_id))
        by_id = f"{show} shows one of these, with everything that can be done to it."
        blocks += [builders.section("\n".join(lines)), builders.context(by_id)]
    if (more := more + max(len(every) - WITH_BUTTONS - len(lines), 0)) > 0:
        blocks.append(builders.context(f"… and {more} more: {example('digest list')} starts with the digests of the channel you ask in."))
    blocks.append(builders.actions([digest_button(SubscriptionAction.NEW, ""), digest_button(SubscriptionAction.HISTORY, "")]))
    lines = [f"{digest_place(shown)}: {when_words(shown.digest)}" for shown in every[:WITH_BUTTONS]]
    return builders.Message(builders.message_text("\n".join([TITLE, *lines])), tuple(blocks))


def build_digest_plan(plan: DigestPlan) -> builders.Message:
    shown, draft, everybody = plan.view, plan.draft, plan.everybody
    channel, digest = places_of((shown.digest, *shown.others)), shown.digest
    first = builders.moment(digest.next_run_at) if digest.next_run_at else "never"
    buttons = plan_buttons(draft, everybody)
    sentences = [
        PLAN.format(channel=channel, schedule=builders.escape(shown.digest.when_words), next=first),
        f":eyes: *Preview: nothing is set up yet.* {channel}, first {first}.",
    ]
    if len(buttons) == 1:
        sentences = [f"{one} {PLAN_TOO_MANY.format(n=len(draft.accounts))}" for one in sentences]
    if either := either_of(digest.cron):
        days, meant = either
        sentences = [f"{one}\n:information_source: {days}" for one in sentences]
        words = f"{digest_words(DigestCommand(SubscriptionAction.PLAN, draft=replace(draft, cron='')), everybody)} {meant}"
        buttons += [builders.button(example_id(1), meant[:1].upper() + meant[1:], words)] if meant and builders.fits(words) else []
    return _with_preview(sentences[0], plan.preview, [*invitations(plan.places), builders.actions(buttons)], sentences[1])


def build_digest_preview(shown: DigestView, preview: builders.Message | BotError, *, unsaved: bool = False) -> builders.Message:
    """What a digest would post now; ``unsaved``: with the entries of a form that was not submitted."""
    sentence = PLAN_UNSAVED if unsaved else PLAN_NOW
    line = sentence.format(channel=places_of((shown.digest, *shown.others)), schedule=builders.escape(shown.digest.when_words))
    return _with_preview(line, preview, [] if unsaved else [builders.actions(manage_buttons(shown.digest))])


def _with_preview(
    sentence: str, preview: builders.Message | BotError, below: Sequence[builders.Block], above: str = ""
) -> builders.Message:
    """The sentence with the preview below it (or ``above``, a shorter sentence, in its place); or why there is no preview."""
    if isinstance(preview, BotError):
        text = (
            f"{sentence}\n{NO_PREVIEW.format(sentence=builders.escape(preview.sentence), remedy=builders.escape(preview.remedy))}".rstrip()
        )
        return builders.Message(builders.message_text(text), (builders.section(text), *below))
    shown = [block for block in preview.blocks if block["type"] != "actions"][:_PREVIEW_BLOCKS]
    text = builders.message_text(f"{sentence}\n{preview.text}")
    return builders.Message(text, (builders.section(above or sentence), *shown, *below), number_format=preview.number_format)


def build_digest_history(
    deliveries: Sequence[Delivery], one: DigestView | None = None, missing: Sequence[FollowUp] = ()
) -> builders.Message:
    """Deliveries, the newest first, with their outcomes and the ``missing`` parts of their threads; ``one``: all are of this digest."""
    lines = [_history_line(delivery, missing, alone=one is not None) for delivery in deliveries] or ["Nothing was due yet."]
    title = HISTORY_TITLE if one is None else f"{HISTORY_TITLE}: {digest_place(one)}"
    waiting = [delivery for delivery in deliveries if delivery.state is DeliveryState.UNCERTAIN]
    answers = (SubscriptionAction.ARRIVED, SubscriptionAction.AGAIN, SubscriptionAction.LEAVE)
    buttons = [digest_button(action, delivery.id) for delivery in waiting[:1] for action in answers]
    blocks = [builders.section(f"*{title}*\n" + "\n".join(lines)), *([builders.actions(buttons)] if buttons else [])]
    small = [when_words(one.digest)] if one else []
    if any(part.is_file and part.reason in _NO_PERMISSION for part in missing):
        small.append(NO_PERMISSION)
    if small:
        blocks.append(builders.context("\n".join(small)))
    return builders.Message(builders.message_text("\n".join([title, *lines])), tuple(blocks))


def _history_line(delivery: Delivery, missing: Sequence[FollowUp], *, alone: bool) -> str:
    result = ", ".join([outcome(delivery), *missed([part for part in missing if part.delivery == delivery.id])])
    return " · ".join([builders.moment(delivery.due), *([] if alone else [builders.channel_words(delivery.channel)]), result])


def missed(missing: Sequence[FollowUp]) -> Iterator[str]:
    """The failed parts of one thread, and Slack's reasons."""
    files, replies = [part for part in missing if part.is_file], [part for part in missing if not part.is_file]
    for parts, what in ((files, WITHOUT_FILE), (replies, f"without {len(replies)} of its replies")):
        if parts:
            reasons = ", ".join(dict.fromkeys(builders.code(builders.one_line(part.reason or "", 60)) for part in parts))
            yield f"{what} ({reasons})"


def _listed_lines(every: Sequence[DigestView], taken: int) -> list[str]:
    """A line for each digest, as many as fit with ``taken`` characters of other text."""
    left, lines = min(builders.MESSAGE_LIMIT, _LIST_TEXT - taken), list[str]()
    for shown in every[: MOST_LISTED - WITH_BUTTONS]:
        about = builders.shorten_mrkdwn(f"{digest_place(shown)} · {builders.escape(shown.digest.when_words)}", _LINE_LIMIT)
        line = f"{builders.code(shown.digest.short_id)} {about}"
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    return lines


def show_button(shown: DigestView, number: int) -> builders.Element:
    about = [options_of(shown.digest.rule).title, *map(account_name, shown.accounts[:1]), shown.digest.when_words]
    return digest_button(SubscriptionAction.SHOW, shown.digest.id, number=number, about=", ".join(filter(None, about)))


def digest_place(shown: DigestView) -> str:
    place = f"{places_of((shown.digest, *shown.others))}: {_names(shown.accounts)}"
    title = options_of(shown.digest.rule).title
    return f"{builders.escape(title)} · {place}" if title else place


def invitations(places: Sequence[KnownChannel]) -> list[builders.Block]:
    return [block for place in places for block in invitation(place)]


def places_of(digests: Sequence[Subscription]) -> str:
    return listed(builders.channel_words(one.channel) for one in digests)


def last_words(shown: DigestView) -> str:
    """What became of the last one, with its channel where there are several; "" before the first."""
    if shown.last is None:
        return ""
    words = LAST.format(outcome=outcome(shown.last))
    return f"{words} in {builders.channel_words(shown.last.channel)}" if shown.others else words


def _names(accounts: Sequence[Account]) -> str:
    names = [builders.escape(account_name(account)) for account in accounts]
    return some_of(names, _NAMED) if len(names) > _NAMED else ", ".join(names) or "an account that isn't shown any more"
