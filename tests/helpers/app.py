"""The whole application in this process, spoken to over HTTP without a socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from litestar import Litestar

from server.seed import SeedResult
from server.settings import Settings

ORIGIN = "http://test.parley"


@contextlib.asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Gives `client(**options)`: a new browser each time. What the application leaves unhandled is raised here."""
    clients: list[httpx.AsyncClient] = []
    async with _living(app):

        def client(ip: str = "203.0.113.7", **options: Any) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(ip, 4711))  # type: ignore[arg-type]
            clients.append(httpx.AsyncClient(transport=transport, base_url=ORIGIN, **options))
            return clients[-1]

        yield client
        for one in clients:
            await one.aclose()


@contextlib.asynccontextmanager
async def _living(app: Litestar) -> AsyncIterator[None]:
    """Begins and ends the application in one task, as it demands; a fixture begins and ends in two."""
    began, end = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            began.set()
            await end.wait()

    life = asyncio.ensure_future(live())
    waiting = asyncio.ensure_future(began.wait())
    await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if life.done():
            waiting.cancel()
            life.result()
        yield
    finally:
        end.set()
        await life


async def signed_in(client: httpx.AsyncClient, planted: SeedResult, role: str, workspace: int = 0) -> dict[str, str]:
    """Headers of a session of the planted person with this role."""
    person = next(agent for agent in planted.workspaces[workspace].agents if agent.role == role)
    answer = await client.post("/api/v1/auth/login", json={"email": person.email, "password": person.password})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def wired(settings: Settings) -> Litestar:
    from server.app import create_app

    return create_app(settings)
