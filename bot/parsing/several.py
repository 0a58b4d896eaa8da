"""Commands about several digests, alerts and watches at once: "pause everything until monday", "delete all alerts but bob's"."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from bot.errors import SAY_WHICH, BotError, UsageError
from bot.lazy_regex import any_case, either, lazy_regex
from bot.parsing.courtesies import FIRST_WORDS, LONGEST_SENTENCE, POLITELY, courtesy, plainly
from bot.parsing.dates import MONTH, THAT_WEEK
from bot.parsing.text import word_set
from bot.parsing.vocabulary import ALERT, DIGEST, WATCH

EVERYTHING: Final = "everything"
KINDS = (DIGEST, ALERT, WATCH)

_ACTIONS = {
    "pause": rf"{FIRST_WORDS['stop']}|{FIRST_WORDS['pause']}|no more",
    "resume": rf"{FIRST_WORDS['resume']}|start(?=.* again\W*$)",
    "delete": rf"{FIRST_WORDS['delete']}|clear",
    "move": r"move",
    "skip": r"skip",
    "edit": r"edit|change|set|switch|update|make|adjust|reschedule|raise|lower|increase|decrease",
}
_OF_KIND = {DIGEST: r"digests?|reports?|summary|summaries|recaps?", ALERT: r"alerts?", WATCH: r"watch|watches"}
_ANY = r"(notifications?|messages?|posts?|subscriptions?|of (it|them|this|these|those))"
_KIND = rf"({'|'.join(_OF_KIND.values())}|{_ANY})"
_AND_KINDS = rf"((,|,? and|,? &amp;)? (the |my |our )?({_KIND}|goals?))"
_KIND_NAMED = any_case(rf"(\b(and|the|my|our) )*\b({_KIND}|goals?|ones?)\b")
_SEVERAL = r"(digests|reports|summaries|recaps|alerts|watches|notifications|subscriptions?)"
_ALL = (
    r"(all( of)? (this|that|it)|all|everything|every|both|each|(it|them) all|the (whole )?lot)((?= ) (of )?(the|my|our|your|these|those))?"
)
_WHAT = (
    rf"(?P<what>((the |my |our |this )?({_KIND}|goal){_AND_KINDS}+|{_ALL}( {_KIND}{_AND_KINDS}*)?"
    rf"|((the|my|our|these|those) )?{_SEVERAL}{_AND_KINDS}*)(?! (digest|alert|watch)\b))"
)
_LENGTH = r"(the )?(next |rest )?(\d|an?\b|one|two|three|four|now)"
_WHOSE = rf"( (for|of|about) (?P<whose>(?!{_LENGTH}|next\b|the (weekend|week|rest|holidays)|good\b|this\b|today\b)\S.*?))?"
_BUT = r"(,? (but|except|other than|apart from|besides)( for)?( the)? (?P<but>\S.*?))?"
_REST = (
    r"( (here|now|please|pls|again|off|on|in this channel|(this|next) (week|time)|today|tomorrow))*(?P<rest>"
    rf" (until|till|for(?= {_LENGTH})|from|to|in|into|over) \S.*?)?[\s.!?]*"
)
#: What several are changed to, without "to": "make both digests monthly".
_BARE_REST = r"( (here|now|please|pls))*(?P<rest> (?!(here|now|please|pls)\b)\S.*?)[\s.!?]*"
_ONE = r"(?P<what>)(?P<whose>(?!next\b|last\b)\S+( \S+)?) ones?(?P<but>)(?! on\b)"
_OF_ONE = (
    rf"(?P<what>)((the|that) ones? (about|for|of|on|with) (?P<whose>(?!(the )?\d|{MONTH}\b)\S+( \S+)?)"
    r"|(?P<own>\S+)['’]s( (stuff|things|ones?))?)(?P<but>)"
)
#: An account's name alone.
_NAMED = (
    r"(?P<whose>(?!(an?|the|this|that|these|those|my|our|all|any|every|everything|it|them|me|us|here|now|from"
    rf"|{_KIND})\b)[^\W\d]\S*( [^\W\d]\S*)?)"
)
_TOGETHER = tuple(
    (action, any_case(pattern))
    for action, begins in _ACTIONS.items()
    for pattern in (
        rf"{POLITELY}({begins})( (sending|posting|getting|receiving))?( (me|us))? {_WHAT}{_WHOSE}{_BUT}{_REST}",
        *([rf"{POLITELY}({begins}) {_WHAT}(?P<whose>)(?P<but>){_BARE_REST}"] if action == "edit" else []),
        rf"{POLITELY}({begins}) (the|that|my|our) {_ONE}{_BARE_REST if action == 'edit' else _REST}",
        rf"{POLITELY}({begins}) {_OF_ONE}{_REST}",
        *([rf"{POLITELY}unsubscribe( me| us)?( from)? (?P<what>){_NAMED}(?P<but>){_REST}"] if action == "pause" else []),
        rf"(?P<what>{_KIND}):? ({begins}) (all|everything|both|them all|all of them){_WHOSE}{_BUT}{_REST}",
    )
)
#: "Stop alerting us", "leave us alone until monday", "stop telling us about ann", "how do i unsubscribe?", "turn off the bot".
_US = r"( (me|us|here|this|the|channel|in|to|into|any ?more|so (much|often)|please|anything|stuff|messages|again|at all|everyone))"
_BOT = r"(yourself|(the|this) (bot|app)|linkedin stats)"
_OFF = rf"( (this|it|that|these|you|them|all|everything|messages|notifications|of|from|here|getting|receiving|{_BOT}))*( off)?"
_SILENCE = either(
    r"(stop|quit|don't|do not|no more|never)( ever)? ((?P<alert>alert(ing)?|warn(ing)?)|(post|send|writ|tell|email)(e|ing)?(?= )"
    r"|(notify|ping|messag|bother|spam+|disturb|annoy)(e|ing)?)",
    r"leave (me|us|this channel) (alone|in peace)|(be|stay|keep) (quiet|silent)|(shut|hush|pipe) (up|down)|hush|go away",
    r"quiet(?! (hours )?(from|between|after|before|\d))|no more (updates|news|messages|pings)|make (it|this) stop",
    r"unsubscribe( me| us)?( from)? (this|the) channel|enough( already| of (this|that|these|it))?",
    rf"(turn|switch|shut)( (off|down))? {_BOT}( (off|down))?|(disable|stop|pause|mute|silence) {_BOT}",
    r"(how (do|can|could|would) (i|we)|how to|(is there )?a way to)"
    rf" (unsubscribe|(stop|mute|silence|pause|turn|switch|disable|end|cancel|get rid of)( off)?){_OFF}",
)
_TELLING = any_case(rf"(?!.*['’]s (new )?posts?\b){POLITELY}{_SILENCE}{_US}*{_WHOSE}{_REST}")
WEEKDAYS: Final = "not on weekends"
WEEKENDS = any_case(r"( (on|at|over|during))?( the)? (week-?ends|saturdays( and sundays)?|sundays)(?=\W*$)")
#: "(Delete) the first", "the monday one (at 11)".
_PLACE_ALONE = any_case(r"(?<=\w )the (first|second|third|former|latter)(?=\W*$| (to|until|till)\b)")
_THE_ONE = any_case(r"^(and |but )?the (?P<which>(?!next\b|last\b)\S+) one( (should|can|could|please|be|come|go))* (?=(at|to|on|in) \S)")
#: "Turn everything off".
_BACK = any_case(r"\b(set|put|turn|switch|bring|get) (?P<what>(everything|all|both|the|them)\b.*?) back( to normal| on)?(?=\W*$)")
_SWITCHED = any_case(rf"\b(?P<verb>turn|switch) (?P<what>(everything|all|both|the|my|our|{_SEVERAL})\b.*?)( back)? (?P<way>off|on)(?=\W*$)")
#: Ends of a pause that are days of their own.
_TONIGHT = any_case(r"(?<= )((for )?(tonight|today)|for the (night|day|rest of the day))(?=\W*$)")
_NOW = r"( (here|in this channel|in here|right now|now|at the moment|currently|for us|for me|already))*"
_SET = r"(set[ -]?up|configured|scheduled|planned|active|running)"
_LIST = any_case(
    rf"{POLITELY}(((remind|tell) (me|us) (of |about )?)?(what|which|(is |are )?(there )?anything)('s| is| are| do (we|i) have"
    rf"| (have|had|did) (we|i|you))?( all)?( that)?( is| are)?|{POLITELY}(list|show)( me| us)?"
    rf" (everything|all|what|whatever)( (that|which))?(['’]s| (is|we have|you have))?) {_SET}{_NOW}\W*",
    r"what (happens|(do|will) (we|i) get|comes|will (happen|come)|goes out|(is|gets?|will be)"
    r" (planned|scheduled|due|posted|sent))( here)?( (on |next |this )?\w+day| tomorrow| (next|this) week)\W*",
    r"when('s| is) the next (post|message|update|one) (coming |due )?(from|by) you\W*|when (do|will) you (next )?post( next| again)?\W*",
    r"(we|i)(['’]re| are|['’]m| am)? get(ting)? (way |far )?(too|so) many (messages|notifications|pings)( from you)?\W*",
    r"what('s| is| was| about) the other( one)?( again)?\W*",
    r"who (gets|is|will be) (notified|told|pinged|messaged|informed)( by you| here)*\W*",
    rf"{POLITELY}(which|what) channels? (do|are|gets?|receives?|have|hear)\b.* (you|bot)\W*",
    rf"{POLITELY}(list|show|tell|((get|see|have|give) )?an? (list|overview) of)( me| us)? (everything|all|what|where|when)( that)? you"
    r" (post|send|do for)\b.*",
    r"when (will|do) (i|we) (next )?hear from you.*|what('s| is) (the )?next( (thing|message))?( you(['’]ll| will) (post|send))?\W*",
    rf"(is|are) (everything|(they|these|those) all)( still| all| switched| turned)* (on|off|active|running|paused){_NOW}\W*",
    rf"{POLITELY}(list (everything|all)|what('s| is) (on|coming( up)?)){_NOW}\W*",
    rf"{POLITELY}what (have you got|do you have) ({_SET}|for (me|us)){_NOW}\W*",
    rf"{POLITELY}(what|where|when|how often|((in|to) )?which channels?) (do|are|will) you"
    rf" (going to )?(send|post)(ing)?( (in|to|into|things|stuff|messages|me|us|this channel))*{_NOW}\W*",
    rf"{POLITELY}((list|show|see|open|what are|where are)( me| us)? )?((my|our|your|the|all) )*(subscriptions|notifications"
    rf"|(?<= )(schedules?|set-?ups?|automations?)){_NOW}\W*",
    rf"{POLITELY}(list|show|see|give)( me| us)?( an? (overview|list|summary) of)?( all)?( the| my| our)?"
    rf" {_KIND}( (?=alert|watch))?{_AND_KINDS}+{_NOW}\W*",
)
WHICH_ONE: Final = "Which one do you mean?"
#: Words around what tells one of several from the others, and the places of these.
_AROUND_CHOICE = word_set("the that one please pls for about on of i mean meant no ok yes per a an this sorry then rather instead")
_MOST_CHOOSING, _ALL_CHOSEN = 4, frozenset({"both", "all", "them", "everything", "every", "each"})
PLACES = {"first": 0, "1st": 0, "1": 0, "former": 0, "second": 1, "2nd": 1, "2": 1, "latter": 1, "third": 2, "3rd": 2, "3": 2, "last": -1}
PRESSED = lazy_regex(
    rf"{EVERYTHING} do (?P<action>{'|'.join(_ACTIONS)}) (?P<ids>(?:(?:{'|'.join(KINDS)}):[0-9a-f-]+,?)+)(?P<rest> .*)?", re.DOTALL
)


def all_command(text: str) -> str:
    """The command of a text about several at once ("pause all digests"); "" for any other text."""
    if len(text) > LONGEST_SENTENCE:
        return ""
    plain = _SWITCHED.sub(r"\g<verb> \g<way> \g<what>", _BACK.sub(r"resume \g<what>", plainly(text)))
    plain = _THE_ONE.sub(r"change the \g<which> one ", _PLACE_ALONE.sub(r"\g<0> one", plain))
    return f"{EVERYTHING} {plain}" if _LIST.fullmatch(plain) or read_several(plain) else ""


class SeveralCommand(Struct, frozen=True):
    """What is to be done to which; ``whose`` and ``but`` name those that are meant or left out, ``rest`` follows each command.

    Of ``but_kinds`` alone some are left out: "everything but the acme alert" has acme's digest.
    """

    action: str
    kinds: Sequence[str]
    whose: str = ""
    but: str = ""
    but_kinds: Sequence[str] = KINDS
    rest: str = ""
    #: Whether it is asked about also where there is one alone, whose kind isn't named.
    asks: bool = False
    #: Whether goals are named beside them.
    goals: bool = False


def read_several(text: str) -> SeveralCommand | None:
    """What a text asks for of several; None where it is no such command."""
    if WEEKENDS.search(text) and _TELLING.fullmatch(WEEKENDS.sub(" here", text)):
        return SeveralCommand("edit", KINDS[:2], rest=WEEKDAYS, asks=True)
    if told := _TELLING.fullmatch(_TONIGHT.sub("until tomorrow", text)):
        rest = (told["rest"] or "").strip()
        return SeveralCommand("pause", (ALERT,) if told["alert"] else KINDS, told["whose"] or "", rest=rest, asks=True)
    for action, pattern in _TOGETHER:
        found = pattern.fullmatch(_TONIGHT.sub("until tomorrow", text) if action == "pause" else text)
        if found and (found["rest"] or action not in ("edit", "move")):
            kinds = [DIGEST] if action == "skip" else _kinds_in(found["what"]) or KINDS
            whose = found["whose"] or found.groupdict().get("own") or ""
            but = _KIND_NAMED.sub("", found["but"] or "").strip()
            but_kinds = _kinds_in(found["but"] or "")
            if but_kinds and not but:
                # "Everything but the alerts".
                kinds, but_kinds = [kind for kind in kinds if kind not in but_kinds], []
            goals = re.search(r"\bgoal", found["what"], re.IGNORECASE) is not None
            days = THAT_WEEK.search(text) if action == "skip" else None
            rest = f"except {days['when']}" if days else (found["rest"] or "").strip()
            return SeveralCommand("edit" if days else action, kinds, whose, but, but_kinds or KINDS, rest, goals, goals)
    return None


def _kinds_in(text: str) -> list[str]:
    return [kind for kind, words in _OF_KIND.items() if re.search(rf"\b(?:{words})\b", text.lower())]


def chosen_in(text: str, choices: Sequence[tuple[str, str]]) -> str:
    """The one of these commands that a text chooses by what it is about, or by its place: "the friday one", "the second"; "" for none."""
    if text.rstrip().endswith("?") or courtesy(text) or not choices:
        return ""
    words = [word.removesuffix("ly") for word in re.findall(r"[\w:'’]+", text.lower())[: _MOST_CHOOSING + 1] if word not in _AROUND_CHOICE]
    if not 0 < len(words) <= _MOST_CHOOSING:
        return ""
    if len(words) == 1 and (at := PLACES.get(words[0])) is not None and at < len(choices):
        return choices[at][0]
    if _ALL_CHOSEN.issuperset(words):
        parts = [(*command.split(maxsplit=3), "", "", "")[:4] for command, _ in choices]
        (_, action, _, rest), named = parts[0], ",".join(f"{kind}:{one}" for kind, _, one, _ in parts)
        of_all = f"{EVERYTHING} do {action} {named} {rest}".rstrip()
        return of_all if all((one[1], one[3]) == (action, rest) for one in parts) and PRESSED.fullmatch(of_all) else ""
    ids = [(command, what.lower(), command.split()) for command, what in choices]
    fits = [command for command, what, parts in ids if all(word in parts or re.search(rf"\b{re.escape(word)}", what) for word in words)]
    return fits[0] if len(fits) == 1 else ""


def choices_in(error: BotError) -> str:
    """What is remembered of an error that asks which one is meant, as in ``LastQuestion``; "" for any other."""
    if not isinstance(error, UsageError) or not (error.remedy.startswith(SAY_WHICH) or error.sentence == WHICH_ONE):
        return ""
    each = (f"{one}\t{next((error.about[word] for word in one.split() if word in error.about), one)}" for one in error.suggestions)
    return "".join(f"\n{one}" for one in each)
