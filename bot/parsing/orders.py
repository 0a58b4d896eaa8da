"""Commands in the order in which people say them: "stop the friday digest", "can the digest come on tuesdays?".

::

    text ─┬ action_first ─→ the command, its noun first: "digest pause friday"
          └ as_goal ──────→ the goal of a wish
"""

import re
from functools import cache

from bot.lazy_regex import any_case, any_of
from bot.parsing import last_command
from bot.parsing.courtesies import FIRST_WORDS, LONGEST_SENTENCE, POLITELY, plainly, without_reasons
from bot.parsing.dates import DAYS_OFF, HOLIDAYS, MONTH, NEXT_SEVERAL, THAT_WEEK, THIS_TIME, WEEKDAY
from bot.parsing.reasons import REASON_WORDS
from bot.parsing.text import AMOUNT, HOW_FAR, with_figures, word_set
from bot.parsing.vocabulary import ALERT, DIGEST, GOAL, WATCH

#: "We want 200 comments this quarter".
_WANTED = any_case(
    rf"{POLITELY}(?:let['’]?s|our aim is|the aim is|(?={AMOUNT} \w+ by [^?]*$)|"
    r"(?=aim|shoot|going|(?:hit|achieve)(?!.*\b(?:last|past|yesterday)\b))|"
    r"(?:(?P<who>\S+(?: \S+)?)(?= (?:should|must|needs|has to|wants)\b)|we|i)(?: really)?"
    r"(?:['’]d like| (?:wants?|needs?|must|aim(?: for)?|plan|hope|would like|should|ha(?:ve|s) to|try))+)(?: to)?"
    r" ?(?:(?:get|reach|have|hit|make|achieve|(?:aim(?:ing)?|go(?:ing)?|shoot(?:ing)?) for) )?(?P<what>(?:double|triple|\d+ ?% more)\b.*"
    rf"|(?:at least )?{AMOUNT} \S.*\b(?:week|month|quarter|year|q[1-4]"
    rf"|(?:by|until|till|in) (?:the )?(?:\d|{MONTH}|{WEEKDAY}|{any_of(HOLIDAYS)}))(?!\w{{2}}).*)"
)
#: How people ask to be told of something that happens.
TELL_ME = (
    rf"{POLITELY}(?:(?:tell|notify|ping|message|let|alert|inform|warn|mention"
    r"|(?:announce|post|write)(?: it| something| a message)? (?:in|to|into))"
    r" (?P<told>me|us|everyone|everybody|(?:the )?(?:team|channel)|<[@#!][^<>]*>(?:(?:,| and|,? &amp;)? (?:me|<[@#!][^<>]*>))*)(?: know)?,?"
    r"|(?:post|write|announce)(?: it| something| an? \w+)?(?= (?:in )?(?:here|this channel)\b)"
    r"|(?:everyone|everybody|we|the team) (?:should|must|needs? to|wants? to) (?:know|hear|see|be told)"
    r"|(?:i|we)(?: want|['’]d like| would like| need) to (?:know|hear|be (?:told|notified|alerted|warned))(?: about (?:it|this|that))?"
    r"|(?:(?:give|drop|send|shoot) (?:me|us)|(?:i|we)(?: want|['’]d like| would like| need)|(?=an?\b))"
    r" ?an? (?:shout|line|ping|note|message|heads[- ]?up|notice|warning)"
    r"|keep (?:me|us) (?:posted|informed|updated)|heads[- ]up|shout)(?: here| in here| in this channel)?"
    r"(?: (?:when(?:ever)?|any ?time|if|once|as soon as|(?:every|each) time|the (?:moment|minute|second|next time))"
    r"|(?: (?:about|of|on))(?=.*\b(?:unusual|weird|strange|odd|abnormal)))"
)
_AROUND = (
    r"(sending|posting|post|send|stop|pause|skip|have|getting|receiving|the|a|an|my|our|this|that|these|all|any|next|new|on|we|i|you|doing"
    r"|get|week['’]s|today['’]s|tomorrow['’]s|exactly|actually|does|do|check)"
)
_THE = r"(the|my|our|this|that|these)"
#: What a change is of, which the change itself says: "the time of the digest", "the alert's threshold to".
_ASPECT = r"(time ?zone|zone|time|days?|schedule|timing|channel|threshold|limit|frequency|target|number)"
_ASPECTS = any_case(
    rf"\b(the )?{_ASPECT} (of|for) (?!this (week|month|quarter)\b)(?={_THE} )",
    rf"(?<=digest|.alert|..goal|target)(['’]s)? {_ASPECT}(?= (to|at|from)\b)",
)
#: "Make the digest stop".
_MADE_TO_STOP = any_case(
    rf"^{POLITELY}(make|have|let|get) (?P<what>{_THE} (\S+ ){{0,3}}?(digest|alert|watch|report|summary)e?s?)"
    r" (to )?(stop|end|go away|disappear)(?=\W*$)"
)
#: "Can the digest come on tuesdays?", "the digest should include bob".
_MODAL = r"(should|must|could|can|needs? to|has to|have to|ought to|shall|is supposed to|would)"
_HAPPEN = r"((please|now|also|rather|better|just|be|get|come|go|run|arrive|fire|post|posted|sent|out|trigger|start|happen|land) )*"
_ADD = r"(?P<add>(include|cover|contain|mention|(have|show)(?= \S+['’]s\b)) )?"
_WHICH = r"(?P<which>(\S+ ){0,4}?)"
#: Stands in a pattern for the word of each kind that it is about.
_NOUN = "‹noun›"
_ANY = (DIGEST, ALERT, GOAL, "target", WATCH)
#: Texts about one of these kinds, and the command of each behind the kind's word. ``{quoted}`` is what was named, in quotes.
# fmt: off
_PHRASES = (
    # "Mention @ann in the alert", "only alert me on workdays".
    ((ALERT,), "edit for {who}",
     rf"{POLITELY}(mention|tag|ping|cc) (?P<who><[@!][^<>]*>((,| and) <[@!][^<>]*>)*|me) (in|on|for|with) {_THE} alert\W*"),
    ((ALERT,), "edit every monday", rf"{POLITELY}only (check|run) {_THE} alert (once a week|weekly)\W*"),
    ((ALERT,), "edit {only} {when}", (
     rf"{POLITELY}only ((alert|notify|ping|tell|warn) (me|us)|(check|run) {_THE} alert)"
     r" (?P<when>(on|at|in|between|during|every) \S.*)\W*")),
    # "Add 5000 to the goal".
    ((GOAL,), "edit {which} by {more}", rf"{POLITELY}add (?P<more>{AMOUNT}) (more )?to {_THE} {_WHICH}(goal|target)\W*"),
    ((GOAL,), "edit {which} lower by {less}",
     rf"{POLITELY}take (?P<less>{AMOUNT}) (off|from) {_THE} {_WHICH}(goal|target)\W*"),
    # "Why did the alert fire?", "quiet hours for the watch 22-7".
    ((ALERT,), "test",
     r"(why|did|has|was|when|how often)\b.*\balert\b.*\b(fired?|triggered?|go(ne)? off|went off|quiet|silent)\b.*"),
    ((ALERT, WATCH), "edit {quoted} {no} {quiet} {rest}", (
     rf"{POLITELY}((set|add|put|(?P<no>remove|delete|drop|clear|end)) )?(the )?(?P<quiet>(no )?quiet)( hours| time)?"
     rf" (for|on|of|from) {_THE} {_WHICH}{_NOUN}(?P<rest>( (from|at|between|to))? \d.*|)")),
    # "Add bob to the digest", "take acme out of the digest".
    ((DIGEST,), "edit {which} {sign} {who}", (
     r"(please |can you |could you )?(?P<add>add|include|put)?(?(add)|(remove|exclude|drop|take|leave)) (?P<who>\S.*?)"
     rf" (to|in|into|from|out of|off) ({_AROUND} )*(?P<which>(\S+ ){{0,3}}?)(digest|report|summary)\W*")),
    # "Remove the title of the digest", "only send the digest when something changed".
    ((DIGEST,), "edit {which} no {part}",
     rf"{POLITELY}(remove|delete|drop|clear) (the |its )?(?P<part>title|intro)( line)? (of|from) {_THE} {_WHICH}digest\W*"),
    ((DIGEST,), "edit {which} only {when}",
     rf"{POLITELY}only (send|post|run) {_THE} {_WHICH}digest (?P<when>(when|if) \S.*?)[.!?]*"),
    # "Post the digest to #general too", "copy the digest to #general".
    ((DIGEST,), "edit {which} also in {where}", (
     rf"{POLITELY}((copy|duplicate|clone)|also (post|send|share|put)|(post|send|share|put)(?=.*(too|as well|also)\W*$))"
     rf" {_THE} {_WHICH}digest (also )?(to|in|into) (?P<where><#[^<>]*>)( too| as well| also)?\W*")),
    # "A one-time digest of acme tomorrow at 9", "send me a summary tomorrow morning".
    ((DIGEST,), "{when}{once}", (
     rf"{POLITELY}((send|post)( (me|us))? )?(an? )?(one[- ](time|off)|single) (digest|report|summary) (?P<when>\S.*)"
     rf"|{POLITELY}(send|post)( (me|us))? (an? |the )?(digest|report|summary|recap|update)"
     rf" (?P<once>(today|tomorrow|tonight|(this|next) {WEEKDAY})\b.*)")),
    # What names what was, whose form is shown: "swap acme for bob in the digest".
    ((DIGEST,), "edit", (
     rf"{POLITELY}((swap|replace|exchange)\b.* (for|with|by|and)\b.*\bdigest\W*"
     r"|(drop|remove|take|add)\b.*\bdigest,? and (add|remove|drop|put)\b.*)")),
    # "Why didn't the digest come?"
    ((DIGEST,), "history", (
     r"(why|did|has|was|when)\b.*\bdigest\b.*\b(go|come|came|sent|posted?|arrive|fail\w*|out|late|missing|last)\b.*"
     r"|(when was|what was in|did (we|i) (miss|get)) (the|a|any|our|my|this)"
     r" ((last|latest|previous|week['’]s) )?digests?\W*")),
    # "We don't need the digest any more", "nobody reads the friday digest".
    (_ANY, "delete {which}", (
     r"((we|i)( really)? (don't|do not|no longer|never)|no ?body|no one)( really)? (needs?|wants?|reads?|uses?|likes?)"
     rf" (to get |to see )?{_THE} {_WHICH}{_NOUN}( any ?more| any longer| now)?\W*")),
    # "Can the digest come on tuesdays?", "the digest should include bob".
    (_ANY, "edit {quoted} {add} {rest}", (
     rf"({POLITELY}(can|could|would|may|let|have) {_THE}|{POLITELY}{_THE}(?= .*\b{_NOUN} ({_MODAL})\b))"
     rf" {_WHICH}{_NOUN} (({_MODAL}) )?+{_HAPPEN}{_ADD}(?P<rest>(?!not\b|never\b)\S.*?)[ ?!.]*")),
)
# fmt: on
#: "The alert is too noisy", "the digest didn't come".
_STATED = (
    rf"(the|this|that) {_WHICH}{_NOUN} (?P<is>is|was|comes|came|did|does|has|keeps|never|didn['’]t|doesn['’]t|hasn['’]t"
    r"|isn['’]t)\b[^,;]*([,;.] (so |please |can you )*(?P<then>(make|change|set|move|lower|raise|reduce|increase|delete|drop|cancel|remove"
    r"|stop|pause|kill|end|skip|get rid of)\b.*))?"
)
_ABOUT_GOALS = any_case(
    r"(how|are|is|will|did|do|can|have|has|were|what|where)\b[^\d]*\b(goals?|targets?)( yet| already|( for)? this \w+| so far)?\W*"
)
#: What an action is done to, and what follows.
_WHICH_WORD = r"(?!(from|to|in|into|of|for|with|and|at|every|until|next) )[^\s,]+"
_ITS_NOUN = rf"({_AROUND} )*+(?P<which>({_WHICH_WORD} ){{0,4}}?)({_AROUND} )*+(?P<noun>{_NOUN})(['’]s)?(?P<several>s?)\b(?P<rest>[^\w].*|$)"
#: A change that does not say to what: "a bit earlier", "less sensitive".
_SOMEHOW = r"((a )?(bit|little|lot) |much |slightly )*(earlier|later|(less|more) (often|sensitive|noisy|frequent(ly)?))"
#: "(I'd like) the digest in new york time", and when one ends: "(end the digest) after march".
_HAPPENS, _HAPPENS_SOMEHOW = any_case(rf"^ {_HAPPEN}"), any_case(rf" {_HAPPEN}{_SOMEHOW}")
_CHANGES_ONE = any_case(rf" (the|my|our) (\S+ ){{0,3}}? ?((in|at|on|every|as) \S.*|{_SOMEHOW})")
_ENDS = any_case(r" (after|on|at|by|with|in) (the )?(?P<day>(?!once\b|now\b)\S.*)")
_NO_TITLE = any_case(r"\s+(with|that|which|who|of|for|in|on|has|having|by)\b")
#: A change by how much: "push the digest back an hour".
_NO_CHANGE = any_case(rf"{POLITELY}(?!.*\bto\b)(push|shift|postpone|delay)\b")
_REPORT = any_case(
    rf"(?P<before>^{POLITELY}({'|'.join(FIRST_WORDS[one] for one in ('stop', 'pause', 'resume', 'delete'))}|skip|move|rename)\b( (sending"
    rf"|posting|the|my|our|this|that|these))*( (?!the\b)\S+){{0,2}}? |^{POLITELY}(have|get|receive) (the|my|our)"
    r" (\S+ )?(?=\w+ (on \w+days?\b|at \d|every\b))|^(when|why|what time|how often|who|did|does|has|where)\b.*"
    r" (the|our|my|next|weekly|monthly|daily|this) |^(do|will) (we|i) get an? )(report|summary|recap|round-?up)\b"
)
_AT_NIGHT = any_case(r" ((at|over|during the) night|overnight|(from|between) \d\S*( ?[ap]m)? (to|and|until|till) \d\S*( ?[ap]m)?)")
#: "Who can change the digest?", whose answer the thing itself shows, and words that say nothing against it.
_ASKED_ABOUT = (
    r"\W*(who|what|when|where|why|how(?! (do|can|could|would|should) (i|we)\b)|which|is|are|was|were|do|does|did|has|have|will|any|show"
    r"|list)\b[^\d]*?\b‹noun›(?P<several>e?s)?\b[^\d]*"
)
_NO_REASONS = word_set("why when if digest digests alert alerts goal goals watch watches schedule else others working")
_GOAL_NOUNS = (GOAL, "target")


