"""/ws/agent as the protocol says it."""

from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from server.schema import frames
from server.schema.entities import Who
from tests.helpers.stores import until
from tests.live.conftest import Place
from tests.live.test_visitor import ai_message


async def test_a_bad_token_is_sent_away(place: Place) -> None:
    async with place.agent() as agent:
        error = await agent.hello("nonsense")
        assert isinstance(error, frames.Error) and error.code == "unauthenticated"
        assert await agent.closing() == 4401


async def test_the_cookie_serves_the_servers_own_pages_only(place: Place) -> None:
    cookie = {"Cookie": f"parley_session={place.tokens['agent']}"}
    async with place.agent(headers=cookie, origin=place.url) as agent:
        welcome = await agent.hello()
        assert isinstance(welcome, frames.Welcome) and welcome.me.role == "agent"
    async with place.agent(headers=cookie, origin="https://evil.example") as agent:
        await agent.hello()
        assert await agent.closing() == 4403
    async with place.agent(headers=cookie) as agent:
        await agent.hello()
        assert await agent.closing() == 4401


async def test_an_agent_sees_every_word(place: Place) -> None:
    async with place.agent() as agent, place.visitor() as visitor:
        await agent.hello(place.tokens["agent"], topics=[frames.TopicRequest(topic="inbox")])
        inbox = await agent.wait(frames.Subscribed)
        assert inbox.topic == "inbox" and inbox.snapshot and inbox.conversations == [] and inbox.cursor
        await visitor.hello(place.key)
        ack = await visitor.say("When is breakfast served?")
        summary = await agent.wait(frames.AgentConversation)
        assert summary.conversation.id == ack.conversation and summary.conversation.preview
        opened = await agent.subscribe(f"conversation:{ack.conversation}")
        assert opened.snapshot and opened.messages[0].text == "When is breakfast served?"
        answer = await agent.wait(ai_message)
        assert answer.message.sources
        await agent.wait(lambda f: isinstance(f, frames.Turn) and f.state == "done")
    said = ""
    for delta in agent.of(frames.Delta):
        said = delta.text if delta.offset == 0 else said + delta.text
    assert said and answer.message.text.startswith(said[:30])


async def test_topics_that_are_not_there_and_not_theirs(place: Place, elsewhere: Place) -> None:
    foreign = await elsewhere.conversation()
    async with place.agent() as agent:
        await agent.hello(place.tokens["agent"])
        for topic, code in (
            (f"conversation:{foreign}", "not_found"),
            (f"conversation:{uuid4()}", "not_found"),
            ("conversation:x", "not_found"),
            ("notifications", "not_found"),
            ("weather", "not_found"),
            ("stats", "forbidden"),
        ):
            error = await agent.subscribe(topic)
            assert isinstance(error, frames.Error) and error.code == code, topic
        requests: list[Any] = [
            frames.AgentSend(conversation=foreign, client_id=uuid4(), text="Hi"),
            frames.AgentSend(conversation=foreign, client_id=uuid4(), text="Hi", note=True),
            frames.Whisper(conversation=foreign, client_id=uuid4(), text="Hi"),
            frames.Takeover(conversation=foreign),
            frames.Release(conversation=foreign),
            frames.AgentRead(conversation=foreign, seq=1),
            frames.AgentTyping(conversation=foreign, on=True),
            frames.AgentViewing(conversation=foreign, on=True),
            frames.AgentHistory(conversation=foreign),
        ]
        for request in requests:
            error = await agent.ask(request)
            assert isinstance(error, frames.Error) and error.code == "not_found", request


async def test_a_viewer_looks_on(place: Place) -> None:
    conversation = await place.conversation()
    async with place.agent() as viewer:
        await viewer.hello(place.tokens["viewer"])
        assert isinstance(await viewer.subscribe(f"conversation:{conversation}"), frames.Subscribed)
        requests: list[Any] = [
            frames.AgentSend(conversation=conversation, client_id=uuid4(), text="Hi"),
            frames.AgentSend(conversation=conversation, client_id=uuid4(), text="Hi", note=True),
            frames.Whisper(conversation=conversation, client_id=uuid4(), text="Hi"),
            frames.Takeover(conversation=conversation),
            frames.Release(conversation=conversation),
            frames.AgentRead(conversation=conversation, seq=1),
            frames.AgentTyping(conversation=conversation, on=True),
        ]
        for request in requests:
            error = await viewer.ask(request)
            assert isinstance(error, frames.Error) and error.code == "forbidden", request


