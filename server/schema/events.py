"""What processes tell each other over the bus. Losing one costs a second, never a message."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from server.schema.entities import Availability, Page, ToolState, TurnState, Who
from server.schema.records import ConversationRecord, StoredMessage, TurnRef


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Changed(Event, tag="changed", frozen=True):
    """A commit: the conversation after it, the messages it added or edited, the turn it ended."""

    record: ConversationRecord
    messages: list[StoredMessage] = []
    edited: list[StoredMessage] = []
    ended: TurnRef | None = None


class TurnEvent(Event, tag="turn", frozen=True):
    """Goes as a `turn` frame; `tool` and `tool_state` to agents alone."""

    conversation: UUID
    turn: UUID
    attempt: int
    epoch: int
    state: TurnState
    trigger: int = 0
    """The seq of the message that the turn answers: of two turns, the later one has the higher."""
    reason: str | None = None
    tool: str | None = None
    tool_state: ToolState | None = None


class DeltaEvent(Event, tag="delta", frozen=True):
    """Goes as a `delta` frame. `offset` in code points."""

    conversation: UUID
    turn: UUID
    attempt: int
    epoch: int
    offset: int
    text: str
    trigger: int = 0
    """As in TurnEvent."""


class TypingEvent(Event, tag="typing", frozen=True):
    conversation: UUID
    who: Who
    on: bool


class ViewingEvent(Event, tag="viewing", frozen=True):
    conversation: UUID
    who: Who
    on: bool


class VouchedEvent(Event, tag="vouched", frozen=True):
    """The conversation of an unknown visitor became a known person's: the token from before opens it no more."""

    visitor: UUID


ConversationEvent = VouchedEvent | Changed | TurnEvent | DeltaEvent | TypingEvent | ViewingEvent


class InboxChanged(Event, tag="inbox", frozen=True):
    record: ConversationRecord


class PresenceEvent(Event, tag="presence", frozen=True):
    who: Who
    status: Availability
    page: Page | None = None


WorkspaceEvent = InboxChanged | PresenceEvent
