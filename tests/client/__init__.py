"""The reference client of the live protocol in Python: `websockets` and msgspec, nothing of the server's but the frames.

It is what the tests speak with, and an example for whoever writes one: `Visitor` and `Agent` connect, say hello, keep
every frame that comes, answer pings, and wait for what a test expects. Frames and values that it does not know, such as a
later server may send, are left aside in `unknown`.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.schema import frames

F = TypeVar("F")
WAIT_SECONDS = 10.0


class Client(Generic[F]):
    """One connection. Frames are kept in the order of arrival in `seen`; `closed` is the close code once it ended."""

    path = ""
    union: Any = None

    def __init__(self, url: str, *, origin: str | None = None, headers: dict[str, str] | None = None) -> None:
        self._url = url.replace("http", "ws", 1) + self.path
        self._origin, self._headers = origin, headers
        self._decoder: msgspec.json.Decoder[F] = msgspec.json.Decoder(self.union)
        self._changed = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None
        self.socket: ClientConnection | None = None
        self.seen: list[F] = []
        self.unknown: list[str] = []
        self.closed: int | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def open(self, receive_buffer: int | None = None) -> None:
        """`receive_buffer` in bytes: a client whose network takes little."""
        options: dict[str, Any] = {}
        if receive_buffer is not None:
            parts = urlsplit(self._url)
            options["sock"] = plain = socket.socket()
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            plain.connect((parts.hostname, parts.port))
        self.socket = await connect(
            self._url,
            subprotocols=[frames.PROTOCOL],  # type: ignore[list-item]  # a NewType of websockets' own
            origin=self._origin,  # type: ignore[arg-type]  # as above
            additional_headers=self._headers,
            compression=None,
            max_size=2**22,
            **options,
        )
        self._reader = asyncio.get_running_loop().create_task(self._read(self.socket))

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        if self._reader is not None:
            await self._reader

    async def abort(self) -> None:
        """The network fails: no goodbye."""
        if self.socket is not None:
            self.socket.transport.abort()
        if self._reader is not None:
            await self._reader

    async def raw(self, data: str | bytes) -> None:
        assert self.socket is not None
        await self.socket.send(data)

    async def send(self, frame: frames.Request) -> None:
        await self.raw(msgspec.json.encode(frame).decode())

    async def wait(self, want: type[Any] | Callable[[Any], bool], *, since: int = 0, seconds: float = WAIT_SECONDS) -> Any:
        """The first frame of a type, or that a predicate holds for, among `seen[since:]` or yet to come. Raises
        TimeoutError, or ConnectionError where the connection ended without it."""
        matches = (lambda frame: isinstance(frame, want)) if isinstance(want, type) else want
        looked = since
        async with asyncio.timeout(seconds), self._changed:
            while True:
                for frame in self.seen[looked:]:
                    if matches(frame):
                        return frame
                looked = len(self.seen)
                if self.closed is not None:
                    raise ConnectionError(f"closed with {self.closed}; seen {self.seen[-3:]}, not understood {self.unknown}")
                await self._changed.wait()

    async def ask(self, frame: Any, *, seconds: float = WAIT_SECONDS) -> Any:
        """Sends with a `ref` and answers with the frame that carries it back."""
        ref = uuid4().hex
        await self.send(msgspec.structs.replace(frame, ref=ref))
        return await self.wait(lambda seen: getattr(seen, "ref", None) == ref, seconds=seconds)

    async def closing(self, seconds: float = WAIT_SECONDS) -> int:
        """The close code, when the server ends the connection."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.closed is not None)
        assert self.closed is not None
        return self.closed

    def of(self, kind: type[Any], since: int = 0) -> list[Any]:
        return [frame for frame in self.seen[since:] if isinstance(frame, kind)]

    async def _read(self, socket: ClientConnection) -> None:
        code = 1006
        try:
            async for data in socket:
                try:
                    frame = self._decoder.decode(data)
                except msgspec.ValidationError:
                    self.unknown.append(str(data))
                    continue
                if isinstance(frame, frames.Ping):
                    await self.send(frames.Pong(ref=frame.ref))
                async with self._changed:
                    self.seen.append(frame)
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        code = socket.close_code or 1006
        async with self._changed:
            self.closed = code
            self._changed.notify_all()


class Visitor(Client[frames.VisitorEvent]):
    path = "/ws/visitor"
    union = frames.VisitorEvent

    async def hello(self, key: str, **fields: Any) -> frames.Welcome:
        welcome: frames.Welcome = await self.ask(frames.VisitorHello(key=key, **fields))
        return welcome

    async def say(self, text: str, client_id: UUID | None = None, **fields: Any) -> Any:
        """The `ack`, or the `error` that came instead."""
        return await self.ask(frames.VisitorSend(client_id=client_id or uuid4(), text=text, **fields))


class Agent(Client[frames.AgentEvent]):
    path = "/ws/agent"
    union = frames.AgentEvent

    async def hello(self, token: str | None = None, **fields: Any) -> frames.Welcome:
        welcome: frames.Welcome = await self.ask(frames.AgentHello(token=token, **fields))
        return welcome

    async def subscribe(self, topic: str, **fields: Any) -> Any:
        """`subscribed`, or the `error` that came instead."""
        return await self.ask(frames.Subscribe(topics=[frames.TopicRequest(topic=topic, **fields)]))

    async def say(self, conversation: UUID, text: str, client_id: UUID | None = None, **fields: Any) -> Any:
        return await self.ask(frames.AgentSend(conversation=conversation, client_id=client_id or uuid4(), text=text, **fields))
