"""The sockets that listen to one conversation, by what they may see. A frame is encoded once for each audience."""

from typing import Literal

from server.live.outlet import Outlet, encode
from server.schema.entities import Message, Who
from server.schema.frames import Reply
from server.schema.records import StoredMessage

Audience = Literal["visitor", "agent"]


class Audiences:
    def __init__(self) -> None:
        self.visitor: dict[Outlet, None] = {}
        self.agent: dict[Outlet, None] = {}

    def __len__(self) -> int:
        return len(self.visitor) + len(self.agent)

    def of(self, audience: Audience) -> dict[Outlet, None]:
        return self.visitor if audience == "visitor" else self.agent

    def all(self) -> list[Outlet]:
        return [*self.visitor, *self.agent]

    def discard(self, outlet: Outlet) -> None:
        self.visitor.pop(outlet, None)
        self.agent.pop(outlet, None)

    def write(self, audience: Audience, frame: Reply) -> None:
        """A durable frame to one audience."""
        if outlets := self.of(audience):
            data = encode(frame)
            for outlet in outlets:
                outlet.write(data)

    def write_all(self, frame: Reply) -> None:
        """A durable frame that both may see as it is."""
        if self.visitor or self.agent:
            data = encode(frame)
            for outlet in self.all():
                outlet.write(data)

    def signal(self, audience: Audience, who: Who, frame: Reply) -> None:
        """A live frame to one audience but to whom it speaks of."""
        data = encode(frame)
        for outlet in self.of(audience):
            if outlet.who is None or outlet.who.id != who.id:
                outlet.offer(data)


def may_see(one: StoredMessage, audience: Audience) -> bool:
    return audience == "agent" or not one.internal


def seen(one: StoredMessage, audience: Audience) -> Message:
    return one.for_agent() if audience == "agent" else one.for_visitor()
