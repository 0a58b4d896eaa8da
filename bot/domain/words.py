"""Everything this room says to people, in one place: a translation is another file like this one."""

from typing import Final

# ── alert rules ────────────────────

NO_FIGURE = "Which figure shall I watch?"
NO_FIGURE_REMEDY = "Name impressions, reach, reactions, comments, reshares or engagement:"
ONE_FIGURE = "An alert watches one figure at a time."
ONE_FIGURE_REMEDY = "Set up one for each:"
NO_CONDITION = "When shall I say something about {figure}?"
NO_CONDITION_REMEDY = "Say how far it must move, or which line it must cross:"
ONE_CONDITION = "An alert has one condition, and these are two."
NO_PERCENT = "“{said}” could be many things: a movement is told in per cent."
OUT_OF_RANGE = "“{said}” can never be met, or always."
RANGE_REMEDY = "A rise or fall is 1 % or more, a fall 100 % at most; a rate lies between 0 and 100 %."
NO_MINIMUM = "A minimum goes with a movement in per cent or with the engagement rate; a line is its own minimum."
TEAM_REACH = "Reach counts people, some of them twice, so it is never added up over accounts."
TEAM_REACH_REMEDY = "Name one account:"
LONG_COOLDOWN = "A cool-down is 1 to {most} days long."
BAD_QUIET = "“{said}” are no quiet hours."
BAD_QUIET_REMEDY = "Write them like `quiet 20:00-8:00`."
#: What can be pasted.
ALERT_RULES_EXAMPLES: Final = (
    "alert impressions +50% week min 500",
    "alert comments > 20 day",
    "alert team reactions -30% month weekdays at 8:30",
)

# ── alert said ────────────────────

ONE_EACH = "Set up one alert for each."

# ── alert words ────────────────────

TOO_MUCH_TEXT = "That is more text than I read at once ({most:,} characters)."
ALERT_WORDS_ALONE = "`alert {deed}` takes no other words."
SNOOZE_LONG = "An alert can be silent for {most} days at most; `alert pause` stops it for good."
ALERT_WORDS_NO_ACCOUNT = "I know no account or group called “{name}”, and it is no word of mine about alerts either."
ALERT_WORDS_NO_ACCOUNT_REMEDY = "`accounts` lists the accounts. An alert reads like this:"
SEVERAL_FIT = "“{name}” could be {names}."
ALERT_WORDS_SEVERAL_REMEDY = "Give more of the name, or put the whole of it in quotes."

# ── asks ────────────────────

TOO_MUCH_TEXT_REMEDY = "Send the link of the post, or an account and a period, alone."
MANY_POSTS = "I can compare up to {most} posts, and these are {count}."
MANY_POSTS_REMEDY = "Leave some of them out."
COMPARE_WHAT = "Say what to compare."
COMPARE_REMEDY = "Paste up to ten posts, or put `vs` between two accounts or two periods: `acme vs bob last month`."
VERSUS_WHAT = "`vs` stands between two accounts or two periods."
VERSUS_REMEDY = "For example `acme vs bob last month`, or `acme november vs october`."
STANDS_ALONE = "`{verb}` stands alone."
DEFAULT_ALONE = "`default` takes the name of an account and nothing else."
DEFAULT_REMEDY = "Write `default` and a name to set this channel's account, or `default` alone to see which it is."
LEAVE_OUT = "Leave the other words out."

# ── digest files ────────────────────

NOT_JSON = "This is no JSON: {what}."
TOO_DEEP = "This is no list of digests: it is nested too deeply."
NOT_A_LIST = "This is no list of digests."
FORM_REMEDY = (
    'Write a JSON list of objects like {"channel": "C0123456789", "accounts": ["linkedin-ABC"], "cron": "0 9 * * 1", '
    '"zone": "Europe/Berlin", "owner": "U0123456789"}; the owner may be absent.'
)
BAD_ENTRIES = "{n} of {total} entries cannot be used, so nothing was changed:"
ENTRY = "entry {place}: {what}"
NOT_AN_OBJECT = "is no object"
LACKS = "lacks {what}"
UNKNOWN_KEY = "has an unknown field {what}"
KEY_TWICE = "has the field {what} twice"
BAD_CHANNEL = "the channel {what} is no Slack channel id (C…, G… or D…)"
BAD_ACCOUNTS = "the accounts are no list of one or more ids (linkedin-…)"
BAD_ACCOUNT = "the account {what} is no id (linkedin-…)"
TWICE = "the account {what} stands in it twice"
BAD_OWNER = "the owner {what} is no Slack user id (U… or W…)"
NO_TEXT = "the {name} is no text"
DIGEST_FILES_SAME = "is the same digest as entry {other}"

