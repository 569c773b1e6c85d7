"""Reading: a conversation through the agent who asks, and its transcript as frames carry it."""

from uuid import UUID

import msgspec

from db import conversations as db
from db import messages
from db.pool import Connection, tenant
from server.accounts.authenticate import Agent
from server.core.core import Core
from server.core.errors import NotFound
from server.schema.entities import Message
from server.schema.records import ConversationRecord, StoredMessage

PAGE = 50
MOST = 200
LIST_BYTES = 256 * 1024


async def conversation(core: Core, agent: Agent, id: UUID) -> ConversationRecord:
    """Raises NotFound: it does not exist, or not for this agent."""
    async with tenant(core.pool, agent.workspace) as conn:
        return found(await db.get(conn, id))


def found(record: ConversationRecord | None) -> ConversationRecord:
    if record is None:
        raise NotFound("there is no such conversation")
    return record


async def history(
    conn: Connection, id: UUID, *, internal: bool, before: int | None, after: int | None, limit: int = PAGE
) -> tuple[list[Message], bool]:
    """Messages before or after a seq (neither: the newest), oldest first, and whether there are more that way."""
    if after is not None:
        stored = await messages.after(conn, id, internal, after, limit + 1)
        return fit(stored[:limit], internal, len(stored) > limit, keep_newest=False)
    stored = await (
        messages.newest(conn, id, internal, limit + 1)
        if before is None
        else messages.before(conn, id, internal, before, limit + 1)
    )
    return fit(stored[-limit:], internal, len(stored) > limit, keep_newest=True)


def fit(stored: list[StoredMessage], internal: bool, more: bool, *, keep_newest: bool) -> tuple[list[Message], bool]:
    """As one audience may see them, cut to what one frame may carry."""
    seen = [one.for_agent() if internal else one.for_visitor() for one in stored]
    room, kept = LIST_BYTES, 0
    for one in reversed(seen) if keep_newest else seen:
        room -= len(msgspec.json.encode(one))
        if room < 0 and kept:
            break
        kept += 1
    if kept == len(seen):
        return seen, more
    return (seen[-kept:] if keep_newest else seen[:kept]), True
