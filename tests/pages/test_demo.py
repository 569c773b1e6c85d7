"""The made-up shop's page."""

from server.settings import Settings
from tests.helpers.app import running, wired


async def test_it_names_a_key_that_looks_like_one(settings: Settings) -> None:
    async with running(wired(settings)) as client:
        browser = client()
        page = await browser.get("/demo")
        assert 'data-key="wk_demo_fernkettle" data-color="#2f6b3c"' in page.text
        assert "unsafe" not in page.headers["content-security-policy"]
        other = await browser.get("/demo", params={"key": "wk_other", "locale": '"><script>'})
        assert 'data-key="wk_other"' in other.text and "<script>" not in other.text.replace("<script async", "").replace(
            "<script type", ""
        )
        assert 'data-key="wk_demo_fernkettle"' in (await browser.get("/demo", params={"key": '"><script>'})).text
