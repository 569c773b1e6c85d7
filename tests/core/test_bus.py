"""Live events over a real Redis that drops connections, forgets everything, goes silent, or is not there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from structlog.testing import capture_logs

from server.core import bus as module
from server.core.background import Background
from server.core.bus import Bus
from server.settings import Settings
from tests.helpers.stores import until


@asynccontextmanager
async def running(redis: Redis, url: str) -> AsyncIterator[Bus]:
    bus, tasks = Bus(redis, url), Background()
    tasks.start("bus", bus.run())
    yield bus
    await tasks.stop()


@pytest_asyncio.fixture
async def bus(redis: Redis, settings: Settings) -> AsyncIterator[Bus]:
    async with running(redis, settings.redis_url) as bus:
        async with asyncio.timeout(5):
            await bus.connected.wait()
        yield bus


async def drop(redis: Redis, bus: Bus) -> None:
    """Redis throws all listeners out; returns in the moment in which the bus has noticed."""
    assert await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub") == 1
    async with asyncio.timeout(5):
        while bus.connected.is_set():
            await asyncio.sleep(0)


async def subscribers(redis: Redis, channel: str) -> int:
    (_, count), *_ = await redis.pubsub_numsub(channel)
    return int(count)


async def test_what_is_published_is_heard_in_order(bus: Bus) -> None:
    heard: list[bytes] = []
    await bus.subscribe("c:1", heard.append)
    for n in range(100):
        await bus.publish(("c:1", b"%d" % n), ("c:1", b"%d, too" % n), ("c:2", b"not ours"))
    await until(lambda: len(heard) == 200)
    assert heard == [said for n in range(100) for said in (b"%d" % n, b"%d, too" % n)]


async def test_subscribe_returns_once_it_hears(bus: Bus, redis: Redis) -> None:
    """No event between the return and the first is lost: who reads after it misses nothing."""
    for n in range(50):
        heard: list[bytes] = []
        await bus.subscribe(f"c:{n}", heard.append)
        await redis.publish(f"c:{n}", b"at once")
        await until(lambda heard=heard: heard == [b"at once"])


async def test_payloads_are_bytes_of_any_kind(bus: Bus) -> None:
    heard: list[bytes] = []
    payloads = [b"", b"\r\n$5\r\n", bytes(range(256)), b"x" * 1_000_000]
    await bus.subscribe("c:1", heard.append)
    for payload in payloads:
        await bus.publish(("c:1", payload))
    await until(lambda: len(heard) == len(payloads))
    assert heard == payloads


async def test_one_subscription_serves_all_who_listen(bus: Bus, redis: Redis) -> None:
    first: list[bytes] = []
    second: list[bytes] = []
    for heard in (first, second):
        await bus.subscribe("c:1", heard.append)
    assert await subscribers(redis, "c:1") == 1
    await bus.publish(("c:1", b"both"))
    await until(lambda: second)
    bus.unsubscribe("c:1", second.append)
    await bus.publish(("c:1", b"one"))
    await until(lambda: len(first) == 2)
    assert (first, second) == ([b"both", b"one"], [b"both"])


async def test_the_last_who_leaves_ends_the_subscription(bus: Bus, redis: Redis) -> None:
    heard: list[bytes] = []
    await bus.subscribe("c:1", heard.append)
    bus.unsubscribe("c:1", print)
    assert await subscribers(redis, "c:1") == 1
    bus.unsubscribe("c:1", heard.append)
    await until(lambda: subscribers_gone(redis))
    bus.unsubscribe("c:1", heard.append)
    await bus.subscribe("c:1", heard.append)
    await bus.publish(("c:1", b"again"))
    await until(lambda: heard == [b"again"])


async def subscribers_gone(redis: Redis) -> bool:
    return await subscribers(redis, "c:1") == 0


async def test_a_handler_that_fails_does_not_stop_the_others(bus: Bus) -> None:
    heard: list[bytes] = []

    def broken(payload: bytes) -> None:
        raise ValueError("broken")

    await bus.subscribe("c:1", broken)
    await bus.subscribe("c:1", heard.append)
    with capture_logs() as logs:
        await bus.publish(("c:1", b"1"), ("c:1", b"2"))
        await until(lambda: len(heard) == 2)
    assert [entry["event"] for entry in logs] == ["bus handler failed"] * 2


async def test_a_handler_may_leave_while_it_hears(bus: Bus) -> None:
    heard: list[bytes] = []

    def once(payload: bytes) -> None:
        heard.append(payload)
        bus.unsubscribe("c:1", once)

    last: list[bytes] = []
    await bus.subscribe("c:1", once)
    await bus.subscribe("c:1", last.append)
    await bus.publish(("c:1", b"1"), ("c:1", b"2"))
    await until(lambda: len(last) == 2)
    assert heard == [b"1"]


# What goes wrong


async def test_after_a_loss_it_hears_again_and_says_so(bus: Bus, redis: Redis) -> None:
    heard: list[bytes] = []
    resynced: list[int] = []
    await bus.subscribe("c:1", heard.append)
    bus.on_resync(lambda: resynced.append(1))
    await drop(redis, bus)
    await until(lambda: resynced)
    await bus.publish(("c:1", b"back"))
    await until(lambda: heard == [b"back"])
    assert len(resynced) == 1


async def test_the_resync_comes_when_every_subscription_stands(bus: Bus, redis: Redis, settings: Settings) -> None:
    """So that what is read because of it and what is heard after it leave nothing out. More channels than one command takes."""
    channels = [f"c:{n}" for n in range(1200)]
    heard: set[int] = set()
    await asyncio.gather(*(bus.subscribe(channel, lambda _, n=n: heard.add(n)) for n, channel in enumerate(channels)))
    stood = asyncio.Event()
    bus.on_resync(stood.set)
    await drop(redis, bus)
    async with asyncio.timeout(5):
        await stood.wait()
    counts = await redis.pubsub_numsub(*channels)
    assert {count for _, count in counts} == {1}
    await bus.publish(*((channel, b"x") for channel in channels))
    await until(lambda: len(heard) == len(channels))


async def test_it_comes_back_quickly_however_often_it_was_lost(bus: Bus, redis: Redis) -> None:
    """Each good connection forgets the failures before it."""
    loop = asyncio.get_running_loop()
    await bus.subscribe("c:1", print)
    took = []
    for _ in range(8):
        await drop(redis, bus)
        lost = loop.time()
        await until(bus.connected.is_set)
        took.append(loop.time() - lost)
    assert min(took[-3:]) < 0.4  # a busy machine may be late once


async def test_a_resync_that_fails_stops_nothing(bus: Bus, redis: Redis) -> None:
    heard: list[bytes] = []
    after = asyncio.Event()

    def broken() -> None:
        raise ValueError("broken")

    bus.on_resync(broken)
    bus.on_resync(after.set)
    await bus.subscribe("c:1", heard.append)
    await drop(redis, bus)
    async with asyncio.timeout(5):
        await after.wait()
    await bus.publish(("c:1", b"on"))
    await until(lambda: heard == [b"on"])


async def test_redis_forgets_everything_but_who_listens(bus: Bus, redis: Redis) -> None:
    heard: list[bytes] = []
    await bus.subscribe("c:1", heard.append)
    await redis.flushall()
    await bus.publish(("c:1", b"still"))
    await until(lambda: heard == [b"still"])


async def test_who_subscribes_or_leaves_while_it_is_away(bus: Bus, redis: Redis) -> None:
    kept: list[bytes] = []
    left: list[bytes] = []
    new: list[bytes] = []
    await bus.subscribe("c:kept", kept.append)
    await bus.subscribe("c:left", left.append)
    await drop(redis, bus)
    bus.unsubscribe("c:left", left.append)
    async with asyncio.timeout(1):
        await bus.subscribe("c:new", new.append)
    await until(bus.connected.is_set)
    await bus.publish(("c:left", b"?"), ("c:new", b"!"), ("c:kept", b"!"))
    await until(lambda: kept and new)
    assert left == []


async def test_without_redis_nothing_waits_and_nothing_is_raised() -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nobody, running(nobody, "redis://127.0.0.1:1") as bus:
        with capture_logs() as logs:
            async with asyncio.timeout(2):
                await bus.subscribe("c:1", print)
                await bus.publish(("c:1", b"lost"))
            await until(lambda: any(entry["event"] == "bus lost" for entry in logs))
        assert {entry["event"] for entry in logs} == {"publish lost", "bus lost"}
        bus.unsubscribe("c:1", print)


async def test_a_wrong_password_is_no_end(redis: Redis, settings: Settings) -> None:
    wrong = settings.redis_url.replace("@", "wrong@", 1)
    assert wrong != settings.redis_url
    with capture_logs() as logs:
        async with running(redis, wrong) as bus:
            await until(lambda: len([entry for entry in logs if entry["event"] == "bus lost"]) >= 2)
            assert not bus.connected.is_set()


async def test_a_redis_that_went_silent_is_left(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is gone without a word: no close ever comes."""
    monkeypatch.setattr(module, "PING_SECONDS", 0.02)
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.06)
    asked: list[bytes] = []

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(100))
        while more := await reader.read(100):
            asked[-1] += more
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with running(redis, f"redis://127.0.0.1:{port}") as bus:
        await bus.subscribe("c:1", print)
        await until(lambda: len(asked) >= 2)
    assert b"PING" in asked[0] and b"SUBSCRIBE" in asked[1]
    server.close()
    await server.wait_closed()


async def test_a_quiet_redis_is_not_left(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers pings, for longer than a silence lasts."""
    monkeypatch.setattr(module, "PING_SECONDS", 0.05)
    monkeypatch.setattr(module, "SILENCE_SECONDS", 1.0)
    with capture_logs() as logs:
        async with running(redis, settings.redis_url) as bus:
            await until(bus.connected.is_set)
            heard: list[bytes] = []
            await bus.subscribe("c:1", heard.append)
            await asyncio.sleep(1.5)
            await bus.publish(("c:1", b"still"))
            await until(lambda: heard == [b"still"])
    assert logs == []
