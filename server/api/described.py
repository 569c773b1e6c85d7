"""The OpenAPI document, and what it says of errors: the same for every route, for they all can end so."""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.openapi import ResponseSpec
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from server.schema.rest import Error

_MEANINGS = {
    400: "`bad_frame`: the body or the query breaks a rule; `field` names which",
    401: "`unauthenticated`: no session, or it has ended",
    403: "`forbidden`: the role may not, or a page of another site asked",
    404: "`not_found`: it does not exist, or not for you",
    409: "`conflict`: the owner or the state has changed, or the `client_id` was used for something else",
    413: "`too_large`",
    429: "`rate_limited`: again after `retry_after` seconds",
    500: "`internal`",
    503: "`unavailable`: again after `retry_after` seconds",
}

ERRORS = {status: ResponseSpec(Error, generate_examples=False, description=meaning) for status, meaning in _MEANINGS.items()}

OPENAPI = OpenAPIConfig(
    title="Parley",
    version="1",
    description=(
        "The REST side of Parley. Sign in with `POST /api/v1/auth/login` and send the token as `Authorization: Bearer …`; the "
        "browser's cookie serves too, for unsafe methods from the server's own pages only. Live events come over `/ws/agent`."
    ),
    path="/api/v1/openapi",
    render_plugins=[JsonRenderPlugin(path="/")],
    components=Components(
        security_schemes={
            "session": SecurityScheme(type="http", scheme="bearer", description="the token of POST /api/v1/auth/login"),
            "cookie": SecurityScheme(type="apiKey", security_scheme_in="cookie", name="parley_session"),
        }
    ),
    security=[{"session": []}, {"cookie": []}],
    use_handler_docstrings=True,
)


@get("/openapi.json", include_in_schema=False)
async def document(request: Request[Any, Any, Any]) -> Response[bytes]:
    return Response(_document(request.app), media_type="application/json", headers={"Cache-Control": "no-cache"})


@cache
def _document(app: Litestar) -> bytes:
    return msgspec.json.encode(app.openapi_schema.to_schema())


HANDLERS = (document,)
