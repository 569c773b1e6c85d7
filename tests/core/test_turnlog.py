"""The floor of a conversation: storing a piece and publishing it are one step, and sealing it ends both."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID, uuid4

import msgspec
import pytest_asyncio
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from server.core import keys, turnlog
from server.core.core import Core
from server.core.turnlog import KEEP_MS, SEAL_MS, Said
from server.schema.events import DeltaEvent, TurnEvent

CONVERSATION = uuid4()
EARLIER, TURN, LATER = sorted(uuid4() for _ in range(3))


class Ear:
    """Everything that is published on the conversation's channel, in order."""

    def __init__(self, listening: PubSub, redis: Redis) -> None:
        self._listening, self._redis = listening, redis

    async def heard(self) -> list[DeltaEvent | TurnEvent]:
        """All until now: what is published last is a mark of this test's own."""
        channel, mark = keys.conversation_channel(CONVERSATION), uuid4().bytes
        await self._redis.publish(channel, mark)
        events: list[DeltaEvent | TurnEvent] = []
        async with asyncio.timeout(5):
            while True:
                message = await self._listening.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if message is None:
                    continue
                if message["data"] == mark:
                    return events
                events.append(msgspec.json.decode(message["data"], type=DeltaEvent | TurnEvent))


@pytest_asyncio.fixture
async def ear(redis: Redis) -> AsyncIterator[Ear]:
    async with redis.pubsub() as listening:
        await listening.subscribe(keys.conversation_channel(CONVERSATION))
        yield Ear(listening, redis)


def delta(text: str, turn: UUID = TURN, attempt: int = 1, offset: int = 0, epoch: int = 3, trigger: int = 0) -> DeltaEvent:
    return DeltaEvent(
        conversation=CONVERSATION, turn=turn, attempt=attempt, epoch=epoch, offset=offset, text=text, trigger=trigger
    )


def thinking(turn: UUID = TURN, attempt: int = 1) -> TurnEvent:
    return TurnEvent(conversation=CONVERSATION, turn=turn, attempt=attempt, epoch=3, state="thinking")


async def test_what_is_published_is_what_is_kept(core: Core, ear: Ear) -> None:
    assert await turnlog.publish(core, delta("Olá, "), "Olá, ")
    assert await turnlog.publish(core, delta("Ana", offset=5), "Olá, Ana")
    assert await ear.heard() == [delta("Olá, "), delta("Ana", offset=5)]
    assert await turnlog.read(core, CONVERSATION) == Said(TURN, 1, 3, "Olá, Ana")


async def test_it_does_not_stay_for_ever(core: Core, redis: Redis) -> None:
    await turnlog.publish(core, delta("Hello"), "Hello")
    assert 0 < await redis.pttl(keys.turn(CONVERSATION)) <= KEEP_MS


async def test_where_nobody_speaks_there_is_nothing(core: Core) -> None:
    assert await turnlog.read(core, CONVERSATION) is None
    assert await turnlog.seal(core, CONVERSATION, 3) is None


async def test_before_the_first_word_the_floor_can_be_taken_too(core: Core, ear: Ear) -> None:
    assert await turnlog.seal(core, CONVERSATION, 3) is None
    assert not await turnlog.publish(core, thinking(), "")
    assert await turnlog.publish(core, delta("Hello", LATER, epoch=4), "Hello")
    assert await ear.heard() == [delta("Hello", LATER, epoch=4)]


async def test_later_is_who_answers_the_later_message_whatever_a_clock_says(core: Core) -> None:
    assert await turnlog.publish(core, delta("To the first", LATER, trigger=1), "To the first")
    assert await turnlog.publish(core, delta("To the second", EARLIER, trigger=2), "To the second")
    assert not await turnlog.publish(core, delta("!", LATER, offset=12, trigger=1), "To the first!")


async def test_a_later_turn_takes_the_floor(core: Core, ear: Ear) -> None:
    await turnlog.publish(core, delta("old"), "old")
    assert await turnlog.publish(core, thinking(LATER), "")
    assert not await turnlog.publish(core, delta(" and more", offset=3), "old and more")
    assert await ear.heard() == [delta("old"), thinking(LATER)]
    assert await turnlog.read(core, CONVERSATION) == Said(LATER, 1, 3, "")


async def test_a_later_attempt_takes_the_floor(core: Core, ear: Ear) -> None:
    await turnlog.publish(core, delta("first", attempt=9), "first")
    assert await turnlog.publish(core, delta("second", attempt=10), "second")
    assert not await turnlog.publish(core, delta(" try", attempt=9, offset=5), "first try")
    assert await ear.heard() == [delta("first", attempt=9), delta("second", attempt=10)]
    assert await turnlog.read(core, CONVERSATION) == Said(TURN, 10, 3, "second")


async def test_a_sealed_turn_says_nothing_more(core: Core, ear: Ear) -> None:
    await turnlog.publish(core, delta("We open at"), "We open at")
    assert await turnlog.seal(core, CONVERSATION, 3) == Said(TURN, 1, 3, "We open at")
    assert not await turnlog.publish(core, delta(" nine", offset=10), "We open at nine")
    assert not await turnlog.publish(core, delta(" nine", attempt=2, offset=10), "We open at nine")
    assert await ear.heard() == [delta("We open at")]
    assert (await turnlog.read(core, CONVERSATION)) == Said(TURN, 1, 3, "We open at")


