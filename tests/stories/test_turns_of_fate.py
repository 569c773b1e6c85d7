"""What else happens between a visitor and an agent: reloads, silence at night, second thoughts, a colleague, a lost session."""

import asyncio
import re

import asyncpg
import msgspec
from playwright.async_api import expect

from server.seed import SeededWorkspace
from server.settings import Secret, Settings
from tests.browser.conftest import PageMaker
from tests.browser.widget.chat import opened
from tests.fakes.anthropic import FakeAnthropic, Use, Wait, say
from tests.helpers.axe import violations
from tests.helpers.serving import Serving, serving
from tests.stories.conftest import Desk
from tests.stories.people import ROW, answers, state
from tests.stories.site import foreign_site

ANSWERED = 15_000


async def test_a_reload_in_mid_sentence_misses_nothing(
    page: PageMaker, desk: Desk, settings: Settings, hotel: SeededWorkspace
) -> None:
    async with FakeAnthropic() as fake:
        keyed = msgspec.structs.replace(settings, anthropic_api_key=Secret(fake.key), anthropic_base_url=fake.url)
        async with serving(keyed) as server, foreign_site(server.url, hotel.widget_key) as site:
            inbox = await desk(server.url)
            chat = await opened(await page(site))
            go_on = asyncio.Event()
            fake.play(say("The first half, "), Wait(go_on), say("and the second."))
            await chat.write("Tell me all")
            await expect(chat.inside.locator(".bubble.streaming")).to_have_text("The first half,", timeout=30_000)
            await inbox.locator(ROW).click()
            await inbox.reload()
            await chat.page.reload()
            chat = await opened(chat.page)
            for place in (chat.inside.locator(".bubble.streaming"), inbox.locator(".message[data-kind=ai] .message-text")):
                await expect(place).to_have_text("The first half,")
            go_on.set()
            await expect(answers(chat)).to_have_text(["The first half, and the second."])
            await expect(inbox.locator(".message[data-kind=ai] .message-text")).to_have_text("The first half, and the second.")


async def test_the_ai_hands_over_and_says_why_to_the_agent_alone(
    page: PageMaker, desk: Desk, settings: Settings, hotel: SeededWorkspace
) -> None:
    async with FakeAnthropic() as fake:
        keyed = msgspec.structs.replace(settings, anthropic_api_key=Secret(fake.key), anthropic_base_url=fake.url)
        async with serving(keyed) as server, foreign_site(server.url, hotel.widget_key) as site:
            inbox = await desk(server.url)
            chat = await opened(await page(site))
            fake.play(say("I fetch somebody."), Use("hand_off", {"reason": "Wants 400 euros back"}))
            await chat.write("I want my money back")
            await expect(chat.inside.locator(".event")).to_have_text("A person will be with you soon", timeout=30_000)
            await expect(answers(chat)).to_have_text("I fetch somebody.")
            await expect(inbox).to_have_title(re.compile(r"^\(1\)"))
            await inbox.locator(".filter", has_text="Waiting").click()
            await inbox.locator(ROW).click()
            await expect(inbox.locator(".message[data-kind=note]")).to_contain_text("Wants 400 euros back")
            await inbox.keyboard.press("t")
            await inbox.keyboard.type("I see to it.")
            await inbox.keyboard.press("Enter")
            await expect(chat.bubbles.last).to_have_text("I see to it.")
            await expect(chat.inside.get_by_text("400 euros")).to_have_count(0)


async def test_with_nobody_there_the_visitor_leaves_an_address(page: PageMaker, desk: Desk, server: Serving, hotel: SeededWorkspace) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        chat = await opened(await page(site, reduced_motion="reduce"))
        await chat.write("I have a complaint")
        await expect(answers(chat)).to_have_count(1, timeout=ANSWERED)
        await chat.inside.get_by_role("button", name="Talk to a person").click()
        form = chat.inside.locator("form.card, .form")
        await expect(form).to_be_visible()
        assert await violations(chat.frame) == []
        await form.get_by_label("E-mail").fill("no address")
        await form.get_by_role("button", name="Send").click()
        await expect(form.get_by_label("E-mail")).to_be_visible()
        await form.get_by_label("E-mail").fill("ana@example.com")
        await form.get_by_role("button", name="Send").click()
        await expect(chat.bubbles.last).to_have_text("ana@example.com")
        inbox = await desk(server.url)
        await expect(inbox).to_have_title(re.compile(r"^\(1\)"))
        await inbox.locator(ROW).click()
        await expect(inbox.get_by_label("E-mail", exact=True)).to_have_value("ana@example.com")
        await expect(inbox.locator(".message[data-kind=contact]").last).to_contain_text("Email: ana@example.com")
        await expect(inbox.locator(".row-preview")).to_have_text("Filled in a form")
        await expect(state(inbox, "waiting")).to_be_visible()


