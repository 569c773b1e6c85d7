"""The made-up shop shows the widget off."""

from playwright.async_api import expect

from server.seed import seed
from server.settings import Settings
from tests.browser.conftest import PHONE, PageMaker
from tests.browser.widget.chat import Chat
from tests.helpers.axe import violations
from tests.helpers.serving import serving


async def test_its_buttons_open_the_chat_and_axe_finds_nothing(page: PageMaker, settings: Settings) -> None:
    await seed(settings)
    async with serving(settings) as server:
        shop = await page(f"{server.url}/demo", reduced_motion="reduce")
        await shop.locator("parley-chat button").wait_for()
        assert await violations(shop) == []
        await shop.get_by_role("button", name="Help me choose").click()
        chat = Chat(shop, shop.frame_locator("parley-chat iframe"))
        await expect(chat.field).to_be_focused()
        await shop.keyboard.press("Escape")
        await shop.get_by_role("button", name="My cup arrived broken").click()
        await expect(chat.field).to_have_value("My cup arrived broken")
        await shop.get_by_role("button", name="How hot").click()
        await expect(chat.field).to_have_value("My cup arrived broken")
        phone = await page(f"{server.url}/demo", **PHONE)
        await phone.locator("parley-chat button").wait_for()
        assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
