"""The known words in every spelling, and the tokenizer.

A word in double quotes is always a name; it keeps its quotes.
"""

import re
from collections.abc import Container
from functools import lru_cache
from itertools import chain
from zoneinfo import available_timezones

from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import foreign_periods, languages
from bot.parsing.dates import MONTHS, WEEKDAYS
from bot.parsing.text import AMOUNT, NUMBER_WORDS, plain_signs, read_amount, with_figures, word_set
from bot.statistics.metrics import Metric
from bot.statistics.reports import PLATFORM_PREFIX, TEAM

HELP = "help"
ACCOUNTS = "accounts"
DEFAULT = "default"
STATUS = "status"
DAILY = "daily"
SHARE = "share"
BOARD = "board"
TOP = "top"
BEST_TIMES = "best times"
COMPARE = "compare"
#: The kinds of a text that only thanks, or only agrees.
THANKS = "thanks"
OK = "ok"
GROUP = "group"
#: What is set up, by its kind.
DIGEST, ALERT, GOAL, WATCH = "digest", "alert", "goal", "watch"
OPT_OUT = "opt out"
OPT_IN = "opt in"
LINK = "link"
UNLINK = "unlink"
TOTALS = "totals"
#: The words for no account: `group sales = nobody` removes the group.
NOBODY = "nobody"
#: The word for an account's card, for questions that name nothing else.
ACCOUNT = "account"

#: Each metric as the bot writes it.
METRIC_NAMES = {metric: metric.definition.word for metric in Metric}
_ENGLISH_METRICS = {spelling: metric for metric in Metric for spelling in (metric.definition.word, *metric.definition.spellings)}
METRIC_WORDS = _ENGLISH_METRICS | {word: _ENGLISH_METRICS[english] for word, english in languages.METRICS.items()}

#: Also in German, French, Spanish and Portuguese.
HELP_WORDS = languages.HELP | {HELP, "--help", "-h", "/help"}
#: Words with that meaning only where they are the whole question: an account may have such a name.
HELP_NAMES = frozenset({"examples", "commands", "menu", "manual", "usage", "documentation", "docs"})

#: Together with a figure or a help topic: a question about its meaning.
EXPLAIN_WORDS = word_set("work works mean means meaning definition define defined calculated computed counted difference explain explained")


def begins_with(text: str, verbs: Container[str]) -> bool:
    """Whether a text's first word is one of these verbs, in any case, and it does not ask for help: "alert help" is about help."""
    words = _first_two(text)
    return bool(words) and words[0] in verbs and not asks_for_help(text)


@lru_cache(maxsize=128)
def asks_for_help(text: str) -> bool:
    """Whether one of the first two words asks for help: "help", "alert help", "alert examples"."""
    words = _first_two(text)
    return not HELP_WORDS.isdisjoint(words) or (len(text.split()) <= len(words) and not HELP_NAMES.isdisjoint(words))


def is_help(text: str) -> bool:
    """Whether a text is a word for help and nothing else."""
    return text.strip().strip("!?.,:").lower() in HELP_WORDS


def _first_two(text: str) -> list[str]:
    return [word.strip("!?.,:").lower() for word in text.split(maxsplit=2)[:2]]


#: Words for each topic of `help`, in addition to its name and the names of the figures.
_TOPIC_WORDS = {
    word: topic
    for topic, words in {
        "figures": "post posts link links urn account accounts period periods dates days week month metric metrics daily default defaults",
        "compare": "compare vs versus team board leaderboard ranking rank group groups top best totals growth",
        "digests": "digest history schedule form sharing share export file files csv xlsx excel",
        "alerts": "alert quiet cooldown snooze goal goals target targets watch watches unwatch",
        "settings": (
            "setting permission permissions allow forbid guest guests unfurl unfurls preview previews workflow workflows step opt unlink "
            "admin status health"
        ),
    }.items()
    for word in (topic, *words.split())
} | dict.fromkeys(METRIC_WORDS, "figures")
DAILY_WORDS = frozenset({DAILY, "by day", "per day", "day by day"})
SHARE_WORDS = frozenset({SHARE, "publicly"})

#: Words for a file with the answer's figures.
FORMAT_WORDS = {"csv": "csv", "xlsx": "xlsx", "excel": "xlsx", "spreadsheet": "xlsx", "sheet": "xlsx", "export": "csv", "download": "csv"}
#: What asks when an account's posts do best; longer questions are found in ``rankings``.
BEST_TIMES_WORDS = frozenset(
    f"{first} {second}" for first in ("best", "good", "right") for second in ("time", "times", "hour", "hours", "weekday", "weekdays")
)
#: What stands between two accounts or two periods, as the bot writes it and as people do.
VERSUS_SIGN = "vs"
VERSUS = frozenset({VERSUS_SIGN, "versus", "against"})
#: Words between the two after `compare`.
BETWEEN = frozenset({"and", "with", "to"})
#: Questions about several accounts, by every word for them.
SEVERAL_WORDS = {
    **dict.fromkeys(("team", "everyone", "everybody"), TEAM),
    **dict.fromkeys(("board", "leaderboard", "ranking", "rank"), BOARD),
    **dict.fromkeys(("top", "best"), TOP),
}
#: What begins with these takes names and no period.
LEADING = {
    ("opt", "out"): OPT_OUT,
    ("opt-out",): OPT_OUT,
    ("opt", "in"): OPT_IN,
    ("opt-in",): OPT_IN,
    ("group",): GROUP,
    ("groups",): GROUP,
}
#: Words with a meaning only together with one of ``SEVERAL_WORDS``.
RANKING_WORDS = {"growth": "growth", "growing": "growth", "rate": "rate", "engagement": "rate"}
#: The engagement rate, shown alone where nothing else is asked for.
ENGAGEMENT = "engagement"
RATE_WORDS = frozenset({ENGAGEMENT, "engagement rate", "eng rate", "eng", "rate", "er", "engagements", "interactions", "interaction"})
TOTALS_WORDS = frozenset({TOTALS, "total", "sum", "sums"})
MINIMUM_WORDS = frozenset({"min", "minimum"})
#: After the number of accounts that a team or a board shows.
ROWS = "rows"
#: The most posts of `top`, and the default.
MOST_TOP = 10

#: Words for figures as a whole.
FIGURES = word_set(
    """stats stat statistics statistic result results figures figure numbers number metrics metric data analytics
    insights performance report card breakdown kpi kpis overview summary recap dashboard perf chart graph plot table details info
    informations information datas nums perform performed performing linkedin linkdin linkedn post posts how doing how's hows how'd
    dropping falling rising increasing decreasing climbing improved declined fallen risen changed change changes grow grew growing gain
    increase trend trends trending look mine ours profile page company account's page's
    company's linkedin.com"""
).union(languages.FIGURES)
#: Words that are ignored.
FILLERS = FIGURES | word_set(
    """a an the teh that these those of for from in on at to with by about it its is are was were be been what which did do does
    me my our us we i you your their his her show list give get see tell find fetch check want need would like can could will
    let u ur please send pls plz anyone anybody file thanks thank hi hello hey so and also just now only set use
    what's whats thx tnx everything
    what'd who'd make kind kindly very advance summarize summarise
    period periods name names raw ask have has had win as possible possibly
    ever link channel here during over between many much whole entire overall"""
)

