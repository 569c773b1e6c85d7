"""What the database takes and answers when messages are written: see post_messages in db/migrations."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from server.schema.entities import (
    Attachment,
    Author,
    AuthorKind,
    Conversation,
    Message,
    MessageKind,
    Mode,
    Person,
    Source,
    Status,
    Summary,
    Time,
)


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Opening(Row, frozen=True):
    """Contact and conversation of a first message. `identities` are pairs (kind, value)."""

    contact: UUID
    account: UUID
    channel: str
    identities: list[tuple[str, str]] = []
    locale: str | None = None
    page: dict[str, Any] | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None


class Expect(Row, frozen=True):
    """What must hold under the conversation's lock, else the row is a conflict."""

    epoch: int | UnsetType = UNSET
    modes: list[Mode] | UnsetType = UNSET
    statuses: list[Status] | UnsetType = UNSET
    assignee: UUID | None | UnsetType = UNSET
    last_seq: int | UnsetType = UNSET
    turn: UUID | UnsetType = UNSET
    attempt: int | UnsetType = UNSET


class Owner(Row, frozen=True):
    """A change of owner: epoch + 1, and the AI's running turn is cut."""

    mode: Mode | UnsetType = UNSET
    assignee: UUID | None | UnsetType = UNSET
    status: Status | UnsetType = UNSET


class Published(Row, frozen=True):
    """What the visitor has seen of a turn that may be cut."""

    turn: UUID
    text: str


class Begin(Row, frozen=True):
    """`lease` in seconds. `running`: only if a turn runs already, which ends."""

    turn: UUID
    holder: str
    lease: float
    running: bool = False


class Finish(Row, frozen=True):
    state: Literal["done", "failed"]
    reason: str | None = None
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


class Timer(Row, frozen=True):
    """`delay` in seconds; None: the timer is forgotten."""

    kind: str
    delay: float | None
    payload: dict[str, Any] = {}


class NewMessage(Row, frozen=True):
    """A row of post_messages. Without `kind` it only changes the conversation."""

    conversation: UUID
    id: UUID | None = None
    sender: str = "system"
    client_id: UUID | None = None
    digest: str | None = None
    author_kind: AuthorKind = "system"
    author_id: UUID | None = None
    author_name: str | None = None
    kind: MessageKind | UnsetType = UNSET
    text: str = ""
    internal: bool = False
    attachments: list[Attachment] = []
    data: dict[str, Any] | None = None
    sources: list[Source] | None = None
    reply_to: UUID | None = None
    open: Opening | UnsetType = UNSET
    expect: Expect | UnsetType = UNSET
    owner: Owner | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    snoozed_until: Time | None = None
    why: str | None = None
    published: Published | UnsetType = UNSET
    begin: Begin | UnsetType = UNSET
    finish: Finish | UnsetType = UNSET
    timers: list[Timer] = []


class StoredMessage(Struct, frozen=True, kw_only=True):
    """A message as the database has it: more than either audience gets."""

    id: UUID
    seq: int
    public_prev: int
    rev: int
    author: Author
    kind: MessageKind
    internal: bool
    text: str
    attachments: list[Attachment]
    at: Time
    client_id: UUID | None = None
    data: dict[str, Any] | None = None
    sources: list[Source] | None = None
    reply_to: UUID | None = None
    cut: bool = False

    def for_agent(self) -> Message:
        return self._seen(self.seq - 1)

    def for_visitor(self) -> Message:
        """Raises ValueError for an internal message: no visitor may get it."""
        if self.internal:
            raise ValueError("an internal message has no form for a visitor")
        return self._seen(self.public_prev)

    def _seen(self, prev: int) -> Message:
        return Message(
            id=self.id,
            seq=self.seq,
            prev=prev,
            rev=self.rev,
            author=self.author,
            kind=self.kind,
            text=self.text,
            attachments=self.attachments,
            at=self.at,
            client_id=self.client_id,
            data=self.data,
            sources=self.sources,
            reply_to=self.reply_to,
            cut=self.cut,
        )


class ConversationRecord(Struct, frozen=True, kw_only=True):
    """A conversation as the database has it, and its two views."""

    id: UUID
    workspace: UUID
    rev: int
    epoch: int
    mode: Mode
    status: Status
    contact: Person
    channel: str
    assignee: Person | None
    last_seq: int
    public_seq: int
    agent_read_seq: int
    contact_read_seq: int
    unread: int
    contact_unread: int
    preview: str
    waiting_since: Time | None
    sla_due: Time | None
    snoozed_until: Time | None
    last_at: Time
    label: str | None

    def for_agent(self) -> Summary:
        return Summary(
            id=self.id,
            rev=self.rev,
            epoch=self.epoch,
            mode=self.mode,
            status=self.status,
            contact=self.contact,
            channel=self.channel,
            last_seq=self.last_seq,
            read_seq=self.agent_read_seq,
            unread=self.unread,
            preview=self.preview,
            assignee=self.assignee,
            waiting_since=self.waiting_since,
            sla_due=self.sla_due,
            snoozed_until=self.snoozed_until,
            last_at=self.last_at,
            label=self.label,
            peer_read_seq=self.contact_read_seq,
        )

    def for_visitor(self) -> Conversation:
        return Conversation(
            id=self.id,
            rev=self.rev,
            epoch=self.epoch,
            mode=self.mode,
            status=self.status,
            last_seq=self.public_seq,
            read_seq=self.contact_read_seq,
            unread=self.contact_unread,
            assignee=self.assignee,
            peer_read_seq=min(self.agent_read_seq, self.public_seq),
        )


class Acked(Struct, frozen=True):
    id: UUID
    seq: int
    at: Time


class TurnRef(Struct, frozen=True):
    id: UUID
    attempt: int
    epoch: int
    trigger_seq: int


class Posted(Struct, frozen=True, kw_only=True):
    """What became of a row. A conflict's `reason`: client_id, epoch, owner, status, seq, turn."""

    row: int
    outcome: Literal["posted", "duplicate", "conflict", "not_found"]
    reason: str | None = None
    ack: Acked | None = None
    messages: list[StoredMessage] = []
    conversation: ConversationRecord | None = None
    turn: TurnRef | None = None
    ended: TurnRef | None = None
