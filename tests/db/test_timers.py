"""A row's timers: one outbox row a kind and conversation, put off, never repeated."""

import asyncpg

from db.messages import post_messages
from server.schema.records import NewMessage, Timer
from tests.helpers.rows import Place, new_chat


async def test_a_timer_is_put_off_not_repeated_and_forgotten(pool: asyncpg.Pool, place: Place, superuser: asyncpg.Connection) -> None:
    chat = new_chat(place)

    async def outbox() -> list[asyncpg.Record]:
        return await superuser.fetch("SELECT kind, subject, due_at, attempts, payload FROM outbox ORDER BY kind")

    await post_messages(pool, place.workspace, [chat.says("one", timers=[Timer(kind="close_idle", delay=60.0), Timer(kind="score_lead", delay=20.0)])])
    first = await outbox()
    assert [(row["kind"], row["subject"]) for row in first] == [("close_idle", chat.id), ("score_lead", chat.id)]

    await superuser.execute("UPDATE outbox SET attempts = 3")
    await post_messages(pool, place.workspace, [chat.says("two", timers=[Timer(kind="score_lead", delay=20.0, payload={"seq": 2})])])
    second = await outbox()
    assert second[0]["due_at"] == first[0]["due_at"]
    assert second[1]["due_at"] > first[1]["due_at"]
    assert (second[1]["attempts"], second[1]["payload"]) == (0, '{"seq": 2}')

    await post_messages(pool, place.workspace, [NewMessage(conversation=chat.id, timers=[Timer(kind="score_lead", delay=None)])])
    assert [row["kind"] for row in await outbox()] == ["close_idle"]


async def test_a_refused_row_sets_no_timer(pool: asyncpg.Pool, place: Place, superuser: asyncpg.Connection) -> None:
    chat = new_chat(place)
    row = chat.says("one")
    await post_messages(pool, place.workspace, [row])
    again = NewMessage(**{f: getattr(row, f) for f in NewMessage.__struct_fields__} | {"timers": [Timer(kind="score_lead", delay=1.0)]})
    await post_messages(pool, place.workspace, [again])
    assert await superuser.fetchval("SELECT count(*) FROM outbox") == 0
