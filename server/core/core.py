"""What a process holds and passes down: its stores, its bus, its tasks, its name."""

import os
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from db.pool import Pool
from server.core.background import Background
from server.core.bus import Bus
from server.core.passwords import Passwords
from server.core.recent import Recent
from server.core.secrets import Secrets


@dataclass(frozen=True)
class Tuning:
    """Durations in seconds that the settings decide and domains obey."""

    quiet: float = 20.0
    follow_up: float = 300.0
    idle: float = 86400.0


@dataclass(frozen=True)
class Core:
    pool: Pool
    redis: Redis
    bus: Bus
    tasks: Background
    secrets: Secrets
    tuning: Tuning = Tuning()
    passwords: Passwords = field(default_factory=Passwords)
    places: Recent[object] = field(default_factory=Recent)
    """What widgets' keys lead to: `conversations/arrive.py`."""
    lanes: dict[UUID, Any] = field(default_factory=dict)
    """The writes that run, by workspace: `conversations/post.py`."""
    process: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")
    """This process among all: it holds the leases of the AI turns that run here."""
