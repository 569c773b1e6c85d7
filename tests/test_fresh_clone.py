"""The two first-run commands where nothing is installed: a copy of the tracked files, in a folder with spaces."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import httpx
import pytest

from server.embedded.process import dies_with_parent
from server.settings import SETTINGS
from tests.helpers.processes import ROOT, alive, family
from tests.helpers.stores import until

PATIENCE = 180.0
"""Some 12 s are usual; a machine busy with other tests takes its time."""


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    with tempfile.TemporaryDirectory(prefix="fresh clone ") as folder:
        os.chmod(folder, 0o711)
        for name in listed.stdout.decode().split("\0"):
            if name and (ROOT / name).is_file():
                target = Path(folder) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, target)
        yield Path(folder)


def environment() -> dict[str, str]:
    """This machine's, without any setting."""
    names = {setting.name for setting in SETTINGS}
    return {name: value for name, value in os.environ.items() if name not in names} | {"PORT": "0"}


async def test_up_serves_and_the_second_time_at_once(clone: Path) -> None:
    first, second = [await start_look_and_stop(clone) for _ in range(2)]
    assert second < first


def up(clone: Path, out: IO[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [clone / "parley", "up"],
        cwd="/",
        env=environment(),
        stdout=out,
        stderr=subprocess.STDOUT,
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )


async def start_look_and_stop(clone: Path) -> float:
    """How many seconds `./parley up` took until it served."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile("r+") as out:
        run = up(clone, out)

        def said() -> str:
            out.seek(0)
            return out.read()

        await until(lambda: run.poll() is not None or "sign in as" in said(), seconds=PATIENCE)
        found = re.search(r"ready at (\S+)/", said())
        assert found, said()
        took = time.monotonic() - began
        async with httpx.AsyncClient(base_url=found[1]) as client:
            for path in ("/", "/demo", "/sign-in", "/widget.js"):
                assert (await client.get(path)).status_code == 200, path
        below = family(run.pid)
        run.terminate()
        await until(lambda: run.poll() is not None, seconds=40)
        assert run.returncode == 0
        assert not any(alive(one) for one in below)
    return took


def test_test_installs_what_it_needs_and_passes_arguments_on(clone: Path) -> None:
    done = subprocess.run(
        [clone / "parley", "test", "tests/server/test_settings.py", "-k", "no_settings_at_all"],
        cwd="/",
        env=environment(),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