#: Words around a question; with an account or a period they may be a name.
CHATTER = word_set(
    """above again all alone any fyi open wrote or anything as bad been below both break check checked checking content currently down far
    get gets getting go going gone good got had happened most highest lot refresh reload sort sorted ranked order ordered think idea went
    happening has have here how's hows i'd idea it it's item its know like look looking looks message more ok on one ones perform
    performed performing performs piece please posted pull really right running said same share shared so some split still stuff that
    that's them then there these they thing this those thoughts thread today up update out bot lately recently asap currently quick
    omg lol haha hmm ugh wow yo bro dude heyy heyyy thxx thxxx plss plsss soo sooo btw tbh imo idk rn lil little gimme lemme wanna gonna
    pull grab drop bring brings brought provide deliver achieve achieved manage managed collect collected receive received
    attract attracted generate generated true really basically literally honestly maybe perhaps somehow dear
    doing you're we're we've i'll i've let's advance minute moment sec chance mind showing telling giving sharing sending following
    lets n someone somebody something fine annual crazy done executive brief short damage deal story stands stood bot team's kinda sorta
    seen work news count counts tracking somewhat popular viral like likely guys folks mate team-mate sir madam
    better he him she traction well what's whats when where which who who's whose worse yet"""
)
#: Those that change nothing beside figures and a name, also without a question before.
ASIDES = CHATTER - word_set("who who's whose when where which split break share shared better worse again all both")

#: Figures that people ask for and PostPost does not have.
FIGURES_NOT_GIVEN = word_set(
    """
    click clicks clicked ctr save saves saved bookmarks conversions lead leads reads spend cost cpc cpm revenue roi demographics
    demographic men women audience industry industries country countries location locations city cities gender sentiment mentions
    traffic budget roas likers viewers seniority sends dms visitors visits video videos stories profile hashtags hashtag companies
    employers fan fans superfans advocates ambassadors paid organic sponsored boosted ads ad campaign campaigns device devices mobile
    desktop ios android attendees attendance earn earned income applications applicants requests negative positive job jobs titles
    newsletter newsletters subscribers subscriber advocacy ssi score keywords inmails mqls pipeline utm money worth pay hearts celebrate
    insightful funny connections downloads emv employees employee"""
)
#: Phrases for figures that PostPost does not have, though one of the words has a meaning.
NO_FIGURE = lazy_regex(
    r"\b(?:(?:video|profile|page|story|newsletter) (?:views?|visits?|impressions|viewers)"
    r"|views? of (?:a |the |my |our |this )?(?:video|profile|page|story)s?|(?:unique|page|profile) (?:visitors|viewers)"
    r"|(?:who )?(?:viewed|visited) (?:my|our|the|\S+['’]s) (?:\w+ )?(?:profile|page)"
    r"|(?:watch(?:ing)?|dwell|reading|viewing|session) times?|time spent|scroll depth|search appearances|in the (?:us|states)"
    r"|how old (?:are|is) (?:\S+ ){0,2}(?:followers?|audience|readers?|people|fans)"
    r"|job (?:titles?|functions?)|share of voice|(?:open|bounce|completion|conversion|response|reply|unsubscribe) rates?"
    r"|saved|(?:link |website )?click(?:s|ed)?(?:[- ]through(?: rate)?)?)\b"
)

#: Words for the change that every card shows anyway.
CHANGES = word_set("growth down flat delta progress better worse or new news updates")
#: Words for several accounts in one answer.
TOGETHER = frozenset({"combined", "together", "altogether"})

#: The words that unknown words are compared with.
KNOWN_WORDS = tuple(dict.fromkeys((
    HELP, ACCOUNTS, DEFAULT, STATUS, DAILY, SHARE, TEAM, BOARD, TOP, COMPARE, "groups", *FORMAT_WORDS, *_ENGLISH_METRICS, ENGAGEMENT,
    "leaderboard", "yesterday", *MONTHS,
)))  # fmt: skip
_LAST_AND_THIS = tuple(f"{which} {unit}" for which in ("last", "this") for unit in ("week", "month", "quarter", "year"))
KNOWN_PHRASES = (*_LAST_AND_THIS, OPT_OUT, BEST_TIMES)
#: What words mean that say too little, short days, and typos of "best", which is as near to "test" and "rest".
MEANT = {
    word: (f"last {unit}", f"this {unit}")
    for word, unit in (foreign_periods.UNITS | foreign_periods.ENGLISH_UNITS).items()
    if unit not in ("day", "yesterday")
} | {
    **dict.fromkeys(("bst", "bset", "est", "besst", "beest", "ebst"), ("best",)),
    **{short: (day,) for day in WEEKDAYS[1:5] for short in (day[:3], day[:4], day[:5])},
    **{f"{phrase[0]}{phrase.split()[1][0]}": (phrase,) for phrase in _LAST_AND_THIS},
}