# ── digest form ────────────────────

#: The days a form offers, by the value of the choice, with its label.
WEEKDAY_CHOICES: Final = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "0": "Sunday",
}
WEEK_OR_MONTH = "Choose days of the week or days of the month, not both."
WHICH_DAYS = "Choose at least one day, or write the schedule in your own words."
WHAT_TIME = "Choose a time."

# ── digest said ────────────────────

DIGEST_SAID_TWO_CHANNELS = "A digest goes to one channel, and these are {n}."
TWO_CHANNELS_REMEDY = "Set up one digest for each."

# ── digest drafts ────────────────────

DIGEST_WORDS_NO_ACCOUNT = "I know no account called “{name}”, and it says no time I can read either."
DIGEST_WORDS_NO_ACCOUNT_REMEDY = (
    "`accounts` lists the accounts. A time reads like `every monday 9:00`, `weekdays 8:30` or `first of the month 9am`."
)
DIGEST_WORDS_NO_MEANING = "I know no account called “{name}”, and it is no word of mine about digests either."
DIGEST_WORDS_SEVERAL_REMEDY = "Give more of the name, or put the whole of it in quotes."
WHICH_OR_ACCOUNTS = "“{digest}” names the digest, and I cannot tell what “{accounts}” is for."
WHICH_OR_ACCOUNTS_REMEDY = "The accounts that a digest shall have stand behind the word `accounts`:"
MOVE_ALONE = "`digest move` changes the channel of a digest, not its accounts."
MOVE_ALONE_REMEDY = "Name the digest by one account, or by its id (`digest list` shows them), and the channel."

# ── digest names ────────────────────

NO_CHANNEL_ID = "I cannot tell which channel “{name}” is."
DIGEST_WORDS_CHANNEL_REMEDY = "Type # and choose the channel from Slack's list, or set the digest up with the form: `digest`."

# ── digest reading ────────────────────

TO_ME = "Only in our direct messages can a digest come to you alone."
TO_ME_REMEDY = "Open my messages and set it up there; in a channel, leave “to me” out."
TWO_ZONES = "A digest has one time zone, and “{first}” and “{second}” are two."
TWO_ZONES_REMEDY = "Leave one of them out."

# ── digest words ────────────────────

DIGEST_WORDS_ALONE = "`digest {deed}` takes no other words."
WHICH = "`digest {deed}` needs nothing but the digest: `digest {deed} 3f9a`."

# ── goal rows ────────────────────

#: Looked at once a day, in the morning of whoever set it.
EVERY_MORNING: Final = "0 9 * * *"

# ── goal words ────────────────────

GOAL_WORDS_TWO_CHANNELS = "A goal belongs to one channel, and these are {n}."
GOAL_WORDS_CHANNEL_REMEDY = "Type # and choose the channel from Slack's list, or set the goal in the channel itself."
NO_METRIC = "A goal needs a figure: impressions, reach, reactions, comments or reshares."
TWO_METRICS = "A goal is of one figure, and these are {n}."
NO_TARGET = "A goal needs a number: how many {metric} per {every}?"
TWO_TARGETS = "I cannot tell which of these numbers is the goal: {numbers}."
QUOTE_NAMES = "Put a name that holds a number in quotes."
NOT_WHOLE = "“{said}” is no whole number of 1 or more."
TOO_LARGE = "“{said}” is more than I can count towards ({most:,})."
NO_EVERY = "Is that for a week, a month or a quarter?"
TWO_EVERY = "A goal is for a week, a month or a quarter, and you named more than one."
REACH_OF_SEVERAL = "Reach counts people, some of them twice: it is never added up, so it can be a goal of one account only."
REACH_REMEDY = "Name one account, or take another figure:"
GOAL_WORDS_EXAMPLES = ("goal impressions 50,000 month", "goal team reactions 1k week")
SAY_IT = "Say it like one of these:"
GOAL_WORDS_DID_YOU_MEAN = "Did you mean “{word}”?"

# ── link words ────────────────────

