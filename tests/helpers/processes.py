"""Servers and workers as real processes, as `./parley serve` and `./parley worker` start them."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil

from server.embedded.process import dies_with_parent
from server.settings import Settings, environment

ROOT = Path(__file__).parents[2]


class Running:
    """One process. `url` is where a server listens; `log` is what it has written so far."""

    def __init__(self, command: list[str], settings: Settings, log: Path, extra: dict[str, str]) -> None:
        self.log_file, self.url = log, ""
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server", *command],
                cwd=ROOT,
                env=environment(settings) | extra,
                stdout=out,
                stderr=out,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9: no goodbye."""
        self.process.kill()
        self.process.wait()

    def terminate(self) -> None:
        """SIGTERM, which drains. `await wait()` for the end."""
        self.process.terminate()

    async def wait(self, seconds: float = 35) -> int:
        """The exit status."""
        async with asyncio.timeout(seconds):
            while self.process.poll() is None:
                await asyncio.sleep(0.02)
        return int(self.process.returncode)


class Processes:
    """The servers and workers of one test, over its settings; `extra` are more variables for one of them."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.running: list[Running] = []

    async def server(self, **extra: str) -> Running:
        """A server that answers `/health/ready`."""
        started = self._start(["serve", "--port", "0"], extra)
        async with asyncio.timeout(20):
            while not started.url:
                started.url = _address(started.log)
                self._alive(started)
                await asyncio.sleep(0.02)
            async with httpx.AsyncClient(base_url=started.url) as client:
                while not await _is_ready(client):
                    self._alive(started)
                    await asyncio.sleep(0.05)
        return started

    async def worker(self, **extra: str) -> Running:
        """A worker, just started."""
        return self._start(["worker"], extra)

    async def stop(self) -> None:
        for started in self.running:
            started.kill()

    def _start(self, command: list[str], extra: dict[str, str]) -> Running:
        log = self.folder / f"{command[0]}-{len(self.running)}.log"
        started = Running(command, self.settings, log, extra)
        self.running.append(started)
        return started

    def _alive(self, started: Running) -> None:
        if started.process.poll() is not None:
            raise AssertionError(f"it ended with status {started.process.returncode}:\n{started.log}")


def _address(log: str) -> str:
    """The address that `serve` prints when it listens: `listening on http://127.0.0.1:43817`."""
    _, found, rest = log.partition("listening on ")
    return rest.split()[0].rstrip('",') if found and rest.split() else ""


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


def family(parent: int, *words: str) -> list[psutil.Process]:
    """The living processes below `parent` that have one of `words` in their command line; without words all."""
    found = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(parent).children(recursive=True):
            with contextlib.suppress(psutil.Error):  # one that is just ending
                line = " ".join(child.cmdline())
                if not words or any(word in line for word in words):
                    found.append(child)
    return found


def alive(process: psutil.Process) -> bool:
    """Whether it still runs: one that ended and waits for its parent does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
