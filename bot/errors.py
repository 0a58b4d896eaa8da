"""Every error of the bot, with its sentence for people.

::

    BotError                       an error with a sentence and a remedy for people
    ├─ UsageError                  the words are not a valid command or question
    │  ├─ NotAPost                 a link or URN that is something else than a post
    │  ├─ ActivityLink             an activity link, whose post LinkedIn hides behind another number
    │  ├─ BadPeriod                a period that is reversed, in the future, too long or unreadable
    │  │  └─ NotOverYet            a day that isn't over in UTC
    │  ├─ BadSchedule              a schedule with an unknown zone or time, too often, never, or unreadable
    │  ├─ UnknownAccount           a name that no account has
    │  ├─ AmbiguousAccount         a name that several accounts have
    │  ├─ NoAccount                no account is connected, named or configured
    │  ├─ TooManyPosts             more posts than one answer shows
    │  └─ NotUnderstood            none of the above: did you mean …?
    ├─ NotAllowed                  this person or this channel may not ask for that
    ├─ StatisticsError             the statistics API did not give what was asked for
    │  ├─ RequestRefused           400: the service calls the request wrong
    │  ├─ ApiKeyError              401 about the key
    │  │  ├─ ApiKeyMissing         "API key is required"
    │  │  ├─ ApiKeyInvalid         "Invalid API key"
    │  │  └─ ApiKeyOwnerUnknown    "Invalid API key owner"
    │  ├─ PlanWithoutApi           403 about the plan
    │  ├─ ClientUnknown            400, 403: the key does not manage this client (a managed user)
    │  ├─ TokenExpired             401 LINKEDIN_TOKEN_EXPIRED: the account must be reconnected
    │  ├─ NotPermitted             403 otherwise: not a post of this account, or no permission
    │  ├─ ConnectionUnknown        404 JSON: no such account at the service
    │  ├─ NotTheApi                HTML or anything else that is not the API's JSON
    │  ├─ RateLimited              429: LinkedIn throttles
    │  ├─ MetricFailed             500 "Failed to fetch metric from LinkedIn" for a single metric
    │  ├─ NothingReported          an answer without a single figure
    │  ├─ NobodyLeft               every account that was meant has opted out
    │  ├─ NothingFetched           none of a digest's accounts gave a figure: each with its cause
    │  └─ Unreachable              500, 502, 503, 504, time-out, connection lost
    │     └─ ServiceFailed         500 "Failed to fetch LinkedIn … statistics"
    ├─ BadDigestFile               a file of digests that cannot be imported
    ├─ SettingsError               the configuration cannot be used
    ├─ StoreError                  the database cannot be used
    └─ PortInUse                   a server's port is taken by another program

Each class has one ``sentence`` for the person who asked and one ``remedy``: what to do next. Neither ever holds a key or a token.
A StatisticsError has another sentence for places where nobody asked, as in a digest: its ``diagnosis``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

_MOST_NAMED, _NAME_LIMIT = 3, 60  # accounts named in one sentence, and characters of their names
SAY_WHICH, LEAVE_ONE_OUT = "Say which one:", "Leave one of them out."


class BotError(Exception):
    """An error for people; ``sentence`` says what happened, ``remedy`` what to do."""

    sentence: str = "Something went wrong."
    remedy: str = "Try again in a moment."

    def __init__(self, sentence: str | None = None, *, remedy: str | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        if remedy is not None:
            self.remedy = remedy
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return ("\n" if "\n" in self.sentence else " ").join((self.sentence, self.remedy)).strip()


class UsageError(BotError):
    """The words are no valid command or question; ``suggestions`` can be pasted instead, ``about`` says by a word of each what it is."""

    #: The question about the posts, or the account and its days, that the words name; "" for none.
    subject = ""

    def __init__(self, sentence: str, *, remedy: str = "", suggestions: Sequence[str] = (), about: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence, remedy=remedy)
        self.suggestions, self.about = tuple(suggestions), about or {}


class NotAPost(UsageError):
    """A link or a URN of something else than a post (a profile, an article, a comment, a short link)."""


class ActivityLink(UsageError):
    """An activity link: LinkedIn's statistics need the share or ugcPost id, a different number."""


class BadPeriod(UsageError):
    """A period that is reversed, in the future, longer than 365 days, or not a date."""


class NotOverYet(BadPeriod):
    """A single day that isn't over in UTC; the first suggestion asks for the day before."""


class BadSchedule(UsageError):
    """A schedule that is unreadable, too often or never, or whose zone or time does not exist."""


