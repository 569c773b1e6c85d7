"""The hub of a process: which topics sockets here listen to, and PostgreSQL's change feed behind them all.

Redis is a hint. Each second, and whenever the bus comes back, one query asks what changed; a topic that the bus has
left behind is read again, once for all its sockets.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

from db import conversations as db
from db.pool import outside, tenant
from server.core import presence
from server.core.core import Core
from server.live.audiences import Audience
from server.live.conversation import ConversationTopic, Joined
from server.live.inbox import InboxTopic
from server.live.outlet import Outlet
from server.live.people import StatsTopic, VisitorsTopic
from server.schema import frames
from server.schema.records import ConversationRecord

TICK_SECONDS = 1.0
MARK_TICKS = 3
FEED_ROWS = 2_000
# What the feed finds and the bus is about to bring need not be read.
PATIENCE_SECONDS = 0.1

WorkspaceTopic = InboxTopic | VisitorsTopic | StatsTopic


class Hub:
    """`figures` looks a workspace's live figures up."""

    def __init__(self, core: Core, figures: Callable[[Core, UUID], Awaitable[frames.Stats]]) -> None:
        self._core = core
        self._figures = figures
        self._conversations: dict[UUID, ConversationTopic] = {}
        self._starting: dict[UUID, asyncio.Task[None]] = {}
        self._inboxes: dict[UUID, InboxTopic] = {}
        self._visitors: dict[UUID, VisitorsTopic] = {}
        self._stats: dict[UUID, StatsTopic] = {}
        self._present: dict[UUID, presence.Entered] = {}
        self._cursor: str | None = None
        self._since: str | None = None
        self._hurry = asyncio.Event()
        self._ticks = 0

    def start(self) -> None:
        self._core.bus.on_resync(self._hurry.set)
        tasks = self._core.tasks
        tasks.repeat("hub feed", 0, self._feed_once)
        tasks.repeat("hub watch", TICK_SECONDS, self._watch)
        tasks.repeat("hub presence", presence.RENEW_SECONDS, self._renew)

    # Topics

    async def join_conversation(
        self, outlet: Outlet, audience: Audience, workspace: UUID, id: UUID, after: int | None, rev: int | None
    ) -> Joined:
        """Raises Unavailable."""
        topic = self._conversations.get(id)
        if topic is None:
            topic = self._conversations[id] = ConversationTopic(self._core, workspace, id, self._on_record)
            self._starting[id] = self._core.tasks.start(f"start {id}", topic.start())
        starting = self._starting.get(id)
        topic.joining += 1
        try:
            if starting is not None:
                await asyncio.shield(starting)
                self._starting.pop(id, None)
            joined = await topic.join(outlet, audience, after, rev)
        except BaseException:
            topic.joining -= 1
            unborn = starting is not None and starting.done() and (starting.cancelled() or starting.exception() is not None)
            if unborn or not topic.listeners:
                self._drop(topic)
            raise
        topic.joining -= 1
        return joined

    def leave_conversation(self, outlet: Outlet, id: UUID) -> None:
        if (topic := self._conversations.get(id)) is not None:
            topic.leave(outlet)
            if not topic.listeners:
                self._drop(topic)

    async def join_inbox(self, outlet: Outlet, workspace: UUID, cursor: str | None, ref: str | None) -> None:
        topic = self._inboxes.get(workspace) or InboxTopic(self._core, workspace, self._conversations.get)
        self._inboxes[workspace] = topic
        await self._join(topic, outlet, topic.join(outlet, cursor, ref))

    async def join_visitors(self, outlet: Outlet, workspace: UUID, ref: str | None) -> None:
        topic = self._visitors.setdefault(workspace, VisitorsTopic(self._core, workspace))
        await self._join(topic, outlet, topic.join(outlet, ref))

    async def join_stats(self, outlet: Outlet, workspace: UUID, ref: str | None) -> None:
        topic = self._stats.setdefault(workspace, StatsTopic(self._core, workspace, self._figures))
        await self._join(topic, outlet, topic.join(outlet, ref))

    def leave_workspace(self, outlet: Outlet, workspace: UUID, name: str) -> None:
        """`name` is inbox, visitors or stats."""
        topics: dict[str, dict[UUID, Any]] = {"inbox": self._inboxes, "visitors": self._visitors, "stats": self._stats}
        if (topic := topics[name].get(workspace)) is not None:
            self._leave(topic, outlet)

    async def _join(self, topic: WorkspaceTopic, outlet: Outlet, joining: Coroutine[Any, Any, None]) -> None:
        """A topic that nobody came to hear after all is let go of."""
        try:
            await joining
        except BaseException:
            self._leave(topic, outlet)
            raise

    def _leave(self, topic: WorkspaceTopic, outlet: Outlet) -> None:
        topic.leave(outlet)
        if not topic.listeners:
            topic.stop()
            for topics in (self._inboxes, self._visitors, self._stats):
                if topics.get(topic.workspace) is topic:
                    del topics[topic.workspace]

    def _drop(self, topic: ConversationTopic) -> None:
        if self._conversations.get(topic.id) is topic:
            del self._conversations[topic.id]
            if (starting := self._starting.pop(topic.id, None)) is not None:
                starting.cancel()
        topic.stop()

    def _on_record(self, record: ConversationRecord) -> None:
        if (inbox := self._inboxes.get(record.workspace)) is not None:
            inbox.tell(record)

    # Presence

    async def enter(self, entered: presence.Entered) -> None:
        self._present[entered.member.connection] = entered
        await presence.renew(self._core, [entered])

    async def leave(self, connection: UUID) -> None:
        if (entered := self._present.pop(connection, None)) is not None:
            await presence.leave(self._core, entered)

    async def _renew(self) -> None:
        if self._present:
            await presence.renew(self._core, list(self._present.values()))

    # The change feed

    async def _feed_once(self) -> None:
        """The feed, and a pause of a second, which the bus cuts short when it comes back."""
        try:
            await self._feed()
            self._ticks += 1
            if self._ticks % MARK_TICKS == 0 and self._cursor is not None:
                for inbox in tuple(self._inboxes.values()):
                    inbox.mark(self._cursor)
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._hurry.wait()
        if self._hurry.is_set():
            self._hurry.clear()
            # Who was there may be forgotten.
            await self._renew()

    async def _feed(self) -> None:
        workspaces, conversations = list(self._inboxes), list(self._conversations)
        async with outside(self._core.pool) as conn:
            if self._cursor is None:
                self._cursor = await db.cursor(conn)
            most = FEED_ROWS
            while True:
                upto, changes = await db.feed(conn, self._since or self._cursor, workspaces, conversations, most)
                if len(changes) < most:
                    break
                most *= 4
        behind = [change for change in changes if self._behind(*change)]
        if behind:
            await asyncio.sleep(PATIENCE_SECONDS)
            await self._read_again([change for change in behind if self._behind(*change)])
        # One look further back: a topic that began during this one is in the next.
        self._since, self._cursor = self._cursor, upto

    def _behind(self, workspace: UUID, conversation: UUID, rev: int) -> bool:
        topic = self._conversations.get(conversation)
        if topic is not None:
            return topic.record is None or topic.record.rev < rev
        inbox = self._inboxes.get(workspace)
        return inbox is not None and inbox.behind(conversation, rev)

    async def _read_again(self, changes: list[tuple[UUID, UUID, int]]) -> None:
        unread: dict[UUID, list[UUID]] = {}
        for workspace, conversation, _ in changes:
            topic = self._conversations.get(conversation)
            if topic is not None:
                await topic.catch_up()
            else:
                unread.setdefault(workspace, []).append(conversation)
        for workspace, ids in unread.items():
            async with tenant(self._core.pool, workspace) as conn:
                records = await db.get_many(conn, ids)
            inbox = self._inboxes.get(workspace)
            for record in records if inbox is not None else []:
                inbox.heard(record)  # type: ignore[union-attr]  # the line above looked

    async def _watch(self) -> None:
        """Who is there, and the figures, once a second for whoever listens."""
        topics: list[WorkspaceTopic] = [*self._inboxes.values(), *self._visitors.values(), *self._stats.values()]
        for topic in topics:
            await topic.look_around()
