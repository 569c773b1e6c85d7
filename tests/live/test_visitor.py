"""/ws/visitor as the protocol says it, over a real socket, PostgreSQL and Redis."""

import hashlib
import hmac
import time
from typing import Any
from uuid import uuid4

import asyncpg
import jwt
import pytest

from db import workspaces
from db.pool import tenant
from server.live import live
from server.schema import frames
from tests.live.conftest import Place


def ai_message(frame: Any) -> bool:
    return isinstance(frame, frames.MessageFrame) and frame.message.author.kind == "ai"


async def secret(place: Place) -> str:
    core = place.core
    async with tenant(core.pool, place.workspace.id) as conn:
        record = await workspaces.get(conn)
    assert record is not None
    return core.secrets.decrypt(f"identity:{record.id}", record.identity_secret)


async def test_hello_writes_nothing(place: Place, superuser: asyncpg.Connection) -> None:
    async with place.visitor() as visitor:
        welcome = await visitor.hello(place.key, locale="en-GB", page={"url": "https://shop.example/", "title": "Shop"})
    assert welcome.conversation is None and welcome.messages == [] and welcome.snapshot and welcome.token
    assert await superuser.fetchval("SELECT count(*) FROM contacts") == 0
    assert await superuser.fetchval("SELECT count(*) FROM conversations") == 0


async def test_the_ai_answers_word_by_word(place: Place) -> None:
    async with place.visitor() as visitor:
        await visitor.hello(place.key)
        ack = await visitor.say("What time is breakfast, and what are your opening hours?")
        answer = await visitor.wait(ai_message)
        await visitor.wait(lambda f: isinstance(f, frames.Turn) and f.state == "done")
    assert (ack.seq, ack.duplicate) == (1, False)
    assert answer.message.prev == 1 and answer.message.text
    deltas = visitor.of(frames.Delta)
    assert len(deltas) > 1 and {one.turn for one in deltas} == {answer.message.id}
    said = ""
    for delta in deltas:
        assert delta.offset == len(said)
        said += delta.text
    assert answer.message.text.startswith(said.rstrip()[:20])
    assert visitor.of(frames.Turn)[0].state == "thinking"


async def test_a_returning_visitor_gets_exactly_what_was_missed(place: Place) -> None:
    async with place.visitor() as visitor:
        first = await visitor.hello(place.key)
        ack = await visitor.say("Hello")
        answer = await visitor.wait(ai_message)
    async with place.visitor() as again:
        back = await again.hello(place.key, token=first.token, conversation=ack.conversation, after=1, rev=1)
        assert not back.snapshot and [one.seq for one in back.messages] == [answer.message.seq]
        assert back.me.id == first.me.id
    async with place.visitor() as again:
        fresh = await again.hello(place.key, token=first.token)
        assert fresh.snapshot and [one.seq for one in fresh.messages] == [1, 2] and not fresh.more
        assert fresh.conversation is not None and fresh.conversation.last_seq == 2
    async with place.visitor() as again:
        beyond = await again.hello(place.key, token=first.token, conversation=ack.conversation, after=999)
        assert beyond.snapshot and len(beyond.messages) == 2


async def test_first_sends_on_two_devices_meet(place: Place) -> None:
    async with place.visitor() as phone, place.visitor() as laptop:
        welcome = await phone.hello(place.key)
        await laptop.hello(place.key, token=welcome.token)
        one, two = await phone.say("From the phone"), await laptop.say("From the laptop")
        assert one.conversation == two.conversation
        for device in (phone, laptop):
            for text in ("From the phone", "From the laptop"):
                await device.wait(lambda f, text=text: isinstance(f, frames.MessageFrame) and f.message.text == text)


async def test_a_client_id_stands_for_one_message(place: Place, superuser: asyncpg.Connection) -> None:
    again = uuid4()
    async with place.visitor() as visitor, place.visitor() as other:
        welcome = await visitor.hello(place.key)
        first = await visitor.say("Once", client_id=again)
        second = await visitor.say("Once", client_id=again)
        await other.hello(place.key, token=welcome.token)
        third = await other.say("Once", client_id=again)
        assert (second.seq, second.message_id, second.at) == (first.seq, first.message_id, first.at)
        assert second.duplicate and third.duplicate and third.message_id == first.message_id
        changed = await visitor.say("Twice", client_id=again)
        assert isinstance(changed, frames.Error) and changed.code == "conflict" and changed.client_id == again
    assert await superuser.fetchval("SELECT count(*) FROM messages WHERE client_id = $1", again) == 1


