"""Tasks that somebody owns: they are named, their errors are logged, and they end before the process does."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from db.errors import DatabaseError

log = structlog.get_logger()


class Background:
    """The owner of a process's tasks."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs `work`; an error that it raises is logged, not lost."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def repeat(self, name: str, seconds: float, work: Callable[[], Coroutine[Any, Any, Any]]) -> asyncio.Task[Any]:
        """Runs `work` now and again after each pause, whatever became of it: one failure must not be the last run."""
        return self.start(name, self._again(name, seconds, work))

    async def _again(self, name: str, seconds: float, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        while True:
            try:
                await work()
            except DatabaseError as error:
                log.warning("waits for the database", task=name, error=str(error))
            except Exception as error:
                log.error("failed, and goes on", task=name, exc_info=error)
            await asyncio.sleep(seconds)

    async def stop(self) -> None:
        """Cancels what still runs and waits for its end."""
        while running := [task for task in self._tasks if task is not asyncio.current_task()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task failed", task=task.get_name(), exc_info=error)
