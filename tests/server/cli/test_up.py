"""`./parley up` as a stranger runs it: no settings but a folder and a port. Two servers, one worker, both stores."""

import asyncio
import html
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from server.embedded.process import dies_with_parent
from tests.helpers.processes import ROOT, alive, family
from tests.helpers.stores import until


class Up:
    """One run; `said` is its standard output so far."""

    def __init__(self, folder: Path) -> None:
        self.began = time.monotonic()
        self.out = folder / "out"
        environment = {
            "DATA_DIR": str(folder / "data"), "PORT": "0", "WEB_CONCURRENCY": "2", "DRAIN_SECONDS": "5", "PATH": os.environ["PATH"],
        }  # fmt: skip
        with self.out.open("w") as out, (folder / "errors").open("a") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server", "up"],
                cwd=ROOT, env=environment, stdout=out, stderr=errors, preexec_fn=dies_with_parent(signal.SIGKILL),
            )  # fmt: skip

    async def ready(self) -> str:
        """The address that it prints when it serves."""
        await until(lambda: self.process.poll() is not None or "sign in as" in self.out.read_text(), seconds=40)
        said = self.out.read_text()
        found = re.search(r"ready at (\S+)/", said)
        assert found, (self.out.parent / "errors").read_text()
        return found[1]

    def family(self, *words: str) -> list[psutil.Process]:
        return family(self.process.pid, *words)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="up ") as folder:
        os.chmod(folder, 0o711)
        yield Path(folder)


async def answers(url: str) -> bool:
    async with httpx.AsyncClient(timeout=2) as client:
        try:
            return (await client.get(f"{url}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False


async def whose_demo(url: str, said: str) -> bool:
    """Whether the printed sign-in is the desk behind the demo page's chat."""
    printed = re.search(r"sign in as +(\S+@\S+) +(\S+)", said)
    assert printed, said
    async with httpx.AsyncClient(base_url=url, timeout=10) as client:
        user = (await client.post("/api/v1/auth/login", json={"email": printed[1], "password": printed[2]})).json()["user"]
        return f"<title>{html.escape(user['workspace']['name'])} " in (await client.get("/demo")).text


async def test_from_nothing_to_a_desk_that_heals_and_ends_clean(folder: Path) -> None:
    up = Up(folder)
    url = await up.ready()
    said = up.out.read_text()
    for path in ("/demo", "/inbox", "/live"):
        assert f"{url}{path}" in said
    assert await whose_demo(url, said)
    servers = up.family("server serve")
    assert len(servers) == 2 and len(up.family("server worker")) == 1

    servers[0].kill()
    await until(lambda: {one.pid for one in up.family("server serve")} - {one.pid for one in servers}, seconds=10)
    (database,) = up.family("bin/postgres -D")
    database.kill()
    await until(lambda: [one for one in up.family("bin/postgres -D") if one.pid != database.pid], seconds=20)
    await until(lambda: answers(url), seconds=20)

    below = up.family()
    up.process.terminate()
    await until(lambda: up.process.poll() is not None, seconds=20)
    assert up.process.returncode == 0
    assert not any(alive(child) for child in below)
    assert not await answers(url)


async def test_the_second_start_is_quick_and_a_kill_leaves_nobody(folder: Path) -> None:
    first = Up(folder)
    await first.ready()
    sign_in = re.search(r"sign in as.*", first.out.read_text())
    below = first.family()
    first.process.kill()
    first.process.wait()
    await until(lambda: not any(alive(child) for child in below), seconds=10)

    second = Up(folder)
    url = await second.ready()
    took = time.monotonic() - second.began
    assert took < 15, f"{took:.1f} s, where 4 s are usual on a machine that does nothing else"
    assert sign_in and sign_in[0] in second.out.read_text()
    statuses = await asyncio.gather(*(_status(f"{url}{path}") for path in ("/", "/demo", "/widget.js")))
    assert statuses == [200, 200, 200]
    second.process.terminate()
    await until(lambda: second.process.poll() is not None, seconds=20)


async def _status(url: str) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).status_code
