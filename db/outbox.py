"""The outbox as the worker sees it: what is due, the lease on a row, and how a run of it ended."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from db.pool import Connection, many, one
from server.schema.jobs import Leased

DUE = "SELECT workspace_id, outbox_id, due_at FROM door_outbox_due($1)"

# A run that never ended is told so here: only its lease has lapsed.
LEASE = """
WITH leased AS (
    UPDATE outbox SET lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
    WHERE id = $1 AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
    RETURNING id, workspace_id, kind, subject, due_at, payload, attempts AS attempt
), lost AS (
    UPDATE jobs SET state = 'failed', detail = 'the worker stopped', ended_at = now()
    WHERE outbox_id = (SELECT id FROM leased) AND state = 'running' RETURNING id
), begun AS (
    INSERT INTO jobs (workspace_id, outbox_id, kind, subject, attempt)
    SELECT workspace_id, id, kind, subject, attempt FROM leased RETURNING id AS run
)
SELECT leased.*, begun.run, EXISTS (SELECT FROM lost) AS interrupted FROM leased, begun"""

# The row goes unless it was put off meanwhile. $2 and $3 tell whether it is still this run's.
FINISH = """
WITH gone AS (
    DELETE FROM outbox WHERE id = $1 AND due_at = $2 AND attempts = $3
), kept AS (
    UPDATE outbox SET lease_until = NULL WHERE id = $1 AND due_at <> $2
)
UPDATE jobs SET state = $5, detail = $6, ended_at = clock_timestamp() WHERE id = $4 AND state = 'running'"""

RETRY = """
WITH later AS (
    UPDATE outbox SET lease_until = NULL, due_at = now() + make_interval(secs => $5)
    WHERE id = $1 AND due_at = $2 AND attempts = $3
), kept AS (
    UPDATE outbox SET lease_until = NULL WHERE id = $1 AND due_at <> $2
)
UPDATE jobs SET state = 'failed', detail = $6, ended_at = clock_timestamp() WHERE id = $4 AND state = 'running'"""


class Due(Struct, frozen=True):
    workspace_id: UUID
    outbox_id: UUID
    due_at: datetime


async def due(conn: Connection, most: int) -> list[Due]:
    """Rows of all workspaces whose time has come and which nobody holds, the oldest first; asks no workspace."""
    return many(await conn.fetch(DUE, most), Due)


async def lease(conn: Connection, row: UUID, seconds: float) -> Leased | None:
    """Takes the row for `seconds` and begins its run. None: it is done, put off, or somebody else has it."""
    return one(await conn.fetchrow(LEASE, row, seconds), Leased)


async def finish(conn: Connection, leased: Leased, state: str, detail: str) -> None:
    """Ends the run as done, skipped or failed for good."""
    await conn.execute(FINISH, leased.id, leased.due_at, leased.attempt, leased.run, state, detail)


async def retry(conn: Connection, leased: Leased, seconds: float, detail: str) -> None:
    """Ends the run as failed; the row is due again in `seconds`, unless it was put off meanwhile."""
    await conn.execute(RETRY, leased.id, leased.due_at, leased.attempt, leased.run, seconds, detail)
