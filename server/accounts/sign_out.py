"""The end of the session that asks."""

from db import audit, sessions
from db.pool import tenant
from server.accounts.authenticate import Agent
from server.core.core import Core


async def sign_out(core: Core, agent: Agent) -> None:
    """Ends it everywhere: its sockets are closed within 5 s."""
    async with tenant(core.pool, agent.workspace) as conn:
        await sessions.end(conn, agent.session, agent.user)
        await audit.note(conn, f"user:{agent.user}", "sign_out", agent.session)
