"""/ws/agent: an agent's socket, from hello to goodbye."""

import time
from typing import Any, assert_never
from uuid import UUID

import msgspec
from litestar import websocket

from db import users, workspaces
from db.errors import DatabaseError
from db.pool import tenant
from server.accounts.authenticate import Agent, authenticate
from server.accounts.origin import COOKIE
from server.accounts.roles import demand_manager, demand_worker
from server.conversations import find
from server.conversations.mark_read import read_by_agent
from server.conversations.signal import typing, viewing
from server.core import presence
from server.core.errors import BadFrame, Forbidden, NotFound, ParleyError, Unauthenticated, known
from server.core.ids import new_id
from server.flows.agent_reply import agent_reply, agent_whisper
from server.flows.handover import give_back, take
from server.live.connection import Socket, drive, own_origin, refuse, turn_away
from server.live.live import Live
from server.live.outlet import Outlet
from server.live.session import PING_SECONDS, Session
from server.live.visitor import RECONNECT, send_ack
from server.schema import frames
from server.schema.entities import Me, Who

CONVERSATION = "conversation:"
MOST_TOPICS = 100


@websocket("/ws/agent", opt={"public": True})
async def agent_socket(socket: Socket) -> None:
    live: Live = socket.app.state.live
    outlet = Outlet("agent")
    session: Session[Any] = Session(frames.AgentFrame, frames.AgentHello, time.monotonic())
    own = own_origin(socket, live.public_url)
    foreign = socket.headers.get("origin") is not None and not own
    connection = AgentConnection(live, outlet, socket.cookies.get(COOKIE) if own else None, foreign)
    live.outlets.add(outlet)
    try:
        await drive(socket, session, outlet, connection.handle)
    finally:
        live.outlets.discard(outlet)
        live.agents.pop(outlet, None)
        await connection.leave()


