"""`./parley bench`: stores, two servers and a worker of its own; messages, first words and memory; one table of it."""

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx
import msgspec
import uvloop

from server import embedded
from server.cli.schema import update
from server.embedded import Stores
from server.seed import SeededWorkspace, seed
from server.settings import Settings, load
from tests.bench import answers, idle, report
from tests.bench.pairs import Pair, Tally, open_pairs, run_at, saturate
from tests.bench.watch import cpu, memory, on
from tests.helpers.processes import Processes

SERVERS, LOAD = 0, 1
WARM_UP_SECONDS = 2.0
CALM_SECONDS = 5.0
CONNECTIONS = 2_000
TURNS = 30


class Plan(msgspec.Struct, frozen=True):
    """What to measure: messages a second (0: as many as go), for how long, between how many pairs; `messages`: only those."""

    rates: list[int]
    seconds: float
    pairs: int
    messages: bool


def main(plan: Plan) -> int:
    """Prints the table; 1 where a message was lost, doubled or out of order."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        os.chmod(folder, 0o711)
        stores = embedded.start(Path(folder) / "data")
        try:
            settings = load(
                {**stores.urls, "DATA_DIR": folder, "LOG_LEVEL": "warning", "SECRET_KEY": "the benchmark's own key " * 2}
            )
            update(settings)
            workspace = asyncio.run(seed(settings)).workspaces[0]
            with on(LOAD):
                return uvloop.run(_measure(plan, settings, stores, workspace, Path(folder)))
        finally:
            stores.stop()


async def _measure(plan: Plan, settings: Settings, stores: Stores, workspace: SeededWorkspace, folder: Path) -> int:
    print(report.setting(), flush=True)
    processes = Processes(msgspec.structs.replace(settings, log_level="info"), folder)
    try:
        if not plan.messages:
            await _quiet(processes, stores, workspace.widget_key)
        return await _messages(plan, processes, stores, workspace)
    finally:
        await processes.stop()


async def _quiet(processes: Processes, stores: Stores, key: str) -> None:
    """One server and one worker, as a small installation runs them."""
    with on(SERVERS):
        server, worker = await processes.server(), await processes.worker()
    await asyncio.sleep(CALM_SECONDS)
    pids = {"web": server.pid, "worker": worker.pid, **_stores(stores)}
    print(report.memory({name: memory(pid) for name, pid in pids.items()}), flush=True)
    before = {name: cpu(pid) for name, pid in pids.items()}
    await asyncio.sleep(CALM_SECONDS)
    print(report.calm({name: (cpu(pid) - before[name]) / CALM_SECONDS for name, pid in pids.items()}), flush=True)
    print(report.first_words(await answers.first_words(server.url, key, TURNS)), flush=True)
    print(report.connections(*await idle.kib_a_connection(server.pid, server.url, key, CONNECTIONS)), flush=True)
    server.kill()
    worker.kill()


async def _messages(plan: Plan, processes: Processes, stores: Stores, workspace: SeededWorkspace) -> int:
    with on(SERVERS):
        first, second = await processes.server(), await processes.server()
    pairs = await open_pairs(plan.pairs, first.url, second.url, workspace.widget_key, await _sign_in(first.url, workspace))
    print(f"servers {first.pid} {second.pid}; {plan.pairs} pairs", flush=True)
    await run_at(pairs, 200, WARM_UP_SECONDS)
    await _analyze(stores)
    await run_at(pairs, 200, WARM_UP_SECONDS)
    pids = {"A": first.pid, "B": second.pid, **_stores(stores), "load": os.getpid()}
    print(report.HEAD, flush=True)
    bad = 0
    for rate in plan.rates:
        tally, used, took = await _one(plan, pairs, rate, pids)
        print(report.row(rate, tally, used, took), flush=True)
        bad += tally.lost + tally.doubled + len(tally.errors)
        for error in sorted(set(tally.errors))[:5]:
            print(f"  {error}", flush=True)
    for pair in pairs:
        pair.close()
    return int(bad > 0)


async def _one(plan: Plan, pairs: list[Pair], rate: int, pids: dict[str, int]) -> tuple[Tally, dict[str, float], float]:
    """The measurement, CPU-seconds by process, and how long it took."""
    before, began = {name: _own(name, pid) for name, pid in pids.items()}, time.perf_counter()
    tally = await (run_at(pairs, rate, plan.seconds) if rate else saturate(pairs, plan.seconds))
    took = time.perf_counter() - began
    return tally, {name: _own(name, pid) - before[name] for name, pid in pids.items()}, took


def _own(name: str, pid: int) -> float:
    """The load generator is the parent of all the others, which are not it."""
    return time.process_time() if name == "load" else cpu(pid)


def _stores(stores: Stores) -> dict[str, int]:
    assert stores.postgres.process is not None and stores.redis.process is not None
    return {"PostgreSQL": stores.postgres.process.pid, "Redis": stores.redis.process.pid}


async def _sign_in(url: str, workspace: SeededWorkspace) -> list[str]:
    """Tokens of all who may take a conversation."""
    tokens = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        for agent in workspace.agents:
            if agent.role != "viewer":
                answer = await client.post("/api/v1/auth/login", json={"email": agent.email, "password": agent.password})
                tokens.append(answer.raise_for_status().json()["token"])
    return tokens


async def _analyze(stores: Stores) -> None:
    """What autovacuum does within a minute: until then plans are those of empty tables."""
    superuser = await asyncpg.connect(stores.postgres.url("postgres"))
    await superuser.execute("VACUUM ANALYZE")
    await superuser.close()
