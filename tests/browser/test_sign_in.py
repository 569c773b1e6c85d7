"""The sign-in page in a browser: by keyboard, without scripts, in light and dark, as axe-core judges it."""

import pytest

from server.seed import seed
from tests.browser.conftest import PHONE, PageMaker
from tests.helpers.axe import violations
from tests.helpers.processes import Processes


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_signing_in_by_keyboard_alone(scheme: str, processes: Processes, page: PageMaker) -> None:
    person = (await seed(processes.settings)).workspaces[0].agents[1]
    server = await processes.server()
    opened = await page(f"{server.url}/live", color_scheme=scheme)
    assert opened.url.endswith("/sign-in?next=/live")
    assert await violations(opened) == []
    await opened.keyboard.type(person.email)
    await opened.keyboard.press("Tab")
    await opened.keyboard.type("not the password")
    await opened.keyboard.press("Enter")
    await opened.get_by_role("alert").wait_for()
    assert await violations(opened) == []
    assert await opened.evaluate("document.activeElement.id") == "password"
    await opened.keyboard.type(person.password)
    await opened.keyboard.press("Enter")
    await opened.wait_for_url("**/live")
    assert [cookie["httpOnly"] for cookie in await opened.context.cookies()] == [True]
    assert await opened.evaluate("document.cookie") == ""


async def test_no_script_and_a_small_screen_are_enough(processes: Processes, page: PageMaker) -> None:
    person = (await seed(processes.settings)).workspaces[1].agents[2]
    server = await processes.server()
    opened = await page(f"{server.url}/sign-in", java_script_enabled=False, **PHONE)
    await opened.get_by_label("E-mail address").fill(person.email)
    await opened.get_by_label("Password").fill(person.password)
    await opened.get_by_role("button", name="Sign in").tap()
    await opened.wait_for_url("**/inbox")
    missing = await page(f"{server.url}/nothing-here")
    assert await violations(missing) == []
