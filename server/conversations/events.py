"""The rows that tell in the thread what happened to it. Clients translate by `data.event`; `text` is the English for the rest."""

from typing import Any
from uuid import UUID

from server.accounts.authenticate import Agent
from server.core.ids import new_id
from server.schema.records import NewMessage


def event(
    conversation: UUID, name: str, text: str, agent: Agent | None = None, *, internal: bool = False, **data: Any
) -> NewMessage:
    """`name` is joined, released, assigned, resolved, reopened, snoozed, human_requested, rated …"""
    who = {"agent": str(agent.user), "name": agent.name} if agent else {}
    return NewMessage(
        conversation=conversation,
        id=new_id(),
        sender=f"user:{agent.user}" if agent else "system",
        author_kind="agent" if agent else "system",
        author_id=agent.user if agent else None,
        author_name=agent.name if agent else None,
        kind="event",
        text=text,
        internal=internal,
        data={"event": name, **who, **data},
    )
