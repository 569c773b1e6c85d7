"""What an agent writes, as rows: to the contact, to colleagues, to the AI's ear."""

from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from server.accounts.authenticate import Agent
from server.conversations import find
from server.conversations.post import accepted, digest, post
from server.conversations.take_over import check_free, claim
from server.conversations.timers import after_reply
from server.conversations.turn import begin
from server.core.core import Core
from server.core.errors import BadFrame, NotFound
from server.core.ids import new_id
from server.schema.frames import AgentSend, Whisper
from server.schema.records import Expect, NewMessage, Posted


async def say(core: Core, agent: Agent, frame: AgentSend) -> Posted:
    """To the contact; into a conversation of the AI's or the queue's it is a takeover too.

    Raises BadFrame, NotFound, or Conflict: it is another agent's, the owner has changed since `frame.epoch`, or the
    client_id was used for something else.
    """
    row = replace(
        _row(agent, frame.conversation, frame.client_id, digest(frame.conversation, "text", frame.text, frame.reply_to)),
        kind="text",
        text=_text(frame),
        reply_to=frame.reply_to,
        timers=after_reply(core.tuning),
    )
    mine = Expect(modes=["human"], statuses=["open"], assignee=agent.user)
    if frame.epoch is not None:
        mine = replace(mine, epoch=frame.epoch)
    first = (await post(core, agent.workspace, [replace(row, expect=mine)]))[0]
    if first.outcome != "conflict" or first.reason not in ("owner", "status"):
        return accepted(first)
    record = find.found(first.conversation)
    check_free(agent, record)
    taken, said = await post(
        core,
        agent.workspace,
        [await claim(core, agent, record), replace(row, expect=Expect(modes=["human"], statuses=["open"], assignee=agent.user))],
    )
    # The agent's other window may have taken it in between: then this one's words stand all the same.
    return accepted(taken if said.outcome == "conflict" and taken.outcome == "conflict" else said)


async def note(core: Core, agent: Agent, frame: AgentSend) -> Posted:
    """For colleagues alone: no visitor ever gets it, and the owner stays."""
    row = replace(
        _row(agent, frame.conversation, frame.client_id, digest(frame.conversation, "note", frame.text, frame.reply_to)),
        kind="note",
        internal=True,
        text=_text(frame),
        reply_to=frame.reply_to,
        expect=Expect(epoch=frame.epoch) if frame.epoch is not None else UNSET,
    )
    return accepted((await post(core, agent.workspace, [row]))[0])


async def whisper(core: Core, agent: Agent, frame: Whisper) -> Posted:
    """Steers the AI's next words. A turn that runs begins again with it: then it is `Posted.turn`."""
    row = replace(
        _row(agent, frame.conversation, frame.client_id, digest(frame.conversation, "whisper", frame.text)),
        kind="note",
        internal=True,
        text=frame.text,
        data={"whisper": True},
        begin=replace(begin(core), running=True),
    )
    return accepted((await post(core, agent.workspace, [row]))[0])


def _text(frame: AgentSend) -> str:
    if frame.attachments:
        raise NotFound("there is no such file")
    if not frame.text.strip():
        raise BadFrame("text must not be empty", field="text")
    return frame.text


def _row(agent: Agent, conversation: UUID, client_id: UUID, content: str) -> NewMessage:
    return NewMessage(
        conversation=conversation,
        id=new_id(),
        sender=f"user:{agent.user}",
        client_id=client_id,
        digest=content,
        author_kind="agent",
        author_id=agent.user,
        author_name=agent.name,
    )
