"""A visitor writes: it is kept, everybody sees it, and the AI answers at once, unless a person has the conversation."""

from server.contacts.save_contact import change_contact
from server.contacts.visitor import Visitor
from server.conversations import visitor_says
from server.core.errors import BadFrame
from server.flows.desk import Desk
from server.schema.frames import VisitorSend
from server.schema.records import Posted

ASKED = ("name", "email", "phone", "company")


async def visitor_message(desk: Desk, visitor: Visitor, frame: VisitorSend) -> Posted:
    """Raises BadFrame, NotFound, Conflict, or db.errors.Unavailable: then the visitor may send it again."""
    posted = await visitor_says.say(desk.core, visitor, frame)
    if posted.turn is not None:
        desk.replies.start(visitor.workspace, visitor.conversation, posted.turn)
    # Also of what is sent again: the first time may have ended before this.
    if frame.answers:
        await _keep(desk, visitor, {name: frame.answers[name] for name in ASKED if frame.answers.get(name)})
    return posted


async def _keep(desk: Desk, visitor: Visitor, answers: dict[str, str]) -> None:
    """What a form asked for is the contact's now. What can't be an e-mail stays in the thread, where a person reads it."""
    for name, value in answers.items():
        try:
            await change_contact(desk.core, visitor.workspace, visitor.contact, {name: value})
        except BadFrame:
            continue
