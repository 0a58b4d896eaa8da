"""What a text does to what the command before it was about: "pause it until monday", "skip the next one", "undo that".

::

    text ─┬ change_in ──────→ "make it …": it certainly changes the last command
          ├ action_on_last ─→ the command about "it", which the last command was about
          └ begins_action ──→ the action of a text that says on nothing: "stop"

Other words that may change it are in ``bot.management.change_words``.
"""

import re
from collections.abc import Sequence

from bot.lazy_regex import any_case, either, lazy_regex
from bot.parsing.courtesies import FIRST_WORDS, LONGEST_SENTENCE, POLITELY, digest_of_this, plainly, without_reasons
from bot.parsing.dates import DAYS_OFF, ENDS, MONTH, NEXT_SEVERAL, THAT_WEEK, THIS_TIME, WEEKDAY
from bot.parsing.follow_ups import MAKE_IT, SO, TAIL
from bot.parsing.text import HOW_FAR, ON_THE_WAY, SPLIT, number_in
from bot.parsing.vocabulary import ALERT, DIGEST, GOAL, WATCH

#: Stand for the command that a person may change.
ANY_COMMANDS = ("digest edit 0000", "alert edit 0000")
_DEICTIC, _THIS = r"(?:it|this|that|these|those|them)", r"(it|this|that)"
#: "Cancel next week's digest" leaves one out.
_NEXT = any_case(r"\b(next|week['’]s|tomorrow['’]s|(to|mon|tues|wednes|thurs|fri|satur|sun)day['’]s)(?!\w)")
_ACCOUNTS_OF_LAST = any_case(
    rf"{POLITELY}(?P<sign>add(?! up\b)|include|remove|exclude|drop(?! (in|of|from)\b))"
    r" (?!it\b|this\b|that\b|[^:]*(title|intro)\w*:)(?P<who>((?!\b(digest|alert|goal|target|watch|group|report|summary|channel|default"
    r"|exception|end|thing|lot)(e?s)?\b| (to|into|from|out of) | and (have|add|put|include|take) ).)+?)( section"
    r"| part)?( (to|in|into|from|out of) (it|(the|this|that) (?P<kind>digest|watch)))?( too| as well|, please)?"
)
#: "Take bob in", "leave acme out".
_IN_OR_OUT = any_case(
    r"\b(take|put|leave|bring|kick|throw|pull|let|get|keep|count|have|toss|cut) (?!it\b|this\b|that\b|(the )?next\b)(?P<who>(\S+ ){1,4}?)"
    r"(back )?((?P<in>in|into|on|onto)|out( of)?|off)( (it|this|that|there))?( (too|as well|also|again|please))*$"
)
#: "Stop sending bob".
_NO_LONGER = any_case(
    r"\b(stop|quit|no longer|do(n't| not)|no need to) (includ|show|send|report|post|cover)(e|ing)?"
    r" (?!(it|this|that|them|these|those|me|us|the|my|our|posts?|anything|any|to|in|on|at|for|over|when|if|next|today|tomorrow|here|so"
    rf"|stuff|messages|links|{WEEKDAY}s?|{MONTH})\b|[\d<])(?P<who>\S+( (?!anywhere)\S+)?)( any ?more)?$"
)
_MESSAGES = r"(?:messages|notifications|pings|posts|updates|alerts|digests)"
_IT = (
    rf"((the|these|those|all|any)( \w+)? {_MESSAGES}|it|this|that|these|those|them|one|the (whole )?thing"
    r"|(the )?next( (one|week|month|time))?|(the )?first( one| time)?(?= (come|be|go|due|arrive|happen|sent|posted)\b)|up|sending|back|on"
    r"|off|again|now|once|right)"
)
#: "(Drop) the posts": a digest has them, a goal does not.
_PARTS_OF_OTHERS = any_case(r"\b(posts?|charts?|board)$")
#: Before another change: "add bob to it (and leave out the posts)".
_LEAVE_OUT = any_case(r",? and (leave out|skip|omit)( the)? (?=(posts?|board|charts?)\b)")
_TO_IT = any_case(r" (to|in|into|from|out of) (it|that|this) (?=(with|without|add|remove|make|change|set|only)\b)")
#: What leads to an action: "actually no, (stop it)".
_LED = any_case(
    r"^\W*((no(?=\s*[,.!…–-]| (sorry|wait|actually|stop|pause|delete|cancel|make|move)\b)|nope|nah|actually"
    r"|(forget it|never ?mind)(?=\s*,)|sorry|ok|okay|then|fine|oops|oh|h?m+|well|wait|thanks|great|cool|nice)\b[\s,!.:…-]+)+(?=\w)"
)
#: A part of an alert or a watch.
_PARTS_OF_ALERTS = either(
    r"only (from|between) \d|(no )?quiet\b|cool-?down\b|\d+ \w+ cool-?down\b|(both|either) (ways?|directions?)(?=\W|$)|both up and down\b",
    r"(at most|max(imum)?|(not?|never) more (often )?than) (once|one) |ignore (\S+ ){0,3}(below|under|less than) \d",
    r"(with )?(min(imum)?( of)?|at least) \d(?!.*\b(posts?|days?|weeks?|months?)\b)",
    r"(not|never|nothing|no (alerts?|messages?|pings?|notifications?)) (at night|overnight|during the night|(between|before|after) \d)",
    r"(ping|mention|cc|notify|tell|tag|alert) <[@!](?!.* (when|if|about|of) (?!it\b))",
    r"(ping|mention|cc|notify) me( too| as well| also| please)*$",
    # "Tell bob" may ask for Bob's figures.
    r"(ping|mention|cc|notify|tag) (?!me\b|us\b|when\b|if\b)\w+( too| as well)?$|tell (?!me\b|us\b)\w+ (too|as well)$",
)
_PART = any_case(rf"(and |with |but |only (?!from|between)|please |can you |also |in |for )*(?P<part>{_PARTS_OF_ALERTS})")
#: What a watch does not have.
_PART_OF_WATCH = any_case(
    r"(please |can you )*((only|just) (the )?(launch|announcement)\b.*|(no|without|skip)( the)? (follow-?ups?|later)\b.*)",
    r"(please |can you )*(ping|mention|cc|notify) me"
    r" (when|if|on|for|with) ((it|there|is|are|an?|any|every|each|new|the|one)(['’]s)? )+posts?",
    r"(please |can you )*(only )?((tell|notify|ping|show|send|give)( me| us)? )?(only )?(the )?(figures |numbers |stats )?"
    r"after (an?|\d+) ?(h|hours?|d|days?)(,? (not|and|instead|rather)\b.*| please| only| too)*",
)
_SAID = any_case(rf"\b(it|there|thing|this|that|these|those|them|next|first|{_MESSAGES})\b")
#: The end of "when does it come?", "who set this up?".
_HAPPENS = any_case(
    r"( (about|active|already|and|be|check|come|compare|cover|date|do|due|ends?|fires?|for|get|go|happen|how|in|include|it|live|look at"
    r"|next|now|off|on|out|over|paused|post(ed)?|run|running|say|sen[dt]|set|show|starts?|still|stops?|tell|the (time|days?|channel|title)"
    r"|to|up|when|where|who))*"
)
#: "Does it have charts?", "is it gonna come on friday?", which its own card answers.
_DOES_IT = any_case(
    rf"{POLITELY}(does|do|will|is|are) (it|this|that) (also |still |only )*(check|post|come|run|include|have|count|cover|compare|go|send"
    r"|gonna|going to|for|about|daily|weekly|monthly|every|\w+ time$)\b"
)
_CAME = (
    r"(come|came|go(ne)? out|sen[dt]|posted|(?<=it )(not |last )?(post|run|work)|fired?|trigger(ed)?|arrived?|late|missing)"
    r"( yet| again| something| anything| last| today| yesterday| this (morning|week)| on \w+)*"
)
#: How an action on what was set up or shown last is said: "pause it until monday", "skip the next one", "when does it come?".
_ACTIONS = {
    "edit": (rf"(edit|change|update)( the (channel|time|days?|accounts?|schedule|title|quiet hours)$|(?= {_THIS}$))",),
    "stop": (rf"stop|halt|no more(?= after\b| {_MESSAGES}$)|(turn|switch)(?=.* (on|off)\b)|disable|unsubscribe( me| us)?( from)?",),
    "pause": (FIRST_WORDS["pause"], r"(silent|nothing)(?= (until|till)\b)"),
    "resume": (FIRST_WORDS["resume"], r"carry on|keep going", r"bring(?= (it|this|that|them) back\b)"),
    "delete": (FIRST_WORDS["delete"], r"(i|we|no ?body) ((don't|do not|no longer) )?(want|need|read|use)s?", r"chuck"),
    "test": (
        rf"{FIRST_WORDS['test']}|what('s| is) (the|its) (current|latest) (value|number|figure)",
        rf"(what )?would {_THIS}? ?(have )?(happened|fired?|trigger(ed)?|go(ne)? off)( .*)?",
    ),
    "edit title": (
        rf"(change|set) (the |its )?(name|title)(?= to )|give(?= {_THIS}\b.*\b(title|name)\b)",
        r"(rename|call|name)(?= (it(?=$)|it (?!an? |quits\b|off\b)|(this|that)( one)? (to |as |[“„\"])))",
    ),
    "begin": (
        rf"start(?= {_THIS}? ?(again|back))|(resume|continue)(?= .*\b(on|from|in|tomorrow|next \w+)\b)",
        r"(we(['’]re| are) )?back(?= (on|from|in) )",
    ),
    "also": (rf"(post|send|put|share)(?= {_THIS}\b.*<#.*(also|too|as well))|also( (post|send|put|share))?(?= ({_THIS}\b.*|in |to )<#)",),
    "skip": (
        r"skip|(leave out|omit)(?!( the)?( best| top| new)? posts?\b)|do(n't| not) (send|post|run)(?= (it|(the )?next)\b)",
        r"not(?= (the next( one| time)?|next time|this \w+)$)",
    ),
    "now": (r"(send|post|run|do)(?= (it|that|this|one)? ?(right )?(now|once)\b)",),
    "show": (
        r"who(['’]ll| will)? (else )?((can |may )?(get|receive|read|see|change|edit|stop)s?|set( up)?)",
        r"who(['’]ll| will)? (else )?(made|owns|created|looks after|manages|did(?= \w+$))",
        r"(when|where|how (often|long)|what time)(['’]s| is| does| will| goes| do(?= (the|those) ))",
        r"what (do(es)?|will|would|happens (if|when|once))(?= (it|th\w+) (check|compare|cover|do|fire|look|post|say|send|show|tell))",
        r"how (do|can|could|would) (i|we) (change|edit|stop|pause|delete|move|set|remove|end|mute)",
        rf"(does|will|is|are)(?= {_THIS} )|who('s| is) (on|in)(?= {_THIS}\b)|who('s| is)(?= {_THIS} for$)",
        rf"(who|what)('s| is)(?= (the |its )?next( date)?$)|(which|what) (account|channel|figure|page)s? (is|was|are)( in)?(?= {_THIS}\b)",
        rf"(when|where|how often|what time) do you (check|look at|post|send|show)(?= {_THIS}\b|$)",
        rf"(what|which) (figures|numbers|stats) do you (check|look at|post|send|show)(?= {_THIS}\b|$)",
        r"(is|are) (?!it\b|this\b|that\b)(\S+ ){1,3}?(included |covered )?in(?= (it|there)$)",
    ),
    "preview": (
        rf"(show|give|send) (me|us) (a preview|an example|a sample|one( (right )?now)?)|show(?= {_THIS} to (me|us)$)",
        rf"(is there|do you have|can (i|we) see) a preview|preview(?= {_THIS}\b|$)|what (do|would|will) (i|we|people|they) see$",
        rf"((show|see)( me| us)? )?(what|how) ((does|would|will) )?{_THIS}( would| will)? looks?( like)?",
        rf"how many \w+ does {_THIS} (show|have|list)$|what (exactly|actually) (gets|is|will be) (posted|sent|shown)$",
        rf"what('s| is| will be| would be| goes| comes) (shown )?in(?= {_THIS}$)",
    ),
    "history": (rf"(why|has|have|did|was|when did|hasn't|didn't)\b[^,;]*\b{_THIS}\b[^,;]*\b{_CAME}",),
    "undo": (rf"do(n't| not) (skip|pause|change|move|stop|delete)(?= (it|that)( after all)?$)|undo|revert|(take|change) {_THIS} back",),
}
_ON_THE_LAST = {
    action: any_case(rf"{POLITELY}({'|'.join(begins)})\b(?P<it>( {_IT}\b)*)(?P<rest>.*)") for action, begins in _ACTIONS.items()
}
#: "How did this post do?" is about figures.
_OF_A_POST = any_case(r"\b(this|that|these) posts?\b")
#: "(Pause it) from tomorrow", which only a digest can.
_FROM_THEN = any_case(r" (from|starting|as of|beginning|over|during|between|on) ")
#: Of these, what alerts and watches do not have, and what is done instead.
_NOT_OF = {ALERT: ("skip", "now", "also"), WATCH: ("skip", "now", "also", "edit title", "test")}
_INSTEAD = {ALERT: {"preview": "test", "history": "show"}, WATCH: {"preview": "show", "history": "show"}}
NAMES_KIND = any_case(r"\b(digest|alert|goal|target|watch)(e?s)?\b")
MORE = r"(?=(?:add|remove|drop|include|exclude|make|change|set|at|on|in|title|without|with|only)\b)"
#: "… and add bob", which goes on with the same change.
AND_ALSO = any_case(rf",? and {MORE}")
ASKED_POLITELY = any_case(
    r"\W*((and|so|ok|hm+|oh)\b\W*)*(can|could|would) (you|we|i|(it|that|this) (arrive|be|check|come|fire|go|happen|land|ping|post|run|show"
    r"|start|stop|tell)|\S+ (have|get) the same|\S+ be (left|taken|removed|dropped|excluded|added|included))\b"
)
_SEND_THERE = any_case(
    r"(\b(post|send|put|share) (it|this|that)\b.*?|^(and )?(to|in|into) (?=\S*$)"
    r"|\b(tell|notify|ping|let) (me|us|everyone|the team|them)( know)?( in)? "
    r"(?=\S+ (when|once|if) ((we|it|that)(['’]s|['’]re| is| are| have| has)? (reach|hit|make|there|done|get)))"
    r")(?P<where><#[^<>]*>|#[a-z][\w-]*)"
)
_TO_ME = any_case(
    r"\b(post|send) (it|this|that) (to|in|into|as) (me|(an? |my )?(private )?(dms?|direct messages?)|us by dm)( too| as well| also"
    r"| instead| please)*$"
)
_TOO = any_case(r"\b(also|too|as well)\b|^and\b")
#: "Add bob", "remove likes": below a card these are about its figures.
PARTS = any_case(r"\W*((please|also|and)\W+)*(add|include|remove|exclude|drop)\s+(?!(it|this|that|these|those|them)\b)\w")
#: "Send me that every monday".
_SEND_IT = (
    r"(?:send|post|give|show|get|have|do|run|repeat|share|deliver|bring)\s+(?:(?:me|us)\s+)?(?:it|that|this)(?:\s+(?:to\s+(?:me|us)|again|here))*"
    r"(?=\s+(?:every|each|daily|weekly|monthly|on(?! \d)|in the (?:morning|afternoon|evening))\b)"
)
#: "Make it tuesday", "can you change it to 10:00?", "no, set that to 60k".
_CHANGE = lazy_regex(
    rf"^\W*(?:(?:{SO}|please|pls|let['’]?s|(?:can|could)\s+(?:you|we|i|someone))\b[\s,!.…-]*)*(?:{MAKE_IT}|{_SEND_IT})\s+(?P<change>\S.*?)[\s?!.]*$",
    re.IGNORECASE | re.DOTALL,
)


