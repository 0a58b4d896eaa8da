"""The benchmark: this bot, a plain Bolt app and the floor under the same load, in turn, and a Markdown table of it.

    python -m tests.benchmarks.run                      everything, about ten minutes
    python -m tests.benchmarks.run --work help --rounds 5

Linux only: it reads /proc. Loopback only. See README.md beside this file for the method.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.contest import FLOOR, LEAN, OURS, PLAIN, Contestant, RunFailed, Work, bolt_js, measure
from tests.benchmarks.figures import Figures, median_of, median_ratio

WORKS = (
    Work("help", "help", connections=1),
    Work("helps", "help", connections=16),
    Work("card", "card", connections=16),
    Work("slow", "card", connections=64, api_ms=50),
    Work("hot", "card", connections=16, api_ms=50, hot=20),
    Work("socket", "card", connections=16, socket=True),
)
BOTS = {"floor": FLOOR, "ours": OURS, "lean": LEAN, "plain": PLAIN}
JS = "bolt-js"

HEADINGS = (
    "bot", "ack p50 ms", "ack p99 ms", "card p50 ms", "commands/s", "CPU µs/command", "peak MB", "cold start s", "API calls", "errors",
    "vs floor: ack", "commands/s", "CPU", "cold start",
)  # fmt: skip

#: A generator busier than this was itself the limit of its run.
GENERATOR_LIMIT = 0.9

Rounds = dict[Contestant, list[Figures]]


def alternate(bots: Sequence[Contestant], work: Work, *, rounds: int, seconds: float, warm: float, pin: bool) -> Rounds:
    """Each bot once a round, in alternating order, so that a machine that slows down does not favour one."""
    runs: Rounds = {bot: [] for bot in bots}
    for turn in range(rounds):
        for bot in bots if turn % 2 == 0 else reversed(bots):
            figures = measure(bot, work, seconds=seconds, warm=warm, pin=pin)
            runs[bot].append(figures)
            _progress(work, bot, figures)
    return runs


def _progress(work: Work, bot: Contestant, figures: Figures) -> None:
    text = f"{work.name}: {bot.name}: {figures.rate:,.0f} commands/s, {figures.cpu_us:,.0f} µs, {figures.errors} errors {figures.complaint}"
    print(text.rstrip(), file=sys.stderr, flush=True)


def table(runs: Rounds) -> str:
    """The medians of the rounds as a Markdown table, with the ratios to the floor where it took part."""
    rows = [_row(bot, rounds, runs.get(FLOOR)) for bot, rounds in runs.items()]
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _row(bot: Contestant, rounds: list[Figures], floor: list[Figures] | None) -> tuple[str, ...]:
    return (
        bot.name,
        f"{median_of(rounds, lambda figures: figures.ack_p50_ms):.2f}",
        f"{median_of(rounds, lambda figures: figures.ack_p99_ms):.2f}",
        f"{median_of(rounds, lambda figures: figures.card_p50_ms):.2f}",
        f"{median_of(rounds, lambda figures: figures.rate):,.0f}",
        f"{median_of(rounds, lambda figures: figures.cpu_us):,.0f}",
        f"{max(figures.peak_mb for figures in rounds):.0f}",
        f"{median_of(rounds, lambda figures: figures.cold_seconds):.2f}",
        f"{median_of(rounds, lambda figures: figures.api_calls):,.0f}",
        str(sum(figures.errors for figures in rounds)),
        *(_ratios(rounds, floor) if floor else ("–",) * 4),
    )


def _ratios(rounds: list[Figures], floor: list[Figures]) -> tuple[str, ...]:
    """Below 1 is better for the wait, the CPU and the start, above 1 for the rate."""
    return (
        f"{median_ratio(rounds, floor, lambda figures: figures.ack_p50_ms):.3f}x",
        f"{median_ratio(rounds, floor, lambda figures: figures.rate):.2f}x",
        f"{median_ratio(rounds, floor, lambda figures: figures.cpu_us):.3f}x",
        f"{median_ratio(rounds, floor, lambda figures: figures.cold_seconds):.2f}x",
    )


def describe(work: Work) -> str:
    """A work in words, the heading of its table."""
    if work.mode == "help":
        return f"`{work.name}`: the command `help`, {work.connections} at a time"
    posts = f"{work.hot} posts in turn" if work.hot else "every command another post"
    over = ", over Socket Mode" if work.socket else ""
    return f"`{work.name}`: a post's card, API {work.api_ms:g} ms, {work.connections} at a time, {posts}{over}"


def warnings(runs: Rounds) -> list[str]:
    """What a reader of the table must know: a generator at its own limit."""
    return [
        f"{bot.name}: the generator used {busiest:.0%} of its core; the rate is at most what it could send."
        for bot, rounds in runs.items()
        if (busiest := max(figures.generator_busy for figures in rounds)) > GENERATOR_LIMIT
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", nargs="+", choices=[work.name for work in WORKS], help="which of the works (default: all)")
    parser.add_argument("--bots", nargs="+", choices=(*BOTS, JS), default=[*BOTS, JS], help="which bots, in this order (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each bot runs (default: 3)")
    parser.add_argument("--seconds", type=float, default=3, help="the measured window of each run (default: 3)")
    parser.add_argument("--warm", type=float, default=1, help="seconds before it (default: 1)")
    parser.add_argument("--no-pin", action="store_true", help="do not bind bot and generator to a core each")
    return parser.parse_args()


def main() -> int:
    """Run what was chosen and print a table each; 1 when a run failed or an answer was wrong."""
    chosen = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        every: dict[str, Contestant | None] = {**BOTS, JS: bolt_js(Path(folder)) if JS in chosen.bots else None}
        if JS in chosen.bots and every[JS] is None:
            print("bolt-js takes no part: npm could not install it here.", file=sys.stderr)
        return compare([bot for name in dict.fromkeys(chosen.bots) if (bot := every[name])], chosen)


def compare(bots: Sequence[Contestant], chosen: argparse.Namespace) -> int:
    """A table for each work that was chosen; 1 when a run failed or an answer was wrong."""
    errors = 0
    for work in WORKS:
        if chosen.work and work.name not in chosen.work:
            continue
        try:
            runs = alternate(bots, work, rounds=chosen.rounds, seconds=chosen.seconds, warm=chosen.warm, pin=not chosen.no_pin)
        except RunFailed as failure:
            print(failure, file=sys.stderr)
            return 1
        print(f"\n{describe(work)}\n\n{table(runs)}\n", *warnings(runs), sep="\n", flush=True)
        errors += sum(figures.errors for rounds in runs.values() for figures in rounds)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
