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
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import follow_ups, vocabulary
from bot.parsing.comparison_parser import POST_AND_ACCOUNT, SEE_EACH_ALONE
from bot.parsing.courtesies import asks_what_for, courtesy
from bot.parsing.parser import ParsedText, parse_text
from bot.parsing.period_finder import around_periods
from bot.parsing.rankings import LED, METRIC, RANKED, ranking_below, ranking_words, without_figures
from bot.parsing.reasons import RANKED_ALL, SEE_TOP, WHICH_POST, WHO_ELSE
from bot.parsing.refused import check_verdict
from bot.parsing.relative_periods import part_of
from bot.parsing.several import PLACES
from bot.parsing.text import word_set
from bot.parsing.tokens import TokenMeanings
from bot.statistics.metrics import Metric
from bot.statistics.posts import find_posts
from bot.statistics.reports import FULL_ID, TEAM, Period, command_words

#: Verbs about several accounts that a thread can have.
_SEVERAL: Final = frozenset({TEAM, vocabulary.BOARD, vocabulary.TOP, vocabulary.BEST_TIMES})
#: Words around an account and days, and for how an answer is shown.
_HOW_SHOWN = word_set("and in on for of the as it this that").union(vocabulary.SHARE_WORDS, vocabulary.FORMAT_WORDS, vocabulary.DAILY_WORDS)
#: "Who won?", "swap them", below two sides.
WHO_WON = any_case(
    rf"{LED}(who|which( one)?)(['’]s| is| was| did| has| does| of (them|these|the two))*"
    r" (won|wins?|winning|best|better|ahead|leads?|leading|stronger|first|(the )?mo(st|re))( (off|here|now))?\W*"
)
_SWAP = any_case(rf"{LED}(swap|flip|reverse|the other way (a?round))( (it|them|sides|both|the sides))?\W*")
_AND = any_case(r"\W*((and|so|now|then)\b\W*)+")
#: "Which one is better?", "side by side", which need two accounts or posts.
_OF_TWO = any_case(
    rf"{LED}(?P<what>which( one)?( of (them|these|the two))?( is| was| did| does| has)?( the)? (better|best|stronger)"
    r"|which( one)? of (them|these|the two)|(compare (them|these|those|the two|both)|both)( (side by side|together))?"
    r"|((put|combine|show|set)( me)? )?((them|these|those|the two|both) )*((in|on) (one|the same) (table|card|view|chart|message)"
    r"|side by side|next to each other|together))( (please|pls|now))?\W*"
)
#: "The second one", below several posts or two sides.
_ONE_OF_THEM = any_case(
    rf"{LED}((what|how) about |tell me (more )?about |open |of |for |how"
    rf" (did|does|is|was) )*(the )?(?P<nth>{'|'.join(PLACES)})( (one|post|account|side|link))*( (please|pls|only|alone|do(ing)?"
    r"|perform(ing)?|go(ing)?))*\W*"
)
#: What a post's card says anyway: "when was it published?", "who wrote this?".
_SAID_ON_CARD = any_case(
    rf"{LED}((when|what time|who|how long ago) (was|is|did|has)? ?(it|this|that|the post)?"
    r" ?(posted|published|post|publish|shared|written|wrote|out|up|from|go(ne)?( live| out)?|went( live| out)?"
    r"|made)( (it|this|that|the post))?|how old is (it|this|that|the post))\W*"
)
#: "All of them", below a card of some figures.
_ALL_FIGURES = any_case(rf"{LED}((actually|no|the)\W+)*(all|everything|(full|whole) card)( (of \w+|again|please|pls))*\W*")
#: "Remove the daily split".
_NO_DAYS = any_case(
    rf"{LED}(without|no|not|remove|drop|hide|lose|skip)( the)? (daily|by day|per day|days?|table)( (split|breakdown|table|rows))?\W*"
)
_IN_TOTAL = any_case(rf"{LED}((in|the) )?(totals?|sum|altogether|combined|together|added up)\W*")
#: "Add bob", "together with bob".
_ADDED = lazy_regex(
    rf"{LED}(?:\+|add(?! up\b)|include|plus|together with|along with|bring back|(?:put|bring)(?=.* back))"
    r" (?P<who>\S.*?)(?: (?:back|again|too|as well))*\W*",
    re.IGNORECASE | re.DOTALL,
)
#: "Drop bob", "leave bob out".
_REMOVED = any_case(
    rf"{LED}((drop|remove|exclude|hide|skip|omit|ignore|without|except|minus|(?P<no>no|not))(?! (in|of|from)\b)|leave out|take out"
    r"|leave(?=.* out\W*$)) (?P<who>\S.*?)( out)?\W*"
)
_HOW_COMPARES = any_case(
    rf"{LED}how (does|do|did) (?P<who>(?!(it|this|that|these|those|they)\b)\S+( \S+)?) compare( (to|with) (it|this|that))?\W*"
)
_FIGURE_TOO = any_case(rf"{LED}(?P<who>{METRIC}) (too|as well|also|back)\W*")
#: "More likes than <link>", below a post.
_FIGURE_OF_TWO = any_case(rf"\W*{METRIC}\s+vs\s")


