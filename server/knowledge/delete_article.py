"""The end of an article; answers that cited it keep its title."""

from uuid import UUID

from db import articles
from db.pool import tenant
from server.core.core import Core
from server.core.errors import NotFound


async def delete_article(core: Core, workspace: UUID, article: UUID) -> None:
    """Raises NotFound."""
    async with tenant(core.pool, workspace) as conn:
        if not await articles.delete(conn, article):
            raise NotFound("no such article")
