"""Workspaces, the people who work in them, and their sessions, as the database has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from server.schema.entities import Availability, Role, Workspace


class WorkspaceRecord(Struct, frozen=True, kw_only=True):
    """`hours`: {"mon": [["09:00", "18:00"]], …} in `timezone`; `identity_secret` is encrypted."""

    id: UUID
    name: str
    locale: str
    timezone: str
    about: str
    tone: str
    hours: dict[str, list[tuple[str, str]]]
    brand: dict[str, Any]
    sites: list[str]
    widget_key: str
    identity_secret: str
    visitor_presence: bool
    reopen_mode: Literal["ai", "queued"]

    def public(self) -> Workspace:
        """What every client of the workspace may know."""
        return Workspace(id=self.id, name=self.name, locale=self.locale, brand=self.brand)


class UserRecord(Struct, frozen=True, kw_only=True):
    """`locked_for` in seconds, 0 where sign-in is open."""

    id: UUID
    email: str
    name: str
    password_hash: str
    locked_for: float


class Member(Struct, frozen=True, kw_only=True):
    """A user in a workspace."""

    id: UUID
    name: str
    email: str
    role: Role
    status: Availability


class SessionRecord(Struct, frozen=True, kw_only=True):
    """A living session, without its secret."""

    id: UUID
    ip: str | None
    device: str | None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
