"""The browser's modules run where they will run: in Chromium, one for the whole room. No server is needed for it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.helpers.chromium import FILES, chromium, serve_checkout


@pytest_asyncio.fixture(scope="session")
async def shared_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture
async def page(shared_browser: Browser) -> AsyncIterator[Page]:
    """An empty page that may import any module of the checkout; an uncaught error on it fails the test."""
    errors: list[str] = []
    page = await shared_browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    await serve_checkout(page)
    await page.goto(f"{FILES}/empty")
    yield page
    await page.close()
    assert errors == []
