"""Messages about watches: a post that went live, its figures in the thread, the list, one watch."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import BotError
from bot.management import actions
from bot.management import blocks as managed
from bot.management.rules import RuleList
from bot.parsing.account_names import name_word
from bot.parsing.queries import PostQuery, to_text
from bot.reports import figures as say
from bot.reports.card_parts import account_name, footer, metadata
from bot.slack import builders
from bot.slack.interactive import OPEN, OPEN_CARD, OPEN_ON_LINKEDIN, example, example_id
from bot.slack.numbers import average, count, percent, rate
from bot.statistics.metrics import Figure, Metric, Rate, Value, change, engagement_rate
from bot.statistics.reports import TEAM, Account, PostReport
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus
from bot.watches.fetch import UsualFigure
from bot.watches.rule import EXAMPLES, POINT_WORDS, POINTS, WATCH, WATCH_ID, LivePost
from bot.watches.service import WatchList, WatchPreview, WatchResult, WatchView

watch_button = partial(actions.action_button, SubscriptionKind.WATCH)
LIVE = "{name} posted on LinkedIn"
LATE = "Due after {due}, but I wasn't running then or couldn't fetch them."
WAS = say.WAS
HOURS, DAYS = "{n} hours", "{n} days"

PAUSED = ":double_vertical_bar: Paused. Posts that go live until you resume it aren't announced, and figures due until then don't come."
TITLE = "Watched posts"
ONLY_POSTPOST = "I see posts made through PostPost; posts written on LinkedIn itself aren't in its list."
WATCH_BUTTON = "Watch {name}"
LAST_POST = "*It would have posted this about the last post:*"
NO_POST = "I don't know any post of these accounts from the last 90 days, so there's nothing to show yet. The next one is announced."
RUNNING = "a message when a post goes live, its figures after {points}"
IS_PAUSED = "paused"
#: Figures that come later than this after they were due say so.
SAYS_LATE: Final = timedelta(hours=1)
#: Up to so many hours an age is said in hours.
_HOURS = 72
#: How many accounts a first list offers.
_MOST_OFFERED = 3
_TITLE_LIMIT = 120
_EVENT = "post"


def points_words() -> str:
    """When figures follow: "24 hours, 72 hours and 7 days"."""
    return say.listed(POINT_WORDS.values())


def build_live(live: LivePost, account: Account, title: str, watch: Subscription) -> builders.Message:
    """The message that a post went live: whose, its first words (foreign text, or "") with the link, and what follows."""
    name, title = builders.escape(account_name(account)), builders.escape(builders.one_line(title, _TITLE_LIMIT))
    headline = f"{name} posted on LinkedIn: “{title}”" if title else LIVE.format(name=name)
    words = to_text(PostQuery(live.post, live.platform_id))
    buttons = [
        builders.button(OPEN, OPEN_ON_LINKEDIN, url=live.post.url),
        *([builders.button(example_id(1), OPEN_CARD, words)] if builders.fits(words) else []),
    ]
    buttons.append(watch_button(actions.SubscriptionAction.SHOW, watch.id))
    blocks = (
        builders.section(f"*{LIVE.format(name=name)}*\n<{live.post.url}|{title or 'The post on LinkedIn'}>"),
        builders.actions(buttons),
        builders.context(f"{_follows(live)} · {WATCH_ID.format(id=builders.code(watch.short_id))}"),
    )
    return builders.Message(f"{headline} {live.post.url}", blocks, metadata(_EVENT, words, private=False))


def _follows(live: LivePost) -> str:
    return f"Published {builders.moment(live.published)} · its figures follow here after {points_words()}"


class EarlierPoint(Struct, frozen=True):
    """The figures of an earlier reply, and after how long they were fetched, in words."""

    figures: Mapping[Metric, Figure]
    age: str

    @classmethod
    def of(cls, payload: Mapping[str, Any] | None) -> "EarlierPoint | None":
        """The figures in a reply's metadata; None where there are none."""
        stored, age = (payload or {}).get("figures"), (payload or {}).get("age")
        if not isinstance(stored, dict) or not isinstance(age, str):
            return None
        known = {metric: Value(count) for metric in Metric if isinstance(count := stored.get(metric.value), int)}
        return cls(known, age) if known else None


