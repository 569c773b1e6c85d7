"""What a message plainly is, in the widget's six languages."""

import time

import pytest

from server.ai.understanding import Told, asks_something, is_greeting, is_thanks, told, wants_person


@pytest.mark.parametrize("text", [
    "Can I talk to a human?", "I want to speak with a real person please", "agent", "human please", "Connect me to an agent!",
    "give me someone real", "I need to talk to somebody", "Person", "can you put me through to a manager", "get me a person", "please transfer me to the support team", "I'd like a human", "agent, please",
    "Quiero hablar con una persona", "persona", "¿Puedo hablar con un agente?", "necesito un humano",
    "Je voudrais parler à une personne", "personne", "parler à un conseiller", "Puis-je parler à quelqu'un ?",
    "Ich möchte mit einem Menschen sprechen", "Mensch", "Kann ich mit einem Mitarbeiter sprechen?", "Verbinden Sie mich mit jemandem",
    "Quero falar com uma pessoa", "pessoa", "preciso de um atendente", "gostaria de falar com alguém",
    "أريد التحدث إلى شخص", "شخص", "اريد التحدث مع موظف",
])  # fmt: skip
def test_wants_a_person(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize("text", [
    "How much is a room for two persons?", "Is breakfast included?", "I don't want to talk to a human", "What is the price per person?",
    "My agent booked a room", "Cuánto cuesta por persona", "Was kostet ein Zimmer für eine Person?", "The person at the door was nice",
    "Do you have human hair wigs", "Hello", "", "I need a room for two people", "I want a table for one person", "I need a room for a person",
    "Quiero una habitación para una persona", "Ich brauche ein Zimmer für eine Person", "Je voudrais une chambre pour une personne",
    "Quero um quarto para uma pessoa", "I'd like to talk about a person", "Ich möchte ein Zimmer für eine Person", "Can I get breakfast for a colleague",
])  # fmt: skip
def test_wants_none(text: str) -> None:
    assert not wants_person(text)


@pytest.mark.parametrize("text", [
    "Hello", "hi!", "Hey there", "Good morning", "Hola", "¡Buenos días!", "Bonjour", "Guten Tag", "Hallo zusammen", "Olá", "Bom dia", "مرحبا", "السلام عليكم",
])  # fmt: skip
def test_greetings(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize("text", ["Hello, do you ship to Spain?", "hi is the pool open", "history", "oil"])
def test_a_question_is_no_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize("text", ["Thanks", "thank you so much!", "ok thanks", "Gracias", "Muchas gracias", "merci", "Danke schön", "obrigada", "شكرا"])
def test_thanks(text: str) -> None:
    assert is_thanks(text)
    assert not is_thanks(text + " but when do you open?")


@pytest.mark.parametrize(("text", "expected"), [
    ("I'm at ana.ruiz+shop@mail.example.com.", Told(email="ana.ruiz+shop@mail.example.com")),
    ("call me: +34 600 123 456", Told(phone="+34 600 123 456")),
    ("My name is Ana Ruiz and I have a dog", Told(name="Ana Ruiz")),
    ("my name is ana", Told(name="ana")),
    ("Me llamo José, mi correo es jose@example.es", Told(name="José", email="jose@example.es")),
    ("Ich heiße Jürgen Groß. 0151/23456789", Told(name="Jürgen Groß", phone="0151/23456789")),
    ("je m'appelle Zoë", Told(name="Zoë")),
    ("اسمي ليلى", Told(name="ليلى")),
    ("Room 12 for 3 nights from 2026-11-20", Told()),
    ("Order 12345", Told()),
    ("It costs 1,200.00", Told()),
])  # fmt: skip
def test_what_is_told(text: str, expected: Told) -> None:
    assert told(text) == expected


def test_details_alone_ask_nothing() -> None:
    assert not asks_something("My name is Ana Ruiz and my e-mail is ana@example.com")
    assert asks_something("My name is Ana. Do you have a pool?")


@pytest.mark.parametrize("words", ["mit ", "einen einer mit ", "d'", "fala de ", "una con ", "talk ", "a-", "1 "])
def test_a_long_run_of_a_word_takes_no_long_run_of_time(words: str) -> None:
    began = time.process_time()
    text = (words * 10_000)[:10_000]
    wants_person(text), told(text), asks_something(text)
    assert time.process_time() - began < 0.6