def in_thread(text: str, context: str, today: date, now: datetime | None = None, *, posts: bool = True, before: str = "") -> ParsedText:
    """The question in a text, completed from ``context``, the thread's subject: canonical words, or a link.

    A context that cannot be parsed is ignored; posts, accounts and verbs of the question take precedence. With ``posts`` False only the
    account of the context's posts is used. ``before`` is the question before the context's, for "compare both". Raises UsageError: as
    ``parser.parse_text``, and for what can't be answered about the context.
    """
    try:
        about = parse_text(context, today, now)
    except UsageError:
        return parse_text(text, today, now)
    if courtesy(text) or asks_what_for(text):
        return parse_text(text, today, now)
    above, is_of_posts = about, posts or _ONE_OF_THEM.fullmatch(text) or _SAID_ON_CARD.fullmatch(text)
    if about.posts and (not is_of_posts or re.search(rf"\b{vocabulary.ACCOUNT}\b", text, re.IGNORECASE)):
        about = replace(about, posts=())
    text = "" if follow_ups.asks_in_another_language(text) else text
    text, about = _reworded(_of_both(text, about, before), about)
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
        text = re.sub(r"^\W*(?:(?:just|only|and|the|last|past) )*(\d{1,3})\W*$", r"\1d", text)
    text = follow_ups.plain(follow_ups.with_days(text, period))
    words = _parsed(text, about, today, now)
    if compares and (words.posts or (words.against and words.against.rest)):
        return _beside_posts(words, about)
    ignored = vocabulary.CHATTER if about.verb in _SEVERAL else vocabulary.CHATTER | vocabulary.TOTALS_WORDS
    if words.rest and ignored.issuperset(word.lower() for word in words.meaning.rest_words):
        words = replace(words, meaning=replace(words.meaning, rest_words=()))
    ranks = not vocabulary.RATE_WORDS.isdisjoint(map(str.lower, words.meaning.tokens))
    if (words.rest or ranks) and not words.verb and about.verb in _SEVERAL:
        # "growth" and "min 500" have a meaning only with a board.
        beside = parse_text(f"{about.verb} {text}", today, now)
        words = words if beside.rest and not follow_ups.leaves_out(text) else beside
    words = _with_same_days(words, period) if goes_on and period else words
    words = _with_figures(words, about) if text else words
    # "How did acme do last week?" is a question of its own, also below the best posts.
    is_whole = words.rest and words.meaning.period and not (goes_on or words.against)
    return replace(words if is_whole else _filled(words, about), above=above)


def _with_figures(words: ParsedText, about: ParsedText) -> ParsedText:
    """The figures above for a question that names an account, days or a file, and nothing else."""
    mine, shown = words.meaning, about.meaning
    others = {word.lower() for word in around_periods(mine.tokens) if word not in mine.rest_words}
    if words.verb or words.posts or words.against or others - _HOW_SHOWN:
        return words
    return replace(words, meaning=replace(mine, tokens=(*mine.tokens, *_figures(about)), metrics=shown.metrics, rate=shown.rate))


def _beside_posts(words: ParsedText, about: ParsedText) -> ParsedText:
    """The thread's posts and those of the question side by side. Raises NotUnderstood for an account instead: "compare it with bob"."""
    if words.against and not words.posts:
        raise NotUnderstood(POST_AND_ACCOUNT, remedy=SEE_EACH_ALONE, suggestions=(about.posts[0].urn, words.against.rest))
    both = tuple(dict.fromkeys((*about.posts, *words.posts)))
    rest = about.meaning.rest_words
    meaning = replace(words.meaning, verb="", tokens=(*words.meaning.tokens, *rest), rest_words=rest)
    return replace(words, posts=both, against=None, meaning=meaning)


