"""Pairs of a visitor on one server and an agent on another: what the visitor writes, the agent must see once and in order."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import msgspec

from tests.bench.wire import Wire, connect

BYTES = 120
SILENCE_SECONDS = 10.0
FRAMES_A_SECOND = 55.0  # the server allows a connection 60


class Written(msgspec.Struct):
    seq: int
    client_id: str | None = None


class Heard(msgspec.Struct):
    """What the load generator reads of a frame."""

    type: str
    client_id: str | None = None
    message: Written | None = None
    seq: int | None = None
    conversation: object = None
    ref: str | None = None
    code: str | None = None
    detail: str | None = None
    duplicate: bool = False


_heard = msgspec.json.Decoder(Heard)


@dataclass
class Tally:
    """One measurement: when each message was written, and seconds until its ack and until the agent had it."""

    sent: dict[str, float] = field(default_factory=dict)
    acked: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    doubled: int = 0
    late: list[float] = field(default_factory=list)
    """Seconds behind the schedule, of each message written."""
    errors: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return len(self.sent) - len(self.sent.keys() & self.acked.keys() & self.seen.keys())


class Pair:
    """`tally` is the measurement that runs; `next` writes on with each ack where the pair keeps writing."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.tally = Tally()
        self.pressing = False
        self.conversation = ""
        self.visitor: Wire
        self.agent: Wire
        self._answers: asyncio.Queue[Heard] = asyncio.Queue()
        self._count = 0
        self._seq = 0
        self._wrote = 0.0

    async def open(self, first: str, second: str, key: str, token: str) -> None:
        """The conversation ends up with the agent, so that no AI answers."""
        self.visitor = await connect(first, "/ws/visitor", self._visitor_hears)
        self.visitor.say(type="hello", key=key)
        await self._answer("welcome")
        self.visitor.say(type="human", client_id=str(uuid4()))
        self.conversation = str((await self._answer("ack")).conversation)
        self.agent = await connect(second, "/ws/agent", self._agent_hears)
        self.agent.say(type="hello", token=token, topics=[{"topic": f"conversation:{self.conversation}"}])
        await self._answer("subscribed")
        self.agent.say(type="takeover", conversation=self.conversation, ref="takeover")
        await self._answer("ok")

    def write(self) -> None:
        self._count += 1
        client_id = str(UUID(int=(self.number << 96) | self._count))
        text = f"Message {client_id} ".ljust(BYTES, ".")
        self._wrote = self.tally.sent[client_id] = time.perf_counter()
        self.visitor.send(b'{"type":"send","client_id":"%b","text":"%b"}' % (client_id.encode(), text.encode()))

    def press(self) -> None:
        """One message after the other, each when the one before is acknowledged, as fast as one connection may."""
        self.pressing = True
        self.write()

    def close(self) -> None:
        self.visitor.close()
        self.agent.close()

    async def _answer(self, type: str) -> Heard:
        async with asyncio.timeout(30):
            while True:
                heard = await self._answers.get()
                if heard.type == type:
                    return heard
                if heard.type == "error":
                    raise AssertionError(f"{heard.code}: {heard.detail}")

    def _visitor_hears(self, payload: bytes) -> None:
        heard = _heard.decode(payload)
        if heard.type == "ack" and heard.client_id in self.tally.sent:
            if heard.duplicate or heard.client_id in self.tally.acked:
                self.tally.doubled += 1
            now = time.perf_counter()
            self.tally.acked[heard.client_id] = now - self.tally.sent[heard.client_id]
            if self.pressing:
                wait = self._wrote + 1 / FRAMES_A_SECOND - now
                if wait <= 0:
                    self.write()
                else:
                    asyncio.get_running_loop().call_later(wait, self._write_on)
        elif heard.type == "error":
            self.tally.errors.append(f"{heard.code}: {heard.detail}")
        if heard.type in ("welcome", "ack", "error"):
            self._answers.put_nowait(heard)

    def _write_on(self) -> None:
        if self.pressing:
            self.write()

    def _agent_hears(self, payload: bytes) -> None:
        heard = _heard.decode(payload)
        if heard.type == "message" and heard.message is not None:
            one = heard.message
            if self._seq and one.seq != self._seq + 1:
                self.tally.errors.append(f"message {one.seq} came after {self._seq}")
            self._seq = one.seq
            if one.client_id in self.tally.sent:
                if one.client_id in self.tally.seen:
                    self.tally.doubled += 1
                self.tally.seen[one.client_id] = time.perf_counter() - self.tally.sent[one.client_id]
        elif heard.type in ("subscribed", "ok", "error"):
            self._answers.put_nowait(heard)


async def open_pairs(count: int, first: str, second: str, key: str, tokens: list[str]) -> list[Pair]:
    """The agents are several people: the server allows one 50 connections."""
    pairs = [Pair(number + 1) for number in range(count)]
    for some in _in_tens(pairs):
        await asyncio.gather(*(pair.open(first, second, key, tokens[pair.number % len(tokens)]) for pair in some))
    return pairs


async def run_at(pairs: list[Pair], rate: int, seconds: float) -> Tally:
    """Writes `rate` messages a second over all pairs, each at its time however long the others take."""
    tally = _begin(pairs)
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        while (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tally.late.append(-wait)
        pairs[number % len(pairs)].write()
    await _settle(pairs, tally)
    return tally


async def saturate(pairs: list[Pair], seconds: float) -> Tally:
    """Every pair always has one message on its way."""
    tally = _begin(pairs)
    for pair in pairs:
        pair.press()
    await asyncio.sleep(seconds)
    for pair in pairs:
        pair.pressing = False
    await _settle(pairs, tally)
    return tally


def _begin(pairs: list[Pair]) -> Tally:
    tally = Tally()
    for pair in pairs:
        pair.tally = tally
    return tally


async def _settle(pairs: list[Pair], tally: Tally) -> None:
    """What is on its way arrives; where nothing has come for 10 s, the rest is lost."""
    before, deadline = tally.lost, time.perf_counter() + SILENCE_SECONDS
    while before and time.perf_counter() < deadline:
        await asyncio.sleep(0.01)
        if (lost := tally.lost) < before:
            before, deadline = lost, time.perf_counter() + SILENCE_SECONDS
    tally.errors += ["a connection was closed"] * sum(pair.visitor.closed.is_set() + pair.agent.closed.is_set() for pair in pairs)


def _in_tens(pairs: list[Pair]) -> Iterator[list[Pair]]:
    for start in range(0, len(pairs), 10):
        yield pairs[start : start + 10]
