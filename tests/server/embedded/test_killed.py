"""`./parley stores` as a process: what it prints, how it ends, and what a kill leaves behind: nothing."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from server.embedded.process import dies_with_parent
from tests.helpers.processes import ROOT, alive, family
from tests.helpers.stores import connection, until


class Run:
    """`python -m server stores` with its own data folder."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server", "stores"],
            cwd=ROOT,
            env={"DATA_DIR": str(folder), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )

    def urls(self) -> dict[str, str]:
        assert self.process.stdout is not None
        return dict(self.process.stdout.readline().strip().split("=", 1) for _ in range(3))

    def children(self) -> list[psutil.Process]:
        return family(self.process.pid)

    def end(self, order: signal.Signals) -> int:
        self.process.send_signal(order)
        status = self.process.wait(20)
        self.process.communicate()
        return status


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="killed ") as folder:
        yield Path(folder)


async def test_it_prints_three_addresses_and_stays(folder: Path) -> None:
    run = Run(folder)
    urls = run.urls()
    assert list(urls) == ["DATABASE_OWNER_URL", "DATABASE_URL", "REDIS_URL"]
    async with connection(urls["DATABASE_URL"]) as app:
        assert await app.fetchval("SELECT count(*) FROM schema_migrations") > 0
    second = Run(folder)
    _, said = second.process.communicate(timeout=20)
    assert second.process.returncode == 2
    assert said.startswith("parley: Another parley runs the stores of") and said.count("\n") == 1
    children = run.children()
    assert run.end(signal.SIGTERM) == 0
    assert not any(alive(child) for child in children)


async def test_kill_takes_the_stores_down_and_the_next_start_finds_everything(folder: Path) -> None:
    first = Run(folder)
    urls = first.urls()
    async with connection(urls["DATABASE_OWNER_URL"]) as owner:
        await owner.execute("CREATE TABLE kept AS SELECT 1 AS id")
    children = first.children()
    assert {"postgres", "redis-server"} <= {child.name() for child in children}
    first.end(signal.SIGKILL)
    await until(lambda: not any(alive(child) for child in children), seconds=10)

    second = Run(folder)
    assert second.urls() == urls
    async with connection(urls["DATABASE_OWNER_URL"]) as owner:
        assert await owner.fetchval("SELECT id FROM kept") == 1
    second.end(signal.SIGTERM)
