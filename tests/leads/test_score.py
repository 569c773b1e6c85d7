"""The score: what counts, in six languages, and that every point has its reason."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.leads import words
from server.leads.score import HOT, WARM, Evidence, Score, plain, qualifies, score


def reasons(*said: str, **known: object) -> set[str]:
    return {reason.reason for reason in score(Evidence(said=said, **known)).reasons}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "I'd like to book a room, what does it cost? How much is it",
        "Hola, quiero reservar una habitación, ¿cuánto cuesta?",
        "Bonjour, je voudrais réserver une chambre, quel est le prix ?",
        "Hallo, ich möchte ein Zimmer buchen. Was kostet das?",
        "Olá, gostaria de reservar um quarto, qual é o preço?",
        "مرحبا، أريد حجز غرفة، كم السعر؟",
    ],
)
def test_a_wish_to_book_counts_in_every_language(text: str) -> None:
    scored = score(Evidence(said=[text]))
    assert scored.buying
    assert {"asked for the price", "asked for a booking or a meeting"} <= reasons(text)
    assert scored.label == "warm"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("our budget is fixed", "named a budget or an amount"),
        ("not more than 500 €", "named a budget or an amount"),
        ("around $2000", "named a budget or an amount"),
        ("ميزانيتي ٥٠٠ درهم", "named a budget or an amount"),
        ("next Friday", "named a date"),
        ("am 24.12.", "named a date"),
        ("2026-11-20 works", "named a date"),
        ("mañana por la tarde", "named a date"),
        ("à demain", "named a date"),
        ("الجمعة", "named a date"),
        ("for 4 adults", "named a quantity"),
        ("3 noches", "named a quantity"),
        ("12 licenças", "named a quantity"),
        ("it's urgent!", "is in a hurry"),
        ("so schnell wie möglich", "is in a hurry"),
        ("الأمر عاجل", "is in a hurry"),
        ("notre société", "decides"),
        ("write to ana.b+chat@mail.example.com", "left an e-mail address"),
        ("call +34 600 123 456", "left a phone number"),
        ("هاتفي ٠٦١٢٣٤٥٦٧٨", "left a phone number"),
    ],
)
def test_what_a_message_says(text: str, reason: str) -> None:
    assert reason in reasons(text)


@pytest.mark.parametrize(
    "text",
    ["What are your opening hours?", "¿A qué hora abrís?", "Wann haben Sie geöffnet?", "my bookkeeper asked", "a costume party", "thank you"],
)
def test_a_plain_question_scores_nothing(text: str) -> None:
    assert score(Evidence(said=[text])).points == 0


def test_what_is_known_counts_without_words() -> None:
    known = Evidence(name="Ana", email="ana@example.com", phone="1", company="ACME", facts={"budget": "500"}, asked_for_person=True)
    scored = score(known)
    assert scored.points == 15 + 10 + 5 + 5 + 10 + 5
    assert (scored.contactable, scored.buying) == (True, False)


def test_labels_begin_at_their_bounds() -> None:
    labels = [Score(points=points, reasons=[], contactable=True, buying=True).label for points in (0, WARM - 1, WARM, HOT - 1, HOT, 100)]
    assert labels == ["cold", "cold", "warm", "warm", "hot", "hot"]


@pytest.mark.parametrize(
    ("points", "contactable", "buying", "messages", "lead"),
    [
        (40, True, True, 1, True),
        (39, True, True, 3, False),
        (35, True, True, 4, True),
        (90, False, True, 9, False),
        (90, True, False, 9, False),
    ],
)
def test_who_qualifies(points: int, contactable: bool, buying: bool, messages: int, lead: bool) -> None:
    assert qualifies(Score(points=points, reasons=[], contactable=contactable, buying=buying), messages) is lead


@given(said=st.lists(st.text(max_size=200), max_size=12), facts=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_any_words_score_between_0_and_100_and_points_add_up(said: list[str], facts: dict[str, str]) -> None:
    evidence = Evidence(said=said, facts=facts)
    scored = score(evidence)
    assert 0 <= scored.points <= 100
    assert scored.points == min(100, sum(reason.points for reason in scored.reasons))
    assert scored == score(evidence)


@pytest.mark.parametrize("text", ["1 " * 5000, "a@" * 5000, "+1-" * 3000, "a." * 5000 + "@", "9" * 10_000, "x@" + "a." * 5000, "=" * 10_000])
def test_hostile_text_is_read_quickly(text: str) -> None:
    began = time.perf_counter()
    score(Evidence(said=[text] * 20))
    assert time.perf_counter() - began < 3


def test_the_tables_are_written_as_they_are_compared() -> None:
    tables = [value for name, value in vars(words).items() if name.isupper()]
    for entry in " ".join(tables).split():
        assert entry == plain(entry), entry