def change_in(text: str) -> str:
    """The change that a text makes to the last command: "tuesday" of "make it tuesday"; "" for any other text."""
    found = _CHANGE.match(text)
    change = TAIL.sub("", found["change"]) if found else ""
    # "(Change the day to) thursday and the time to 10".
    change = re.sub(r"(?:,| and)+ (?:the |its )?(?P<what>day|time|hour)s? to ", " at ", change)
    if re.search(r"\b(?:lower|decrease|reduce|cut)\s+(?:it|that|this|the \w+)\b", text):
        change = re.sub(r"^by (?=\d)", "lower by ", change)
    is_added = found and "day" in change and found["change"].lower().endswith((" too", " as well"))
    # "Make it fridays too".
    return f"add {change}" if is_added else change


def action_on_last(text: str, last: str) -> str:
    """The command that a text about "it" means after the command ``last`` that can be changed ("digest edit 3f2a"); "" for any other."""
    plain = AND_ALSO.sub(" ", _LEAVE_OUT.sub(" without ", plainly(text))).rstrip(" ?!.") if len(text) <= LONGEST_SENTENCE else ""
    plain = _TO_IT.sub(" ", _LED.sub("", re.sub(r" (?:any ?more|any longer|somehow|first|directly)$", "", plain, flags=re.IGNORECASE)))
    noun, verb, which = (*last.split(maxsplit=2), "", "", "")[:3]
    # "Drop bob?" may ask what would be without him.
    asks = text.rstrip().endswith("?") and not ASKED_POLITELY.match(text)
    is_known, goal = verb == "edit" and " " not in which, noun == GOAL
    signed = _IN_OR_OUT.sub(lambda found: f"{'add' if found['in'] else 'remove'} {found['who'].strip()}", plain)
    of = None if asks else _ACCOUNTS_OF_LAST.fullmatch(_NO_LONGER.sub(r"remove \g<who>", signed))
    if goal and (of_goal := _of_goal(plain, last.partition(" ")[2], of)):
        return of_goal
    if is_known and (part := _place_or_part(plain, noun, asks=asks)):
        return f"{noun} edit {which} {part}"
    if noun in (DIGEST, WATCH) and is_known and of:
        # "Add bob to the watch" is about no digest.
        return f"{noun} edit {which} {of['sign'].lower()} {of['who']}" if (of["kind"] or noun).lower() == noun else ""
    for action, begins in _ON_THE_LAST.items() if is_known or goal else ():
        if (asks and action not in ("show", "preview", "history", "undo", "test")) or (action == "show" and _OF_A_POST.search(plain)):
            continue
        found = begins.fullmatch(plain)
        if found and (_SAID.search(found["it"]) or re.search(r" (?:you|i|we) ", found[0]) or not (goal or action in ("delete", "show"))):
            it, rest = found["it"], found["rest"]
            if rest and it.lower().endswith(" on"):
                # "Mute it on weekends".
                it, rest = it[:-3], f"{it[-3:]}{rest}"
            meant = action_meant(action, it, "" if action == "delete" else it + rest)
            words = _goal_words(meant, last, found[0], rest) if goal else _last_words(meant, noun, which, found[0], it=it, rest=rest)
            if words and meant not in _NOT_OF.get(noun, ()):
                return joined(*words)
    return ""


