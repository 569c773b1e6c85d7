"""Templates, and the policy of the pages that they make: nothing inline, nothing from elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

TEMPLATES = Path(__file__).parents[1] / "templates"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def render(template: str, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> Response[str]:
    """A page for one person: no cache keeps it."""
    text = _environment().get_template(template).render(**values)
    given = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"} | (headers or {})
    return Response(text, status_code=status, media_type="text/html; charset=utf-8", headers=given)


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
