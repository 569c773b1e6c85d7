"""Several writers at the same moment, from several connections: as several processes are."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest_asyncio

from db.messages import post_messages
from db.pool import open_pool, tenant
from server.schema.records import NewMessage, Timer
from server.settings import Settings
from tests.helpers.rows import Chat, Place, make_place, new_chat


@pytest_asyncio.fixture
async def pool(settings: Settings) -> asyncpg.Pool:
    """Enough connections for everybody."""
    pool = await open_pool(settings.database_url, 16)
    yield pool
    await pool.close()


async def test_two_devices_that_begin_at_once_meet(pool: asyncpg.Pool, place: Place) -> None:
    for _ in range(10):
        chat = new_chat(place)
        answers = await asyncio.gather(
            *(post_messages(pool, place.workspace, [chat.says(f"hello from device {n}", begin=True)]) for n in range(4))
        )
        assert sorted(posted.ack.seq for [posted] in answers if posted.ack) == [1, 2, 3, 4]


async def test_a_message_sent_twice_at_once_is_one_row(pool: asyncpg.Pool, place: Place) -> None:
    chat = new_chat(place)
    row = chat.says("only once")
    answers = await asyncio.gather(*(post_messages(pool, place.workspace, [row]) for _ in range(8)))
    assert sorted(posted.outcome for [posted] in answers) == ["duplicate"] * 7 + ["posted"]
    assert {posted.ack for [posted] in answers} == {answers[0][0].ack}


async def test_batches_in_opposite_order_never_deadlock(pool: asyncpg.Pool, place: Place) -> None:
    chats = [new_chat(place) for _ in range(12)]
    await post_messages(pool, place.workspace, [chat.says("hello") for chat in chats])

    async def writer(number: int) -> None:
        for _ in range(8):
            order = chats if number % 2 else chats[::-1]
            timers = [Timer(kind="score_lead", delay=20.0), Timer(kind="close_idle", delay=60.0)][:: 1 if number % 2 else -1]
            answers = await post_messages(pool, place.workspace, [chat.says(f"{number}", timers=timers) for chat in order])
            assert [posted.outcome for posted in answers] == ["posted"] * len(chats)
            assert [posted.conversation.id for posted in answers if posted.conversation] == [chat.id for chat in order]

    async with asyncio.timeout(30):
        await asyncio.gather(*(writer(number) for number in range(8)))
    async with tenant(pool, place.workspace) as conn:
        assert await conn.fetch("SELECT DISTINCT last_seq FROM conversations") == [(65,)]
        assert await conn.fetchval("SELECT count(*) FROM messages") == 65 * 12


async def test_new_contacts_in_batches_never_deadlock(pool: asyncpg.Pool, place: Place) -> None:
    for _ in range(6):
        chats = [new_chat(place) for _ in range(10)]
        async with asyncio.timeout(10):
            await asyncio.gather(
                *(post_messages(pool, place.workspace, [chat.says("hi") for chat in chats[:: 1 if n % 2 else -1]]) for n in range(6))
            )


async def test_of_two_takeovers_one_wins(pool: asyncpg.Pool, place: Place) -> None:
    for _ in range(10):
        chat = new_chat(place)
        [first] = await post_messages(pool, place.workspace, [chat.says("help", begin=True)])
        assert first.turn
        takes = [post_messages(pool, place.workspace, [chat.takeover(n, epoch=first.turn.epoch)]) for n in (0, 1)]
        end = chat.ai("Here you are", id=first.turn.id)
        outcomes = [posted.outcome for [posted] in await asyncio.gather(*takes, post_messages(pool, place.workspace, [end]))]
        assert sorted(outcomes[:2]) == ["conflict", "posted"]


async def test_one_client_id_into_two_conversations_at_once(pool: asyncpg.Pool, place: Place) -> None:
    """It is a mistake of the client's, and must not cost anybody else their message."""
    for _ in range(5):
        one, two, third = (new_chat(place) for _ in range(3))
        await post_messages(pool, place.workspace, [chat.says("hello") for chat in (one, two, third)])
        client_id = uuid4()

        def send(chat: Chat, client_id=client_id) -> NewMessage:
            return NewMessage(**{f: getattr(chat.agent("hi"), f) for f in NewMessage.__struct_fields__} | {"client_id": client_id})

        left, right = await asyncio.gather(
            post_messages(pool, place.workspace, [send(one), third.says("I am in the same batch")]),
            post_messages(pool, place.workspace, [send(two)]),
        )
        assert sorted([left[0].outcome, right[0].outcome]) == ["conflict", "posted"]
        assert left[1].outcome == "posted"


async def test_another_workspace_sees_and_changes_nothing(pool: asyncpg.Pool, place: Place, superuser: asyncpg.Connection) -> None:
    other = await make_place(superuser, "Somebody else")
    chat = new_chat(place)
    await post_messages(pool, place.workspace, [chat.says("our secret")])
    foreign = Chat(other, chat.contact)
    stolen = [
        NewMessage(conversation=chat.id, kind="text", text="I was here"),
        NewMessage(conversation=chat.id, sender=f"contact:{chat.contact}", author_kind="contact", kind="text", open=foreign.opening()),
        foreign.says("a contact of theirs in a conversation of ours"),
        NewMessage(conversation=uuid4(), kind="text", open=Chat(place, uuid4()).opening()),
    ]
    answers = await post_messages(pool, other.workspace, stolen)
    assert [posted.outcome for posted in answers] == ["not_found"] * 4
    async with tenant(pool, other.workspace) as conn:
        for table in ("conversations", "messages", "episodes", "contact_identities", "outbox"):
            assert await conn.fetchval(f"SELECT count(*) FROM {table}") == 0
    async with tenant(pool, place.workspace) as conn:
        assert await conn.fetchval("SELECT last_seq FROM conversations WHERE id = $1", chat.id) == 1