def _of_goal(plain: str, which: str, of: "re.Match[str] | None") -> str:
    """The command about a goal that isn't named: how far it is, where it is told, or without an account; "" for any other text."""
    there = None if _TOO.search(plain) else _SEND_THERE.search(plain)
    if HOW_FAR.fullmatch(plain):
        return f"{GOAL} list"
    if ON_THE_WAY.fullmatch(plain) or SPLIT.fullmatch(plain):
        return f"{GOAL} {plain}"
    is_left_out = of and of["sign"].lower() not in ("add", "include") and not _PARTS_OF_OTHERS.search(of["who"])
    without = f"without {of['who']}" if of and is_left_out and not of["who"][:1].isdigit() else ""
    change = without or (f"in {there['where']}" if there else "")
    return f"{GOAL} change {which} {change}" if change else ""


def _place_or_part(plain: str, noun: str, *, asks: bool) -> str:
    """The change of a part of an alert or a watch, or of where something is posted: "quiet 20-8", "to me", "in <#C0123>"; "" for none."""
    if noun in (ALERT, WATCH) and not asks and (part := _PART.match(plain)):
        return plain[part.start("part") :]
    if noun == WATCH and not asks and _PART_OF_WATCH.fullmatch(plain):
        return plain
    if _TO_ME.search(plain):
        return "to me"
    there = _SEND_THERE.search(plain)
    # Where Slack has linked it, a digest may be posted there too.
    is_clear = there and (there["where"].startswith("#") if noun == DIGEST else not _TOO.search(plain))
    return f"in {there['where']}" if there and is_clear else ""


