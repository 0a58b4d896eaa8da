"""Lists the posts that a post can be compared with, and builds the view to choose them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from bot.access.sources import Sources
from bot.access.visibility import Visibility
from bot.errors import NotUnderstood
from bot.parsing import parser
from bot.parsing.queries import CompareQuery, PostQuery, comparison_text
from bot.reports.card_parts import account_name, post_of
from bot.slack.builders import OPTIONS_LIMIT, Block, context, escape, foreign_context, one_line, option
from bot.slack.numbers import NumberFormat, long_day
from bot.slack.request import RequestContext
from bot.slack.views import LOADING, View, build_modal, build_notice_view, entry, input_block
from bot.statistics.posts import PostRef
from bot.statistics.reports import FIRST_DAY, Account, Period

NO_POST: Final = "I don't know which post this is about."
NO_POST_REMEDY: Final = "Ask for the post once more and press *Compare* on its new card."

COMPARE_VIEW_TITLE = "Compare posts"
WITH = "Compare with"
HINT = "Up to nine. Any other post can be compared by its link: /linkedin-stats and both links."
THIS_POST = "{name}, {post}"
NOTHING_KNOWN = (
    "I don't know another post of {name}. I know posts made through PostPost in the last 90 days and those asked for here; "
    "any other can be compared by its link: `/linkedin-stats` and both links."
)
ONLY_NEWEST = "The newest {shown} of {known} known posts are in the menu."
#: The view's callback id.
COMPARE_VIEW: Final = "compare.posts"
COMPARE = "Compare Posts"
#: The menu's block id and action id.
_POSTS = "posts"
#: Ten posts are compared at most; one of them is the card's own.
MOST_CHOSEN: Final = 9
_TITLE_LIMIT = 58


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post, its account, and the posts it can be compared with: the newest first, each with its first words (foreign text) or "".

    ``number_format`` is the person's.
    """

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
        """The posts that the post of this canonical command can be compared with.

        Raises:
            NotAllowed: this person may not ask here, or this channel may not see the account.
            UsageError: the command is not about one post.
        """
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
        return comparison_text(CompareQuery((post, *others), platform_id))

    def _parse(self, text: str, visibility: Visibility) -> tuple[PostRef, str]:
        parsed = parser.parse_text(text, self._clock().date(), self._clock())
        query = parser.to_query(parsed, visibility.visible(self._accounts.known()))
        platform_id = (query.account or self._posts.owner(query.post)) if isinstance(query, PostQuery) else None
        if not isinstance(query, PostQuery) or platform_id is None:
            raise NotUnderstood(NO_POST, remedy=NO_POST_REMEDY)
        return query.post, platform_id


@dataclass(frozen=True, slots=True)
class ModalState:
    """The view's ``private_metadata``: the card's canonical command and the place of the card, ``thread_ts`` "" outside of a thread."""

    words: str
    channel: str
    thread_ts: str = ""
    direct: bool = False


def build_choice(state: ModalState, choice: PostChoice) -> View:
    """Builds the view with the menu of the account's other posts, each with its day and its first words (foreign text)."""
    if not choice.others:
        return build_notice(NOTHING_KNOWN.format(name=escape(account_name(choice.account))))
    options = [option(_label(one, words), one.urn) for one, words in choice.others[:OPTIONS_LIMIT]]
    menu = {"type": "multi_static_select", "action_id": _POSTS, "options": options, "max_selected_items": MOST_CHOSEN}
    blocks: list[Block] = [
        foreign_context(THIS_POST.format(name=account_name(choice.account), post=_label(choice.post, choice.title))),
        input_block(_POSTS, WITH, menu, hint=HINT),
    ]
    if len(choice.others) > OPTIONS_LIMIT:
        blocks.append(context(ONLY_NEWEST.format(shown=OPTIONS_LIMIT, known=len(choice.others))))
    metadata = orjson.dumps(asdict(state)).decode()
    return build_modal(COMPARE_VIEW_TITLE, blocks, submit=COMPARE, callback_id=COMPARE_VIEW, metadata=metadata)


def build_notice(text: str = LOADING) -> View:
    return build_notice_view(COMPARE_VIEW_TITLE, text)


def read_state(view: Mapping[str, Any]) -> ModalState | None:
    try:
        return ModalState(**orjson.loads(view.get("private_metadata") or ""))
    except (orjson.JSONDecodeError, TypeError):
        return None


def read_chosen(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The URNs of the chosen posts."""
    return tuple(str(one["value"]) for one in entry(view, _POSTS).get("selected_options") or ())


def _label(post: PostRef, title: str) -> str:
    day = f"{long_day(post.published_at.date())} · " if post.published_at else ""
    return f"{day}{words}" if (words := one_line(title, _TITLE_LIMIT)) else post_of(post)
