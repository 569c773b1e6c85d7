"""Conversations: the inbox's pages, one conversation, read marks, the change feed. All under the asker's workspace."""

import math
from typing import Literal
from uuid import UUID

import msgspec

from db.pool import Connection
from server.schema.records import ConversationRecord

Filter = Literal["all", "mine", "unassigned", "ai", "waiting", "snoozed", "resolved"]

GET = "SELECT conversation_record(c)::text FROM conversations c WHERE c.id = $1"
GET_MANY = "SELECT conversation_record(c)::text FROM conversations c WHERE c.id = ANY ($1)"

_PAGE = """
SELECT conversation_record(c)::text, extract(epoch FROM c.last_at)::text || '/' || c.id FROM conversations c
WHERE {condition} AND (c.last_at, c.id) < (to_timestamp($1::float8), $2::uuid)
ORDER BY c.last_at DESC, c.id DESC LIMIT $3"""

PAGE_ALL = _PAGE.format(condition="c.status = 'open'")
PAGE_RESOLVED = _PAGE.format(condition="c.status = 'resolved'")
PAGE_SNOOZED = _PAGE.format(condition="c.status = 'snoozed'")
PAGE_AI = _PAGE.format(condition="c.status = 'open' AND c.mode = 'ai'")
PAGE_UNASSIGNED = _PAGE.format(condition="c.status = 'open' AND c.mode = 'queued'")
PAGE_MINE = _PAGE.format(condition="c.status = 'open' AND c.assignee_id = $4")

# Whoever has waited longest comes first.
PAGE_WAITING = """
SELECT conversation_record(c)::text, extract(epoch FROM c.waiting_since)::text || '/' || c.id FROM conversations c
WHERE c.waiting_since IS NOT NULL AND c.status = 'open' AND (c.waiting_since, c.id) > (to_timestamp($1::float8), $2::uuid)
ORDER BY c.waiting_since, c.id LIMIT $3"""

SEARCH = """
SELECT conversation_record(c)::text FROM search_conversations($1, $2) s JOIN conversations c ON c.id = s.conversation_id
ORDER BY c.last_at DESC, c.id DESC"""

RUNNING = "SELECT id FROM turns WHERE conversation_id = $1 AND state IN ('thinking', 'streaming')"

CURSOR = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"

# What changed in or after transaction $1, and whether this cursor is one that this database could have given.
SINCE = """
SELECT conversation_record(c)::text FROM conversations c
WHERE c.changed_xid >= $1::text::xid8 AND c.workspace_id = app_workspace() ORDER BY c.last_at DESC LIMIT $2"""
USABLE = "SELECT $1::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot())"

FEED = "SELECT upto::text, workspace_id, conversation_id, rev FROM door_feed($1::text::xid8, $2, $3, $4)"

READ_BY_AGENT = """
WITH changed AS (
    UPDATE conversations c SET agent_read_seq = least($2, c.last_seq), rev = c.rev + 1,
        unread = (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.seq > $2 AND m.author_kind = 'contact'
            AND m.kind <> 'event')
    WHERE c.id = $1 AND least($2, c.last_seq) > c.agent_read_seq RETURNING c.*
) SELECT conversation_record(changed::conversations)::text FROM changed"""

READ_BY_CONTACT = """
WITH changed AS (
    UPDATE conversations c SET contact_read_seq = least($2, c.public_seq), rev = c.rev + 1,
        contact_unread = (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.seq > $2
            AND m.author_kind <> 'contact' AND m.kind <> 'event' AND NOT m.internal)
    WHERE c.id = $1 AND least($2, c.public_seq) > c.contact_read_seq RETURNING c.*
) SELECT conversation_record(changed::conversations)::text FROM changed"""

_record = msgspec.json.Decoder(ConversationRecord)
_FIRST = {"waiting": (-math.inf, UUID(int=0))}
_LAST = (math.inf, UUID(int=2**128 - 1))
END_OF_TIME = 253_402_300_800  # the year 10000, in seconds since 1970


