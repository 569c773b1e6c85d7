"""A websocket client that costs next to nothing, so that a load generator is never what is measured."""

import asyncio
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: parley.v1\r\n\r\n"
)
_TEXT, _CLOSE, _PING, _PONG = 0x81, 0x88, 0x89, 0x8A
_ASKS, _ANSWERS = b'{"type":"ping"', b'{"type":"pong"}'  # who never says anything is sent away after a while
_NO_MASK = bytes(4)  # a mask of zeros leaves the payload as it is


class Wire(asyncio.Protocol):
    """One connection; `hear` gets the payload of every text frame but pings, which it answers. `closed` is set once it has ended."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self.hear = hear
        self.closed = asyncio.Event()
        self._upgraded = asyncio.get_running_loop().create_future()
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def send(self, payload: bytes) -> None:
        self._frame(_TEXT, payload)

    def say(self, **frame: Any) -> None:
        self.send(msgspec.json.encode(frame))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()
        if not self._upgraded.done():
            self._upgraded.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data
        if not self._upgraded.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(head.decode(errors="replace"))
            self._upgraded.set_result(None)
        at = 0
        while (end := self._one(data, at)) is not None:
            at = end
        self._buffer = data[at:]

    def _one(self, data: bytes, at: int) -> int | None:
        """Handles the frame at `at` and gives where the next begins; None where it is not whole yet."""
        if len(data) < at + 2:
            return None
        kind, size, start = data[at], data[at + 1], at + 2
        if size >= 126:
            start += 2 if size == 126 else 8
            if len(data) < start:
                return None
            size = int.from_bytes(data[at + 2 : start])
        end = start + size
        if len(data) < end:
            return None
        if kind == _TEXT and data.startswith(_ASKS, start):
            self.send(_ANSWERS)
        elif kind == _TEXT:
            self.hear(data[start:end])
        elif kind == _PING:
            self._frame(_PONG, data[start:end])
        elif kind == _CLOSE:
            self.close()
        return end

    def _frame(self, kind: int, payload: bytes) -> None:
        assert self._transport is not None
        size = len(payload)
        head = bytes((kind, 0x80 | size)) if size < 126 else struct.pack("!BBH", kind, 0x80 | 126, size)
        self._transport.write(head + _NO_MASK + payload)


async def connect(url: str, path: str, hear: Callable[[bytes], None]) -> Wire:
    """`url` is the server's, http://host:port."""
    where = urlsplit(url)
    _, wire = await asyncio.get_running_loop().create_connection(lambda: Wire(hear), where.hostname, where.port)
    assert wire._transport is not None
    wire._transport.write(_REQUEST.format(path=path, host=where.netloc).encode())
    async with asyncio.timeout(30):
        await wire._upgraded
    return wire
