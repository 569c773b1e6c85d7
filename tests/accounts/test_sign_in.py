"""Sign-in: who gets in, who is locked out, and that the answers tell nothing about who exists."""

import asyncio
import time
from uuid import uuid4

import asyncpg
import pytest
from msgspec import structs

from server.accounts.authenticate import authenticate
from server.accounts.sign_in import FAILURES, sign_in
from server.core.core import Core
from server.core.errors import Forbidden, RateLimited, Unauthenticated, Unavailable
from server.core.secrets import token_hash
from server.seed import SeededAgent, SeedResult
from server.settings import Settings
from tests.helpers.core import opened


@pytest.fixture
def agent(planted: SeedResult) -> SeededAgent:
    return planted.workspaces[0].agents[2]


async def wrong(core: Core, email: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            await sign_in(core, email, "not the password")


async def test_a_session_begins_and_its_secret_is_stored_nowhere(
    core: Core, agent: SeededAgent, superuser: asyncpg.Connection
) -> None:
    signed = await sign_in(core, f"  {agent.email.upper()} ", agent.password, ip="203.0.113.9", device="Test/1")
    row = await superuser.fetchrow("SELECT * FROM sessions")
    assert row is not None
    assert (row["token_hash"], row["ip"], row["device"]) == (token_hash(signed.token), "203.0.113.9", "Test/1")
    assert signed.token not in str(list(row.values()))
    asker = await authenticate(core, signed.token)
    assert (asker.email, asker.role, asker.works, asker.manages) == (agent.email, "agent", True, False)


async def test_nobody_and_a_wrong_password_are_told_the_same(core: Core, agent: SeededAgent) -> None:
    said = []
    for email in (agent.email, "nobody@nowhere.example"):
        for _ in range(FAILURES):
            with pytest.raises(Unauthenticated) as failed:
                await sign_in(core, email, "not the password")
            said.append(failed.value.detail)
        with pytest.raises(RateLimited) as locked:
            await sign_in(core, email, agent.password)
        said.append(f"{locked.value.detail} {locked.value.retry_after}")
    half = len(said) // 2
    assert said[:half] == said[half:]


async def test_nobody_takes_as_long(core: Core, agent: SeededAgent, settings: Settings) -> None:
    times: dict[str, list[float]] = {agent.email: [], "nobody@nowhere.example": []}
    async with opened(structs.replace(settings, password_memory=65536)) as slow:
        await slow.passwords.verify(None, "the hash for nobody is made once")
        stored = await slow.passwords.hash("any")
        for _ in range(3):
            for known in (stored, None):
                began = time.perf_counter()
                await slow.passwords.verify(known, "not the password")
                times[agent.email if known else "nobody@nowhere.example"].append(time.perf_counter() - began)
    known_best, nobody_best = (min(spent) for spent in times.values())
    assert nobody_best > known_best / 2


async def test_a_lock_tells_nothing_by_how_soon_it_answers(core: Core, agent: SeededAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str | None] = []
    verify = core.passwords.verify

    async def counted(stored: str | None, password: str) -> bool:
        hashed.append(stored)
        return await verify(stored, password)

    monkeypatch.setattr(core.passwords, "verify", counted)
    for email in (agent.email, "nobody@nowhere.example"):
        hashed.clear()
        await wrong(core, email, FAILURES)
        with pytest.raises(RateLimited):
            await sign_in(core, email, "wrong")
        assert len(hashed) == FAILURES


async def test_five_failures_lock_and_each_lock_is_longer(core: Core, agent: SeededAgent, superuser: asyncpg.Connection) -> None:
    lasting = []
    for _ in range(2):
        await wrong(core, agent.email, FAILURES)
        with pytest.raises(RateLimited) as locked:
            await sign_in(core, agent.email, agent.password)
        lasting.append(locked.value.retry_after)
        await superuser.execute("UPDATE users SET locked_until = now() WHERE email = $1", agent.email)
    assert lasting == [pytest.approx(1800, abs=5), pytest.approx(3600, abs=5)]
    await sign_in(core, agent.email, agent.password)
    assert await superuser.fetchval("SELECT (failed, locks) = (0, 0) FROM users WHERE email = $1", agent.email)


async def test_a_success_forgets_the_failures(core: Core, agent: SeededAgent) -> None:
    for _ in range(2):
        await wrong(core, agent.email, FAILURES - 1)
        await sign_in(core, agent.email, agent.password)


async def test_too_many_attempts_from_one_address_or_for_one_account(core: Core) -> None:
    async def attempts(number: int, **given: str) -> list[type]:
        tries = (sign_in(core, given.get("email") or f"{uuid4()}@x.example", "wrong", ip=given.get("ip")) for _ in range(number))
        return [type(result) for result in await asyncio.gather(*tries, return_exceptions=True)]

    assert (await attempts(65, ip="203.0.113.1")).count(RateLimited) == 5
    assert set(await attempts(3, ip="203.0.113.2")) == {Unauthenticated}


async def test_another_workspace_is_refused(core: Core, planted: SeedResult, agent: SeededAgent) -> None:
    with pytest.raises(Forbidden):
        await sign_in(core, agent.email, agent.password, workspace=planted.workspaces[1].id)
    assert (await sign_in(core, agent.email, agent.password, workspace=planted.workspaces[0].id)).token


async def test_without_redis_nobody_signs_in(settings: Settings, core: Core, agent: SeededAgent) -> None:
    async with opened(structs.replace(settings, redis_url="redis://127.0.0.1:1/0")) as cut_off:
        with pytest.raises(Unavailable):
            await sign_in(cut_off, agent.email, agent.password)


async def test_the_event_loop_goes_on_while_a_hash_is_made(settings: Settings, planted: SeedResult) -> None:
    async with opened(structs.replace(settings, password_memory=131072)) as core:
        hashing = asyncio.ensure_future(core.passwords.hash("a password"))
        beats = 0
        while not hashing.done():
            await asyncio.sleep(0.001)
            beats += 1
        assert beats > 10
