"""Commands in the order in which people say them: "stop the friday digest", "can the digest come on tuesdays?", "pause it until monday".

::

    text ─┬ action_first ───→ the command, its noun first: "digest pause friday"
          ├ action_on_last ─→ the same about "it", which the last command was about
          └ begins_action ──→ the action of a text that says on nothing: "stop"
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.lazy_regex import lazy_regex
from bot.parsing.courtesies import LONGEST_SENTENCE, POLITELY, plainly, without_reasons
from bot.parsing.dates import MONTH
from bot.parsing.follow_ups import change_in

_DIGEST, _ALERT, _GOAL, _WATCH = "digest", "alert", "goal", "watch"
#: How people begin a command that names its action first, each with the action's word.
_FIRST_WORDS = {
    "stop": r"stop|halt|(?:turn|switch)(?=.* off\W*$)|(?:turn|switch) off|disable"
    r"|unsubscribe(?: me| us| (?:this|the) channel| here)?(?: from)?",
    "pause": r"pause|hold(?! (?:on|up)\b)|suspend|mute|snooze|silence",
    "resume": r"resume|unpause|unmute|restart|turn(?: it)?(?: back)? on|switch(?: back)? on|enable|continue",
    "delete": r"delete|remove|cancel|get rid of|drop|end|kill|scrap",
    "edit title": r"rename|call|name",
    "edit": (
        r"edit|change|give|update(?! on\b)|raise|lower|increase|decrease|reduce|reschedule|adjust|modify"
        r"|push|shift|postpone|delay|swap|replace"
        r"|(?:set|switch|put|make)(?= (?:the|my|our|this|that)\b(?!.*(?:digest|alert|goal|watch) (?:for|of|about|from)\b)"
        r".*\b(?:to|on|at|every|\w+ly|\w+days?|\d\S*|less|more)\b)"
    ),
    "skip": r"skip|leave out|do(?:n['’]?t| not) (?:send|post|run)|no(?!.*\?$)",
    "move": r"move",
    "now": r"(?:send|post|run)(?=.* now\b)",
    "preview": r"preview|try",
    "test": r"test",
    "new": (
        r"create|start|set up|setup|set|make|add|new|schedule|send (?:me|us)|subscribe(?: me| us)?|i(?: want|['’]d like| would like| need)"
    ),
    "list": (
        r"list|show(?: me| us)?|see|view|which|my|our|who (?:set up|made|created|owns|gets|receives)"
        r"|(?:update|news) on|(?:status|progress) (?:of|on|towards?)"
        r"|(?:what|when|where|how many|how|are|is|did|do|does)(?:['’]s| is| are| do| does| will| did)?"
    ),
}
#: How people ask to be told of something that happens.
TELL_ME = (
    r"(?:please |can you |could you )?(?:tell|notify|ping|message|let|alert|inform|warn|mention)"
    r" (?P<told>me|us|everyone|everybody|(?:the )?(?:team|channel)|<[@#!][^<>]*>(?:(?:,| and|,? &amp;)? (?:me|<[@#!][^<>]*>))*)(?: know)?,?"
    r" (?:when(?:ever)?|if|once|as soon as|every time)"
)
_AROUND = (
    r"(?:sending|posting|getting|receiving|the|a|an|my|our|this|that|these|all|any|next|new|on|we|i|you|doing"
    r"|week['’]s|today['’]s|tomorrow['’]s)"
)
_THE = r"(?:the|my|our|this|that|these)"
#: What a change is of, which the change itself says: "the time of the digest", "the alert's threshold to".
_ASPECT = r"(?:time ?zone|zone|time|days?|schedule|timing|channel|threshold|limit|frequency|target|number)"
_ASPECTS = lazy_regex(
    rf"\b(?:the )?{_ASPECT} (?:of|for) (?={_THE} )|(?<=digest|.alert|..goal|target)(?:['’]s)? {_ASPECT}(?= (?:to|at|from)\b)", re.IGNORECASE
)
#: "Can the digest come on tuesdays?", "the digest should include bob".
_MODAL = r"(?:should|must|could|can|needs? to|has to|have to|ought to|shall|is supposed to|would)"
_HAPPEN = r"(?:(?:please|now|also|rather|better|just|be|get|come|go|run|arrive|fire|post|posted|sent|out|trigger|start|happen|land) )*"
_ADD = r"(?P<add>(?:include|cover|contain|mention) )?"
_NOUN_FIRST = (
    rf"(?:(?:{{polite}})(?:can|could|should|would|may|let|have) {_THE}|(?:{{polite}}){_THE}(?= .*\b{{noun}} (?:{_MODAL})\b)) "
    rf"(?P<which>(?:\S+ ){{{{0,4}}}}?){{noun}} (?:(?:{_MODAL}) )?{_HAPPEN}{_ADD}(?P<rest>(?!not\b|never\b)\S.*)"
)
#: "Remove the title of the digest".
_NO_PART = (
    rf"{POLITELY}(?:remove|delete|drop|clear) (?:the |its )?(?P<part>title|intro)(?: line)?"
    rf" (?:of|from) {_THE} (?P<which>(?:\S+ ){{0,4}}?)digest\W*"
)
#: "Only send the digest when something changed".
_ONLY_WHEN = rf"{POLITELY}only (?:send|post|run) {_THE} (?P<which>(?:\S+ ){{0,4}}?)digest (?P<when>(?:when|if) \S.*?)[.!?]*"
#: "We don't need the digest any more", "nobody reads the friday digest".
_NO_NEED = (
    r"(?:(?:we|i)(?: really)? (?:don['’]?t|do not|no longer|never)|no ?body|no one)(?: really)? (?:needs?|wants?|reads?|uses?|likes?)"
    rf" (?:to get |to see )?{_THE} (?P<which>(?:\S+ ){{{{0,4}}}}?){{noun}}(?: any ?more| any longer| now)?\W*"
)
#: "The alert is too noisy", "the digest didn't come".
_STATED = (
    r"(?:the|this|that) (?P<which>(?:\S+ ){{0,4}}?){noun}"
    r" (?P<is>is|was|comes|came|did|does|has|keeps|never|didn['’]t|doesn['’]t|hasn['’]t|isn['’]t)\b[^,;]*"
    r"(?:[,;.] (?:so |please |can you )*(?P<then>(?:make|change|set|delete|drop|cancel|remove|stop|pause|kill|end|skip|get rid of)\b.*))?"
)
#: "Why didn't the digest come?"
_CAME = r"(?:why|did|has|was|when)\b.*\b{noun}\b.*\b(?:go|come|came|sent|posted?|arrive|fail\w*|out|late|missing|last)\b.*"
#: "Mention @ann in the alert", "only alert me on workdays".
_TOLD = (
    rf"{POLITELY}(?:(?:mention|tag|ping|cc) (?P<who><[@!][^<>]*>(?:(?:,| and) <[@!][^<>]*>)*|me) (?:in|on|for|with) {_THE} alert"
    r"|only (?:alert|notify|ping|tell|warn) (?:me|us) (?P<when>(?:on|at|in|between) \S.*))\W*"
)
_ABOUT_GOALS = (
    r"(?:how|are|is|will|did|do|can|have|has|were|what|where)\b[^\d]*\b(?:goals?|targets?)(?: yet| already| this \w+| so far)?\W*"
)
#: "Add bob to the digest", "take acme out of the digest".
_ACCOUNTS_OF = lazy_regex(
    r"(?:please |can you |could you )?(?P<add>add|include|put)?(?(add)|(?:remove|exclude|drop|take|leave)) (?P<who>\S.*?)"
    rf" (?:to|in|into|from|out of|off) (?:{_AROUND} )*(?P<which>(?:\S+ ){{0,3}}?)digest\W*",
    re.IGNORECASE,
)
#: "(I'd like) the digest in new york time", and when one ends: "(end the digest) after march".
_CHANGES_ONE = lazy_regex(r" (?:the|my|our) (?:\S+ ){0,3}? ?(?:in|at|on|every|as) \S.*", re.IGNORECASE)
_ENDS = lazy_regex(r" (?:after|on|at|by|with|in) (?:the )?(?P<day>(?!once\b|now\b)\S.*)", re.IGNORECASE)
#: "No digest on 28 dec", "pause the digest from 24 dec to 6 jan".
_DAYS_OFF = lazy_regex(
    rf" (?:on|over|during|between|from(?=.* (?:to|until|till) )|for(?= the holidays| christmas| easter)|in(?= {MONTH}\b))(?: the)? ",
    re.IGNORECASE,
)
_WHICH_WORD = r"(?!(?:from|to|in|into|of|for|with|and|at|every|until|next) )[^\s,]+"
_ACCOUNTS_OF_LAST = lazy_regex(
    r"(?:please |also |and )*(?P<sign>add(?! up\b)|include|remove|exclude|drop(?! (?:in|of|from)\b)) (?!it\b|this\b|that\b)"
    r"(?P<who>(?:(?!\b(?:digest|alert|goal|target|watch|group|report|summary|channel|default)(?:e?s)?\b| (?:to|into|from|out of) ).)+?)"
    r"(?: (?:to|in|into|from|out of) (?:it|(?:the|this|that) digest))?(?: too| as well|, please)?",
    re.IGNORECASE,
)
#: "Cancel next week's digest" leaves one out.
_NEXT = lazy_regex(r"\b(?:next|week['’]s|tomorrow['’]s|(?:to|mon|tues|wednes|thurs|fri|satur|sun)day['’]s)(?!\w)", re.IGNORECASE)
_DEICTIC = r"(?:it|this|that|these|those|them)"
_THIS_TIME = lazy_regex(r" (?:(?:this|next) (?:week|time)|today|tomorrow)", re.IGNORECASE)
_IT = r"(?:it|this|that|these|those|them|one|(?:the )?next(?: (?:one|week|month|time))?|up|sending|back|on|off|again|now|once|right)"
#: A part of an alert or a watch.
_PART = lazy_regex(r"(?:(?:no )?quiet\b|cool-?down\b|min(?:imum)? \d)", re.IGNORECASE)
_SAID = lazy_regex(r"\b(?:it|this|that|these|those|them|next)\b", re.IGNORECASE)
#: The end of "when does it come?", "who set this up?".
_HAPPENS = lazy_regex(r"(?: (?:be|come|due|go|happen|next|out|posted|run|sent|to|up))*", re.IGNORECASE)
#: An action on what was set up or shown last: "pause it until monday", "skip the next one", "when does it come?".
_ON_THE_LAST = tuple(
    (action, lazy_regex(rf"{POLITELY}(?:{begins})\b(?P<it>(?: {_IT})*)(?P<rest>.*)", re.IGNORECASE))
    for action, begins in {
        "stop": r"stop|halt|(?:turn|switch)(?=.* (?:on|off)\b)|disable|unsubscribe(?: me| us)?(?: from)?",
        **{action: _FIRST_WORDS[action] for action in ("pause", "resume", "delete", "test")},
        "edit title": r"(?:rename|call|name)(?= (?:it (?!an? |quits\b|off\b)|(?:this|that)(?: one)? (?:to |as |[“„\"])))"
        r"|give(?= (?:it|this|that)\b.*\b(?:title|name)\b)",
        "begin": r"start(?= (?:it|this|that)? ?(?:again|back))|resume(?= .*\b(?:on|from)\b)",
        "also": r"(?:also )?(?:post|send|put|share)(?= (?:it|this|that)\b.*<#.*(?:also|too|as well))"
        r"|also (?:post|send|put|share)(?= (?:it|this|that)\b.*<#)|also(?= (?:in|to) <#)",
        "skip": r"skip|leave out|omit",
        "now": r"(?:send|post|run|do)(?= (?:it|that|this|one)? ?(?:right )?(?:now|once)\b)",
        "show": r"who (?:gets|receives|sees|set(?: up)?|made|owns|created)|(?:when|where) (?:is|does|will|goes)",
    }.items()
)
_ACTION = lazy_regex(
    rf"{POLITELY}(?P<word>{'|'.join(map(_FIRST_WORDS.__getitem__, ('stop', 'pause', 'resume', 'delete')))})"
    rf"(?=(?: (?:sending|posting|getting))?(?: {_DEICTIC})?(?: (?:until|till|for|#\d)\b|\W*$))",
    re.IGNORECASE,
)
#: Of these, what alerts and watches do not have.
_NOT_OF = {_ALERT: ("skip", "now", "also"), _WATCH: ("skip", "now", "also", "edit title", "test")}
GOAL_DELETE: Final = "goal delete"
_NO_TITLE = r"\s+(?:with|that|which|who|of|for|in|on|has|having|by)\b"
#: A change by how much, and one that names what was: "push the digest back an hour", "swap acme for bob in the digest".
_NO_CHANGE = rf"{POLITELY}(?!.*\bto\b)(?:push|shift|postpone|delay)\b"
_SWAP = (
    rf"{POLITELY}(?:(?:swap|replace|exchange)\b.* (?:for|with|by|and)\b.*\bdigest\W*"
    r"|(?:drop|remove|take|add)\b.*\bdigest,? and (?:add|remove|drop|put)\b.*)"
)
_NAMES_KIND = lazy_regex(r"\b(?:digest|alert|goal|target|watch)(?:e?s)?\b", re.IGNORECASE)
_REPORT = lazy_regex(
    rf"(?P<before>^{POLITELY}(?:stop|pause|delete|remove|cancel|drop|end|kill|skip|resume|move|rename|get rid of)\b"
    r"(?: (?:sending|posting|the|my|our|this|that|these))*(?: (?!the\b)\S+){0,2}? )(?:report|summary|recap|round-?up)\b",
    re.IGNORECASE,
)
_GOAL_NOUNS = (_GOAL, "target")


def action_first(text: str, noun: str) -> str:
    """The command, its noun first, of a text that begins with the action: "stop the digest" is "digest pause"; "" for any other text."""
    if len(text) > LONGEST_SENTENCE:
        return ""
    plain = _ASPECTS.sub("", without_reasons(plainly(text)))
    if noun == _DIGEST and not _NAMES_KIND.search(plain):
        # "Remove the weekly report"; "show" and "set up" ask for figures, or for a new one.
        plain = _REPORT.sub(r"\g<before>digest", plain)
    own = _of_digests(plain) if noun == _DIGEST else _of_alerts(plain) if noun == _ALERT else ""
    places = {"noun": noun, "polite": POLITELY}
    return own or _noun_first(plain, noun, places) or _in_verb_order(plain, noun) or _stated(plain, noun, places)


def _of_digests(plain: str) -> str:
    noun = _DIGEST
    if of := _ACCOUNTS_OF.fullmatch(plain):
        return f"{noun} edit {of['which']}{'add' if of['add'] else 'remove'} {of['who']}"
    if part := re.fullmatch(_NO_PART, plain, re.IGNORECASE):
        return _joined(noun, "edit", part["which"], "no", part["part"])
    if when := re.fullmatch(_ONLY_WHEN, plain, re.IGNORECASE):
        return _joined(noun, "edit", when["which"], "only", when["when"])
    if re.fullmatch(_SWAP, plain, re.IGNORECASE):
        return f"{noun} edit"
    return f"{noun} history" if re.fullmatch(_CAME.format(noun=noun), plain, re.IGNORECASE) else ""


def _of_alerts(plain: str) -> str:
    told = re.fullmatch(_TOLD, plain, re.IGNORECASE)
    return _joined(_ALERT, "edit", f"for {told['who']}" if told["who"] else told["when"]) if told else ""


def _noun_first(plain: str, noun: str, places: Mapping[str, str]) -> str:
    if found := re.fullmatch(_NO_NEED.format(**places), plain, re.IGNORECASE):
        return _joined(noun, "delete", found["which"])
    found = re.fullmatch(_NOUN_FIRST.format(**places), plain, re.IGNORECASE)
    which = f'"{found["which"].strip()}"' if found and found["which"] else ""
    return _joined(noun, "edit", which, "add" if found["add"] else "", found["rest"].rstrip(" ?!.")) if found else ""


def _stated(plain: str, noun: str, places: Mapping[str, str]) -> str:
    """The command that a statement or a question is about: "the digest didn't come", "are we going to hit our goal?"."""
    if noun in _GOAL_NOUNS and re.fullmatch(_ABOUT_GOALS, plain, re.IGNORECASE):
        return f"{_GOAL} list"
    if found := re.fullmatch(_STATED.format(**places), plain, re.IGNORECASE):
        command = _joined(noun, "edit", found["which"])
        if (then := found["then"]) and (change := change_in(then)):
            return _joined(command, change)
        if then and (meant := action_on_last(then, command)):
            return meant
        if noun in _GOAL_NOUNS:
            return f"{_GOAL} list"
        is_past = noun == _DIGEST and found["is"].lower() not in ("is", "comes", "keeps")
        return _joined(noun, "history" if is_past else "show", found["which"])
    return ""


def _in_verb_order(plain: str, noun: str) -> str:
    for action, begins in _FIRST_WORDS.items():
        which = rf"(?:{_AROUND} )*+(?P<which>(?:{_WHICH_WORD} ){{0,4}}?)(?:{_AROUND} )*+"
        pattern = rf"{POLITELY}(?P<verb>{begins}) {which}(?P<noun>{noun})(?:['’]s)?(?P<several>s?)\b(?P<rest>[^\w].*|$)"
        found = re.match(pattern, plain, re.IGNORECASE | re.DOTALL)
        # "Name the alerts that fired" gives no title.
        if found and action == "edit title" and (found["several"] or re.match(_NO_TITLE, found["rest"], re.IGNORECASE)):
            return f"{noun} list"
        if found:
            named = re.sub(r"['’]s\b", "", found["which"].strip())
            rest = re.sub(r"\s*(?:please|(?:right )?now|off)?[\s?!.]*$", "", found["rest"])
            if action in ("stop", "pause", "delete", "skip"):
                rest = re.sub(r"\s+(?:(?:from|in) )?(?:here|(?:this|the) channel)$", "", rest, flags=re.IGNORECASE)
            is_change = action == "new" and _CHANGES_ONE.fullmatch(plain[found.end("verb") : found.start("noun")] + rest)
            if until := _ENDS.fullmatch(rest) if plain[found.start("verb") :].lower().startswith("end ") or " after " in rest else None:
                return _joined(noun, "edit", f'"{named}"' if named else "", "until", until["day"])
            if action == "edit" or is_change:
                # The form shows what there is to change.
                rest = "" if re.match(_NO_CHANGE, plain, re.IGNORECASE) else re.sub(rf"^ {_HAPPEN}", " ", rest)
                rest = re.sub(r"^ (title|intro) (?:to|as) ([^\"“”„]+)$", r' \1 "\2"', rest, flags=re.IGNORECASE)
            if action != "new":
                # A rhythm tells no digest from another.
                named = re.sub(r"\b(?:daily|weekly|monthly)\b", "", named, flags=re.IGNORECASE).strip()
            stated = re.match(r"(?:my|our)\b.*[^?]$", plain, re.IGNORECASE) is not None
            meant = _meant(action, plain[: found.start("noun")], rest) if noun == _DIGEST else action
            meant = "edit" if is_change else meant
            words = _to_show(noun, named, rest, stated=stated) if action == "list" else _to_act(noun, meant, named, rest)
            is_list = words == (noun, "show") and (found["several"] or noun in _GOAL_NOUNS)
            return f"{noun} list" if is_list else _joined(*words)
    return ""


def _to_show(noun: str, named: str, rest: str, *, stated: bool) -> tuple[str, ...]:
    """The words of a question for what is set up, or of a new one: "our goal is 50k impressions a month"."""
    is_which = re.match(r" (?:of|for|about)\b| (?=\S*\d)[0-9a-f]{4,}", rest) is not None
    is_goal = noun in _GOAL_NOUNS
    if re.search(r"\d", rest) and (stated if is_goal else not is_which):
        return noun, "new", named, rest
    if is_goal:
        return noun, "show"
    return tuple(filter(None, (noun, "show", named, rest if is_which else "")))


def _meant(action: str, around: str, rest: str = "") -> str:
    """The action: "turn it on" resumes, and "cancel next week's digest" leaves one out."""
    is_next = action in ("delete", "stop", "pause") and (_NEXT.search(around) or _THIS_TIME.fullmatch(rest))
    return "resume" if action == "stop" and around.endswith(" on") else "skip" if is_next else action


def _to_act(noun: str, action: str, named: str, rest: str) -> tuple[str, ...]:
    """The words of an action; what it is done to is quoted where the schedule follows."""
    if action == "skip" and _THIS_TIME.fullmatch(rest):
        rest = ""
    if noun == _DIGEST and action in ("pause", "stop", "skip") and (days := _DAYS_OFF.match(rest)):
        return noun, "edit", named, "except", rest[days.end() :]
    quoted = f'"{named}"' if named and action.startswith(("edit", "move")) else named
    return noun, *_with_title(action, quoted, rest)


def action_on_last(text: str, last: str) -> str:
    """The command that a text about "it" means after the command ``last`` that can be changed ("digest edit 3f2a"); "" for any other."""
    plain = plainly(text).rstrip(" ?!.") if len(text) <= LONGEST_SENTENCE else ""
    noun, verb, which = (*last.split(maxsplit=2), "", "", "")[:3]
    is_known, goal = verb == "edit" and " " not in which, noun == _GOAL
    if noun in (_ALERT, _WATCH) and is_known and _PART.match(plain):
        return f"{noun} edit {which} {plain}"
    if noun == _DIGEST and is_known and (of := _ACCOUNTS_OF_LAST.fullmatch(plain)):
        return f"{noun} edit {which} {of['sign'].lower()} {of['who']}"
    for action, pattern in _ON_THE_LAST if is_known or goal else ():
        found = pattern.fullmatch(plain)
        if found and (_SAID.search(found["it"]) or not (goal or action in ("delete", "show"))):
            meant = _meant(action, found["it"], "" if action == "delete" else found["it"] + found["rest"])
            words = _goal_words(meant, last, found) if goal else _last_words(meant, noun, which, found)
            if words and meant not in _NOT_OF.get(noun, ()):
                return _joined(*words)
    return ""


def _goal_words(action: str, last: str, found: "re.Match[str]") -> tuple[str, ...]:
    if action == "show" and _HAPPENS.fullmatch(found["rest"]):
        return ("goals",)
    return (GOAL_DELETE, last.partition(" ")[2]) if action in ("stop", "delete") and not found["rest"] else ()


def _last_words(action: str, noun: str, which: str, found: "re.Match[str]") -> tuple[str, ...]:
    """The words of an action on what is set up under this id; none where something else follows that it cannot have."""
    rest = found["rest"]
    if action == "show":
        return (noun, action, which) if _HAPPENS.fullmatch(rest) else ()
    if action == "begin":
        day = re.fullmatch(r".*?\b(?:on|from) (\S.*)", found["it"] + rest)
        return (noun, "pause", which, "until", day[1]) if day else (noun, "resume", which) if not rest else ()
    if action in ("also", "edit title"):
        words = (noun, "edit", which, action, rest) if action == "also" else (noun, *_with_title(action, which, rest))
        return words if rest.strip() else ()
    if action == "skip" and _THIS_TIME.fullmatch(found["it"] + rest):
        return noun, action, which
    if action == "skip" and rest and noun not in rest:
        return noun, "edit", which, "except", re.sub(r"^ (?:(?:the )?one )?(?:on|the) ", " ", rest)
    return (noun, action, which, rest) if not rest or re.match(r" (?:until|till|for) ", rest) else ()


def begins_action(text: str) -> str:
    """The word of an action with which a text begins that does not say on what ("pause until monday"); "" for any other."""
    found = _ACTION.match(text.strip())
    return found["word"] if found else ""


def on_each(text: str, commands: Sequence[str]) -> tuple[str, ...]:
    """The command that a text about "it", or about nothing ("stop until monday"), means after each of these that change something."""
    word = begins_action(text)
    plain = re.sub(rf"\b{re.escape(word)}\b(?: {_DEICTIC})?", f"{word} it", text, count=1) if word else text
    return tuple(filter(None, (action_on_last(plain, one) for one in commands)))


def _with_title(action: str, which: str, rest: str) -> tuple[str, ...]:
    """The words of an action, what it is done to, and what follows; of a new title this in quotes."""
    verb, _, part = action.partition(" ")
    title = re.sub(r"^\s*(?:(?:to|as|an?|the|new|title|name)\s+)*", "", rest).strip('"“”„ ')
    return (verb, which, f'{part} "{title}"' if part and title else rest)


def _joined(*words: str) -> str:
    return " ".join(" ".join(words).split())
