"""A run of a job: its lease, its tries, what is left of it."""

import asyncio

import pytest

from server.schema.jobs import Leased
from server.schema.records import NewMessage, Timer
from tasks import run as module
from tasks.job import Bench, Hopeless, Job, Skipped
from tasks.run import run
from tests.tasks.conftest import Desk


def jobs(job: Job) -> dict[str, Job]:
    return {"made": job}


async def fine(_: Bench, leased: Leased) -> str:
    return f"attempt {leased.attempt}"


async def start(desk: Desk) -> None:
    await desk.post(desk.chat.says("hello"))


async def test_work_that_is_done_leaves_its_run_and_no_row(desk: Desk) -> None:
    await start(desk)
    row = await desk.later("made")
    await run(desk.bench, jobs(fine), desk.place.workspace, row)
    await run(desk.bench, jobs(fine), desk.place.workspace, row)
    assert await desk.runs("made") == [("done", "attempt 1")]
    assert await desk.left() == 0


async def test_two_workers_run_it_once(desk: Desk) -> None:
    await start(desk)
    row, began = await desk.later("made"), []

    async def slow(bench: Bench, leased: Leased) -> str:
        began.append(leased.run)
        await asyncio.sleep(0.1)
        return ""

    await asyncio.gather(*(run(desk.bench, jobs(slow), desk.place.workspace, row) for _ in range(5)))
    assert len(began) == 1


async def test_it_is_not_run_before_its_time_nor_by_another_workspace(desk: Desk) -> None:
    await start(desk)
    row = await desk.later("made")
    await run(desk.bench, jobs(fine), desk.place.account, row)
    await desk.post(NewMessage(conversation=desk.chat.id, timers=[Timer(kind="made", delay=60.0)]))
    await run(desk.bench, jobs(fine), desk.place.workspace, row)
    assert await desk.runs("made") == []


async def test_failures_are_tried_again_later_and_later_and_then_kept(desk: Desk) -> None:
    async def broken(_: Bench, leased: Leased) -> str:
        raise ValueError("ana@example.com")

    await start(desk)
    row = await desk.later("made")
    waits = []
    for _ in range(5):
        await run(desk.bench, jobs(broken), desk.place.workspace, row)
        waits.append(await desk.superuser.fetchval("SELECT round(extract(epoch FROM due_at - now()))::int FROM outbox"))
        await desk.superuser.execute("UPDATE outbox SET due_at = now()")
    assert waits == [2, 10, 60, 300, None]
    assert await desk.runs("made") == [("failed", "ValueError")] * 5  # and not the error's words
    assert await desk.left() == 0


async def test_what_is_put_off_while_it_runs_runs_again(desk: Desk) -> None:
    async def interrupted(_: Bench, leased: Leased) -> str:
        await desk.post(NewMessage(conversation=desk.chat.id, timers=[Timer(kind="made", delay=0.0)]))
        return ""

    await start(desk)
    row = await desk.later("made")
    await run(desk.bench, jobs(interrupted), desk.place.workspace, row)
    assert await desk.left() == 1
    await run(desk.bench, jobs(fine), desk.place.workspace, row)
    assert await desk.runs("made") == [("done", ""), ("done", "attempt 1")]


@pytest.mark.parametrize(("error", "state"), [(Skipped("nothing to do"), "skipped"), (Hopeless("nothing to do"), "failed")])
async def test_what_is_of_no_use_is_not_tried_again(desk: Desk, error: Exception, state: str) -> None:
    async def useless(_: Bench, leased: Leased) -> str:
        raise error

    await start(desk)
    await run(desk.bench, jobs(useless), desk.place.workspace, await desk.later("made"))
    assert await desk.runs("made") == [(state, "nothing to do")]
    assert await desk.left() == 0


async def test_a_run_that_was_killed_is_told_and_begun_again(desk: Desk) -> None:
    told = []

    async def endless(_: Bench, leased: Leased) -> str:
        await asyncio.Event().wait()
        return ""

    async def again(_: Bench, leased: Leased) -> str:
        told.append((leased.attempt, leased.interrupted))
        return "done now"

    await start(desk)
    row = await desk.later("made")
    killed = asyncio.create_task(run(desk.bench, jobs(endless), desk.place.workspace, row))
    await asyncio.sleep(0.2)
    killed.cancel()
    await run(desk.bench, jobs(again), desk.place.workspace, row)
    assert told == []  # its lease stands
    await desk.superuser.execute("UPDATE outbox SET lease_until = now() - interval '1 s'")
    await run(desk.bench, jobs(again), desk.place.workspace, row)
    assert told == [(2, True)]
    assert await desk.runs("made") == [("failed", "the worker stopped"), ("done", "done now")]


async def test_what_kills_every_worker_is_given_up(desk: Desk) -> None:
    await start(desk)
    row = await desk.later("made")
    await desk.superuser.execute("UPDATE outbox SET attempts = 5")
    await run(desk.bench, jobs(fine), desk.place.workspace, row)
    assert await desk.runs("made") == [("failed", "it was cut off too often")]
    assert await desk.left() == 0


async def test_a_job_that_hangs_is_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(_: Bench, leased: Leased) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(module, "RUN_SECONDS", 0.05)
    await start(desk)
    await run(desk.bench, jobs(endless), desk.place.workspace, await desk.later("made"))
    assert await desk.runs("made") == [("failed", "TimeoutError")]


async def test_a_kind_that_nobody_knows_fails_visibly(desk: Desk) -> None:
    await start(desk)
    await run(desk.bench, {}, desk.place.workspace, await desk.later("made"))
    assert await desk.runs("made") == [("failed", "there is no such job")]
