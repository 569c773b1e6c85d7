"""The floor of a conversation while the AI speaks: what it has said so far, and whether it may go on.

One hash a conversation on Redis (`keys.turn`). Publishing a piece and storing the text are one step, so whoever joins
late reads text and follows pieces without a hole; sealing is one step too, so nothing is published behind a takeover.
"""

from typing import Any
from uuid import UUID

import msgspec
import structlog

from server.core import keys
from server.core.core import Core
from server.schema.events import DeltaEvent, TurnEvent

log = structlog.get_logger()

KEEP_MS = 120_000
SEAL_MS = 3_000

# A hash that holds a later turn, or a later attempt of this one, means that this one has lost the floor.
PUBLISH = """
local held = redis.call('HMGET', KEYS[1], 'turn', 'attempt', 'sealed', 'upto', 'trigger')
local trigger = tonumber(held[5] or 0)
if held[1] and (trigger > tonumber(ARGV[8]) or (trigger == tonumber(ARGV[8]) and
    (held[1] > ARGV[1] or (held[1] == ARGV[1] and tonumber(held[2]) > tonumber(ARGV[2]))))) then return 0 end
if held[3] and tonumber(ARGV[3]) <= tonumber(held[4]) then
    local now = redis.call('TIME')
    if tonumber(held[3]) > now[1] * 1000 + now[2] / 1000 then return 0 end
end
redis.call('HSET', KEYS[1], 'turn', ARGV[1], 'attempt', ARGV[2], 'epoch', ARGV[3], 'text', ARGV[4], 'trigger', ARGV[8])
redis.call('HDEL', KEYS[1], 'sealed', 'upto')
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[7])
return 1
"""

# Where nothing has been said yet, nothing shall be: the seal stands by itself.
SEAL = """
local now = redis.call('TIME')
local spoken = redis.call('HEXISTS', KEYS[1], 'turn')
redis.call('HSET', KEYS[1], 'sealed', now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[1], 'upto', ARGV[2])
if spoken == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return redis.call('HMGET', KEYS[1], 'turn', 'attempt', 'epoch', 'text', 'trigger')
"""


class Said(msgspec.Struct, frozen=True):
    """What a turn has published so far."""

    turn: UUID
    attempt: int
    epoch: int
    text: str
    trigger: int = 0


async def publish(core: Core, event: TurnEvent | DeltaEvent, text: str) -> bool:
    """Publishes the event and stores `text`, all that the turn has said with it. False: the turn has lost the floor,
    nothing was published. Without Redis it is True: the final message will bring what the pieces did not."""
    try:
        return bool(
            await core.redis.eval(  # type: ignore[misc]  # redis-py types one method for both its clients
                PUBLISH,
                1,
                keys.turn(event.conversation),
                str(event.turn),
                str(event.attempt),
                str(event.epoch),
                text,
                str(KEEP_MS),
                keys.conversation_channel(event.conversation),
                msgspec.json.encode(event).decode(),
                str(event.trigger),
            )
        )
    except Exception as error:
        log.warning("delta lost", error=type(error).__name__, conversation=str(event.conversation))
        return True


async def announce(core: Core, event: TurnEvent) -> None:
    """Publishes a turn's state without touching what it said."""
    await core.bus.publish((keys.conversation_channel(event.conversation), msgspec.json.encode(event)))


async def seal(core: Core, conversation: UUID, epoch: int) -> Said | None:
    """Takes the floor from turns up to `epoch` for 3 s and answers what the last one has published. None where that is
    nothing, or not known."""
    try:
        return _said(await core.redis.eval(SEAL, 1, keys.turn(conversation), str(SEAL_MS), str(epoch)))  # type: ignore[misc]  # as above
    except Exception as error:
        log.warning("seal lost", error=type(error).__name__, conversation=str(conversation))
        return None


async def read(core: Core, conversation: UUID) -> Said | None:
    """What the running turn has published so far."""
    try:
        return _said(await core.redis.hmget(keys.turn(conversation), ["turn", "attempt", "epoch", "text", "trigger"]))  # type: ignore[misc]  # as above
    except Exception as error:
        log.warning("turn not read", error=type(error).__name__, conversation=str(conversation))
        return None


async def forget(core: Core, conversation: UUID, turn: UUID) -> None:
    """Drops the text of a turn that has ended, unless a later one holds the floor."""
    try:
        held = await core.redis.hget(keys.turn(conversation), "turn")  # type: ignore[misc]  # as above
        if held is not None and held.decode() == str(turn):
            await core.redis.delete(keys.turn(conversation))
    except Exception as error:
        log.warning("turn not forgotten", error=type(error).__name__, conversation=str(conversation))


def _said(values: list[Any]) -> Said | None:
    turn, attempt, epoch, text, trigger = values
    if turn is None:
        return None
    return Said(UUID(turn.decode()), int(attempt), int(epoch), text.decode(), int(trigger or 0))
