"""/ws/visitor: a visitor's socket, from hello to goodbye."""

import time
from typing import Any, assert_never
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import websocket

from db import visitors
from db.pool import tenant
from server.contacts.visitor import Visitor
from server.conversations import find, visitor_says
from server.conversations.arrive import Arrival, arrive, identify
from server.conversations.mark_read import read_by_contact
from server.conversations.signal import typing, vouched
from server.core import presence
from server.core.errors import Forbidden, ParleyError, Unauthenticated
from server.core.ids import new_id
from server.flows.visitor_message import visitor_message
from server.flows.visitor_wants_person import visitor_wants_person
from server.live.connection import Socket, drive, own_origin, refuse, turn_away
from server.live.live import Live
from server.live.outlet import Outlet
from server.live.session import PING_SECONDS, Session
from server.schema import frames
from server.schema.entities import Me, Page, Reconnect, Who
from server.schema.records import Posted

RECONNECT = Reconnect(min=0.2, max=2.0)


@websocket("/ws/visitor", opt={"public": True})
async def visitor_socket(socket: Socket) -> None:
    live: Live = socket.app.state.live
    outlet = Outlet("visitor")
    session: Session[Any] = Session(frames.VisitorFrame, frames.VisitorHello, time.monotonic())
    connection = VisitorConnection(live, outlet, socket.headers.get("origin"), own_origin(socket, live.public_url))
    live.outlets.add(outlet)
    try:
        await drive(socket, session, outlet, connection.handle)
    finally:
        live.outlets.discard(outlet)
        await connection.leave()


