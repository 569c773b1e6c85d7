"""A conversation's status: resolved, opened again, put off."""

import time
from datetime import UTC, datetime
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from server.accounts.authenticate import Agent
from server.conversations import find
from server.conversations.events import event
from server.conversations.post import accepted, post
from server.core import turnlog
from server.core.core import Core
from server.core.errors import BadFrame, Conflict
from server.schema.entities import Status
from server.schema.records import ConversationRecord, Expect, Owner, Published, Timer

UNRESOLVED: list[Status] = ["open", "snoozed"]
LONGEST_SECONDS = 100 * 366 * 86400.0


async def resolve(core: Core, agent: Agent, conversation: UUID) -> ConversationRecord:
    """Raises NotFound, or Conflict where it is resolved already."""
    record = await find.conversation(core, agent, conversation)
    if record.status == "resolved":
        raise Conflict("the conversation is resolved already")
    said = await turnlog.seal(core, conversation, record.epoch) if record.mode == "ai" else None
    row = replace(
        event(conversation, "resolved", f"{agent.name} closed the conversation", agent),
        expect=Expect(epoch=record.epoch, statuses=UNRESOLVED),
        status="resolved",
        published=Published(turn=said.turn, text=said.text) if said else UNSET,
        why="resolved",
        timers=[Timer(kind="follow_up", delay=None), Timer(kind="close_idle", delay=None), Timer(kind="wake", delay=None)],
    )
    return find.found(accepted((await post(core, agent.workspace, [row]))[0]).conversation)


async def reopen(core: Core, agent: Agent, conversation: UUID) -> ConversationRecord:
    """It is the agent's who opens it again. Raises NotFound, or Conflict where it is open."""
    record = await find.conversation(core, agent, conversation)
    if record.status == "open":
        raise Conflict("the conversation is open already")
    row = replace(
        event(conversation, "reopened", f"{agent.name} joined", agent),
        expect=Expect(epoch=record.epoch),
        owner=Owner(mode="human", assignee=agent.user, status="open"),
    )
    return find.found(accepted((await post(core, agent.workspace, [row]))[0]).conversation)


async def snooze(core: Core, agent: Agent, conversation: UUID, until: datetime) -> ConversationRecord:
    """Out of sight until then, or until the contact writes. Raises NotFound, Conflict, or BadFrame for a past time."""
    delay = until.timestamp() - time.time()
    if not 0 < delay < LONGEST_SECONDS:
        raise BadFrame("until must be in the future, and within a century", field="until")
    record = await find.conversation(core, agent, conversation)
    if record.status == "resolved":
        raise Conflict("the conversation is resolved already")
    moment = until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    row = replace(
        event(conversation, "snoozed", f"{agent.name} put this off until {moment}", agent, internal=True, until=moment),
        expect=Expect(epoch=record.epoch, statuses=UNRESOLVED),
        status="snoozed",
        snoozed_until=moment,
        timers=[Timer(kind="wake", delay=delay)],
    )
    return find.found(accepted((await post(core, agent.workspace, [row]))[0]).conversation)
