"""The embedded PostgreSQL and Redis: started under one folder, stopped with whoever started them.

`open_stores(settings)` gives settings whose URLs work, whether the stores are somebody else's, run already for
another process of ours, or have to be started and stopped here.
"""

import contextlib
import logging
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from server.settings import Secret, Settings

from . import folder
from .folder import AlreadyRunning, keep_secret_key
from .place import find_place
from .postgres import Postgres
from .process import EmbeddedError
from .redis import Redis

__all__ = ["AlreadyRunning", "EmbeddedError", "Opened", "Stores", "keep_secret_key", "open_stores", "start"]

log = logging.getLogger(__name__)

_PATIENCE = 60.0


class Opened(NamedTuple):
    """Settings whose URLs work, and the stores that were started for them, if any were."""

    settings: Settings
    stores: "Stores | None"


@contextlib.contextmanager
def open_stores(settings: Settings, alone: bool = False, brief: bool = False) -> Iterator[Opened]:
    """Settings with working URLs and a key, for as long as the block runs.

    Stores of ours that run for another process are used; `alone` raises AlreadyRunning instead. `brief` says that the
    block soon ends: others wait for that instead of using stores that are about to stop.
    """
    settings = keep_secret_key(settings)
    unset = {"Postgres": not settings.database_url, "Redis": not settings.redis_url}
    if not any(unset.values()):
        yield Opened(settings, None)
        return
    found = _start_or_find(settings.data_dir, [name for name in unset if unset[name]], alone, brief)
    if isinstance(found, dict):
        yield Opened(_with_urls(settings, found), None)
        return
    try:
        yield Opened(_with_urls(settings, found.urls), found)
    finally:
        found.stop()


def start(
    data_dir: Path, fast: bool = False, names: Collection[str] = ("Postgres", "Redis"), brief: bool = False
) -> "Stores":
    """Starts both stores under `data_dir`, or those in `names`. Raises AlreadyRunning, EmbeddedError."""
    lock = folder.lock(data_dir, brief)
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


class Stores:
    """The running stores. Start, check and stop them from the main thread: they die with the thread that began them."""

    def __init__(self, data_dir: Path, lock: IO[str], fast: bool, names: Collection[str]) -> None:
        self._data_dir, self._lock, self._kept = data_dir, lock, folder.read(data_dir)
        self._keep({})
        self.place = find_place(data_dir)
        self.postgres = Postgres(self.place, self._kept.passwords, fast)
        self.redis = Redis(self.place, self._kept.redis_password, self._kept.redis_port)
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
        for store in self._wanted:
            store.start()
        self._keep(self.urls)

    def check(self) -> None:
        """Starts again what has died. Call it now and then."""
        for store in self._wanted:
            if store.process is None or store.process.poll() is not None:
                log.warning("%s has ended: starting it again", type(store).__name__)
                store.start()
                self._keep(self.urls)

    def stop(self) -> None:
        """Stops both and lets the folder go."""
        with contextlib.suppress(OSError):  # the folder may be gone
            self._keep({})
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self.place.sockets, ignore_errors=True)
        self._lock.close()

    def _keep(self, urls: dict[str, str]) -> None:
        if urls:
            self._kept.redis_port = self.redis.port
        self._kept.urls = urls
        folder.write(self._data_dir, self._kept)


def _start_or_find(data_dir: Path, names: Collection[str], alone: bool, brief: bool) -> Stores | dict[str, str]:
    """Stores of our own, or the URLs of those that another process has started, once it has."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return start(data_dir, names=names, brief=brief)
        except AlreadyRunning as running:
            urls = {} if running.brief else folder.read(data_dir).urls
            if time.monotonic() > deadline or (alone and not running.brief):
                raise
            if urls:
                return urls
            time.sleep(0.1)


def _with_urls(settings: Settings, urls: dict[str, str]) -> Settings:
    """`settings` with the embedded stores' URLs where none was set."""
    given = {name.lower(): Secret(url) for name, url in urls.items()}
    if settings.database_url:
        del given["database_url"], given["database_owner_url"]
    if settings.redis_url:
        del given["redis_url"]
    return msgspec.structs.replace(settings, **given)
