"""Who is typing, who is looking, whose it is now: told once, kept nowhere."""

from uuid import UUID

import msgspec

from server.core import keys
from server.core.core import Core
from server.schema.entities import Who
from server.schema.events import TypingEvent, ViewingEvent, VouchedEvent


async def typing(core: Core, conversation: UUID, who: Who, on: bool) -> None:
    event = TypingEvent(conversation=conversation, who=who, on=on)
    await core.bus.publish((keys.conversation_channel(conversation), msgspec.json.encode(event)))


async def viewing(core: Core, conversation: UUID, who: Who, on: bool) -> None:
    event = ViewingEvent(conversation=conversation, who=who, on=on)
    await core.bus.publish((keys.conversation_channel(conversation), msgspec.json.encode(event)))


async def vouched(core: Core, conversation: UUID, visitor: UUID) -> None:
    """Sockets that came with the visitor's token from before are sent away."""
    await core.bus.publish((keys.conversation_channel(conversation), msgspec.json.encode(VouchedEvent(visitor=visitor))))
