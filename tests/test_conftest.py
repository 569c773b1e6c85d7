"""The fixtures themselves: each test finds empty stores, whatever the one before it did."""

import asyncpg
import pytest
from redis.asyncio import Redis

from server.settings import Settings
from tests.helpers.stores import until


@pytest.mark.parametrize("turn", [1, 2])
async def test_stores_are_empty(turn: int, settings: Settings, superuser: asyncpg.Connection, redis: Redis) -> None:
    assert settings.database_url != settings.database_owner_url
    assert await superuser.fetchval("SELECT count(*) FROM schema_migrations") > 0
    assert await superuser.fetchval("SELECT count(*) FROM workspaces") == 0
    assert await redis.dbsize() == 0
    await superuser.execute(
        "INSERT INTO workspaces (id, name, widget_key, identity_secret) VALUES (gen_random_uuid(), 'left', 'k', '')"
    )
    await redis.set("left", "behind")


@pytest.mark.parametrize("turn", [1, 2])
async def test_a_fresh_database_takes_changes(turn: int, fresh_database: str, template: object) -> None:
    assert fresh_database.startswith("test_")


async def test_until_takes_both_kinds_of_condition() -> None:
    async def later() -> str:
        return "done"

    assert await until(later) == "done"
    assert await until(lambda: 3) == 3
    with pytest.raises(TimeoutError):
        await until(lambda: False, seconds=0.05)
