"""Who a visitor's socket speaks for."""

from uuid import UUID

from msgspec import Struct

from server.schema.entities import Page
from server.schema.records import Opening


class Visitor(Struct, frozen=True, kw_only=True):
    """`visitor` is what the browser's token says; `contact` and `conversation` may not exist yet."""

    workspace: UUID
    visitor: UUID
    contact: UUID
    account: UUID
    conversation: UUID
    locale: str | None = None
    page: Page | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    subject: str | None = None
    """The host's own id of this person, where a signed identity gave one."""

    def opening(self) -> Opening:
        """How contact and conversation begin, should this be their first message."""
        # A person whom the host vouches for is found by that alone: the browser may be somebody else's tomorrow.
        identity = ("visitor", str(self.visitor)) if self.subject is None else ("external", self.subject)
        page = {"url": self.page.url, "title": self.page.title, "referrer": self.page.referrer} if self.page else None
        return Opening(
            contact=self.contact,
            account=self.account,
            channel="web",
            identities=[identity],
            locale=self.locale,
            page=page,
            name=self.name,
            email=self.email,
            phone=self.phone,
            company=self.company,
        )
