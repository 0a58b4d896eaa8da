"""Parts that cards share: account names, buttons, the period menu, what failed, the footer, the metadata."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from bot.parsing.queries import AccountQuery, to_text
from bot.reports.figures import NAME_LIMIT, NOUNS, RATE_BASIS, RATE_FORMULA, UTC_DAYS, listed, some_of
from bot.slack.builders import OPTION_VALUE_LIMIT, Block, Element, actions, button, escape, fits, moment, one_line, option, section, select
from bot.slack.interactive import CSV, MORE, OWN_DATES, PERIOD, REFRESH, RETRY, RETRY_LABEL, SHARE, XLSX, period_id
from bot.slack.limits import most
from bot.slack.numbers import long_day
from bot.statistics.aggregate import added_up, counted, total, total_before, total_daily, uncounted
from bot.statistics.comparison_reports import FailedAccount
from bot.statistics.metrics import ADDITIVE_METRICS, ALL_METRICS, DAILY_POST_METRICS, Failed, Figures, Metric, RateBasis, Value
from bot.statistics.posts import PostRef
from bot.statistics.reports import Account, AccountReport, Freshness, Period, PostReport, Unit, beginning, last_days, period_text, whole

CACHED = {"": "live", "part": "in part from cache", "all": "from cache"}
CACHED_AGAIN = "PostPost answered from its cache, so the figures may be the same as before."
CACHED_AGAIN_IN_PART = "PostPost answered from its cache for {names}: these figures may be the same as before."
OTHERS = "The other figures are as LinkedIn gives them."
FAILED_MORE = ":warning: … and {n} more accounts couldn't be fetched."
ONE_FAILED_MORE = ":warning: … and 1 more account couldn't be fetched."
#: Written beside a sum whose accounts have rates.
RATE_NOT_ADDED = "A rate of members reached is per account: people aren't added up."
NONE_AT_ALL = ":warning: LinkedIn gave none of these figures this time."
LAST_DAYS = "{days} days"
THIS, LAST = "This {unit}", "Last {unit}"
#: The name of the metadata by which a card is found again in a thread (Slack's documentation: "Message metadata").
EVENT_TYPE = "linkedin_stats_card"
POST_NAME_LIMIT = 40
UNTITLED, POST_OF = "a post", "Post of {day}, {time} UTC"
#: Accounts or posts named in one line; the rest is counted.
MOST_NAMED = 8
#: Characters of the names in a footer; further names are counted.
_SOURCES_LENGTH = 80
CHOICES = (7, 28, 90)
#: How long the service caches figures (the specification, "cachedMetrics"); other pages of it differ, hence "usually".
CACHED_FOR = timedelta(minutes=30)
SOME = "{n} of {all} accounts"
_NAMED = 4


def account_name(account: Account) -> str:
    """The account's name on one line, or its id where the name is blank (foreign text, not escaped)."""
    return one_line(account.name, NAME_LIMIT) or one_line(account.platform_id, NAME_LIMIT)


def with_more(shown: Iterable[Element], others: Iterable[tuple[str, Element]], number: int = 0) -> list[Element]:
    """The buttons, and a menu of up to five ``others`` under these labels; longer ones stay buttons. ``number`` tells menus apart."""
    buttons, options = list(shown), list[Element]()
    for label, one in others:
        value = f"{one['action_id']} {one.get('value', '')}"
        if len(options) < most("overflow options") and len(value) <= OPTION_VALUE_LIMIT:
            options.append(option(label, value))
        else:
            buttons.append(one)
    more = f"{MORE}.{number}" if number else MORE
    return [*buttons, {"type": "overflow", "action_id": more, "options": options}] if options else buttons


