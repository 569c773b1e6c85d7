"""Articles: what a workspace knows, and how well a piece of it answers a question."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from server.schema.entities import Time


class Article(Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    body: str
    language: str
    url: str | None
    created_at: Time
    updated_at: Time


class Sentence(Struct, frozen=True):
    """`hits`: the question's words, stemmed, that it holds."""

    text: str
    hits: list[str]


class Found(Struct, frozen=True, kw_only=True):
    """An article that shares words with a question. `asked`: the question's words, stemmed, without those that say nothing."""

    id: UUID
    title: str
    body: str
    url: str | None
    score: float
    asked: list[str]
    titled: list[str]
    """Those of them that stand in the title."""
    sentences: list[Sentence]
