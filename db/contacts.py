"""Contacts of the transaction's workspace."""

from typing import Any
from uuid import UUID

from db.pool import Connection, many, one
from server.schema.rest import Contact

_COLUMNS = "id, iso(created_at) AS created_at, iso(seen_at) AS seen_at, facts, name, email, phone, company, locale, page"

GET = f"SELECT {_COLUMNS} FROM contacts WHERE id = $1"

PAGE = f"""
SELECT {_COLUMNS} FROM contacts c
WHERE (c.created_at, c.id) < (
    SELECT last.created_at, last.id FROM contacts last WHERE last.id = $1
    UNION ALL SELECT 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE $1::uuid IS NULL)
ORDER BY c.created_at DESC, c.id DESC LIMIT $2"""

SEARCH = f"""
SELECT {_COLUMNS} FROM search_contacts($1, $2) s JOIN contacts c ON c.id = s.contact_id
ORDER BY c.created_at DESC, c.id DESC"""

# Every writer locks conversations first, in the order of their ids. What they show of the contact changes with it.
LOCK = "SELECT id FROM conversations WHERE contact_id = $1 ORDER BY id FOR UPDATE"
TOUCH = "UPDATE conversations SET rev = rev + 1 WHERE contact_id = $1"

# `$2` has the fields that change, null for those that are forgotten; `$3` are facts that are added.
CHANGE = f"""
UPDATE contacts SET
    name = CASE WHEN $2::jsonb ? 'name' THEN $2 ->> 'name' ELSE name END,
    email = CASE WHEN $2 ? 'email' THEN $2 ->> 'email' ELSE email END,
    phone = CASE WHEN $2 ? 'phone' THEN $2 ->> 'phone' ELSE phone END,
    company = CASE WHEN $2 ? 'company' THEN $2 ->> 'company' ELSE company END,
    facts = facts || $3::jsonb
WHERE id = $1 RETURNING {_COLUMNS}"""


async def get(conn: Connection, contact: UUID) -> Contact | None:
    return one(await conn.fetchrow(GET, contact), Contact)


async def page(conn: Connection, limit: int, after: UUID | None = None) -> list[Contact]:
    """The newest contacts, or those behind the contact `after`."""
    return many(await conn.fetch(PAGE, after, limit), Contact)


async def search(conn: Connection, question: str, limit: int) -> list[Contact]:
    """The newest contacts whose data has all the words, each as the beginning of one."""
    return many(await conn.fetch(SEARCH, question, limit), Contact)


async def change(
    conn: Connection, contact: UUID, fields: dict[str, str | None], facts: dict[str, Any], shown: bool
) -> Contact | None:
    """None where there is no such contact. `shown`: what conversations show of it changes, so they change too."""
    if shown:
        await conn.fetch(LOCK, contact)
    changed = one(await conn.fetchrow(CHANGE, contact, fields, facts), Contact)
    if shown and changed is not None:
        await conn.execute(TOUCH, contact)
    return changed
