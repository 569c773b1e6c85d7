"""The live protocol, version 1: every frame that travels on /ws/visitor and /ws/agent, one Struct each.

This is the one source: docs/protocol/asyncapi.yaml and static/shared/protocol.d.ts are generated from it
(`python -m tests.contract.publish`). A field may be added, never renamed or removed. Servers refuse unknown fields.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from server.schema.entities import (
    Availability,
    Conversation,
    Me,
    Message,
    Page,
    Presence,
    Reconnect,
    Summary,
    Time,
    ToolState,
    TurnState,
    Who,
    Workspace,
)

PROTOCOL = "parley.v1"
VERSION = 1
FRAME_BYTES = 64 * 1024
TEXT_CHARS = 10_000

Text = Annotated[str, Meta(min_length=1, max_length=TEXT_CHARS)]
Short = Annotated[str, Meta(max_length=512)]
Url = Annotated[str, Meta(max_length=2048)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Limit = Annotated[int, Meta(ge=1, le=200)]
Topic = Annotated[str, Meta(min_length=1, max_length=64)]


class Request(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of what a client sends. `ref` comes back with the answer."""

    ref: Annotated[str, Meta(max_length=128)] | None = None


class Reply(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base of what the server sends. Unset optional fields do not travel."""


# What both sides may send.


class Ping(Request, tag="ping", frozen=True):
    pass


class Pong(Request, tag="pong", frozen=True):
    pass


# What a visitor sends.


class SignedId(Struct, frozen=True, forbid_unknown_fields=True):
    """`hash` is the hex HMAC-SHA256 of `id` under the workspace's identity secret."""

    id: Annotated[str, Meta(min_length=1, max_length=256)]
    hash: Annotated[str, Meta(min_length=64, max_length=64)]


Identity = Annotated[str, Meta(max_length=4096)] | SignedId


class SeenPage(Struct, frozen=True, forbid_unknown_fields=True):
    url: Url
    title: Short = ""
    referrer: Url | None = None


class VisitorHello(Request, tag="hello", frozen=True):
    key: Annotated[str, Meta(max_length=128)]
    v: int = VERSION
    token: Annotated[str, Meta(max_length=1024)] | None = None
    conversation: UUID | None = None
    after: Seq | None = None
    rev: Seq | None = None
    identity: Identity | None = None
    locale: Annotated[str, Meta(max_length=35)] | None = None
    page: SeenPage | None = None


class VisitorSend(Request, tag="send", frozen=True):
    client_id: UUID
    text: Annotated[str, Meta(max_length=TEXT_CHARS)]
    attachments: Annotated[list[UUID], Meta(max_length=10)] = []
    answers: dict[Annotated[str, Meta(max_length=64)], Short] | None = None
    reply_to: UUID | None = None


class VisitorTyping(Request, tag="typing", frozen=True):
    on: bool


class VisitorRead(Request, tag="read", frozen=True):
    seq: Seq


class VisitorPage(Request, tag="page", frozen=True):
    url: Url
    title: Short


class VisitorHistory(Request, tag="history", frozen=True):
    before: Seq | None = None
    after: Seq | None = None
    limit: Limit = 50


class Identify(Request, tag="identify", frozen=True):
    identity: Identity


class Human(Request, tag="human", frozen=True):
    client_id: UUID


class Rate(Request, tag="rate", frozen=True):
    client_id: UUID
    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=2000)] | None = None


VisitorFrame = (
    VisitorHello
    | VisitorSend
    | VisitorTyping
    | VisitorRead
    | VisitorPage
    | VisitorHistory
    | Identify
    | Human
    | Rate
    | Ping
    | Pong
)


# What an agent sends.


class TopicRequest(Struct, frozen=True, forbid_unknown_fields=True):
    topic: Topic
    after: Seq | None = None
    rev: Seq | None = None
    cursor: Annotated[str, Meta(max_length=128)] | None = None


class AgentHello(Request, tag="hello", frozen=True):
    token: Annotated[str, Meta(max_length=256)] | None = None
    v: int = VERSION
    workspace: UUID | None = None
    topics: Annotated[list[TopicRequest], Meta(max_length=50)] = []


class Subscribe(Request, tag="subscribe", frozen=True):
    topics: Annotated[list[TopicRequest], Meta(max_length=50)]


class Unsubscribe(Request, tag="unsubscribe", frozen=True):
    topics: Annotated[list[Topic], Meta(max_length=50)]


class AgentSend(Request, tag="send", frozen=True):
    conversation: UUID
    client_id: UUID
    text: Annotated[str, Meta(max_length=TEXT_CHARS)]
    note: bool = False
    attachments: Annotated[list[UUID], Meta(max_length=10)] = []
    epoch: Seq | None = None
    reply_to: UUID | None = None


class AgentTyping(Request, tag="typing", frozen=True):
    conversation: UUID
    on: bool


