"""Rows for tests of the database and of what stands on it: a workspace with people, and messages as verbs write them."""

import hashlib
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg
from msgspec import UNSET, Struct

from server.schema.records import Begin, Expect, NewMessage, Opening, Owner, Published, Timer


class Place(Struct, frozen=True):
    """A workspace, its web channel and two of its agents."""

    workspace: UUID
    account: UUID
    agents: tuple[UUID, UUID]


async def make_place(superuser: asyncpg.Connection, name: str = "Harbour Hotel", locale: str = "en") -> Place:
    place = Place(uuid4(), uuid4(), (uuid4(), uuid4()))
    await superuser.execute(
        "INSERT INTO workspaces (id, name, locale, widget_key, identity_secret) VALUES ($1, $2, $3, $4, '')",
        place.workspace, name, locale, f"wk_{place.workspace.hex}",
    )  # fmt: skip
    await superuser.execute(
        "INSERT INTO channel_accounts (id, workspace_id, channel, name) VALUES ($1, $2, 'web', 'Website')", place.account, place.workspace
    )
    for agent in place.agents:
        await superuser.execute(
            "INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, 'Ana', '')", agent, f"{agent.hex}@example.com"
        )
        await superuser.execute(
            "INSERT INTO memberships (workspace_id, user_id, role) VALUES ($1, $2, 'agent')", place.workspace, agent
        )
    return place


class Chat(Struct, frozen=True):
    """One contact's conversation: makes the rows that its people send."""

    place: Place
    contact: UUID

    @property
    def id(self) -> UUID:
        return uuid5(self.contact, str(self.place.account))

    def opening(self, **data: Any) -> Opening:
        return Opening(contact=self.contact, account=self.place.account, channel="web", **data)

    def says(self, text: str, *, client_id: UUID | None = None, begin: bool = False, timers: list[Timer] | None = None, **data: Any) -> NewMessage:
        """The contact writes; `begin`: an AI turn answers; `data`: what is known of a new contact."""
        return NewMessage(
            conversation=self.id, id=uuid4(), sender=f"contact:{self.contact}", client_id=client_id or uuid4(),
            digest=hashlib.sha256(text.encode()).hexdigest(), author_kind="contact", author_id=self.contact, kind="text", text=text,
            open=self.opening(**data), begin=Begin(turn=uuid4(), holder="here", lease=6.0) if begin else UNSET, timers=timers or [],
        )  # fmt: skip

    def agent(self, text: str, agent: int = 0, *, note: bool = False, **fields: Any) -> NewMessage:
        who = self.place.agents[agent]
        return NewMessage(
            conversation=self.id, id=uuid4(), sender=f"user:{who}", client_id=uuid4(), digest=hashlib.sha256(text.encode()).hexdigest(),
            author_kind="agent", author_id=who, author_name="Ana", kind="note" if note else "text", internal=note, text=text, **fields,
        )  # fmt: skip

    def ai(self, text: str, **fields: Any) -> NewMessage:
        return NewMessage(conversation=self.id, sender="ai", author_kind="ai", kind="text", text=text, **fields)

    def takeover(self, agent: int = 0, *, published: Published | None = None, epoch: int | None = None) -> NewMessage:
        """An agent takes the conversation; a note says so. `published`: what a running turn had said."""
        who = self.place.agents[agent]
        return NewMessage(
            conversation=self.id, id=uuid4(), kind="event", text="joined", owner=Owner(mode="human", assignee=who),
            expect=UNSET if epoch is None else Expect(epoch=epoch), published=published or UNSET,
        )  # fmt: skip

    def release(self) -> NewMessage:
        return NewMessage(conversation=self.id, owner=Owner(mode="ai", assignee=None))

    def resolve(self) -> NewMessage:
        return NewMessage(conversation=self.id, status="resolved")


def new_chat(place: Place) -> Chat:
    return Chat(place, uuid4())
