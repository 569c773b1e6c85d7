"""State goes out at once, and then as its last form, at most every 200 ms."""

import asyncio
from collections.abc import Callable

PACE_SECONDS = 0.2


class Coalesced:
    """`touch` calls `send` now or as soon as the pace allows; what was touched in between goes as one."""

    def __init__(self, send: Callable[[], None]) -> None:
        self._send = send
        self._next = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def touch(self, now: bool = False) -> None:
        """`now`: it can't wait, whatever the pace."""
        if now:
            self.cancel()
            self._fire()
            return
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._next - loop.time()
        if wait <= 0:
            self._fire()
        else:
            self._timer = loop.call_later(wait, self._fire)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        self._next = asyncio.get_running_loop().time() + PACE_SECONDS
        self._send()