@pytest.mark.parametrize(
    ("hello", "code", "close"),
    [
        ({"key": "wk_nobody"}, "forbidden", 4403),
        ({"token": "v1.x.y.z"}, "unauthenticated", 4401),
        ({"v": 2}, "bad_frame", 4406),
    ],
)
async def test_who_may_not_come_in(place: Place, hello: dict[str, Any], code: str, close: int) -> None:
    async with place.visitor() as visitor:
        error = await visitor.hello(**{"key": place.key, **hello})
        assert isinstance(error, frames.Error) and error.code == code
        assert await visitor.closing() == close


async def test_a_token_of_another_workspace_is_nobodys(place: Place, elsewhere: Place) -> None:
    async with elsewhere.visitor() as visitor:
        foreign = await visitor.hello(elsewhere.key)
    async with place.visitor() as visitor:
        await visitor.hello(place.key, token=foreign.token)
        assert await visitor.closing() == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://[nothing"])
async def test_foreign_origins_are_told_and_refused(place: Place, origin: str) -> None:
    async with place.visitor(origin=origin) as visitor:
        error = await visitor.hello(place.key)
        assert isinstance(error, frames.Error) and error.code == "forbidden"
        assert await visitor.closing() == 4403


async def test_the_servers_own_origin_is_welcome(place: Place) -> None:
    async with place.visitor(origin=place.url) as visitor:
        assert isinstance(await visitor.hello(place.key), frames.Welcome)


async def test_files_wait_for_later(place: Place) -> None:
    async with place.visitor() as visitor:
        await visitor.hello(place.key)
        error = await visitor.say("See this", attachments=[uuid4()])
        assert isinstance(error, frames.Error) and error.code == "not_found"
        empty = await visitor.say("   ")
        assert isinstance(empty, frames.Error) and empty.code == "bad_frame"


async def test_history_pages_both_ways(place: Place) -> None:
    async with place.visitor() as visitor:
        await visitor.hello(place.key)
        await visitor.ask(frames.Human(client_id=uuid4()))
        for n in range(7):
            await visitor.say(f"Message {n}")
        newest = await visitor.ask(frames.VisitorHistory(limit=3))
        older = await visitor.ask(frames.VisitorHistory(before=newest.messages[0].seq, limit=3))
        newer = await visitor.ask(frames.VisitorHistory(after=older.messages[-1].seq, limit=2))
    assert [one.text for one in newest.messages] == ["Message 4", "Message 5", "Message 6"] and newest.more
    assert [one.text for one in older.messages] == ["Message 1", "Message 2", "Message 3"] and older.more
    assert [one.text for one in newer.messages] == ["Message 4", "Message 5"] and newer.more
    for listed in (newest, older, newer):
        for before, after in zip(listed.messages, listed.messages[1:], strict=False):
            assert after.prev == before.seq


async def test_a_person_is_always_granted(place: Place) -> None:
    async with place.visitor() as visitor:
        await visitor.hello(place.key, locale="de")
        ack = await visitor.ask(frames.Human(client_id=uuid4()))
        assert isinstance(ack, frames.Ack)
        queued = await visitor.wait(lambda f: isinstance(f, frames.VisitorConversation) and f.conversation.mode == "queued")
        assert queued.conversation.epoch == 1
        form = await visitor.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.kind == "form")
        assert "E-Mail" in form.message.text and form.message.data["fields"][0]["name"] == "email"
        await visitor.say("", answers={"email": "visitor@example.com"})
        seen = len(visitor.seen)
        await visitor.say("Anybody?")
        assert not [f for f in visitor.seen[seen:] if isinstance(f, frames.Turn)]
    async with place.agent() as agent:
        await agent.hello(place.tokens["agent"])
        inbox = await agent.subscribe("inbox")
        (held,) = inbox.conversations
        assert held.mode == "queued" and held.waiting_since and held.unread == 2


async def test_with_an_agent_there_no_form_is_shown(place: Place) -> None:
    async with place.agent() as agent, place.visitor() as visitor:
        await agent.hello(place.tokens["agent"])
        await visitor.hello(place.key)
        await visitor.ask(frames.Human(client_id=uuid4()))
        await visitor.say("Hello?")
        listed = (await visitor.ask(frames.VisitorHistory())).messages
        assert [one.kind for one in listed] == ["event", "text"]


