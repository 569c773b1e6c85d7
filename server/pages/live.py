"""The manager's live figures."""

from functools import cache
from typing import Any

from litestar import Request, Response, get

from server.accounts.roles import demand_manager
from server.pages.modules import needed
from server.pages.render import render
from server.pages.visit import agent_of, to_sign_in


@get("/live", include_in_schema=False)
async def live(request: Request[Any, Any, Any]) -> Response[Any]:
    """The page alone: the figures come over the topic `stats`. Raises Forbidden for whoever is no manager."""
    agent = await agent_of(request)
    if agent is None:
        return to_sign_in("/live")
    demand_manager(agent.role)
    return render("live.html", modules=_modules())


@cache
def _modules() -> list[str]:
    return needed("static/dashboard/main.js")