async def test_to_write_is_to_take_over_and_anothers_is_a_conflict(place: Place) -> None:
    async with place.visitor() as visitor, place.agent() as ana, place.agent() as ben, place.agent() as boss:
        await visitor.hello(place.key)
        ack = await visitor.say("Hello")
        conversation = ack.conversation
        await ana.hello(place.tokens["agent"])
        await ben.hello(place.tokens["agent2"])
        await boss.hello(place.tokens["manager"])
        again = uuid4()
        said = await ana.say(conversation, "Good day", client_id=again)
        assert isinstance(said, frames.Ack)
        assert (await ana.say(conversation, "Good day", client_id=again)).duplicate
        refused = await ben.say(conversation, "Me too")
        assert isinstance(refused, frames.Error) and refused.code == "conflict"
        refused = await ben.ask(frames.Takeover(conversation=conversation))
        assert refused.code == "conflict"
        assert isinstance(await boss.ask(frames.Takeover(conversation=conversation)), frames.Ok)
        stale = await ana.say(conversation, "Still me?", epoch=1)
        assert isinstance(stale, frames.Error) and stale.code == "conflict"
        joined = await visitor.wait(
            lambda f: isinstance(f, frames.MessageFrame) and f.message.kind == "event" and f.message.author.kind == "agent"
        )
        assert joined.message.data["event"] == "joined"
        # The acknowledgement of what stood before the change stays the same, whatever the epoch is by now.
        assert (await ana.say(conversation, "Good day", client_id=again)).duplicate


async def test_no_visitor_gets_a_note(place: Place) -> None:
    async with place.visitor() as visitor, place.agent() as agent:
        await visitor.hello(place.key)
        ack = await visitor.say("Hello")
        await visitor.wait(ai_message)
        await agent.hello(place.tokens["agent"])
        note = await agent.say(ack.conversation, "Careful with this one", note=True)
        whisper = await agent.ask(frames.Whisper(conversation=ack.conversation, client_id=uuid4(), text="Be brief"))
        assert isinstance(note, frames.Ack) and isinstance(whisper, frames.Ack)
        last = await visitor.say("Thank you")
        await visitor.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.seq == last.seq)
        listed = (await visitor.ask(frames.VisitorHistory())).messages
        seen = (await agent.ask(frames.AgentHistory(conversation=ack.conversation))).messages
    for frame in visitor.seen:
        assert b"Careful" not in frames_bytes(frame) and b"Be brief" not in frames_bytes(frame)
    prev = 0
    for message in listed:
        assert message.prev == prev
        prev = message.seq
    assert [one.seq for one in seen] == list(range(1, len(seen) + 1))
    assert last.seq == whisper.seq + 1 == note.seq + 2


def frames_bytes(frame: Any) -> bytes:
    return msgspec.json.encode(frame)


async def test_released_to_the_ai_it_answers_who_waits(place: Place) -> None:
    async with place.visitor() as visitor, place.agent() as agent:
        await visitor.hello(place.key)
        await visitor.ask(frames.Human(client_id=uuid4()))
        ack = await visitor.say("What are your opening hours?")
        await agent.hello(place.tokens["agent"])
        assert isinstance(await agent.ask(frames.Takeover(conversation=ack.conversation)), frames.Ok)
        assert isinstance(await agent.ask(frames.Release(conversation=ack.conversation)), frames.Ok)
        answer = await visitor.wait(ai_message)
        state = await visitor.wait(lambda f: isinstance(f, frames.VisitorConversation) and f.conversation.mode == "ai")
        assert state.conversation.epoch == 3 and answer.message.seq > ack.seq
        again = await agent.ask(frames.Release(conversation=ack.conversation))
        assert again.code == "conflict"


