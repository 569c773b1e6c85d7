"""Sessions of a workspace's users. A token is known by its SHA-256 alone."""

from uuid import UUID

from db.pool import Connection, many
from server.schema.accounts import SessionRecord

START = """
INSERT INTO sessions (id, workspace_id, user_id, token_hash, ip, device, expires_at)
VALUES ($1, app_workspace(), $2, $3, $4, $5, now() + make_interval(secs => $6)) RETURNING iso(expires_at)"""

ALIVE = """
SELECT id, ip, device, created_at, seen_at, expires_at FROM sessions
WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY seen_at DESC, id"""

SEEN = "UPDATE sessions SET seen_at = now() WHERE id = $1 AND seen_at < now() - interval '1 minute'"
END = "UPDATE sessions SET ended_at = now() WHERE id = $1 AND user_id = $2 AND ended_at IS NULL RETURNING id"


async def start(
    conn: Connection, session: UUID, user: UUID, token_hash: bytes, ip: str | None, device: str | None, seconds: float
) -> str:
    """A session that ends by itself after `seconds`; gives when."""
    return str(await conn.fetchval(START, session, user, token_hash, ip, device, seconds))


async def alive(conn: Connection, user: UUID) -> list[SessionRecord]:
    """The user's living sessions in this workspace, the last used first."""
    return many(await conn.fetch(ALIVE, user), SessionRecord)


async def seen(conn: Connection, session: UUID) -> None:
    """Notes that it was used, at most once a minute."""
    await conn.execute(SEEN, session)


async def end(conn: Connection, session: UUID, user: UUID) -> bool:
    """False where the user has no such living session."""
    return await conn.fetchval(END, session, user) is not None
