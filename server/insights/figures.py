"""The live figures of a workspace: what is going on now, and the messages of the last hour."""

import time
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from db import figures as db
from db.pool import tenant
from server.core import keys, presence
from server.core.core import Core
from server.schema.frames import Stats

log = structlog.get_logger()

MINUTES = 60
SETTLED_SECONDS = 10
"""After its end no transaction adds messages to a minute any more."""


async def figures(core: Core, workspace: UUID) -> Stats:
    """`messages` has one count for each of the last 60 minutes, the present one last. Where Redis does not answer, nobody is
    known to be there. Raises db.errors.Unavailable."""
    minute = int(time.time() // 60)
    past = await _settled(core, workspace, minute)
    since = next(n for n in range(minute - MINUTES + 1, minute + 1) if n not in past)
    async with tenant(core.pool, workspace) as conn:
        now = await db.now(conn)
        counted = await db.minutes(conn, since)
    await _settle(core, workspace, since, counted)
    here = await presence.visitors(core, workspace) or []
    agents = await presence.agents(core, workspace) or []
    return Stats(
        at=now.at,
        open=now.open,
        waiting=now.waiting,
        longest_wait=now.longest_wait,
        ai=now.ai,
        human=now.human,
        agents_online=sum(agent.status == "online" for agent in agents),
        visitors=len(here),
        median_first_response=now.median_first_response,
        messages=[past.get(n, 0) + counted.get(n, 0) for n in range(minute - MINUTES + 1, minute + 1)],
    )


async def _settled(core: Core, workspace: UUID, minute: int) -> dict[int, int]:
    """Minutes that are over were counted once: the first of them, without a gap."""
    try:
        kept = {int(name): int(count) for name, count in (await core.redis.hgetall(keys.minutes(workspace))).items()}  # type: ignore[misc]
    except (RedisError, OSError) as error:
        log.warning("minutes not read", error=type(error).__name__)
        return {}
    found = {}
    for n in range(minute - MINUTES + 1, minute):
        if n not in kept:
            break
        found[n] = kept[n]
    return found


async def _settle(core: Core, workspace: UUID, since: int, counted: dict[int, int]) -> None:
    over = range(since, int((time.time() - SETTLED_SECONDS) // 60))
    if not over:
        return
    name = keys.minutes(workspace)
    try:
        pipe = core.redis.pipeline(transaction=False)
        pipe.hset(name, mapping={str(n): counted.get(n, 0) for n in over})
        pipe.hdel(name, *(str(n - MINUTES - back) for n in over for back in range(2)))
        pipe.expire(name, 60 * MINUTES)
        await pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("minutes not kept", error=type(error).__name__)
