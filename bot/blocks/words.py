"""Everything this room says to people, in one place: a translation is another file like this one."""

from collections.abc import Mapping
from typing import Final

from bot.domain.accounts import TokenStatus
from bot.domain.alert_asks import SNOOZE_DAYS, AlertDeed
from bot.domain.alerts import Condition
from bot.domain.changes import Kind as ChangeKind
from bot.domain.deliveries import State
from bot.domain.digest_asks import Deed
from bot.domain.digest_content import Part
from bot.domain.digests import Kind, SkipReason
from bot.domain.incidents import Cause
from bot.domain.metrics import Metric, RateBasis

# ── account card ────────────────────

ACCOUNT_CARD_HEADLINE = "{name} · {figures}"
ACCOUNT_CARD_AGAINST = "{period} against {before}"
ALL_POSTS = "activity on all posts"
ACCOUNT_CARD_STORY = "{name}, {period}: {figures}."
STORY_AGAINST = "{period} against {phrase} ({before})"
OF_BEFORE = "{what} of {before}"
ACCOUNT_CARD_BEFORE = "(before: {what})"
ACCOUNT_CARD_FILLING_IN = "{day} ended less than 24 hours before this was fetched: its figures may still be filling in."
THE_DAY_BEFORE = "the day before"
THE_WEEK_BEFORE = "the week before"
THE_DAYS_BEFORE = "the {days} days before"

# ── account sum ────────────────────

ACCOUNT_SUM_NO_TOTAL = "No total of {metric}: LinkedIn has no figure for {accounts}."
NO_TOTAL_FETCHED = "No total of {metric}: it couldn't be fetched for {accounts}."
ACCOUNT_SUM_AND_MORE = "{n} more"
NO_TOTAL_AT_ALL = "no total, but figures of {accounts}"
WITHOUT_FIGURES = "LinkedIn has no figures for {accounts}."
ALL = "{n} accounts"
ONE_ACCOUNT = "1 account"
SOME = "{n} of {all} accounts"

# ── alert buttons ────────────────────

ALERT_BUTTONS_LABELS: Final = {
    AlertDeed.LIST: "All alerts",
    AlertDeed.SHOW: "Manage",
    AlertDeed.TEST: "Test",
    AlertDeed.PAUSE: "Pause",
    AlertDeed.RESUME: "Resume",
    AlertDeed.SNOOZE: f"Snooze {SNOOZE_DAYS} days",
    AlertDeed.DELETE: "Delete",
}
ALERT_BUTTONS_DELETE_TITLE = "Delete this alert?"
ALERT_BUTTONS_DELETE_TEXT = "It says nothing more. What it said stays in the channel."

# ── alert cards ────────────────────

FIRED = "{figure} of {whose}, {days}: {now}, {movement}"
NORMAL = "{figure} of {whose}, {days}: back to normal, {now}"
NORMAL_MOVED = "{figure} of {whose}, {days}: back to normal, {now}, {movement}"
ALSO = "Also {days}: {now}, {movement}."
SINCE = ":white_check_mark: Back to normal since {days}: {now}."
ALERT_CARDS_AGAINST = "{days} against {before}"
RULE = "Alert: {rule}"
LOOKED_AT = "looked at {schedule}"
ALERT_CARDS_WITHOUT = ":warning: Without {names}: the figures could not be fetched. `accounts` says what is wrong."
OPEN_CARD = "Open card"

# ── alert lists ────────────────────

ALERT_LISTS_LIST_TITLE = "Alerts"
ALERT_LISTS_NONE_HERE = "No alert is set up that you can see."
ABOUT = "An alert says when a figure has moved far enough, or crossed a line, and when it is back to normal; else it is silent."
TRY = "Set one up like this:"
WHERE = "{channel}: {whose}"
ALERT_LISTS_ID = "alert {id}"
ALERT_LISTS_MORE = "… and {n} more; each can be shown by its id."
WOULD_SAY = ":bell: *It would say now:* {headline}"
WOULD_NOT = ":zzz: *It would say nothing now.*"
READS = "*How the rule reads the last days*"
ALERT_LISTS_DAY = "{days}: {now}{moved} · {verdict}"
ALERT_LISTS_NO_FIGURES = ":warning: The figures could not be fetched: {sentence} {remedy}"

# ── alert rule ────────────────────

