"""A conversation changes hands: a person takes it, in mid-sentence too, and gives it back."""

from uuid import UUID

from server.accounts.authenticate import Agent
from server.accounts.roles import demand_worker
from server.conversations import find
from server.conversations.release import release
from server.conversations.take_over import take_over
from server.flows.desk import Desk
from server.schema.records import ConversationRecord


async def take(desk: Desk, agent: Agent, conversation: UUID, epoch: int | None = None) -> ConversationRecord:
    """Raises Forbidden, NotFound, Conflict, or db.errors.Unavailable."""
    demand_worker(agent.role)
    return await take_over(desk.core, agent, conversation, epoch)


async def give_back(desk: Desk, agent: Agent, conversation: UUID) -> ConversationRecord:
    """Where the contact waits for an answer, the AI gives it now. Raises as `take` does."""
    demand_worker(agent.role)
    posted = await release(desk.core, agent, conversation)
    if posted.turn is not None:
        desk.replies.start(agent.workspace, conversation, posted.turn)
    return find.found(posted.conversation)
