"""Redis and PostgreSQL fail under traffic: nothing is lost, nothing doubled, and it goes on by itself."""

import asyncio
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from server.schema import frames
from tests.client import Agent, Visitor
from tests.faults.conftest import Pair, pair_of
from tests.helpers.processes import Processes
from tests.helpers.stores import SHARED, TestStores, connection


class Traffic:
    """A visitor on one server who writes without pause, and an agent on the other who must see it all."""

    def __init__(self, visitor: Visitor, agent: Agent, conversation: UUID) -> None:
        self.visitor, self.agent, self.conversation = visitor, agent, conversation
        self.acked: dict[UUID, int] = {}
        self.refused = 0
        self.unanswered = 0

    async def flow(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self.send()
            await asyncio.sleep(0.02)

    async def send(self) -> None:
        """One message, repeated until it stands; silence counts."""
        client_id = uuid4()
        for _ in range(100):
            try:
                answer = await self.visitor.say(f"Message {client_id}", client_id=client_id)
            except TimeoutError:
                self.unanswered += 1
                continue
            if isinstance(answer, frames.Ack):
                self.acked[client_id] = answer.seq
                return
            assert answer.code == "unavailable" and answer.retry_after, answer
            self.refused += 1
            await asyncio.sleep(answer.retry_after / 4)
        raise AssertionError("the message never stood")

    async def live_again(self) -> float:
        """Seconds until what is written now is seen by the agent."""
        began = time.monotonic()
        await self.send()
        seq = max(self.acked.values())
        await self.agent.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.seq == seq)
        return time.monotonic() - began

    async def check(self, dsn: str) -> None:
        """What the agent saw live equals what stands, in order, once."""
        async with connection(dsn) as superuser:
            rows = await superuser.fetch(
                "SELECT seq, client_id FROM messages WHERE conversation_id = $1 ORDER BY seq", self.conversation
            )
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        stood = {row["client_id"]: row["seq"] for row in rows if row["client_id"]}
        assert {id: stood.get(id) for id in self.acked} == self.acked
        seen = [f.message.seq for f in self.agent.of(frames.MessageFrame)]
        first = seen[0]
        assert seen == list(range(first, len(rows) + 1))
        assert self.agent.closed is None and self.visitor.closed is None and self.unanswered == 0


@pytest.fixture
def dsn(own_stores: TestStores) -> str:
    return own_stores.stores.postgres.url("postgres", SHARED)


async def traffic(pair: Pair, visitor: Visitor, agent: Agent) -> Traffic:
    await visitor.hello(pair.workspace.widget_key)
    ack = await visitor.ask(frames.Human(client_id=uuid4()))
    await agent.hello(pair.tokens["agent"])
    await agent.subscribe(f"conversation:{ack.conversation}")
    return Traffic(visitor, agent, ack.conversation)


async def test_redis_flushed_and_restarted_under_traffic(own_stores: TestStores, dsn: str, tmp_path: Path) -> None:
    settings = own_stores.settings(SHARED)
    processes = Processes(settings, tmp_path)
    pair = await pair_of(processes, settings)
    async with Visitor(pair.a.url) as visitor, Agent(pair.b.url) as agent:
        flowing = await traffic(pair, visitor, agent)
        running = asyncio.ensure_future(flowing.flow(8))
        await asyncio.sleep(1)
        async with Redis.from_url(settings.redis_url) as redis:
            await redis.flushall()
        await asyncio.sleep(1)
        own_stores.stores.redis.stop()
        await asyncio.sleep(0.5)
        own_stores.stores.redis.start()
        back = await flowing.live_again()
        print(f"live {back:.2f} s after Redis was back")
        assert back < 5
        await running
        await flowing.live_again()
        await flowing.check(dsn)
        assert flowing.refused == 0
    await processes.stop()


async def test_postgresql_restarted_in_mid_send(own_stores: TestStores, dsn: str, tmp_path: Path) -> None:
    settings = own_stores.settings(SHARED)
    processes = Processes(settings, tmp_path)
    pair = await pair_of(processes, settings)
    async with Visitor(pair.a.url) as visitor, Agent(pair.b.url) as agent:
        flowing = await traffic(pair, visitor, agent)
        running = asyncio.ensure_future(flowing.flow(8))
        await asyncio.sleep(1)
        await asyncio.to_thread(own_stores.stores.postgres.stop)
        await asyncio.sleep(1)
        own_stores.stores.postgres.start()
        await running
        await flowing.live_again()
        await flowing.check(dsn)
        assert flowing.refused > 0
    await processes.stop()


async def test_what_the_bus_loses_is_there_within_2_s(pair: Pair) -> None:
    """The server that writes can't publish: its user may not. The other reads the change feed."""
    async with Visitor(pair.a.url) as visitor, Agent(pair.b.url) as agent, Redis.from_url(pair.processes.settings.redis_url) as redis:
        flowing = await traffic(pair, visitor, agent)
        await agent.subscribe("inbox")
        await redis.execute_command("ACL", "SETUSER", "default", "-publish", "-eval", "-evalsha")
        try:
            for _ in range(3):
                seen = len(agent.seen)
                assert await flowing.live_again() < 2
                await agent.wait(
                    lambda f: isinstance(f, frames.AgentConversation) and f.conversation.last_seq == max(flowing.acked.values()),
                    since=seen,
                )
        finally:
            await redis.execute_command("ACL", "SETUSER", "default", "+@all")