ALERT_RULE_EVERYBODY = "all accounts"
NOBODY = "an account that is not shown any more"
ALERT_RULE_UNKNOWN = "n/a"
MOVED = "{figure} {direction} {percent} or more against {before}"
CROSSED = "{figure} {condition} {amount} {window}"
MINIMUM = "from {minimum} on"
MINIMUM_OF_RATE = "from {minimum} impressions on"
COOLDOWN = "at most once in {days}"
QUIET = "quiet {hours}"
CONDITIONS: Final[Mapping[Condition, str]] = {
    Condition.UP: "up",
    Condition.DOWN: "down",
    Condition.ABOVE: "above",
    Condition.AT_LEAST: "at least",
    Condition.BELOW: "below",
    Condition.AT_MOST: "at most",
}
ALERT_RULE_BEFORE: Final = {"day": "the day before", "week": "the week before", "month": "the 4 weeks before"}
WITHIN: Final = {"day": "on one day", "week": "in 7 days", "month": "in 4 weeks"}

# ── chart ────────────────────

CHART_BY_DAY = "{metric} by day"
BY_WEEK = "{metric} by week"
BY_SPAN = "{metric} in steps of {days} days"
THIS_PERIOD = "This period"
PERIOD_BEFORE = "Period before"
SIDES = ("First", "Second")
LEFT_OUT = "Left out of the chart: {days} (not reported, or nothing reported to compare it with)."
CHART_FROM = "The chart shows whole weeks, from {day} on."

# ── compare view ────────────────────

COMPARE_VIEW_TITLE = "Compare posts"
COMPARE_VIEW_LOADING = ":hourglass_flowing_sand: One moment …"
COMPARING = ":hourglass_flowing_sand: The posts' figures are being fetched …"
WITH = "With which posts?"
HINT = "Up to nine. Any other post can be compared by its link: `/linkedin-stats` and both links."
THIS_POST = "{name}, {post}"
NOTHING_KNOWN = (
    "I know no other post of {name}. Known are the posts made through PostPost in the last 90 days and those asked for here; "
    "any other can be compared by its link: `/linkedin-stats` and both links."
)
ONLY_NEWEST = "The newest {shown} of {known} known posts are in the menu."
DONE = "The comparison is where you asked for it. Only you see it until you share it."
TOO_LATE = "Slack gave me too little time to open the choice of posts. Press *Compare* once more."

# ── daily table ────────────────────

CAPTION_BY_DAY = "By day, {period}"
CAPTION_BY_WEEK = "By week, {period}"
DAILY_TABLE_DAY = "Day"
DAYS = "Days"
DAILY_TABLE_TOTAL = "Total"
DAILY_TABLE_NOT_REPORTED = "not reported"
DAILY_TABLE_NO_TOTAL = "n/a: days missing"
DAILY_TABLE_NO_REACH = "Members reached has no figure by day: LinkedIn counts people over a whole period."

# ── digest ────────────────────

DIGEST_HEADLINE = "LinkedIn, {period}: {figures}"
DIGEST_HEADLINE_OF_SOME = "LinkedIn, {period}, {accounts}: {figures}"
DIGEST_AGAINST = "against {before}"
AGAINST_BY = "against {before} ({by})"
LATE = "posted {late} late"
MINUTES = "{n} min"
HOURS = "{n} h"
DIGEST_STORY = "LinkedIn summary. {story}"
NO_SUM_OF_REACH = "reach counts people and is not added up"
DETAILS = "{name}, {period}, by day"

# ── digest buttons ────────────────────

DIGEST_BUTTONS_LABELS: Final = {
    Deed.NEW: "Set up a digest",
    Deed.CREATE: "Set it up",
    Deed.LIST: "All digests",
    Deed.SHOW: "Manage",
    Deed.PREVIEW: "Preview",
    Deed.EDIT: "Edit",
    Deed.MOVE: "Move",
    Deed.PAUSE: "Pause",
    Deed.RESUME: "Resume",
    Deed.SKIP: "Skip next",
    Deed.NOW: "Send now",
    Deed.DELETE: "Delete",
    Deed.HISTORY: "History",
    Deed.JOIN: "Invite me",
    Deed.RETRY: "Retry",
    Deed.ARRIVED: "It arrived",
    Deed.AGAIN: "Post again",
    Deed.LEAVE: "Leave it",
}
WEEKLY = "Make it weekly"
DIGEST_BUTTONS_DELETE_TITLE = "Delete this digest?"
DIGEST_BUTTONS_DELETE_TEXT = "Nothing more will be posted. What was posted stays in the channel, and its history is kept."
DELETE_YES = "Delete it"
DELETE_NO = "Keep it"

# ── digest cards ────────────────────

