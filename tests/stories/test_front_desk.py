"""The product's story, whole: a visitor on a site of its own, an agent beside the AI on another server, and the worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.async_api import Page, expect

from server.seed import SeededWorkspace
from tests.browser.conftest import PageMaker
from tests.browser.widget.chat import Chat, opened
from tests.fakes.anthropic import FakeAnthropic, Use, Wait, say
from tests.helpers.axe import violations
from tests.helpers.processes import Processes
from tests.helpers.stores import until
from tests.live.conftest import sign_in as token_of
from tests.stories.conftest import Desk
from tests.stories.people import ROW, Wire, answers, grew, state, steps, watch
from tests.stories.site import foreign_site

TERRACE = (
    "Weddings on the terrace are for up to eighty guests, from noon until the last boat has come in, with a band or without "
    "one, and the kitchen cooks what the two of you have chosen at a tasting some weeks before. The wedding menu has four "
    "courses, the fish comes from the boats that you see from your table, and the cake is baked in our own oven by the same "
    "people who bake the bread for breakfast every morning. For weddings in winter we heat the glass house next to the "
    "terrace, where fifty guests sit by candle light while the waves break on the pier in front of the windows."
)
LOADED = {"timeout": 30_000}
"""A busy machine's first answer, where a provider's package is imported."""


@dataclass
class Engine:
    """Who answers. `play…` is what a scripted provider says next; the offline engine finds the words itself."""

    fake: FakeAnthropic | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def play(self, *script: object) -> None:
        if self.fake:
            self.fake.play(*script)  # type: ignore[arg-type]  # steps, as they are


@pytest.fixture(params=["offline", "anthropic"])
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    async with contextlib.AsyncExitStack() as stack:
        if request.param == "offline":
            yield Engine()
        else:
            fake = await stack.enter_async_context(FakeAnthropic())
            yield Engine(fake, {"ANTHROPIC_API_KEY": fake.key, "ANTHROPIC_BASE_URL": fake.url})


def words(text: str) -> object:
    return say(*(f"{word} " for word in text.split()), pause=0.02)


async def test_from_hello_to_five_stars(
    page: PageMaker,
    desk: Desk,
    processes: Processes,
    hotel: SeededWorkspace,
    list_site: Callable[[str], Awaitable[None]],
    engine: Engine,
) -> None:
    soon = engine.variables | {"QUIET_SECONDS": "1"}
    a, b = await asyncio.gather(processes.server(**soon), processes.server(**soon))
    await processes.worker(**soon)
    await know(b.url, hotel, "Weddings on the terrace", TERRACE)
    async with foreign_site(a.url, hotel.widget_key) as site:
        await list_site(site)
        inbox = await desk(b.url)
        await inbox.evaluate("window.sameDocument = true")
        host = await page(f"{site}/walks?title=Harbour walks", reduced_motion="reduce")
        wire = Wire(host)
        chat = await opened(host)
        await is_greeted(chat, inbox, engine)
        await is_answered_word_by_word(chat, inbox, engine)
        await is_taken_over_in_mid_sentence(chat, inbox, engine)
        await is_answered_by_a_person(chat, inbox, engine)
        await is_given_back_and_scored(chat, inbox, engine)
        await says_how_it_was(chat, inbox, engine)
        assert await inbox.evaluate("window.sameDocument"), "the inbox was never loaded again"
        carried = "\n".join(wire.received)
        assert "Inês Moreira" in carried, "the wire is listened to"
        assert "quiet table" not in carried and "knows the harbour master" not in carried
        assert not any(turn.get("tool") for turn in wire.of("turn"))


async def is_greeted(chat: Chat, inbox: Page, engine: Engine) -> None:
    engine.play(words("Welcome to Tidehouse. What can I do for you?"))
    await chat.write("Hello")
    await expect(answers(chat)).to_have_count(1, **LOADED)
    await inbox.locator(ROW).click()
    await expect(inbox.locator(".message[data-kind=ai]")).to_contain_text("Tidehouse")


async def is_answered_word_by_word(chat: Chat, inbox: Page, engine: Engine) -> None:
    engine.play(Use("search_knowledge", {"query": "wedding on the terrace"}))
    engine.play(words(f"{TERRACE} [[1]]"))
    await watch(chat.frame, ".bubble.streaming")
    await watch(inbox, ".message[data-kind=ai] .message-text")
    await chat.write("Can we have our wedding on the terrace?")
    await expect(chat.inside.locator(".bubble.streaming")).to_contain_text("guests")
    await is_accessible(chat, inbox, engine)
    await expect(answers(chat)).to_have_count(2, timeout=20_000)
    await expect(inbox.locator(".sources li")).to_have_text("Weddings on the terrace")
    await expect(chat.inside.locator(".sources li")).to_have_text("Weddings on the terrace")
    for place in (chat.frame, inbox):
        kept = await steps(place)
        assert grew(kept), kept
    if engine.fake:
        await expect(inbox.locator(".tools li")).to_have_text("Searched articles")
    said = await inbox.locator(".message[data-kind=ai] .message-text").last.inner_text()
    assert (await answers(chat).last.inner_text()).startswith(said) and said.startswith("Weddings on the terrace are")


async def is_taken_over_in_mid_sentence(chat: Chat, inbox: Page, engine: Engine) -> None:
    await inbox.get_by_role("radio", name="Whisper").click()
    await inbox.get_by_role("textbox", name="Tell the AI").fill("Offer them the quiet table")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message[data-kind=whisper]")).to_contain_text("quiet table")
    await inbox.keyboard.press("Escape")
    engine.play(words("Weddings on the terrace in winter begin"), Wait(asyncio.Event()))
    await watch(chat.frame, ".bubble.streaming")
    await chat.write("And what about the menu, and a wedding on the terrace in winter?")
    await expect(inbox.locator(".message[data-kind=ai]").last).to_contain_text("Weddings on the terrace")
    await until(lambda: steps(chat.frame))
    await inbox.keyboard.press("t")
    await expect(state(inbox, "mine")).to_be_visible()
    await expect(chat.inside.locator(".event").last).to_have_text("Inês Moreira joined")
    await expect(chat.inside.locator("header h1")).to_have_text("Inês Moreira")
    cut = chat.inside.locator(".line.ai", has_text="Interrupted")
    await expect(cut).to_have_count(1)
    left = await cut.locator(".bubble").inner_text()
    read = (await steps(chat.frame))[-1].strip()
    assert left.startswith(read) and left != TERRACE, "what was read stays"
    await expect(inbox.locator(".message", has_text="Cut off when a person took over").locator(".message-text")).to_have_text(left)
    if engine.fake:
        assert "quiet table" in str(engine.fake.requests[-1])


async def is_answered_by_a_person(chat: Chat, inbox: Page, engine: Engine) -> None:
    await inbox.keyboard.type("In winter we light the stove.")
    await expect(chat.inside.locator(".line", has_text="Inês Moreira is writing")).to_be_visible()
    await inbox.keyboard.press("Enter")
    await expect(chat.bubbles.last).to_have_text("In winter we light the stove.")
    await inbox.get_by_role("radio", name="Note").click()
    await inbox.get_by_role("textbox", name="Note for your team").fill("He knows the harbour master")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message[data-kind=note]")).to_contain_text("harbour master")
    await chat.write("That sounds lovely")
    await expect(inbox.locator(".message[data-kind=contact]").last).to_contain_text("lovely")
    await is_accessible(chat, inbox, engine)


async def is_given_back_and_scored(chat: Chat, inbox: Page, engine: Engine) -> None:
    before = await answers(chat).count()
    engine.play(words("And the stove is lit from October on."))
    await inbox.get_by_role("button", name="Back to AI").click()
    await expect(state(inbox, "ai")).to_be_visible()
    await expect(chat.inside.locator(".event").last).to_have_text("The AI assistant is back")
    await expect(answers(chat)).to_have_count(before + 1, timeout=20_000)
    engine.play(Use("save_contact", {"email": "ana@example.com"}))
    engine.play(words("The terrace is yours. Somebody writes to you today."))
    await chat.write("I want to book the wedding terrace for 60 people next Friday, how much is it? My e-mail is ana@example.com")
    await expect(answers(chat)).to_have_count(before + 2, timeout=20_000)
    await expect(inbox.locator(".tools li", has_text="Saved contact details")).to_be_visible()
    await expect(inbox.locator(ROW).locator(".chip", has_text="Hot")).to_be_visible(timeout=20_000)
    await expect(inbox.locator("parley-contact .score")).to_contain_text("Hot", timeout=10_000)
    await expect(inbox.locator("parley-contact .reasons")).to_contain_text("left an e-mail address")
    await expect(inbox.get_by_label("E-mail", exact=True)).to_have_value("ana@example.com")


async def says_how_it_was(chat: Chat, inbox: Page, engine: Engine) -> None:
    await inbox.get_by_role("button", name="Resolve").click()
    await expect(state(inbox, "resolved")).to_be_visible()
    await chat.inside.get_by_role("radio", name="Great").click()
    await chat.inside.locator(".rating textarea, .rating input[type=text]").first.fill("Lovely people")
    await is_accessible(chat, inbox, engine)
    await chat.inside.locator(".rating .primary").click()
    await expect(chat.inside.locator(".rating")).to_have_text("Thank you for your feedback!")
    await expect(inbox.locator("parley-contact").get_by_role("img", name="5 of 5")).to_be_visible()
    await expect(inbox.locator("parley-contact q")).to_have_text("Lovely people")


async def is_accessible(chat: Chat, inbox: Page, engine: Engine) -> None:
    """Looked at once: the screens are the same whoever answers."""
    if engine.fake is None:
        assert await violations(chat.frame) + await violations(inbox) == []


async def know(url: str, hotel: SeededWorkspace, title: str, body: str) -> None:
    """The manager writes an article."""
    manager = next(one for one in hotel.agents if one.role == "manager")
    token = await token_of(url, manager.email, manager.password)
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        (await client.post("/api/v1/articles", json={"title": title, "body": body})).raise_for_status()
