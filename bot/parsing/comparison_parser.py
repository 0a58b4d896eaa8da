"""Parses `team`, `board`, `top`, `group` and `opt`: word meanings to queries."""

import re
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import chain
from typing import Final

from bot.errors import AmbiguousAccount, NotUnderstood, UnknownAccount
from bot.parsing import vocabulary
from bot.parsing.account_names import matching, name_pieces, names_among
from bot.parsing.dates import MONTH
from bot.parsing.follow_ups import CHATTER
from bot.parsing.languages import sentence_in
from bot.parsing.period_finder import period_spans
from bot.parsing.queries import GroupQuery, OptQuery, TeamQuery, TopQuery, VersusQuery, comparison_text
from bot.parsing.reasons import RANKED_ALL, reason_of
from bot.parsing.text import NUMBER_WORDS, excerpt, lazy_regex
from bot.parsing.tokens import TokenMeanings
from bot.parsing.vocabulary import FILLERS, GROUP, NOBODY, OPT_IN, OPT_OUT
from bot.statistics.comparison_reports import Ranking, View
from bot.statistics.metrics import Metric
from bot.statistics.reports import Account, Directory

LIST_ACCOUNTS = "`accounts` lists the accounts."
WITHOUT_POSTS = "`{verb}` takes accounts and a period, not posts."
COMPARE_POSTS = "Paste the posts alone, up to ten of them, and I compare them."
OF_ACCOUNTS = "A post has no {figure} of its own."
OF_ACCOUNTS_REMEDY = "LinkedIn counts them for an account. Ask for one, or for a figure that posts have:"
NO_VERSUS, SEVERAL_TOGETHER = "`{verb}` shows all accounts in one list, without `vs`.", "Ask like this:"
TWO_AT_A_TIME, TWO_REMEDY = "I compare two accounts at a time.", "`team` shows more of them, a row each:"
ONE_METRIC = "`top` ranks by one figure at a time."
ONE_METRIC_REMEDY = "Ask for one of them:"
NO_DAYS, NO_DAYS_REMEDY = "`{verb}` has no table by day.", "The card of one account has; or ask without it:"
OPT_WHOM = "Say which account: `{verb} acme`."
NOT_ONE_ACCOUNT = "“{name}” isn't one account here."
NO_SUCH_MEMBERS = "I don't know a group or account called “{names}”."
SEE_WHO = "`accounts` lists the accounts and `groups` the groups."
SEVERAL_MEMBERS = "“{name}” could be any of these: {names}."
SUMS_OF_GROUP = "`group` says who is in it; `team` adds up its figures."
NO_MEMBERS = "The group “{name}” needs accounts."
NO_MEMBERS_REMEDY = "Write for example `group sales = ann, bob`; `group sales = nobody` removes a group."
NO_SIGN = "There's no `=` between the group and its accounts."
SAY_LIKE = "Did you mean this?"
BAD_NAME = "“{name}” can't be a group's name."
BAD_NAME_REMEDY = "Choose one word of letters, digits and hyphens that has no other meaning here and isn't an account's name."


#: The verbs parsed here.
VERBS = frozenset({*vocabulary.SEVERAL_WORDS.values(), GROUP, OPT_OUT, OPT_IN})
_NAME = lazy_regex(r"[^\W_][\w-]{0,39}")
_MOST_NAMED = 4
#: Words with a meaning of their own.
_TAKEN = frozenset(
    chain(
        FILLERS,
        vocabulary.KNOWN_WORDS,
        vocabulary.METRIC_WORDS,
        vocabulary.SEVERAL_WORDS,
        vocabulary.FORMAT_WORDS,
        vocabulary.RANKING_WORDS,
        vocabulary.TOTALS_WORDS,
        vocabulary.MINIMUM_WORDS,
        vocabulary.VERSUS,
        vocabulary.HELP_WORDS,
        vocabulary.HELP_NAMES,
        vocabulary.SHARE_WORDS,
        (NOBODY, GROUP, "groups", "opt", vocabulary.ACCOUNT),
        ("last", "past", "previous", "this", "next", "since", "until", "digest", "alert", "goal", "allow"),
    )
)