DIGEST_CARDS_LIST_TITLE = "Digests"
DIGEST_CARDS_NONE_HERE = "No digest is set up that you can see."
FIRST = "Set one up with {example}, or with the form."
FIRST_WORDS = "digest every monday 9:00"
IN = "{channel}: {accounts}"
IS_ACTIVE = "{schedule} · next {next}"
NO_NEXT = "{schedule} · no next time"
IS_PAUSED = "{schedule} · paused"
IS_DELETED = "{schedule} · deleted"
LAST = "last: {outcome}"
OWNER = "owner {owner}"
DIGEST_CARDS_ADMINISTRATORS = "the administrators"
DIGEST_CARDS_ID = "digest {id}"
DIGEST_CARDS_BY_ID = "{show} shows one of these, with everything that can be done to it."
DIGEST_CARDS_MORE = "… and {n} more: {list} begins with those of the channel it is asked in."
DIGEST_CARDS_ACCOUNTS_MORE = "{names} and {n} more"
PLAN = ":eyes: *Preview: nothing is set up yet.* {channel}, {schedule}, first {next}. {how}"
PLAN_PRESS = "Press *{create}* and it begins."
PLAN_TOO_MANY = "{n} accounts are more than a button can carry: set it up in the form, and choose them there."
PLAN_NOW = ":eyes: *Preview: only you see this.* This is what {channel} would get now."
PLAN_UNSAVED = ":eyes: *Preview: nothing is changed yet.* This is what {channel} would get. Send the form off to have it so."
DIGEST_CARDS_CHANGE = "Change it in the form"
NO_PREVIEW = ":warning: The figures for the preview could not be fetched: {sentence} {remedy}"
NOT_A_MEMBER = ":warning: I am not a member of {channel} yet, so nothing could be posted there."
HOW_TO_INVITE = "Press *{invite}*, or send {line} there."
HOW_TO_INVITE_PRIVATELY = "Send {line} there."
INVITE = "/invite @LinkedIn Stats"
HISTORY_TITLE = "What was posted"
HISTORY_NONE = "Nothing was due yet."
HISTORY_LINE = "{moment} · {outcome}"
HISTORY_LINE_IN = "{moment} · {channel} · {outcome}"
OUTCOMES: Final[Mapping[State, str]] = {
    State.PENDING: ":hourglass_flowing_sand: waits",
    State.BUILDING: ":hourglass_flowing_sand: is being made",
    State.SENDING: ":hourglass_flowing_sand: is on its way",
    State.RECONCILING: ":hourglass_flowing_sand: being looked for in the channel",
    State.UNCERTAIN: ":grey_question: needs you: did it arrive?",
    State.SENT: ":white_check_mark: sent",
    State.FAILED: ":x: failed",
    State.SKIPPED: ":fast_forward: skipped",
}
REASONS: Final[Mapping[str, str]] = {
    SkipReason.LATE: "too late to be worth it",
    SkipReason.PAUSED: "the digest was paused",
    SkipReason.DELETED: "the digest was deleted",
    SkipReason.CHANGED: "the digest was changed meanwhile",
    SkipReason.ASKED: "somebody asked to",
    SkipReason.LET_GO: "left as it was",
    SkipReason.QUIET: "there was nothing to say",
    SkipReason.RESTING: "it would have come in quiet hours",
}
BY_HAND = "sent by hand"
WITHOUT_FILE = "without its file"
WITHOUT_REPLIES = "without {n} of its replies"
NO_PERMISSION = "Files need the permission `files:write`: add it and install the app again."

# ── digest file ────────────────────

BEST: Final = "Best posts"
DIGEST_FILE_BEST_POST: Final = "Best post (lifetime figures)"
DIGEST_FILE_FOLLOWERS: Final = "New followers"

# ── digest notices ────────────────────

#: What the occurrence was of.
WHAT: Final[Mapping[Kind, str]] = {Kind.DIGEST: "LinkedIn digest", Kind.ALERT: "LinkedIn alert", Kind.GOAL: "word of a LinkedIn goal"}
HAPPENED: Final[Mapping[Cause, str]] = {
    Cause.NOT_IN_CHANNEL: ":warning: The {what} in {channel} was not posted: I am not a member of that channel.",
    Cause.CHANNEL_GONE: ":warning: The {what} in {channel} was not posted: the channel is archived, or it no longer exists.",
    Cause.CHANNEL_UNSEEN: ":warning: The {what} in {channel} was not posted: I cannot see that channel. It is private and I am not in it, "
    "or it no longer exists.",
    Cause.NOT_ALLOWED: ":warning: The {what} in {channel} was not posted: Slack does not let me post there.",
    Cause.OUR_FAULT: ":warning: The {what} in {channel} was not posted: Slack refused the message itself.",
    Cause.UNFORESEEN: ":warning: The {what} in {channel} was not posted: something went wrong inside this bot while it was made.",
    Cause.NO_FIGURES: ":warning: The {what} in {channel} was not posted: no figures could be fetched for any of its accounts.",
    Cause.LATE: ":warning: The {what} in {channel} was skipped: it could not be posted while it was still worth it.",
    Cause.UNCERTAIN: ":grey_question: Did the {what} arrive in {channel}? Slack's answer was lost and I cannot read the channel.",
    Cause.RECOVERED: ":white_check_mark: The {what} in {channel} is well again: it was posted.",
}
MEND: Final[Mapping[Cause, str]] = {
    Cause.NOT_IN_CHANNEL: "Press *Invite me* if the channel is public; in a private one somebody must send {invite} there. "
    "Then press *Retry*.",
    Cause.CHANNEL_GONE: "Move it to another channel, or pause it.",
    Cause.CHANNEL_UNSEEN: "If it is private, somebody who is in it must send {invite} there; then press *Retry*. Else move it to another "
    "channel, or pause it.",
    Cause.NOT_ALLOWED: "Ask a workspace administrator to allow it and press *Retry*, or move it to another channel.",
    Cause.OUR_FAULT: "The person who runs this bot finds the cause in the log. *Retry* posts it again.",
    Cause.UNFORESEEN: "The person who runs this bot finds the cause in the log. *Retry* makes it again.",
    Cause.NO_FIGURES: "Once that is mended, *Retry* posts it at once.",
    Cause.LATE: "*Retry* posts it now, with figures up to yesterday; otherwise the next one comes at its usual time.",
    Cause.UNCERTAIN: "Have a look there and tell me: until then I post nothing in its place. The next one comes at its usual time.",
    Cause.RECOVERED: "There is nothing to do.",
}
PAUSED = "After {n} failures in a row I have paused it; nothing was deleted. *Resume* starts it again."
WAS_DUE = "Due {moment} · {kind} {id}"
CODE = "Slack said {code}"

