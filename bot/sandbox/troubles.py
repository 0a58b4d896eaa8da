"""The statistics server's trouble as the playground's page switches it: each one with the words a person reads."""

from collections.abc import Mapping, Sequence

from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.statistics.switches import read_trouble
from bot.sandbox.world_accounts import Trouble

#: What each trouble is called on the page; those a visitor should try first come first.
LABELS: Mapping[Trouble, str] = {
    Trouble.SLOW: "Slow: an answer takes three seconds",
    Trouble.RESET: "Down: connections break off",
    Trouble.BAD_GATEWAY: "Down: a gateway answers in its place (502)",
    Trouble.HANG: "It never answers",
    Trouble.SERVER_ERROR: "It answers with an error of its own (500)",
    Trouble.RATE_LIMITED: "LinkedIn is limiting requests (429)",
    Trouble.TOKEN_EXPIRED: "The account's LinkedIn connection has expired (401)",
    Trouble.FORBIDDEN: "The account may not read these figures (403)",
    Trouble.PLAN: "The plan has no analytics (403)",
    Trouble.TIMEOUT: "LinkedIn answers too late (504)",
    Trouble.PARTIAL: "Partial: two of the five figures fail",
    Trouble.ALL_FAILED: "Every figure fails",
    Trouble.UNAVAILABLE: "LinkedIn has no figure for two of the five",
    Trouble.NOTHING_AVAILABLE: "LinkedIn has no figures at all",
    Trouble.MIXED: "One figure fails, one is unavailable",
    Trouble.HTML: "A sign-in page answers in its place",
    Trouble.TRUNCATED: "Answers break off halfway",
}


class StatisticsTroubles:
    """A statistics server's one switch for trouble, met by every request for figures."""

    name = "The statistics service"

    def __init__(self, server: StatisticsServer) -> None:
        self._server = server

    @property
    def troubles(self) -> Sequence[Mapping[str, str]]:
        """Every trouble: `name` and `label`."""
        return [{"name": trouble.value, "label": label} for trouble, label in LABELS.items()]

    @property
    def met(self) -> str | None:
        """The current trouble, or None."""
        trouble = self._server.switches.trouble
        return trouble.value if trouble else None

    def meet(self, name: str | None) -> None:
        """Switches a trouble on, or with None off; empties the cache, so that it takes effect at once.

        Raises:
            ValueError: there is no such trouble; the sentence names them.
        """
        self._server.switches.trouble = None if name is None else read_trouble(name)
        self._server.forget_cache()
