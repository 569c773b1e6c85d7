"""Nothing has happened in a conversation for long: it is closed."""

from server.conversations.let_rest import close_idle
from server.schema.jobs import Leased
from tasks.job import Bench, Skipped


async def run(bench: Bench, leased: Leased) -> str:
    if not await close_idle(bench.core, leased.workspace_id, leased.subject):
        raise Skipped("it is not idle")
    return "closed"
