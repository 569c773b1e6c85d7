"""Errors for whoever reads them in a browser."""

from typing import Any

from litestar import Request, Response

from server.core import http
from server.pages.render import render

_TITLES = {
    400: "That can't be read",
    403: "Not for your role",
    404: "This page does not exist",
    429: "A little slower, please",
    503: "Back in a moment",
}


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The application's exception handler: a page where a browser asks for one, JSON everywhere else."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return http.answer(request, error)
    told = http.known(error)
    title = _TITLES.get(told.http, "Something went wrong on our side")
    return render("error.html", told.http, http.headers(told), title=title, detail=told.detail, staff=told.http == 403)
