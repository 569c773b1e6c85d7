"""One article."""

from uuid import UUID

from db import articles
from db.pool import tenant
from server.core.core import Core
from server.core.errors import NotFound
from server.schema.knowledge import Article


async def get_article(core: Core, workspace: UUID, article: UUID) -> Article:
    """Raises NotFound."""
    async with tenant(core.pool, workspace) as conn:
        found = await articles.get(conn, article)
    if found is None:
        raise NotFound("no such article")
    return found
