"""A server that obeys the test: the widget's real pages, and a visitor's end of the protocol that can be told to misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import uvicorn
from litestar import Litestar, Response, WebSocket, get, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromQuery

from server.pages.demo import demo
from server.pages.files import static_file, widget_file
from server.pages.widget import loader, page, script
from server.schema.accounts import WorkspaceRecord

Frame = dict[str, Any]
AI = {"kind": "ai", "name": "Fern"}
ANA = {"kind": "agent", "id": "6f1e9f0e-0000-4000-8000-000000000001", "name": "Ana Torres"}
SOURCES = [
    {"article": str(uuid4()), "title": "Delivery times and shipping costs", "url": "https://shop.example/delivery"},
    {"article": str(uuid4()), "title": "International shipping"},
]


class Pretend:
    """`answer` is what the AI says to each message (None: nothing); `refuse` error codes for the next sends; `deaf` swallows."""

    def __init__(self) -> None:
        self.url = ""
        self.host = ""
        self.sites: list[str] = []
        self.brand: Frame = {"color": "#2f6b3c", "assistant": "Fern", "greeting": "Ask us anything about tea or your order."}
        self.answer: str | None = None
        self.refuse: list[str] = []
        self.deaf = False
        self.ping = 30
        self.presence = False
        self.closed_with = 0
        self.accepting = True
        self.messages: list[Frame] = []
        self.frames: list[Frame] = []
        self.sockets: list[WebSocket[Any, Any, Any]] = []
        self.conversation: Frame = {
            "id": str(uuid4()), "rev": 0, "epoch": 1, "mode": "ai", "status": "open", "last_seq": 0, "read_seq": 0, "unread": 0,
        }  # fmt: skip
        self.contact = str(uuid4())
        self._answers: set[asyncio.Task[None]] = set()

    def of(self, type: str) -> list[Frame]:
        """What browsers have sent of one type."""
        return [frame for frame in self.frames if frame["type"] == type]

    async def tell(self, **frame: Any) -> None:
        """A frame to every browser."""
        text = msgspec.json.encode(frame).decode()
        for socket in list(self.sockets):
            with contextlib.suppress(Exception):
                await socket.send_text(text)

    async def say(self, author: Frame, text: str, **extra: Any) -> Frame:
        """A message that stands in the conversation from now on."""
        message = self.write(author, text, **extra)
        await self.tell(type="message", conversation=self.conversation["id"], message=message)
        return message

    def write(self, author: Frame, text: str, **extra: Any) -> Frame:
        seq = len(self.messages) + 1
        self.conversation |= {"last_seq": seq, "rev": self.conversation["rev"] + 1}
        message = {
            "id": str(uuid4()), "seq": seq, "prev": seq - 1, "rev": self.conversation["rev"], "author": author, "kind": "text",
            "text": text, "attachments": [], "at": datetime.now(UTC).isoformat(timespec="milliseconds"), **extra,
        }  # fmt: skip
        self.messages.append(message)
        return message

    async def event(self, name: str, author: Frame, /, **data: Any) -> None:
        await self.say(author, name, kind="event", data={"event": name, **data})

    async def become(self, **state: Any) -> None:
        """The conversation's own state changes."""
        self.conversation |= state | {"rev": self.conversation["rev"] + 1}
        await self.tell(type="conversation", conversation=self.conversation)

    async def think(self) -> str:
        """A turn begins; its id."""
        turn = str(uuid4())
        await self.tell(**self._turn(turn), type="turn", state="thinking")
        return turn

    async def piece(self, turn: str, offset: int, text: str) -> None:
        await self.tell(**self._turn(turn), type="delta", offset=offset, text=text)

    async def stream(self, text: str, sources: list[Frame] | None = None, step: int = 12, pause: float = 0.0) -> None:
        turn = await self.think()
        for at in range(0, len(text), step):
            await self.piece(turn, at, text[at : at + step])
            await asyncio.sleep(pause)
        await self.say(AI, text, id=turn, **({"sources": sources} if sources else {}))

    async def drop(self, code: int = 1001) -> None:
        """Every connection is closed with this code."""
        gone, self.sockets = self.sockets, []
        for socket in gone:
            with contextlib.suppress(Exception):
                await socket.close(code)

    def _turn(self, turn: str) -> Frame:
        return {"conversation": self.conversation["id"], "turn": turn, "attempt": 1, "epoch": self.conversation["epoch"]}

    async def serve(self, socket: WebSocket[Any, Any, Any]) -> None:
        """One connection, from its hello to its end."""
        await socket.accept(subprotocols="parley.v1" if "parley.v1" in socket.scope.get("subprotocols", []) else None)
        if not self.accepting or self.closed_with:
            await socket.close(self.closed_with or 1013)
            return
        try:
            while True:
                frame = msgspec.json.decode(await socket.receive_text())
                self.frames.append(frame)
                if not self.deaf:
                    await self._take(socket, frame)
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)

    async def _take(self, socket: WebSocket[Any, Any, Any], frame: Frame) -> None:
        match frame["type"]:
            case "hello":
                await self._welcome(socket, frame)
                self.sockets.append(socket)
            case "ping":
                await socket.send_json({"type": "pong"})
            case "send":
                await self._send(socket, frame)
            case "history":
                older = [m for m in self.messages if m["seq"] < frame.get("before", 10**9) and m["seq"] > frame.get("after", 0)]
                limit = frame.get("limit", 50)
                page = older[-limit:] if "before" in frame else older[:limit]
                answer = {
                    "type": "history",
                    "conversation": self.conversation["id"],
                    "messages": page,
                    "more": len(older) > limit,
                }
                await socket.send_json(answer | {"ref": frame["ref"]})
            case "human":
                await socket.send_json({"type": "ok", "ref": frame["ref"]})
                await self.event("human_requested", {"kind": "contact", "id": self.contact})
                await self.become(mode="queued", epoch=self.conversation["epoch"] + 1)
            case "rate":
                await socket.send_json({"type": "ok", "ref": frame["ref"]})
                await self.event("rated", {"kind": "system"}, score=frame["score"])
            case "identify":
                await self._welcome(socket, frame)

    async def _send(self, socket: WebSocket[Any, Any, Any], frame: Frame) -> None:
        if self.refuse:
            code = self.refuse.pop(0)
            await socket.send_json(
                {"type": "error", "code": code, "detail": "", "client_id": frame["client_id"], "ref": frame["ref"]}
            )
            return
        known = next((m for m in self.messages if m.get("client_id") == frame["client_id"]), None)
        author = {"kind": "contact", "id": self.contact}
        data = {"data": {"answers": frame["answers"]}} if "answers" in frame else {}
        message = known or await self.say(author, frame["text"], client_id=frame["client_id"], **data)
        ack = {
            "type": "ack",
            "client_id": frame["client_id"],
            "conversation": self.conversation["id"],
            "message_id": message["id"],
        }
        await socket.send_json(ack | {"seq": message["seq"], "at": message["at"], "duplicate": known is not None})
        await self.tell(type="conversation", conversation=self.conversation)
        if self.answer and not known:
            task = asyncio.create_task(self.stream(self.answer, SOURCES))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _welcome(self, socket: WebSocket[Any, Any, Any], frame: Frame) -> None:
        after = frame.get("after")
        messages = self.messages[-50:] if after is None else [m for m in self.messages if m["seq"] > after]
        welcome: Frame = {
            "type": "welcome", "session": str(uuid4()), "token": "secret-of-this-visitor", "me": {"id": self.contact, "kind": "contact"},
            "workspace": {"id": str(uuid4()), "name": "Fern & Kettle", "locale": "en", "brand": self.brand},
            "messages": messages, "snapshot": after is None, "more": after is None and len(self.messages) > 50, "ping": self.ping,
            "reconnect": {"min": 0.05, "max": 0.2}, **({"ref": frame["ref"]} if "ref" in frame else {}),
        }  # fmt: skip
        if self.messages:
            welcome["conversation"] = self.conversation
        await socket.send_json(welcome)