async def get(conn: Connection, conversation: UUID) -> ConversationRecord | None:
    text = await conn.fetchval(GET, conversation)
    return None if text is None else _record.decode(text)


async def get_many(conn: Connection, conversations: list[UUID]) -> list[ConversationRecord]:
    return [_record.decode(row[0]) for row in await conn.fetch(GET_MANY, conversations)]


async def running_turn(conn: Connection, conversation: UUID) -> UUID | None:
    """The AI turn that is being made now."""
    found: UUID | None = await conn.fetchval(RUNNING, conversation)
    return found


async def page(
    conn: Connection, filter: Filter, agent: UUID, limit: int, after: str | None = None
) -> tuple[list[ConversationRecord], str | None]:
    """A page of the inbox and the key of the next one, None at the end. Raises ValueError for a key that no page gave."""
    when, last = _key(after) if after else _FIRST.get(filter, _LAST)
    match filter:
        case "all":
            rows = await conn.fetch(PAGE_ALL, when, last, limit)
        case "resolved":
            rows = await conn.fetch(PAGE_RESOLVED, when, last, limit)
        case "snoozed":
            rows = await conn.fetch(PAGE_SNOOZED, when, last, limit)
        case "ai":
            rows = await conn.fetch(PAGE_AI, when, last, limit)
        case "unassigned":
            rows = await conn.fetch(PAGE_UNASSIGNED, when, last, limit)
        case "mine":
            rows = await conn.fetch(PAGE_MINE, when, last, limit, agent)
        case "waiting":
            rows = await conn.fetch(PAGE_WAITING, when, last, limit)
    return [_record.decode(row[0]) for row in rows], rows[-1][1] if len(rows) == limit else None


async def search(conn: Connection, words: str, limit: int) -> list[ConversationRecord]:
    """The latest conversations that hold all the words, in a message or in the contact's data."""
    return [_record.decode(row[0]) for row in await conn.fetch(SEARCH, words, limit)]


async def cursor(conn: Connection) -> str:
    """A place in the change feed: all that committed before is in what the same transaction reads next."""
    return str(await conn.fetchval(CURSOR))


async def since(conn: Connection, cursor: str, limit: int) -> list[ConversationRecord] | None:
    """What changed since the cursor; None where it can't be used: it is no cursor of this database, or too much changed."""
    # A transaction's number has at most 20 digits; one of 20 is centuries away, and may be none.
    if len(cursor) >= 20 or not cursor.isascii() or not cursor.isdigit() or not await conn.fetchval(USABLE, cursor):
        return None
    rows = await conn.fetch(SINCE, cursor, limit + 1)
    return None if len(rows) > limit else [_record.decode(row[0]) for row in rows]


async def feed(
    conn: Connection, since: str, workspaces: list[UUID], conversations: list[UUID], most: int
) -> tuple[str, list[tuple[UUID, UUID, int]]]:
    """The next cursor, and (workspace, conversation, rev) of what changed in or after transaction `since`."""
    rows = await conn.fetch(FEED, since, workspaces, conversations, most)
    return rows[0][0], [(row[1], row[2], row[3]) for row in rows if row[2] is not None]


async def read_by_agent(conn: Connection, conversation: UUID, seq: int) -> ConversationRecord | None:
    """Marks all up to `seq` as seen by the workspace; None where it was already."""
    text = await conn.fetchval(READ_BY_AGENT, conversation, seq)
    return None if text is None else _record.decode(text)


async def read_by_contact(conn: Connection, conversation: UUID, seq: int) -> ConversationRecord | None:
    """Marks all up to `seq` as seen by the contact; None where it was already."""
    text = await conn.fetchval(READ_BY_CONTACT, conversation, seq)
    return None if text is None else _record.decode(text)


def _key(text: str) -> tuple[float, UUID]:
    when, _, id = text.partition("/")
    if not 0 <= float(when) < END_OF_TIME:
        raise ValueError("no page begins there")
    return float(when), UUID(id)