def card_buttons(
    words: str, figures: Iterable[Figures], *, private: bool, beside: Sequence[Element] = (), more: Sequence[tuple[str, Element]] = ()
) -> list[Block]:
    """A card's row: Share (while only one person sees it), Refresh, the buttons in ``beside``, and a menu of ``more`` and the files.

    Buttons whose words do not fit are left out. No row where none of the ``figures`` is known and some could
    not be fetched: of nothing there is nothing to share, what helps is Retry alone.
    """
    kinds = {type(figure) for one in figures for figure in one.values()}
    if Failed in kinds and Value not in kinds:
        return []
    if not fits(words):
        buttons = with_more(beside, more)
    else:
        share = [button(SHARE, "Share to Channel", words, primary=True)] if private else []
        files = [(label, button(kind, label, words)) for kind, label in ((CSV, "Download CSV"), (XLSX, "Download Excel"))]
        buttons = with_more([*share, button(REFRESH, "Refresh", words), *beside], [*more, *files])
    return [actions(buttons)] if buttons else []


def retry(failed: Sequence[str], words: str, *, all_failed: bool) -> Block:
    bold = listed(f"*{name}*" for name in failed)
    text = NONE_AT_ALL if all_failed else f":warning: LinkedIn didn't give {bold} this time. {OTHERS}"
    return section(text, button(RETRY, RETRY_LABEL, words) if fits(words) else None)


def retry_several(names: Sequence[str], words: str) -> list[Block]:
    """Accounts or posts (escaped) with failed figures, with a button that asks for everything again; no block without names."""
    if not names:
        return []
    text = f":warning: I couldn't fetch everything this time: {some_of(names, MOST_NAMED)}."
    return [section(text, button(RETRY, RETRY_LABEL, words) if fits(words) else None)]


def has_failed(figures: Figures) -> bool:
    return any(isinstance(figure, Failed) for figure in figures.values())


def metadata(kind: str, words: str, *, private: bool) -> Mapping[str, Any] | None:
    """The metadata of a card in a channel: the question's words and ``kind``, "post" or "account"; None for a private card."""
    return None if private else {"event_type": EVENT_TYPE, "event_payload": {"words": words, "kind": kind}}


def source(freshness: Freshness) -> str:
    """The source in words: live, cached or remembered, with names where only a part is; names are foreign, not escaped."""
    if not freshness.recalled:
        return _part(CACHED[freshness.cached], freshness.cached_names)
    # Names of both kinds together are as long as those of one: small print stays small.
    most = _SOURCES_LENGTH // 2 if freshness.cached else _SOURCES_LENGTH
    recalled = _part("in part from a moment ago" if freshness.recalled_names else "from a moment ago", freshness.recalled_names, most)
    return f"{recalled}, {_part(CACHED[freshness.cached], freshness.cached_names, most)}" if freshness.cached else recalled


def _part(form: str, names: Sequence[str], most: int = _SOURCES_LENGTH) -> str:
    return f"{form} ({_first(names, most)})" if names else form


def _first(names: Sequence[str], most: int = _SOURCES_LENGTH) -> str:
    """The names as a list, as many as fit and at least one; with semicolons where names have lists of figures."""
    sizes = accumulate(len(name) + 2 for name in names)
    shown = max(1, sum(size <= most for size in sizes))
    more = [] if shown == len(names) else [f"{len(names) - shown} more"]
    return "; ".join([*names[:shown], *more]) if any(": " in name for name in names[:shown]) else some_of(names, shown)


def _with_figures(name: str, figures: Sequence[str]) -> str:
    """An account's or post's name, with its figures where not all of them are concerned."""
    return f"{name}: {_first(figures)}" if figures else name


def combined_freshness(parts: Sequence[tuple[str, Freshness]]) -> Freshness:
    """The sources of several accounts' or posts' figures, each with its name; the oldest dates them."""
    if len(parts) == 1:
        return parts[0][1]
    every = [one for _, one in parts]
    kinds = {one.cached for one in every}
    cached = "part" if len(kinds) > 1 else kinds.pop()
    recalled = [_with_figures(name, one.recalled_names) for name, one in parts if one.recalled]
    return Freshness(
        fetched_at=min(one.fetched_at for one in every),
        cached=cached,
        recalled=bool(recalled),
        cached_names=tuple(_with_figures(name, one.cached_names) for name, one in parts if one.cached) if cached == "part" else (),
        recalled_names=tuple(recalled) if len(recalled) < len(parts) or any(one.recalled_names for one in every) else (),
    )


