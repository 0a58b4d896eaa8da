"""What a text changes of the command before it: "make it tuesday", "8 not 9", "also for bob", "and at 10?".

::

    text ─┬ last_command.change_in ─→ "make it …": it certainly changes the last command
          ├ amendments ─────────────→ other words that may change it, in the order in which they are tried: "no, 600", "11 would be better"
          └ bare ───────────────────→ any text without what leads from what was said before to it
"""

import re

from bot.lazy_regex import any_case, either, lazy_regex, regex_of
from bot.parsing.courtesies import LONGEST_SENTENCE, plainly
from bot.parsing.dates import ENDS, MONTH, WEEKDAY
from bot.parsing.follow_ups import NOT_SO
from bot.parsing.last_command import AND_ALSO, ASKED_POLITELY, MORE
from bot.parsing.period_finder import PERIOD
from bot.parsing.text import AMOUNT, IN_CHANNEL
from bot.parsing.vocabulary import ALERT, DIGEST, GOAL, METRIC_WORDS, WATCH

_FIGURES = frozenset({"numbers", "figures", "stats", "statistics", "results", "data", "kpis"})
_ASPECT = r"(time ?zone|zone|time|days?|schedule|hour|channel|account|threshold|limit|number|target|title)"
_CORRECTS = either(
    r"(no|nope|nah)(?=\s*[,.!…–-]|\s+(\d|(not|wait|sorry|actually|i meant?|rather)\b))|not that|actually|wait|sorry|oops|i meant?|rather",
    r"better|instead|my bad|hang on|hold on|(it|that|this) should( (be|come|go|run|arrive|say))*( out)?",
    r"(it|that|this)('s| is) ((a (bit|little)|rather|quite|far|way|much|too) )+\w+(?=\s*[,.;!–-])",
    r"(i|we)((['’]d| would)?( really| only| just| rather)* (want|like|need|prefer|love)|(['’]d| would) rather( have)?)( it)?"
    r"( to (be|come|go|run|arrive))?",
    r"(a (bit|little) )?(less|more|lower|higher)(?=[,:] \d)|should (be|come|go|run|say)(?= )|(it|that)'s(?= (per|for) )",
    r"(a (bit|little) )?(later|earlier|sooner)(,? (like|say|maybe|around|about))?(?=,? (at )?\d)",
    rf"check( it)?(?= (at|on|every|only|daily|in the))|{WEEKDAY}s? (is|are)(n['’]t| not| too| a bit| really| very)+ \w+(?=,)",
    r"(raise|lower|increase|decrease|reduce|bump) (it|that|this)( (up|a (bit|little|lot)|slightly|some))*(?=,? (to )?\d)",
)
#: How a text begins that goes on from the last command.
_SIGN = any_case(
    rf"\W*(((?P<corrects>{_CORRECTS})|and|so|then|now|but|ok|okay|great|cool|nice|thanks|thank you|oh|well|right|perfect|please|pls|hm+"
    r"|(can|could|would) (you|we|i|(it|that|this) (be|come|go|arrive|run|land|start))|let['’]s|(do|have|get|send|post|run) (it|this|that)"
    r"|it's too \w+|too (early|late|often|much|high|low|many|few)( accounts?| people)?(?=\s*,))\b[\s,!.…:-]*)*"
)
_THANKS = any_case(r"([\s,.!?]+(or so|please|pl[sz]|thanks|thank you|thx|either|(?P<corrects>i meant?|sorry|rather|actually))\b)*[\s.!?]*$")
#: What says in which way it should change, but not how.
VAGUE = any_case(
    r"((an?|a bit|a little|some|much) )?(later|earlier|sooner)( on| please| pls)*\W*",
    r"((twice|half) as|more|less|not so|not that) (often|frequent(ly)?)\W*",
    r"(a (bit|little) |much |slightly )?(less|more) (sensitive|noisy|strict)\W*",
    r"(raise|lower|increase|decrease|reduce|bump) (it|that|this)( (up|a (bit|little|lot)|slightly|some))?\W*",
    r"(a (bit|little) |much )?(shorter|longer|simpler|(less|more) details?)( please| pls)*\W*|too many (messages|pings|alerts)\W*",
    r"(double|halve) the (threshold|limit|amount)\W*",
    r"((it|that|this)('s| is) )?(way |a bit |far )?too (sensitive|noisy|low|high|often|much|early|late|long|many|frequent|strict)\W*",
)
_AROUND_CHANGE = any_case(
    r"^((be (more |a bit more )?(ambitious|realistic)(?=\W)|let's|ok|okay|then|so|please|pls|maybe|just|we|i|do|have|make|go|take|use|say"
    r"|try|with|for|want|prefer|send|it)\b[\s,:]*)+",
    r"([\s,]+(would|will|should|might|could|be|is|do|suffice|enough|fine|doable|feasible|possible|ok|okay|then|please|pls|better|maybe"
    r"|instead|thanks|good|(more )?(realistic|ambitious|reasonable|achievable)|great|perfect|nice|nicer|easier|right|safer|plenty"
    r"|sufficient|best|ideal))+$",
)
_ASKS = any_case(
    r"(what|how|who|which|why|when|where|is|are|was|were|did|do (we|i|they|you)|does|has|have|show(?!.* (too|as well|also)$)"
    r"|give(?! \S+( \S+)? (the same|one)\b)|tell|list|top|best|compare(?! ((by|with|over|the|to) )*(day|week|month)s?\b))\b",
    r".*(?<!\bit)['’]s (?!too$|as well$|also$)\w",
)
LEFT_PERIOD = lazy_regex(rf"(?:only|just|not|no|without) (?:the )?{PERIOD.pattern}")
_NO_PLACE = r"(all|any|last|this|next|what|same|first|the|some|every|each|over|real)"
_SUITS = r"(would be|works|would work|fits|(would )?suits?( us| me)?|((?<=\d )|(?<=% )|(?<=percent ))is)"
_ENOUGH = r"(enough|plenty|sufficient|fine|ok|okay|good)"
_WHOM = r"(?!(it|this|that|there|they|what|who|which)\b)\S+( \S+)?"
_SECTION = r"((leader)?board|(scheduled|upcoming|best|top) posts|charts?|goals)"
_ITS = r"(it|this|that) (should|must|needs? to|has to|could|can) (also )?(show|have|include|contain|cover|list)"
_IN_IT = r"((in|on|part of) )?(it|this|that|there|included)"
_RHYTHM = r"(once|twice|\w+ times|every|each|daily|weekly|monthly|quarterly)\b.*?"
_SOME_DATES = (
    rf"(({WEEKDAY}s?|\d{{1,2}}(st|nd|rd|th|\.)? {MONTH}|{MONTH} \d{{1,2}}|(the )?week of|{MONTH}|christmas|xmas|(the )?holidays)\b.*?)"
)


