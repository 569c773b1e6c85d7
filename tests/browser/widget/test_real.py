"""The widget and the real server: the story of a visitor, from the shop's page to a person."""

import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest_asyncio
from litestar import Litestar, Response, get
from playwright.async_api import expect

from server.seed import SeedResult, seed
from server.settings import Settings
from tests.browser.conftest import PageMaker
from tests.browser.widget.chat import opened
from tests.browser.widget.pretend import listening
from tests.helpers.serving import Serving, serving


@pytest_asyncio.fixture
async def planted(settings: Settings) -> SeedResult:
    return await seed(settings)


@contextlib.asynccontextmanager
async def foreign_site(server: Serving, key: str) -> AsyncIterator[str]:
    """The address of a listed site of another origin, whose own policy allows one script and one frame."""

    @get("/", media_type="text/html")
    async def site() -> Response[str]:
        policy = f"default-src 'none'; script-src {server.url}; frame-src {server.url}"
        text = f'<!doctype html><title>A site</title><h1>A site</h1><script async src="{server.url}/widget.js" data-key="{key}"></script>'
        return Response(text, headers={"Content-Security-Policy": policy})

    async with listening(Litestar([site], openapi_config=None)) as address:
        yield address


async def test_the_shops_visitor_is_answered_and_then_asks_for_a_person(
    page: PageMaker, settings: Settings, planted: SeedResult
) -> None:
    async with serving(settings) as server, foreign_site(server, planted.workspaces[1].widget_key) as site:
        chat = await opened(await page(site))
        await expect(chat.inside.locator("header h1")).to_have_text("Fern")
        await chat.write("How long does delivery take and what does it cost?")
        answer = chat.inside.locator(".line.ai .bubble:not(.waiting):not(.streaming)")
        await expect(answer).to_contain_text("working days", timeout=15_000)
        await expect(answer.locator(".sources li").first).to_be_visible()
        await expect(chat.inside.locator(".mine.read, .mine.sent")).to_have_count(1)
        await chat.inside.get_by_role("button", name="Talk to a person").click()
        await expect(chat.inside.locator(".event").first).to_have_text("You asked for a person")
        await expect(chat.inside.locator("header .status")).to_have_text("A person will be with you soon")
        await chat.inside.get_by_label("E-mail").fill("ann@example.org")
        await chat.inside.locator(".form .primary").click()
        await expect(chat.bubbles.last).to_have_text("ann@example.org")
        said = await chat.bubbles.all_text_contents()
        await chat.page.reload()
        chat = await opened(chat.page)
        await expect(chat.bubbles).to_have_text(said)


async def test_an_agent_joins_answers_resolves_and_is_rated(page: PageMaker, settings: Settings, planted: SeedResult) -> None:
    async with serving(settings) as server, httpx.AsyncClient(base_url=server.url) as desk:
        chat = await opened(await page(f"{server.url}/demo"))
        await chat.write("My cup arrived broken")
        await expect(chat.inside.locator(".line.ai .bubble:not(.waiting):not(.streaming)")).to_have_count(1, timeout=15_000)
        agent = next(one for one in planted.workspaces[1].agents if one.role == "agent")
        signed_in = await desk.post("/api/v1/auth/login", json={"email": agent.email, "password": agent.password})
        desk.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
        conversation = (await desk.get("/api/v1/conversations")).json()["items"][0]["id"]
        assert (await desk.post(f"/api/v1/conversations/{conversation}/takeover")).is_success
        await expect(chat.inside.locator(".event")).to_have_text("Mei Tanaka joined")
        await expect(chat.inside.locator("header h1")).to_have_text("Mei Tanaka")
        said = {"client_id": str(uuid4()), "text": "I send you a new one today. <b>Sorry!</b>"}
        assert (await desk.post(f"/api/v1/conversations/{conversation}/messages", json=said)).is_success
        await expect(chat.bubbles.last).to_have_text(said["text"])
        note = {"client_id": str(uuid4()), "text": "a note among us", "note": True}
        assert (await desk.post(f"/api/v1/conversations/{conversation}/messages", json=note)).is_success
        await chat.write("Thank you")
        await expect(chat.inside.locator(".mine.sent, .mine.read")).to_have_count(2)
        assert (await desk.post(f"/api/v1/conversations/{conversation}/resolve")).is_success
        await chat.inside.get_by_role("radio", name="Great").click()
        await chat.inside.locator(".rating .primary").click()
        await expect(chat.inside.locator(".rating")).to_have_text("Thank you for your feedback!")
        await expect(chat.inside.locator(".event").last).to_have_text("You rated this 5 of 5")
        await expect(chat.inside.get_by_text("a note among us")).to_have_count(0)
