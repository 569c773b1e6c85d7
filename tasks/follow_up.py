"""A contact went silent after our answer: one message to them."""

from server.conversations.follow_up import follow_up
from server.core.mail import Refused
from server.schema.jobs import Leased
from tasks.job import Bench, Hopeless, Skipped


async def run(bench: Bench, leased: Leased) -> str:
    try:
        done, how = await follow_up(bench.core, bench.mail, leased.workspace_id, leased.subject, unsure=leased.interrupted)
    except Refused as refused:
        raise Hopeless(str(refused)) from None
    if not done:
        raise Skipped(how)
    return how
