"""What a turn is told before it speaks."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace

from server.ai.context import gather
from server.ai.models.base import Line, Prompt
from server.ai.sources import Sources
from server.conversations.events import event
from server.conversations.post import post
from server.core.errors import NotFound
from server.knowledge.create_article import create_article
from server.schema.records import NewMessage
from tests.ai.conftest import Talk
from tests.helpers.rows import make_place


async def told(talk: Talk, turn: UUID | None = None) -> Prompt:
    """For this turn, or for the one that runs."""
    running = await talk.superuser.fetchval("SELECT id FROM turns WHERE conversation_id = $1 AND state = 'thinking'", talk.chat.id)
    return await gather(talk.core, talk.place.workspace, talk.chat.id, turn or running, (), Sources())


async def test_business_contact_and_lines(talk: Talk) -> None:
    hours = '{"' + datetime.now(UTC).strftime("%a").lower() + '": [["00:00", "24:00"]]}'
    await talk.superuser.execute(
        "UPDATE workspaces SET about = 'By the sea', tone = 'warm', timezone = 'UTC', hours = $2::jsonb, brand = '{\"assistant\": \"Marina\"}' "
        "WHERE id = $1", talk.place.workspace, hours,
    )  # fmt: skip
    await talk.say("Hello", name="Ana", email="ana@example.com", locale="es", page={"url": "https://example.com/rooms"})
    prompt = await told(talk)
    business, contact = prompt.business, prompt.contact
    assert (business.name, business.about, business.tone, business.assistant, business.open) == ("Harbour Hotel", "By the sea", "warm", "Marina", True)
    assert (contact.name, contact.email, contact.page, prompt.locale) == ("Ana", "ana@example.com", "https://example.com/rooms", "es")
    assert prompt.lines == [Line("contact", "Hello", None)]
    assert prompt.pending == ["Hello"]


async def test_notes_and_events_are_not_said_and_answers_of_forms_are(talk: Talk) -> None:
    await talk.say("Hello")
    await post(talk.core, talk.place.workspace, [talk.chat.agent("Careful, difficult", note=True), talk.chat.agent("I'm Ana")])
    answers = replace(talk.chat.says(""), data={"answers": {"email": "ana@example.com"}})
    await post(talk.core, talk.place.workspace, [answers])
    prompt = await told(talk)
    assert [(line.who, line.text) for line in prompt.lines] == [("contact", "Hello"), ("agent", "I'm Ana"), ("contact", "email: ana@example.com")]
    assert prompt.whispers == []


async def test_whispers_count_since_the_ai_has_the_conversation(talk: Talk) -> None:
    def whisper(text: str) -> NewMessage:
        return talk.chat.agent(text, note=True, data={"whisper": True})

    await talk.say("Hello")
    rows = [
        whisper("Old: offer a discount"),
        event(talk.chat.id, "joined", "Ana joined"),
        event(talk.chat.id, "released", "Ana left"),
        whisper("Mention the pool"),
        event(talk.chat.id, "rated", "Rated 5 of 5"),
        whisper("And breakfast"),
    ]
    await post(talk.core, talk.place.workspace, rows)
    assert (await told(talk)).whispers == ["Mention the pool", "And breakfast"]


async def test_articles_for_what_is_unanswered_come_first(talk: Talk) -> None:
    pool = await talk.article("Pool", "The pool opens at nine.")
    dogs = await talk.article("Dogs", "Dogs are welcome in the garden.")
    await talk.article("Taxes", "The city tax is two euros.")
    await talk.say("Are dogs welcome?")
    await post(talk.core, talk.place.workspace, [talk.chat.ai("Yes.", id=uuid4())])
    await talk.say("And when does the pool open?")
    prompt = await told(talk)
    assert [(one.number, one.found.id) for one in prompt.articles] == [(1, pool), (2, dogs)]


async def test_another_workspace_s_articles_are_not_there(talk: Talk, superuser: asyncpg.Connection) -> None:
    stranger = await make_place(superuser)
    await create_article(talk.core, stranger.workspace, title="Pool", body="A secret pool.")
    await talk.say("Is there a pool?")
    assert (await told(talk)).articles == []


async def test_a_turn_that_is_over(talk: Talk) -> None:
    with pytest.raises(NotFound):
        await told(talk)
    turn = await talk.say("One")
    await talk.say("Two")
    with pytest.raises(NotFound):
        await told(talk, turn.id)
