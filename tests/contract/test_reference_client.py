"""The reference client against a server that it has never seen: a later one, that knows more."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from server.schema import frames
from tests.client import Visitor
from tests.contract.anything import example
from tests.contract.test_frames import info

WELCOME = example(info(frames.Welcome)) | {"ref": None}


@asynccontextmanager
async def later_server(*sent: Any, code: int = 1001) -> AsyncIterator[Visitor]:
    """Welcomes, sends, awaits one frame, and closes."""

    async def talk(connection: ServerConnection) -> None:
        hello = json.loads(await connection.recv())
        await connection.send(json.dumps(WELCOME | {"ref": hello["ref"], "motd": "Hi"}))
        for frame in sent:
            await connection.send(json.dumps(frame))
        await connection.recv()
        await connection.close(code)

    async with serve(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Visitor(f"http://127.0.0.1:{port}") as visitor:
            await visitor.hello("wk_1")
            yield visitor


async def test_what_it_does_not_know_is_left_aside() -> None:
    news = [{"type": "reaction", "emoji": "👍"}, {"type": "error", "code": "out_of_coffee", "detail": ""}]
    known = {"type": "read", "conversation": WELCOME["session"], "who": {"kind": "agent", "id": WELCOME["session"], "hat": True}, "seq": 3}
    async with later_server(*news, known) as visitor:
        read = await visitor.wait(frames.Read)
        assert read.seq == 3
        assert [json.loads(text) for text in visitor.unknown] == news


async def test_it_answers_a_ping() -> None:
    async with later_server({"type": "ping", "ref": "p"}, code=4410) as visitor:
        await visitor.wait(frames.Ping)
        assert await visitor.closing() == 4410
