"""A wish for a person is honoured whoever has the conversation, and whoever takes or gives it at that moment."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from server.accounts.authenticate import Agent
from server.contacts.visitor import Visitor
from server.conversations import agent_says, visitor_says
from server.conversations.post import post
from server.core.core import Core
from server.schema.frames import AgentSend, Human
from server.schema.records import NewMessage, Posted
from server.settings import Settings
from tests.helpers.core import opened
from tests.helpers.rows import Chat, Place, make_place, new_chat


@pytest_asyncio.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        yield core


@pytest_asyncio.fixture
async def place(superuser: asyncpg.Connection) -> Place:
    return await make_place(superuser)


def visitor_of(chat: Chat) -> Visitor:
    place = chat.place
    return Visitor(workspace=place.workspace, visitor=chat.contact, contact=chat.contact, account=place.account, conversation=chat.id)


async def test_the_first_word_may_be_a_wish_for_a_person(core: Core, place: Place) -> None:
    posted = await visitor_says.ask_for_person(core, visitor_of(new_chat(place)), Human(client_id=uuid4()))
    assert posted.conversation is not None and posted.reason is None
    assert (posted.conversation.mode, posted.conversation.epoch, posted.conversation.last_seq) == ("queued", 1, 1)
    assert posted.conversation.waiting_since is not None


async def test_who_has_a_person_keeps_them(core: Core, place: Place) -> None:
    chat = new_chat(place)
    await post(core, place.workspace, [chat.says("Hello"), chat.takeover()])
    posted = await visitor_says.ask_for_person(core, visitor_of(chat), Human(client_id=uuid4()))
    assert posted.conversation is not None and (posted.conversation.mode, posted.reason) == ("human", "waits")


@pytest.mark.parametrize("mode", ["ai", "queued"])
async def test_a_wish_opens_again_and_waits(core: Core, place: Place, superuser: asyncpg.Connection, mode: str) -> None:
    await superuser.execute("UPDATE workspaces SET reopen_mode = $2 WHERE id = $1", place.workspace, mode)
    chat = new_chat(place)
    await post(core, place.workspace, [chat.says("Hello"), chat.takeover(), chat.resolve()])
    posted = await visitor_says.ask_for_person(core, visitor_of(chat), Human(client_id=uuid4()))
    assert posted.conversation is not None
    assert (posted.conversation.mode, posted.conversation.status, posted.reason) == ("queued", "open", None)
    assert posted.conversation.waiting_since is not None, "it is among those who wait"


async def test_who_gives_it_back_at_that_moment_does_not_undo_the_wish(
    core: Core, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = new_chat(place)
    await post(core, place.workspace, [chat.says("Hello")])
    between = [chat.takeover(), chat.release(), chat.takeover(), chat.release()]

    async def busy(core: Core, workspace: UUID, rows: list[NewMessage]) -> list[Posted]:
        if between:
            await post(core, workspace, [between.pop(0)])
        return await post(core, workspace, rows)

    monkeypatch.setattr(visitor_says, "post", busy)
    posted = await visitor_says.ask_for_person(core, visitor_of(chat), Human(client_id=uuid4()))
    assert posted.conversation is not None and posted.conversation.mode == "queued" and not between


async def test_words_that_were_written_are_told_as_written(core: Core, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same agent takes the conversation in another window, between this one's look and its claim."""
    chat = new_chat(place)
    await post(core, place.workspace, [chat.says("Hello")])
    agent = Agent(
        user=place.agents[0], workspace=place.workspace, role="agent", name="Ana", email="", session=uuid4(), status="online"
    )
    calls = 0

    async def busy(core: Core, workspace: UUID, rows: list[NewMessage]) -> list[Posted]:
        nonlocal calls
        calls += 1
        if calls == 2:
            await post(core, workspace, [chat.takeover()])
        return await post(core, workspace, rows)

    monkeypatch.setattr(agent_says, "post", busy)
    posted = await agent_says.say(core, agent, AgentSend(conversation=chat.id, client_id=uuid4(), text="I am here"))
    assert posted.outcome == "posted" and posted.messages[-1].text == "I am here"
