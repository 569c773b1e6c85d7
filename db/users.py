"""Users and their memberships, as far as the transaction's workspace sees them."""

from uuid import UUID

from db.pool import Connection, many, one
from server.schema.accounts import Member, UserRecord
from server.schema.entities import Availability, Role

GET = """
SELECT id, email, name, password_hash, greatest(0, coalesce(extract(epoch FROM locked_until - now()), 0))::float8 AS locked_for
FROM users WHERE id = $1"""

MEMBER = """
SELECT u.id, u.name, u.email, m.role, m.status FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.user_id = $1"""

MEMBERS = """
SELECT u.id, u.name, u.email, m.role, m.status FROM memberships m JOIN users u ON u.id = m.user_id ORDER BY lower(u.name), u.id"""

# The fifth failure in a row locks, each lock for twice as long as the one before.
FAILED = """
UPDATE users SET
    failed = CASE WHEN failed + 1 >= $2 THEN 0 ELSE failed + 1 END,
    locks = CASE WHEN failed + 1 >= $2 THEN locks + 1 ELSE locks END,
    locked_until = CASE WHEN failed + 1 >= $2 THEN now() + make_interval(secs => $3 * 2 ^ least(locks, 8)) ELSE locked_until END
WHERE id = $1"""

SUCCEEDED = """
UPDATE users SET failed = 0, locks = 0, locked_until = NULL
WHERE id = $1 AND (locked_until IS NULL OR locked_until <= now()) RETURNING id"""

SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1"
SET_STATUS = "UPDATE memberships SET status = $2 WHERE user_id = $1 AND status <> $2 RETURNING user_id"

# No arbiter and no RETURNING: a user who is not a member yet can't be seen by whoever enrols it.
ENROL = "INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
JOIN = """
INSERT INTO memberships (workspace_id, user_id, role) VALUES (app_workspace(), $1, $2)
ON CONFLICT (workspace_id, user_id) DO NOTHING"""


async def get(conn: Connection, user: UUID) -> UserRecord | None:
    return one(await conn.fetchrow(GET, user), UserRecord)


async def member(conn: Connection, user: UUID) -> Member | None:
    return one(await conn.fetchrow(MEMBER, user), Member)


async def members(conn: Connection) -> list[Member]:
    """Everybody who works in the workspace, by name."""
    return many(await conn.fetch(MEMBERS), Member)


async def failed(conn: Connection, user: UUID, most: int, lock_seconds: float) -> None:
    """Counts a failed sign-in; the one that makes `most` in a row locks the user."""
    await conn.execute(FAILED, user, most, lock_seconds)


async def succeeded(conn: Connection, user: UUID) -> bool:
    """Forgets the failures; False where the user has been locked meanwhile."""
    return await conn.fetchval(SUCCEEDED, user) is not None


async def set_password(conn: Connection, user: UUID, password_hash: str) -> None:
    await conn.execute(SET_PASSWORD, user, password_hash)


async def set_status(conn: Connection, user: UUID, status: Availability) -> bool:
    """The agent's own availability in this workspace; False where it was that already."""
    return await conn.fetchval(SET_STATUS, user, status) is not None


async def enrol(conn: Connection, user: UUID, email: str, name: str, password_hash: str, role: Role) -> None:
    """Makes the user, unless the id or the address is taken, and its membership, unless there is one."""
    await conn.execute(ENROL, user, email, name, password_hash)
    await join(conn, user, role)


async def join(conn: Connection, user: UUID, role: Role) -> None:
    """Makes the membership of a user who exists, unless there is one."""
    await conn.execute(JOIN, user, role)
