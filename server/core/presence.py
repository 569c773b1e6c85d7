"""Who is there: connections in sorted sets on Redis, each with the time when it lapses.

Every process renews its own connections every 4 s; what a dead process leaves behind lapses after 15 s. Readers look at
the whole set and compare: nothing is announced that could be lost.
"""

import time
from typing import Any
from uuid import UUID

import msgspec
import structlog
from redis.exceptions import RedisError

from server.core import keys
from server.core.core import Core
from server.schema.entities import Availability, Page, Presence, Who

log = structlog.get_logger()

RENEW_SECONDS = 4.0
LAPSE_SECONDS = 15.0
# A page that is reloaded is not a person who left.
GRACE_SECONDS = 3.0


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One connection of a person. An agent who is `offline` by choice is connected all the same."""

    who: Who
    connection: UUID
    status: Availability = "online"
    page: Page | None = None

    @property
    def key(self) -> str:
        return f"{self.who.id}/{self.connection}"


class Entered(msgspec.Struct, frozen=True):
    workspace: UUID
    member: Member


def _set(workspace: UUID, member: Member) -> str:
    return keys.agents(workspace) if member.who.kind == "agent" else keys.visitors(workspace)


async def renew(core: Core, entered: list[Entered]) -> None:
    """Keeps connections alive; never raises: without Redis nobody is known to be there until it is back."""
    until = time.time() + LAPSE_SECONDS
    try:
        pipe = core.redis.pipeline(transaction=False)
        for one in entered:
            name = _set(one.workspace, one.member)
            pipe.zadd(name, {one.member.key: until})
            pipe.hset(keys.details(name), one.member.key, msgspec.json.encode(one.member).decode())
            pipe.expire(name, 3600)
            pipe.expire(keys.details(name), 3600)
        await pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("presence not renewed", error=type(error).__name__)


async def leave(core: Core, one: Entered) -> None:
    """The connection ended: it lapses in a moment, unless the person is back."""
    try:
        await core.redis.zadd(_set(one.workspace, one.member), {one.member.key: time.time() + GRACE_SECONDS}, xx=True)
    except (RedisError, OSError) as error:
        log.warning("presence not left", error=type(error).__name__)


async def agents(core: Core, workspace: UUID) -> list[Presence] | None:
    """The agents who are connected, one entry a person. None: Redis does not answer."""
    return await _read(core, keys.agents(workspace))


async def visitors(core: Core, workspace: UUID) -> list[Presence] | None:
    """The visitors on the site, with the page of their newest connection. None: Redis does not answer."""
    return await _read(core, keys.visitors(workspace))


async def somebody_answers(core: Core, workspace: UUID) -> bool:
    """Whether an agent is online. Where nobody knows, we hope so."""
    there = await agents(core, workspace)
    return there is None or any(one.status == "online" for one in there)


async def _read(core: Core, name: str) -> list[Presence] | None:
    now = time.time()
    try:
        pipe = core.redis.pipeline(transaction=False)
        pipe.zrangebyscore(name, "-inf", now)
        pipe.zrangebyscore(name, now, "+inf")
        pipe.hgetall(keys.details(name))
        gone, here, details = await pipe.execute()
        if gone:
            await core.redis.zremrangebyscore(name, "-inf", now)
            await core.redis.hdel(keys.details(name), *gone)  # type: ignore[misc]  # redis-py types one method for both its clients
    except (RedisError, OSError) as error:
        log.warning("presence not read", error=type(error).__name__)
        return None
    return _people([details[key] for key in here if key in details])


def _people(found: list[Any]) -> list[Presence]:
    people: dict[UUID, Presence] = {}
    for raw in found:
        member = msgspec.json.decode(raw, type=Member)
        people[member.who.id] = Presence(who=member.who, status=member.status, page=member.page)
    return list(people.values())
