"""Completes a question in a thread from the thread's subject; "the month before" is the one before the thread's.

::

    under an account's card    "comments only"           that account and period, one metric
                               "what about bob?"         bob, the same days
    under a board or a top     "and the month before?"   the same accounts, earlier
    under two sides            "28d"                     both accounts over other days
"""

import re
from datetime import date, datetime
from typing import Final

from msgspec.structs import replace

from bot.errors import BadPeriod, NotUnderstood, UsageError
from bot.lazy_regex import lazy_regex
from bot.parsing import follow_ups, vocabulary
from bot.parsing.courtesies import courtesy
from bot.parsing.parser import ParsedText, parse_text
from bot.parsing.period_finder import period_spans
from bot.parsing.rankings import METRIC, NUMBER, ranking_words, without_figures
from bot.parsing.reasons import RANKED_ALL, WHO_ELSE
from bot.parsing.relative_periods import part_of
from bot.parsing.text import number_in
from bot.parsing.tokens import TokenMeanings
from bot.statistics.metrics import Metric
from bot.statistics.reports import Period, command_words

#: Verbs about several accounts that a thread can have.
_SEVERAL: Final = frozenset({vocabulary.TEAM, vocabulary.BOARD, vocabulary.TOP, vocabulary.BEST_TIMES})
_RANKED: Final = (vocabulary.TEAM, vocabulary.BOARD)
_LED = r"\W*(?:(?:and|so|now|ok|please|pls|can you|could you|then|show|list|give|me|us|only|just)\s+)*"
#: "Who won?", "swap them", below two sides.
_WHO_WON = lazy_regex(
    rf"{_LED}(?:who|which(?: one)?)(?:['’]s| is| was| did| has| does| of (?:them|these|the two))*"
    r" (?:won|wins?|winning|best|better|ahead|leads?|leading|stronger|first)(?: (?:off|here|now))?\W*",
    re.IGNORECASE,
)
_WHO_HAS_MORE = lazy_regex(
    rf"{_LED}(?:who|which(?: one)?) (?:(?:has|had|got|gets|gained|won|is|was|with|the) )*(?:more|most|higher|better|highest)"
    rf" (?:new )?(?P<figure>{METRIC}|engagement)(?: rate)?\W*",
    re.IGNORECASE,
)
_SWAP = lazy_regex(rf"{_LED}(?:swap|flip|reverse|the other way (?:a?round))(?: (?:it|them|sides|both|the sides))?\W*", re.IGNORECASE)
_AND = lazy_regex(r"\W*(?:(?:and|so|now|then)\b\W*)+", re.IGNORECASE)
#: "Which one is better?", "side by side", which need two accounts or posts.
_OF_TWO = lazy_regex(
    rf"{_LED}(?P<what>which(?: one)?(?: of (?:them|these|the two))?(?: is| was| did| does| has)?(?: the)? (?:better|best|stronger)"
    r"|(?:both )?(?:in|on) one (?:table|card|view|chart|message)|both|side by side|(?:both )?together)(?: (?:please|pls|now))?\W*",
    re.IGNORECASE,
)
#: "All of them", below a card of some figures.
_ALL_FIGURES = lazy_regex(
    rf"{_LED}(?:actually\W+|no\W+)?(?:all|everything)(?: of (?:it|them|these))?(?: (?:again|please|pls))*\W*", re.IGNORECASE
)
#: "Remove the daily split".
_NO_DAYS = lazy_regex(
    rf"{_LED}(?:without|no|not|remove|drop|hide|lose|skip)(?: the)? (?:daily|by day|per day|days?|table)"
    r"(?: (?:split|breakdown|table|rows))?\W*",
    re.IGNORECASE,
)
_OF_ALL = lazy_regex(
    rf"{_LED}(?:(?:(?:what|how) about|for|of|from|across|in) )*"
    r"(?:(?:all|every)(?: (?:the|our))? accounts?|everyone|everybody|(?:the )?(?:whole )?team)\W*",
    re.IGNORECASE,
)
_IN_TOTAL = lazy_regex(rf"{_LED}(?:(?:in|the) )?(?:totals?|sum|altogether|combined|together|added up)\W*", re.IGNORECASE)
#: "Add bob", "together with bob".
_ADDED = lazy_regex(
    rf"{_LED}(?:\+|add(?! up\b)|include|plus|together with|along with|bring back|(?:put|bring)(?=.* back))"
    r" (?P<who>\S.*?)(?: (?:back|again|too|as well))*\W*",
    re.IGNORECASE | re.DOTALL,
)
#: "Drop bob", "leave bob out".
_REMOVED = lazy_regex(
    rf"{_LED}(?:(?:drop|remove|exclude|hide|skip|omit|ignore|without|except|minus|(?P<no>no|not))(?! (?:in|of|from)\b)|leave out|take out"
    r"|leave(?=.* out\W*$)) "
    r"(?P<who>\S.*?)(?: out)?\W*",
    re.IGNORECASE,
)
_FIGURE_TOO = lazy_regex(rf"{_LED}(?P<who>{METRIC}) (?:too|as well|also|back)\W*", re.IGNORECASE)
#: "Sort by likes", "show only the top 3", below a team or a board; "more" below the best posts.
_SORTED = lazy_regex(
    rf"{_LED}(?:(?:sort|rank|order)(?:ed|ing)? )?(?:(?:it|them|this|that) )?by (?:the )?(?:number of )?"
    rf"(?P<figure>{METRIC}|growth|(?:engagement )?rate|engagement)\W*",
    re.IGNORECASE,
)
_FIRST_ROWS = lazy_regex(
    rf"{_LED}(?:the )?(?:top|first|best) (?P<n>{NUMBER})(?: (?:only|rows|accounts|people|please|pls|of them))*\W*", re.IGNORECASE
)
#: "More likes than <link>", below a post.
_FIGURE_OF_TWO = lazy_regex(rf"\W*{METRIC}\s+vs\s", re.IGNORECASE)
_MORE_POSTS = lazy_regex(rf"{_LED}more(?: (?:posts|of them|please|pls))*\W*", re.IGNORECASE)


