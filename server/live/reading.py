"""What PostgreSQL says of a conversation: for a connection that joins, and for a topic that may have missed something."""

from uuid import UUID

from msgspec import Struct

from db import conversations as db
from db import messages
from db.pool import Connection, tenant
from server.conversations.find import MOST, PAGE, fit
from server.core import turnlog
from server.core.core import Core
from server.core.turnlog import Said
from server.live.audiences import Audience
from server.schema.entities import Message
from server.schema.records import ConversationRecord, StoredMessage


class Snapshot(Struct, frozen=True):
    """What one connection is told when it joins."""

    record: ConversationRecord | None
    messages: list[Message]
    snapshot: bool
    more: bool


class News(Struct, frozen=True):
    """What happened since a topic's last state. `running` is the AI turn being made, `said` what it has published."""

    record: ConversationRecord | None
    messages: list[StoredMessage]
    edited: list[StoredMessage]
    running: UUID | None
    said: Said | None


async def snapshot(core: Core, workspace: UUID, id: UUID, audience: Audience, after: int | None, rev: int | None) -> Snapshot:
    """Exactly what came after `after`, and of what is older what changed after `rev`; the newest where that is too much,
    or where `after` is not given or not of this conversation. Raises Unavailable."""
    internal = audience == "agent"
    async with tenant(core.pool, workspace) as conn:
        record = await db.get(conn, id)
        if record is None:
            return Snapshot(None, [], after is None, False)
        if after is not None and after <= record.last_seq:
            missed = await messages.after(conn, id, internal, after, MOST + 1)
            stale = [] if rev is None else await messages.edited(conn, id, internal, after, rev, MOST + 1)
            if len(missed) + len(stale) <= MOST:
                listed, cut = fit([*stale, *missed], internal, False, keep_newest=True)
                if not cut:
                    return Snapshot(record, listed, False, False)
        newest = await messages.newest(conn, id, internal, PAGE + 1)
    listed, more = fit(newest[-PAGE:], internal, len(newest) > PAGE, keep_newest=True)
    return Snapshot(record, listed, True, more)


async def news(core: Core, workspace: UUID, id: UUID, known: ConversationRecord | None, *, told: bool) -> News:
    """`told`: somebody listens, who must get every message since `known`. Raises Unavailable."""
    added: list[StoredMessage] = []
    edited: list[StoredMessage] = []
    async with tenant(core.pool, workspace) as conn:
        record = await db.get(conn, id)
        if record is not None and told and (known is None or record.rev > known.rev):
            added = await _since(conn, id, known.last_seq if known else 0)
            if known is not None:
                edited = await messages.edited(conn, id, True, known.last_seq, known.rev, MOST)
        running = await db.running_turn(conn, id) if record is not None and record.mode == "ai" else None
    said = await turnlog.read(core, id) if running is not None else None
    return News(record, added, edited, running, said)


async def _since(conn: Connection, id: UUID, seq: int) -> list[StoredMessage]:
    found: list[StoredMessage] = []
    while page := await messages.after(conn, id, True, found[-1].seq if found else seq, MOST):
        found += page
    return found
