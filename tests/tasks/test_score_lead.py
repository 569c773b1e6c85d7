"""A quiet conversation's contact is scored; who qualifies becomes a lead, and inboxes see the label."""

from server.contacts.save_contact import save_contact
from tests.tasks.conftest import Desk

WISH = "I want to book a room for 2 people next Friday, how much is it? Write to ana@example.com"


async def test_a_visitor_who_wants_to_buy_becomes_a_lead(desk: Desk) -> None:
    await desk.post(desk.chat.says(WISH), desk.chat.ai("120 a night"))
    before = await desk.conversation()
    assert await desk.run("score_lead") == ("done", "75 (hot)")

    lead = await desk.superuser.fetchrow("SELECT * FROM leads")
    assert (lead["contact_id"], lead["stage"], lead["score"], lead["label"]) == (desk.chat.contact, "contacted", 75, "hot")
    assert "wants to buy" in lead["reasons"] and '"points"' in lead["reasons"]
    assert [row["kind"] for row in await desk.superuser.fetch("SELECT kind FROM lead_events ORDER BY id")] == ["created", "scored"]
    after = await desk.conversation()
    assert (after["rev"] > before["rev"], after["last_seq"]) == (True, before["last_seq"])
    [seen] = await desk.post(desk.chat.says("thanks"))
    assert seen.conversation and seen.conversation.label == "hot"


async def test_scoring_twice_changes_nothing_and_more_words_score_again(desk: Desk) -> None:
    await desk.post(desk.chat.says(WISH))
    await desk.run("score_lead")
    await desk.run("score_lead")
    assert await desk.superuser.fetchval("SELECT count(*) FROM lead_events") == 2
    await desk.post(desk.chat.says("It is urgent, my phone is +34 600 123 456"))
    assert await desk.run("score_lead") == ("done", "95 (hot)")
    assert await desk.superuser.fetchval("SELECT data ->> 'was' FROM lead_events ORDER BY id DESC LIMIT 1") == "75"
    assert await desk.superuser.fetchval("SELECT count(*) FROM leads") == 1


async def test_a_question_is_not_a_lead(desk: Desk) -> None:
    await desk.post(desk.chat.says("When are you open?", email="ana@example.com"))
    before = await desk.conversation()
    assert await desk.run("score_lead") == ("done", "15 (cold): not a lead yet")
    assert await desk.superuser.fetchval("SELECT count(*) FROM leads") == 0
    assert (await desk.conversation())["rev"] == before["rev"] + 1  # of the test's own timer


async def test_where_the_channel_says_who_it_is_a_lead_begins_at_once(desk: Desk) -> None:
    await desk.post(desk.chat.says("When are you open?"))
    await desk.superuser.execute("UPDATE conversations SET channel = 'whatsapp'")
    assert await desk.run("score_lead") == ("done", "0 (cold)")
    assert await desk.superuser.fetchval("SELECT stage FROM leads") == "new"


async def test_what_was_noted_of_the_contact_counts(desk: Desk) -> None:
    await desk.post(desk.chat.says("Hello"))
    facts = {"service": "sea view", "budget": "500", "timeline": "June", "shoe_size": 42}
    await save_contact(desk.core, desk.place.workspace, desk.chat.contact, name="Ana", email="ana@example.com", facts=facts)
    assert await desk.run("score_lead") == ("done", "60 (warm)")
    kept = await desk.superuser.fetchval("SELECT facts FROM leads")
    assert "sea view" in kept and "shoe_size" not in kept


async def test_a_conversation_that_is_gone_is_skipped(desk: Desk) -> None:
    await desk.post(desk.chat.says(WISH))
    row = await desk.later("score_lead")
    await desk.superuser.execute("DELETE FROM conversations")
    from tasks import JOBS
    from tasks.run import run

    await run(desk.bench, JOBS, desk.place.workspace, row)
    assert await desk.runs("score_lead") == [("skipped", "there is no such conversation")]
