"""Processes of ours that are started again when they die."""

import asyncio
import signal
import sys
import time
from collections.abc import Mapping, Sequence

from server.embedded.process import dies_with_parent

_LONG_ENOUGH = 10.0  # a process that lived so long is started again at once
_LONGEST_WAIT = 10.0


async def keep_running(
    name: str, command: Sequence[str], environment: Mapping[str, str], fds: Sequence[int], grace: float
) -> None:
    """Runs `python -m server <command>` for ever, with growing pauses where it keeps dying.

    When cancelled it sends SIGTERM, waits up to `grace` seconds, and then kills. The kernel kills the process when
    this one is killed.
    """
    pause = 0.0
    while True:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", *command,
            env=environment, pass_fds=fds, start_new_session=True, preexec_fn=dies_with_parent(signal.SIGKILL),
        )  # fmt: skip
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _end(process, grace)
            raise
        pause = 0.0 if time.monotonic() - began > _LONG_ENOUGH else min(_LONGEST_WAIT, pause * 2 or 0.2)
        print(f"parley: a {name} ended with status {status}: starting it again", file=sys.stderr, flush=True)
        await asyncio.sleep(pause)


async def _end(process: asyncio.subprocess.Process, grace: float) -> None:
    try:
        process.terminate()
        await asyncio.wait_for(process.wait(), grace)
    except ProcessLookupError:
        pass
    except TimeoutError:
        process.kill()
        await process.wait()
