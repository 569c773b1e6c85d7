"""One working request for every operation of the REST interface: what several tests go through."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from server.seed import SeedResult
from tests.api.conftest import user
from tests.helpers.rows import Chat


class World(NamedTuple):
    """What ids in requests may stand for: things of the first workspace."""

    planted: SeedResult
    chat: Chat
    article: UUID
    session: UUID


class Operation(NamedTuple):
    """`least` is the least role that may; `body` makes a good one. `owned`: its path names something of the workspace."""

    least: str
    body: Callable[[World], Any] | None = None
    owned: str | None = None


def _text(_: World) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "text": "Good morning"}


CONVERSATION = "/api/v1/conversations/{conversation}"
ARTICLE = "/api/v1/articles/{article}"
CONTACT = "/api/v1/contacts/{contact}"

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("get", "/api/v1/me"): Operation("viewer"),
    ("get", "/api/v1/auth/sessions"): Operation("viewer"),
    ("delete", "/api/v1/auth/sessions/{session}"): Operation("viewer", owned="session"),
    ("post", "/api/v1/auth/password"): Operation("viewer", lambda w: {"current": password(w), "new": "a long new password"}),
    ("post", "/api/v1/auth/logout"): Operation("viewer"),
    ("get", "/api/v1/conversations"): Operation("viewer"),
    ("get", CONVERSATION): Operation("viewer", owned="conversation"),
    ("get", f"{CONVERSATION}/messages"): Operation("viewer", owned="conversation"),
    ("post", f"{CONVERSATION}/messages"): Operation("agent", _text, owned="conversation"),
    ("post", f"{CONVERSATION}/takeover"): Operation("agent", lambda w: {}, owned="conversation"),
    ("post", f"{CONVERSATION}/release"): Operation("agent", owned="conversation"),
    ("post", f"{CONVERSATION}/assign"): Operation(
        "agent", lambda w: {"agent": str(user(w.planted, "agent2"))}, owned="conversation"
    ),
    ("post", f"{CONVERSATION}/snooze"): Operation("agent", lambda w: {"until": "2099-01-01T00:00:00Z"}, owned="conversation"),
    ("post", f"{CONVERSATION}/resolve"): Operation("agent", owned="conversation"),
    ("post", f"{CONVERSATION}/reopen"): Operation("agent", owned="conversation"),
    ("get", "/api/v1/contacts"): Operation("viewer"),
    ("get", CONTACT): Operation("viewer", owned="contact"),
    ("patch", CONTACT): Operation("agent", lambda w: {"name": "Ana", "phone": None}, owned="contact"),
    ("get", "/api/v1/articles"): Operation("viewer"),
    ("post", "/api/v1/articles"): Operation("agent", lambda w: {"title": "Bicycles", "body": "We lend bicycles.", "url": None}),
    ("get", ARTICLE): Operation("viewer", owned="article"),
    ("patch", ARTICLE): Operation("agent", lambda w: {"title": "Bikes"}, owned="article"),
    ("delete", ARTICLE): Operation("agent", owned="article"),
    ("get", "/api/v1/agents"): Operation("viewer"),
    ("get", "/api/v1/stats"): Operation("manager"),
}
"""All but the login, in an order in which each can succeed."""


def path_of(template: str, world: World) -> str:
    return template.format(conversation=world.chat.id, contact=world.chat.contact, article=world.article, session=world.session)


def password(world: World) -> str:
    return next(agent.password for agent in world.planted.workspaces[0].agents if agent.role == "manager")
