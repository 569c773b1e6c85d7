"""The log of who did what: rows are added, never changed."""

from typing import Any
from uuid import UUID

from db.pool import Connection

NOTE = "INSERT INTO audit_log (workspace_id, actor, action, subject, data) VALUES (app_workspace(), $1, $2, $3, $4)"


async def note(conn: Connection, actor: str, action: str, subject: UUID | None = None, **data: Any) -> None:
    """`actor` is user:ID, contact:ID, ai or system; `data` never holds a secret or a message's text."""
    await conn.execute(NOTE, actor, action, subject, data)
