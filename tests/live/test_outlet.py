"""What waits for a connection is bounded, in order, and costs nobody else anything."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.background import Background
from server.core.errors import Close
from server.live.outlet import LIVE_BYTES, MOST_BYTES, Outlet
from server.schema import frames
from tests.helpers.stores import until

KIB = b"x" * 1024


class Wire:
    """A socket that takes what `open` lets through."""

    def __init__(self, open: bool = True) -> None:
        self.written: list[bytes] = []
        self.open = asyncio.Event()
        if open:
            self.open.set()

    async def write(self, data: bytes) -> None:
        await self.open.wait()
        self.written.append(data)


async def ran(outlet: Outlet, write: Callable[[bytes], Awaitable[None]]) -> int:
    async with asyncio.timeout(5):
        return await outlet.run(write)


async def test_frames_go_out_in_order_then_the_close() -> None:
    outlet, wire = Outlet("visitor"), Wire()
    outlet.send(frames.Ok(ref="1"))
    assert outlet.offer(b"2")
    outlet.write(b"3")
    outlet.close(Close.GOING_AWAY)
    assert await ran(outlet, wire.write) == Close.GOING_AWAY
    assert wire.written == [msgspec.json.encode({"type": "ok", "ref": "1"}), b"2", b"3"]


async def test_what_comes_later_is_written_at_once() -> None:
    outlet, wire, tasks = Outlet("visitor"), Wire(), Background()
    running = tasks.start("outlet", outlet.run(wire.write))
    for n in range(3):
        outlet.write(b"%d" % n)
        await until(lambda n=n: len(wire.written) == n + 1)
    outlet.close(Close.GOING_AWAY)
    assert await running == Close.GOING_AWAY


async def test_live_frames_are_dropped_above_256_kib() -> None:
    outlet, wire = Outlet("visitor"), Wire()
    for _ in range(LIVE_BYTES // len(KIB)):
        assert outlet.offer(KIB)
    assert not outlet.offer(b"one too many")
    outlet.write(b"durable")
    assert not outlet.offer(b"live")
    outlet.close(Close.GOING_AWAY)
    await ran(outlet, wire.write)
    assert wire.written == [KIB] * (LIVE_BYTES // len(KIB)) + [b"durable"]


async def test_live_frames_pass_again_once_the_reader_caught_up() -> None:
    outlet, wire, tasks = Outlet("visitor"), Wire(), Background()
    outlet.write(b"x" * LIVE_BYTES)
    assert not outlet.offer(b"dropped")
    running = tasks.start("outlet", outlet.run(wire.write))
    await until(lambda: wire.written)
    assert outlet.offer(b"passes")
    outlet.close(Close.GOING_AWAY)
    await running
    assert wire.written[1:] == [b"passes"]


async def test_a_reader_behind_by_1_mib_is_closed_and_gets_no_more() -> None:
    outlet, wire = Outlet("visitor"), Wire()
    for _ in range(MOST_BYTES // len(KIB)):
        outlet.write(KIB)
    assert outlet.closing is None
    outlet.write(b"too much")
    assert outlet.closing == Close.TOO_SLOW
    outlet.write(b"later")
    assert not outlet.offer(b"later")
    assert await ran(outlet, wire.write) == Close.TOO_SLOW
    # It resumes by what it has: after a hole nothing may come.
    assert wire.written == []


async def test_a_slow_reader_holds_nobody_up() -> None:
    """Writing never waits: the wire of one is stuck, the other's is not."""
    slow, quick, stuck, wire, tasks = Outlet("visitor"), Outlet("visitor"), Wire(open=False), Wire(), Background()
    for outlet, one in ((slow, stuck), (quick, wire)):
        tasks.start("outlet", outlet.run(one.write))
    for n in range(MOST_BYTES // len(KIB) + 2):
        for outlet in (slow, quick):
            outlet.write(KIB)
        if n % 100 == 0:
            await until(lambda n=n: len(wire.written) > n)
    assert slow.closing == Close.TOO_SLOW
    assert quick.closing is None
    await tasks.stop()


async def test_the_first_close_counts() -> None:
    outlet = Outlet("visitor")
    outlet.close(Close.UNAUTHENTICATED)
    outlet.close(Close.GOING_AWAY)
    outlet.write(b"late")
    assert await ran(outlet, Wire().write) == Close.UNAUTHENTICATED


async def test_a_close_wakes_who_waits() -> None:
    outlet, tasks = Outlet("visitor"), Background()
    running = tasks.start("outlet", outlet.run(Wire().write))
    await asyncio.sleep(0)
    outlet.close(Close.GOING_AWAY)
    async with asyncio.timeout(5):
        assert await running == Close.GOING_AWAY


SIZES = st.sampled_from([1, 1000, LIVE_BYTES // 2, LIVE_BYTES, MOST_BYTES // 2, MOST_BYTES])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["write", "offer", "read"]), SIZES), max_size=30))
def test_it_is_never_more_than_its_bounds(steps: list[tuple[str, int]]) -> None:
    """Against the plainest model: a list."""
    outlet = Outlet("agent")
    waiting: list[int] = []
    for step, size in steps:
        if outlet.closing is not None:
            break
        if step == "read" and waiting:
            assert len(_take(outlet)) == waiting.pop(0)
        elif step == "offer":
            fits = sum(waiting) + size <= LIVE_BYTES
            assert outlet.offer(b"x" * size) == fits
            waiting += [size] if fits else []
        elif step == "write":
            fits = sum(waiting) + size <= MOST_BYTES
            outlet.write(b"x" * size)
            assert (outlet.closing == Close.TOO_SLOW) == (not fits)
            waiting = [*waiting, size] if fits else []


class _Enough(Exception):
    pass


def _take(outlet: Outlet) -> bytes:
    """One frame off the outlet, without a loop: what its first write gets."""
    taken: list[bytes] = []

    async def write(data: bytes) -> None:
        taken.append(data)
        raise _Enough

    run = outlet.run(write)
    try:
        run.send(None)
    except _Enough:
        pass
    return taken[0]
