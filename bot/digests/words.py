"""Everything this room says to people, in one place: a translation is another file like this one."""

from typing import Final

# ── delivery ────────────────────

NO_TIME = "the figures took longer than one claim"

# ── outcomes ────────────────────

#: Who answers for a digest that would rather be posted twice than not at all, in the ledger's trail.
BY_ITS_RULE: Final = "the digest's own rule"

# ── owed ────────────────────

#: Who pauses a digest after too many failures, in the record of changes.
BY_ITSELF = "the bot"

# ── timing ────────────────────

LEASE_TOO_SHORT = "DELIVERY_LEASE must be longer than DELIVERY_TIMEOUT and {guard:g} seconds more."
LEASE_REMEDY = "Set DELIVERY_LEASE above {least:g}, or DELIVERY_TIMEOUT lower."
