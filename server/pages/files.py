"""What pages load: modules, styles and pictures of `static/` and `widget/`."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from server.pages.assets import send


@get("/static/{path:path}", include_in_schema=False, exclude_from_auth=True)
async def static_file(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    return send(request, "static", path)


@get("/widget/{path:path}", include_in_schema=False, exclude_from_auth=True)
async def widget_file(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    return send(request, "widget", path)
