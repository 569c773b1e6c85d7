"""Changes of an article."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from db import articles
from db.pool import tenant
from server.core.core import Core
from server.core.errors import NotFound
from server.knowledge.checks import checked
from server.knowledge.languages import text_search
from server.schema.knowledge import Article


async def update_article(
    core: Core,
    workspace: UUID,
    article: UUID,
    *,
    title: str | UnsetType = UNSET,
    body: str | UnsetType = UNSET,
    language: str | UnsetType = UNSET,
    url: str | None | UnsetType = UNSET,
) -> Article:
    """What is not given stays. Raises NotFound, and BadFrame for a value that can't be."""
    async with tenant(core.pool, workspace) as conn:
        old = await articles.get(conn, article)
        if old is None:
            raise NotFound("no such article")
        tongue = old.language if language is UNSET else language
        heading, text, link = checked(
            old.title if title is UNSET else title,
            old.body if body is UNSET else body,
            tongue,
            old.url if url is UNSET else url,
        )
        new = await articles.update(conn, article, heading, text, tongue, text_search(tongue), link)
        if new is None:
            raise NotFound("no such article")
        return new