class AgentViewing(Request, tag="viewing", frozen=True):
    conversation: UUID
    on: bool


class AgentRead(Request, tag="read", frozen=True):
    conversation: UUID
    seq: Seq


class Takeover(Request, tag="takeover", frozen=True):
    conversation: UUID
    epoch: Seq | None = None


class Release(Request, tag="release", frozen=True):
    conversation: UUID


class Whisper(Request, tag="whisper", frozen=True):
    conversation: UUID
    client_id: UUID
    text: Text


class AgentHistory(Request, tag="history", frozen=True):
    conversation: UUID
    before: Seq | None = None
    after: Seq | None = None
    limit: Limit = 50


class SetStatus(Request, tag="status", frozen=True):
    status: Availability


AgentFrame = (
    AgentHello
    | Subscribe
    | Unsubscribe
    | AgentSend
    | AgentTyping
    | AgentViewing
    | AgentRead
    | Takeover
    | Release
    | Whisper
    | AgentHistory
    | SetStatus
    | Ping
    | Pong
)


# What the server sends.


class Welcome(Reply, tag="welcome", frozen=True):
    session: UUID
    me: Me
    workspace: Workspace
    messages: list[Message]
    snapshot: bool
    more: bool
    ping: int
    reconnect: Reconnect
    token: str | None = None
    conversation: Conversation | None = None
    ref: str | None = None


class Subscribed(Reply, tag="subscribed", frozen=True):
    topic: str
    snapshot: bool
    more: bool
    conversation: Summary | None = None
    messages: list[Message] | None = None
    conversations: list[Summary] | None = None
    presence: list[Presence] | None = None
    cursor: str | None = None
    ref: str | None = None


class Ack(Reply, tag="ack", frozen=True):
    client_id: UUID
    conversation: UUID
    message_id: UUID
    seq: int
    at: Time
    duplicate: bool
    ref: str | None = None


class Ok(Reply, tag="ok", frozen=True):
    ref: str | None = None


class MessageFrame(Reply, tag="message", frozen=True):
    conversation: UUID
    message: Message


class Edited(Reply, tag="edited", frozen=True):
    conversation: UUID
    message: Message


class ToolUse(Struct, frozen=True):
    name: str
    state: ToolState


class Turn(Reply, tag="turn", frozen=True):
    conversation: UUID
    turn: UUID
    attempt: int
    epoch: int
    state: TurnState
    reason: str | None = None
    tool: ToolUse | None = None


class Delta(Reply, tag="delta", frozen=True):
    conversation: UUID
    turn: UUID
    attempt: int
    epoch: int
    offset: int
    text: str


class Typing(Reply, tag="typing", frozen=True):
    conversation: UUID
    who: Who
    on: bool


class Viewing(Reply, tag="viewing", frozen=True):
    conversation: UUID
    who: Who
    on: bool


class Read(Reply, tag="read", frozen=True):
    conversation: UUID
    who: Who
    seq: int


class VisitorConversation(Reply, tag="conversation", frozen=True):
    conversation: Conversation


class AgentConversation(Reply, tag="conversation", frozen=True):
    conversation: Summary


class Mark(Reply, tag="mark", frozen=True):
    topic: str
    cursor: str


class Gone(Reply, tag="gone", frozen=True):
    conversation: UUID
    into: UUID | None = None


class PresenceFrame(Reply, tag="presence", frozen=True):
    who: Who
    status: Availability
    page: Page | None = None


class Stats(Reply, tag="stats", frozen=True):
    """The live figures of the workspace. Times in seconds; `messages` holds one count a minute, oldest first."""

    at: Time
    open: int
    waiting: int
    longest_wait: int
    ai: int
    human: int
    agents_online: int
    visitors: int
    median_first_response: float | None
    messages: list[int]


class Notice(Reply, tag="notice", frozen=True):
    id: UUID
    kind: str
    text: str
    at: Time
    conversation: UUID | None = None


class History(Reply, tag="history", frozen=True):
    conversation: UUID
    messages: list[Message]
    more: bool
    ref: str | None = None


ErrorCode = Literal[
    "bad_frame",
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",
    "too_large",
    "rate_limited",
    "unavailable",
    "internal",
]


class Error(Reply, tag="error", frozen=True):
    code: ErrorCode
    detail: str
    ref: str | None = None
    client_id: UUID | None = None
    retry_after: float | None = None


Shared = (
    Ok | Ack | MessageFrame | Edited | Turn | Delta | Typing | Read | Gone | PresenceFrame | History
    | Welcome | Error | Ping | Pong
)

VisitorEvent = Shared | VisitorConversation
"""Everything that a visitor may receive."""

AgentEvent = Shared | AgentConversation | Subscribed | Viewing | Mark | Stats | Notice
"""Everything that an agent may receive."""