_METRIC = rf"(?:{'|'.join(sorted(map(re.escape, vocabulary.METRIC_WORDS), key=len, reverse=True))})"
_DID = r"(?:(?:has|have|had|got|gets?|gained|received|is|was|were|did|does|do|performed|performs|made|makes) )*"
_MOST = r"(?:the )?(?:most|highest|biggest|largest|greatest|best|top)"
_OURS = r"(?:which|what|whose)(?: of (?:our|the|my))?"
_WHO = rf"(?:who(?:['’]s)?|which of us|{_OURS} (?:accounts?|persons?|people|profiles?|pages?|colleagues?|members?))"
_NUMBER = rf"\d+|{'|'.join(word for word in NUMBER_WORDS if ' ' not in word)}"
_ALL = r"(?:(?:all |our |the )*(?:accounts|team|people|colleagues)|everyone|everybody|us(?: all)?)"
_POSTS = r"(?:what|(?:which|what) (?:posts?|content))"
#: Words before posts that are not asked for by their days.
_NO_LIST = r"(?:top|best|most|worst|least|last|latest|newest|recent|many|number|per|average)\b"
_SINCE = rf"(?:last|from|in|of|since|between|published|this|yesterday|{MONTH})"
_SHARED = {"lik": "reactions", "comment": "comments", "discuss": "comments", "shar": "reshares", "repost": "reshares"}
_PEOPLE = r"(?:performers?|accounts?|profiles?|people|persons?|colleagues?|members?)"
_LIKED = _SHARED | dict.fromkeys(("view", "seen"), "impressions") | dict.fromkeys(("engag", "popular", "successful", "viral"), "")
_OF_US, _PAGES = r"(?: the| our)?", r"(?:accounts?|pages|profiles|channels|everyone|everybody|of us|us)"
_LEADS = rf"(?:best|(?:our|the) (?:best|strongest|top)(?= {_SINCE}\b|\W*$)|won|wins|winning|leading|ahead|on top|better)"
#: Questions for all accounts, or for the one account or post with the most of a figure, and the words for them.
_MOST_OF = tuple(
    (lazy_regex(rf"\b{pattern}", re.IGNORECASE), words)
    for pattern, words in (
        (r"(?<=\d )posts? of the (week|month|quarter|year)\b", r"posts this \1"),
        (r"(?:(?:top|best) )?posts? of the (week|month|quarter|year)\b", r"top this \1"),
        (
            rf"{_WHO} {_DID}(?:(?:gr[eo]wn?|grows|growing|improved|improving|rose|rising)(?: (?:the )?(?:most|fastest))?|{_MOST} growth)\b",
            "board growth",
        ),
        (rf"{_WHO} {_DID}{_MOST} (?={_METRIC}\b)", "team "),
        (rf"{_WHO} {_DID}(?:{_LEADS}|{_MOST}(?= (?:engagement|rate)))\b", "board"),
        (rf"(?:top|best)(?: performing)?(?: \d+)? {_PEOPLE}(?= by {_METRIC}\b)", "team"),
        (rf"(?:top|best)(?: performing)?(?: \d+)? {_PEOPLE}\b", "board"),
        (rf"{_OURS} posts? {_DID}{_MOST} (?={_METRIC}\b)", "top "),
        (
            rf"{_POSTS} (?:did|has|have) (?P<who>\S+(?: \S+){{0,2}}?) (?:post(?:ed)?|publish(?:ed)?|shared?)\b(?! about)",
            r"top \g<who>",
        ),
        (
            rf"^\W*(?!.*\b(?:{_METRIC}|how|did|compare|vs|versus)\b)(?P<who>(?:(?!{_NO_LIST})[\w'’&-]+ ){{0,4}}?)posts (?={_SINCE}\b)",
            r"top \g<who>",
        ),
        (r"\b(yesterday|today|(?:mon|tues|wednes|thurs|fri|satur|sun)day)['’]?s posts?\b", r"top \1"),
        (r"\b(?:by|for each) post\b", "top"),
        (r"\bgrowth rate\b", "growth"),
        (r"\bacc(?:n?t)?s\b", "accounts"),
        (r"\b(?:ppl|persons|users)\b", "people"),
        (rf"{_POSTS} (?:did|drove|caused|brought|made) (?:that|this|it|them|those)\b", "top"),
        (rf"\bwhat (?:worked|performed|resonated|landed)(?: best| well)?(?= (?:on )?{_SINCE}\b|\W*$)", "top"),
        (r"\b(?:most )?(?:viral|popular|successful|high-performing) (?=(?:posts?|content)\b)", "top "),
        (r"\bcompare all(?: (?:the |our )*accounts)?", "team"),
        (r"(?:(?<=week)|(?<=month)|(?<=quarter)|(?<=year)|(?<=yesterday)|(?<=days)) all\W*$", " team"),
        (r"\b(?:(?:for|of) )?(?:all of us|us all)\b", "team"),
        (r"\b(?:these days|nowadays)\b", ""),
        (r"^\W*(?:(?:show|list|see|give)(?: me)? )?(?:the|their|his|her|its|those|all|all the) posts\W*$", "top"),
        (
            rf"^\W*(?:(?:all|the|show|list|me) )*posts (?:by|from) (?P<who>(?!{_SINCE}\b)\S+(?: \S+)??)(?= (?:in |on )?{_SINCE}\b|\W*$)",
            r"top \g<who>",
        ),
        (r"\bour (?:linkedin )?(?:pages|profiles|channels)\b", "team"),
        (r"\bpeople (?:who |that )?(?:liked|reacted(?: to)?)\b", "reactions"),
        (rf"(?:which|what)(?: of (?:them|these|those))?(?: ones?)? {_DID}{_MOST} (?={_METRIC}\b)", ""),
        (rf"{_POSTS} (?:was|were|got|went) (?:posted|published|shared|out|live)\b", "top"),
        (rf"^\W*(?:compare )?all (?:(?:the |our )*accounts (?=\w)|(?={_SINCE}\b))", "team "),
        (r"all(?: of us| accounts?)? (?=(?:except|without|excluding|but)\b)", "team "),
        (rf"(?:posts? )?(?:with|that (?:got|had|have|has)) {_MOST} (?={_METRIC}\b)", "top "),
        (rf"(?:rank(?: {_ALL})?|board|leaderboard|ranking)(?= (?:by|on) {_METRIC}\b)", "team"),
        (rf"({_NUMBER}) (?:best|top) (?=posts?\b)", r"top \1 "),
        (r"how many people (?=.*\breach)", "how many "),
        (r"posts? (?:ranked|sorted|ordered) by\b", "top"),
        (rf"rank {_ALL}\b", "board"),
        (rf"(?:(?:of|for|from|in|by|across|over) (?:all|each|every)(?: of)?{_OF_US}|across{_OF_US}|by|per) {_PAGES}\b", "team"),
    )
)
_TIME = r"(?:times?|hours?|(?:week)?days?)(?: of (?:the )?(?:day|week|month))?"
_WHEN = rf"(?:when|(?:on |at )?(?:what|which) {_TIME})"
_GOOD, _POST = r"(?:best|good|better|ideal|right|optimal)", r"(?:post|posting|publish|publishing)\b"
_KIND = r"(?:texts?|videos?|pictures?|images?|photos?|documents?|carousels?)(?: posts?)?"
#: Questions for the times when posts do best, and for their formats: "which weekday is best to post", "do videos work better than text".
_BEST_TIMES = lazy_regex(
    rf"\b{_GOOD} posting {_TIME}\b"
    rf"|\b(?:{_WHEN}(?:['’]?s| is| are| would be)? (?:the |an? )?{_GOOD}(?: {_TIME})?|{_GOOD} {_TIME})"
    rf" (?:(?:to|for|of) )?(?:(?:us|me) to )?{_POST}"
    rf"|\b(?:{_WHEN}|what) (?:works?|performs?|does|do) (?:the )?best\b(?! {_POST})|\b{_WHEN} (?:is|are) (?:the )?best\b(?! {_POST})"
    rf"|\b{_WHEN} (?:should|shall|do|to|must|can)(?: (?P<who>\S+(?: \S+){{0,3}}?))? (?:be )?{_POST}"
    r"|\b(?:(?:what|which)(?: post)? formats? (?:works?|performs?|does|do|is|are) (?:the )?best|(?:best|top)(?: post)? formats?"
    r"|(?:post )?formats|by (?:post )?format)\b"
    rf"|\b(?:(?:do|does|did|are|is) )?{_KIND} (?:(?:work|perform|do)s? )?(?:better|best)(?: than {_KIND})?\b"
    rf"|\b{_KIND} (?:(?:work|perform|do)s? )?(?:vs\.?|or|versus) {_KIND}"
    r"|\b(?:what|which) (?:kinds?|types?|sorts?) of (?:posts?|content)\b.*?\b(?:works?|performs?|does|do)\b(?: best| well)?",
    re.IGNORECASE,
)
_MOST_LIKED = lazy_regex(rf"\bmost[ -](?P<what>{'|'.join(_LIKED)})(?:e?d|ing)?(?: on)? (?=(?:\w+ )?(?:posts?|updates?)\b)", re.IGNORECASE)