def _with_same_days(words: ParsedText, period: Period) -> ParsedText:
    """Two accounts over the days above, where they have none of their own: "and acme vs bob?"."""
    left, right = words.meaning, words.against
    if right is None or left.period or right.period or not (left.rest_words and right.rest_words):
        return words
    return replace(words, meaning=replace(left, period=period), against=replace(right, period=period))


def _of_both(text: str, about: ParsedText, before: str) -> str:
    """The comparison with the question before that "compare both" or "which of them is better" asks for; the text where there is none."""
    if about.verb or about.against or len(about.posts) > 1 or not (_OF_TWO.fullmatch(text) or WHO_WON.fullmatch(text)):
        return text
    other, posts = FULL_ID.findall(before), find_posts(before).posts
    if about.posts and len(posts) == 1:
        return f"compare it with {posts[0].urn}"
    return f"vs {other[0]}" if len(other) == 1 and not (posts or about.posts) else text


def _reworded(text: str, about: ParsedText) -> tuple[str, ParsedText]:
    """The question in words that are understood everywhere, where it has a meaning only below such a card; "" for the same card."""
    every = (metric for metric in Metric if metric.definition.of_posts or not about.posts)
    text = without_figures(text, about.meaning.metrics or tuple(every))
    period = about.meaning.period
    check_verdict(text, about.meaning.rest, command_words(period) if period else "", of_post=bool(about.posts))
    if same := _same_card(text, about):
        return "", same
    if about.against and _IN_TOTAL.fullmatch(text):
        return " ".join((TEAM, *_names(about), vocabulary.TOTALS)), about
    shown = (about.verb, *_names(about)) if about.verb in RANKED else ()
    removed = _REMOVED.fullmatch(text)
    if removed and (shown or not removed["no"]) and not follow_ups.names_nothing(removed["who"]):
        return " ".join((*shown, *(() if "without" in shown else ("without",)), removed["who"])), about
    added = next(filter(None, (pattern.fullmatch(text) for pattern in (_ADDED, _FIGURE_TOO, _HOW_COMPARES))), None)
    if added and shown[-2:-1] == ("without",) and re.search(r"\b(?:back|again)\b", text, re.IGNORECASE):
        # Back comes the only one that was left out.
        text, about = "", replace(about, meaning=replace(about.meaning, rest_words=about.meaning.rest_words[:-2]))
    elif added:
        text = _with_added(added["who"], text, about)
    elif ranking := ranking_below(text, about.verb, most=about.meaning.most, of_two=about.against is not None):
        text = ranking
    elif period:
        text = part_of(text, period)
    return text, about


def _same_card(text: str, about: ParsedText) -> ParsedText | None:
    """The subject of a text that asks for the same card, or for one of two; None for another text. Raises NotUnderstood."""
    if about.against and _SWAP.fullmatch(text):
        return replace(about, meaning=about.against, against=about.meaning)
    of_two, are_two = _OF_TWO.fullmatch(text), about.against or len(about.posts) > 1
    if (one := _ONE_OF_THEM.fullmatch(text)) and (are_two or about.verb == vocabulary.TOP):
        return _one_of(about, PLACES[one["nth"].lower()])
    if of_two and not are_two and (not about.verb or of_two["what"].lower() == "both"):
        raise NotUnderstood(WHO_ELSE.format(word=of_two["what"]), remedy=RANKED_ALL, suggestions=(vocabulary.BOARD, TEAM))
    all_figures = (about.meaning.metrics and _ALL_FIGURES.fullmatch(text)) or (about.meaning.daily and _NO_DAYS.fullmatch(text))
    is_said = (about.against and WHO_WON.fullmatch(text)) or (about.posts and _SAID_ON_CARD.fullmatch(text))
    return about if of_two or all_figures or is_said or _AND.fullmatch(text) else None


def _one_of(about: ParsedText, at: int) -> ParsedText:
    """One of several posts, or one side of two. Raises NotUnderstood below the best posts, whose links aren't in the question."""
    each = [replace(about, posts=(post,)) for post in about.posts]
    each = each or [replace(about, meaning=side, against=None) for side in (about.meaning, about.against) if side and about.against]
    if not -len(each) <= at < len(each):
        raise NotUnderstood(WHICH_POST, remedy=SEE_TOP, suggestions=("top last week", "top last month"))
    return each[at]


