"""Marks are taken out however the text is cut into pieces."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from server.ai.sources import Marks, Sources
from tests.ai.prompts import found


def read(pieces: list[str]) -> tuple[str, list[str]]:
    sources = Sources()
    for title in ("Breakfast", "Parking"):
        sources.number(found(title, ""))
    marks = Marks(sources)
    text = "".join([*(marks.feed(piece) for piece in pieces), marks.rest()])
    return text, [source.title for source in sources.cited]


def test_marks_become_sources() -> None:
    assert read(["Free [[2]]. Until ten [[1, 2]]."]) == ("Free. Until ten.", ["Breakfast", "Parking"])


def test_unknown_numbers_are_no_source() -> None:
    assert read(["Free [[7]] [[0]]."]) == ("Free.", [])


def test_other_brackets_stay() -> None:
    text = "A [link](https://example.com), a[[b]], [1], [[x]] and [[12"
    assert read([text]) == (text, [])


TEXT = "Free [[2]]. See [map](https://example.com) [[1]], [[nothing]] at 10 [ 2 ] [[1,2]]"


@given(st.lists(st.integers(0, len(TEXT)), max_size=20))
def test_pieces_make_no_difference(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[a:b] for a, b in itertools.pairwise(places)]
    assert read(pieces) == read([TEXT])


def test_what_may_become_a_mark_waits_and_nothing_else() -> None:
    marks = Marks(Sources())
    assert marks.feed("Hello") == "Hello"
    assert marks.feed(" [[1") == ""
    assert marks.feed("x") == " [[1x"


def test_an_article_keeps_its_number() -> None:
    sources, one, two = Sources(), found("One", ""), found("Two", "")
    assert [sources.number(one), sources.number(two), sources.number(one)] == [1, 2, 1]
    sources.cite(2)
    sources.forget()
    assert sources.cited == []
