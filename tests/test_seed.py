"""The demo workspaces: planted once however often, with people who can sign in."""

import asyncpg
import msgspec
import pytest

from server import seed as seeding
from server.settings import Settings
from tests.helpers.core import opened


async def test_two_workspaces_with_five_people_each(settings: Settings) -> None:
    result = await seeding.seed(settings)
    shape = msgspec.to_builtins(result)
    assert [set(w) for w in shape["workspaces"]] == [{"id", "name", "widget_key", "agents"}] * 2
    for workspace in result.workspaces:
        assert workspace.widget_key.startswith("wk_")
        assert [agent.role for agent in workspace.agents] == ["owner", "manager", "agent", "agent2", "viewer"]


async def test_twice_is_once(settings: Settings, superuser: asyncpg.Connection) -> None:
    first = await seeding.seed(settings)
    counts = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM articles), (SELECT count(*) FROM channel_accounts)"
    before = await superuser.fetchrow(counts)
    assert await seeding.seed(settings) == first
    assert await superuser.fetchrow(counts) == before
    assert before is not None and before[0] == 10 and before[1] >= 20 and before[2] == 2


async def test_what_it_prints_signs_in_even_after_a_change(settings: Settings, superuser: asyncpg.Connection) -> None:
    from server.accounts.sign_in import sign_in

    await seeding.seed(settings)
    await superuser.execute("UPDATE users SET password_hash = 'changed' WHERE email LIKE 'viewer@%'")
    result = await seeding.seed(settings)
    async with opened(settings) as core:
        for workspace in result.workspaces:
            for agent in workspace.agents:
                signed = await sign_in(core, agent.email.upper(), agent.password)
                assert signed.workspace == workspace.id
                assert signed.member.role == agent.role.removesuffix("2")


@pytest.mark.parametrize("question", ["breakfast", "desayuno", "check-in"])
async def test_articles_are_found(question: str, settings: Settings, superuser: asyncpg.Connection) -> None:
    hotel = (await seeding.seed(settings)).workspaces[0]
    async with superuser.transaction():
        await superuser.execute("SELECT set_config('app.workspace', $1, true)", str(hotel.id))
        assert await superuser.fetch("SELECT * FROM search_articles($1, 3)", question)