# ── digest rows ────────────────────

CAPTION = "Accounts, {period}"
COLUMNS = ("Account", "Impressions", "Change", "Engagement", "Reach")
DIGEST_ROWS_UNKNOWN = "n/a"
DIGEST_ROWS_NEW = "new"
MORE_ROWS = "… and {n} more accounts are in the totals, without a row here."
ONE_MORE_ROW = "… and 1 more account is in the totals, without a row here."
MORE_WITHOUT = "… and {n} more accounts without figures have no row here."
ONE_MORE_WITHOUT = "… and 1 more account without figures has no row here."
DIGEST_ROWS_BEST_POST = "*Best post* {post}, {name}: {figures}"
NEXT_POST = "*{place}.* {post}, {name}: {figures}"
DIGEST_ROWS_NEWEST = "The best of the newest {asked} of {known} known posts."
DIGEST_ROWS_LIFETIME = "(lifetime)"
UNTITLED = "a post"
DIGEST_ROWS_FOLLOWERS = "*New followers* {total}"
DIGEST_ROWS_FOLLOWERS_EACH = "*New followers* {total}: {each}"
DIGEST_ROWS_FOLLOWERS_OF_SOME = "*New followers* {total} ({accounts}): {each}"
FOLLOWERS_OF = "{name} {n}"
FOLLOWERS_MORE = "{n} more {followers}"

# ── digest sum ────────────────────

DIGEST_SUM_ONE_LEFT = "{accounts} ({name})"

# ── digest warnings ────────────────────

DIGEST_WARNINGS_LINE = ":warning: {said}"
DIGEST_WARNINGS_AND_MORE = "{n} more"
DIGEST_WARNINGS_ENDING = "LinkedIn {state}"
FAILED_MORE = ":warning: … and {n} more accounts could not be fetched."
ONE_FAILED_MORE = ":warning: … and 1 more account could not be fetched."
WITHOUT_MORE = ":warning: … and {n} more accounts have no figures."
ONE_WITHOUT_MORE = ":warning: … and 1 more account has no figures."
WARNING_MORE = ":warning: … and {n} more accounts must be reconnected in PostPost soon."
ONE_WARNING_MORE = ":warning: … and 1 more account must be reconnected in PostPost soon."

# ── figure grids ────────────────────

POSTS = "Posts"
POST_COLUMNS: Final = ("Post", "Account", "Published")
FIGURES = "Figures, {period}"
FIGURE_GRIDS_BY_DAY = "By day, {period}"
FIGURE = "Figure"
FIGURE_GRIDS_CHANGE = "Change"
GROWTH = "Change in %"
DIFFERENCE = "Difference"
DIFFERENCE_IN_PERCENT = "Difference in %"
REPORTED = "Days reported"
ALL_DAYS = "all"
FIGURE_GRIDS_ACCOUNTS = "Accounts, {period}"
ACCOUNT = "Account"
PLACE = "Place"
FIGURE_GRIDS_TIED = "{place}="
NO_PLACE = "–"
FIGURE_GRIDS_TOTAL = "Total of {n}"
NOT_ADDED = "not added up"
IMPRESSIONS_GROWTH = "Impressions, change in %"

# ── figures ────────────────────