def action_first(text: str, noun: str) -> str:
    """The command, its noun first, of a text that begins with the action: "stop the digest" is "digest pause"; "" for any other text."""
    if len(text) > LONGEST_SENTENCE:
        return ""
    plain = _MADE_TO_STOP.sub(r"stop \g<what>", _ASPECTS.sub("", without_reasons(plainly(text))))
    if noun == DIGEST and not last_command.NAMES_KIND.search(plain):
        # "Remove the weekly report"; "show" and "set up" ask for figures, or for a new one.
        plain = _REPORT.sub(r"\g<before>digest", plain)
    return _by_phrase(plain, noun) or _in_verb_order(plain, noun) or _stated(plain, noun) or _asked_about(plain, noun)


@cache
def _about(words: str, noun: str) -> "re.Pattern[str]":
    return any_case(words.replace(_NOUN, noun))


def _by_phrase(plain: str, noun: str) -> str:
    for nouns, command, words in _PHRASES:
        if noun in nouns and (found := _about(words, noun).fullmatch(plain)):
            said = {name: (words or "").strip() for name, words in found.groupdict().items()}
            adds, which, when = bool(said.get("add")), said.get("which"), said.get("when", "")
            said |= {"quoted": f'"{which}"' if which else "", "no": "no" if said.get("no") else "", "add": "add" if adds else ""}
            said |= {"sign": "add" if adds else "remove", "only": "only" if when.endswith("hours") else ""}
            return last_command.joined(noun, command.format(**said))
    return ""


