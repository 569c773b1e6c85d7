"""Whoever takes a connection finds themselves in no transaction and in no workspace, whatever happened to its last user."""

import asyncio
import random
from uuid import uuid4

import asyncpg
import pytest

from db import visitors
from db.pool import open_pool, outside, tenant
from server.settings import Settings


async def test_a_user_who_is_cancelled_leaves_nothing_behind(settings: Settings) -> None:
    pool = await open_pool(settings.database_url, size=2)
    chance = random.Random(7)
    workspace = uuid4()

    async def use() -> None:
        async with tenant(pool, workspace) as conn:
            await visitors.link(conn, "visitor", "x", uuid4())
            await asyncio.sleep(chance.random() / 500)

    for _ in range(150):
        task = asyncio.ensure_future(use())
        for _ in range(chance.randrange(1, 4)):
            await asyncio.sleep(chance.random() / 300)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with outside(pool) as conn:
            assert not conn.is_in_transaction()
            assert await conn.fetchval("SELECT current_setting('app.workspace', true)") in (None, "")
    await pool.close()


async def test_a_transaction_that_was_left_open_is_ended(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as conn:
        await conn.execute("BEGIN; SELECT set_config('app.workspace', 'left', true)")
    for _ in range(pool.get_size()):
        async with outside(pool) as conn:
            assert not conn.is_in_transaction()


async def test_an_error_inside_is_raised_and_nothing_stands(pool: asyncpg.Pool) -> None:
    with pytest.raises(ZeroDivisionError):
        async with tenant(pool, uuid4()):
            raise ZeroDivisionError
    async with outside(pool) as conn:
        assert not conn.is_in_transaction()
