"""From what a web framework raises to the errors of `core/errors.py`, and from those to answers over HTTP."""

import math
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from structlog import get_logger

from server.core import metrics
from server.core.errors import BadFrame, Forbidden, Internal, NotFound, ParleyError, RateLimited, TooLarge, Unauthenticated
from server.core.errors import known as known_error
from server.schema.rest import Error

log = get_logger()

_BY_STATUS: dict[int, type[ParleyError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    413: TooLarge,
    429: RateLimited,
}


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Error]:
    """The exception handler of whatever is not a page: `{code, detail, field?, retry_after?}`."""
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


def known(error: Exception) -> ParleyError:
    """The error as a client may see it. One that nobody foresaw is logged, and told as `internal` without detail."""
    if isinstance(error, HTTPException) and (error.status_code < 500 or _in_body(error)):
        told = _http(error)
    elif isinstance(error, UnicodeDecodeError | RecursionError):  # both by decoding a body; our own texts and calls are sound
        told = BadFrame("the body is not UTF-8, or nested too deeply")
    else:
        told = known_error(error)
    if isinstance(told, Internal):
        log.error("request failed", exc_info=error)
    metrics.errors.labels(told.code).inc()
    return told


def _in_body(error: HTTPException) -> bool:
    """Litestar takes a field of the body that is called as something it gives itself (`agent`) for a fault of its own."""
    return isinstance(error.__cause__, msgspec.ValidationError) and "`$.data." in str(error.__cause__)


def _http(error: HTTPException) -> ParleyError:
    if error.status_code in (404, 405):
        return NotFound("there is nothing here" if error.status_code == 404 else "this can't be done here")
    if error.status_code in _BY_STATUS:
        return _BY_STATUS[error.status_code](error.detail)
    field, said = _fault(error)
    return BadFrame(said, field=field)


def _fault(error: HTTPException) -> tuple[str | None, str]:
    """The field and the rule that it broke, as msgspec says it: ``Expected `int`, got `str` - at `$.epoch` ``."""
    cause = error.__cause__
    if isinstance(error.extra, list) and error.extra and isinstance(error.extra[0], dict):
        first = error.extra[0]
        message, key = str(first.get("message", "")), str(first.get("key", ""))
    else:
        message, key = (str(cause) if isinstance(cause, msgspec.MsgspecError) else error.detail), ""
    rule, _, where = message.partition(" - at `")
    path = where.rstrip("`").lstrip("$").lstrip(".") or key
    path = path.removeprefix("data.").removesuffix("[...]")
    if "unknown field `" in rule:
        path = rule.split("`")[-2]
    elif "missing required field `" in rule:
        path = rule.split("`")[-2]
    return (path if path not in ("", "data") else None), rule
