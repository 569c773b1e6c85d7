"""A visitor arrives: which workspace, whose contact, which conversation. Nothing is written for a stranger."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from db import conversations, doors, visitors, workspaces
from db.pool import Connection, outside, tenant
from server.accounts.identity import Identified, verify_identity
from server.contacts import fields
from server.contacts.visitor import Visitor
from server.core.core import Core
from server.core.errors import Forbidden, Unauthenticated
from server.core.ids import contact_of, conversation_of, new_id
from server.schema.accounts import WorkspaceRecord
from server.schema.entities import Page
from server.schema.frames import Identity, VisitorHello
from server.schema.records import ConversationRecord


class Place(Struct, frozen=True):
    """Where a widget's key leads."""

    workspace: WorkspaceRecord
    account: UUID


class Arrival(Struct, frozen=True, kw_only=True):
    """`token` is what the browser keeps; `refused` says that the identity given was not valid: then the visitor is nobody's."""

    visitor: Visitor
    workspace: WorkspaceRecord
    token: str
    name: str | None
    record: ConversationRecord | None
    refused: bool
    former: UUID | None
    """The unknown visitor whose conversation became this person's just now."""


async def arrive(core: Core, hello: VisitorHello) -> Arrival:
    """Raises Forbidden for an unknown key, Unauthenticated for a token that is not this workspace's."""
    place = await _place(core, hello.key)
    workspace = place.workspace.id
    page = Page(url=hello.page.url, title=hello.page.title, referrer=hello.page.referrer) if hello.page else None
    return await _resolve(core, place, visitor_id(core, workspace, hello.token), hello.identity, hello.locale, page)


async def identify(core: Core, key: str, visitor: Visitor, identity: Identity) -> Arrival:
    """The same socket, now vouched for. Raises Unauthenticated for a bad or expired identity: nothing changes then."""
    arrival = await _resolve(core, await _place(core, key), visitor.visitor, identity, visitor.locale, visitor.page)
    if arrival.refused:
        raise Unauthenticated("this identity is not valid")
    return arrival


def visitor_id(core: Core, workspace: UUID, token: str | None) -> UUID:
    """Raises Unauthenticated."""
    if token is None:
        return new_id()
    read = core.secrets.read_visitor(token)
    if read is None or read.workspace != workspace:
        raise Unauthenticated("this visitor's token is not valid")
    return read.visitor


async def _place(core: Core, key: str) -> Place:
    """Raises Forbidden. What a workspace says of itself may be 5 s old: visitors come in crowds."""
    kept = core.places.get(key)
    if isinstance(kept, Place):
        return kept
    async with outside(core.pool) as conn:
        workspace = await doors.widget(conn, key)
    if workspace is None:
        raise Forbidden("there is no widget with this key")
    async with tenant(core.pool, workspace) as conn:
        record = await workspaces.get(conn)
        account = await workspaces.account(conn, "web")
    if record is None or account is None:
        raise Forbidden("this workspace has no widget")
    place = Place(record, account)
    core.places.put(key, place)
    return place


async def _resolve(
    core: Core, place: Place, visitor: UUID, identity: Identity | None, locale: str | None, page: Page | None
) -> Arrival:
    record, account, workspace = place.workspace, place.account, place.workspace.id
    async with tenant(core.pool, workspace) as conn:
        person = _verified(core, record, identity) if identity is not None else None
        refused = identity is not None and person is None
        former = None
        if person is not None:
            contact, adopted = await _known(conn, workspace, visitor, person)
            former = visitor if adopted else None
        if person is not None or refused:
            # Whoever uses this browser next, signed out, must find nothing of this person's.
            visitor = new_id()
        if person is None:
            contact = await visitors.stranger(conn, visitor) or (visitor := new_id())
        conversation = conversation_of(contact, account)
        held = await conversations.get(conn, conversation)
        name = await visitors.name(conn, contact)
    return Arrival(
        visitor=Visitor(
            workspace=workspace,
            visitor=visitor,
            contact=contact,
            account=account,
            conversation=conversation,
            locale=locale,
            page=page,
            name=person.name if person else name,
            email=person.email if person else None,
            phone=person.phone if person else None,
            company=person.company if person else None,
            subject=person.sub if person else None,
        ),
        workspace=record,
        token=core.secrets.sign_visitor(workspace, visitor),
        name=person.name if person and person.name else name,
        record=held,
        refused=refused,
        former=former,
    )


def _verified(core: Core, record: WorkspaceRecord, identity: Identity) -> Identified | None:
    person = verify_identity(core.secrets.decrypt(f"identity:{record.id}", record.identity_secret), identity)
    if person is None:
        return None
    given = {"name": person.name, "email": person.email, "phone": person.phone, "company": person.company}
    return replace(person, **fields.usable(given))


async def _known(conn: Connection, workspace: UUID, visitor: UUID, person: Identified) -> tuple[UUID, bool]:
    """The contact of a person whom the host vouches for. What the same browser said before signing in becomes theirs
    (then True), unless they have a history already or it is somebody else's."""
    contact = await visitors.contact(conn, "external", person.sub)
    adopted = False
    if contact is None:
        stranger = await visitors.contact(conn, "visitor", str(visitor))
        if stranger is not None and not await visitors.is_external(conn, stranger):
            contact, adopted = stranger, True
        else:
            contact = contact_of(workspace, person.sub)
        await visitors.link(conn, "external", person.sub, contact)
    await visitors.identify(conn, contact, person.name, person.email, person.phone, person.company)
    return contact, adopted
