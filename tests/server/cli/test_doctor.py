"""What the doctor finds, on sound stores and on sick ones."""

import argparse
import socket

import asyncpg
import msgspec
import pytest
from redis.asyncio import Redis

from server.cli.doctor import Finding, examine, main
from server.settings import Secret, Settings
from tests.helpers.stores import TestStores


async def look(settings: Settings, key_set: bool = True) -> dict[str, Finding]:
    """The findings by name; of two with one name the worse."""
    found: dict[str, Finding] = {}
    for finding in await examine(settings, key_set):
        if finding.what not in found or finding.ok is not True:
            found[finding.what] = finding
    return found


async def test_all_is_well(settings: Settings) -> None:
    found = await look(settings)
    assert {finding.ok for finding in found.values()} == {True}
    assert set(found) == {"postgresql", "extensions", "migrations", "roles", "clock", "redis", "key", "answers"}


async def test_no_postgresql(settings: Settings) -> None:
    sick = msgspec.structs.replace(settings, database_url=Secret("postgresql://nobody@127.0.0.1:1/none"))
    found = (await look(sick))["postgresql"]
    assert found.ok is False and "check DATABASE_URL" in found.advice


async def test_no_redis(settings: Settings) -> None:
    found = (await look(msgspec.structs.replace(settings, redis_url=Secret("redis://127.0.0.1:1"))))["redis"]
    assert found.ok is False and "check REDIS_URL" in found.advice


async def test_a_schema_that_is_behind(settings: Settings, owner: asyncpg.Connection) -> None:
    async with owner.transaction():
        await owner.execute("CREATE TABLE was AS SELECT * FROM schema_migrations")
        await owner.execute("DELETE FROM schema_migrations WHERE version > 1")
    try:
        found = (await look(settings))["migrations"]
        assert found.ok is False and found.advice == "run ./parley migrate"
        assert (await look(msgspec.structs.replace(settings, embedded=True)))["migrations"].ok is None
    finally:
        await owner.execute("INSERT INTO schema_migrations SELECT * FROM was WHERE version > 1; DROP TABLE was")


async def test_a_missing_extension(settings: Settings, template: TestStores, fresh_database: str) -> None:
    bare = msgspec.structs.replace(settings, database_url=Secret(template.stores.postgres.url("parley_app", "template0_bare")))
    admin = await asyncpg.connect(template.stores.postgres.url("postgres", "postgres"))
    await admin.execute("CREATE DATABASE template0_bare TEMPLATE template0")
    try:
        found = await look(bare)
        assert found["extensions"].ok is False and "CREATE EXTENSION vector" in found["extensions"].advice
        assert found["migrations"].ok is False
    finally:
        await admin.execute("DROP DATABASE template0_bare WITH (FORCE)")
        await admin.close()


async def test_roles_that_are_too_mighty(settings: Settings, template: TestStores, database: str) -> None:
    above = Secret(template.stores.postgres.url("postgres", database))
    assert "above row level security" in (await look(msgspec.structs.replace(settings, database_url=above)))["roles"].found
    one = msgspec.structs.replace(settings, database_url=settings.database_owner_url)
    assert (await look(one))["roles"].ok is None


async def test_a_redis_that_throws_away(settings: Settings, redis: Redis) -> None:
    await redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert "noeviction" in (await look(settings))["redis"].advice
    finally:
        await redis.config_set("maxmemory-policy", "noeviction")


async def test_a_clock_that_is_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.cli.doctor.CLOCK_SECONDS", -1.0)
    found = (await look(settings))["clock"]
    assert found.ok is False and "NTP" in found.advice


async def test_a_key_that_only_this_machine_has(settings: Settings) -> None:
    assert (await look(settings, key_set=False))["key"].ok is None


def test_the_report_and_its_exit_status(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    free = msgspec.structs.replace(settings, port=0)
    assert main(argparse.Namespace(), free) == 0
    assert "ok    postgresql  18." in capsys.readouterr().out
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(argparse.Namespace(), msgspec.structs.replace(settings, port=taken.getsockname()[1])) == 1
    said = capsys.readouterr().out
    assert "FAIL  port" in said and "-> Port" in said