NAMES: Final[Mapping[Metric, str]] = {
    Metric.IMPRESSION: "Impressions",
    Metric.MEMBERS_REACHED: "Members reached",
    Metric.REACTION: "Reactions",
    Metric.COMMENT: "Comments",
    Metric.RESHARE: "Reshares",
}
SINGULARS: Final[Mapping[Metric, str]] = {
    Metric.IMPRESSION: "impression",
    Metric.MEMBERS_REACHED: "member reached",
    Metric.REACTION: "reaction",
    Metric.COMMENT: "comment",
    Metric.RESHARE: "reshare",
}
NO_FIGURE = "n/a: LinkedIn has no figure"
FIGURES_NOT_FETCHED = "couldn't be fetched"
NOTHING_FETCHED = "figures couldn't be fetched"
FIGURES_NO_FIGURES = "LinkedIn has no figures"
BEFORE_NO_FIGURE = "(before: n/a)"
BEFORE_NOT_FETCHED = "(before: couldn't be fetched)"
UNCHANGED = "unchanged"
FIGURES_NEW = "new, 0 before"
RATE_NAME = "Engagement rate"
RATE_UNKNOWN = "n/a: {parts} are unknown"
RATE_OF_NOTHING: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "n/a: no impressions", RateBasis.REACH: "n/a: nobody reached"}
RATE_BASIS: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "impressions", RateBasis.REACH: "members reached"}

# ── footer ────────────────────

RECALLED = "from a moment ago"
CACHED = {"": "live", "part": "in part from cache", "all": "from cache"}
FOOTER_FETCHED = "fetched {moment}, {source}"
RATE_FORMULA = "rate = (reactions + comments + reshares) / {basis}"
UTC_DAYS = "Whole days in UTC"

# ── gaps ────────────────────

GAPS_NOT_REPORTED = "LinkedIn did not report {days}{metrics}: left out, not counted as 0."
MORE_DAYS = "{n} more days"
COVERAGE = "{reported} of {days} days reported"
RATE_IN_PART = "n/a: days of {parts} are missing"

# ── goal cards ────────────────────

GOAL_CARDS_TITLE = "Goals"
NONE_YET = "No goal is set yet. Set one like this: {example}"
GOAL_CARDS_HOW = "Set or change one: {example} · delete one: {gone}"
SET_IN = "When it is reached, I say so once in {channel}."
SET = ":dart: Set. {goal}."
CHANGED = ":dart: Changed from {before} to {now}. {goal}."
SAME = "That goal is set already. {goal}."
DELETED = "The goal of {name} is deleted: {target} per {every}."
GOAL_CARDS_MORE = "… and {n} more."
GOAL_CARDS_REACHED = ":tada: Goal reached: {target} in {period}"
REACHED_BY = ":tada: {name} reached its goal of {target} in {period}"
GOAL_CARDS_STORY = "{headline}: {standing}."
SET_BY = "Set by {person}."
DELETE_LABEL = "Delete"
CARD_LABEL = "Open the card"
EXAMPLE_WORDS = "goal impressions 50,000 month"
DELETE_EXAMPLE = "goal delete impressions month"

# ── goal lines ────────────────────

GOAL = "Goal: {target} in {period}"
GOAL_OF = "Goal of {name}: {target} in {period}"
THE_TEAM = "the team"
THE_WEEK = "the week {days}"
SO_FAR = "{count} so far, {share} of the goal, {gone} of the {every}, {verdict}"
SHORT_OF_DAYS = (
    "{count} so far ({reported} of {days} days reported), {share} of the goal, {gone} of the {every}; too little to tell the pace"
)
GOAL_LINES_REACHED = "reached with {count}, {share} of the goal"
WITH_DAYS_LEFT = "{reached}, and {left} left"
MISSED = "not reached: {count}, {share} of the goal"
NOT_BEGUN = "no whole day of it is over yet (LinkedIn counts days in UTC)"
NO_FIGURE_YET = "n/a so far: LinkedIn has no figure"
GOAL_LINES_NOT_FETCHED = "n/a so far: it couldn't be fetched"
GOAL_LINES_WITHOUT = "n/a so far: there is no figure of {names}"
GOAL_LINES_AND_MORE = "{names} and {n} more"
TOO_SLOW = "The figures of this account's goals take longer than this card; Refresh asks again."
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# ── grid ────────────────────

#: What stands where nothing can be said.
NOTHING: Final = "n/a"

# ── help ────────────────────

HELP_TITLE = "LinkedIn statistics in Slack"
HELP_INTRO = (
    "Ask for a post or an account; only you see the answer until you share it. "
    "In a thread, mention me with the same words; in a direct message, just write them."
)
HELP_MORE = "More on one of these: {topics}"

# ── home ────────────────────

HOME_LOADING = ":hourglass_flowing_sand: One moment, your figures are being fetched …"
#: The headings of the tab's parts that have none of their own.
DIGESTS = "Your digests"
GOALS = "Goals"

# ── home week ────────────────────

