"""A server dies under the people who use it: both windows come back by themselves on another, and nothing is lost or doubled."""

import asyncio

import asyncpg
from playwright.async_api import expect

from server.seed import SeededWorkspace
from tests.browser.conftest import PageMaker
from tests.browser.widget.chat import opened
from tests.fakes.anthropic import FakeAnthropic, Wait, say
from tests.helpers.processes import Processes
from tests.helpers.stores import until
from tests.stories.conftest import Desk
from tests.stories.people import ROW, Wire, answers
from tests.stories.proxy import balancing

BACK = 20_000
"""Milliseconds: a lease lapses after six seconds, and the machine may do much else."""

BANNERS = """() => {
  window.banners = [];
  const look = () => {
    const shown = document.querySelector('.banner:not([hidden])');
    if (shown) window.banners.push(shown.textContent);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, attributes: true, childList: true });
}"""


async def test_kill_9_in_mid_sentence_is_a_pause(
    page: PageMaker, desk: Desk, processes: Processes, hotel: SeededWorkspace, superuser: asyncpg.Connection
) -> None:
    async with FakeAnthropic() as fake:
        keyed = {"ANTHROPIC_API_KEY": fake.key, "ANTHROPIC_BASE_URL": fake.url}
        first, second = await asyncio.gather(processes.server(**keyed), processes.server(**keyed))
        async with balancing(first.url) as balancer:
            inbox = await desk(balancer.url)
            host = await page(f"{balancer.url}/demo?key={hotel.widget_key}")
            wire = Wire(host)
            chat = await opened(host)
            fake.play(say("Good ", "morning."))
            await chat.write("Hello")
            await expect(answers(chat)).to_have_text("Good morning.", timeout=30_000)
            await inbox.locator(ROW).click()
            fake.play(say("Breakfast ", "is from "), Wait(asyncio.Event()))
            await chat.write("When is breakfast?")
            for place in (chat.inside, inbox):
                await expect(place.get_by_text("Breakfast is from").last).to_be_visible()

            fake.default = lambda _: (say("From seven, ", "on Sundays until eleven."),)
            balancer.to = None
            first.kill()
            await expect(chat.inside.locator(".banner")).to_have_text("Connection lost. Trying again…Try now")
            await expect(inbox.locator(".banner")).to_contain_text("Reconnecting…")
            await chat.write("And on Sundays?")
            await expect(chat.inside.locator(".mine.waiting")).to_contain_text("And on Sundays?")
            await inbox.get_by_role("radio", name="Note").click()
            await inbox.get_by_role("textbox", name="Note for your team").fill("ask the kitchen")
            await inbox.keyboard.press("Enter")
            await expect(inbox.locator(".message[data-status=sending]")).to_contain_text("ask the kitchen")

            balancer.to = second.url
            await expect(chat.inside.locator(".banner")).to_be_hidden(timeout=BACK)
            await expect(inbox.locator(".banner")).to_be_hidden(timeout=BACK)
            await expect(inbox.locator(".message[data-status]")).to_have_count(0, timeout=BACK)
            await expect(chat.inside.locator(".mine.waiting, .mine.sending, .mine.failed")).to_have_count(0, timeout=BACK)
            await expect(answers(chat).last).to_have_text("From seven, on Sundays until eleven.", timeout=BACK)
            await until(lambda: ended(superuser), seconds=20)

            rows = [dict(row) for row in await superuser.fetch("SELECT seq, author_kind, kind, text FROM messages ORDER BY seq")]
            assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
            written = [row["text"] for row in rows]
            for once in ("Hello", "When is breakfast?", "And on Sundays?", "ask the kitchen", "Good morning."):
                assert written.count(once) == 1, written
            public = [row["text"] for row in rows if row["kind"] == "text"]
            await expect(chat.bubbles).to_have_text(public)
            await expect(inbox.locator(".message .message-text")).to_have_text(written)
            assert "ask the kitchen" not in "".join(wire.received)
            done = await superuser.fetchval("SELECT count(*) FROM turns WHERE state = 'done'")
            assert done == len([row for row in rows if row["author_kind"] == "ai"])


async def test_a_deploy_in_mid_sentence_is_not_noticed(
    page: PageMaker, desk: Desk, processes: Processes, hotel: SeededWorkspace, superuser: asyncpg.Connection
) -> None:
    async with FakeAnthropic() as fake:
        keyed = {"ANTHROPIC_API_KEY": fake.key, "ANTHROPIC_BASE_URL": fake.url, "DRAIN_SECONDS": "3"}
        first, second = await asyncio.gather(processes.server(**keyed), processes.server(**keyed))
        async with balancing(first.url) as balancer:
            inbox = await desk(balancer.url)
            chat = await opened(await page(f"{balancer.url}/demo?key={hotel.widget_key}"))
            for place in (chat.frame, inbox):
                await place.evaluate(BANNERS)
            fake.play(say("Breakfast ", "is from "), Wait(asyncio.Event()))
            await chat.write("When is breakfast?")
            await inbox.locator(ROW).click()
            for place in (chat.inside, inbox):
                await expect(place.get_by_text("Breakfast is from").last).to_be_visible(timeout=30_000)
            fake.play(say("Breakfast ", "is from seven."))
            balancer.to = second.url
            first.terminate()
            assert await first.wait() == 0
            await expect(answers(chat)).to_have_text("Breakfast is from seven.", timeout=BACK)
            await chat.write("Thank you")
            await expect(inbox.locator(".message[data-kind=contact]").last).to_contain_text("Thank you")
            await expect(answers(chat)).to_have_count(2)
            assert [await place.evaluate("window.banners") for place in (chat.frame, inbox)] == [[], []]


async def ended(superuser: asyncpg.Connection) -> bool:
    """No answer is being made, and the last word is an answer."""
    running = await superuser.fetchval("SELECT count(*) FROM turns WHERE state IN ('thinking', 'streaming')")
    last = await superuser.fetchval("SELECT author_kind FROM messages WHERE kind = 'text' ORDER BY seq DESC LIMIT 1")
    return running == 0 and last == "ai"
