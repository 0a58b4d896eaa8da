"""A watch's rule, the moments at which a post's figures follow, and the commands about watches as values."""

import json
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from bot.management.actions import SubscriptionAction
from bot.schedules.tokens import quiet_ends, quiet_until
from bot.statistics.posts import KnownPost, PostKind, PostRef
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription, event_delivery

#: The first word of every command about watches.
WATCH: Final = "watch"
WATCH_WORDS: Final = frozenset({WATCH, "watches", "unwatch"})
EXAMPLES: Final = ("watch acme in #marketing",)
#: What is understood whatever the accounts are called.
ALWAYS: Final = ("watch team",)
#: How a message names its watch, by the beginning of the id.
WATCH_ID: Final = "watch {id}"
#: How long after its publication a post's figures follow, by the name of the reply and as it is said.
POINTS: Final = {"24h": timedelta(hours=24), "72h": timedelta(hours=72), "7d": timedelta(days=7)}
POINT_WORDS: Final = {"24h": "24 hours", "72h": "72 hours", "7d": "7 days"}
#: What is later than this is not posted any more: a post's message after its publication, and the last figures after they were due.
MOST_LATE: Final = timedelta(days=7)

_POST = "post"


class WatchRule(Struct, frozen=True):
    """From when on posts are announced (aware); whose, a group's name or "team"; and hours without posts ("20:00-8:00", "" for none)."""

    since: datetime
    who: str = ""
    quiet: str = ""

    def as_json(self) -> str:
        # Without quiet hours, earlier versions can read it.
        quiet = {"quiet": self.quiet} if self.quiet else {}
        return json.dumps({"since": self.since.isoformat(), "who": self.who, **quiet}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "WatchRule | None":
        """The stored rule; None when a newer version stored it and this one cannot read it."""
        try:
            stored = json.loads(text)
            rule = cls(**{**stored, "since": datetime.fromisoformat(stored["since"])})
            if rule.quiet:
                quiet_ends(rule.quiet)
        except (ValueError, KeyError, TypeError):
            return None
        return rule

    def quiet_until(self, zone: str, now: datetime) -> datetime | None:
        """When its quiet hours end that this moment (aware) is in; None where it is in none."""
        return quiet_until(self.quiet, zone, now)


class WatchCommand(Struct, frozen=True):
    """A command about watches. ``which`` names one for what is done to it, ``who`` whose posts are watched; both as typed."""

    action: SubscriptionAction
    which: str = ""
    who: tuple[str, ...] = ()
    #: Slack's id; "" for the channel in which it is asked.
    channel: str = ""
    #: Quiet hours, "" for none; None where they stay.
    quiet: str | None = None
    #: Of a change: who are watched too, and who no longer.
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    #: The words of a change, for where it may be meant of several watches.
    change: str = ""


class WatchDraft(Struct, frozen=True):
    """What a watch is to be: the platform ids of its accounts, or a group's name ("team" for all), the channel's id, its quiet hours."""

    accounts: tuple[str, ...]
    group: str
    channel: str
    #: "" for none; None where they stay, or where a new one names none.
    quiet: str | None = None


class LivePost(Struct, frozen=True):
    """A post that went live, and its account's platform id."""

    post: PostRef
    platform_id: str
    published: datetime


def went_live(watch: Subscription, known: KnownPost) -> Delivery | None:
    """The delivery that announces a post, one for each however often it is edited; None where its id does not say when it was published."""
    published = known.post.published_at
    if published is None:
        return None
    about = f"{_POST} {known.post.urn} {known.platform_id}"
    return event_delivery(watch, f"{_POST} {known.group_id} {known.platform_id}", about, published)


def live_post(about: str) -> LivePost | None:
    kind, _, rest = about.partition(" ")
    urn, _, platform_id = rest.partition(" ")
    if kind != _POST or not platform_id:
        return None
    post = PostRef(PostKind(urn.split(":")[-2]), int(urn.split(":")[-1]))
    return LivePost(post, platform_id, post.published_at) if post.published_at else None
