"""Promise 4: streams can be joined late. Whatever is lost, late or twice on the way, what a reader sees is what was said so far."""

from collections import deque
from collections.abc import Coroutine
from random import Random
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.core.core import Core
from server.core.turnlog import Said
from server.live.audiences import Audiences
from server.live.outlet import LIVE_BYTES, Outlet
from server.live.reading import News
from server.live.speaking import Speaking
from server.live.voice import Voice
from server.schema import frames
from server.schema.events import DeltaEvent, TurnEvent

CONVERSATION = uuid4()
FIRST, SECOND = sorted([uuid4(), uuid4()])


def delta(offset: int, text: str, turn: UUID = FIRST, attempt: int = 1) -> DeltaEvent:
    return DeltaEvent(conversation=CONVERSATION, turn=turn, attempt=attempt, epoch=0, offset=offset, text=text)


@pytest.fixture
def speaking() -> Speaking:
    return Speaking(FIRST, 1, 0)


def add(speaking: Speaking, offset: int, text: str) -> tuple[int, str] | None:
    frame = speaking.add(delta(offset, text), CONVERSATION)
    return None if frame is None else (frame.offset, frame.text)


def test_pieces_in_order_pass(speaking: Speaking) -> None:
    assert add(speaking, 0, "Good ") == (0, "Good ")
    assert add(speaking, 5, "morning") == (5, "morning")
    assert speaking.text == "Good morning"


def test_offsets_count_code_points(speaking: Speaking) -> None:
    add(speaking, 0, "\N{WAVING HAND SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} ")
    assert add(speaking, 3, "olá") == (3, "olá")


def test_a_piece_that_is_known_is_not_told_again(speaking: Speaking) -> None:
    add(speaking, 0, "Good ")
    add(speaking, 5, "morning")
    assert add(speaking, 5, "morning") is None
    assert speaking.whole


def test_the_first_piece_coming_late_takes_nothing_back(speaking: Speaking) -> None:
    """Who subscribes and then reads what was said so far gets the pieces of it afterwards."""
    speaking.reread(Said(FIRST, 1, 0, "Good morning"), CONVERSATION)
    assert add(speaking, 0, "Good ") is None
    assert add(speaking, 5, "morning") is None
    assert add(speaking, 12, "!") == (12, "!")
    assert speaking.text == "Good morning!"


def test_behind_a_hole_nothing_passes_until_all_was_read_again(speaking: Speaking) -> None:
    add(speaking, 0, "Good ")
    assert add(speaking, 8, "ning") is None
    assert not speaking.whole
    assert add(speaking, 5, "mor") is None
    whole = speaking.reread(Said(FIRST, 1, 0, "Good morning"), CONVERSATION)
    assert whole is not None and (whole.offset, whole.text) == (0, "Good morning")
    assert add(speaking, 12, ".") == (12, ".")


@pytest.mark.parametrize(
    "said",
    [
        None,
        Said(SECOND, 1, 0, "Good morning"),
        Said(FIRST, 2, 0, "Good morning"),
        Said(FIRST, 1, 0, "Go"),
    ],
)
def test_what_is_not_this_text_does_not_fill_a_hole(speaking: Speaking, said: Said | None) -> None:
    add(speaking, 0, "Good ")
    add(speaking, 8, "ning")
    assert speaking.reread(said, CONVERSATION) is None
    assert (speaking.text, speaking.whole) == ("Good ", False)


def test_a_later_turn_or_attempt_begins_anew() -> None:
    held = Speaking(FIRST, 2, 0)
    assert held.precedes(delta(0, "x", FIRST, 3))
    assert held.precedes(delta(0, "x", SECOND, 1))
    assert not held.precedes(delta(0, "x", FIRST, 2))
    assert not held.precedes(delta(0, "x", FIRST, 1))
    assert not Speaking(SECOND, 1, 0).precedes(delta(0, "x", FIRST, 9))


def test_its_state() -> None:
    assert Speaking(FIRST, 1, 0).state(CONVERSATION).state == "thinking"
    assert Speaking(FIRST, 1, 0, "G").state(CONVERSATION).state == "streaming"


# One process between a bus that loses things and readers of all kinds


