"""A person takes a conversation: from the AI in mid-sentence, from the queue or, a manager, from another agent."""

from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from server.accounts.authenticate import Agent
from server.conversations import find
from server.conversations.events import event
from server.conversations.post import accepted, post
from server.core import turnlog
from server.core.core import Core
from server.core.errors import Conflict
from server.schema.records import ConversationRecord, Expect, NewMessage, Owner, Published


async def take_over(core: Core, agent: Agent, conversation: UUID, epoch: int | None = None) -> ConversationRecord:
    """The conversation, now the agent's. Raises NotFound, or Conflict where another was first or `epoch` has passed."""
    record = await find.conversation(core, agent, conversation)
    if epoch is not None and record.epoch != epoch:
        raise Conflict("the conversation has changed its owner since")
    if record.mode == "human" and record.assignee and record.assignee.id == agent.user and record.status == "open":
        return record
    check_free(agent, record)
    posted = accepted((await post(core, agent.workspace, [await claim(core, agent, record)]))[0])
    return find.found(posted.conversation)


def check_free(agent: Agent, record: ConversationRecord) -> None:
    """Raises Conflict where the conversation is another agent's and this one may not take it."""
    theirs = record.mode == "human" and record.assignee is not None and record.assignee.id != agent.user
    if theirs and record.status == "open" and not agent.manages:
        raise Conflict(f"{record.assignee.name if record.assignee else 'another agent'} has this conversation")


async def claim(core: Core, agent: Agent, record: ConversationRecord) -> NewMessage:
    """The row that makes the conversation the agent's. It takes the floor from the AI first, so that what the visitor
    has read is what stays."""
    said = await turnlog.seal(core, record.id, record.epoch) if record.mode == "ai" else None
    return replace(
        event(record.id, "joined", f"{agent.name} joined", agent),
        expect=Expect(epoch=record.epoch),
        owner=Owner(mode="human", assignee=agent.user, status="open" if record.status != "open" else UNSET),
        published=Published(turn=said.turn, text=said.text) if said else UNSET,
        why="takeover",
    )
