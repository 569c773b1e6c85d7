import asyncpg
import pytest_asyncio

from tests.helpers.rows import Place, make_place


@pytest_asyncio.fixture
async def place(superuser: asyncpg.Connection) -> Place:
    return await make_place(superuser)
