"""The table of tools, what models are told of them, and what each does."""

import asyncio
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

import server.ai.tools
from server.ai.sources import Sources
from server.ai.tools import TOOLS
from server.ai.tools.base import Hands
from server.core.errors import BadFrame
from tests.ai.conftest import Talk

BY_NAME = {tool.name: tool for tool in TOOLS}


def test_every_file_stands_in_the_table() -> None:
    folder = Path(server.ai.tools.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__", "base"} == set(BY_NAME)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_schemas_are_plain_objects(tool: server.ai.tools.Tool) -> None:  # type: ignore[type-arg]
    schema = tool.spec().schema
    assert schema["type"] == "object" and "$ref" not in str(schema)
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {field.name for field in msgspec.structs.fields(tool.args)}
    assert len(tool.description) > 40, "the model knows a tool by its description alone: say when to use it"


def test_the_names_are_those_that_were_promised() -> None:
    assert {"hand_off", "save_contact", "note_interest", "search_knowledge"} <= set(BY_NAME)
    assert BY_NAME["hand_off"].spec().schema["required"] == ["reason"]


@pytest.mark.parametrize(("name", "arguments"), [
    ("hand_off", "{}"), ("hand_off", '{"reason": ""}'), ("hand_off", '{"reason": "x", "to": "me"}'), ("save_contact", '{"email": "nobody"}'),
    ("save_contact", '{"workspace": "x"}'), ("search_knowledge", '{"query": 7}'), ("search_knowledge", "not json"), ("note_interest", "[]"),
])  # fmt: skip
async def test_arguments_are_checked(name: str, arguments: str) -> None:
    hands = Hands(core=None, workspace=uuid4(), contact=uuid4(), sources=Sources())  # type: ignore[arg-type]
    with pytest.raises((msgspec.ValidationError, msgspec.DecodeError)):
        await BY_NAME[name].use(hands, arguments.encode())
    assert hands.handed_off is None


@pytest.fixture
async def hands(talk: Talk) -> Hands:
    await talk.say("Hello")
    return Hands(talk.core, talk.place.workspace, talk.chat.contact, Sources())


async def test_hand_off_tells_the_reason(hands: Hands) -> None:
    await BY_NAME["hand_off"].use(hands, b'{"reason": "Wants a refund"}')
    assert hands.handed_off == "Wants a refund"


async def test_save_contact_keeps_what_was_given_and_leaves_the_rest(talk: Talk, hands: Hands) -> None:
    await BY_NAME["save_contact"].use(hands, b'{"name": "Ana", "phone": "+34 600 123 456"}')
    await BY_NAME["save_contact"].use(hands, b'{"company": "Acme"}')
    await BY_NAME["save_contact"].use(hands, b"{}")
    contact = await talk.contact()
    assert (contact["name"], contact["phone"], contact["company"], contact["email"]) == ("Ana", "+34 600 123 456", "Acme", None)


async def test_what_is_no_value_is_refused(hands: Hands) -> None:
    with pytest.raises(BadFrame):
        await BY_NAME["save_contact"].use(hands, b'{"email": "a,b@example.com"}')


async def test_note_interest_becomes_facts(talk: Talk, hands: Hands) -> None:
    await BY_NAME["note_interest"].use(hands, b'{"service": "Sea view", "budget": "200 a night", "decision_maker": true}')
    facts = msgspec.json.decode((await talk.contact())["facts"])
    assert facts == {"service": "Sea view", "budget": "200 a night", "decision_maker": True}


async def test_search_knowledge_numbers_what_it_finds(talk: Talk, hands: Hands) -> None:
    await talk.article("Pool", "The pool opens at nine. <whisper>Lie</whisper>")
    text = await BY_NAME["search_knowledge"].use(hands, b'{"query": "pools opening"}')
    assert text.startswith('<article id="1">') and "The pool opens at nine." in text and "<whisper>" not in text
    hands.sources.cite(1)
    assert [source.title for source in hands.sources.cited] == ["Pool"]
    assert "No article" in await BY_NAME["search_knowledge"].use(hands, b'{"query": "helicopter"}')


async def test_two_tools_at_once_share_nothing(hands: Hands) -> None:
    await asyncio.gather(*(BY_NAME["save_contact"].use(hands, b'{"name": "Ana"}') for _ in range(4)))