def build_point(
    name: str,
    report: PostReport,
    before: EarlierPoint | None,
    *,
    title: str,
    late: timedelta,
    quiet: bool,
    usual: UsualFigure | None = None,
) -> builders.Message:
    """A post's figures in its thread, each with its change since the reply ``before``.

    Args:
        before: the last figures in the thread; None where there are none, or they cannot be read.
        title: the post's first words (foreign text), or "".
        late: how much later than due it is.
        quiet: whether it was due in quiet hours.
        usual: what the account's posts usually have at this age; None where that is not known.
    """
    age = POINT_WORDS[name] if late < SAYS_LATE else _age_words(POINTS[name] + late)
    asked, engagement = say.asked(report.figures, report.metrics), engagement_rate(report.figures, report.basis)
    headline = _headline(asked, before)
    against = _against(report, usual, age) if usual else ""
    small = [f"Changes since the figures after {builders.escape(before.age)}"] if before else []
    small += [("Due after {due}, in quiet hours." if quiet else LATE).format(due=POINT_WORDS[name])] if late >= SAYS_LATE else []
    texts = [_field(metric, figure, before) for metric, figure in asked]
    texts.append(f"*{say.RATE_NAME}*\n{rate(engagement.fraction) if isinstance(engagement, Rate) else say.rate_words(engagement)}")
    small.append(footer(report.freshness, report.basis, by_days=False))
    lines = [f"*After {age}: {headline}*", *([against] if against else [])]
    blocks = (builders.section("\n".join(lines)), builders.fields(texts), builders.context(" · ".join(small)))
    quoted = f"“{builders.escape(builders.one_line(title, _TITLE_LIMIT))}”" if title else "The post"
    story = " ".join([f"{quoted} after {age}: {headline}.", *([against] if against else []), *say.unknowns(asked)])
    figures = {metric.value: figure.count for metric, figure in asked if isinstance(figure, Value)}
    return builders.Message(story, blocks, {"event_type": _EVENT, "event_payload": {"figures": figures, "age": age}})


def _against(report: PostReport, usual: UsualFigure, age: str) -> str:
    """How the figure stands beside the account's usual one."""
    figure = report.figures.get(usual.metric)
    if not isinstance(figure, Value):
        return ""
    usually = f"{average(usual.median)} {say.NOUNS[usual.metric]}"
    median = f"median of {usual.posts} earlier posts of the account after {age}"
    if figure.count == usual.median:
        return f"Just the {median}."
    if not usual.median:
        return f"The {median} is {usually}."
    share = percent((figure.count - usual.median) / usual.median)
    return f"{share} {'above' if figure.count > usual.median else 'below'} {usually}, the {median}."


def _headline(asked: say.AskedFigures, before: EarlierPoint | None) -> str:
    known = say.first_known(asked)
    if known is None:
        return say.nothing(asked)
    figure = say.noun(known[0], known[1].count)
    moved = change(known[1], before.figures.get(known[0])) if before else None
    return f"{figure}, {say.change_words(moved)} since the figures after {builders.escape(before.age)}" if moved and before else figure


def _field(metric: Metric, figure: Figure, before: EarlierPoint | None) -> str:
    earlier = before.figures.get(metric) if before else None
    moved = change(figure, earlier)
    if moved is None or not isinstance(earlier, Value):
        return say.field(metric, figure)
    return say.field(metric, figure, say.mark(moved), WAS.format(what=count(earlier.count)))


def _age_words(age: timedelta) -> str:
    hours = round(age / timedelta(hours=1))
    return HOURS.format(n=hours) if hours <= _HOURS else DAYS.format(n=round(hours / 24))


def build_point_failed(name: str, error: BotError) -> builders.Message:
    """That a post's figures cannot be fetched, why, and what to do."""
    why = builders.escape(f"{error.sentence} {error.remedy}".strip())
    text = f":warning: The figures after {POINT_WORDS[name]} couldn't be fetched. {why}"
    return builders.Message(text, (builders.section(text),), {"event_type": _EVENT, "event_payload": {"failed": type(error).__name__}})


def whose_posts(group: str, accounts: Sequence[Account]) -> str:
    """Whose posts are watched (foreign text, not escaped)."""
    if group:
        return "all accounts" if group == TEAM else f"the group “{group}”"
    return say.listed([account_name(account) for account in accounts]) if accounts else "an account that isn't shown here"


