"""REST under /api/v1, and what machines ask: health, figures, the description of it all."""

from litestar import Router
from litestar.datastructures import State
from litestar.di import Provide

from server.api import agents, articles, auth, contacts, conversations, described, health, stats
from server.api.described import OPENAPI
from server.api.edge import edge
from server.api.guards import who_asks
from server.core.core import Core
from server.core.http import answer
from server.flows.desk import Desk

__all__ = ["OPENAPI", "ROUTES", "answer", "edge", "who_asks"]

BODY_BYTES = 1 << 20
FILES = (auth, conversations, contacts, articles, agents, stats, described)
"""One file a noun, each with its HANDLERS."""


async def _desk(state: State) -> Desk:
    desk: Desk = state.desk
    return desk


async def _core(state: State) -> Core:
    core: Core = state.desk.core
    return core


_GIVEN = {"desk": Provide(_desk), "core": Provide(_core), "agent": Provide(who_asks)}

ROUTES = [
    Router(
        "/api/v1",
        route_handlers=[handler for file in FILES for handler in file.HANDLERS],
        dependencies=_GIVEN,
        exception_handlers={Exception: answer},
        request_max_body_size=BODY_BYTES,
    ),
    Router("/", route_handlers=list(health.HANDLERS), dependencies=_GIVEN),
]
