"""What a model is to a turn: a typed prompt goes in, typed events come out as they happen."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Literal, Protocol
from uuid import UUID

from msgspec import Struct

from server.schema.knowledge import Found


class Business(Struct, frozen=True, kw_only=True):
    """Who the assistant speaks for. `hours` as `core/hours.py` has them; `open`: whether it is open at this moment."""

    name: str
    about: str
    tone: str
    assistant: str
    locale: str
    hours: dict[str, list[tuple[str, str]]]
    timezone: str
    open: bool


class Contact(Struct, frozen=True, kw_only=True):
    """What is known of the person on the other side."""

    id: UUID
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    locale: str | None = None
    facts: dict[str, Any] = {}
    page: str | None = None


class Line(Struct, frozen=True):
    """One message of the conversation, oldest first."""

    who: Literal["contact", "ai", "agent"]
    text: str
    name: str | None = None


class Excerpt(Struct, frozen=True):
    """An article under the number by which an answer may cite it."""

    number: int
    found: Found


class ToolSpec(Struct, frozen=True):
    """What a model is told of a tool; `schema` is the JSON schema of its arguments."""

    name: str
    description: str
    schema: dict[str, Any]


class ToolResult(Struct, frozen=True):
    call: str
    name: str
    text: str
    failed: bool = False


class Round(Struct, frozen=True):
    """One earlier call of the same turn: what the model said, in its provider's own form, and what its tools answered."""

    said: Any
    results: list[ToolResult]


class Prompt(Struct, frozen=True, kw_only=True):
    business: Business
    contact: Contact
    lines: list[Line]
    articles: list[Excerpt] = []
    whispers: list[str] = []
    tools: tuple[ToolSpec, ...] = ()
    rounds: tuple[Round, ...] = ()

    @property
    def locale(self) -> str:
        """The language to speak where the visitor's own words don't tell."""
        return self.contact.locale or self.business.locale

    @property
    def pending(self) -> list[str]:
        """What the visitor has said since somebody last answered."""
        said: list[str] = []
        for line in reversed(self.lines):
            if line.who != "contact":
                break
            said.insert(0, line.text)
        return said


NOTHING_KNOWN = Prompt(
    business=Business(name="", about="", tone="", assistant="Assistant", locale="en", hours={}, timezone="UTC", open=True),
    contact=Contact(id=UUID(int=0)),
    lines=[],
)
"""For an apology where even what a prompt is made of can't be read."""


class Text(Struct, frozen=True):
    """A piece of the answer."""

    text: str


class Call(Struct, frozen=True):
    """The model wants a tool to run; `arguments` is JSON, not yet checked."""

    id: str
    name: str
    arguments: bytes


class Usage(Struct, frozen=True):
    """Tokens. As an event: those of the running call so far, so that a later one replaces an earlier one."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
        )


class Stop(Struct, frozen=True):
    """The last event. `tools`: it waits for the results of its calls, given with `said` in the next `Round`."""

    reason: Literal["end", "tools", "length", "refused"]
    said: Any = None


Event = Text | Call | Usage | Stop


class Model(Protocol):
    """A provider. `stream` ends with a `Stop`, or raises ModelError; closing the iterator ends the request."""

    name: str

    def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]: ...

    async def prepare(self) -> None:
        """What takes long and can be done before the first visitor writes."""
        ...

    async def close(self) -> None: ...


class ModelError(Exception):
    """The model gave no whole answer. `str()` says why in a few words, without anybody's text."""


class Refused(ModelError):
    """The provider will not answer this request: asking again is useless."""


class Declined(ModelError):
    """The model will not talk about this."""


class Retryable(ModelError):
    """A passing fault. `retry_after`: seconds that the provider asks for."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Cut(Retryable):
    """The stream ended before the answer did."""
