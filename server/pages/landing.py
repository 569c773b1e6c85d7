"""The first page: it leads on."""

from litestar import Response, get

from server.pages.render import render


@get("/", include_in_schema=False)
async def landing() -> Response[str]:
    return render("landing.html")
