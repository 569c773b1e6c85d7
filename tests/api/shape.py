"""Whether a value is what an OpenAPI document says, and nothing more than it says."""

from typing import Any


def faults(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "$") -> list[str]:
    """One sentence for each difference. Unlike JSON schema, a property that is not described is one."""
    if "$ref" in schema:
        return faults(value, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document, at)
    if "oneOf" in schema:
        tried = [faults(value, one, document, at) for one in schema["oneOf"]]
        return min(tried, key=len) if all(tried) else []
    if "enum" in schema or "const" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return [] if value in allowed else [f"{at}: {value!r} is none of {allowed}"]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [f"{at}: {value!r} is no {kinds}"]
    if isinstance(value, list):
        return [fault for n, one in enumerate(value) for fault in faults(one, schema.get("items", {}), document, f"{at}[{n}]")]
    if isinstance(value, dict) and "properties" in schema:
        return _object(value, schema, document, at)
    return []


def _object(value: dict[str, Any], schema: dict[str, Any], document: dict[str, Any], at: str) -> list[str]:
    described = schema["properties"]
    found = [f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value]
    found += [f"{at}.{name} is not described" for name in value if name not in described]
    for name, one in value.items():
        if name in described:
            found += faults(one, described[name], document, f"{at}.{name}")
    return found


def _is(value: Any, kind: str) -> bool:
    types = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "null": type(None),
        "integer": int,
        "number": (int, float),
    }
    return isinstance(value, types[kind]) and not (kind in ("integer", "number") and isinstance(value, bool))