def footer(freshness: Freshness, basis: RateBasis | None, *, by_days: bool) -> str:
    """A card's last line in mrkdwn. ``basis`` None leaves out the rate's formula; ``by_days`` adds that figures cover whole UTC days."""
    fetched = f"fetched {moment(freshness.fetched_at)}, {escape(source(freshness))}"
    parts = [UTC_DAYS, fetched] if by_days else [fetched[0].upper() + fetched[1:]]
    if basis is not None:
        parts.append(RATE_FORMULA.format(basis=RATE_BASIS[basis]))
    return " · ".join(parts)


def moment_time(at: datetime) -> str:
    """The time of day (of an aware time) in each reader's zone; in UTC where Slack draws no tokens."""
    return f"<!date^{int(at.timestamp())}^{{time}}|{at.astimezone(UTC):%H:%M} UTC>"


def cached_again(freshness: Freshness | None) -> str:
    """That refreshed figures came from the service's cache, and how long that may last; "" where they did not."""
    if freshness is None or not freshness.cached:
        return ""
    what = CACHED_AGAIN_IN_PART.format(names=escape(_first(freshness.cached_names))) if freshness.cached_names else CACHED_AGAIN
    return f"{what} By {moment_time(freshness.fetched_at + CACHED_FOR)} it usually has new ones."


def period_choice(report: AccountReport, today: date) -> list[Element]:
    """A menu of the same question for other periods; buttons where the words exceed a menu's 150 characters."""
    metrics = () if report.rate_only or report.metrics == ALL_METRICS else report.metrics
    question = to_text(AccountQuery(account=report.account.platform_id, metrics=metrics, daily=report.by_day, rate=report.rate_only))
    own = f"{question} {OWN_DATES} {period_text(report.period)}"
    if len(own) > OPTION_VALUE_LIMIT:
        values = {days: f"{question} {days}d" for days in CHOICES}
        return [button(period_id(days), LAST_DAYS.format(days=days).title(), value) for days, value in values.items() if fits(value)]
    periods = _periods(today)
    options = [option(label, f"{question} {words}") for label, words, _ in periods]
    same = [(one, period) for one, (_, _, period) in zip(options, periods, strict=True) if period == report.period]
    # On the 29th "this month" has the days of "28 days", and is compared with others.
    chosen = next((one for one, period in same if period.to_date == report.period.to_date), same[0][0] if same else None)
    return [select(PERIOD, "Other days", [*options, option("Own dates …", own)], chosen)]


def _periods(today: date) -> list[tuple[str, str, Period]]:
    """The menu's periods: label, words and days; without those that have no whole day yet."""
    yesterday = today - timedelta(days=1)
    choices = [(LAST_DAYS.format(days=days), f"{days}d", last_days(days, today)) for days in CHOICES]
    for unit in (Unit.WEEK, Unit.MONTH, Unit.QUARTER):
        begins = beginning(today, unit)
        if unit is not Unit.WEEK and begins <= yesterday:
            choices.append((THIS.format(unit=unit), f"this {unit}", Period(begins, yesterday, unit)))
        choices.append((LAST.format(unit=unit), f"last {unit}", whole(begins - timedelta(days=1), unit)))
    return choices


def sum_report(name: str, reports: Sequence[AccountReport], metrics: Sequence[Metric] = ()) -> AccountReport:
    """The sum over these accounts (same period) as the report of one named ``name``, without reach and so without a rate by reach."""
    first = reports[0]
    added = tuple(metric for metric in metrics or first.metrics if metric in ADDITIVE_METRICS)
    daily = {metric: total_daily(reports, metric) for metric in added}
    return AccountReport(
        account=Account("", name),
        period=first.period,
        figures={metric: total(reports, metric, daily[metric]).figure for metric in added},
        metrics=added,
        freshness=freshness(reports),
        before=first.before,
        before_figures={metric: total_before(reports, metric, daily[metric]).figure for metric in added} if first.before else None,
        daily=daily,
        basis=first.basis,
        summed=counted(reports),
        posted=_posted(counted(reports)),
        post_counts=tuple(post for one in counted(reports) for post in one.post_counts),
    )


