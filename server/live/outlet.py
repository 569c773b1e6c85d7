"""What waits for one connection: bounded, and nobody ever waits for it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from server.core import metrics
from server.core.errors import Close
from server.schema.entities import Who
from server.schema.frames import Reply, Request

LIVE_BYTES = 256 * 1024
MOST_BYTES = 1024 * 1024

encode = msgspec.json.Encoder().encode


class Outlet:
    """Frames go in at once and in order; `run` writes them. Above 256 KiB waiting, live frames are dropped; above 1 MiB
    the connection is closed with 4410, and resumes."""

    def __init__(self, kind: str, who: Who | None = None) -> None:
        self.kind = kind
        self.who = who
        self.visitor: UUID | None = None
        """Whose token it came with, where it is a visitor's."""
        self.holes: set[UUID] = set()
        """Conversations of which a delta was dropped: the next one must bring the whole text."""
        self.closing: int | None = None
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._ending = asyncio.Event()
        self._delivered = metrics.deliveries.labels(kind)

    @property
    def waiting(self) -> int:
        """Bytes."""
        return self._bytes

    def send(self, frame: Reply | Request) -> None:
        self.write(encode(frame))

    def write(self, data: bytes) -> None:
        """A durable frame."""
        if self.closing is not None:
            return
        if self._bytes + len(data) > MOST_BYTES:
            self._frames.clear()
            self._bytes = 0
            self.close(Close.TOO_SLOW)
            return
        self._push(data)

    def offer(self, data: bytes) -> bool:
        """A live frame; False where it was dropped."""
        if self.closing is not None or self._bytes + len(data) > LIVE_BYTES:
            metrics.dropped.labels(self.kind).inc()
            return False
        self._push(data)
        return True

    def close(self, code: int) -> None:
        """What waits is still written, then the connection ends."""
        if self.closing is None:
            self.closing = code
            self._wake.set()
            self._ending.set()

    async def ending(self) -> None:
        """Returns when the connection shall close."""
        await self._ending.wait()

    async def run(self, write: Callable[[bytes], Awaitable[None]]) -> int:
        """Writes what comes until the connection shall close; answers with the code."""
        while True:
            while self._frames:
                data = self._frames.popleft()
                self._bytes -= len(data)
                await write(data)
            if self.closing is not None:
                return self.closing
            self._wake.clear()
            await self._wake.wait()

    def _push(self, data: bytes) -> None:
        self._delivered.inc()
        self._frames.append(data)
        self._bytes += len(data)
        self._wake.set()
