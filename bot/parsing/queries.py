"""Queries as values, and the canonical text of each that buttons carry."""

from msgspec import Struct

from bot.parsing import vocabulary
from bot.statistics.aggregate import Side
from bot.statistics.metrics import Metric, Ranking, View
from bot.statistics.posts import PostRef
from bot.statistics.reports import Period, command_words, id_word


class CompareQuery(Struct, frozen=True):
    """Two to ten posts side by side. ``account`` is used where a post's own is unknown; ``export`` is "", "csv" or "xlsx"."""

    posts: tuple[PostRef, ...]
    account: str | None = None
    metrics: tuple[Metric, ...] = ()
    share: bool = False
    period_ignored: bool = False
    export: str = ""


class VersusQuery(Struct, frozen=True):
    """Two accounts, or two periods of one account, side by side."""

    left: Side
    right: Side
    metrics: tuple[Metric, ...] = ()
    share: bool = False
    export: str = ""


class TeamQuery(Struct, frozen=True):
    """All accounts, or those of ``who``: a group's name or accounts as typed, "" for all.

    ``minimum`` is how many impressions a place on the board takes, None for the usual; ``totals`` leaves out every account's own row, and
    ``most`` all rows after so many.
    """

    view: View
    who: str = ""
    period: Period | None = None
    metrics: tuple[Metric, ...] = ()
    ranking: Ranking = Ranking.RATE
    minimum: int | None = None
    totals: bool = False
    share: bool = False
    export: str = ""
    most: int | None = None


class TopQuery(Struct, frozen=True):
    """The best known posts of a period, by ``metric``, or by engagement rate when None.

    ``who`` as in :class:`TeamQuery`, "" for the default account. ``minimum`` is how many impressions a place takes, None for the usual.
    """

    who: str = ""
    period: Period | None = None
    metric: Metric | None = None
    most: int = 10
    share: bool = False
    export: str = ""
    minimum: int | None = None


class TimesQuery(Struct, frozen=True):
    """When the account's known posts did best; ``account`` is a platform id or None, ``period`` None the last 90 days."""

    account: str | None = None
    period: Period | None = None
    share: bool = False
    export: str = ""


class GroupQuery(Struct, frozen=True):
    """A group by its ``name``: shown (``members`` is None), set to these accounts, or removed (none); without a name, all groups.

    With the ``change`` "add" or "remove" it has these accounts too, or no longer; with "new" it is set where there is none of that name.
    With "add" those ``gone`` are taken out at the same time.
    """

    name: str = ""
    members: tuple[str, ...] | None = None
    change: str = ""
    gone: tuple[str, ...] = ()


class OptQuery(Struct, frozen=True):
    """An account leaves the team's answers (``out``), or comes back. ``account`` is a platform id."""

    account: str
    out: bool


class LinkQuery(Struct, frozen=True):
    """Link an account (platform id) to a person (Slack user id); "" removes the link."""

    account: str
    user: str


class PostQuery(Struct, frozen=True):
    """One post's figures. ``account`` is a platform id or None when the words name none; ``rate`` asks for the engagement rate alone."""

    post: PostRef
    account: str | None = None
    metrics: tuple[Metric, ...] = ()
    share: bool = False
    period_ignored: bool = False
    export: str = ""
    rate: bool = False


class AccountQuery(Struct, frozen=True):
    """An account's period. ``account`` is a platform id or None; ``period`` None is the default, the last 7 whole days.

    ``rate`` asks for the engagement rate alone. ``export`` is "csv" or "xlsx" when a file is wanted as well, else "".
    """

    account: str | None = None
    period: Period | None = None
    metrics: tuple[Metric, ...] = ()
    daily: bool = False
    share: bool = False
    export: str = ""
    rate: bool = False


class StartQuery(Struct, frozen=True):
    """An empty command: the start page."""


class CourtesyQuery(Struct, frozen=True):
    """Thanks, or a mere agreement."""

    thanks: bool


class HelpQuery(Struct, frozen=True):
    """``help [topic]``; ``topic`` is one of the help's topics, or ""."""

    topic: str = ""


class AccountsQuery(Struct, frozen=True):
    """``accounts``: lists every connected account with its state."""


class StatusQuery(Struct, frozen=True):
    """``status``: the state of the services that the bot depends on."""


class DefaultQuery(Struct, frozen=True):
    """``default acme`` sets the channel's account, ``default nobody`` (``account`` "") takes it away; ``default`` (None) shows it."""

    account: str | None = None


