"""What a benchmark found, as the lines that it prints and that docs/benchmarks.md repeats."""

import datetime
import os
import platform
from importlib.metadata import version

from tests.bench.pairs import Tally
from tests.bench.watch import percentile

HEAD = """
| messages/s asked | carried | p50 ms | p99 ms | ack p50 | ack p99 | CPU-s per 100k: servers | A | B | PostgreSQL | Redis | load | lost | doubled |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"""


def setting() -> str:
    """Where and when this was measured."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("uvicorn", "websockets", "litestar", "asyncpg", "msgspec", "redis")
    )
    return (
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, {packages}"
    )


def row(rate: int, tally: Tally, used: dict[str, float], took: float) -> str:
    count = len(tally.sent)
    seen, acked = list(tally.seen.values()), list(tally.acked.values())
    times = (percentile(seen, 0.5), percentile(seen, 0.99), percentile(acked, 0.5), percentile(acked, 0.99))
    hundred = {name: seconds * 100_000 / count for name, seconds in used.items()}
    cells = [
        str(rate or "as many as go"),
        f"{count / took:.0f}",
        *(f"{seconds * 1000:.1f}" for seconds in times),
        f"{hundred['A'] + hundred['B']:.1f}",
        *(f"{hundred[name]:.1f}" for name in ("A", "B", "PostgreSQL", "Redis")),
        f"{hundred['load']:.1f} ({used['load'] / took:.0%} of a core)",
        str(tally.lost),
        str(tally.doubled),
    ]
    return f"| {' | '.join(cells)} |"


def memory(found: dict[str, tuple[float, float]]) -> str:
    """RSS and PSS in MiB by process."""
    rows = [f"| {name} | {rss:.0f} | {pss:.0f} |" for name, (rss, pss) in found.items()]
    together = f"| together | | {sum(pss for _, pss in found.values()):.0f} |"
    return "\n".join(["\n| idle | RSS MiB | PSS MiB |", "|---|---|---|", *rows, together])


def calm(shares: dict[str, float]) -> str:
    """Shares of a core by process."""
    return "\nidle CPU, % of a core: " + ", ".join(f"{name} {share:.1%}" for name, share in shares.items())


def first_words(took: dict[str, list[float]]) -> str:
    told = ", ".join(
        f"{name} {percentile(values, 0.5) * 1000:.1f} / {percentile(values, 0.99) * 1000:.1f}" for name, values in took.items()
    )
    return f"\noffline engine, ms from a visitor's first message, p50 / p99 of {len(took['delta'])}: {told}"


def connections(count: int, kib: float) -> str:
    return f"\nidle connections: {kib:.1f} KiB each at {count} visitors"
