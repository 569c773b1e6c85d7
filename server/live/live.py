"""What the two websocket routes share: the hub, the open connections, and their end."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from db import doors
from db.pool import outside
from server.accounts.authenticate import Agent
from server.core.errors import Close, RateLimited
from server.flows.desk import Desk
from server.live.hub import Hub
from server.live.outlet import Outlet

REVOKED_SECONDS = 2.0
MOST_CONNECTIONS = 50
"""Of one person on one server: tabs and devices, not a flood."""
CROWD_SECONDS = 30.0
DRAIN_SPREAD_SECONDS = 5.0


@dataclass
class Live:
    desk: Desk
    hub: Hub
    public_url: str
    outlets: set[Outlet] = field(default_factory=set)
    agents: dict[Outlet, Agent] = field(default_factory=dict)
    people: Counter[UUID] = field(default_factory=Counter)
    """Connections by person."""

    def start(self) -> None:
        self.hub.start()
        self.desk.core.tasks.repeat("revoked sessions", REVOKED_SECONDS, self._revoke)

    def enter(self, person: UUID) -> None:
        """Raises RateLimited for one connection too many."""
        if self.people[person] >= MOST_CONNECTIONS:
            raise RateLimited("too many connections", retry_after=CROWD_SECONDS)
        self.people[person] += 1

    def leave(self, person: UUID) -> None:
        self.people[person] -= 1
        if self.people[person] <= 0:
            del self.people[person]

    async def drain(self) -> None:
        """Sends everybody away with 1001, spread over seconds, so that they don't come back as one."""
        waiting = list(self.outlets)
        random.shuffle(waiting)
        for n, outlet in enumerate(waiting):
            outlet.close(Close.GOING_AWAY)
            if len(waiting) > 20 and n % max(1, len(waiting) // 100) == 0:
                await asyncio.sleep(DRAIN_SPREAD_SECONDS / 100)
        for _ in range(40):
            if not self.outlets:
                return
            await asyncio.sleep(0.05)

    async def _revoke(self) -> None:
        """Closes the sockets of sessions that ended, and of agents whose role changed: they come back with what is theirs."""
        held = {agent.session: agent.role for agent in self.agents.values()}
        if not held:
            return
        async with outside(self.desk.core.pool) as conn:
            alive = await doors.sessions_alive(conn, list(held.items()))
        for outlet, agent in tuple(self.agents.items()):
            if agent.session not in alive:
                outlet.close(Close.UNAUTHENTICATED)
