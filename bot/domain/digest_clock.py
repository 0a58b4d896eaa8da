"""When a digest is due next: its schedule asked, never raising, since one broken digest must not hold up all others."""

from datetime import datetime

from bot.domain.digests import Digest
from bot.domain.schedules import Schedule, next_after
from bot.errors import BadSchedule


def next_run(digest: Digest, moment: datetime) -> datetime | None:
    """The first moment after this one (both aware) at which the digest is due, in UTC; None when its schedule never comes again.

    A zone that the tz database has dropped since is read as UTC: an hour off is seen and mended, silence is not.
    """
    for zone in (digest.zone, "UTC"):
        try:
            return next_after(Schedule(digest.cron, zone), moment)
        except BadSchedule:
            continue
    return None
