"""A conversation has been quiet for a while: score its contact."""

from server.core.errors import NotFound
from server.leads.score_lead import score_lead
from server.schema.jobs import Leased
from tasks.job import Bench, Skipped


async def run(bench: Bench, leased: Leased) -> str:
    try:
        return await score_lead(bench.core, leased.workspace_id, leased.subject)
    except NotFound as gone:
        raise Skipped(gone.detail) from None
