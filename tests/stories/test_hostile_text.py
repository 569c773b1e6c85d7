"""Words that attack: whoever writes them, wherever they are shown, they are words."""

import contextlib
from collections.abc import AsyncIterator
from urllib.parse import quote, urlsplit

import asyncpg
import httpx
import jwt
import msgspec
import pytest_asyncio
from playwright.async_api import Page, expect

from server.schema import frames
from server.seed import SeededWorkspace
from server.settings import Settings
from tests.browser.conftest import PageMaker
from tests.browser.widget.chat import opened
from tests.client import Visitor
from tests.fakes.anthropic import FakeAnthropic, say
from tests.helpers.serving import Serving, serving
from tests.live.conftest import sign_in as token_of
from tests.stories.conftest import Desk
from tests.stories.people import ROW, answers, identity_secret
from tests.stories.site import foreign_site

FLAG = "window.top.pwned=window.pwned=1"
ATTACKS = [
    f"<script>{FLAG}</script>",
    f"<img src=x onerror='{FLAG}'>",
    f"\"><svg/onload={FLAG}>",
    f"</textarea><iframe srcdoc=\"<script>parent.pwned=1</script>\"></iframe><script>{FLAG}</script>",
    f"javascript:{FLAG}",
    f"[free room](javascript:{FLAG})",
    f"[free room](JaVaScRiPt&colon;{FLAG}) <javascript:{FLAG}>",
    f"[a](data:text/html,<script>{FLAG}</script>) [b](vbscript:x) [c](//evil.example/x)",
    "![x](https://evil.example/pixel.png) <img src=https://evil.example/pixel.png>",
    f"[x](https://ok.example/\"onmouseover=\"{FLAG})",
    f"`<b onmouseover={FLAG}>` **<i onclick={FLAG}>bold</i>** https://ok.example/?q=<script>{FLAG}</script>",
    "{{constructor.constructor('pwned=1')()}} ${pwned=1} <%= 1 %> {name} {{ 7*7 }}",
    "<style>*{display:none}</style><base href=https://evil.example><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "\u202eevil txt.exe\u202c \u2066isolate\u2069 zero\u200bwidth\ufeff\u2060",
    "👩‍👩‍👧‍👦🏳️‍🌈 Z͑ͫ̓a͌l̈g̎o \U000e0041",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;",
]
NAME = f"<img src=x onerror={FLAG}>"
LONG = "<b>" + "🙂é" * 4_998 + "x"


@pytest_asyncio.fixture
async def guarded(page: PageMaker) -> AsyncIterator["Guard"]:
    """Fails the test where anything ran, asked, or went elsewhere. (A breach of policy fails it by itself.)"""
    guard = Guard()
    yield guard
    assert guard.harm == []
    for seen in guard.pages:
        for frame in seen.frames:
            assert await frame.evaluate("window.pwned") is None, frame.url


