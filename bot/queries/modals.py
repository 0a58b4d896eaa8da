"""The views of questions: posts to compare with, the dates of an account's card, and the figures of a message's posts."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from msgspec import Struct

from bot.access.visibility import Sources, Visibility
from bot.errors import NotUnderstood
from bot.parsing import parser
from bot.parsing.queries import CompareQuery, PostQuery, to_text
from bot.reports.card_parts import account_name, post_of
from bot.slack import builders
from bot.slack.builders import context
from bot.slack.interactive import LOADING, ModalState, View, build_modal, build_notice_view, entry, in_view, input_block, share_from_view_id
from bot.slack.limits import most
from bot.slack.numbers import NumberFormat, count, long_day
from bot.slack.request import RequestContext
from bot.statistics.posts import PostRef
from bot.statistics.reports import FIRST_DAY, MOST_DAYS, Account, Period, last_days

NO_POST: Final = "I don't know which post this is about."

COMPARE_VIEW_TITLE = "Compare posts"
WITH = "Compare with"
NOTHING_KNOWN = (
    "I don't know another post of {name}. I know posts made through PostPost in the last 90 days and those asked for here; "
    "any other can be compared by its link: `/linkedin-stats` and both links."
)
#: The view's callback id.
COMPARE_VIEW: Final = "compare.posts"
#: The menu's block id and action id.
_POSTS = "posts"
#: Ten posts are compared at most; one of them is the card's own.
MOST_CHOSEN: Final = 9
_TITLE_LIMIT = 58


class PostChoice(Struct, frozen=True):
    """A post, its account, and the ``others`` to compare it with, the newest first, each with its first words (foreign text) or ""."""

    post: PostRef
    title: str
    account: Account
    others: tuple[tuple[PostRef, str], ...]
    number_format: NumberFormat


class PostPicker:
    """Lists the posts to choose from, and turns a choice into a command."""

    def __init__(self, sources: Sources) -> None:
        self._accounts, self._posts, self._people, self._clock = sources.accounts, sources.posts, sources.people, sources.clock
        self._permissions, self._visibility = sources.permissions, sources.visibility

    async def choice(self, text: str, context: RequestContext) -> PostChoice:
        """The posts that the post of this command can be compared with. Raises NotAllowed; UsageError: it is not about one post."""
        await self._permissions.check(context)
        visibility = await self._visibility.of(context)
        post, platform_id = self._parse(text, visibility)
        self._visibility.check(platform_id, visibility, public=False)
        account = self._accounts.known().get(platform_id) or Account(platform_id, platform_id)
        known = self._posts.published(platform_id, Period(FIRST_DAY, self._clock().date()))
        others = tuple((other, self._posts.title(other)) for other in known if other != post)
        number_format = await self._people.number_format(context.user, public=False)
        return PostChoice(post, self._posts.title(post), account, others, number_format)

    async def comparison(self, text: str, urns: Sequence[str], context: RequestContext) -> str:
        """The canonical command that compares the post of ``text`` with the chosen ones; raises UsageError when these are no posts."""
        post, platform_id = self._parse(text, await self._visibility.of(context))
        others = parser.parse_text(" ".join(urns), self._clock().date(), self._clock()).posts
        return to_text(CompareQuery((post, *others), platform_id))

    def _parse(self, text: str, visibility: Visibility) -> tuple[PostRef, str]:
        parsed = parser.parse_text(text, self._clock().date(), self._clock())
        query = parser.to_query(parsed, visibility.visible(self._accounts.known()))
        platform_id = (query.account or self._posts.owner(query.post)) if isinstance(query, PostQuery) else None
        if not isinstance(query, PostQuery) or platform_id is None:
            raise NotUnderstood(NO_POST, remedy="Ask for the post once more and press *Compare* on its new card.")
        return query.post, platform_id


def build_choice(state: ModalState, choice: PostChoice) -> View:
    """Builds the view with the menu of the account's other posts, each with its day and its first words (foreign text)."""
    if not choice.others:
        return build_compare_notice(NOTHING_KNOWN.format(name=builders.escape(account_name(choice.account))))
    options = [builders.option(_label(one, words), one.urn) for one, words in choice.others[: builders.OPTIONS_LIMIT]]
    menu = {"type": "multi_static_select", "action_id": _POSTS, "options": options, "max_selected_items": MOST_CHOSEN}
    blocks: list[builders.Block] = [
        builders.foreign_context(f"{account_name(choice.account)}, {_label(choice.post, choice.title)}"),
        input_block(_POSTS, WITH, menu, hint="Up to nine. Any other post can be compared by its link: /linkedin-stats and both links."),
    ]
    if len(choice.others) > builders.OPTIONS_LIMIT:
        blocks.append(context(f"The newest {builders.OPTIONS_LIMIT} of {len(choice.others)} known posts are in the menu."))
    return build_modal(COMPARE_VIEW_TITLE, blocks, submit="Compare Posts", callback_id=COMPARE_VIEW, metadata=state.dumped())


