"""Bodies and queries that nobody would send: always an answer of ours, never an error of ours."""

import random
from typing import Any
from uuid import uuid4

import msgspec

from tests.api.conftest import As, Begin
from tests.api.routes import OPERATIONS

TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    "é" * 300,
    "x" * 20_000,
    "<script>",
    "' OR 1=1 --",
    "\u202e",
    "💥",
    "0",
    "-1",
    "null",
    "1e999",
    "NaN",
    "%",
    "\\",
]
VALUES: list[Any] = [None, True, -1, 0, 2**31, 2**63, -(2**70), 1.5, 1e308, [], {}, [[]], {"a": {"b": []}}, str(uuid4()), *TEXTS]
FIELDS = ["client_id", "text", "note", "epoch", "reply_to", "agent", "until", "name", "email", "phone", "company", "title", "body",
    "language", "url", "current", "new", "password", "workspace", "", "\0", "id"]  # fmt: skip
QUERY = ["limit", "after", "before", "q", "filter", "unknown"]


async def test_junk_never_breaks_anything(asking: As, begin: Begin) -> None:
    chance, client, chat = random.Random(20261120), await asking("manager"), await begin()
    ids = {"conversation": chat.id, "contact": chat.contact, "article": uuid4(), "session": uuid4()}
    for (method, template), _ in list(OPERATIONS.items()) * 12:
        if template == "/api/v1/auth/logout":
            continue
        names = chance.sample(FIELDS, chance.randint(0, 5))
        body = {name: chance.choice(VALUES) for name in names}
        sent: dict[str, Any] = {
            "params": {name: str(chance.choice(VALUES)) for name in chance.sample(QUERY, chance.randint(0, 3))}
        }
        if method != "get":
            raw = chance.choice(
                [msgspec.json.encode(body), msgspec.json.encode(chance.choice(VALUES)), b"{", b"\xff\xfe", b"[" * 5000]
            )
            sent |= {
                "content": raw,
                "headers": {"Content-Type": chance.choice(["application/json", "text/plain", "x", "multipart/form-data"])},
            }
        answer = await client.request(method, template.format(**ids), **sent)
        assert answer.status_code < 500, f"{method} {template} {str(sent)[:500]} {answer.text}"
        if answer.status_code >= 400:
            assert {"code", "detail"} <= set(answer.json()), f"{method} {template} {str(sent)[:500]} {answer.text}"
