"""Leads of the transaction's workspace: what a score is made of, the score, and what has happened to a lead."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from db.pool import Connection, one
from server.schema.rest import Lead, Reason

GET = """
SELECT id, stage, label, score, reasons, facts, iso(updated_at) AS updated_at FROM leads WHERE contact_id = $1"""

# The contact's last 100 messages are enough to know them by, and of a very long one its beginning.
GROUNDS = """
SELECT c.contact_id AS contact, c.channel, c.responded, c.last_seq, p.name, p.email, p.phone, p.company, p.facts,
    ARRAY(SELECT left(m.text, 2000) FROM messages m
        WHERE m.conversation_id = c.id AND m.author_kind = 'contact' AND m.kind = 'text' ORDER BY m.seq DESC LIMIT 100) AS said,
    EXISTS (SELECT FROM messages m WHERE m.conversation_id = c.id AND m.seq > c.last_seq - 500 AND m.kind = 'event'
        AND m.author_kind = 'contact' AND m.data ->> 'event' = 'human_requested') AS asked_for_person
FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.id = $1"""

LOCK = "SELECT id, score, label FROM leads WHERE contact_id = $1 FOR UPDATE"

KEEP = """
INSERT INTO leads (id, workspace_id, contact_id, stage, score, label, reasons, facts, scored_seq)
VALUES ($1, app_workspace(), $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (workspace_id, contact_id) DO UPDATE SET score = excluded.score, label = excluded.label, reasons = excluded.reasons,
    facts = leads.facts || excluded.facts, scored_seq = excluded.scored_seq, updated_at = now()
RETURNING id"""

ADD_EVENT = "INSERT INTO lead_events (workspace_id, lead_id, kind, data) VALUES (app_workspace(), $1, $2, $3)"


class Grounds(Struct, frozen=True, kw_only=True):
    """What is known of a conversation's contact. `said`: their messages, the newest first."""

    contact: UUID
    channel: str
    responded: bool
    last_seq: int
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    facts: dict[str, Any]
    said: list[str]
    asked_for_person: bool


class Scored(Struct, frozen=True):
    id: UUID
    score: int | None
    label: str


async def get(conn: Connection, contact: UUID) -> Lead | None:
    return one(await conn.fetchrow(GET, contact), Lead)


async def grounds(conn: Connection, conversation: UUID) -> Grounds | None:
    return one(await conn.fetchrow(GROUNDS, conversation), Grounds)


async def lock(conn: Connection, contact: UUID) -> Scored | None:
    """The contact's lead, which nobody else changes until the transaction ends."""
    return one(await conn.fetchrow(LOCK, contact), Scored)


async def keep(
    conn: Connection,
    id: UUID,
    contact: UUID,
    stage: str,
    score: int,
    label: str,
    reasons: list[Reason],
    facts: dict[str, Any],
    seq: int,
) -> UUID:
    """Writes the score; a lead that does not exist begins at `stage` with this id. The lead's id."""
    kept: UUID = await conn.fetchval(KEEP, id, contact, stage, score, label, reasons, facts, seq)
    return kept


async def add_event(conn: Connection, lead: UUID, kind: str, data: dict[str, Any]) -> None:
    await conn.execute(ADD_EVENT, lead, kind, data)
