"""The embedded stores as a person meets them: started, killed, started again."""

import os
import pwd
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from server import embedded
from server.embedded import AlreadyRunning, EmbeddedError, Stores
from tests.helpers.stores import TestStores, connection, until


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: that one is closed to the account that stores have when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="a folder with spaces ") as folder:
        yield Path(folder)


async def test_what_was_written_is_there_after_the_next_start(folder: Path) -> None:
    first = embedded.start(folder, fast=True)
    async with connection(first.urls["DATABASE_OWNER_URL"]) as owner:
        await owner.execute("CREATE TABLE kept AS SELECT 1 AS id")
    first.stop()
    second = embedded.start(folder, fast=True)
    try:
        async with connection(second.urls["DATABASE_OWNER_URL"]) as owner:
            assert await owner.fetchval("SELECT id FROM kept") == 1
        assert second.urls == first.urls
    finally:
        second.stop()
    assert not second.place.sockets.exists()


async def test_stores_are_durable_and_small(folder: Path) -> None:
    stores = embedded.start(folder)
    try:
        async with connection(stores.urls["DATABASE_URL"]) as app:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert await app.fetchval(f"SHOW {name}") == "on"
            assert await app.fetchval("SHOW shared_buffers") == "32MB"
        async with Redis.from_url(stores.urls["REDIS_URL"]) as redis:
            assert await redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finally:
        stores.stop()


async def test_roles_have_no_more_than_they_need(template: TestStores) -> None:
    async with connection(template.stores.urls["DATABASE_URL"]) as app:
        assert not await app.fetchval(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert await app.fetchval("SELECT extname FROM pg_extension WHERE extname = 'vector'") == "vector"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("CREATE TABLE mine (id int)")


async def test_a_wrong_password_opens_nothing(template: TestStores) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(template.stores.urls["DATABASE_URL"], password="guessed")


async def test_no_value_gets_into_the_log(template: TestStores) -> None:
    async with connection(template.stores.postgres.url("postgres")) as superuser:
        await superuser.execute("CREATE TEMP TABLE said (text text UNIQUE)")
        await superuser.execute("INSERT INTO said VALUES ('a very private word')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await superuser.execute("INSERT INTO said VALUES ($1)", "a very private word")
    log = template.stores.postgres.log_file.read_text()
    assert "duplicate key" in log
    assert "private" not in log


def test_one_process_at_a_time(folder: Path) -> None:
    stores = embedded.start(folder, fast=True)
    try:
        with pytest.raises(AlreadyRunning, match="Another parley runs the stores"):
            embedded.start(folder, fast=True)
    finally:
        stores.stop()


async def test_a_store_that_died_is_started_again(folder: Path) -> None:
    stores = embedded.start(folder)
    try:
        before = stores.urls
        async with connection(before["DATABASE_OWNER_URL"]) as owner:
            await owner.execute("CREATE TABLE kept AS SELECT 1 AS id")
        for store in (stores.postgres, stores.redis):
            assert store.process is not None
            store.process.kill()
            store.process.wait()
        stores.check()
        assert stores.urls == before
        async with connection(before["DATABASE_OWNER_URL"]) as owner:
            assert await owner.fetchval("SELECT id FROM kept") == 1
        async with Redis.from_url(before["REDIS_URL"]) as redis:
            assert await redis.ping()
    finally:
        stores.stop()


async def test_the_stale_process_id_of_another_program_stops_nothing(folder: Path) -> None:
    stores = embedded.start(folder, fast=True)
    assert stores.postgres.process is not None
    stores.postgres.process.send_signal(signal.SIGKILL)
    stores.stop()
    left = stores.postgres.cluster / "postmaster.pid"
    lines = left.read_text().splitlines()
    left.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    again = embedded.start(folder, fast=True)
    try:
        async with connection(again.urls["DATABASE_URL"]) as app:
            assert await app.fetchval("SELECT 1") == 1
    finally:
        again.stop()


def test_data_that_it_cant_use_is_one_sentence(folder: Path) -> None:
    stores = embedded.start(folder, fast=True)
    stores.stop()
    (stores.postgres.cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="is of PostgreSQL 17, and this is 18"):
        embedded.start(folder, fast=True)
    if os.geteuid() == 0:
        os.chown(stores.postgres.cluster, 0, 0)
        with pytest.raises(EmbeddedError, match="is another user's"):
            embedded.start(folder, fast=True)


def test_nobody_else_may_look(folder: Path) -> None:
    stores = embedded.start(folder, fast=True)
    try:
        for path in (stores.postgres.cluster, stores.place.sockets, folder / "stores.json"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        owner = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
        assert stores.postgres.cluster.stat().st_uid == owner
    finally:
        stores.stop()


async def test_only_what_is_wanted_is_started(folder: Path) -> None:
    stores = embedded.start(folder, fast=True, names=["Redis"])
    try:
        async with Redis.from_url(stores.urls["REDIS_URL"]) as redis:
            assert await redis.ping()
        assert stores.postgres.process is None
        stores.check()
        assert stores.postgres.process is None
    finally:
        stores.stop()


async def test_a_taken_port_is_left_to_its_owner(folder: Path, stores: TestStores) -> None:
    mine = embedded.start(folder, fast=True, names=["Redis"])
    try:
        assert mine.redis.process is not None
        mine.redis.process.kill()
        mine.redis.process.wait()
        mine.redis.port = stores.stores.redis.port
        mine.check()
        assert mine.redis.port != stores.stores.redis.port
        async with Redis.from_url(stores.stores.redis.url) as other, Redis.from_url(mine.redis.url) as redis:
            assert await other.ping() and await redis.ping()
    finally:
        mine.stop()


async def test_it_stops_when_clients_are_connected(folder: Path) -> None:
    stores: Stores = embedded.start(folder, fast=True)
    held = await asyncpg.connect(stores.urls["DATABASE_URL"])
    stores.stop()
    await until(held.is_closed)
