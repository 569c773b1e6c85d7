"""What can go wrong with the database, in words of our own; `server/core/errors.py` maps them for clients."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg


class DatabaseError(Exception):
    """Something that the database refused. The cause is chained."""


class Unavailable(DatabaseError):
    """The database can't be reached, or ended the connection: the same call may succeed in a moment.

    Whether a write happened is unknown; every write of ours may be repeated.
    """


class BadText(DatabaseError):
    """A text holds U+0000, which PostgreSQL can't."""


GONE = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.ReadOnlySQLTransactionError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Turns what asyncpg raises into this module's errors."""
    try:
        yield
    except GONE as error:
        raise Unavailable(type(error).__name__) from error
    except (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError) as error:
        raise BadText(type(error).__name__) from error
