"""A visitor asks for a person: always honoured. With nobody there, they hear when somebody is, and may leave an e-mail."""

from msgspec.structs import replace

from server.contacts.visitor import Visitor
from server.conversations import visitor_says
from server.conversations.away import away_rows
from server.conversations.post import post
from server.flows.desk import Desk
from server.schema.frames import Human
from server.schema.records import Expect, Posted


async def visitor_wants_person(desk: Desk, visitor: Visitor, frame: Human) -> Posted:
    """Raises Conflict, or db.errors.Unavailable."""
    posted = await visitor_says.ask_for_person(desk.core, visitor, frame)
    # Who waits already has been told.
    if posted.outcome == "posted" and posted.reason != "waits":
        if rows := await away_rows(desk.core, visitor.workspace, visitor.conversation):
            still_waits = Expect(modes=["queued"])
            await post(desk.core, visitor.workspace, [replace(row, expect=still_waits) for row in rows])
    return posted
