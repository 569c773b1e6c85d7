"""Writes rows and tells everybody after the commit. No other code writes messages or changes a conversation's owner."""

import asyncio
import hashlib
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import msgspec

from db.errors import Unavailable
from db.messages import post_messages
from server.core import keys
from server.core.core import Core
from server.core.errors import Conflict, NotFound
from server.schema.events import Changed, InboxChanged
from server.schema.records import ConversationRecord, NewMessage, Posted, StoredMessage, TurnRef

MOST_TOGETHER = 64
# Two, so that a conversation that is locked elsewhere holds up half of the others at most.
MOST_LANES = 2

REASONS = {
    "client_id": "this client_id was used for another message",
    "epoch": "the conversation has changed its owner since",
    "owner": "the conversation belongs to somebody else now",
    "status": "the conversation is not in a state for this",
    "seq": "something has been said since",
    "turn": "this answer is no longer wanted",
}


class Asked(NamedTuple):
    """The rows of one caller: they stand together or not at all."""

    rows: list[NewMessage]
    answer: asyncio.Future[list[Posted]]

    def tell(self, posted: list[Posted]) -> None:
        if not self.answer.done():  # else nobody waits any more
            self.answer.set_result(posted)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass
class Lanes:
    """The writes of one workspace: what waits for one, and how many run."""

    waiting: deque[Asked]
    open: int


async def post(core: Core, workspace: UUID, rows: list[NewMessage]) -> list[Posted]:
    """What became of each row, in order. Raises db.errors.Unavailable: then repeat it, nothing is written twice
    where rows carry a `client_id`."""
    asked = Asked(rows, asyncio.get_running_loop().create_future())
    lanes: Lanes = core.lanes.setdefault(workspace, Lanes(deque(), 0))
    lanes.waiting.append(asked)
    if lanes.open < MOST_LANES:
        lanes.open += 1
        core.tasks.start("write", _write(core, workspace, lanes))
    return await asked.answer


async def _write(core: Core, workspace: UUID, lanes: Lanes) -> None:
    """What has come while a write was on its way goes in the next one, one commit for all: no timer, no waiting."""
    together: list[Asked] = []
    try:
        while lanes.waiting:
            together = [lanes.waiting.popleft() for _ in range(min(len(lanes.waiting), MOST_TOGETHER))]
            await _write_together(core, workspace, together)
    finally:
        lanes.open -= 1
        if not lanes.open:
            core.lanes.pop(workspace, None)
            together += lanes.waiting
        for asked in together:
            asked.fail(Unavailable("the process ends"))


async def _write_together(core: Core, workspace: UUID, together: list[Asked]) -> None:
    try:
        posted = await post_messages(core.pool, workspace, [row for asked in together for row in asked.rows])
    except Unavailable as error:
        for asked in together:
            asked.fail(error)
    except Exception as error:
        if len(together) == 1:
            together[0].fail(error)
            return
        # Nothing stands: whoever is not at fault shall not suffer.
        for asked in together:
            await _write_together(core, workspace, [asked])
    else:
        changes = [
            Changed(record=one.conversation, messages=one.messages, ended=one.ended)
            for one in posted
            if one.outcome == "posted" and one.conversation is not None
        ]
        # An ack does not wait for Redis. Tasks begin in order, and the bus keeps it.
        core.tasks.start("publish", announce(core, changes))
        answers = iter(posted)
        for asked in together:
            asked.tell(list(islice(answers, len(asked.rows))))


async def announce(core: Core, changes: list[Changed]) -> None:
    """Publishes commits to the conversations' channels and to the inboxes."""
    events = []
    for change in changes:
        record = change.record
        events.append((keys.conversation_channel(record.id), msgspec.json.encode(change)))
        events.append((keys.workspace_channel(record.workspace), msgspec.json.encode(InboxChanged(record=record))))
    if events:
        await core.bus.publish(*events)


async def changed(
    core: Core, record: ConversationRecord, edited: list[StoredMessage] | None = None, ended: TurnRef | None = None
) -> None:
    """Tells of a change that wrote no message: a read mark, a name."""
    await announce(core, [Changed(record=record, edited=edited or [], ended=ended)])


def accepted(posted: Posted) -> Posted:
    """The row, posted now or before. Raises Conflict or NotFound."""
    if posted.outcome == "conflict":
        raise Conflict(REASONS.get(posted.reason or "", "the conversation has changed"))
    if posted.outcome == "not_found":
        raise NotFound("there is no such message to reply to" if posted.reason == "reply_to" else "there is no such conversation")
    return posted


def digest(conversation: UUID, *content: object) -> str:
    """What a sender asked for, as hex: the same client_id with another digest is refused."""
    return hashlib.sha256(msgspec.json.encode([conversation, *content])).hexdigest()
