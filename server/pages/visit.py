"""Who opens a page, and where a person is sent."""

import re
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from server.accounts import origin
from server.accounts.authenticate import Agent, authenticate
from server.core.errors import Unauthenticated

HOME = "/inbox"
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]*")  # no backslash: browsers take it for a slash


async def agent_of(request: Request[Any, Any, Any]) -> Agent | None:
    """Whom the cookie signs in, if anybody."""
    try:
        return await authenticate(request.app.state.desk.core, request.cookies.get(origin.COOKIE))
    except Unauthenticated:
        return None


def local(path: str) -> str:
    """A path of this server, whatever somebody put into a link."""
    return path if _LOCAL.fullmatch(path) and len(path) <= 512 else HOME


def go(path: str, headers: dict[str, str] | None = None) -> Response[None]:
    """Sends the browser there with GET."""
    return Response(None, status_code=303, headers={"Location": path, "Cache-Control": "no-store"} | (headers or {}))


def to_sign_in(path: str) -> Response[None]:
    """To sign in and come back."""
    return go(f"/sign-in?next={quote(path, safe='/')}")
