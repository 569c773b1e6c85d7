"""A conversation is given to an agent, or back to the queue."""

from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from db import users
from db.pool import tenant
from server.accounts.authenticate import Agent
from server.accounts.roles import works
from server.conversations import find
from server.conversations.events import event
from server.conversations.post import accepted, post
from server.conversations.take_over import check_free
from server.core import turnlog
from server.core.core import Core
from server.core.errors import BadFrame
from server.schema.records import ConversationRecord, Expect, Owner, Published


async def assign(core: Core, agent: Agent, conversation: UUID, assignee: UUID | None) -> ConversationRecord:
    """`assignee` None: back to the queue. Raises NotFound, Conflict, or BadFrame for somebody who can't work here."""
    record = await find.conversation(core, agent, conversation)
    check_free(agent, record)
    name = None
    if assignee is not None:
        async with tenant(core.pool, agent.workspace) as conn:
            member = await users.member(conn, assignee)
        if member is None or not works(member.role):
            raise BadFrame("agent is nobody who works in this workspace", field="agent")
        name = member.name
    said = await turnlog.seal(core, conversation, record.epoch) if record.mode == "ai" else None
    row = replace(
        event(
            conversation,
            "assigned",
            f"{name} joined" if name else "Waiting for a colleague",
            assignee=str(assignee),
            assignee_name=name,
        ),
        expect=Expect(epoch=record.epoch),
        owner=Owner(
            mode="human" if assignee else "queued", assignee=assignee, status="open" if record.status != "open" else UNSET
        ),
        published=Published(turn=said.turn, text=said.text) if said else UNSET,
        why="assigned",
    )
    return find.found(accepted((await post(core, agent.workspace, [row]))[0]).conversation)
