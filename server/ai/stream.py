"""The answer on its way to people: pieces are merged, published, and known by heart for whoever joins late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

from server.ai.sources import Marks, Sources
from server.core import turnlog
from server.core.core import Core
from server.schema.entities import ToolState, TurnState
from server.schema.events import DeltaEvent, TurnEvent
from server.schema.records import TurnRef

MERGE_SECONDS = 0.04
MUTED_SECONDS = 3.2  # a takeover that fails leaves its seal behind for three


class Speech:
    """What one attempt of a turn says. `run` publishes it; `check` is called at its first word and in doubt about the floor."""

    def __init__(self, core: Core, conversation: UUID, turn: TurnRef, sources: Sources, check: Callable[[], None]) -> None:
        self.text = ""
        self.first_at: float | None = None
        """When the first piece went out, on the monotonic clock."""
        self._core, self._conversation, self._turn, self._check = core, conversation, turn, check
        self._marks = Marks(sources)
        self._published = 0
        self._paragraph = False
        self._more = asyncio.Event()

    @property
    def begun(self) -> bool:
        """Whether any of it has been shown, or waits to be."""
        return bool(self.text or self._marks.held)

    def add(self, piece: str) -> None:
        self._append(self._marks.feed(piece.replace("\0", "")))

    def paragraph(self) -> None:
        """What comes next does not belong to the sentence before."""
        self._append(self._marks.rest())
        self._paragraph = bool(self.text)

    def end(self) -> str:
        """All of it, as the message will have it."""
        self._append(self._marks.rest())
        return self.text.strip()

    async def run(self) -> None:
        """Publishes what comes: the first piece at once, then what gathered while the last one was on its way."""
        while True:
            await self._more.wait()
            self._more.clear()
            await self._publish()
            await asyncio.sleep(MERGE_SECONDS)

    async def state(self, state: TurnState, reason: str | None = None) -> None:
        """Tells of the turn; at its beginning it takes the floor too, with no text."""
        event = self._event(state, reason)
        if state == "thinking" and not self.text:
            if not await turnlog.publish(self._core, event, ""):
                self._check()
        else:
            await turnlog.announce(self._core, event)

    async def tool(self, name: str, state: ToolState) -> None:
        """For agents: what the AI does meanwhile."""
        await turnlog.announce(self._core, self._event("streaming" if self.text else "thinking", None, name, state))

    def _append(self, text: str) -> None:
        if not text:
            return
        if self._paragraph:
            self._paragraph, text = False, "\n\n" + text.lstrip()
        self.text += text
        self._more.set()

    async def _publish(self) -> None:
        text, offset = self.text, self._published
        if len(text) == offset:
            return
        event = DeltaEvent(
            conversation=self._conversation,
            turn=self._turn.id,
            attempt=self._turn.attempt,
            epoch=self._turn.epoch,
            trigger=self._turn.trigger_seq,
            offset=offset,
            text=text[offset:],
        )
        if await turnlog.publish(self._core, event, text):
            self._published = len(text)
            if self.first_at is None:
                self.first_at = time.monotonic()
                self._check()
        else:
            self._check()
            await asyncio.sleep(MUTED_SECONDS)
            self._more.set()

    def _event(
        self, state: TurnState, reason: str | None, tool: str | None = None, tool_state: ToolState | None = None
    ) -> TurnEvent:
        return TurnEvent(
            conversation=self._conversation,
            turn=self._turn.id,
            attempt=self._turn.attempt,
            epoch=self._turn.epoch,
            trigger=self._turn.trigger_seq,
            state=state,
            reason=reason,
            tool=tool,
            tool_state=tool_state,
        )
