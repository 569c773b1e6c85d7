"""One run of one job: under a lease, its end recorded. PostgreSQL decides what is run and when again; arq only brings the id."""

import asyncio
from uuid import UUID

import structlog

from db import outbox
from db.pool import tenant
from server.core import metrics
from server.schema.jobs import Leased
from tasks.job import Bench, Hopeless, Job, Skipped

log = structlog.get_logger()

RUN_SECONDS = 20.0
LEASE_SECONDS = RUN_SECONDS + 5.0
"""A run that is cut off is begun again when its lease has lapsed."""

AGAIN = (2.0, 10.0, 60.0, 300.0)
"""Seconds until the next try, after the first, second … failed: then it has failed for good."""


async def run(bench: Bench, jobs: dict[str, Job], workspace: UUID, row: UUID) -> None:
    """Does nothing where the row is done, put off, or somebody else's. Raises db.errors.Unavailable: its lease lapses."""
    async with tenant(bench.core.pool, workspace) as conn:
        leased = await outbox.lease(conn, row, LEASE_SECONDS)
    if leased is None:
        return
    with structlog.contextvars.bound_contextvars(job=leased.kind, subject=str(leased.subject), attempt=leased.attempt):
        state, detail = await _outcome(bench, jobs, leased)
        again = leased.attempt <= len(AGAIN) and state == "retry"
        async with tenant(bench.core.pool, workspace) as conn:
            if again:
                await outbox.retry(conn, leased, AGAIN[leased.attempt - 1], detail)
            else:
                state = "failed" if state == "retry" else state
                await outbox.finish(conn, leased, state, detail)
        metrics.jobs.labels(leased.kind, state).inc()


async def _outcome(bench: Bench, jobs: dict[str, Job], leased: Leased) -> tuple[str, str]:
    """`done`, `skipped`, `failed` or `retry`, and what is told of it."""
    job = jobs.get(leased.kind)
    if job is None:
        return "failed", "there is no such job"
    if leased.attempt > len(AGAIN) + 1:
        return "failed", "it was cut off too often"
    try:
        async with asyncio.timeout(RUN_SECONDS):
            return "done", await job(bench, leased)
    except Skipped as why:
        return "skipped", str(why)
    except Hopeless as why:
        log.warning("job failed for good", reason=str(why))
        return "failed", str(why)
    except Exception as error:
        log.warning("job failed", exc_info=error)
        # The error's own words may repeat somebody's data.
        return "retry", type(error).__name__
