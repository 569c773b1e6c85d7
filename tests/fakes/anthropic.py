"""A scripted Anthropic: true SSE over HTTP on a port of its own, for the SDK in a test or in a real server process.

    async with FakeAnthropic() as fake:
        fake.play(Say("Hel", "lo"), Use("save_contact", {"email": "a@example.com"}))
        server = await processes.server(ANTHROPIC_API_KEY=fake.key, ANTHROPIC_BASE_URL=fake.url)

One `play` is one request's answer, in order; when all are used up `default` answers. A request that the real API would
refuse is answered by 400 and stands in `faults`, which the end of the `async with` checks.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.fakes.anthropic_rules import faults


class Say(NamedTuple):
    """A text block in these pieces, `pause` seconds apart."""

    pieces: tuple[str, ...]
    pause: float = 0.0


class Use(NamedTuple):
    """A tool_use block whose JSON comes in `pieces` pieces, cut wherever that is."""

    name: str
    input: dict[str, Any]
    pieces: int = 4
    raw: str | None = None
    """Instead of `input`'s JSON."""


class Think(NamedTuple):
    text: str


class Ping(NamedTuple):
    pass


class Unknown(NamedTuple):
    """An event of a type that nobody has heard of."""


class Fail(NamedTuple):
    """An `error` event in the middle of the stream."""

    type: str = "overloaded_error"


class Cut(NamedTuple):
    """The connection ends: politely (the body just ends), or torn in the middle of a chunk."""

    torn: bool = False


class Silence(NamedTuple):
    """Nothing but pings until the client goes."""


class Wait(NamedTuple):
    until: asyncio.Event


class Status(NamedTuple):
    """No stream at all: an HTTP error."""

    code: int
    type: str = "overloaded_error"
    retry_after: float | None = None


class Stop(NamedTuple):
    reason: str


Step = Say | Use | Think | Ping | Unknown | Fail | Cut | Silence | Wait | Status | Stop
Script = tuple[Step, ...]

INPUT, CACHED = 120, 900


def say(*pieces: str, pause: float = 0.0) -> Say:
    return Say(pieces, pause)


def last_text(body: dict[str, Any]) -> str:
    """The newest text of a request's messages."""
    texts = [block["text"] for block in body["messages"][-1]["content"] if block["type"] == "text"]
    return texts[-1] if texts else ""


class FakeAnthropic:
    """`requests` holds every body that was accepted; `asked` how many came, refused ones too."""

    key = "sk-ant-test-key"

    def __init__(self, default: Callable[[dict[str, Any]], Script] = lambda _: (say("All ", "is ", "well."),)) -> None:
        self.default = default
        self.requests: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.asked = 0
        self.open = 0
        """Streams that run."""
        self._scripts: deque[Script] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()

    def play(self, *steps: Step) -> None:
        self._scripts.append(steps)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> "FakeAnthropic":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if kind is None:
            assert not self.faults, self.faults

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answer(reader, writer):
                pass
        writer.close()
        self._tasks.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """False: the connection is over."""
        method, path, headers = _head(await reader.readuntil(b"\r\n\r\n"))
        body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))))
        self.asked += 1
        if broken := list(faults(method, path.split("?")[0], headers, body, self.key)):
            self.faults += broken
            return await _error(writer, Status(400, "invalid_request_error"), "; ".join(broken))
        self.requests.append(body)
        script = self._scripts.popleft() if self._scripts else self.default(body)
        if isinstance(script[0], Status):
            return await _error(writer, script[0], "scripted")
        self.open += 1
        try:
            return await _Stream(reader, writer, body["model"]).play(script)
        finally:
            self.open -= 1


class _Stream:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, model: str) -> None:
        self._reader, self._writer, self._model = reader, writer, model
        self._blocks = self._output = 0

    async def play(self, script: Script) -> bool:
        self._writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nrequest-id: req_1\r\n\r\n")
        usage = {"input_tokens": INPUT, "cache_read_input_tokens": CACHED, "cache_creation_input_tokens": 0, "output_tokens": 1}
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": self._model, "content": [], "stop_reason": None,
                   "stop_sequence": None, "usage": usage}  # fmt: skip
        await self._send("message_start", message=message)
        reason = "tool_use" if any(isinstance(step, Use) for step in script) else "end_turn"
        for step in script:
            match step:
                case Say():
                    await self._block({"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in step.pieces], step.pause)
                case Use():
                    await self._use(step)
                case Think():
                    deltas = [{"type": "thinking_delta", "thinking": step.text}, {"type": "signature_delta", "signature": "c2lnbmVk"}]
                    await self._block({"type": "thinking", "thinking": "", "signature": ""}, deltas)
                case Ping():
                    await self._send("ping")
                case Unknown():
                    await self._send("weather", forecast={"sun": True})
                case Fail():
                    await self._send("error", error={"type": step.type, "message": "scripted"})
                    return await self._end()
                case Cut():
                    if step.torn:
                        self._writer.write(b"ff\r\nevent: content_bl")
                        return False
                    return await self._end()
                case Silence():
                    while not self._reader.at_eof():
                        await self._send("ping")
                        await asyncio.sleep(0.05)
                    return False
                case Wait():
                    await step.until.wait()
                case Stop():
                    reason = step.reason
        delta = {"stop_reason": reason, "stop_sequence": None}
        await self._send("message_delta", delta=delta, usage={"output_tokens": self._output})
        await self._send("message_stop")
        return await self._end()

    async def _use(self, step: Use) -> None:
        text = json.dumps(step.input) if step.raw is None else step.raw
        size = max(1, -(-len(text) // step.pieces))
        cut = ["", *(text[at : at + size] for at in range(0, len(text), size))]
        block = {"type": "tool_use", "id": f"toolu_{self._blocks}_{step.name}", "name": step.name, "input": {}}
        await self._block(block, [{"type": "input_json_delta", "partial_json": piece} for piece in cut])

    async def _block(self, block: dict[str, Any], deltas: list[dict[str, Any]], pause: float = 0.0) -> None:
        index, self._blocks = self._blocks, self._blocks + 1
        await self._send("content_block_start", index=index, content_block=block)
        for delta in deltas:
            self._output += 1
            await self._send("content_block_delta", index=index, delta=delta)
            await asyncio.sleep(pause)
        await self._send("content_block_stop", index=index)

    async def _send(self, event: str, **data: Any) -> None:
        text = f"event: {event}\ndata: {json.dumps({'type': event, **data})}\n\n".encode()
        self._writer.write(b"%x\r\n%s\r\n" % (len(text), text))
        await self._writer.drain()

    async def _end(self) -> bool:
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()
        return True


def _head(raw: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = raw.decode().rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.split(":", 1) for line in lines)
    return method, path, {name.lower(): value.strip() for name, value in pairs}


async def _error(writer: asyncio.StreamWriter, status: Status, why: str) -> bool:
    body = json.dumps({"type": "error", "error": {"type": status.type, "message": why}, "request_id": "req_1"}).encode()
    after = f"retry-after: {status.retry_after}\r\n" if status.retry_after is not None else ""
    head = f"HTTP/1.1 {status.code} Scripted\r\ncontent-type: application/json\r\n{after}content-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return True