HOME_WEEK_TITLE = "All accounts, {period}"
HOME_WEEK_AGAINST = "Impressions and engagement rate, against {before}"
HOME_WEEK_LINE = "*{name}*  {figures}"
IMPRESSIONS = "impressions {figure}"
HOME_WEEK_TOTAL = "*{accounts} together*  {figures}"
EVERY_ACCOUNT = "All {n} accounts"
THE_FIRST = "These are {shown} of {n} accounts; the button shows every one of them in your direct messages."

# ── mrkdwn ────────────────────

DIRECT = "direct messages with me"

# ── naming ────────────────────

STATES = {
    TokenStatus.VALID: "connected",
    TokenStatus.EXPIRING_SOON: "access ends {when}: reconnect it in PostPost",
    TokenStatus.EXPIRED: "access has ended: reconnect it in PostPost",
    TokenStatus.UNKNOWN: "state unknown",
}
ENDS_IN = "in {time}"
ENDS_SOON = "soon"
WHOSE = " · account of "
NAMING_OPTED_OUT = " · opted out of the team's answers"

# ── native ────────────────────

#: How the lines that did not fit are counted.
MORE_LINES = "… and {n} more"

# ── notices ────────────────────

START_TITLE = "LinkedIn statistics"
START = "Paste a link to a LinkedIn post, or name an account and a period. I answer with a card that only you see until you share it."
START_EXAMPLES = "*Try one of these*"
START_HELP = "Everything I understand: {help}"
ACCOUNTS_TITLE = "LinkedIn accounts"
ACCOUNTS_STORY = "{n} known here: {names}."
ACCOUNTS_NONE = (
    "No LinkedIn account is connected yet. Connect one in PostPost, or ask the person who runs this bot to name one in its settings."
)
ACCOUNTS_INCOMPLETE = "PostPost's own list could not be read just now, so these are the accounts named in this bot's settings."
NOTICES_ACCOUNTS_MORE = "… and {n} more; each can be asked for by its name."
DEFAULT_IS = "This channel's default account: {name}"
DEFAULT_CHANGE = "Change it with {example}"
DEFAULT_FIRST = "Set one with {example}"
DEFAULT_NONE = "This channel has no default account."
DEFAULT_SET = "Set one with {example} and the account's name in quotes; {accounts} lists the names."
DEFAULT_CHANGED = "This channel's default account is now: {name}"
DEFAULT_MEANS = "Questions here that name no account are about it."
DEFAULT_REMOVED = "This channel no longer has a default account."
MENU = "Which account?"
MENU_PLACEHOLDER = "Choose an account"
MENU_SOME = "The first {shown} of {known} accounts are in the menu; any other can be named in your words."
MENU_NONE = "There are several accounts: name one in your words. {accounts} lists them."
WORKING = "Fetching {what} …"
SHARED_BY = "Shared by <@{user}>"

# ── parts ────────────────────

SHARE_LABEL = "Share to channel"
REFRESH_LABEL = "Refresh"
PARTS_RETRY_LABEL = "Retry"
PARTS_FAILED = ":warning: LinkedIn did not give {what} just now. {others}"
OTHERS = "The other figures are as LinkedIn gives them."
FAILED_SEVERAL = ":warning: Not everything could be fetched just now: {what}."
PARTS_AND_MORE = "{n} more"
NONE_AT_ALL = ":warning: LinkedIn gave none of these figures just now."

# ── period menu ────────────────────

CHOOSE = "Other days"
LAST_DAYS = "{days} days"

# ── permissions ────────────────────

PERMISSIONS_TITLE = "Who may do what"
ALLOWED: Final[Mapping[bool, str]] = {True: "{subjects} may be answered from now on.", False: "{subjects} will no longer be answered."}
#: A person who is no guest and a channel nobody shares need no allowance, and lose nothing with it.
ALLOWED_MEANS = "This concerns guests, channels shared with other companies, and channels outside of the bot's settings."
AS_BEFORE = "That was so already: nothing was changed."
PERMISSIONS_ADMINISTRATORS = "Administrators: {people}"
HERE_ALLOWED = "This channel was allowed by {who}, {when}."
HERE_PLAIN = "Nobody has allowed this channel; it needs that only when it is shared with another company or the settings leave it out."
PERMISSIONS_HOW = "{allow} opens this channel, {forbid} closes it again; a #channel or an @person can be named instead."
CHANGES = "*Who changed what and when*"
NO_CHANGES = "Nothing has been changed yet."
PERMISSIONS_LINE = "{who} {what}, {when}"
SAID: Final[Mapping[ChangeKind, tuple[str, str]]] = {
    ChangeKind.CHANNEL_DEFAULT: ("made {after} the default account of {subject}", "took the default account of {subject} away"),
    ChangeKind.ALLOWED_PERSON: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.ALLOWED_CHANNEL: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.UNFURLS: ("switched previews of links on", "switched previews of links off"),
    ChangeKind.GROUP: ("set the group {subject}", "removed the group {subject}"),
    ChangeKind.OPT_OUT: ("opted an account {after} of the team's answers", "changed who opted out"),
    ChangeKind.ACCOUNT_LINK: ("linked an account to {person}", "linked an account to nobody"),
    ChangeKind.DIGEST: ("changed the digest {subject}", "deleted the digest {subject}"),
    ChangeKind.DIGEST_SKIP: ("skipped a run of the digest {subject}", "skipped a run of the digest {subject}"),
    ChangeKind.DIGEST_SEND: ("sent the digest {subject} at once", "sent the digest {subject} at once"),
}
MADE: Final[Mapping[ChangeKind, str]] = {ChangeKind.DIGEST: "set up the digest {subject}"}
OTHER = "changed {kind} of {subject}"

