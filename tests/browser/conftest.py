"""Chromium for the tests of the screens: one browser a run, one context of its own for each page."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.helpers.chromium import chromium

PageMaker = Callable[..., Awaitable[Page]]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[PageMaker]:
    """Makes pages: `await page(url, viewport={"width": 1280, "height": 800}, color_scheme="dark", locale="ar")`.

    Each is a browser of its own (cookies, storage); `context=page_made_before.context` shares one. An error that a
    page's script leaves uncaught, or a breach of its content security policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    async def make(url: str = "", context: BrowserContext | None = None, **options: object) -> Page:
        if context is None:
            context = await browser.new_context(**options)  # type: ignore[arg-type]
            context.set_default_timeout(10_000)
            contexts.append(context)
        made = await context.new_page()
        made.on("pageerror", lambda error: faults.append(f"{made.url}: {error}"))
        made.on("console", lambda line: _note(faults, line.type, line.text))
        if url:
            await made.goto(url)
        return made

    yield make
    for context in contexts:
        await context.close()
    assert not faults, faults


def _note(faults: list[str], kind: str, text: str) -> None:
    if kind == "error" and "Content Security Policy" in text:
        faults.append(text)
