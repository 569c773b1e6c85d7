"""The AI's voice in one conversation, as this process passes it on: in order, whole, and silent once it has lost the floor."""

from collections import deque
from uuid import UUID

from msgspec.structs import replace

from server.core import turnlog
from server.core.core import Core
from server.live.audiences import Audiences
from server.live.outlet import Outlet, encode
from server.live.reading import News
from server.live.speaking import Speaking
from server.schema import frames
from server.schema.events import DeltaEvent, TurnEvent
from server.schema.records import TurnRef

REMEMBERED = 32


class Voice:
    """`epoch` of each call is the conversation's, as far as it has been told here: what is older is not passed on."""

    def __init__(self, core: Core, conversation: UUID, audiences: Audiences) -> None:
        self._core, self._id, self._audiences = core, conversation, audiences
        self._speaking: Speaking | None = None
        self._written: deque[UUID] = deque(maxlen=REMEMBERED)
        self._rereading = False

    def on_turn(self, event: TurnEvent, epoch: int) -> None:
        over = event.state in ("done", "cancelled", "failed")
        if self._stale(event, epoch, written_too=event.state in ("done", "failed")):
            return
        frame = frames.Turn(
            conversation=self._id,
            turn=event.turn,
            attempt=event.attempt,
            epoch=event.epoch,
            state=event.state,
            reason=event.reason,
        )
        if event.tool is not None and event.tool_state is not None:
            self._audiences.write("agent", replace(frame, tool=frames.ToolUse(event.tool, event.tool_state)))
            return
        if over:
            if self._speaking is not None and self._speaking.turn == event.turn:
                self._speaking = None
        elif self._speaking is None or self._speaking.precedes(event):
            self._speaking = Speaking(event.turn, event.attempt, event.epoch, trigger=event.trigger)
        self._audiences.write_all(frame)

    def on_delta(self, event: DeltaEvent, epoch: int) -> None:
        if self._stale(event, epoch):
            return
        if self._speaking is None or self._speaking.precedes(event):
            self._speaking = Speaking(event.turn, event.attempt, event.epoch, trigger=event.trigger, whole=event.offset == 0)
        if (frame := self._speaking.add(event, self._id)) is not None:
            self._pass_on(frame)
        elif not self._speaking.whole and not self._rereading:
            self._rereading = True
            self._core.tasks.start(f"reread {self._id}", self._reread())

    def written(self, message: UUID) -> None:
        """A message of the AI went out: its turn says nothing more."""
        self._written.append(message)
        if self._speaking is not None and self._speaking.turn == message:
            self._speaking = None

    def ended(self, turn: TurnRef) -> None:
        """The turn was stopped; where its message is there, what was said of it stays."""
        if self._speaking is not None and self._speaking.turn == turn.id:
            self._speaking = None
        if turn.id not in self._written:
            self._cancelled(turn.id, turn.attempt, turn.epoch)

    def owner_changed(self, epoch: int) -> None:
        held = self._speaking
        if held is not None and held.epoch < epoch:
            self._speaking = None
            self._cancelled(held.turn, held.attempt, held.epoch)

    def caught_up(self, news: News, epoch: int) -> None:
        """What was read again, of the same epoch: a turn that is over is told so, text that was missed comes whole."""
        held, said = self._speaking, news.said
        if held is not None and held.turn != news.running and held.turn not in self._written:
            self._speaking = None
            self._cancelled(held.turn, held.attempt, held.epoch)
        if said is None or said.turn != news.running or said.epoch != epoch:
            return
        read = Speaking(said.turn, said.attempt, said.epoch, said.text, said.trigger)
        if held is None or (*held.age, len(held.text)) < (*read.age, len(read.text)):
            self._speaking = read
            self._audiences.write_all(self._speaking.state(self._id))
            self._pass_on(self._speaking.all(self._id))

    def greet(self, outlet: Outlet, epoch: int) -> None:
        """A connection that comes in the middle of an answer gets all of it so far."""
        if self._speaking is not None and self._speaking.epoch >= epoch:
            outlet.send(self._speaking.state(self._id))
            if self._speaking.text:
                outlet.send(self._speaking.all(self._id))

    def _stale(self, event: DeltaEvent | TurnEvent, epoch: int, written_too: bool = False) -> bool:
        if event.epoch < epoch:
            return True
        if event.turn in self._written:
            return not written_too
        held = self._speaking
        return held is not None and held.follows(event)

    async def _reread(self) -> None:
        try:
            said = await turnlog.read(self._core, self._id)
        finally:
            self._rereading = False
        if self._speaking is not None and (frame := self._speaking.reread(said, self._id)) is not None:
            self._pass_on(frame)

    def _pass_on(self, frame: frames.Delta) -> None:
        """To whom a piece was dropped before, all the text instead."""
        data = encode(frame)
        whole: bytes | None = data if frame.offset == 0 else None
        for outlet in self._audiences.all():
            sent = data
            if self._id in outlet.holes and self._speaking is not None:
                sent = whole = whole or encode(self._speaking.all(self._id))
            if outlet.offer(sent):
                outlet.holes.discard(self._id)
            else:
                outlet.holes.add(self._id)

    def _cancelled(self, turn: UUID, attempt: int, epoch: int) -> None:
        self._audiences.write_all(frames.Turn(conversation=self._id, turn=turn, attempt=attempt, epoch=epoch, state="cancelled"))
