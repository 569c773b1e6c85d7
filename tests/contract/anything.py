"""JSON that a type accepts, written from the type, so that a new field is tried by itself: one example, or any of all."""

from typing import Any

from hypothesis import strategies as st
from msgspec import inspect

LOOSE = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2)
LONGEST = 20
TIME = "2026-11-20T10:15:00.123Z"


def example(info: inspect.Type, optional: bool = True) -> Any:
    """With all optional fields, or with none."""
    match info:
        case inspect.Metadata():
            return TIME if info.extra_json_schema else example(info.type)
        case inspect.StructType():
            tag = {} if info.tag is None else {"type": info.tag}
            fields = (field for field in info.fields if field.required or optional)
            return tag | {field.encode_name: example(field.type, optional) for field in fields}
        case inspect.UnionType():
            # A Struct holds more to look at than the text that it is an alternative to.
            return example(max(info.types, key=lambda one: isinstance(one, inspect.StructType)), optional)
        case inspect.LiteralType():
            return info.values[0]
        case inspect.UUIDType():
            return "8741e7a5-dd9d-4896-b8b9-99b9f8fc598a"
        case inspect.StrType():
            return "x" * max(1, info.min_length or 0)
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 3
        case inspect.FloatType():
            return 0.5
        case inspect.ListType():
            return [example(info.item_type, optional)]
        case inspect.DictType():
            return {example(info.key_type): example(info.value_type)}
        case inspect.AnyType():
            return {"any": [1]}
        case _:
            raise TypeError(f"nothing known for {info}")


def anything(info: inspect.Type) -> st.SearchStrategy[Any]:
    match info:
        case inspect.StructType():
            tag = {} if info.tag is None else {"type": st.just(info.tag)}
            required = {field.encode_name: anything(field.type) for field in info.fields if field.required}
            rest = {field.encode_name: anything(field.type) for field in info.fields if not field.required}
            return st.fixed_dictionaries({**tag, **required}, optional=rest)
        case inspect.UnionType():
            return st.one_of([anything(one) for one in info.types if not isinstance(one, inspect.NoneType)])
        case inspect.LiteralType():
            return st.sampled_from(info.values)
        case inspect.UUIDType():
            return st.uuids().map(str)
        case inspect.StrType():
            least = info.min_length or 0
            return st.text(min_size=least, max_size=max(least, min(info.max_length or LONGEST, LONGEST)))
        case inspect.IntType():
            return st.integers(info.ge if info.ge is not None else -(2**53), info.le if info.le is not None else 2**53)
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.ListType():
            return st.lists(anything(info.item_type), max_size=3)
        case inspect.DictType():
            return st.dictionaries(anything(info.key_type), anything(info.value_type), max_size=3)
        case inspect.AnyType():
            return LOOSE
        case inspect.BoolType():
            return st.booleans()
        case _:
            return st.just(example(info))
