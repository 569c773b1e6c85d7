"""A process's core over a test's stores, for what needs no server around it."""

import contextlib
from collections.abc import AsyncIterator

from redis.asyncio import Redis

from db.pool import open_pool
from server.core.background import Background
from server.core.bus import Bus
from server.core.core import Core
from server.core.passwords import Passwords
from server.core.secrets import Secrets
from server.settings import Settings


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Core]:
    """Its bus publishes and hears nothing; its tasks end with it."""
    pool, tasks = await open_pool(settings.database_url), Background()
    async with Redis.from_url(settings.redis_url) as redis:
        yield Core(
            pool=pool,
            redis=redis,
            bus=Bus(redis, settings.redis_url),
            tasks=tasks,
            secrets=Secrets(settings.secret_key),
            passwords=Passwords(settings.password_memory),
        )
        await tasks.stop()
    await pool.close()
