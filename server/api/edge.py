"""The outermost layer: each request has an id, safe headers, its limits told, one line in the log and one observation."""

import re
import time
from typing import Any
from uuid import uuid4

import structlog
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.api.guards import LIMIT
from server.core import metrics
from server.core.limits import Taken

log = structlog.get_logger()

# What a response has unless its route says otherwise; pages that run something set a Content-Security-Policy of their own.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=()",
}

_OURS = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_QUIET = ("/health/", "/metrics", "/static/", "/widget")


def edge(app: ASGIApp) -> ASGIApp:
    """Wraps the whole application, unknown routes too: `app.asgi_handler = edge(app.asgi_handler)`."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        kind = str(scope["type"])
        if kind not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        given = Headers.from_scope(scope).get("x-request-id", "")
        request_id = given if _OURS.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if kind == "websocket":
            await app(scope, receive, send)
        else:
            await _request(app, scope, receive, send, request_id)

    return handle


async def _request(app: ASGIApp, scope: Any, receive: Receive, send: Send, request_id: str) -> None:
    began, status, method = time.perf_counter(), 0, scope["method"] if scope["method"] in _METHODS else "-"
    if method == "HEAD":  # as GET, without what it answers
        scope = dict(scope, method="GET")

    async def tell(message: Message) -> None:
        nonlocal status
        if method == "HEAD" and message["type"] == "http.response.body":
            message["body"] = b""
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = MutableScopeHeaders.from_message(message)
            headers["X-Request-ID"] = request_id
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if (taken := scope.get(LIMIT)) is not None:
                _tell_limit(headers, taken)
        await send(message)

    try:
        await app(scope, receive, tell)
    finally:
        spent = time.perf_counter() - began
        route = scope.get("path_template") or "-"
        metrics.http_seconds.labels(method, route, status).observe(spent)
        level = 10 if scope["path"].startswith(_QUIET) else 20
        log.log(level, "request", method=method, path=scope["path"], status=status, ms=round(spent * 1000, 1))


def _tell_limit(headers: MutableScopeHeaders, taken: Taken) -> None:
    headers["X-RateLimit-Limit"] = str(taken.limit)
    headers["X-RateLimit-Remaining"] = str(taken.remaining)
    headers["X-RateLimit-Reset"] = str(round(taken.reset, 1))