async def test_a_rating_stands_once(place: Place) -> None:
    again = uuid4()
    async with place.visitor() as visitor:
        await visitor.hello(place.key)
        early = await visitor.ask(frames.Rate(client_id=uuid4(), score=5))
        assert isinstance(early, frames.Error) and early.code == "not_found"
        await visitor.say("Thanks")
        first = await visitor.ask(frames.Rate(client_id=again, score=4, comment="Nice"))
        second = await visitor.ask(frames.Rate(client_id=again, score=4, comment="Nice"))
        assert isinstance(first, frames.Ack) and second.duplicate and second.seq == first.seq


async def test_reading_only_rises_and_both_sides_learn_of_it(place: Place) -> None:
    async with place.visitor() as visitor, place.agent() as agent:
        await visitor.hello(place.key)
        ack = await visitor.say("Hello")
        answer = await visitor.wait(ai_message)
        await agent.hello(place.tokens["agent"])
        await agent.subscribe(f"conversation:{ack.conversation}")
        await visitor.send(frames.VisitorRead(seq=answer.message.seq))
        seen = await agent.wait(lambda f: isinstance(f, frames.Read) and f.who.kind == "contact")
        assert seen.seq == answer.message.seq
        await visitor.send(frames.VisitorRead(seq=1))
        await agent.send(frames.AgentRead(conversation=ack.conversation, seq=1))
        marked = await visitor.wait(lambda f: isinstance(f, frames.Read) and f.who.kind == "agent")
        assert marked.seq == 1
        state = await agent.wait(lambda f: isinstance(f, frames.AgentConversation) and f.conversation.unread == 0)
        assert state.conversation.peer_read_seq == answer.message.seq


async def test_a_signed_identity_brings_its_own_history_and_a_bad_one_nobodys(place: Place) -> None:
    key = await secret(place)
    good = jwt.encode({"sub": "u-1", "exp": int(time.time()) + 60, "name": "Ada"}, key, algorithm="HS256")
    late = jwt.encode({"sub": "u-1", "exp": int(time.time()) - 600}, key, algorithm="HS256")
    signed = {"id": "u-1", "hash": hmac.new(key.encode(), b"u-1", hashlib.sha256).hexdigest()}
    async with place.visitor() as visitor:
        known = await visitor.hello(place.key, identity=good)
        assert known.me.name == "Ada"
        await visitor.say("It is me")
    async with place.visitor() as phone:
        same = await phone.hello(place.key, identity=frames.SignedId(**signed))
        assert same.me.id == known.me.id and same.messages[0].text == "It is me"
    for identity in (late, good[:-3] + "abc", frames.SignedId(id="u-1", hash="0" * 64)):
        async with place.visitor() as thief:
            nobody = await thief.hello(place.key, token=known.token, identity=identity)
            assert nobody.me.id != known.me.id and nobody.messages == []
            refused = await thief.wait(frames.Error)
            assert refused.code == "unauthenticated"
    # The browser's own token, without the identity, must not open the person's history either.
    async with place.visitor() as later:
        assert (await later.hello(place.key, token=known.token)).messages == []


async def test_identify_makes_what_was_said_before_theirs(place: Place) -> None:
    key = await secret(place)
    token = jwt.encode({"sub": "u-2", "exp": int(time.time()) + 60, "email": "ada@example.com"}, key, algorithm="HS256")
    async with place.visitor() as visitor:
        stranger = await visitor.hello(place.key)
        await visitor.say("Before signing in")
        bad = await visitor.ask(frames.Identify(identity="not.a.jwt"))
        assert isinstance(bad, frames.Error) and bad.code == "unauthenticated"
        known = await visitor.ask(frames.Identify(identity=token))
        assert isinstance(known, frames.Welcome) and known.messages[0].text == "Before signing in"
        assert known.me.id == stranger.me.id and known.token != stranger.token
        await visitor.say("After signing in")
        await visitor.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.text == "After signing in")
    async with place.visitor() as elsewhere:
        back = await elsewhere.hello(place.key, identity=token)
        assert [one.text for one in back.messages if one.author.kind == "contact"] == ["Before signing in", "After signing in"]


