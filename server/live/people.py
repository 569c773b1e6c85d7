"""The topics `visitors` and `stats` of a workspace: looked up once a second and process, told to all who listen."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from server.core import presence
from server.core.core import Core
from server.live.inbox import differences
from server.live.outlet import Outlet, encode
from server.schema import frames
from server.schema.entities import Presence


class _Watched:
    """What is looked up again and again for whoever listens. `joining`: connections that are about to."""

    def __init__(self, core: Core, workspace: UUID) -> None:
        self.workspace = workspace
        self.outlets: dict[Outlet, None] = {}
        self.joining = 0
        self._core = core

    @property
    def listeners(self) -> int:
        return len(self.outlets) + self.joining

    async def join(self, outlet: Outlet, ref: str | None) -> None:
        """Raises Unavailable."""
        self.joining += 1
        try:
            await self._greet(outlet, ref)
            self.outlets[outlet] = None
        finally:
            self.joining -= 1

    def leave(self, outlet: Outlet) -> None:
        self.outlets.pop(outlet, None)

    def stop(self) -> None:
        """There is nothing to stop: it is not looked up where the hub does not know it."""

    async def _greet(self, outlet: Outlet, ref: str | None) -> None:
        raise NotImplementedError

    def _offer(self, frame: frames.Reply) -> None:
        data = encode(frame)
        for outlet in self.outlets:
            outlet.offer(data)


class VisitorsTopic(_Watched):
    """Who is on the site now, and on which page."""

    def __init__(self, core: Core, workspace: UUID) -> None:
        super().__init__(core, workspace)
        self._present: dict[UUID, Presence] = {}

    async def look_around(self) -> None:
        there = await presence.visitors(self._core, self.workspace)
        for frame in differences(self._present, there) if there is not None else []:
            self._offer(frame)

    async def _greet(self, outlet: Outlet, ref: str | None) -> None:
        await self.look_around()
        outlet.send(
            frames.Subscribed(topic="visitors", snapshot=True, more=False, presence=list(self._present.values()), ref=ref)
        )


class StatsTopic(_Watched):
    """The live figures. `figures` looks them up."""

    def __init__(self, core: Core, workspace: UUID, figures: Callable[[Core, UUID], Awaitable[frames.Stats]]) -> None:
        super().__init__(core, workspace)
        self._figures = figures

    async def look_around(self) -> None:
        self._offer(await self._figures(self._core, self.workspace))

    async def _greet(self, outlet: Outlet, ref: str | None) -> None:
        figures = await self._figures(self._core, self.workspace)
        outlet.send(frames.Subscribed(topic="stats", snapshot=True, more=False, ref=ref))
        outlet.send(figures)
