"""One conversation that somebody here looks at: every change in order, to each audience in its own form.

Events of the bus may come late, twice or never. `rev` says whether one is missing: then PostgreSQL is read, once for
all sockets, and what was missed goes out before anything later does.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, assert_never
from uuid import UUID

import msgspec
import structlog

from db.errors import Unavailable
from server.core import keys
from server.core.core import Core
from server.core.errors import Close
from server.live import reading
from server.live.audiences import Audience, Audiences, may_see, seen
from server.live.coalesce import Coalesced
from server.live.outlet import Outlet
from server.live.reading import Snapshot
from server.live.voice import Voice
from server.schema import frames
from server.schema.entities import Who
from server.schema.events import Changed, ConversationEvent, DeltaEvent, TurnEvent, TypingEvent, ViewingEvent, VouchedEvent
from server.schema.records import ConversationRecord, StoredMessage

log = structlog.get_logger()

RECENT = 100

_event: msgspec.json.Decoder[Any] = msgspec.json.Decoder(ConversationEvent)


class ConversationTopic:
    """Lives while sockets here listen to the conversation. `on_record` hears each new state of it, in order."""

    def __init__(
        self, core: Core, workspace: UUID, id: UUID, on_record: Callable[[ConversationRecord], None] = lambda _: None
    ) -> None:
        self.id, self.workspace = id, workspace
        self.record: ConversationRecord | None = None
        self.audiences = Audiences()
        self.joining = 0
        """Connections that are about to listen."""
        self._core = core
        self._on_record = on_record
        self._seq = 0
        self._recent: deque[StoredMessage] = deque(maxlen=RECENT)
        self._voice = Voice(core, id, self.audiences)
        self._state = Coalesced(self._tell_state)
        self._told_reads = (0, 0)
        self._catching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Subscribes, then reads. Raises Unavailable."""
        await self._core.bus.subscribe(keys.conversation_channel(self.id), self._on_payload)
        await self.catch_up()

    def stop(self) -> None:
        self._core.bus.unsubscribe(keys.conversation_channel(self.id), self._on_payload)
        self._state.cancel()

    @property
    def listeners(self) -> int:
        return len(self.audiences) + self.joining

    async def join(self, outlet: Outlet, audience: Audience, after: int | None, rev: int | None) -> "Joined":
        """Reads what the connection must be told. Between `Joined.release` and this nothing is lost: the caller sends
        its frame there, and from then on the connection hears all. Raises Unavailable."""
        while True:
            read = await reading.snapshot(self._core, self.workspace, self.id, audience, after, rev)
            if read.record is not None and (self.record is None or self.record.rev < read.record.rev):
                await self.catch_up()
            late = self._since(read.record.last_seq if read.record else 0)
            if late is not None:
                more = [seen(one, audience) for one in late if may_see(one, audience)]
                told = msgspec.structs.replace(read, record=self.record, messages=[*read.messages, *more])
                return Joined(self, outlet, audience, told)

    def leave(self, outlet: Outlet) -> None:
        self.audiences.discard(outlet)

    def greet(self, outlet: Outlet) -> None:
        self._voice.greet(outlet, self._epoch)

    def check(self) -> None:
        """Something may be missing: it is read, and goes out in order. Safe to call at any time."""
        if self._catching is None or self._catching.done():
            self._catching = self._core.tasks.start(f"catch up {self.id}", self._catch_up_quietly())

    async def catch_up(self) -> None:
        """Reads what happened since the last event that came in order. Raises Unavailable."""
        known = self.record
        # At the start nobody listens yet, and whoever joins reads for themselves.
        told = known is not None or len(self.audiences) > 0
        news = await reading.news(self._core, self.workspace, self.id, known, told=told)
        if news.record is None:
            return
        if self.record is None or news.record.rev > self.record.rev:
            self._apply(Changed(record=news.record, messages=news.messages, edited=news.edited))
        if self.record is not None and self.record.rev == news.record.rev:
            self._voice.caught_up(news, self.record.epoch)

    async def _catch_up_quietly(self) -> None:
        try:
            await self.catch_up()
        except Unavailable:
            log.warning("conversation not read", conversation=str(self.id))

    @property
    def _epoch(self) -> int:
        return self.record.epoch if self.record is not None else 0

    def _since(self, seq: int) -> list[StoredMessage] | None:
        """What went out after `seq`; None where that is further back than we remember."""
        if self._seq <= seq:
            return []
        late = [one for one in self._recent if one.seq > seq]
        return late if len(late) == self._seq - seq else None

    def _on_payload(self, payload: bytes) -> None:
        event: ConversationEvent = _event.decode(payload)
        match event:
            case Changed():
                self._on_change(event)
            case DeltaEvent():
                self._voice.on_delta(event, self._epoch)
            case TurnEvent():
                self._voice.on_turn(event, self._epoch)
            case TypingEvent():
                self._on_typing(event)
            case VouchedEvent():
                for outlet in tuple(self.audiences.visitor):
                    if outlet.visitor == event.visitor:
                        outlet.close(Close.UNAUTHENTICATED)
            case ViewingEvent():
                self.audiences.signal("agent", event.who, frames.Viewing(conversation=self.id, who=event.who, on=event.on))
            case _:
                assert_never(event)

    def _on_change(self, change: Changed) -> None:
        known = self.record.rev if self.record else 0
        if change.record.rev <= known:
            return
        # A change raises rev by one for each message, and by one where it has none.
        if change.record.rev - max(1, len(change.messages)) > known:
            self.check()
        else:
            self._apply(change)

    def _apply(self, change: Changed) -> None:
        """The one place where durable frames go out: messages in order, what ends, then the state."""
        before, self.record = self.record, change.record
        for one in change.messages:
            if one.seq > self._seq:
                self._seq = one.seq
                self._recent.append(one)
                self._message(one)
        for one in change.edited:
            for audience in ("visitor", "agent"):
                if may_see(one, audience):
                    self.audiences.write(audience, frames.Edited(conversation=self.id, message=seen(one, audience)))
        if change.ended is not None:
            self._voice.ended(change.ended)
        self._voice.owner_changed(change.record.epoch)
        self._seq = max(self._seq, change.record.last_seq)
        if before is None:
            self._told_reads = (change.record.agent_read_seq, change.record.contact_read_seq)
        self._state.touch(now=before is not None and before.epoch != change.record.epoch)
        self._on_record(change.record)

    def _message(self, one: StoredMessage) -> None:
        if one.author.kind == "ai":
            self._voice.written(one.id)
        for audience in ("visitor", "agent"):
            if may_see(one, audience):
                self.audiences.write(audience, frames.MessageFrame(conversation=self.id, message=seen(one, audience)))

    def _tell_state(self) -> None:
        """How far each side has read, where that rose, and the state: the last of each."""
        record = self.record
        if record is None:
            return
        (by_agent, by_contact), self._told_reads = self._told_reads, (record.agent_read_seq, record.contact_read_seq)
        if record.agent_read_seq > by_agent:
            agent = Who(kind="agent", id=record.assignee.id if record.assignee else record.workspace)
            seq = min(record.agent_read_seq, record.public_seq)
            self.audiences.write("visitor", frames.Read(conversation=self.id, who=agent, seq=seq))
        if record.contact_read_seq > by_contact:
            contact = Who(kind="contact", id=record.contact.id)
            self.audiences.write("agent", frames.Read(conversation=self.id, who=contact, seq=record.contact_read_seq))
        self.audiences.write("visitor", frames.VisitorConversation(conversation=record.for_visitor()))
        self.audiences.write("agent", frames.AgentConversation(conversation=record.for_agent()))

    def _on_typing(self, event: TypingEvent) -> None:
        frame = frames.Typing(conversation=self.id, who=event.who, on=event.on)
        self.audiences.signal("agent", event.who, frame)
        owner = self.record.assignee if self.record and self.record.mode == "human" else None
        # What an agent writes to colleagues, or before taking over, is not the visitor's to see.
        if event.who.kind == "agent" and owner is not None and owner.id == event.who.id:
            self.audiences.signal("visitor", event.who, frame)


class Joined:
    """A connection about to hear a topic. Nothing may be awaited between making this and `release`."""

    def __init__(self, topic: ConversationTopic, outlet: Outlet, audience: Audience, told: Snapshot) -> None:
        self.topic, self.outlet, self.audience, self.told = topic, outlet, audience, told

    def release(self, first: frames.Reply) -> None:
        """Sends the frame that tells `told`, then what the AI is saying, then everything that comes."""
        self.outlet.send(first)
        self.topic.greet(self.outlet)
        self.topic.audiences.of(self.audience)[self.outlet] = None