# ── post card ────────────────────

POST_CARD_HEADLINE = "Post by {name} · {figures}"
ENGAGED = "{rate} engaged"
ENGAGED_OF_REACH = "{rate} of reach engaged"
PUBLISHED = "Posted {day}, {age}"
POST_CARD_LIFETIME = "lifetime figures"
ENGAGEMENT = "Engagement"
SERIES = "Since publication"
POST_CARD_STORY = "Post by {name}{day}, lifetime figures: {figures}."
PERIOD_IGNORED = "LinkedIn gives posts lifetime figures only, so the period beside the post was left out."
MATCHED_BY_TIME = "Matched by time: the link holds another number for the post, and this is the one known post of that moment."
POST_CARD_FILLING_IN = "Published less than 24 hours ago: the figures are still filling in."
OPEN_LABEL = "Open on LinkedIn"
COMPARE_LABEL = "Compare"

# ── posts cards ────────────────────

COMPARED = "{n} posts compared"
POSTS_CARDS_LEADS = "{title} leads with {figure}"
SOME_POSTS = "figures of {n} posts"
POSTS_CARDS_LIFETIME = "Lifetime figures, each since its own publication; the older post had longer to collect them."
FAILED_POST = ":warning: {post}: {sentence}"
POSTS_CARDS_STORY = "{n} posts compared, lifetime figures: {posts}."
ONE = "{title} ({name}): {figures}"
TOP_OF = "Best posts of {name}, {period}"
POSTS_CARDS_EVERYBODY = "all accounts"
RANKED_BY_RATE = "by engagement rate"
RANKED_BY = "by {metric}"
NO_POSTS = "I know no post of {name} published {period}."
NONE_RANKED = "None of the {n} known posts of {name} published {period} could be ranked: their figures are unknown."
WHAT_IS_KNOWN = (
    "Known are the posts made through PostPost in the last 90 days and those asked for here. "
    "A post written on LinkedIn itself is not known until somebody asks for it."
)
NEWEST = "Of the {known} known posts the newest {asked} were asked for."
FEWER_FIGURES = "{n} of {asked} could not be ranked: their figures are unknown."
TOP_LIFETIME = "Published {period}; the figures are lifetime ones, until now, not those of the period."

# ── report files ────────────────────

REPORT_FILES_FETCHED = "Fetched {moment} UTC, {source}"
REPORT_FILES_FAILED = "{name}: {sentence}"

# ── shortcut view ────────────────────

SHORTCUT_VIEW_TITLE = "LinkedIn stats"
CLOSE = "Close"
SHORTCUT_VIEW_LOADING = ":hourglass_flowing_sand: Fetching the figures from LinkedIn …"
NO_LINK = "There is no link to a LinkedIn post in this message."
NO_LINK_REMEDY = "It works on messages with a post's link, or its URN. Anything else can be asked with `/linkedin-stats`."
SHORTCUT_VIEW_MORE = "… and {n} more in this message; ask for them with `/linkedin-stats` and their links."
PRIVATE = "Only you see this. To answer for everybody, mention me in the thread with `share`."

# ── status ────────────────────

ALL_WELL = "Everything is well"
NOT_WELL = "{n} of {all} need a look"
ONE_NOT_WELL = "1 of {all} needs a look"
WELL = ":white_check_mark: *{part}*: {detail}"
TROUBLE = ":warning: *{part}*: {trouble}"
ASKED = "asked {moment}"

# ── step outputs ────────────────────

STEP_OUTPUTS_UNKNOWN = "unknown"
STEP_OUTPUTS_LIFETIME = "since publication"

# ── team cards ────────────────────

