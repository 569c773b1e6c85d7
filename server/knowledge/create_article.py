"""A new article: the AI answers from it from the next turn on."""

from uuid import UUID

from db import articles
from db.pool import tenant
from server.core.core import Core
from server.core.ids import new_id
from server.knowledge.checks import checked
from server.knowledge.languages import text_search
from server.schema.knowledge import Article


async def create_article(
    core: Core,
    workspace: UUID,
    *,
    title: str,
    body: str,
    language: str = "en",
    url: str | None = None,
    id: UUID | None = None,
) -> Article:
    """`id` is given by a seed, which then may run twice. Raises BadFrame for a value that can't be."""
    title, body, url = checked(title, body, language, url)
    async with tenant(core.pool, workspace) as conn:
        return await articles.add(conn, id or new_id(), title, body, language, text_search(language), url)
