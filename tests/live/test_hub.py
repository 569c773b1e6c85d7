"""What the hub keeps: topics for as long as somebody listens or is about to, and not a moment longer."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
from msgspec import json
from msgspec.structs import replace

from db import conversations
from db.errors import Unavailable
from db.pool import tenant
from server.conversations.find import found
from server.core.core import Core
from server.core.ids import new_id
from server.live import reading
from server.live.hub import Hub
from server.live.inbox import InboxTopic
from server.live.outlet import Outlet
from server.schema import frames
from server.settings import Settings
from tests.helpers.core import opened
from tests.helpers.serving import Serving
from tests.helpers.stores import until
from tests.live.conftest import Place

FIGURES = frames.Stats(
    at="2026-01-01T00:00:00.000Z", open=0, waiting=0, longest_wait=0, ai=0, human=0, agents_online=0, visitors=0,
    median_first_response=None, messages=[0] * 60,
)  # fmt: skip


@pytest_asyncio.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        yield core


async def test_figures_that_can_t_be_had_leave_no_topic(core: Core) -> None:
    async def away(_: Core, __: UUID) -> frames.Stats:
        raise Unavailable("away")

    hub = Hub(core, away)
    with pytest.raises(Unavailable):
        await hub.join_stats(Outlet("agent"), new_id(), None)
    assert kept(hub) == 0


async def test_who_joins_while_the_last_one_leaves_is_not_forgotten(core: Core) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()
    answered.set()

    async def figures(_: Core, __: UUID) -> frames.Stats:
        asked.set()
        await answered.wait()
        return FIGURES

    hub, workspace, old, new = Hub(core, figures), new_id(), Outlet("agent"), Outlet("agent")
    await hub.join_stats(old, workspace, None)
    asked.clear()
    answered.clear()
    joining = asyncio.ensure_future(hub.join_stats(new, workspace, None))
    await asked.wait()
    hub.leave_workspace(old, workspace, "stats")
    answered.set()
    await joining
    before = len(new._frames)
    await hub._watch()
    assert len(new._frames) == before + 1
    hub.leave_workspace(new, workspace, "stats")
    assert kept(hub) == 0


async def test_whoever_goes_while_joining_leaves_nothing(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = asyncio.Event()

    async def never(*_: object) -> reading.Snapshot:
        reads.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(reading, "snapshot", never)
    hub = Hub(core, lambda *_: asyncio.sleep(0, FIGURES))
    for waits in (reads.wait, lambda: asyncio.sleep(0)):
        joining = asyncio.ensure_future(hub.join_conversation(Outlet("visitor"), "visitor", new_id(), new_id(), None, None))
        await waits()
        joining.cancel()
        await asyncio.wait([joining])
        assert kept(hub) == 0


async def test_many_come_and_go(server: Serving, place: Place) -> None:
    """Half of them without a goodbye, in the middle of what they asked."""
    conversation = await place.conversation()

    async def once(n: int) -> None:
        if n % 2:
            visitor = place.visitor()
            await visitor.open()
            await (visitor.hello(place.key) if n % 4 == 1 else visitor.send(frames.VisitorHello(key=place.key)))
            await visitor.abort()
        else:
            agent = place.agent()
            await agent.open()
            asked = [frames.TopicRequest(topic=one) for one in ("inbox", "stats", "visitors", f"conversation:{conversation}")]
            await agent.send(frames.AgentHello(token=place.tokens["manager"], topics=asked))
            if n % 4 == 0:
                await agent.wait(frames.Subscribed)
            await agent.abort()

    for start in range(0, 120, 20):
        await asyncio.gather(*(once(n) for n in range(start, start + 20)))
    live = server.live
    hub = live.hub
    async with asyncio.timeout(10):
        while kept(hub) or hub._present or live.outlets or live.people or live.agents:
            await asyncio.sleep(0.02)
    assert not hub._starting


def kept(hub: Hub) -> int:
    return len(hub._conversations) + len(hub._inboxes) + len(hub._visitors) + len(hub._stats) + len(hub._core.bus._handlers)


async def test_a_mark_waits_for_what_waits_and_comes(place: Place, core: Core) -> None:
    """However busy the inbox is: else its cursor would never move."""
    id = await place.conversation()
    async with tenant(core.pool, place.workspace.id) as conn:
        record = found(await conversations.get(conn, id))
    topic, outlet = InboxTopic(core, place.workspace.id, lambda _: None), Outlet("agent")
    topic.outlets[outlet] = None
    for ahead in (1, 2):
        topic.tell(replace(record, rev=record.rev + ahead))
    topic.mark("7")
    assert types(outlet) == ["conversation"]
    await until(lambda: len(outlet._frames) > 1)
    assert types(outlet) == ["conversation", "conversation", "mark"]
    topic.mark("8")
    assert types(outlet)[-1] == "mark"


def types(outlet: Outlet) -> list[str]:
    return [json.decode(data)["type"] for data in outlet._frames]
