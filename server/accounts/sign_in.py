"""Sign-in: the same answer and the same time for a wrong password and for nobody's address."""

import asyncio
import secrets
from uuid import UUID

from msgspec import Struct
from redis.exceptions import RedisError

from db import audit, doors, sessions, users, workspaces
from db.pool import outside, tenant
from server.core import keys, limits
from server.core.core import Core
from server.core.errors import Forbidden, RateLimited, Unauthenticated, Unavailable
from server.core.ids import new_id
from server.core.secrets import token_hash
from server.schema.accounts import Member
from server.schema.entities import Time

FAILURES = 5
LOCK_SECONDS = 30 * 60.0
SESSION_SECONDS = 30 * 86400.0
WRONG = "the e-mail address or the password is wrong"


class SignedIn(Struct, frozen=True, kw_only=True):
    """`token` is shown here and stored nowhere."""

    token: str
    expires_at: Time
    session: UUID
    member: Member
    workspace: UUID
    workspace_name: str


async def sign_in(
    core: Core, email: str, password: str, *, workspace: UUID | None = None, ip: str | None = None, device: str | None = None
) -> SignedIn:
    """A new session in `workspace`, or in the first that the user belongs to.

    Raises Unauthenticated, RateLimited (too often, or locked), Forbidden for another's workspace, and Unavailable: without
    Redis nobody signs in, for nobody could be kept from trying.
    """
    address = email.strip().lower()
    await limits.demand(core.redis, "sign-in:ip", ip or "unknown")
    await limits.demand(core.redis, "sign-in:email", limits.hidden(address))
    async with outside(core.pool) as conn:
        memberships = await doors.user(conn, address)
    if not memberships:
        raise await _nobody(core, address, password)
    user, home = memberships[0]
    await _prove(core, user, home, password)
    chosen = workspace or home
    if (user, chosen) not in memberships:
        raise Forbidden("you are not a member of this workspace")
    return await _begin(core, user, chosen, ip, device)


async def _prove(core: Core, user: UUID, workspace: UUID, password: str) -> None:
    async with tenant(core.pool, workspace) as conn:
        known = await users.get(conn, user)
    if known is None:
        raise Unauthenticated(WRONG)
    if known.locked_for > 0:
        raise _locked(known.locked_for)
    right = await core.passwords.verify(known.password_hash, password)
    renewed = await core.passwords.hash(password) if right and core.passwords.outdated(known.password_hash) else None
    async with tenant(core.pool, workspace) as conn:
        if not right:
            await users.failed(conn, user, FAILURES, LOCK_SECONDS)
        elif not await users.succeeded(conn, user):
            raise _locked(LOCK_SECONDS)
        elif renewed:
            await users.set_password(conn, user, renewed)
    if not right:
        raise Unauthenticated(WRONG)


async def _begin(core: Core, user: UUID, workspace: UUID, ip: str | None, device: str | None) -> SignedIn:
    token, session = secrets.token_urlsafe(32), new_id()
    async with tenant(core.pool, workspace) as conn:
        expires_at = await sessions.start(conn, session, user, token_hash(token), ip, device, SESSION_SECONDS)
        member, record = await users.member(conn, user), await workspaces.get(conn)
        await audit.note(conn, f"user:{user}", "sign_in", session)
    if member is None or record is None:
        raise Unauthenticated(WRONG)
    return SignedIn(
        token=token, expires_at=expires_at, session=session, member=member, workspace=workspace, workspace_name=record.name
    )


async def _nobody(core: Core, address: str, password: str) -> Unauthenticated | RateLimited:
    """Nobody's address is "locked" like somebody's, as fast and as slow, so that a lock tells nothing."""
    key = keys.limit("nobody", limits.hidden(address))
    try:
        async with asyncio.timeout(limits.REDIS_SECONDS):
            count = int(await core.redis.incr(key))
            if count <= FAILURES:
                await core.redis.expire(key, int(LOCK_SECONDS))
            left = max(1, await core.redis.ttl(key))
    except (RedisError, OSError, TimeoutError) as error:
        raise Unavailable("try again in a moment", retry_after=2.0) from error
    if count > FAILURES:
        return _locked(left)
    await core.passwords.verify(None, password)
    return Unauthenticated(WRONG)


def _locked(seconds: float) -> RateLimited:
    return RateLimited("too many failed sign-ins: this account is locked for a while", retry_after=round(seconds))
