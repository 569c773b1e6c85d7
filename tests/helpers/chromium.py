"""A real Chromium for the tests that need a browser."""

import contextlib
import mimetypes
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, Page, Route, async_playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run --no-default-browser-check"
).split()
FILES = "http://files.test"


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's Chromium, else the one that Playwright installed for itself."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        await browser.close()


async def serve_checkout(page: Page) -> None:
    """Answers `FILES`/… with the checkout's own files, without any server."""

    async def answer(route: Route) -> None:
        path = ROOT / route.request.url.removeprefix(FILES).split("?")[0].lstrip("/")
        if path.is_file():
            await route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0] or "")
        else:
            await route.fulfill(body="<!doctype html><title>test</title>", content_type="text/html")

    await page.route(f"{FILES}/**", answer)