def build_compare_notice(text: str = LOADING) -> View:
    return build_notice_view(COMPARE_VIEW_TITLE, text)


def read_chosen(view: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["value"]) for one in entry(view, _POSTS).get("selected_options") or ())


def _label(post: PostRef, title: str) -> str:
    day = f"{long_day(post.published_at.date())} · " if post.published_at else ""
    return f"{day}{words}" if (words := builders.one_line(title, _TITLE_LIMIT)) else post_of(post)


#: The view's callback id.
PERIOD_VIEW: Final = "period.dates"
#: The fields' block ids and action ids.
FIRST, LAST = "first", "last"
_DEFAULT_DAYS: Final = 28


class PeriodState(ModalState, frozen=True):
    """The same of the view to enter dates; ``words`` is the question without its period."""

    #: The URL for the answer, valid for half an hour after the press (Slack's documentation: "Handling user interaction").
    response_url: str = ""
    replace: bool = False
    block: str = ""


def build_dates(state: PeriodState, shown: Period | None, today: date) -> View:
    period = shown or last_days(_DEFAULT_DAYS, today)
    hint = f"LinkedIn counts days in UTC. The last day that is over there is {long_day(today - timedelta(days=1))}."
    blocks = [_input(FIRST, "First day", period.first), _input(LAST, "Last day", period.last, hint)]
    return build_modal("Own dates", blocks, submit="Show Figures", callback_id=PERIOD_VIEW, metadata=state.dumped())


def _input(name: str, label: str, day: date, hint: str = "") -> builders.Block:
    element = {"type": "datepicker", "action_id": name, "initial_date": day.isoformat()}
    return input_block(name, label, element, hint=hint)


def read_dates(view: Mapping[str, Any], today: date) -> tuple[Period | None, dict[str, str]]:
    first, last = (_day(view, name) for name in (FIRST, LAST))
    yesterday = today - timedelta(days=1)
    errors = {name: "Choose a day." for name, day in ((FIRST, first), (LAST, last)) if day is None}
    for name, day in ((FIRST, first), (LAST, last)):
        if day and day > yesterday:
            errors[name] = f"This day isn't over yet (UTC). Choose {long_day(yesterday)} or an earlier one."
    if errors or first is None or last is None:
        return None, errors
    if last < first:
        return None, {LAST: "This is before the first day. Choose the same day or a later one."}
    period = Period(first, last)
    if period.days > MOST_DAYS:
        return None, {FIRST: f"That would be {count(period.days)} days, and one card shows up to {MOST_DAYS}. Choose a later first day."}
    return period, {}


def _day(view: Mapping[str, Any], name: str) -> date | None:
    chosen = entry(view, name).get("selected_date")
    try:
        return date.fromisoformat(chosen) if chosen else None
    except ValueError:
        return None


