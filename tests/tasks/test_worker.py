"""The worker over stores that lose things, restart and go away; and as a process that is stopped or killed."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from server.core import keys
from server.schema.jobs import Leased
from server.schema.records import NewMessage, Timer
from server.settings import Settings
from tasks import JOBS
from tasks.job import Bench
from tasks.worker import open_queue, sweep, work
from tests.helpers.processes import Processes
from tests.helpers.rows import new_chat
from tests.helpers.stores import TestStores, until
from tests.tasks.conftest import Desk


@pytest_asyncio.fixture
async def working(desk: Desk, settings: Settings) -> AsyncIterator[Desk]:
    """A worker runs inside the test."""
    async with open_queue(settings) as queue:
        desk.core.tasks.start("work", work(desk.bench, queue))
        desk.core.tasks.start("sweep", sweep(desk.core, queue))
        yield desk
        await desk.core.tasks.stop()


class Made:
    """A job of the test's own."""

    def __init__(self) -> None:
        self.ran: list[UUID] = []
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.may_end.set()

    async def run(self, _: Bench, leased: Leased) -> str:
        self.begun.set()
        await self.may_end.wait()
        self.ran.append(leased.subject)
        return "made"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    made = Made()
    monkeypatch.setitem(JOBS, "made", made.run)
    return made


async def wish(desk: Desk, count: int = 1, delay: float = 0.0) -> None:
    """Conversations whose timer is due, or will be in a moment."""
    await desk.post(*(new_chat(desk.place).says("hello", timers=[Timer(kind="made", delay=delay)]) for _ in range(count)))


async def idle(desk: Desk) -> bool:
    return await desk.left() == 0


async def test_what_is_due_is_run_once(working: Desk, made: Made) -> None:
    await wish(working, 40)
    await until(lambda: idle(working), 15)
    assert len(made.ran) == len(set(made.ran)) == 40
    assert await working.runs("made") == [("done", "made")] * 40


async def test_a_new_timer_of_the_same_conversation_runs_again(working: Desk, made: Made) -> None:
    await working.post(working.chat.says("hello"))
    for _ in range(2):
        await working.post(NewMessage(conversation=working.chat.id, timers=[Timer(kind="made", delay=0.0)]))
        await until(lambda: idle(working), 10)
    assert made.ran == [working.chat.id] * 2


async def test_redis_loses_everything(working: Desk, made: Made, redis: Redis) -> None:
    made.may_end.clear()
    await wish(working, 30)
    await made.begun.wait()
    await redis.flushall()
    made.may_end.set()
    await until(lambda: idle(working), 15)
    assert len(made.ran) == len(set(made.ran)) == 30


async def test_redis_restarts(working: Desk, made: Made, template: TestStores) -> None:
    await wish(working)
    await until(lambda: idle(working), 10)
    template.stores.redis.stop()
    try:
        await wish(working, 5)
        await asyncio.sleep(1.5)
    finally:
        template.stores.redis.start()
    await until(lambda: idle(working), 15)
    assert len(made.ran) == 6


async def test_postgresql_drops_all_connections(working: Desk, made: Made, superuser: asyncpg.Connection) -> None:
    await wish(working)
    await until(lambda: idle(working), 10)
    await wish(working, delay=0.5)
    await superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'parley_app'")
    await until(lambda: idle(working), 15)
    assert len(made.ran) == 2


async def test_a_stopping_worker_finishes_what_it_has_begun(working: Desk, made: Made) -> None:
    made.may_end.clear()
    await wish(working)
    await made.begun.wait()
    stopping = asyncio.create_task(working.core.tasks.stop())
    await asyncio.sleep(0.1)
    assert not stopping.done()
    made.may_end.set()
    await stopping
    assert await working.runs("made") == [("done", "made")]
    assert await working.left() == 0


async def test_it_says_that_it_is_alive(working: Desk, redis: Redis) -> None:
    raw = await until(lambda: redis.get(keys.WORKER_HEARTBEAT))
    assert json.loads(raw)["process"] == working.core.process
    assert 0 < await redis.ttl(keys.WORKER_HEARTBEAT) <= 10


async def test_a_process_scores_and_ends_on_sigterm(desk: Desk, processes: Processes) -> None:
    worker = await processes.worker()
    wish = "I want to book a room for 2 people next Friday, how much is it? ana@example.com"
    await desk.post(desk.chat.says(wish, timers=[Timer(kind="score_lead", delay=0.0)]))
    await until(lambda: idle(desk), 20)
    assert await desk.runs("score_lead") == [("done", "75 (hot)")]
    worker.terminate()
    assert await worker.wait(10) == 0, worker.log
    assert "ana@example.com" not in worker.log


async def test_a_killed_process_loses_nothing(desk: Desk, processes: Processes, redis: Redis) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()
        writer.close()

    reached = asyncio.Event()
    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    worker = await processes.worker(SMTP_URL=f"smtp://127.0.0.1:{port}")
    await desk.post(desk.chat.says("hello", email="ana@example.com"), desk.chat.ai("hi"))
    await desk.later("follow_up")
    async with asyncio.timeout(20):
        await reached.wait()
    worker.kill()
    server.close()
    assert await desk.runs("follow_up") == [("running", None)]

    # What time does: the leases in PostgreSQL and Redis lapse.
    await desk.superuser.execute("UPDATE outbox SET lease_until = now()")
    await redis.flushall()
    await processes.worker()
    await until(lambda: idle(desk), 20)
    assert await desk.runs("follow_up") == [("failed", "the worker stopped"), ("done", "into the thread")]
