"""The load balancer of a small house: one address before whichever server lives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit


class Balancer:
    """Passes bytes on to the server it is `to`; with none it refuses, as when nobody is well."""

    url = ""

    def __init__(self, to: str | None) -> None:
        self.to = to

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            if self.to is not None:
                target = urlsplit(self.to)
                there, back = await asyncio.open_connection(target.hostname, target.port)
                await asyncio.gather(_pass(reader, back), _pass(there, writer))
        writer.transport.abort()


async def _pass(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Where one side ends, so does the other."""
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    except OSError:
        sink.transport.abort()
    finally:
        sink.close()


@contextlib.asynccontextmanager
async def balancing(to: str) -> AsyncIterator[Balancer]:
    balancer = Balancer(to)
    open_ones: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.add(writer)
        await balancer.serve(reader, writer)
        open_ones.discard(writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    balancer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield balancer
    finally:
        server.close()
        for writer in list(open_ones):
            writer.transport.abort()
