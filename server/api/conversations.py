"""Conversations: pages of the inbox, one with all that is known of it, and what an agent does to it."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from db import contacts, jobs, leads, ratings
from db import conversations as db
from db.conversations import Filter
from db.pool import tenant
from server.api.described import ERRORS
from server.api.given import Asker, TheCore, TheDesk
from server.api.guards import signed_in, works
from server.conversations import assign as assigning
from server.conversations import close, find
from server.core.errors import BadFrame, NotFound
from server.flows import handover
from server.flows.agent_reply import agent_reply
from server.schema import frames, rest
from server.schema.records import ConversationRecord

Which = FromPath[UUID]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Words = Annotated[str | None, QueryParameter(min_length=1, max_length=200)]
Key = Annotated[str | None, QueryParameter(max_length=128, description="a page's `next`")]
Seq = Annotated[int | None, QueryParameter(ge=0, le=2**31 - 1)]

READS: dict[str, Any] = {"guards": [signed_in], "responses": ERRORS}
ACTS: dict[str, Any] = {"guards": [signed_in, works], "responses": ERRORS, "status_code": 200}


AGAIN = {200: ResponseSpec(frames.Ack, generate_examples=False, description="It was sent before: the first answer again")}


@get("/conversations", **READS)
async def list_conversations(
    agent: Asker, core: TheCore, filter: FromQuery[Filter] = "all", q: Words = None, limit: Limit = 50, after: Key = None
) -> rest.Conversations:
    """A page of the inbox, the latest first (of those who wait, who waits longest). With `q` the best finds, without pages."""
    async with tenant(core.pool, agent.workspace) as conn:
        cursor = await db.cursor(conn)
        if q is not None:
            found, following = await db.search(conn, q, limit), None
        else:
            try:
                found, following = await db.page(conn, filter, agent.user, limit, after)
            except (ValueError, OverflowError):
                raise BadFrame("after is no key of a page", field="after") from None
    return rest.Conversations(items=[one.for_agent() for one in found], cursor=cursor, next=following)


@get("/conversations/{conversation:uuid}", **READS)
async def get_conversation(conversation: Which, agent: Asker, core: TheCore) -> rest.ConversationDetail:
    """A conversation with its contact, and the lead, the job runs and the rating that there are."""
    async with tenant(core.pool, agent.workspace) as conn:
        record = find.found(await db.get(conn, conversation))
        contact = await contacts.get(conn, record.contact.id)
        if contact is None:
            raise NotFound("there is no such conversation")
        return rest.ConversationDetail(
            conversation=record.for_agent(),
            contact=contact,
            jobs=await jobs.of(conn, conversation),
            lead=await leads.get(conn, contact.id),
            rating=await ratings.last(conn, conversation),
        )


@get("/conversations/{conversation:uuid}/messages", **READS)
async def list_messages(
    conversation: Which, agent: Asker, core: TheCore, before: Seq = None, after: Seq = None, limit: Limit = 50
) -> rest.Messages:
    """Messages before or after a `seq`; the newest where neither is given."""
    if before is not None and after is not None:
        raise BadFrame("give before or after, not both", field="after")
    async with tenant(core.pool, agent.workspace) as conn:
        find.found(await db.get(conn, conversation))
        messages, more = await find.history(conn, conversation, internal=True, before=before, after=after, limit=limit)
    return rest.Messages(messages=messages, more=more)


@post("/conversations/{conversation:uuid}/messages", **ACTS | {"status_code": 201, "responses": ERRORS | AGAIN})
async def send_message(conversation: Which, data: JSONBody[rest.NewMessage], agent: Asker, desk: TheDesk) -> Response[frames.Ack]:
    """To the contact, which takes the conversation over, or (`note`) to colleagues. The same `client_id` again: 200, and the
    first one's answer.
    """
    said = frames.AgentSend(
        conversation=conversation,
        client_id=data.client_id,
        text=data.text,
        note=data.note,
        epoch=data.epoch,
        reply_to=data.reply_to,
    )
    posted = await agent_reply(desk, agent, said)
    if posted.ack is None:
        raise NotFound("there is no such conversation")
    duplicate = posted.outcome == "duplicate"
    ack = frames.Ack(
        client_id=data.client_id,
        conversation=conversation,
        message_id=posted.ack.id,
        seq=posted.ack.seq,
        at=posted.ack.at,
        duplicate=duplicate,
    )
    return Response(ack, status_code=200 if duplicate else 201)


@post("/conversations/{conversation:uuid}/resolve", **ACTS)
async def resolve(conversation: Which, agent: Asker, core: TheCore) -> rest.ConversationChanged:
    return _changed(await close.resolve(core, agent, conversation))


@post("/conversations/{conversation:uuid}/reopen", **ACTS)
async def reopen(conversation: Which, agent: Asker, core: TheCore) -> rest.ConversationChanged:
    """It is the asker's then."""
    return _changed(await close.reopen(core, agent, conversation))


@post("/conversations/{conversation:uuid}/snooze", **ACTS)
async def snooze(conversation: Which, data: JSONBody[rest.Snooze], agent: Asker, core: TheCore) -> rest.ConversationChanged:
    """Out of sight until then, or until the contact writes."""
    return _changed(await close.snooze(core, agent, conversation, data.until))


@post("/conversations/{conversation:uuid}/assign", **ACTS)
async def assign(conversation: Which, data: JSONBody[rest.Assign], agent: Asker, core: TheCore) -> rest.ConversationChanged:
    """To a colleague, or (null) back to the queue."""
    return _changed(await assigning.assign(core, agent, conversation, data.agent))


@post("/conversations/{conversation:uuid}/takeover", **ACTS)
async def take_over(
    conversation: Which, agent: Asker, desk: TheDesk, data: JSONBody[rest.TakeOver | None] = None
) -> rest.ConversationChanged:
    """From the AI, from the queue or, by a manager, from another agent."""
    return _changed(await handover.take(desk, agent, conversation, data.epoch if data else None))


@post("/conversations/{conversation:uuid}/release", **ACTS)
async def release(conversation: Which, agent: Asker, desk: TheDesk) -> rest.ConversationChanged:
    """Back to the AI."""
    return _changed(await handover.give_back(desk, agent, conversation))


def _changed(record: ConversationRecord) -> rest.ConversationChanged:
    return rest.ConversationChanged(conversation=record.for_agent())


HANDLERS = (
    list_conversations,
    get_conversation,
    list_messages,
    send_message,
    resolve,
    reopen,
    snooze,
    assign,
    take_over,
    release,
)
