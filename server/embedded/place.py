"""Where the embedded stores live: a folder, a short path for their sockets, and programs that their account can run."""

import hashlib
import logging
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import NamedTuple

from .process import Account, EmbeddedError, may, service_account

log = logging.getLogger(__name__)

_SHARED_FOLDERS = (Path("/var/lib"), Path("/var/tmp"))


class Place(NamedTuple):
    """The account of the stores (None: our own), the folder of their data and the folder of their sockets."""

    account: Account | None
    home: Path
    sockets: Path


def find_place(data_dir: Path) -> Place:
    """Makes `data_dir` and finds where stores can run for it.

    As root that is another folder where the stores' account can't get into `data_dir`. Raises EmbeddedError.
    """
    account = service_account()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o700 if account is None else 0o711)
    except OSError as fault:
        raise EmbeddedError(f"DATA_DIR {data_dir} can't be used: {fault.strerror}.") from None
    home = data_dir if may(account, Path("/"), "-x", str(data_dir)) else _shared_folder(data_dir)
    return Place(account, home, _socket_folder(data_dir, account))


def runnable(place: Place, tree: Path, program: str, *beside: Path) -> Path:
    """The path of `program` in the folder `tree`, copied once with `beside` where the stores' account can't read it.

    A venv under a folder such as root's home is closed to others. A copy keeps the folders' relation to each other.
    """
    if may(place.account, Path("/"), "-x", str(tree / program), "-a", "-r", str(tree)):
        return tree / program
    key = hashlib.sha256(f"{tree}{(tree / program).stat().st_mtime_ns}".encode()).hexdigest()[:12]
    kept = place.home / f"programs-{key}"
    base = Path(os.path.commonpath([tree, *beside]))
    if not kept.exists():
        log.info("copying %s to %s, where %s can run it", tree, kept, place.account and place.account.name)
        fresh = Path(tempfile.mkdtemp(dir=place.home, prefix="programs-"))
        for folder in (tree, *beside):
            shutil.copytree(folder, fresh / folder.relative_to(base), symlinks=True, dirs_exist_ok=True)
        _open_to_all(fresh)
        fresh.rename(kept)
    return kept / tree.relative_to(base) / program


def give(folder: Path, account: Account | None) -> None:
    """Makes `folder` with nobody but `account` let in."""
    folder.mkdir(mode=0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _shared_folder(data_dir: Path) -> Path:
    for parent in _SHARED_FOLDERS:
        folder = parent / _name(data_dir)
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            continue
        if _is_safe(folder, os.geteuid()):
            folder.chmod(0o711)
            log.warning("%s is closed to the account of the stores: their data is in %s", data_dir, folder)
            return folder
    raise EmbeddedError(f"DATA_DIR {data_dir} is closed to the account nobody: set DATA_DIR to an open folder.")


def _socket_folder(data_dir: Path, account: Account | None) -> Path:
    """A short path (sockets allow about 100 bytes), the same at each start unless somebody else took its name."""
    root = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())
    folder = root / _name(data_dir)
    owner = os.geteuid() if account is None else account.uid
    if not folder.is_symlink() and not folder.exists():
        give(folder, account)
    if _is_safe(folder, owner):
        return folder
    folder = Path(tempfile.mkdtemp(prefix="parley-", dir=root))
    folder.rmdir()
    give(folder, account)
    return folder


def _name(data_dir: Path) -> str:
    return "parley-" + hashlib.sha256(f"{data_dir.resolve()}:{os.geteuid()}".encode()).hexdigest()[:10]


def _is_safe(folder: Path, owner: int) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o022


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
