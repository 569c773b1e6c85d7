"""What the visitor told about who they are."""

from typing import Annotated

from msgspec import Meta

from server.ai.tools.base import Args, Hands, Tool
from server.contacts.save_contact import save_contact

Short = Annotated[str, Meta(min_length=1, max_length=200)]


class SaveContact(Args, frozen=True):
    name: Short | None = None
    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)] | None = None
    phone: Annotated[str, Meta(pattern=r"^\+?[\d\s().\/-]{6,30}$")] | None = None
    company: Short | None = None


async def run(hands: Hands, args: SaveContact) -> str:
    if args == SaveContact():
        return "Nothing was given."
    await save_contact(
        hands.core, hands.workspace, hands.contact, name=args.name, email=args.email, phone=args.phone, company=args.company
    )
    return "Saved."


TOOL = Tool(
    name="save_contact",
    description="Keeps what the visitor has just told about themselves. Give only what they wrote, as they wrote it.",
    args=SaveContact,
    run=run,
)
