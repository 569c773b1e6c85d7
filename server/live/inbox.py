"""A workspace's inbox as its agents here hear it: each conversation's last state, the agents who are there, and marks."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from db import conversations as db
from db.pool import tenant
from server.core import keys, presence
from server.core.core import Core
from server.live.coalesce import PACE_SECONDS
from server.live.conversation import ConversationTopic
from server.live.outlet import Outlet, encode
from server.schema import frames
from server.schema.entities import Presence
from server.schema.events import InboxChanged, WorkspaceEvent
from server.schema.records import ConversationRecord

REMEMBERED = 10_000
PAGE = 50
CATCH_UP = 200

_event: msgspec.json.Decoder[Any] = msgspec.json.Decoder(WorkspaceEvent)


class InboxTopic:
    """Conversations that a socket here has open go through their own topic first, so that no connection hears of a new
    owner before it has heard all that the old one said."""

    def __init__(self, core: Core, workspace: UUID, opened: Callable[[UUID], ConversationTopic | None]) -> None:
        self.workspace = workspace
        self.outlets: dict[Outlet, None] = {}
        self.joining: dict[Outlet, list[bytes]] = {}
        self._core = core
        self._opened = opened
        self._told: OrderedDict[UUID, int] = OrderedDict()
        self._sent_at: OrderedDict[UUID, float] = OrderedDict()
        self._waiting: dict[UUID, ConversationRecord] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._present: dict[UUID, Presence] = {}
        self._marked: str | None = None
        """A mark that waits for what waits."""
        self._heard: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self._heard is not None:
            self._heard.cancel()
        self._core.bus.unsubscribe(keys.workspace_channel(self.workspace), self._on_payload)
        if self._timer is not None:
            self._timer.cancel()

    @property
    def listeners(self) -> int:
        return len(self.outlets) + len(self.joining)

    async def join(self, outlet: Outlet, cursor: str | None, ref: str | None) -> None:
        """Tells the connection what changed since `cursor`, or the newest page, and from then on all. Raises Unavailable."""
        self.joining[outlet] = []
        try:
            await self._hear()
            async with tenant(self._core.pool, self.workspace) as conn:
                at = await db.cursor(conn)
                changed = await db.since(conn, cursor, CATCH_UP) if cursor is not None else None
                records, more = changed, False
                if records is None:
                    records, following = await db.page(conn, "all", UUID(int=0), PAGE)
                    more = following is not None
            for record in records:
                topic = self._opened(record.id)
                if topic is not None and (topic.record is None or topic.record.rev < record.rev):
                    await topic.catch_up()
            there = await presence.agents(self._core, self.workspace)
            if not self.outlets and there is not None:
                differences(self._present, there)  # the first to listen is told of them here
        except BaseException:
            self.joining.pop(outlet, None)
            raise
        outlet.send(
            frames.Subscribed(
                topic="inbox",
                snapshot=changed is None,
                more=more,
                conversations=[record.for_agent() for record in records],
                presence=there or [],
                cursor=at,
                ref=ref,
            )
        )
        for data in self.joining.pop(outlet, []):
            outlet.write(data)
        self.outlets[outlet] = None

    def leave(self, outlet: Outlet) -> None:
        self.outlets.pop(outlet, None)
        self.joining.pop(outlet, None)

    async def _hear(self) -> None:
        """Subscribes, for the first who joins; all who join wait for it."""
        if self._heard is None:
            channel = keys.workspace_channel(self.workspace)
            self._heard = self._core.tasks.start(f"hear {channel}", self._core.bus.subscribe(channel, self._on_payload))
        await asyncio.shield(self._heard)

    def _on_payload(self, payload: bytes) -> None:
        event = _event.decode(payload)
        if isinstance(event, InboxChanged):
            self.heard(event.record)

    def heard(self, record: ConversationRecord) -> None:
        """A state from the bus or the feed. An open conversation's own topic decides when it may be told."""
        topic = self._opened(record.id)
        if topic is None or (topic.record is not None and topic.record.rev >= record.rev):
            self.tell(record)

    def behind(self, conversation: UUID, rev: int) -> bool:
        return self._told.get(conversation, -1) < rev

    def tell(self, record: ConversationRecord) -> None:
        """Sends the state, at most every 200 ms a conversation, the last one then."""
        if not self.behind(record.id, record.rev):
            return
        now = asyncio.get_running_loop().time()
        if record.id in self._waiting or now - self._sent_at.get(record.id, -1.0) < PACE_SECONDS:
            held = self._waiting.get(record.id)
            if held is None or held.rev < record.rev:
                self._waiting[record.id] = record
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(PACE_SECONDS, self._flush)
            return
        self._send(record, now)

    def _flush(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, {}
        now = asyncio.get_running_loop().time()
        for record in waiting.values():
            self._send(record, now)
        if self._marked is not None:
            self.mark(self._marked)

    def _send(self, record: ConversationRecord, now: float) -> None:
        for kept, value in ((self._told, record.rev), (self._sent_at, now)):
            kept[record.id] = value  # type: ignore[assignment]  # two maps of one shape
            kept.move_to_end(record.id)
            if len(kept) > REMEMBERED:
                kept.popitem(last=False)
        self._broadcast(encode(frames.AgentConversation(conversation=record.for_agent())))

    def mark(self, cursor: str) -> None:
        """All that committed before `cursor` has been heard: it is told now, or with what waits for its time."""
        self._marked = cursor if self._waiting else None
        if not self._waiting and self.outlets:
            data = encode(frames.Mark(topic="inbox", cursor=cursor))
            for outlet in self.outlets:
                outlet.write(data)

    async def look_around(self) -> None:
        """Tells who came and who left since the last look."""
        there = await presence.agents(self._core, self.workspace)
        if there is not None:
            for frame in differences(self._present, there):
                data = encode(frame)
                for outlet in self.outlets:
                    outlet.offer(data)

    def _broadcast(self, data: bytes) -> None:
        for outlet in self.outlets:
            outlet.write(data)
        for held in self.joining.values():
            held.append(data)


def differences(before: dict[UUID, Presence], now: list[Presence]) -> list[frames.PresenceFrame]:
    """What changed, as frames; `before` becomes what is now."""
    after = {one.who.id: one for one in now}
    told = [
        frames.PresenceFrame(who=one.who, status=one.status, page=one.page) for id, one in after.items() if before.get(id) != one
    ]
    told += [frames.PresenceFrame(who=one.who, status="offline") for id, one in before.items() if id not in after]
    before.clear()
    before.update(after)
    return told
