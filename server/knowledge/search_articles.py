"""What the workspace's articles say about a question: any shared word counts, the best come first."""

from uuid import UUID

from db import articles
from db.pool import tenant
from server.core.core import Core
from server.schema.knowledge import Found

QUESTION_CHARS = 2000


async def search_articles(core: Core, workspace: UUID, question: str, most: int = 5) -> list[Found]:
    async with tenant(core.pool, workspace) as conn:
        return await articles.search(conn, question[:QUESTION_CHARS], most)
