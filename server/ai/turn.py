"""One AI turn: the floor is taken, the answer streams, the last word is written. Or somebody else has the last word."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID

import msgspec
import structlog

from db import turns
from db.errors import DatabaseError, Unavailable
from db.pool import tenant
from server.ai import last_word
from server.ai.answer import Answer, Patience
from server.ai.context import gather
from server.ai.floor import Floor
from server.ai.models.base import NOTHING_KNOWN, Declined, Model, ModelError, Usage
from server.ai.phrases import phrases
from server.ai.sources import Sources
from server.ai.stream import Speech
from server.ai.tools import TOOLS
from server.ai.tools.base import Hands
from server.core import metrics, turnlog
from server.core.core import Core
from server.core.errors import NotFound
from server.schema.records import TurnRef

log = structlog.get_logger()

MOST_ATTEMPTS = 8  # a turn that ends every server which touches it ends itself

SPECS = tuple(tool.spec() for tool in TOOLS)


class TurnAtWork:
    """One turn, from context to last word."""

    def __init__(self, core: Core, model: Model, patience: Patience, workspace: UUID, conversation: UUID, turn: TurnRef) -> None:
        self._core, self._model, self._patience = core, model, patience
        self._workspace, self._conversation = workspace, conversation
        self._sources = Sources()
        self._answer: Answer | None = None
        self._publisher: asyncio.Task[Any] | None = None
        self.floor = Floor(core, workspace, conversation, turn, lambda: self.speech.text)
        self.speech = self._speech()

    async def run(self) -> None:
        """To the end, or until the floor is lost. Cancelled by anybody else it gives the turn to other processes."""
        metrics.turns_running.inc()
        try:
            await self._speak()
        except NotFound:
            log.info("turn is over before it began", turn=str(self.floor.turn.id))
        except Unavailable as error:
            log.warning("turn waits for the database: its lease lapses", turn=str(self.floor.turn.id), error=str(error))
        except asyncio.CancelledError:
            if not self.floor.lost:
                await self.give_back()
                raise
            metrics.turns.labels(self._engine, "cancelled").inc()
            await self._record()
        finally:
            metrics.turns_running.dec()
            self._hush()

    async def give_back(self) -> None:
        """Another process may go on at once."""
        turn = self.floor.turn
        try:
            async with tenant(self._core.pool, self._workspace) as conn:
                await turns.give_back(conn, turn.id, turn.attempt, self._core.process, self.speech.text)
        except Unavailable:
            log.warning("turn not given back: its lease lapses", turn=str(turn.id))

    async def _speak(self) -> None:
        began = time.monotonic()
        async with self.floor:
            await self._begin()
            word = await self._last_word()
        self._hush()
        if await last_word.write(self._core, self._workspace, self._conversation, word):
            self._measure(began, word)
            await turnlog.forget(self._core, self._conversation, self.floor.turn.id)
        else:
            await self._drop()

    async def _last_word(self) -> last_word.LastWord:
        """Where there is no answer, for whatever reason, a person is asked for: nobody waits for one that never comes."""
        prompt, hands, text, failed = NOTHING_KNOWN, None, "", None
        try:
            prompt = await gather(self._core, self._workspace, self._conversation, self.floor.turn.id, SPECS, self._sources)
            hands = Hands(self._core, self._workspace, prompt.contact.id, self._sources)
            self._answer = Answer(self._model, prompt, hands, self._patience)
            if self.floor.turn.attempt > MOST_ATTEMPTS:
                raise ModelError("too many attempts")
            text = (await self._answer.compose(self.speech, self._again)).end()
        except Declined:
            text = phrases(prompt.locale).declined
            self._sources.forget()
        except ModelError as error:
            failed = str(error)
            log.error("turn failed", why=failed, turn=str(self.floor.turn.id), conversation=str(self._conversation))
        except (DatabaseError, NotFound):
            raise
        except Exception:
            failed = "something went wrong on our side"
            log.exception("turn broke", turn=str(self.floor.turn.id), conversation=str(self._conversation))
        return last_word.LastWord(
            turn=self.floor.turn,
            prompt=prompt,
            text=text,
            sources=self._sources.cited,
            model=self._model.name,
            usage=self._answer.usage if self._answer else Usage(),
            handed_off=hands.handed_off if hands else None,
            failed=failed,
        )

    async def _begin(self) -> None:
        """Takes the floor under the present attempt: who watches drops what an earlier one said."""
        self._publisher = self._core.tasks.start(f"speech {self.floor.turn.id}", self.speech.run())
        await self.speech.state("thinking")

    async def _again(self) -> Speech:
        self._hush()
        if not await self.floor.again():
            self.floor.lose()
            await asyncio.sleep(0)  # where the cancellation arrives
        self.speech = self._speech()
        await self._begin()
        return self.speech

    async def _drop(self) -> None:
        turn = self.floor.turn
        async with tenant(self._core.pool, self._workspace) as conn:
            await turns.drop(conn, turn.id, turn.attempt, self._core.process)

    def _measure(self, began: float, word: last_word.LastWord) -> None:
        engine, used = self._engine, word.usage
        metrics.turns.labels(engine, "failed" if word.failed else "done").inc()
        metrics.turn_seconds.labels(engine).observe(time.monotonic() - began)
        if self.speech.first_at is not None:
            metrics.turn_first_seconds.labels(engine).observe(self.speech.first_at - began)
        for kind, count in msgspec.structs.asdict(used).items():
            metrics.tokens.labels(kind).inc(count)

    @property
    def _engine(self) -> str:
        return "offline" if self._model.name == "offline" else "model"

    async def _record(self) -> None:
        """What a turn that was cut has cost."""
        if self._answer is None or (used := self._answer.usage) == Usage():
            return
        try:
            async with tenant(self._core.pool, self._workspace) as conn:
                await turns.spent(
                    conn, self.floor.turn.id, self._model.name, used.input, used.output, used.cache_read, used.cache_write
                )
        except Unavailable:
            log.warning("usage not recorded", turn=str(self.floor.turn.id))

    def _hush(self) -> None:
        if self._publisher is not None:
            self._publisher.cancel()

    def _speech(self) -> Speech:
        return Speech(self._core, self._conversation, self.floor.turn, self._sources, self.floor.check)
