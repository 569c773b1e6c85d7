"""What time does: idle conversations are closed, those that were put off come back."""

from server.schema.records import NewMessage, Owner
from tests.tasks.conftest import Desk


async def test_an_idle_conversation_is_closed_and_says_so(desk: Desk) -> None:
    await desk.post(desk.chat.says("hello"), desk.chat.ai("hi"))
    await desk.later("follow_up")
    assert await desk.run("close_idle") == ("done", "closed")
    assert (await desk.conversation())["status"] == "resolved"
    assert (await desk.texts())[-1] == "Closed, as nothing more was said"
    assert await desk.superuser.fetchval("SELECT resolved_at IS NOT NULL FROM episodes")
    assert await desk.left() == 0  # nobody is followed up any more


async def test_it_is_closed_once(desk: Desk) -> None:
    await desk.post(desk.chat.says("hello"))
    await desk.run("close_idle")
    assert await desk.run("close_idle") == ("skipped", "it is not idle")
    assert len(await desk.texts()) == 2


async def test_who_waits_for_a_person_is_not_forgotten(desk: Desk) -> None:
    await desk.post(desk.chat.says("hello"), NewMessage(conversation=desk.chat.id, owner=Owner(mode="queued")))
    assert (await desk.run("close_idle"))[0] == "skipped"
    assert (await desk.conversation())["status"] == "open"
    due = await desk.superuser.fetchval("SELECT due_at - now() > interval '23 h' FROM outbox WHERE kind = 'close_idle' AND lease_until IS NULL")
    assert due is True


async def test_what_was_put_off_comes_back(desk: Desk) -> None:
    asleep = NewMessage(conversation=desk.chat.id, status="snoozed", snoozed_until="2030-01-01T00:00:00.000Z")
    await desk.post(desk.chat.says("hello"), asleep)
    assert await desk.run("wake") == ("done", "open again")
    conversation = await desk.conversation()
    assert (conversation["status"], conversation["snoozed_until"]) == ("open", None)
    assert await desk.superuser.fetchval("SELECT kind FROM outbox") == "close_idle"
    assert await desk.run("wake") == ("skipped", "it is not asleep")
    assert await desk.texts() == ["hello"]
