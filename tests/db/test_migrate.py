"""Each migration is applied once, in order, in a transaction of its own, whoever else tries."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from db.migrate import LATEST, MigrationError, files, migrate, schema_version
from server.settings import Settings
from tests.helpers.stores import connection


@pytest.fixture
def database(fresh_database: str) -> str:
    return fresh_database


@pytest.fixture
async def next_files(settings: Settings, tmp_path: Path) -> Path:
    """A folder with all migrations, for adding more."""
    for file in files().values():
        (tmp_path / file.name).write_text(file.read_text())
    return tmp_path


def add(folder: Path, version: int, sql: str) -> str:
    name = f"{version:04}_more.sql"
    (folder / name).write_text(sql)
    return name


def test_the_files_are_numbered_from_one_without_a_hole_and_say_why_and_what_they_lock() -> None:
    assert list(files()) == list(range(1, LATEST + 1))
    for file in files().values():
        head = file.read_text().partition("\n\n")[0]
        assert head.startswith("-- Why: ") and "-- Locks: " in head, file.name


async def test_a_second_run_finds_nothing_to_do(settings: Settings, owner: asyncpg.Connection) -> None:
    assert await schema_version(owner) == LATEST
    assert await migrate(settings.database_owner_url) == []


async def test_a_new_file_is_applied_once_by_whoever_comes_first(
    settings: Settings, next_files: Path, owner: asyncpg.Connection
) -> None:
    name = add(next_files, LATEST + 1, "CREATE TABLE more (id int); SELECT pg_sleep(0.1);")
    done = await asyncio.gather(*(migrate(settings.database_owner_url, next_files) for _ in range(4)))
    assert sorted(done) == [[], [], [], [name]]
    assert await schema_version(owner) == LATEST + 1


async def test_a_file_that_fails_leaves_nothing_and_those_before_it_stay(
    settings: Settings, next_files: Path, owner: asyncpg.Connection
) -> None:
    add(next_files, LATEST + 1, "CREATE TABLE good (id int)")
    add(next_files, LATEST + 2, "CREATE TABLE half (id int); SELECT 1/0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(settings.database_owner_url, next_files)
    assert await schema_version(owner) == LATEST + 1
    assert await owner.fetchval("SELECT to_regclass('half')") is None


async def test_a_changed_file_is_refused(settings: Settings, next_files: Path) -> None:
    first = files(next_files)[1]
    first.write_text(first.read_text() + "-- afterthought")
    with pytest.raises(MigrationError, match="was changed after it had been applied"):
        await migrate(settings.database_owner_url, next_files)


async def test_a_file_below_the_latest_is_refused(settings: Settings, next_files: Path) -> None:
    add(next_files, LATEST + 2, "SELECT 1")
    await migrate(settings.database_owner_url, next_files)
    add(next_files, LATEST + 1, "SELECT 1")
    with pytest.raises(MigrationError, match="give it a higher number"):
        await migrate(settings.database_owner_url, next_files)


async def test_a_newer_schema_is_left_alone(settings: Settings, next_files: Path) -> None:
    """During a deploy the former release starts once more on the schema of the next."""
    add(next_files, LATEST + 1, "SELECT 1")
    await migrate(settings.database_owner_url, next_files)
    assert await migrate(settings.database_owner_url) == []


def test_two_files_of_one_number_are_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").touch()
    (tmp_path / "0001_b.sql").touch()
    with pytest.raises(MigrationError, match=r"0001_b\.sql and 0001_a\.sql have the same number"):
        files(tmp_path)


async def test_an_empty_database_is_at_zero(settings: Settings, superuser: asyncpg.Connection) -> None:
    await superuser.execute("DROP TABLE schema_migrations CASCADE")
    assert await schema_version(superuser) == 0


async def test_the_serving_role_reads_the_version(settings: Settings) -> None:
    async with connection(settings.database_url) as app:
        assert await schema_version(app) == LATEST