def _with_added(who: str, text: str, about: ParsedText) -> str:
    """The words for the thread's accounts, or its figures, with others; the text where it has none of them."""
    if follow_ups.names_nothing(who):
        return " ".join((*_figures(about), who))
    names = _names(about)
    if not names or about.posts or "without" in names:
        return text
    return " ".join((about.verb or TEAM, *names, who)) if about.against or about.verb in _SEVERAL else f"vs {who}"


def _figures(about: ParsedText) -> tuple[str, ...]:
    """The words for the thread's figures, where it has some of them only."""
    shown = (vocabulary.METRIC_NAMES[metric] for metric in about.meaning.metrics)
    return (*shown, *((vocabulary.ENGAGEMENT,) if about.meaning.rate else ()))


def _names(about: ParsedText) -> tuple[str, ...]:
    """The words that name the thread's accounts, each once: both sides may be the same account."""
    return tuple(dict.fromkeys((*about.meaning.rest_words, *(about.against.rest_words if about.against else ()))))


def _parsed(text: str, about: ParsedText, today: date, now: datetime | None) -> ParsedText:
    """The question; instead of an impossible period, others of the thread's accounts are suggested."""
    try:
        return parse_text(text, today, now)
    except BadPeriod as error:
        others = around_periods(vocabulary.tokenize(text))
        if about.posts:
            # A post has no figures of days.
            return parse_text(" ".join((*others, "last month")), today, now)
        if follow_ups.names_nothing(" ".join(others)) and not about.against:
            error.suggestions = tuple(f"{about.subject} {words}".strip() for words in error.suggestions)
        raise


def _filled(words: ParsedText, about: ParsedText) -> ParsedText:
    if words.against is not None and not (words.posts or words.meaning.says_something or words.against.rest_words):
        # "vs the month before": a post has none, and other cards than an account's are shown for it on their own.
        meaning = replace(words.against, period=None, period_said=True) if about.posts else words.against
        if about.posts or about.verb in _SEVERAL or about.against is not None:
            return _about_the_same(replace(words, meaning=meaning, against=None), about)
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
    if not left.rest_words and not (left.period and right.rest_words):
        right = right if left.period or not right.rest_words else _over(right, theirs.period)
        left = _over(replace(left, tokens=(*left.tokens, *theirs.rest_words), rest_words=theirs.rest_words), theirs.period)
    return replace(words, meaning=left, against=right)


def _over(meaning: TokenMeanings, period: Period | None) -> TokenMeanings:
    """The words over these days, where they have none of their own."""
    days = command_words(period).split() if period else ()
    return meaning if meaning.period else replace(meaning, tokens=(*meaning.tokens, *days), period=period)


def _about_the_same(words: ParsedText, about: ParsedText) -> ParsedText:
    """A question with the thread's subject."""
    if about.against is not None:
        return _two_sides(words, about.meaning, about.against)
    # "Likes then?" below the best times: these go by no figure.
    if about.verb and not (about.verb == vocabulary.BEST_TIMES and (words.meaning.metrics or words.meaning.daily)):
        return replace(words, meaning=_of_several(replace(words.meaning, verb=about.verb), about.meaning))
    return _alone(words, about)


def _same_days(mine: TokenMeanings, theirs: TokenMeanings) -> TokenMeanings:
    """Another account over the thread's days; below the best posts or times, its own."""
    if vocabulary.MEANT.keys() >= {word.lower() for word in mine.rest_words}:
        # "The quarter?" is another period of the same account: which one is asked back.
        mine = replace(mine, tokens=(*mine.tokens, *theirs.rest_words), rest_words=(*mine.rest_words, *theirs.rest_words))
    elif theirs.verb in (vocabulary.TOP, vocabulary.BEST_TIMES):
        return _of_several(replace(mine, verb=theirs.verb), theirs)
    return _over(mine, theirs.period)


def _of_several(mine: TokenMeanings, theirs: TokenMeanings) -> TokenMeanings:
    """A team, board or top with the thread's accounts and period; below another of its kind with its ranking too."""
    # The best posts and times are mostly one account's, and a team has several.
    has_several = theirs.verb and (theirs.verb in RANKED or len(theirs.rest_words) > 1)
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
    mine = replace(mine, period=mine.period or (None if mine.period_said else theirs.period), card=True)
    return replace(words, posts=about.posts, meaning=replace(mine, tokens=(*mine.tokens, *theirs.rest_words), rest_words=theirs.rest_words))