def _come_again(days: str) -> str:
    """The pattern of "wednesdays are fine again", "on 25 dec after all"."""
    return (
        rf"((on|you can|do|post|send|come|have|include|bring|put|take|it) )*(?P<new>{days})( (is|are|would be))?"
        r"( (fine|ok|okay|good|possible|on|in|all ?right))* (again|after all|back)( (in|on|again))?"
    )


_BEGINS = (
    r"((start|begin)(ing)?( it)?( only)? (in|on|from|at|with|(?=next|tomorrow))|(the )?first (one|time)( is)? on|not before|only from)"
    r" ?(?P<new>\S.*)"
)
_NO_EXCEPTIONS = (
    r"(no|without|forget|remove|drop|cancel|delete|clear|lift)( (the|all|any|more|of|those|these))*"
    r" (?P<new>exceptions?|(skipped|omitted|left[- ]out) (days|dates))( (any ?more|any longer|now|after all))*"
)
#: "(All except) ann", which no rhythm follows: "all except ann every monday" is a digest of its own.
_NO_RHYTHM = r"(?P<new>(?!.*\b(every|daily|weekly|monthly|weekdays)\b)\S.*)"
#: Other words of a change, and the change in the words of "edit"; the first of several is tried first.
_AMENDMENTS = tuple(
    (lazy_regex(regex_of(pattern), re.IGNORECASE | re.DOTALL), changes)
    for pattern, changes in (
        (rf"wrong {_ASPECT}\b[\s,;:.!–-]*((i meant?|(it )?should be|it's|sorry)\b[\s,]*)*(?P<new>\S.*)", ("{new}",)),
        (rf"(give|get|make) (?P<new>{_WHOM}) (the same|one)( too| as well)*", ("same {new}",)),
        (r"compare ((by|with|over|the|to) )*(?P<new>(day|week|month)s?)(,? (not|instead of|rather than) \S+)?", ("{new}",)),
        (r"(?P<new>\S.*?),? (not|instead of|rather than) \S.*", ("{new}",)),
        # "Except the 21st" would be that of each month.
        (r"(not|no|without|except|skip|but not|leave out)( on)? the (?P<new>\d{1,2}(st|nd|rd|th))", ("skip {new}",)),
        (r"(?P<new>(in the )?(morning|afternoon|evening)s?)", ("{new}",)),
        # A digest's title is an action on it, and a watch has none.
        (r"(call|name|rename) (it|this|that) (to |as )?(?P<new>(?!an? |quits\b|off\b|to\b|as\b)\S.*)", ('title "{new}"',)),
        (r"check( it)? (only )?(?P<new>weekly|once (a|per) week)", ("every monday",)),
        (rf"(another|add|plus) (?P<new>{AMOUNT}( ?%)?)( (more|extra|on top|of it|to it))*", ("by {new}",)),
        (rf"(take|knock|shave|cut|minus|less|subtract|remove|drop|deduct) ((off|away) )?(?P<new>{AMOUNT}( ?%)?)( off| away)?",
         ("lower by {new}",)),
        (r"(only|just) (the )?(?P<new>headline)s?( (numbers|figures|stats))?", ("only {new}",)),
        (r"((add|use|put|set|make|change|give it|with) )?((an?|the|its|as) )?(?P<part>title|intro)( to)?: ?(?P<new>[^\"“”„]+)",
         ('{part} "{new}"',)),
        (r"in the (?P<part>morning|afternoon|evening),? (say|like|maybe|around|about|at|so) (?P<new>\d{1,2}([:.]\d\d)?)",
         ("{new} in the {part}",)),
        (rf"(it's |it is |it would be )?{_ENOUGH} (?P<new>{_RHYTHM})", ("{new}",)),
        (rf"(once (?=every |each ))?(?P<new>{_RHYTHM}) (is|['’]s|would be|will be|will do)( (more than )?{_ENOUGH})?", ("{new}",)),
        (rf"(in |on )?(?P<new>(?!{_NO_PLACE}\b)[a-z]+( [a-z]+){{0,2}} time)( ?zone)?", ("{new}",)),
        (r"not (before|earlier than|until) (?P<new>\d{1,2}(?!\d).*)", ("at {new}",)),
        (_BEGINS, ("from {new}",)),
        (r"((to )?(tell me|know|hear|be told) )?(about|of|on|for) (?P<new>drops|falls|dips|decreases)( too| as well| also)?",
         ("same if it drops",)),
        (r"not \S+( \S+){0,2}?(,| but)( rather)? (?P<new>\S.*)", ("{new}",)),
        (r"(only |just )?(?P<new>(until|till|through|up to) \S.*)", ("{new}",)),
        (rf"(stop|end|finish|cease)s?( (it|this|that|sending|posting))?{ENDS.pattern.replace('<when>', '<new>')}", ("until {new}",)),
        (r"(for |with |of )?(?P<new>all) (of )?(the |our |my )?accounts", ("{new} accounts",)),
        (_NO_EXCEPTIONS, ("no exceptions",)),
        (r"(no|without an?|(remove|drop|cancel|forget) the) (?P<new>end(ing)?( date| day)?)( (any ?more|now|after all))*", ("no end",)),
        (r"(the )?last (one|time)( (is|should be|comes?))?( on)? (?P<new>\S.*)", ("until {new}",)),
        (r"(?P<new>\S.*?) (is|will be|should be|being) (the )?last (one|time|digest)", ("until {new}",)),
        (r"(do(n't| not) |un-?)(skip|leave out|omit)( (on|the))* (?P<new>\S.*)", ("again {new}", "add {new}")),
        (r"((go|switch) )?back to (?P<new>(?=.*(days?\b|ly\b|\d|noon|every|month))\S.*)", ("{new}",)),
        (rf"(end|finish)s?( it)? in (?P<new>{MONTH}\b.*)", ("until {new}",)),
        # A weekday is no date: "again wednesdays" would be a rhythm of its own.
        (_come_again(rf"{WEEKDAY}s?((,| and|, and) {WEEKDAY}s?)*"), ("add {new}",)),
        (_come_again(_SOME_DATES), ("again {new}",)),
        (r"(?P<new>(by )?\S+( \S+){0,3}? ?(hours?|hrs?|h|minutes?|mins?|m) (later|earlier|sooner))", ("{new}",)),
        (rf"(put|add|include|have|show|{_ITS})( the| our| an?)? (?P<new>{_SECTION})( in)?( too| as well| also)?", ("with {new}",)),
        (rf"with (the |an? )?(?P<new>{_SECTION})", ("with {new}",)),
        (rf"(the |an? )?(?P<new>{_SECTION}) would be (nice|good|great|helpful|useful)", ("with {new}",)),
        (r"(get rid of|lose|ditch|delete|clear)( the| its)? (?P<new>title|intro)", ("no {new}",)),
        (r"(the )?same (thing |again )?(for|with|in|to) (?P<new><#.*)", ("also in {new}",)),
        (r"(do )?(the )?same (thing |again )?(for|with) (?P<new>\S.*)", ("same {new}",)),
        ((r"(also|plus)( (for|about|with|include|including|add|cover|(post|send|share|put) (it|this|that)(?! to \w)))?"
         r" (?P<new>(?!(post|send|share|put) (it|this|that) to \w)\S.*)"),
         ("add {new}",)),
        (rf"(?P<new>{_WHOM}) (should|must|needs? to|has to) (also )?be {_IN_IT}( too| as well)?", ("add {new}",)),
        (rf"(?P<new>{_WHOM}) ((should|must)( not|n['’]t) be {_IN_IT}|should be (left )?out)", ("remove {new}",)),
        (rf"(can|could|should) (?P<new>{_WHOM}) be (left out|taken out|removed|dropped|excluded)", ("remove {new}",)),
        (rf"(can|could) (?P<new>{_WHOM}) be (added|included)", ("add {new}",)),
        (rf"(everyone|everybody|everything|all( of them)?)( (but|except)|,? (without|apart from))( for)? {_NO_RHYTHM}", ("remove {new}",)),
        (rf"((can|could|may|should) )?(?P<new>{_WHOM}) (have|get)s? the same( one| thing| too)*", ("same {new}",)),
        (r"((do|make|set up|add|create) )?(another|one|a second)( one)? (for|about|with|of) (?P<new>\S.*)", ("same {new}",)),
        (r"(for |about )?(?P<new>\S.*?)(['’]s)? (too|as well|also)", ("add {new}",)),
        (r"(?P<new>\S.*?) instead", ("{new}",)),
        (r"(?P<new>(all|the whole) (of it|thing)|everything|in full) again", ("in full",)),
        (r"((per|an?|each|every|(for|by) (the|a)) |/ ?)(?P<new>(day|week|month|quarter)s?)", ("{new}",)),
        # "Bob is better" and "monday works best" are about the figures.
        (rf"(?P<new>\S.*?) {_SUITS}( (much|even|way))? (better|more|best|fine|good|great|perfect)( for (me|us|everyone))?", ("{new}",)),
        (rf"(?P<new>(on )?(weekdays|{WEEKDAY}s?((,| and|, and) {WEEKDAY}s?)*)) only", ("{new}",)),
        (r"(only|just) (?P<new>\S.*)", ("only {new}", "{new}")),
        (r"(not|no|never|nothing|without|skip|except|but not|leave out) ((on|over|during|in|at) )?(the )?(?P<new>(?!what\b)\S.*)",
         ("no {new}", "except {new}", "remove {new}")),
        (rf"(change|set|switch|move|update|put|shift)( (it|its|the))*( {_ASPECT})?( from \S+)? (back )?to (?P<new>\S.*)", ("{new}",)),
    )
)  # fmt: skip
#: "Take acme out and put bob in".
_SWAPPED = any_case(
    r"(please |can (you|we) )?(take|leave|drop|remove|kick|without) (?P<out>\S.*?)( out)?,?( and| but)? (put|have|add|include|take|with)"
    r" (?P<new>\S.*?)( in)?( (instead|for \w+))?",
    r"(swap|replace|exchange) (?P<out2>\S.*?) (for|with|by) (?P<new2>\S.*)",
)
_CLOCK = r"(\d{1,2}([:.h]\d\d)?( ?[ap]m| ?uhr)?|noon|midnight)"
#: A time alone, and another figure with its number.
_BARE = {
    DIGEST: any_case(rf"(at )?(?P<new>{_CLOCK}( or (at )?{_CLOCK})?)"),
    ALERT: any_case(rf"(?P<new>{AMOUNT} ?(%|\+| or more|per ?cent|pct)?( ?(per|an?|each|every|/) ?(day|week|month))?)"),
    # "Comments 2025" and "5 posts" are questions.
    GOAL: any_case(
        rf"(?!.*\b(posts?|off|away|20\d\d)\b)(?P<new>(add )?{AMOUNT}(( ?%)?( [a-z]+){{1,2}})?|double|triple|halve|twice"
        r"|half)( (of )?(it|that|this|as (much|many)))?"
    ),
}
#: "No, wednesday at noon".
_CORRECTION = lazy_regex(
    rf"\W*(?:(?:{NOT_SO}|better)\b[\s,!.…-]*+)+"
    r"(?P<change>(?!(?:what|how|who|which|why|when|where|than|until|till|is|are|was|were|did|do|does)\b)\S.*)",
    re.IGNORECASE | re.DOTALL,
)


