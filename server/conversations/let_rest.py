"""What time does to a conversation: it is closed when nothing happens in it, and opens again when it was put off until now."""

from uuid import UUID

from msgspec.structs import replace

from db import conversations as db
from db.pool import tenant
from server.conversations.events import event
from server.conversations.post import accepted, post
from server.core.core import Core
from server.schema.records import ConversationRecord, Expect, Timer


async def close_idle(core: Core, workspace: UUID, conversation: UUID) -> bool:
    """False where it is not open, or somebody still waits for a person: they are not forgotten, but asked about again
    later. Raises Conflict where something happened meanwhile: look again."""
    record = await _get(core, workspace, conversation)
    if record is None or record.status != "open":
        return False
    if record.waiting_since is None:
        told = event(conversation, "resolved", "Closed, as nothing more was said", by="idle")
        row = replace(told, status="resolved", why="idle", timers=[Timer(kind="follow_up", delay=None)])
    else:
        told = event(conversation, "still_waiting", "Still waiting for a person", internal=True)
        row = replace(told, timers=[Timer(kind="close_idle", delay=core.tuning.idle)])
    unchanged = Expect(epoch=record.epoch, last_seq=record.last_seq, statuses=["open"])
    accepted((await post(core, workspace, [replace(row, expect=unchanged)]))[0])
    return record.waiting_since is None


async def wake(core: Core, workspace: UUID, conversation: UUID) -> bool:
    """False where it is not asleep. Raises Conflict where something happened meanwhile: look again."""
    record = await _get(core, workspace, conversation)
    if record is None or record.status != "snoozed":
        return False
    woken = replace(
        event(conversation, "woken", "The time until which this was put off has come", internal=True),
        expect=Expect(epoch=record.epoch, statuses=["snoozed"]),
        status="open",
        timers=[Timer(kind="close_idle", delay=core.tuning.idle)],
    )
    accepted((await post(core, workspace, [woken]))[0])
    return True


async def _get(core: Core, workspace: UUID, conversation: UUID) -> ConversationRecord | None:
    async with tenant(core.pool, workspace) as conn:
        return await db.get(conn, conversation)
