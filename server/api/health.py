"""What machines ask: whether the process lives, whether it can serve, and its figures."""

import asyncio
import hmac
import ipaddress
from typing import Any

from litestar import Request, Response, get

from db.migrate import LATEST, schema_version
from db.pool import outside
from server.api.given import TheCore
from server.core import metrics, queues
from server.core.core import Core
from server.core.errors import Forbidden
from server.schema.rest import Health

SECONDS = 2.0


@get("/health/live", include_in_schema=False)
async def live() -> Health:
    """The event loop turns."""
    return Health(status="alive")


@get("/health/ready", include_in_schema=False)
async def ready(core: TheCore, request: Request[Any, Any, Any]) -> Response[Health]:
    """Both stores answer, the schema is at least what this code needs, and the process isn't about to stop."""
    checks = {"database": _database(core), "redis": _redis(core)}
    answers = await asyncio.gather(*checks.values(), return_exceptions=True)
    failed = [name for name, answer in zip(checks, answers, strict=True) if answer is not True]
    if request.app.state.get("draining"):
        failed.append("draining")
    health = Health(status="unavailable" if failed else "ready", failed=failed)
    return Response(health, status_code=503 if failed else 200, headers={"Cache-Control": "no-store"})


@get("/metrics", include_in_schema=False)
async def figures(core: TheCore, request: Request[Any, Any, Any]) -> Response[bytes]:
    """For Prometheus: with METRICS_TOKEN as a bearer token where that is set, else from this machine alone."""
    token = str(request.app.state.settings.metrics_token)
    given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    allowed = hmac.compare_digest(given.encode(), token.encode()) if token else _is_local(request)
    if not allowed:
        raise Forbidden("figures are for this machine, or for whoever holds METRICS_TOKEN")
    await queues.look(core)
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)


async def _database(core: Core) -> bool:
    async with asyncio.timeout(SECONDS), outside(core.pool) as conn:
        return await schema_version(conn) >= LATEST


async def _redis(core: Core) -> bool:
    async with asyncio.timeout(SECONDS):
        return bool(await core.redis.ping())


def _is_local(request: Request[Any, Any, Any]) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


HANDLERS = (live, ready, figures)
