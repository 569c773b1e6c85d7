"""The worker's process: each second it looks for what is due and wakes arq with it; arq's queue spreads it over the workers.

Redis may lose everything at any time: the rows of the outbox stay, and the next look enqueues them again. arq gives up
where Redis does not answer; then it is begun anew, until it does.
"""

import asyncio
import contextlib
import json
import logging
import signal
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import structlog
import uvloop
from arq.connections import ArqRedis
from arq.worker import Worker, func
from msgspec.msgpack import decode, encode
from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import RedisError

from db import outbox
from db.errors import DatabaseError, Unavailable
from db.pool import open_pool, outside
from server.core import keys
from server.core import log as logs
from server.core.background import Background
from server.core.bus import Bus
from server.core.core import Core, Tuning
from server.core.mail import Mail
from server.core.secrets import Secrets
from server.settings import Settings
from tasks import JOBS
from tasks.job import Bench
from tasks.run import RUN_SECONDS
from tasks.run import run as run_row

log = structlog.get_logger()

JOBS_AT_ONCE = 8
SWEEP_SECONDS = 1.0
SWEEP_ROWS = 500
ALIVE_SECONDS = 10
WAIT_SECONDS = 0.5
FINISH_SECONDS = 10.0
"""How long a stopping worker waits for the jobs that it has begun."""

PATIENCE: dict[str, Any] = {"socket_timeout": 5.0, "socket_connect_timeout": 2.0}
REDIS_LOST = (RedisError, OSError, TimeoutError)


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT; then finishes what it has begun."""
    logs.configure(settings.log_level)
    logging.getLogger("arq").setLevel(logging.WARNING)
    uvloop.run(_main(settings))


async def _main(settings: Settings) -> None:
    stop = asyncio.Event()
    for end in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(end, stop.set)
    async with open_queue(settings) as queue, open_bench(settings) as bench:
        log.info("worker begins", jobs=sorted(JOBS))
        start = bench.core.tasks.start
        running = [start("work", work(bench, queue)), start("sweep", sweep(bench.core, queue)), start("stop", stop.wait())]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        log.info("worker ends")
    if not stop.is_set():
        raise SystemExit(1)


@contextlib.asynccontextmanager
async def open_bench(settings: Settings) -> AsyncIterator[Bench]:
    """What jobs work with; waits for PostgreSQL. Its tasks end with it."""
    pool = None
    while pool is None:
        try:
            pool = await open_pool(settings.database_url, settings.database_pool)
        except Unavailable as error:
            log.warning("no database yet", error=str(error))
            await asyncio.sleep(SWEEP_SECONDS)
    async with Redis.from_url(settings.redis_url, **PATIENCE) as redis:
        core = Core(
            pool=pool,
            redis=redis,
            bus=Bus(redis, settings.redis_url),
            tasks=Background(),
            secrets=Secrets(settings.secret_key),
            tuning=Tuning(quiet=settings.quiet_seconds, follow_up=settings.follow_up_seconds, idle=settings.idle_seconds),
        )
        try:
            yield Bench(core, Mail(settings.smtp_url, settings.smtp_from))
        finally:
            await core.tasks.stop()
            await pool.close()


@contextlib.asynccontextmanager
async def open_queue(settings: Settings) -> AsyncIterator[ArqRedis]:
    """arq's queue, with ids and nothing else in it."""
    connections = ConnectionPool.from_url(settings.redis_url, **PATIENCE)
    yield ArqRedis(connections, job_serializer=encode, job_deserializer=decode)
    await connections.aclose()


async def sweep(core: Core, queue: ArqRedis) -> None:
    """Brings what is due to the queue, and says that this worker is alive."""
    while True:
        try:
            async with outside(core.pool) as conn:
                found = await outbox.due(conn, SWEEP_ROWS)
            for row in found:
                moment = round(row.due_at.timestamp() * 1000)
                await queue.enqueue_job("run", str(row.workspace_id), str(row.outbox_id), _job_id=f"{row.outbox_id}:{moment}")
            alive = json.dumps({"process": core.process, "at": time.time(), "due": len(found)})
            await core.redis.set(keys.WORKER_HEARTBEAT, alive, ex=ALIVE_SECONDS)
        except (*REDIS_LOST, DatabaseError) as error:
            log.warning("sweep failed", error=type(error).__name__)
        except Exception:
            log.exception("sweep broke")
        await asyncio.sleep(SWEEP_SECONDS)


async def work(bench: Bench, queue: ArqRedis) -> None:
    """Runs what the queue gives, over lost connections; when it is cancelled, jobs that have begun may finish."""

    async def job(_: dict[str, object], workspace: str, row: str) -> None:
        try:
            await run_row(bench, JOBS, UUID(workspace), UUID(row))
        except DatabaseError as error:
            log.warning("job not recorded: it runs again when its lease lapses", error=type(error).__name__)

    while True:
        worker = Worker(
            functions=[func(job, name="run")],  # type: ignore[arg-type]  # arq wants a protocol with a __qualname__
            redis_pool=queue,
            handle_signals=False,
            max_jobs=JOBS_AT_ONCE,
            job_timeout=RUN_SECONDS + 2.0,
            keep_result=0,
            log_results=False,
            job_serializer=encode,
            job_deserializer=decode,
        )
        try:
            await worker.async_run()
        except REDIS_LOST as error:
            log.warning("queue lost", error=type(error).__name__)
        except Exception:
            # uvloop has errors of its own for a connection that is gone; and whatever it is, jobs must go on.
            log.exception("queue broke")
        finally:
            await _finish(worker)
        await asyncio.sleep(WAIT_SECONDS)


async def _finish(worker: Worker) -> None:
    """Lets its jobs end; those that take too long are cancelled, and their leases lapse."""
    running = [task for task in worker.tasks.values() if not task.done()]
    if running:
        _, late = await asyncio.wait(running, timeout=FINISH_SECONDS)
        for task in late:
            task.cancel()
    # Their ends are recorded in PostgreSQL: what arq could not write to Redis lapses there.
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
