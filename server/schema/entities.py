"""What frames and REST bodies are made of. Ids are UUIDs, times RFC 3339 UTC strings with milliseconds."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""RFC 3339 in UTC with milliseconds, such as ``2026-11-20T10:15:00.123Z``; the database writes it (SQL ``iso()``)."""

Mode = Literal["ai", "queued", "human"]
Status = Literal["open", "snoozed", "resolved"]
AuthorKind = Literal["contact", "ai", "agent", "system"]
MessageKind = Literal["text", "note", "event", "card", "form", "file"]
TurnState = Literal["thinking", "streaming", "done", "cancelled", "failed"]
ToolState = Literal["running", "done", "failed"]
Availability = Literal["online", "away", "offline"]
Role = Literal["owner", "admin", "manager", "agent", "viewer"]
WhoKind = Literal["contact", "agent", "ai"]


class Entity(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base: immutable; optional fields that are unset do not travel."""


class Author(Entity, frozen=True):
    """Who wrote a message."""

    kind: AuthorKind
    id: UUID | None = None
    name: str | None = None
    avatar: str | None = None


class Source(Entity, frozen=True):
    """What an AI answer rests on: an article of the workspace."""

    article: UUID
    title: str
    url: str | None = None


class Attachment(Entity, frozen=True):
    """`url` is signed and short-lived; `size` in bytes."""

    id: UUID
    name: str
    type: str
    size: int
    url: str


class Message(Entity, frozen=True):
    """`seq` counts the conversation's messages; `prev` is the seq before it that this reader may see (0: none)."""

    id: UUID
    seq: int
    prev: int
    rev: int
    author: Author
    kind: MessageKind
    text: str
    attachments: list[Attachment]
    at: Time
    client_id: UUID | None = None
    data: dict[str, Any] | None = None
    sources: list[Source] | None = None
    reply_to: UUID | None = None
    cut: bool = False
    """The AI was stopped in the middle of it."""


class Who(Entity, frozen=True):
    """Somebody on either side."""

    kind: WhoKind
    id: UUID
    name: str | None = None


class Person(Entity, frozen=True):
    """Somebody to show."""

    id: UUID
    name: str | None = None
    avatar: str | None = None


class Page(Entity, frozen=True):
    """Where a visitor is on the host's site."""

    url: str
    title: str = ""
    referrer: str | None = None


class Conversation(Entity, frozen=True):
    """A conversation as its visitor sees it. `last_seq` is the last that it may see, `peer_read_seq` how far the
    workspace has read."""

    id: UUID
    rev: int
    epoch: int
    mode: Mode
    status: Status
    last_seq: int
    read_seq: int
    unread: int
    assignee: Person | None = None
    peer_read_seq: int = 0


class Summary(Entity, frozen=True):
    """A conversation as the workspace's agents see it. `peer_read_seq` is how far the contact has read."""

    id: UUID
    rev: int
    epoch: int
    mode: Mode
    status: Status
    contact: Person
    channel: str
    last_seq: int
    read_seq: int
    unread: int
    preview: str
    assignee: Person | None = None
    waiting_since: Time | None = None
    """Since when the contact waits for an answer of a person."""
    sla_due: Time | None = None
    snoozed_until: Time | None = None
    last_at: Time | None = None
    label: str | None = None
    peer_read_seq: int = 0


class Presence(Entity, frozen=True):
    """Who is there, and on which page."""

    who: Who
    status: Availability
    page: Page | None = None


class Workspace(Entity, frozen=True):
    """What a client may know of the workspace it talks to. `brand`: {color, logo?, greeting?, assistant?}."""

    id: UUID
    name: str
    locale: str
    brand: dict[str, Any]


class Me(Entity, frozen=True):
    """Who this connection speaks for."""

    id: UUID
    kind: Literal["contact", "agent"]
    name: str | None = None
    role: Role | None = None


class Reconnect(Entity, frozen=True):
    """Seconds: a client waits a random time between them before it connects again."""

    min: float
    max: float
