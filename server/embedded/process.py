"""Child processes that never outlive their parent, run under an account that PostgreSQL accepts."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NamedTuple

_PR_SET_PDEATHSIG = 1
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class Account(NamedTuple):
    """A system account, by its numbers."""

    name: str
    uid: int
    gid: int


class EmbeddedError(Exception):
    """The embedded stores can't run here. `str()` of it is one sentence that says what to do."""


def service_account() -> Account | None:
    """Whom the stores run as: None for ourselves, or `nobody` where we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL does not run as root and this machine has no account named nobody: "
            "run parley as an ordinary user, or set DATABASE_URL and REDIS_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def spawn(
    command: Sequence[str | Path],
    account: Account | None,
    folder: Path,
    log: IO[bytes],
    death: signal.Signals,
    text: str = "",
) -> subprocess.Popen[bytes]:
    """Starts `command` in `folder` with its output in `log` and `text`, which has to fit a pipe, as its input.

    It gets `death` when the thread that called this dies: call it from the main thread.
    """
    child = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=_ENVIRONMENT,
        start_new_session=True,
        preexec_fn=dies_with_parent(death),
        user=account and account.uid,
        group=account and account.gid,
        extra_groups=account and [],
    )
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError), child.stdin:
        child.stdin.write(text.encode())
    return child


def run(command: Sequence[str | Path], account: Account | None, folder: Path, text: str = "") -> str:
    """Runs `command` to its end with `text` as its input; gives what it printed, or raises EmbeddedError with it."""
    done = subprocess.run(
        [str(part) for part in command],
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=_ENVIRONMENT,
        preexec_fn=dies_with_parent(signal.SIGKILL),
        user=account and account.uid,
        group=account and account.gid,
        extra_groups=account and [],
    )
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode:
        raise EmbeddedError(f"{Path(command[0]).name} failed: {said[-600:] or f'status {done.returncode}'}")
    return said


def may(account: Account | None, folder: Path, *tests: str) -> bool:
    """Whether `account` passes test(1) with `tests`, asked of the kernel by a process of that account."""
    try:
        run(("/bin/sh", "-c", 'test "$@"', "sh", *tests), account, folder)
    except EmbeddedError:
        return False
    return True


def dies_with_parent(death: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `death` when the parent is gone; None where the kernel can't.

    It has to run after the change of account, which would clear it: `subprocess` sees to that.
    """
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask
