"""What the data folder keeps between starts: a lock, `stores.json`, and a key made once."""

import contextlib
import fcntl
import os
import secrets
from pathlib import Path
from typing import IO

import msgspec

from server.settings import Secret, Settings

from .process import EmbeddedError

_BRIEF = "brief"
_ROLES = ("postgres", "parley_owner", "parley_app")


class AlreadyRunning(EmbeddedError):
    """Another process runs the stores of this folder; `brief` where it soon stops them."""

    brief = False


class Kept(msgspec.Struct):
    """`stores.json`, which only its owner can read. `urls` is empty unless the stores take connections."""

    passwords: dict[str, str]
    redis_password: str
    redis_port: int = 0
    urls: dict[str, str] = {}


def lock(folder: Path, brief: bool) -> IO[str]:
    """An open file whose lock the kernel drops when this process ends, however it ends. Raises AlreadyRunning."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("a+")
    except OSError as fault:
        raise EmbeddedError(f"DATA_DIR {folder} can't be used: {fault.strerror}.") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        running = AlreadyRunning(f"Another parley runs the stores of {folder}: stop it, or set DATA_DIR to another folder.")
        running.brief = file.read() == _BRIEF
        file.close()
        raise running from None
    file.truncate(0)
    file.write(_BRIEF if brief else "")
    file.flush()
    return file


def read(folder: Path) -> Kept:
    """What was kept, or new passwords, which are kept once they are written."""
    file = folder / "stores.json"
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=Kept)
    return Kept({role: secrets.token_hex(16) for role in _ROLES}, secrets.token_hex(16))


def write(folder: Path, kept: Kept) -> None:
    fresh = folder / "stores.json.new"
    _write_for_owner(fresh, msgspec.json.encode(kept))
    fresh.rename(folder / "stores.json")


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
    _write_for_owner(fresh, secrets.token_urlsafe(48).encode())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, file)  # of two first starts at once, one key stays
    fresh.unlink()


def _write_for_owner(file: Path, content: bytes) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
