"""Takes the README's pictures of the running product: `python -m tests.browser.pictures` writes docs/pictures/."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from server.seed import SeededWorkspace, seed
from tests.browser.conftest import PHONE
from tests.browser.widget.chat import Chat, opened
from tests.helpers.chromium import ROOT, chromium
from tests.helpers.serving import serving
from tests.helpers.stores import TestStores

FOLDER = ROOT / "docs" / "pictures"
DESK = {"width": 1280, "height": 800}


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="parley pictures ") as folder:
        stores = TestStores(Path(folder))
        try:
            await stores.prepare()
            settings = stores.settings(await stores.fresh())
            shop = (await seed(settings)).workspaces[1]
            async with serving(settings) as server, chromium() as browser:
                await take(browser, server.url, shop)
        finally:
            stores.stop()


async def take(browser: Browser, url: str, shop: SeededWorkspace) -> None:
    """A visitor asks the AI, another one a person; the agent answers in the inbox."""
    inbox = await signed_in(browser, url, shop)
    chat = await asked(browser, url, "Which kettle should I choose for pour-over coffee?")
    await chat.page.screenshot(path=FOLDER / "widget.png")
    phone = await asked(browser, url, "How long does delivery to Norway take?", color_scheme="dark", **PHONE)
    await phone.inside.get_by_role("button", name="Talk to a person").click()
    await expect(phone.inside.locator(".event")).to_have_count(1)
    await inbox.get_by_text("Waiting now").click()
    await inbox.get_by_role("button", name="Take over").click()
    composer = inbox.get_by_role("textbox", name="Reply to")
    await composer.fill("Hello, Mei here! If you order before 14:00 yours leaves today. Shall I set a kettle aside?")
    await composer.press("Enter")
    await expect(phone.bubbles.last).to_contain_text("Mei here")
    await phone.page.wait_for_timeout(400)  # The bubble's way in.
    await phone.page.screenshot(path=FOLDER / "widget-phone.png")
    await inbox.wait_for_timeout(500)
    await inbox.screenshot(path=FOLDER / "inbox.png")


async def asked(browser: Browser, url: str, question: str, **options: object) -> Chat:
    """A visitor of the shop who has got an answer."""
    context = await browser.new_context(**({"viewport": DESK} | options))  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{url}/demo")
    chat = await opened(page)
    await chat.write(question)
    await expect(chat.inside.locator(".line.ai .bubble:not(.waiting):not(.streaming)")).to_have_count(1, timeout=15_000)
    await page.wait_for_timeout(400)
    return chat


async def signed_in(browser: Browser, url: str, shop: SeededWorkspace) -> Page:
    agent = next(one for one in shop.agents if one.role == "agent")
    page = await (await browser.new_context(viewport={"width": 1440, "height": 900})).new_page()
    await page.goto(f"{url}/sign-in?next=/inbox")
    await page.locator("input[type=email]").fill(agent.email)
    await page.locator("input[type=password]").fill(agent.password)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox**")
    return page


if __name__ == "__main__":
    asyncio.run(main())
