"""Deferred work: a row of the outbox while a worker holds it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct


class Leased(Struct, frozen=True, kw_only=True):
    """`run` is its row in `jobs`, `attempt` counts from 1. `interrupted`: an earlier run of it ended without a word, so what
    it has done is unknown."""

    id: UUID
    workspace_id: UUID
    kind: str
    subject: UUID
    due_at: datetime
    payload: dict[str, Any]
    attempt: int
    run: UUID
    interrupted: bool
