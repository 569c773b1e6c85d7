"""Processes that are kept running: started again when they die, ended when their keeper is."""

import asyncio
import os
import signal
import tempfile
from pathlib import Path

import psutil
import pytest

from server.cli.children import keep_running
from tests.helpers.processes import alive, family
from tests.helpers.stores import until


def mine(word: str) -> list[psutil.Process]:
    """The children of this process that have `word` on their command line."""
    return [child for child in family(os.getpid(), f"server {word}") if child.ppid() == os.getpid()]


async def test_one_that_keeps_ending_is_started_again_with_pauses(capfd: pytest.CaptureFixture[str]) -> None:
    keeper = asyncio.ensure_future(keep_running("helper", ["--help"], dict(os.environ), (), 5))
    said = ""

    def started_three_times() -> bool:
        nonlocal said
        said += capfd.readouterr().err
        return said.count("parley: a helper ended with status 0: starting it again") == 3

    await until(started_three_times, seconds=15)
    keeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeper


async def test_the_end_of_the_keeper_is_the_end_of_the_child() -> None:
    with tempfile.TemporaryDirectory(prefix="kept ") as folder:
        environment = {"DATA_DIR": folder, "PATH": os.environ["PATH"]}
        keeper = asyncio.ensure_future(keep_running("store", ["stores"], environment, (), 20))
        child = (await until(lambda: mine("stores")))[0]
        await until(lambda: (Path(folder) / "stores.json").exists() and len(child.children()) == 2, seconds=15)
        child.send_signal(signal.SIGKILL)
        again = (await until(lambda: [one for one in mine("stores") if one.pid != child.pid], seconds=10))[0]
        await until(lambda: len(again.children()) == 2, seconds=15)
        stores = again.children()
        keeper.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeper
        assert not alive(again)
        assert not any(alive(store) for store in stores)
