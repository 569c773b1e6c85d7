"""What the AI is saying in one conversation right now, put together from pieces that may come late, twice or never."""

from uuid import UUID

from msgspec import Struct

from server.core.turnlog import Said
from server.schema.entities import TurnState
from server.schema.events import DeltaEvent, TurnEvent
from server.schema.frames import Delta, Turn


class Speaking(Struct):
    """A turn as far as this process knows it. A later turn, or a higher attempt, begins anew."""

    turn: UUID
    attempt: int
    epoch: int
    text: str = ""
    trigger: int = 0
    """The seq of the message that it answers: later turns have a higher one."""
    whole: bool = True
    """False: a piece is missing, the text must be read again."""

    def add(self, delta: DeltaEvent, conversation: UUID) -> Delta | None:
        """The frame that this piece is; None where it is known, or where a piece before it is missing."""
        if delta.offset == 0:
            if self.text.startswith(delta.text):
                return None
            self.text, self.whole = delta.text, True
        elif not self.whole or delta.offset > len(self.text):
            self.whole = False
            return None
        elif delta.offset < len(self.text):
            return None
        else:
            self.text += delta.text
        return self._frame(conversation, delta.offset, delta.text)

    def reread(self, said: Said | None, conversation: UUID) -> Delta | None:
        """All the text, after it was read again."""
        if said is None or said.turn != self.turn or said.attempt != self.attempt or len(said.text) < len(self.text):
            return None
        self.text, self.whole = said.text, True
        return self.all(conversation)

    def state(self, conversation: UUID) -> Turn:
        state: TurnState = "streaming" if self.text else "thinking"
        return Turn(conversation=conversation, turn=self.turn, attempt=self.attempt, epoch=self.epoch, state=state)

    def all(self, conversation: UUID) -> Delta:
        return self._frame(conversation, 0, self.text)

    def precedes(self, event: DeltaEvent | TurnEvent) -> bool:
        """Whether the event is of a later turn or attempt."""
        return self.age < (event.trigger, event.turn.int, event.attempt)

    def follows(self, event: DeltaEvent | TurnEvent) -> bool:
        """Whether the event is of an earlier turn or attempt."""
        return self.age > (event.trigger, event.turn.int, event.attempt)

    @property
    def age(self) -> tuple[int, int, int]:
        return self.trigger, self.turn.int, self.attempt

    def _frame(self, conversation: UUID, offset: int, text: str) -> Delta:
        return Delta(conversation=conversation, turn=self.turn, attempt=self.attempt, epoch=self.epoch, offset=offset, text=text)
