"""The first page: it leads on, fits, and is fit to be read by everybody."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, PageMaker
from tests.fakes.desk import ORIGIN, Desk
from tests.helpers.axe import violations


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("options", [{"viewport": {"width": 1440, "height": 900}}, PHONE], ids=["desk", "phone"])
async def test_it_leads_on_and_fits(page: PageMaker, scheme: str, options: dict[str, Any]) -> None:
    landing = await page(color_scheme=scheme, reduced_motion="reduce", **options)
    await Desk().serve(landing)
    await landing.goto(f"{ORIGIN}/")
    assert await violations(landing) == []
    assert await landing.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for href in ("/demo", "/inbox", "/live", "/api/v1/openapi.json"):
        assert await landing.locator(f"a[href='{href}']").count() > 0
    await landing.get_by_role("link", name="Try it as a visitor").click()
    await expect(landing).to_have_url(f"{ORIGIN}/demo")
