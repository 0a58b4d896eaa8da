"""What words are that cannot be answered (a holiday, a zone, a place, a kind of file, a figure that PostPost does not have), and what is.

One table: the reason, what is possible instead, and what tells the kind: its words, or where they stand.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from bot.lazy_regex import lazy_regex
from bot.parsing.dates import HOLIDAYS, NAME_MONTHS, NO_WEEKDAYS, NOT_BEGUN, SEASON, SEE_EACH, USUAL_HOLIDAYS, WEEKDAY, WEEKDAYS
from bot.parsing.period_finder import PERIOD
from bot.parsing.text import word_set
from bot.parsing.vocabulary import BEST_TIMES, DAILY, FIGURES_NOT_GIVEN, METRIC_WORDS, is_language, is_money, is_place, is_zone
from bot.statistics.metrics import Metric

#: The name of a figure as a pattern.
FIGURE = "|".join(map(re.escape, METRIC_WORDS))
SEVERAL_FIT = "“{name}” could be {names}."
NOT_GIVEN = "PostPost has no figures for “{word}”."
GIVEN = f"It gives {', '.join(metric.definition.word for metric in Metric)}; a card shows them with the engagement rate."
NO_HOLIDAYS, NAME_DAYS = "I don't know holidays such as “{word}”.", "Name the days, like `24-26 dec`."
EVERY_MONDAY = ("digest every Monday 9:00", "digest list", "help digests")
SET_UP = "For figures that come regularly, use `digest`, like `digest acme every Monday 9:00`."
NO_STOPPING = "What is set up here has its own buttons to pause, change or delete it."
STOP_REMEDY = "`digest list`, `alert list`, `goals` and `watches` show it:"
ONLY_CONNECTED = "I only see what is connected in PostPost."
SEE_CONNECTED = "`accounts` lists them, and `board` ranks them:"
WHO_ELSE, RANKED_ALL = "“{word}” doesn't say which accounts.", "`board` ranks all of them:"
ONLY_READS = "I read figures only, and don't publish posts or change anything on LinkedIn."
SEE_CHANGE, ASK_PERIOD = "Every answer shows what changed since the period before.", "Ask for a period:"
NO_FORMAT, FORMATS = "“{word}” is a kind of file that I can't make.", "I make CSV files and Excel workbooks:"
ONLY_SLACK, SAY_RHYTHM = "I answer in Slack only.", "“{word}” doesn't say how often."
BY_DAY_ONLY, SEE_DAYS = "I can split a period by day only.", "`daily` shows each day:"
NOT_HERE, CONNECT = "Accounts are connected in PostPost, not here.", "Once one is connected there, `accounts` lists it."
WHICH_POST, SEE_TOP = "I don't know which post that is.", "Paste the post's link, or see the best posts that I know:"
SEE_ROWS = "`team` shows each account's and their sum:"
NO_FILTER, SEE_ORDER = "I put them in order, and don't filter them by a figure.", "See the best first:"
NO_SEARCH = "I find posts by their link or their figures, not by what they say."
FIXED_LOOK, CHOOSE_FIGURES = "A card looks the same for everybody, and always has its chart.", "Choose the figures in it:"
WORKS = "`status` shows whether everything works:"
ANSWERED_HERE = "I answer where I'm asked."
NO_PEOPLE = "PostPost doesn't say who it was, only how many."
NO_COUNT = "I can't count posts: one written on LinkedIn itself isn't known here until somebody asks for it."
NO_AVERAGE, ONLY_LINKEDIN = "I show totals and single days, not averages.", "I know LinkedIn's figures only."
NO_MATH = "I show LinkedIn's figures, their changes and the engagement rate, and calculate nothing else."
NO_LATEST, NO_ORDER = "I find a post by its link, not by its age.", "I rank posts by their figures only."
NO_TIME, TIME_REMEDY = "“{word}” is a time of day, and LinkedIn counts whole days.", "Leave it out; digests and alerts have a time."
WORD_WHEN, SET_ALERT = "A question is answered at once; an alert tells you when a figure moves.", "An alert reads like this:"
HOW_MANY, SAY_HOW_MANY = "“{word}” doesn't say how many.", "Say how many, like `last 3 days`."
NO_EVENT, NAME_START = "I don't know when that was: “{word}” needs a day or a month.", "Name it, like `since 1 nov`."
SEE_GOALS, GOALS = "A goal says how far you are:", ("goals", "goal impressions 50000 month")
NO_FORECAST, SEE_SET_UP = "I show what was, not what will be.", "See what is set up, or how it is:"
OTHER_NUMBERS = "LinkedIn's own page may show other numbers."
WHY_OTHER = (
    'LinkedIn calls an account\'s figures best effort; reshares, reactions and comments "are not consistent with UI at the moment". '
    "Figures arrive up to 24 hours late, days are counted in UTC, and a post's page counts since it was published."
)
ENGLISH, ZONES_REMEDY = "I read and write English; these questions work:", "Leave it out. Only digests and alerts have a time zone."
NO_PLACES = "“{word}” is a place: PostPost has no figures by place, and days are those of UTC."
NO_NUMBER = "I can't tell what “{word}” is for."
SAY_NUMBER = "Numbers go with a word: `top 5`, `board min 500`, `7d`, `goal impressions 50000 month`."

MAIL = ("email", "mail", "e-mail", "inbox")
FILE_KINDS = (
    "pdf", "powerpoint", "ppt", "pptx", "slides", "keynote", "doc", "docx", "image", "screenshot", "png", "jpg", "gif", "html", "json",
)  # fmt: skip
#: Periods that are to be split into longer parts than days.
PARTS_OF_PERIOD = lazy_regex(
    r"\b(?:by|per|each) (?:week|month|quarter|hour|weekday)\b(?! on\b)"
    r"|\b(?:weekly|monthly|quarterly|yearly|hourly) (?:breakdown|split|totals?|trend)\b"
)
Reason = tuple[str, str, tuple[str, ...]]


class Kind(Struct, frozen=True):
    """A kind of words: ``sentence`` says why they cannot be answered, ``remedy`` what is possible, with ``suggestions``.

    It is told by its ``words``, by what each word is (``is_one``), or by a pattern of the whole question (``where``), whose group,
    if it has one, is such a word. ``unless``: a pattern of questions in which they mean something else. ``of_posts``: also beside a link.
    """

    sentence: str
    remedy: str
    suggestions: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    is_one: Callable[[str], bool] | None = None
    where: "re.Pattern[str] | None" = None
    unless: "re.Pattern[str] | None" = None
    of_posts: bool = True

    def found(self, plain: str, marked: str, phrases: Iterable[str]) -> str:
        """What of a question is of this kind; "" for nothing. ``marked`` has its unknown words, which are the ``phrases``, in marks."""
        if self.unless and self.unless.search(plain):
            return ""
        if not self.where:
            return next((word for word in phrases if self._has(word)), "")
        for found in self.where.finditer(marked if "‹" in self.where.pattern else plain):
            said = next(filter(None, found.groups()), found[0])
            if not (self.words or self.is_one):
                return re.sub("[‹›]", "", said)
            if word := next((word for word in (said, *said.split()) if self._has(word)), ""):
                return word
        return ""

    def _has(self, word: str) -> bool:
        return word in self.words or (self.is_one is not None and self.is_one(word))


def kind(
    sentence: str,
    remedy: str = "",
    *suggestions: str,
    words: str = "",
    is_one: Callable[[str], bool] | None = None,
    where: str = "",
    unless: str = "",
    of_posts: bool = True,
) -> Kind:
    """A row of a table of kinds, with words parted by blanks and patterns as text."""
    stands, other = (lazy_regex(pattern) if pattern else None for pattern in (where, unless))
    return Kind(sentence, remedy, suggestions, frozenset(words.split()), is_one, stands, other, of_posts)


#: Words without a meaning in a pattern of the whole question, where they stand in these marks.
_X = "‹([^›]+)›"
#: The most words that are looked at: what is looked for takes a time that grows faster than their number.
_MOST_WORDS = 100
#: Words that tell what stands behind them, and are not marked.
_BETWEEN = word_set("per into en auf around throughout since before after until this these those them it he she called named saying says")
_TOPS, _BOARDS, _DAYS = ("top last week", "top last month"), ("board last week", "board last month"), ("daily", "28d daily")
_FILES, _LOOK = ("last week csv", "last week xlsx"), ("impressions comments", "followers")
_ALERTS = ("alert impressions -30% week", "alert comments > 20 day")
_EACH_DAY, _STATE, _SET_UP = (DAILY, BEST_TIMES, "help digests"), ("accounts", "status"), ("digest list", "alert list", "goals")
_ZONES = "utc gmt est edt cst cdt mst mdt pst pdt cet cest bst ist jst aest aedt eet eest wet west msk akst mez mesz sgt hkt kst"
_WHICH = r"(?:last|latest|newest|recent|previous|next)\b"
_HOURS, _WORST = "three|four|five|six|seven|eight|nine|ten|eleven|twelve", "worst|fewest|lowest|bottom|poorest|weakest|least|flopped|flop"
# fmt: off
#: The kinds that are told by their words; the first that fits decides.
_KINDS = (
    kind(ONLY_SLACK, SET_UP, *EVERY_MONDAY, where=r"\S@\S+\.\w"),
    kind(NOT_GIVEN, GIVEN, where=r"[$€£¥] ?\d\S*|\b\d\S* ?[$€£¥]"),
    kind(NOT_GIVEN, GIVEN, words="dollar dollars euro euros cents pounds rupees yen bucks chf", is_one=is_money),
    kind("PostPost doesn't say how long people look at a post.", GIVEN,
         where=r"\bhow long (?:do|did|does|are|have|has) (?!(?:you|i|we|it)\b)"),
    kind("I don't know which days “{word}” means.", "Name them, like `1-15 nov`:", "yesterday", "last month", of_posts=False,
         where=r"\bthe other (?:day|week|month)\b|\b(?:a while|some time|a long time|ages) (?:ago|back)\b"
         r"|\b(?:(?:this|last|the|current|previous|past) )?(?:semester|trimester|school year|(?<=\w )(?:term|sprint|season|decade))\b"),
    kind(WORD_WHEN, SET_ALERT, *_ALERTS, where=r"(?:^| )[+-]?\d+(?:[.,]\d+)?%"),
    kind(NO_AVERAGE, SEE_DAYS, *_DAYS, where=r"\b(?:(?:per|each)|\w+s a) post\b"),
    kind(NO_MATH, ASK_PERIOD, where=r"\b(?:per|each) (?:follower|impression|view|reaction|like|comment)\b|(?<!\S)\d+ ?[+*x×/] ?\d+$",
         of_posts=False),
    kind(NO_PEOPLE, GIVEN,
         where=r"\bwho (?:\w+ )?(?:like[sd]?|react(?:s|ed)|comment(?:s|ed)?|share[sd]?|repost(?:s|ed)|follow(?:s|ed)?|engage[sd]"
         r"|saw|seen|view(?:s|ed)|reads?)\b"
         r"|\b(?:by|from) whom\b"
         r"|\b(?:(?:people|everyone|those|person) (?:who|that)|names? of|list of) (?:\w+ )?(?:lik|react|comment|shar|repost|follow)\w*"
         r"|\bwho(?:['’]?s| are| is)\b.*\bfollowers?\b|\bcommenters\b"),
    kind(NO_LATEST, SEE_TOP, *_TOPS, of_posts=False,
         where=rf"\b(?:posts?|updates?)\b.*‹[^›]*\b{_WHICH}|‹[^›]*\b{_WHICH}.*\b(?:posts?|updates?)\b"),
    # Below a card its days follow: "start over 2026-11-01..2026-11-28".
    kind(NO_FILTER, SEE_ORDER, "top last month", "board last month",
         where=r"\b(?:more|less|fewer|higher|lower|over|above|below|under) (?:than )?(?!\d{4}-\d\d|\d{1,3}d\b|20\d\d$)\d|[<>]=? ?\d",
         of_posts=False),
    kind("“{word}” is a part of which month?", "Name it:", "first week of this month", "first week of last month",
         "second half of last month", where=r"\b(?:first|second|third|fourth) (?:week|half)\b(?! of)"),
    kind(HOW_MANY, SAY_HOW_MANY, "7d", "28d", of_posts=False,
         where=r"\b(?:last|past|recent|previous) (?:days|weeks|months|quarters|years)\b"),
    kind(NO_TIME, TIME_REMEDY, where=rf"\bhalf (?:past )?(?:[3-9]|1[0-2]|one|two|{_HOURS})\b", of_posts=False),
    kind(NO_WEEKDAYS, SEE_EACH, *_EACH_DAY, where=r"\b(?:business|working|work|week) ?days?\b"
         rf"|\b(?:except|without|excluding|minus|not) (?:the |on )?(weekends?|{WEEKDAY}s?)\b"),
    kind("Name the account that you mean:", "", "accounts", "board", where=r"\bwrong (?:account|person|profile|page|company)\b"),
    kind(NO_ORDER, SEE_TOP, *_TOPS, of_posts=False,
         where=r"‹(?!fewest|lowest|weakest|poorest|least)\w+est› (?:posts?|updates?|comments?)\b|‹\w{3,}iest›"),
    kind(NO_LATEST, SEE_TOP, *_TOPS, where=rf"\b(?:the|our|my|that|this|about) (?!(?:{_WORST})\b)\w+ (?:post|one)\b", of_posts=False),
    kind(OTHER_NUMBERS, WHY_OTHER, "help metrics",
         where=r"\b(?:linkedin|numbers?|figures?)\b.*\b(?:differ\w*|(?:an)?other (?:number|figure)s?|match\w*|wrong|consistent)\b"
         r"|\bdiffer\w* (?:from|to|than|on)\b.*\blinkedin\b", of_posts=False),
    kind("LinkedIn's figures arrive up to 24 hours late.", "Each card says when its figures were fetched:", "yesterday", "status",
         where=r"\bwhen\b.*\b(?:update[ds]?|refreshed|available|ready)\b|\bwhen (?:will|do|does|are|is)\b.*\b(?:in|out|there)$"
         r"|\bhow (?:fresh|old|current)\b|\breal[ -]?time\b"),
    kind("`accounts` shows each account's state and whose it is:", "", *_STATE,
         where=r"\bwhose account|\b(?:connected|expired?|token|access token)\b"),
    kind("LinkedIn counts days in UTC, whatever the time elsewhere.", ZONES_REMEDY,
         where=r"\b(?:local|eastern|central|pacific|mountain|berlin|london|paris|new york|tokyo|india|us|uk) time\b|\btime ?zone\b"),
    kind("`unfurl on` and `unfurl off` switch the previews of links:", "", "unfurl", "help settings",
         where=r"\b(?:previews?|unfurl\w*)\b"),
    kind(NOT_HERE, CONNECT, *_STATE,
         where=r"\b(?:add|connect|remove|delete|disconnect|reconnect)\b.*\baccounts?\b|\b(?:log|sign) ?(?:in|out|up)\b"),
    kind("`board` ranks accounts, the best first.", "Its last row is the weakest:", "board", "board last month",
         where=r"\b(?:who(?:['’]s)?|which accounts?) (?:\w+ ){0,3}"
         r"(?:lost|dropped|fell|declined|least|fewest|lowest|worst|last(?! (?:week|month|quarter|year|few|\d+ ?[dwm])))\b"
         r"|\b(?:worst|lowest|bottom|poorest|weakest)\b.*\b(?:accounts?|performers?|profiles?|persons?|people|colleagues?|members?)\b"),
    kind(ONLY_LINKEDIN, ASK_PERIOD, where=r"\bon ‹(x|fb|ig|yt|meta)›", of_posts=False),
    kind(ANSWERED_HERE, "A digest posts in any channel:", *EVERY_MONDAY,
         where=r"\b(?:in|to|into|on|for|with) ‹(#[^› ]+)|\b(?:to|into) (?:the |our )?‹[^›]+› channel\b"),
    kind("I can't look for “{word}”. " + NO_SEARCH, SEE_TOP, *_TOPS,
         where=r"‹(?:[^›]* )?(#[^› ]+)"),
    kind(NO_FORMAT, FORMATS, *_FILES, words=" ".join(FILE_KINDS)),
    kind(NOT_GIVEN, GIVEN, words=" ".join(FIGURES_NOT_GIVEN)),
    kind(NO_HOLIDAYS, NAME_DAYS, words=" ".join((*(word for word in HOLIDAYS if " " not in word), "holiday holidays")), of_posts=False),
    kind(SEASON, NAME_MONTHS, words="spring summer autumn winter"),
    kind("Settings are commands of their own, such as `default`, `allow` and `unfurl`.", "See them, or what is set up here:",
         "help settings", "permissions", *_SET_UP, words="settings preferences prefs options configuration config"),
    kind(NO_STOPPING, STOP_REMEDY, *_SET_UP, words="unsubscribe subscribe stop pause snooze resume mute cancel delete remove turn disable"
         " undo revert redo reset"),
    kind("“{word}” begins a command of its own, like `{word} acme …`.", SEE_SET_UP, "digest list", "alert list", "goals", "watches",
         words="goal goals alert alerts watch watches digest digests"),
    kind("“{word}” says how often, and I answer a question once.", SET_UP, *EVERY_MONDAY, unless=r"\b(?:last|past|ago)\b",
         words="every each hourly weekly biweekly fortnightly monthly bimonthly quarterly semiannually yearly annually"),
    kind(NO_WEEKDAYS, SEE_EACH, *_EACH_DAY, words=" ".join(("weekdays weekends", *(f"{day}s" for day in WEEKDAYS)))),
    kind("“{word}” is a time zone, but LinkedIn counts days in UTC.", ZONES_REMEDY, is_one=is_zone,
         words=_ZONES, unless=r"\b(?:posts?|times?|days?|hours?)\b"),
    kind("`best times` has the hours of your own time zone, as it is set in Slack.", "Leave the zone out:", BEST_TIMES, words=_ZONES,
         is_one=is_zone, unless=r"^(?!.*\b(?:best|good|right) (?:\w+ )?times?\b)"),
    kind(NO_PLACES, GIVEN, is_one=is_place,
         where=rf"\b(?:in|from|near|across) (?:the )?{_X}|{_X} (?:followers|audience|people|market|office|time)\b|[^‹]{_X}$|{_X} and ‹"),
    kind(NO_EVENT, NAME_START, "last month", "28d", where=r"\S (when) (?:we|i|they) (?:had|did|were|ran|made|\w{2,}ed)\b"),
    kind(NOT_BEGUN, "Ask for what there is so far:", "this month", "this year", of_posts=False,
         where=r"\b(?:until|till|by|before|through) (?:the )?(?:(?:end|last day) of (?:the |this )?(?:year|quarter|month|week)"
         r"|(?:year|quarter|month|week)[ -]end|eo[ymqw])\b"),
    kind(NO_EVENT, NAME_START, "last month", "28d", words="since during until before after while", of_posts=False,
         unless=r"\b(?:\d{1,2} ?[ap]m|\d{1,2}:\d\d|noon|midnight)\b"),
    kind(WORKS, "", "status", "accounts", words="working broken bug bugs offline outage", unless=r"\bworking days?\b"),
    kind("Whoever runs the bot knows its version.", WORKS, "status", "help", words="version changelog"),
    kind(NO_AVERAGE, SEE_DAYS, *_DAYS, words="average averages avg mean median usual usually normal normally typical expected"),
    kind("I have the figures, not the reasons for them.", "Single days and posts may tell more:", "daily", "top last month", words="why"),
    kind(SEE_CHANGE, ASK_PERIOD, words="growth percent percentage up down better worse new news updates up-to-date", of_posts=False,
         unless=r"\b(?:set|sign|wrap|mess|make|look|back|shut|break|slow) (?:up|down)\b"),
    kind(ONLY_CONNECTED, SEE_CONNECTED, "accounts", "board last month",
         words="competitor competitors competition benchmark benchmarks rival rivals"),
    kind("“{word}” goes with `team` or `board`, like `team without acme`.", RANKED_ALL, *_BOARDS, of_posts=False,
         words="without except excluding minus not besides"),
    kind(WHO_ELSE, RANKED_ALL, *_BOARDS, words="others else rest both either", of_posts=False),
    kind(ONLY_LINKEDIN, ASK_PERIOD, of_posts=False,
         words="instagram insta facebook twitter tiktok youtube bluesky mastodon xing snapchat pinterest threads x.com reddit discord"
         " whatsapp telegram medium"),
    kind("PostPost gives the followers won, not those lost.", GIVEN, "followers", words="lose lost losing unfollowed unfollowers churn"),
    kind("Goals show whether you are on track.", SEE_SET_UP, "goals", "help alerts", words="track pace"),
    kind("`top` lists posts in order, the best first.", "Its second row is the second best:", *_TOPS, words="second third runner-up"),
    kind(NO_MATH, ASK_PERIOD, words="ratio correlation correlate regression percentile variance deviation divided", of_posts=False),
    kind(NO_FORECAST, ASK_PERIOD, words="forecast predict prediction predictions projection", of_posts=False),
    kind(NO_FORECAST, SEE_GOALS, *GOALS, where=r"^(?:(?:when|how soon) )?will (?!you\b)"),
    kind(ONLY_READS, SEE_TOP, *_TOPS, words="publish draft write approve invite endorse dm", of_posts=False),
    kind("`opt out` hides one from `team`, `board`, `top` and digests.", "The account's own person or an administrator can do it:",
         "opt out", words="hide"),
    kind(HOW_MANY, SAY_HOW_MANY, "last 3 days", "7d", "last week", words="few several some", of_posts=False),
    kind(ONLY_SLACK, SET_UP, *EVERY_MONDAY, words=" ".join(MAIL)),
    kind(SAY_RHYTHM, SET_UP, *EVERY_MONDAY, words="schedule remind reminder automatically regularly"),
    kind("A card draws a line by day, and no other chart.", SEE_DAYS, *_DAYS, words="pie bar donut histogram heatmap scatter"),
    kind(FIXED_LOOK, CHOOSE_FIGURES, *_LOOK, where=rf"(?:^|\b(?:in|it|them|card|chart|background) ){_X}",
         words="red blue green pink yellow orange purple black white grey gray brown"),
    kind(FIXED_LOOK, CHOOSE_FIGURES, *_LOOK, words="bold italic bigger smaller larger prettier colour color font rounded decimals"),
    kind(WORD_WHEN, SET_ALERT, *_ALERTS, words="notify when whenever if exceed exceeds"),
    kind(ENGLISH, "", "last week", "accounts", "help",
         where=rf"\b(?:in|into|to|auf|en|speak|read|write) {_X}|^{_X}$", is_one=is_language),
    kind(ENGLISH, "", "last week", "accounts", "help", words="language translate translated translation",
         unless=r"\b(?:by|per) (?:\w+ )?language\b"),
    kind(NOT_HERE, CONNECT, *_STATE, words="connect reconnect authorize login log-in archive unarchive deactivate"),
    kind(OTHER_NUMBERS, WHY_OTHER, "help metrics", of_posts=False,
         words="wrong incorrect inaccurate mismatch differs different discrepancy"),
    kind("`top` lists the best posts only.", "Its last rows are the weakest of them; its file has every figure:", "top last month",
         "top last month csv", words=_WORST.replace("|", " ")),
    kind("A least number of impressions goes with `board` and `top`.", "They rank accounts and posts; ask like this:", "board min 1000",
         "top min 500", words="min minimum"),
    kind(NO_TIME, TIME_REMEDY, of_posts=False, where=r"between ‹(\d{1,2})› and ‹\d{1,2}›"
         r"|‹(?:[^›]* )?(\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)|\d{1,2}:\d\d|noon|midnight"
         r"|mornings?|afternoons?|evenings?|nights?|overnight)\b"),
    kind("“{word}” is a day of which month?", "Name it, like `15 nov`; a digest can come on it: `digest 15th of the month 9:00`.",
         where=r"‹(?:[^›]* )?(\d{1,2}(?:st|nd|rd|th))\b", of_posts=False),
)
#: The kinds that only the place of an unknown word tells, where it is no typo of a known one.
_BY_PLACE = (
    kind("I can't look for “{word}”. " + NO_SEARCH, SEE_TOP, *_TOPS, where=rf"\b(?:called|named|saying|says) (?:the )?{_X}"),
    kind(NO_FORMAT, FORMATS, *_FILES, where=rf"\bas (?:an? )?{_X}"),
    kind(NO_EVENT, NAME_START, "last month", "28d",
         where=rf"\b(?:during|over|throughout|before|after|around(?= \w)) (?:(?:the|our|my|an?|her|his|their|its) )?{_X}"
         r"|\bon (?:the )?‹([^›]+ (?:day|night|week|event))›"),
    kind("I can't split figures by “{word}”.", GIVEN, where=rf"\b(?:by|per) (?:each |every |post )?{_X}"),
    kind(NOT_GIVEN, GIVEN, where=r"\b(?:how (?:many|much)|number of|amount of) ‹([^›\d]+)›"
         r"|['’]s ‹([^›\d]+)› (?:stats?|statistics|figures|numbers|report|analytics|data)\b"
         rf"|\b(?:{FIGURE}|engagement) (?:from|among|by|in)(?: the)? ‹([^›\d]+)›"
         r"|^(?:what(?:['’]?s| is| are| was| were)) .*‹([^›\d]+)›$"),
    kind(NOT_GIVEN, GIVEN, where=r"‹([^›\d]+)› (?:counts?|rates?|results?|views?|impressions|scores?|values?|volume|performance|kpis?)\b"),
    kind("“{word}” is nothing that I can do: I show LinkedIn's figures.", "These questions work:",
         where=r"^(?:(?:please|can you|pls) )*‹([^› '’]+)› (?:(?:in|out|up|on|off|to) ){0,2}"
         r"(?:the|my|our|this|that|these|those|it|an?|all)\b"),
    kind(ONLY_CONNECTED, SEE_CONNECTED, "accounts", "board last month", where=r"‹(?:[^›]* )?([^› ]+['’]s)›"),
    kind(NO_NUMBER, SAY_NUMBER, where=r"^[^‹]*‹([\d.,' ]+)›[^‹]*$"),
)
# fmt: on
#: Every word that is a reason, for typos.
REASON_WORDS = frozenset(word for kind in _KINDS for word in kind.words)


def reason_of(unknown: Sequence[str], tokens: Sequence[str], *, beside_post: bool = False) -> Reason | None:
    """The sentence, remedy and suggestions for words with a meaning that a question cannot have; else None."""
    lower = [word.lower() for word in unknown]
    plain = " ".join(word.lower() for word in tokens)
    if PARTS_OF_PERIOD.search(plain) or (not {"hourly", "weekly", "monthly", "quarterly"}.isdisjoint(lower) and PERIOD.search(plain)):
        return BY_DAY_ONLY, *_by_units(plain)
    # "Our new post of 9 am" beside its link asks for no change, no time and no other post.
    return _told([kind for kind in _KINDS if kind.of_posts or not beside_post], lower, tokens)


def reason_by_place(unknown: Sequence[str], tokens: Sequence[str]) -> Reason | None:
    """The same for words that are told by where they stand: "acme by bananas"."""
    return _told(_BY_PLACE, [word.lower() for word in unknown], tokens)


def _told(kinds: Iterable[Kind], unknown: Sequence[str], tokens: Sequence[str]) -> Reason | None:
    words = [word.lower() for word in tokens[:_MOST_WORDS]]
    plain = " ".join(words)
    marked = " ".join(f"‹{word}›" if word in unknown and word not in _BETWEEN else word for word in words).replace("› ‹", " ")
    # A zone's area and place are two words.
    phrases = (*unknown, *map(" ".join, pairwise(unknown)))
    for kind in kinds:
        if word := kind.found(plain, marked, phrases):
            usual = USUAL_HOLIDAYS.get(word, "")
            return (
                kind.sentence.format(word=word, words=word),
                kind.remedy.format(word=word),
                kind.suggestions or tuple(filter(None, (usual,))),
            )
    return None


def _by_units(words: str) -> tuple[str, tuple[str, ...]]:
    """The remedy and suggestions for a period that is to be split into longer parts than days."""
    unit = next((unit for unit in ("week", "month", "quarter") if re.search(rf"{unit}(?!day)", words)), "")
    if "weekday" in words:
        return "`best times` shows at which weekdays posts did best:", (BEST_TIMES, DAILY)
    if not unit:
        return SEE_DAYS, ("28d daily", DAILY)
    return f"Ask for each {unit} on its own, or compare two:", (f"last {unit} vs {unit} before last", f"last {unit}", "28d daily")


def not_given(words: Sequence[str]) -> str:
    """The sentence about a figure among these words that PostPost does not have; "" for none."""
    found = next((word for word in words if word.lower() in FIGURES_NOT_GIVEN), "")
    return NOT_GIVEN.format(word=found) if found else ""
