"""A conversation was put off until now: it is open again."""

from server.conversations.let_rest import wake
from server.schema.jobs import Leased
from tasks.job import Bench, Skipped


async def run(bench: Bench, leased: Leased) -> str:
    if not await wake(bench.core, leased.workspace_id, leased.subject):
        raise Skipped("it is not asleep")
    return "open again"