class Reader:
    """A client that keeps the rules of docs/protocol."""

    def __init__(self) -> None:
        self.outlet = Outlet("visitor")
        self.turn: tuple[UUID, int] | None = None
        self.text = ""

    def fall_behind(self) -> None:
        self.outlet.write(b" " * LIVE_BYTES)

    def read(self) -> None:
        """Takes what waits."""
        got: list[bytes] = []

        async def write(data: bytes) -> None:
            got.append(data)

        if self.outlet.closing is not None:
            return
        running = self.outlet.run(write)
        cast(Any, running).send(None)
        running.close()
        for data in got:
            if data.strip():
                self._apply(msgspec.json.decode(data, type=frames.VisitorEvent))

    def _apply(self, frame: frames.VisitorEvent) -> None:
        assert isinstance(frame, frames.Turn | frames.Delta)
        which = (frame.turn, frame.attempt)
        if self.turn is None or self.turn[1] < frame.attempt:
            self.turn, self.text = which, ""
        if isinstance(frame, frames.Delta) and which == self.turn:
            if frame.offset == 0:
                assert frame.text.startswith(self.text), "words were taken back"
                self.text = frame.text
            elif frame.offset == len(self.text):
                self.text += frame.text


class World:
    """An AI that speaks, the bus, and one process that passes its voice on. `said` is what Redis holds: always all that was published."""

    def __init__(self) -> None:
        self.attempt, self.texts = 1, {1: ""}
        self.bus: deque[DeltaEvent | TurnEvent] = deque()
        self.rereads: list[Coroutine[Any, Any, Any]] = []
        core = SimpleNamespace(redis=SimpleNamespace(hmget=self._hmget), tasks=SimpleNamespace(start=self._start))
        self.audiences = Audiences()
        self.voice = Voice(cast(Core, core), CONVERSATION, self.audiences)
        self.readers: list[Reader] = []

    def say(self, text: str) -> None:
        event = delta(len(self.texts[self.attempt]), text, FIRST, self.attempt)
        self.texts[self.attempt] += text
        self.bus.append(event)

    def begin_again(self) -> None:
        """Another process took the turn over."""
        self.attempt += 1
        self.texts[self.attempt] = ""
        event = TurnEvent(conversation=CONVERSATION, turn=FIRST, attempt=self.attempt, epoch=0, state="thinking")
        self.bus.append(event)

    def deliver(self, times: int = 1) -> None:
        if self.bus:
            event = self.bus.popleft()
            for _ in range(times):
                if isinstance(event, DeltaEvent):
                    self.voice.on_delta(event, epoch=0)
                else:
                    self.voice.on_turn(event, epoch=0)

    def lose(self) -> None:
        if self.bus:
            self.bus.popleft()

    def reread(self) -> None:
        """What was begun to be read is read now: the answer is of now, events may have come meanwhile."""
        pending, self.rereads = self.rereads, []
        for coroutine in pending:
            with pytest.raises(StopIteration):
                coroutine.send(None)

    def catch_up(self) -> None:
        """The process reads anew what happened; the text that it gets is ahead of the pieces on their way."""
        said = Said(FIRST, self.attempt, 0, self.texts[self.attempt])
        self.voice.caught_up(News(None, [], [], running=FIRST, said=said), epoch=0)

    def join(self) -> None:
        reader = Reader()
        self.voice.greet(reader.outlet, epoch=0)
        self.audiences.visitor[reader.outlet] = None
        self.readers.append(reader)

    def settle(self) -> None:
        while self.bus:
            self.deliver()
            self.reread()
        for reader in self.readers:
            reader.read()

    def check(self) -> None:
        for reader in self.readers:
            assert reader.turn is None or self.texts[reader.turn[1]].startswith(reader.text)

    def _start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        self.rereads.append(work)

    async def _hmget(self, key: str, fields: list[str]) -> list[bytes]:
        return [str(FIRST).encode(), str(self.attempt).encode(), b"0", self.texts[self.attempt].encode(), b"0"]


STEPS = st.lists(
    st.sampled_from(["say", "deliver", "deliver", "lose", "twice", "reread", "join", "catch up", "fall behind", "read", "begin again"]),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@example(["say", "say", "catch up", "read"], Random(0))
@given(STEPS, st.randoms(use_true_random=False))
async def test_every_reader_sees_what_was_said_so_far(steps: list[str], random: Any) -> None:
    world = World()
    try:
        play(world, steps, random)
    finally:
        world.reread()


def play(world: World, steps: list[str], random: Any) -> None:
    world.join()
    for step in steps:
        reader = random.choice(world.readers)
        match step:
            case "say":
                world.say(random.choice(["Good ", "morning", "\N{WAVING HAND SIGN}", " é"]))
            case "deliver":
                world.deliver()
            case "twice":
                world.deliver(times=2)
            case "lose":
                world.lose()
            case "reread":
                world.reread()
            case "join":
                world.join()
            case "catch up":
                world.catch_up()
            case "fall behind" if reader.outlet.closing is None:
                reader.fall_behind()
            case "read":
                reader.read()
            case "begin again":
                world.begin_again()
        world.check()
    world.settle()
    for word in ("so", "on"):
        world.say(word)
        world.settle()
    for reader in world.readers:
        if reader.outlet.closing is None:
            assert (reader.turn, reader.text) == ((FIRST, world.attempt), world.texts[world.attempt])
