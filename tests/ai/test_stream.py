"""Pieces on their way: the first at once, then merged, and silence while somebody else may have the floor."""

import asyncio
import time

import pytest

from server.ai import stream
from server.ai.sources import Sources
from server.ai.stream import Speech
from server.core import turnlog
from server.schema.records import TurnRef
from tests.ai.conftest import Talk
from tests.helpers.stores import until


class Checks:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


async def speaking(talk: Talk, checks: Checks | None = None) -> tuple[Speech, TurnRef]:
    turn = await talk.say("Hello")
    speech = Speech(talk.core, talk.chat.id, turn, Sources(), checks or Checks())
    talk.core.tasks.start("speech", speech.run())
    await speech.state("thinking")
    return speech, turn


async def test_the_first_piece_goes_out_at_once(talk: Talk) -> None:
    speech, _ = await speaking(talk)
    began = time.monotonic()
    speech.add("Hello")
    await until(lambda: talk.ear.text() == "Hello")
    assert time.monotonic() - began < 0.5
    assert speech.first_at is not None


async def test_what_comes_close_together_is_one_delta(talk: Talk) -> None:
    speech, _ = await speaking(talk)
    for at in range(100):
        speech.add(f"{at} ")
        await asyncio.sleep(0.002)
    await until(lambda: talk.ear.text().endswith("99"))
    assert 3 <= len(talk.ear.deltas) <= 12
    assert talk.ear.text() == "".join(f"{at} " for at in range(100)).strip()


async def test_a_joiner_finds_the_text_so_far(talk: Talk) -> None:
    speech, turn = await speaking(talk)
    speech.add("One, two")
    await until(lambda: talk.ear.text() == "One, two")
    said = await turnlog.read(talk.core, talk.chat.id)
    assert said is not None and (said.turn, said.attempt, said.text) == (turn.id, 1, "One, two")


async def test_paragraphs(talk: Talk) -> None:
    speech, _ = await speaking(talk)
    speech.paragraph()
    speech.add("One ")
    speech.paragraph()
    speech.paragraph()
    speech.add(" Two\0")
    assert speech.end() == "One \n\nTwo"


async def test_under_a_seal_it_is_silent_and_asks(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnlog, "SEAL_MS", 300)
    monkeypatch.setattr(stream, "MUTED_SECONDS", 0.35)
    checks = Checks()
    speech, _ = await speaking(talk, checks)
    speech.add("One")
    await until(lambda: talk.ear.text() == "One")
    before = checks.count
    await turnlog.seal(talk.core, talk.chat.id, 0)
    speech.add(" two")
    await until(lambda: checks.count > before)
    assert talk.ear.text() == "One"
    await until(lambda: talk.ear.text() == "One two")


async def test_a_superseded_turn_is_not_heard(talk: Talk) -> None:
    old, _ = await speaking(talk)
    new, _ = await speaking(talk)
    old.add("Old")
    new.add("New")
    await until(lambda: talk.ear.deltas)
    await asyncio.sleep(0.1)
    assert [delta.text for delta in talk.ear.deltas] == ["New"]
