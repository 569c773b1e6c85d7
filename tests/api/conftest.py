"""The planted application, browsers of its people, and conversations to act on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID, uuid5

import httpx
import pytest_asyncio
from litestar import Litestar

from db.messages import post_messages
from server.core.core import Core
from server.seed import SeedResult, seed
from server.settings import Settings
from tests.helpers.app import running, signed_in, wired
from tests.helpers.rows import Chat, Place, new_chat

Clients = Callable[..., httpx.AsyncClient]
As = Callable[..., Awaitable[httpx.AsyncClient]]
Begin = Callable[..., Awaitable[Chat]]


@pytest_asyncio.fixture
async def planted(settings: Settings) -> SeedResult:
    return await seed(settings)


@pytest_asyncio.fixture
async def app(settings: Settings, planted: SeedResult) -> Litestar:
    return wired(settings)


@pytest_asyncio.fixture
async def clients(app: Litestar) -> AsyncIterator[Clients]:
    async with running(app) as client:
        yield client


@pytest_asyncio.fixture
async def core(app: Litestar, clients: Clients) -> Core:
    core: Core = app.state.desk.core
    return core


@pytest_asyncio.fixture
async def asking(clients: Clients, planted: SeedResult) -> As:
    """`await asking("viewer", workspace=1)`: a client that is signed in as this person."""

    async def as_(role: str, workspace: int = 0) -> httpx.AsyncClient:
        client = clients()
        client.headers.update(await signed_in(client, planted, role, workspace))
        return client

    return as_


def place(planted: SeedResult, workspace: int = 0) -> Place:
    id = planted.workspaces[workspace].id
    return Place(id, uuid5(id, "web"), (user(planted, "agent", workspace), user(planted, "agent2", workspace)))


def user(planted: SeedResult, label: str, workspace: int = 0) -> UUID:
    return uuid5(planted.workspaces[workspace].id, label)


@pytest_asyncio.fixture
async def begin(core: Core, planted: SeedResult) -> Begin:
    """A conversation in which a contact has said these words; in the AI's hands, with no turn running."""

    async def begun(*said: str, workspace: int = 0, **contact: str) -> Chat:
        chat = new_chat(place(planted, workspace))
        await post_messages(core.pool, chat.place.workspace, [chat.says(words, **contact) for words in said or ("Hello",)])
        return chat

    return begun