SAY_WHO = "`link` needs a person and an account."
SAY_WHICH = "`unlink` needs an account."
ONE_PERSON = "An account is one person's: name one."
HOW = "Choose the person from Slack's list: `link @ann acme`. `unlink acme` takes that back, and `accounts` shows whose they are."
NO_ONE_ACCOUNT = "“{name}” is no one account here."
LIST_ACCOUNTS = "`accounts` lists the accounts."

# ── not posts ────────────────────

PASTE_A_POST = (
    "Open the post on LinkedIn, choose *Copy link to post* from its menu (…), and paste that; or paste its URN, like "
    "`urn:li:share:7123456789012345678`."
)
OPEN_SHORT_LINK = "Open it in your browser and paste the long link that it leads to."
#: The first part of a LinkedIn path, and what such a page is.
PAGES = {
    "pulse": "a LinkedIn article",
    "newsletters": "a LinkedIn newsletter",
    "in": "a person's LinkedIn profile",
    "pub": "a person's LinkedIn profile",
    "company": "a LinkedIn company page",
    "showcase": "a LinkedIn showcase page",
    "school": "a LinkedIn school page",
    "jobs": "a LinkedIn job",
    "events": "a LinkedIn event",
    "groups": "a LinkedIn group",
    "learning": "a LinkedIn Learning page",
    "messaging": "a LinkedIn conversation",
}
#: The type in a URN, and what it names (LinkedIn's documentation, "Common URNs & Namespaces").
TYPES = {
    "comment": "a comment",
    "like": "a reaction",
    "reaction": "a reaction",
    "person": "a person",
    "member": "a person",
    "organization": "an organization",
    "company": "an organization",
    "organizationbrand": "an organization",
    "article": "an article",
    "originalarticle": "an article",
    "linkedinarticle": "an article",
    "grouppost": "a post inside a group",
    "sponsoredaccount": "an advertising account",
    "sponsoredcreative": "an advertisement",
    "image": "a picture",
    "video": "a video file",
    "digitalmediaasset": "a media file",
}

# ── periods ────────────────────

NOT_A_PERIOD = "I cannot read “{words}” as a period."
NO_SUCH_DAY = "“{words}” is in no calendar."
UNCLEAR = "I cannot tell the day from the month in “{words}”."
REVERSED = "“{words}” ends before it begins."
NOT_BEGUN = "“{words}” lies in the future, and LinkedIn has no figures for it yet."
NO_WHOLE_DAY = "“{words}” holds no whole day yet: LinkedIn counts days in UTC, and today is not over there."
PERIODS_TOO_LONG = "“{words}” is longer than the {most} days that I can ask LinkedIn for at once."
TOO_OLD = "“{words}” begins before LinkedIn did."
TWO_PERIODS = "“{first}” and “{second}” are two periods; I show one at a time."
WRITE_PERIODS = "Write a period like `7d`, `last week`, `november`, `1-15 nov` or `2026-11-01..2026-11-15`."
WRITE_DATES = "Write dates like `2026-11-01` or `1 nov`."
WRITE_IN_ORDER = "Write the earlier day first, like `1-15 nov` or `2026-11-01..2026-11-15`."
WRITE_PAST = "Ask for days that are over, like `yesterday`, `7d` or `last week`."
WRITE_SHORTER = "Ask for at most a year, like `365d`, `last quarter` or `november`."
NAME_ONE = "Leave one of them out."

# ── permissions ────────────────────

SAY_WHOM = "`{verb}` needs to know whom or what: this channel, a channel or a person."
SAY_WHOM_REMEDY = "Write `{verb} here` in the channel, or `{verb}` and choose a #channel or an @person from Slack's list."
NOT_HERE = "Here we are alone: `here` means no channel."

# ── schedule trouble ────────────────────

