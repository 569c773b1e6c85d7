"""The pictures of the README, made again: `python -m tests.stories.pictures`.

A server, a worker and a scripted provider over stores of their own; the screens are the product's, the people are made up.
With the font Inter on the machine they look as they do on most others.
"""

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path

import asyncpg
from playwright.async_api import Browser, Page, expect

from server.seed import SeededWorkspace, seed
from server.settings import Settings
from tests.browser.conftest import PHONE
from tests.browser.widget.chat import Chat, opened
from tests.fakes.anthropic import FakeAnthropic
from tests.helpers.chromium import chromium
from tests.helpers.processes import Processes
from tests.helpers.rows import Place as Account
from tests.helpers.serving import Serving, serving
from tests.helpers.stores import TestStores, connection
from tests.live.conftest import place_of
from tests.stories.crowd import Crowd, age, identity, past_hour, scripted
from tests.stories.people import ROW, answers, identity_secret, sign_in

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SCREEN = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
FONTS = """<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<alias binding="strong"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias></fontconfig>"""
MOST_BYTES = 300_000


async def main() -> None:
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley pictures ")))
        (folder / "fonts.conf").write_text(FONTS)
        os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
        stores = TestStores(folder)
        stack.callback(stores.stop)
        await stores.prepare()
        fake = await stack.enter_async_context(FakeAnthropic(scripted))
        quick = {"ANTHROPIC_API_KEY": fake.key, "ANTHROPIC_BASE_URL": fake.url, "QUIET_SECONDS": "1"}
        database = await stores.fresh()
        settings = stores.settings(database, **quick)
        shop = (await seed(settings)).workspaces[1]
        server = await stack.enter_async_context(serving(settings))
        processes = Processes(settings, folder)
        stack.push_async_callback(processes.stop)
        await processes.worker(**quick)
        browser = await stack.enter_async_context(chromium())
        superuser = await stack.enter_async_context(connection(stores.stores.postgres.url("postgres", database)))
        await paint(browser, server, settings, shop, superuser)
    for picture in sorted(FOLDER.glob("*.png")):
        size = picture.stat().st_size
        print(f"{picture.name}: {size // 1000} kB")
        assert size < MOST_BYTES, picture


async def paint(browser: Browser, server: Serving, settings: Settings, shop: SeededWorkspace, superuser: asyncpg.Connection) -> None:
    secret = await identity_secret(superuser, settings, shop.id)
    account = await superuser.fetchval("SELECT id FROM channel_accounts WHERE workspace_id = $1", shop.id)
    crowd = Crowd(await place_of(server, shop), secret)
    await past_hour(server.live.desk.core.pool, superuser, Account(shop.id, account, (shop.id, shop.id)))
    await crowd.arrive()
    await asyncio.sleep(4)  # The worker scores who has gone quiet.
    await age(superuser, crowd.ago)
    inbox = await sign_in(await (await browser.new_context(**SCREEN)).new_page(), server.url, shop, "agent")  # type: ignore[arg-type]
    context = await browser.new_context(**SCREEN)  # type: ignore[arg-type]
    host = await context.new_page()
    await host.goto(f"{server.url}/demo")
    await host.locator("parley-chat button").wait_for()
    await host.evaluate("who => parley.identify(who)", identity(secret, "Hannah Moss"))
    chat = await opened(host)
    await is_answered(chat, inbox)
    await save(host, "widget")
    await is_taken_over(chat, inbox)
    await save(inbox, "inbox")
    await inbox.emulate_media(color_scheme="dark")
    await save(inbox, "inbox-dark")
    live = await sign_in(await (await browser.new_context(**SCREEN)).new_page(), server.url, shop, "manager", "/live")  # type: ignore[arg-type]
    await live.set_viewport_size({"width": 1440, "height": 720})
    await expect(live.locator(".tile").first).to_contain_text("Longest")
    await save(live, "live")
    await on_a_phone(browser, server)
    await crowd.leave()


async def is_answered(chat: Chat, inbox: Page) -> None:
    await chat.write("Hello! Which kettle is best for pour-over?")
    await expect(answers(chat)).to_have_count(1, timeout=30_000)
    await inbox.locator(ROW, has_text="Hannah Moss").click()
    await inbox.get_by_role("radio", name="Whisper").click()
    await inbox.get_by_role("textbox", name="Tell the AI").fill("Mention the gift wrapping")
    await inbox.keyboard.press("Enter")
    await inbox.keyboard.press("Escape")
    await chat.write("I want to order one for a present, it must be here by Saturday. Is that possible?")
    await expect(chat.inside.locator(".bubble.streaming")).to_contain_text("2 to 3 working days")


async def is_taken_over(chat: Chat, inbox: Page) -> None:
    await inbox.keyboard.press("t")
    await expect(chat.inside.locator(".event").last).to_have_text("Mei Tanaka joined")
    await inbox.keyboard.type("Hi Hannah, Mei here. I've put the last sage green one aside for you: it leaves today and is with you on Friday.")
    await inbox.keyboard.press("Enter")
    await chat.write("You are wonderful! How much is it with the wrapping? My number is +44 20 7946 0321")
    await inbox.get_by_role("radio", name="Note").click()
    await inbox.get_by_role("textbox", name="Note for your team").fill("Oscar, please wrap it in the fern cloth")
    await inbox.keyboard.press("Enter")
    await inbox.get_by_role("radio", name="Reply").click()
    await expect(inbox.locator("parley-contact .chip", has_text="Hot")).to_be_visible(timeout=15_000)
    await inbox.get_by_role("textbox", name="Reply to").fill("£83, wrapping and note included. Shall I")
    await chat.field.press_sequentially("Yes please")
    await expect(inbox.locator(".typing")).to_be_visible()


async def on_a_phone(browser: Browser, server: Serving) -> None:
    context = await browser.new_context(**PHONE, device_scale_factor=2)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{server.url}/demo")
    chat = await opened(page)
    await chat.write("How long does delivery to Norway take?")
    await expect(answers(chat)).to_have_count(1, timeout=30_000)
    await chat.write("And can you do gift wrapping?")
    await expect(chat.inside.locator(".bubble.streaming")).to_contain_text("hand-written")
    await save(page, "phone")


async def save(page: Page, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