def _stated(plain: str, noun: str) -> str:
    """The command that a statement or a question is about: "the digest didn't come", "are we going to hit our goal?"."""
    if noun in _GOAL_NOUNS and _ABOUT_GOALS.fullmatch(plain):
        return f"{GOAL} list"
    if found := _about(_STATED, noun).fullmatch(plain):
        command = last_command.joined(noun, "edit", found["which"])
        if (then := found["then"]) and (change := last_command.change_in(then)):
            return last_command.joined(command, change)
        if then and (meant := last_command.action_on_last(then, command)):
            return meant
        if noun in _GOAL_NOUNS:
            return f"{GOAL} list"
        is_past = noun == DIGEST and found["is"].lower() not in ("is", "comes", "keeps")
        return last_command.joined(noun, "history" if is_past else "show", found["which"])
    return ""


def _asked_about(plain: str, noun: str) -> str:
    """The command that shows what a question is about which has no other answer: "who can change the digest?"."""
    asked = _about(_ASKED_ABOUT, noun).fullmatch(plain)
    if asked and noun in _GOAL_NOUNS:
        return f"{GOAL} list"
    if asked is None or not (REASON_WORDS - _NO_REASONS).isdisjoint(plain.lower().split()):
        return ""
    return f"{noun} {'list' if asked['several'] else 'show'}"


