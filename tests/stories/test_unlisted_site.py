"""A page whose origin the workspace does not list: it gets no chat, and learns nothing."""

from collections.abc import Awaitable, Callable

import asyncpg
from playwright.async_api import Browser, ConsoleMessage, expect

from server.seed import SeededWorkspace
from tests.helpers.serving import Serving
from tests.stories.site import foreign_site


async def test_it_gets_no_chat_and_learns_nothing(
    browser: Browser,
    server: Serving,
    hotel: SeededWorkspace,
    list_site: Callable[[str], Awaitable[None]],
    superuser: asyncpg.Connection,
) -> None:
    await list_site("https://tidehouse.example")
    async with foreign_site(server.url, hotel.widget_key) as site:
        host = await browser.new_page()
        faults: list[str] = []
        host.on("pageerror", lambda error: faults.append(str(error)))
        said: list[str] = []
        host.on("console", lambda line: said.append(line.text))
        sockets: list[str] = []
        host.on("websocket", lambda socket: sockets.append(socket.url))
        await host.goto(site)

        def refused(line: ConsoleMessage) -> bool:
            return "frame-ancestors" in line.text

        async with host.expect_console_message(refused):
            await host.locator("parley-chat button").click()
        await expect(host.frame_locator("parley-chat iframe").locator(".write textarea")).to_have_count(0)
        assert sockets == [] and faults == []
        assert not any("Tidehouse" in text or "postMessage" in text for text in [*said, await host.content()])
        heading = host.get_by_role("heading", name="Harbour walks")
        await expect(heading).to_be_visible()
        await host.locator("parley-chat button").click()
        await expect(host.locator("parley-chat button")).to_have_attribute("aria-expanded", "false")
        await host.close()
    assert await superuser.fetchval("SELECT count(*) FROM contacts") == 0
