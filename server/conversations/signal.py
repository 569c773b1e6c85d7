"""Who is typing, who is looking: told once, kept nowhere."""

from uuid import UUID

import msgspec

from server.core import keys
from server.core.core import Core
from server.schema.entities import Who
from server.schema.events import TypingEvent, ViewingEvent


async def typing(core: Core, conversation: UUID, who: Who, on: bool) -> None:
    event = TypingEvent(conversation=conversation, who=who, on=on)
    await core.bus.publish((keys.conversation_channel(conversation), msgspec.json.encode(event)))


async def viewing(core: Core, conversation: UUID, who: Who, on: bool) -> None:
    event = ViewingEvent(conversation=conversation, who=who, on=on)
    await core.bus.publish((keys.conversation_channel(conversation), msgspec.json.encode(event)))
