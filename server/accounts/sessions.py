"""The sessions of a user: which there are, and the end of one."""

from uuid import UUID

from db import audit, sessions
from db.pool import tenant
from server.accounts.authenticate import Agent
from server.core.core import Core
from server.core.errors import NotFound
from server.schema.accounts import SessionRecord


async def living(core: Core, agent: Agent) -> list[SessionRecord]:
    """The user's own sessions in this workspace, the last used first."""
    async with tenant(core.pool, agent.workspace) as conn:
        return await sessions.alive(conn, agent.user)


async def revoke(core: Core, agent: Agent, session: UUID) -> None:
    """Ends one of the user's own sessions. Raises NotFound for any other."""
    async with tenant(core.pool, agent.workspace) as conn:
        if not await sessions.end(conn, session, agent.user):
            raise NotFound("you have no such session")
        await audit.note(conn, f"user:{agent.user}", "revoke_session", session)