def _in_verb_order(plain: str, noun: str) -> str:
    for action, begins in FIRST_WORDS.items():
        if found := _about(f"{POLITELY}(?P<verb>{begins}) {_ITS_NOUN}", noun).match(plain):
            return _ordered(action, found, noun)
    return ""


def _ordered(action: str, found: "re.Match[str]", noun: str) -> str:
    """The command of a text that begins with this action; ``found`` has its verb, what it is done to, and the rest."""
    plain, verb, is_goal = found.string, found["verb"], noun in _GOAL_NOUNS
    if action == "edit title" and (found["several"] or _NO_TITLE.match(found["rest"])):
        # "Name the alerts that fired" gives no title.
        return f"{noun} list"
    named = re.sub(r"['’]s\b", "", found["which"].strip())
    rest = re.sub(r"(?:,? not \S.*)?\s*(?:please|(?:right )?now|off)?[\s?!.]*$", "", found["rest"])
    if action in ("stop", "pause", "delete", "skip"):
        rest = re.sub(r"\s+(?:(?:from|in) )?(?:here|(?:this|the) channel)$", "", rest, flags=re.IGNORECASE)
    if until := _ENDS.fullmatch(rest) if plain[found.start("verb") :].lower().startswith("end ") or " after " in rest else None:
        return last_command.joined(noun, "edit", f'"{named}"' if named else "", "until", until["day"])
    is_change = action == "new" and _CHANGES_ONE.fullmatch(plain[found.end("verb") : found.start("noun")] + rest) is not None
    if action == "edit" or is_change:
        rest = _changed_rest(plain, verb, rest, is_goal=is_goal)
    if action != "new" and not is_goal:
        # A rhythm tells no digest from another.
        named = re.sub(r"\b(?:daily|weekly|monthly)\b", "", named, flags=re.IGNORECASE).strip()
    meant = last_command.action_meant(action, plain[: found.start("noun")], rest) if noun == DIGEST else action
    says = re.match(r"(?:my|our)\b.*[^?]$", plain, re.IGNORECASE) is not None
    stated = says if is_goal else not re.match(r"(?:is|are|did|do|does|when|where)\b", verb, re.IGNORECASE)
    words = _to_show(noun, named, rest, stated=stated) if action == "list" else _to_act(noun, "edit" if is_change else meant, named, rest)
    return f"{noun} list" if words == (noun, "show") and (found["several"] or is_goal) else last_command.joined(*words)


