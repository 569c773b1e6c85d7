import asyncio
import gc

from structlog.testing import capture_logs

from db.errors import Unavailable
from server.core.background import Background
from tests.helpers.stores import until


async def test_a_task_is_named_and_gives_what_its_work_gave() -> None:
    async def work() -> str:
        task = asyncio.current_task()
        return task.get_name() if task else ""

    assert await Background().start("hub feed", work()) == "hub feed"


async def test_an_error_is_logged_with_the_name_of_its_task() -> None:
    async def work() -> None:
        raise ValueError("broken")

    with capture_logs() as logs:
        task = Background().start("hub feed", work())
        await asyncio.wait({task})
        await asyncio.sleep(0)
    assert [(entry["event"], entry["task"], str(entry["exc_info"])) for entry in logs] == [("task failed", "hub feed", "broken")]


async def test_a_cancelled_task_is_no_error() -> None:
    with capture_logs() as logs:
        task = Background().start("waits", asyncio.sleep(60))
        task.cancel()
        await asyncio.wait({task})
        await asyncio.sleep(0)
    assert logs == []


async def test_tasks_live_without_anybody_holding_them() -> None:
    """The loop itself keeps only weak references."""
    tasks, done = Background(), asyncio.Event()

    async def work() -> None:
        await asyncio.get_running_loop().create_task(asyncio.sleep(0.01))
        done.set()

    tasks.start("nobody's", work())
    gc.collect()
    async with asyncio.timeout(5):
        await done.wait()


async def test_stop_waits_until_all_have_ended() -> None:
    tasks, ended = Background(), []

    async def work(name: str) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)  # such as giving a lease back
            ended.append(name)

    for name in ("a", "b"):
        tasks.start(name, work(name))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.stop()
    assert sorted(ended) == ["a", "b"]


async def test_stop_ends_what_begins_meanwhile_too() -> None:
    tasks, ended = Background(), asyncio.Event()

    async def late() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            tasks.start("late", late())
            await asyncio.sleep(0.01)

    tasks.start("work", work())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.stop()
    assert ended.is_set()


async def test_a_task_may_stop_all_but_itself() -> None:
    tasks = Background()

    async def work() -> str:
        await tasks.stop()
        return "went on"

    other = tasks.start("other", asyncio.sleep(60))
    async with asyncio.timeout(5):
        assert await tasks.start("work", work()) == "went on"
    assert other.cancelled()


async def test_stop_twice_is_fine() -> None:
    tasks = Background()
    await tasks.stop()
    task = tasks.start("waits", asyncio.sleep(60))
    await tasks.stop()
    await tasks.stop()
    assert task.cancelled()


async def test_what_repeats_goes_on_whatever_happens() -> None:
    tasks, runs = Background(), []

    async def work() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise Unavailable("no database")
        if len(runs) == 2:
            raise ValueError("broken")

    with capture_logs() as logs:
        tasks.repeat("sweep", 0.001, work)
        await until(lambda: len(runs) >= 4)
    await tasks.stop()
    assert [(entry["log_level"], entry["task"]) for entry in logs] == [("warning", "sweep"), ("error", "sweep")]


async def test_what_repeats_begins_at_once_and_pauses_between() -> None:
    tasks, runs = Background(), []

    async def work() -> None:
        runs.append(1)

    tasks.repeat("hourly", 3600, work)
    await until(lambda: runs)
    await tasks.stop()
    assert runs == [1]
