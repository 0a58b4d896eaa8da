"""Refuses questions that cannot be answered though their words have a meaning: "profile views", "the post", "over 500 likes"."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from bot.errors import NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import reasons
from bot.parsing.account_names import matching, name_word
from bot.parsing.courtesies import LONGEST_SENTENCE, POLITELY
from bot.parsing.dates import HOLIDAYS, USUAL_HOLIDAYS, WEEKDAYS
from bot.parsing.follow_ups import IS_GOOD
from bot.parsing.languages import sentence_in
from bot.parsing.period_finder import around_periods
from bot.parsing.reasons import kind
from bot.parsing.suggestions import LAST_DAYS, always, subject
from bot.parsing.vocabulary import BEST_TIMES, BOARD, DAILY, NO_FIGURE, TOP, is_quoted, tokenize
from bot.statistics.reports import Directory

#: Words of suggestions after which an account can stand.
_OF_ACCOUNT = frozenset({"top", "daily", "best", "followers", "share"})
_NOT_ALL = r"(?!(?:me|us|(?:the )?channel|every\w+|all|(?:the )?team)\b)"
_THING = (
    r"(?:(?:an?|the|my|our|this|that|these|those|all|some|another|\w+['’]s) (?:(?:new|last|latest|next|best|top|old|linkedin|first) )*"
    r"(?:posts?|comments?|updates?|articles?|polls?|videos?|story|stories|dms?|profile|headline|banner|invitations?)\b)"
)
NO_BEST_DAY = "I rank posts, not days."
SHARE_IT = "Add `share`, and everybody in the channel sees the answer:"
NO_VERDICT = "I can't judge that. An account's figures stand beside those of the days before, a post's stand alone."
_TOPS, _SETTINGS = ("top last week", "top last month"), ("permissions", "help settings")
# fmt: off
#: Wishes that are no question for figures, whatever day they name, from their first word on.
_WISHES = (
    kind(reasons.ONLY_READS, reasons.SEE_TOP, *_TOPS,
         where=rf"{POLITELY}(?:(?:schedule|draft|write|publish|create|compose|delete|edit|boost|promote|sponsor|pin|repost|like|translate"
         rf"|summari[sz]e|rewrite|proofread|upload|queue|post|comment|react|reply|respond|answer)(?: (?:to|on|for))? {_THING}"
         r"|(?:post|publish|share) (?:this|that|it|these) (?:on|to) (?:linkedin|(?:our|my|the) (?:page|profile))\b"
         r"|(?:reply|respond) to (?:comments?|everyone|them)\b|(?:invite|tag|unfollow|congratulate) (?!me\b|us\b)\w"
         r"|(?:message|dm|endorse|follow(?! up)) (?!me\b|us\b)[a-z]\w*(?: (?:on|via) linkedin)?\W*$)"),
    kind("Then I took your words for something else.", "Say it in other words. I read posts, accounts and periods:", "help", "accounts",
         where=r"(?:(?:no|but|hm+|sorry)\W+)*(?:(?:that|this|it)(?:['’]s| is| was)? not (?:it|right|true|what|the (?:one|right))\b"
         r"|not what i|i (?:did not|didn['’]t) (?:ask|mean|want)\b)"),
    kind("I show figures, and don't say what to post.", "See what did best:", "top last month", "best times", "formats",
         where=rf"(?:{POLITELY}(?:suggest|recommend|give (?:me|us)) (?:\w+ ){{0,3}}(?:ideas?|topics?|contents?|hashtags?)\b"
         r"|(?:how (?:do|can|could|should) (?:i|we) )?(?:improve|increase|boost|raise|grow) (?:our|my|the) \w"
         r"|(?:.*\bwhat (?:should|shall|could|do)|should|shall) (?:i|we) (?:post|write|publish|share)\b)"),
    kind("Accounts and plans are managed in PostPost, not here.", reasons.CONNECT, "accounts", "status",
         where=rf"(?:{POLITELY}(?:rename (?!it\b|the\b|this\b|that\b)\w|(?:upgrade|change|renew) (?:my|our|the) (?:plan|billing|payment))"
         r"|.*\bfrom postpost\b"
         r"|how (?:much|expensive) (?:is|does|do|are) (?:this|it|you|(?:the|this) (?:bot|app)|postpost)\b(?: cost)?\W*$)"),
    kind(reasons.FIXED_LOOK, reasons.CHOOSE_FIGURES, "impressions comments", "followers",
         where=rf"(?:{POLITELY}(?:(?P<less>remove|hide|drop|change)|add|use|make) (?:(?:an?|the|our|my|some|different|\S+['’]s) )*"
         r"(?:(?(less)(?:charts?|graphs?|plots?)|logos?)|logos?|icons?|emojis?|fonts?|colou?rs?|buttons?|design|layout|theme)"
         r"\b(?! (?:from|of|in) (?!\w+ (?:card|answer|table)\b))"
         r"|.*\b(?:(?:dark|light) mode|(?:chart|graph) (?:in )?[23]d|[23]d (?:chart|graph)"
         r"|(?:without|no|w/o) (?:the |an? |any )?(?:charts?|graphs?|logo|emojis?|buttons?|colou?rs?)"
         r"|(?:bigger|smaller|larger|different|custom) (?:fonts?|text|logo|colou?rs?|chart|graph))\b)"),
    kind("Whoever runs the bot can say what it stores about you, and delete it.", "", *_SETTINGS,
         where=rf"(?:{POLITELY}(?:delete|erase|wipe|forget) (?:all )?(?:my|our|personal|user) (?:\w+ )?data\b"
         r"|.*\bwhat (?:data |information )?(?:do you|does (?:it|this(?: bot| app)?|the bot)|is) (?:stored?|kept|keep|collect)\b)"),
    kind(reasons.NO_PEOPLE, reasons.GIVEN,
         where=r".*\b(?:list|names?) of (?:(?:all|the|our|new) )*(?:people|persons?|everyone|everybody|followers)\b"),
    kind(reasons.ANSWERED_HERE, SHARE_IT, "share", where=rf"{POLITELY}(?:share|forward) (?:\S+ ){{1,3}}with {_NOT_ALL}"),
    kind("I remind nobody.", reasons.SET_UP, *reasons.EVERY_MONDAY, where=rf"{POLITELY}(?:remind|wake|call) (?:me|us)\b"),
)
#: Questions with another meaning than that of their words.
_REFUSED = (
    kind(reasons.ONLY_SLACK, reasons.FORMATS, "last week csv", "last week xlsx",
         where=r"^(?!.*\b(?:compar\w*|vs|versus|than)\b).*\b(?:(?:to|into|via)|(?:sync|connect|integrat)\w* .*with) (?:(?:a|the|my|our) )?"
         r"(?:google (?:sheets?|docs?|drive|slides|analytics)|gsheets?|spreadsheet|salesforce|hubspot|notion|airtable|zapier|tableau"
         r"|power ?bi|looker(?: studio)?|(?:ms|microsoft) teams|whatsapp|telegram|discord|trello|asana|jira|sharepoint|dropbox|crm)\b"),
    kind(reasons.NO_SEARCH, reasons.SEE_TOP, *_TOPS, where=r"^(?!.*\b(?:write|draft|publish|create|schedule)\b).*"
         r"\bposts? (?:(?:by|of|from) (?:\S+ ){1,3}?)?(?:about|regarding|mentioning|containing|without|with no|on the topic)\b"),
    kind("I rank the best posts of all accounts together, or of one.", reasons.SEE_ROWS, "top last week", "team last week",
         "board last week",
         where=r"\b(?:posts?|top) (?:by|per|for (?:each|every)|(?:(?<=post )|(?<=top ))(?:of|from) (?:each|every))(?: of)?(?: our| the)?"
         r" (?:accounts?|pages?|profiles?|person|people|members?|colleagues?)\b"
         r"|\b(?:each|every) (?:account|page|profile|person|member|colleague)(?:['’]?s)? (?:best|top) posts?\b"),
    # One post that is not named: "and the post?", "how did ann's post do".
    kind(reasons.WHICH_POST, reasons.SEE_TOP, *_TOPS,
         where=r"^(?!.*\bwho\b).*\b(?:the|that|my|our|his|her|their|its|\w+['’]s|der|dem|den|le|du|el|del|o|do|il)"
         r" (?:post|video|carousel|photo|poll)\b"
         rf"(?! (?:{reasons.FIGURE}|stats?|statistics?|results?|figures?|numbers?|performances?|analytics|metrics?|data|kpis?|engagements?"
         r"|rates?|times?|reports?|insights?|titles?|formats?|types?)\b)"
         rf"|(?<!top )(?<!best )(?<!strongest )\bpost (?:of|from) (?=(?:the )?\d|yesterday|{'|'.join(WEEKDAYS)})"),
    kind(reasons.NO_FILTER, reasons.SEE_ORDER, "top last month", "board last month",
         where=r"(?:\b(?:over|above|more than|at least|under|below|fewer than|less than|exceeding) |[<>]=? ?)(?!20\d\d\b)"
         rf"\d[\d.,]*k?(?![\w-])(?! (?:days?|weeks?|months?|quarters?|years?|hours?)\b)(?: \w+){{0,3}} (?:{reasons.FIGURE})\b"),
    kind(reasons.ANSWERED_HERE, SHARE_IT, "share",
         where=rf"\b(?:send|forward|share|show|mail) (?:it|this|that|them) (?:to|with) {_NOT_ALL}"),
    kind("I show figures, not the part of them that is somebody's.", reasons.SEE_ROWS, "team last week", "team last month",
         where=r"\b(?:share|percent|percentage|part|proportion) of (?:\w+ ){0,2}(?:impressions|reach|views|likes|comments|reactions)\b"),
    kind("Only you see an answer until you share it.", "Who may ask here:", *_SETTINGS,
         where=r"\bwho (?:(?:can|could|may|else) (?:\w+ )?)?(?:see|sees|use|uses|ask|read)\b"
         r"|\bis (?:this|it) (?:private|public)\b|\bhide (?:it|this|that)\b"),
    kind(reasons.NO_COUNT, "See the best of those that I know:", *_TOPS,
         where=r"\b(?:how many|number of) (?:(?:of|our|my|the|new|linkedin) )*(?:posts|updates)\b"
         r"|\bhow often (?:\w+ ){1,5}(?:post|posted|publish|published)\b|\bmost active\b|\bposts? (?:the )?most often\b"),
    # Followers that a post won: LinkedIn counts them for an account.
    kind("A post has no followers of its own.", "LinkedIn counts new followers for an account:", "followers", "top last month",
         where=r"\b(?:new )?followers? (?:\w+ )?(?:of|from|for|by|per|through|because of)"
         r" (?:(?:a|an|the|my|our|this|that|each|last|latest) )*(?:post|update)\b"),
    kind(reasons.WORKS, "", "status", "accounts",
         where=r"\b(?:are you|is (?:the )?(?:bot|api|app|service|postpost|linkedin)) (?:\w+ )?(?:down|offline|online|running)\b"
         r"(?! (?:this|last|in|on|to|by|since)\b)"),
    kind("PostPost has no figures in money.", reasons.GIVEN, where=r"(?<!\S)[$€£¥](?!\S)"),
    kind(reasons.NO_FORECAST, reasons.SEE_GOALS, *reasons.GOALS, where=r"^will (?!(?:do|you|it|this|that|the (?:bot|digest|alert)s?)\b)"),
    kind(reasons.NO_ORDER, reasons.SEE_TOP, *_TOPS, where=r"\b(?:better|nicer|stronger|bigger) (?:one|post|ones|posts)\b"),
)
# fmt: on
_BEST_DAY = lazy_regex(
    r"\b(?:(?:best|top|worst|strongest|busiest) (?:days?|weeks?|months?)"
    r"|(?:top|worst|strongest|busiest) (?:posting )?(?:days?|weekdays?|times?|hours?))\b(?! (?:(?:to )?(?:post|by)|to \d))"
    r"|\b(?:days?|weeks?|months?) (?:with|that had) (?:the )?(?:most|highest|best)\b"
    r"|\b(?:which|what) (?:days?|weeks?|months?) (?:was|were|is|are|did|do|does|had|has|got|performed)\b"
)
_IS_IT_GOOD = any_case(rf"\W*((and|so|now|but|ok|okay|right|h?m+)\b\W*)*{IS_GOOD}\W*")
_PAGE = any_case(r"linkedin\.com/(in|company|showcase|school)/(?P<name>[\w%.-]+)[^\s>]*")
_HOLIDAY = lazy_regex(rf"\b(?:{'|'.join(re.escape(name) for name in HOLIDAYS if ' ' in name)})\b")


def check_wish(text: str) -> None:
    """Raises NotUnderstood for a wish that is no question for figures: "schedule a post for tomorrow"."""
    words = re.sub(r"^\W+", "", text.lower())
    for one in _WISHES if len(text) <= LONGEST_SENTENCE else ():
        if one.where and one.where.match(words):
            raise NotUnderstood(one.sentence, remedy=one.remedy, suggestions=one.suggestions)


def check_given(tokens: Sequence[str], directory: Directory) -> None:
    """Raises NotUnderstood for what cannot be answered though its words have a meaning: "profile views", "the post", "over 500 likes"."""
    text = " ".join(word.lower() for word in tokens if not is_quoted(word))
    if (day := _BEST_DAY.search(text)) and not matching(day[0].partition(" ")[2], directory):
        raise NotUnderstood(NO_BEST_DAY, remedy=reasons.SEE_DAYS, suggestions=about_subject(tokens, directory, ("daily", BEST_TIMES)))
    if (holiday := _HOLIDAY.search(text)) and not matching(holiday[0], directory):
        raise NotUnderstood(
            reasons.NO_HOLIDAYS.format(word=holiday[0]),
            remedy=reasons.NAME_DAYS,
            suggestions=(*_usual(holiday, tokens, directory), *always(directory, text.replace(holiday[0], "").split())),
        )
    found = NO_FIGURE.search(text)
    if found and not matching(found[0], directory):
        word = "visitors" if "viewed" in found[0] or "visited" in found[0] else re.sub(r"rate$", "rates", found[0])
        raise NotUnderstood(reasons.NOT_GIVEN.format(word=word), remedy=reasons.GIVEN)
    for one in _REFUSED:
        if one.where and one.where.search(text):
            foreign = sentence_in(text.split())
            shown = about_subject(tokens, directory, one.suggestions)
            raise NotUnderstood(foreign or one.sentence, remedy="" if foreign else one.remedy, suggestions=shown)


def check_verdict(text: str, account: str, days: str, *, of_post: bool) -> None:
    """Raises NotUnderstood for "is that good?" below a card of this account, these days, or a post of it."""
    if _IS_IT_GOOD.fullmatch(text):
        own = f"{TOP} {account} last month" if of_post else f"{account} {days or 'last month'} {DAILY}"
        raise NotUnderstood(NO_VERDICT, remedy="See it beside others:", suggestions=(own, f"{BOARD} {days or 'last month'}"))


def _usual(holiday: "re.Match[str]", tokens: Sequence[str], directory: Directory) -> tuple[str, ...]:
    account, days = subject(tokens, directory)[0], USUAL_HOLIDAYS.get(holiday[0])
    return (f"{account} {days}".strip(),) if days else ()


def of_page(text: str, directory: Directory) -> tuple[str, ...]:
    """Questions for the account whose LinkedIn page or profile a text links; none where it is not connected."""
    found = _PAGE.search(text)
    named = matching(unquote(found[1]).replace("-", " "), directory) if found else ()
    days = subject(tokenize(_PAGE.sub(" ", text)), directory)[1]
    each = (days, "last month") if days else ("last week", "last month")
    return tuple(f"{name_word(named[0], directory.accounts)} {words}" for words in dict.fromkeys(each)) if len(named) == 1 else ()


def about_subject(tokens: Sequence[str], directory: Directory, texts: Sequence[str]) -> tuple[str, ...]:
    """These questions about the account and the days that the tokens name, where they name them and the question can have them."""
    account, days = subject(tokens, directory)
    each = tuple(LAST_DAYS.sub(days, text) if days else text for text in texts)
    alone = {text for text in each if text.startswith(days or "last ") or not around_periods(tokenize(text))}
    each = tuple(f"{account} {text}".strip() if text in alone and account not in text else text for text in each)
    named = (f"{text} {account} {'' if days in text else days}".strip() if text.split()[0] in _OF_ACCOUNT else text for text in each)
    return tuple(dict.fromkeys(named))
