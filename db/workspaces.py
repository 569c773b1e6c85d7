"""The transaction's workspace and its settings."""

from uuid import UUID

from db.pool import Connection, one
from server.schema.accounts import WorkspaceRecord

GET = """
SELECT id, name, locale, timezone, about, tone, hours, brand, sites, widget_key, identity_secret, visitor_presence, reopen_mode
FROM workspaces WHERE id = app_workspace()"""

ADD = """
INSERT INTO workspaces (id, name, locale, timezone, about, tone, hours, brand, sites, widget_key, identity_secret,
    visitor_presence, reopen_mode)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING"""

ACCOUNT = "SELECT id FROM channel_accounts WHERE channel = $1 ORDER BY created_at, id LIMIT 1"
ADD_ACCOUNT = """
INSERT INTO channel_accounts (id, workspace_id, channel, name) VALUES ($1, app_workspace(), $2, $3)
ON CONFLICT (id) DO NOTHING"""


async def get(conn: Connection) -> WorkspaceRecord | None:
    return one(await conn.fetchrow(GET), WorkspaceRecord)


async def add(conn: Connection, new: WorkspaceRecord) -> None:
    """Makes it, unless it exists; the transaction's workspace must be it."""
    await conn.execute(
        ADD, new.id, new.name, new.locale, new.timezone, new.about, new.tone, new.hours, new.brand, new.sites,
        new.widget_key, new.identity_secret, new.visitor_presence, new.reopen_mode,
    )  # fmt: skip


async def account(conn: Connection, channel: str) -> UUID | None:
    """The workspace's (oldest) account of a channel, such as `web`."""
    found: UUID | None = await conn.fetchval(ACCOUNT, channel)
    return found


async def add_account(conn: Connection, account: UUID, channel: str, name: str) -> None:
    await conn.execute(ADD_ACCOUNT, account, channel, name)
