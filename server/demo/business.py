"""What a demo business is made of."""

from typing import Any, NamedTuple


class Piece(NamedTuple):
    """An article of the business."""

    title: str
    body: str
    language: str = "en"


class Business(NamedTuple):
    """`widget_key` is public; `domain` is of its people's addresses."""

    name: str
    domain: str
    widget_key: str
    locale: str
    timezone: str
    about: str
    tone: str
    hours: dict[str, list[tuple[str, str]]]
    brand: dict[str, Any]
    people: tuple[tuple[str, str], ...]
    articles: tuple[Piece, ...]
