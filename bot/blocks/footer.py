"""A card's last line: where the figures come from, how fresh they are, and how the rate is counted."""

from bot.blocks.mrkdwn import moment
from bot.blocks.words import CACHED, FOOTER_FETCHED, RATE_BASIS, RATE_FORMULA, RECALLED, UTC_DAYS
from bot.domain.metrics import RateBasis
from bot.domain.reports import Freshness


def source(freshness: Freshness) -> str:
    """Live, cached or recalled. How long the service caches is never said: its own pages disagree."""
    if not freshness.recalled:
        return CACHED[freshness.cached]
    return f"{RECALLED}, {CACHED[freshness.cached]}" if freshness.cached else RECALLED


def footer(freshness: Freshness, basis: RateBasis | None, *, by_days: bool) -> str:
    """A card's last line in mrkdwn. ``basis`` None leaves out the rate's formula; ``by_days`` says the figures cover whole UTC days."""
    fetched = FOOTER_FETCHED.format(moment=moment(freshness.fetched_at), source=source(freshness))
    parts = [UTC_DAYS, fetched] if by_days else [fetched[0].upper() + fetched[1:]]
    if basis is not None:
        parts.append(RATE_FORMULA.format(basis=RATE_BASIS[basis]))
    return " · ".join(parts)