def in_thread(text: str, context: str, today: date, now: datetime | None = None, *, posts: bool = True) -> ParsedText:
    """The question in a text, completed from ``context``, the thread's subject: canonical words, or a link.

    A context that cannot be parsed is ignored; posts, accounts and verbs of the question take precedence. With ``posts`` False only the
    account of the context's posts is used. Raises UsageError: as ``parser.parse_text``.
    """
    try:
        about = parse_text(context, today, now)
    except UsageError:
        return parse_text(text, today, now)
    if courtesy(text):
        return parse_text(text, today, now)
    if about.posts and (not posts or vocabulary.ACCOUNT in vocabulary.tokenize(text.lower())):
        about = replace(about, posts=())
    text, about = _reworded(text, about)
    text = ranking_words(text)
    compares, goes_on = bool(about.posts) and bool(follow_ups.compares(text) or _FIGURE_OF_TWO.match(text)), follow_ups.goes_on(text)
    text = follow_ups.question_in(text, today)
    # Where the context has two sides, the right one may have the period.
    period = about.meaning.period or (about.against.period if about.against is not None else None)
    if period and not (about.verb or about.against or about.posts):
        text = follow_ups.on_year(text, period)
    if about.posts:
        text = follow_ups.of_today(text)
    elif about.verb != vocabulary.TOP:
        # "90" below a card is as many days.
        text = re.sub(r"^\W*(?:last |past )?(\d{1,3})\W*$", r"\1d", text)
    text = follow_ups.plain(follow_ups.with_days(text, period))
    words = _parsed(text, about, today, now)
    if compares and words.posts:
        both = tuple(dict.fromkeys((*about.posts, *words.posts)))
        tokens = (*words.meaning.tokens, *about.meaning.rest_words)
        return replace(
            words, posts=both, against=None, meaning=replace(words.meaning, verb="", tokens=tokens, rest_words=about.meaning.rest_words)
        )
    ignored = vocabulary.CHATTER if about.verb in _SEVERAL else vocabulary.CHATTER | vocabulary.TOTALS_WORDS
    if words.rest and ignored.issuperset(word.lower() for word in words.meaning.rest_words):
        words = replace(words, meaning=replace(words.meaning, rest_words=()))
    ranks = not vocabulary.RATE_WORDS.isdisjoint(map(str.lower, words.meaning.tokens))
    if (words.rest or ranks) and not words.verb and about.verb in _SEVERAL:
        # "growth" and "min 500" have a meaning only with a board.
        beside = parse_text(f"{about.verb} {text}", today, now)
        words = words if beside.rest and not follow_ups.leaves_out(text) else beside
    words = _with_same_days(words, period) if goes_on and period else words
    # "How did acme do last week?" is a question of its own, also below the best posts.
    is_whole = words.rest and words.meaning.period and not (goes_on or words.against)
    return replace(words if is_whole else _filled(words, about), above=about)


