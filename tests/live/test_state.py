"""State and event make what a reload shows: whatever happens, in whatever order, to whoever watches."""

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from server.schema import frames
from server.schema.entities import Conversation, Message, Summary
from tests.client import Agent, Visitor
from tests.live.conftest import Place


class Held:
    """What a client without cleverness holds: messages by seq, the state with the highest rev."""

    def __init__(self, first: frames.Subscribed | frames.Welcome) -> None:
        self.messages: dict[int, Message] = {one.seq: one for one in first.messages or []}
        self.state: Conversation | Summary | None = first.conversation

    def take(self, seen: list[Any], conversation: UUID) -> None:
        for frame in seen:
            match frame:
                case frames.MessageFrame() | frames.Edited() if frame.conversation == conversation:
                    self.messages[frame.message.seq] = frame.message
                case frames.AgentConversation() | frames.VisitorConversation() if frame.conversation.id == conversation:
                    if self.state is None or frame.conversation.rev >= self.state.rev:
                        self.state = frame.conversation


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whoever_watches_holds_what_a_reload_shows(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    async with place.visitor() as visitor, place.agent() as ana, place.agent() as boss, httpx.AsyncClient(
        base_url=f"{place.url}/api/v1", headers={"Authorization": f"Bearer {place.tokens['manager']}"}
    ) as rest:
        welcome = await visitor.hello(place.key)
        conversation: UUID = (await visitor.say("Hello, when is breakfast?")).conversation
        topic = f"conversation:{conversation}"
        await ana.hello(place.tokens["agent"])
        await boss.hello(place.tokens["manager"])
        held = Held(await ana.subscribe(topic)), Held(await boss.subscribe(topic)), Held(welcome)
        inbox = await boss.subscribe("inbox")
        listed = Held(frames.Subscribed(topic="", snapshot=True, more=False, conversation=inbox.conversations[0]))

        for _ in range(40):
            await step(chance, conversation, visitor, ana, boss, rest)
        await settled(ana, conversation)

        for one, client in zip(held, (ana, boss, visitor), strict=True):
            one.take(client.seen, conversation)
        listed.take(boss.seen, conversation)
        async with place.agent() as fresh, place.visitor() as again:
            await fresh.hello(place.tokens["agent2"])
            agents = await fresh.subscribe(topic)
            reloaded = await again.hello(place.key, token=welcome.token)
            whole = await all_of(fresh, conversation)
            visible = (await again.ask(frames.VisitorHistory(after=0, limit=200))).messages
        assert held[0].state == held[1].state == listed.state == agents.conversation
        assert held[2].state == reloaded.conversation
        assert [held[0].messages[seq] for seq in sorted(held[0].messages)] == whole
        assert held[1].messages == held[0].messages
        assert [held[2].messages[seq] for seq in sorted(held[2].messages)] == visible
        assert [one.seq for one in whole] == list(range(1, len(whole) + 1))


async def step(chance: random.Random, conversation: UUID, visitor: Visitor, ana: Agent, boss: Agent, rest: httpx.AsyncClient) -> None:
    path = f"/conversations/{conversation}"
    match chance.randrange(12):
        case 0 | 1 | 2:
            await visitor.say(chance.choice(["Do you have parking?", "And pets?", "Thanks!", "When is check-in?"]))
        case 3:
            await visitor.ask(frames.Human(client_id=uuid4()))
        case 4:
            await ana.say(conversation, "Good day")
        case 5:
            await boss.say(conversation, "Between us", note=True)
        case 6:
            await ana.ask(frames.Takeover(conversation=conversation))
        case 7:
            await boss.ask(frames.Release(conversation=conversation))
        case 8:
            await rest.post(f"{path}/{chance.choice(['resolve', 'reopen', 'takeover', 'release'])}")
        case 9:
            await visitor.ask(frames.VisitorRead(seq=chance.randrange(30)))
        case 10:
            await ana.ask(frames.AgentRead(conversation=conversation, seq=chance.randrange(30)))
        case 11:
            await asyncio.sleep(chance.random() / 4)


async def settled(agent: Agent, conversation: UUID) -> None:
    """Until nothing has changed for half a second: no turn runs, no state waits for its pace."""
    while True:
        seen = len(agent.seen)
        await asyncio.sleep(0.6)
        moved = [f for f in agent.seen[seen:] if not isinstance(f, frames.Mark | frames.PresenceFrame)]
        if not moved:
            return


async def all_of(agent: Agent, conversation: UUID) -> list[Message]:
    whole: list[Message] = []
    while True:
        page = await agent.ask(frames.AgentHistory(conversation=conversation, after=whole[-1].seq if whole else 0, limit=7))
        whole += page.messages
        if not page.more:
            return whole
