"""What one run gives, and what several runs say together."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """One bot under one load, within the measured window."""

    commands: int
    """Commands that were wholly answered in the window."""
    seconds: float
    """The window's length."""
    ack_p50_ms: float
    """From sending a command to its 200: half of them were faster."""
    ack_p99_ms: float
    card_p50_ms: float
    """From sending a command to its blocks, in the 200 or at the ``response_url``."""
    cpu_seconds: float
    """The bot's own time, user and system, all its threads."""
    peak_mb: float
    """The most memory the bot held since its start."""
    api_calls: int
    """Questions to the statistics API, from the bot's start to the end."""
    errors: int
    """Commands refused, lost, answered twice, or answered without blocks or the expected figure; warm-up included."""
    complaint: str
    """The first of them, in words; "" when there was none."""
    generator_busy: float
    """The generator's own use of its core, 0 to 1: near 1 it, not the bot, was the limit."""
    cold_seconds: float = 0.0
    """From the start of the bot's process to its first acknowledged command."""

    @property
    def rate(self) -> float:
        """Commands a second."""
        return self.commands / self.seconds

    @property
    def cpu_us(self) -> float:
        """The bot's time for one command, in microseconds."""
        return self.cpu_seconds * 1e6 / self.commands if self.commands else float("inf")


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """The value below which this share of the waits lies, in milliseconds; 0 when nothing was measured."""
    ordered = sorted(seconds)
    return ordered[round((len(ordered) - 1) * share)] * 1000 if ordered else 0.0


def median_of(rounds: Sequence[Figures], figure: Callable[[Figures], float]) -> float:
    """One figure's median over the rounds."""
    return statistics.median(map(figure, rounds))


def median_ratio(over: Sequence[Figures], under: Sequence[Figures], figure: Callable[[Figures], float]) -> float:
    """The median of the rounds' own ratios: what slows a whole round down slows both sides of its ratio."""
    ratios = [figure(one) / figure(other) for one, other in zip(over, under, strict=True) if figure(other)]
    return statistics.median(ratios) if ratios else float("nan")