def correction_in(text: str) -> str:
    """What a text says instead of what was said before: "wednesday at noon" of "no, wednesday at noon"; "" for any other text."""
    found = _CORRECTION.fullmatch(text)
    return found["change"] if found else ""


def without_only(text: str) -> str:
    """The text without "only" before its further words: "from 1 dec only on fridays"."""
    return re.sub(r"(?<=\S )(?:only|just) ", "", text, flags=re.IGNORECASE)


def plain_change(text: str) -> str:
    """A text without the words around what it says: "let's do 7:30" is "7:30"; "" for a question, or where it is too long."""
    return "" if text.rstrip().endswith("?") or len(text) > LONGEST_SENTENCE else _AROUND_CHANGE.sub("", plainly(text).strip(" !."))


def bare(text: str) -> str:
    """A text without what leads from what was said before to it, and its question mark: "at 10" of "and at 10?"; "" for a question."""
    plain = " ".join(text.split()).rstrip(" ?!.") if len(text) <= LONGEST_SENTENCE else ""
    begun = _SIGN.match(plain)
    rest = _THANKS.sub(
        "", re.sub(r"^(?:(?:what|how) about|for|or|maybe|perhaps|rather) ", "", plain[begun.end() if begun else 0 :], flags=re.IGNORECASE)
    )
    return "" if _ASKS.match(rest) else rest


