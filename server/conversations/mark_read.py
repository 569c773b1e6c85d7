"""Everything up to a seq has been seen. It only rises."""

from uuid import UUID

from db import conversations as db
from db.pool import tenant
from server.accounts.authenticate import Agent
from server.conversations import find
from server.conversations.post import changed
from server.core.core import Core


async def read_by_agent(core: Core, agent: Agent, conversation: UUID, seq: int) -> None:
    """Raises NotFound."""
    async with tenant(core.pool, agent.workspace) as conn:
        record = await db.read_by_agent(conn, conversation, seq)
        if record is None:
            find.found(await db.get(conn, conversation))
    if record is not None:
        await changed(core, record)


async def read_by_contact(core: Core, workspace: UUID, conversation: UUID, seq: int) -> None:
    async with tenant(core.pool, workspace) as conn:
        record = await db.read_by_contact(conn, conversation, seq)
    if record is not None:
        await changed(core, record)
