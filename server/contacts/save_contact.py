"""What is learned about a contact is kept: from a form, from the chat, from an agent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db import contacts as db
from db.pool import tenant
from server.contacts import fields
from server.core.core import Core
from server.core.errors import NotFound
from server.schema.rest import Contact


async def save_contact(
    core: Core,
    workspace: UUID,
    contact: UUID,
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    company: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Adds what is given and leaves the rest. Raises BadFrame for a value that can't be one, NotFound."""
    given = {"name": name, "email": email, "phone": phone, "company": company}
    await change_contact(core, workspace, contact, {field: value for field, value in given.items() if value}, facts)


async def change_contact(
    core: Core, workspace: UUID, contact: UUID, given: Mapping[str, str | None], facts: Mapping[str, Any] | None = None
) -> Contact:
    """The contact with the fields that are in `given`: a value, or None, which forgets it; facts are added.

    Inboxes hear of a new name by the change feed, within a second. Raises BadFrame for a value that can't be one, NotFound.
    """
    kept, added = fields.cleaned(given), fields.facts(facts or {})
    async with tenant(core.pool, workspace) as conn:
        changed = await db.change(conn, contact, kept, added, shown="name" in kept)
    if changed is None:
        raise NotFound("there is no such contact")
    return changed