def _goal_words(action: str, last: str, text: str, rest: str) -> tuple[str, ...]:
    if action == "show" and _HAPPENS.fullmatch(rest):
        return ("goals",)
    if action in ("pause", "skip") and not NAMES_KIND.search(text):
        return ("goal pause",)
    return ("goal delete", last.partition(" ")[2]) if action in ("stop", "delete") and not rest else ()


def _last_words(action: str, noun: str, which: str, text: str, *, it: str, rest: str) -> tuple[str, ...]:
    """The words of an action on what is set up under this id; none where something else follows that it cannot have.

    ``text``: the whole; ``it``, ``rest``: what follows its verb, "it" and further words.
    """
    action = _INSTEAD.get(noun, {}).get(action, action)
    days = DAYS_OFF.match(rest) if noun == DIGEST and action in ("stop", "pause") else None
    behind = re.sub(r"^(?: (?:it|this|that|sending))*", "", it + rest)
    ends = ENDS.fullmatch(behind) if noun == DIGEST and (action == "stop" or (action == "delete" and behind[:4] != " on ")) else None
    time = THAT_WEEK.fullmatch((it + rest).strip()) if noun == DIGEST and action == "skip" else None
    is_silent = action in ("pause", "stop") and noun != DIGEST and _FROM_THEN.match(rest)
    words: tuple[str, ...] = (noun, action, which, rest) if not rest or is_silent or re.match(r" (?:until|till|for) ", rest) else ()
    if action == "pause" and noun == DIGEST and re.match(r" (?:from|starting|as of|beginning)\b(?!.* (?:to|until|till) )", rest):
        words = (noun, action, which, re.sub(r"^ \w+(?: of| on)?", " from", rest))
    elif ends or time:
        words = (noun, "edit", which, "until", ends["when"]) if ends else (noun, "edit", which, "except", time["when"] if time else "")
    elif action == "show":
        words = (noun, action, which) if _HAPPENS.fullmatch(rest) or _DOES_IT.match(text) else ()
    elif action == "undo":
        words = () if rest else (action, noun, "edit", which)
    elif action == "begin":
        day = re.fullmatch(r".*?\b(?:(?:on|from|in) (?P<day>\S.*)|(?P<near>tomorrow|next \w+))", it + rest)
        words = (noun, "pause", which, "until", day["day"] or day["near"]) if day else (noun, "resume", which) if not rest else ()
    elif action in ("also", "edit title"):
        rest = re.sub(r" (?:too|as well|also)$", "", rest)
        words = (noun, "edit", which, action, rest) if action == "also" else (noun, *with_title(action, which, rest))
        words = words if rest.strip() else (noun, "edit", which) if action != "also" else ()
    elif action == "skip" and (several := NEXT_SEVERAL.fullmatch(it + rest)):
        words = (noun, action, which, f"next {number_in(several['n'])}")
    elif action == "skip" and THIS_TIME.fullmatch(it + rest):
        words = (noun, action, which)
    elif days or (action == "skip" and rest and noun not in rest):
        when = rest[days.end() :] if days else re.sub(r"^ (?:(?:the )?one )?(?:on|the) ", " ", rest)
        # "Except the 14th" would be that of each month.
        words = (noun, "edit", which, "skip" if re.fullmatch(r" ?(?:the )?\d+[a-z]{2}", when) else "except", when)
    return words


