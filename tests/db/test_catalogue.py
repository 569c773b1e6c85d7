"""What must hold of every table and every SECURITY DEFINER function, read from PostgreSQL's own catalogue."""

import asyncpg
import pytest

WITHOUT_TENANT = {"schema_migrations", "workspaces", "users"}
"""Tables without `workspace_id`; all but the first have row level security all the same."""

DOORS = {
    "door_end_sessions(uuid,uuid)",
    "door_feed(xid8,uuid[],uuid[],integer)",
    "door_outbox_due(integer)",
    "door_session(bytea)",
    "door_sessions_alive(uuid[],text[])",
    "door_turns_lapsed(integer)",
    "door_user(text)",
    "door_widget(text)",
    "search_articles(text,integer)",
    "search_contacts(text,integer)",
    "search_conversations(text,integer)",
}
"""Every function that runs with its owner's rights: a new one is a decision, made here."""

TABLES = """
SELECT c.oid, c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, c.relowner::regrole::text AS owner,
    (SELECT a.attnotnull FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id') AS tenant
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
"""

# A policy that binds parley_app: its own or everybody's.
POLICIES = """
SELECT polname AS name, polcmd::text AS command, polpermissive AS permissive,
    pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS checked
FROM pg_policy WHERE polrelid = $1 AND ('parley_app'::regrole = ANY (polroles) OR 0 = ANY (polroles))
"""


async def faults(connection: asyncpg.Connection) -> list[str]:
    """One sentence for each table that does not keep workspaces apart."""
    found = []
    for table in await connection.fetch(TABLES):
        name = table["name"]
        if table["owner"] in ("parley_app", "parley_door"):
            found.append(f"{name} belongs to {table['owner']}")
        if name == "schema_migrations":
            continue
        if not (table["enabled"] and table["forced"]):
            found.append(f"{name} is without forced row level security")
        if name in WITHOUT_TENANT:
            continue
        if not table["tenant"]:
            found.append(f"{name} has no workspace_id NOT NULL")
        for policy in await connection.fetch(POLICIES, table["oid"]):
            if (policy["command"], policy["using"], policy["checked"]) != ("*", *["(workspace_id = app_workspace())"] * 2):
                found.append(f"{name}: policy {policy['name']} lets other workspaces in")
        if not await connection.fetch(POLICIES, table["oid"]):
            found.append(f"{name} has no policy for parley_app")
    return found


async def test_every_table_keeps_workspaces_apart(owner: asyncpg.Connection) -> None:
    assert await faults(owner) == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ("CREATE TABLE made (workspace_id uuid NOT NULL)", "made is without forced row level security"),
        ("CREATE TABLE made (workspace_id uuid NOT NULL)", "made has no policy for parley_app"),
        ("CREATE TABLE made (id uuid)", "made has no workspace_id NOT NULL"),
        ("CREATE VIEW made AS SELECT * FROM contacts", "made is without forced row level security"),
        ("ALTER TABLE messages NO FORCE ROW LEVEL SECURITY", "messages is without forced row level security"),
        ("ALTER POLICY tenant ON contacts USING (true)", "contacts: policy tenant lets other workspaces in"),
        ("CREATE POLICY wide ON leads FOR SELECT USING (true)", "leads: policy wide lets other workspaces in"),
        ("CREATE POLICY wide ON leads TO parley_app USING (true)", "leads: policy wide lets other workspaces in"),
    ],
)
async def test_the_check_sees_a_table_that_forgot(owner: asyncpg.Connection, made: str, fault: str) -> None:
    changes = owner.transaction()
    await changes.start()
    await owner.execute(made)
    seen = await faults(owner)
    await changes.rollback()
    assert fault in seen


async def test_workspaces_and_users_are_bound_too(owner: asyncpg.Connection) -> None:
    tables = {row["name"]: row["oid"] for row in await owner.fetch(TABLES)}
    workspaces = await owner.fetchrow(POLICIES, tables["workspaces"])
    assert workspaces["using"] == workspaces["checked"] == "(id = app_workspace())"
    for policy in await owner.fetch(POLICIES, tables["users"]):
        assert "memberships" in (policy["using"] or "") or policy["command"] == "a"


async def test_the_serving_role_owns_nothing_and_bypasses_nothing(owner: asyncpg.Connection) -> None:
    for role in ("parley_app", "parley_door"):
        rights = await owner.fetchrow("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = $1", role)
        assert not any(rights.values())
        assert not await owner.fetchval("SELECT has_schema_privilege($1::name, 'public', 'CREATE')", role)
    assert not await owner.fetchval("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'parley_door'")
    owned = "SELECT count(*) FROM pg_proc WHERE proowner = 'parley_app'::regrole"
    assert await owner.fetchval(owned) == 0
    assert not await owner.fetchval("SELECT pg_has_role('parley_app', 'parley_door', 'MEMBER')")


async def test_the_audit_log_can_only_grow(owner: asyncpg.Connection) -> None:
    granted = await owner.fetchval(
        "SELECT array_agg(p ORDER BY p) FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p"
        " WHERE has_table_privilege('parley_app', 'audit_log', p)"
    )
    assert granted == ["INSERT", "SELECT"]


async def test_every_door_is_listed_and_shut_for_others(owner: asyncpg.Connection) -> None:
    doors = await owner.fetch("""
        SELECT oid::regprocedure::text AS name, proowner::regrole::text AS owner, coalesce(proconfig, '{}') AS config,
            EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))
                    WHERE grantee = 0 AND privilege_type = 'EXECUTE') AS anybody
        FROM pg_proc WHERE prosecdef AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    """)
    assert {door["name"] for door in doors} == DOORS
    for door in doors:
        assert (door["owner"], door["anybody"]) == ("parley_door", False), door
        assert "search_path=public, pg_temp" in door["config"], door


async def test_without_a_workspace_nothing_is_seen_or_written(pool: asyncpg.Pool, owner: asyncpg.Connection) -> None:
    async with pool.acquire() as app:
        for table in await owner.fetch(TABLES):
            if table["name"] != "schema_migrations":
                assert await app.fetchval(f"SELECT count(*) FROM {table['name']}") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("INSERT INTO contacts (id, workspace_id) VALUES (gen_random_uuid(), gen_random_uuid())")