class UnknownAccount(UsageError):
    """A name that no connected account has."""


class AmbiguousAccount(UsageError):
    """A name that more than one connected account has."""


class NoAccount(UsageError):
    """No LinkedIn account is connected at the service or named in the settings."""


class TooManyPosts(UsageError):
    """More posts in one question than one answer shows."""


class NotUnderstood(UsageError):
    """Words without a meaning here; ``suggestions`` are similar ones."""


class NotAllowed(BotError):
    """This person or this channel may not ask for that; ``remedy`` says who can allow it."""


class StatisticsError(BotError):
    """The statistics API did not return the requested figures.

    Args:
        reported: the service's own ``error`` text, foreign and unescaped; for the log, for the person only where the specification says so.
        status: the HTTP status, or None when there was no answer. ``platform_id``: the account of the request, or None.
        retry_at: when a retry makes sense (aware, UTC), or None when that is unknown.
    """

    #: Whether a later retry may succeed without any repair.
    passing: bool = False
    #: The problem of one or more accounts where nobody asked; "" where ``sentence`` fits there too.
    cause: str = ""
    #: The remedy for that, "" where only time helps; None where ``remedy`` fits there too.
    cure: str | None = None

    def __init__(
        self, reported: str = "", *, status: int | None = None, platform_id: str | None = None, retry_at: datetime | None = None
    ) -> None:
        super().__init__()
        self.reported, self.status, self.platform_id, self.retry_at = reported, status, platform_id, retry_at

    @property
    def diagnosis(self) -> str:
        """The problem of an account with its remedy, for places where nobody asked: without advice to ask again."""
        return f"{self.cause or self.sentence} {self.remedy if self.cure is None else self.cure}".strip()

    @property
    def shared(self) -> str:
        """The text that all errors of the same cause share, without the account."""
        return self.diagnosis


class RequestRefused(StatisticsError):
    """400: the service calls the request wrong; its own text says what (shown to the person, escaped)."""

    sentence = "The statistics service refused the request."
    remedy = "Check the post or the period and ask again."
    cure = ""


class ApiKeyError(StatisticsError):
    """401 about the API key: only the person who runs the bot can mend it."""

    sentence = "The statistics service doesn't accept this bot's API key."
    remedy = "Ask the person who runs this bot to set a valid `POSTPOST_API_KEY`."


class ApiKeyMissing(ApiKeyError):
    """401 "API key is required": the key did not reach the service."""

    sentence = "The statistics service got no API key from this bot."
    remedy = (
        "Ask the person who runs this bot to set `POSTPOST_API_KEY` (and `POSTPOST_API_KEY_HEADER`, if the service uses another header)."
    )


class ApiKeyInvalid(ApiKeyError):
    """401 "Invalid API key"."""


class ApiKeyOwnerUnknown(ApiKeyError):
    """401 "Invalid API key owner": the key's owner is gone from the service."""

    sentence = "The owner of this bot's API key no longer exists at the statistics service."
    remedy = "Ask the person who runs this bot to make a new key in PostPost and set it as `POSTPOST_API_KEY`."


class PlanWithoutApi(StatisticsError):
    """403 "API access is not enabled for this account" or ANALYTICS_PLAN_REQUIRED: the plan."""

    sentence = "The PostPost plan behind this bot doesn't include the statistics API."
    remedy = "The owner of the PostPost account can see and change the plan in PostPost's settings."


class ClientUnknown(StatisticsError):
    """400 "Invalid x-postpost-user-id", 403 "User is not managed by key" or "Workspace access is not enabled for this key"."""

    sentence = "PostPost doesn't let this key act for that client."
    remedy = "Check in PostPost that the key's account manages the client, and may: PostPost enables workspace access on request."


class TokenExpired(StatisticsError):
    """401 LINKEDIN_TOKEN_EXPIRED: the LinkedIn account must be reconnected; the key is fine."""

    sentence = "LinkedIn no longer accepts this account's connection."
    remedy = "Reconnect the account in PostPost, then ask again."
    cause = "LinkedIn access has ended."
    cure = "Reconnect in PostPost."


class NotPermitted(StatisticsError):
    """403 otherwise: another member's post, or LinkedIn did not grant the permission."""

    sentence = "LinkedIn gives these figures only to the account that published the post, and this one didn't, or it may not read them."
    remedy = "Name the account that published it, or reconnect the account in PostPost with permission to read its statistics."
    cause = "LinkedIn doesn't allow reading the statistics."
    cure = "Reconnect in PostPost with permission to read them."


