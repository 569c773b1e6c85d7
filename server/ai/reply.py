"""The AI answers: every turn that runs in this process, from the visitor's message to the one that ends it."""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog

from db import turns
from db.errors import Unavailable
from db.pool import outside, tenant
from server.ai.answer import Patience
from server.ai.models.base import Model
from server.ai.turn import TurnAtWork
from server.conversations.turn import LEASE_SECONDS
from server.core.core import Core
from server.schema.records import TurnRef

log = structlog.get_logger()

SWEEP_SECONDS = 1.0
SWEPT_AT_ONCE = 20
PATIENCE = Patience()


class Replies:
    """The turns of this process. `start` is called with what `post` answered; `sweep_forever` runs in every server."""

    def __init__(self, core: Core, model: Model, patience: Patience = PATIENCE) -> None:
        self._core, self._model, self._patience = core, model, patience
        self._running: dict[UUID, tuple[TurnAtWork, asyncio.Task[None]]] = {}
        self._draining = False

    def start(self, workspace: UUID, conversation: UUID, turn: TurnRef) -> None:
        """Answers in the background. A turn that runs here for the conversation gives way at once."""
        if conversation in self._running:
            self._running[conversation][0].floor.lose()
        work = TurnAtWork(self._core, self._model, self._patience, workspace, conversation, turn)
        task = self._core.tasks.start(f"turn {turn.id}", work.give_back() if self._draining else work.run())
        self._running[conversation] = (work, task)
        task.add_done_callback(lambda _: self._ended(conversation, work))

    async def sweep_forever(self) -> None:
        """Finishes what other processes have left unfinished."""
        self._core.tasks.start("model", self._model.prepare())
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            if not self._draining:
                try:
                    await self._sweep()
                except Unavailable as error:
                    log.warning("turns not swept", error=str(error))

    async def drain(self, seconds: float) -> None:
        """Lets turns finish; what still runs after `seconds` is left to other processes at once. New ones don't begin."""
        self._draining = True
        if running := [task for _, task in self._running.values()]:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=LEASE_SECONDS)
        await self._model.close()

    async def _sweep(self) -> None:
        async with outside(self._core.pool) as conn:
            lapsed = await turns.lapsed(conn, SWEPT_AT_ONCE)
        here = {work.floor.turn.id for work, _ in self._running.values()}
        for workspace, turn in lapsed:
            if turn in here:
                continue
            async with tenant(self._core.pool, workspace) as conn:
                claimed = await turns.claim(conn, turn, self._core.process, LEASE_SECONDS)
            if claimed is not None:
                log.info("turn taken over", turn=str(turn), attempt=claimed.turn.attempt, conversation=str(claimed.conversation))
                self.start(workspace, claimed.conversation, claimed.turn)

    def _ended(self, conversation: UUID, work: TurnAtWork) -> None:
        if conversation in self._running and self._running[conversation][0] is work:
            del self._running[conversation]
