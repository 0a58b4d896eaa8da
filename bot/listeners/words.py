"""Everything this room says to people, in one place: a translation is another file like this one."""


# ── conversation ────────────────────

#: What is being fetched, where the words have not been read yet.
WORK = "the figures from LinkedIn"

# ── digests ────────────────────

DONE = "{said}\nYou find it again with `digest list`."

# ── steps ────────────────────

SEVERAL = "Several accounts would do: name one in the step's field Account."
OLD_MANIFEST = "The app in this workspace is of another version than the bot: update its manifest and install it again."
NOBODY = "The step does not say on whose behalf it asks: choose a person in its field Person."

# ── uploads ────────────────────

WITHOUT_SCOPE = "I lack the permission `files:write`; the app must be installed again with it."
NOT_TAKEN = "Slack did not take it ({code})."
NOT_REACHED = "Slack could not be reached."
