"""A visitor talks: in Chromium, on a foreign site whose policy allows one script and one frame."""

from playwright.async_api import expect

from tests.browser.conftest import PHONE, PageMaker
from tests.browser.widget.chat import Chat, opened
from tests.browser.widget.pretend import AI, ANA, SOURCES, Pretend
from tests.helpers.stores import until

ANSWER = "Yes! **Two days** to Porto:\n\n- order before 14:00\n- see [delivery](https://shop.example/d)"


async def test_words_come_in_one_by_one_and_end_as_the_message(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("Do you ship to Porto?")
    await expect(chat.bubbles).to_have_text(["Do you ship to Porto?"])
    await expect(chat.inside.locator(".mine .meta .unseen")).to_have_text("Sent")
    turn = await pretend.think()
    await expect(chat.inside.locator(".dots .unseen")).to_have_text("Thinking")
    await pretend.piece(turn, 0, "Yes! **Two da")
    await expect(chat.inside.locator(".streaming")).to_have_text("Yes! **Two da")
    await pretend.piece(turn, 13, "ys** to Porto")
    await expect(chat.inside.locator(".streaming strong")).to_have_text("Two days")
    await pretend.say(AI, ANSWER, id=turn, sources=SOURCES)
    await expect(chat.inside.locator(".streaming")).to_have_count(0)
    answer = chat.bubbles.last
    await expect(answer.locator("li").first).to_have_text("order before 14:00")
    await expect(answer.locator("a", has_text="delivery").first).to_have_attribute("rel", "noopener nofollow")
    await expect(answer.locator(".sources li")).to_have_text([source["title"] for source in SOURCES])
    await expect(chat.bubbles).to_have_count(2)
    said = await chat.inside.locator("[aria-live=polite] p").all_inner_texts()
    assert said == ["Fern: Yes! Two days to Porto: order before 14:00 see delivery"]


async def test_what_fails_is_sent_again_by_a_tap_under_its_own_id(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    pretend.refuse = ["conflict"]
    await chat.write("hello")
    await chat.inside.get_by_role("button", name="Not sent").click()
    await expect(chat.inside.locator(".mine .meta .unseen")).to_have_text("Sent")
    first, second = pretend.of("send")
    assert first["client_id"] == second["client_id"] and len(pretend.messages) == 1
    await expect(chat.bubbles).to_have_text(["hello"])


async def test_a_lost_connection_is_shown_and_nothing_said_is_lost(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("one")
    await expect(chat.inside.locator(".mine.sent")).to_have_count(1)
    pretend.accepting = False
    await pretend.drop(1001)
    await expect(chat.inside.locator(".banner")).to_contain_text("Trying again")
    await chat.write("two")
    await chat.write("three")
    await expect(chat.inside.locator(".mine.waiting")).to_have_count(2)
    missed = pretend.write(AI, "said meanwhile")
    pretend.accepting = True
    await chat.inside.locator(".banner button", has_text="Try now").dispatch_event("click")  # it may be back by itself already
    await expect(chat.bubbles).to_have_text(["one", missed["text"], "two", "three"])
    await expect(chat.inside.locator(".banner")).to_be_hidden()
    assert [message["text"] for message in pretend.messages] == ["one", "said meanwhile", "two", "three"]
    assert pretend.of("hello")[-1]["after"] == 1


async def test_an_ack_that_was_lost_makes_no_second_message(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("first")
    await expect(chat.inside.locator(".mine.sent")).to_have_count(1)
    pretend.deaf = True
    await chat.write("second")
    await until(lambda: len(pretend.of("send")) == 2)
    sent = pretend.of("send")[1]
    pretend.write({"kind": "contact", "id": pretend.contact}, "second", client_id=sent["client_id"])
    pretend.deaf = False
    await pretend.drop(1001)
    await expect(chat.inside.locator(".mine.sent")).to_have_count(2)
    await expect(chat.bubbles).to_have_text(["first", "second"])
    assert len(pretend.messages) == 2


async def test_no_network_says_so_and_comes_back_by_itself(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.page.context.set_offline(True)
    await expect(chat.inside.locator(".banner")).to_contain_text("offline")
    await chat.write("written in the tunnel")
    await expect(chat.inside.locator(".mine.waiting")).to_have_count(1)
    await chat.page.context.set_offline(False)
    await expect(chat.inside.locator(".mine.sent")).to_have_count(1)
    await expect(chat.inside.locator(".banner")).to_be_hidden()


async def test_a_person_is_asked_for_and_joins(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("hello")
    await chat.inside.get_by_role("button", name="Talk to a person").click()
    await expect(chat.inside.locator(".event")).to_have_text("You asked for a person")
    await expect(chat.inside.locator("header .status")).to_have_text("A person will be with you soon")
    await expect(chat.inside.locator(".human")).to_be_hidden()
    await pretend.event("joined", ANA, name=ANA["name"])
    await pretend.become(mode="human", epoch=3, assignee={"id": ANA["id"], "name": ANA["name"]})
    await expect(chat.inside.locator("header h1")).to_have_text("Ana Torres")
    await expect(chat.inside.locator(".event").last).to_have_text("Ana Torres joined")
    who = {"kind": "agent", "id": ANA["id"], "name": ANA["name"]}
    await pretend.tell(type="typing", conversation=pretend.conversation["id"], who=who, on=True)
    await expect(chat.inside.locator(".dots .unseen")).to_have_text("Ana Torres is writing")
    await pretend.tell(type="read", conversation=pretend.conversation["id"], who=who, seq=1)
    await expect(chat.inside.locator(".mine.read")).to_have_count(1)
    await pretend.say(ANA, "Hello!")
    await expect(chat.inside.locator(".dots")).to_have_count(0)
    await expect(chat.bubbles.last).to_have_text("Hello!")


async def test_a_takeover_takes_the_streaming_words_away(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("hello")
    turn = await pretend.think()
    await pretend.piece(turn, 0, "Well, let me")
    await expect(chat.inside.locator(".streaming")).to_have_text("Well, let me")
    await pretend.say(AI, "Well, let me", id=turn, cut=True)
    await pretend.become(mode="human", epoch=2, assignee={"id": ANA["id"], "name": ANA["name"]})
    await pretend.tell(
        type="delta", conversation=pretend.conversation["id"], turn=turn, attempt=1, epoch=1, offset=12, text=" see"
    )
    await pretend.say(ANA, "I have it")
    await expect(chat.bubbles).to_have_text(["hello", "Well, let me", "I have it"])
    await expect(chat.inside.locator(".meta", has_text="Interrupted")).to_have_count(1)


async def test_a_form_is_answered_and_a_bad_address_is_not_sent(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("hello")
    await pretend.say(
        {"kind": "system"}, "Where can we reach you?", kind="form", data={"fields": [{"name": "email", "type": "email"}]}
    )
    email = chat.inside.get_by_label("E-mail")
    for bad in ("not an address", "ann@example", "ann@example."):
        await email.fill(bad)
        await email.press("Enter")
        await expect(chat.inside.get_by_role("alert")).to_have_text("Please check this field.")
        await expect(email).to_be_focused()
    await email.fill("ann@example.org")
    await email.press("Enter")
    await expect(chat.inside.locator(".form")).to_contain_text("Thank you, we have it.")
    assert [frame.get("answers") for frame in pretend.of("send")] == [None, {"email": "ann@example.org"}]
    await expect(chat.bubbles.last).to_have_text("ann@example.org")


async def test_the_end_is_rated_by_keyboard_once(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("thanks")
    await pretend.event("resolved", ANA)
    await pretend.become(status="resolved")
    await chat.inside.get_by_role("radio", name="Terrible").focus()
    for _ in range(3):
        await chat.page.keyboard.press("ArrowRight")
    await expect(chat.inside.get_by_role("radio", name="Okay")).to_have_attribute("aria-checked", "true")
    await chat.inside.get_by_role("radio", name="Good").click()
    await chat.inside.locator(".rest textarea").fill("Quick and kind")
    await chat.inside.locator(".rating .primary").click()
    await expect(chat.inside.locator(".rating")).to_have_text("Thank you for your feedback!")
    await until(lambda: [(frame["score"], frame["comment"]) for frame in pretend.of("rate")] == [(4, "Quick and kind")])
    await chat.page.reload()
    chat = await opened(chat.page)
    await expect(chat.inside.locator(".rating")).to_have_text("Thank you for your feedback!")


async def test_older_messages_come_on_demand_and_the_place_is_kept(page: PageMaker, pretend: Pretend) -> None:
    for number in range(1, 121):
        pretend.write(AI if number % 2 else {"kind": "contact", "id": pretend.contact}, f"message {number}")
    chat = await opened(await page(pretend.host))
    await expect(chat.bubbles).to_have_count(50)
    await expect(chat.bubbles.last).to_be_in_viewport()
    await chat.inside.locator(".scroller").evaluate("box => box.scrollTo(0, 0)")
    await expect(chat.bubbles).to_have_count(100)
    await expect(chat.inside.get_by_text("message 72", exact=True)).to_be_in_viewport()
    await expect(chat.bubbles.first).to_have_text("message 21")
    await chat.inside.get_by_role("button", name="Show earlier").dispatch_event("click")
    await expect(chat.bubbles).to_have_count(120)
    await expect(chat.inside.get_by_role("button", name="Show earlier")).to_have_count(0)
    await pretend.say(AI, "new while reading old")
    await chat.inside.get_by_role("button", name="New messages").click()
    await expect(chat.bubbles.last).to_be_in_viewport()
    await expect(chat.bubbles.last).to_have_text("new while reading old")


async def test_a_missing_message_is_fetched(page: PageMaker, pretend: Pretend) -> None:
    chat = await opened(await page(pretend.host))
    await chat.write("one")
    await expect(chat.inside.locator(".mine.sent")).to_have_count(1)
    pretend.write(AI, "lost on the way")
    await pretend.say(AI, "after it")
    await expect(chat.bubbles).to_have_text(["one", "lost on the way", "after it"])
    assert pretend.of("history")[0]["after"] == 1


async def test_markup_in_names_and_messages_is_text(page: PageMaker, pretend: Pretend) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>[x](javascript:alert(1))"
    pretend.brand = {"color": "#2f6b3c", "assistant": evil, "greeting": evil}
    chat = await opened(await page(pretend.host))
    await chat.write(evil)
    await pretend.say({"kind": "agent", "id": ANA["id"], "name": evil, "avatar": "//evil.example/x.png"}, evil)
    await pretend.say(AI | {"name": evil}, evil, sources=[{"article": ANA["id"], "title": evil, "url": "javascript:alert(1)"}])
    await pretend.event("joined", {"kind": "agent", "name": evil}, name=evil)
    await expect(chat.inside.locator(".event")).to_contain_text("onerror")
    frame = chat.frame
    assert await frame.evaluate("document.querySelectorAll('img, .chat script, [onerror]').length") == 0
    assert await frame.evaluate("[...document.querySelectorAll('a')].filter(a => !/^https?:|^mailto:/.test(a.href)).length") == 0
    assert "owned" not in await frame.title()


async def test_the_newest_stays_in_sight_while_a_keyboard_opens_and_the_phone_turns(page: PageMaker, pretend: Pretend) -> None:
    phone = await page(pretend.host, **PHONE)
    chat = await opened(phone)
    await chat.write("hello")
    for number in range(12):
        await pretend.say(ANA, f"line {number}, of several words, so that it takes more than one line on a narrow phone")
    await expect(chat.bubbles).to_have_count(13)
    await pretend.event("resolved", ANA)
    await pretend.become(status="resolved")
    await chat.inside.get_by_role("radio").last.click()
    await chat.inside.locator(".rating .primary").click()
    await expect(chat.inside.locator(".rating")).to_have_text("Thank you for your feedback!")
    at_end = "box => box.scrollHeight - box.scrollTop - box.clientHeight < 3"
    for width, height in ((390, 500), (390, 844), (844, 390), (320, 568), (390, 844), (390, 430)):
        await phone.set_viewport_size({"width": width, "height": height})
        await until(lambda width=width: _as_wide(chat, width), seconds=5)
        await until(lambda: chat.inside.locator(".scroller").evaluate(at_end), seconds=5)


async def _as_wide(chat: Chat, width: int) -> bool:
    return bool(await chat.frame.evaluate("innerWidth") == width)
