"""The service's endpoints about accounts that a bot can do with, or without: connections, their test, followers.

Shapes and sentences from PostPost's public documentation of each endpoint.
"""

from datetime import UTC, datetime, timedelta
from re import fullmatch
from typing import Any

from bot.sandbox.statistics.answers import StatisticsAnswers, effect_of, find_account
from bot.sandbox.statistics.faults import FOLLOWERS, Effect
from bot.sandbox.statistics.linkedin import LinkedIn, Subject, Value
from bot.sandbox.statistics.rules import Body, read_date_range, read_platform_id
from bot.sandbox.statistics.wire import RefusedError, SandboxAnswer
from bot.sandbox.world_accounts import SAMPLE_ACCOUNT, Trouble, WorldAccount

FOLLOWERS_PATH = "linkedin-followers"
FOLLOWERS_CATCH_ALL = "Failed to fetch followers statistics"
RECONNECT = "The token used in the request has expired"

_ANALYTICS = "r_member_postAnalytics"
_PERMISSIONS = ("w_member_social", "r_basicprofile", _ANALYTICS, "r_member_profileAnalytics")
# The service's list also has connections to other networks.
_OTHER_PLATFORM = {
    "platformId": "twitter-123456789",
    "username": "acmerobotics",
    "displayName": "Acme Robotics",
    "profileImageUrl": None,
    "profileUrl": "https://twitter.com/acmerobotics",
    "accessTokenExpiresAt": None,
    "tokenStatus": "valid",
    "tokenExpiresIn": None,
    "lastSuccessfulPost": None,
    "lastError": None,
}


class Connections:
    """Answers the endpoints about accounts. Methods raise RefusedError for a request that is not in order."""

    def __init__(self, linkedin: LinkedIn, statistics: StatisticsAnswers) -> None:
        self._linkedin, self._statistics, self._world = linkedin, statistics, linkedin.world

    def platform_connections(self) -> SandboxAnswer:
        """GET /platform-connections."""
        every = self._linkedin.switches.list_troubled_accounts
        listed = [self._connection(self._linkedin.as_of_now(account)) for account in self._world.accounts if account.listed or every]
        return SandboxAnswer(200, {"success": True, "connections": [*listed, _OTHER_PLATFORM]})

    def test_connection(self, platform_id: str) -> SandboxAnswer:
        """POST /test-connection/{platformId}: always 200 for a known connection, with the outcome in `status`."""
        if not fullmatch(r"[a-z]+-[^\s/?#]+", platform_id):
            raise RefusedError(400, "Invalid platformId format")
        account = self._world.account(platform_id)
        if account is None:
            raise RefusedError(404, "Connection not found")
        account = self._linkedin.as_of_now(account)
        expired = account.token_life <= timedelta(0)
        allowed = [one for one in _PERMISSIONS if account.trouble is not Trouble.FORBIDDEN or one != _ANALYTICS]
        connection = self._connection(account)
        return SandboxAnswer(
            200,
            {
                "platform": "linkedin",
                "platformId": platform_id,
                "username": account.display_name,
                "status": "error" if expired else "ok",
                "message": RECONNECT if expired else f"Connected as {account.display_name}",
                "permissions": [] if expired else allowed,
                **{name: connection[name] for name in ("tokenExpiresIn", "lastSuccessfulPost", "lastError")},
            },
        )

    def followers(self, body: Body) -> SandboxAnswer:
        """POST /linkedin-followers."""
        platform_id, period = read_platform_id(body), body.get("period", "lifetime")
        if period not in ("lifetime", "daily"):
            raise RefusedError(400, "Invalid period")
        if period == "daily" and body.get("dateRange") is None:
            raise RefusedError(400, "dateRange is required for daily period")
        date_range = read_date_range(body) if period == "daily" else None
        account = find_account(self._linkedin, platform_id)
        met = self._statistics.met(FOLLOWERS_PATH) or account.trouble
        if met is Trouble.ALL_FAILED:
            met = Trouble.SERVER_ERROR
        if instead := self._statistics.instead(met, FOLLOWERS_CATCH_ALL):
            return instead
        effect = effect_of(met)
        given = self._daily(account, date_range, effect) if date_range is not None else self._lifetime(account, effect)
        return self._statistics.spoiled(met, given)

    def _lifetime(self, account: WorldAccount, effect: Effect) -> SandboxAnswer:
        today = self._linkedin.clock().astimezone(UTC).date()
        key = (account.platform_id, "followers")
        return self._read(
            Subject(key, lambda _: self._world.followers(account.platform_id, today), effect), lambda count: {"followersCount": count}
        )

    def _daily(self, account: WorldAccount, date_range: Body, effect: Effect) -> SandboxAnswer:
        name = account.platform_id
        start, end = self._linkedin.clip(name, date_range)
        days = [start + timedelta(days=n) for n in range((end - start).days)]
        return self._read(
            Subject(
                (name, "followers", start, end),
                lambda _: [{"date": day.isoformat(), "count": self._world.day(name, day).followers} for day in days],
                effect,
            ),
            lambda data: {"data": data, "totalGrowth": None if data is None else self._world.new_followers(name, start, end)},
        )

    def _read(self, subject: Subject, fields: Any) -> SandboxAnswer:
        if self._linkedin.is_limited(subject, (FOLLOWERS,)):
            return self._statistics.instead(Trouble.RATE_LIMITED, FOLLOWERS_CATCH_ALL) or SandboxAnswer(429, {})
        (reading,) = self._linkedin.read(subject, (FOLLOWERS,))
        value: Value = reading.value
        body = {"success": True, **fields(value)}
        if not self._linkedin.switches.omit_cached:
            body["cached"] = reading.cached
        return SandboxAnswer(200, body, linkedin_calls=int(not reading.cached))

    def _connection(self, account: WorldAccount) -> dict[str, Any]:
        now = self._linkedin.clock()
        latest = next(iter(self._world.posts(account.platform_id, now)), None)
        expired = account.token_life <= timedelta(0)
        failed_at = now + account.token_life + timedelta(hours=7)
        return {
            "platformId": account.platform_id,
            "username": account.display_name,
            "displayName": account.display_name,
            "profileImageUrl": None,
            "profileUrl": _profile(account),
            "accessTokenExpiresAt": timestamp(now + account.token_life),
            "tokenStatus": account.token_status,
            "tokenExpiresIn": _time_left(account.token_life),
            "lastSuccessfulPost": timestamp(latest.published) if latest else None,
            "lastError": {"message": RECONNECT, "occurredAt": timestamp(failed_at)} if expired else None,
        }


def timestamp(moment: datetime) -> str:
    """A moment as the service writes it: ISO 8601, UTC, milliseconds, "Z"."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _profile(account: WorldAccount) -> str:
    kind = "company" if account.platform_id == SAMPLE_ACCOUNT else "in"
    return f"https://www.linkedin.com/{kind}/{account.slug}"


def _time_left(left: timedelta) -> str:
    """The service's words: "7d 3h", "5h" under a day, "< 1h", "expired" (PostPost's documentation, connections)."""
    hours = left // timedelta(hours=1)
    if left <= timedelta(0):
        return "expired"
    if not hours:
        return "< 1h"
    return f"{hours // 24}d {hours % 24}h" if hours >= 24 else f"{hours}h"  # noqa: PLR2004 - hours of a day
