"""Everything that provokes something in the statistics server: one table for `sandbox --help`, the README and the page.

keys · accounts · posts · figures · switches
"""

from dataclasses import dataclass
from textwrap import wrap

from bot.sandbox.statistics.answers import ACCOUNT_CATCH_ALL, NOT_FOUND, POST_CATCH_ALL
from bot.sandbox.statistics.faults import FORBIDDEN
from bot.sandbox.statistics.routes import KEY_INVALID, KEY_WITHOUT_OWNER, KEY_WITHOUT_PLAN
from bot.sandbox.statistics.switches import described
from bot.sandbox.world import SAMPLE_POSTS
from bot.sandbox.world_accounts import ACCOUNTS, CLIENTS, FOREIGN_POST, KEYS, POST_TROUBLES, SAMPLE_ACCOUNT, KeyState, Trouble, WorldAccount


@dataclass(frozen=True, slots=True)
class Row:
    """One way to provoke something."""

    kind: str  # its heading
    name: str  # what to send, or the switch to turn
    tells: str  # what happens then, a sentence
    status: int = 200  # of the answer; 0 when there is none; of no meaning for a switch
    error: str | None = None  # the answer's `error`


_TOLD: dict[Trouble, tuple[str, int, str | None]] = {
    Trouble.TOKEN_EXPIRED: ("The LinkedIn token has expired: 401.", 401, "LINKEDIN_TOKEN_EXPIRED"),
    Trouble.FORBIDDEN: ("LinkedIn refuses, forwarded: 403.", 403, FORBIDDEN),
    Trouble.PLAN: ("The plan holds no analytics: 403.", 403, "ANALYTICS_PLAN_REQUIRED"),
    Trouble.RATE_LIMITED: ("LinkedIn limits requests: 429, with the seconds to wait.", 429, "LINKEDIN_RATE_LIMITED"),
    Trouble.TIMEOUT: ("LinkedIn is too slow for the service: 504.", 504, "LINKEDIN_REQUEST_TIMEOUT"),
    Trouble.SERVER_ERROR: ("The service's own catch-all error: 500.", 500, None),
    Trouble.BAD_GATEWAY: ("A gateway's HTML page: 502.", 502, None),
    Trouble.SLOW: ("The figures, after 3 seconds (switch slow_ms).", 200, None),
    Trouble.HANG: ("No answer ever comes.", 0, None),
    Trouble.RESET: ("The connection is reset.", 0, None),
    Trouble.HTML: ("A Wi-Fi's sign-in page, HTML with status 200.", 200, None),
    Trouble.TRUNCATED: ("JSON that breaks off half-way.", 200, None),
    Trouble.PARTIAL: ("Reach and reshares fail, the rest is there.", 200, None),
    Trouble.ALL_FAILED: ("Every metric fails.", 200, None),
    Trouble.UNAVAILABLE: ("LinkedIn has no figure for reach and reshares; nothing failed.", 200, None),
    Trouble.NOTHING_AVAILABLE: ("LinkedIn has no figure for any metric; nothing failed.", 200, None),
    Trouble.MIXED: ("Reach is unavailable, reshares fail, the rest is there.", 200, None),
}
_KEYS = {
    KeyState.VALID: ("Opens everything.", 200, None),
    KeyState.AGENCY: ("An agency's: other accounts, and clients.", 200, None),
    KeyState.WITHOUT_OWNER: ("A key whose owner is gone: 401.", 401, KEY_WITHOUT_OWNER),
    KeyState.WITHOUT_PLAN: ("A key whose plan has no API: 403.", 403, KEY_WITHOUT_PLAN),
}


def _account_row(account: WorldAccount) -> Row:
    if account.trouble is not None:
        tells, status, error = _told(account.trouble, "account")
        return Row("account", account.platform_id, f"{account.display_name}. {tells}", status, error)
    expiring = " The token is about to expire." if account.token_status == "expiring_soon" else ""  # noqa: S105
    return Row("account", account.platform_id, f"{account.display_name}. All is well.{expiring}")


def _post_row(number: int, trouble: Trouble) -> Row:
    tells, status, error = _told(trouble, "post")
    whose = "Another member's post. " if number == FOREIGN_POST else ""
    return Row("post", f"urn:li:share:{number}", whose + tells, status, error)


def _told(trouble: Trouble, kind: str) -> tuple[str, int, str | None]:
    tells, status, error = _TOLD[trouble]
    return tells, status, {"account": ACCOUNT_CATCH_ALL, "post": POST_CATCH_ALL}[kind] if trouble is Trouble.SERVER_ERROR else error


def _rows() -> tuple[Row, ...]:
    samples, other = list(SAMPLE_POSTS), "A post of linkedin-ABC; fails for every other account."
    return (
        *(Row("key", key, *_KEYS[state]) for key, state in KEYS.items()),
        Row("key", "unknown-key", "Any key not named here: 401.", 401, KEY_INVALID),
        *(Row("client", client, ", ".join(one.display_name for one in accounts) + ".") for client, accounts in CLIENTS.items()),
        *map(_account_row, ACCOUNTS),
        Row("account", "linkedin-Nobody", "Any account not named here: 404.", 404, NOT_FOUND),
        *(_post_row(number, met) for number, met in POST_TROUBLES.items()),
        Row("post", "urn:li:activity:7300000000000000011", "Any activity URN, or what is no URN: every metric fails."),
        Row("figures", f"urn:li:share:{samples[0]}", f"PostPost's own sample, a post of {SAMPLE_ACCOUNT}."),
        Row("figures", f"urn:li:share:{samples[1]}", other),
        Row("figures", "any other share or ugcPost", "Belongs to whichever healthy account asks; grows with its age."),
        Row("figures", "January 2024", f"{SAMPLE_ACCOUNT}'s month with the totals and days of PostPost's samples."),
        *(Row("switch", name, tells) for name, tells in described().items()),
    )


TROUBLES = _rows()


def as_text(width: int = 100) -> str:
    """The table as aligned text of `width` columns, a heading for each kind."""
    kinds = dict.fromkeys(row.kind for row in TROUBLES)
    return "\n\n".join(_section(kind, width) for kind in kinds)


def _section(kind: str, width: int) -> str:
    rows = [row for row in TROUBLES if row.kind == kind]
    column = max(len(row.name) for row in rows) + 4
    lines = [line for row in rows for line in _lines(row, column, width)]
    return "\n".join([_HEADINGS[kind], *lines])


_HEADINGS = {
    "key": "API keys",
    "client": "Clients of the key `agency` (managed users, named in the header x-postpost-user-id)",
    "account": "Accounts",
    "post": "Posts, asked for by any account that is well",
    "figures": "Figures",
    "switch": "Switches (POST /_sandbox/switches, or server.switches)",
}


def _lines(row: Row, column: int, width: int) -> list[str]:
    lines = wrap(row.tells, width - column) or [""]
    return [f"  {row.name}".ljust(column) + lines[0], *(" " * column + more for more in lines[1:])]
