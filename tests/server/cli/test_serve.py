"""One server process: it listens where it says, takes a socket from its parent, and ends clean."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from tests.helpers.processes import Processes
from tests.helpers.stores import until


async def test_it_serves_and_ends_clean(processes: Processes) -> None:
    server = await processes.server()
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get("/health/live")).status_code == 200
        server.terminate()
        assert await server.wait() == 0
        with pytest.raises(httpx.TransportError):
            await client.get("/health/live")
    assert "Traceback" not in server.log


async def test_a_request_on_the_way_is_answered_before_the_end(processes: Processes) -> None:
    server = await processes.server(DRAIN_SECONDS="3")
    async with httpx.AsyncClient(base_url=server.url) as client:
        body = _slow(server.terminate)
        answer = await client.post("/api/v1/auth/login", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 401, 503)
    assert await server.wait() == 0


async def test_no_secret_is_in_the_log_or_on_the_command_line(processes: Processes) -> None:
    server = await processes.server(LOG_LEVEL="debug")
    async with httpx.AsyncClient(base_url=server.url) as client:
        await client.get("/demo")
    await until(lambda: '"path":"/demo"' in server.log)
    settings = processes.settings
    for secret in (settings.secret_key, settings.database_url, settings.redis_url):
        assert secret not in server.log
        assert not any(secret in str(part) for part in server.process.args)  # type: ignore[union-attr]


async def _slow(half_way: Callable[[], None]) -> AsyncIterator[bytes]:
    """A body that is still coming when `half_way` has been called."""
    yield b'{"email":"nobody@example.com",'
    half_way()
    yield b'"password":"wrong"}'
