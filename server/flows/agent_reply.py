"""An agent writes: to the contact, which takes the conversation over; to colleagues; or into the AI's ear."""

from server.accounts.authenticate import Agent
from server.accounts.roles import demand_worker
from server.conversations import agent_says
from server.flows.desk import Desk
from server.schema.frames import AgentSend, Whisper
from server.schema.records import Posted


async def agent_reply(desk: Desk, agent: Agent, frame: AgentSend) -> Posted:
    """Raises Forbidden, BadFrame, NotFound, Conflict, or db.errors.Unavailable."""
    demand_worker(agent.role)
    say = agent_says.note if frame.note else agent_says.say
    return await say(desk.core, agent, frame)


async def agent_whisper(desk: Desk, agent: Agent, frame: Whisper) -> Posted:
    """Raises Forbidden, NotFound, Conflict, or db.errors.Unavailable."""
    demand_worker(agent.role)
    posted = await agent_says.whisper(desk.core, agent, frame)
    if posted.turn is not None:
        desk.replies.start(agent.workspace, frame.conversation, posted.turn)
    return posted
