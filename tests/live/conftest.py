"""A planted workspace, a server in this loop, and tokens for its agents."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest_asyncio

from server.core.core import Core
from server.live.outlet import Outlet
from server.seed import SeededWorkspace, seed
from server.settings import Settings
from tests.client import Agent, Visitor
from tests.helpers.serving import Serving, serving


@dataclass
class Place:
    """A workspace on a server: connects visitors, and agents by role."""

    url: str
    workspace: SeededWorkspace
    tokens: dict[str, str]
    core: Core
    outlets: set[Outlet]

    @property
    def key(self) -> str:
        return self.workspace.widget_key

    def visitor(self, **options: object) -> Visitor:
        return Visitor(self.url, **options)  # type: ignore[arg-type]  # passed on as they are

    def agent(self, **options: object) -> Agent:
        return Agent(self.url, **options)  # type: ignore[arg-type]  # as above

    async def conversation(self, text: str = "Hello there") -> UUID:
        """A visitor has written once and gone."""
        async with self.visitor() as visitor:
            await visitor.hello(self.key)
            ack = await visitor.say(text)
            found: UUID = ack.conversation
            return found


async def sign_in(url: str, email: str, password: str) -> str:
    async with httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/api/v1/auth/login", json={"email": email, "password": password})
    token: str = answer.raise_for_status().json()["token"]
    return token


@pytest_asyncio.fixture
async def planted(settings: Settings) -> list[SeededWorkspace]:
    return (await seed(settings)).workspaces


@pytest_asyncio.fixture
async def server(settings: Settings, planted: list[SeededWorkspace]) -> AsyncIterator[Serving]:
    async with serving(settings) as running:
        yield running


@pytest_asyncio.fixture
async def place(server: Serving, planted: list[SeededWorkspace]) -> Place:
    return await place_of(server, planted[0])


@pytest_asyncio.fixture
async def elsewhere(server: Serving, planted: list[SeededWorkspace]) -> Place:
    """Another workspace on the same server."""
    return await place_of(server, planted[1])


async def place_of(server: Serving, workspace: SeededWorkspace) -> Place:
    tokens = {agent.role: await sign_in(server.url, agent.email, agent.password) for agent in workspace.agents}
    return Place(server.url, workspace, tokens, server.live.desk.core, server.live.outlets)