def _posted(reports: Sequence[AccountReport]) -> dict[date, tuple[str, ...]]:
    days = {day for one in reports for day in one.posted}
    return {day: tuple(title for one in reports for title in one.posted.get(day, ())) for day in days}


def sum_name(reports: Sequence[AccountReport], failed: Sequence[FailedAccount] = ()) -> str:
    """The number of accounts in a sum, and of all accounts where some are missing: "8 accounts", "7 of 8 accounts"."""
    number, every = len(counted(reports)), len(reports) + len(failed)
    return accounts_word(every) if number == every else SOME.format(n=number, all=every)


def is_partial(reports: Sequence[AccountReport], failed: Sequence[FailedAccount] = ()) -> bool:
    return bool(failed or uncounted(reports))


def accounts_word(number: int) -> str:
    return "1 account" if number == 1 else f"{number} accounts"


def no_total(reports: Sequence[AccountReport]) -> str:
    """The sentence for accounts with figures but without any total; "" where no account has figures."""
    number = sum(one.has_value for one in reports)
    return f"no total, but figures of {accounts_word(number)}" if number else ""


def without_figures_notes(reports: Sequence[AccountReport]) -> Iterator[str]:
    """A sentence that names the accounts without any figure of the asked metrics, which are in no sum; names are foreign, not escaped."""
    if without := uncounted(reports):
        metrics = reports[0].metrics
        lacking = "figures" if set(metrics) >= set(DAILY_POST_METRICS) else f"figure of {listed(NOUNS[metric] for metric in metrics)}"
        yield f"LinkedIn has no {lacking} for {_named(without)}."


def missing_total_notes(reports: Sequence[AccountReport], metrics: Sequence[Metric] = ()) -> Iterator[str]:
    """A sentence for each metric without a total, naming the counted accounts that lack it; escaped."""
    for metric in (metric for metric in metrics or reports[0].metrics if metric in ADDITIVE_METRICS):
        summed = added_up(reports, metric)
        if summed.missing:
            why = "it couldn't be fetched" if isinstance(summed.figure, Failed) else "LinkedIn has no figure"
            yield f"No total of {NOUNS[metric]}: {why} for {escape(_named(summed.missing))}."


def _named(accounts: tuple[Account, ...]) -> str:
    return some_of([account_name(account) for account in accounts], _NAMED)


def freshness(reports: Sequence[AccountReport]) -> Freshness:
    """The sources of the figures of several reports; the oldest dates them."""
    return combined_freshness([(account_name(one.account), one.freshness) for one in reports])


def post_freshness(posts: Sequence[PostReport]) -> Freshness:
    return combined_freshness([(post_name(one), one.freshness) for one in posts])


def post_name(post: PostReport, limit: int = POST_NAME_LIMIT) -> str:
    """The post's title on one line (foreign text, not escaped); without one, when it was published, or its URN."""
    return one_line(post.title, limit) or post_of(post.post)


def post_of(post: PostRef) -> str:
    """A post without known words: "Post of Oct 26, 2023, 23:12 UTC"; its URN where its moment is unknown."""
    at = post.published_at
    return POST_OF.format(day=long_day(at.date()), time=f"{at:%H:%M}") if at else post.urn


def post_link(post: PostRef, title: str, limit: int) -> str:
    """A link to the post in mrkdwn: the beginning of its first line, else "a post"."""
    return f"<{post.url}|{escape(one_line(title, limit)).replace('|', '¦') or UNTITLED}>"


def posts_filling_in(posts: Sequence[PostReport]) -> list[str]:
    """The note that figures of posts younger than 24 hours may still grow, with their names (escaped); none without such posts."""
    young = [f"“{escape(post_name(post))}”" for post in posts if post.filling_in]
    return [f"Published less than 24 hours ago, so the figures may still grow: {listed(young)}."] if young else []
