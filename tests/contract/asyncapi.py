"""docs/protocol/asyncapi.yaml: the same as an AsyncAPI 3.0 document."""

from typing import Any

import msgspec
import yaml

from server.schema.frames import PROTOCOL, VERSION
from tests.contract.describe import CLOSE_CODES, UNIONS, Field, members, shapes

HEAD = "# Written from server/schema/frames.py by `python -m tests.contract.publish`: change it there.\n"
ABOUT = (
    "Chat between visitors of a site, an AI and agents, live. One JSON object a text frame; the first is `hello`, within 10 s. "
    "Fields, frames and values may be added within a version: ignore what you don't know. Servers refuse unknown fields. "
    "README.md beside this file has the rules and a worked session."
)
SIDES = {
    "visitor": ("VisitorFrame", "VisitorEvent", "A visitor: the widget, a mobile app."),
    "agent": ("AgentFrame", "AgentEvent", "An agent: the inbox, a bot that helps people answer."),
}


def document() -> str:
    described = {shape.name: shape for shape in shapes()}
    content = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parley live protocol",
            "version": f"{VERSION}.0.0",
            "description": ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "localhost:8000", "protocol": "ws", "description": "`./parley up`; wss behind TLS."}},
        "channels": {side: _channel(side, about) for side, (_, _, about) in SIDES.items()},
        "operations": dict(operation for side in SIDES for operation in _operations(side)),
        "components": {
            "messages": {name: _message(name, shape.tag, shape.doc) for name, shape in described.items() if shape.tag},
            "schemas": _schemas(),
        },
    }
    # PyYAML would fold what is the same object into anchors.
    plain = msgspec.json.decode(msgspec.json.encode(content))
    return HEAD + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120)


def _channel(side: str, about: str) -> dict[str, Any]:
    sent, heard, _ = SIDES[side]
    names = [each.__name__ for union in (sent, heard) for each in members(UNIONS[union][0])]
    return {
        "address": f"/ws/{side}",
        "title": side.capitalize(),
        "description": f"{about} The subprotocol `{PROTOCOL}` is optional.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in dict.fromkeys(names)},
        "bindings": {"ws": {"method": "GET"}},
        "x-close-codes": {code: name.lower() for name, code in CLOSE_CODES.items()},
    }


def _operations(side: str) -> list[tuple[str, dict[str, Any]]]:
    """As the server sees it: it receives what the client sends."""
    return [
        (
            f"{side}{verb}",
            {
                "action": action,
                "channel": {"$ref": f"#/channels/{side}"},
                "summary": UNIONS[union][1],
                "messages": [{"$ref": f"#/channels/{side}/messages/{each.__name__}"} for each in members(UNIONS[union][0])],
            },
        )
        for verb, action, union in zip(("Sends", "Receives"), ("receive", "send"), SIDES[side][:2], strict=True)
    ]


def _message(name: str, tag: str | None, doc: str) -> dict[str, Any]:
    return {"name": tag, "title": name, "summary": doc, "payload": {"$ref": f"#/components/schemas/{name}"}}


def _schemas() -> dict[str, Any]:
    """msgspec's own JSON schemas; a field that does not travel when unset is never null; words are added."""
    unions = [union for union, _ in UNIONS.values()]
    _, schemas = msgspec.json.schema_components(unions, ref_template="#/components/schemas/{name}")
    for shape in shapes():
        schema = schemas[shape.name]
        if shape.doc:
            schema["description"] = shape.doc
        if shape.tag is not None:
            schema["properties"]["type"] = {"const": shape.tag}
        for field in shape.fields:
            schema["properties"][field.name] = _property(schema["properties"][field.name], field)
    return dict(sorted(schemas.items()))


def _property(schema: dict[str, Any], field: Field) -> dict[str, Any]:
    if field.optional and schema.get("default") is None:
        schema.pop("default", None)
        rest = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
        schema |= rest[0] if len(rest) == 1 else {"anyOf": rest} if rest else {}
    if not field.doc:
        return schema
    # What stands beside a $ref is ignored.
    return {"description": field.doc, **({"allOf": [schema]} if "$ref" in schema else schema)}