async def test_typing_and_looking(place: Place) -> None:
    async with place.visitor() as visitor, place.agent() as ana, place.agent() as ben:
        await visitor.hello(place.key)
        ack = await visitor.say("Hello")
        topic = f"conversation:{ack.conversation}"
        for agent, role in ((ana, "agent"), (ben, "agent2")):
            await agent.hello(place.tokens[role])
            await agent.subscribe(topic)
        await visitor.send(frames.VisitorTyping(on=True))
        assert (await ana.wait(frames.Typing)).who.kind == "contact"
        await ben.send(frames.AgentTyping(conversation=ack.conversation, on=True))
        await ben.send(frames.AgentViewing(conversation=ack.conversation, on=True))
        assert (await ana.wait(frames.Viewing)).who.kind == "agent"
        await ana.ask(frames.Takeover(conversation=ack.conversation))
        await visitor.wait(lambda f: isinstance(f, frames.VisitorConversation) and f.conversation.mode == "human")
        await ana.send(frames.AgentTyping(conversation=ack.conversation, on=True))
        typing = await visitor.wait(frames.Typing)
        # Ben typed before anybody had taken over: that was not the visitor's to see.
        assert typing.who == ana_who(ana) and len(visitor.of(frames.Typing)) == 1
        assert not ana.of(frames.Typing)[1:] or all(f.who.id != typing.who.id for f in ana.of(frames.Typing))


def ana_who(agent: Any) -> Any:
    me = agent.of(frames.Welcome)[0].me
    return Who(kind="agent", id=me.id, name=me.name)


async def test_presence(place: Place) -> None:
    async with place.agent() as ana:
        await ana.hello(place.tokens["agent"])
        await ana.subscribe("inbox")
        async with place.agent() as ben:
            me = (await ben.hello(place.tokens["agent2"])).me
            online = await ana.wait(lambda f: isinstance(f, frames.PresenceFrame) and f.who.id == me.id)
            assert online.status == "online" and online.who.name == me.name
            await ben.send(frames.SetStatus(status="away"))
            await ana.wait(lambda f: isinstance(f, frames.PresenceFrame) and f.who.id == me.id and f.status == "away")
        await ana.wait(lambda f: isinstance(f, frames.PresenceFrame) and f.who.id == me.id and f.status == "offline")
        await ana.subscribe("visitors")
        async with place.visitor() as visitor:
            page = {"url": "https://shop.example/tea", "title": "Tea"}
            welcome = await visitor.hello(place.key, page=page)
            here = await ana.wait(lambda f: isinstance(f, frames.PresenceFrame) and f.who.id == welcome.me.id)
            assert here.page.url == page["url"]
            await visitor.send(frames.VisitorPage(url="https://shop.example/cups", title="Cups"))
            await ana.wait(lambda f: isinstance(f, frames.PresenceFrame) and f.page is not None and f.page.title == "Cups")
        await ana.wait(lambda f: isinstance(f, frames.PresenceFrame) and f.who.id == welcome.me.id and f.status == "offline")


async def test_the_inbox_resumes_from_its_cursor(place: Place) -> None:
    first = await place.conversation("One")
    async with place.agent() as agent:
        await agent.hello(place.tokens["agent"])
        held = await agent.subscribe("inbox")
        assert held.snapshot and [one.id for one in held.conversations] == [first]
        mark = await agent.wait(frames.Mark)
    second = await place.conversation("Two")
    async with place.agent() as agent:
        await agent.hello(place.tokens["agent"])
        for cursor in (held.cursor, mark.cursor):
            resumed = await agent.subscribe("inbox", cursor=cursor)
            assert not resumed.snapshot and second in [one.id for one in resumed.conversations]
        for useless in ("nonsense", "99999999999"):
            assert (await agent.subscribe("inbox", cursor=useless)).snapshot


async def test_a_conversation_resumes(place: Place) -> None:
    async with place.visitor() as visitor, place.agent() as agent:
        await visitor.hello(place.key)
        await visitor.ask(frames.Human(client_id=uuid4()))
        for n in range(5):
            ack = await visitor.say(f"Message {n}")
        topic = f"conversation:{ack.conversation}"
        await agent.hello(place.tokens["agent"])
        missed = await agent.subscribe(topic, after=3, rev=3)
        assert not missed.snapshot and [one.seq for one in missed.messages] == list(range(4, ack.seq + 1))
        assert missed.conversation.last_seq == ack.seq
        await agent.ask(frames.Unsubscribe(topics=[topic]))
        seen = len(agent.seen)
        last = await visitor.say("After")
        await agent.ask(frames.AgentHistory(conversation=ack.conversation, after=last.seq - 1))
        assert not agent.of(frames.MessageFrame, seen)