class AccountNotPermitted(NotPermitted):
    """403 otherwise on a question about an account: LinkedIn did not grant the permission."""

    sentence = "LinkedIn doesn't allow reading this account's statistics."
    remedy = "Reconnect the account in PostPost with permission to read its statistics."


class ConnectionUnknown(StatisticsError):
    """404 in JSON: the service knows no such account."""

    sentence = "PostPost doesn't know this LinkedIn account."
    remedy = "See the connected ones with `accounts`."
    cause = "PostPost doesn't know this connection."
    cure = "Connect in PostPost again, or choose other accounts."


class NotTheApi(StatisticsError):
    """HTML, or anything else that is not the API's JSON: a wrong base URL, or a proxy in between."""

    sentence = "Something else answered in place of the statistics service."
    remedy = "Ask the person who runs this bot to check `POSTPOST_BASE_URL` and the network in between."


class RateLimited(StatisticsError):
    """429: LinkedIn throttles; ``retry_at`` says when to ask again."""

    sentence = "LinkedIn is limiting requests right now."
    remedy = "Try again in a minute."
    cause = "LinkedIn was limiting requests."
    cure = ""
    passing = True


class MetricFailed(StatisticsError):
    """500 "Failed to fetch metric from LinkedIn" for a single metric."""

    sentence = "LinkedIn didn't give this figure right now."
    remedy = "Try again in a moment."
    cause = "LinkedIn didn't give the figures."
    cure = ""
    passing = True


class NothingReported(StatisticsError):
    """LinkedIn answered, and has no figure at all for these accounts and days."""

    sentence = "LinkedIn has no figures for these accounts and days."
    remedy = "Check in PostPost that the accounts are connected with permission to read their statistics."
    cause = "LinkedIn has no figures for these days."
    cure = "Check the connection in PostPost, and its permission to read statistics."


class NobodyLeft(StatisticsError):
    """No account that was to be shown may be shown."""

    sentence = "None of these accounts can be shown any more."
    remedy = "Choose others, or ask whoever they belong to."


class NothingFetched(StatisticsError):
    """None of a digest's accounts, one or several, gave a figure; the sentence names each with its diagnosis, three at most.

    ``failures`` are each account's name (foreign text) and error, one or more. A retry may succeed as soon as it may for one of them:
    the first such error says when.
    """

    remedy = ""

    def __init__(self, failures: Sequence[tuple[str, StatisticsError]]) -> None:
        sentences = [f"{_short(name)}: {error.diagnosis}" for name, error in failures[:_MOST_NAMED]]
        self.sentence = " ".join([*sentences, *([f"And {len(failures) - _MOST_NAMED} more."] if len(failures) > _MOST_NAMED else [])])
        told_apart = {error.diagnosis for _, error in failures if not isinstance(error, NothingReported)}
        self._shared = " ".join(sorted(told_apart)) or failures[0][1].diagnosis
        first = next((error for _, error in failures if error.passing), failures[0][1])
        super().__init__(first.reported, status=first.status, retry_at=first.retry_at)
        self.passing = first.passing

    @property
    def shared(self) -> str:
        """The problems without the accounts' names; accounts that only lack figures are left out if others failed."""
        return self._shared


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LIMIT else f"{name[: _NAME_LIMIT - 1].rstrip()}…"


class Unreachable(StatisticsError):
    """A temporary error: 500, 502, 503, 504, a time-out, or a lost connection."""

    sentence = "LinkedIn's figures can't be reached right now."
    remedy = "Try again in a minute."
    cause = "LinkedIn's figures couldn't be reached."
    cure = ""
    passing = True


class ServiceFailed(Unreachable):
    """500 "Failed to fetch LinkedIn post statistics" or "… account statistics"."""


class BadDigestFile(BotError):
    """A file of digests that cannot be imported; the sentence names every bad entry, a line each."""


class SettingsError(BotError):
    """The configuration cannot be used; the sentence names the setting, never its secret value."""

    sentence = "The settings can't be used."
    remedy = "See .env.example for every setting."


class StoreError(BotError):
    """The database cannot be used: unreachable, newer than this program, or locked for too long."""

    sentence = "The bot's database can't be used right now."
    remedy = "Ask the person who runs this bot to look at the log."


class PortInUse(BotError):
    """A server could not listen because another program has its port."""

    remedy = "Choose another port, or stop the other program."

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is taken by another program.")
