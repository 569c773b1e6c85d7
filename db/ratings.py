"""What contacts say of their conversations."""

from uuid import UUID

from db.pool import Connection, one
from server.schema.rest import Rating

LAST = """
SELECT (data ->> 'score')::int AS score, data ->> 'comment' AS comment, iso(at) AS at FROM messages
WHERE conversation_id = $1 AND kind = 'event' AND data ->> 'event' = 'rated' ORDER BY seq DESC LIMIT 1"""


async def last(conn: Connection, conversation: UUID) -> Rating | None:
    return one(await conn.fetchrow(LAST, conversation), Rating)