NOTHING = "There is no schedule in these words."
NO_SCHEDULE = "I cannot read “{words}” as a schedule."
LEFT_OVER = "In this schedule I cannot read “{words}”."
NO_DAYS = "“{words}” says when, but not on which days."
NO_SUCH_TIME = "“{words}” is no time of day."
TIME_REMEDY = "Times go from `0:00` to `23:59`, or from `12am` to `11:59pm`."
SEVERAL = "“{words}” and “{others}” are two schedules, and a digest has one."
SCHEDULE_TROUBLE_SEVERAL_REMEDY = "Say one of them, or make two digests:"
TWO_TIMES = "Words name one time of day, and “{time}” is another beside “{words}”."
TWO_TIMES_REMEDY = "Say one of them:"
SCHEDULE_TROUBLE_TOO_OFTEN = "“{words}” is too often: a digest comes at most once an hour."
HOURS = "“{words}” can only be said in cron: words name days and one time."
NOT_BY_WEEKS = "“{words}” is not a rhythm I can keep: I know days of the week and of the month."
LONG_RHYTHM = "“{words}” can only be said in cron, with its months."
WRITE_IT_SO = "Write it like one of these:"
SCHEDULE_TROUBLE_EXAMPLES = ("every Monday 9:00 Europe/Berlin", "weekdays 8:30", "first of the month 9am")
HOURLY = ("cron 0 * * * *", "cron 0 9,17 * * *")
TWICE_A_WEEK = ("every Monday and Thursday 9:00",)
IN_A_MONTH = ("first Monday of the month 9:00", "1st of the month 9:00", "last weekday of the month 9:00")
BY_WEEKS = ("every Monday 9:00", "first Monday of the month 9:00", "1st and 15th of the month 9:00")

# ── schedules ────────────────────

FIVE_FIELDS = "Cron has five fields here: minute, hour, day of the month, month, day of the week."
SECONDS = "“{cron}” has {count} fields: seconds and years are not among the five."
FIELDS = "“{cron}” has {count} of the five fields."
SCHEDULES_TOO_LONG = "“{cron}…” is too long for cron."
NICKNAME = "“{cron}” is one of cron's nicknames, which are not understood here."
UNREADABLE = "The {field} in “{cron}” cannot be read."
NEVER = "“{cron}” never happens: no such month has that day."
NEVER_BOTH = "“{cron}” never happens: none of those days of the month is ever that day of the week."
NEVER_BOTH_REMEDY = "Name the days by one of the two:"
SCHEDULES_TOO_OFTEN = "“{cron}” is more often than once an hour."
TOO_OFTEN_REMEDY = "Name one minute, and the hours or days you need."
NEVER_REMEDY = "Choose a day that the month has; `L` is the last one."
SCHEDULES_EXAMPLES = ("cron 0 9 * * 1", "every Monday 9:00")

# ── suggestions ────────────────────

SUGGESTIONS_SEVERAL_REMEDY = "Say which one:"
NO_SUCH_ACCOUNT = "I know no account called “{name}”."
ONE_ACCOUNT = "I can show one account at a time."
ONE_ACCOUNT_REMEDY = "Ask for each on its own:"
NO_MEANING = "I do not know what to do with “{words}”: it is neither an account here nor a word of mine."
SUGGESTIONS_DID_YOU_MEAN = "Did you mean one of these?"
SEE_HELP = "`accounts` lists the accounts, and `help` what I understand."
AND_MORE = "{names} and {count} more"

# ── team words ────────────────────

WITHOUT_POSTS = "`{verb}` takes accounts and a period, not posts."
COMPARE_POSTS = "Paste the posts alone, up to ten of them, and I compare them."
ONE_METRIC = "`top` ranks by one figure at a time."
ONE_METRIC_REMEDY = "Ask for one of them:"
OPT_WHOM = "Say which account: `{verb} acme`."
OPT_ONE = "“{name}” is no one account here."
NO_SUCH_MEMBERS = "I know no group and no account called “{names}”."
SEE_WHO = "`accounts` lists the accounts and `groups` the groups."
SEVERAL_MEMBERS = "“{name}” could be any of these: {names}."
NO_MEMBERS = "The group “{name}” needs accounts."
NO_MEMBERS_REMEDY = "Write for example `group sales = ann, bob`; `group sales = nobody` removes a group."
BAD_NAME = "“{name}” cannot be a group's name."
BAD_NAME_REMEDY = "Choose one word of letters, digits and hyphens that means nothing else here, and that no account is called by."

# ── unfurls ────────────────────

ON_OR_OFF = "Previews of links are on or off."
ON_OR_OFF_REMEDY = "Write `unfurl on`, `unfurl off`, or `unfurl` alone to see which it is."

# ── versus ────────────────────

VERSUS_SAME = "Both sides of `vs` are the same."
SAME_REMEDY = "Name two accounts, like `acme vs bob last month`, or two periods, like `acme november vs october`."

# ── zones ────────────────────

UNKNOWN = "I know no time zone “{word}”."
UNKNOWN_REMEDY = "Name a zone of the tz database, such as `Europe/Berlin`, `America/New_York` or `UTC`."
OFFSET = "“{word}” is an offset, not a time zone: it would not follow the clock changes."
