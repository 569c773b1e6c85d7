"""The planted application, and browsers of its people."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest_asyncio

from server.seed import SeedResult, seed
from server.settings import Settings
from tests.helpers.app import running, signed_in, wired

Clients = Callable[..., httpx.AsyncClient]
As = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture
async def planted(settings: Settings) -> SeedResult:
    return await seed(settings)


@pytest_asyncio.fixture
async def clients(settings: Settings, planted: SeedResult) -> AsyncIterator[Clients]:
    async with running(wired(settings)) as client:
        yield client


@pytest_asyncio.fixture
async def asking(clients: Clients, planted: SeedResult) -> As:
    """`await asking("viewer", workspace=1)`: a client that is signed in as this person."""

    async def as_(role: str, workspace: int = 0) -> httpx.AsyncClient:
        client = clients()
        client.headers.update(await signed_in(client, planted, role, workspace))
        return client

    return as_
