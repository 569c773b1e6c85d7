"""The widget as it is served: who may frame it, how big it is, how it is kept up to date."""

import gzip
import re

import httpx
import pytest

from server.pages.assets import ROOT
from server.pages.modules import needed, pack
from server.pages.widget import policy, words
from server.seed import seed
from server.settings import Settings
from tests.helpers.app import running, wired

LOADER_BYTES = 3_000
FIRST_OPEN_BYTES = 30_000


async def test_a_first_open_stays_within_its_bytes(settings: Settings) -> None:
    """The loader, the frame's page and everything that it loads until a first message, as a browser gets them."""
    key = (await seed(settings)).workspaces[1].widget_key
    async with running(wired(settings)) as client:
        browser = client(headers={"Accept-Encoding": "gzip"})
        loader = await size(browser, "/widget.js")
        page = await browser.get("/widget/frame", params={"key": key, "locale": "ar"})
        loads = set(re.findall(r'(?:src|href)="([^"]+)"', page.text))
        assert loads == {"/widget/frame.css", "/widget/i18n/ar.js", "/widget/frame.js"}
        total = loader + len(gzip.compress(page.content)) + sum([await size(browser, path) for path in loads])
    assert loader <= LOADER_BYTES
    assert total <= FIRST_OPEN_BYTES, total


async def size(browser: httpx.AsyncClient, path: str) -> int:
    async with browser.stream("GET", path) as answer:
        assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip", path
        return len(b"".join([part async for part in answer.aiter_raw()]))


async def test_the_frame_is_for_the_workspaces_sites(settings: Settings) -> None:
    key = (await seed(settings)).workspaces[1].widget_key
    async with running(wired(settings)) as client:
        browser = client()
        page = await browser.get("/widget/frame", params={"key": key})
        rules = page.headers["content-security-policy"]
        assert "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*" in rules and "unsafe" not in rules
        assert "x-frame-options" not in page.headers
        assert 'data-name="Fern &amp; Kettle"' in page.text
        for unknown in ("", "wk_nobody", "wk_" + "x" * 5000, "'; DROP TABLE workspaces"):
            answer = await browser.get("/widget/frame", params={"key": unknown}, headers={"Accept": "text/html"})
            assert answer.status_code == 404 and "There is no chat with this key" in answer.text
            assert answer.headers["content-security-policy"].endswith("frame-ancestors *")


@pytest.mark.parametrize(
    "site", ["https://shop.example; script-src *", "shop.example", "javascript:alert(1)", "https://a.example/path", "https://a b"]
)
def test_a_site_that_is_no_origin_is_left_out(site: str) -> None:
    assert policy([site]).endswith("frame-ancestors 'self'")


def test_sites_that_are_origins_are_listed() -> None:
    sites = ["https://shop.example", "http://localhost:*", "https://*.shop.example:8443", "http://[::1]:8000"]
    assert policy(sites).endswith("frame-ancestors 'self' " + " ".join(sites))


async def test_files_are_asked_again_and_not_sent_again(settings: Settings) -> None:
    async with running(wired(settings)) as client:
        browser = client()
        for path in ("/widget.js", "/widget/frame.js", "/widget/frame.css", "/static/shared/connection.js"):
            first = await browser.get(path)
            assert first.headers["x-content-type-options"] == "nosniff"
            second = await browser.get(path, headers={"If-None-Match": first.headers["etag"]})
            assert (second.status_code, second.content) == (304, b"")
            plain = await browser.get(path, headers={"Accept-Encoding": "identity"})
            assert "content-encoding" not in plain.headers and plain.text == first.text


async def test_nothing_but_browsers_files_is_given(settings: Settings) -> None:
    async with running(wired(settings)) as client:
        browser = client()
        for path in (
            "/widget/frame.html",
            "/widget/../server/app.py",
            "/static/%2e%2e/pyproject.toml",
            "/static/shared",
            "/static/%00.js",
            f"/static/{'a' * 5000}.js",
            "/widget/no.js",
        ):
            assert (await browser.get(path)).status_code == 404, path


def test_words_fall_back_to_english() -> None:
    assert words("pt-BR") == "/widget/i18n/pt.js"
    for locale in ("xx", "", "..", "/e", "EN-us"):
        assert words(locale) == "/widget/i18n/en.js"


def test_our_sources_can_be_slimmed() -> None:
    """`slim` finds comments by their signs alone, and drops indentation."""
    for file in [*ROOT.glob("widget/**/*.js"), *ROOT.glob("static/**/*.js")]:
        code = re.sub(r"/\*\*?(?:[^*]|\*(?!/))*\*/", "", file.read_text())
        assert not re.search(r"""["'`][^"'`\n]*/\*""", code), f"{file.name} has a comment's sign in a string"


def test_modules_stand_after_those_they_need() -> None:
    order = needed("widget/frame.js")
    assert order[-1] == "widget/frame.js" and len(order) == len(set(order))
    assert order.index("static/shared/outbox.js") < order.index("static/shared/connection.js") < order.index("widget/app.js")


def test_a_form_that_cant_be_packed_is_refused(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in ("import * as all from './x.js';", "export { a };", "export default 1;", "import './x.js';"):
        monkeypatch.setattr("pathlib.Path.read_text", lambda self, line=line: line + "\n")
        with pytest.raises(ValueError, match="can't be packed"):
            pack("widget/frame.js")
