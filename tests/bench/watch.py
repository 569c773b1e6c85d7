"""What processes cost: seconds of a processor, MiB of memory; and which processor they may use."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

MIB = 2**20


@contextlib.contextmanager
def on(core: int) -> Iterator[None]:
    """What is started in here stays on this processor. Where that can't be said, it does nothing."""
    if not hasattr(os, "sched_setaffinity") or core not in (before := os.sched_getaffinity(0)):
        yield
        return
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu(pid: int) -> float:
    """Seconds that the process and all below it have used, those that have ended too."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    used = times.user + times.system + times.children_user + times.children_system
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            spent = child.cpu_times()
            used += spent.user + spent.system
    return used


def memory(pid: int) -> tuple[float, float]:
    """(RSS, PSS) in MiB of the process and all below it. PSS counts what processes share once."""
    rss = pss = 0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
                name, _, rest = line.partition(":")
                if name in ("Rss", "Pss"):
                    kib = int(rest.split()[0])
                    rss, pss = (rss + kib, pss) if name == "Rss" else (rss, pss + kib)
    return rss / 1024, pss / 1024


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0..1) of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
