"""One conversation that somebody here looks at: every change in order, to each audience in its own form.

Events of the bus may come late, twice or never. `rev` says whether one is missing: then PostgreSQL is read, once for
all sockets, and what was missed goes out before anything later does.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

import msgspec
import structlog

from db import conversations as db
from db import messages
from db.errors import Unavailable
from db.pool import Connection, tenant
from server.conversations.find import MOST, PAGE, fit
from server.core import keys, turnlog
from server.core.core import Core
from server.live.coalesce import Coalesced
from server.live.outlet import Outlet, encode
from server.live.speaking import Speaking
from server.schema import frames
from server.schema.entities import Message, Who
from server.schema.events import Changed, ConversationEvent, DeltaEvent, TurnEvent, TypingEvent, ViewingEvent
from server.schema.records import ConversationRecord, StoredMessage

log = structlog.get_logger()

RECENT = 100
Audience = Literal["visitor", "agent"]

_event: msgspec.json.Decoder[Any] = msgspec.json.Decoder(ConversationEvent)


class Snapshot(msgspec.Struct, frozen=True):
    """What one connection is told when it joins."""

    record: ConversationRecord | None
    messages: list[Message]
    snapshot: bool
    more: bool


class ConversationTopic:
    """Lives while sockets here listen to the conversation. `on_record` hears each new state of it, in order."""

    def __init__(
        self, core: Core, workspace: UUID, id: UUID, on_record: Callable[[ConversationRecord], None] = lambda _: None
    ) -> None:
        self.id, self.workspace = id, workspace
        self.record: ConversationRecord | None = None
        self.audiences: dict[Audience, dict[Outlet, None]] = {"visitor": {}, "agent": {}}
        self._core = core
        self._on_record = on_record
        self._seq = 0
        self._recent: deque[StoredMessage] = deque(maxlen=RECENT)
        self._speaking: Speaking | None = None
        self._state = Coalesced(self._tell_state)
        self._catching: asyncio.Task[None] | None = None
        self._rereading = False
        self.joining = 0
        """Connections that are about to listen."""

    async def start(self) -> None:
        """Subscribes, then reads. Raises Unavailable."""
        await self._core.bus.subscribe(keys.conversation_channel(self.id), self._on_payload)
        await self.catch_up()

    def stop(self) -> None:
        self._core.bus.unsubscribe(keys.conversation_channel(self.id), self._on_payload)
        self._state.cancel()

    @property
    def listeners(self) -> int:
        return sum(map(len, self.audiences.values())) + self.joining

    # Joining

    async def join(self, outlet: Outlet, audience: Audience, after: int | None, rev: int | None) -> "Joined":
        """Reads what the connection must be told. Between `Joined.release` and this nothing is lost: the caller sends
        its frame there, and from then on the connection hears all. Raises Unavailable."""
        while True:
            read = await self._read(audience, after, rev)
            if read.record is not None and (self.record is None or self.record.rev < read.record.rev):
                await self.catch_up()
            since = self._since(read.record.last_seq if read.record else 0)
            if since is not None:
                return Joined(self, outlet, audience, self._complete(read, since, audience))

    def leave(self, outlet: Outlet) -> None:
        for audience in self.audiences.values():
            audience.pop(outlet, None)

    async def _read(self, audience: Audience, after: int | None, rev: int | None) -> Snapshot:
        internal = audience == "agent"
        async with tenant(self._core.pool, self.workspace) as conn:
            record = await db.get(conn, self.id)
            if record is None:
                return Snapshot(None, [], after is None, False)
            if after is not None and after <= record.last_seq:
                missed = await messages.after(conn, self.id, internal, after, MOST + 1)
                stale = [] if rev is None else await messages.edited(conn, self.id, internal, after, rev, MOST + 1)
                if len(missed) + len(stale) <= MOST:
                    listed, cut = fit([*stale, *missed], internal, False, keep_newest=True)
                    if not cut:
                        return Snapshot(record, listed, False, False)
            newest = await messages.newest(conn, self.id, internal, PAGE + 1)
        listed, more = fit(newest[-PAGE:], internal, len(newest) > PAGE, keep_newest=True)
        return Snapshot(record, listed, True, more)

    def _since(self, seq: int) -> list[StoredMessage] | None:
        """What went out after `seq`; None where that is further back than we remember."""
        if self._seq <= seq:
            return []
        late = [one for one in self._recent if one.seq > seq]
        return late if len(late) == self._seq - seq else None

    def _complete(self, read: Snapshot, since: list[StoredMessage], audience: Audience) -> Snapshot:
        seen = [_seen(one, audience) for one in since if audience == "agent" or not one.internal]
        return msgspec.structs.replace(read, record=self.record, messages=[*read.messages, *seen])

    # Events of the bus

    def _on_payload(self, payload: bytes) -> None:
        match _event.decode(payload):
            case Changed() as change:
                self._on_change(change)
            case DeltaEvent() as delta:
                self._on_delta(delta)
            case TurnEvent() as turn:
                self._on_turn(turn)
            case TypingEvent() as typing:
                self._on_typing(typing)
            case ViewingEvent() as viewing:
                self._on_viewing(viewing)

    def _on_change(self, change: Changed) -> None:
        known = self.record.rev if self.record else 0
        if change.record.rev <= known:
            return
        # A change raises rev by one for each message, and by one where it has none.
        if change.record.rev - max(1, len(change.messages)) > known:
            self.check()
        else:
            self._apply(change)

    def check(self) -> None:
        """Something may be missing: it is read, and goes out in order. Safe to call at any time."""
        if self._catching is None or self._catching.done():
            self._catching = self._core.tasks.start(f"catch up {self.id}", self._catch_up_quietly())

    async def _catch_up_quietly(self) -> None:
        try:
            await self.catch_up()
        except Unavailable:
            log.warning("conversation not read", conversation=str(self.id))

    async def catch_up(self) -> None:
        """Reads what happened since the last event that came in order. Raises Unavailable."""
        async with tenant(self._core.pool, self.workspace) as conn:
            known = self.record
            record = await db.get(conn, self.id)
            missed: list[StoredMessage] = []
            edited: list[StoredMessage] = []
            if record is not None and known is None:
                missed = await messages.newest(conn, self.id, True, PAGE)
            elif record is not None and known is not None and record.rev > known.rev:
                missed = await self._missed(conn, known.last_seq)
                edited = await messages.edited(conn, self.id, True, known.last_seq, known.rev, MOST)
            running = await db.running_turn(conn, self.id) if record is not None and record.mode == "ai" else None
        said = await turnlog.read(self._core, self.id) if running is not None else None
        if record is None:
            return
        if self.record is None or record.rev > self.record.rev:
            self._apply(Changed(record=record, messages=missed, edited=edited))
        gone = self._speaking is not None and self._speaking.turn != running
        if gone and self._speaking is not None and self.record is not None and self.record.rev == record.rev:
            self._end_turn(self._speaking.turn, self._speaking.attempt, self._speaking.epoch)
        if said is not None and said.turn == running and said.epoch == record.epoch:
            held = self._speaking
            if held is None or (held.turn.int, held.attempt, len(held.text)) < (said.turn.int, said.attempt, len(said.text)):
                self._speaking = Speaking(said.turn, said.attempt, said.epoch, said.text)
                self._to_all(self._speaking.state(self.id))
                self._live(self._speaking.all(self.id))

    async def _missed(self, conn: Connection, seq: int) -> list[StoredMessage]:
        missed: list[StoredMessage] = []
        while page := await messages.after(conn, self.id, True, missed[-1].seq if missed else seq, MOST):
            missed += page
        return missed

    def _apply(self, change: Changed) -> None:
        """The one place where durable frames go out: messages in order, what ends, then the state."""
        before, self.record = self.record, change.record
        for one in change.messages:
            if one.seq > self._seq:
                self._seq = one.seq
                self._recent.append(one)
                self._message(one)
        for one in change.edited:
            self._edited(one)
        if change.ended is not None:
            self._end_turn(change.ended.id, change.ended.attempt, change.ended.epoch)
        self._seq = max(self._seq, change.record.last_seq)
        if self._speaking is not None and self._speaking.epoch < change.record.epoch:
            self._end_turn(self._speaking.turn, self._speaking.attempt, self._speaking.epoch)
        if change.record.agent_read_seq > (before.agent_read_seq if before else 0):
            self._read_mark("visitor", change.record)
        if change.record.contact_read_seq > (before.contact_read_seq if before else 0):
            self._read_mark("agent", change.record)
        if before is not None and before.epoch != change.record.epoch:
            self._state.cancel()
            self._tell_state()
        else:
            self._state.touch()
        self._on_record(change.record)

    def _message(self, one: StoredMessage) -> None:
        if self._speaking is not None and self._speaking.turn == one.id:
            self._speaking = None
        for audience, outlets in self.audiences.items():
            if outlets and (audience == "agent" or not one.internal):
                data = encode(frames.MessageFrame(conversation=self.id, message=_seen(one, audience)))
                for outlet in outlets:
                    outlet.write(data)

    def _edited(self, one: StoredMessage) -> None:
        for audience, outlets in self.audiences.items():
            if outlets and (audience == "agent" or not one.internal):
                data = encode(frames.Edited(conversation=self.id, message=_seen(one, audience)))
                for outlet in outlets:
                    outlet.write(data)

    def _tell_state(self) -> None:
        record = self.record
        if record is None:
            return
        if self.audiences["visitor"]:
            data = encode(frames.VisitorConversation(conversation=record.for_visitor()))
            for outlet in self.audiences["visitor"]:
                outlet.write(data)
        if self.audiences["agent"]:
            data = encode(frames.AgentConversation(conversation=record.for_agent()))
            for outlet in self.audiences["agent"]:
                outlet.write(data)

    def _read_mark(self, audience: Audience, record: ConversationRecord) -> None:
        """The other side has read up to here."""
        if audience == "agent":
            who, seq = Who(kind="contact", id=record.contact.id), record.contact_read_seq
        else:
            who = Who(kind="agent", id=record.assignee.id if record.assignee else record.workspace)
            seq = record.agent_read_seq
        data = encode(frames.Read(conversation=self.id, who=who, seq=seq))
        for outlet in self.audiences[audience]:
            outlet.write(data)

    # The AI's voice

    def _stale(self, event: DeltaEvent | TurnEvent) -> bool:
        if self.record is not None and event.epoch < self.record.epoch:
            return True
        if any(one.id == event.turn for one in self._recent):
            return not (isinstance(event, TurnEvent) and event.state in ("done", "failed"))
        held = self._speaking
        return held is not None and (event.turn.int, event.attempt) < (held.turn.int, held.attempt)

    def _on_turn(self, event: TurnEvent) -> None:
        if self._stale(event):
            return
        frame = frames.Turn(
            conversation=self.id,
            turn=event.turn,
            attempt=event.attempt,
            epoch=event.epoch,
            state=event.state,
            reason=event.reason,
        )
        if event.tool is not None and event.tool_state is not None:
            tool = frames.ToolUse(event.tool, event.tool_state)
            self._to("agent", msgspec.structs.replace(frame, tool=tool))
            return
        if event.state in ("done", "cancelled", "failed"):
            if self._speaking is not None and self._speaking.turn == event.turn:
                self._speaking = None
        elif self._speaking is None or self._speaking.precedes(event):
            self._speaking = Speaking(event.turn, event.attempt, event.epoch)
        self._to_all(frame)

    def _on_delta(self, event: DeltaEvent) -> None:
        if self._stale(event):
            return
        if self._speaking is None or self._speaking.precedes(event):
            self._speaking = Speaking(event.turn, event.attempt, event.epoch, whole=event.offset == 0)
        if (frame := self._speaking.add(event, self.id)) is not None:
            self._live(frame)
        elif not self._speaking.whole and not self._rereading:
            self._rereading = True
            self._core.tasks.start(f"reread {self.id}", self._reread())

    async def _reread(self) -> None:
        try:
            said = await turnlog.read(self._core, self.id)
        finally:
            self._rereading = False
        if self._speaking is not None and (frame := self._speaking.reread(said, self.id)) is not None:
            self._live(frame)

    def _live(self, frame: frames.Delta) -> None:
        data = encode(frame)
        whole: bytes | None = data if frame.offset == 0 else None
        for outlets in self.audiences.values():
            for outlet in outlets:
                if self.id in outlet.holes and frame.offset > 0 and self._speaking is not None:
                    whole = whole or encode(self._speaking.all(self.id))
                    sent = outlet.offer(whole)
                else:
                    sent = outlet.offer(data)
                if sent:
                    outlet.holes.discard(self.id)
                else:
                    outlet.holes.add(self.id)

    def _end_turn(self, turn: UUID, attempt: int, epoch: int) -> None:
        if self._speaking is not None and self._speaking.turn == turn:
            self._speaking = None
        # Where its message is there, what was said of it stays.
        if not any(one.id == turn for one in self._recent):
            self._to_all(frames.Turn(conversation=self.id, turn=turn, attempt=attempt, epoch=epoch, state="cancelled"))

    # Signals

    def _on_typing(self, event: TypingEvent) -> None:
        data = encode(frames.Typing(conversation=self.id, who=event.who, on=event.on))
        self._signal("agent", event.who, data)
        owner = self.record.assignee if self.record and self.record.mode == "human" else None
        # What an agent writes to colleagues, or before taking over, is not the visitor's to see.
        if event.who.kind == "agent" and owner is not None and owner.id == event.who.id:
            self._signal("visitor", event.who, data)

    def _on_viewing(self, event: ViewingEvent) -> None:
        self._signal("agent", event.who, encode(frames.Viewing(conversation=self.id, who=event.who, on=event.on)))

    def _signal(self, audience: Audience, who: Who, data: bytes) -> None:
        for outlet in self.audiences[audience]:
            if outlet.who is None or outlet.who.id != who.id:
                outlet.offer(data)

    def _to_all(self, frame: frames.Turn) -> None:
        self._to("visitor", frame)
        self._to("agent", frame)

    def _to(self, audience: Audience, frame: frames.Turn) -> None:
        if self.audiences[audience]:
            data = encode(frame)
            for outlet in self.audiences[audience]:
                outlet.write(data)

    def greet(self, outlet: Outlet) -> None:
        """A connection that comes in the middle of an answer gets all of it so far."""
        if self._speaking is not None and (self.record is None or self._speaking.epoch >= self.record.epoch):
            outlet.send(self._speaking.state(self.id))
            if self._speaking.text:
                outlet.send(self._speaking.all(self.id))


class Joined:
    """A connection about to hear a topic. Nothing may be awaited between making this and `release`."""

    def __init__(self, topic: ConversationTopic, outlet: Outlet, audience: Audience, told: Snapshot) -> None:
        self.topic, self.outlet, self.audience, self.told = topic, outlet, audience, told

    def release(self, first: frames.Reply) -> None:
        """Sends the frame that tells `told`, then what the AI is saying, then everything that comes."""
        self.outlet.send(first)
        self.topic.greet(self.outlet)
        self.topic.audiences[self.audience][self.outlet] = None


def _seen(one: StoredMessage, audience: Audience) -> Message:
    return one.for_agent() if audience == "agent" else one.for_visitor()
