"""What every answer has, whatever it is of: an id, safe headers, its limits; and what the log says of it."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from redis.asyncio import Redis

from server.core import limits
from server.seed import SeedResult
from tests.api.conftest import As, Begin, Clients
from tests.helpers.app import signed_in


def lines(text: str) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1/me", "/health/live", "/static/logo.svg", "/sign-in", "/widget.js"])
async def test_safe_headers_everywhere(path: str, clients: Clients) -> None:
    headers = (await clients().get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("same-origin", "strict-origin-when-cross-origin")
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy


async def test_no_cache_keeps_what_an_agent_reads(asking: As, clients: Clients) -> None:
    client = await asking("agent")
    for path in ("me", "conversations", "contacts", "articles", "agents"):
        assert (await client.get(f"/api/v1/{path}")).headers["cache-control"] == "no-store"
    assert "no-store" not in (await clients().get("/static/logo.svg")).headers["cache-control"]


async def test_a_request_has_an_id(clients: Clients) -> None:
    client = clients()
    made = {(await client.get("/health/live")).headers["x-request-id"] for _ in range(2)}
    assert len(made) == 2
    given = await client.get("/nothing", headers={"X-Request-ID": "from-the-proxy-1"})
    assert given.headers["x-request-id"] == "from-the-proxy-1"
    forged = await client.get("/nothing", headers={"X-Request-ID": 'x" injected'})
    assert "injected" not in forged.headers["x-request-id"]


async def test_the_log_has_ids_and_no_words(
    asking: As, begin: Begin, planted: SeedResult, capfd: pytest.CaptureFixture[str]
) -> None:
    client, chat = await asking("agent"), await begin("my card number is 4111")
    path = f"/api/v1/conversations/{chat.id}/messages"
    await client.post(path, json={"client_id": str(uuid4()), "text": "a confidential answer"})
    await client.get("/api/v1/conversations", params={"q": "card number"})
    await client.post("/api/v1/auth/login", json={"email": "somebody@example.com", "password": "hunter2hunter2"})
    logged = capfd.readouterr().err
    line = next(line for line in lines(logged) if line.get("path") == path)
    assert (line["status"], line["conversation"], line["method"]) == (201, str(chat.id), "POST")
    assert len(line["request_id"]) >= 8
    secrets = [agent.password for workspace in planted.workspaces for agent in workspace.agents]
    token = client.headers["authorization"].removeprefix("Bearer ")
    for words in ("confidential", "4111", "card number", "hunter2", "somebody@", token, *secrets):
        assert words not in logged


async def test_an_unforeseen_error_tells_nothing(
    asking: As, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("the visitor's own words")

    client = await asking("agent")
    monkeypatch.setattr("server.knowledge.list_articles.articles.page", broken)
    answer = await client.get("/api/v1/articles")
    assert answer.status_code == 500
    assert answer.json() == {"code": "internal", "detail": "something went wrong on our side"}
    line = next(line for line in lines(capfd.readouterr().err) if line["event"] == "request failed")
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["exception"]["type"] == "KeyError" and "words" not in str(line)


async def test_the_limit_is_told_and_kept(asking: As, monkeypatch: pytest.MonkeyPatch) -> None:
    client, other = await asking("agent"), await asking("agent2")
    monkeypatch.setitem(limits.LIMITS, "api", limits.Rate(per_minute=1, burst=3))
    left = [(await client.get("/api/v1/me")).headers["x-ratelimit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    answer = await client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 50 < int(answer.headers["retry-after"]) <= 60
    assert answer.headers["x-ratelimit-limit"] == "3"
    assert (await other.get("/api/v1/me")).status_code == 200
    assert all([(await client.get("/health/live")).status_code == 200 for _ in range(5)])


async def test_rest_works_on_without_redis(asking: As, app: Any, clients: Clients) -> None:
    from dataclasses import replace

    client = await asking("agent")
    desk = app.state.desk
    async with Redis.from_url("redis://127.0.0.1:1/0") as nowhere:
        app.state.desk = replace(desk, core=replace(desk.core, redis=nowhere))
        assert (await client.get("/api/v1/conversations")).status_code == 200
        assert (await client.get("/api/v1/agents")).status_code == 200
        login = await clients().post("/api/v1/auth/login", json={"email": "a@example.com", "password": "x"})
        assert (login.status_code, login.json()["code"], login.headers["retry-after"]) == (503, "unavailable", "2")
        ready = await clients().get("/health/ready")
        assert (ready.status_code, ready.json()["failed"]) == (503, ["redis"])
    app.state.desk = desk


async def test_a_body_that_is_too_large(asking: As) -> None:
    answer = await (await asking("agent")).post("/api/v1/articles", json={"title": "x", "body": "x" * (2 << 20)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_many_at_once(clients: Clients, planted: SeedResult) -> None:
    client = clients()
    client.headers.update(await signed_in(client, planted, "agent"))
    answers: list[httpx.Response] = await asyncio.gather(*(client.get("/api/v1/conversations") for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["x-request-id"] for answer in answers}) == 40