def ranking_words(text: str) -> str:
    """The text with `team`, `board`, `top` or `best times` in the place of "who had the most …", "most liked post", "when to post"."""
    text = _BEST_TIMES.sub(lambda found: f"{vocabulary.BEST_TIMES} {found['who'] or ''}", text, count=1)
    for pattern, words in _MOST_OF:
        text = pattern.sub(words, text, count=1)
    return _MOST_LIKED.sub(lambda found: f"top {_LIKED[found['what'].lower()]} ", text)


def settle(meaning: TokenMeanings, directory: Directory, *, beside_posts: bool) -> TeamQuery | TopQuery | GroupQuery | OptQuery:
    """The query of a text whose verb is one of ``VERBS``; the service resolves the names of groups and accounts in it.

    Raises:
        NotUnderstood: there are posts, several figures to rank by, or an impossible group.
        UnknownAccount: a name that no account has.
    """
    if beside_posts:
        raise NotUnderstood(WITHOUT_POSTS.format(verb=meaning.verb), remedy=COMPARE_POSTS)
    if CHATTER.issuperset(word.lower() for word in meaning.rest_words):
        meaning = replace(meaning, rest_words=())
    match meaning.verb:
        case vocabulary.GROUP:
            return _group(meaning.rest_words, directory)
        case vocabulary.OPT_OUT | vocabulary.OPT_IN:
            return _opt(meaning, directory)
    query = _top(meaning) if meaning.verb == vocabulary.TOP else _team(meaning)
    check_days(meaning.verb, query, daily=meaning.daily)
    return query


