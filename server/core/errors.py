"""The errors that a client may see, and what each means over HTTP and on a websocket. Anything else is `internal`."""

from typing import ClassVar
from uuid import UUID

from db import errors as db
from server.schema import frames
from server.schema.frames import ErrorCode


class ParleyError(Exception):
    """Base. `detail` is a sentence for the client's developer: it never holds a secret or another's data."""

    code: ClassVar[ErrorCode] = "internal"
    http: ClassVar[int] = 500

    def __init__(self, detail: str, *, field: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail, self.field, self.retry_after = detail, field, retry_after


class BadFrame(ParleyError):
    code, http = "bad_frame", 400


class Unauthenticated(ParleyError):
    code, http = "unauthenticated", 401


class Forbidden(ParleyError):
    code, http = "forbidden", 403


class NotFound(ParleyError):
    code, http = "not_found", 404


class Conflict(ParleyError):
    code, http = "conflict", 409


class TooLarge(ParleyError):
    code, http = "too_large", 413


class RateLimited(ParleyError):
    code, http = "rate_limited", 429


class Unavailable(ParleyError):
    code, http = "unavailable", 503


class Internal(ParleyError):
    code, http = "internal", 500


RETRY_SECONDS = 1.0


def known(error: BaseException) -> ParleyError:
    """The error as a client may see it."""
    match error:
        case ParleyError():
            return error
        case db.Unavailable():
            return Unavailable("the database does not answer; try again", retry_after=RETRY_SECONDS)
        case db.BadText():
            return BadFrame("text can't hold the character U+0000")
        case _:
            return Internal("something went wrong on our side")


def frame(error: ParleyError, ref: str | None = None, client_id: UUID | None = None) -> frames.Error:
    return frames.Error(code=error.code, detail=error.detail, ref=ref, client_id=client_id, retry_after=error.retry_after)


class Close:
    """Close codes of the live protocol; what a client does about each stands in the protocol's table."""

    GOING_AWAY = 1001
    OVERLOADED = 1013
    BAD_FRAMES = 4400
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    VERSION = 4406
    TOO_SLOW = 4410
    TOO_MANY = 4429


CLOSES: dict[ErrorCode, int] = {
    "forbidden": Close.FORBIDDEN,
    "unauthenticated": Close.UNAUTHENTICATED,
    "rate_limited": Close.TOO_MANY,
    "unavailable": Close.OVERLOADED,
    "internal": Close.OVERLOADED,
}
"""How a connection ends whose hello was refused."""
