"""Idle memory of what `./parley up` starts, as `python -m tests.bench.idle_memory` prints it for the README.

Proportional set size: what processes share counts once.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter

import psutil

from tests.helpers.processes import ROOT

IDLE_SECONDS = 10


def main() -> None:
    """Starts everything on a folder of its own, waits, and prints MiB by kind of process."""
    with tempfile.TemporaryDirectory(prefix="memory ") as folder:
        os.chmod(folder, 0o711)
        run = subprocess.Popen(
            [sys.executable, "-m", "server", "up"],
            cwd=ROOT,
            env={"DATA_DIR": f"{folder}/data", "PORT": "0", "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert run.stdout is not None
        while "sign in as" not in run.stdout.readline():
            pass
        time.sleep(IDLE_SECONDS)
        kinds = Counter[str]()
        for process in [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]:
            kinds[_kind(process)] += process.memory_full_info().pss
        run.terminate()
        run.wait()
    for kind, bytes in kinds.most_common():
        print(f"{kind:12} {bytes / 2**20:6.1f} MiB")
    print(f"{'together':12} {kinds.total() / 2**20:6.1f} MiB")


def _kind(process: psutil.Process) -> str:
    words = process.cmdline()
    for word in ("serve", "worker", "up"):
        if word in words:
            return word
    return process.name()


if __name__ == "__main__":
    main()
