"""Whose browser a visitor's is."""

from uuid import UUID

from db.pool import Connection

CONTACT = "SELECT contact_id FROM contact_identities WHERE kind = $1 AND value = $2"
STRANGER = """
SELECT s.id
FROM (SELECT coalesce(
    (SELECT contact_id FROM contact_identities WHERE kind = 'visitor' AND value = $1::uuid::text), $1) AS id) AS s
WHERE NOT EXISTS (SELECT FROM contact_identities e WHERE e.contact_id = s.id AND e.kind = 'external')"""
NAME = "SELECT name FROM contacts WHERE id = $1"
REACH = "SELECT email, locale FROM contacts WHERE id = $1"
IS_EXTERNAL = "SELECT EXISTS (SELECT FROM contact_identities WHERE contact_id = $1 AND kind = 'external')"

# What conversations show of the contact changes with it. Every writer locks conversations first.
SHOWN = """
UPDATE conversations SET rev = rev + 1
WHERE contact_id = $1 AND EXISTS (SELECT FROM contacts WHERE id = $1 AND name IS DISTINCT FROM $2::text)"""

# The contact takes what its identity says of it; what it had said itself stays where the identity is silent.
IDENTIFY = """
UPDATE contacts SET name = coalesce($2, name), email = coalesce($3, email), phone = coalesce($4, phone),
    company = coalesce($5, company), seen_at = now()
WHERE id = $1"""
LINK = """
INSERT INTO contact_identities (workspace_id, kind, value, contact_id)
SELECT app_workspace(), $1, $2, id FROM contacts WHERE id = $3
ON CONFLICT DO NOTHING"""
SEEN_ON = "UPDATE contacts SET page = $2, seen_at = now() WHERE id = $1"


async def contact(conn: Connection, kind: str, value: str) -> UUID | None:
    """The contact behind an identity, such as ("external", the host's own user id)."""
    found: UUID | None = await conn.fetchval(CONTACT, kind, value)
    return found


async def stranger(conn: Connection, visitor: UUID) -> UUID | None:
    """The contact of a browser's token: the visitor's own id, before it has written. None: a signed identity has taken that
    contact since, and the token of the stranger that they were opens nothing any more."""
    found: UUID | None = await conn.fetchval(STRANGER, visitor)
    return found


async def name(conn: Connection, contact: UUID) -> str | None:
    found: str | None = await conn.fetchval(NAME, contact)
    return found


async def reach(conn: Connection, contact: UUID) -> tuple[str | None, str | None]:
    """(e-mail, locale), where known."""
    row = await conn.fetchrow(REACH, contact)
    return (row[0], row[1]) if row else (None, None)


async def is_external(conn: Connection, contact: UUID) -> bool:
    """Whether the host's page has vouched for this contact before."""
    return bool(await conn.fetchval(IS_EXTERNAL, contact))


async def identify(
    conn: Connection, contact: UUID, name: str | None, email: str | None, phone: str | None, company: str | None
) -> None:
    """Inboxes hear of a new name by the change feed, within a second."""
    if name is not None:
        await conn.execute(SHOWN, contact, name)
    await conn.execute(IDENTIFY, contact, name, email, phone, company)


async def link(conn: Connection, kind: str, value: str, contact: UUID) -> None:
    """Nothing happens where the contact does not exist yet: its first message links it."""
    await conn.execute(LINK, kind, value, contact)


async def seen_on(conn: Connection, contact: UUID, page: dict[str, str | None]) -> None:
    await conn.execute(SEEN_ON, contact, page)
