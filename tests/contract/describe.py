"""The protocol's Structs as a publisher sees them: names, types, and the words that stand under each field."""

import ast
import inspect
import itertools
import textwrap
from types import UnionType
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.inspect import Metadata, NoneType, StructType, Type
from msgspec.inspect import UnionType as Union

from server.core.errors import Close
from server.schema import entities, frames

UNIONS: dict[str, tuple[Any, str]] = {
    "VisitorFrame": (frames.VisitorFrame, "Everything that a visitor may send."),
    "VisitorEvent": (frames.VisitorEvent, "Everything that a visitor may receive."),
    "AgentFrame": (frames.AgentFrame, "Everything that an agent may send."),
    "AgentEvent": (frames.AgentEvent, "Everything that an agent may receive."),
}
CLOSE_CODES = {name: code for name, code in vars(Close).items() if name.isupper()}


class Field(Struct, frozen=True):
    """`type` is without the null of a field that does not travel when unset."""

    name: str
    type: Type
    optional: bool
    default: Any
    doc: str


class Shape(Struct, frozen=True):
    """`sent`: clients send it, so unknown fields are refused."""

    name: str
    doc: str
    tag: str | None
    sent: bool
    fields: list[Field]


def members(union: UnionType) -> list[type[Struct]]:
    return list(get_args(union))


def shapes() -> list[Shape]:
    """Every Struct that travels, once, those that others are made of before them."""
    found: dict[type, Shape] = {}
    for union, _ in UNIONS.values():
        for info in msgspec.inspect.multi_type_info(members(union)):
            _collect(info, found)
    return list(found.values())


def names_of_literals() -> dict[frozenset[Any], tuple[str, tuple[Any, ...]]]:
    """The enums that have a name, by their values."""
    named = {**vars(entities), **vars(frames)}
    return {frozenset(get_args(v)): (k, get_args(v)) for k, v in named.items() if get_origin(v) is Literal}


def _collect(info: Type, found: dict[type, Shape]) -> None:
    match info:
        case StructType():
            if info.cls in found:
                return
            for field in info.fields:
                _collect(field.type, found)
            found[info.cls] = _shape(info)
        case Union():
            for one in info.types:
                _collect(one, found)
        case Metadata():
            _collect(info.type, found)
        case _:
            for part in ("item_type", "key_type", "value_type"):
                if (inner := getattr(info, part, None)) is not None:
                    _collect(inner, found)


def _shape(info: StructType) -> Shape:
    docs = {name: doc for cls in reversed(info.cls.__mro__) for name, doc in _docs(cls).items()}
    fields = [
        Field(
            field.encode_name,
            field.type if field.required else _without_null(field.type),
            not field.required,
            None if field.default is msgspec.NODEFAULT else field.default,
            docs.get(field.name, ""),
        )
        for field in info.fields
    ]
    tag = info.tag if isinstance(info.tag, str) else None
    return Shape(info.cls.__name__, words(info.cls.__doc__), tag, info.forbid_unknown_fields, fields)


def _without_null(info: Type) -> Type:
    if not isinstance(info, Union) or not any(isinstance(one, NoneType) for one in info.types):
        return info
    rest = tuple(one for one in info.types if not isinstance(one, NoneType))
    return rest[0] if len(rest) == 1 else Union(rest)


def _docs(cls: type) -> dict[str, str]:
    """The strings that stand under fields; at run time they are gone."""
    if not cls.__module__.startswith("server.schema"):
        return {}
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body  # type: ignore[attr-defined]  # a class has one
    docs = {}
    for field, below in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            docs[field.target.id] = words(below.value.value)  # type: ignore[union-attr]  # Structs have plain names
    return docs


def words(doc: str | None) -> str:
    """A docstring on one line."""
    return " ".join((doc or "").replace("``", "`").split())
