"""Visitors as they come: with two tabs, on a phone, in Arabic."""

from urllib.parse import quote

from playwright.async_api import expect

from server.seed import SeededWorkspace
from tests.browser.conftest import PHONE, PageMaker
from tests.browser.widget.chat import Chat, opened
from tests.helpers.axe import violations
from tests.helpers.serving import Serving
from tests.stories.conftest import Desk
from tests.stories.people import ROW, answers
from tests.stories.site import foreign_site

ANSWERED = 15_000
WHERE = """(element, word) => {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  const range = new Range();
  range.setStart(text, text.data.indexOf(word));
  range.setEnd(text, text.data.indexOf(word) + word.length);
  return range.getBoundingClientRect().left;
}"""


async def test_two_tabs_are_one_visitor(page: PageMaker, desk: Desk, server: Serving, hotel: SeededWorkspace) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        inbox = await desk(server.url)
        one = await opened(await page(site))
        await one.write("Do you have parking?")
        await expect(answers(one)).to_have_count(1, timeout=ANSWERED)
        two = await opened(await page(f"{site}/prices", context=one.page.context))
        said = await one.bubbles.all_inner_texts()
        await expect(two.bubbles).to_have_text(said, use_inner_text=True)
        await two.write("And a spa?")
        await expect(answers(one)).to_have_count(2, timeout=ANSWERED)
        await expect(answers(two)).to_have_count(2, timeout=ANSWERED)
        said = await two.bubbles.all_inner_texts()
        assert len(said) == 4
        await expect(one.bubbles).to_have_text(said, use_inner_text=True)
        await expect(inbox.locator(ROW)).to_have_count(1)
        await one.inside.get_by_role("button", name="Close chat").click()
        await inbox.locator(ROW).click()
        await inbox.keyboard.press("t")
        await inbox.keyboard.type("Shall I reserve one?")
        await inbox.keyboard.press("Enter")
        await expect(two.bubbles.last).to_have_text("Shall I reserve one?")
        await expect(one.bubbles.last).to_have_text("Shall I reserve one?")
        await two.page.close()
        await expect(inbox.locator("parley-contact")).to_contain_text("On the site now")


async def test_a_phone_in_the_hand(page: PageMaker, server: Serving, hotel: SeededWorkspace) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        chat = await opened(await page(site, **PHONE, reduced_motion="reduce"))
        await chat.write("How do I get to you from the airport? " + "https://maps.example/" + "a" * 300)
        await expect(answers(chat)).to_have_count(1, timeout=ANSWERED)
        assert await chat.frame.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [390, 390]
        scroller = chat.inside.locator(".scroller")
        assert await scroller.evaluate("box => box.scrollWidth - box.clientWidth") == 0
        await expect(answers(chat).last).to_be_in_viewport()
        await expect(chat.field).to_be_in_viewport()
        assert await violations(chat.frame) == []
        await chat.inside.get_by_role("button", name="Close chat").tap()
        await expect(chat.launcher).to_be_visible()


async def test_an_arabic_visitor_reads_from_the_right(page: PageMaker, desk: Desk, server: Serving, hotel: SeededWorkspace) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        inbox = await desk(server.url)
        chat = await opened(await page(f"{site}/?tag={quote('data-locale=ar')}", reduced_motion="reduce"))
        await expect(chat.inside.locator("html")).to_have_attribute("dir", "rtl")
        await chat.write("مرحبا، أريد أن أحجز غرفة ليلة Friday")
        await expect(answers(chat)).to_have_count(1, timeout=ANSWERED)
        lefts = [await left(chat, place) for place in (".mine .bubble", ".theirs .bubble", ".theirs .avatar:not(.none)")]
        assert lefts == sorted(lefts), "mine on the left, theirs on the right, its face beside it"
        await expect(chat.inside.locator("header .round")).to_be_visible()
        assert await violations(chat.frame) == []
        await inbox.locator(ROW).click()
        mine = inbox.locator(".message[data-kind=contact] .message-text")
        await expect(mine).to_have_text("مرحبا، أريد أن أحجز غرفة ليلة Friday")
        first, last = [await mine.evaluate(WHERE, word) for word in ("مرحبا", "Friday")]
        assert last < first, "it runs from the right in the inbox too"
        await chat.inside.get_by_role("button", name="التحدث إلى موظف").click()
        await expect(chat.inside.locator(".event").first).to_have_text("طلبت التحدث إلى موظف")


async def left(chat: Chat, selector: str) -> float:
    box = await chat.inside.locator(selector).first.bounding_box()
    assert box
    return box["x"]
