"""Connections that do nothing: what each one keeps of the server's memory."""

import asyncio
import resource

from tests.bench.watch import memory
from tests.bench.wire import Wire, connect

SETTLE_SECONDS = 3.0
AT_ONCE = 50


async def kib_a_connection(pid: int, url: str, key: str, count: int) -> tuple[int, float]:
    """(visitors connected, KiB of the server's PSS for each); fewer than `count` where files are limited."""
    count = min(count, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
    before = memory(pid)[1]
    wires: list[Wire] = []
    for start in range(0, count, AT_ONCE):
        wires += await asyncio.gather(*(_greeted(url, key) for _ in range(start, min(count, start + AT_ONCE))))
    await asyncio.sleep(SETTLE_SECONDS)
    after = memory(pid)[1]
    for wire in wires:
        wire.close()
    return count, (after - before) * 1024 / count


async def _greeted(url: str, key: str) -> Wire:
    greeted = asyncio.Event()
    wire = await connect(url, "/ws/visitor", lambda payload: greeted.set())
    wire.say(type="hello", key=key)
    async with asyncio.timeout(30):
        await greeted.wait()
    return wire
