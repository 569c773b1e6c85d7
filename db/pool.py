"""Connections to PostgreSQL, and the transaction that shows one workspace and no other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from db.errors import translated

Connection: TypeAlias = asyncpg.Connection
Pool: TypeAlias = asyncpg.Pool
T = TypeVar("T")

APP_ROLE = "parley_app"
ACQUIRE_SECONDS = 5.0
STATEMENT_SECONDS = 20.0


async def open_pool(url: str, size: int = 10) -> Pool:
    """A pool that serves. Raises Unavailable where PostgreSQL can't be reached."""
    with translated():
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            init=_prepare,
            reset=_keep,
            command_timeout=STATEMENT_SECONDS,
            max_inactive_connection_lifetime=60,
        )


@asynccontextmanager
async def tenant(pool: Pool, workspace: UUID) -> AsyncIterator[Connection]:
    """A transaction in which the rows of `workspace` exist and no others. Commits at the end, rolls back on an error.

    Raises Unavailable where the database can't be reached.
    """
    with translated():
        async with pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
            try:
                # One round trip for both; the UUID's own text can't end the literal.
                await conn.execute(f"BEGIN; SELECT set_config('app.workspace', '{UUID(int=workspace.int)}', true)")
                yield conn
            except BaseException:
                if not conn.is_closed():
                    await conn.execute("ROLLBACK")
                raise
            await conn.execute("COMMIT")


@asynccontextmanager
async def outside(pool: Pool) -> AsyncIterator[Connection]:
    """A connection without a workspace: only the door functions answer on it."""
    with translated():
        async with pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
            yield conn


def one(row: asyncpg.Record | None, type: type[T]) -> T | None:
    """The row as a Struct, its columns by name; None stays None."""
    return None if row is None else msgspec.convert(dict(row), type)


def many(rows: list[asyncpg.Record], type: type[T]) -> list[T]:
    return [msgspec.convert(dict(row), type) for row in rows]


async def _prepare(conn: Connection) -> None:
    await conn.set_type_codec("jsonb", encoder=_encode, decoder=msgspec.json.decode, schema="pg_catalog", format="text")
    # One URL for both roles: the owner's rights must not serve.
    if await conn.fetchval("SELECT current_user <> $1 AND pg_has_role(current_user, $1, 'MEMBER')", APP_ROLE):
        await conn.execute(f"SET SESSION ROLE {APP_ROLE}")


async def _keep(conn: Connection) -> None:
    """Instead of a round trip after each use: nothing here sets what outlives a transaction. One whose user was cancelled
    while it ended, twice even, may still be open: the next user must not find themselves in it."""
    if conn.is_in_transaction():
        await conn.execute("ROLLBACK")


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()