async def test_the_seal_binds_every_turn_of_its_epoch_and_none_of_a_later(core: Core) -> None:
    """A turn that begins while a person takes over stays silent; after a release the AI speaks again at once."""
    await turnlog.publish(core, delta("We open at"), "We open at")
    await turnlog.seal(core, CONVERSATION, 3)
    assert not await turnlog.publish(core, delta("At nine", LATER), "At nine")
    assert await turnlog.publish(core, delta("At nine", LATER, epoch=5), "At nine")
    assert await turnlog.publish(core, delta(".", LATER, offset=7, epoch=5), "At nine.")
    assert not await turnlog.publish(core, delta(" nine", offset=10), "We open at nine")


async def test_the_seal_of_a_takeover_that_failed_lapses(core: Core, redis: Redis) -> None:
    await turnlog.publish(core, delta("We open at"), "We open at")
    await turnlog.seal(core, CONVERSATION, 3)
    seconds, micros = await redis.time()
    until = float(await redis.hget(keys.turn(CONVERSATION), "sealed") or 0)
    assert 0 < until - (seconds * 1000 + micros / 1000) <= SEAL_MS
    await redis.hset(keys.turn(CONVERSATION), "sealed", str(int(until) - SEAL_MS - 1))
    assert await turnlog.publish(core, delta(" nine", offset=10), "We open at nine")
    assert await turnlog.read(core, CONVERSATION) == Said(TURN, 1, 3, "We open at nine")


async def test_what_the_seal_answers_is_exactly_what_was_heard(core: Core, ear: Ear) -> None:
    """A takeover in mid-stream, many times: no piece goes out that the cut message does not hold."""
    for epoch, turn in enumerate(sorted(uuid4() for _ in range(50))):
        text = ""
        sealing: asyncio.Task[Said | None] | None = None
        for n in range(12):
            piece = f"{n} "
            if n == 6:
                sealing = asyncio.ensure_future(turnlog.seal(core, CONVERSATION, epoch))
            if not await turnlog.publish(core, delta(piece, turn, offset=len(text), epoch=epoch), text + piece):
                break
            text += piece
        assert sealing is not None
        said = await sealing
        heard = "".join(event.text for event in await ear.heard() if isinstance(event, DeltaEvent))
        assert said == Said(turn, 1, epoch, heard)


async def test_a_reader_who_subscribes_then_reads_misses_nothing(core: Core, redis: Redis) -> None:
    """Whenever it comes: the text that it reads and the pieces behind it are all that was said."""
    for turn in sorted(uuid4() for _ in range(20)):
        writing = asyncio.ensure_future(_say(core, turn, 20))
        async with redis.pubsub() as listening:
            await listening.subscribe(keys.conversation_channel(CONVERSATION))
            await listening.get_message(timeout=5)
            said = await turnlog.read(core, CONVERSATION)
            whole = await writing
            text = said.text if said is not None and said.turn == turn else ""
            while text != whole and (message := await listening.get_message(timeout=5.0)) is not None:
                event = msgspec.json.decode(message["data"], type=DeltaEvent)
                assert event.offset <= len(text)
                text = text[: event.offset] + event.text if event.offset + len(event.text) > len(text) else text
        assert text == whole


async def _say(core: Core, turn: UUID, pieces: int) -> str:
    text = ""
    for n in range(pieces):
        piece = f"{n} "
        await turnlog.publish(core, delta(piece, turn, offset=len(text)), text + piece)
        text += piece
    return text


async def test_redis_loses_everything(core: Core, redis: Redis, ear: Ear) -> None:
    await turnlog.publish(core, delta("We open"), "We open")
    await redis.flushall()
    assert await turnlog.read(core, CONVERSATION) is None
    assert await turnlog.publish(core, delta(" at nine", offset=7), "We open at nine")
    assert await turnlog.read(core, CONVERSATION) == Said(TURN, 1, 3, "We open at nine")
    assert await ear.heard() == [delta("We open"), delta(" at nine", offset=7)]


async def test_a_state_is_told_without_touching_the_text(core: Core, ear: Ear) -> None:
    await turnlog.publish(core, delta("We open"), "We open")
    done = TurnEvent(conversation=CONVERSATION, turn=TURN, attempt=1, epoch=3, state="done")
    await turnlog.announce(core, done)
    assert await ear.heard() == [delta("We open"), done]
    assert await turnlog.read(core, CONVERSATION) == Said(TURN, 1, 3, "We open")


async def test_a_turn_that_ended_is_forgotten_a_later_one_is_not(core: Core) -> None:
    await turnlog.publish(core, delta("old"), "old")
    await turnlog.forget(core, CONVERSATION, TURN)
    assert await turnlog.read(core, CONVERSATION) is None
    await turnlog.publish(core, delta("new", LATER), "new")
    await turnlog.forget(core, CONVERSATION, TURN)
    assert await turnlog.read(core, CONVERSATION) == Said(LATER, 1, 3, "new")
    await turnlog.forget(core, uuid4(), TURN)


async def test_an_earlier_turn_does_not_come_back(core: Core) -> None:
    await turnlog.publish(core, delta("now"), "now")
    assert not await turnlog.publish(core, delta("before", EARLIER), "before")


async def test_without_redis_the_turn_goes_on(core: Core) -> None:
    """Its message will bring what the pieces did not."""
    async with Redis.from_url("redis://127.0.0.1:1") as nobody:
        alone = replace(core, redis=nobody)
        assert await turnlog.publish(alone, delta("We open"), "We open")
        assert await turnlog.seal(alone, CONVERSATION, 3) is None
        assert await turnlog.read(alone, CONVERSATION) is None
        await turnlog.forget(alone, CONVERSATION, TURN)