def _with_same_days(words: ParsedText, period: Period) -> ParsedText:
    """Two accounts over the days above, where they have none of their own: "and acme vs bob?"."""
    left, right = words.meaning, words.against
    if right is None or left.period or right.period or not (left.rest_words and right.rest_words):
        return words
    return replace(words, meaning=replace(left, period=period), against=replace(right, period=period))


def _reworded(text: str, about: ParsedText) -> tuple[str, ParsedText]:
    """The question in words that are understood everywhere, where it has a meaning only below such a card; "" for the same card."""
    every = (metric for metric in Metric if metric.definition.of_posts or not about.posts)
    text = without_figures(text, about.meaning.metrics or tuple(every))
    if about.against and _SWAP.fullmatch(text):
        return "", replace(about, meaning=about.against, against=about.meaning)
    of_two, are_two = _OF_TWO.fullmatch(text), about.against or len(about.posts) > 1
    if of_two and not are_two and (not about.verb or of_two["what"].lower() == "both"):
        raise NotUnderstood(WHO_ELSE.format(word=of_two["what"]), remedy=RANKED_ALL, suggestions=(vocabulary.BOARD, vocabulary.TEAM))
    all_figures = (about.meaning.metrics and _ALL_FIGURES.fullmatch(text)) or (about.meaning.daily and _NO_DAYS.fullmatch(text))
    if (about.against and _WHO_WON.fullmatch(text)) or of_two or _AND.fullmatch(text) or all_figures:
        return "", about
    if about.against and _IN_TOTAL.fullmatch(text):
        return " ".join((vocabulary.TEAM, *_names(about), vocabulary.TOTALS)), about
    shown = (about.verb, *_names(about)) if about.verb in _RANKED else ()
    removed = _REMOVED.fullmatch(text)
    if removed and (shown or not removed["no"]) and not follow_ups.names_nothing(removed["who"]):
        return " ".join((*shown, *(() if "without" in shown else ("without",)), removed["who"])), about
    added = _ADDED.fullmatch(text) or _FIGURE_TOO.fullmatch(text)
    if added and shown[-2:-1] == ("without",) and re.search(r"\b(?:back|again)\b", text, re.IGNORECASE):
        # Back comes the only one that was left out.
        text, about = "", replace(about, meaning=replace(about.meaning, rest_words=about.meaning.rest_words[:-2]))
    elif added:
        text = _with_added(added["who"], text, about)
    elif ranking := _of_ranking(text, about):
        text = ranking
    elif about.meaning.period:
        text = part_of(text, about.meaning.period)
    return text, about