async def test_the_token_from_before_signing_in_opens_nothing_afterwards(place: Place) -> None:
    """Somebody may have noted it down on a shared computer, and waited."""
    key = await secret(place)
    identity = jwt.encode({"sub": "u-3", "exp": int(time.time()) + 60}, key, algorithm="HS256")
    async with place.visitor() as visitor:
        stranger = await visitor.hello(place.key)
        await visitor.say("Before signing in")
        await visitor.ask(frames.Identify(identity=identity))
        theirs = (await visitor.say("My card number is")).conversation
    async with place.visitor() as thief:
        nobody = await thief.hello(place.key, token=stranger.token)
        assert nobody.messages == [] and nobody.me.id != stranger.me.id
        assert (await thief.say("Hello")).conversation != theirs
    async with place.visitor() as again:
        assert (await again.hello(place.key, token=nobody.token)).messages[0].text == "Hello"


async def test_an_inbox_hears_the_name_that_a_host_vouches_for(place: Place) -> None:
    key = await secret(place)
    identity = jwt.encode({"sub": "u-4", "exp": int(time.time()) + 60, "name": "Ada"}, key, algorithm="HS256")
    async with place.visitor() as visitor, place.agent() as agent:
        await agent.hello(place.tokens["agent"])
        await agent.subscribe("inbox")
        await visitor.hello(place.key)
        await visitor.say("Hello")
        await visitor.wait(lambda f: isinstance(f, frames.Turn) and f.state == "done")
        await visitor.ask(frames.Identify(identity=identity))
        await agent.wait(lambda f: isinstance(f, frames.AgentConversation) and f.conversation.contact.name == "Ada", seconds=4)


async def test_new_words_during_an_answer_begin_it_again(place: Place, superuser: asyncpg.Connection) -> None:
    async with place.visitor() as visitor:
        await visitor.hello(place.key)
        await visitor.say("Tell me all about breakfast, parking, pets and the pool please")
        await visitor.wait(frames.Delta)
        await visitor.say("And what are your opening hours?")
        await visitor.wait(lambda f: isinstance(f, frames.Turn) and f.state == "cancelled")
        answer = await visitor.wait(ai_message)
        await visitor.wait(lambda f: isinstance(f, frames.Turn) and f.state == "done")
        assert answer.message.prev == 2
    states = await superuser.fetch("SELECT state FROM turns ORDER BY started_at")
    assert [row["state"] for row in states] == ["cancelled", "done"]
    assert await superuser.fetchval("SELECT count(*) FROM messages WHERE author_kind = 'ai'") == 1


async def test_one_person_has_so_many_connections(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_CONNECTIONS", 2)
    async with place.visitor() as one, place.visitor() as two, place.visitor() as three:
        token = (await one.hello(place.key)).token
        await two.hello(place.key, token=token)
        error = await three.hello(place.key, token=token)
        assert error.code == "rate_limited" and error.retry_after
        assert await three.closing() == 4429
    async with place.visitor() as again:
        assert isinstance(await again.hello(place.key, token=token), frames.Welcome)


async def test_a_socket_with_the_token_from_before_is_sent_away(place: Place) -> None:
    key = await secret(place)
    token = jwt.encode({"sub": "u-3", "exp": int(time.time()) + 60}, key, algorithm="HS256")
    async with place.visitor() as tab, place.visitor() as signing_in:
        before = await tab.hello(place.key)
        await tab.say("Who am I?")
        await signing_in.hello(place.key, token=before.token)
        known = await signing_in.ask(frames.Identify(identity=token))
        assert known.messages[0].text == "Who am I?"
        assert await tab.closing() == 4401
        assert signing_in.closed is None and isinstance(await signing_in.say("It is me"), frames.Ack)


async def test_a_reply_is_to_a_message_of_this_conversation(place: Place) -> None:
    async with place.visitor() as visitor, place.agent() as agent:
        await visitor.hello(place.key)
        first = await visitor.say("Hello")
        await agent.hello(place.tokens["agent"])
        note = await agent.say(first.conversation, "Between us", note=True)
        assert isinstance(await visitor.say("About that", reply_to=first.message_id), frames.Ack)
        for wrong in (uuid4(), note.message_id):
            error = await visitor.say("About this", reply_to=wrong)
            assert isinstance(error, frames.Error) and error.code == "not_found"
