"""What is published for other developers is what the Structs say, and is well formed."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from server.core.errors import Close
from tests.contract.describe import UNIONS, members, shapes
from tests.contract.publish import PUBLISHED, ROOT

DECLARATIONS = ROOT / "static/shared/protocol.d.ts"
ASYNCAPI = ROOT / "docs/protocol/asyncapi.yaml"
SIDES = {"visitor": ("VisitorFrame", "VisitorEvent"), "agent": ("AgentFrame", "AgentEvent")}
# What JSON Schema draft 7 has, which AsyncAPI 3.0 builds on, as far as Structs need it.
KEYWORDS = {
    "title", "description", "type", "properties", "required", "additionalProperties", "items", "enum", "const", "default", "format",
    "anyOf", "allOf", "$ref", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "propertyNames",
}  # fmt: skip


@pytest.fixture(scope="module")
def asyncapi() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # written in C: ten times as fast
    loaded: dict[str, Any] = yaml.load(ASYNCAPI.read_text(), loader)
    return loaded


@pytest.mark.parametrize("path", PUBLISHED)
def test_it_is_fresh(path: str) -> None:
    assert (ROOT / path).read_text() == PUBLISHED[path](), "stale: run `python -m tests.contract.publish`"


def test_every_frame_explains_itself() -> None:
    assert [shape.name for shape in shapes() if not shape.doc] == []


# TypeScript


@pytest.mark.parametrize("union", UNIONS)
def test_every_frame_is_declared(union: str) -> None:
    text = DECLARATIONS.read_text()
    found = re.search(rf"export type {union} =\n((?:  \| \w+;?\n)+)", text)
    assert found and re.findall(r"\w+", found[1]) == [each.__name__ for each in members(UNIONS[union][0])]
    for each in members(UNIONS[union][0]):
        interface = re.search(rf"export interface {each.__name__} {{\n(.*?)\n}}", text, re.S)
        assert interface and f'  type: "{each.__struct_config__.tag}";' in interface[1]
        fields = set(re.findall(r"^  (\w+)\??:", interface[1], re.M)) - {"type"}
        assert fields == {field.encode_name for field in msgspec.structs.fields(each)}


def test_every_type_is_declared_once() -> None:
    """Without a compiler too: nothing is named that is not there."""
    text = re.sub(r"/\*\*.*?\*/|//[^\n]*|\"[^\"]*\"", "", DECLARATIONS.read_text(), flags=re.S)
    declared = re.findall(r"export (?:type|interface) (\w+)", text)
    assert len(declared) == len(set(declared))
    assert set(re.findall(r"\b[A-Z]\w+\b", text)) <= {*declared, "Record"}


CLIENT = """\
import type { AgentFrame, VisitorEvent, VisitorFrame } from "./protocol";

export const hello: VisitorFrame = { type: "hello", key: "wk_1", page: { url: "https://shop.example/" } };
export const send: AgentFrame = { type: "send", conversation: "c", client_id: "1", text: "Hi", note: true };
// @ts-expect-error a visitor has no notes
export const wrong: VisitorFrame = { type: "send", client_id: "1", text: "Hi", note: true };
// @ts-expect-error a score is needed
export const less: VisitorFrame = { type: "rate", client_id: "1" };

export function shown(frame: VisitorEvent): string {
  switch (frame.type) {
    case "message": return frame.message.text;
    case "delta": return frame.text.slice(frame.offset);
    case "conversation": return frame.conversation.assignee?.name ?? frame.conversation.mode;
    // @ts-expect-error no visitor gets them
    case "stats": return "";
    default: return frame.type;
  }
}
"""


def test_a_client_compiles_against_it(tmp_path: Path) -> None:
    """Where TypeScript is installed, as it is wherever browser code is checked."""
    tsc = shutil.which("tsc", path=str(ROOT / "node_modules/.bin"))
    if tsc is None or shutil.which("node") is None:
        return
    shutil.copy(DECLARATIONS, tmp_path)
    (tmp_path / "client.ts").write_text(CLIENT)
    command = [tsc, "--noEmit", "--strict", "--module", "esnext", "--moduleResolution", "bundler", "--types", "", "client.ts"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# AsyncAPI


def test_it_is_an_asyncapi_document(asyncapi: dict[str, Any]) -> None:
    assert asyncapi["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= asyncapi["info"].keys()
    for channel in asyncapi["channels"].values():
        assert channel["address"].startswith("/ws/")
        assert set(channel["x-close-codes"]) == {str(code) for name, code in vars(Close).items() if name.isupper()}
    for operation in asyncapi["operations"].values():
        assert operation["action"] in ("send", "receive")
        inside = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(f"{inside}/messages/") for message in operation["messages"])
    for message in asyncapi["components"]["messages"].values():
        assert message["name"] and message["payload"]["$ref"].startswith("#/components/schemas/")


def test_all_that_it_refers_to_is_there(asyncapi: dict[str, Any]) -> None:
    for ref in _refs(asyncapi):
        at: Any = asyncapi
        for step in ref.removeprefix("#/").split("/"):
            assert step in at, ref
            at = at[step]


@pytest.mark.parametrize("side", SIDES)
def test_every_frame_is_in_its_operation(asyncapi: dict[str, Any], side: str) -> None:
    for verb, union in zip(("Sends", "Receives"), SIDES[side], strict=True):
        messages = asyncapi["operations"][f"{side}{verb}"]["messages"]
        assert [message["$ref"].rsplit("/", 1)[1] for message in messages] == [each.__name__ for each in members(UNIONS[union][0])]


def test_schemas_say_what_the_structs_do(asyncapi: dict[str, Any]) -> None:
    schemas = asyncapi["components"]["schemas"]
    assert set(schemas) == {shape.name for shape in shapes()}
    for shape in shapes():
        schema = schemas[shape.name]
        tagged = {"type"} if shape.tag else set()
        assert set(schema["properties"]) == {field.name for field in shape.fields} | tagged
        assert set(schema["required"] if "required" in schema else []) == {f.name for f in shape.fields if not f.optional} | tagged
        assert (schema.get("additionalProperties") is False) == shape.sent
        if shape.tag:
            assert schema["properties"]["type"] == {"const": shape.tag}
        assert all(set(each) <= KEYWORDS for each in _schemas(schema))


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        return ([node["$ref"]] if "$ref" in node else []) + [ref for value in node.values() for ref in _refs(value)]
    return [ref for value in node for ref in _refs(value)] if isinstance(node, list) else []


def _schemas(schema: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("allOf", [])]
    inner += [schema[key] for key in ("items", "additionalProperties", "propertyNames") if isinstance(schema.get(key), dict)]
    return [schema, *(each for one in inner for each in _schemas(one))]