def _with_added(who: str, text: str, about: ParsedText) -> str:
    """The words for the thread's accounts, or its figures, with others; the text where it has none of them."""
    if follow_ups.names_nothing(who):
        shown = (vocabulary.METRIC_NAMES[metric] for metric in about.meaning.metrics)
        return " ".join((*shown, *((vocabulary.ENGAGEMENT,) if about.meaning.rate else ()), who))
    names = _names(about)
    if not names or about.posts or "without" in names:
        return text
    return " ".join((about.verb or vocabulary.TEAM, *names, who)) if about.against or about.verb in _SEVERAL else f"vs {who}"


def _names(about: ParsedText) -> tuple[str, ...]:
    """The words that name the thread's accounts, each once: both sides may be the same account."""
    return tuple(dict.fromkeys((*about.meaning.rest_words, *(about.against.rest_words if about.against else ()))))


def _of_ranking(text: str, about: ParsedText) -> str:
    """The words for a ranking by another figure or of other rows, for more of the best posts, or a figure of two; "" for other texts."""
    if about.verb in _RANKED and (ordered := _SORTED.fullmatch(text)):
        figure = ordered["figure"].lower()
        return f"{vocabulary.TEAM} {figure}" if figure in vocabulary.METRIC_WORDS else f"{vocabulary.BOARD} {figure.split()[-1]}"
    if about.verb in _RANKED and (first := _FIRST_ROWS.fullmatch(text)):
        return f"{about.verb} {number_in(first['n'])} {vocabulary.ROWS}"
    if about.against and (more := _WHO_HAS_MORE.fullmatch(text)):
        return more["figure"]
    if about.verb == vocabulary.TOP and _OF_ALL.fullmatch(text):
        return f"{vocabulary.TOP} {vocabulary.TEAM}"
    is_more = about.verb == vocabulary.TOP and _MORE_POSTS.fullmatch(text)
    return f"{vocabulary.TOP} {2 * (about.meaning.most or vocabulary.MOST_TOP)}" if is_more else ""


def _parsed(text: str, about: ParsedText, today: date, now: datetime | None) -> ParsedText:
    """The question; instead of an impossible period, others of the thread's accounts are suggested."""
    try:
        return parse_text(text, today, now)
    except BadPeriod as error:
        tokens = vocabulary.tokenize(text)
        inside = {at for span in period_spans(tokens) for at in range(*span)}
        others = [word for at, word in enumerate(tokens) if at not in inside]
        if follow_ups.names_nothing(" ".join(others)) and not about.against:
            subject = " ".join(filter(None, (about.verb, about.meaning.rest)))
            error.suggestions = tuple(f"{subject} {words}".strip() for words in error.suggestions)
        raise


def _filled(words: ParsedText, about: ParsedText) -> ParsedText:
    if words.against is not None and not (words.posts or words.meaning.says_something or words.against.rest_words):
        # "vs the month before": a post has none, and other cards than an account's are shown for it on their own.
        if about.posts:
            return _about_the_same(replace(words, meaning=replace(words.against, period=None, period_said=True), against=None), about)
        if about.verb in _SEVERAL or about.against is not None:
            return _about_the_same(replace(words, meaning=words.against, against=None), about)
    if words.against is not None and not about.verb and about.against is None and not about.posts:
        return _compared(words, words.against, about.meaning)
    if words.verb == vocabulary.COMPARE and not words.rest and about.posts:
        words = replace(words, meaning=replace(words.meaning, verb="", card=True))
    if words.posts or words.against or words.verb not in ("", "start", *_SEVERAL) or (about.verb and about.verb not in _SEVERAL):
        return words
    if words.verb in _SEVERAL or (words.rest and not about.posts):
        fill = _of_several if words.verb in _SEVERAL else _same_days
        return words if about.posts else replace(words, meaning=fill(words.meaning, about.meaning))
    return words if words.rest else _about_the_same(words, about)


