"""The inbox and the widget side by side, on the real server: the product's story as its two people see it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from playwright.async_api import Page, expect

from server.seed import SeedResult, seed
from server.settings import Settings
from tests.browser.conftest import PHONE, PageMaker
from tests.browser.test_inbox import ROW
from tests.browser.widget.chat import opened
from tests.helpers.axe import violations
from tests.helpers.serving import Serving, serving

SignIn = Callable[..., Awaitable[Page]]
QUESTION = "How long does delivery take and what does it cost?"


@pytest_asyncio.fixture
async def planted(settings: Settings) -> SeedResult:
    return await seed(settings)


@pytest_asyncio.fixture
async def server(settings: Settings, planted: SeedResult) -> AsyncIterator[Serving]:
    async with serving(settings) as server:
        yield server


@pytest_asyncio.fixture
async def sign_in(page: PageMaker, server: Serving, planted: SeedResult) -> SignIn:
    """Signs a person of the demo shop in: `await sign_in("manager", "/live")`."""

    async def sign_in(role: str, path: str = "/inbox", **options: object) -> Page:
        person = next(one for one in planted.workspaces[1].agents if one.role == role)
        made = await page(f"{server.url}/sign-in?next={path}", **options)
        await made.get_by_label("E-mail").fill(person.email)
        await made.get_by_label("Password").fill(person.password)
        await made.get_by_role("button", name="Sign in").click()
        await made.wait_for_url(f"{server.url}{path}")
        return made

    return sign_in


async def test_a_visitor_is_answered_taken_over_and_given_back(page: PageMaker, server: Serving, sign_in: SignIn) -> None:
    inbox, other, live = await sign_in("agent"), await sign_in("agent2"), await sign_in("manager", "/live")
    chat = await opened(await page(f"{server.url}/demo"))
    await chat.write(QUESTION)
    for agent in (inbox, other):
        await agent.locator(ROW).first.click()
        await expect(agent.locator(".message[data-kind=ai]")).to_contain_text("working days", timeout=15_000)
        await expect(agent.locator(".sources li").first).to_be_visible()
    await expect(other.locator(".looking")).to_contain_text("Mei Tanaka is looking here too")

    await chat.write("And can I collect it on Saturday?")
    await expect(inbox.get_by_text("And can I collect it on Saturday?").last).to_be_visible()
    await inbox.keyboard.press("t")
    await expect(inbox.locator(".thread-state")).to_have_text("Yours")
    await expect(other.locator(".thread-state")).to_have_text("With Mei Tanaka")
    await expect(other.get_by_role("radio", name="Reply")).to_be_disabled()
    await inbox.keyboard.type("Yes, until four.")
    await expect(other.locator(".typing")).to_contain_text("Mei Tanaka is typing")
    await inbox.keyboard.press("Enter")
    await expect(chat.bubbles.last).to_have_text("Yes, until four.")

    await inbox.get_by_role("radio", name="Note").click()
    await inbox.get_by_role("textbox", name="Note for your team").fill("collects on Saturday")
    await inbox.keyboard.press("Enter")
    await expect(other.locator(".message[data-kind=note]")).to_contain_text("collects on Saturday")
    await expect(chat.inside.get_by_text("collects on Saturday")).to_have_count(0)

    await chat.write("Thank you! How do I send something back?")
    await expect(live.locator(".tile").first).to_contain_text("Longest:")
    await inbox.get_by_role("button", name="Back to AI").click()
    await expect(inbox.locator(".message[data-kind=ai]").last).to_contain_text("return", timeout=15_000)
    await inbox.get_by_role("button", name="Resolve").click()
    await expect(inbox.locator(".thread-state")).to_have_text("Resolved")
    await expect(inbox.locator(ROW)).to_have_count(0)
    await expect(live.locator(".tile").nth(1)).to_contain_text("0")


async def test_who_waits_is_seen_at_once_and_found_on_a_phone(page: PageMaker, server: Serving, sign_in: SignIn) -> None:
    inbox = await sign_in("agent", **PHONE)
    await expect(inbox.get_by_text("No open conversations.")).to_be_visible()
    chat = await opened(await page(f"{server.url}/demo"))
    await chat.write("My cup arrived broken")
    await chat.inside.get_by_role("button", name="Talk to a person").click()
    await expect(inbox).to_have_title("(1) Inbox · Fern & Kettle")
    await inbox.locator(".filter", has_text="Waiting").tap()
    await inbox.locator(ROW).tap()
    await inbox.get_by_role("textbox", name="Reply to").fill("I send you a new one.")
    await inbox.get_by_role("button", name="Send").tap()
    await expect(chat.bubbles.last).to_have_text("I send you a new one.")
    await expect(inbox.locator(".message[data-status=sending]")).to_have_count(0)
    assert await violations(inbox) == []
    await inbox.get_by_role("button", name="Back to the list").tap()
    await expect(inbox.get_by_text("Nobody waits for an answer.")).to_be_visible()


async def test_contact_search_and_assignment_are_the_servers_own(page: PageMaker, server: Serving, sign_in: SignIn) -> None:
    inbox, manager = await sign_in("agent"), await sign_in("manager")
    chat = await opened(await page(f"{server.url}/demo"))
    await chat.write("Do you sell grinders?")
    await inbox.locator(ROW).click()
    await inbox.get_by_label("Name", exact=True).fill("Ann Moss")
    await inbox.keyboard.press("Enter")
    await expect(manager.locator(ROW)).to_contain_text("Ann Moss")
    await expect(inbox.locator(".message-author").first).to_have_text("Ann Moss")
    await inbox.keyboard.press("Escape")
    await inbox.keyboard.press("/")
    await inbox.keyboard.type("grinders")
    await expect(inbox.locator(".list-title")).to_have_text("Search results")
    await expect(inbox.locator(ROW)).to_contain_text("Ann Moss")
    await manager.locator(ROW).click()
    await manager.get_by_role("button", name="Assign").click()
    await manager.get_by_role("menuitemradio", name="Mei Tanaka").click()
    await expect(inbox.locator(".thread-state")).to_have_text("Yours")
    await manager.get_by_role("button", name="Take over").click()
    await expect(inbox.locator(".thread-state")).to_have_text("With Callum Reid")


async def test_a_viewer_sees_all_and_touches_nothing(page: PageMaker, server: Serving, sign_in: SignIn) -> None:
    inbox = await sign_in("viewer")
    chat = await opened(await page(f"{server.url}/demo"))
    await chat.write(QUESTION)
    await inbox.locator(ROW).click()
    await expect(inbox.locator(".message")).to_have_count(2, timeout=15_000)
    await expect(inbox.get_by_text("You may read here, not write.")).to_be_visible()
    await expect(inbox.locator(".toast")).to_have_count(0)
