"""Everything this room says to people, in one place: a translation is another file like this one."""

from bot.domain.digest_asks import Deed
from bot.domain.digests import Kind

# ── alerts ────────────────────

ALERTS_CREATED = ":bell: Set up. I look {first} for the first time, and speak only when it is met or back to normal."
CREATED_ALREADY = "It is set up already."
ALERTS_SAME = "The same alert is in that channel already; nothing was added."
ALERTS_PAUSED = ":double_vertical_bar: Paused. It is not looked at until you resume it."
IS_PAUSED = "It is paused already."
ALERTS_RESUMED = ":arrow_forward: Running again. I look {next}."
IS_ACTIVE = "It is running already."
SNOOZED = ":zzz: Silent until then: I look again {next}."
ALERTS_DELETED = "The alert in {channel} is deleted. What it said stays there."
ALERTS_CHANGED_MEANWHILE = "Somebody changed that alert in this very moment."
LOOK_AGAIN = "Look at it again and repeat what you wanted."
ALERTS_WHICH_ACCOUNT = "Which account shall I watch? There are {n}."
ALERTS_WHICH_ACCOUNT_REMEDY = "Name one, or say `team` for all of them added up."
ALERTS_NO_ACCOUNT = "No LinkedIn account can be watched here."
ALERTS_NO_ACCOUNT_REMEDY = "`accounts` lists the connected accounts."
NEVER = "never"
#: When it is looked where nobody says when: every day at nine.
USUAL_CRON = "0 9 * * *"

# ── deeds ────────────────────

DEEDS_PAUSED = ":double_vertical_bar: Paused. Nothing is posted until you resume it."
DEEDS_RESUMED = ":arrow_forward: Running again. The next one comes {next}."
DEEDS_DELETED = "The digest in {channel} is deleted. What was posted stays there, and its history is kept."
NEXT_COMES = "The next one comes {next}."
STAYS_PAUSED = "It is paused: nothing is posted until you resume it."
SKIPPED = ":fast_forward: The one {due} is skipped. {then}"
SKIPPED_ALREADY = "The one {due} was skipped already. {then}"
TOO_LATE_TO_SKIP = "The one {due} cannot be skipped any more: {outcome}. {then}"
DOES_NOT_COME = "The one {due} does not come anyway. {then}"
NOTHING_TO_SKIP = "There is nothing to skip. {then}"
SENDING = ":outbox_tray: It is on its way to {channel}."
SENDING_ALREADY = "That button was pressed before: {outcome}."
ANOTHER = "To send another, write `digest now {id}`."
#: Of an occurrence that is no longer kept.
GONE = "that one is gone"
IS_DELETED = "This {kind} was deleted: nothing more of it is posted."
IS_DELETED_REMEDY = "Set a new one up to have it back."
JOINED = ":white_check_mark: I am in {channel} now."
NOT_JOINED = "I could not join {channel} by myself."
NOT_JOINED_REMEDY = "Send `/invite @LinkedIn Stats` there."
ANSWERED = {
    Deed.ARRIVED: ":white_check_mark: Thank you: it counts as sent.",
    Deed.AGAIN: ":outbox_tray: It is posted again.",
    Deed.LEAVE: "It is left as it is. The next one comes at its usual time.",
}
ANSWERED_ALREADY = "That was answered already: {outcome}."
DEEDS_CHANGED_MEANWHILE = "Somebody changed that digest in this very moment."

# ── desk ────────────────────

FORM = "Set up a LinkedIn digest: a summary of your accounts, posted here by the clock."
FORM_EDIT = "Change this digest in the form."
DESK_CREATED = ":white_check_mark: Set up. The first one comes {first}."
DESK_SAME = "A digest of the same accounts at the same times is in that channel already; nothing was added."
CHANGED = ":white_check_mark: Changed. {then}"
UNCHANGED = "It is like that already: nothing was changed."
LEFT_OUT = (
    "The one {due} was not posted yet and is left out, for it was of the digest as it was before. `digest now {id}` posts one at once."
)
TWIN = "A digest of the same accounts at the same times is in that channel already, so nothing was changed: the two would post the same."
TWIN_REMEDY = "Choose other accounts, another time or another channel, or look at the other one:"
MOVED = ":white_check_mark: Moved to {channel}."

# ── drafting ────────────────────

WHEN = "When shall it be posted?"
WHEN_REMEDY = "Say the days and a time, or use the form: `digest`."
DRAFTING_WHICH_ACCOUNT = "Which account shall it be about? There are {n}."
DRAFTING_WHICH_ACCOUNT_REMEDY = "Name one or several, or say `all`."
DRAFTING_NO_ACCOUNT = "No LinkedIn account is connected here yet."
DRAFTING_NO_ACCOUNT_REMEDY = "Connect one in PostPost, or ask the person who runs this bot to set `POSTPOST_PLATFORM_ID`."
TOO_MANY = "A digest shows at most {most} accounts, and these are {n}."
TOO_MANY_REMEDY = "Set up two digests."

# ── finding ────────────────────

NONE = "I know no {kind} “{which}” that you can see."
NONE_AT_ALL = "No {kind} is set up here."
SET_UP = {
    Kind.DIGEST: "Set one up with `digest every monday 9:00`, or with the form: `digest`.",
    Kind.ALERT: "Set one up with `alert impressions +50% week`.",
}
SEE_LIST = "`{kind} list` shows the {kind}s and their ids."
SEVERAL = "“{which}” could be one of {n} {kind}s."
SEVERAL_HERE = "There are {n} {kind}s here."
SAY_WHICH = "Say which one:"
NO_DELIVERY = "That occurrence is not known any more."

# ── forms ────────────────────

NO_ACCOUNT_CHOSEN = "Choose at least one account."
NO_CHANNEL_CHOSEN = "Choose a channel."
FORMS_CHANGED_MEANWHILE = "Somebody changed this digest since you opened the form. Close it and look at the digest again."

# ── goals ────────────────────

WHOSE = "Whose goal is it? There are {n} accounts here."
SAY_WHOSE = "Name an account, a group, or the team:"
NOBODY = "I know no account and no group called “{name}” here."
SEE_WHO = "`accounts` lists the accounts and `groups` the groups."
SEVERAL_FIT = "“{name}” could be {names}."
NOBODY_LEFT = "No account that such a goal could count may be shown here."
NO_GOALS = "No goal is set here."
NO_SUCH_GOAL = "There is no such goal here."
SEE_GOALS = "`goals` lists them:"
SEVERAL_GOALS = "That could be any of {n} goals."
GONE = "That goal was deleted already."

# ── rights ────────────────────

NOT_YOURS = "Only its owner or an administrator may change this {kind}."
NOT_YOURS_REMEDY = "Ask {people} to do it."
NOT_SEEN = "You cannot see the channel of that {kind}."
NOT_SEEN_REMEDY = "Ask somebody who is in it to invite you."
NO_PLACE = "I cannot see that channel: it is private and I am not in it, or it does not exist any more."
NO_PLACE_REMEDY = "Invite me there first with `/invite @LinkedIn Stats`, or choose another channel."
NOT_IN_PLACE = "You are not in that channel, so you cannot set up a digest there."
NOT_IN_PLACE_REMEDY = "Ask somebody who is in it, or choose another channel."
ARCHIVED = "That channel is archived: nothing can be posted there."
OTHER_CHANNEL = "Choose another channel."
