"""The embedded PostgreSQL and Redis: started under one folder, stopped with whoever started them.

`open_stores(settings)` gives settings whose URLs work, whether the stores are somebody else's, already running for another
process of ours, or have to be started and stopped here.
"""

import contextlib
import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from server.settings import Secret, Settings

from .place import find_place
from .postgres import Postgres
from .process import EmbeddedError
from .redis import Redis

__all__ = ["AlreadyRunning", "EmbeddedError", "Stores", "keep_secret_key", "open_stores", "start"]

log = logging.getLogger(__name__)

_ROLES = ("postgres", "parley_owner", "parley_app")


class AlreadyRunning(EmbeddedError):
    """Another process runs the stores of this folder."""


class Kept(msgspec.Struct):
    """What `stores.json` in the data folder remembers between starts; only its owner can read it."""

    passwords: dict[str, str]
    redis_password: str
    redis_port: int = 0
    urls: dict[str, str] = {}


class Stores:
    """The running stores. Start, check and stop them from the main thread: they die with the thread that began them."""

    def __init__(self, data_dir: Path, lock: IO[str], fast: bool) -> None:
        self._file, self._lock = data_dir / "stores.json", lock
        self._kept = _read(self._file) or Kept({role: _password() for role in _ROLES}, _password())
        place = find_place(data_dir)
        self.postgres = Postgres(place, self._kept.passwords, fast)
        self.redis = Redis(place, self._kept.redis_password, self._kept.redis_port)

    @property
    def urls(self) -> dict[str, str]:
        """DATABASE_OWNER_URL, DATABASE_URL and REDIS_URL, in this order."""
        return {
            "DATABASE_OWNER_URL": self.postgres.url("parley_owner"),
            "DATABASE_URL": self.postgres.url("parley_app"),
            "REDIS_URL": self.redis.url,
        }

    def start(self) -> None:
        _write(self._file, self._kept)
        self.postgres.start()
        self.redis.start()
        self._kept.redis_port, self._kept.urls = self.redis.port, self.urls
        _write(self._file, self._kept)

    def check(self) -> None:
        """Starts again what has died. Call it now and then."""
        for store in (self.postgres, self.redis):
            if store.process is not None and store.process.poll() is not None:
                log.warning("%s ended with status %s: starting it again", type(store).__name__, store.process.returncode)
                store.start()
        if self._kept.urls != self.urls:
            self.start()

    def stop(self) -> None:
        """Stops both and lets the folder go."""
        self.redis.stop()
        self.postgres.stop()
        self._lock.close()


def start(data_dir: Path, fast: bool = False) -> Stores:
    """Starts both stores under `data_dir`. Raises AlreadyRunning, EmbeddedError."""
    stores = Stores(data_dir, _lock(data_dir), fast)
    try:
        stores.start()
    except BaseException:
        stores.stop()
        raise
    return stores


@contextlib.contextmanager
def open_stores(settings: Settings) -> Iterator[Settings]:
    """Settings with working URLs and a key, for as long as the block runs."""
    settings = keep_secret_key(settings)
    if not settings.embedded:
        yield settings
        return
    try:
        stores = start(settings.data_dir)
    except AlreadyRunning:
        kept = _read(settings.data_dir / "stores.json")
        if kept is None or not kept.urls:
            raise
        yield with_urls(settings, kept.urls)
        return
    try:
        yield with_urls(settings, stores.urls)
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
    if not file.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"secret_key.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)  # of two first starts at once, one key stays
        fresh.unlink()
    return msgspec.structs.replace(settings, secret_key=Secret(file.read_text().strip()))


def _lock(data_dir: Path) -> IO[str]:
    """An open file whose lock the kernel drops when this process ends, however it ends."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("w")
    except OSError as fault:
        raise EmbeddedError(f"DATA_DIR {data_dir} can't be used: {fault.strerror}.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning(
            f"Another parley runs the stores of {data_dir}: stop it, or set DATA_DIR to another folder."
        ) from None
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
