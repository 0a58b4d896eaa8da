"""Reasons why words of a question cannot be answered: a figure that PostPost does not have, a holiday, a rhythm, a time zone."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, product
from zoneinfo import available_timezones

from bot.lazy_regex import lazy_regex
from bot.parsing.dates import HOLIDAYS, NAME_MONTHS, NO_WEEKDAYS, SEASON, SEE_EACH, USUAL_HOLIDAYS, WEEKDAYS
from bot.parsing.period_finder import PERIOD
from bot.parsing.vocabulary import BEST_TIMES, DAILY, METRIC_WORDS
from bot.statistics.metrics import Metric

#: The name of a figure as a pattern.
FIGURE = "|".join(map(re.escape, METRIC_WORDS))
SEVERAL_FIT = "“{name}” could be {names}."
NO_PEOPLE = "PostPost doesn't say who it was, only how many."
NOT_GIVEN = "PostPost has no figures for “{word}”."
GIVEN = f"It gives {', '.join(metric.definition.word for metric in Metric)}; a card shows them with the engagement rate."
NO_HOLIDAYS = "I don't know holidays such as “{word}”."
NAME_DAYS = "Name the days, like `24-26 dec`."
EVERY_MONDAY = ("digest every Monday 9:00", "digest list", "help digests")
NO_CHART = "A card draws a line by day, and no other chart."
NO_RHYTHM = "“{word}” says how often, and I answer a question once."
SET_UP = "For figures that come regularly, use `digest`, like `digest acme every Monday 9:00`."
NO_ZONES = "“{word}” is a time zone, but LinkedIn counts days in UTC."
ZONES_REMEDY = "Leave it out. Only digests and alerts have a time zone."
NO_STOPPING = "I'm not sure what you mean by “{word}”."
STOP_REMEDY = "`digest list`, `alert list` and `goals` show what is set up here, each with its buttons to pause, change or delete it."

ONLY_CONNECTED = "I only see what is connected in PostPost."
SEE_CONNECTED = "`accounts` lists them, and `board` ranks them:"
ONLY_LINKEDIN, NO_FORECAST = "I know LinkedIn's figures only.", "I show what was, not what will be."
NO_LOSSES, ON_TRACK = "PostPost gives the followers won, not those lost.", "Goals show whether you are on track."
FIRST_WORD, SEE_SET_UP = "“{word}” begins a command of its own, like `{word} acme …`.", "See what is set up, or how it is:"
WITH_TEAM = "“{word}” goes with `team` or `board`, like `team without acme`."
WHO_ELSE, RANKED_ALL = "“{word}” doesn't say which accounts.", "`board` ranks all of them:"
IN_UTC = "LinkedIn counts days in UTC, whatever the time elsewhere."
ONLY_READS = "I read figures only, and don't publish posts or change anything on LinkedIn."
SEE_CHANGE = "Every answer shows what changed since the period before."
ASK_PERIOD = "Ask for a period:"
NO_MATH = "I show LinkedIn's figures, their changes and the engagement rate, and calculate nothing else."
NO_AVERAGE = "I show totals and single days, not averages."
NO_FORMAT = "“{word}” is a kind of file that I can't make."
FORMATS = "I make CSV files and Excel workbooks:"
ONLY_SLACK = "I answer in Slack only."
SAY_RHYTHM = "“{word}” doesn't say how often."
WORD_WHEN = "A question is answered at once; an alert tells you when a figure moves."
SET_ALERT, ALERTS = "An alert reads like this:", ("alert impressions -30% week", "alert comments > 20 day")
ENGLISH = "I read and write English; these questions work:"
BY_DAY_ONLY = "I can split a period by day only."
SEE_WEEKDAYS = "`best times` shows at which weekdays posts did best:"
SEE_UNITS = "Ask for each {unit} on its own, or compare two:"
NOT_HERE = "Accounts are connected in PostPost, not here."
CONNECT = "Once one is connected there, `accounts` lists it."
NO_CAUSE = "I have the figures, not the reasons for them."
SEE_PARTS = "Single days and posts may tell more:"
STATE = "`accounts` shows each account's state and whose it is:"
PREVIEWS = "`unfurl on` and `unfurl off` switch the previews of links:"
LATE, SEE_FRESH = "LinkedIn's figures arrive up to 24 hours late.", "Each card says when its figures were fetched:"
OTHER_NUMBERS = "LinkedIn's own page may show other numbers."
WHY_OTHER = (
    'LinkedIn calls an account\'s figures best effort; reshares, reactions and comments "are not consistent with UI at the moment". '
    "Figures arrive up to 24 hours late, days are counted in UTC, and a post's page counts since it was published."
)
ONLY_BEST = "`top` lists the best posts only."
WORST_ACCOUNT, SEE_LAST = "`board` ranks accounts, the best first.", "Its last row is the weakest:"
LEAST_OF_RANKED, SEE_RANKED = "A least number of impressions goes with `board` and `top`.", "They rank accounts and posts; ask like this:"
ONE_OF_MONTH = "“{word}” is a day of which month?"
NAME_MONTH = "Name it, like `15 nov`; a digest can come on it each month: `digest 15th of the month 9:00`."
SEE_END = "Its last rows are the weakest of them; its file has every figure:"
WHICH_POST = "I don't know which post that is."
NO_LATEST = "I find a post by its link, not by its age."
SEE_TOP = "Paste the post's link, or see the best posts that I know:"
NO_TIME = "“{word}” is a time of day, and LinkedIn counts whole days."
TIME_REMEDY = "Leave it out; digests and alerts have a time."
NO_PART, SEE_ROWS = "I show figures, not the part of them that is somebody's.", "`team` shows each account's and their sum:"
NO_BEST_DAY = "I rank posts, not days."
SEE_DAYS = "`daily` shows each day:"
NO_FILTER, SEE_ORDER = "I put them in order, and don't filter them by a figure.", "See the best first:"
NO_EVENT, NAME_START = "I don't know when that was: “{word}” needs a day or a month.", "Name it, like `since 1 nov`."
WORKS = "`status` shows whether everything works:"
NAME_ACCOUNT = "Name the account that you mean:"
ANSWERED_HERE = "I answer where I'm asked."
SHARE_IT = "Add `share`, and everybody in the channel sees the answer:"

NO_NUMBER = "I can't tell what “{word}” is for."
SAY_NUMBER = "Numbers go with a word: `top 5`, `board min 500`, `7d`, `goal impressions 50000 month`."
PART_OF_WHAT, NAME_WHOLE = "“{word}” is a part of which month?", "Name it:"
HOW_MANY = "“{word}” doesn't say how many."
SAY_HOW_MANY = "Say how many, like `last 3 days`."

FILE_KINDS, MAIL = ("pdf", "powerpoint", "slides", "image", "screenshot", "png"), ("email", "mail", "e-mail", "inbox")
#: Patterns of words with a meaning that a question cannot have, each with sentence, remedy and suggestions.
_REASONS = tuple(
    (frozenset(words.split()), sentence, remedy, texts)
    for words, sentence, remedy, texts in (
        (
            """
            click clicks clicked ctr save saves saved bookmarks conversions lead leads reads spend cost cpc cpm revenue roi demographics
            demographic men women audience industry industries country countries location locations city cities gender sentiment mentions
            traffic budget roas likers viewers seniority sends dms visitors visits video videos stories watch profile hashtags companies
            employers fan fans superfans advocates ambassadors paid organic sponsored boosted ads ad device devices mobile desktop ios
            android attendees attendance earn earned income applications applicants requests negative positive job jobs titles newsletter
            newsletters subscribers subscriber advocacy ssi score keywords inmails mqls pipeline utm
            """,
            NOT_GIVEN,
            GIVEN,
            (),
        ),
        (" ".join((*(word for word in HOLIDAYS if " " not in word), "holiday", "holidays")), NO_HOLIDAYS, NAME_DAYS, ()),
        ("spring summer autumn winter", SEASON, NAME_MONTHS, ()),
        (
            """
            settings preferences configuration config unsubscribe subscribe stop pause snooze resume mute cancel delete remove turn disable
            undo revert redo
            digest digests alerts
            """,
            NO_STOPPING,
            STOP_REMEDY,
            ("digest list", "alert list", "goals"),
        ),
        (
            "every each hourly weekly biweekly fortnightly monthly bimonthly quarterly semiannually yearly annually",
            NO_RHYTHM,
            SET_UP,
            EVERY_MONDAY,
        ),
        (" ".join(("weekdays weekends", *(f"{day}s" for day in WEEKDAYS))), NO_WEEKDAYS, SEE_EACH, (DAILY, BEST_TIMES, "help digests")),
        (
            """
            utc gmt est edt cst cdt mst mdt pst pdt cet cest bst ist jst aest aedt eet eest wet west msk hst akst mez mesz sgt hkt kst sast
            """,
            NO_ZONES,
            ZONES_REMEDY,
            (),
        ),
        ("since during until before after", NO_EVENT, NAME_START, ("last month", "28d")),
        ("working broken bug bugs offline outage", WORKS, "", ("status", "accounts")),
        ("average averages avg mean median usual usually normal normally typical expected", NO_AVERAGE, SEE_DAYS, ("daily", "28d daily")),
        ("why", NO_CAUSE, SEE_PARTS, ("daily", "top last month")),
        ("growth percent percentage up down better worse new news updates up-to-date", SEE_CHANGE, ASK_PERIOD, ()),
        ("competitor competitors competition benchmark benchmarks", ONLY_CONNECTED, SEE_CONNECTED, ("accounts", "board last month")),
        ("without except excluding minus", WITH_TEAM, RANKED_ALL, ("board last week", "board last month")),
        ("others else rest both either", WHO_ELSE, RANKED_ALL, ("board last week", "board last month")),
        (
            "instagram facebook twitter tiktok youtube bluesky mastodon xing snapchat pinterest threads",
            ONLY_LINKEDIN,
            ASK_PERIOD,
            (),
        ),
        ("lose lost losing unfollowed unfollowers unfollows churn", NO_LOSSES, GIVEN, ("followers",)),
        ("track pace", ON_TRACK, SEE_SET_UP, ("goals", "help alerts")),
        ("ratio correlation correlate regression percentile variance deviation", NO_MATH, ASK_PERIOD, ()),
        ("forecast predict prediction predictions projection", NO_FORECAST, ASK_PERIOD, ()),
        ("goal goals alert watch watches", FIRST_WORD, SEE_SET_UP, ("goals", "alert list", "help alerts")),
        ("publish draft write", ONLY_READS, SEE_TOP, ("top last week", "top last month")),
        ("few several some", HOW_MANY, SAY_HOW_MANY, ("last 3 days", "7d", "last week")),
        (" ".join(FILE_KINDS), NO_FORMAT, FORMATS, ("last week csv", "last week xlsx")),
        (" ".join(MAIL), ONLY_SLACK, SET_UP, EVERY_MONDAY),
        ("schedule remind reminder automatically regularly", SAY_RHYTHM, SET_UP, EVERY_MONDAY),
        ("pie bar donut histogram heatmap scatter", NO_CHART, SEE_DAYS, ("daily", "28d daily")),
        ("notify when whenever if exceed exceeds", WORD_WHEN, SET_ALERT, ALERTS),
        (
            "german deutsch french spanish english italian portuguese dutch polish turkish chinese japanese korean arabic hindi language",
            ENGLISH,
            "",
            ("last week", "accounts", "help"),
        ),
        ("connect reconnect authorize login log-in", NOT_HERE, CONNECT, ("accounts", "status")),
        ("wrong incorrect inaccurate mismatch differs different discrepancy", OTHER_NUMBERS, WHY_OTHER, ("help metrics",)),
        ("worst fewest lowest bottom poorest weakest least flopped flop", ONLY_BEST, SEE_END, ("top last month", "top last month csv")),
        ("min minimum", LEAST_OF_RANKED, SEE_RANKED, ("board min 1000", "top min 500")),
    )
)
#: Every word that is a reason.
REASON_WORDS = frozenset(word for words, *_ in _REASONS for word in words)
#: Phrases for figures that PostPost does not have, though one of the words has a meaning.
NO_FIGURE = lazy_regex(
    r"\b(?:(?:video|profile|page|story|newsletter) (?:views?|visits?|impressions|viewers)"
    r"|views? of (?:a |the |my |our |this )?(?:video|profile|page|story)s?|(?:unique|page|profile) (?:visitors|viewers)"
    r"|(?:who )?(?:viewed|visited) (?:my|our|the) (?:profile|page)|watch(?:ing)? time|dwell time|search appearances"
    r"|in the (?:us|usa|uk|eu|states|netherlands)"
    r"|job (?:titles?|functions?)|share of voice|(?:open|bounce|completion|conversion|response|reply|unsubscribe) rates?"
    r"|(?:link |website )?clicks?(?:[- ]through(?: rate)?)?)\b"
)
NO_COUNT = "I can't count posts: one written on LinkedIn itself isn't known here until somebody asks for it."
_LATEST, _POSTS = frozenset({"last", "latest", "newest", "recent", "previous", "next"}), frozenset({"post", "posts", "update", "updates"})
#: Periods that are to be split into longer parts than days.
PARTS_OF_PERIOD = lazy_regex(
    r"\b(?:by|per|each) (?:week|month|quarter|hour|weekday)\b(?! on\b)"
    r"|\b(?:weekly|monthly|quarterly|yearly|hourly) (?:breakdown|split|totals?|trend)\b"
)
#: The same for patterns of several words.
_OF_SEVERAL_WORDS = (
    (lazy_regex(r"\S@\S+\.\w"), ONLY_SLACK, SET_UP, EVERY_MONDAY),
    (lazy_regex(r"[$€£¥] ?\d\S*|\b\d\S* ?[$€£¥]"), NOT_GIVEN, GIVEN, ()),
    (lazy_regex(r"(?:^| )[+-]?\d+(?:[.,]\d+)?%"), WORD_WHEN, SET_ALERT, ALERTS),
    (lazy_regex(r"\b(?:(?:per|each)|\w+s a) post\b"), NO_AVERAGE, SEE_DAYS, ("daily", "28d daily")),
    (lazy_regex(r"\b(?:per|each) (?:follower|impression|view|reaction|like|comment)\b"), NO_MATH, ASK_PERIOD, ()),
    (
        lazy_regex(r"\bwho (?:\w+ )?(?:liked?|reacted|commented?|shared?|reposted|follow(?:s|ed)?|engaged)\b|\b(?:by|from) whom\b"),
        NO_PEOPLE,
        GIVEN,
        (),
    ),
    (
        # Below a card its days follow: "start over 2026-11-01..2026-11-28".
        lazy_regex(r"\b(?:more|less|fewer|higher|lower|over|above|below|under) (?:than )?(?!\d{4}-\d\d|\d{1,3}d\b|20\d\d$)\d|[<>]=? ?\d"),
        NO_FILTER,
        SEE_ORDER,
        ("top last month", "board last month"),
    ),
    (
        lazy_regex(r"\b(?:first|second|third|fourth) (?:week|half)\b(?! of)"),
        PART_OF_WHAT,
        NAME_WHOLE,
        ("first week of this month", "first week of last month", "second half of last month"),
    ),
    (lazy_regex(r"\b(?:last|past|recent|previous) (?:days|weeks|months|quarters|years)\b"), HOW_MANY, SAY_HOW_MANY, ("7d", "28d")),
    (
        lazy_regex(r"\bhalf (?:past )?(?:[3-9]|1[0-2]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"),
        NO_TIME,
        TIME_REMEDY,
        (),
    ),
    (lazy_regex(r"\b(?:business|working|work|week) ?days?\b"), NO_WEEKDAYS, SEE_EACH, (DAILY, BEST_TIMES, "help digests")),
    (lazy_regex(r"\bwrong (?:account|person|profile|page|company)\b"), NAME_ACCOUNT, "", ("accounts", "board")),
    (lazy_regex(r"\b(?:the|our|my|that|this|about) \w+ (?:post|one)\b"), NO_LATEST, SEE_TOP, ("top last week", "top last month")),
    (
        lazy_regex(
            r"\b(?:linkedin|numbers?|figures?)\b.*\b(?:differ\w*|(?:an)?other (?:number|figure)s?|match\w*|wrong|consistent)\b"
            r"|\bdiffer\w* (?:from|to|than|on)\b.*\blinkedin\b"
        ),
        OTHER_NUMBERS,
        WHY_OTHER,
        ("help metrics",),
    ),
    (
        lazy_regex(
            r"\bwhen\b.*\b(?:update[ds]?|refreshed|available|ready)\b|\bwhen (?:will|do|does|are|is)\b.*\b(?:in|out|there)$"
            r"|\bhow (?:fresh|old|current)\b|\breal[ -]?time\b"
        ),
        LATE,
        SEE_FRESH,
        ("yesterday", "status"),
    ),
    (lazy_regex(r"\bwhose account|\b(?:connected|expired?|token|access token)\b"), STATE, "", ("accounts", "status")),
    (
        lazy_regex(
            r"\b(?:local|eastern|central|pacific|mountain|berlin|london|paris|new york|tokyo|sydney|india|us|uk) time\b|\btime ?zone\b"
        ),
        IN_UTC,
        ZONES_REMEDY,
        (),
    ),
    (lazy_regex(r"\b(?:previews?|unfurl\w*)\b"), PREVIEWS, "", ("unfurl", "help settings")),
    (
        lazy_regex(r"\b(?:add|connect|remove|delete|disconnect|reconnect)\b.*\baccounts?\b|\b(?:log|sign) ?(?:in|out|up)\b"),
        NOT_HERE,
        CONNECT,
        ("accounts", "status"),
    ),
    (
        lazy_regex(
            r"\b(?:who(?:['’]s)?|which accounts?) (?:\w+ ){0,3}"
            r"(?:lost|dropped|fell|declined|least|fewest|lowest|worst|last(?! (?:week|month|quarter|year|few|\d+ ?[dwm])))\b"
            r"|\b(?:worst|lowest|bottom|poorest|weakest)\b.*\b(?:accounts?|performers?|profiles?|persons?|people|colleagues?|members?)\b"
        ),
        WORST_ACCOUNT,
        SEE_LAST,
        ("board", "board last month"),
    ),
)
#: What a word is not, beside these: no rhythm in "the last three fridays", no time zone in "bst posts".
_OTHERWISE = {
    NO_RHYTHM: lazy_regex(r"\b(?:last|past|ago)\b"),
    NO_ZONES: lazy_regex(r"\b(?:posts?|times?|days?|hours?)\b"),
    NO_EVENT: lazy_regex(r"\b(?:\d{1,2} ?[ap]m|\d{1,2}:\d\d|noon|midnight)\b"),
    WORKS: lazy_regex(r"\bworking days?\b"),
    SEE_CHANGE: lazy_regex(r"\b(?:set|sign|wrap|mess|make|look|back|shut|break|slow) (?:up|down)\b"),
}
#: The remedies of reasons that do not count beside a post's link.
_OF_NO_POST = frozenset(
    {ASK_PERIOD, SEE_TOP, TIME_REMEDY, NAME_MONTH, SAY_HOW_MANY, NAME_START, SEE_ORDER, RANKED_ALL, NAME_DAYS, WHY_OTHER}
)
Reason = tuple[str, str, tuple[str, ...]]
#: Words of a form.
_FORMS = (
    (
        lazy_regex(r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)|\d{1,2}:\d\d|noon|midnight|mornings?|afternoons?|evenings?|nights?|overnight"),
        NO_TIME,
        TIME_REMEDY,
    ),
    (lazy_regex(r"\d{1,2}(?:st|nd|rd|th)"), ONE_OF_MONTH, NAME_MONTH),
)


def reason_of(unknown: Sequence[str], tokens: Sequence[str], *, beside_post: bool = False) -> Reason | None:
    """The sentence, remedy and suggestions for words with a meaning that a question cannot have; else None."""
    reason = _reason_of(unknown, tokens)
    # "Our new post of 9 am" beside its link asks for no change, no time and no other post.
    return None if reason and beside_post and reason[1] in _OF_NO_POST else reason


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """The time zones that are named by an area and a place, as words: "europe berlin"."""
    return frozenset(re.sub("[/_]", " ", zone.lower()) for zone in available_timezones() if "/" in zone)


def _reason_of(unknown: Sequence[str], tokens: Sequence[str]) -> Reason | None:
    lower = [word.lower() for word in unknown]
    if not _LATEST.isdisjoint(lower) and not _POSTS.isdisjoint(word.lower() for word in tokens):
        return NO_LATEST, SEE_TOP, ("top last week", "top last month")
    joined = " ".join(word.lower() for word in tokens)
    if PARTS_OF_PERIOD.search(joined) or (not {"hourly", "weekly", "monthly", "quarterly"}.isdisjoint(lower) and PERIOD.search(joined)):
        return BY_DAY_ONLY, *_by_units(joined)
    for pattern, sentence, remedy, texts in _OF_SEVERAL_WORDS:
        if found := pattern.search(joined):
            return sentence.format(word=found[0]), remedy, texts
    # A zone's area and place are two words.
    phrases = (*lower, *map(" ".join, pairwise(lower)))
    for words, sentence, remedy, others in _REASONS:
        for word in phrases:
            if (word in words or (sentence == NO_ZONES and re.sub("[/_]", " ", word) in _zones())) and not (
                sentence in _OTHERWISE and _OTHERWISE[sentence].search(joined)
            ):
                return sentence.format(word=word), remedy, others or tuple(filter(None, (USUAL_HOLIDAYS.get(word, ""),)))
    for word, (pattern, sentence, remedy) in product(lower, _FORMS):
        if pattern.fullmatch(word):
            return sentence.format(word=word), remedy, ()
    return None


def _by_units(words: str) -> tuple[str, tuple[str, ...]]:
    """The remedy and suggestions for a period that is to be split into longer parts than days."""
    unit = next((unit for unit in ("week", "month", "quarter") if re.search(rf"{unit}(?!day)", words)), "")
    if "weekday" in words:
        return SEE_WEEKDAYS, (BEST_TIMES, DAILY)
    if not unit:
        return SEE_DAYS, ("28d daily", DAILY)
    return SEE_UNITS.format(unit=unit), (f"last {unit} vs {unit} before last", f"last {unit}", "28d daily")


def not_given(words: Sequence[str]) -> str:
    """The sentence about a figure among these words that PostPost does not have; "" for none."""
    found = next((word for word in words if word.lower() in _REASONS[0][0]), "")
    return NOT_GIVEN.format(word=found) if found else ""
