"""`./parley up`: the stores, the servers and the worker, kept running by this process."""

import argparse
import asyncio
import http.client
import signal
import socket
import sys
from collections.abc import Coroutine
from urllib.parse import urlsplit

from server.cli.children import keep_running
from server.cli.schema import update
from server.cli.seed import plant, planted
from server.cli.serve import address, listen
from server.demo.shop import SHOP
from server.embedded import EmbeddedError, Stores, open_stores
from server.settings import Settings, environment, listening_at


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT: then servers and worker drain, and the stores stop last."""
    listening = listen(settings)
    with open_stores(settings, alone=True) as opened:
        update(opened.settings)
        if settings.embedded and planted(opened.settings) is None:
            plant(opened.settings)
        asyncio.run(_run(listening_at(opened.settings, listening.getsockname()[1]), opened.stores, listening))
    return 0


async def _run(settings: Settings, stores: Stores | None, listening: socket.socket) -> None:
    ended = asyncio.Event()
    for end in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(end, ended.set)
    given, fd, grace = environment(settings), listening.fileno(), settings.drain_seconds + 5
    work = [
        *(keep_running("server", ["serve", "--fd", str(fd)], given, (fd,), grace) for _ in range(settings.web_concurrency)),
        ended.wait(),
    ]
    if stores is not None:
        work.append(_watch(stores))
    greeting = asyncio.ensure_future(_greet(settings, address(*listening.getsockname()[:2])))
    work.append(_after(greeting, keep_running("worker", ["worker"], given, (), grace)))
    tasks = [asyncio.ensure_future(one) for one in work]
    over, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print("parley: stopping", file=sys.stderr, flush=True)
    listening.close()
    for task in (*tasks, greeting):
        task.cancel()
    await asyncio.gather(*tasks, greeting, return_exceptions=True)
    for task in over:
        task.result()


async def _after(first: asyncio.Future[None], then: Coroutine[object, object, None]) -> None:
    """`then`, once `first` is done or 10 s are over: what nobody waits for yet leaves the processor to what serves."""
    try:
        await asyncio.wait([first], timeout=10)
    except BaseException:
        then.close()
        raise
    await then


async def _watch(stores: Stores) -> None:
    """Starts a store again that has died. Not in a thread: a store dies with the thread that started it."""
    while True:
        await asyncio.sleep(0.25)
        try:
            stores.check()
        except EmbeddedError as fault:
            print(f"parley: {fault}", file=sys.stderr, flush=True)
            await asyncio.sleep(2)


async def _greet(settings: Settings, url: str) -> None:
    """Says where everything is, once a server answers."""
    while not await asyncio.to_thread(answers, url):
        await asyncio.sleep(0.05)
    public = settings.public_url
    lines = [
        f"Parley is ready at {public}/",
        f"  a shop with the widget   {public}/demo",
        f"  the inbox                {public}/inbox",
        f"  live figures             {public}/live",
    ]
    demo = planted(settings)
    if demo is not None:
        owner = next(one for one in demo.workspaces if one.widget_key == SHOP.widget_key).agents[0]  # whose chat is on /demo
        lines.append(f"  sign in as               {owner.email}  {owner.password}")
    else:
        lines.append("  for demo workspaces      ./parley seed")
    print("\n".join(lines), flush=True)


def answers(url: str) -> bool:
    """Whether a server that is ready listens at `url`."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
