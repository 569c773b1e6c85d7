"""The browser fixtures themselves."""

from tests.browser.conftest import PHONE, PageMaker

PAGE = "data:text/html,<meta name=viewport content=width=device-width><p>hello</p>"


async def test_pages_are_apart_and_take_options(page: PageMaker) -> None:
    phone = await page(PAGE, color_scheme="dark", **PHONE)
    assert await phone.inner_text("p") == "hello"
    assert await phone.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [390, True]
    assert (await page()).context is not phone.context