#: A token where lists are parsed ("mon, wed and fri").
COMMA = ","

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛′", "'") | {"`": " "})
_MENTION = lazy_regex(r"<([@#!])([^<>|]*)(?:\|([^<>]*))?>")
#: Numbers of `top` and minimums, which a comma or a blank would split.
_AMOUNTS = any_case(
    rf"\b((min(imum)?\.?( of)?|at least) +(?P<amount>{AMOUNT})(?![\w.,])|(?P<most>top|best) (?P<n>{'|'.join(NUMBER_WORDS)})(?= |$))"
)
_LEAST = any_case(r"\b(min(imum)?|at least)\b")
_JOINED = lazy_regex(r"(?<=[^\W\d])\+(?=[^\W\d])")
_EMOJI = lazy_regex(r"(?<!\S):[\w+-]+:(?!\S)")
#: A year of two figures: "nov '25", "q3'26", a spreadsheet's "1-Nov-26".
_SHORT_YEAR = lazy_regex(r"(?i)(?<!\w)([a-z]{3,9}(?: \d{1,2}(?:st|nd|rd|th)?,?)?|[qhw]\d{1,2})(?: ?'|(?<=\d-[a-z]{3})-)(2\d)(?![\w'])")
_SINGLE_QUOTED = lazy_regex(r"(?<![^\s(])'([^'\"]+)'(?![^\s,;.!?)])")
_WORD = lazy_regex(r'"[^"\w]*\w[^"]*"|[^\s,;"]+')
_WORD_OR_COMMA = lazy_regex(rf"{_WORD.pattern}|{COMMA}")
_NAME_AMOUNT_OR_WORD = any_case(rf'"[^"\w]*\w[^"]*"|{AMOUNT}(?![\w#])|[^\s,;"]+')
#: 1.11., whose second full stop belongs to the month.
_SHORT_DATE = lazy_regex(r"\d{1,2}\.\d{1,2}\.")
_WRAPPING = "!?¿¡()[]{}*_~'<>:|"
#: What may follow an id, whose own letters include "_" and "-".
_PUNCTUATION = "!?)]:'"


@lru_cache(maxsize=64)
def tokenize(text: str, *, commas: bool = False, amounts: bool = False) -> tuple[str, ...]:
    """Tokenizes a text without posts; quoted names keep their double quotes, all other words lose their punctuation.

    With ``commas`` each comma is a token, with ``amounts`` each number as people write it ("50 000", "2.3 million").
    """
    if not (text.isalnum() and text.isascii()):
        text = plain_signs(text)
        text = text if amounts else _AMOUNTS.sub(_amount_digits, with_figures(text) if _LEAST.search(text) else text)
        text = _EMOJI.sub(" ", _MENTION.sub(_mention_name, text.translate(_QUOTES)))
        text = _SINGLE_QUOTED.sub(r'"\1"', _SHORT_YEAR.sub(r"\1 20\2", _JOINED.sub(" + ", text)))
    pattern = _WORD_OR_COMMA if commas else _NAME_AMOUNT_OR_WORD if amounts else _WORD
    return tuple(word for raw in pattern.findall(text) if (word := _bare(raw)))


def is_quoted(word: str) -> bool:
    return word.startswith('"')