def there_or_too(text: str, last: str) -> tuple[str, ...]:
    """The two readings of "send it to #general" after a digest: moved there, or posted there too; empty for any other text."""
    there = _SEND_THERE.search(text)
    which = last.removeprefix("digest edit ") if last.startswith("digest edit ") else ""
    if not there or not there["where"].startswith("<") or not which or " " in which:
        return ()
    return f"digest move {which} to {there['where']}", f"{last} also in {there['where']}"


def begins_action(text: str) -> str:
    """The word of an action with which a text begins that does not say on what ("pause until monday"); "" for any other."""
    acts = "|".join((*(FIRST_WORDS[action] for action in ("stop", "pause", "resume", "delete")), "rename", "edit", "move", "change"))
    what = rf"(?=(?: (?:sending|posting|getting))?(?: {_DEICTIC})?(?: (?:until|till|for|from(?! (?:the|our|my|this)\b)|#\d)\b|\W*$))"
    found = re.match(rf"{POLITELY}(?P<word>{acts}){what}", _LED.sub("", text.strip()), re.IGNORECASE)
    return found["word"] if found else ""


def on_each(text: str, commands: Sequence[str]) -> tuple[str, ...]:
    """The command that a text about "it", or about nothing ("stop until monday"), means after each of these that change something."""
    word = begins_action(text)
    plain = re.sub(rf"\b{re.escape(word)}\b(?: {_DEICTIC})?", f"{word} it", text, count=1) if word else text
    return tuple(filter(None, (action_on_last(plain, one) for one in commands)))


def acts(text: str) -> bool:
    """Whether a text changes, or does something to, what was spoken of, whatever that is: "make it tuesday", "pause it", "stop"."""
    text = without_reasons(text)
    on_any = any(on_each(text, ANY_COMMANDS)) or begins_action(text) or there_or_too(text, ANY_COMMANDS[0])
    return bool(change_in(text) or on_any or digest_of_this(text))


def action_meant(action: str, around: str, rest: str = "") -> str:
    """The action: "turn it on" resumes, and "cancel next week's digest" leaves one out."""
    is_next = action in ("delete", "stop", "pause") and (_NEXT.search(around) or THIS_TIME.fullmatch(rest))
    return "resume" if action == "stop" and re.search(r" on(?: again| now)?$", around) else "skip" if is_next else action


def with_title(action: str, which: str, rest: str) -> tuple[str, ...]:
    """The words of an action, what it is done to, and what follows; of a new title this in quotes."""
    verb, _, part = action.partition(" ")
    title = re.sub(r"^\s*(?:(?:to|as|an?|the|new|title|name):?\s+)*", "", rest).strip('"“”„ ')
    return (verb, which, f'{part} "{title}"' if part and title else rest)


def joined(*words: str) -> str:
    return " ".join(" ".join(words).split())
