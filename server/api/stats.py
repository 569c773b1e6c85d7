"""The live figures, once; the topic `stats` sends them every second."""

from litestar import get

from server.api.described import ERRORS
from server.api.given import Asker, TheCore
from server.api.guards import manages, signed_in
from server.insights.figures import figures
from server.schema import frames


@get("/stats", guards=[signed_in, manages], responses=ERRORS)
async def stats(agent: Asker, core: TheCore) -> frames.Stats:
    """For managers."""
    return await figures(core, agent.workspace)


HANDLERS = (stats,)
