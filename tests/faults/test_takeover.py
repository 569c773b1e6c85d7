"""Promise 5: one owner. In 200 races the AI never speaks after a takeover, on any wire and in the database."""

import asyncio
import statistics
import time
from typing import Any
from uuid import UUID

import asyncpg

from server.schema import frames
from tests.client import Agent, Visitor
from tests.faults.conftest import Pair

RACES = 200
AT_ONCE = 10
QUESTION = "Please tell me everything about breakfast, parking, pets, the pool and check-in"


async def test_200_takeovers_in_mid_sentence(pair: Pair, superuser: asyncpg.Connection) -> None:
    waits: list[float] = []
    async with Agent(pair.b.url) as ana, Agent(pair.a.url) as ben, Agent(pair.b.url) as watcher:
        await ana.hello(pair.tokens["agent"], topics=[frames.TopicRequest(topic="inbox")])
        await ben.hello(pair.tokens["agent2"], topics=[frames.TopicRequest(topic="inbox")])
        await watcher.hello(pair.tokens["manager"], topics=[frames.TopicRequest(topic="inbox")])
        for start in range(0, RACES, AT_ONCE):
            await asyncio.gather(*(race(pair, ana, ben, watcher, n, waits) for n in range(start, start + AT_ONCE)))
        for agent in (ana, ben, watcher):
            keeps_promise_5(agent.seen)
    late = await superuser.fetchval("""
        SELECT count(*) FROM messages m JOIN messages taken ON taken.conversation_id = m.conversation_id
        WHERE taken.data ->> 'event' = 'joined' AND m.author_kind = 'ai' AND m.seq > taken.seq""")
    assert late == 0
    assert await superuser.fetchval("SELECT count(*) FROM messages WHERE data ->> 'event' = 'joined'") == RACES
    assert await superuser.fetchval("SELECT count(*) FROM turns WHERE state IN ('thinking', 'streaming')") == 0
    waits.sort()
    print(f"takeover answered: median {statistics.median(waits) * 1e3:.1f} ms, p95 {waits[int(len(waits) * 0.95)] * 1e3:.1f} ms")


async def race(pair: Pair, ana: Agent, ben: Agent, watcher: Agent, n: int, waits: list[float]) -> None:
    """The visitor is on the server that runs the turn; one agent is on the other."""
    async with Visitor(pair.a.url) as visitor:
        await visitor.hello(pair.workspace.widget_key)
        conversation: UUID = (await visitor.say(QUESTION)).conversation
        topic = f"conversation:{conversation}"
        await asyncio.gather(ana.subscribe(topic), ben.subscribe(topic), watcher.subscribe(topic))
        await visitor.wait(frames.Delta)
        await asyncio.sleep(0.011 * (n % 19))
        began = time.perf_counter()
        answers = await asyncio.gather(
            ana.ask(frames.Takeover(conversation=conversation)), ben.ask(frames.Takeover(conversation=conversation))
        )
        waits.append(time.perf_counter() - began)
        outcomes = sorted(type(answer).__name__ for answer in answers)
        assert outcomes == ["Error", "Ok"], answers
        assert next(answer for answer in answers if isinstance(answer, frames.Error)).code == "conflict"
        await visitor.wait(lambda f: isinstance(f, frames.VisitorConversation) and f.conversation.mode == "human")
        # Whatever the AI still has to say would come now.
        await asyncio.sleep(0.3)
        keeps_promise_5(visitor.seen)
        keeps_what_was_said(visitor.seen)


def keeps_promise_5(seen: list[Any]) -> None:
    """No `message`, `turn` or `delta` of the AI follows a `conversation` of a higher epoch."""
    epochs: dict[UUID, int] = {}
    for frame in seen:
        match frame:
            case frames.VisitorConversation() | frames.AgentConversation():
                epochs[frame.conversation.id] = max(frame.conversation.epoch, epochs.get(frame.conversation.id, 0))
            case frames.Turn() | frames.Delta():
                assert frame.epoch >= epochs.get(frame.conversation, 0), frame
            case frames.MessageFrame() if frame.message.author.kind == "ai":
                assert epochs.get(frame.conversation, 0) == 0, frame


def keeps_what_was_said(seen: list[Any]) -> None:
    """The message that was cut is what the visitor had read of it, to the letter."""
    said = ""
    for frame in seen:
        if isinstance(frame, frames.Delta):
            said = frame.text if frame.offset == 0 else said + frame.text
    for frame in seen:
        if isinstance(frame, frames.MessageFrame) and frame.message.cut:
            assert frame.message.text == said
