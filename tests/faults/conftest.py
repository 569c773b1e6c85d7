"""Two real server processes over one pair of stores, and clients that write down everything they see."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import pytest_asyncio

from server.schema import frames
from server.schema.entities import Message
from server.seed import SeededWorkspace, seed
from server.settings import Settings
from tests.client import Visitor
from tests.helpers.processes import Processes, Running
from tests.helpers.stores import TestStores
from tests.live.conftest import sign_in


@dataclass
class Pair:
    """Servers `a` and `b`; `tokens` by role."""

    a: Running
    b: Running
    workspace: SeededWorkspace
    tokens: dict[str, str]
    processes: Processes


@pytest_asyncio.fixture
async def pair(processes: Processes, settings: Settings) -> Pair:
    return await pair_of(processes, settings)


async def pair_of(processes: Processes, settings: Settings) -> Pair:
    workspace = (await seed(settings)).workspaces[0]
    a, b = await processes.server(), await processes.server()
    tokens = {agent.role: await sign_in(b.url, agent.email, agent.password) for agent in workspace.agents}
    return Pair(a, b, workspace, tokens, processes)


@pytest_asyncio.fixture
async def own_stores(tmp_path: Path) -> AsyncIterator[TestStores]:
    """Stores that a test may stop and start."""
    stores = TestStores(tmp_path / "own stores")
    await stores.prepare()
    yield stores
    stores.stop()


@dataclass
class Faithful:
    """A visitor who never gives up: reconnects, resumes, sends again what was not acknowledged, and keeps what it got."""

    urls: list[str]
    key: str
    token: str | None = None
    conversation: UUID | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    rev: int = 0
    client: Visitor | None = None
    twice: list[int] = field(default_factory=list)
    _read: int = 0

    async def connect(self, url: str) -> frames.Welcome:
        self.client = Visitor(url)
        await self.client.open()
        self._read = 0
        held = {} if self.conversation is None else {"conversation": self.conversation, "after": self.seq, "rev": self.rev}
        welcome = await self.client.hello(self.key, token=self.token, **held)
        if not isinstance(welcome, frames.Welcome):
            raise ConnectionError(str(welcome))
        self.token = welcome.token
        if welcome.conversation is not None:
            self.conversation, self.rev = welcome.conversation.id, welcome.conversation.rev
        for message in welcome.messages:
            self._keep(message)
        return welcome

    @property
    def seq(self) -> int:
        return max(self.messages, default=0)

    def collect(self) -> None:
        """Takes in what has come since."""
        assert self.client is not None
        for frame in self.client.seen[self._read :]:
            match frame:
                case frames.MessageFrame():
                    # Its state may still be on its way: who asks with an older rev gets again what they have.
                    self.conversation, self.rev = frame.conversation, max(self.rev, frame.message.rev)
                    self._keep(frame.message)
                case frames.VisitorConversation():
                    self.conversation, self.rev = frame.conversation.id, max(self.rev, frame.conversation.rev)
        self._read = len(self.client.seen)

    def whole(self) -> bool:
        """Whether each message says that the one before it is the one that we hold before it."""
        prev = 0
        for seq in sorted(self.messages):
            if self.messages[seq].prev != prev:
                return False
            prev = seq
        return True

    def _keep(self, message: Message) -> None:
        if message.seq in self.messages and self.messages[message.seq].rev == message.rev:
            self.twice.append(message.seq)
        self.messages[message.seq] = message


def send_of(text: str) -> frames.VisitorSend:
    return frames.VisitorSend(client_id=uuid4(), text=text)
