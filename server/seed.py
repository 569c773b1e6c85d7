"""The two demo workspaces. Planting them again changes nothing, and gives the same answer.

Passwords follow from SECRET_KEY: nobody can guess those of another installation, and this one can print its own again.
"""

import base64
import secrets
from collections.abc import Iterable
from uuid import UUID, uuid5

from msgspec import Struct

from db import articles, users, workspaces
from db.pool import Connection, Pool, open_pool, tenant
from server.core.passwords import Passwords
from server.core.secrets import Secrets
from server.demo import DEMOS
from server.demo.business import Business, Piece
from server.knowledge.languages import text_search
from server.schema.accounts import WorkspaceRecord
from server.schema.entities import Role
from server.settings import Settings

DEMO = UUID("6f0d9a52-3f0b-5c1e-9d47-7a1c2b3d4e5f")
LOCAL_SITES = ["http://localhost:*", "http://127.0.0.1:*"]
ROLES: dict[str, Role] = {"owner": "owner", "manager": "manager", "agent": "agent", "agent2": "agent", "viewer": "viewer"}


class SeededAgent(Struct, frozen=True):
    """`role` is a label: `agent2` is a second agent."""

    email: str
    password: str
    role: str


class SeededWorkspace(Struct, frozen=True):
    id: UUID
    name: str
    widget_key: str
    agents: list[SeededAgent]


class SeedResult(Struct, frozen=True):
    workspaces: list[SeededWorkspace]


async def seed(settings: Settings) -> SeedResult:
    """Plants what is missing, and sets the demo people's passwords back to those that it returns."""
    pool = await open_pool(settings.database_url, size=2)
    try:
        kept, passwords = Secrets(settings.secret_key), Passwords(settings.password_memory)
        return SeedResult([await _plant(pool, kept, passwords, demo) for demo in DEMOS])
    finally:
        await pool.close()


async def _plant(pool: Pool, kept: Secrets, passwords: Passwords, demo: Business) -> SeededWorkspace:
    workspace = uuid5(DEMO, demo.domain)
    async with tenant(pool, workspace) as conn:
        await workspaces.add(conn, _workspace(workspace, kept, demo))
        await workspaces.add_account(conn, uuid5(workspace, "web"), "web", "Website")
        for piece in demo.articles:
            await _article(conn, uuid5(workspace, piece.title), piece)
        agents = [_agent(kept, demo, label) for label, _ in demo.people]
        await _people(conn, workspace, passwords, zip(agents, demo.people, strict=True))
    return SeededWorkspace(workspace, demo.name, demo.widget_key, agents)


def _workspace(id: UUID, kept: Secrets, demo: Business) -> WorkspaceRecord:
    return WorkspaceRecord(
        id=id,
        name=demo.name,
        locale=demo.locale,
        timezone=demo.timezone,
        about=demo.about,
        tone=demo.tone,
        hours=demo.hours,
        brand=demo.brand,
        sites=LOCAL_SITES,
        widget_key=demo.widget_key,
        identity_secret=kept.encrypt(f"identity:{id}", secrets.token_urlsafe(32)),
        visitor_presence=False,
        reopen_mode="ai",
    )


async def _article(conn: Connection, id: UUID, piece: Piece) -> None:
    if await articles.get(conn, id) is None:
        await articles.add(conn, id, piece.title, piece.body, piece.language, text_search(piece.language), None)


def _agent(kept: Secrets, demo: Business, label: str) -> SeededAgent:
    email = f"{label}@{demo.domain}"
    text = base64.b32encode(kept.derive(f"seed:{email}")[:10]).decode().lower()
    return SeededAgent(email, "-".join(text[i : i + 4] for i in range(0, 16, 4)), label)


async def _people(
    conn: Connection, workspace: UUID, passwords: Passwords, people: Iterable[tuple[SeededAgent, tuple[str, str]]]
) -> None:
    for agent, (label, name) in people:
        user = uuid5(workspace, label)
        known = await users.get(conn, user)
        if known is None:
            await users.enrol(conn, user, agent.email, name, await passwords.hash(agent.password), ROLES[label])
        elif not await passwords.verify(known.password_hash, agent.password):
            await users.set_password(conn, user, await passwords.hash(agent.password))
