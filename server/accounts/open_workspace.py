"""A new workspace, and the owner who works in it."""

import re
import secrets
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct

from db import doors, users, workspaces
from db.pool import Pool, outside, tenant
from server.core.errors import BadFrame
from server.core.ids import new_id
from server.core.passwords import Passwords
from server.core.secrets import Secrets
from server.schema.accounts import WorkspaceRecord

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


class Opened(Struct, frozen=True):
    """`password` is shown here and stored nowhere; None where the owner had an account already."""

    workspace: UUID
    widget_key: str
    password: str | None


async def open_workspace(pool: Pool, kept: Secrets, passwords: Passwords, name: str, email: str, sites: list[str]) -> Opened:
    """`sites` are the origins that may show the widget. Raises BadFrame for a name, an address or a site that can't be."""
    if not name.strip():
        raise BadFrame("NAME must not be empty", field="name")
    if EMAIL.fullmatch(email) is None:
        raise BadFrame(f"--email must be an address such as ana@example.com, not {email!r}", field="email")
    origins = [_origin(site) for site in sites]
    async with outside(pool) as conn:
        known = await doors.user(conn, email)
    id, key = new_id(), f"wk_{secrets.token_urlsafe(18)}"
    password = None if known else secrets.token_urlsafe(12)
    hashed = await passwords.hash(password) if password else ""
    async with tenant(pool, id) as conn:
        await workspaces.add(conn, _record(id, kept, name.strip(), key, origins))
        await workspaces.add_account(conn, new_id(), "web", "Website")
        if password is None:
            await users.join(conn, known[0][0], "owner")
        else:
            await users.enrol(conn, new_id(), email, email.partition("@")[0], hashed, "owner")
    return Opened(id, key, password)


def _origin(site: str) -> str:
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadFrame(f"--site must be an origin such as https://shop.example, not {site!r}", field="site")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _record(id: UUID, kept: Secrets, name: str, key: str, sites: list[str]) -> WorkspaceRecord:
    return WorkspaceRecord(
        id=id,
        name=name,
        locale="en",
        timezone="UTC",
        about="",
        tone="",
        hours={},
        brand={},
        sites=sites,
        widget_key=key,
        identity_secret=kept.encrypt(f"identity:{id}", secrets.token_urlsafe(32)),
        visitor_presence=False,
        reopen_mode="ai",
    )
