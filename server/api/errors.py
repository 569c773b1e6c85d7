"""Errors as JSON: `{code, detail, field?, retry_after?}`."""

import math
from typing import Any

from litestar import Request, Response

from server.core.errors import ParleyError
from server.core.http import known
from server.schema.rest import Error


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Error]:
    """The exception handler of every route that is not a page."""
    told = known(error)
    body = Error(code=told.code, detail=told.detail, field=told.field, retry_after=told.retry_after)
    return Response(body, status_code=told.http, headers=headers(told), media_type="application/json")


def headers(told: ParleyError) -> dict[str, str]:
    found = {"Cache-Control": "no-store"}
    if told.retry_after is not None:
        found["Retry-After"] = str(max(1, math.ceil(told.retry_after)))
    if told.http == 401:
        found["WWW-Authenticate"] = "Bearer"
    return found
