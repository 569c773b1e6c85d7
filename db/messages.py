"""Messages: the one write, and what readers ask for."""

from uuid import UUID

import asyncpg
import msgspec

from db.errors import translated
from db.pool import Connection, Pool
from server.schema.records import NewMessage, Posted, StoredMessage

POST = "SELECT post_messages($1, $2::text::jsonb)::text"

NEWEST = """
SELECT message_record(m)::text FROM messages m WHERE m.conversation_id = $1 AND (NOT m.internal OR $2) AND m.seq > 0
ORDER BY m.seq DESC LIMIT $3"""

BEFORE = """
SELECT message_record(m)::text FROM messages m WHERE m.conversation_id = $1 AND (NOT m.internal OR $2) AND m.seq < $3
ORDER BY m.seq DESC LIMIT $4"""

AFTER = """
SELECT message_record(m)::text FROM messages m WHERE m.conversation_id = $1 AND (NOT m.internal OR $2) AND m.seq > $3
ORDER BY m.seq LIMIT $4"""

# Older messages that changed since: what a client holds of them is stale.
EDITED = """
SELECT message_record(m)::text FROM messages m
WHERE m.conversation_id = $1 AND (NOT m.internal OR $2) AND m.seq <= $3 AND m.rev > $4
ORDER BY m.seq LIMIT $5"""

LOST_RACE = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError)

_posted = msgspec.json.Decoder(Posted)
_message = msgspec.json.Decoder(StoredMessage)


async def post_messages(pool: Pool, workspace: UUID, rows: list[NewMessage]) -> list[Posted]:
    """Writes rows in one transaction and one round trip; answers in the rows' order. Raises Unavailable."""
    asked = msgspec.json.encode(rows).decode()
    with translated():
        try:
            answers = await pool.fetch(POST, workspace, asked)
        except LOST_RACE:
            # Somebody used one of these client_ids in another conversation meanwhile: now it is there to be found.
            answers = await pool.fetch(POST, workspace, asked)
    return sorted((_posted.decode(answer[0]) for answer in answers), key=lambda posted: posted.row)


async def newest(conn: Connection, conversation: UUID, internal: bool, limit: int) -> list[StoredMessage]:
    """The last messages, oldest first."""
    return [_message.decode(row[0]) for row in reversed(await conn.fetch(NEWEST, conversation, internal, limit))]


async def before(conn: Connection, conversation: UUID, internal: bool, seq: int, limit: int) -> list[StoredMessage]:
    """The last messages below `seq`, oldest first."""
    return [_message.decode(row[0]) for row in reversed(await conn.fetch(BEFORE, conversation, internal, seq, limit))]


async def after(conn: Connection, conversation: UUID, internal: bool, seq: int, limit: int) -> list[StoredMessage]:
    """The first messages above `seq`, oldest first."""
    return [_message.decode(row[0]) for row in await conn.fetch(AFTER, conversation, internal, seq, limit)]


async def edited(conn: Connection, conversation: UUID, internal: bool, upto: int, rev: int, limit: int) -> list[StoredMessage]:
    """Messages up to `upto` that changed after `rev`, oldest first."""
    return [_message.decode(row[0]) for row in await conn.fetch(EDITED, conversation, internal, upto, rev, limit)]
