"""Whether a turn may still speak: its lease in PostgreSQL, kept alive, and what the bus tells of its conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any
from uuid import UUID

import msgspec
import structlog

from db import turns
from db.errors import Unavailable
from db.pool import tenant
from server.conversations.turn import LEASE_SECONDS
from server.core import keys
from server.core.core import Core
from server.schema.events import Changed, ConversationEvent
from server.schema.records import TurnRef

log = structlog.get_logger()

RENEW_SECONDS = 2.0

_event: msgspec.json.Decoder[Any] = msgspec.json.Decoder(ConversationEvent)


class Floor:
    """Held while the turn speaks (`async with`): when it is lost, the task that holds it is cancelled, and `lost` is true.

    `said` gives the text so far, which is stored with each renewal.
    """

    def __init__(self, core: Core, workspace: UUID, conversation: UUID, turn: TurnRef, said: Callable[[], str]) -> None:
        self.lost = False
        self._released = False
        self.turn = turn
        self._core, self._workspace, self._conversation, self._said = core, workspace, conversation, said
        self._now = asyncio.Event()
        self._holder: asyncio.Task[Any] | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Floor:
        if self.lost:
            raise asyncio.CancelledError
        self._holder = asyncio.current_task()
        await self._core.bus.subscribe(keys.conversation_channel(self._conversation), self._on_payload)
        self._keeper = self._core.tasks.start(f"lease {self.turn.id}", self._keep())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def release(self) -> None:
        """From here on nothing cancels the holder: what it writes next is checked where it is written."""
        self._released = True
        self._holder = None
        self._core.bus.unsubscribe(keys.conversation_channel(self._conversation), self._on_payload)
        if self._keeper is not None:
            self._keeper.cancel()

    def lose(self) -> None:
        """The turn is no longer wanted."""
        if not self._released:
            self.lost = True
            if self._holder is not None:
                self._holder.cancel()
            self.release()

    def check(self) -> None:
        """Something happened: the lease is renewed at once, which finds a turn that has ended, and stores what was said."""
        self._now.set()

    async def again(self) -> bool:
        """The turn begins again under its next attempt. False: it has ended or is another's."""
        async with tenant(self._core.pool, self._workspace) as conn:
            attempt = await turns.next_attempt(conn, self.turn.id, self.turn.attempt, self._core.process, LEASE_SECONDS)
        if attempt is not None:
            self.turn = msgspec.structs.replace(self.turn, attempt=attempt)
        return attempt is not None

    async def _keep(self) -> None:
        while True:
            try:
                async with asyncio.timeout(RENEW_SECONDS):
                    await self._now.wait()
            except TimeoutError:
                pass
            self._now.clear()
            try:
                if not await self._renewed():
                    self.lose()
            except Unavailable as error:
                log.warning("lease not renewed", turn=str(self.turn.id), error=str(error))

    async def _renewed(self) -> bool:
        turn = self.turn
        async with tenant(self._core.pool, self._workspace) as conn:
            kept = await turns.renew(conn, turn.id, turn.attempt, self._core.process, LEASE_SECONDS, self._said())
        return kept or turn is not self.turn  # a new attempt began meanwhile

    def _on_payload(self, payload: bytes) -> None:
        event = _event.decode(payload)
        if isinstance(event, Changed):
            ended = event.ended is not None and event.ended.id == self.turn.id
            if ended or event.record.epoch > self.turn.epoch or event.record.status == "resolved":
                self.lose()
