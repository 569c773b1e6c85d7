"""Contacts: the people on the other side."""

from typing import Annotated
from uuid import UUID

from litestar import get, patch
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, structs

from server.api.described import ERRORS
from server.api.given import Asker, TheCore
from server.api.guards import signed_in, works
from server.contacts import find
from server.contacts.save_contact import change_contact
from server.schema import rest


@get("/contacts", guards=[signed_in], responses=ERRORS)
async def list_contacts(
    agent: Asker,
    core: TheCore,
    q: Annotated[str | None, QueryParameter(min_length=1, max_length=200)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    after: FromQuery[UUID | None] = None,
) -> rest.Contacts:
    """The newest first. With `q` the best finds, without pages."""
    if q is not None:
        return rest.Contacts(items=await find.search(core, agent.workspace, q, limit))
    found, following = await find.page(core, agent.workspace, limit, after)
    return rest.Contacts(items=found, next=str(following) if following else None)


@get("/contacts/{contact:uuid}", guards=[signed_in], responses=ERRORS)
async def get_contact(contact: FromPath[UUID], agent: Asker, core: TheCore) -> rest.Contact:
    return await find.contact(core, agent.workspace, contact)


@patch("/contacts/{contact:uuid}", guards=[signed_in, works], responses=ERRORS)
async def change(contact: FromPath[UUID], data: JSONBody[rest.ContactChange], agent: Asker, core: TheCore) -> rest.Contact:
    """What is absent stays; null forgets."""
    given = {name: value for name, value in structs.asdict(data).items() if value is not UNSET}
    return await change_contact(core, agent.workspace, contact, given)


HANDLERS = (list_contacts, get_contact, change)
