"""Everything the hall and the rooms around it say to people, in one place: a translation is another file like this one."""

from typing import Final

# ── alert hall ────────────────────

ALERT_MEANT = "I did not understand that, and it looks like a question about alerts."

# ── comparing ────────────────────

NO_POST: Final = "I do not know which post this is about."
NO_POST_REMEDY: Final = "Ask for the post once more and press *Compare* on its new card."

# ── digest hall ────────────────────

DIGEST_MEANT = "I did not understand that, and it looks like a question about digests."

# ── gathering ────────────────────

ACTIVITY_UNKNOWN = "This is an activity link, and LinkedIn's statistics need the post's own id, which is a different number."
ACTIVITY_REMEDY = (
    "On LinkedIn open the post's menu (…), choose *Embed this post*, and paste the link from there: it always holds the id. "
    "A link with `share` or `ugcPost` in it works too."
)

# ── goal hall ────────────────────

GOAL_MEANT = "I did not understand that, and it looks like a goal."

# ── health ────────────────────

ANSWERS: Final = "answers in {ms:,.0f} ms"
SLACK_REFUSES: Final = "It answers {code}. Whoever runs this bot should install the app again, or look at its token."
UNREACHED: Final = "It did not answer within {seconds:.0f} seconds. It is asked again with every question."
CANNOT_BE_REACHED: Final = "It cannot be reached ({what}). Whoever runs this bot should look at the network."
LAST_FAILED: Final = "It lists the accounts, but the last request to {what} failed ({outcome}). It is asked again with the next question."
ACCOUNTS: Final = "answers in {ms:,.0f} ms, {n} LinkedIn accounts connected"
IN_STEP: Final = "{seconds:.0f} s from Slack's"
OUT_OF_STEP: Final = "It is {seconds:,.0f} s away from Slack's time. Whoever runs this bot should set it right (NTP)."
NOT_COMPARED: Final = "cannot be compared while Slack does not answer"
RANG: Final = "looked at {seconds:.0f} s ago"
NEEDS_ANSWERS: Final = "{n} posts wait for your answer whether they arrived: `history` shows them."

# ── permissions ────────────────────

GUEST = "I do not answer guests until an administrator has allowed it."
STRANGER = "I answer people of other companies only in channels that an administrator has allowed."
SHARED = "This channel is shared with another company, which would see the figures."
UNSEEN = "I cannot see whether this channel is shared with another company, so I post nothing for everybody here."
CHANNEL_NOT_ALLOWED = "I am not set up to answer in this channel."
HIDDEN_ACCOUNT = "This channel may not see that account."
ADMINISTRATORS_ONLY = "Only an administrator may allow or forbid that."
ADMINISTRATORS_SWITCH = "Only an administrator may switch previews of links on or off."
ASK_FOR_PERSON = "Ask {people} to allow you, with `/linkedin-stats allow` and your @name."
ASK_FOR_CHANNEL = "Ask {people} to allow it, with `/linkedin-stats allow here` in this channel, or ask me in a channel where I may answer."
ALLOW_YOURSELF = "You are an administrator: `/linkedin-stats allow here` allows it."
ASK_FOR_ACCOUNT = "Ask {people} to add it to `CHANNEL_ACCOUNTS`, or ask where it may be seen."
ASK = "Ask {people}."
AN_ADMINISTRATOR = "an administrator of this workspace"

# ── reporter ────────────────────

ONE_ONLY = "Only the figures of one post or of one account can be given here."
ONE_ONLY_REMEDY = "Name a post by its link, or an account, and for an account a period."

# ── rosters ────────────────────

NO_SUCH_GROUP = "I know no group and no account called “{name}”."
SEE_GROUPS = "`groups` lists the groups and `accounts` the accounts."
NOT_YOUR_ACCOUNT = (
    "Only the person an account is linked to, or an administrator of this bot, can take it out of the team's answers or back in."
)
ONLY_ADMINISTRATORS = "Only an administrator of this bot can say whose account it is."
ASK_TO_LINK = "Ask {people} to do it, or to link the account to you: `link @you acme`."

# ── several ────────────────────

NOBODY_LEFT = "No account of that team can be shown."
NOBODY_LEFT_REMEDY = "`accounts` lists the connected accounts; an administrator can bring one back with `opt in`."
TOO_MANY = "That are {n} accounts, and one answer shows up to {most}."
TOO_MANY_REMEDY = "Make groups of them: `group sales = ann, bob`."
TWO_SIDES = "I do not know which account the other side is."
TWO_SIDES_REMEDY = "Name both, like `acme vs bob last month`, or set the channel's account with `default acme`."
SUM_OF_ONE = "Here only sums are shown, and a sum of one account would be its own figures."
SUM_OF_ONE_REMEDY = "Ask for a group of several accounts."
SUM_OF_ONE_LEFT = "Here only sums are shown, and just now only one of those accounts has figures: the sum would be its own."
SUM_OF_ONE_LEFT_REMEDY = "Try again in a moment."

# ── sights ────────────────────

NOT_SHOWN = "That account's figures are not shown here."
NOT_SHOWN_REMEDY = "`accounts` lists the accounts that can be asked about."
ONLY_TO_YOU = "That account has opted out: its figures are for you alone, not for everybody here."
ONLY_TO_YOU_REMEDY = "Ask without sharing. `opt in` and its name brings it back for everybody."

# ── whose ────────────────────

NO_ACCOUNT = "No LinkedIn account is connected here yet."
NO_ACCOUNT_REMEDY = "Connect one in PostPost, or ask the person who runs this bot to set `POSTPOST_PLATFORM_ID`."
