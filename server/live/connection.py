"""Drives one websocket: frames in to the session's rules and a handler, frames out from its outlet."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import structlog
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect, WebSocketException

from server.accounts.origin import is_own
from server.core import metrics
from server.core.errors import CLOSES, Close, Internal, ParleyError, frame, known
from server.live.outlet import Outlet
from server.live.session import Session
from server.schema.frames import PROTOCOL

log = structlog.get_logger()

F = TypeVar("F")
Socket = WebSocket[Any, Any, Any]
CLOSE_SECONDS = 5.0


async def drive(socket: Socket, session: Session[F], outlet: Outlet, handle: Callable[[F], Awaitable[None]]) -> None:
    """Runs until either side ends it. What `handle` raises is answered with an `error`, and the connection goes on."""
    offered = socket.scope.get("subprotocols") or []
    await socket.accept(subprotocols=PROTOCOL if PROTOCOL in offered else None)
    metrics.connections.labels(outlet.kind).inc()
    # One task writes and one reads; whichever ends first ends the other.
    writing = asyncio.ensure_future(_write(socket, outlet))
    reading = asyncio.ensure_future(_read(socket, session, outlet, handle))
    ending = asyncio.ensure_future(outlet.ending())
    try:
        await asyncio.wait({writing, reading, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not writing.done() and outlet.closing is not None:
            # What waits is written, by a client that takes it: a slow one is not waited for much longer.
            await asyncio.wait({writing}, timeout=CLOSE_SECONDS)
    finally:
        for task in (reading, writing, ending):
            task.cancel()
        for ended in await asyncio.gather(reading, writing, ending, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, WebSocketException | OSError | RuntimeError):
                log.error("connection failed", exc_info=ended)
        metrics.connections.labels(outlet.kind).dec()


async def _read(socket: Socket, session: Session[F], outlet: Outlet, handle: Callable[[F], Awaitable[None]]) -> None:
    while outlet.closing is None:
        try:
            async with asyncio.timeout(max(0.0, session.due() - time.monotonic())):
                data = await _receive(socket)
        except TimeoutError:
            step = session.tick(time.monotonic())
        except WebSocketDisconnect:
            return
        else:
            now = time.monotonic()
            step = session.receive(data, now) if isinstance(data, str) else session.binary(now)
        if step.answer is not None:
            outlet.send(step.answer)
        if step.close is not None:
            outlet.close(step.close)
            return
        if step.frame is not None:
            metrics.frames.labels(outlet.kind, type(step.frame).__name__).inc()
            await _handle(outlet, handle, step.frame)


async def _handle(outlet: Outlet, handle: Callable[[F], Awaitable[None]], received: F) -> None:
    try:
        await handle(received)
    except Exception as error:
        told = known(error)
        if isinstance(told, Internal):
            log.exception("frame failed", frame=type(received).__name__)
        refuse(outlet, told, received)


def refuse(outlet: Outlet, error: ParleyError, received: object) -> None:
    """Answers a frame with an error that names it."""
    metrics.errors.labels(error.code).inc()
    client_id = getattr(received, "client_id", None)
    outlet.send(frame(error, getattr(received, "ref", None), client_id if isinstance(client_id, UUID) else None))


def turn_away(outlet: Outlet, error: Exception, hello: object) -> None:
    """A hello that is refused, for whatever reason: the error, then the close that tells what to do about it."""
    told = known(error)
    if isinstance(told, Internal):
        log.error("hello failed", exc_info=error)
    refuse(outlet, told, hello)
    outlet.close(CLOSES.get(told.code, Close.GOING_AWAY))


async def _receive(socket: Socket) -> str | bytes:
    """The raw frame: Litestar's `receive_data` would make text of bytes."""
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(code=event.get("code", 1005), detail="the client has gone")
    text = event.get("text")
    return str(text) if text is not None else b""


async def _write(socket: Socket, outlet: Outlet) -> None:
    send = socket.send

    async def write(data: bytes) -> None:
        await send({"type": "websocket.send", "bytes": None, "text": data.decode()})

    code = await outlet.run(write)
    metrics.closed.labels(outlet.kind, str(code)).inc()
    await send({"type": "websocket.close", "code": code, "reason": ""})


def own_origin(socket: Socket, public_url: str) -> bool:
    """Whether the page that opened this socket is the server's own."""
    scheme = "https" if socket.scope.get("scheme") in ("wss", "https") else "http"
    return is_own(socket.headers.get("origin"), public_url, scheme, socket.headers.get("host"))
