"""Prompts for tests of what needs no database."""

from typing import Any
from uuid import UUID, uuid4

from server.ai.models.base import Business, Contact, Excerpt, Line, Prompt
from server.ai.tools import TOOLS
from server.schema.knowledge import Found, Sentence

HOTEL = Business(
    name="Harbour Hotel", about="A small hotel by the sea.", tone="warm", assistant="Marina", locale="en", hours={day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}, timezone="UTC", open=True
)


def prompt(*said: str, **fields: Any) -> Prompt:
    """A prompt whose last lines are the visitor's."""
    given: dict[str, Any] = {
        "business": HOTEL,
        "contact": Contact(id=UUID(int=1)),
        "lines": [Line("contact", text) for text in said],
        "tools": tuple(tool.spec() for tool in TOOLS),
        **fields,
    }
    return Prompt(**given)


def found(title: str, asked: str, *sentences: tuple[str, str], titled: str = "", score: float = 0.1) -> Found:
    """An article of sentences, each with the words of the question that it holds; words stand for their stems."""
    return Found(
        id=uuid4(), title=title, body=" ".join(text for text, _ in sentences), url=None, score=score, asked=asked.split(),
        titled=titled.split(), sentences=[Sentence(text, hits.split()) for text, hits in sentences],
    )  # fmt: skip


def excerpts(*articles: Found) -> list[Excerpt]:
    return [Excerpt(number, one) for number, one in enumerate(articles, 1)]
