"""What a visitor writes, asks and rates, as rows. Sent twice with one client_id it stands once."""

from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from db import conversations as db
from db.pool import tenant
from server.contacts.visitor import Visitor
from server.conversations.post import accepted, digest, post
from server.conversations.timers import after_contact
from server.conversations.turn import begin
from server.core import turnlog
from server.core.core import Core
from server.core.errors import BadFrame, NotFound
from server.core.ids import new_id
from server.schema.frames import Human, Rate, VisitorSend
from server.schema.records import ConversationRecord, Expect, NewMessage, Owner, Posted, Published


async def say(core: Core, visitor: Visitor, frame: VisitorSend) -> Posted:
    """`Posted.turn` is the AI turn that answers, where the AI owns the conversation. Raises BadFrame, NotFound, Conflict."""
    if frame.attachments:
        raise NotFound("there is no such file")
    if not frame.text.strip() and not frame.answers:
        raise BadFrame("text must not be empty", field="text")
    row = replace(
        _row(visitor, frame.client_id, digest(visitor.conversation, "text", frame.text, frame.answers, frame.reply_to)),
        kind="text",
        text=frame.text,
        data={"answers": frame.answers} if frame.answers else None,
        reply_to=frame.reply_to,
        begin=begin(core),
        timers=after_contact(core.tuning),
    )
    return accepted((await post(core, visitor.workspace, [row]))[0])


async def ask_for_person(core: Core, visitor: Visitor, frame: Human) -> Posted:
    """Into the queue, whatever the AI is doing; `Posted.reason` is "waits" where a person had it already."""
    asked = replace(
        _row(visitor, frame.client_id, digest(visitor.conversation, "human")),
        kind="event",
        text="Asked for a person",
        data={"event": "human_requested"},
        timers=after_contact(core.tuning),
    )
    async with tenant(core.pool, visitor.workspace) as conn:
        record = await db.get(conn, visitor.conversation)
    while True:  # until nobody gives it back to the AI, or takes it, between our look and our wish
        row = await _into_queue(core, visitor, asked, record)
        posted = (await post(core, visitor.workspace, [row]))[0]
        if posted.outcome != "conflict" or posted.reason != "owner":
            return replace(accepted(posted), reason=None if row.owner else "waits")
        record = posted.conversation


async def _into_queue(core: Core, visitor: Visitor, asked: NewMessage, record: ConversationRecord | None) -> NewMessage:
    """`record` is what is known; one that is resolved opens again with the wish itself."""
    mode = "ai" if record is None or record.status == "resolved" else record.mode
    if record is not None and mode != "ai" and (mode == "human" or record.waiting_since):
        return replace(asked, expect=Expect(modes=["human", "queued"]))
    said = await turnlog.seal(core, visitor.conversation, record.epoch) if record is not None and mode == "ai" else None
    return replace(
        asked,
        expect=Expect(modes=[mode]),
        owner=Owner(mode="queued", assignee=None),
        published=Published(turn=said.turn, text=said.text) if said else UNSET,
        why="human",
    )


async def rate(core: Core, visitor: Visitor, frame: Rate) -> Posted:
    """How satisfied the visitor was. Raises NotFound before there is a conversation."""
    row = replace(
        _row(visitor, frame.client_id, digest(visitor.conversation, "rate", frame.score, frame.comment)),
        open=UNSET,
        author_kind="system",
        author_id=None,
        kind="event",
        text=f"Rated {frame.score} of 5",
        data={"event": "rated", "score": frame.score, "comment": frame.comment},
    )
    return accepted((await post(core, visitor.workspace, [row]))[0])


def _row(visitor: Visitor, client_id: UUID, content: str) -> NewMessage:
    return NewMessage(
        conversation=visitor.conversation,
        id=new_id(),
        sender=f"contact:{visitor.contact}",
        client_id=client_id,
        digest=content,
        author_kind="contact",
        author_id=visitor.contact,
        author_name=visitor.name,
        open=visitor.opening(),
    )
