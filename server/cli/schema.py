"""Bringing the schema up to date, as every command does that runs on stores of our own."""

import asyncio
import sys

import asyncpg

from db.migrate import MigrationError, migrate
from server.embedded import EmbeddedError
from server.settings import Settings


def update(settings: Settings) -> list[str]:
    """Applies what is missing and gives the names of the files. Raises EmbeddedError with a sentence for a person."""
    try:
        applied = asyncio.run(migrate(settings.database_owner_url))
    except MigrationError as fault:
        raise EmbeddedError(f"The database can't be brought up to date: {fault}.") from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        raise EmbeddedError(f"PostgreSQL at DATABASE_OWNER_URL (or DATABASE_URL) refused: {fault}") from None
    for name in applied:
        print(f"applied {name}", file=sys.stderr)
    return applied
