"""The inbox before a scripted server: what an agent sees and does in one conversation."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, PageMaker
from tests.fakes.desk import ORIGIN, Desk, numbered
from tests.helpers.axe import violations

ONE, TWO = numbered(1), numbered(2)
LUMA = {"kind": "ai", "name": "Luma"}
MARTA = {"id": numbered(2, 9), "name": "Marta Silva"}
TURN = {"conversation": ONE, "turn": numbered(77), "attempt": 1, "epoch": 1}
ROW = "parley-conversations .row"


def talkative(role: str = "agent") -> Desk:
    desk = Desk(role)
    desk.add(1)
    desk.add(2)
    desk.say(ONE, "Do you have a terrace?")
    desk.say(ONE, "Yes, **two**.", LUMA, sources=[{"article": numbered(1, 5), "title": "Rooms", "url": "https://casa.example/rooms"}])
    desk.say(ONE, "And parking?")
    return desk


async def entered(page: PageMaker, desk: Desk, place: str = f"#all/{ONE}", **options: Any) -> Page:
    made = await page(**options)
    await desk.serve(made)
    await made.goto(f"{ORIGIN}/inbox{place}")
    await expect(made.locator("parley-inbox")).to_be_visible()
    while not desk.listening:
        await made.wait_for_timeout(20)
    return made


async def test_a_conversation_is_read_with_its_sources_and_marked_as_read(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    messages = inbox.locator(".message")
    await expect(messages).to_have_count(3)
    await expect(messages.nth(1).locator("strong")).to_have_text("two")
    await expect(messages.nth(1).get_by_role("link", name="Rooms")).to_have_attribute("rel", "noopener nofollow")
    await expect(inbox.locator(ROW).first.locator(".badge")).to_be_hidden()
    assert desk.sent("read")[-1]["seq"] == 3


async def test_the_ais_words_appear_with_its_tools_and_become_the_message(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await expect(inbox.locator(".message")).to_have_count(3)
    desk.push({"type": "turn", "state": "thinking", "tool": {"name": "search_knowledge", "state": "running"}} | TURN)
    await expect(inbox.locator(".message").last.get_by_role("img", name="The AI is thinking")).to_be_visible()
    await expect(inbox.get_by_text("Searching articles…")).to_be_visible()
    desk.push({"type": "delta", "offset": 0, "text": "There is a "} | TURN, {"type": "delta", "offset": 11, "text": "car park."} | TURN)
    last = inbox.locator(".message").last
    await expect(last.locator(".message-text")).to_have_text("There is a car park.")
    handle = await last.element_handle()
    desk.tell(ONE, "There is a car park. 8 € a day.", LUMA, id=TURN["turn"])
    await expect(last.locator(".message-text")).to_have_text("There is a car park. 8 € a day.")
    await expect(inbox.locator(".message")).to_have_count(4)
    assert handle and await handle.evaluate("element => element.isConnected"), "the element stays the same"


async def test_takeover_and_release_by_key_and_button(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await expect(inbox.locator(".thread-state")).to_have_text("AI is answering")
    await inbox.keyboard.press("t")
    await expect(inbox.locator(".thread-state")).to_have_text("Yours")
    await expect(inbox.get_by_role("textbox", name="Reply to Contact 00001")).to_be_focused()
    assert desk.sent("takeover")[0]["epoch"] == 1
    await inbox.get_by_role("button", name="Back to AI").click()
    await expect(inbox.locator(".thread-state")).to_have_text("AI is answering")


async def test_a_lost_race_says_who_won(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await expect(inbox.locator(".thread-state")).to_have_text("AI is answering")
    desk.errors["takeover"] = {"code": "conflict", "detail": "the conversation has changed its owner since"}
    await inbox.get_by_role("button", name="Take over").click()
    desk.push(desk.change(ONE, mode="human", epoch=2, assignee=MARTA))
    await expect(inbox.get_by_role("alert")).to_contain_text("Somebody changed it first")
    await expect(inbox.locator(".thread-state")).to_have_text("With Marta Silva")
    await expect(inbox.get_by_role("radio", name="Reply")).to_be_disabled()
    await expect(inbox.locator(".composer-hint")).to_contain_text("Marta Silva has this conversation")


async def test_what_is_typed_while_a_takeover_is_on_its_way_is_no_shortcut(page: PageMaker) -> None:
    desk = talkative()
    desk.silent.add("takeover")
    inbox = await entered(page, desk)
    await expect(inbox.locator(".thread-state")).to_have_text("AI is answering")
    await inbox.keyboard.press("t")
    await inbox.keyboard.type("here we are, just one moment")
    await expect(inbox.get_by_role("textbox", name="Reply to Contact 00001")).to_have_value("here we are, just one moment")
    assert not [call for call in desk.calls if call[0] == "POST"]


async def test_a_reply_shows_at_once_and_once(page: PageMaker) -> None:
    desk = talkative()
    desk.silent.add("send")
    inbox = await entered(page, desk)
    await inbox.keyboard.press("r")
    await inbox.keyboard.type("Yes, behind the house.")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message[data-status=sending]")).to_contain_text("Yes, behind the house.")
    await expect(inbox.get_by_role("textbox", name="Reply to Contact 00001")).to_have_value("")
    desk.silent.clear()
    sent = desk.sent("send")[-1]
    desk.push(*desk._written(sent, {"ref": sent["ref"]}))
    await expect(inbox.locator(".message[data-status=sending]")).to_have_count(0)
    await expect(inbox.get_by_text("Yes, behind the house.", exact=True)).to_have_count(2)  # The thread and the list's preview.
    assert desk.sent("typing")[0] == {"type": "typing", "conversation": ONE, "on": True}


async def test_what_could_not_be_sent_can_be_tried_changed_or_dropped(page: PageMaker) -> None:
    desk = talkative()
    desk.errors["send"] = {"code": "conflict", "detail": "Marta Silva has this conversation"}
    inbox = await entered(page, desk)
    await inbox.keyboard.press("r")
    await inbox.keyboard.type("Hello?")
    await inbox.keyboard.press("Enter")
    failed = inbox.locator(".message[data-status=failed]")
    await expect(failed).to_contain_text("Not sent: somebody else has this conversation now.")
    await failed.get_by_role("button", name="Edit").click()
    field = inbox.get_by_role("textbox", name="Reply to Contact 00001")
    await expect(field).to_have_value("Hello?")
    await expect(failed).to_have_count(0)
    await field.press("Enter")
    await expect(failed).to_be_visible()
    desk.errors.clear()
    await failed.get_by_role("button", name="Try again").click()
    await expect(failed).to_have_count(0)
    first, second = desk.sent("send")[-2:]
    assert first["client_id"] == second["client_id"]


async def test_notes_and_whispers_are_told_apart(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await inbox.keyboard.press("n")
    await inbox.keyboard.type("Regular guest")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message[data-kind=note]")).to_contain_text("Regular guest")
    await inbox.keyboard.press("Escape")
    await inbox.keyboard.press("w")
    await inbox.keyboard.type("Ask for the dates")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message[data-kind=whisper]")).to_contain_text("Ask for the dates")
    assert desk.sent("send")[0]["note"] is True
    assert desk.sent("whisper")[0]["text"] == "Ask for the dates"
    await expect(inbox.locator(".thread-state")).to_have_text("AI is answering")


async def test_drafts_are_kept_for_each_conversation_and_over_a_reload(page: PageMaker) -> None:
    inbox = await entered(page, talkative())
    await inbox.get_by_role("textbox", name="Reply to Contact 00001").fill("half a")
    await inbox.goto(f"{ORIGIN}/inbox#all/{TWO}")
    await expect(inbox.get_by_role("textbox", name="Reply to Contact 00002")).to_have_value("")
    await expect(inbox.locator(ROW, has_text="Contact 00001")).to_contain_text("Draft: half a")
    await inbox.goto(f"{ORIGIN}/inbox#all/{ONE}")
    await inbox.reload()
    await expect(inbox.get_by_role("textbox", name="Reply to Contact 00001")).to_have_value("half a")


async def test_resolve_reopen_snooze_and_assign(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await expect(inbox.locator(".message")).to_have_count(3)
    await inbox.keyboard.press("e")
    await expect(inbox.locator(".thread-state")).to_have_text("Resolved")
    await expect(inbox.locator(ROW, has_text="Contact 00001")).to_have_count(0)
    await inbox.get_by_role("button", name="Reopen").click()
    await expect(inbox.locator(".thread-state")).to_have_text("Yours")
    await inbox.get_by_role("button", name="Assign").click()
    await inbox.get_by_role("menuitemradio", name="Marta Silva").click()
    await expect(inbox.locator(".thread-state")).to_have_text("With Marta Silva")
    await inbox.get_by_role("button", name="Snooze").click()
    await inbox.keyboard.press("ArrowDown")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".thread-state")).to_contain_text("Until ")
    await expect(inbox.get_by_role("button", name="Snooze")).to_be_focused()
    await expect(inbox.locator(ROW, has_text="Contact 00001")).to_have_count(0)
    await inbox.get_by_role("link", name="Snoozed").click()
    await expect(inbox.locator(ROW, has_text="Contact 00001")).to_have_count(1)


async def test_who_else_writes_or_looks_is_shown_and_lapses(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await expect(inbox.locator(".message")).to_have_count(3)
    desk.push(
        {"type": "typing", "conversation": ONE, "who": {"kind": "contact", "id": numbered(1, 2)}, "on": True},
        {"type": "viewing", "conversation": ONE, "who": {"kind": "agent", **MARTA}, "on": True},
    )
    await expect(inbox.locator(".typing")).to_contain_text("Contact 00001 is typing")
    await expect(inbox.locator(".looking")).to_contain_text("Marta Silva is looking here too")
    await expect(inbox.locator(".looking")).to_be_hidden(timeout=8_000)
    await expect(inbox.locator(".typing")).to_be_hidden()
    assert {"type": "viewing", "conversation": ONE, "on": True} in desk.frames


async def test_a_lost_connection_is_shown_and_made_good(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await expect(inbox.locator(".message")).to_have_count(3)
    desk.open = False
    await desk.drop()
    await expect(inbox.get_by_text("Reconnecting…")).to_be_visible(timeout=4_000)
    desk.say(ONE, "Are you there?")
    await inbox.get_by_role("textbox", name="Reply to Contact 00001").fill("I am")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message[data-status=sending]")).to_be_visible()
    desk.open = True
    await inbox.evaluate("document.querySelector('.banner .link').click()")  # It may come back by itself before a hand does.
    await expect(inbox.get_by_text("Reconnecting…")).to_be_hidden()
    await expect(inbox.locator(".message")).to_have_count(5)
    await expect(inbox.locator(".message[data-status=sending]")).to_have_count(0)
    resumed = next(topic for frame in reversed(desk.sent("subscribe")) for topic in frame["topics"] if topic["topic"].startswith("conv"))
    assert resumed["after"] == 3


async def test_an_older_page_comes_when_the_top_is_near(page: PageMaker) -> None:
    desk = Desk()
    desk.add(1)
    for number in range(1, 181):
        desk.say(ONE, f"line {number}")
    inbox = await entered(page, desk)
    await expect(inbox.get_by_text("line 180", exact=True).first).to_be_visible()
    await expect(inbox.get_by_text("line 130", exact=True)).to_have_count(0)
    for oldest in (81, 31, 1):
        await inbox.locator(".thread-scroll").evaluate("element => { element.scrollTop = 0; }")
        await expect(inbox.get_by_text(f"line {oldest}", exact=True)).to_have_count(1)
        assert await inbox.locator(".thread-scroll").evaluate("element => element.scrollTop") > 1_000, "what was read stays in sight"
    await expect(inbox.locator(".message")).to_have_count(180)


async def test_who_reads_further_up_is_left_there_and_told(page: PageMaker) -> None:
    desk = Desk()
    desk.add(1)
    for number in range(1, 40):
        desk.say(ONE, f"line {number}")
    inbox = await entered(page, desk)
    await expect(inbox.get_by_text("line 39", exact=True).first).to_be_visible()
    desk.tell(ONE, "seen at once")
    await expect(inbox.get_by_text("seen at once", exact=True).last).to_be_in_viewport()
    await expect(inbox.get_by_role("button", name="New messages")).to_be_hidden()
    await inbox.locator(".thread-scroll").evaluate("element => { element.scrollTop = 300; }")
    await inbox.wait_for_function("() => document.querySelector('.thread-scroll').scrollTop === 300")
    await inbox.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    desk.tell(ONE, "Are you there?")
    await expect(inbox.get_by_role("button", name="New messages")).to_be_visible()
    await expect(inbox.get_by_text("Contact 00001: Are you there?")).to_have_count(1)  # For those who listen.
    assert await inbox.locator(".thread-scroll").evaluate("element => element.scrollTop") == 300
    await inbox.get_by_role("button", name="New messages").click()
    await expect(inbox.locator(".message").last).to_be_in_viewport()
    await expect(inbox.get_by_role("button", name="New messages")).to_be_hidden()


async def test_the_sound_is_a_choice_that_is_kept(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    tones = "globalThis.tones = 0; const start = OscillatorNode.prototype.start;"
    await inbox.evaluate(f"() => {{ {tones} OscillatorNode.prototype.start = function (at) {{ tones += 1; start.call(this, at); }}; }}")
    await inbox.locator(".list-title").click()  # Browsers want a touch before they sound.
    desk.push(desk.change(TWO, mode="queued"))
    await inbox.wait_for_function("() => tones === 2")
    await inbox.get_by_role("button", name="Sound is on").click()
    desk.push(desk.change(TWO, mode="ai"), desk.change(TWO, mode="queued", label="hot"))
    await expect(inbox.locator(ROW, has_text="Hot")).to_be_visible()
    assert await inbox.evaluate("tones") == 2
    await inbox.reload()
    await expect(inbox.get_by_role("button", name="Sound is off")).to_have_attribute("aria-pressed", "false")


async def test_the_contact_can_be_changed_and_shows_lead_jobs_and_page(page: PageMaker) -> None:
    desk = talkative()
    desk.visitors = [
        {
            "who": {"kind": "contact", "id": numbered(1, 2)},
            "status": "online",
            "page": {"url": "https://casa.example/rooms", "title": "Rooms"},
        }
    ]
    desk.details[numbered(1, 2)] = {
        "contact": {"id": numbered(1, 2), "name": "Contact 00001", "facts": {"party": "four"}},
        "lead": {"stage": "interested", "score": 78, "label": "hot", "reasons": [{"points": 30, "reason": "Asked for a price"}], "facts": {}},
        "jobs": [
            {
                "id": numbered(1, 6),
                "kind": "follow_up",
                "attempt": 2,
                "state": "failed",
                "detail": "no route to the mail server",
                "started_at": "2026-11-20T10:00:00.000Z",
            }
        ],
    }
    inbox = await entered(page, desk)
    pane = inbox.get_by_role("region", name="Contact", exact=True)
    await expect(pane).to_contain_text("78 of 100")
    await expect(pane).to_contain_text("Asked for a price")
    await expect(pane).to_contain_text("no route to the mail server")
    await expect(pane.get_by_role("link", name="Rooms")).to_have_attribute("href", "https://casa.example/rooms")
    await pane.get_by_label("E-mail").fill("one@casa.example")
    await pane.get_by_label("E-mail").press("Enter")
    await expect(pane.get_by_role("status")).to_have_text("Saved")
    assert desk.details[numbered(1, 2)]["contact"]["email"] == "one@casa.example"
    desk.refuse["/contacts"] = 503
    await pane.get_by_label("Phone").fill("+351 1")
    await pane.get_by_label("Phone").press("Enter")
    await expect(pane.get_by_role("status")).to_contain_text("Not saved")


async def test_a_viewer_reads_and_can_do_nothing_else(page: PageMaker) -> None:
    desk = talkative("viewer")
    inbox = await entered(page, desk)
    await expect(inbox.locator(".message")).to_have_count(3)
    await expect(inbox.get_by_text("You may read here, not write.")).to_be_visible()
    for name in ("Take over", "Resolve", "Assign", "Snooze", "Send"):
        await expect(inbox.get_by_role("button", name=name, exact=True)).to_be_hidden()
    await inbox.keyboard.press("t")
    await inbox.keyboard.press("e")
    assert await inbox.get_by_label("E-mail").get_attribute("readonly") is not None
    assert not [frame for frame in desk.frames if frame["type"] in ("takeover", "read", "viewing", "typing", "send")]
    assert not [call for call in desk.calls if call[0] != "GET"]


async def test_markup_in_names_and_messages_stays_text(page: PageMaker) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\"><script>1</script>"
    desk = Desk()
    desk.add(1, preview=evil, contact={"id": numbered(1, 2), "name": evil})
    desk.say(ONE, evil)
    desk.say(ONE, f"[x](javascript:alert(1)) {evil}", LUMA, sources=[{"article": numbered(1, 5), "title": evil, "url": "javascript:alert(1)"}])
    desk.details[numbered(1, 2)] = {"contact": {"id": numbered(1, 2), "name": evil, "facts": {evil: evil}, "page": {"url": "javascript:1", "title": evil}}}
    inbox = await entered(page, desk)
    await expect(inbox.locator(".message")).to_have_count(2)
    await expect(inbox.locator(".contact-more")).to_contain_text("onerror")
    assert await inbox.locator("img, script:not([src])").count() == 0
    assert await inbox.locator("[href^='javascript']").count() == 0
    assert "owned" not in await inbox.title()


async def test_an_expired_session_leads_to_the_sign_in(page: PageMaker) -> None:
    desk = talkative()
    desk.signed_in = False
    made = await page()
    await desk.serve(made)
    await made.goto(f"{ORIGIN}/inbox")
    await made.wait_for_url(f"{ORIGIN}/sign-in?next=%2Finbox")


async def test_a_revoked_session_leads_there_too(page: PageMaker) -> None:
    desk = talkative()
    inbox = await entered(page, desk)
    await expect(inbox.locator(".message")).to_have_count(3)
    await desk.drop(4401)
    await inbox.wait_for_url(f"{ORIGIN}/sign-in?next=%2Finbox")


async def test_on_a_phone_one_pane_at_a_time(page: PageMaker) -> None:
    inbox = await entered(page, talkative(), "", **PHONE)
    await inbox.locator(ROW, has_text="Contact 00001").tap()
    await expect(inbox.locator(".message")).to_have_count(3)
    await expect(inbox.locator(".list-pane")).to_be_hidden()
    await inbox.get_by_role("button", name="About this contact").tap()
    await expect(inbox.get_by_label("E-mail")).to_be_visible()
    await inbox.get_by_role("button", name="Close contact").tap()
    await inbox.get_by_role("button", name="Back to the list").tap()
    await expect(inbox.locator(ROW).first).to_be_visible()
    await expect(inbox.locator(".thread-pane")).to_be_hidden()
    assert await inbox.evaluate("document.documentElement.scrollWidth") == 390


async def test_who_was_assigned_is_told_as_that(page: PageMaker) -> None:
    desk = talkative()
    for name, chosen in ((MARTA["name"], MARTA["id"]), (None, "None")):
        desk.say(
            ONE, f"{name} joined", {"kind": "system"}, kind="event", data={"event": "assigned", "assignee": chosen, "assignee_name": name}
        )
    inbox = await entered(page, desk)
    await expect(inbox.get_by_text("Assigned to Marta Silva")).to_be_visible()
    await expect(inbox.get_by_text("Put back into the queue")).to_be_visible()


async def test_a_manager_reads_whose_conversation_it_is_beside_all_that_can_be_done(page: PageMaker) -> None:
    desk = talkative("manager")
    desk.change(ONE, mode="human", epoch=2, assignee=MARTA)
    inbox = await entered(page, desk, viewport={"width": 1440, "height": 900})
    for name in ("Take over", "Back to AI", "Assign", "Snooze", "Resolve"):
        await expect(inbox.get_by_role("group", name="Conversation").get_by_role("button", name=name)).to_be_visible()
    fits = "(one) => one.clientWidth > 0 && one.scrollWidth <= one.clientWidth"
    assert await inbox.locator(".thread-name").evaluate(fits)
    assert await inbox.locator(".thread-state .chip").evaluate(fits)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("options", [{"viewport": {"width": 1440, "height": 900}}, PHONE], ids=["desk", "phone"])
async def test_axe_finds_nothing(page: PageMaker, scheme: str, options: dict[str, Any]) -> None:
    desk = talkative("manager")
    desk.change(TWO, mode="queued", waiting_since="2026-11-20T10:00:00.000Z", unread=2, label="hot")
    desk.say(ONE, "Regular guest", {"kind": "agent", **MARTA}, kind="note")
    desk.say(ONE, "Ask for dates", {"kind": "agent", **MARTA}, kind="note", data={"whisper": True})
    inbox = await entered(page, desk, color_scheme=scheme, reduced_motion="reduce", **options)
    await expect(inbox.locator(".message")).to_have_count(5)
    desk.push({"type": "delta", "offset": 0, "text": "There is a"} | TURN)
    await expect(inbox.locator(".message")).to_have_count(6)
    assert await violations(inbox) == []
    await inbox.keyboard.press("?")
    await expect(inbox.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert await violations(inbox) == []
    await inbox.keyboard.press("Escape")
    if options is PHONE:
        await inbox.get_by_role("button", name="Back to the list").tap()
        await expect(inbox.locator(ROW).first).to_be_visible()
        assert await violations(inbox) == []