@contextlib.asynccontextmanager
async def pretending() -> AsyncIterator[Pretend]:
    """Serves at `url`; `host` is another origin, where a host's page lies at `/?…` (attributes of the tag as its query)."""
    pretend = Pretend()

    @websocket("/ws/visitor")
    async def live(socket: WebSocket[Any, Any, Any]) -> None:
        await pretend.serve(socket)

    @get("/widget/frame")
    async def frame(key: FromQuery[str], locale: FromQuery[str] = "en") -> Response[str]:
        record = WorkspaceRecord(
            id=uuid4(), name="Fern & Kettle", locale="en", timezone="UTC", about="", tone="", hours={}, brand=pretend.brand,
            sites=[pretend.host, *pretend.sites], widget_key=key, identity_secret="", visitor_presence=pretend.presence, reopen_mode="ai",
        )  # fmt: skip
        return page(record, locale)

    @get("/", media_type="text/html")
    async def host_page(tag: FromQuery[str] = "") -> Response[str]:
        text = f"""<!doctype html><html lang="en"><title>A host</title><meta name="viewport" content="width=device-width">
            <main><h1>A host's page</h1><p><a href="#x">A link</a></p><input aria-label="field"></main>
            <script async src="{pretend.url}/widget.js" data-key="wk_test" {tag}></script>"""
        policy = f"default-src 'none'; script-src {pretend.url}; frame-src {pretend.url}"
        return Response(text, media_type="text/html", headers={"Content-Security-Policy": policy})

    server = Litestar([live, frame, loader, script, widget_file, static_file, demo], openapi_config=None)
    async with listening(server) as pretend.url, listening(Litestar([host_page], openapi_config=None)) as pretend.host:
        yield pretend


@contextlib.asynccontextmanager
async def listening(app: Litestar) -> AsyncIterator[str]:
    config = uvicorn.Config(app, port=0, log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
