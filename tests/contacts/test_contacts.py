"""What is learned about contacts is kept, cleaned, found again, and shown in the inbox."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from db import conversations
from db.messages import post_messages
from db.pool import tenant
from server.contacts import find
from server.contacts.fields import cleaned, facts, usable
from server.contacts.save_contact import change_contact, save_contact
from server.core.core import Core
from server.core.errors import BadFrame, NotFound
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


@pytest_asyncio.fixture
async def chat(core: Core, place: Place) -> Chat:
    chat = new_chat(place)
    await post_messages(core.pool, place.workspace, [chat.says("hello", name="Guest")])
    return chat


async def test_what_is_given_is_added_and_the_rest_stays(core: Core, place: Place, chat: Chat) -> None:
    await save_contact(core, place.workspace, chat.contact, email=" ana@example.com ", facts={"service": "sea view"})
    await save_contact(core, place.workspace, chat.contact, name="Ana\u202e  Díaz\n", phone="+34 600 123 456", facts={"budget": 500})
    kept = await find.contact(core, place.workspace, chat.contact)
    assert (kept.name, kept.email, kept.phone, kept.company) == ("Ana Díaz", "ana@example.com", "+34 600 123 456", None)
    assert kept.facts == {"service": "sea view", "budget": 500}


async def test_null_forgets(core: Core, place: Place, chat: Chat) -> None:
    changed = await change_contact(core, place.workspace, chat.contact, {"name": None, "company": "ACME"})
    assert (changed.name, changed.company) == (None, "ACME")


async def test_a_new_name_changes_what_conversations_show(core: Core, place: Place, chat: Chat) -> None:
    async def shown() -> conversations.ConversationRecord:
        async with tenant(core.pool, place.workspace) as conn:
            record = await conversations.get(conn, chat.id)
        assert record is not None
        return record

    async with tenant(core.pool, place.workspace) as conn:
        cursor = await conversations.cursor(conn)
    before = await shown()
    await save_contact(core, place.workspace, chat.contact, email="ana@example.com")
    assert (await shown()).rev == before.rev
    await save_contact(core, place.workspace, chat.contact, name="Ana")
    after = await shown()
    assert (after.contact.name, after.rev > before.rev) == ("Ana", True)
    async with core.pool.acquire() as conn:
        _, fed = await conversations.feed(conn, cursor, [place.workspace], [], 10)
    assert fed == [(place.workspace, chat.id, after.rev)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ana"), ("email", "ana@example"), ("email", "a b@example.com"), ("email", "x@example.com\nbcc: y@example.com"),
        ("email", "Ana <ana@example.com>"), ("email", "a" * 250 + "@example.com"), ("phone", "call me"), ("phone", "12"),
        ("phone", "1" * 30), ("name", "n" * 201), ("company", "c" * 201),
    ],
)  # fmt: skip
async def test_what_can_not_be_one_is_refused_and_changes_nothing(core: Core, place: Place, chat: Chat, field: str, value: str) -> None:
    with pytest.raises(BadFrame) as refused:
        await change_contact(core, place.workspace, chat.contact, {"name": "Ana", field: value})
    assert refused.value.field == field
    assert (await find.contact(core, place.workspace, chat.contact)).name == "Guest"


def test_of_what_a_host_vouches_for_the_usable_is_kept() -> None:
    given = {"name": "Ana\u202e\0 Díaz\n", "email": "x@example.com\nbcc: y@example.com", "phone": "call me", "company": None}
    assert usable(given) == {"name": "Ana Díaz", "email": None, "phone": None, "company": None}


async def test_nobody_elses_contact(core: Core, chat: Chat, superuser: asyncpg.Connection) -> None:
    other = await make_place(superuser, "Other")
    for stranger in (chat.contact, uuid4()):
        with pytest.raises(NotFound):
            await save_contact(core, other.workspace, stranger, name="Mine")
        with pytest.raises(NotFound):
            await find.contact(core, other.workspace, stranger)
    assert await find.search(core, other.workspace, "guest") == []


async def test_pages_hold_each_contact_once_the_newest_first(core: Core, place: Place) -> None:
    chats = [new_chat(place) for _ in range(7)]
    await post_messages(core.pool, place.workspace, [chat.says("hello") for chat in chats])  # one transaction: one time
    seen, after = [], None
    while True:
        page, after = await find.page(core, place.workspace, 3, after)
        seen += [contact.id for contact in page]
        if after is None:
            break
    assert sorted(seen) == sorted(chat.contact for chat in chats)
    newest = new_chat(place)
    await post_messages(core.pool, place.workspace, [newest.says("hello")])
    assert (await find.page(core, place.workspace, 1))[0][0].id == newest.contact


@pytest.mark.parametrize("words", ["ana", "DÍAZ an", "ana@exam", "example", "600 12", "acm", "+34-600"])
async def test_found_by_the_beginning_of_any_word(core: Core, place: Place, chat: Chat, words: str) -> None:
    given = {"name": "Ana Díaz", "email": "ana@example.com", "phone": "+34 600-123456", "company": "ACME Ltd"}
    await change_contact(core, place.workspace, chat.contact, given)
    assert [found.id for found in await find.search(core, place.workspace, words)] == [chat.contact]
    async with tenant(core.pool, place.workspace) as conn:
        assert [found.id for found in await conversations.search(conn, words, 10)] == [chat.id]


@pytest.mark.parametrize("words", ["bob", "ana bob", "xample", "", "!!", "a:* | b"])
async def test_not_found(core: Core, place: Place, chat: Chat, words: str) -> None:
    await change_contact(core, place.workspace, chat.contact, {"name": "Ana Díaz", "email": "ana@example.com"})
    assert await find.search(core, place.workspace, words) == []


@examples(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
async def test_any_words_may_be_searched_for(core: Core, place: Place, words: str) -> None:
    await find.search(core, place.workspace, words)
    async with tenant(core.pool, place.workspace) as conn:
        await conversations.search(conn, words, 10)
        await conn.fetch("SELECT * FROM search_articles($1, 5)", words)


def test_only_plain_facts_are_kept() -> None:
    given = {"service": " sea\nview ", "adults": 2, "decides": True, "nested": {"a": 1}, "list": [1], "empty": " ", "none": None}
    assert facts(given) == {"service": "sea view", "adults": 2, "decides": True}
    assert len(facts({str(n): n for n in range(100)})) == 30
    assert len(facts({"long": "x" * 10_000})["long"]) == 500


def test_empty_fields_are_forgotten() -> None:
    assert cleaned({"name": "  ", "email": "", "phone": None}) == {"name": None, "email": None, "phone": None}
