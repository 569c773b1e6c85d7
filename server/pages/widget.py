"""The widget: its loader, and the page inside its frame."""

import re
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, Template
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromQuery

from db import doors, workspaces
from db.pool import outside, tenant
from server.core.core import Core
from server.pages.assets import GUARDS, ROOT, Asset, answer, made, send
from server.pages.modules import needed, pack
from server.schema.accounts import WorkspaceRecord

ORIGIN = re.compile(r"https?://(?:(?:\*\.)?[a-z0-9.-]+|\[[0-9a-f:]+\])(?::(?:\d{1,5}|\*))?", re.I)
ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}


@get("/widget.js", include_in_schema=False, exclude_from_auth=True)
async def loader(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The one script that a host's page loads, whatever the host isolates itself from."""
    return send(request, "widget", "loader.js", **ANYWHERE, **{"Cache-Control": "public, max-age=300"})


@get("/widget/frame.js", include_in_schema=False, exclude_from_auth=True)
async def script(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The frame's script and all its modules as one."""
    changed = max((ROOT / path).stat().st_mtime_ns for path in _modules())
    return answer(request, _packed(changed))


@get("/widget/frame", include_in_schema=False, exclude_from_auth=True)
async def frame(state: State, key: FromQuery[str] = "", locale: FromQuery[str] = "en") -> Response[str]:
    """The chat of the workspace whose public key it is; only the workspace's sites may show it."""
    workspace = await _workspace(state.desk.core, key)
    if workspace is None:
        return unknown()
    return page(workspace, locale)


def unknown() -> Response[str]:
    """For whoever pasted the tag. Any site may show it: a browser that may not shows a broken page, and blames the policy."""
    return Response(
        '<!doctype html><html lang="en"><title>No chat</title><body bgcolor="white" text="black">'
        "<p>There is no chat with this key. Does <code>data-key</code>, on this page's tag, say the workspace's widget key?",
        status_code=404,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": "default-src 'none'; frame-ancestors *"} | ANYWHERE | GUARDS,
    )


def page(workspace: WorkspaceRecord, locale: str) -> Response[str]:
    """The frame's page, and who may embed it."""
    brand = {name: str(workspace.brand.get(name, "")) for name in ("color", "greeting", "assistant")}
    presence = workspace.visitor_presence
    text = _template().render(key=workspace.widget_key, name=workspace.name, words=words(locale), presence=presence, **brand)
    headers = {"Content-Security-Policy": policy(workspace.sites), "Cache-Control": "no-cache"} | ANYWHERE | GUARDS
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


def words(locale: str) -> str:
    """The module with the widget's words for a locale such as `pt-BR`; the English one where there is none."""
    language = locale[:2].lower()
    known = language.isalpha() and (ROOT / "widget" / "i18n" / f"{language}.js").is_file()
    return f"/widget/i18n/{language if known else 'en'}.js"


def policy(sites: list[str]) -> str:
    """Everything from this server and nothing else; a site that is no plain origin is left out."""
    ancestors = " ".join(["'self'", *(site for site in sites if site == "*" or ORIGIN.fullmatch(site))])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )


async def _workspace(core: Core, key: str) -> WorkspaceRecord | None:
    async with outside(core.pool) as conn:
        found = await doors.widget(conn, key[:128])
    if found is None:
        return None
    async with tenant(core.pool, found) as conn:
        return await workspaces.get(conn)


@cache
def _modules() -> list[str]:
    return needed("widget/frame.js")


@lru_cache(maxsize=1)
def _packed(changed: int) -> Asset:
    """`changed` is the latest mtime of the modules: an edited one is packed again."""
    return made(pack("widget/frame.js").encode(), ".js")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True)  # The template is the widget's own, beside its modules.
    return environment.from_string((ROOT / "widget" / "frame.html").read_text())