SHORTCUT_VIEW_TITLE = "LinkedIn stats"
NO_LINK = "This message has no link to a LinkedIn post."
NO_LINK_REMEDY = "Use this on a message with a post's link or URN. For anything else type `/linkedin-stats`."
#: The callback id of the message shortcut, as the manifest registers it.
MESSAGE_SHORTCUT: Final = "stats_of_message"
#: The callback id of the global shortcut that opens the digest's form.
DIGEST_SHORTCUT: Final = "set_up_digest"
#: Posts of one message that are shown at most.
MOST_POSTS = 5
_MOST_BLOCKS = most("blocks of a view")
#: Only buttons with a link are kept: the others would answer in a channel, which a view has not.
_KEPT = "url"


class PostAnswer(Struct, frozen=True):
    """A card or an error; ``words`` is the question to ask again for sharing, "" if it cannot be shared."""

    message: builders.Message
    words: str = ""


def build_no_link(sentences: Sequence[tuple[str, str]] = ()) -> View:
    """Builds the view for a message without a post; ``sentences`` (not escaped) explain its links, with the remedy."""
    texts = [f"{builders.escape(sentence)} {builders.escape(remedy)}".strip() for sentence, remedy in sentences] or [
        f"{NO_LINK} {NO_LINK_REMEDY}"
    ]
    return build_modal(SHORTCUT_VIEW_TITLE, [builders.section(f":warning: {text}") for text in texts])


def build_stats(answers: Sequence[PostAnswer], place: ModalState, *, more: int = 0) -> View:
    """Builds the view with the answers below each other. ``more``: how many posts of the message are left out."""
    blocks: list[builders.Block] = []
    for number, answer in enumerate(answers):
        blocks += [{"type": "divider"}] if number else []
        blocks += _in_view(answer, number)
    blocks += [context(f"… and {more} more in this message; ask for them with `/linkedin-stats` and their links.")] if more else []
    small = "Only you see this until you share it." if any(answer.words for answer in answers) else "Only you see this."
    return build_modal(SHORTCUT_VIEW_TITLE, [*blocks[: _MOST_BLOCKS - 1], context(small)], metadata=place.dumped())


def build_plain(note: str, answers: Sequence[PostAnswer]) -> View:
    """Builds the view with the answers as plain text, below the note that says why."""
    return build_modal(SHORTCUT_VIEW_TITLE, [builders.section(note), *(builders.section(answer.message.text) for answer in answers)])


def build_shared(view: Mapping[str, Any], action_id: str, note: str, *, shared: bool) -> View:
    """Builds the view with a note (mrkdwn) below the card whose button was pressed; without that button when it was ``shared``."""
    blocks: list[builders.Block] = []
    earlier = f"note.{action_id}"
    for block in (one for one in view.get("blocks") or () if one.get("block_id") != earlier):
        pressed = any(element.get("action_id") == action_id for element in block.get("elements") or ())
        remaining = [element for element in block.get("elements") or () if not shared or element.get("action_id") != action_id]
        blocks += [block if not pressed else {**block, "elements": remaining}] if remaining or not pressed else []
        blocks += [{**context(note), "block_id": earlier}] if pressed else []
    return build_modal(SHORTCUT_VIEW_TITLE, blocks[:_MOST_BLOCKS], metadata=str(view.get("private_metadata") or ""))


def _in_view(answer: PostAnswer, number: int) -> list[builders.Block]:
    blocks = in_view(answer.message, lambda element: _KEPT in element)
    share = builders.button(share_from_view_id(number), "Share in Thread", answer.words)
    buttons: list[builders.Element] = [share] if answer.words and builders.fits(answer.words) else []
    rows = [block for block in blocks if block["type"] == "actions"]
    for row in rows:
        buttons += [{**element, "action_id": f"{element['action_id']}.{number}"} for element in row["elements"]]
    return [*(block for block in blocks if block not in rows), *([builders.actions(buttons)] if buttons else [])]