def amendments(text: str, noun: str = DIGEST) -> tuple[str, ...]:
    """The changes that a text may make to the last command, the likelier first; none where it is no such text. ``noun``: what it is about.

    Each is a change only where "edit" reads it: "only comments" may also ask for figures.
    """
    plain = plainly(text)
    if len(plain) > LONGEST_SENTENCE or (plain.endswith("?") and not ASKED_POLITELY.match(plain)):
        return ()
    begun = _SIGN.match(plain)
    if VAGUE.fullmatch(plain) or (begun and VAGUE.fullmatch(plain, begun.end())):
        # What there is to change is asked.
        return ("",)
    ends = _THANKS.search(plain)
    rest = AND_ALSO.sub(" ", _THANKS.sub("", plain[begun.end() if begun else 0 :]))
    rest = re.sub(r"['’]s? (?:new )?posts?\b", "", rest) if noun == WATCH else rest
    # Before another change an hour alone would be a name.
    rest = re.sub(rf"(?<= )(?=\d{{1,2}}(?:[:.]\d\d)? {MORE})", "at ", rest)
    if bare := _BARE[noun].fullmatch(_AROUND_CHANGE.sub("", rest)) if noun in _BARE else None:
        return (f"at {bare['new']}",) if noun == DIGEST else (bare["new"],)
    if IN_CHANNEL.fullmatch(rest):
        return (rest if noun == DIGEST or not re.match(r"and\b", plain, re.IGNORECASE) else f"add {rest}",)
    if noun in (DIGEST, WATCH) and (both := _SWAPPED.fullmatch(rest)):
        return (f"remove {both['out'] or both['out2']} add {both['new'] or both['new2']}",)
    fitting = ((changes, found) for pattern, changes in _AMENDMENTS if (found := pattern.fullmatch(rest)))
    changes, found = next(fitting, (("{new}",) if (begun and begun["corrects"]) or (ends and ends["corrects"]) else (), None))
    new = found["new"] if found else rest
    if noun == ALERT:
        # How often it is posted at most, not days that it compares.
        new = re.sub(r"^once (?=(?:an?|per|every|each) )", "at most once ", new, flags=re.IGNORECASE)
    words = new.lower().split()
    # "Only comments", "not october" and "actually, how did bob do" are questions.
    asked = METRIC_WORDS.keys() >= {*words} or (noun != DIGEST and "posts" in words) or LEFT_PERIOD.fullmatch(rest.lower())
    is_question = (len(changes) > 1 and asked) or _ASKS.match(rest) or not _FIGURES.isdisjoint(words)
    said = {**(found.groupdict() if found else {}), "new": new}
    return () if is_question or not new else tuple(one.format(**said) for one in changes)
