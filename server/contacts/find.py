"""Reading contacts: one, a page of them, those who match some words."""

from uuid import UUID

from db import contacts as db
from db.pool import tenant
from server.core.core import Core
from server.core.errors import NotFound
from server.schema.rest import Contact

SEARCH_MOST = 50


async def contact(core: Core, workspace: UUID, id: UUID) -> Contact:
    """Raises NotFound."""
    async with tenant(core.pool, workspace) as conn:
        found = await db.get(conn, id)
    if found is None:
        raise NotFound("there is no such contact")
    return found


async def page(core: Core, workspace: UUID, limit: int, after: UUID | None = None) -> tuple[list[Contact], UUID | None]:
    """The newest contacts, or those behind the contact `after`, and the key of the next page."""
    async with tenant(core.pool, workspace) as conn:
        found = await db.page(conn, limit + 1, after)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def search(core: Core, workspace: UUID, words: str, limit: int = SEARCH_MOST) -> list[Contact]:
    """The newest contacts whose name, address, number or company has all the words, each as the beginning of one."""
    async with tenant(core.pool, workspace) as conn:
        return await db.search(conn, words, min(limit, SEARCH_MOST))
