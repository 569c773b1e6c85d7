"""Signing in and out, the sessions, the password."""

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.params import FromPath, JSONBody

from db import workspaces
from db.pool import tenant
from server.accounts import change_password, origin, sessions, sign_in, sign_out
from server.api.described import ERRORS
from server.api.given import Asker, TheCore
from server.api.guards import signed_in
from server.core.errors import NotFound
from server.schema import rest

NO_COOKIE = origin.cookie("", "", 0)


@post("/auth/login", status_code=200, security=[], responses=ERRORS)
async def login(data: JSONBody[rest.Login], request: Request[Any, Any, Any], core: TheCore) -> rest.LoggedIn:
    """A session begins. After five failures in a row the account is locked for 30 minutes, then for longer."""
    signed = await sign_in.sign_in(
        core,
        data.email,
        data.password,
        workspace=data.workspace,
        ip=request.client.host if request.client else None,
        device=request.headers.get("user-agent"),
    )
    place = rest.Place(id=signed.workspace, name=signed.workspace_name)
    member = signed.member
    user = rest.User(id=member.id, name=member.name, email=member.email, role=member.role, workspace=place)
    return rest.LoggedIn(token=signed.token, expires_at=signed.expires_at, user=user)


@post("/auth/logout", status_code=204, guards=[signed_in], responses=ERRORS, response_headers={"Set-Cookie": NO_COOKIE})
async def logout(agent: Asker, core: TheCore) -> None:
    """The session ends, and with it the cookie; its live connections are closed within 5 s."""
    await sign_out.sign_out(core, agent)


@get("/me", guards=[signed_in], responses=ERRORS)
async def me(agent: Asker, core: TheCore) -> rest.Myself:
    """Who asks, and where."""
    async with tenant(core.pool, agent.workspace) as conn:
        workspace = await workspaces.get(conn)
    if workspace is None:
        raise NotFound("there is no such workspace")
    place = rest.Place(id=workspace.id, name=workspace.name)
    user = rest.User(id=agent.user, name=agent.name, email=agent.email, role=agent.role, workspace=place)
    return rest.Myself(user=user, session=agent.session, status=agent.status)


@get("/auth/sessions", guards=[signed_in], responses=ERRORS)
async def list_sessions(agent: Asker, core: TheCore) -> rest.Sessions:
    """The asker's own living sessions in this workspace, the last used first."""
    return rest.Sessions(
        items=[
            rest.Session(
                id=one.id,
                created_at=one.created_at,
                seen_at=one.seen_at,
                expires_at=one.expires_at,
                current=one.id == agent.session,
                ip=one.ip,
                device=one.device,
            )
            for one in await sessions.living(core, agent)
        ]
    )


@delete("/auth/sessions/{session:uuid}", guards=[signed_in], responses=ERRORS)
async def revoke(session: FromPath[UUID], agent: Asker, core: TheCore) -> None:
    """Ends one of the asker's own sessions."""
    await sessions.revoke(core, agent, session)


@post("/auth/password", status_code=200, guards=[signed_in], responses=ERRORS)
async def password(data: JSONBody[rest.PasswordChange], agent: Asker, core: TheCore) -> rest.PasswordChanged:
    """A new password; every other session of the user ends."""
    return rest.PasswordChanged(ended=await change_password.change_password(core, agent, data.current, data.new))


HANDLERS = (login, logout, me, list_sessions, revoke, password)
