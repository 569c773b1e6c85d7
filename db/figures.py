"""The live figures of the transaction's workspace."""

from msgspec import Struct

from db.pool import Connection
from server.schema.entities import Time

NOW = """
SELECT iso(now()) AS at, count(*) AS open, count(*) FILTER (WHERE c.mode = 'ai') AS ai,
    count(*) FILTER (WHERE c.mode = 'human') AS human, count(c.waiting_since) AS waiting,
    coalesce(extract(epoch FROM now() - min(c.waiting_since)), 0)::int AS longest_wait,
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.first_response_at - e.opened_at)::float8)
        FROM episodes e WHERE e.opened_at > now() - interval '24 hours' AND e.first_response_at IS NOT NULL
    ) AS median_first_response
FROM conversations c WHERE c.status = 'open'"""

MINUTES = """
SELECT floor(extract(epoch FROM m.at) / 60)::bigint AS minute, count(*) AS messages FROM messages m
WHERE m.workspace_id = app_workspace() AND m.at >= to_timestamp($1::float8 * 60) AND m.kind <> 'event' GROUP BY 1"""


class Now(Struct, frozen=True, kw_only=True):
    """Times in seconds. `ai`, `human`: who has the open conversations; `median_first_response`: of episodes of the last day."""

    at: Time
    open: int
    ai: int
    human: int
    waiting: int
    longest_wait: int
    median_first_response: float | None


async def now(conn: Connection) -> Now:
    return Now(**dict(await conn.fetchrow(NOW) or {}))


async def minutes(conn: Connection, since: int) -> dict[int, int]:
    """How many messages were written in each minute from `since` on (minutes since 1970); empty minutes are left out."""
    return {row["minute"]: row["messages"] for row in await conn.fetch(MINUTES, since)}