def _changed_rest(plain: str, verb: str, rest: str, *, is_goal: bool) -> str:
    """What follows a change, in the words of "edit"; "" where the form shows what there is to change: "push the digest back a bit"."""
    rest = re.sub(r"^ (?:up|down|back)(?= to\b)", "", rest)
    is_somehow = _NO_CHANGE.match(plain) or _HAPPENS_SOMEHOW.fullmatch(rest)
    if is_goal and (re.match(r" by \d", rest) or not rest):
        rest = f" {verb}{rest}"
    rest = "" if is_somehow else _HAPPENS.sub(" ", rest)
    return re.sub(r"^ (title|intro) (?:to|as) ([^\"“”„]+)$", r' \1 "\2"', rest, flags=re.IGNORECASE)


def _to_show(noun: str, named: str, rest: str, *, stated: bool) -> tuple[str, ...]:
    """The words of a question for what is set up, or of a new one: "our goal is 50k impressions a month", "show a digest at 10"."""
    is_which = re.match(r" (?:of|for|about)\b| (?=\S*\d)[0-9a-f]{4,}", rest) is not None
    is_goal = noun in _GOAL_NOUNS
    if re.search(r"\d", rest) and stated and (is_goal or not is_which):
        return noun, "new", named, rest
    if is_goal:
        return noun, "show"
    return tuple(filter(None, (noun, "show", named, rest if is_which else "")))


