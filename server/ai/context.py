"""What a turn knows before it speaks: the business, the contact, what was said and whispered, what the articles tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from db import messages, turns, workspaces
from db.pool import tenant
from server.ai.budget import ARTICLES, latest
from server.ai.models.base import Business, Contact, Excerpt, Line, Prompt, ToolSpec
from server.ai.sources import Sources
from server.core import hours
from server.core.core import Core
from server.core.errors import NotFound
from server.knowledge.search_articles import search_articles
from server.schema.accounts import WorkspaceRecord
from server.schema.records import StoredMessage

RECENT = 40  # messages to look through: notes and events are among them
QUERY_LINES = 3
OWNER_CHANGES = {"joined", "released", "assigned", "human_requested", "resolved", "reopened"}
ASSISTANT = "Assistant"


async def gather(
    core: Core, workspace: UUID, conversation: UUID, turn: UUID, tools: tuple[ToolSpec, ...], sources: Sources
) -> Prompt:
    """Raises NotFound where the conversation is gone, or the turn is over: it ended before anybody here listened."""
    async with tenant(core.pool, workspace) as conn:
        business = await workspaces.get(conn)
        person = await turns.person(conn, conversation)
        recent = await messages.newest(conn, conversation, internal=True, limit=RECENT)
    if business is None or person is None or person.turn != turn:
        raise NotFound("there is no such turn")
    prompt = Prompt(
        business=_business(business),
        contact=Contact(
            id=person.id,
            name=person.name,
            email=person.email,
            phone=person.phone,
            company=person.company,
            locale=person.locale,
            facts=person.facts,
            page=(person.page or {}).get("url"),
        ),
        lines=latest([line for message in recent if (line := _line(message))]),
        whispers=_whispers(recent),
        tools=tools,
    )
    return await _with_articles(core, workspace, prompt, sources)


async def _with_articles(core: Core, workspace: UUID, prompt: Prompt, sources: Sources) -> Prompt:
    """What the unanswered messages ask for comes first, then what the last few talk of."""
    said = [line.text for line in prompt.lines if line.who == "contact"]
    queries = list(dict.fromkeys(" ".join(words) for words in (prompt.pending + prompt.whispers, said[-QUERY_LINES:]) if words))
    found: list[Excerpt] = []
    for query in queries:
        if len(found) < ARTICLES:
            for one in await search_articles(core, workspace, query, ARTICLES):
                number = sources.number(one)
                if all(number != known.number for known in found):
                    found.append(Excerpt(number, one))
    return replace(prompt, articles=found[:ARTICLES])


def _business(record: WorkspaceRecord) -> Business:
    return Business(
        name=record.name,
        about=record.about,
        tone=record.tone,
        assistant=str(record.brand.get("assistant") or ASSISTANT),
        locale=record.locale,
        hours=record.hours,
        timezone=record.timezone,
        open=hours.is_open(record.hours, record.timezone, datetime.now(UTC)),
    )


def _line(message: StoredMessage) -> Line | None:
    """Notes are between colleagues, events are no talk: a model sees neither."""
    if message.internal or message.kind in ("event", "note") or message.author.kind == "system":
        return None
    answers: dict[str, Any] = (message.data or {}).get("answers") or {}
    text = "\n".join([message.text, *(f"{field}: {value}" for field, value in answers.items())]).strip()
    if not text:
        return None
    who = message.author.kind
    return Line("agent" if who == "agent" else "ai" if who == "ai" else "contact", text, message.author.name)


def _whispers(recent: list[StoredMessage]) -> list[str]:
    """Those since the AI has the conversation: an older one was for another situation."""
    whispers: list[str] = []
    for message in recent:
        if message.kind == "event" and (message.data or {}).get("event") in OWNER_CHANGES:
            whispers.clear()
        elif message.internal and (message.data or {}).get("whisper"):
            whispers.append(message.text)
    return whispers
