"""The message that ends a turn, and what goes with it: a person is asked for where the AI can't or shouldn't go on."""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog
from msgspec import Struct
from msgspec.structs import replace

from db.errors import Unavailable
from server.ai.models.base import Prompt, Usage
from server.ai.phrases import phrases
from server.conversations.away import away_rows
from server.conversations.events import event
from server.conversations.post import post
from server.conversations.timers import after_reply
from server.core import turnlog
from server.core.core import Core
from server.core.ids import new_id
from server.schema.entities import Source
from server.schema.events import TurnEvent
from server.schema.records import Expect, Finish, NewMessage, Owner, TurnRef

log = structlog.get_logger()

PERSISTENCE = (0.2, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0)  # seconds between tries while the database is away


class LastWord(Struct, frozen=True, kw_only=True):
    """How a turn ended. `failed`: why there is no answer; `handed_off`: why the AI wants a person."""

    turn: TurnRef
    prompt: Prompt
    text: str
    sources: list[Source]
    model: str
    usage: Usage
    handed_off: str | None
    failed: str | None


async def write(core: Core, workspace: UUID, conversation: UUID, word: LastWord) -> bool:
    """Writes it, unless the turn has been cut, superseded or taken over meanwhile: then nothing, and False.

    Raises Unavailable where the database stays away; the turn's lease lapses then, and another process makes the answer.
    """
    rows = await _rows(core, workspace, conversation, word)
    for wait in (*PERSISTENCE, None):
        try:
            first = (await post(core, workspace, rows))[0]
        except Unavailable:
            if wait is None:
                raise
            await asyncio.sleep(wait)
            continue
        if first.outcome != "posted":
            log.info("answer no longer wanted", reason=first.reason, turn=str(word.turn.id))
        elif not word.handed_off and not word.failed:
            await turnlog.announce(core, _done(conversation, word.turn))
        return first.outcome == "posted"
    return False


async def _rows(core: Core, workspace: UUID, conversation: UUID, word: LastWord) -> list[NewMessage]:
    used, turn = word.usage, word.turn
    message = NewMessage(
        conversation=conversation,
        id=turn.id,
        sender="ai",
        author_kind="ai",
        author_name=word.prompt.business.assistant,
        kind="text",
        text=phrases(word.prompt.locale).failed if word.failed else word.text,
        sources=None if word.failed else word.sources or None,
        expect=Expect(turn=turn.id, attempt=turn.attempt, epoch=turn.epoch),
        finish=Finish(
            state="failed" if word.failed else "done",
            reason=word.failed or ("handoff" if word.handed_off else None),
            model=word.model,
            input_tokens=used.input,
            output_tokens=used.output,
            cache_read_tokens=used.cache_read,
            cache_write_tokens=used.cache_write,
        ),
    )
    reason = f"The AI could not answer: {word.failed}" if word.failed else word.handed_off
    if reason is None:
        return [replace(message, timers=after_reply(core.tuning))]
    return [
        replace(message, owner=Owner(mode="queued", assignee=None), why="handoff"),
        *await _asks_for_person(core, workspace, conversation, word, reason),
    ]


async def _asks_for_person(core: Core, workspace: UUID, conversation: UUID, word: LastWord, reason: str) -> list[NewMessage]:
    """They follow the message's own change of owner, so they stand only where it stands."""
    note = NewMessage(
        conversation=conversation,
        id=new_id(),
        sender="ai",
        author_kind="ai",
        author_name=word.prompt.business.assistant,
        kind="note",
        internal=True,
        text=reason,
        data={"handoff": reason},
    )
    asked = event(conversation, "human_requested", "A person has been asked for", by="ai")
    rows = [asked, note, *await away_rows(core, workspace, conversation, word.prompt.locale)]
    follows = Expect(epoch=word.turn.epoch + 1, modes=["queued"])
    return [replace(row, expect=follows) for row in rows]


def _done(conversation: UUID, turn: TurnRef) -> TurnEvent:
    return TurnEvent(
        conversation=conversation, turn=turn.id, attempt=turn.attempt, epoch=turn.epoch, trigger=turn.trigger_seq, state="done"
    )