def _to_act(noun: str, action: str, named: str, rest: str) -> tuple[str, ...]:
    """The words of an action; what it is done to is quoted where the schedule follows."""
    if noun == DIGEST and action == "skip" and THAT_WEEK.fullmatch(rest.strip()):
        action, rest = "edit", f" except{rest}"
    elif action == "skip" and THIS_TIME.fullmatch(rest):
        rest = ""
    if action == "skip" and (several := NEXT_SEVERAL.fullmatch(rest)):
        return noun, action, named, f"next {several['n']}"
    if noun == DIGEST and action == "resume" and (day := re.fullmatch(r" (?:on|from|in) (\S.*)", rest)):
        return noun, "pause", named, "until", day[1]
    if noun in (ALERT, WATCH) and action == "skip" and rest:
        return noun, "edit", named, f"not{rest}"
    if noun in (ALERT, WATCH) and action in ("pause", "stop") and _AT_NIGHT.fullmatch(rest):
        return noun, "edit", named, f"quiet{rest}"
    if noun == DIGEST and action in ("pause", "stop", "skip") and (days := DAYS_OFF.match(rest)):
        return noun, "edit", named, "except", rest[days.end() :]
    quoted = f'"{named}"' if named and action.startswith(("edit", "move")) and noun not in _GOAL_NOUNS else named
    return noun, *last_command.with_title(action, quoted, rest)


def as_goal(text: str) -> str:
    """The command of a wish: "goal 200 comments this quarter" of "we want 200 comments this quarter"; "" for any other text."""
    if HOW_FAR.fullmatch(text.strip()):
        return f"{GOAL} list"
    found = _WANTED.fullmatch(" ".join(with_figures(text).split())) if len(text) <= LONGEST_SENTENCE else None
    return f"{GOAL} {found['who'] or ''} {found['what']}".replace("  ", " ") if found else ""
