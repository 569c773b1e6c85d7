"""Writes rows and tells everybody after the commit. No other code writes messages or changes a conversation's owner."""

import hashlib
from uuid import UUID

import msgspec

from db.messages import post_messages
from server.core import keys
from server.core.core import Core
from server.core.errors import Conflict, NotFound
from server.schema.events import Changed, InboxChanged
from server.schema.records import ConversationRecord, NewMessage, Posted, StoredMessage, TurnRef

REASONS = {
    "client_id": "this client_id was used for another message",
    "epoch": "the conversation has changed its owner since",
    "owner": "the conversation belongs to somebody else now",
    "status": "the conversation is not in a state for this",
    "seq": "something has been said since",
    "turn": "this answer is no longer wanted",
}


async def post(core: Core, workspace: UUID, rows: list[NewMessage]) -> list[Posted]:
    """What became of each row, in order. Raises db.errors.Unavailable: then repeat it, nothing is written twice
    where rows carry a `client_id`."""
    posted = await post_messages(core.pool, workspace, rows)
    changes = [
        Changed(record=one.conversation, messages=one.messages, ended=one.ended)
        for one in posted
        if one.outcome == "posted" and one.conversation is not None
    ]
    await announce(core, changes)
    return posted


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
        raise NotFound("there is no such conversation")
    return posted


def digest(conversation: UUID, *content: object) -> str:
    """What a sender asked for, as hex: the same client_id with another digest is refused."""
    return hashlib.sha256(msgspec.json.encode([conversation, *content])).hexdigest()
