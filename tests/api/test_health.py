"""What machines are told: alive, ready, and the figures for whoever may see them."""

import asyncpg
from litestar import Litestar
from msgspec.structs import replace
from redis.asyncio import Redis

from server.core import keys
from server.settings import Secret
from tests.api.conftest import As, Clients


async def test_alive_and_ready(clients: Clients) -> None:
    client = clients()
    assert (await client.get("/health/live")).json() == {"status": "alive"}
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


async def test_not_ready_on_an_older_schema_or_while_stopping(
    clients: Clients, app: Litestar, superuser: asyncpg.Connection
) -> None:
    client = clients()
    app.state["draining"] = True
    assert (await client.get("/health/ready")).json()["failed"] == ["draining"]
    app.state["draining"] = False
    rows = await superuser.fetch("SELECT version FROM schema_migrations")
    last = max(row["version"] for row in rows)
    await superuser.execute("UPDATE schema_migrations SET version = -version WHERE version = $1", last)
    try:
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "failed": ["database"]})
    finally:
        await superuser.execute("UPDATE schema_migrations SET version = -version WHERE version = $1", -last)


async def test_figures_are_for_this_machine(clients: Clients, asking: As) -> None:
    await (await asking("agent")).get("/api/v1/conversations")
    assert (await clients().get("/metrics")).status_code == 403
    answer = await clients(ip="127.0.0.1").get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    for name in (
        "parley_connections",
        "parley_frames_total",
        "parley_deliveries_total",
        "parley_turn_seconds",
        "parley_pool_size",
    ):
        assert f"# TYPE {name}" in answer.text, name
    assert 'parley_http_seconds_count{method="GET",route="/api/v1/conversations",status="200"}' in answer.text


async def test_figures_tell_of_waiting_work(clients: Clients, redis: Redis) -> None:
    client = clients(ip="::1")
    assert "parley_worker_alive 0.0" in (await client.get("/metrics")).text
    await redis.set(keys.WORKER_HEARTBEAT, '{"process": "p", "at": 1, "due": 7}')
    await redis.zadd("arq:queue", {"job": 1})
    text = (await client.get("/metrics")).text
    for line in ("parley_worker_alive 1.0", "parley_outbox_due 7.0", "parley_queue_length 1.0"):
        assert line in text.splitlines()


async def test_figures_for_a_token(clients: Clients, app: Litestar) -> None:
    app.state["settings"] = replace(app.state.settings, metrics_token=Secret("the word"))
    assert (await clients(ip="127.0.0.1").get("/metrics")).status_code == 403
    for given, status in (("Bearer the wrong word", 403), ("Bearer the word", 200)):
        assert (await clients().get("/metrics", headers={"Authorization": given})).status_code == status
