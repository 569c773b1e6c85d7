"""A process's core with a bus that hears, a conversation that waits for an answer, and an ear on what goes out."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest_asyncio

from server.ai.answer import Patience
from server.ai.models.base import Model
from server.ai.reply import Replies
from server.conversations.post import post
from server.conversations.turn import begin
from server.core import keys
from server.core.core import Core
from server.knowledge.create_article import create_article
from server.schema.events import Changed, ConversationEvent, DeltaEvent, TurnEvent
from server.schema.records import StoredMessage, TurnRef
from server.settings import Settings
from tests.helpers.core import opened
from tests.helpers.rows import Chat, Place, make_place, new_chat
from tests.helpers.stores import until

HURRY = Patience(attempts=3, backoff=0.01, deadline=8.0, longest=12.0)

_event: msgspec.json.Decoder[Any] = msgspec.json.Decoder(ConversationEvent)


class Ear:
    """What the conversation's channel carried, in order."""

    def __init__(self, core: Core, conversation: UUID) -> None:
        self._core, self._channel = core, keys.conversation_channel(conversation)
        self.events: list[Any] = []

    async def open(self) -> "Ear":
        await self._core.bus.subscribe(self._channel, lambda payload: self.events.append(_event.decode(payload)))
        return self

    @property
    def deltas(self) -> list[DeltaEvent]:
        return [event for event in self.events if isinstance(event, DeltaEvent)]

    @property
    def states(self) -> list[tuple[str, int]]:
        return [(event.state, event.attempt) for event in self.events if isinstance(event, TurnEvent) and event.tool is None]

    @property
    def tools(self) -> list[tuple[str, str]]:
        return [(event.tool, event.tool_state) for event in self.events if isinstance(event, TurnEvent) and event.tool]

    @property
    def messages(self) -> list[StoredMessage]:
        return [one for event in self.events if isinstance(event, Changed) for one in event.messages]

    def text(self, attempt: int | None = None) -> str:
        """What somebody who watched from the beginning has read of the last attempt, or of this one."""
        text, last = "", max((delta.attempt for delta in self.deltas), default=0) if attempt is None else attempt
        for delta in self.deltas:
            if delta.attempt == last:
                assert delta.offset == len(text)
                text += delta.text
        return text


class Talk:
    """One visitor's conversation with the AI of one process."""

    def __init__(self, core: Core, superuser: asyncpg.Connection, place: Place) -> None:
        self.core, self.superuser, self.place = core, superuser, place
        self.chat: Chat = new_chat(place)
        self.ear = Ear(core, self.chat.id)

    async def say(self, text: str, core: Core | None = None, **contact: Any) -> TurnRef:
        """The visitor writes; the turn that shall answer is not started."""
        core = core or self.core
        row = msgspec.structs.replace(self.chat.says(text, **contact), begin=begin(core))
        posted = (await post(core, self.place.workspace, [row]))[0]
        assert posted.turn is not None
        return posted.turn

    def replies(self, model: Model, core: Core | None = None, patience: Patience = HURRY) -> Replies:
        return Replies(core or self.core, model, patience)

    async def ask(self, replies: Replies, text: str, **contact: Any) -> TurnRef:
        turn = await self.say(text, **contact)
        replies.start(self.place.workspace, self.chat.id, turn)
        return turn

    async def answered(self, turn: TurnRef, seconds: float = 5.0) -> StoredMessage:
        """The turn's one message."""
        await until(lambda: any(one.id == turn.id for one in self.ear.messages), seconds)
        (message,) = [one for one in self.ear.messages if one.id == turn.id]
        return message

    async def turn(self, turn: TurnRef) -> asyncpg.Record:
        return await self.superuser.fetchrow("SELECT * FROM turns WHERE id = $1", turn.id)

    async def stored(self) -> list[asyncpg.Record]:
        return await self.superuser.fetch("SELECT * FROM messages WHERE conversation_id = $1 ORDER BY seq", self.chat.id)

    async def conversation(self) -> asyncpg.Record:
        return await self.superuser.fetchrow("SELECT * FROM conversations WHERE id = $1", self.chat.id)

    async def contact(self) -> asyncpg.Record:
        return await self.superuser.fetchrow("SELECT * FROM contacts WHERE id = $1", self.chat.contact)

    async def article(self, title: str, body: str, language: str = "en", url: str | None = None) -> UUID:
        return (await create_article(self.core, self.place.workspace, title=title, body=body, language=language, url=url)).id


@pytest_asyncio.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        core.tasks.start("bus", core.bus.run())
        await core.bus.connected.wait()
        yield core


@pytest_asyncio.fixture
async def other(settings: Settings) -> AsyncIterator[Core]:
    """Another process."""
    async with opened(settings) as core:
        core.tasks.start("bus", core.bus.run())
        await core.bus.connected.wait()
        yield core


@pytest_asyncio.fixture
async def place(superuser: asyncpg.Connection) -> Place:
    return await make_place(superuser)


@pytest_asyncio.fixture
async def talk(core: Core, superuser: asyncpg.Connection, place: Place) -> Talk:
    talk = Talk(core, superuser, place)
    await talk.ear.open()
    return talk