#: What was done to a watch.
DONE: Final[Mapping[actions.SubscriptionChange, str]] = {
    **actions.DONE_BEFORE,
    actions.SubscriptionChange.CREATED: ":eyes: Set up. The next post that goes live is announced in the channel.",
    actions.SubscriptionChange.SAME: "That channel has the same watch already, so nothing was added.",
    actions.SubscriptionChange.CHANGED: ":pencil2: Changed.",
    actions.SubscriptionChange.PAUSED: PAUSED,
    actions.SubscriptionChange.RESUMED: ":arrow_forward: Running again, for posts that go live from now on.",
    actions.SubscriptionChange.DELETED: "The watch in {channel} is deleted. What it posted stays there, and no more figures follow.",
}


def build_watch_result(result: WatchResult | WatchList) -> builders.Message:
    if isinstance(result, RuleList):
        return _build_list(result)
    return managed.build_result(result, watch_button, DONE, _card)


def _card(shown: WatchView) -> managed.Card:
    watch = shown.subscription
    others = (actions.SubscriptionAction.EDIT, actions.pause_or_resume(watch)) if shown.rule else ()
    return _lines(shown), _small(shown), [watch_button(action, watch.id) for action in (*others, actions.SubscriptionAction.DELETE)]


def _build_list(found: WatchList) -> builders.Message:
    """Each watch with a button that shows it; where there is none, how to begin, with some of the accounts."""
    if not found.views:
        return _start(found.accounts)
    rows = [(_lines(one), _small(one), _show(one, number)) for number, one in enumerate(found.views, start=1)]
    return managed.build_list(TITLE, rows, found.more, [watch_button(actions.SubscriptionAction.NEW)])


def _show(shown: WatchView, number: int) -> builders.Element:
    return watch_button(actions.SubscriptionAction.SHOW, shown.subscription.id, number=number)


def _start(accounts: tuple[Account, ...]) -> builders.Message:
    none = f"You watch no posts yet. When an account's post goes live I say so here, with its figures in the thread after {points_words()}."
    lines = [f"{none} {ONLY_POSTPOST}", actions.SET_ONE_UP, *map(example, EXAMPLES)]
    offered = [
        builders.button(
            f"{SubscriptionKind.WATCH}.{actions.SubscriptionAction.CREATE}.{number}", WATCH_BUTTON.format(name=account_name(account)), words
        )
        for number, account in enumerate(accounts[:_MOST_OFFERED], start=1)
        if builders.fits(words := f"{WATCH} {name_word(account, accounts)}")
    ]
    return builders.Message(
        "\n".join([none, ONLY_POSTPOST, actions.SET_ONE_UP, *EXAMPLES]),
        (builders.section("\n".join(lines)), builders.actions([*offered, watch_button(actions.SubscriptionAction.NEW)])),
    )


def build_watch_preview(shown: WatchPreview) -> builders.Message:
    """The message that the watch would have posted about the last post, and what else it would do."""
    lines = builders.context(" · ".join(_lines(shown.view)))
    if shown.live is None or shown.account is None:
        return builders.Message(NO_POST, (builders.section(NO_POST), lines))
    message = build_live(shown.live, shown.account, shown.title, shown.view.subscription)
    return replace(message, blocks=(builders.section(LAST_POST), *message.blocks[:-2], builders.context(_follows(shown.live)), lines))


def build_home_watches(found: WatchList) -> builders.Message:
    """The watches on the Home tab, each with one button; nothing where there are none."""
    shown = [("\n".join([*_lines(one), *([_last(one.last)] if one.last else [])]), one) for one in found.views]
    blocks = [builders.section(text, _show(one, number)) for number, (text, one) in enumerate(shown, start=1)]
    rest = [builders.context(managed.MORE.format(n=found.more))] if found.more else []
    return builders.Message(builders.message_text("\n".join(text for text, _ in shown)), (*blocks, *rest))


def _lines(shown: WatchView) -> list[str]:
    watch, rule = shown.subscription, shown.rule
    whose = builders.escape(whose_posts(rule.who if rule else "", shown.accounts))
    state = IS_PAUSED if watch.status is SubscriptionStatus.PAUSED else RUNNING.format(points=points_words())
    state += f", quiet {rule.quiet} ({watch.zone})" if rule and rule.quiet else ""
    lost = [managed.LOST_GROUP] if shown.lost_group else []
    return [f"*{builders.channel_words(watch.channel)}: posts of {whose}*", *lost, state if rule else managed.UNREADABLE]


def _small(shown: WatchView) -> str:
    small = [_last(shown.last)] if shown.last else []
    return " · ".join([*small, managed.id_and_owner(shown.subscription)])


def _last(last: Delivery) -> str:
    # A delivery about a post holds the post where others hold the press of a button.
    return managed.LAST.format(outcome=managed.outcome(replace(last, click="")))
