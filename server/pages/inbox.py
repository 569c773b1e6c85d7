"""The inbox: for everybody who works here, and for those who only read."""

from functools import cache
from typing import Any

from litestar import Request, Response, get

from server.pages.modules import needed
from server.pages.render import render
from server.pages.visit import agent_of, to_sign_in


@get("/inbox", include_in_schema=False)
async def inbox(request: Request[Any, Any, Any]) -> Response[Any]:
    """The page alone: what is in it comes over `/api/v1` and `/ws/agent`."""
    if await agent_of(request) is None:
        return to_sign_in("/inbox")
    return render("inbox.html", modules=_modules())


@cache
def _modules() -> list[str]:
    return needed("static/inbox/main.js")
