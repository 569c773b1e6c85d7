"""The live figures, from what is in the stores."""

import time
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest_asyncio
from redis.asyncio import Redis

from db.messages import post_messages
from server.core import keys, presence
from server.core.core import Core
from server.insights.figures import figures
from server.schema.entities import Who
from server.schema.records import NewMessage, Owner
from server.settings import Settings
from tests.helpers.core import opened
from tests.helpers.rows import Place, make_place, new_chat


@pytest_asyncio.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        yield core


@pytest_asyncio.fixture
async def place(superuser: asyncpg.Connection) -> Place:
    return await make_place(superuser)


async def test_an_empty_workspace(core: Core, place: Place) -> None:
    shown = await figures(core, place.workspace)
    assert (shown.open, shown.waiting, shown.longest_wait, shown.median_first_response) == (0, 0, 0, None)
    assert shown.messages == [0] * 60


async def test_figures_count_this_workspace_only(core: Core, place: Place, superuser: asyncpg.Connection) -> None:
    other = await make_place(superuser, "Other")
    await post_messages(core.pool, other.workspace, [new_chat(other).says("not ours")])
    asked, taken, queued, closed = (new_chat(place) for _ in range(4))
    await post_messages(core.pool, place.workspace, [chat.says("hello") for chat in (asked, taken, queued, closed)])
    await post_messages(
        core.pool,
        place.workspace,
        [taken.takeover(), closed.resolve(), asked.ai("hi"), NewMessage(conversation=queued.id, owner=Owner(mode="queued"))],
    )
    await superuser.execute("UPDATE conversations SET waiting_since = now() - interval '90 s' WHERE id = $1", queued.id)
    await superuser.execute("UPDATE episodes SET opened_at = first_response_at - interval '7 s' WHERE conversation_id = $1", asked.id)
    for status, kind in (("online", "agent"), ("away", "agent"), ("online", "contact")):
        member = presence.Member(who=Who(kind=kind, id=uuid4()), connection=uuid4(), status=status)
        await presence.renew(core, [presence.Entered(place.workspace, member)])

    shown = await figures(core, place.workspace)
    assert (shown.open, shown.ai, shown.human, shown.waiting) == (3, 1, 1, 1)
    assert 90 <= shown.longest_wait <= 95
    assert shown.median_first_response == 7.0
    assert (shown.agents_online, shown.visitors) == (1, 1)
    assert sum(shown.messages[-2:]) == sum(shown.messages) == 5


async def test_minutes_that_are_over_are_counted_once(core: Core, place: Place, superuser: asyncpg.Connection, redis: Redis) -> None:
    chat = new_chat(place)
    await post_messages(core.pool, place.workspace, [chat.says(f"{n}") for n in range(6)])
    await superuser.execute("UPDATE messages SET at = now() - interval '10 min' WHERE seq <= 3")
    await superuser.execute("UPDATE messages SET at = now() - interval '70 min' WHERE seq = 4")
    first = await figures(core, place.workspace)
    assert sum(first.messages) == 5 and sum(first.messages[-12:-8]) == 3

    await superuser.execute("DELETE FROM messages WHERE seq = 1")
    again = await figures(core, place.workspace)
    assert sum(again.messages) == 5  # the minute was over

    kept = keys.minutes(place.workspace)
    await redis.hdel(kept, str(int(time.time() // 60) - 30))
    assert sum((await figures(core, place.workspace)).messages) == 4  # what Redis has lost is counted again
    await redis.flushall()
    assert sum((await figures(core, place.workspace)).messages) == 4
