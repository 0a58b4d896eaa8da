"""The choice of posts to compare a post with: a view whose state is the card's words and where the card stands."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from bot.blockkit.builders import OPTIONS_LIMIT, Block, context, foreign_context, option, plain, section
from bot.blockkit.mrkdwn import escape, one_line
from bot.blockkit.numbers import long_day
from bot.reports.card_parts import account_name
from bot.statistics.accounts import Account
from bot.statistics.posts import PostRef

COMPARE_VIEW_TITLE = "Compare posts"
WITH = "With which posts?"
HINT = "Up to nine. Any other post can be compared by its link: `/linkedin-stats` and both links."
THIS_POST = "{name}, {post}"
NOTHING_KNOWN = (
    "I know no other post of {name}. Known are the posts made through PostPost in the last 90 days and those asked for here; "
    "any other can be compared by its link: `/linkedin-stats` and both links."
)
ONLY_NEWEST = "The newest {shown} of {known} known posts are in the menu."


#: The view's callback id: its submission comes back with it.
COMPARE_VIEW: Final = "compare.posts"

COMPARE, CLOSE = "Compare", "Close"

#: The element's block and action id.
_POSTS = "posts"
#: Ten posts stand side by side; one of them is the card's own.
MOST_CHOSEN: Final = 9
_TITLE_LIMIT = 58

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModalState:
    """What the view keeps in its ``private_metadata``: the card's words, and where it stands (Slack's ids; "" outside of a thread)."""

    words: str
    channel: str
    thread_ts: str = ""
    direct: bool = False


def build_choice(kept: ModalState, post: PostRef, title: str, account: Account, others: Sequence[tuple[PostRef, str]]) -> View:
    """The menu of the account's other posts, each with its day and its first words (foreign text)."""
    if not others:
        return build_said(NOTHING_KNOWN.format(name=escape(account_name(account))))
    options = [option(_label(one, words), one.urn) for one, words in others[:OPTIONS_LIMIT]]
    menu = {"type": "multi_static_select", "action_id": _POSTS, "options": options, "max_selected_items": MOST_CHOSEN}
    blocks: list[Block] = [
        foreign_context(THIS_POST.format(name=account_name(account), post=_label(post, title))),
        {"type": "input", "block_id": _POSTS, "label": plain(WITH), "element": menu},
        context(HINT),
    ]
    if len(others) > OPTIONS_LIMIT:
        blocks.append(context(ONLY_NEWEST.format(shown=OPTIONS_LIMIT, known=len(others))))
    metadata = orjson.dumps(asdict(kept)).decode()
    return _view(blocks) | {"submit": plain(COMPARE), "callback_id": COMPARE_VIEW, "private_metadata": metadata}


def build_said(text: str) -> View:
    """A view that says one thing (mrkdwn) and can only be closed."""
    return _view([section(text)])


def read_kept(view: Mapping[str, Any]) -> ModalState | None:
    """What the view was opened for; None when it is none of ours. Nothing in it is a right: the gate is asked again."""
    try:
        return ModalState(**orjson.loads(view.get("private_metadata") or ""))
    except (orjson.JSONDecodeError, TypeError):
        return None


def read_chosen(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The URNs of the chosen posts (Slack's documentation: "view_submission", state.values)."""
    values = (view.get("state") or {}).get("values") or {}
    chosen = ((values.get(_POSTS) or {}).get(_POSTS) or {}).get("selected_options") or ()
    return tuple(str(one["value"]) for one in chosen)


def _label(post: PostRef, title: str) -> str:
    day = f"{long_day(post.published_at.date())} · " if post.published_at else ""
    return f"{day}{one_line(title, _TITLE_LIMIT) or post.urn}"


def _view(blocks: list[Block]) -> View:
    return {"type": "modal", "title": plain(COMPARE_VIEW_TITLE), "close": plain(CLOSE), "blocks": blocks}
