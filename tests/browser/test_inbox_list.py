"""The list of the inbox: ten thousand conversations, kept in place by their keys."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import PageMaker
from tests.browser.test_inbox import MARTA, ROW, entered
from tests.fakes.desk import Desk, moment, numbered

MANY = 10_000


async def names(inbox: Page) -> list[str]:
    return await inbox.locator(".row-name").all_inner_texts()


async def scroll(inbox: Page, to: str) -> None:
    await inbox.locator(".list-scroll").evaluate(f"element => {{ element.scrollTop = {to}; }}")


async def test_ten_thousand_conversations_scroll_to_the_end_with_few_rows(page: PageMaker) -> None:
    desk = Desk()
    for number in range(1, MANY + 1):
        desk.add(number)
    inbox = await entered(page, desk, "")
    await expect(inbox.locator(ROW).first).to_contain_text("Contact 00001")
    for _ in range(400):
        await scroll(inbox, "element.scrollHeight")
        await inbox.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await inbox.locator(ROW).count() < 60
        if await inbox.locator(".row-name", has_text=f"Contact {MANY}").count():
            break
    await expect(inbox.locator(ROW).last).to_contain_text(f"Contact {MANY}")
    assert await inbox.locator(".rows > li").last.get_attribute("aria-posinset") == str(MANY)
    assert len([call for call in desk.calls if call[1] == "/conversations"]) == MANY // 100 + 2  # And what counts mine and waiting.

    # A message moves its row from the end to the top, and nothing is asked for.
    asked = len(desk.calls)
    desk.tell(numbered(MANY), "Still there?")
    await expect(inbox.locator(".row-name", has_text=f"Contact {MANY}")).to_have_count(0)
    await scroll(inbox, "0")
    await expect(inbox.locator(ROW).first).to_contain_text("Still there?")
    assert (await names(inbox))[:2] == [f"Contact {MANY}", "Contact 00001"]
    assert len(desk.calls) == asked


async def test_a_row_moves_up_in_place_and_keeps_the_keyboard(page: PageMaker) -> None:
    desk = Desk()
    for number in range(1, 6):
        desk.add(number)
    inbox = await entered(page, desk, "")
    row = inbox.locator(ROW, has_text="Contact 00004")
    await row.focus()
    handle = await row.element_handle()
    desk.tell(numbered(4), "Hello again")
    await expect(inbox.locator(ROW).first).to_contain_text("Hello again")
    await expect(row).to_be_focused()
    assert handle and await handle.evaluate("element => element.isConnected")
    assert await names(inbox) == [f"Contact {n:05d}" for n in (4, 1, 2, 3, 5)]


async def test_an_older_state_that_comes_late_changes_nothing(page: PageMaker) -> None:
    desk = Desk()
    summary = desk.add(1)
    inbox = await entered(page, desk, "")
    old = dict(summary)
    desk.tell(numbered(1), "newer")
    await expect(inbox.locator(ROW)).to_contain_text("newer")
    desk.push({"type": "conversation", "conversation": old}, desk.change(numbered(1), label="hot"))
    await expect(inbox.locator(ROW)).to_contain_text("Hot")
    await expect(inbox.locator(ROW)).to_contain_text("newer")


async def test_each_view_shows_its_own_and_lets_go_of_what_leaves(page: PageMaker) -> None:
    desk = Desk()
    me = {"id": desk.me["id"], "name": desk.me["name"]}
    desk.add(1)
    desk.add(2, mode="human", assignee=me)
    desk.add(3, mode="queued", waiting_since=moment(60))
    desk.add(4, mode="queued", waiting_since=moment(600))
    desk.add(5, mode="human", assignee=MARTA)
    desk.add(6, status="resolved")
    inbox = await entered(page, desk, "")
    views = {"All open": [1, 2, 3, 4, 5], "Mine": [2], "Unassigned": [3, 4], "AI": [1], "Waiting": [4, 3], "Resolved": [6]}
    for view, numbers in views.items():
        await inbox.get_by_role("navigation", name="Views").locator(".filter", has_text=re.compile(rf"^{view}\d*$")).click()
        await expect(inbox.locator(".list-title")).to_have_text(view)
        await expect(inbox.locator(".row-name")).to_have_text([f"Contact {number:05d}" for number in numbers])
    await inbox.locator(".filter", has_text="Waiting").click()
    await expect(inbox.locator(".filter", has_text="Waiting")).to_contain_text("2")
    desk.push(desk.change(numbered(4), mode="human", assignee=MARTA, waiting_since=None))
    await expect(inbox.locator(ROW)).to_have_count(1)
    await expect(inbox.locator(".filter", has_text="Waiting")).to_contain_text("1")
    desk.add(7, mode="queued", waiting_since=moment(900), unread=1)
    desk.push(desk.change(numbered(7)))
    await expect(inbox.locator(ROW).first).to_contain_text("Contact 00007")


async def test_search_finds_and_escape_ends_it(page: PageMaker) -> None:
    desk = Desk()
    for number in range(1, 30):
        desk.add(number, status="resolved" if number == 23 else "open")
    inbox = await entered(page, desk, "")
    await expect(inbox.locator(ROW).first).to_be_visible()
    await inbox.keyboard.press("/")
    await inbox.keyboard.type("contact 00012")
    await expect(inbox.locator(ROW)).to_have_count(1)
    await expect(inbox.locator(".list-title")).to_have_text("Search results")
    desk.tell(numbered(5), "something else")
    desk.tell(numbered(12), "found and changed")
    await expect(inbox.locator(ROW)).to_contain_text("found and changed")
    await expect(inbox.locator(ROW)).to_have_count(1)
    await inbox.keyboard.press("Escape")
    await expect(inbox.locator(".list-title")).to_have_text("All open")
    await expect(inbox.locator(ROW).nth(5)).to_be_attached()
    assert (await names(inbox))[:3] == ["Contact 00012", "Contact 00005", "Contact 00001"]


async def test_j_and_k_walk_through_the_list(page: PageMaker) -> None:
    desk = Desk()
    for number in range(1, 4):
        desk.add(number)
    inbox = await entered(page, desk, "")
    await expect(inbox.locator(ROW)).to_have_count(3)
    for key, number in (("j", 1), ("j", 2), ("j", 3), ("j", 3), ("k", 2)):
        await inbox.keyboard.press(key)
        await expect(inbox.locator(".thread-name")).to_have_text(f"Contact {number:05d}")
        await expect(inbox.locator(f"{ROW}[aria-current]")).to_contain_text(f"Contact {number:05d}")
    await inbox.keyboard.press("Escape")
    await expect(inbox.get_by_text("Choose a conversation.")).to_be_visible()


async def test_arrows_walk_without_opening(page: PageMaker) -> None:
    desk = Desk()
    for number in range(1, 40):
        desk.add(number)
    inbox = await entered(page, desk, "")
    await inbox.locator(ROW).first.focus()
    for number in range(2, 40):
        await inbox.keyboard.press("ArrowDown")
        await expect(inbox.locator(ROW, has_text=f"Contact {number:05d}")).to_be_focused()
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".thread-name")).to_have_text("Contact 00039")


async def test_what_needs_a_person_is_in_the_title_and_said(page: PageMaker) -> None:
    desk = Desk()
    desk.add(1)
    desk.add(2)
    inbox = await entered(page, desk, "")
    await expect(inbox.locator(ROW)).to_have_count(2)
    desk.tell(numbered(1), "only the AI is asked")
    desk.say(numbered(2), "A person, please")
    desk.push(desk.change(numbered(2), mode="queued", waiting_since=moment()))
    await expect(inbox.get_by_text("Contact 00002 waits for a person.")).to_have_count(1)
    await expect(inbox).to_have_title("(1) Inbox · Casa Lume")
    desk.push(desk.change(numbered(2), mode="human", assignee=MARTA))
    await expect(inbox.locator(ROW, has_text="Marta Silva")).to_have_count(1)
    await expect(inbox).to_have_title("Inbox · Casa Lume")


async def test_a_list_that_cannot_be_loaded_can_be_tried_again(page: PageMaker) -> None:
    desk = Desk()
    desk.add(1)
    desk.refuse["/conversations"] = 503
    inbox = await entered(page, desk, "")
    await expect(inbox.get_by_text("The list could not be loaded.")).to_be_visible()
    desk.refuse.clear()
    await inbox.get_by_role("button", name="Try again").click()
    await expect(inbox.locator(ROW)).to_have_count(1)


async def test_own_status_and_the_others(page: PageMaker) -> None:
    desk = Desk()
    inbox = await entered(page, desk, "")
    await expect(inbox.locator(".team")).to_contain_text("Marta Silva")
    desk.push({"type": "presence", "who": {"kind": "agent", **MARTA}, "status": "offline"})
    await expect(inbox.locator(".team")).not_to_contain_text("Marta Silva")
    await inbox.get_by_role("button", name="change your status").click()
    await inbox.get_by_role("menuitemradio", name="Away").click()
    await expect(inbox.locator(".me-status")).to_have_text("Away")
    assert desk.sent("status") == [{"type": "status", "status": "away"}]


async def test_a_preview_is_shown_without_the_marks_of_markdown(page: PageMaker) -> None:
    desk = Desk()
    desk.add(1, preview="**Two** terraces, `A` and 3 * 4 more: see [the map](https://casa.example/map)")
    inbox = await entered(page, desk, "")
    await expect(inbox.locator(".row-preview")).to_have_text("Two terraces, A and 3 * 4 more: see the map")