#: What asks for figures.
FiguresQuery = PostQuery | AccountQuery | CompareQuery | VersusQuery | TeamQuery | TopQuery | TimesQuery
#: What asks for something else.
OtherQuery = StartQuery | CourtesyQuery | HelpQuery | AccountsQuery | StatusQuery | DefaultQuery | GroupQuery | OptQuery | LinkQuery
Query = FiguresQuery | OtherQuery

#: The word for every account, where `top` would use the default one.
EVERYBODY = "team"


def to_text(ask: Query) -> str:
    """The canonical words of a query, which parse to the same query."""
    ends = getattr(ask, "export", ""), vocabulary.SHARE if getattr(ask, "share", False) else ""
    return " ".join(filter(None, (*_words(ask), *ends))) or (vocabulary.ACCOUNT if isinstance(ask, AccountQuery) else "")


def _words(ask: Query) -> tuple[str, ...]:  # noqa: C901, PLR0911, PLR0912  # a case for each kind of query
    match ask:
        case PostQuery():
            return ask.post.urn, _named(ask.account), *_figures(ask.metrics, ask.rate), vocabulary.DAILY if ask.period_ignored else ""
        case AccountQuery():
            return _named(ask.account), _days(ask.period), *_figures(ask.metrics, ask.rate), vocabulary.DAILY if ask.daily else ""
        case CompareQuery():
            posts = (post.urn for post in ask.posts)
            return *posts, _named(ask.account), *_figures(ask.metrics), vocabulary.DAILY if ask.period_ignored else ""
        case VersusQuery():
            return *_side(ask.left), vocabulary.VERSUS_SIGN, *_side(ask.right), *_figures(ask.metrics)
        case TeamQuery():
            ranking = "" if ask.ranking is Ranking.RATE else ask.ranking.value
            rows = (vocabulary.TOTALS if ask.totals else "", "" if ask.most is None else f"{ask.most} {vocabulary.ROWS}")
            return ask.view.value, _days(ask.period), ask.who, ranking, _minimum(ask), *rows, *_figures(ask.metrics)
        case TopQuery():
            # Right after `top`, some words would have another meaning: "top accounts", "top week".
            most = "" if ask.most == vocabulary.MOST_TOP and (ask.period or not ask.who) else f"{ask.most} posts"
            return vocabulary.TOP, most, _days(ask.period), ask.who, *_figures((ask.metric,) if ask.metric else ()), _minimum(ask)
        case TimesQuery():
            return vocabulary.BEST_TIMES, _named(ask.account), _days(ask.period)
        case GroupQuery(members=None):
            return vocabulary.GROUP, ask.name
        case GroupQuery():
            sign = "" if ask.change in ("add", "remove") else "="
            members, gone = (", ".join(map(id_word, some)) for some in (ask.members or (), ask.gone))
            return vocabulary.GROUP, ask.name, ask.change, sign, members or vocabulary.NOBODY, f"remove {gone}" if gone else ""
        case OptQuery():
            return vocabulary.OPT_OUT if ask.out else vocabulary.OPT_IN, id_word(ask.account)
        case LinkQuery():
            return vocabulary.LINK if ask.user else vocabulary.UNLINK, f"<@{ask.user}>" if ask.user else "", id_word(ask.account)
        case DefaultQuery():
            return vocabulary.DEFAULT, vocabulary.NOBODY if ask.account == "" else _named(ask.account)
        case HelpQuery():
            return vocabulary.HELP, ask.topic
        case CourtesyQuery():
            return (vocabulary.THANKS if ask.thanks else vocabulary.OK,)
        case AccountsQuery() | StatusQuery():
            return (vocabulary.ACCOUNTS if isinstance(ask, AccountsQuery) else vocabulary.STATUS,)
    return ()


def _named(account: str | None) -> str:
    return id_word(account) if account else ""


def _days(period: Period | None) -> str:
    return command_words(period) if period else ""


def _side(side: Side) -> tuple[str, str]:
    return _named(side.account), _days(side.period)


def _figures(metrics: tuple[Metric, ...], rate: bool = False) -> tuple[str, ...]:  # the second of two figures
    return *(vocabulary.METRIC_NAMES[metric] for metric in metrics), vocabulary.ENGAGEMENT if rate else ""


def _minimum(ask: TeamQuery | TopQuery) -> str:
    return "" if ask.minimum is None else f"min {ask.minimum}"
