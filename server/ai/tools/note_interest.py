"""What the visitor is after: facts that the lead's score is made of."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from server.ai.tools.base import Args, Hands, Tool
from server.contacts.save_contact import save_contact

Short = Annotated[str, Meta(min_length=1, max_length=300)]


class NoteInterest(Args, frozen=True):
    service: Annotated[Short, Meta(description="The product or service they ask about.")] | None = None
    urgency: Annotated[Short, Meta(description="How soon they need it, in their words.")] | None = None
    budget: Annotated[Short, Meta(description="What they want to spend.")] | None = None
    location: Short | None = None
    timeline: Annotated[Short, Meta(description="Dates or periods that they named.")] | None = None
    decision_maker: Annotated[bool, Meta(description="Whether they decide themselves.")] | None = None


async def run(hands: Hands, args: NoteInterest) -> str:
    facts: dict[str, Any] = {name: value for name, value in msgspec.structs.asdict(args).items() if value is not None}
    if not facts:
        return "Nothing was given."
    await save_contact(hands.core, hands.workspace, hands.contact, facts=facts)
    return "Noted."


TOOL = Tool(
    name="note_interest",
    description="Notes what the visitor is looking for, as soon as they tell it. Only what they said themselves.",
    args=NoteInterest,
    run=run,
)
