"""The embedded PostgreSQL and Redis: started under one folder, stopped with whoever started them.

`open_stores(settings)` gives settings whose URLs work, whether the stores are somebody else's, run already for
another process of ours, or have to be started and stopped here.
"""

import contextlib
import fcntl
import logging
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from server.settings import Secret, Settings

from .place import find_place
from .postgres import Postgres
from .process import EmbeddedError
from .redis import Redis

__all__ = ["AlreadyRunning", "EmbeddedError", "Stores", "keep_secret_key", "open_stores", "start"]

log = logging.getLogger(__name__)

_BRIEF = "brief"
_PATIENCE = 60.0
_ROLES = ("postgres", "parley_owner", "parley_app")


class AlreadyRunning(EmbeddedError):
    """Another process runs the stores of this folder; `brief` where it soon stops them."""

    brief = False


class Kept(msgspec.Struct):
    """What `stores.json` in the data folder remembers between starts; only its owner can read it."""

    passwords: dict[str, str]
    redis_password: str
    redis_port: int = 0
    urls: dict[str, str] = {}


class Stores:
    """The running stores. Start, check and stop them from the main thread: they die with the thread that began them."""

    def __init__(self, data_dir: Path, lock: IO[str], fast: bool, names: Collection[str]) -> None:
        self._file, self._lock = data_dir / "stores.json", lock
        self._kept = _read(self._file) or Kept({role: _password() for role in _ROLES}, _password())
        self.place = place = find_place(data_dir)
        self.postgres = Postgres(place, self._kept.passwords, fast)
        self.redis = Redis(place, self._kept.redis_password, self._kept.redis_port)
        self._wanted = [store for store in (self.postgres, self.redis) if type(store).__name__ in names]

    @property
    def urls(self) -> dict[str, str]:
        """DATABASE_OWNER_URL, DATABASE_URL and REDIS_URL, in this order."""
        return {
            "DATABASE_OWNER_URL": self.postgres.url("parley_owner"),
            "DATABASE_URL": self.postgres.url("parley_app"),
            "REDIS_URL": self.redis.url,
        }

    def start(self) -> None:
        """Returns when both take connections. Raises EmbeddedError."""
        _write(self._file, self._kept)
        for store in self._wanted:
            store.start()
        self._keep_urls()

    def check(self) -> None:
        """Starts again what has died. Call it now and then."""
        for store in self._wanted:
            if store.process is None or store.process.poll() is not None:
                log.warning("%s has ended: starting it again", type(store).__name__)
                store.start()
                self._keep_urls()

    def stop(self) -> None:
        """Stops both and lets the folder go."""
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self.place.sockets, ignore_errors=True)
        self._lock.close()

    def _keep_urls(self) -> None:
        self._kept.redis_port, self._kept.urls = self.redis.port, self.urls
        _write(self._file, self._kept)


class Opened(NamedTuple):
    """Settings whose URLs work, and the stores that were started for them, if any were."""

    settings: Settings
    stores: Stores | None


def start(
    data_dir: Path, fast: bool = False, names: Collection[str] = ("Postgres", "Redis"), brief: bool = False
) -> Stores:
    """Starts both stores under `data_dir`, or those in `names`. Raises AlreadyRunning, EmbeddedError."""
    lock = _lock(data_dir, brief)
    try:
        stores = Stores(data_dir, lock, fast, names)
    except BaseException:
        lock.close()
        raise
    try:
        stores.start()
    except BaseException:
        stores.stop()
        raise
    return stores


@contextlib.contextmanager
def open_stores(settings: Settings, alone: bool = False, brief: bool = False) -> Iterator[Opened]:
    """Settings with working URLs and a key, for as long as the block runs.

    Stores of ours that run for another process are used; `alone` raises AlreadyRunning instead. `brief` says that the
    block soon ends: others wait for that instead of using stores that are about to stop.
    """
    settings = keep_secret_key(settings)
    if not settings.embedded:
        yield Opened(settings, None)
        return
    wanted = [
        name for name, url in (("Postgres", settings.database_url), ("Redis", settings.redis_url)) if not url
    ]
    try:
        stores = _start_when_free(settings.data_dir, wanted, brief)
    except AlreadyRunning:
        kept = _read(settings.data_dir / "stores.json")
        if alone or kept is None or not kept.urls:
            raise
        yield Opened(with_urls(settings, kept.urls), None)
        return
    try:
        yield Opened(with_urls(settings, stores.urls), stores)
    finally:
        stores.stop()


def with_urls(settings: Settings, urls: dict[str, str]) -> Settings:
    """`settings` with the embedded stores' URLs where none was set."""
    given = {name.lower(): Secret(url) for name, url in urls.items()}
    if settings.database_url:
        del given["database_url"], given["database_owner_url"]
    if settings.redis_url:
        del given["redis_url"]
    return msgspec.structs.replace(settings, **given)


def keep_secret_key(settings: Settings) -> Settings:
    """`settings` with a key: the one set, else the one kept in the data folder, which is made the first time."""
    if settings.secret_key:
        return settings
    file = settings.data_dir / "secret_key"
    try:
        if not file.exists():
            _make_key(file)
        return msgspec.structs.replace(settings, secret_key=Secret(file.read_text().strip()))
    except OSError as fault:
        raise EmbeddedError(
            f"SECRET_KEY is not set, and DATA_DIR {settings.data_dir} can't keep one ({fault.strerror}): set SECRET_KEY."
        ) from None


def _make_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"secret_key.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(fresh, file)  # of two first starts at once, one key stays
    fresh.unlink()


def _start_when_free(data_dir: Path, names: Collection[str], brief: bool) -> Stores:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return start(data_dir, names=names, brief=brief)
        except AlreadyRunning as running:
            if not running.brief or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _lock(data_dir: Path, brief: bool) -> IO[str]:
    """An open file whose lock the kernel drops when this process ends, however it ends."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("a+")
    except OSError as fault:
        raise EmbeddedError(f"DATA_DIR {data_dir} can't be used: {fault.strerror}.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        running = AlreadyRunning(
            f"Another parley runs the stores of {data_dir}: stop it, or set DATA_DIR to another folder."
        )
        running.brief = lock.read() == _BRIEF
        lock.close()
        raise running from None
    lock.truncate(0)
    lock.write(_BRIEF if brief else "")
    lock.flush()
    return lock


def _read(file: Path) -> Kept | None:
    return msgspec.json.decode(file.read_bytes(), type=Kept) if file.exists() else None


def _write(file: Path, kept: Kept) -> None:
    fresh = file.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(msgspec.json.encode(kept))
    fresh.rename(file)


def _password() -> str:
    return secrets.token_hex(16)