def _compared(words: ParsedText, right: TokenMeanings, theirs: TokenMeanings) -> ParsedText:
    """A comparison with the context's account and period: `vs the month before`, `vs bob`."""
    left = words.meaning
    if left.period and not left.rest_words and not right.rest_words:
        left = replace(left, tokens=(*left.tokens, *theirs.rest_words), rest_words=theirs.rest_words)
    elif not left.rest_words and not left.period:
        left = replace(left, tokens=(*left.tokens, *theirs.rest_words), rest_words=theirs.rest_words, period=theirs.period)
        if right.rest_words and right.period is None:
            right = replace(right, period=theirs.period)
    return replace(words, meaning=left, against=right)


def _about_the_same(words: ParsedText, about: ParsedText) -> ParsedText:
    """A question with the thread's subject."""
    if about.against is not None:
        return _two_sides(words, about.meaning, about.against)
    if about.verb:
        return replace(words, meaning=_of_several(replace(words.meaning, verb=about.verb), about.meaning))
    return _alone(words, about)


def _same_days(mine: TokenMeanings, theirs: TokenMeanings) -> TokenMeanings:
    """Another account over the thread's days; below the best posts or times, its own."""
    if vocabulary.MEANT.keys() >= {word.lower() for word in mine.rest_words}:
        # "The quarter?" is another period of the same account: which one is asked back.
        return replace(mine, tokens=(*mine.tokens, *theirs.rest_words), rest_words=(*mine.rest_words, *theirs.rest_words))
    if theirs.verb not in (vocabulary.TOP, vocabulary.BEST_TIMES):
        if mine.period or theirs.period is None:
            return mine
        return replace(mine, tokens=(*mine.tokens, *command_words(theirs.period).split()), period=theirs.period)
    return _of_several(replace(mine, verb=theirs.verb), theirs)


def _of_several(mine: TokenMeanings, theirs: TokenMeanings) -> TokenMeanings:
    """A team, board or top with the thread's accounts and period; below another of its kind with its ranking too."""
    # The best posts and times are mostly one account's, and a team has several.
    has_several = theirs.verb and (theirs.verb in _RANKED or len(theirs.rest_words) > 1)
    account_words = theirs.rest_words if has_several or mine.verb in (vocabulary.TOP, vocabulary.BEST_TIMES) else ()
    filled = replace(mine, rest_words=mine.rest_words or account_words, period=mine.period or theirs.period, card=True)
    if mine.verb != theirs.verb:
        return filled
    return replace(
        filled,
        metrics=mine.metrics or theirs.metrics,
        ranking=mine.ranking or theirs.ranking,
        minimum=theirs.minimum if mine.minimum is None else mine.minimum,
        most=theirs.most if mine.most is None else mine.most,
        totals=mine.totals or theirs.totals,
    )


def _two_sides(words: ParsedText, left: TokenMeanings, right: TokenMeanings) -> ParsedText:
    """Both sides with other metrics or days; with two periods of one account, other days are that account's card."""
    mine = words.meaning
    if mine.period is not None and left.rest_words == right.rest_words:
        return replace(words, meaning=replace(mine, tokens=(*mine.tokens, *left.rest_words), rest_words=left.rest_words))
    metrics = () if mine.rate else mine.metrics or left.metrics or right.metrics
    here, there = mine.period or left.period, mine.period or right.period
    left = replace(left, period=here, metrics=metrics, daily=mine.daily, share=mine.share, export=mine.export)
    return replace(words, meaning=left, against=replace(right, period=there, metrics=metrics))


def _alone(words: ParsedText, about: ParsedText) -> ParsedText:
    """A question without words: the thread's posts, or its account and period."""
    mine, theirs = words.meaning, about.meaning
    period = mine.period or (None if mine.period_said else theirs.period)
    tokens = (*mine.tokens, *theirs.rest_words)
    return replace(words, posts=about.posts, meaning=replace(mine, tokens=tokens, rest_words=theirs.rest_words, period=period, card=True))
