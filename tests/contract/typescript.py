"""static/shared/protocol.d.ts: the Structs as TypeScript declarations."""

import textwrap
from typing import Any

from msgspec import inspect

from tests.contract.describe import CLOSE_CODES, UNIONS, Field, Shape, members, names_of_literals, shapes

HEAD = """\
// Written from server/schema/frames.py by `python -m tests.contract.publish`: change it there.
//
// The live protocol, version 1. Fields, frames and values may be added: ignore what you don't know. A field with `?` does
// not travel while it is unset. Lengths and offsets count Unicode code points.

/** A UUID in its usual form, lower case. */
export type Uuid = string;

/** RFC 3339 in UTC with milliseconds: `2026-11-20T10:15:00.123Z`. */
export type Time = string;
"""


def declarations() -> str:
    parts = [HEAD]
    parts += [f"export type {name} = {_values(values)};\n" for name, values in names_of_literals().values()]
    parts += [_interface(shape) for shape in shapes()]
    parts += [
        f"{_doc(doc)}export type {name} =\n" + "".join(f"  | {each.__name__}\n" for each in members(union))[:-1] + ";\n"
        for name, (union, doc) in UNIONS.items()
    ]
    listed = ", ".join(f"{code} {name.lower().replace('_', ' ')}" for name, code in CLOSE_CODES.items())
    parts.append(f"{_doc(f'What the server closes a connection with: {listed}.')}export type CloseCode = {_values(CLOSE_CODES.values())};\n")
    return "\n".join(parts)


def _interface(shape: Shape) -> str:
    lines = [f"{_doc(shape.doc)}export interface {shape.name} {{"]
    if shape.tag is not None:
        lines.append(f'  type: "{shape.tag}";')
    for field in shape.fields:
        lines.append(f"{_doc(_told(field), '  ')}  {field.name}{'?' if field.optional else ''}: {_type(field.type)};")
    return "\n".join([*lines, "}\n"])


def _told(field: Field) -> str:
    default = f"Default {field.default}." if isinstance(field.default, int) and field.default and field.optional else ""
    return " ".join(part for part in (field.doc, _bounds(field.type), default) if part)


def _bounds(info: inspect.Type) -> str:
    match info:
        case inspect.StrType(min_length=int(least), max_length=int(most)) if least == most:
            return f"{most} characters."
        case inspect.StrType(max_length=int(most)):
            return f"At most {most} characters."
        case inspect.ListType(max_length=int(most)):
            return f"At most {most}."
        case inspect.IntType(ge=int(least), le=int(most)) if most < 2**31 - 1:
            return f"From {least} to {most}."
        case _:
            return ""


def _type(info: inspect.Type) -> str:
    match info:
        case inspect.Metadata():
            return "Time" if (info.extra_json_schema or {}).get("format") == "date-time" else _type(info.type)
        case inspect.StructType():
            return info.cls.__name__
        case inspect.UUIDType():
            return "Uuid"
        case inspect.StrType():
            return "string"
        case inspect.BoolType():
            return "boolean"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.NoneType():
            return "null"
        case inspect.AnyType():
            return "any"
        case inspect.LiteralType():
            known = names_of_literals().get(frozenset(info.values))
            return known[0] if known else _values(info.values)
        case inspect.ListType():
            inner = _type(info.item_type)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case inspect.DictType():
            return f"Record<{_type(info.key_type)}, {_type(info.value_type)}>"
        case inspect.UnionType():
            return " | ".join(map(_type, info.types))
        case _:
            raise TypeError(f"no TypeScript for {info}")


def _values(values: Any) -> str:
    return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in values)


def _doc(doc: str, indent: str = "") -> str:
    if not doc:
        return ""
    if len(doc) < 110:
        return f"{indent}/** {doc} */\n"
    lines = textwrap.wrap(doc, 115)
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"
