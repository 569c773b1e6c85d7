"""What must be known before a silent contact is written to."""

from uuid import UUID

from msgspec import Struct

from db.pool import Connection, one
from server.schema.entities import AuthorKind, Mode, Status

GET = """
SELECT c.mode, c.status, c.epoch, c.last_seq, c.episode, p.email, coalesce(p.locale, w.locale) AS locale, w.name AS business,
    coalesce(w.brand ->> 'assistant', w.name) AS assistant, w.sites[1] AS site,
    (SELECT m.author_kind FROM messages m WHERE m.conversation_id = c.id AND NOT m.internal AND m.kind <> 'event'
        ORDER BY m.seq DESC LIMIT 1) AS last_speaker
FROM conversations c JOIN contacts p ON p.id = c.contact_id JOIN workspaces w ON w.id = c.workspace_id WHERE c.id = $1"""

WRITTEN = "SELECT EXISTS (SELECT FROM messages WHERE workspace_id = app_workspace() AND sender = $1 AND client_id = $2)"


class Silence(Struct, frozen=True, kw_only=True):
    """`site` is the first that the workspace lists."""

    mode: Mode
    status: Status
    epoch: int
    last_seq: int
    episode: int
    email: str | None
    locale: str
    business: str
    assistant: str
    site: str | None
    last_speaker: AuthorKind | None


async def get(conn: Connection, conversation: UUID) -> Silence | None:
    return one(await conn.fetchrow(GET, conversation), Silence)


async def written(conn: Connection, sender: str, client_id: UUID) -> bool:
    """Whether a message with this client_id stands."""
    return bool(await conn.fetchval(WRITTEN, sender, client_id))
