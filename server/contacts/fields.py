"""What a contact's fields may hold. Whatever people, pages and models send goes through here."""

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from server.core.errors import BadFrame

LINE_CHARS = 200
EMAIL_CHARS = 254
FACT_CHARS = 500
FACTS = 30

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]{2,}")
_PHONE = re.compile(r"\+?[\d\s().\-/]{5,40}")


def cleaned(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    """The fields as they are kept: one line each; empty ones are forgotten. Raises BadFrame, which names the field."""
    return {name: _RULES[name](value) for name, value in ((name, _line(name, value)) for name, value in fields.items())}


def usable(given: Mapping[str, str | None]) -> dict[str, str | None]:
    """As `cleaned`, for what nobody can be asked about again: a field that can't be kept is None."""
    kept: dict[str, str | None] = dict.fromkeys(given)
    for name, value in given.items():
        with contextlib.suppress(BadFrame):
            kept |= cleaned({name: value})
    return kept


def facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Facts are short texts, numbers and yes or no; anything else is left out."""
    kept: dict[str, Any] = {}
    for name, value in list(given.items())[:FACTS]:
        if isinstance(value, str) and value.strip():
            kept[name[:64]] = _plain(value)[:FACT_CHARS]
        elif isinstance(value, bool | int | float):
            kept[name[:64]] = value
    return kept


def _line(name: str, value: str | None) -> str | None:
    line = _plain(value or "")
    if len(line) > (EMAIL_CHARS if name == "email" else LINE_CHARS):
        raise BadFrame(f"{name} is too long", field=name)
    return line or None


def _plain(text: str) -> str:
    """Without control characters, format characters and runs of blanks."""
    return " ".join("".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") else sign for sign in text).split())


def _any(value: str | None) -> str | None:
    return value


def _email(value: str | None) -> str | None:
    if value is not None and not _EMAIL.fullmatch(value):
        raise BadFrame("email must be an address such as ana@example.com", field="email")
    return value


def _phone(value: str | None) -> str | None:
    if value is not None and (not _PHONE.fullmatch(value) or not 5 <= sum(map(str.isdigit, value)) <= 20):
        raise BadFrame("phone must be a number such as +34 600 123 456", field="phone")
    return value


_RULES = {"name": _any, "email": _email, "phone": _phone, "company": _any}
