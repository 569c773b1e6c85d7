"""From a session's secret to who asks."""

from uuid import UUID

from msgspec import Struct

from db import doors, sessions, users
from db.pool import outside, tenant
from server.accounts import roles
from server.core.core import Core
from server.core.errors import Unauthenticated
from server.core.secrets import token_hash
from server.schema.entities import Availability, Role

TOKEN_CHARS = 256


class Agent(Struct, frozen=True, kw_only=True):
    """A user in a workspace, asking through one of its sessions."""

    user: UUID
    workspace: UUID
    role: Role
    name: str
    email: str
    session: UUID
    status: Availability

    @property
    def works(self) -> bool:
        return roles.works(self.role)

    @property
    def manages(self) -> bool:
        return roles.manages(self.role)


async def authenticate(core: Core, token: str | None) -> Agent:
    """Who holds this secret, from a bearer token or the cookie. Raises Unauthenticated."""
    if not token or len(token) > TOKEN_CHARS:
        raise Unauthenticated("sign in first")
    async with outside(core.pool) as conn:
        found = await doors.session(conn, token_hash(token))
    if found is None:
        raise Unauthenticated("this session has ended: sign in again")
    session, user, workspace = found
    async with tenant(core.pool, workspace) as conn:
        member = await users.member(conn, user)
        await sessions.seen(conn, session)
    if member is None:
        raise Unauthenticated("this session has ended: sign in again")
    return Agent(
        user=user,
        workspace=workspace,
        role=member.role,
        name=member.name,
        email=member.email,
        session=session,
        status=member.status,
    )
