"""The product as a stranger finds it: servers and a worker as processes, people in real browsers, a site of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest_asyncio
from playwright.async_api import Page

from server.seed import SeededWorkspace, seed
from server.settings import Settings
from tests.browser.conftest import PageMaker, browser, page
from tests.helpers.serving import Serving, serving
from tests.stories.people import sign_in

__all__ = ["browser", "page"]

Desk = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture
async def hotel(settings: Settings) -> SeededWorkspace:
    """The demo hotel, planted."""
    return (await seed(settings)).workspaces[0]


@pytest_asyncio.fixture
async def server(settings: Settings, hotel: SeededWorkspace) -> AsyncIterator[Serving]:
    """One server in this loop, for the stories in which none dies."""
    async with serving(settings) as running:
        yield running


@pytest_asyncio.fixture
async def desk(page: PageMaker, hotel: SeededWorkspace) -> Desk:
    """Signs one of the hotel's people in: `await desk(server.url, "agent")` is the inbox as it opens."""

    async def signed_in(url: str, role: str = "agent", path: str = "/inbox", **options: object) -> Page:
        return await sign_in(await page(**options), url, hotel, role, path)

    return signed_in


@pytest_asyncio.fixture
async def list_site(superuser: asyncpg.Connection, hotel: SeededWorkspace) -> Callable[[str], Awaitable[None]]:
    """Makes an origin the only one that may show the hotel's widget."""

    async def listed(origin: str) -> None:
        await superuser.execute("UPDATE workspaces SET sites = $2 WHERE id = $1", hotel.id, [origin])

    return listed
