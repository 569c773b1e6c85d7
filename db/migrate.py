"""Applies `db/migrations/NNNN_*.sql`: forward only, each file once and in one transaction, whoever else tries to."""

import hashlib
from pathlib import Path

import asyncpg

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_271_845_512  # any number, the same in every process

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version    int PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON schema_migrations TO PUBLIC;
"""


class MigrationError(Exception):
    """The files and the database disagree; `str()` says how."""


def files(folder: Path = FOLDER) -> dict[int, Path]:
    """The migrations by number, in order. Raises MigrationError where two share one."""
    found: dict[int, Path] = {}
    for file in sorted(folder.glob("[0-9]*_*.sql")):
        version = int(file.name.partition("_")[0])
        if version in found:
            raise MigrationError(f"{file.name} and {found[version].name} have the same number")
        found[version] = file
    return found


LATEST = max(files(), default=0)
"""The schema that this code needs at least."""


async def migrate(owner_url: str, folder: Path = FOLDER) -> list[str]:
    """Brings the database up to date as its owner; gives the names of the files that it applied."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        return await _apply(connection, folder)
    finally:
        await connection.close()  # frees the lock too


async def schema_version(connection: asyncpg.Connection) -> int:
    """The highest migration applied; 0 for an empty database."""
    if not await connection.fetchval("SELECT to_regclass('schema_migrations') IS NOT NULL"):
        return 0
    return int(await connection.fetchval("SELECT coalesce(max(version), 0) FROM schema_migrations"))


async def _apply(connection: asyncpg.Connection, folder: Path) -> list[str]:
    if not await connection.fetchval("SELECT to_regclass('schema_migrations') IS NOT NULL"):
        await connection.execute(_TABLE)
    applied = {row["version"]: row for row in await connection.fetch("SELECT version, name, checksum FROM schema_migrations")}
    done = []
    for version, file in files(folder).items():
        sql = file.read_text()
        checksum = hashlib.sha256(sql.encode()).hexdigest()
        if version in applied:
            if applied[version]["checksum"] != checksum:
                raise MigrationError(f"{file.name} was changed after it had been applied: put it back and add a new file")
            continue
        if applied and version < max(applied):
            latest = applied[max(applied)]["name"]
            raise MigrationError(f"{file.name} comes before {latest}, which is applied: give it a higher number")
        async with connection.transaction():
            await connection.execute(sql)
            await connection.execute(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)", version, file.name, checksum
            )
        done.append(file.name)
    return done