class AgentConnection:
    def __init__(self, live: Live, outlet: Outlet, cookie: str | None, foreign: bool) -> None:
        self._live, self._outlet, self._cookie, self._foreign = live, outlet, cookie, foreign
        self._id = new_id()
        self._agent: Agent | None = None
        self._topics: set[str] = set()

    async def handle(self, frame: frames.AgentFrame) -> None:
        if isinstance(frame, frames.AgentHello):
            await self._hello(frame)
            return
        agent, desk = self._agent, self._live.desk
        if agent is None:
            raise Unauthenticated("the first frame is hello")
        match frame:
            case frames.Subscribe():
                for topic in frame.topics:
                    await self._try_subscribe(agent, topic, frame.ref)
                return
            case frames.Unsubscribe():
                for name in frame.topics:
                    self._leave_topic(agent, name)
            case frames.AgentSend():
                posted = await agent_reply(desk, agent, frame)
                send_ack(self._outlet, frame.client_id, frame.ref, posted)
                return
            case frames.Whisper():
                posted = await agent_whisper(desk, agent, frame)
                send_ack(self._outlet, frame.client_id, frame.ref, posted)
                return
            case frames.AgentTyping():
                demand_worker(agent.role)
                await find.conversation(desk.core, agent, frame.conversation)
                await typing(desk.core, frame.conversation, self._who(agent), frame.on)
            case frames.AgentViewing():
                await find.conversation(desk.core, agent, frame.conversation)
                await viewing(desk.core, frame.conversation, self._who(agent), frame.on)
            case frames.AgentRead():
                demand_worker(agent.role)
                await read_by_agent(desk.core, agent, frame.conversation, frame.seq)
            case frames.Takeover():
                await take(desk, agent, frame.conversation, frame.epoch)
            case frames.Release():
                await give_back(desk, agent, frame.conversation)
            case frames.AgentHistory():
                await self._history(agent, frame)
                return
            case frames.SetStatus():
                await self._status(agent, frame)
            case frames.Ping() | frames.Pong():
                return
            case _:
                assert_never(frame)
        if frame.ref is not None:
            self._outlet.send(frames.Ok(ref=frame.ref))

    async def leave(self) -> None:
        if self._agent is not None:
            self._live.leave(self._agent.user)
            for name in tuple(self._topics):
                self._leave_topic(self._agent, name)
            await self._live.hub.leave(self._id)

    async def _hello(self, hello: frames.AgentHello) -> None:
        core = self._live.desk.core
        try:
            if self._foreign:
                raise Forbidden("this origin may not speak for an agent")
            agent = await authenticate(core, hello.token or self._cookie)
            if hello.workspace is not None and hello.workspace != agent.workspace:
                raise Forbidden("this session is for another workspace")
            async with tenant(core.pool, agent.workspace) as conn:
                workspace = await workspaces.get(conn)
            if workspace is None:
                raise Forbidden("there is no such workspace")
            self._live.enter(agent.user)
        except Exception as error:  # also what nobody foresaw: without a hello there is no connection
            turn_away(self._outlet, error, hello)
            return
        self._agent = self._live.agents[self._outlet] = agent
        self._outlet.who = self._who(agent)
        self._outlet.send(
            frames.Welcome(
                session=self._id,
                me=Me(id=agent.user, kind="agent", name=agent.name, role=agent.role),
                workspace=workspace.public(),
                messages=[],
                snapshot=False,
                more=False,
                ping=PING_SECONDS,
                reconnect=RECONNECT,
                ref=hello.ref,
            )
        )
        await self._enter(agent)
        for topic in hello.topics:
            await self._try_subscribe(agent, topic, None)

    async def _try_subscribe(self, agent: Agent, asked: frames.TopicRequest, ref: str | None) -> None:
        """Each topic is answered for itself: one that is refused does not keep the others."""
        try:
            await self._subscribe(agent, asked, ref)
        except (ParleyError, DatabaseError) as error:
            told = known(error)
            refuse(self._outlet, type(told)(f"{asked.topic}: {told.detail}", retry_after=told.retry_after), frames.Ping(ref=ref))

    async def _subscribe(self, agent: Agent, asked: frames.TopicRequest, ref: str | None) -> None:
        hub, name = self._live.hub, _canonical(asked.topic)
        if name not in self._topics and len(self._topics) >= MOST_TOPICS:
            raise BadFrame(f"a connection hears at most {MOST_TOPICS} topics", field="topics")
        self._leave_topic(agent, name)
        match name:
            case "inbox":
                await hub.join_inbox(self._outlet, agent.workspace, asked.cursor, ref)
            case "stats":
                demand_manager(agent.role)
                await hub.join_stats(self._outlet, agent.workspace, ref)
            case "visitors":
                await hub.join_visitors(self._outlet, agent.workspace, ref)
            case _:
                await self._join_conversation(agent, asked, ref)
        self._topics.add(name)

    async def _join_conversation(self, agent: Agent, asked: frames.TopicRequest, ref: str | None) -> None:
        id = _conversation(asked.topic)
        await find.conversation(self._live.desk.core, agent, id)
        joined = await self._live.hub.join_conversation(self._outlet, "agent", agent.workspace, id, asked.after, asked.rev)
        told = joined.told
        joined.release(
            frames.Subscribed(
                topic=asked.topic,
                snapshot=told.snapshot,
                more=told.more,
                conversation=told.record.for_agent() if told.record else None,
                messages=told.messages,
                ref=ref,
            )
        )

    def _leave_topic(self, agent: Agent, asked: str) -> None:
        name = _canonical(asked)
        if name not in self._topics:
            return
        self._topics.discard(name)
        if name.startswith(CONVERSATION):
            self._live.hub.leave_conversation(self._outlet, _conversation(name))
        else:
            self._live.hub.leave_workspace(self._outlet, agent.workspace, name)

    async def _history(self, agent: Agent, frame: frames.AgentHistory) -> None:
        core = self._live.desk.core
        await find.conversation(core, agent, frame.conversation)
        async with tenant(core.pool, agent.workspace) as conn:
            listed, more = await find.history(
                conn, frame.conversation, internal=True, before=frame.before, after=frame.after, limit=frame.limit
            )
        self._outlet.send(frames.History(conversation=frame.conversation, messages=listed, more=more, ref=frame.ref))

    async def _status(self, agent: Agent, frame: frames.SetStatus) -> None:
        async with tenant(self._live.desk.core.pool, agent.workspace) as conn:
            await users.set_status(conn, agent.user, frame.status)
        self._agent = self._live.agents[self._outlet] = msgspec.structs.replace(agent, status=frame.status)
        await self._enter(self._agent)

    async def _enter(self, agent: Agent) -> None:
        """A viewer looks on; nobody counts on an answer of theirs."""
        if agent.works:
            member = presence.Member(who=self._who(agent), connection=self._id, status=agent.status)
            await self._live.hub.enter(presence.Entered(agent.workspace, member))

    def _who(self, agent: Agent) -> Who:
        return Who(kind="agent", id=agent.user, name=agent.name)


def _canonical(topic: str) -> str:
    """One spelling for each topic: an id may be written in several."""
    try:
        return f"{CONVERSATION}{_conversation(topic)}"
    except NotFound:
        return topic


def _conversation(topic: str) -> UUID:
    """Raises NotFound: also for topics that this server does not have."""
    try:
        if topic.startswith(CONVERSATION):
            return UUID(topic.removeprefix(CONVERSATION))
    except ValueError:
        pass
    raise NotFound("there is no such topic")
