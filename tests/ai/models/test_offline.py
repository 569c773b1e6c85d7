"""The engine that needs nobody: what it answers, and when it says that it does not know."""

import msgspec
import pytest

from server.ai.models.base import Call, Contact, Line, Round, Stop, Text, ToolResult
from server.ai.models.offline import Offline, answer
from server.ai.phrases import ENGLISH, PHRASES
from server.ai.tools import TOOLS
from tests.ai.prompts import HOTEL, excerpts, found, prompt


def said(events: list[object]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def test_it_greets() -> None:
    assert said([*answer(prompt("Hello"))]) == ENGLISH.hello.format(assistant="Marina", business="Harbour Hotel")


def test_it_answers_from_the_best_article_and_marks_it() -> None:
    pets = found("Pets", "breakfast includ", ("Dogs are welcome.", ""), ("Breakfast for dogs too.", "breakfast"))
    food = found(
        "Breakfast", "breakfast includ", ("The terrace is nice.", ""), ("Breakfast is included in every room.", "breakfast includ"),
        ("It is served until eleven", ""), titled="breakfast",
    )  # fmt: skip
    text = said([*answer(prompt("Is breakfast included?", articles=excerpts(pets, food)))])
    assert text == "Breakfast is included in every room. It is served until eleven. [[2]]"


@pytest.mark.parametrize("asked", ["won world cup 1998 footbal", "capit franc citi larg"])
def test_it_does_not_answer_from_one_shared_word(asked: str) -> None:
    thin = found("Cups", asked, ("We sell cups.", asked.split()[2]))
    assert said([*answer(prompt("?", articles=excerpts(thin)))]) == ENGLISH.unknown


def test_a_long_message_is_answered_by_the_article_that_its_question_names() -> None:
    asked = "long deliveri take want buy kettl 80 pound week mail friend birthday gift"
    delivery = found("How long does delivery take?", asked, ("Two days.", "deliveri"), titled="long deliveri take")
    assert said([*answer(prompt("?", articles=excerpts(delivery)))]) == "Two days. [[1]]"


def test_it_says_that_it_does_not_know_and_offers_a_person() -> None:
    text = said([*answer(prompt("What is the airspeed of a swallow?"))])
    assert text == ENGLISH.unknown and "Talk to a person" in text


@pytest.mark.parametrize("locale", [*PHRASES, "pt-BR", "xx"])
def test_it_speaks_the_contact_s_language(locale: str) -> None:
    words = PHRASES.get(locale.split("-")[0], ENGLISH)
    asked = prompt("???", contact=Contact(id=prompt().contact.id, locale=locale))
    assert said([*answer(asked)]) == words.unknown
    assert said([*answer(prompt("???", business=msgspec.structs.replace(HOTEL, locale=locale)))]) == words.unknown


@pytest.mark.parametrize("locale", PHRASES)
def test_what_it_offers_brings_a_person(locale: str) -> None:
    """Whoever writes the word that the phrase names gets a person."""
    phrase = PHRASES[locale].unknown
    quoted = next(phrase.split(a)[1].split(b)[0] for a, b in (("“", "”"), ("„", "“"), ("«", "»")) if a in phrase)
    assert [event.name for event in answer(prompt(quoted.strip())) if isinstance(event, Call)] == ["hand_off"]


@pytest.mark.parametrize("text", ["When are you open?", "opening hours", "¿Cuál es su horario?", "Öffnungszeiten?", "Quels sont vos horaires ?"])
def test_it_knows_the_hours(text: str) -> None:
    stray = excerpts(found("Tea", "open", ("Opened tea can't be returned.", "open")))
    assert said([*answer(prompt(text, articles=stray))]) == "People are here Mon-Fri 09:00-18:00 (UTC)."
    closed = prompt(text, business=msgspec.structs.replace(HOTEL, open=False, locale="es"))
    assert said([*answer(closed)]) == "Ahora mismo está cerrado. Nuestro horario: lun-vie 09:00-18:00 (UTC)."


def test_an_article_about_it_beats_the_hours() -> None:
    pool = excerpts(found("Pool", "open pool", ("The pool opens at nine.", "open pool"), titled="pool"))
    assert said([*answer(prompt("When is the pool open?", articles=pool))]) == "The pool opens at nine. [[1]]"


def test_words_that_say_little_decide_nothing() -> None:
    weak = found("Use", "much use need", ("We need to know how much you use.", "much use need"))
    assert said([*answer(prompt("?", articles=excerpts(weak)))]) == ENGLISH.unknown


@pytest.mark.parametrize("question", ["asdfghjkl", "Was kostet der Versand?"])
def test_what_was_talked_of_before_does_not_answer_something_else(question: str) -> None:
    asked = " ".join(["order", *question.lower().strip("?").split()])
    before = found("Change an order", asked, ("We can change an order.", "order"), titled="order")
    lines = [Line("contact", "Where is my order?"), Line("ai", "Here."), Line("contact", question)]
    assert said([*answer(prompt(lines=lines, articles=excerpts(before)))]) == ENGLISH.unknown


def test_a_question_that_says_little_is_about_what_was_talked_of() -> None:
    shipping = found("Shipping", "ship canada long take", ("Canada takes a week.", "canada take"), titled="ship")
    lines = [Line("contact", "Do you ship to Canada?"), Line("ai", "Yes."), Line("contact", "How long does it take?")]
    assert said([*answer(prompt(lines=lines, articles=excerpts(shipping)))]) == "Canada takes a week. [[1]]"


def test_a_whisper_does_not_replace_the_question() -> None:
    asked = "long deliveri take mention orchard tea"
    nuts = found("Vegan tea", asked, ("Orchard tea has nuts.", "orchard tea"), titled="tea", score=0.9)
    delivery = found("Delivery", asked, ("It takes two days.", "take"), titled="deliveri")
    whispered = prompt("How long does delivery take?", whispers=["Mention the Orchard tea"], articles=excerpts(nuts, delivery))
    assert said([*answer(whispered)]) == "It takes two days. [[2]]"


def test_a_wish_for_a_person_is_a_tool_call() -> None:
    events = answer(prompt("Is there parking?", "Forget it, I want to talk to a human"))
    assert said([*events]) == ENGLISH.person
    assert [event.name for event in events if isinstance(event, Call)] == ["hand_off"]
    assert events[-1] == Stop("tools", said="hand_off")


def test_contact_details_are_saved_first_and_then_answered() -> None:
    asked = prompt("My name is Ana, ana@example.com. Is breakfast included?")
    call, stop = answer(asked)
    assert isinstance(call, Call) and msgspec.json.decode(call.arguments) == {"name": "Ana", "email": "ana@example.com"}
    assert isinstance(stop, Stop) and stop.reason == "tools"
    then = msgspec.structs.replace(asked, rounds=(Round(stop.said, [ToolResult(call.id, call.name, "Saved.")]),))
    assert said([*answer(then)]) == ENGLISH.unknown


def test_its_arguments_are_what_the_tools_take() -> None:
    tools = {tool.name: tool for tool in TOOLS}
    for text in ("agent", "My name is Ana, call +34 600 123 456, ana@example.com"):
        for event in answer(prompt(text)):
            if isinstance(event, Call):
                msgspec.json.decode(event.arguments, type=tools[event.name].args)


def test_tools_that_it_is_not_given_are_not_used() -> None:
    assert not [event for event in answer(prompt("agent", "me@example.com", tools=())) if isinstance(event, Call)]


def test_it_looks_at_what_is_unanswered() -> None:
    lines = [Line("contact", "agent"), Line("ai", "Sure?"), Line("contact", "No. Thanks"), Line("contact", "Thanks")]
    assert said([*answer(prompt(lines=lines[:2] + lines[3:]))]) == ENGLISH.thanks


async def test_it_streams_word_by_word_and_loses_nothing() -> None:
    pieces = [event.text async for event in Offline(0).stream(prompt("Hello")) if isinstance(event, Text)]
    assert len(pieces) > 8
    assert "".join(pieces) == said([*answer(prompt("Hello"))])
