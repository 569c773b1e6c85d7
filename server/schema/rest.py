"""Bodies of the REST interface under /api/v1: what it takes (unknown fields are refused) and what it answers.

Lists answer `{items, next}`: `?after=<next>` asks the following page, `next` is absent on the last.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.schema.entities import Availability, Message, Role, Summary, Time
from server.schema.frames import TEXT_CHARS, ErrorCode, Seq
from server.schema.knowledge import Article

Line = Annotated[str, Meta(min_length=1, max_length=256)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
NewPassword = Annotated[str, Meta(min_length=10, max_length=256)]


class Body(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of what a client sends."""


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what the server answers. Unset optional fields do not travel."""


class Error(Answer, frozen=True):
    """`field` names what was wrong in the body or the query; `retry_after` in seconds."""

    code: ErrorCode
    detail: str
    field: str | None = None
    retry_after: float | None = None


# Sign-in.


class Login(Body, frozen=True):
    """`workspace`: for a user of several; otherwise it is the first."""

    email: Annotated[str, Meta(min_length=1, max_length=254)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]
    workspace: UUID | None = None


class Place(Answer, frozen=True):
    id: UUID
    name: str


class User(Answer, frozen=True):
    id: UUID
    name: str
    email: str
    role: Role
    workspace: Place


class LoggedIn(Answer, frozen=True):
    """`token` goes into `Authorization: Bearer …` and into the live protocol's `hello`. It is shown once."""

    token: str
    expires_at: Time
    user: User


class Myself(Answer, frozen=True):
    user: User
    session: UUID
    status: Availability


class Session(Answer, frozen=True):
    id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool
    ip: str | None = None
    device: str | None = None


class Sessions(Answer, frozen=True):
    items: list[Session]


class PasswordChange(Body, frozen=True):
    """Ends all other sessions of the user."""

    current: Annotated[str, Meta(min_length=1, max_length=256)]
    new: NewPassword


class PasswordChanged(Answer, frozen=True):
    ended: int


# Conversations.


class Conversations(Answer, frozen=True):
    """`cursor`: subscribe to the live topic `inbox` with it, and nothing that changes meanwhile is missed."""

    items: list[Summary]
    cursor: str
    next: str | None = None


class ConversationChanged(Answer, frozen=True):
    conversation: Summary


class Reason(Answer, frozen=True):
    points: int
    reason: str


class Lead(Answer, frozen=True):
    id: UUID
    stage: str
    label: str
    reasons: list[Reason]
    facts: dict[str, Any]
    updated_at: Time
    score: int | None = None


class Job(Answer, frozen=True):
    """A run of deferred work. `detail` says what it did, or why it did not."""

    id: UUID
    kind: str
    attempt: int
    state: str
    started_at: Time
    detail: str | None = None
    ended_at: Time | None = None


class Rating(Answer, frozen=True):
    score: int
    at: Time
    comment: str | None = None


class Contact(Answer, frozen=True):
    id: UUID
    created_at: Time
    seen_at: Time
    facts: dict[str, Any]
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    locale: str | None = None
    page: dict[str, Any] | None = None


class ConversationDetail(Answer, frozen=True):
    conversation: Summary
    contact: Contact
    jobs: list[Job]
    lead: Lead | None = None
    rating: Rating | None = None


class Snooze(Body, frozen=True):
    until: Annotated[datetime, Meta(tz=True)]


class Assign(Body, frozen=True):
    """`agent` null: back to the queue."""

    agent: UUID | None


class TakeOver(Body, frozen=True):
    """With `epoch`: `conflict` where the owner has changed since."""

    epoch: Seq | None = None


class Messages(Answer, frozen=True):
    """Oldest first."""

    messages: list[Message]
    more: bool


class NewMessage(Body, frozen=True):
    client_id: UUID
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_CHARS)]
    note: bool = False
    epoch: Seq | None = None
    reply_to: UUID | None = None


# Contacts, articles, people.


class Contacts(Answer, frozen=True):
    items: list[Contact]
    next: str | None = None


class ContactChange(Body, frozen=True):
    """What is absent stays; null forgets."""

    name: Line | None | UnsetType = UNSET
    email: Email | None | UnsetType = UNSET
    phone: Line | None | UnsetType = UNSET
    company: Line | None | UnsetType = UNSET


class Articles(Answer, frozen=True):
    items: list[Article]
    next: str | None = None


class NewArticle(Body, frozen=True):
    title: Annotated[str, Meta(min_length=1, max_length=300)]
    body: Annotated[str, Meta(min_length=1, max_length=100_000)]
    language: str = "en"
    url: str | None = None


class ArticleChange(Body, frozen=True):
    """What is absent stays."""

    title: Annotated[str, Meta(min_length=1, max_length=300)] | UnsetType = UNSET
    body: Annotated[str, Meta(min_length=1, max_length=100_000)] | UnsetType = UNSET
    language: str | UnsetType = UNSET
    url: str | None | UnsetType = UNSET


class Colleague(Answer, frozen=True):
    """`status` is what is seen of them now."""

    id: UUID
    name: str
    email: str
    role: Role
    status: Availability


class Colleagues(Answer, frozen=True):
    items: list[Colleague]


class Health(Answer, frozen=True):
    """`failed` names what does not answer."""

    status: str
    failed: list[str] = []
