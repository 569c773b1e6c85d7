"""Who may pass: a signed-in agent, whose cookie serves the server's own pages only, within its rate."""

from typing import Any

import structlog
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from server.accounts import origin, roles
from server.accounts.authenticate import Agent, authenticate
from server.core import limits
from server.core.core import Core
from server.core.errors import Forbidden, RateLimited, Unavailable

Connection = ASGIConnection[Any, Any, Any, Any]
SAFE = {"GET", "HEAD", "OPTIONS"}
LIMIT = "parley.limit"
"""The scope's key of what was taken of the asker's rate; the edge tells it in `X-RateLimit-*`."""


async def signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """Finds the agent who asks. Raises Unauthenticated, Forbidden (another site used the cookie), RateLimited."""
    core: Core = connection.app.state.desk.core
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    bearer = secret.strip() if kind.lower() == "bearer" else None
    agent = await authenticate(core, bearer or connection.cookies.get(origin.COOKIE))
    if bearer is None and connection.scope.get("method") not in SAFE:
        own_origin(connection)
    await _within_rate(core, connection, agent)
    connection.scope["user"] = agent
    if conversation := connection.path_params.get("conversation"):
        structlog.contextvars.bind_contextvars(conversation=str(conversation))


def own_origin(connection: Connection) -> None:
    """Raises Forbidden where a page of another site sent the browser."""
    url, public = connection.base_url, connection.app.state.settings.public_url
    if not origin.is_own(connection.headers.get("origin"), public, url.scheme, url.netloc):
        raise Forbidden("the request does not come from this server's own pages")


def works(connection: Connection, _: BaseRouteHandler) -> None:
    """After `signed_in`. Raises Forbidden for whoever only reads."""
    roles.demand_worker(connection.scope["user"].role)


def manages(connection: Connection, _: BaseRouteHandler) -> None:
    """After `signed_in`. Raises Forbidden for whoever is no manager."""
    roles.demand_manager(connection.scope["user"].role)


async def who_asks(request: Request[Agent, Any, Any]) -> Agent:
    """The dependency `agent`."""
    return request.user


async def _within_rate(core: Core, connection: Connection, agent: Agent) -> None:
    try:
        taken = await limits.take(core.redis, "api", str(agent.session))
    except Unavailable:
        return  # work goes on without Redis
    connection.scope[LIMIT] = taken  # type: ignore[literal-required]
    if not taken.allowed:
        raise RateLimited("too many requests", retry_after=taken.retry_after)
