"""A server inside the test's own event loop: as real as a process but for its death, and started in milliseconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import uvicorn
from litestar import Litestar

from server.app import create_app
from server.cli.serve import listen
from server.live.live import Live
from server.settings import Settings


@dataclass
class Serving:
    url: str
    app: Litestar

    @property
    def live(self) -> Live:
        live: Live = self.app.state.live
        return live


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """The test runner keeps its own."""


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Serving]:
    listening = listen(msgspec.structs.replace(settings, host="127.0.0.1", port=0))
    app = create_app(settings)
    server = _Server(
        uvicorn.Config(
            app, loop="none", ws="websockets-sansio", ws_max_size=1 << 20, ws_per_message_deflate=False, log_config=None, lifespan="on"
        )
    )
    running = asyncio.get_running_loop().create_task(server._serve(sockets=[listening]))
    try:
        async with asyncio.timeout(10):
            while not server.started:
                if running.done():
                    running.result()
                await asyncio.sleep(0.01)
        yield Serving(f"http://127.0.0.1:{listening.getsockname()[1]}", app)
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 20)
