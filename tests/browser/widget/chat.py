"""How the tests of the widget speak to it."""

from dataclasses import dataclass

from playwright.async_api import Frame, FrameLocator, Locator, Page


@dataclass
class Chat:
    """The widget on a page, opened."""

    page: Page
    inside: FrameLocator

    @property
    def field(self) -> Locator:
        return self.inside.locator(".write textarea")

    @property
    def bubbles(self) -> Locator:
        return self.inside.locator(".bubble:not(.waiting)")

    @property
    def launcher(self) -> Locator:
        return self.page.locator("parley-chat button")

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "/widget/frame" in frame.url)

    async def write(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")


async def opened(page: Page) -> Chat:
    """The chat of a page, once a click on its launcher has brought it."""
    await page.locator("parley-chat button").click()
    chat = Chat(page, page.frame_locator("parley-chat iframe"))
    await chat.field.wait_for()
    return chat
