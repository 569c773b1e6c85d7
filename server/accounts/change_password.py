"""A new password ends every other session of the user, in all workspaces."""

from db import audit, doors, users
from db.pool import tenant
from server.accounts.authenticate import Agent
from server.core import limits
from server.core.core import Core
from server.core.errors import Forbidden


async def change_password(core: Core, agent: Agent, current: str, new: str) -> int:
    """How many sessions it ended. Raises Forbidden for a wrong current password, RateLimited."""
    await limits.demand(core.redis, "password", str(agent.user))
    async with tenant(core.pool, agent.workspace) as conn:
        known = await users.get(conn, agent.user)
    if known is None or not await core.passwords.verify(known.password_hash, current):
        raise Forbidden("the current password is wrong", field="current")
    password_hash = await core.passwords.hash(new)
    async with tenant(core.pool, agent.workspace) as conn:
        await users.set_password(conn, agent.user, password_hash)
        await audit.note(conn, f"user:{agent.user}", "change_password", agent.user)
        return len(await doors.end_sessions(conn, agent.user, agent.session))
