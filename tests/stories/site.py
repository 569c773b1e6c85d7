"""Somebody else's web site: another origin, whose policy allows the widget's script and frame and nothing more."""

import contextlib
import html
from collections.abc import AsyncIterator

from litestar import Litestar, Response, get
from litestar.params import FromPath, FromQuery

from tests.browser.widget.pretend import listening

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><script async src="{server}/widget.js" data-key="{key}" {tag}></script></head>
<body><main><h1>Harbour walks</h1><p>Guided walks along the quay, every morning at nine.</p></main></body></html>"""


@contextlib.asynccontextmanager
async def foreign_site(server: str, key: str) -> AsyncIterator[str]:
    """Its origin. Every path is a page; `?title=` and `?tag=` (attributes of the script tag) make one to measure."""

    @get(["/", "/{path:path}"], media_type="text/html")
    async def page(path: FromPath[str] = "", title: FromQuery[str] = "Harbour walks", tag: FromQuery[str] = "") -> Response[str]:
        text = _PAGE.format(title=html.escape(title), server=server, key=key, tag=tag)
        return Response(text, headers={"Content-Security-Policy": f"default-src 'none'; script-src {server}; frame-src {server}"})

    async with listening(Litestar([page], openapi_config=None)) as origin:
        yield origin
