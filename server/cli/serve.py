"""`./parley serve [--port N]`: one server process."""

import argparse
import asyncio
import gc
import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING

from server.cli.schema import update
from server.embedded import EmbeddedError, open_stores
from server.settings import Settings, listening_at

if TYPE_CHECKING:
    import uvicorn

log = logging.getLogger(__name__)

TCP_NOTSENT_LOWAT = 25  # linux/tcp.h; Python 3.11 has no name for it
UNSENT_BYTES = 128 * 1024
GARBAGE = 10_000  # objects between two looks for cycles; Python's own 700 is one at every few frames


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT, then lets go of its sockets within DRAIN_SECONDS."""
    with open_stores(settings) as opened:
        if settings.embedded:
            update(opened.settings)
        listening = socket.socket(fileno=options.fd) if options.fd is not None else listen(settings)
        for end in (signal.SIGTERM, signal.SIGINT):
            signal.signal(end, lambda *_: None)  # the server sends itself what it has handled once more
        _server(listening_at(opened.settings, listening.getsockname()[1])).run(sockets=[listening])
    return 0


def listen(settings: Settings) -> socket.socket:
    """A bound socket, so that a port that is taken is known before anything else starts. Raises EmbeddedError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    opened = socket.socket(family)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        # Accepted sockets inherit it: what a slow client does not take waits here, where it is counted, not in the kernel.
        opened.setsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    try:
        opened.bind((settings.host, settings.port))
        opened.listen(2048)
    except (OSError, OverflowError) as fault:
        opened.close()
        raise EmbeddedError(
            f"Port {settings.port} of {settings.host} can't be used ({getattr(fault, 'strerror', fault)}): "
            f"stop what uses it, or choose another with PORT={settings.port % 65535 + 1}."
        ) from None
    return opened


def address(host: str, port: int) -> str:
    """Where this machine reaches a socket that is bound to `host` and `port`."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _server(settings: Settings) -> "uvicorn.Server":
    """uvicorn around the app. Where the app has `state.drain`, an async function, it is awaited before sockets are closed."""
    import uvicorn

    from server.app import create_app

    app = create_app(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            # What the program itself is made of stays: no collection needs to look through it again.
            gc.collect()
            gc.freeze()
            gc.set_threshold(GARBAGE)
            for listening in sockets or []:
                print(f"listening on {address(*listening.getsockname()[:2])}", file=sys.stderr, flush=True)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for server in self.servers:
                server.close()
            drain = app.state.get("drain")
            if drain is not None:
                try:
                    await asyncio.wait_for(drain(), settings.drain_seconds)
                except Exception:
                    log.exception("draining failed")
            await super().shutdown(sockets)

    return Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=1 << 20,
            ws_per_message_deflate=False,
            access_log=False,
            log_config=None,
            server_header=False,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=max(1, int(settings.drain_seconds)),
        )
    )
