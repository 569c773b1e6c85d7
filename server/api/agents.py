"""The people who work in the workspace."""

from litestar import get

from db import users
from db.pool import tenant
from server.api.described import ERRORS
from server.api.given import Asker, TheCore
from server.api.guards import signed_in
from server.core import presence
from server.schema import rest


@get("/agents", guards=[signed_in], responses=ERRORS)
async def list_agents(agent: Asker, core: TheCore) -> rest.Colleagues:
    """By name. `status` is what is seen of them now: who isn't connected is offline."""
    async with tenant(core.pool, agent.workspace) as conn:
        members = await users.members(conn)
    seen = await presence.agents(core, agent.workspace)
    statuses = {one.who.id: one.status for one in seen or []}
    return rest.Colleagues(
        items=[
            rest.Colleague(id=one.id, name=one.name, email=one.email, role=one.role, status=statuses.get(one.id, "offline"))
            for one in members
        ]
    )


HANDLERS = (list_agents,)
