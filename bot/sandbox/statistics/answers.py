"""The two endpoints of PostPost's "LinkedIn Statistics": a request becomes its refusal, its trouble or its figures.

    body ──rules──▶ query ──▶ known account? ──▶ trouble instead? ──▶ readings ──shapes──▶ answer

Trouble is the fault of the moment, else the switched one, else the account's, else the post's.
"""

from dataclasses import replace

from bot.sandbox.statistics.faults import EFFECTS, NO_EFFECT, Effect, StatisticsFaults, trouble_answer
from bot.sandbox.statistics.linkedin import LinkedIn, Subject, read_urn
from bot.sandbox.statistics.rules import Body, RequestedMetric, read_account_query, read_post_query
from bot.sandbox.statistics.shapes import Form, shape
from bot.sandbox.statistics.wire import Manner, RefusedError, SandboxAnswer
from bot.sandbox.world_accounts import POST_TROUBLES, Trouble, WorldAccount

POST_PATH = "linkedin-post-statistics"
ACCOUNT_PATH = "linkedin-account-statistics"
NOT_FOUND = "LinkedIn connection not found"
POST_CATCH_ALL = "Failed to fetch LinkedIn post statistics"
ACCOUNT_CATCH_ALL = "Failed to fetch LinkedIn account statistics"

Met = Trouble | SandboxAnswer | None  # what a valid request gets instead of its figures; None for the figures


class StatisticsAnswers:
    """Answers both statistics endpoints. Every method raises RefusedError for an invalid request."""

    def __init__(self, linkedin: LinkedIn, faults: StatisticsFaults) -> None:
        self._linkedin, self._faults, self._switches = linkedin, faults, linkedin.switches

    def of_post(self, body: Body) -> SandboxAnswer:
        """POST /linkedin-post-statistics."""
        query = read_post_query(body, self._switches)
        account = find_account(self._linkedin, query.platform_id)
        number = read_urn(query.posted_id)
        met = self.met(POST_PATH) or self._trouble_of(number, account)
        if instead := self.instead(met, POST_CATCH_ALL):
            return instead
        subject = self._linkedin.post(account.platform_id, number or 0, effect_of(met))
        return self._figures(met, subject, query.wanted, Form("count"))

    def of_account(self, body: Body) -> SandboxAnswer:
        """POST /linkedin-account-statistics."""
        query = read_account_query(body, self._switches)
        account = find_account(self._linkedin, query.platform_id)
        met = self.met(ACCOUNT_PATH) or account.trouble
        if instead := self.instead(met, ACCOUNT_CATCH_ALL):
            return instead
        subject = self._linkedin.window(account.platform_id, query.date_range, daily=query.daily, effect=effect_of(met))
        return self._figures(met, subject, query.wanted, Form("data", "DAILY" if query.daily else "TOTAL"))

    def met(self, path: str) -> Met:
        """The fault for this request to `path`: the next ordered one, or the one that is switched on."""
        return self._faults.take(path) or self._switches.trouble

    def instead(self, met: Met, catch_all: str) -> SandboxAnswer | None:
        """The response in place of figures, or None; `catch_all` is the sentence of the endpoint's own 500."""
        return trouble_answer(met, self._switches, catch_all) if isinstance(met, Trouble) else met

    def spoiled(self, met: Met, answer: SandboxAnswer) -> SandboxAnswer:
        """The response, delayed or truncated when the fault is of that kind."""
        if met is Trouble.SLOW:
            return replace(answer, delay_ms=self._switches.slow_ms)
        return replace(answer, manner=Manner.TRUNCATED) if met is Trouble.TRUNCATED else answer

    def _figures(self, met: Met, subject: Subject, wanted: RequestedMetric, form: Form) -> SandboxAnswer:
        if self._linkedin.is_limited(subject, wanted.metrics):
            return trouble_answer(Trouble.RATE_LIMITED, self._switches, POST_CATCH_ALL) or SandboxAnswer(429, {})
        readings = self._linkedin.read(subject, wanted.metrics)
        return self.spoiled(met, shape(readings, form, self._switches, single=wanted.single))

    def _trouble_of(self, number: int | None, account: WorldAccount) -> Trouble | None:
        if account.trouble is not None:
            return account.trouble
        owner = self._linkedin.world.owner(number) if number is not None else None
        documented = Trouble.ALL_FAILED if number is None else POST_TROUBLES.get(number)
        foreign = documented is Trouble.ALL_FAILED or owner not in {None, account.platform_id}
        if foreign:
            return Trouble.FORBIDDEN if self._switches.foreign_forbidden else Trouble.ALL_FAILED
        return documented


def find_account(linkedin: LinkedIn, platform_id: str) -> WorldAccount:
    """The connection with this id, as it is now. Raises RefusedError (404) when there is none."""
    found = linkedin.world.account(platform_id)
    if found is None:
        raise RefusedError(404, NOT_FOUND)
    return linkedin.as_of_now(found)


def effect_of(met: Met) -> Effect:
    """The effect of a fault on single metrics."""
    return EFFECTS.get(met, NO_EFFECT) if isinstance(met, Trouble) else NO_EFFECT
