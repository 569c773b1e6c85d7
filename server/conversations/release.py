"""A person gives a conversation back to the AI."""

from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from server.accounts.authenticate import Agent
from server.conversations import find
from server.conversations.events import event
from server.conversations.post import accepted, post
from server.conversations.turn import begin
from server.core.core import Core
from server.core.errors import Conflict
from server.schema.records import Expect, Owner, Posted


async def release(core: Core, agent: Agent, conversation: UUID) -> Posted:
    """The AI owns it again; where the contact waits for an answer, `Posted.turn` is the turn that gives it.

    Raises NotFound, or Conflict where the AI has it already or another agent does.
    """
    record = await find.conversation(core, agent, conversation)
    if record.mode == "ai":
        raise Conflict("the AI has this conversation already")
    theirs = record.assignee is not None and record.assignee.id != agent.user
    if theirs and not agent.manages:
        raise Conflict(f"{record.assignee.name if record.assignee else 'another agent'} has this conversation")
    row = replace(
        event(conversation, "released", f"{agent.name} left" if record.mode == "human" else "The AI answers again", agent),
        expect=Expect(epoch=record.epoch),
        owner=Owner(mode="ai", assignee=None),
        begin=begin(core) if record.waiting_since and record.status == "open" else UNSET,
    )
    return accepted((await post(core, agent.workspace, [row]))[0])
