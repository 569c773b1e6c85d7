"""A page of articles, the newest first."""

from uuid import UUID

from db import articles
from db.pool import tenant
from server.core.core import Core
from server.schema.knowledge import Article


async def list_articles(
    core: Core, workspace: UUID, limit: int = 50, after: UUID | None = None
) -> tuple[list[Article], UUID | None]:
    """The page behind the article `after`, and what to ask the next one with: None at the end."""
    async with tenant(core.pool, workspace) as conn:
        page = await articles.page(conn, limit + 1, after)
    more = len(page) > limit
    return page[:limit], page[limit - 1].id if more else None
