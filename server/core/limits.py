"""How often somebody may do something: GCRA in Redis, one script and one key a client.

`LIMITS` is the table of all of them. A burst is allowed at once, after it a steady rate.
"""

import asyncio
import hashlib
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.core import keys
from server.core.errors import RateLimited, Unavailable

REDIS_SECONDS = 1.0


class Rate(NamedTuple):
    per_minute: int
    burst: int


LIMITS = {
    "sign-in:ip": Rate(per_minute=60, burst=60),
    "sign-in:email": Rate(per_minute=30, burst=30),
    "password": Rate(per_minute=5, burst=5),
    "api": Rate(per_minute=1200, burst=300),
}


class Taken(NamedTuple):
    """What a client is told of its limit; `retry_after` and `reset` (until the whole burst is free) in seconds."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: float
    reset: float


# Times in milliseconds of Redis' own clock, so that servers need not agree on theirs.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local following = arrival + interval
local opens = following - interval * burst
if opens > now then return {0, 0, math.ceil(opens - now), math.ceil(arrival - now)} end
redis.call('SET', KEYS[1], string.format('%.3f', following), 'PX', math.max(1, math.ceil(following - now)))
return {1, math.floor((now - opens) / interval), 0, math.ceil(following - now)}
"""


async def take(redis: Redis, name: str, subject: str) -> Taken:
    """Takes one of `subject`'s. Raises Unavailable where Redis does not answer: the caller decides what that means."""
    rate = LIMITS[name]
    try:
        async with asyncio.timeout(REDIS_SECONDS):
            script = redis.register_script(_TAKE)
            args = [60_000 / rate.per_minute, rate.burst]
            allowed, left, wait, reset = await script(keys=[keys.limit(name, subject)], args=args)
    except (RedisError, OSError, TimeoutError) as error:
        raise Unavailable("try again in a moment", retry_after=2.0) from error
    return Taken(bool(allowed), rate.burst, left, wait / 1000, reset / 1000)


async def demand(redis: Redis, name: str, subject: str) -> None:
    """As `take`; raises RateLimited where none is left."""
    taken = await take(redis, name, subject)
    if not taken.allowed:
        raise RateLimited("too many attempts", retry_after=taken.retry_after)


def hidden(subject: str) -> str:
    """A subject that shall not stand in Redis as it is, such as an address."""
    return hashlib.sha256(subject.encode()).hexdigest()[:32]
