"""Puts `team`, `board`, `top` and `best times` in the place of questions for them: "who had the most likes", "when to post"."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from bot.lazy_regex import any_case, any_of, lazy_regex
from bot.parsing import vocabulary
from bot.parsing.dates import MONTH, WEEKDAY
from bot.parsing.text import NUMBER_WORDS, number_in
from bot.statistics.metrics import Metric
from bot.statistics.reports import TEAM

#: A figure's name, and a number of accounts or posts, as patterns.
METRIC = any_of(sorted(vocabulary.METRIC_WORDS, key=lambda word: len(re.escape(word)), reverse=True))
_LED = r"(?:(?:and|but|so|ok|now|please|pls|just|also|then|can you|could you|with)\b\W{0,3}){0,6}"
_DROP = (
    r"(?:drop|remove|hide|skip|omit|exclude|lose|leave out|take (?:out|away|off)|get rid of|no|not|no more"
    r"|(?:do not|don['’]?t) (?:show|include|need|want))"
)
_FROM_IT = r"(?: (?:out|away|off|part|columns?|figures?|rows?|numbers|from (?:it|this|that|here|the (?:card|table|list))))*"
#: "Without likes", "everything but reach"; at the beginning or after a comma also "no reach", "drop the likes".
_LEFT_OUT = any_case(
    r"(\b(((show|give)( me)? )?(all|everything|anything|every figure) )?(except|without|excluding|w/o|minus|other than|apart from"
    rf"|(?<!nothing )but( not)?)|(^|(?<=[,;.])) ?\W{{0,3}}{_LED}{_DROP})( (for|the|any|me|my))*"
    rf" (?P<out>{METRIC}((,? (and|or|nor|&) |, ?)(the |no )?{METRIC})*)\b{_FROM_IT}(?! (of|by)\b)"
)
_EACH_FIGURE = any_case(METRIC)
#: "Growth from october to november", "q2 to q3 change".
_SPAN = rf"(?:(?:last|this|previous) (?:week|month|quarter|year)|{MONTH}(?: 20\d\d)?|q\d(?: 20\d\d)?|20\d\d|week \d+)"
#: "Reactions/comments/shares".
_SLASHED = lazy_regex(rf"(?<!\S)(?!(?:{MONTH}|and)/)(?:[^\W\d_]{{2,}}/)+[^\W\d_]{{2,}}(?=[?!.,]*(?:\s|$))")
_CHANGE = r"(?:growth|grow|grew|change[ds]?|difference|increase[ds]?|development|delta)"
_FROM_TO = any_case(
    rf"\b{_CHANGE} (from|between) (?P<from>{_SPAN}) (to|and|until|vs) (?P<to>{_SPAN})\b",
    rf"\b(from )?(?P<first>{_SPAN}) ?(to|-|–|until) ?(?P<second>{_SPAN}) {_CHANGE}\b",
)
_UNITS = {"w": "week", "m": "month", "q": "quarter", "y": "year"}
_DID = (
    r"(?:(?:has|have|had|got|gets?|gained|received|is|was|were|did|does|do|performed|performs|made|makes|contributes?|contributed|brings?"
    r"|brought|drives?|drove|generates?|generated) )*"
)
_MOST = r"(?:the )?(?:most|highest|biggest|largest|greatest|best|top)(?: (?:to|of|for|from)(?: (?:our|the|all|total))*)?"
_OURS = r"(?:which|what|whose)(?: of (?:our|the|my))?"
_WHO = rf"(?:who(?:['’]?s)?|which of us|{_OURS} (?:accounts?|persons?|people|profiles?|pages?|colleagues?|members?))"
NUMBER = rf"(?:\d+|{'|'.join(word for word in NUMBER_WORDS if ' ' not in word)})"
_ALL = r"(?:(?:all |our |the )*(?:accounts|team|people|colleagues)|everyone|everybody|us(?: all)?)"
_POSTS = r"(?:what|(?:which|what) (?:posts?|content))"
#: Words before posts that are not asked for by their days.
_NO_LIST = r"(?:top|best|most|worst|least|last|latest|newest|recent|many|number|per|average)\b"
_SINCE = rf"(?:last|from|in|of|since|between|published|this|yesterday|{MONTH})"
_SHARED = {"lik": "reactions", "react": "reactions", "comment": "comments", "discuss": "comments", "shar": "reshares", "repost": "reshares"}
_PEOPLE = r"(?:companies|performers?|accounts?|profiles?|people|persons?|colleagues?|members?)"
_COUNTED = _SHARED | dict.fromkeys(("view", "seen"), "impressions") | {"reshar": "reshares"}
_LIKED = _SHARED | dict.fromkeys(("view", "seen"), "impressions") | dict.fromkeys(("engag", "popular", "successful", "viral"), "")
#: "Top 3", "the three best performing", before accounts or below a board.
_FIRST = rf"(?:(?P<before>{NUMBER}) )?(?:top|best)(?: performing)?(?: (?P<n>{NUMBER}))? "
_OF_US, _PAGES = r"(?: the| our)?", r"(?:accounts?|pages|profiles|channels|person|people|members?|colleagues?|everyone|everybody|of us|us)"
_LEADS = rf"(?:best|(?:our|the) (?:best|strongest|top)(?= {_SINCE}\b|\W*$)|won|wins|winning|leading|ahead|first|on top|better)"


def _first_rows(verb: str) -> Callable[["re.Match[str]"], str]:
    """Puts a team or a board of so many rows in the place of what is found."""

    def words(found: "re.Match[str]") -> str:
        number = found["before"] or found["n"]
        return f"{verb} {number_in(number)} {vocabulary.ROWS} " if number else verb

    return words


#: Questions for all accounts, or for the one account or post with the most of a figure, and the words for them.
# fmt: off
_MOST_OF = tuple(
    (lazy_regex(rf"\b{pattern}", re.IGNORECASE), words)
    for pattern, words in (
        (r"\b(?:avg|average|mean|overall) (?=(?:engagement|eng)\b)", ""),
        (r"\b[\w.-]+['’]s? (?:rank|ranking|position|place)\b|\b(?:how|where) (?:does|do|is|are) \S+ (?:rank|placed|ranked)\b", "board"),
        (r"\bposts (?:(?:that|which|we|i|they|were|was) )*(?:published|posted|written|made)\b", "top"),
        (r"\bposts (?:that )?(?P<who>(?!top\b|board\b)[\w.'’-]+(?: [\w.'’-]+)?) (?:wrote|published|posted|made)\b", r"top \g<who>"),
        (r"\b(?:(?:the )?differences? between|comparison (?:of|between))\b", "compare"),
        (r"\b(numbers?|stats|figures|report|data|kpis) 4 (?=[a-z])", r"\1 for "),
        (rf"\b(?:monthly|weekly|quarterly) (?=(?:recap|report|summary|review) (?:(?:of|for|from|in) )?(?:{MONTH}|q[1-4]|last|this)\b)", ""),
        # As many days are compared anyway.
        (r"\bvs\.? (?:the )?same (?:days|dates|period|time) (?:of |in )?(?:the )?(?:last|previous) (week|month|quarter)\b", r"vs last \1"),
        (r"\b(?:last|previous|prior) (?:(?:week|month|quarter|year)(?:['’]s)? )?([ymqw])td\b",
         lambda found: f"last {_UNITS[found[1].lower()]}"),
        (r"\ball (?:[2-9]|two|three|four|five|six)\b(?! (?:accounts|posts|figures|metrics)\b):?", ""),
        (r"\b(?:other|more) posts(?: (?:by|of|from) (?:this|that|the|the same|his|her|its) (?:account|person|page|author))?\W*$", "top"),
        (r"(?<=\d )posts? of the (week|month|quarter|year)\b", r"posts this \1"),
        (r"(?:(?:(?:top|best) )?posts?|best|top) of the (week|month|quarter|year)\b", r"top this \1"),
        (rf"{_WHO} {_DID}(?:(?:gr[eo]wn?|grows|growing|improved|improving|rose|rising)(?: (?:the )?(?:most|fastest))?|{_MOST} growth)\b",
         "board growth"),
        (rf"{_WHO} {_DID}{_MOST} (?={METRIC}\b)", "team "),
        (rf"^\W*(?:is it true (?:that )?|(?:does|do|did) )(?:[\w'’&-]+ ){{1,3}}(?:ha[sd]|have|gets?|got) the most (?={METRIC}\b)", "team "),
        (rf"{_WHO} {_DID}(?:{_LEADS}|{_MOST}(?= (?:engagement|rate)))\b", "board"),
        (rf"{_WHO} {_DID}{_MOST}\W*$", "team"),
        (rf"{_FIRST}{_PEOPLE}(?= by {METRIC}\b)", _first_rows(TEAM)),
        (rf"{_FIRST}{_PEOPLE}\b", _first_rows(vocabulary.BOARD)),
        (rf"{_OURS} posts? {_DID}{_MOST} (?={METRIC}\b)", "top "),
        (rf"{_POSTS} (?:did|has|have) (?P<who>\S+(?: \S+){{0,2}}?) (?:post(?:ed)?|publish(?:ed)?|shared?)\b(?! about)", r"top \g<who>"),
        (rf"^\W*(?!.*\b(?:{METRIC}|how|did|compare|vs|versus)\b)(?P<who>(?:(?!{_NO_LIST})[\w'’&-]+ ){{0,4}}?)posts (?={_SINCE}\b)",
         r"top \g<who>"),
        (rf"\b(yesterday|today|{WEEKDAY})['’]?s posts?\b", r"top \1"),
        (r"\b(?:by|for each) post\b(?! (?:length|size|topic|theme|category|title|author|language|age)\b)", "top"),
        (r"\bgrowth rate\b", "growth"),
        (r"\bacc(?:n?t)?s\b", "accounts"),
        (r"\b(?:ppl|persons|users)\b", "people"),
        (rf"\bhow (?:often|many times) (?:was|were|is|are|has|have|had) (?P<who>.+?) (?:been )?(?P<what>{'|'.join(_COUNTED)})(?:e?d)?\b",
         lambda found: f"{_COUNTED[found['what'].lower()]} {found['who']}"),
        (r"\bhow many (?:\w+ )?people (?:(?:now|newly|have|has) )*follow(?:ed|ing|s)?\b", "followers"),
        (rf"{_POSTS} (?:did|drove|caused|brought|made) (?:that|this|it|them|those)\b(?! \w)", "top"),
        (rf"\bwhat (?:worked|performed|resonated|landed)(?: best| well)?(?= (?:on )?{_SINCE}\b|\W*$)", "top"),
        (r"\b(?:most )?(?:viral|popular|successful|high-performing) (?=(?:posts?|content)\b)", "top "),
        (r"\bcompare all(?: (?:the |our )*accounts)?", "team"),
        (r"(?:(?<=week)|(?<=month)|(?<=quarter)|(?<=year)|(?<=yesterday)|(?<=days)) all\W*$", " team"),
        (r"\b(?:(?:for|of) )?(?:all of us|us all)\b", "team"),
        (r"\b(?:these days|nowadays)\b", ""),
        (r"^\W*(?:(?:show|list|see|give)(?: me)? )?(?:the|their|his|her|its|those|all|all the) posts\W*$", "top"),
        (rf"^\W*(?:(?:all|the|show|list|me) )*posts (?:by|from) (?P<who>(?!{_SINCE}\b)\S+(?: \S+)??)(?= (?:in |on )?{_SINCE}\b|\W*$)",
         r"top \g<who>"),
        (r"\bour (?:linkedin )?(?:pages|profiles|channels)\b", "team"),
        (r"\bpeople (?:who |that |have )*(?P<what>lik|react|comment|discuss|shar|repost)e?d\b(?: (?:to|on)\b)?",
         lambda found: _SHARED[found["what"].lower()]),
        (r"\b(?:as|in|into) a file\b", "csv"),
        (rf"(?:which|what)(?: of (?:them|these|those))?(?: ones?)? {_DID}(?!(?:the )?top\b){_MOST} (?={METRIC}\b)", ""),
        (rf"{_POSTS} (?:was|were|got|went) (?:posted|published|shared|out|live)\b", "top"),
        (rf"^\W*(?:compare )?all (?:(?:the |our )*accounts (?=\w)|(?={_SINCE}\b))", "team "),
        (rf"all(?: of us| accounts?)? (?=(?:except|without|excluding|but)\b(?! (?:for )?(?:the )?{METRIC}\b))", "team "),
        (r"\bw/o\b", "without"),
        (r"\b(?:nothing but|but only)\b", "only"),
        ((
         r"\b(?:share|post|show) (?:(?:it|this|that|them)|(?P<what>\S.*?)) (?:with|to) (?:everyone|everybody|all"
         r"|the (?:team|channel))(?: (?:in )?here)?\W*$"),
         r"\g<what> share"),
        (rf"\b(?P<top>top|best)\b(?P<what>.*?)\b(?:for |of |from |across |in )?{_ALL}(?! of\b)", r"\g<top>\g<what>team"),
        (rf"(?<!day )(?<!days )(?<!week )(?<!month )(?:posts? )?(?:with|that (?:got|had|have|has)) {_MOST} (?={METRIC}\b)", "top "),
        (rf"(?:(?:rank|sort|order) (?:{_ALL}|them)|rank|board|leaderboard|ranking)(?: (?:sort|rank|order)ed)?(?= (?:by|on) {METRIC}\b)",
         "team"),
        (r"\b(?:rank|sort|order) (?:(?:all|the|our|my|these|those|best|top) )*posts\b", "top"),
        (rf"({NUMBER}) (?:best|top|strongest) (?=posts?\b)", r"top \1 "),
        (r"\bstrongest (?=posts?\b)", "top "),
        (r"(?:which|what) posts? (?:by|from|of) (?P<who>\S+(?: \S+){0,2}?) (?:did|do|performed|worked|went)(?: (?:very )?well| best)?",
         r"top \g<who>"),
        (r"^\W*who(?:['’]?s| was| is| were| has been) (?P<days>(?:[\w-]+ ){1,3}?)(?:the )?(?:best|top)\W*$", r"board \g<days>"),
        (r"\bleader board\b", "leaderboard"),
        (rf"^\W*(?:(?:a|one|the|my|our) )?post (?:from|of|on) (?=\d|{_SINCE}|{WEEKDAY})", "top "),
        ((
         r"^(?!\W*(?:(?:show|list|see|what|which|give|me|us|are|the|please|can|you|i|want)\W+)*all\b)(?P<what>.*\w)"
         r"\W+(?:(?:for|of|across) )?all (?:the |our )*accounts\W*$"),
         r"\g<what> team"),
        (r"\blike counts?\b", "likes"),
        (r"how many (?:people|members) (?=.*\breach)", "how many "),
        (r"posts? (?:ranked|sorted|ordered) by\b", "top"),
        (rf"rank {_ALL}\b", "board"),
        ((
         rf"(?:(?:of|for|from|in|by|across|over) all(?: of)?{_OF_US}|across{_OF_US}|(?<!post )(?<!top )(?:of|from|in|by|across|over)"
         rf" (?:each|every)(?: of)?{_OF_US}|(?<!post )(?<!posts )(?<!top )(?:by|per|for (?:each|every)(?: of)?{_OF_US})) {_PAGES}\b"),
         "team"),
    )
)
# fmt: on
_TIME = r"(?:times?|hours?|(?:week)?days?)(?: of (?:the )?(?:day|week|month))?"
_WHEN = rf"(?:when|(?:on |at )?(?:what|which) {_TIME})"
_GOOD, _POST = r"(?:best|good|better|ideal|right|optimal)", r"(?:post|posting|publish|publishing)\b"
_KIND = r"(?:texts?|videos?|pictures?|images?|photos?|documents?|carousels?)(?: posts?)?"
#: Questions for the times when posts do best, and for their formats: "which weekday is best to post", "do videos work better than text".
_BEST_TIMES = any_case(
    rf"\b{_GOOD} posting {_TIME}\b( (to|for) {_POST})?",
    rf"\b({_WHEN}('s| is| are| would be)? (the |an? )?{_GOOD}( {_TIME})?|{_GOOD} {_TIME}) ((to|for|of) )?((us|me) to )?{_POST}",
    rf"\b({_WHEN}|what) (works?|performs?|does|do) (the )?best\b(?! {_POST})|\b{_WHEN} (is|are) (the )?best\b(?! {_POST})",
    rf"\b{_WHEN} (should|shall|do|to|must|can)( (?P<who>\S+( \S+){{0,3}}?))? (be )?{_POST}",
    r"\b((what|which)( post)? formats? (works?|performs?|does|do|is|are) (the )?best|(best|top)( post)? formats?|(post )?formats"
    r"|(?<!reactions )(?<!reaction )by (post )?(format|type))\b",
    rf"\b((do|does|did|are|is) )?{_KIND} ((work|perform|do)s? )?(better|best)( than {_KIND})?\b",
    rf"\b{_KIND} ((work|perform|do)s? )?(vs\.?|or|versus) {_KIND}",
    r"\b(what|which) (kinds?|types?|sorts?) of (posts?|content)\b.*?\b(works?|performs?|does|do)\b( best| well)?",
)
_MOST_LIKED = any_case(rf"\bmost[ -](?P<what>{'|'.join(_LIKED)})(e?d|ing)?( on)? (?=(\w+ )?(posts?|updates?)\b)")


@lru_cache(maxsize=64)
def ranking_words(text: str) -> str:
    """The text with `team`, `board`, `top` or `best times` in the place of "who had the most …", "most liked post", "when to post"."""
    text = _SLASHED.sub(lambda found: found[0].replace("/", " and "), text)
    text = _FROM_TO.sub(lambda found: f"{found['to'] or found['second']} vs {found['from'] or found['first']}", text, count=1)
    text = _BEST_TIMES.sub(lambda found: f"{vocabulary.BEST_TIMES} {found['who'] or ''}", text, count=1)
    for pattern, words in _MOST_OF:
        text = pattern.sub(words, text, count=1)
    return _MOST_LIKED.sub(lambda found: f"top {_LIKED[found['what'].lower()]} ", text)


def without_figures(text: str, shown: Sequence[Metric]) -> str:
    """The text with the others of the figures that are shown in the place of those that it leaves out: "without likes"."""
    # One word leaves nothing out, and the first answer, to `help`, need not wait until the expression is compiled.
    if " " not in text or not (found := _LEFT_OUT.search(text)):
        return text
    out = {vocabulary.METRIC_WORDS[one.lower()] for one in _EACH_FIGURE.findall(found["out"])}
    others = " ".join(vocabulary.METRIC_NAMES[metric] for metric in shown if metric not in out)
    return f"{text[: found.start()]} {others} {text[found.end() :]}" if others else text


#: Words that lead a question below a card.
LED = r"\W*(?:(?:and|so|now|ok|please|pls|can you|could you|then|show|list|give|me|us|only|just)\s+)*"
_WHO_HAS_MORE = any_case(
    rf"{LED}(who|which( one)?) ((has|had|got|gets|gained|won|is|was|with|the) )*(more|most|higher|better|highest)"
    rf" (new )?(?P<figure>{METRIC}|engagement)( rate)?\W*"
)
_OF_ALL = any_case(
    rf"{LED}(((what|how) about|for|of|from|across|in) )*((all|every)( (the|our))? accounts?|everyone|everybody|(the )?(whole )?team)\W*"
)
#: "Sort by likes", "show only the top 3", below a team or a board; "more" below the best posts.
_SORTED = any_case(
    rf"{LED}((sort|rank|order)(ed|ing)? )?((it|them|this|that) )?by (the )?(number of )?(?P<figure>{METRIC}|growth|(engagement )?rate"
    r"|engagement)\W*"
)
_FIRST_ROWS = any_case(rf"{LED}(the )?(top|first|best) (?P<n>{NUMBER})( (only|rows|accounts|people|please|pls|of them))*\W*")
_MORE_POSTS = any_case(rf"{LED}more( (posts|of them|please|pls))*\W*")
#: Verbs whose answer ranks accounts.
RANKED: Final = (TEAM, vocabulary.BOARD)


def ranking_below(text: str, verb: str, *, most: int | None = None, of_two: bool = False) -> str:
    """What a text below a team, a board, the best posts (``verb``) or two sides asks for; "" for other texts.

    A ranking by another figure or of other rows, ``most`` posts doubled, or a figure of two.
    """
    if verb in RANKED and (ordered := _SORTED.fullmatch(text)):
        figure = ordered["figure"].lower()
        return f"{TEAM} {figure}" if figure in vocabulary.METRIC_WORDS else f"{vocabulary.BOARD} {figure.split()[-1]}"
    if verb in RANKED and (first := _FIRST_ROWS.fullmatch(text)):
        return f"{verb} {number_in(first['n'])} {vocabulary.ROWS}"
    if of_two and (more := _WHO_HAS_MORE.fullmatch(text)):
        return more["figure"]
    if verb == vocabulary.TOP and _OF_ALL.fullmatch(text):
        return f"{vocabulary.TOP} {TEAM}"
    is_more = verb == vocabulary.TOP and _MORE_POSTS.fullmatch(text)
    return f"{vocabulary.TOP} {2 * (most or vocabulary.MOST_TOP)}" if is_more else ""