VERSUS = "{left} against {right}"
UNLIKE = "{left} has {n} days and {right} has {m}: the figures stand side by side, without a difference."
NOT_WHOLE = "LinkedIn did not report every day of {metrics}: no difference is told for them."
TEAM_CARDS_EVERYBODY = "All accounts"
TEAM_TITLE = "{name} · {figures}"
TEAM_CARDS_AGAINST = "{period} against {before} · activity on all posts"
TEAM_CARDS_NO_REACH = "Members reached is never added up: the same people may be reached by several accounts."
TEAM_CARDS_FAILED = ":warning: {name}: {sentence}"
SUM_OF = "The sums are over {accounts}."
BOARD_TITLE = "{name} · {leader}"
TEAM_CARDS_LEADS = "{name} leads with {score}"
NOBODY_LEADS = "nobody ranked"
TEAM_CARDS_TIED = "{names} lead with {score}"
BY_RATE = "Ranked by engagement rate. A place takes at least {minimum} impressions."
BY_GROWTH = "Ranked by the growth of impressions. A place takes at least {minimum} impressions in the period before."
SAME_PLACE = "What reads the same shares a place."
UNRANKED = "Without a place: {names}."
TOTALS_ONLY = "Only the sums are shown here, no account's own figures."
TEAM_CARDS_MORE_ROWS = "… and {n} more accounts: the file has them all."
STORY_PLACE = "{place}. {name} {score}"
TEAM_CARDS_AND_MORE = "{n} more"

# ── team notices ────────────────────

NO_GROUPS = "There is no group yet. Make one with {example}."
GROUPS = "*Groups of accounts*"
GROUP_IS = "{name}: {members}"
GROUP_SET = "The group {name} is now: {members}."
GROUP_GONE = "The group {name} is gone."
GROUP_ASK = "Ask for it with {example}."
TEAM_NOTICES_OPTED_OUT = "{name} is no longer in the team's answers: no sum, no row, no file, no digest. {alone} {back}"
OPTED_IN = "{name} is in the team's answers again."
OPTED_ALREADY = "Nothing changed: that was so already. {now}"
ALONE = "Only the person it is linked to and administrators still see its own card."
LINKED = "{name} is linked to {person}, who may take it out of the team's answers and back in."
UNLINKED = "{name} is linked to nobody."
BACK = "{example} brings it back."
SENT_DIRECTLY = "The file *{name}* is in our direct messages."
NOT_SENT = ":warning: The file could not be sent: {why} The answer itself stands."
TEAM_NOTICES_RETRY_LABEL = "Send the file again"

# ── trouble ────────────────────

TROUBLE_WARNING = ":warning: {sentence}"
TRY_AT = "Try again {moment}."
TRY_NOW = "You can try again now."
ABOUT_ACCOUNT = "Account: {name}"
TRY_INSTEAD = "Try one of these:"
REFERENCE = "Reference {reference}"
INTERNAL = "Something went wrong inside this bot, and nothing was changed."
INTERNAL_REMEDY = "Try again in a moment. If it stays, give this reference to the person who runs the bot: it is also in the log."

# ── unfurl notices ────────────────────

ON = "Links to your accounts' LinkedIn posts are previewed in this workspace, for everybody in the channel."
OFF = "Links to LinkedIn posts are not previewed in this workspace."
SWITCHED_BY = "Switched on by {who}, {when}."
RULES: Final = (
    "Only posts of accounts I know, two a message at most, the same post once in 30 minutes; never in channels shared with another "
    "company, never where I may not answer or the channel may not see the account, never of an account that opted out."
)
UNFURL_NOTICES_HOW = "An administrator switches it with {on} and {off}."
LACKING = ":warning: The app lacks the scope {scopes}, so nothing is previewed yet: install it again and grant that."

# ── views ────────────────────

TITLE_NEW = "LinkedIn digest"
TITLE_EDIT = "Change the digest"
VIEWS_LOADING = ":hourglass_flowing_sand: One moment …"
SAVING = ":hourglass_flowing_sand: One moment, it is being saved …"
VIEWS_INTRO = "A summary of LinkedIn accounts, posted in a channel by the clock, each against the period before."
WORDS_HINT = "When this is filled in, it counts instead of days and time: “first monday of the month 9am”, “cron 0 9 * * 1-5”."
ZONE_HINT = "An IANA name such as Europe/Berlin. Local time is kept when the clocks change."
SHOW_HINT = "The figures always stand, and so does every warning."
PARTS: Final = {
    Part.CHART: "The chart by day",
    Part.ACCOUNTS: "A row for each account",
    Part.BEST: "The best posts",
    Part.FOLLOWERS: "New followers",
    Part.GOALS: "How far the goals are",
    Part.DETAILS: "The table by day, in the thread",
}
PREVIEW_LABEL = "Preview, only for me"
PREVIEWED = ":eyes: The preview is shown to you alone, in the channel where you asked for this form."
ONLY_SOME = "The first {most} accounts are in the menu; any other can be named in words."
NO_ACCOUNTS = "No LinkedIn account is connected yet. Connect one in PostPost, or ask the person who runs this bot to name one."
