"""A cursor comes from a client: whatever it is, the answer is what changed, or that it can't be used."""

import asyncpg
import pytest

from db import conversations
from db.pool import Pool, tenant
from tests.helpers.rows import make_place


@pytest.mark.parametrize("cursor", ["", "x", "-5", "\0", "1.5", "٣", "9" * 19, "9" * 20, "9" * 128, str(2**64), "0", "1"])
async def test_a_cursor_of_nobody_is_no_fault(pool: Pool, superuser: asyncpg.Connection, cursor: str) -> None:
    place = await make_place(superuser)
    async with tenant(pool, place.workspace) as conn:
        assert await conversations.since(conn, cursor, 10) in (None, [])


async def test_a_cursor_of_now_is_one(pool: Pool, superuser: asyncpg.Connection) -> None:
    place = await make_place(superuser)
    async with tenant(pool, place.workspace) as conn:
        assert await conversations.since(conn, await conversations.cursor(conn), 10) == []