def _mention_name(mention: "re.Match[str]") -> str:
    """A mention as text: @ann, #marketing, @here."""
    sign, what, label = mention[1], mention[2], mention[3]
    return f" {'#' if sign == '#' else '@'}{(label or what).lstrip('@#')} "


def _amount_digits(found: "re.Match[str]") -> str:
    """A number of posts or a minimum in figures alone: "min 1.5k" is "min 1500"."""
    if found["most"]:
        return f"{found['most']} {NUMBER_WORDS.get(found['n'].lower(), found['n'])}"
    amount = read_amount(found["amount"])
    return f"min {amount}" if amount.denominator == 1 else found[0]


def _bare(word: str) -> str:
    if is_quoted(word):
        return f'"{" ".join(word[1:-1].split())}"'
    if not word.strip("?"):
        return "?"
    bare = word.rstrip(_PUNCTUATION) if word.lower().startswith(PLATFORM_PREFIX) else word.strip(_WRAPPING)
    if not bare or bare.endswith("..") or _SHORT_DATE.fullmatch(bare):
        return bare
    shorter = bare.rstrip(".") or bare[:2]
    # "0!." first loses its full stop, then the exclamation mark.
    return shorter if shorter == word else _bare(shorter)


def is_of_help(word: str) -> bool:
    """Whether a lower-case word names something in the help, or asks for help or an explanation."""
    return any(word in words for words in (_TOPIC_WORDS, RATE_WORDS, HELP_NAMES, EXPLAIN_WORDS))


def topic_of(words: tuple[str, ...]) -> str:
    return next((_TOPIC_WORDS[word] for word in words if word in _TOPIC_WORDS), "")


#: Meanings of more than one word, longest first.
PHRASES = tuple(
    sorted(
        (tuple(phrase.split()) for phrase in chain(METRIC_WORDS, DAILY_WORDS, SHARE_WORDS, RATE_WORDS, BEST_TIMES_WORDS) if " " in phrase),
        key=len,
        reverse=True,
    )
)
PHRASE_STARTS = frozenset(phrase[0] for phrase in PHRASES)


@lru_cache(maxsize=1)
def _places() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """In small letters: countries, regions and the cities that time zones are named after; areas with their places; languages."""
    from babel import Locale  # noqa: PLC0415  # only a question that is refused needs it

    zones = [zone.replace("_", " ").lower().partition("/") for zone in available_timezones() if "/" in zone]
    # Stations and small towns, such as "Casey", "Davis" and "Indiana/Knox", are names of people more often.
    cities = (place for area, _, place in zones if area not in ("etc", "antarctica") and "/" not in place)
    countries = (*map(str.lower, Locale("en").territories.values()), "uk", "usa", "eu", "emea", "apac", "dach")
    # Each language with a code of two letters: among the others are "Even" and "Fang".
    languages_named = (name.lower() for code, name in Locale("en").languages.items() if len(code) == len("en"))
    areas = (f"{area} {place.replace('/', ' ')}" for area, _, place in zones)
    return (
        frozenset((*cities, *countries)),
        frozenset(areas),
        frozenset((*languages_named, "deutsch", "français", "español", "italiano", "português", "nederlands")),
    )


def is_place(word: str) -> bool:
    return word in _places()[0]


def is_zone(words: str) -> bool:
    """Whether these words are the area and the place of a time zone, "europe/berlin", or an offset, "gmt+1"."""
    return re.sub("[/_]", " ", words) in _places()[1] or re.fullmatch(r"(?:utc|gmt)[+-]\d{1,2}(?::?\d\d)?", words) is not None


def is_language(word: str) -> bool:
    return word in _places()[2]


def is_money(word: str) -> bool:
    """Whether a word is the code of a currency that has a sign: others are English words ("TOP", "ALL")."""
    from babel.numbers import get_currency_symbol  # noqa: PLC0415  # as above

    return len(word) == len("EUR") and word.isalpha() and get_currency_symbol(word.upper(), "en") != word.upper()
