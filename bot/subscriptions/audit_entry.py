"""What people change and is kept: who changed what, when, from what to what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """What was changed."""

    CHANNEL_DEFAULT = "channel_default"
    #: A guest whom an administrator lets ask; ``after`` is "allowed", or None when that was taken back.
    ALLOWED_PERSON = "allowed_person"
    #: A channel that an administrator opened, also one shared with another company; ``after`` as above.
    ALLOWED_CHANNEL = "allowed_channel"
    #: Previews of links to posts, for the whole workspace; ``subject`` is its id, ``after`` as above.
    UNFURLS = "unfurls"
    DIGEST = "digest"
    #: One occurrence, skipped by a person; ``after`` is its moment on the digest's clock.
    DIGEST_SKIP = "digest_skip"
    #: One occurrence, sent at once by a person; ``after`` is its delivery's id.
    DIGEST_SEND = "digest_send"
    #: A group of accounts; ``after`` is their ids.
    GROUP = "group"
    #: An account that left the team's answers ("out"), or came back ("in").
    OPT_OUT = "opt_out"
    #: Whose account it is; ``after`` is a Slack user id, or None for nobody.
    ACCOUNT_LINK = "account_link"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change. ``by`` is a Slack user id, or the words for whoever else did it; ``at`` is aware, in UTC."""

    team: str
    kind: ChangeKind
    #: What it belongs to: a channel's id, a person's, a digest's.
    subject: str
    before: str | None
    after: str | None
    by: str
    at: datetime
