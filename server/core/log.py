"""Logs: one JSON object a line on standard error. Ids may be in it; a message's text or a secret never is.

`configure` also brings in what libraries log. Whoever handles a request binds its ids with `structlog.contextvars`.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import asyncpg
import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

OURS = ("server", "db", "tasks")
HIDDEN = frozenset(
    "text body question prompt whisper comment preview content detail_text password current new token secret key api_key cookie "
    "authorization identity email phone".split()
)
QUIET = logging.INFO
"""Libraries log requests and frames below this, whole: they never may, whatever LOG_LEVEL is."""

# What these say of themselves repeats the value that was at fault.
TELLTALE = (asyncpg.PostgresError, asyncpg.InterfaceError, msgspec.MsgspecError, ValueError, LookupError)
FRAMES = 20

# Unbuffered: a line is one write, whole among those of other processes, and none is lost with a process.
_ERRORS = open(2, "wb", buffering=0, closefd=False)


def configure(level: str) -> None:
    """From now on everything that this process logs, from `level` (debug, info, warning, error) on, looks the same."""
    least = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            hide,
            tell_exception,
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.BytesLoggerFactory(_ERRORS),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Libraries()]
    root.setLevel(max(least, QUIET))
    for name in OURS:
        logging.getLogger(name).setLevel(least)
    for name in ("uvicorn", "uvicorn.error"):
        # A server that was started with uvicorn's own configuration leaves handlers of its own behind.
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True


def hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Puts `***` in place of whatever must not be logged, should somebody log it after all."""
    for name in event.keys() & HIDDEN:
        event[name] = "***"
    return event


def tell_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Where an error came from, and what it says where that can't repeat anybody's words."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = _told(error)
    return event


def _told(error: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {"type": type(error).__qualname__, "frames": _frames(error.__traceback__)}
    if isinstance(error, asyncpg.PostgresError):
        told |= {"sqlstate": error.sqlstate, "table": error.table_name, "constraint": error.constraint_name}
    elif not isinstance(error, TELLTALE):
        told["says"] = str(error)[:300]
    if isinstance(error, BaseExceptionGroup):
        told["group"] = [_told(one) for one in error.exceptions[:5]]
    if (cause := error.__cause__ or (None if error.__suppress_context__ else error.__context__)) is not None:
        told["cause"] = _told(cause)
    return told


def _frames(where: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(where)[-FRAMES:]]


def _render(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


class _Libraries(logging.Handler):
    """Sends what libraries log the way that our own lines go."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            structlog.get_logger().log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info)
        except Exception:
            self.handleError(record)