class Guard:
    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.harm: list[str] = []

    def over(self, page: Page) -> Page:
        self.pages.append(page)
        page.on("dialog", lambda dialog: self.harm.append(f"asked {dialog.message}"))
        page.on("popup", lambda popup: self.harm.append(f"opened {popup.url}"))
        page.on("download", lambda download: self.harm.append(f"downloaded {download.url}"))
        page.on("request", lambda request: self._went(request.url))
        return page

    def _went(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.hostname not in ("127.0.0.1", "localhost") and parts.scheme != "data":
            self.harm.append(f"went to {url}")


@contextlib.asynccontextmanager
async def desk_client(url: str, hotel: SeededWorkspace) -> AsyncIterator[httpx.AsyncClient]:
    manager = next(one for one in hotel.agents if one.role == "manager")
    token = await token_of(url, manager.email, manager.password)
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


async def test_what_a_visitor_writes_is_shown_as_it_was_written(
    page: PageMaker, desk: Desk, server: Serving, hotel: SeededWorkspace, guarded: Guard
) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        inbox = guarded.over(await desk(server.url))
        host = guarded.over(await page(f"{site}/walks/%3Cscript%3E?title={quote(NAME)}"))
        chat = await opened(host)
        await chat.inside.get_by_role("button", name="Talk to a person").click()
        await expect(inbox.locator(ROW)).to_have_count(1)
        await inbox.locator(ROW).click()
        for attack in [*ATTACKS, LONG]:
            await chat.write(attack)
        await expect(chat.inside.locator(".mine.sending, .mine.failed")).to_have_count(0, timeout=20_000)
        written = [attack.strip() for attack in [*ATTACKS, LONG]]
        for texts in (chat.inside.locator(".mine .bubble"), inbox.locator(".message[data-kind=contact] .message-text")):
            assert await texts.evaluate_all("all => all.map(each => each.textContent)") == written
        for box in (chat.inside.locator(".scroller"), inbox.locator(".thread-scroll"), inbox.locator("body")):
            assert await box.evaluate("box => box.scrollWidth - box.clientWidth") == 0, "nothing is too wide"
        for window in (chat.inside, inbox):
            links = await window.locator(".bubble a").evaluate_all("all => all.map(each => each.protocol)")
            assert set(links) <= {"https:"}, links
            assert await window.locator(".bubble :is(img, script, iframe, svg:not([aria-hidden]), style, base, meta)").count() == 0
        about = inbox.locator("parley-contact .contact-page")
        await expect(about.locator("a")).to_have_text(NAME)
        assert (await about.locator("a").get_attribute("href")) == f"{site}/walks/%3Cscript%3E"


async def test_names_pages_and_notes(
    page: PageMaker,
    desk: Desk,
    server: Serving,
    hotel: SeededWorkspace,
    settings: Settings,
    superuser: asyncpg.Connection,
    guarded: Guard,
) -> None:
    await superuser.execute("UPDATE users SET name = $1 WHERE email LIKE 'agent@%tidehouse%'", NAME)
    secret = await identity_secret(superuser, settings, hotel.id)
    identity = jwt.encode({"sub": "<x>", "exp": 4_000_000_000, "name": NAME + "\u202e", "company": ATTACKS[1]}, secret, "HS256")
    async with Visitor(server.url) as stranger:
        await stranger.hello(hotel.widget_key, identity=identity, page={"url": f"javascript:{FLAG}", "title": ATTACKS[2]})
        await stranger.say("Hello")
        inbox = guarded.over(await desk(server.url))
        colleague = guarded.over(await desk(server.url, "agent2"))
        for window in (inbox, colleague):
            await expect(window.locator(ROW).locator(".row-name")).to_have_text(NAME)
            await window.locator(ROW).click()
            await expect(window.locator(".thread-name")).to_have_text(NAME)
        await expect(inbox.get_by_label("Company", exact=True)).to_have_value(ATTACKS[1])
        await expect(inbox.locator(".contact-page")).to_contain_text(ATTACKS[2])
        await expect(inbox.locator(".contact-page a")).to_have_count(0)
        await expect(colleague.locator(".looking")).to_contain_text(NAME)
        await inbox.get_by_role("radio", name="Note").click()
        await inbox.get_by_role("textbox", name="Note for your team").fill(ATTACKS[3])
        await inbox.keyboard.press("Enter")
        await expect(colleague.locator(".message[data-kind=note] .message-text")).to_have_text(ATTACKS[3])
        await inbox.keyboard.press("Escape")
        await inbox.keyboard.press("t")
        await expect(colleague.locator(".thread-state")).to_contain_text(NAME)
        await stranger.wait(lambda frame: isinstance(frame, frames.MessageFrame) and "onerror" in frame.message.text)
    async with foreign_site(server.url, hotel.widget_key) as site:
        host = guarded.over(await page(site))
        await host.locator("parley-chat button").wait_for()
        await host.evaluate("identity => parley.identify(identity)", identity)
        chat = await opened(host)
        await expect(chat.inside.locator(".event").last).to_have_text(f"{NAME} joined")
        await expect(chat.inside.locator("header h1")).to_have_text(NAME)
        await inbox.keyboard.type(ATTACKS[0])
        await expect(chat.inside.locator(".line", has_text="is writing")).to_contain_text(NAME)
        await inbox.keyboard.press("Enter")
        await expect(chat.bubbles.last).to_have_text(ATTACKS[0])


async def test_what_articles_and_the_ai_say(
    page: PageMaker, desk: Desk, settings: Settings, hotel: SeededWorkspace, guarded: Guard
) -> None:
    async with FakeAnthropic() as fake, contextlib.AsyncExitStack() as stack:
        keyed = msgspec.structs.replace(settings, anthropic_api_key=type(settings.secret_key)(fake.key), anthropic_base_url=fake.url)
        server = await stack.enter_async_context(serving(keyed))
        client = await stack.enter_async_context(desk_client(server.url, hotel))
        article = {"title": f"Lighthouse {NAME}", "body": "Lighthouse tours. " + " ".join(ATTACKS)}
        refused = await client.post("/articles", json=article | {"url": f"javascript:{FLAG}"})
        assert refused.status_code == 400, refused.text
        assert (await client.post("/articles", json=article)).is_success
        site = await stack.enter_async_context(foreign_site(server.url, hotel.widget_key))
        inbox = guarded.over(await desk(server.url))
        chat = await opened(guarded.over(await page(site)))
        said = "\n\n".join(ATTACKS[:12])
        fake.play(say(*(said[at : at + 7] for at in range(0, len(said), 7)), " [[1]]"))
        await chat.write("When are the lighthouse tours?")
        await expect(answers(chat)).to_have_count(1, timeout=40_000)
        await inbox.locator(ROW).click()
        answer = inbox.locator(".message[data-kind=ai]")
        for sources in (chat.inside.locator(".sources li"), answer.locator(".sources li")):
            await expect(sources).to_have_text(f"Lighthouse {NAME}")
        for body in (answers(chat), answer.locator(".message-text")):
            await expect(body).to_contain_text(f"<script>{FLAG}</script>")
            links = await body.locator("a").evaluate_all("all => all.map(each => each.protocol)")
            assert set(links) == {"https:"}, links
            assert await body.locator(":is(img, script, iframe, style, base, meta), [onmouseover], [onclick], [onerror]").count() == 0