async def test_managers_see_the_figures_change(place: Place) -> None:
    async with place.agent() as boss:
        await boss.hello(place.tokens["manager"])
        assert isinstance(await boss.subscribe("stats"), frames.Subscribed)
        before = await boss.wait(frames.Stats)
        await place.conversation()
        after = await boss.wait(lambda f: isinstance(f, frames.Stats) and f.open == before.open + 1)
        assert after.ai == before.ai + 1


async def test_a_revoked_session_loses_its_sockets_within_5_s(place: Place, superuser: asyncpg.Connection) -> None:
    async with place.agent() as ana, place.agent() as ben:
        await ana.hello(place.tokens["agent"])
        await ben.hello(place.tokens["agent2"])
        me = ana.of(frames.Welcome)[0].me.id
        await superuser.execute("UPDATE sessions SET ended_at = now() WHERE user_id = $1", me)
        assert await ana.closing(5) == 4401
        other = ben.of(frames.Welcome)[0].me.id
        await superuser.execute("UPDATE memberships SET role = 'viewer' WHERE user_id = $1", other)
        assert await ben.closing(5) == 4401


async def test_a_slow_reader_is_closed_and_hurts_nobody(place: Place) -> None:
    """One agent never reads; another gets everything meanwhile."""
    slow = place.agent()
    await slow.open(receive_buffer=4096)
    async with place.visitor() as visitor, place.agent() as quick:
        await visitor.hello(place.key)
        await visitor.ask(frames.Human(client_id=uuid4()))
        ack = await visitor.say("Hello")
        topic = f"conversation:{ack.conversation}"
        for agent, role in ((quick, "agent"), (slow, "agent2")):
            await agent.hello(place.tokens[role])
            await agent.subscribe(topic)
        assert slow.socket is not None
        slow.socket.transport.pause_reading()
        for n in range(300):
            last = await visitor.say(f"{n} " + "x" * 9_900)
        await quick.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.seq == last.seq)
        slow.socket.transport.resume_reading()
        assert await slow.closing() == 4410
    await slow.close()


@pytest.mark.parametrize("status", ["away", "offline"])
async def test_who_is_away_does_not_count_as_there(place: Place, status: Any) -> None:
    async with place.agent() as agent, place.visitor() as visitor:
        await agent.hello(place.tokens["agent"])
        await agent.ask(frames.SetStatus(status=status))
        await visitor.hello(place.key)
        await visitor.ask(frames.Human(client_id=uuid4()))
        await visitor.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.kind == "form")


async def test_who_takes_nothing_is_not_waited_for(place: Place) -> None:
    """A client that neither reads nor leaves is closed within seconds, whatever waits for it."""
    slow = place.agent()
    await slow.open(receive_buffer=4096)
    async with place.visitor() as visitor:
        await visitor.hello(place.key)
        await visitor.ask(frames.Human(client_id=uuid4()))
        ack = await visitor.say("Hello")
        await slow.hello(place.tokens["agent"])
        await slow.subscribe(f"conversation:{ack.conversation}")
        assert slow.socket is not None
        slow.socket.transport.pause_reading()
        for n in range(300):
            await visitor.say(f"{n} " + "x" * 9_900)
        await until(lambda: len(place.outlets) == 1, seconds=10)
    slow.socket.transport.abort()


async def test_a_topic_has_one_spelling(place: Place) -> None:
    conversation = await place.conversation()
    async with place.agent() as agent:
        await agent.hello(place.tokens["agent"])
        await agent.subscribe(f"conversation:{conversation}")
        await agent.subscribe(f"conversation:{str(conversation).upper()}")
        await agent.ask(frames.Unsubscribe(topics=[f"conversation:{conversation.hex}"]))
        seen = len(agent.seen)
        await agent.say(conversation, "Nobody hears", note=True)
        await agent.ask(frames.AgentHistory(conversation=conversation))
        assert not agent.of(frames.MessageFrame, seen)
