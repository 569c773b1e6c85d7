"""The widget and the page that hosts it: nothing before the visitor asks for it, nothing of one that the other could touch."""

from typing import Any
from urllib.parse import quote

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PHONE, PageMaker
from tests.browser.widget.chat import Chat, opened
from tests.browser.widget.pretend import AI, Pretend
from tests.helpers.axe import violations
from tests.helpers.stores import until

RECORD = """
() => { window.heard = []; for (const name of ['open', 'close', 'message', 'unread', 'ready'])
  parley.on(name, (value) => window.heard.push([name, value && (value.author ?? value)])); }
"""


async def heard(page: Page) -> list[Any]:
    result: list[Any] = await page.evaluate("window.heard")
    return result


async def test_nothing_is_requested_or_stored_before_the_visitor_opens_it(page: PageMaker, pretend: Pretend) -> None:
    host = await page()
    asked: list[str] = []
    host.context.on("request", lambda request: asked.append(request.url))
    await host.goto(pretend.host)
    await expect(host.locator("parley-chat button")).to_have_attribute("aria-label", "Open chat")
    await host.wait_for_load_state("networkidle")
    assert asked == [f"{pretend.host}/", f"{pretend.url}/widget.js"]
    assert (await host.context.storage_state())["origins"] == [] and await host.context.cookies() == []
    assert pretend.frames == []
    await opened(host)
    await until(lambda: len(pretend.of("hello")) == 1)
    kept = {entry["name"] for origin in (await host.context.storage_state())["origins"] for entry in origin["localStorage"]}
    assert "parley:wk_test:token" in kept


