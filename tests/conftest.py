"""Real stores for every test, and real server and worker processes for those that want them.

`stores` live as long as the run, everything else as long as one test. A test that asks for `settings` finds empty stores.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from server.settings import Settings
from tests.helpers.processes import Processes
from tests.helpers.stores import SHARED, TestStores, connection


@pytest.fixture(scope="session")
def stores() -> Iterator[TestStores]:
    """The embedded stores of this run, on the main thread, which their processes die with."""
    with tempfile.TemporaryDirectory(prefix="parley test ") as folder:
        stores = TestStores(Path(folder))
        yield stores
        stores.stop()


@pytest_asyncio.fixture(scope="session")
async def template(stores: TestStores) -> TestStores:
    await stores.prepare()
    return stores


@pytest_asyncio.fixture
async def database(template: TestStores) -> AsyncIterator[str]:
    """The name of a migrated, empty database. A module that changes the schema or fills tables overrides it:

    `@pytest.fixture` `def database(fresh_database): return fresh_database`
    """
    yield SHARED
    await template.empty()


@pytest_asyncio.fixture
async def fresh_database(template: TestStores) -> AsyncIterator[str]:
    """The name of a database that nobody else ever uses."""
    name = await template.fresh()
    yield name
    await template.drop(name)


@pytest_asyncio.fixture
async def settings(template: TestStores, database: str) -> AsyncIterator[Settings]:
    """Settings for `database` and an empty Redis. `msgspec.structs.replace` changes a field."""
    settings = template.settings(database)
    async with Redis.from_url(settings.redis_url) as redis:
        await redis.flushall()
    yield settings


@pytest_asyncio.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    async with Redis.from_url(settings.redis_url) as redis:
        yield redis


@pytest_asyncio.fixture
async def pool(settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    """The server's own pool: as the role that row level security binds."""
    from db.pool import open_pool

    pool = await open_pool(settings.database_url)
    yield pool
    await pool.close()


@pytest_asyncio.fixture
async def owner(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the role that owns the tables (FORCE row level security binds it too)."""
    async with connection(settings.database_owner_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def superuser(template: TestStores, database: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees every row: for looking at what a test has left."""
    async with connection(template.stores.postgres.url("postgres", database)) as opened:
        yield opened


@pytest_asyncio.fixture
async def processes(settings: Settings, tmp_path: Path) -> AsyncIterator[Processes]:
    """Starts real servers and workers: `await processes.server()`, `await processes.worker()`; kills what is left."""
    processes = Processes(settings, tmp_path)
    yield processes
    await processes.stop()
