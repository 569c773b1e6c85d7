"""The topics `visitors` and `stats` of a workspace: looked up once a second and process, told to all who listen."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from server.core import presence
from server.core.core import Core
from server.live.inbox import differences
from server.live.outlet import Outlet, encode
from server.schema import frames
from server.schema.entities import Presence


class VisitorsTopic:
    """Who is on the site now, and on which page."""

    def __init__(self, core: Core, workspace: UUID) -> None:
        self.workspace = workspace
        self.outlets: dict[Outlet, None] = {}
        self._core = core
        self._present: dict[UUID, Presence] = {}

    async def join(self, outlet: Outlet, ref: str | None) -> None:
        await self.look_around()
        outlet.send(
            frames.Subscribed(topic="visitors", snapshot=True, more=False, presence=list(self._present.values()), ref=ref)
        )
        self.outlets[outlet] = None

    async def look_around(self) -> None:
        there = await presence.visitors(self._core, self.workspace)
        for frame in differences(self._present, there) if there is not None else []:
            data = encode(frame)
            for outlet in self.outlets:
                outlet.offer(data)


class StatsTopic:
    """The live figures. `figures` looks them up."""

    def __init__(self, core: Core, workspace: UUID, figures: Callable[[Core, UUID], Awaitable[frames.Stats]]) -> None:
        self.workspace = workspace
        self.outlets: dict[Outlet, None] = {}
        self._core = core
        self._figures = figures

    async def join(self, outlet: Outlet, ref: str | None) -> None:
        figures = await self._figures(self._core, self.workspace)
        outlet.send(frames.Subscribed(topic="stats", snapshot=True, more=False, ref=ref))
        outlet.send(figures)
        self.outlets[outlet] = None

    async def look_around(self) -> None:
        data = encode(await self._figures(self._core, self.workspace))
        for outlet in self.outlets:
            outlet.offer(data)
