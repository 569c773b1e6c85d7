"""The stores of a test run: one embedded pair, one migrated database that is emptied after each test."""

import asyncio
import contextlib
import inspect
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg

from db.migrate import migrate
from server import embedded, settings

SHARED = "parley_test"

# As the superuser, without triggers and foreign keys: only tables that have rows cost anything. Cloning a template
# takes 250 ms (a file an index and table), this 10 ms.
_EMPTY = """
SET session_replication_role = replica;
SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
DO $$
DECLARE place regclass; used boolean;
BEGIN
    FOR place IN SELECT oid FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
          AND relname <> 'schema_migrations'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', place) INTO used;
        IF used THEN EXECUTE format('DELETE FROM %s', place); END IF;
    END LOOP;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
END $$;
"""


class TestStores:
    """What the whole run shares."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stores = embedded.start(folder, fast=True)
        self._numbers = itertools.count(1)

    def stop(self) -> None:
        self.stores.stop()

    async def prepare(self) -> None:
        """Makes the migrated template and the database that most tests share."""
        await self._admin("CREATE DATABASE template_parley OWNER parley_owner")
        await migrate(self.stores.postgres.url("parley_owner", "template_parley"))
        await self._clone(SHARED)

    async def empty(self) -> None:
        """Ends every connection to the shared database and leaves no row in it."""
        async with connection(self.stores.postgres.url("postgres", SHARED)) as superuser:
            await superuser.execute(_EMPTY)

    async def fresh(self) -> str:
        """The name of a new database, migrated and empty: for tests that change the schema or fill tables."""
        return await self._clone(f"test_{next(self._numbers)}")

    async def drop(self, name: str) -> None:
        await self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def settings(self, database: str, **given: str) -> settings.Settings:
        """Settings for `database` and for a Redis whose former content is gone; `given` are variables, by name."""
        return settings.load({
            "DATABASE_URL": self.stores.postgres.url("parley_app", database),
            "DATABASE_OWNER_URL": self.stores.postgres.url("parley_owner", database),
            "REDIS_URL": self.stores.redis.url,
            "SECRET_KEY": "a key for tests that nobody else ever uses",
            "DATA_DIR": str(self.folder),
            "PASSWORD_MEMORY": "8192",
            **given,
        })  # fmt: skip

    async def _clone(self, name: str) -> str:
        await self._admin(f"CREATE DATABASE {name} TEMPLATE template_parley OWNER parley_owner STRATEGY file_copy")
        return name

    async def _admin(self, statement: str) -> None:
        async with connection(self.stores.postgres.url("postgres", "postgres")) as superuser:
            await superuser.execute(statement)


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Waits until `condition()`, plain or a coroutine function, is true, and gives what it gave."""
    async with asyncio.timeout(seconds):
        while True:
            result = condition()
            if inspect.isawaitable(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    """One connection, closed at the end."""
    opened = await asyncpg.connect(url)
    try:
        yield opened
    finally:
        await opened.close()
