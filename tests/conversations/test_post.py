"""Writes that come at once share a commit, and nothing else."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from db.errors import BadText, Unavailable
from server.conversations.post import post
from server.core import keys
from server.core.core import Core
from server.schema.records import Posted
from server.settings import Settings
from tests.helpers.core import opened
from tests.helpers.rows import Chat, Place, make_place, new_chat
from tests.helpers.stores import until


@pytest_asyncio.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        yield core


@pytest_asyncio.fixture
async def place(superuser: asyncpg.Connection) -> Place:
    return await make_place(superuser)


async def test_each_caller_gets_what_became_of_its_own_rows(core: Core, place: Place, superuser: asyncpg.Connection) -> None:
    chats = [new_chat(place) for _ in range(10)]

    async def three(chat: Chat, turn: int) -> tuple[Chat, list[Posted]]:
        return chat, await post(core, place.workspace, [chat.says(f"{turn}.{part}") for part in range(3)])

    answers = await asyncio.gather(*(three(chat, turn) for turn in range(20) for chat in chats))
    for number, (chat, posted) in enumerate(answers):
        assert [message.text for one in posted for message in one.messages] == [f"{number // 10}.{part}" for part in range(3)]
        assert all(one.conversation is not None and one.conversation.id == chat.id for one in posted)
        seqs = [one.ack.seq for one in posted if one.ack is not None]
        assert seqs == list(range(seqs[0], seqs[0] + 3)), "rows of one caller stand together"
    assert await superuser.fetchval("SELECT count(*) FROM messages") == 600
    assert await superuser.fetchval("SELECT count(DISTINCT xmin::text) FROM messages") < 100, "they shared commits"
    assert not core.lanes


async def test_who_writes_what_cannot_be_kept_fails_alone(core: Core, place: Place) -> None:
    said = [post(core, place.workspace, [new_chat(place).says("bad \0" if n % 7 == 3 else "good")]) for n in range(30)]
    for n, answer in enumerate(await asyncio.gather(*said, return_exceptions=True)):
        if n % 7 == 3:
            assert isinstance(answer, BadText)
        else:
            assert isinstance(answer, list) and answer[0].outcome == "posted"


async def test_who_leaves_does_not_take_the_others_along(core: Core, place: Place) -> None:
    chat = new_chat(place)
    said = [asyncio.ensure_future(post(core, place.workspace, [chat.says(str(n))])) for n in range(20)]
    await asyncio.sleep(0)
    for one in said[::2]:
        one.cancel()
    answers = await asyncio.gather(*said, return_exceptions=True)
    assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [True, False] * 10
    assert all(isinstance(answer, list) and answer[0].outcome == "posted" for answer in answers[1::2])


async def test_an_answer_does_not_wait_for_redis_and_the_rest_follows_in_order(core: Core, place: Place) -> None:
    chat = new_chat(place)
    async with core.redis.pubsub() as listener:
        await listener.subscribe(keys.conversation_channel(chat.id))
        async with core.bus._sending:  # Redis is slow to take something
            for n in range(5):
                assert (await post(core, place.workspace, [chat.says(str(n))]))[0].outcome == "posted"
        heard: list[bytes] = []

        async def listen() -> bool:
            message = await listener.get_message(ignore_subscribe_messages=True, timeout=0.1)
            heard.extend([message["data"]] if message else [])
            return len(heard) == 5

        await until(listen)
    assert [payload.count(b'"text":"%d"' % n) for n, payload in enumerate(heard)] == [1] * 5


async def test_without_a_database_all_are_told(core: Core, place: Place) -> None:
    await core.pool.close()
    said = [post(core, place.workspace, [new_chat(place).says("hello")]) for _ in range(5)]
    assert all(isinstance(answer, Unavailable) for answer in await asyncio.gather(*said, return_exceptions=True))
    with pytest.raises(Unavailable):
        await post(core, place.workspace, [new_chat(place).says("again")])
