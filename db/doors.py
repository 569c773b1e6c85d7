"""What is asked before a workspace is known; the functions stand in db/migrations/0003."""

from uuid import UUID

from db.pool import Connection

WIDGET = "SELECT door_widget($1)"
USER = "SELECT user_id, workspace_id FROM door_user($1)"
SESSION = "SELECT session_id, user_id, workspace_id FROM door_session($1)"
SESSIONS_ALIVE = "SELECT * FROM door_sessions_alive($1, $2)"
END_SESSIONS = "SELECT * FROM door_end_sessions($1, $2)"


async def widget(conn: Connection, key: str) -> UUID | None:
    """The workspace of a public widget key."""
    found: UUID | None = await conn.fetchval(WIDGET, key)
    return found


async def user(conn: Connection, email: str) -> list[tuple[UUID, UUID]]:
    """(user, workspace) for each workspace that the owner of this address belongs to, the oldest first."""
    rows = await conn.fetch(USER, email)
    return [(row[0], row[1]) for row in rows if row[1] is not None]


async def session(conn: Connection, token_hash: bytes) -> tuple[UUID, UUID, UUID] | None:
    """(session, user, workspace) of a living session."""
    row = await conn.fetchrow(SESSION, token_hash)
    return None if row is None else (row[0], row[1], row[2])


async def sessions_alive(conn: Connection, sessions: list[tuple[UUID, str]]) -> set[UUID]:
    """Which of these (session, role) pairs still hold."""
    rows = await conn.fetch(SESSIONS_ALIVE, [id for id, _ in sessions], [role for _, role in sessions])
    return {row[0] for row in rows}


async def end_sessions(conn: Connection, user: UUID, but: UUID | None) -> list[UUID]:
    """Ends the user's sessions in all workspaces but one; gives those it ended."""
    return [row[0] for row in await conn.fetch(END_SESSIONS, user, but)]
