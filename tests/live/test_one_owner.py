"""Promise 5 on a connection: nothing of the AI comes behind a conversation of a higher epoch, however late its pieces are."""

from collections import deque
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.core import Core
from server.live.audiences import Audience
from server.live.conversation import ConversationTopic
from server.live.outlet import Outlet
from server.schema import frames
from server.schema.entities import Author, Mode, Person
from server.schema.events import Changed, DeltaEvent, TurnEvent
from server.schema.records import ConversationRecord, StoredMessage, TurnRef

NOW = "2026-11-20T10:15:00.123Z"
ANA = Person(id=uuid4(), name="Ana")


class Desk:
    """A conversation that changes hands. Commits reach the topic in order, what the AI says whenever it likes."""

    def __init__(self) -> None:
        self.id, self.seq, self.rev, self.epoch = uuid4(), 0, 0, 0
        self.mode: Mode = "ai"
        self.turn: TurnRef | None = None
        self.said = 0
        self.commits: deque[Changed] = deque()
        self.voice: list[DeltaEvent | TurnEvent] = []
        self.topic = ConversationTopic(cast(Core, SimpleNamespace()), uuid4(), self.id)
        self.heard: dict[Outlet, list[Any]] = {}

    def asks(self) -> None:
        """The visitor writes; where the AI owns the conversation, its turn begins anew."""
        ended, self.turn = self.turn, None
        self._commit("contact", ended=ended)
        if self.mode == "ai":
            self.turn, self.said = TurnRef(UUID(int=self.rev), 1, self.epoch, self.seq), 0
            self._voice("thinking")

    def speaks(self) -> None:
        if self.turn is not None:
            turn = self.turn
            text = f"{self.said} "
            self.voice.append(
                DeltaEvent(conversation=self.id, turn=turn.id, attempt=1, epoch=turn.epoch, offset=self.said, text=text)
            )
            self.said += len(text)

    def answers(self) -> None:
        """The AI has done: its message, then word of it."""
        if self.turn is not None:
            self._commit("ai", id=self.turn.id, ended=self.turn)
            self._voice("done")
            self.turn = None

    def taken(self) -> None:
        """In mid-sentence what was said stays as its message; the owner changes in the same commit."""
        cut, self.turn = self.turn, None
        self.epoch, self.mode = self.epoch + 1, "human"
        self._commit("ai" if cut and self.said else "system", id=cut.id if cut and self.said else uuid4(), ended=cut)

    def released(self) -> None:
        if self.mode == "human":
            self.epoch, self.mode = self.epoch + 1, "ai"
            self._commit("system")

    def joins(self, audience: Audience) -> None:
        outlet = Outlet(audience)
        self.heard[outlet] = []
        if self.topic.record is not None:
            record = self.topic.record
            agent, visitor = frames.AgentConversation, frames.VisitorConversation
            outlet.send(agent(conversation=record.for_agent()) if audience == "agent" else visitor(conversation=record.for_visitor()))
        self.topic.greet(outlet)
        self.topic.audiences.of(audience)[outlet] = None

    def read(self) -> None:
        """Everybody takes what waits."""
        for outlet, heard in self.heard.items():
            union: Any = frames.AgentEvent if outlet.kind == "agent" else frames.VisitorEvent

            async def write(data: bytes, heard: list[Any] = heard, union: Any = union) -> None:
                heard.append(msgspec.json.decode(data, type=union))

            running = outlet.run(write)
            cast(Any, running).send(None)
            running.close()

    def _voice(self, state: Any) -> None:
        assert self.turn is not None
        self.voice.append(TurnEvent(conversation=self.id, turn=self.turn.id, attempt=1, epoch=self.turn.epoch, state=state))

    def _commit(self, kind: Any, id: UUID | None = None, ended: TurnRef | None = None) -> None:
        self.seq, self.rev = self.seq + 1, self.rev + 1
        message = StoredMessage(
            id=id or uuid4(), seq=self.seq, public_prev=self.seq - 1, rev=self.rev, author=Author(kind=kind),
            kind="text", internal=False, text="…", attachments=[], at=NOW,
        )  # fmt: skip
        self.commits.append(Changed(record=self._record(), messages=[message], ended=ended))

    def _record(self) -> ConversationRecord:
        return ConversationRecord(
            id=self.id, workspace=self.topic.workspace, rev=self.rev, epoch=self.epoch, mode=self.mode, status="open",
            contact=Person(id=uuid4()), channel="web", assignee=ANA if self.mode == "human" else None, last_seq=self.seq,
            public_seq=self.seq, agent_read_seq=0, contact_read_seq=0, unread=0, contact_unread=0, preview="", waiting_since=None,
            sla_due=None, snoozed_until=None, last_at=NOW, label=None,
        )  # fmt: skip


ACTS = ["asks", "speaks", "speaks", "answers", "taken", "released", "commit", "commit", "voice", "voice", "voice", "join", "read"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(ACTS), max_size=60), st.randoms(use_true_random=False))
async def test_nothing_of_the_ai_comes_behind_a_takeover(acts: list[str], random: Any) -> None:
    desk = Desk()
    desk.joins("agent")
    desk.asks()
    for act in acts:
        match act:
            case "commit" if desk.commits:
                desk.topic._on_payload(msgspec.json.encode(desk.commits.popleft()))
            case "voice" if desk.voice:
                # Late, twice or out of order: the floor is a hint.
                event = random.choice(desk.voice)
                if not isinstance(event, DeltaEvent) or _follows(desk, event):
                    desk.topic._on_payload(msgspec.json.encode(event))
            case "join":
                desk.joins(random.choice(["agent", "visitor"]))
            case "read":
                desk.read()
            case "asks" | "speaks" | "answers" | "taken" | "released":
                getattr(desk, act)()
    while desk.commits:
        desk.topic._on_payload(msgspec.json.encode(desk.commits.popleft()))
    desk.read()
    desk.topic._state.cancel()
    for heard in desk.heard.values():
        _check(heard)


def _follows(desk: Desk, event: DeltaEvent) -> bool:
    """Whether the piece can be told without looking at Redis: holes have tests of their own."""
    held = desk.topic._voice._speaking
    known = len(held.text) if held is not None and held.turn == event.turn else 0
    return event.offset <= known


def _check(heard: list[Any]) -> None:
    epoch, seq, over = 0, 0, set()
    for frame in heard:
        match frame:
            case frames.AgentConversation() | frames.VisitorConversation():
                assert frame.conversation.epoch >= epoch
                epoch = frame.conversation.epoch
            case frames.Turn() | frames.Delta():
                assert frame.epoch >= epoch, "the AI speaks behind its time"
                assert frame.turn not in over or (isinstance(frame, frames.Turn) and frame.state == "done"), "it speaks on behind its message"
            case frames.MessageFrame():
                assert frame.message.seq > seq
                seq = frame.message.seq
                over.add(frame.message.id)
