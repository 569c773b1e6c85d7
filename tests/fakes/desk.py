"""The agent's side of a server, scripted: REST and websocket as docs/protocol and docs/design.md tell, inside the browser's
own network layer. For what a real server can't show on command: ten thousand conversations, refusals, silence, loss.
"""

import json
import mimetypes
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from jinja2 import Environment, FileSystemLoader
from playwright.async_api import Page, Route, WebSocketRoute

ROOT = Path(__file__).parents[2]
ORIGIN = "http://desk.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://desk.test; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
JSON = dict[str, Any]
TEMPLATES = Environment(autoescape=True, loader=FileSystemLoader(ROOT / "server" / "templates"))


def moment(seconds_ago: float = 0) -> str:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def numbered(number: int, kind: int = 1) -> str:
    """The same id each time, ordered by `number`."""
    return str(UUID(int=(kind << 96) | number))


class Desk:
    """One workspace with its agents, conversations and sockets. `refuse[path part]` = status makes REST fail there."""

    def __init__(self, role: str = "agent") -> None:
        self.me: JSON = {"id": numbered(1, 9), "name": "Ines Duarte", "email": "ines@parley.invalid", "role": role, "status": "online"}
        self.workspace: JSON = {"id": numbered(1, 8), "name": "Casa Lume", "locale": "en", "brand": {"assistant": "Luma"}}
        self.agents: list[JSON] = [
            self.me,
            {"id": numbered(2, 9), "name": "Marta Silva", "email": "marta@parley.invalid", "role": "agent", "status": "online"},
            {"id": numbered(3, 9), "name": "Jon Berg", "email": "jon@parley.invalid", "role": "manager", "status": "away"},
            {"id": numbered(4, 9), "name": "Vera Reis", "email": "vera@parley.invalid", "role": "viewer", "status": "offline"},
        ]
        self.conversations: dict[str, JSON] = {}
        self.messages: dict[str, list[JSON]] = {}
        self.details: dict[str, JSON] = {}
        self.visitors: list[JSON] = []
        self.refuse: dict[str, int] = {}
        self.errors: dict[str, JSON] = {}
        self.silent: set[str] = set()
        self.frames: list[JSON] = []
        self.calls: list[tuple[str, str]] = []
        self.sockets: list[WebSocketRoute] = []
        self.open = True
        self.signed_in = True

    # What a test arranges.

    def add(self, number: int, *, ago: float | None = None, **fields: Any) -> JSON:
        """A conversation: the higher its number, the longer it has been quiet."""
        id = numbered(number)
        summary = {
            "id": id, "rev": 1, "epoch": 1, "mode": "ai", "status": "open", "channel": "widget", "last_seq": 0, "read_seq": 0,
            "unread": 0, "preview": f"message of {number}", "last_at": moment(number * 60 if ago is None else ago),
            "contact": {"id": numbered(number, 2), "name": f"Contact {number:05d}"},
        }  # fmt: skip
        self.conversations[id] = summary | fields
        self.messages[id] = []
        return self.conversations[id]

    def say(self, conversation: str, text: str, author: JSON | None = None, **fields: Any) -> JSON:
        """A message at the conversation's end; it is told to nobody yet."""
        summary = self.conversations[conversation]
        author = author or {"kind": "contact"} | summary["contact"]
        seq = summary["last_seq"] + 1
        summary |= {"last_seq": seq, "rev": summary["rev"] + 1, "last_at": fields.get("at", moment())}
        if fields.get("kind", "text") == "text":
            summary["preview"] = text[:140]
        if author["kind"] == "contact":
            summary["unread"] += 1
        message = {
            "id": str(uuid4()), "seq": seq, "prev": seq - 1, "rev": summary["rev"], "author": author, "kind": "text", "text": text,
            "attachments": [], "at": moment(),
        } | fields  # fmt: skip
        self.messages[conversation].append(message)
        return message

    def change(self, id: str, **fields: Any) -> JSON:
        summary = self.conversations[id]
        summary |= fields | {"rev": summary["rev"] + 1}
        return {"type": "conversation", "conversation": dict(summary)}

    def push(self, *frames: JSON) -> None:
        for socket in self.sockets:
            for frame in frames:
                socket.send(json.dumps(frame))

    def tell(self, conversation: str, text: str, author: JSON | None = None, **fields: Any) -> JSON:
        """A message that everybody gets at once."""
        message = self.say(conversation, text, author, **fields)
        self.push(
            {"type": "message", "conversation": conversation, "message": message},
            {"type": "conversation", "conversation": self.conversations[conversation]},
        )
        return message

    async def drop(self, code: int = 1001) -> None:
        sockets, self.sockets = self.sockets, []
        for socket in sockets:
            await socket.close(code=code)

    @property
    def listening(self) -> bool:
        """Whether somebody has entered as far as the arranged failures let them."""
        topics = {topic["topic"] for frame in self.sent("subscribe") for topic in frame["topics"]}
        return bool(self.sockets) and ("inbox" in topics or "/conversations" in self.refuse)

    def sent(self, type: str) -> list[JSON]:
        return [frame for frame in self.frames if frame["type"] == type]

    async def serve(self, page: Page) -> None:
        await page.route(f"{ORIGIN}/**", self._answer)
        await page.route_web_socket("ws://desk.test/ws/agent", self._connect)

    # HTTP

    async def _answer(self, route: Route) -> None:
        url, method = urlsplit(route.request.url), route.request.method
        if url.path.startswith("/api/v1"):
            path = url.path.removeprefix("/api/v1")
            self.calls.append((method, path))
            status, body = self._rest(method, path, parse_qs(url.query), route.request.post_data_json if method != "GET" else None)
            return await route.fulfill(status=status, json=body)
        file = ROOT / url.path.lstrip("/")
        if url.path.startswith("/static/") and file.is_file():
            return await route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "")
        name = {"/": "landing", "/inbox": "inbox", "/live": "live"}.get(url.path)
        text = TEMPLATES.get_template(f"{name}.html").render(modules=()) if name else f"<!doctype html><title>{url.path}</title><h1>{url.path}</h1>"
        await route.fulfill(body=text, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})

    def _rest(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if not self.signed_in:
            return 401, {"code": "unauthenticated", "detail": "sign in"}
        for part, status in self.refuse.items():
            if part in path:
                return status, {"code": "unavailable" if status == 503 else "conflict", "detail": "the database is away"}
        noun, *rest = path.strip("/").split("/")
        if noun == "me":
            place = {"id": self.workspace["id"], "name": self.workspace["name"]}
            return 200, {"user": self.me | {"workspace": place}, "session": numbered(1, 7), "status": self.me["status"]}
        if noun == "agents":
            return 200, {"items": self.agents}
        if noun == "auth":
            return 204, None
        if noun == "contacts":
            contact = next(one["contact"] for one in self.conversations.values() if one["contact"]["id"] == rest[0])
            detail = self.details.setdefault(rest[0], {"contact": dict(contact)})
            detail["contact"] |= body
            return 200, detail["contact"]
        if not rest:
            return 200, self._page({name: values[0] for name, values in query.items()})
        summary = self.conversations.get(rest[0])
        if summary is None:
            return 404, {"code": "not_found", "detail": "there is no such conversation"}
        if len(rest) == 1:
            detail = self.details.setdefault(summary["contact"]["id"], {"contact": dict(summary["contact"])})
            return 200, {"conversation": summary, "jobs": []} | detail
        return self._verb(summary, rest[1], body)

    def _page(self, query: dict[str, str]) -> JSON:
        waiting = query.get("filter") == "waiting"
        key: Callable[[JSON], tuple[str, str]] = lambda one: (one.get("waiting_since") if waiting else one["last_at"], one["id"])  # noqa: E731
        found = sorted((one for one in self.conversations.values() if self._fits(one, query)), key=key, reverse=not waiting)
        if "after" in query:
            at, id = query["after"].split("|")
            found = [one for one in found if (key(one) > (at, id) if waiting else key(one) < (at, id))]
        limit = int(query.get("limit", 50))
        items = found[:limit]
        more = len(found) > limit
        return {"items": items, "next": "|".join(key(items[-1])) if more else None, "cursor": "c1"}

    def _fits(self, one: JSON, query: dict[str, str]) -> bool:
        q = query.get("q", "").lower()
        if q and q not in one["contact"]["name"].lower() and q not in one["preview"].lower():
            return False
        live = one["status"] == "open"
        return {
            "all": live,
            "mine": live and one.get("assignee", {}).get("id") == self.me["id"],
            "unassigned": live and one["mode"] == "queued",
            "ai": live and one["mode"] == "ai",
            "waiting": live and bool(one.get("waiting_since")),
            "snoozed": one["status"] == "snoozed",
            "resolved": one["status"] == "resolved",
        }[query.get("filter", "all")]

    def _verb(self, summary: JSON, verb: str, body: JSON) -> tuple[int, Any]:
        id = summary["id"]
        match verb:
            case "resolve":
                self.change(id, status="resolved", waiting_since=None)
            case "reopen":
                self.change(id, status="open", mode="human", assignee=self._person(self.me))
            case "snooze":
                self.change(id, status="snoozed", snoozed_until=body["until"])
            case "assign":
                agent = next((one for one in self.agents if one["id"] == body["agent"]), None)
                self.change(id, epoch=summary["epoch"] + 1, mode="human" if agent else "queued", assignee=agent and self._person(agent))
        self.push({"type": "conversation", "conversation": summary})
        return 200, {"conversation": summary}

    @staticmethod
    def _person(agent: JSON) -> JSON:
        return {"id": agent["id"], "name": agent["name"]}

    # Websocket

    async def _connect(self, socket: WebSocketRoute) -> None:
        if not self.open:
            return await socket.close(code=1001)
        socket.on_message(lambda data: self._frame(socket, json.loads(data)))

    def _frame(self, socket: WebSocketRoute, frame: JSON) -> None:
        self.frames.append(frame)
        if frame["type"] in self.silent:
            return
        for answer in self._answers(socket, frame):
            socket.send(json.dumps(answer))

    def _answers(self, socket: WebSocketRoute, frame: JSON) -> list[JSON]:
        ref = {"ref": frame["ref"]} if "ref" in frame else {}
        if frame["type"] in self.errors:
            client_id = {"client_id": frame["client_id"]} if "client_id" in frame else {}
            return [{"type": "error"} | self.errors[frame["type"]] | ref | client_id]
        match frame["type"]:
            case "ping":
                return [{"type": "pong"} | ref]
            case "hello":
                self.sockets.append(socket)
                me = {"id": self.me["id"], "kind": "agent", "name": self.me["name"], "role": self.me["role"]}
                return [
                    {"type": "welcome", "session": str(uuid4()), "me": me, "workspace": self.workspace, "messages": [], "snapshot": True,
                     "more": False, "ping": 30, "reconnect": {"min": 0.1, "max": 0.2}}
                ]  # fmt: skip
            case "subscribe":
                return [answer for topic in frame["topics"] for answer in self._subscribed(topic, ref)]
            case "history":
                before = frame.get("before", 2**53)
                older = [one for one in self.messages[frame["conversation"]] if one["seq"] < before]
                limit = frame.get("limit", 50)
                return [{"type": "history", "conversation": frame["conversation"], "messages": older[-limit:], "more": len(older) > limit} | ref]
            case "send" | "whisper":
                return self._written(frame, ref)
            case "takeover" | "release":
                id = frame["conversation"]
                epoch = self.conversations[id]["epoch"] + 1
                mine = {"mode": "human", "assignee": self._person(self.me)} if frame["type"] == "takeover" else {"mode": "ai", "assignee": None}
                return [self.change(id, epoch=epoch, waiting_since=None, **mine), {"type": "ok"} | ref]
            case "read":
                return [self.change(frame["conversation"], read_seq=frame["seq"], unread=0)]
        return []

    def _subscribed(self, topic: JSON, ref: JSON) -> list[JSON]:
        name = topic["topic"]
        unknown = name.startswith("conversation:") and name.partition(":")[2] not in self.conversations
        if unknown or (name == "stats" and self.me["role"] in ("agent", "viewer")):
            return [{"type": "error", "code": "not_found" if unknown else "forbidden", "detail": f"{name}: no"} | ref]
        answer = {"type": "subscribed", "snapshot": False, "more": False} | self._topic(topic) | ref
        return [answer, self.figures()] if name == "stats" else [answer]

    def figures(self, **fields: Any) -> JSON:
        """A `stats` frame."""
        counts = [(minute * 7) % 13 + (minute > 40) * 9 for minute in range(60)]
        return {
            "type": "stats", "at": moment(), "open": 42, "waiting": 3, "longest_wait": 192, "ai": 31, "human": 8, "agents_online": 4,
            "visitors": 117, "median_first_response": 2.4, "messages": counts,
        } | fields  # fmt: skip

    def _topic(self, topic: JSON) -> JSON:
        name = topic["topic"]
        if name == "inbox":
            return {"topic": name, "conversations": [], "cursor": "c2", "presence": [{"who": {"kind": "agent"} | self._person(one), "status": one["status"]} for one in self.agents if one["status"] != "offline"]}
        if name == "visitors":
            return {"topic": name, "presence": self.visitors, "snapshot": True}
        if name == "stats":
            return {"topic": name, "snapshot": True}
        id = name.partition(":")[2]
        held = self.messages[id]
        after = topic.get("after")
        messages = [one for one in held if one["seq"] > after] if after else held[-50:]
        return {"topic": name, "conversation": self.conversations[id], "messages": messages, "snapshot": not after}

    def _written(self, frame: JSON, ref: JSON) -> list[JSON]:
        id = frame["conversation"]
        note = frame.get("note") or frame["type"] == "whisper"
        extra = {"data": {"whisper": True}} if frame["type"] == "whisper" else {}
        author = {"kind": "agent", "id": self.me["id"], "name": self.me["name"]}
        message = self.say(id, frame["text"], author, client_id=frame["client_id"], kind="note" if note else "text", **extra)
        if not note:
            self.conversations[id] |= {"mode": "human", "assignee": self._person(self.me), "waiting_since": None}
        ack = {"type": "ack", "client_id": frame["client_id"], "conversation": id, "message_id": message["id"], "seq": message["seq"], "at": message["at"], "duplicate": False}
        return [ack | ref, {"type": "message", "conversation": id, "message": message}, {"type": "conversation", "conversation": self.conversations[id]}]