class VisitorConnection:
    def __init__(self, live: Live, outlet: Outlet, origin: str | None, own: bool) -> None:
        self._live, self._outlet, self._origin, self._own = live, outlet, origin, own
        self._id = new_id()
        self._visitor: Visitor | None = None
        self._person: UUID | None = None
        self._key = ""

    async def handle(self, frame: frames.VisitorFrame) -> None:
        if isinstance(frame, frames.VisitorHello):
            await self._hello(frame)
            return
        visitor, desk = self._visitor, self._live.desk
        if visitor is None:
            raise Unauthenticated("the first frame is hello")
        match frame:
            case frames.VisitorSend():
                self._ack(frame, await visitor_message(desk, visitor, frame))
            case frames.Human():
                self._ack(frame, await visitor_wants_person(desk, visitor, frame))
            case frames.Rate():
                self._ack(frame, await visitor_says.rate(desk.core, visitor, frame))
            case frames.VisitorTyping():
                await typing(desk.core, visitor.conversation, self._who(visitor), frame.on)
                self._ok(frame)
            case frames.VisitorRead():
                await read_by_contact(desk.core, visitor.workspace, visitor.conversation, frame.seq)
                self._ok(frame)
            case frames.VisitorPage():
                await self._moved(visitor, frame)
                self._ok(frame)
            case frames.VisitorHistory():
                await self._history(visitor, frame)
            case frames.Identify():
                arrival = await identify(desk.core, self._key, visitor, frame.identity)
                await self._welcome(arrival, None, None, frame.ref)
                if arrival.visitor.conversation != visitor.conversation:
                    self._live.hub.leave_conversation(self._outlet, visitor.conversation)
            case frames.Ping() | frames.Pong():
                return
            case _:
                assert_never(frame)

    async def leave(self) -> None:
        if self._person is not None:
            self._live.leave(self._person)
        if self._visitor is not None:
            self._live.hub.leave_conversation(self._outlet, self._visitor.conversation)
            await self._live.hub.leave(self._id)

    async def _hello(self, hello: frames.VisitorHello) -> None:
        try:
            arrival = await arrive(self._live.desk.core, hello)
            if not self._allowed(arrival.workspace.sites):
                raise Forbidden("this site may not embed the chat")
            self._key = hello.key
            self._live.enter(arrival.visitor.contact)
            self._person = arrival.visitor.contact
            held = hello.conversation == arrival.visitor.conversation
            await self._welcome(arrival, hello.after if held else None, hello.rev if held else None, hello.ref)
        except Exception as error:  # also what nobody foresaw: without a hello there is no connection
            turn_away(self._outlet, error, hello)
            return
        if arrival.refused:
            refuse(self._outlet, Unauthenticated("this identity is not valid"), hello)

    def _allowed(self, sites: list[str]) -> bool:
        """The server's own pages, the workspace's sites, and clients that are no browser."""
        if self._origin is None or self._own:
            return True
        try:
            parts = urlsplit(self._origin)
        except ValueError:  # such as an unfinished [
            return False
        return bool(parts.netloc) and f"{parts.scheme}://{parts.netloc}" in sites

    async def _welcome(self, arrival: Arrival, after: int | None, rev: int | None, ref: str | None) -> None:
        visitor, hub = arrival.visitor, self._live.hub
        self._outlet.who = self._who(visitor)
        joined = await hub.join_conversation(self._outlet, "visitor", visitor.workspace, visitor.conversation, after, rev)
        told = joined.told
        self._visitor = visitor
        self._outlet.visitor = visitor.visitor
        joined.release(
            frames.Welcome(
                session=self._id,
                token=arrival.token,
                me=Me(id=visitor.contact, kind="contact", name=arrival.name),
                workspace=arrival.workspace.public(),
                conversation=told.record.for_visitor() if told.record else None,
                messages=told.messages,
                snapshot=told.snapshot,
                more=told.more,
                ping=PING_SECONDS,
                reconnect=RECONNECT,
                ref=ref,
            )
        )
        if arrival.former is not None:
            await vouched(self._live.desk.core, visitor.conversation, arrival.former)
        await self._enter(visitor)

    async def _enter(self, visitor: Visitor) -> None:
        member = presence.Member(who=self._who(visitor), connection=self._id, page=visitor.page)
        await self._live.hub.enter(presence.Entered(visitor.workspace, member))

    async def _moved(self, visitor: Visitor, frame: frames.VisitorPage) -> None:
        page = Page(url=frame.url, title=frame.title)
        self._visitor = msgspec.structs.replace(visitor, page=page)
        await self._enter(self._visitor)
        async with tenant(self._live.desk.core.pool, visitor.workspace) as conn:
            await visitors.seen_on(conn, visitor.contact, {"url": page.url, "title": page.title})

    async def _history(self, visitor: Visitor, frame: frames.VisitorHistory) -> None:
        async with tenant(self._live.desk.core.pool, visitor.workspace) as conn:
            listed, more = await find.history(
                conn, visitor.conversation, internal=False, before=frame.before, after=frame.after, limit=frame.limit
            )
        self._outlet.send(frames.History(conversation=visitor.conversation, messages=listed, more=more, ref=frame.ref))

    def _who(self, visitor: Visitor) -> Who:
        return Who(kind="contact", id=visitor.contact, name=visitor.name)

    def _ack(self, frame: frames.VisitorSend | frames.Human | frames.Rate, posted: Posted) -> None:
        send_ack(self._outlet, frame.client_id, frame.ref, posted)

    def _ok(self, frame: frames.Request) -> None:
        if frame.ref is not None:
            self._outlet.send(frames.Ok(ref=frame.ref))


def send_ack(outlet: Outlet, client_id: UUID, ref: str | None, posted: Posted) -> None:
    """What is in PostgreSQL now, or was already."""
    if posted.ack is None or posted.conversation is None:
        raise ParleyError("the message has no place")
    outlet.send(
        frames.Ack(
            client_id=client_id,
            conversation=posted.conversation.id,
            message_id=posted.ack.id,
            seq=posted.ack.seq,
            at=posted.ack.at,
            duplicate=posted.outcome == "duplicate",
            ref=ref,
        )
    )