def _team(meaning: TokenMeanings) -> TeamQuery:
    return TeamQuery(
        View(meaning.verb),
        meaning.rest,
        meaning.period,
        meaning.metrics,
        Ranking(meaning.ranking or Ranking.RATE),
        meaning.minimum,
        meaning.totals,
        meaning.share,
        meaning.export,
    )


def check_sides(before: TokenMeanings, after: TokenMeanings, *, directory: Directory) -> None:
    """Refuses `vs` with team, board and top, and between more than two sides; the suggestion names all of them without it."""
    tokens, verb = (*before.tokens, *after.tokens), next((verb for verb in (before.verb, after.verb) if verb in VERBS), "")
    named, names = (
        [word for word in words if word.lower() not in vocabulary.VERSUS] for words in (tokens, (*before.rest_words, *after.rest_words))
    )
    if not verb and len(named) == len(tokens):
        return
    together = " ".join(named if verb else (vocabulary.TEAM, *named))
    sentence, remedy = (NO_VERSUS.format(verb=verb), SEVERAL_TOGETHER) if verb else (TWO_AT_A_TIME, TWO_REMEDY)
    if names_among(names, directory)[1]:
        ranked = (vocabulary.BOARD, f"{vocabulary.BOARD} last month") if verb else ()
        raise NotUnderstood(sentence, remedy=RANKED_ALL if verb else remedy, suggestions=ranked)
    raise NotUnderstood(sentence, remedy=remedy, suggestions=(together,))


def check_days(verb: str, query: TeamQuery | TopQuery | VersusQuery, *, daily: bool) -> None:
    """Refuses a table by day of several accounts, posts or periods; the question is offered without it."""
    if daily:
        raise NotUnderstood(NO_DAYS.format(verb=verb), remedy=NO_DAYS_REMEDY, suggestions=(comparison_text(query), vocabulary.DAILY))


def check_of_posts(metrics: Iterable[Metric], instead: str) -> None:
    """Refuses a metric that posts do not have; ``instead`` can be asked in its place."""
    if metric := next((metric for metric in metrics if not metric.definition.of_posts), None):
        word = metric.definition.word
        raise NotUnderstood(
            OF_ACCOUNTS.format(figure=metric.definition.label.lower()), remedy=OF_ACCOUNTS_REMEDY, suggestions=(word, instead)
        )


def _top(meaning: TokenMeanings) -> TopQuery:
    check_of_posts(meaning.metrics, f"{vocabulary.TOP} {Metric.IMPRESSION.definition.word}")
    if len(meaning.metrics) > 1:
        each = tuple(_with_one(meaning, metric) for metric in meaning.metrics)
        raise NotUnderstood(ONE_METRIC, remedy=ONE_METRIC_REMEDY, suggestions=each)
    most = max(vocabulary.MOST_TOP if meaning.most is None else meaning.most, 1)
    return TopQuery(meaning.rest, meaning.period, next(iter(meaning.metrics), None), most, meaning.share, meaning.export)


_LONGEST_METRIC: Final = max(len(word.split()) for word in vocabulary.METRIC_WORDS)


