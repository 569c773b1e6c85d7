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
Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Limit = Annotated[int, Meta(ge=1, le=200)]
Topic = Annotated[str, Meta(min_length=1, max_length=64)]


class Request(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of what a client sends."""

    ref: Annotated[str, Meta(max_length=128)] | None = None
    """Comes back with the frame that answers this one."""


class Reply(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base of what the server sends. Unset optional fields do not travel."""


# What both sides may send.


class Ping(Request, tag="ping", frozen=True):
    """Answered by `pong`, whichever side sends it."""


class Pong(Request, tag="pong", frozen=True):
    """The answer to `ping`, with its `ref`."""


# What a visitor sends.


class SignedId(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`hash` is the hex HMAC-SHA256 of `id` under the workspace's identity secret."""

    id: Annotated[str, Meta(min_length=1, max_length=256)]
    hash: Annotated[str, Meta(min_length=64, max_length=64)]


Identity = Annotated[str, Meta(max_length=4096)] | SignedId


class SeenPage(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A page of the host's site."""

    url: Url
    title: Short = ""
    referrer: Url | None = None


class VisitorHello(Request, tag="hello", frozen=True):
    """The first frame, within 10 s; answered by `welcome`. Writes nothing: contact and conversation begin with the first
    message."""

    key: Annotated[str, Meta(max_length=128)]
    """The workspace's public widget key."""
    v: int = VERSION
    """The version of the protocol that the client speaks."""
    token: Annotated[str, Meta(max_length=1024)] | None = None
    """The secret of a returning visitor, from an earlier `welcome`."""
    conversation: UUID | None = None
    """The conversation that `after` and `rev` are about."""
    after: Seq | None = None
    """The last `seq` held of it."""
    rev: Seq | None = None
    """The last `rev` held of it."""
    identity: Identity | None = None
    """Who the visitor is on the host's site, signed by it: a JWT (HS256), or an id with its hash."""
    locale: Annotated[str, Meta(max_length=35)] | None = None
    """A language tag such as `pt-BR`."""
    page: SeenPage | None = None


class VisitorSend(Request, tag="send", frozen=True):
    """Answered by `ack` once it is durable. Sending it again with the same `client_id` never makes a second message."""

    client_id: UUID
    """Of the client's making."""
    text: Annotated[str, Meta(max_length=TEXT_CHARS)]
    attachments: Annotated[list[UUID], Meta(max_length=10)] = []
    answers: dict[Annotated[str, Meta(max_length=64)], Short] | None = None
    """Answers to a form, by field."""
    reply_to: UUID | None = None


class VisitorTyping(Request, tag="typing", frozen=True):
    """Repeat it every few seconds while it holds: receivers let it lapse after 6 s."""

    on: bool


class VisitorRead(Request, tag="read", frozen=True):
    """Everything up to `seq` has been seen. Only rises."""

    seq: Seq


class VisitorPage(Request, tag="page", frozen=True):
    """The visitor moved on the host's site."""

    url: Url
    title: Short


class VisitorHistory(Request, tag="history", frozen=True):
    """Asks for messages before or after a `seq`; answered by `history`."""

    before: Seq | None = None
    after: Seq | None = None
    limit: Limit = 50


class Identify(Request, tag="identify", frozen=True):
    """A signed identity after `hello`; answered by a new `welcome`."""

    identity: Identity


class Human(Request, tag="human", frozen=True):
    """"Let me talk to a person": always honoured. Answered by `ack`."""

    client_id: UUID


class Rate(Request, tag="rate", frozen=True):
    """How satisfied the visitor is. Answered by `ack`."""

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


class TopicRequest(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A topic and what is held of it: inbox, conversation:<id>, stats, visitors or notifications."""

    topic: Topic
    after: Seq | None = None
    """The last `seq` held of the conversation."""
    rev: Seq | None = None
    """The last `rev` held of the conversation."""
    cursor: Annotated[str, Meta(max_length=128)] | None = None
    """Of the inbox: from the REST list, `subscribed` or the last `mark`."""


class AgentHello(Request, tag="hello", frozen=True):
    """The first frame, within 10 s; answered by `welcome`, then by one answer for each of `topics`."""

    token: Annotated[str, Meta(max_length=256)] | None = None
    """From `POST /api/v1/auth/login`. On the server's own pages the session cookie will do."""
    v: int = VERSION
    workspace: UUID | None = None
    """Refused where the session is for another one."""
    topics: Annotated[list[TopicRequest], Meta(max_length=50)] = []


class Subscribe(Request, tag="subscribe", frozen=True):
    """Each topic is answered by `subscribed` or by `error`."""

    topics: Annotated[list[TopicRequest], Meta(max_length=50)]


class Unsubscribe(Request, tag="unsubscribe", frozen=True):
    """Answered by `ok` where it has a `ref`."""

    topics: Annotated[list[Topic], Meta(max_length=50)]


class AgentSend(Request, tag="send", frozen=True):
    """Answered by `ack`. Into a conversation of the AI or the queue it is a takeover too; into another agent's it is
    `conflict`."""

    conversation: UUID
    client_id: UUID
    text: Annotated[str, Meta(max_length=TEXT_CHARS)]
    note: bool = False
    """Internal: no visitor ever gets it, and it takes nothing over."""
    attachments: Annotated[list[UUID], Meta(max_length=10)] = []
    epoch: Seq | None = None
    """`conflict` when the owner has changed since."""
    reply_to: UUID | None = None


class AgentTyping(Request, tag="typing", frozen=True):
    """The contact sees it of the agent that owns the conversation, colleagues of everybody."""

    conversation: UUID
    on: bool


class AgentViewing(Request, tag="viewing", frozen=True):
    """Colleagues see who looks at a conversation; contacts never do."""

    conversation: UUID
    on: bool


class AgentRead(Request, tag="read", frozen=True):
    """Everything up to `seq` has been seen by the workspace. Only rises."""

    conversation: UUID
    seq: Seq


class Takeover(Request, tag="takeover", frozen=True):
    """From the AI, from the queue or, by a manager, from another agent. Of two at once one wins, the other gets `conflict`."""

    conversation: UUID
    epoch: Seq | None = None
    """`conflict` when the owner has changed since."""


class Release(Request, tag="release", frozen=True):
    """Gives the conversation back to the AI."""

    conversation: UUID


class Whisper(Request, tag="whisper", frozen=True):
    """A private instruction that steers the AI's next words without taking over. Answered by `ack`."""

    conversation: UUID
    client_id: UUID
    text: Text


class AgentHistory(Request, tag="history", frozen=True):
    """Asks for messages before or after a `seq`; answered by `history`."""

    conversation: UUID
    before: Seq | None = None
    after: Seq | None = None
    limit: Limit = 50


class SetStatus(Request, tag="status", frozen=True):
    """The agent's own availability."""

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
    """The answer to `hello`."""

    session: UUID
    me: Me
    workspace: Workspace
    messages: list[Message]
    """What was missed since `after`, else the newest."""
    snapshot: bool
    """True: drop what you hold of the conversation."""
    more: bool
    """There are older messages: ask `history`."""
    ping: int
    """Seconds. A connection that is silent for twice as long is dropped."""
    reconnect: Reconnect
    token: str | None = None
    """For visitors: keep it, it is the way back to the conversation."""
    conversation: Conversation | None = None
    ref: str | None = None


class Subscribed(Reply, tag="subscribed", frozen=True):
    """The answer to one topic of `subscribe`: what was missed, or (`snapshot`) the newest."""

    topic: str
    snapshot: bool
    """True: drop what you hold of this topic."""
    more: bool
    """There are older ones."""
    conversation: Summary | None = None
    messages: list[Message] | None = None
    conversations: list[Summary] | None = None
    presence: list[Presence] | None = None
    cursor: str | None = None
    ref: str | None = None


class Ack(Reply, tag="ack", frozen=True):
    """The message is durable: PostgreSQL has committed it. The second ack of one `client_id` equals the first, but for
    `duplicate`."""

    client_id: UUID
    conversation: UUID
    message_id: UUID
    seq: int
    at: Time
    duplicate: bool
    ref: str | None = None


class Ok(Reply, tag="ok", frozen=True):
    """Answers a frame with a `ref` that has no other answer."""

    ref: str | None = None


class MessageFrame(Reply, tag="message", frozen=True):
    """A new message, in the order of `seq`. The sender gets its own too, before or after its `ack`."""

    conversation: UUID
    message: Message


class Edited(Reply, tag="edited", frozen=True):
    """The same `id` and `seq` with a higher `rev`: delivery state, transcription, redaction."""

    conversation: UUID
    message: Message


class ToolUse(Struct, frozen=True):
    """What the AI does beside speaking."""

    name: str
    state: ToolState


class Turn(Reply, tag="turn", frozen=True):
    """An answer of the AI in the making. Its id is the id of the message that it writes."""

    conversation: UUID
    turn: UUID
    attempt: int
    epoch: int
    state: TurnState
    reason: str | None = None
    """Why it was cancelled or failed."""
    tool: ToolUse | None = None
    """For agents alone."""


class Delta(Reply, tag="delta", frozen=True):
    """A piece of the answer in the making; it may be several merged. A higher `attempt` discards the text held, a lower one is
    ignored, `offset` 0 replaces all."""

    conversation: UUID
    turn: UUID
    attempt: int
    epoch: int
    offset: int
    """What comes before this piece, in code points."""
    text: str


class Typing(Reply, tag="typing", frozen=True):
    """Lapses after 6 s."""

    conversation: UUID
    who: Who
    on: bool


class Viewing(Reply, tag="viewing", frozen=True):
    """Lapses after 6 s. For agents alone."""

    conversation: UUID
    who: Who
    on: bool


class Read(Reply, tag="read", frozen=True):
    """How far somebody has read."""

    conversation: UUID
    who: Who
    seq: int


class VisitorConversation(Reply, tag="conversation", frozen=True):
    """The last state of the conversation, at most every 200 ms."""

    conversation: Conversation


class AgentConversation(Reply, tag="conversation", frozen=True):
    """The last state of a conversation, at most every 200 ms; a higher `rev` wins."""

    conversation: Summary


class Mark(Reply, tag="mark", frozen=True):
    """All changes before `cursor` have been delivered: resume from it. At least every 5 s on a live `inbox`."""

    topic: str
    cursor: str


class Gone(Reply, tag="gone", frozen=True):
    """The conversation was merged (`into`) or deleted."""

    conversation: UUID
    into: UUID | None = None


class PresenceFrame(Reply, tag="presence", frozen=True):
    """Who is there, and on which page."""

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
    """Something that an agent should know."""

    id: UUID
    kind: str
    text: str
    at: Time
    conversation: UUID | None = None


class History(Reply, tag="history", frozen=True):
    """The answer to `history`: contiguous, oldest first, at most 200 messages or 256 KiB."""

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
    """A frame was refused, or a close is about to follow. `ref` and `client_id` are those of the frame it answers."""

    code: ErrorCode
    detail: str
    """A sentence for the developer."""
    ref: str | None = None
    client_id: UUID | None = None
    retry_after: float | None = None
    """Seconds to wait before trying again."""


Shared = (
    Ok | Ack | MessageFrame | Edited | Turn | Delta | Typing | Read | Gone | PresenceFrame | History
    | Welcome | Error | Ping | Pong
)

VisitorEvent = Shared | VisitorConversation
"""Everything that a visitor may receive."""

AgentEvent = Shared | AgentConversation | Subscribed | Viewing | Mark | Stats | Notice
"""Everything that an agent may receive."""