async def test_a_visitor_who_came_before_is_known_and_hears_while_it_is_closed(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("hello")
    await expect(chat.inside.locator(".mine.sent")).to_have_count(1)
    await chat.field.fill("a draft")
    await chat.page.reload()
    await until(lambda: len(pretend.of("hello")) == 2)
    assert pretend.of("hello")[1]["token"] == "secret-of-this-visitor"
    await until(lambda: len(pretend.sockets) == 1)
    await pretend.say(AI, "are you there?")
    await pretend.say(AI, "hello?")
    await expect(chat.launcher.locator("b")).to_have_text("2")
    await expect(chat.launcher).to_have_attribute("aria-label", "Open chat (2 unread)")
    assert pretend.of("read") == []
    chat = await opened(chat.page)
    await expect(chat.launcher.locator("b")).to_be_hidden()
    await expect(chat.field).to_have_value("a draft")
    await until(lambda: [frame["seq"] for frame in pretend.of("read")] == [3])


async def test_presence_is_the_workspaces_to_turn_on(page: PageMaker, pretend: Pretend) -> None:
    host = await page(f"{pretend.host}/?tag=data-presence")
    await host.frame_locator("parley-chat iframe").locator("header h1").wait_for(state="attached")
    assert pretend.frames == []
    await opened(host)
    await until(lambda: len(pretend.of("hello")) == 1)


async def test_presence_connects_at_once_but_stores_nothing(page: PageMaker, pretend: Pretend) -> None:
    pretend.presence = True
    host = await page(f"{pretend.host}/?tag=data-presence")
    await until(lambda: len(pretend.of("hello")) == 1)
    assert pretend.of("hello")[0]["page"] == {"url": f"{pretend.host}/", "title": "A host", "referrer": ""}
    assert (await host.context.storage_state())["origins"] == []
    chat = await opened(host)
    await chat.write("hello")
    assert len(pretend.of("hello")) == 1


async def test_the_api_of_the_page(page: PageMaker, pretend: Pretend) -> None:
    host = await page(pretend.host)
    await host.locator("parley-chat button").wait_for()
    await host.evaluate(RECORD)
    await host.evaluate("parley.identify('signed-by-the-host')")
    await host.evaluate("parley.open()")
    await until(lambda: len(pretend.of("hello")) == 1)
    assert pretend.of("hello")[0]["identity"] == "signed-by-the-host"
    await host.evaluate("parley.identify({ id: 'u1', hash: 'h' })")
    await until(lambda: [frame["identity"] for frame in pretend.of("identify")] == [{"id": "u1", "hash": "h"}])
    await host.evaluate("parley.close()")
    await pretend.say(AI, "a secret between us")
    await expect(host.locator("parley-chat b")).to_have_text("1")
    names = [name for name, _ in await heard(host)]
    assert [name for name in names if name in ("open", "close", "message")] == ["open", "close", "message"] and "ready" in names
    assert "secret" not in str(await heard(host))


async def test_moves_within_the_hosts_page_are_told_without_query_and_fragment(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(f"{pretend.host}/?tag=&token=secret"))
    await until(lambda: len(pretend.sockets) == 1)
    assert pretend.of("hello")[0]["page"]["url"] == f"{pretend.host}/"
    await chat.page.evaluate("history.pushState({}, '', '/cart?token=secret#x'); document.title = 'Cart'")
    await until(lambda: len(pretend.of("page")) >= 1)
    assert pretend.of("page")[-1]["url"] == f"{pretend.host}/cart"


async def test_words_of_strangers_are_not_obeyed(page: PageMaker, pretend: Pretend) -> None:
    """A message that is no loader's can't close the chat, one that is no frame's can't change the badge."""
    chat = await opened(await page(pretend.host))
    await chat.page.evaluate(
        "postMessage({ parley: 1, type: 'unread', count: 66 }, '*'); postMessage({ parley: 1, type: 'close' }, '*')"
    )
    await chat.frame.evaluate("postMessage({ parley: 1, type: 'identify', identity: 'forged' }, '*')")
    await chat.write("still open")
    await expect(chat.inside.locator(".mine.sent")).to_have_count(1)
    await expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    assert pretend.of("identify") == []
    assert (
        await chat.page.evaluate("document.querySelector('parley-chat').shadowRoot.querySelector('iframe').contentDocument")
        is None
    )


async def test_a_site_that_is_not_listed_may_not_show_it(browser: Browser, pretend: Pretend) -> None:
    unlisted, pretend.host = pretend.host, "https://another.example"
    host = await browser.new_page()
    async with host.expect_console_message(lambda line: "frame-ancestors" in line.text):
        await host.goto(unlisted)
        await host.locator("parley-chat button").click()
    assert pretend.frames == []
    await host.close()


async def test_keyboard_and_focus(page: PageMaker, pretend: Pretend) -> None:
    host = await page(pretend.host)
    await host.locator("parley-chat button").focus()
    await host.keyboard.press("Enter")
    chat = Chat(host, host.frame_locator("parley-chat iframe"))
    await expect(chat.field).to_be_focused()
    await host.keyboard.type("line one")
    await host.keyboard.press("Shift+Enter")
    await host.keyboard.type("line two")
    await host.keyboard.press("Enter")
    await expect(chat.bubbles).to_have_text(["line oneline two"])
    await expect(chat.field).to_be_focused()
    await host.keyboard.press("Escape")
    await expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    await expect(chat.launcher).to_be_focused()
    await host.keyboard.press("Enter")
    await expect(chat.field).to_be_focused()


async def test_on_a_phone_it_fills_the_screen(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host, **PHONE))
    await expect(chat.inside.locator("header")).to_be_in_viewport()
    await chat.page.wait_for_timeout(300)
    box = await chat.page.locator("parley-chat iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    await expect(chat.launcher).to_be_hidden()
    await chat.inside.get_by_role("button", name="Close chat").click()
    await expect(chat.launcher).to_be_visible()


async def test_each_language_speaks_and_arabic_runs_from_the_right(page: PageMaker, pretend: Pretend) -> None:
    words = {
        "en-GB": "Talk to a person", "es-MX": "Hablar con una persona", "fr": "Parler à une personne",
        "de-AT": "Mit einem Menschen sprechen", "pt-BR": "Falar com uma pessoa", "ar": "التحدث إلى موظف", "xx": "Talk to a person",
    }  # fmt: skip
    for locale, human in words.items():
        chat = await opened(await page(f"{pretend.host}/?tag={quote(f'data-locale={locale}')}"))
        await expect(chat.inside.locator(".human")).to_have_text(human)
        await expect(chat.inside.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
        await until(lambda: len(pretend.of("hello")) == 1)
        assert pretend.of("hello")[0]["locale"] == ("en" if locale == "xx" else locale)
        pretend.frames.clear()


async def test_axe_finds_nothing_in_light_and_dark(page: PageMaker, pretend: Pretend) -> None:
    found: list[str] = []
    for scheme, color in (("light", "#ffd400"), ("dark", "#101820")):
        pretend.messages.clear()
        pretend.conversation |= {"status": "open", "mode": "ai", "last_seq": 0}
        pretend.brand = {"color": color, "assistant": "Fern", "greeting": "Ask us anything."}
        chat = await opened(await page(pretend.host, color_scheme=scheme, reduced_motion="reduce"))
        found += await violations(chat.frame)
        pretend.refuse = ["conflict"]
        await chat.write("this fails")
        await expect(chat.inside.locator(".failed")).to_have_count(1)
        await chat.write("https://shop.example is where I was")
        await pretend.stream(
            "**Hello** [there](https://shop.example/)\n\n- `code`",
            [{"article": "x", "title": "A source", "url": "https://a.example/"}],
        )
        await pretend.event("joined", {"kind": "agent", "name": "Ana"}, name="Ana")
        await pretend.say({"kind": "system"}, "Where can we reach you?", kind="form", data={"fields": [{"name": "email"}]})
        await pretend.think()
        await pretend.event("resolved", {"kind": "agent", "name": "Ana"})
        await pretend.become(status="resolved")
        await chat.inside.get_by_role("radio", name="Good").click()
        found += await violations(chat.frame)
        pretend.accepting = False
        await pretend.drop(1001)
        await expect(chat.inside.locator(".banner")).to_be_visible()
        found += await violations(chat.frame)
        pretend.accepting = True
        found += await violations(chat.page)
    assert found == []


async def test_the_launcher_does_not_take_the_sites_own_variables_for_its_colours(page: PageMaker, pretend: Pretend) -> None:
    host = await page(pretend.host)
    await host.evaluate("for (const name of ['--brand', '--ink']) document.documentElement.style.setProperty(name, '#123456')")
    button = host.locator("parley-chat button")
    await expect(button).to_have_css("background-color", "rgb(24, 24, 27)")
    await expect(button).to_have_css("color", "rgb(255, 255, 255)")
