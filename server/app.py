"""The application: what a server process is made of. Reads as a table of contents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from litestar import Litestar
from litestar.datastructures import State
from redis.asyncio import Redis

from db.pool import open_pool
from server import api, pages
from server.ai import models
from server.ai.reply import Replies
from server.api.described import OPENAPI
from server.api.edge import edge
from server.core import log, metrics
from server.core.background import Background
from server.core.bus import Bus
from server.core.core import Core, Tuning
from server.core.passwords import Passwords
from server.core.secrets import Secrets
from server.flows.desk import Desk
from server.insights.figures import figures
from server.live import SOCKETS
from server.live.hub import Hub
from server.live.live import Live
from server.pages.errors import answer
from server.settings import Settings

TURN_SECONDS = 0.6
"""The part of the time to drain that AI turns may take to finish."""


def create_app(settings: Settings) -> Litestar:
    """One server process. `state.drain` lets go of sockets and turns; uvicorn's shutdown awaits it first."""
    log.configure(settings.log_level)

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        desk, live = await _open(settings)
        core = desk.core
        app.state.update(desk=desk, live=live)
        core.tasks.start("bus", core.bus.run())
        core.tasks.start("turns", desk.replies.sweep_forever())
        live.start()
        try:
            yield
        finally:
            await core.tasks.stop()
            await core.redis.aclose()
            await core.pool.close()

    async def drain() -> None:
        state = app.state
        state["draining"] = True
        structlog.get_logger().info("draining", connections=len(state.live.outlets))
        await state.live.drain()
        await state.desk.replies.drain(settings.drain_seconds * TURN_SECONDS)

    app = Litestar(
        route_handlers=[*api.ROUTES, *pages.PAGES, *SOCKETS],
        lifespan=[running],
        exception_handlers={Exception: answer},
        openapi_config=OPENAPI,
        state=State({"settings": settings, "drain": drain}),
        # Litestar's own logging and debug pages stay out of it: errors have one mapping.
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = edge(app.asgi_handler)
    return app


async def _open(settings: Settings) -> tuple[Desk, Live]:
    """Raises db.errors.Unavailable where PostgreSQL does not answer; Redis may come later."""
    redis = Redis.from_url(settings.redis_url, socket_timeout=3.0, socket_connect_timeout=2.0)
    pool = await open_pool(settings.database_url, settings.database_pool)
    core = Core(
        pool=pool,
        redis=redis,
        bus=Bus(redis, settings.redis_url),
        tasks=Background(),
        secrets=Secrets(settings.secret_key),
        passwords=Passwords(settings.password_memory),
        tuning=Tuning(quiet=settings.quiet_seconds, follow_up=settings.follow_up_seconds, idle=settings.idle_seconds),
    )
    model = models.choose(settings.anthropic_api_key, settings.anthropic_model, settings.anthropic_base_url)
    desk = Desk(core=core, replies=Replies(core, model))
    metrics.readings.add("pool_size", "Connections to PostgreSQL", pool.get_size)
    metrics.readings.add("pool_idle", "Connections to PostgreSQL that wait for work", pool.get_idle_size)
    metrics.readings.add("bus_connected", "1 while live events come in from Redis", lambda: float(core.bus.connected.is_set()))
    live = Live(desk=desk, hub=Hub(core, figures), public_url=settings.public_url)
    metrics.readings.add("waiting_bytes", "Bytes that wait for connections", lambda: sum(one.waiting for one in live.outlets))
    return desk, live
