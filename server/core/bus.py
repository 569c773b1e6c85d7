"""Live events between processes: Redis pub/sub over a raw connection, one subscription a channel and process.

What is published may be lost. Whoever subscribes must be able to read the truth from PostgreSQL, and is told by
`on_resync` when something may have been missed.
"""

import asyncio
import random
from collections.abc import Callable

import hiredis
import structlog
from redis.asyncio import Redis
from redis.asyncio.connection import parse_url

log = structlog.get_logger()

Handler = Callable[[bytes], None]
PING_SECONDS = 5.0
SILENCE_SECONDS = 15.0
CONFIRM_SECONDS = 2.0
FIRST_WAIT_SECONDS = 0.05
MOST_WAIT_SECONDS = 1.0


class Bus:
    """Handlers run on the event loop in the order of arrival and must not block or raise."""

    def __init__(self, redis: Redis, url: str) -> None:
        self._redis = redis
        self._where = parse_url(url)
        self._handlers: dict[bytes, list[Handler]] = {}
        self._confirmed: dict[bytes, asyncio.Event] = {}
        self._resync: list[Callable[[], None]] = []
        self._writer: asyncio.StreamWriter | None = None
        self._unsent: list[tuple[str, bytes]] = []
        self._sending = asyncio.Lock()
        self.connected = asyncio.Event()
        self.received = 0

    def on_resync(self, call: Callable[[], None]) -> None:
        """`call` runs after each (re)connection, when all subscriptions stand again."""
        self._resync.append(call)

    async def subscribe(self, channel: str, handler: Handler) -> None:
        """Returns when Redis has confirmed; without Redis at once or after 2 s: the resync will tell."""
        name = channel.encode()
        self._handlers.setdefault(name, []).append(handler)
        if name not in self._confirmed:
            self._confirmed[name] = asyncio.Event()
            self._send(b"SUBSCRIBE", name)
        if not self.connected.is_set():
            return
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._confirmed[name].wait()
        except TimeoutError:
            log.warning("subscription waits for redis", channel=channel)

    def unsubscribe(self, channel: str, handler: Handler) -> None:
        name = channel.encode()
        handlers = self._handlers.get(name, [])
        if handler in handlers:
            handlers.remove(handler)
        if not handlers and name in self._handlers:
            del self._handlers[name]
            self._confirmed.pop(name, None)
            self._send(b"UNSUBSCRIBE", name)

    async def publish(self, *events: tuple[str, bytes]) -> None:
        """Publishes (channel, payload) pairs, after all that was published before. What comes meanwhile goes in one go.

        Never raises for Redis: a lost event is made good by the change feed.
        """
        self._unsent.extend(events)
        async with self._sending:
            unsent, self._unsent = self._unsent, []
            if not unsent:
                return
            try:
                pipe = self._redis.pipeline(transaction=False)
                for channel, payload in unsent:
                    pipe.publish(channel, payload)
                await pipe.execute()
            except Exception as error:
                log.warning("publish lost", error=type(error).__name__, events=len(unsent))

    async def run(self) -> None:
        """Keeps the connection for as long as the process lives."""
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                await self._session()
            except (OSError, EOFError, hiredis.ProtocolError, hiredis.ReplyError, TimeoutError) as error:
                log.warning("bus lost", error=type(error).__name__)
            finally:
                stood = self.connected.is_set()
                self._drop()
            wait = FIRST_WAIT_SECONDS if stood else min(wait * 2, MOST_WAIT_SECONDS)
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))

    async def _session(self) -> None:
        reader, self._writer = await self._connect()
        parser = hiredis.Reader()
        if self._where.get("password"):
            user = [self._where["username"].encode()] if self._where.get("username") else []
            self._send(b"AUTH", *user, self._where["password"].encode())
        names = list(self._handlers)
        for start in range(0, len(names), 500):
            self._send(b"SUBSCRIBE", *names[start : start + 500])
        waiting = set(names)
        silent = 0.0
        if not waiting:
            self._stand()
        while True:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    chunk = await reader.read(65536)
            except TimeoutError:
                silent += PING_SECONDS
                if silent >= SILENCE_SECONDS:
                    raise
                self._send(b"PING")
                continue
            if not chunk:
                raise EOFError
            silent = 0.0
            parser.feed(chunk)
            while (reply := parser.gets()) is not False:
                if isinstance(reply, hiredis.ReplyError):
                    raise reply
                if not isinstance(reply, list):
                    continue
                if reply[0] == b"message":
                    self._deliver(reply[1], reply[2])
                elif reply[0] == b"subscribe":
                    if event := self._confirmed.get(reply[1]):
                        event.set()
                    if waiting:
                        waiting.discard(reply[1])
                        if not waiting:
                            self._stand()

    def _stand(self) -> None:
        self.connected.set()
        for call in self._resync:
            try:
                call()
            except Exception:
                log.exception("resync failed")

    def _deliver(self, channel: bytes, payload: bytes) -> None:
        self.received += 1
        for handler in tuple(self._handlers.get(channel, ())):
            try:
                handler(payload)
            except Exception:
                log.exception("bus handler failed", channel=channel.decode())

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        where = self._where
        async with asyncio.timeout(CONFIRM_SECONDS):
            if path := where.get("path"):
                return await asyncio.open_unix_connection(path)
            tls = "SSL" in getattr(where.get("connection_class"), "__name__", "")
            return await asyncio.open_connection(where.get("host", "localhost"), int(where.get("port", 6379)), ssl=tls or None)

    def _send(self, *words: bytes) -> None:
        if self._writer is not None:
            self._writer.write(hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub wants a one-tuple

    def _drop(self) -> None:
        self.connected.clear()
        for event in self._confirmed.values():
            event.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
