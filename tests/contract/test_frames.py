"""The rules that every frame keeps, whoever wrote it."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from tests.contract.anything import anything, example
from tests.contract.describe import UNIONS, members
from tests.contract.publish import ROOT

SENT = ("VisitorFrame", "AgentFrame")
HEARD = ("VisitorEvent", "AgentEvent")


def each(*unions: str) -> pytest.MarkDecorator:
    """Every frame of the unions: the union, the frame's Struct."""
    pairs = [(union, frame) for union in unions for frame in members(UNIONS[union][0])]
    return pytest.mark.parametrize("union, frame", pairs, ids=[f"{union}-{frame.__name__}" for union, frame in pairs])


def decode(union: str, value: Any) -> Any:
    return msgspec.json.decode(json.dumps(value), type=UNIONS[union][0])


def info(frame: type[Struct]) -> msgspec.inspect.StructType:
    found = msgspec.inspect.type_info(frame)
    assert isinstance(found, msgspec.inspect.StructType)
    return found


@each(*SENT, *HEARD)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_it_comes_out_as_it_went_in(union: str, frame: type[Struct], data: st.DataObject) -> None:
    value = data.draw(anything(info(frame)))
    read = decode(union, value)
    assert type(read) is frame
    again = msgspec.json.encode(read)
    assert msgspec.json.decode(again, type=UNIONS[union][0]) == read
    assert _within(json.loads(again), value)


@each(*SENT, *HEARD)
def test_all_that_is_said_travels(union: str, frame: type[Struct]) -> None:
    value = example(info(frame))
    assert json.loads(msgspec.json.encode(decode(union, value))) == value


@each(*SENT, *HEARD)
def test_what_is_unset_does_not_travel(union: str, frame: type[Struct]) -> None:
    value = example(info(frame), optional=False)
    assert json.loads(msgspec.json.encode(decode(union, value))) == value


@each(*SENT)
def test_a_server_refuses_what_it_does_not_know(union: str, frame: type[Struct]) -> None:
    value = example(info(frame))
    for place in _objects(value):
        place["colour"] = "red"
        with pytest.raises(msgspec.ValidationError, match="colour"):
            decode(union, value)
        del place["colour"]
    decode(union, value)


@each(*HEARD)
def test_a_client_ignores_what_it_does_not_know(union: str, frame: type[Struct]) -> None:
    """Fields that a later server adds, at any depth. Ping and pong travel both ways, as they are."""
    value = example(info(frame))
    known = decode(union, value)
    for place in _objects(value) if value["type"] not in ("ping", "pong") else []:
        place["colour"] = {"red": [1]}
    assert decode(union, value) == known


@each(*SENT)
def test_every_frame_of_a_client_may_carry_a_ref(union: str, frame: type[Struct]) -> None:
    assert "ref" in frame.__struct_fields__


@each(*HEARD)
def test_every_answer_has_room_for_it(union: str, frame: type[Struct]) -> None:
    answers = {"welcome", "subscribed", "ack", "ok", "history", "error", "pong", "ping"}
    assert ("ref" in frame.__struct_fields__) == (frame.__struct_config__.tag in answers)


def test_nothing_of_version_1_is_gone() -> None:
    """Clients that exist rely on these names; and on not having to say more than they do. Add lines, never take one away."""
    promised = (ROOT / "tests/contract/version1.txt").read_text().split("\n\n")
    for block in filter(None, promised):
        head, *lines = block.strip().splitlines()
        union, tag = head.split()
        (frame,) = [one for one in members(UNIONS[union][0]) if one.__struct_config__.tag == tag]
        fields = {field.encode_name: field.required for field in info(frame).fields}
        names = {line.strip().removesuffix("?"): not line.endswith("?") for line in lines}
        assert names.keys() <= fields.keys(), f"{head}: {names.keys() - fields.keys()} is gone"
        if union in SENT:
            assert {name for name, required in fields.items() if required} <= {name for name, required in names.items() if required}, head
        else:
            assert all(fields[name] for name, required in names.items() if required), head


def _objects(value: Any) -> list[dict[str, Any]]:
    """Every object in a frame that is a Struct's, not a free dictionary."""
    free = {"data", "brand", "answers"}
    if isinstance(value, dict):
        return [value, *(inner for key, each in value.items() if key not in free for inner in _objects(each))]
    return [inner for each in value for inner in _objects(each)] if isinstance(value, list) else []


def _within(travelled: Any, value: Any) -> bool:
    """Whether nothing travels that was not given: defaults may stay at home."""
    if isinstance(travelled, dict):
        return all(key in value and _within(inner, value[key]) for key, inner in travelled.items())
    if isinstance(travelled, list):
        return len(travelled) == len(value) and all(map(_within, travelled, value))
    return bool(travelled == value)
