"""A worker inside the test, over real stores; its clock is PostgreSQL's, which `due` moves."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest_asyncio
from msgspec import Struct

from db.messages import post_messages
from server.core.core import Core
from server.schema.records import NewMessage, Posted, Timer
from server.settings import Settings
from tasks import JOBS
from tasks.job import Bench
from tasks.run import run
from tasks.worker import open_bench
from tests.helpers.rows import Chat, Place, make_place, new_chat


class Desk(Struct):
    """A conversation of a contact with an address, and the jobs about it."""

    bench: Bench
    superuser: asyncpg.Connection
    place: Place
    chat: Chat

    @property
    def core(self) -> Core:
        return self.bench.core

    async def post(self, *rows: NewMessage) -> list[Posted]:
        return await post_messages(self.core.pool, self.place.workspace, list(rows))

    async def later(self, kind: str) -> UUID:
        """The outbox row of a timer that has come due."""
        await self.post(NewMessage(conversation=self.chat.id, timers=[Timer(kind=kind, delay=0.0)]))
        row: UUID = await self.superuser.fetchval("SELECT id FROM outbox WHERE kind = $1 AND subject = $2", kind, self.chat.id)
        return row

    async def run(self, kind: str) -> tuple[str, str]:
        """Runs the job once, now: its state and what it told."""
        await run(self.bench, JOBS, self.place.workspace, await self.later(kind))
        return (await self.runs(kind))[-1]

    async def runs(self, kind: str) -> list[tuple[str, str]]:
        rows = await self.superuser.fetch("SELECT state, detail FROM jobs WHERE kind = $1 ORDER BY started_at, attempt", kind)
        return [(row["state"], row["detail"]) for row in rows]

    async def texts(self) -> list[str]:
        """What the visitor sees, the oldest first."""
        rows = await self.superuser.fetch(
            "SELECT text FROM messages WHERE conversation_id = $1 AND NOT internal ORDER BY seq", self.chat.id
        )
        return [row["text"] for row in rows]

    async def left(self) -> int:
        """Rows of the outbox."""
        return int(await self.superuser.fetchval("SELECT count(*) FROM outbox"))

    async def conversation(self) -> asyncpg.Record:
        return await self.superuser.fetchrow("SELECT * FROM conversations WHERE id = $1", self.chat.id)


@pytest_asyncio.fixture
async def desk(settings: Settings, superuser: asyncpg.Connection) -> AsyncIterator[Desk]:
    async with open_bench(settings) as bench:
        place = await make_place(superuser)
        yield Desk(bench, superuser, place, new_chat(place))