def _with_one(meaning: TokenMeanings, metric: Metric) -> str:
    """The question's words with this metric in place of all named ones, also of several words ("people saw")."""
    words = [word.lower() for word in meaning.tokens]
    others: list[str] = []
    at = 0
    while at < len(words):
        longest = next((size for size in range(_LONGEST_METRIC, 0, -1) if " ".join(words[at : at + size]) in vocabulary.METRIC_WORDS), 0)
        others += meaning.tokens[at : at + 1] if not longest else []
        at += longest or 1
    return " ".join((*others, vocabulary.METRIC_NAMES[metric]))


def _opt(meaning: TokenMeanings, directory: Directory) -> OptQuery:
    if not meaning.rest:
        raise NotUnderstood(OPT_WHOM.format(verb=meaning.verb), remedy=LIST_ACCOUNTS)
    found = matching(meaning.rest, directory)
    if len(found) != 1:
        each = tuple(f"{meaning.verb} {account.platform_id}" for account in found)
        raise UnknownAccount(NOT_ONE_ACCOUNT.format(name=excerpt(meaning.rest)), remedy=LIST_ACCOUNTS, suggestions=each)
    return OptQuery(found[0].platform_id, meaning.verb == OPT_OUT)


def _group(tokens: tuple[str, ...], directory: Directory) -> GroupQuery:
    name, sets, members = " ".join(tokens).partition("=")
    name = name.strip().strip('"').lower()
    if not sets and name in ("", "list", "show", "all"):
        return GroupQuery()
    if not sets and period_spans(tokens):
        raise NotUnderstood(SUMS_OF_GROUP, remedy=SEVERAL_TOGETHER, suggestions=(" ".join((vocabulary.TEAM, *tokens)),))
    first, *others = tokens or ("",)
    if others and not sets and can_name(first.lower()) and others[0].lower() not in ("add", "remove", "plus", "without"):
        raise NotUnderstood(NO_SIGN, remedy=SAY_LIKE, suggestions=(f"{GROUP} {first.lower()} = {' '.join(others)}",))
    _check_name(name, directory, new=bool(sets))
    return GroupQuery(name, _members(name, members, directory) if sets else None)


def _check_name(name: str, directory: Directory, *, new: bool) -> None:
    if not can_name(name) or (new and matching(name, directory)):
        raise NotUnderstood(BAD_NAME.format(name=excerpt(name)), remedy=BAD_NAME_REMEDY)


def can_name(name: str) -> bool:
    """Whether a text can be a group's name: one lower-case word without any other meaning."""
    return bool(_NAME.fullmatch(name)) and name not in _TAKEN and not name.isdecimal() and not period_spans((name,))


def _members(name: str, members: str, directory: Directory) -> tuple[str, ...]:
    if members.strip().lower() == NOBODY:
        return ()
    found = accounts_named(members, directory)
    if not found:
        raise NotUnderstood(NO_MEMBERS.format(name=name), remedy=NO_MEMBERS_REMEDY)
    return found


def accounts_named(text: str, directory: Directory, unnamed: Container[str] = ()) -> tuple[str, ...]:
    """The platform ids of the accounts that a text names, in order, each once.

    An ambiguous name never means those in ``unnamed`` (platform ids), which no error names either.

    Raises:
        AmbiguousAccount: a name means several accounts.
        UnknownAccount: a word names none.
    """
    tokens = [word for word in vocabulary.tokenize(text) if word.lower() not in FILLERS and word.lower() != "or"]
    pieces = list(name_pieces(tokens, directory))
    if unknown := [piece for piece, found in pieces if not found and piece.lower() not in CHATTER]:
        if foreign := sentence_in([word.lower() for word in tokens]):
            raise NotUnderstood(foreign)
        if reason := reason_of(unknown, tokens):
            raise NotUnderstood(reason[0], remedy=reason[1], suggestions=reason[2])
        raise UnknownAccount(NO_SUCH_MEMBERS.format(names=excerpt(", ".join(unknown))), remedy=SEE_WHO)
    return tuple(dict.fromkeys(_one_of(piece, found, unnamed) for piece, found in pieces if found))


def _one_of(piece: str, found: tuple[Account, ...], unnamed: Container[str]) -> str:
    named = [account for account in found if account.platform_id not in unnamed] or found[:1]
    if len(named) > 1:
        names = ", ".join(account.name for account in named[:_MOST_NAMED])
        raise AmbiguousAccount(SEVERAL_MEMBERS.format(name=excerpt(piece), names=names), remedy=SEE_WHO)
    return named[0].platform_id
