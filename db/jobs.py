"""Runs of deferred work, as the inbox shows them."""

from uuid import UUID

from db.pool import Connection, many
from server.schema.rest import Job

OF = """
SELECT id, kind, attempt, state, detail, iso(started_at) AS started_at, iso(ended_at) AS ended_at
FROM jobs WHERE subject = $1 ORDER BY started_at DESC LIMIT $2"""


async def of(conn: Connection, subject: UUID, limit: int = 20) -> list[Job]:
    """The latest runs about a conversation, the newest first."""
    return many(await conn.fetch(OF, subject, limit), Job)
