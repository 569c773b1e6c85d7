"""The browser's modules run where they will run: in Chromium. No server is needed for it, and one page serves all tests."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Page

from tests.helpers.chromium import FILES, chromium, serve_checkout


@pytest_asyncio.fixture(scope="session")
async def empty_page() -> AsyncIterator[tuple[Page, list[str]]]:
    errors: list[str] = []
    async with chromium() as browser:
        page = await browser.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await serve_checkout(page)
        await page.goto(f"{FILES}/empty")
        yield page, errors


@pytest_asyncio.fixture
async def page(empty_page: tuple[Page, list[str]]) -> AsyncIterator[Page]:
    """An empty page that may import any module of the checkout; an uncaught error on it fails the test."""
    page, errors = empty_page
    errors.clear()
    yield page
    assert errors == []
