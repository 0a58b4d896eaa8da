"""Checks Slack and its clock, the statistics API, the database and the scheduler at the same time; each reports its own result."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from time import perf_counter
from typing import Final

import aiohttp
from msgspec import Struct
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.access.visibility import Sources
from bot.errors import (
    ApiKeyInvalid,
    ApiKeyMissing,
    ApiKeyOwnerUnknown,
    BotError,
    NotTheApi,
    PlanWithoutApi,
    RateLimited,
    ServiceFailed,
    Unreachable,
)
from bot.reports.card_parts import accounts_word
from bot.slack.builders import Message, context, escape, header, message_text, moment, section
from bot.slack.web_api import CLOCK_DRIFT, drift, slack_error
from bot.storage.database import Database
from bot.subscriptions.delivery_state import Delivery

ANSWERS: Final = "answers in {ms:,.0f} ms"
SLACK_REFUSES: Final = "It answers {code}. Whoever runs this bot should install the app again, or look at its token."
LAST_FAILED: Final = "It lists the accounts, but the last request to {what} failed ({outcome}). It is asked again with the next question."
ACCOUNTS: Final = "answers in {ms:,.0f} ms, {accounts} connected"
OUT_OF_STEP: Final = "It is {seconds:,.0f} s away from Slack's time. Whoever runs this bot should set it right (NTP)."
NEEDS_AN_ANSWER: Final = "Did 1 post arrive? It waits for your answer: `history` shows it."
NEEDS_ANSWERS: Final = "Did {n} posts arrive? They wait for your answer: `history` shows them."
#: Seconds that a part has to answer.
PATIENCE: Final = 10.0
#: Errors of the whole API, not of one account or post.
WHOLE_API: Final = frozenset(
    error.__name__
    for error in (ApiKeyInvalid, ApiKeyMissing, ApiKeyOwnerUnknown, NotTheApi, PlanWithoutApi, RateLimited, ServiceFailed, Unreachable)
)
ALL_WELL = "Everything works"
ONE_NOT_WELL = "1 of {all} needs a look"
WELL = ":white_check_mark: *{part}*: {detail}"
TROUBLE = ":warning: *{part}*: {trouble}"


class HealthPart(StrEnum):
    """The parts, by their names for people."""

    SLACK = "Slack"
    API = "LinkedIn statistics"
    STORE = "Database"
    CLOCK = "Clock"
    DIGESTS = "Digests"


class Finding(Struct, frozen=True):
    """The state of one part. ``trouble`` is the problem with its remedy, "" for none; ``detail`` has numbers."""

    part: HealthPart
    detail: str = ""
    trouble: str = ""


class HealthService(Struct, frozen=True):
    """Checks the parts; ``findings`` never raises."""

    sources: Sources
    slack: AsyncWebClient
    store: Database
    #: Seconds since the scheduler's last good tick.
    tick_age: Callable[[], float]
    #: What keeps digests from being posted, by part; raises StoreError.
    problems: Callable[[], Awaitable[Mapping[str, str]]]
    #: A workspace's uncertain deliveries; raises StoreError.
    unanswered: Callable[[str], Awaitable[Sequence[Delivery]]]

    async def findings(self, team: str) -> tuple[Finding, ...]:
        async with asyncio.TaskGroup() as group:
            slack = group.create_task(self._slacks())
            api = group.create_task(_checked(HealthPart.API, self._api()))
            store = group.create_task(_checked(HealthPart.STORE, self._database()))
            digests = group.create_task(_checked(HealthPart.DIGESTS, self._digests(team)))
        found, clock = slack.result()
        return (found, api.result(), store.result(), clock, digests.result())

    async def _slacks(self) -> tuple[Finding, Finding]:
        dates: list[str] = []
        found = await _checked(HealthPart.SLACK, self._asked(dates))
        seconds = drift(dates[0], self.sources.clock()) if dates else None
        if seconds is None:
            return found, Finding(HealthPart.CLOCK, "can't be compared while Slack doesn't answer")
        if seconds > CLOCK_DRIFT:
            return found, Finding(HealthPart.CLOCK, trouble=OUT_OF_STEP.format(seconds=seconds))
        return found, Finding(HealthPart.CLOCK, f"{seconds:.0f} s from Slack's")

    async def _asked(self, dates: list[str]) -> Finding:
        began = perf_counter()
        try:
            answer = await self.slack.auth_test()
        except SlackApiError as error:
            return Finding(HealthPart.SLACK, trouble=SLACK_REFUSES.format(code=slack_error(error)))
        dates.append({name.lower(): value for name, value in answer.headers.items()}.get("date", ""))
        return Finding(HealthPart.SLACK, ANSWERS.format(ms=_ms(began)))

    async def _api(self) -> Finding:
        began = perf_counter()
        accounts = await self.sources.statistics.connections.connections()
        failed = [(what, outcome) for what, outcome in self.sources.statistics.last_outcomes.items() if outcome in WHOLE_API]
        troubles = [LAST_FAILED.format(what=what, outcome=outcome) for what, outcome in failed]
        return Finding(HealthPart.API, ACCOUNTS.format(ms=_ms(began), accounts=accounts_word(len(accounts))), " ".join(troubles))

    async def _database(self) -> Finding:
        began = perf_counter()
        await self.store.check_writable()
        return Finding(HealthPart.STORE, ANSWERS.format(ms=_ms(began)))

    async def _digests(self, team: str) -> Finding:
        troubles = list((await self.problems()).values())
        if waiting := await self.unanswered(team):
            troubles.append(NEEDS_AN_ANSWER if len(waiting) == 1 else NEEDS_ANSWERS.format(n=len(waiting)))
        return Finding(HealthPart.DIGESTS, f"checked {max(self.tick_age(), 0):.0f} s ago", " ".join(troubles))


async def _checked(part: HealthPart, finding: Awaitable[Finding]) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            return await finding
    except BotError as error:
        return Finding(part, trouble=str(error))
    except TimeoutError:
        return Finding(part, trouble=f"It didn't answer within {PATIENCE:.0f} seconds. Every question asks it again.")
    except (aiohttp.ClientError, OSError) as error:
        return Finding(part, trouble=f"I can't reach it ({type(error).__name__}). Whoever runs this bot should look at the network.")


def _ms(began: float) -> float:
    return (perf_counter() - began) * 1000


def build_status(findings: Sequence[Finding], now: datetime) -> Message:
    number = sum(bool(one.trouble) for one in findings)
    form = ("{n} of {all} need a look" if number > 1 else ONE_NOT_WELL) if number else ALL_WELL
    title = form.format(n=number, all=len(findings))
    lines = [
        (TROUBLE if one.trouble else WELL).format(part=escape(one.part), detail=escape(one.detail), trouble=escape(one.trouble))
        for one in findings
    ]
    text = message_text("\n".join([f"{title}.", *lines]))
    return Message(text, (header(title), section("\n".join(lines)), context(f"Asked {moment(now)}")))