async def test_second_thoughts_open_it_again(page: PageMaker, desk: Desk, server: Serving, hotel: SeededWorkspace) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        inbox = await desk(server.url)
        chat = await opened(await page(site))
        await chat.write("Is there a sauna?")
        await expect(answers(chat)).to_have_count(1, timeout=ANSWERED)
        await inbox.locator(ROW).click()
        await inbox.get_by_role("button", name="Resolve").click()
        await chat.inside.get_by_role("radio", name="Bad").click()
        await chat.inside.locator(".rating .primary").click()
        await expect(chat.inside.locator(".event").last).to_have_text("You rated this 2 of 5")
        await chat.write("And what does a massage cost?")
        await expect(answers(chat)).to_have_count(2, timeout=ANSWERED)
        await expect(chat.inside.locator(".rating")).to_have_count(0)
        await expect(chat.inside.locator("header h1")).to_have_text("Marina")
        await expect(state(inbox, "ai")).to_be_visible()
        await expect(inbox.locator(ROW)).to_have_count(1)
        await inbox.get_by_role("button", name="Resolve").click()
        await expect(chat.inside.get_by_role("radio", name="Great")).to_be_visible()


async def test_a_colleague_takes_it_and_a_lost_session_is_asked_to_sign_in(
    page: PageMaker, desk: Desk, server: Serving, hotel: SeededWorkspace, superuser: asyncpg.Connection
) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        inbox, colleague = await desk(server.url), await desk(server.url, "agent2")
        chat = await opened(await page(site))
        await chat.write("Can I bring my dog?")
        await expect(answers(chat)).to_have_count(1, timeout=ANSWERED)
        await inbox.locator(ROW).click()
        await inbox.keyboard.press("t")
        await inbox.keyboard.type("One moment, I ask")
        await inbox.keyboard.press("Enter")
        await expect(chat.bubbles.last).to_have_text("One moment, I ask")
        await inbox.get_by_role("button", name="Assign").click()
        await inbox.get_by_role("menuitemradio", name="Jonas Lindqvist").click()
        await expect(colleague.locator(".filter", has_text="Mine")).to_contain_text("1")
        await colleague.locator(ROW).click()
        await expect(state(colleague, "mine")).to_be_visible()
        await expect(chat.inside.locator("header h1")).to_have_text("Jonas Lindqvist")
        await expect(inbox.get_by_role("radio", name="Reply")).to_be_disabled()
        await colleague.get_by_role("textbox", name="Reply to").fill("Dogs are welcome.")
        await colleague.keyboard.press("Enter")
        await expect(chat.bubbles.last).to_have_text("Dogs are welcome.")
        await superuser.execute("DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email LIKE 'agent2@tidehouse%')")
        await colleague.wait_for_url(re.compile("/sign-in"), timeout=ANSWERED)
        await expect(inbox.locator(".message", has_text="Dogs are welcome.")).to_be_visible()


async def test_more_than_a_page_of_messages_is_paged_in_both_windows(page: PageMaker, desk: Desk, server: Serving, hotel: SeededWorkspace) -> None:
    async with foreign_site(server.url, hotel.widget_key) as site:
        inbox = await desk(server.url)
        chat = await opened(await page(site))
        await chat.inside.get_by_role("button", name="Talk to a person").click()
        for n in range(55):
            await chat.write(f"line {n}")
        await expect(chat.inside.locator(".mine.sending")).to_have_count(0, timeout=30_000)
        await chat.page.reload()
        chat = await opened(chat.page)
        await expect(chat.bubbles.last).to_have_text("line 54")
        await expect(chat.bubbles.last).to_be_in_viewport()
        await chat.inside.locator(".scroller").evaluate("box => { box.scrollTop = 0; }")
        await expect(chat.bubbles.first).to_have_text("line 0")
        assert await chat.bubbles.all_inner_texts() == [f"line {n}" for n in range(55)]
        await inbox.locator(ROW).click()
        await inbox.locator(".thread-scroll").evaluate("box => { box.scrollTop = 0; }")
        await expect(inbox.locator(".message[data-kind=contact]").first).to_contain_text("line 0")
        await expect(inbox.locator(".message[data-kind=contact]")).to_have_count(55)
