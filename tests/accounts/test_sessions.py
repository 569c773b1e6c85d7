"""The life of a session: used, listed, ended by its user, by a new password, by time."""

from uuid import UUID

import asyncpg
import pytest

from db import doors
from db.pool import outside
from server.accounts import sessions
from server.accounts.authenticate import Agent, authenticate
from server.accounts.change_password import change_password
from server.accounts.sign_in import sign_in
from server.accounts.sign_out import sign_out
from server.core.core import Core
from server.core.errors import Forbidden, NotFound, Unauthenticated
from server.seed import SeededAgent, SeedResult


@pytest.fixture
def person(planted: SeedResult) -> SeededAgent:
    return planted.workspaces[0].agents[1]


async def enter(core: Core, person: SeededAgent) -> tuple[str, Agent]:
    token = (await sign_in(core, person.email, person.password)).token
    return token, await authenticate(core, token)


async def is_alive(core: Core, agent: Agent) -> bool:
    async with outside(core.pool) as conn:
        return agent.session in await doors.sessions_alive(conn, [(agent.session, agent.role)])


@pytest.mark.parametrize("token", [None, "", "x", "é" * 40, "x" * 5000, "' OR 1=1"])
async def test_no_token_of_ours(core: Core, token: str | None) -> None:
    with pytest.raises(Unauthenticated):
        await authenticate(core, token)


async def test_sign_out_ends_this_session_alone(core: Core, person: SeededAgent) -> None:
    first, agent = await enter(core, person)
    second, other = await enter(core, person)
    await sign_out(core, agent)
    with pytest.raises(Unauthenticated):
        await authenticate(core, first)
    assert (await authenticate(core, second)).session == other.session
    assert not await is_alive(core, agent)
    assert await is_alive(core, other)


async def test_sessions_are_listed_and_revoked_by_their_user_alone(core: Core, person: SeededAgent, planted: SeedResult) -> None:
    _, mine = await enter(core, person)
    token, old = await enter(core, person)
    for stranger in (planted.workspaces[0].agents[0], planted.workspaces[1].agents[0]):
        _, asker = await enter(core, stranger)
        assert mine.session not in [record.id for record in await sessions.living(core, asker)]
        with pytest.raises(NotFound):
            await sessions.revoke(core, asker, mine.session)
    assert {record.id for record in await sessions.living(core, mine)} == {mine.session, old.session}
    await sessions.revoke(core, mine, old.session)
    assert [record.id for record in await sessions.living(core, mine)] == [mine.session]
    with pytest.raises(Unauthenticated):
        await authenticate(core, token)
    with pytest.raises(NotFound):
        await sessions.revoke(core, mine, old.session)


async def test_a_new_password_ends_all_other_sessions(core: Core, person: SeededAgent, planted: SeedResult) -> None:
    token, agent = await enter(core, person)
    others = [await enter(core, person) for _ in range(2)]
    bystander, _ = await enter(core, planted.workspaces[0].agents[2])
    with pytest.raises(Forbidden):
        await change_password(core, agent, "not the password", "a new long password")
    assert await change_password(core, agent, person.password, "a new long password") == 2
    assert await authenticate(core, token) and await authenticate(core, bystander)
    for other, _ in others:
        with pytest.raises(Unauthenticated):
            await authenticate(core, other)
    with pytest.raises(Unauthenticated):
        await sign_in(core, person.email, person.password)
    assert await sign_in(core, person.email, "a new long password")


async def test_a_session_ends_with_time_and_with_its_membership(
    core: Core, person: SeededAgent, superuser: asyncpg.Connection
) -> None:
    token, agent = await enter(core, person)
    await superuser.execute("UPDATE sessions SET expires_at = now() WHERE id = $1", agent.session)
    with pytest.raises(Unauthenticated):
        await authenticate(core, token)
    token, agent = await enter(core, person)
    await superuser.execute("DELETE FROM memberships WHERE user_id = $1", agent.user)
    with pytest.raises(Unauthenticated):
        await authenticate(core, token)


async def test_a_changed_role_ends_the_sockets_that_stand_on_the_old_one(
    core: Core, person: SeededAgent, superuser: asyncpg.Connection
) -> None:
    _, agent = await enter(core, person)
    assert await is_alive(core, agent)
    await superuser.execute("UPDATE memberships SET role = 'viewer' WHERE user_id = $1", agent.user)
    assert not await is_alive(core, agent)


async def test_what_was_done_is_in_the_log_without_secrets(
    core: Core, person: SeededAgent, superuser: asyncpg.Connection
) -> None:
    token, agent = await enter(core, person)
    await change_password(core, agent, person.password, "a new long password")
    await sign_out(core, agent)
    rows = await superuser.fetch("SELECT actor, action, data::text FROM audit_log ORDER BY id")
    assert [row["action"] for row in rows] == ["sign_in", "change_password", "sign_out"]
    assert {row["actor"] for row in rows} == {f"user:{agent.user}"}
    assert token not in str(rows) and person.password not in str(rows)
    assert isinstance(agent.user, UUID)
